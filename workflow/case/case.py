"""The values a case is made of: the case, its deadlines, its journal, and the outcome of an act.

Made by `workflow.acts`, kept by the store, shown everywhere; immutable. Read together, hence its length.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct, field

from workflow.case.kept_file import BroughtFile, KeptFile
from workflow.case.money import MoneyLine
from workflow.case.readings import ComputedReading
from workflow.rules.deadline_rules import Kind
from workflow.rules.fact_specs import Source
from workflow.rules.seniority import Contract
from workflow.text.day_ends import day_of_end

FactValue = date | datetime | Decimal | int | bool | str
"""A typed fact. An instant is an aware datetime, or a bare date when its hour is unknown."""

Moment = date | datetime
"""A civil date, or an aware instant for a rule that counts hours."""


def civil(moment: Moment) -> date:
    """Return the civil date of a moment, in the zone it carries."""
    return moment.date() if isinstance(moment, datetime) else moment


def utc(moment: Moment) -> Moment:
    """Return an instant in UTC, where no hour is lived twice; a civil date as it is."""
    return moment.astimezone(UTC) if isinstance(moment, datetime) else moment


class Dates(Struct, frozen=True):
    """The computed dates of a deadline, at least one: what a list, a reminder and a comparison need.

    `opens_on`, `prudent` and `chase_on` are civil dates; `strict` and `expected_at` are civil dates
    for day and month rules, aware instants for hour rules. Both are ends: an instant at midnight belongs to
    the day before (`workflow.text.day_ends`).
    """

    opens_on: date | None = None
    strict: Moment | None = None
    prudent: date | None = None
    expected_at: Moment | None = None
    chase_on: date | None = None
    commission: date | None = None

    @property
    def moments(self) -> tuple[date | None, Moment | None, date | None, Moment | None, date | None]:
        """What counts, instants in UTC: two computations are equal when these are."""
        return (
            self.opens_on,
            utc(self.strict) if self.strict else None,
            self.prudent,
            utc(self.expected_at) if self.expected_at else None,
            self.chase_on,
        )

    @property
    def act_on(self) -> date:
        """The day on which staff should have acted: the prudent date, or the day to chase a reply."""
        if (day := self.prudent or self.chase_on) is not None:
            return day
        strict = self.strict or self.expected_at or self.opens_on
        assert strict is not None, "a deadline has at least one date"  # noqa: S101 - kept by the checker
        return day_of_end(strict)

    @property
    def impossible(self) -> bool:
        """True when the window closes before it opens, with or without the margin."""
        if self.opens_on is None:
            return False
        last = self.prudent or (day_of_end(self.strict) if self.strict else None)
        return last is not None and last < self.opens_on

    @property
    def awaited(self) -> bool:
        """True for a reply that somebody else owes."""
        return self.expected_at is not None


class Explanation(Struct, frozen=True):
    """How the dates of a deadline were obtained, and what to know when acting on them."""

    steps: tuple[str, ...]
    """Anchor, rule with its quoted source, count with the days skipped, result."""
    source: Source
    binding: str
    """The constraint that decided."""
    options: tuple[str, ...] = ()
    """The other sessions of a commission that would do."""
    portal: str | None = None
    """Name of the funder's portal on the day to act, when the act is done there."""
    warnings: tuple[str, ...] = ()
    readings: tuple[ComputedReading, ...] = ()


class Deadline(Struct, frozen=True):
    """Computed dates and how they were obtained."""

    id: str
    label: str
    kind: Kind
    dates: Dates
    explanation: Explanation
    snoozed_until: date | None = None
    """Day until which staff asked not to be reminded; forgotten when the dates move."""
    awaited_since: date | None = None
    """For a reply, the day from which it is counted: when the waiting began."""
    missing: tuple[str, ...] = ()
    """What would have to be noted to prove it, once a later step has ended it without proof."""

    @property
    def sessions(self) -> tuple[date | None, tuple[str, ...]]:
        """The session of a commission that was chosen, and the others that would do."""
        return self.dates.commission, self.explanation.options


class EntryKind(StrEnum):
    """What a journal entry tells."""

    OPENING = "ouverture"
    ACTION = "action"
    CORRECTION = "correction"
    UNDO = "annulation"
    DOCUMENT = "piece"
    TRANSFER = "attribution"
    HOURS = "heures"
    ELIGIBILITY = "eligibilite"
    CONTRACTS = "contrats"
    MONEY = "argent"
    RECALCULATION = "recalcul"
    SNOOZE = "report"
    CHASE = "relance"
    LETTER = "lettre"


class PaperStatus(StrEnum):
    """How far a document has come, in order."""

    TO_OBTAIN = "a_obtenir"
    REQUESTED = "demande"
    RECEIVED = "recu"
    CHECKED = "verifie"
    SENT = "transmis"

    @property
    def in_hand(self) -> bool:
        """True once the agency holds it: only then does it satisfy a step."""
        return self in {self.RECEIVED, self.CHECKED, self.SENT}


class Paper(Struct, frozen=True):
    """What is known of a document of the case.

    Args:
        status: how far it has come.
        on: day of that status.
        by: id of the person who noted it.
        kept_at: where it is kept (a path, a reference), empty when nobody said.
        says: by fact, what it says, as `workflow.wording.codec` writes it.
        file: the file that is kept with it.
        expires_on: last day on which it is worth something.
    """

    status: PaperStatus
    on: date
    by: str
    kept_at: str = ""
    says: Mapping[str, str] = field(default_factory=dict)
    file: KeptFile | None = None
    expires_on: date | None = None


class WorkKind(StrEnum):
    """What hours are made of: words that staff read and type."""

    TRAINING = "formation"
    MISSION = "mission"
    ASSESSMENT = "bilan"


class HoursLine(Struct, frozen=True):
    """Hours of one kind over a day or a period, both ends included.

    Args:
        number: what staff call the line; never given twice in a case.
        kind: what the hours are made of.
        first: first day.
        last: last day.
        planned: hours planned, None when only what was done is known.
        done: hours done, None until they are.
        place: training organisation, or company where the mission takes place.
    """

    number: int
    kind: WorkKind
    first: date
    last: date
    planned: Decimal | None = None
    done: Decimal | None = None
    place: str = ""


class Subject(StrEnum):
    """What a change in the journal is about."""

    FACT = "fait"
    PAPER = "piece"
    HOURS = "heures"
    CONTRACT = "contrat"
    MONEY = "argent"
    FILE = "dossier"
    """Its title, its group, who follows it, its agency, its public holidays."""
    SNOOZE = "report"
    DATES = "dates"
    LETTER = "lettre"


Noted = str | Paper | HoursLine | Contract | MoneyLine | Dates
"""A value in the journal. Text: a fact as `workflow.wording.codec` writes it, a name, a day, an old value."""


class Change(Struct, frozen=True):
    """One value before and after; None means absent."""

    about: Subject
    name: str
    """Id of the fact, paper, letter, attribute or deadline; number of a line of hours, money or contract."""
    old: Noted | None
    new: Noted | None


class Entry(Struct, frozen=True):
    """A line of the journal: append-only, one for each write to the case."""

    seq: int
    """1 for the opening, then one more for each entry; equals the version of the case it made."""
    kind: EntryKind
    at: datetime
    """When it was recorded (aware, UTC)."""
    by: str
    """Who acted: id of the person."""
    state_from: str | None
    state_to: str
    action: str | None = None
    on: Moment | None = None
    """The real date of the step, which may be earlier than `at`."""
    changes: tuple[Change, ...] = ()
    """What the act noted."""
    dates: tuple[Change, ...] = ()
    """The deadlines whose dates it moved, opened or ended."""
    comment: str = ""
    forced: bool = False
    """True when the person went against a window, with a comment."""
    undoes: int | None = None
    """For an undo: `seq` of the entry it takes back."""


class Eligibility(Struct, frozen=True):
    """Why a person is eligible: the restricted part of a case.

    Never in a list, a mail, a log, an export or an error message; `repr` says nothing of it.

    Args:
        ground: id of the ground in the procedure.
        answers: what was answered to the questions of the ground.
        proof: which proof was seen, by its id in the procedure; empty until one is.
        kept_at: where the proof is kept.
    """

    ground: str
    answers: Mapping[str, FactValue] = field(default_factory=dict)
    proof: str = ""
    kept_at: str = ""

    def __repr__(self) -> str:
        return "Eligibility(…)"


class Alert(Struct, frozen=True):
    """Something wrong with a file, whatever the dates; says nothing restricted.

    Args:
        label: what was checked.
        sentence: what is wrong with it.
    """

    label: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.label} : {self.sentence}" if self.label else self.sentence


class Case(Struct, frozen=True):
    """A file followed by an agency, as last written."""

    ref: str
    procedure: str
    edition: str
    territory: str
    agency: str
    state: str
    opened_at: datetime
    title: str = ""
    """What staff call it; never an eligibility ground."""
    funder: str | None = None
    owner: str | None = None
    """Id of the person who follows it; None leaves it to the agency."""
    cohort: str | None = None
    """Name of the group of people who follow the same training session, at most one."""
    facts: Mapping[str, FactValue] = field(default_factory=dict)
    documents: Mapping[str, Paper] = field(default_factory=dict)
    """Documents that somebody has asked for, received, checked or sent."""
    hours: tuple[HoursLine, ...] = ()
    """The ledger of hours, by number of line."""
    contracts: tuple[Contract, ...] = ()
    """The person's history of contracts, by number of line."""
    money: tuple[MoneyLine, ...] = ()
    """Claims and payments, by number of line."""
    eligibility: Eligibility | None = None
    """The restricted part; taken away from every case that is shown (`CaseService.view`)."""
    alerts: tuple[Alert, ...] = ()
    stake: Decimal | None = None
    """Euros that missing a date would lose."""
    estimated: bool = False  # the usual ones of the procedure: the file tells nothing
    organisation: int | None = None
    """Number of its training organisation, of its client and of its beneficiary (`workflow.case.parties`)."""
    client: int | None = None
    beneficiary: int | None = None
    deadlines: Mapping[str, Deadline] = field(default_factory=dict)
    """The deadlines open now, as last computed and saved."""
    history: tuple[Entry, ...] = ()
    """The steps that led here (actions that were not undone), oldest first."""
    version: int = 0


class Closing(Struct, frozen=True):
    """The end of a deadline: met, not proved, or dropped because the case no longer awaits it.

    What proves a deadline may be noted, corrected or taken back later: then it ends anew.
    """

    deadline: Deadline
    met: bool
    on: date | None = None
    late: bool = False
    """True when the act came after the strict date."""

    @property
    def missing(self) -> tuple[str, ...]:
        """What would have to be noted to prove it: a later step has ended it without."""
        return self.deadline.missing


class Move(Struct, frozen=True):
    """A deadline whose dates changed."""

    old: Deadline
    new: Deadline


class Outcome(Struct, frozen=True):
    """Everything an act does to a case; written whole or not at all."""

    before: Case | None
    """None when the case is opened."""
    after: Case
    entry: Entry
    opened: tuple[Deadline, ...] = ()
    moved: tuple[Move, ...] = ()
    closed: tuple[Closing, ...] = ()
    warnings: tuple[str, ...] = ()
    numbered: bool = False
    """True when the reference of a new case was allotted: the next one will do as well."""
    brought: tuple[BroughtFile, ...] = ()
    """What is copied before it is written."""

    @property
    def new_alerts(self) -> tuple[str, ...]:
        """What the act makes wrong with the file, beside what its warnings tell."""
        was = self.before.alerts if self.before else ()
        found = (str(alert) for alert in self.after.alerts if alert not in was)
        return tuple(words for words in found if words not in self.warnings)
