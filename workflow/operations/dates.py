"""What is read of deadlines and accounts, what is planned, sent as a digest, and held of commissions."""

from __future__ import annotations

from workflow.operations.asked import (
    DAYS_AHEAD,
    FACTS,
    FILE,
    FUNDER,
    LINES,
    OF_AGENCY,
    OF_PERSON,
    SURE,
    TRIED,
)
from workflow.operations.requests import Operation, Reach, Takes, ask

# fmt: off
_NOTED_DAY = ask("date", Takes.DAY, "Jour de la commission notée.", required=True)
_CUTOFF = ask("cloture", Takes.DAY, "Dernier jour de dépôt pour cette commission.")
_CALENDAR = (FUNDER, ask("procedure", Takes.PROCEDURE, "Procédure (cif-cdd)."))

TABLE = (
    Operation.of("deadlines", "echeances", Reach.READS,
        "Liste ce qui est à faire, le plus urgent d’abord.", (), (
        ask("jours", Takes.NUMBER, f"Jours à venir à regarder ({DAYS_AHEAD})."),
        ask("retard?", Takes.NOTHING, "Seulement ce qui aurait dû être fait."), OF_AGENCY, OF_PERSON)),
    Operation.of("accounts", "comptes", Reach.READS,
        "Montre les comptes des dossiers, avec leurs totaux ; avec REF, le devis et ses comptes.", (
        ask("ref", Takes.CASE, "Référence du dossier ; sans elle, tous les dossiers."),), (
        OF_AGENCY,
        ask("ouverts?", Takes.NOTHING, "Sans les dossiers finis."),
        ask("limite", Takes.NUMBER, f"Dossiers à montrer ({LINES}) ; 0 : les totaux."))),
    Operation.of("simulate", "simuler", Reach.READS,
        "Calcule des échéances sans ouvrir de dossier, et montre le calcul.", (
        ask("procédure", Takes.PROCEDURE, "Procédure, par exemple cipi."),), (
        FACTS, FUNDER,
        ask("territoire", Takes.TERRITORY, "Jours fériés : FR, FR-57, FR-971…"),
        ask("agence", Takes.AGENCY, "Jours fériés et fermetures de cette agence."),
        ask("commission*", Takes.DAY, "Séance de commission connue."),
        ask("lot", Takes.FILE, "Fichier d’exemples : un objet JSON par ligne."))),
    Operation.of("plan", "planifier", Reach.READS,
        "Planifie un départ : jour de dépôt, commission, réponse ; ou le départ le plus proche.", (
        ask("procédure", Takes.PROCEDURE, "Procédure, par exemple cif-cdd."),), (
        FUNDER,
        ask("depart", Takes.DAY, "Départ voulu en formation."),
        ask("depot", Takes.DAY, "Jour où le dossier peut partir."),
        ask("agence", Takes.AGENCY, "Jours fériés et fermetures ; ou filtre."),
        ask("commission*", Takes.DAY, "À la place du calendrier noté."), FACTS,
        ask("dossier*", Takes.CASE, "Dossier à planifier."),
        ask("tous?", Takes.NOTHING, "Tous les dossiers ouverts qui restent à déposer."))),
    Operation.of("load", "", Reach.READS,
        "Montre le calendrier : ce qui tombe chaque jour, les absences et les jours non ouvrés."),
    Operation.of("suppose-closure", "", Reach.READS,
        "Montre ce qu’une fermeture de l’agence déplacerait."),
    Operation.of("digest", "synthese", Reach.AGENCY,
        "Montre la synthèse du jour, ou l’envoie.", (), (
        OF_PERSON,
        ask("agence", Takes.AGENCY, "Synthèse des dossiers sans personne."),
        ask("format", Takes.CHOICE, "{choices} (ecran).", choices="ecran texte html json", sign="FORMAT"),
        ask("envoyer?", Takes.NOTHING, "L’envoie maintenant ; une fois par jour et par personne."), TRIED)),
    Operation.of("agenda", "agenda", Reach.READS,
        "Donne les échéances en fichier d’agenda (iCalendar) : s’abonner, ou importer.", (), (
        ask("personne", Takes.PERSON, "Échéances de cette personne."),
        ask("agence", Takes.AGENCY, "Échéances de toute une agence."),
        ask("dossier", Takes.CASE, "Échéances d’un seul dossier."), *FILE)),
    Operation.of("sessions", "commissions voir", Reach.READS,
        "Montre les commissions notées d’un financeur.", (), _CALENDAR),
    Operation.of("add-sessions", "commissions ajouter", Reach.CASES,
        "Ajoute des commissions, après avoir montré les dossiers touchés.", (
        ask("date*", Takes.DAY, "Jour de la commission."),), (
        *_CALENDAR, _CUTOFF,
        ask("libelle", Takes.WORDS, "Nom de la commission, si elle en a un."), SURE, TRIED)),
    Operation.of("move-session", "commissions deplacer", Reach.CASES,
        "Déplace une commission, ou change sa clôture, après avoir montré les dossiers touchés.", (
        _NOTED_DAY, ask("nouvelle", Takes.DAY, "Nouveau jour.", required=True)), (
        *_CALENDAR, _CUTOFF, SURE, TRIED)),
    Operation.of("cancel-session", "commissions annuler", Reach.CASES,
        "Annule une commission, après avoir montré les dossiers touchés.", (_NOTED_DAY,), (
        *_CALENDAR, SURE, TRIED)),
    Operation.of("import-sessions", "commissions importer", Reach.CASES,
        "Ajoute les commissions d’un fichier TOML ou d’un agenda (.ics).", (
        ask("fichier", Takes.FILE, "Calendrier, .toml ou .ics.", required=True),), (
        *_CALENDAR, SURE, TRIED)),
)
# fmt: on
