"""What people can do: each operation declared once, with its command, its parameters and its words.

Read by every face: the command line takes the names, the help and the spelling of its options from here,
the interface says with a `Request` what it has done and which of its keys do it, the tests prove that no
face lacks an operation without saying so, and `docs/operations.md` is written from it. Does nothing itself,
and spells no option: a face derives it from the name of a parameter. One table, hence its length.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct, field


class Reach(StrEnum):
    """What an operation touches."""

    READS = "lit"
    CASE = "agit sur un dossier"
    CASES = "agit sur plusieurs dossiers"
    AGENCY = "administre l’agence"
    PROGRAM = "installe ou ouvre le programme"


class Shape(StrEnum):
    """What a parameter is given."""

    FLAG = "yes or no"
    ONE = "a value"
    MANY = "several values"
    NAMED = "values by name"


class Parameter(Struct, frozen=True):
    """Something that an operation may be told.

    Args:
        name: what staff call it, as a slug; faces derive their own names from it.
        shape: what it is given.
    """

    name: str
    shape: Shape = Shape.ONE


Answer = str | bool | list[str] | tuple[str, ...] | Mapping[str, str] | None
"""What a parameter was given: nothing, or what its shape says."""


class Operation(Struct, frozen=True):
    """Something people can do.

    Args:
        id: never changes.
        command: the words of its command; empty when it has none.
        reach: what it touches.
        words: a French sentence that says what it does; a parameter stands in it between braces.
        about: what it is done to, in order.
        parameters: what it may be told, in the order in which it is told again.
        bulk: True when it can be done to all the files that are marked.
    """

    id: str
    command: tuple[str, ...]
    reach: Reach
    words: str
    about: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    bulk: bool = False


class Request(Struct, frozen=True):
    """An operation, and what it is told: what was done, or could be, by any face.

    Args:
        operation: the operation.
        about: what it is done to, in order, as typed.
        answers: what its parameters are given, as typed; an empty answer says nothing.
    """

    operation: Operation
    about: tuple[str, ...] = ()
    answers: Mapping[Parameter, Answer] = field(default_factory=dict)

    def flag(self, parameter: Parameter) -> bool:
        """Tell whether a parameter is given."""
        return self.answers.get(parameter) is True

    def given(self, parameter: Parameter) -> str | None:
        """Return what a parameter is given, None when it is not."""
        answer = self.answers.get(parameter)
        return answer if isinstance(answer, str) else None

    def text(self, parameter: Parameter) -> str:
        """Return what a parameter is given, empty when it is not."""
        return self.given(parameter) or ""

    def many(self, parameter: Parameter) -> tuple[str, ...]:
        """Return the values that a parameter is given."""
        answer = self.answers.get(parameter)
        return tuple(answer) if isinstance(answer, list | tuple) else ()

    def named(self, parameter: Parameter) -> Mapping[str, str]:
        """Return the values that a parameter is given, by name."""
        answer = self.answers.get(parameter)
        return answer if isinstance(answer, Mapping) else {}


_SHAPES = {"?": Shape.FLAG, "*": Shape.MANY, "=": Shape.NAMED}


def _parameters(names: str) -> tuple[Parameter, ...]:
    """Return parameters as the table writes them: `one flag? many* named=`."""
    return tuple(
        Parameter(name.rstrip("?*="), _SHAPES.get(name[-1], Shape.ONE)) for name in names.split()
    )


def _declared(
    id_: str,
    command: str,
    reach: Reach,
    words: str,
    about: str = "",
    parameters: str = "",
    *,
    bulk: bool = False,
) -> Operation:
    told = _parameters(parameters)
    return Operation(id_, tuple(command.split()), reach, words, tuple(about.split()), told, bulk)


_READS, _CASE, _CASES, _AGENCY, _PROGRAM = Reach

# A table: what it is, the words for it, what it is told.
# fmt: off
_TABLE = (
    _declared("init", "init", _PROGRAM,
        "Crée la base, ou la met à jour ; {demo} y met une agence d’exemple.",
        "", "demo? essai?"),
    _declared("demo", "demo", _PROGRAM,
        "Montre le programme à l’œuvre sur une agence d’exemple, dans le dossier demo.",
        "", "dossier"),
    _declared("open", "dossier ouvrir", _CASE,
        "Ouvre un dossier et calcule ses échéances.",
        "procédure",
        "financeur agence suivi-par libelle ref territoire fait= historique? forcer? commentaire essai?"),
    _declared("advance", "dossier avancer", _CASE,
        "Fait une action : note ses faits, change l’état, recalcule les échéances.",
        "ref action", "fait= piece* forcer? commentaire essai?", bulk=True),
    _declared("correct", "dossier corriger", _CASE,
        "Corrige des faits ou le libellé ; montre chaque échéance avant et après.",
        "ref", "libelle fait= retirer* forcer? commentaire essai?"),
    _declared("undo", "dossier annuler", _CASE,
        "Annule la dernière étape ; ses faits et son état reviennent à ce qu’ils étaient.",
        "ref", "commentaire essai?"),
    _declared("papers", "dossier pieces", _CASE,
        "Montre les pièces et où elles en sont ; note celles qui sont demandées, reçues, vérifiées…",
        "ref",
        "a-obtenir* demandee* recue* verifiee* transmise* retirer* le ou= commentaire essai?", bulk=True),
    _declared("hours", "dossier heures", _CASE,
        "Montre le relevé d’heures et ce qu’il reste à faire ; ajoute, change ou retire des lignes.",
        "ref", "ajouter ligne nature jours prevues faites lieu vider* retirer* commentaire essai?"),
    _declared("contracts", "dossier contrats", _CASE,
        "Montre les contrats de la personne ; ajoute, change ou retire des lignes.",
        "ref", "ajouter ligne type jours heures employeur chez retirer* commentaire essai?"),
    _declared("seniority", "dossier anciennete", _READS,
        "Compte l’ancienneté sur ses périodes, et dit quand elle suffirait.",
        "ref", "au"),
    _declared("eligibility", "dossier eligibilite", _CASE,
        "Note pourquoi la personne est éligible, par un questionnaire ; {confidentiel} le relit.",
        "ref",
        "public reponse= preuve vue-le valable-jusqu-au conservee-a confidentiel? commentaire essai?"),
    _declared("transfer", "dossier attribuer", _CASE,
        "Confie le dossier à une personne, à une agence, ou aux deux.",
        "ref", "personne agence commentaire essai?", bulk=True),
    _declared("snooze", "dossier reporter", _CASE,
        "Reporte le rappel d’une échéance, avec une raison ; l’échéance, elle, ne bouge pas.",
        "ref échéance", "jusqu-au reprendre? raison essai?"),
    _declared("show", "dossier voir", _READS,
        "Montre un dossier : son état, ses échéances et leur calcul, ses pièces, ses actions.",
        "ref"),
    _declared("check", "dossier controler", _READS,
        "Contrôle un dossier : ce qui est conforme, ce qui ne l’est pas, ce qui reste à confirmer.",
        "ref", "tout?"),
    _declared("sheet", "dossier fiche", _READS,
        "Donne la fiche d’une étape : quoi saisir au portail et joindre, dans l’ordre, et pour quand.",
        "ref", "etape format sortie remplacer?"),
    _declared("list", "dossier lister", _READS,
        "Liste les dossiers en cours.",
        "", "procedure etat agence personne texte tous? limite apres"),
    _declared("journal", "dossier journal", _READS,
        "Montre tout ce qui a été fait sur un dossier, par qui et quand.",
        "ref"),
    _declared("deadlines", "echeances", _READS,
        "Liste ce qui est à faire, le plus urgent d’abord.",
        "", "jours retard? agence personne"),
    _declared("accounts", "comptes", _READS,
        "Montre les comptes des dossiers, avec leurs totaux ; avec REF, le devis et ses comptes.",
        "ref", "agence ouverts? limite"),
    _declared("simulate", "simuler", _READS,
        "Calcule des échéances sans ouvrir de dossier, et montre le calcul.",
        "procédure", "fait= financeur territoire agence commission* lot"),
    _declared("plan", "planifier", _READS,
        "Planifie un départ : jour de dépôt, commission, réponse ; ou le départ le plus proche.",
        "procédure", "financeur depart depot agence commission* fait= dossier* tous?"),
    _declared("load", "", _READS,
        "Montre le calendrier : ce qui tombe chaque jour, les absences et les jours non ouvrés."),
    _declared("suppose-closure", "", _READS,
        "Montre ce qu’une fermeture de l’agence déplacerait."),
    _declared("digest", "synthese", _AGENCY,
        "Montre la synthèse du jour, ou l’envoie.",
        "", "personne agence format envoyer? essai?"),
    _declared("agenda", "agenda", _READS,
        "Donne les échéances en fichier d’agenda (iCalendar) : s’abonner, ou importer.",
        "", "personne agence dossier sortie remplacer?"),
    _declared("sessions", "commissions voir", _READS,
        "Montre les commissions notées d’un financeur.",
        "", "financeur procedure"),
    _declared("add-sessions", "commissions ajouter", _CASES,
        "Ajoute des commissions, après avoir montré les dossiers touchés.",
        "date", "procedure financeur cloture libelle oui? essai?"),
    _declared("move-session", "commissions deplacer", _CASES,
        "Déplace une commission, ou change sa clôture, après avoir montré les dossiers touchés.",
        "date nouvelle", "procedure financeur cloture oui? essai?"),
    _declared("cancel-session", "commissions annuler", _CASES,
        "Annule une commission, après avoir montré les dossiers touchés.",
        "date", "procedure financeur oui? essai?"),
    _declared("import-sessions", "commissions importer", _CASES,
        "Ajoute les commissions d’un fichier TOML ou d’un agenda (.ics).",
        "fichier", "procedure financeur oui? essai?"),
    _declared("verify-rules", "regles verifier", _READS,
        "Vérifie tous les fichiers de règles et refait leurs exemples.",
        "", "dossier"),
    _declared("show-rules", "regles voir", _READS,
        "Montre une procédure : étapes, actions, pièces, échéances et sources.",
        "procédure", "financeur"),
    _declared("compare-rules", "regles comparer", _CASES,
        "Montre les dossiers ouverts dont les dates changeraient ; avec {appliquer}, les recalcule.",
        "", "procedure regles appliquer? oui?"),
    _declared("preferences", "preferences voir", _READS,
        "Montre ce qu’une personne a choisi, sujet par sujet et procédure par procédure.",
        "personne"),
    _declared("set-preferences", "preferences regler", _AGENCY,
        "Change ce qu’une personne a choisi ; le choix le plus précis l’emporte.",
        "personne",
        "sujet procedure canal jours heures synthese-a pause-jusqu-au fin-pause? agenda? defaut? essai?"),
    _declared("absences", "absences lister", _READS,
        "Liste les absences en cours et à venir.",
        "", "personne agence passees?"),
    _declared("note-absence", "absences noter", _AGENCY,
        "Note une absence, et montre ce qui tombe pendant et qui le recevra.",
        "personne", "du au remplacant essai?"),
    _declared("cancel-absence", "absences annuler", _AGENCY,
        "Annule une absence, ou met fin à celle qui est en cours.",
        "numéro", "essai?"),
    _declared("mails", "courriels lister", _READS,
        "Liste les courriels, le dernier d’abord.",
        "", "etat dossier personne limite avant"),
    _declared("show-mail", "courriels voir", _READS,
        "Montre un courriel tel que le lit son destinataire, et ce qui lui est arrivé.",
        "id", "html? source?"),
    _declared("retry-mails", "courriels relancer", _AGENCY,
        "Remet dans la file des courriels en échec ou abandonnés.",
        "id", "echecs? oui? essai?"),
    _declared("redirect-mail", "courriels rediriger", _AGENCY,
        "Remet un courriel dans la file, pour une autre personne ou une autre adresse.",
        "id", "vers oui? essai?"),
    _declared("drop-mail", "courriels abandonner", _AGENCY,
        "Abandonne un courriel : il ne partira pas.",
        "id", "raison essai?"),
    _declared("service", "service", _AGENCY,
        "Envoie rappels et synthèses à leur heure, jusqu’à ce qu’on l’arrête.",
        "", "une-fois? reprise? confirmer? dedire? journal oui? essai?"),
    _declared("diagnose", "diagnostic", _READS,
        "Vérifie configuration, base, règles, courriel, horloge et service : une ligne chacun.",
        "", "surveillance?"),
    _declared("interface", "tui", _PROGRAM,
        "Ouvre l’interface du terminal, comme « echeancier » seul.",
        "", "lecture-seule? theme"),
)
# fmt: on

OPERATIONS: Mapping[str, Operation] = {one.id: one for one in _TABLE}
"""Every operation by its id."""

COMMANDS: Mapping[tuple[str, ...], Operation] = {one.command: one for one in _TABLE if one.command}
"""Every operation that has a command, by its words."""

# --- Those that faces name ------------------------------------------------------------------------------

OPEN = OPERATIONS["open"]
ADVANCE = OPERATIONS["advance"]
CORRECT = OPERATIONS["correct"]
UNDO = OPERATIONS["undo"]
NOTE_PAPERS = OPERATIONS["papers"]
NOTE_HOURS = OPERATIONS["hours"]
ELIGIBILITY = OPERATIONS["eligibility"]
TRANSFER = OPERATIONS["transfer"]
SNOOZE = OPERATIONS["snooze"]
ADD_SESSIONS = OPERATIONS["add-sessions"]
MOVE_SESSION = OPERATIONS["move-session"]
CANCEL_SESSION = OPERATIONS["cancel-session"]
NOTE_ABSENCE = OPERATIONS["note-absence"]
CANCEL_ABSENCE = OPERATIONS["cancel-absence"]
RETRY_MAILS = OPERATIONS["retry-mails"]
REDIRECT_MAIL = OPERATIONS["redirect-mail"]
DROP_MAIL = OPERATIONS["drop-mail"]

FACTS, PAPERS, REMOVED, EMPTIED = _parameters("fait= piece* retirer* vider*")
KEPT_AT, FORCED, HISTORICAL, WAKE = _parameters("ou= forcer? historique? reprendre?")
TITLE, COMMENT, REASON, REFERENCE = _parameters("libelle commentaire raison ref")
PROCEDURE, FUNDER, CUTOFF, AGENCY = _parameters("procedure financeur cloture agence")
PERSON, FOLLOWED_BY, SUBSTITUTE, TO = _parameters("personne suivi-par remplacant vers")
ADDED, LINE, NATURE, DAYS = _parameters("ajouter ligne nature jours")
PLANNED, DONE, PLACE = _parameters("prevues faites lieu")
ON, UNTIL, FIRST, LAST = _parameters("le jusqu-au du au")

PAPER_MARKS: Mapping[str, Parameter] = dict(
    zip(
        ("a_obtenir", "demande", "recu", "verifie", "transmis"),
        _parameters("a-obtenir* demandee* recue* verifiee* transmise*"),
        strict=True,
    )
)
"""The parameter that says how far a paper has come, by the value of its status: the help, which is made
from this table, needs nothing of what a file is."""
