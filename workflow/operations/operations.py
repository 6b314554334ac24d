"""Every operation, and the names by which faces speak of it and of what it is told.

Read by every face: the command line makes its commands, their options and their help of it, the interface
says with a `Request` what it has done and which of its keys do it, the tests prove that no face lacks an
operation without saying so, and `docs/operations.md` is written from it. Does nothing itself, and spells no
option: a face derives it from the name of a parameter. The tables beside it hold the operations, by subject.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflow.operations import cases, cohorts, dates, mails, parties, program, rules
from workflow.operations.requests import Operation, Parameter, parameters

_TABLE = (
    *program.SETTING_UP,
    *cases.TABLE,
    *cohorts.TABLE,
    *dates.TABLE,
    *rules.TABLE,
    *mails.TABLE,
    *mails.LETTERS,
    *parties.TABLE,
    *program.RUNNING,
)

OPERATIONS: Mapping[str, Operation] = {one.id: one for one in _TABLE}
"""Every operation by its id."""

COMMANDS: Mapping[tuple[str, ...], Operation] = {one.command: one for one in _TABLE if one.command}
"""Every operation that has a command, by its words."""

# --- Those that faces name ------------------------------------------------------------------------------


def _named(ids: str) -> Iterator[Operation]:
    return (OPERATIONS[id_] for id_ in ids.split())


OPEN, ADVANCE, CORRECT, UNDO, NOTE_PAPERS, IMPORT, UNDO_IMPORT = _named(
    "open advance correct undo papers import undo-import"
)
NOTE_SAYINGS, NOTE_HOURS, NOTE_CONTRACTS, NOTE_MONEY = _named("concordance hours contracts money")
SENIORITY, SHOW, CHECK, LIST, DEADLINES = _named("seniority show check list deadlines")
DIAGNOSE, MAILS, DIGEST, SERVICE, ELIGIBILITY = _named("diagnose mails digest service eligibility")
TRANSFER, SNOOZE, CHASE, ADD_SESSIONS = _named("transfer snooze chase add-sessions")
MOVE_SESSION, CANCEL_SESSION, NOTE_ABSENCE = _named("move-session cancel-session note-absence")
CANCEL_ABSENCE, COMPARE_RULES, CONFIRM_RULE = _named("cancel-absence compare-rules confirm-rule")
RETRY_MAILS, REDIRECT_MAIL, DROP_MAIL, RESTORE_ADDRESS, READ_RETURNS, LETTER = _named(
    "retry-mails redirect-mail drop-mail restore-address returns letter"
)
OPEN_COHORT, COHORT, CORRECT_COHORT, ADVANCE_COHORT, JOIN_COHORT, LEAVE_COHORT = _named(
    "open-cohort cohort correct-cohort advance-cohort join-cohort leave-cohort"
)

ADD_ORGANISATION, ADD_CLIENT, ADD_BENEFICIARY = _named(
    "add-organisation add-client add-beneficiary"
)
CORRECT_ORGANISATION, CORRECT_CLIENT, CORRECT_BENEFICIARY = _named(
    "correct-organisation correct-client correct-beneficiary"
)
MERGE_ORGANISATIONS, MERGE_CLIENTS, MERGE_BENEFICIARIES = _named(
    "merge-organisations merge-clients merge-beneficiaries"
)

FACTS, PAPERS, REMOVED, EMPTIED = parameters("fait= piece* retirer* vider*")
KEPT_AT, KEPT_FILES, EXPIRES, OPENED = parameters("ou= fichier= expire= ouvrir?")
FORCED, HISTORICAL, LIVING, WAKE = parameters("forcer? historique? repris? reprendre?")
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
FORMAT, FILE, FILES, OVERWRITTEN = parameters("format sortie fichier* remplacer?")
BATCH, RULES, LISTED = parameters("lot regles liste?")
(SEEN,) = parameters("ranger*")
COMMISSIONS, START, DEPOSIT, CASES, CASE = parameters("commission* depart depot dossier* dossier")
TOPIC, DELIVERY, DIGEST_AT, PAUSE = parameters("sujet canal synthese-a pause-jusqu-au")
END_PAUSE, WITH_CALENDAR, ONE_A_DAY, DEFAULT = parameters("fin-pause? agenda! plafond! defaut?")
SENT, APPLIED, FAILURES, HTML, SOURCE = parameters("envoyer? appliquer? echecs? html? source?")
ONCE, RESUMED, RELEASED, TAKEN_BACK = parameters("une-fois? reprise? confirmer? dedire?")
LOG, SURVEY, READ_ONLY, THEME = parameters("journal surveillance? lecture-seule? theme")
SAMPLES, FOLDER, CONFIRMED, DRY_RUN = parameters("demo? dossier oui? essai?")
COPIED, SUPPLIED, NAMES, GROUP = parameters("copier? fourni? noms groupe")
SHEET, COLUMNS, IGNORED, GOOD_ONLY, REJECTS, MODEL = parameters(
    "feuille colonne= ignorer* bonnes? refuses modele"
)
"""What operations may be told, by the names that faces give them."""

NAME, CONTACT, IN_FILES, DOUBLE = parameters("nom contact* dossiers? double")
POINTED: Mapping[str, Parameter] = {one.parameter.name: one.parameter for one in parties.POINTED}
"""What a file is asked of its parties, by their kind."""
PARTY_FIELDS: Mapping[str, Parameter] = {
    one.name: one for one in parameters("siret nda qualiopi secteur prenom courriel telephone")
}
"""What is known of a party beside its name, by field."""

PAPER_MARKS: Mapping[str, Parameter] = dict(
    zip(
        ("a_obtenir", "demande", "recu", "verifie", "transmis"),
        parameters("a-obtenir* demandee* recue* verifiee* transmise*"),
        strict=True,
    )
)
"""The parameter that says how far a paper has come, by the value of its status: the help, which is made
from this table, needs nothing of what a file is."""
