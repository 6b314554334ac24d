"""What a procedure is once its TOML file is read: states, actions, facts, documents, deadline rules.

Built by `workflow.rulebook`, checked by `workflow.checker`, used by `workflow.deadlines` and
`workflow.machine`. Holds no rule of its own: every number and every wording comes from the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

PREVIOUS_STATE = "precedent"
"""Target of a transition that goes back to the state the case came from."""


class FactType(StrEnum):
    """How the value of a fact is read and stored."""

    DATE = "date"
    INSTANT = "instant"
    """A date with an hour; without one, 00:00 (domain convention K9)."""
    INTEGER = "entier"
    BOOLEAN = "booleen"
    TEXT = "texte"


class Kind(StrEnum):
    """Where a deadline comes from."""

    REGULATORY = "reglementaire"
    INTERNAL = "interne"
    """A target the agency sets itself: no text gives this date, and every screen says so."""


class Unit(StrEnum):
    """What a rule counts."""

    HOURS = "heures"
    WORKING_HOURS = "heures_ouvrees"
    DAYS = "jours"
    WORKING_DAYS = "jours_ouvres"
    MONTHS = "mois"


class Direction(StrEnum):
    """Which way a rule counts from its anchor."""

    BEFORE = "avant"
    AFTER = "apres"
    WITHIN = "pendant"
    """Over a period that starts at the anchor."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule is written, word for word, and when somebody last looked."""

    document: str
    lines: str
    quote: str
    checked_on: date | None = None

    def __str__(self) -> str:
        return f"« {self.quote} » ({self.document}, l. {self.lines})"


@dataclass(frozen=True, slots=True)
class Count:
    """A number of units, counted one way from an anchor.

    Exactly one of `number` and `setting` is given: a `setting` is a delay that the agency
    chooses in its configuration (`[targets]`), never a rule of law.
    """

    unit: Unit
    direction: Direction
    number: int | None = None
    setting: str | None = None
    prudent_working_days: int | None = None
    """For an hour rule: working days kept before the anchor (domain AMB-1)."""


@dataclass(frozen=True, slots=True)
class LastStart:
    """The last day on which a number of hours can still begin inside a period."""

    hours: int
    hours_per_day: str
    """Setting that gives the hours of a day's work."""
    within: Count


@dataclass(frozen=True, slots=True)
class Rule:
    """One dated wording of a deadline: its anchors and what is counted from the latest of them."""

    anchors: tuple[str, ...]
    source: Source
    editions: frozenset[str]
    """Ids of the editions it belongs to; empty means every edition."""
    opens: Count | None = None
    closes: Count | None = None
    expects: Count | None = None
    last_start: LastStart | None = None
    notes: tuple[str, ...] = ()
    """What a careful reader must know, shown as warnings beside the date."""


@dataclass(frozen=True, slots=True)
class DeadlineSpec:
    """A deadline of the procedure and the rules that give its date, edition by edition."""

    id: str
    label: str
    kind: Kind
    states: frozenset[str]
    """States in which it is awaited."""
    met_by: frozenset[str]
    """Actions that meet it."""
    met_by_fact: str | None
    """Fact whose presence meets it, for what no action records."""
    rules: tuple[Rule, ...]
    portal: bool = False
    """True when the act is done in the funder's portal."""
    checks_start: bool = False
    """True when this window decides whether the start date is possible at all."""


@dataclass(frozen=True, slots=True)
class FactSpec:
    """A fact that a person types."""

    id: str
    label: str
    type: FactType
    future: bool
    """True for a planned date; False for something that happened, which cannot be in the future."""


@dataclass(frozen=True, slots=True)
class DocumentSpec:
    """A document, or a requirement that any of several documents satisfies."""

    id: str
    label: str
    source: Source
    any_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """A condition of the case."""

    id: str
    label: str
    awaits: str
    """Who must act: `agence`, `financeur` or `personne`."""
    final: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """What a person does: it records facts and moves the case along a transition."""

    id: str
    label: str
    transitions: Mapping[str, str]
    """From each state that allows it, the state it leads to (or `PREVIOUS_STATE`)."""
    dated_by: str
    """Fact that holds the date of the step."""
    needs: tuple[str, ...] = ()
    """Facts without which it is refused."""
    documents: tuple[str, ...] = ()
    """Documents without which it is refused."""
    window: str | None = None
    """Deadline whose window must be open on the date of the step."""


@dataclass(frozen=True, slots=True)
class Edition:
    """A period during which one wording of the rules is in force, by the reference date of the case."""

    id: str
    label: str
    valid_from: date | None
    valid_until: date | None
    source: Source
    notes: tuple[str, ...] = ()

    def covers(self, day: date) -> bool:
        """Tell whether the edition is in force on a day (both ends included)."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


@dataclass(frozen=True, slots=True)
class Portal:
    """The name of the funder's portal over a period."""

    name: str
    valid_from: date | None
    valid_until: date | None
    source: Source


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example kept beside the rule: facts in, dates out."""

    id: str
    deadline: str
    facts: Mapping[str, object]
    expect: Mapping[str, Mapping[str, object]]
    territory: str = "FR"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Procedure:
    """A whole procedure, as its file says it."""

    file: str
    """Name of its file, for messages."""
    id: str
    name: str
    label: str
    funder_label: str
    funder_territory: str
    """Territory whose public holidays the funder keeps."""
    prefix: str
    """First letters of a case's reference."""
    initial: str
    reference_fact: str
    """Fact whose date chooses the edition; asked when a case is opened."""
    states: Mapping[str, State]
    actions: Mapping[str, Action]
    facts: Mapping[str, FactSpec]
    documents: Mapping[str, DocumentSpec]
    deadlines: Mapping[str, DeadlineSpec]
    editions: tuple[Edition, ...]
    portals: tuple[Portal, ...]
    examples: tuple[Example, ...]
    settings: frozenset[str]
    """Names of the configured delays that its rules read."""
    chronology: tuple[tuple[str, str], ...] = ()
    """Pairs of facts of which the first cannot come after the second."""

    def edition_on(self, day: date) -> Edition | None:
        """Return the edition in force on a day, or None when no edition covers it."""
        return next((edition for edition in self.editions if edition.covers(day)), None)

    def edition(self, id_: str) -> Edition:
        """Return the edition that bears an id, pinned to a case earlier.

        Raises:
            KeyError: when the rule file no longer has it (the rulebook refuses such a file).
        """
        return {edition.id: edition for edition in self.editions}[id_]

    def portal_on(self, day: date) -> str | None:
        """Return the portal's name on a day."""
        for portal in self.portals:
            if (portal.valid_from is None or portal.valid_from <= day) and (
                portal.valid_until is None or day <= portal.valid_until
            ):
                return portal.name
        return None
