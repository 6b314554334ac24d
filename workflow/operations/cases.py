"""What is done to a file, what is noted in it, what is read of it."""

from __future__ import annotations

from workflow.operations.asked import (
    COMMENT,
    FACTS,
    FILE,
    FUNDER,
    LIMIT,
    OF_AGENCY,
    OF_GROUP,
    OF_PERSON,
    OF_PROCEDURE,
    REF,
    SURE,
    TRIED,
)
from workflow.operations.parties import POINTED
from workflow.operations.requests import Operation, Reach, Takes, ask

# fmt: off
_NOTE = ask("commentaire", Takes.WORDS, "Ce qui a été dit ; gardé au journal.", also="note")
_FORCED = ask("forcer?", Takes.NOTHING, "Passe outre une fenêtre fermée ; demande un commentaire.")

TABLE = (
    Operation.of("open", "dossier ouvrir", Reach.CASE,
        "Ouvre un dossier et calcule ses échéances.", (
        ask("procédure", Takes.PROCEDURE, "Procédure, par exemple cipi.", required=True),), (
        FACTS,
        ask("ref", Takes.WORDS, "Référence voulue ; sinon la suivante.", sign="REF"),
        ask("libelle", Takes.WORDS, "Nom du dossier ; jamais un motif de santé."),
        ask("agence", Takes.AGENCY, "Agence du dossier ; sinon la vôtre."),
        ask("suivi-par", Takes.PERSON, "Qui le suit ; sinon vous."),
        ask("territoire", Takes.TERRITORY, "Jours fériés ; sinon ceux de l’agence."),
        FUNDER,
        *POINTED,
        ask("historique?", Takes.NOTHING, "Dossier ancien d’un dispositif qui a pris fin (CIF)."),
        ask("repris?", Takes.NOTHING, "Dossier qui vit déjà : fenêtre close admise, le journal le dit."),
        COMMENT, _FORCED, TRIED)),
    Operation.of("advance", "dossier avancer", Reach.CASE,
        "Fait une action : note ses faits, change l’état, recalcule les échéances.", (
        REF, ask("action", Takes.ACTION, "Action ; sans elle, la liste des possibles.")), (
        FACTS, ask("piece*", Takes.PAPER, "Pièce reçue aujourd’hui."),
        COMMENT, _FORCED, TRIED)),
    Operation.of("correct", "dossier corriger", Reach.CASE,
        "Corrige des faits ou le libellé ; montre chaque échéance avant et après.", (REF,), (
        FACTS,
        ask("retirer*", Takes.WORDS, "Fait noté par erreur, à effacer ; ou organisme, client, beneficiaire.",
            sign="FAIT"),
        ask("libelle", Takes.WORDS, "Nouveau nom du dossier."),
        *POINTED,
        COMMENT, _FORCED, TRIED)),
    Operation.of("undo", "dossier annuler", Reach.CASE,
        "Annule la dernière étape ; ses faits et son état reviennent à ce qu’ils étaient.", (REF,), (
        COMMENT, TRIED)),
    Operation.of("papers", "dossier pieces", Reach.CASE,
        "Montre les pièces et où elles en sont ; note celles qui sont demandées, reçues, vérifiées…", (
        REF, ask("pièce", Takes.PAPER, "Pièce dont le fichier s’ouvre, avec {ouvrir}.")), (
        ask("a-obtenir*", Takes.PAPER, "Pièce à obtenir."),
        ask("demandee*", Takes.PAPER, "Pièce demandée."), ask("recue*", Takes.PAPER, "Pièce reçue."),
        ask("verifiee*", Takes.PAPER, "Pièce vérifiée."), ask("transmise*", Takes.PAPER, "Pièce transmise."),
        ask("retirer*", Takes.PAPER, "Pièce notée par erreur."),
        ask("ou=", Takes.PLACE, "Où la pièce est rangée : lien, chemin, classeur…", also="lien"),
        ask("fichier=", Takes.PAPER_FILE, "Fichier à garder avec la pièce, copié ; vide, il est retiré."),
        ask("expire=", Takes.PAPER_DAY, "Dernier jour où la pièce vaut ; vide, aucun."),
        ask("ouvrir?", Takes.NOTHING, "Ouvre le fichier gardé avec la pièce, et dit où il est."),
        ask("le", Takes.DAY, "Jour de l’état ; sinon aujourd’hui."),
        COMMENT, TRIED)),
    Operation.of("concordance", "dossier concordance", Reach.CASE,
        "Compare ce que disent les pièces : heures, dates, intitulé, SIRET, prix ; note ce que l’une dit.", (
        REF, ask("pièce", Takes.PAPER, "Pièce dont on note ce qu’elle dit ; sans elle, la comparaison.")), (
        FACTS,
        ask("retirer*", Takes.WORDS, "Fait que la pièce ne dit pas.", sign="FAIT"),
        COMMENT, TRIED)),
    Operation.of("hours", "dossier heures", Reach.CASE,
        "Montre le relevé d’heures et ce qu’il reste à faire ; ajoute, change ou retire des lignes.",
        (REF,), (
        ask("ajouter", Takes.WORK, "Nouvelle ligne : formation, mission ou bilan."),
        ask("ligne", Takes.NUMBER, "Ligne à changer, à la place d’une autre."),
        ask("nature", Takes.WORK, "Nouvelle nature de cette ligne."),
        ask("jours", Takes.DAYS, "02/03/2026, ou 02/03/2026..06/03/2026."),
        ask("prevues", Takes.HOURS, "Heures prévues, par exemple 35."),
        ask("faites", Takes.HOURS, "Heures faites, par exemple 32,5."),
        ask("lieu", Takes.WORDS, "Organisme de formation, ou société de la mission."),
        ask("vider*", Takes.CHOICE, "Ce que cette ligne ne dit plus : prevues, faites ou lieu.",
            choices="prevues faites lieu", sign="QUOI"),
        ask("retirer*", Takes.NUMBER, "Ligne notée par erreur."),
        COMMENT, TRIED)),
    Operation.of("contracts", "dossier contrats", Reach.CASE,
        "Montre les contrats de la personne ; ajoute, change ou retire des lignes.",
        (REF,), (
        ask("ajouter", Takes.CONTRACT, "Nouveau contrat : cdd, cdi, interim…"),
        ask("ligne", Takes.NUMBER, "Contrat à changer."),
        ask("type", Takes.CONTRACT, "Nouveau type de ce contrat."),
        ask("jours", Takes.DAYS, "01/02/2017..31/05/2017."),
        ask("heures", Takes.HOURS, "Heures de tout le contrat."),
        ask("employeur", Takes.EMPLOYER, "Sorte d’employeur : prive, public…"),
        ask("chez", Takes.WORDS, "Nom de l’employeur."),
        ask("retirer*", Takes.NUMBER, "Contrat noté par erreur."),
        COMMENT, TRIED)),
    Operation.of("money", "dossier argent", Reach.CASE,
        "Montre ce qui est attendu, demandé et versé par payeur ; ajoute, change ou retire des lignes.",
        (REF,), (
        ask("ajouter", Takes.MONEY, "Nouvelle ligne : demande ou versement."),
        ask("ligne", Takes.NUMBER, "Ligne à changer."),
        ask("nature", Takes.MONEY, "Nouvelle nature de cette ligne."),
        ask("le", Takes.DAY, "Jour de la demande ou du versement ; sinon aujourd’hui."),
        ask("montant", Takes.AMOUNT, "Montant, par exemple 1234,56."),
        ask("payeur", Takes.PAYER, "Qui paie : akto, fpett…"),
        ask("mois", Takes.WORDS, "Mois dont il s’agit, par exemple 09/2026.", sign="MM/AAAA"),
        ask("reference", Takes.WORDS, "Référence chez le payeur ou à la banque."),
        ask("note", Takes.WORDS, "Note de l’agence."),
        ask("retirer*", Takes.NUMBER, "Ligne notée par erreur."),
        COMMENT,
        ask("forcer?", Takes.NOTHING, "Note plus que l’accordé ; demande un commentaire."),
        TRIED)),
    Operation.of("seniority", "dossier anciennete", Reach.READS,
        "Compte l’ancienneté sur ses périodes, et dit quand elle suffirait.", (REF,), (
        ask("au", Takes.DAY, "Date qui compte ; sinon celle du dossier."),)),
    Operation.of("eligibility", "dossier eligibilite", Reach.CASE,
        "Note pourquoi la personne est éligible, par un questionnaire ; {confidentiel} le relit.", (REF,), (
        ask("public", Takes.GROUND, "Public de la personne ; reste dans l’historique du terminal."),
        ask("reponse=", Takes.ANSWER, "Réponse à une question de ce public."),
        ask("preuve", Takes.PROOF, "Preuve vue."),
        ask("vue-le", Takes.DAY, "Jour où la preuve a été vue."),
        ask("valable-jusqu-au", Takes.DAY, "Dernier jour où la preuve vaut."),
        ask("conservee-a", Takes.WORDS, "Où la preuve est conservée."),
        ask("confidentiel?", Takes.NOTHING, "Montre la partie restreinte ; la lecture est notée."),
        COMMENT, TRIED)),
    Operation.of("transfer", "dossier attribuer", Reach.CASE,
        "Confie le dossier à une personne, à une agence, ou aux deux.", (REF,), (
        ask("personne", Takes.PERSON, "Qui suivra le dossier.", also="suivi-par"),
        ask("agence", Takes.AGENCY, "Agence qui le reprend."),
        COMMENT, TRIED)),
    Operation.of("snooze", "dossier reporter", Reach.CASE,
        "Reporte le rappel d’une échéance, avec une raison ; l’échéance, elle, ne bouge pas.", (
        REF, ask("échéance", Takes.DEADLINE, "Échéance du dossier ; sans elle, la liste.")), (
        ask("jusqu-au", Takes.DAY, "Jour où le rappel revient."),
        ask("raison", Takes.WORDS, "Pourquoi ; toute l’équipe la lit."),
        ask("reprendre?", Takes.NOTHING, "Annule le report : rappels aussitôt."), TRIED)),
    Operation.of("chase", "dossier relancer", Reach.CASE,
        "Note une relance : la suivante compte de ce jour ; le dossier dit combien il y en a eu.", (REF,), (
        ask("le", Takes.DAY, "Jour de la relance ; sinon aujourd’hui."), _NOTE, TRIED)),
    Operation.of("letter", "dossier lettre", Reach.CASE,
        "Écrit une lettre du dossier : la montre, en fait un brouillon à envoyer ou la copie, et la note.", (
        REF, ask("modèle", Takes.LETTER, "Modèle de lettre ; sans lui, ceux du dossier.")), (
        ask("sortie", Takes.FILE, "Brouillon .eml à écrire, ou dossier où l’écrire."),
        FILE[1],
        ask("copier?", Takes.NOTHING, "Met le texte dans le presse-papiers du terminal."),
        ask("fourni?", Takes.NOTHING, "Prend le modèle du programme, pas celui de l’agence."),
        COMMENT, TRIED)),
    Operation.of("show", "dossier voir", Reach.READS,
        "Montre un dossier : son état, ses échéances et leur calcul, ses pièces, ses actions.", (REF,)),
    Operation.of("check", "dossier controler", Reach.READS,
        "Contrôle un dossier : ce qui est conforme, ce qui ne l’est pas, ce qui reste à confirmer.",
        (REF,), (
        ask("tout?", Takes.NOTHING, "Avec les rappels, et les remarques de chaque contrôle."),)),
    Operation.of("sheet", "dossier fiche", Reach.READS,
        "Donne la fiche d’une étape : quoi saisir au portail et joindre, dans l’ordre, et pour quand.",
        (REF,), (
        ask("etape", Takes.STEP, "Action à saisir ; sans elle, celle de l’étape du dossier."),
        ask("format", Takes.CHOICE,
            "Texte, ou page à imprimer ; déduit du nom du fichier s’il finit par .html.",
            choices="texte html", sign="texte|html"), *FILE)),
    Operation.of("archive", "dossier archive", Reach.READS,
        "Réunit un dossier en un fichier ZIP : fiche du portail, journal, pièces, courriels.", (REF,), (
        ask("sortie", Takes.FILE, "Fichier à écrire, en .zip ; sinon la référence du dossier."),
        FILE[1])),
    Operation.of("list", "dossier lister", Reach.READS,
        "Liste les dossiers en cours.", (), (
        OF_PROCEDURE,
        ask("etat", Takes.CHOICE, "Seulement cet état."),
        OF_AGENCY, OF_PERSON, OF_GROUP,
        ask("texte", Takes.WORDS, "Une partie de la référence, du libellé ou d’un numéro."),
        ask("tous?", Takes.NOTHING, "Avec les dossiers finis."), LIMIT,
        ask("apres", Takes.WORDS, "Commence après cette référence.", sign="REF"))),
    Operation.of("journal", "dossier journal", Reach.READS,
        "Montre tout ce qui a été fait sur un dossier, par qui et quand.", (REF,)),
    Operation.of("import", "importer", Reach.CASES,
        "Entre les dossiers d’un tableau (.xlsx, .ods, .csv) : le relit d’abord, ligne par ligne.", (
        ask("fichier", Takes.FILE, "Tableau de l’agence.", required=True),), (
        ask("procedure", Takes.PROCEDURE, "Celle des lignes qui ne la disent pas."),
        ask("modele", Takes.WORDS, "Nom sous lequel garder, et reprendre, ce que disent les colonnes.",
            sign="NOM"),
        ask("feuille", Takes.WORDS, "Feuille à lire, quand plusieurs sont remplies.", sign="NOM"),
        ask("colonne=", Takes.COLUMN, "Ce que dit une colonne : son en-tête ou sa lettre, et le fait."),
        ask("ignorer*", Takes.WORDS, "Colonne à ne pas lire.", sign="COLONNE"),
        ask("agence", Takes.AGENCY, "Celle des nouveaux dossiers qui ne la disent pas ; sinon la vôtre."),
        ask("suivi-par", Takes.PERSON, "Qui suit ceux qui ne le disent pas ; sinon vous."),
        ask("bonnes?", Takes.NOTHING, "Enregistre les bonnes lignes, même s’il en reste à corriger."),
        ask("refuses", Takes.FILE, "Classeur où écrire les lignes à corriger, avec la raison de chacune."),
        ask("remplacer?", Takes.NOTHING, "Écrit par-dessus un classeur déjà là."),
        SURE, TRIED)),
    Operation.of("undo-import", "importer annuler", Reach.CASES,
        "Annule un import entier, tant que rien ne repose sur lui : ses dossiers sont abandonnés, "
        "ou redeviennent ce qu’ils étaient.", (
        ask("n", Takes.NUMBER, "Numéro de l’import, que dit « importer lister ».", required=True),), (
        SURE, TRIED)),
    Operation.of("imports", "importer lister", Reach.READS,
        "Liste les tableaux entrés, le dernier d’abord, avec le numéro de chaque import."),
    Operation.of("blank-table", "importer modele", Reach.READS,
        "Écrit un classeur vide à remplir : titres reconnus à l’import, choix, exemples, explications.", (), (
        ask("procedure", Takes.PROCEDURE, "Procédure des dossiers à y écrire."),
        FUNDER,
        ask("sortie", Takes.FILE, "Classeur à écrire, en .xlsx ; sinon modele-PROCÉDURE.xlsx, ici."),
        ask("remplacer?", Takes.NOTHING, "Écrit par-dessus un classeur déjà là."))),
    Operation.of("export", "exporter", Reach.READS,
        "Écrit une liste, ou toutes, dans un classeur (.xlsx) ou en texte (.csv).", (
        ask("liste", Takes.CHOICE, "{choices}.", required=True, sign="LISTE",
            choices="dossiers echeances pieces heures argent comptes journal courriels "
            "organismes clients beneficiaires agence reprise"),), (
        ask("sortie", Takes.FILE, "Fichier à écrire, en .xlsx ou en .csv.", required=True),
        ask("remplacer?", Takes.NOTHING, "Écrit par-dessus un fichier déjà là."),
        OF_PROCEDURE,
        ask("etat", Takes.CHOICE, "Seulement cet état."),
        OF_AGENCY, OF_PERSON, OF_GROUP,
        ask("dossier", Takes.CASE, "Seulement ce dossier."),
        ask("texte", Takes.WORDS, "Une partie de la référence, du libellé ou d’un numéro."),
        ask("tous?", Takes.NOTHING, "Avec les dossiers finis."))),
)
# fmt: on
