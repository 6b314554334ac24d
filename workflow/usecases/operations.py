"""What people can do: each operation declared once, with its command, its questions and its words.

Read by every face: the command line makes its commands, their options and their help of it, the interface
says with a `Request` what it has done and which of its keys do it, the tests prove that no face lacks an
operation without saying so, and `docs/operations.md` is written from it. Does nothing itself, and spells no
option: a face derives it from the name of a parameter. One table, hence its length.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflow.usecases.requests import Operation, Parameter, Reach, Takes, ask, parameters

# --- Questions that several operations ask ---------------------------------------------------------------

DAYS_AHEAD = 14
"""Days that a list of deadlines looks at, unless it is told how many."""
LINES = 50
"""Lines that a list shows, unless it is told how many."""

# fmt: off
_REF = ask("ref", Takes.CASE, "Référence du dossier.", required=True)
_WHO = ask("personne", Takes.PERSON, "Identifiant ; sans lui, la personne qui agit.")
_MAIL = ask("id", Takes.MAIL, "Numéro du courriel.", required=True)
_NOTED_DAY = ask("date", Takes.DAY, "Jour de la commission notée.", required=True)

_TRIED = ask("essai?", Takes.NOTHING, "Montre ce qui serait fait, sans rien enregistrer.")
_SURE = ask("oui?", Takes.NOTHING, "Enregistre sans poser la question.")
_COMMENT = ask("commentaire", Takes.WORDS, "Commentaire gardé au journal.")
_NOTE = ask("commentaire", Takes.WORDS, "Ce qui a été dit ; gardé au journal.", also="note")
_FORCED = ask("forcer?", Takes.NOTHING, "Passe outre une fenêtre fermée ; demande un commentaire.")
_FACTS = ask("fait=", Takes.FACT, "Fait à noter : date, nombre, oui ou non…")
_FUNDER = ask("financeur", Takes.FUNDER, "Quand la procédure en a plusieurs.")
_OF_AGENCY = ask("agence", Takes.AGENCY, "Seulement cette agence.")
_OF_PERSON = ask("personne", Takes.PERSON, "Seulement cette personne.")
_OF_PROCEDURE = ask("procedure", Takes.PROCEDURE, "Seulement cette procédure.")
_LIMIT = ask("limite", Takes.NUMBER, f"Lignes à montrer ({LINES}).")
_CUTOFF = ask("cloture", Takes.DAY, "Dernier jour de dépôt pour cette commission.")
_CALENDAR = (_FUNDER, ask("procedure", Takes.PROCEDURE, "Procédure (cif-cdd)."))
_FILE = (
    ask("sortie", Takes.FILE, "Fichier à écrire, à la place de l’écran."),
    ask("remplacer?", Takes.NOTHING, "Écrit par-dessus un fichier déjà là."),
)

# --- A table: what it is, the words for it, what it is done to, what it is told -----------------------------

_READS, _CASE, _CASES, _AGENCY, _PROGRAM = Reach

_TABLE = (
    Operation.of("init", "init", _PROGRAM,
        "Crée la base, ou la met à jour ; {demo} y met une agence d’exemple.", (), (
        ask("demo?", Takes.NOTHING, "Ajoute des dossiers d’exemple, datés d’hier."), _TRIED)),
    Operation.of("demo", "demo", _PROGRAM,
        "Montre le programme à l’œuvre sur une agence d’exemple, dans le dossier demo.", (), (
        ask("dossier", Takes.FOLDER, "Où créer la démonstration."),)),
    Operation.of("open", "dossier ouvrir", _CASE,
        "Ouvre un dossier et calcule ses échéances.", (
        ask("procédure", Takes.PROCEDURE, "Procédure, par exemple cipi.", required=True),), (
        _FACTS,
        ask("ref", Takes.WORDS, "Référence voulue ; sinon la suivante.", sign="REF"),
        ask("libelle", Takes.WORDS, "Nom du dossier ; jamais un motif de santé."),
        ask("agence", Takes.AGENCY, "Agence du dossier ; sinon la vôtre."),
        ask("suivi-par", Takes.PERSON, "Qui le suit ; sinon vous."),
        ask("territoire", Takes.TERRITORY, "Jours fériés ; sinon ceux de l’agence."),
        _FUNDER,
        ask("historique?", Takes.NOTHING, "Dossier ancien d’un dispositif qui a pris fin (CIF)."),
        _COMMENT, _FORCED, _TRIED)),
    Operation.of("advance", "dossier avancer", _CASE,
        "Fait une action : note ses faits, change l’état, recalcule les échéances.", (
        _REF, ask("action", Takes.ACTION, "Action ; sans elle, la liste des possibles.")), (
        _FACTS, ask("piece*", Takes.PAPER, "Pièce reçue aujourd’hui."),
        _COMMENT, _FORCED, _TRIED)),
    Operation.of("correct", "dossier corriger", _CASE,
        "Corrige des faits ou le libellé ; montre chaque échéance avant et après.", (_REF,), (
        _FACTS,
        ask("retirer*", Takes.WORDS, "Fait noté par erreur, à effacer.", sign="FAIT"),
        ask("libelle", Takes.WORDS, "Nouveau nom du dossier."),
        _COMMENT, _FORCED, _TRIED)),
    Operation.of("undo", "dossier annuler", _CASE,
        "Annule la dernière étape ; ses faits et son état reviennent à ce qu’ils étaient.", (_REF,), (
        _COMMENT, _TRIED)),
    Operation.of("papers", "dossier pieces", _CASE,
        "Montre les pièces et où elles en sont ; note celles qui sont demandées, reçues, vérifiées…",
        (_REF,), (
        ask("a-obtenir*", Takes.PAPER, "Pièce à obtenir."),
        ask("demandee*", Takes.PAPER, "Pièce demandée."), ask("recue*", Takes.PAPER, "Pièce reçue."),
        ask("verifiee*", Takes.PAPER, "Pièce vérifiée."), ask("transmise*", Takes.PAPER, "Pièce transmise."),
        ask("retirer*", Takes.PAPER, "Pièce notée par erreur."),
        ask("ou=", Takes.PLACE, "Où la pièce est rangée : chemin, classeur…"),
        ask("le", Takes.DAY, "Jour de l’état ; sinon aujourd’hui."),
        _COMMENT, _TRIED)),
    Operation.of("concordance", "dossier concordance", _CASE,
        "Compare ce que disent les pièces : heures, dates, intitulé, SIRET, prix ; note ce que l’une dit.", (
        _REF, ask("pièce", Takes.PAPER, "Pièce dont on note ce qu’elle dit ; sans elle, la comparaison.")), (
        _FACTS,
        ask("retirer*", Takes.WORDS, "Fait que la pièce ne dit pas.", sign="FAIT"),
        _COMMENT, _TRIED)),
    Operation.of("hours", "dossier heures", _CASE,
        "Montre le relevé d’heures et ce qu’il reste à faire ; ajoute, change ou retire des lignes.",
        (_REF,), (
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
        _COMMENT, _TRIED)),
    Operation.of("contracts", "dossier contrats", _CASE,
        "Montre les contrats de la personne ; ajoute, change ou retire des lignes.",
        (_REF,), (
        ask("ajouter", Takes.CONTRACT, "Nouveau contrat : cdd, cdi, interim…"),
        ask("ligne", Takes.NUMBER, "Contrat à changer."),
        ask("type", Takes.CONTRACT, "Nouveau type de ce contrat."),
        ask("jours", Takes.DAYS, "01/02/2017..31/05/2017."),
        ask("heures", Takes.HOURS, "Heures de tout le contrat."),
        ask("employeur", Takes.EMPLOYER, "Sorte d’employeur : prive, public…"),
        ask("chez", Takes.WORDS, "Nom de l’employeur."),
        ask("retirer*", Takes.NUMBER, "Contrat noté par erreur."),
        _COMMENT, _TRIED)),
    Operation.of("money", "dossier argent", _CASE,
        "Montre ce qui est attendu, demandé et versé par payeur ; ajoute, change ou retire des lignes.",
        (_REF,), (
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
        _COMMENT,
        ask("forcer?", Takes.NOTHING, "Note plus que l’accordé ; demande un commentaire."),
        _TRIED)),
    Operation.of("seniority", "dossier anciennete", _READS,
        "Compte l’ancienneté sur ses périodes, et dit quand elle suffirait.", (_REF,), (
        ask("au", Takes.DAY, "Date qui compte ; sinon celle du dossier."),)),
    Operation.of("eligibility", "dossier eligibilite", _CASE,
        "Note pourquoi la personne est éligible, par un questionnaire ; {confidentiel} le relit.", (_REF,), (
        ask("public", Takes.GROUND, "Public de la personne ; reste dans l’historique du terminal."),
        ask("reponse=", Takes.ANSWER, "Réponse à une question de ce public."),
        ask("preuve", Takes.PROOF, "Preuve vue."),
        ask("vue-le", Takes.DAY, "Jour où la preuve a été vue."),
        ask("valable-jusqu-au", Takes.DAY, "Dernier jour où la preuve vaut."),
        ask("conservee-a", Takes.WORDS, "Où la preuve est conservée."),
        ask("confidentiel?", Takes.NOTHING, "Montre la partie restreinte ; la lecture est notée."),
        _COMMENT, _TRIED)),
    Operation.of("transfer", "dossier attribuer", _CASE,
        "Confie le dossier à une personne, à une agence, ou aux deux.", (_REF,), (
        ask("personne", Takes.PERSON, "Qui suivra le dossier.", also="suivi-par"),
        ask("agence", Takes.AGENCY, "Agence qui le reprend."),
        _COMMENT, _TRIED)),
    Operation.of("snooze", "dossier reporter", _CASE,
        "Reporte le rappel d’une échéance, avec une raison ; l’échéance, elle, ne bouge pas.", (
        _REF, ask("échéance", Takes.DEADLINE, "Échéance du dossier ; sans elle, la liste.")), (
        ask("jusqu-au", Takes.DAY, "Jour où le rappel revient."),
        ask("raison", Takes.WORDS, "Pourquoi ; toute l’équipe la lit."),
        ask("reprendre?", Takes.NOTHING, "Annule le report : rappels aussitôt."), _TRIED)),
    Operation.of("chase", "dossier relancer", _CASE,
        "Note une relance : la suivante compte de ce jour ; le dossier dit combien il y en a eu.", (_REF,), (
        ask("le", Takes.DAY, "Jour de la relance ; sinon aujourd’hui."), _NOTE, _TRIED)),
    Operation.of("show", "dossier voir", _READS,
        "Montre un dossier : son état, ses échéances et leur calcul, ses pièces, ses actions.", (_REF,)),
    Operation.of("check", "dossier controler", _READS,
        "Contrôle un dossier : ce qui est conforme, ce qui ne l’est pas, ce qui reste à confirmer.",
        (_REF,), (
        ask("tout?", Takes.NOTHING, "Avec les rappels, et les remarques de chaque contrôle."),)),
    Operation.of("sheet", "dossier fiche", _READS,
        "Donne la fiche d’une étape : quoi saisir au portail et joindre, dans l’ordre, et pour quand.",
        (_REF,), (
        ask("etape", Takes.STEP, "Action à saisir ; sans elle, celle de l’étape du dossier."),
        ask("format", Takes.CHOICE,
            "Texte, ou page à imprimer ; déduit du nom du fichier s’il finit par .html.",
            choices="texte html", sign="texte|html"), *_FILE)),
    Operation.of("list", "dossier lister", _READS,
        "Liste les dossiers en cours.", (), (
        _OF_PROCEDURE,
        ask("etat", Takes.CHOICE, "Seulement cet état."),
        _OF_AGENCY, _OF_PERSON,
        ask("texte", Takes.WORDS, "Une partie de la référence, du libellé ou d’un numéro."),
        ask("tous?", Takes.NOTHING, "Avec les dossiers finis."), _LIMIT,
        ask("apres", Takes.WORDS, "Commence après cette référence.", sign="REF"))),
    Operation.of("journal", "dossier journal", _READS,
        "Montre tout ce qui a été fait sur un dossier, par qui et quand.", (_REF,)),
    Operation.of("deadlines", "echeances", _READS,
        "Liste ce qui est à faire, le plus urgent d’abord.", (), (
        ask("jours", Takes.NUMBER, f"Jours à venir à regarder ({DAYS_AHEAD})."),
        ask("retard?", Takes.NOTHING, "Seulement ce qui aurait dû être fait."), _OF_AGENCY, _OF_PERSON)),
    Operation.of("accounts", "comptes", _READS,
        "Montre les comptes des dossiers, avec leurs totaux ; avec REF, le devis et ses comptes.", (
        ask("ref", Takes.CASE, "Référence du dossier ; sans elle, tous les dossiers."),), (
        _OF_AGENCY,
        ask("ouverts?", Takes.NOTHING, "Sans les dossiers finis."),
        ask("limite", Takes.NUMBER, f"Dossiers à montrer ({LINES}) ; 0 : les totaux."))),
    Operation.of("simulate", "simuler", _READS,
        "Calcule des échéances sans ouvrir de dossier, et montre le calcul.", (
        ask("procédure", Takes.PROCEDURE, "Procédure, par exemple cipi."),), (
        _FACTS, _FUNDER,
        ask("territoire", Takes.TERRITORY, "Jours fériés : FR, FR-57, FR-971…"),
        ask("agence", Takes.AGENCY, "Jours fériés et fermetures de cette agence."),
        ask("commission*", Takes.DAY, "Séance de commission connue."),
        ask("lot", Takes.FILE, "Fichier d’exemples : un objet JSON par ligne."))),
    Operation.of("plan", "planifier", _READS,
        "Planifie un départ : jour de dépôt, commission, réponse ; ou le départ le plus proche.", (
        ask("procédure", Takes.PROCEDURE, "Procédure, par exemple cif-cdd."),), (
        _FUNDER,
        ask("depart", Takes.DAY, "Départ voulu en formation."),
        ask("depot", Takes.DAY, "Jour où le dossier peut partir."),
        ask("agence", Takes.AGENCY, "Jours fériés et fermetures ; ou filtre."),
        ask("commission*", Takes.DAY, "À la place du calendrier noté."), _FACTS,
        ask("dossier*", Takes.CASE, "Dossier à planifier."),
        ask("tous?", Takes.NOTHING, "Tous les dossiers ouverts qui restent à déposer."))),
    Operation.of("load", "", _READS,
        "Montre le calendrier : ce qui tombe chaque jour, les absences et les jours non ouvrés."),
    Operation.of("suppose-closure", "", _READS,
        "Montre ce qu’une fermeture de l’agence déplacerait."),
    Operation.of("digest", "synthese", _AGENCY,
        "Montre la synthèse du jour, ou l’envoie.", (), (
        _OF_PERSON,
        ask("agence", Takes.AGENCY, "Synthèse des dossiers sans personne."),
        ask("format", Takes.CHOICE, "{choices} (ecran).", choices="ecran texte html json", sign="FORMAT"),
        ask("envoyer?", Takes.NOTHING, "L’envoie maintenant ; une fois par jour et par personne."), _TRIED)),
    Operation.of("agenda", "agenda", _READS,
        "Donne les échéances en fichier d’agenda (iCalendar) : s’abonner, ou importer.", (), (
        ask("personne", Takes.PERSON, "Échéances de cette personne."),
        ask("agence", Takes.AGENCY, "Échéances de toute une agence."),
        ask("dossier", Takes.CASE, "Échéances d’un seul dossier."), *_FILE)),
    Operation.of("sessions", "commissions voir", _READS,
        "Montre les commissions notées d’un financeur.", (), _CALENDAR),
    Operation.of("add-sessions", "commissions ajouter", _CASES,
        "Ajoute des commissions, après avoir montré les dossiers touchés.", (
        ask("date*", Takes.DAY, "Jour de la commission."),), (
        *_CALENDAR, _CUTOFF,
        ask("libelle", Takes.WORDS, "Nom de la commission, si elle en a un."), _SURE, _TRIED)),
    Operation.of("move-session", "commissions deplacer", _CASES,
        "Déplace une commission, ou change sa clôture, après avoir montré les dossiers touchés.", (
        _NOTED_DAY, ask("nouvelle", Takes.DAY, "Nouveau jour.", required=True)), (
        *_CALENDAR, _CUTOFF, _SURE, _TRIED)),
    Operation.of("cancel-session", "commissions annuler", _CASES,
        "Annule une commission, après avoir montré les dossiers touchés.", (_NOTED_DAY,), (
        *_CALENDAR, _SURE, _TRIED)),
    Operation.of("import-sessions", "commissions importer", _CASES,
        "Ajoute les commissions d’un fichier TOML ou d’un agenda (.ics).", (
        ask("fichier", Takes.FILE, "Calendrier, .toml ou .ics.", required=True),), (
        *_CALENDAR, _SURE, _TRIED)),
    Operation.of("verify-rules", "regles verifier", _READS,
        "Vérifie tous les fichiers de règles et refait leurs exemples.", (), (
        ask("dossier", Takes.FOLDER, "Autres fichiers que ceux du programme."),)),
    Operation.of("show-rules", "regles voir", _READS,
        "Montre une procédure : étapes, actions, pièces, échéances et sources.", (
        ask("procédure", Takes.PROCEDURE, "Procédure ; sans elle, leur liste."),), (_FUNDER,)),
    Operation.of("confirm-rule", "regles confirmer", _AGENCY,
        "Note la réponse du financeur sur un point douteux des règles ; sans lui, la liste des points.", (
        ask("id", Takes.DOUBT, "Point à confirmer ; seul, ce qui en a été noté."),), (
        ask("valeur", Takes.WORDS, "Nombre, oui ou non (oui)."), ask("le", Takes.DAY, "Jour de la réponse."),
        ask("jusqu-au", Takes.DAY, "Son dernier jour."), ask("reponse", Takes.WORDS, "De qui, et où."),
        ask("retirer?", Takes.NOTHING, "Retire ce qui est confirmé."), _TRIED)),
    Operation.of("find-funder", "regles opacif", _READS,
        "Dit quel OPACIF couvre un secteur, une convention ou un employeur.", (
        ask("mots*", Takes.WORDS, "Secteur, convention ou employeur ; sans eux, tous les OPACIF."),)),
    Operation.of("compare-rules", "regles comparer", _CASES,
        "Montre les dossiers ouverts dont les dates changeraient ; avec {appliquer}, les recalcule.", (), (
        _OF_PROCEDURE,
        ask("regles", Takes.FOLDER, "Règles à venir, à la place de celles-ci.", sign="DOSSIER"),
        ask("appliquer?", Takes.NOTHING, "Enregistre les nouvelles dates, toutes ou aucune."), _SURE)),
    Operation.of("preferences", "preferences voir", _READS,
        "Montre ce qu’une personne a choisi, sujet par sujet et procédure par procédure.", (_WHO,)),
    Operation.of("set-preferences", "preferences regler", _AGENCY,
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
        _TRIED)),
    Operation.of("absences", "absences lister", _READS,
        "Liste les absences en cours et à venir.", (), (
        _OF_PERSON, _OF_AGENCY, ask("passees?", Takes.NOTHING, "Avec celles qui sont finies."))),
    Operation.of("note-absence", "absences noter", _AGENCY,
        "Note une absence, et montre ce qui tombe pendant et qui le recevra.", (_WHO,), (
        ask("du", Takes.DAY, "Premier jour.", required=True),
        ask("au", Takes.DAY, "Dernier jour.", required=True),
        ask("remplacant", Takes.PERSON, "Qui est prévenu à sa place ; sinon son responsable, puis l’agence."),
        _TRIED)),
    Operation.of("cancel-absence", "absences annuler", _AGENCY,
        "Annule une absence, ou met fin à celle qui est en cours.", (
        ask("numéro", Takes.ABSENCE, "Numéro de l’absence.", required=True),), (_TRIED,)),
    Operation.of("mails", "courriels lister", _READS,
        "Liste les courriels, le dernier d’abord.", (), (
        ask("etat", Takes.CHOICE, "Seulement cet état : {choices}.",
            choices="en_attente envoye echec remplace abandonne", sign="ÉTAT"),
        ask("dossier", Takes.CASE, "Seulement ce dossier."), _OF_PERSON, _LIMIT,
        ask("avant", Takes.NUMBER, "Commence avant ce courriel.", sign="ID"))),
    Operation.of("show-mail", "courriels voir", _READS,
        "Montre un courriel tel que le lit son destinataire, et ce qui lui est arrivé.", (_MAIL,), (
        ask("html?", Takes.NOTHING, "Sa page, pour un navigateur."),
        ask("source?", Takes.NOTHING, "Sa source entière, telle qu’elle part."))),
    Operation.of("retry-mails", "courriels relancer", _AGENCY,
        "Remet dans la file des courriels en échec ou abandonnés.", (
        ask("id*", Takes.FAILED_MAIL, "Numéro du courriel."),), (
        ask("echecs?", Takes.NOTHING, "Tous ceux qui sont en échec."), _SURE, _TRIED)),
    Operation.of("redirect-mail", "courriels rediriger", _AGENCY,
        "Remet un courriel dans la file, pour une autre personne ou une autre adresse.", (_MAIL,), (
        ask("vers", Takes.PERSON, "Qui le recevra.", required=True, sign="PERSONNE|ADRESSE"), _SURE, _TRIED)),
    Operation.of("drop-mail", "courriels abandonner", _AGENCY,
        "Abandonne un courriel : il ne partira pas.", (_MAIL,), (
        ask("raison", Takes.WORDS, "Pourquoi ; gardé avec le courriel."), _TRIED)),
    Operation.of("service", "service", _AGENCY,
        "Envoie rappels et synthèses à leur heure, jusqu’à ce qu’on l’arrête.", (), (
        ask("une-fois?", Takes.NOTHING, "Fait ce qui est dû, puis s’arrête."),
        ask("reprise?", Takes.NOTHING,
            "Après restauration d’une sauvegarde : ne renvoie pas ce qui a pu partir depuis."),
        ask("confirmer?", Takes.NOTHING,
            "L’heure est juste : laisse partir ce qui était retenu, après l’avoir compté."),
        ask("dedire?", Takes.NOTHING,
            "L’horloge était en avance : reprend ce qu’elle a fait dire, pour que ce soit dit en son temps."),
        ask("journal", Takes.CHOICE, "Forme du journal ; sinon, la configurée.",
            choices="texte json", sign="texte|json"), _SURE, _TRIED)),
    Operation.of("diagnose", "diagnostic", _READS,
        "Vérifie configuration, base, règles, courriel, horloge et service : une ligne chacun.", (), (
        ask("surveillance?", Takes.NOTHING,
            "Une ligne pour un outil de supervision : code 0 si tout va bien, 7 sinon."),)),
    Operation.of("interface", "tui", _PROGRAM,
        "Ouvre l’interface du terminal, comme « echeancier » seul.", (), (
        ask("lecture-seule?", Takes.NOTHING, "Pour regarder : rien ne peut être enregistré."),
        ask("theme", Takes.CHOICE, "sombre, clair, contraste ou daltonien.",
            choices="sombre clair contraste daltonien", sign="NOM"))),
)
# fmt: on

OPERATIONS: Mapping[str, Operation] = {one.id: one for one in _TABLE}
"""Every operation by its id."""

COMMANDS: Mapping[tuple[str, ...], Operation] = {one.command: one for one in _TABLE if one.command}
"""Every operation that has a command, by its words."""

# --- Those that faces name ------------------------------------------------------------------------------


def _named(ids: str) -> Iterator[Operation]:
    return (OPERATIONS[id_] for id_ in ids.split())


OPEN, ADVANCE, CORRECT, UNDO, NOTE_PAPERS = _named("open advance correct undo papers")
NOTE_SAYINGS, NOTE_HOURS, NOTE_CONTRACTS, NOTE_MONEY = _named("concordance hours contracts money")
SENIORITY, SHOW, CHECK, LIST, DEADLINES = _named("seniority show check list deadlines")
DIAGNOSE, MAILS, DIGEST, SERVICE, ELIGIBILITY = _named("diagnose mails digest service eligibility")
TRANSFER, SNOOZE, CHASE, ADD_SESSIONS = _named("transfer snooze chase add-sessions")
MOVE_SESSION, CANCEL_SESSION, NOTE_ABSENCE = _named("move-session cancel-session note-absence")
CANCEL_ABSENCE, COMPARE_RULES, CONFIRM_RULE = _named("cancel-absence compare-rules confirm-rule")
RETRY_MAILS, REDIRECT_MAIL, DROP_MAIL = _named("retry-mails redirect-mail drop-mail")

FACTS, PAPERS, REMOVED, EMPTIED = parameters("fait= piece* retirer* vider*")
KEPT_AT, FORCED, HISTORICAL, WAKE = parameters("ou= forcer? historique? reprendre?")
TITLE, COMMENT, REASON, REFERENCE = parameters("libelle commentaire raison ref")
PROCEDURE, FUNDER, CUTOFF, AGENCY = parameters("procedure financeur cloture agence")
PERSON, FOLLOWED_BY, SUBSTITUTE, TO = parameters("personne suivi-par remplacant vers")
ADDED, LINE, NATURE, DAYS, TYPE, WITHDRAWN = parameters("ajouter ligne nature jours type retirer?")
PLANNED, DONE, PLACE, HOURS, EMPLOYER, FIRM = parameters(
    "prevues faites lieu heures employeur chez"
)
AMOUNT, PAYER, MONTH, MONEY_REFERENCE, NOTE = parameters("montant payeur mois reference note")
ON, UNTIL, FIRST, LAST, TERRITORY, VALUE = parameters("le jusqu-au du au territoire valeur")
GROUND, ANSWERS, PROOF, SEEN_ON, ANSWER = parameters("public reponse= preuve vue-le reponse")
VALID_UNTIL, PROOF_KEPT_AT, RESTRICTED = parameters("valable-jusqu-au conservee-a confidentiel?")
STATE, TEXT, LIMIT, AFTER, BEFORE, STEP = parameters("etat texte limite apres avant etape")
EVERYTHING, ALL, LATE, ONLY_OPEN, PAST = parameters("tout? tous? retard? ouverts? passees?")
FORMAT, FILE, OVERWRITTEN, BATCH, RULES = parameters("format sortie remplacer? lot regles")
COMMISSIONS, START, DEPOSIT, CASES, CASE = parameters("commission* depart depot dossier* dossier")
TOPIC, DELIVERY, DIGEST_AT, PAUSE = parameters("sujet canal synthese-a pause-jusqu-au")
END_PAUSE, WITH_CALENDAR, ONE_A_DAY, DEFAULT = parameters("fin-pause? agenda! plafond! defaut?")
SENT, APPLIED, FAILURES, HTML, SOURCE = parameters("envoyer? appliquer? echecs? html? source?")
ONCE, RESUMED, RELEASED, TAKEN_BACK = parameters("une-fois? reprise? confirmer? dedire?")
LOG, SURVEY, READ_ONLY, THEME = parameters("journal surveillance? lecture-seule? theme")
SAMPLES, FOLDER, CONFIRMED, DRY_RUN = parameters("demo? dossier oui? essai?")
"""What operations may be told, by the names that faces give them."""

PAPER_MARKS: Mapping[str, Parameter] = dict(
    zip(
        ("a_obtenir", "demande", "recu", "verifie", "transmis"),
        parameters("a-obtenir* demandee* recue* verifiee* transmise*"),
        strict=True,
    )
)
"""The parameter that says how far a paper has come, by the value of its status: the help, which is made
from this table, needs nothing of what a file is."""
