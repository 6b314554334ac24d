"""What people choose to be told, their absences, and what becomes of mails."""

from __future__ import annotations

from workflow.operations.asked import LIMIT, OF_AGENCY, OF_PERSON, OF_PROCEDURE, SURE, TRIED
from workflow.operations.requests import Operation, Reach, Takes, ask

# fmt: off
_WHO = ask("personne", Takes.PERSON, "Identifiant ; sans lui, la personne qui agit.")
_MAIL = ask("id", Takes.MAIL, "Numéro du courriel.", required=True)

LETTERS = (
    Operation.of("letters", "lettres lister", Reach.READS,
        "Liste les modèles de lettres, à qui ils vont et d’où ils viennent.", (), (OF_PROCEDURE,)),
    Operation.of("verify-letters", "lettres verifier", Reach.READS,
        "Vérifie tous les modèles de lettres, ceux de l’agence compris, et dit quoi corriger."),
)

TABLE = (
    Operation.of("preferences", "preferences voir", Reach.READS,
        "Montre ce qu’une personne a choisi, sujet par sujet et procédure par procédure.", (_WHO,)),
    Operation.of("set-preferences", "preferences regler", Reach.AGENCY,
        "Change ce qu’une personne a choisi ; le choix le plus précis l’emporte.", (_WHO,), (
        ask("sujet", Takes.CHOICE, "{choices} ou tout (tout).",
            choices="ouverture limite objectif relance", sign="SUJET"),
        ask("procedure", Takes.PROCEDURE, "Pour cette procédure seulement."),
        ask("canal", Takes.CHOICE, "{choices}.", choices="aussitot synthese aucun", sign="CANAL"),
        ask("jours", Takes.WORDS, "lundi,mardi,… ou « agence ».", sign="JOURS"),
        ask("heures", Takes.WORDS, "10:00-16:00, ou « agence ».", sign="DE-À"),
        ask("synthese-a", Takes.WORDS, "08:15, ou « agence ».", sign="HEURE"),
        ask("pause-jusqu-au", Takes.DAY, "Rien avant le lendemain, sauf ce qui presse."),
        ask("fin-pause?", Takes.NOTHING, "Met fin à la pause."),
        ask("agenda!", Takes.NOTHING, "Joint les dates du jour à la synthèse, ou non."),
        ask("plafond!", Takes.NOTHING, "Un courriel par jour au plus, sauf ce qui presse, ou non."),
        ask("defaut?", Takes.NOTHING,
            "Oublie tout, ou seulement le choix de ce {sujet} et cette {procedure}."),
        TRIED)),
    Operation.of("absences", "absences lister", Reach.READS,
        "Liste les absences en cours et à venir.", (), (
        OF_PERSON, OF_AGENCY, ask("passees?", Takes.NOTHING, "Avec celles qui sont finies."))),
    Operation.of("note-absence", "absences noter", Reach.AGENCY,
        "Note une absence, et montre ce qui tombe pendant et qui le recevra.", (_WHO,), (
        ask("du", Takes.DAY, "Premier jour.", required=True),
        ask("au", Takes.DAY, "Dernier jour.", required=True),
        ask("remplacant", Takes.PERSON, "Qui est prévenu à sa place ; sinon son responsable, puis l’agence."),
        TRIED)),
    Operation.of("cancel-absence", "absences annuler", Reach.AGENCY,
        "Annule une absence, ou met fin à celle qui est en cours.", (
        ask("numéro", Takes.ABSENCE, "Numéro de l’absence.", required=True),), (TRIED,)),
    Operation.of("mails", "courriels lister", Reach.READS,
        "Liste les courriels, le dernier d’abord.", (), (
        ask("etat", Takes.CHOICE, "Seulement cet état : {choices}.",
            choices="en_attente envoye non_remis echec remplace abandonne", sign="ÉTAT"),
        ask("dossier", Takes.CASE, "Seulement ce dossier."), OF_PERSON, LIMIT,
        ask("avant", Takes.NUMBER, "Commence avant ce courriel.", sign="ID"))),
    Operation.of("show-mail", "courriels voir", Reach.READS,
        "Montre un courriel tel que le lit son destinataire, et ce qui lui est arrivé.", (_MAIL,), (
        ask("html?", Takes.NOTHING, "Sa page, pour un navigateur."),
        ask("source?", Takes.NOTHING, "Sa source entière, telle qu’elle part."))),
    Operation.of("returns", "courriels retours", Reach.AGENCY,
        "Lit ce qui est revenu, dans la boîte de retour ou des fichiers, et note les courriels non remis.",
        (), (
        ask("fichier*", Takes.FILE, "Fichier .eml ou .mbox, à la place de la boîte."),
        ask("dossier", Takes.FOLDER, "Dossier de fichiers .eml ou .mbox.", sign="DOSSIER"),
        ask("liste?", Takes.NOTHING, "Montre ce qui a été noté, le dernier d’abord ; ne lit rien."),
        ask("ranger*", Takes.NUMBER, "Retour à regarder qui l’a été, par son numéro : plus listé."),
        LIMIT, TRIED)),
    Operation.of("retry-mails", "courriels relancer", Reach.AGENCY,
        "Remet dans la file des courriels en échec, non remis ou abandonnés.", (
        ask("id*", Takes.FAILED_MAIL, "Numéro du courriel."),), (
        ask("echecs?", Takes.NOTHING, "Tous ceux qui sont en échec."), SURE, TRIED)),
    Operation.of("redirect-mail", "courriels rediriger", Reach.AGENCY,
        "Remet un courriel dans la file, pour une autre personne ou une autre adresse.", (_MAIL,), (
        ask("vers", Takes.PERSON, "Qui le recevra.", required=True, sign="PERSONNE|ADRESSE"), SURE, TRIED)),
    Operation.of("drop-mail", "courriels abandonner", Reach.AGENCY,
        "Abandonne un courriel : il ne partira pas.", (_MAIL,), (
        ask("raison", Takes.WORDS, "Pourquoi ; gardé avec le courriel."), TRIED)),
    Operation.of("restore-address", "courriels retablir", Reach.AGENCY,
        "Écrit de nouveau à une adresse mise de côté : quelqu’un l’a vérifiée.", (
        ask("adresse", Takes.WORDS, "Adresse d’où des courriels sont revenus.", required=True),), (TRIED,)),
)
# fmt: on
