"""What a procedure is once its TOML file is read: states, actions, facts, documents, deadline rules.

Built by `workflow.rulefiles.rulebook`, checked by `workflow.rulefiles.consistency`, used by
`workflow.deadlines.compute` and `workflow.acts.transitions`. Holds no rule of its own: every number and
every wording comes from the file. One Struct for each table of a rule file, hence its length.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Annotated

from msgspec import Struct, field
from msgspec.structs import force_setattr

from workflow.rules.checks import Check, EligibilityRules
from workflow.rules.concordance import Concordance
from workflow.rules.counts import Constraint, Count, LastStart
from workflow.rules.derogations import Derogation
from workflow.rules.doubts import Doubt
from workflow.rules.fact_specs import Checked, FactSpec, Period, Source
from workflow.rules.funding import Account, Funding, Payer, UsualStake
from workflow.rules.letters import LetterRules
from workflow.rules.readings import ReadingCount, RuleReading
from workflow.rules.references import References, Unavailable
from workflow.rules.seniority import SeniorityRules
from workflow.rules.sheets import SheetField, SheetSpec
from workflow.rules.targets import ChaseRule, Target
from workflow.structures.written import AS_IT_IS, UNWRITTEN, Joined, OneOrMore

PREVIOUS_STATE = "precedent"
"""Target of a transition that goes back to the state the case came from."""


class Kind(StrEnum):
    """Where a deadline comes from."""

    REGULATORY = "reglementaire"
    INTERNAL = "interne"
    """A target the agency sets itself: no text gives this date, and every screen says so."""


class CommissionRule(Struct, frozen=True):
    """An act that a funder's sessions decide: it is done before one that comes before the start."""

    before: Constraint
    """How long before the session."""
    gap: Constraint | None = None
    """How long before the start the session must be; None only asks that it come before."""
    blackouts: frozenset[int] = frozenset()
    """Months (1 to 12) without a session."""
    blackouts_source: Checked | None = None
    readings: tuple[RuleReading, ...] = ()
    """What `before` can be taken to say; counted from the session that was chosen."""


class Rule(Struct, frozen=True):
    """One dated wording of a deadline: its anchors and what is counted from the latest of them."""

    anchors: tuple[str, ...]
    source: Checked
    editions: frozenset[str] = frozenset()
    """Ids of the editions it belongs to; empty means every edition."""
    or_later: tuple[str, ...] = ()
    """Dates that may be unknown: it counts from the latest of them when that one comes after its anchors."""
    opens: Count | None = None
    closes: Count | None = None
    expects: Count | None = None
    last_start: LastStart | None = None
    notes: tuple[str, ...] = ()
    """What a careful reader must know, shown as warnings beside the date."""
    assumes: Mapping[str, Joined] = field(default_factory=dict)
    """By fact, what is taken for granted as long as nobody noted it: a warning too."""
    also: tuple[Constraint, ...] = ()
    """Other limits on the same act."""
    commission: CommissionRule | None = None
    """The funder's sessions, for an act that they decide."""
    readings: tuple[RuleReading, ...] = ()
    """What its text can be taken to say; its prudent date satisfies them all where a working day does."""
    dated: Annotated[bool, UNWRITTEN] = False
    """Whether one of its numbers changes on a date."""
    when: Mapping[str, OneOrMore] = field(default_factory=dict)
    """The rule only speaks when each of these facts has one of these values."""
    when_below: Mapping[str, int] = field(default_factory=dict)
    """… and each of these numbers is known and less than this …"""
    when_known: tuple[str, ...] = ()
    """… and each of these is known."""
    unless: Mapping[str, OneOrMore] = field(default_factory=dict)
    """… and none of these facts has one of these values."""
    doubts: tuple[str, ...] = ()
    """What it rests on and nobody has settled, beside its numbers."""
    unless_after: tuple[str, ...] = ()
    """Planned dates: the rule only speaks when its anchor falls before the first of them known."""

    def __post_init__(self) -> None:
        force_setattr(self, "dated", any(one.values for _, one in self.numbers()))

    def numbers(self) -> Iterator[tuple[str, Count | LastStart]]:
        """Yield all that bears a number, under the dotted key of each."""
        ends = (("opens", self.opens), ("closes", self.closes), ("expects", self.expects))
        also = ((f"also[{number}]", one) for number, one in enumerate(self.also, 1))
        counts = [*ends, *also]
        if self.last_start:
            yield "last_start", self.last_start
            counts.append(("last_start.within", self.last_start.within))
        if self.commission:
            counts.append(("commission.before", self.commission.before))
            counts.append(("commission.gap", self.commission.gap))
        for key, count in counts:
            if count is not None:
                yield from count.chain(key)

    @property
    def understood(self) -> tuple[RuleReading, ...]:
        """Its readings, then those that its limits are."""
        limits = ((self.closes, self.source), *((one, one.source) for one in self.also))
        return (
            *self.readings,
            *(
                RuleReading(name.id, name.words, source, closes=ReadingCount.of(one))
                for one, source in limits
                if one and (name := one.reading)
            ),
        )

    @property
    def resting_on(self) -> tuple[str, ...]:
        """Doubts that it rests on: its own, then those of its numbers."""
        counts = (one for _, one in self.numbers() if isinstance(one, Count))
        return tuple(dict.fromkeys((*self.doubts, *(one.doubt for one in counts if one.doubt))))

    @property
    def deciding(self) -> tuple[str, ...]:
        """Facts whose dates it reads: those it counts from, and those that choose between its numbers."""
        named = (one.dated_by for _, one in self.numbers())
        counted = (*self.anchors, *self.or_later)
        return tuple(dict.fromkeys((*counted, *(name for name in named if name))))


class Evidence(Struct, frozen=True):
    """Something that must be noted for a deadline to be proved, or for a step to stand on.

    Args:
        fact: the fact that says it; without any bound, noted is enough.
        at_least: hours that must be noted.
        share: … or the part of `of` that they must be.
        of: fact that holds the hours of which a share is asked.
        some: True when any number of hours will do, but none.
        at_most: … or what a number that is known may come to.
        not_before: dates, the first known of which it must not come before.
        past: True for a day that the step must not come before; asks nothing while it is unknown.
        source: where the number comes from.
    """

    fact: str
    at_least: Decimal | None = None
    share: Fraction | None = None
    of: str | None = None
    some: bool = False
    at_most: Decimal | None = None
    not_before: tuple[str, ...] = ()
    past: bool = False
    source: Checked | None = None

    @property
    def hours(self) -> bool:
        """True when a number of hours is asked."""
        return self.at_least is not None or self.share is not None


class DeadlineSpec(Struct, frozen=True):
    """A deadline of the procedure and the rules that give its date, edition by edition."""

    id: str
    label: str
    kind: Kind
    states: frozenset[str]
    """States in which it is awaited."""
    rules: tuple[Rule, ...]
    met_by: frozenset[str] = frozenset()
    """Steps that end it: their date proves it, unless facts do; then it stays unproved without them."""
    met_by_fact: str | None = None
    """Fact that proves it, and dates it, for what no action records."""
    portal: bool = False
    """True when the act is done in the funder's portal."""
    editions: frozenset[str] = frozenset()
    """Editions in which it exists; empty means every edition."""
    checks_start: bool = False
    """True when this window decides whether the start date is possible at all."""
    evidence: tuple[Evidence, ...] = ()
    """What must be noted besides for it to be proved."""


class DocumentSpec(Struct, frozen=True):
    """A document, or a requirement that any of several documents satisfies."""

    id: str
    label: str
    source: Source
    any_of: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    """What it must hold, as a list to check."""
    online: str = ""
    """Where it is found on the funder's site, or why it is not."""


class State(Struct, frozen=True):
    """A condition of the case."""

    id: str
    label: str
    awaits: str
    """Who must act: `agence`, `financeur` or `personne`."""
    final: bool = False
    setback: bool = False
    """True when a case is only there because something went wrong: refused, interrupted, abandoned."""


class Action(Struct, frozen=True):
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
    evidence: tuple[Evidence, ...] = ()
    """What the step stands on; a person may go against it."""
    forgets: tuple[str, ...] = ()
    """Facts of an earlier round that say nothing of the one it begins; the journal keeps them."""


class Planning(Struct, frozen=True):
    """How a start is planned: which deadline is the deposit, and what its day stands for.

    Args:
        deposit: deadline whose window decides.
        reply: deadline that awaits the funder's, or employer's, reply.
        deposit_facts: facts that the day of deposit stands for.
        session_fact: fact that the day of the session stands for.
    """

    deposit: str
    reply: str
    deposit_facts: tuple[str, ...]
    session_fact: str | None = None


class Edition(Period, frozen=True, kw_only=True):
    """A period during which one wording of the rules is in force, by the reference date of the case."""

    id: str
    label: str
    source: Checked
    notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    """What it rests on and nobody has settled."""


class Portal(Period, frozen=True, kw_only=True):
    """The name of the funder's portal over a period."""

    name: str
    source: Source


class Example(Struct, frozen=True):
    """A worked example kept beside the rule: facts in, dates out."""

    id: str
    deadline: str
    facts: Mapping[str, object]
    expect: Annotated[Mapping[str, Mapping[str, object]], AS_IT_IS]
    territory: str = "FR"
    note: str = ""
    commissions: tuple[date, ...] = ()


class Procedure(References, frozen=True, kw_only=True):
    """A whole procedure, as its files say it, with what they say beside the rules."""

    file: Annotated[str, UNWRITTEN]
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
    editions: tuple[Edition, ...]
    states: Mapping[str, State] = field(default_factory=dict)
    actions: Mapping[str, Action] = field(default_factory=dict)
    facts: Mapping[str, FactSpec] = field(default_factory=dict)
    documents: Mapping[str, DocumentSpec] = field(default_factory=dict)
    deadlines: Mapping[str, DeadlineSpec] = field(default_factory=dict)
    portals: tuple[Portal, ...] = ()
    examples: tuple[Example, ...] = ()
    targets: Mapping[str, Target] = field(default_factory=dict)
    """The delays of the agency that its files declare."""
    ended: str | None = None
    """Why no case can be opened after the last edition, and what to open instead."""
    funder: Annotated[str | None, UNWRITTEN] = None
    """Id of the funder whose rules these are, for a procedure that has several."""
    notes: tuple[str, ...] = ()
    """What a careful reader must know of the whole procedure, or of its funder."""
    funders: Annotated[Mapping[str, Procedure], UNWRITTEN] = field(default_factory=dict)
    """The procedure as each funder rules it; empty when there is one funder."""
    unavailable: Mapping[str, Unavailable] = field(default_factory=dict)
    """Actions that its funder does not know; they lead nowhere, and files that did them still say so."""
    planning: Planning | None = None
    """How its starts are planned; None when no window depends on the start."""
    chasing: ChaseRule | None = None
    """How what is awaited is chased; None when nobody is."""
    themes: Mapping[str, str] = field(default_factory=dict)
    """Labels of the themes under which its checks are shown, in order."""
    checks: tuple[Check, ...] = ()
    """What the file must satisfy whatever the dates."""
    eligibility: EligibilityRules | None = None
    """Who may benefit; None when the scheme asks nothing of the person."""
    concordance: Concordance | None = None
    """What papers must say alike; None when nothing is compared."""
    letters: LetterRules | None = None
    """What it writes to people outside; None when nothing is."""
    sheets: Mapping[str, SheetSpec] = field(default_factory=dict)
    """By action, what to type in the portal."""
    seniority: SeniorityRules | None = None
    """What is asked of the person's history; None when nothing is."""
    funding: Funding | None = None
    """What is paid; None when the rules give no amount."""
    usual_stake: UsualStake | None = None
    """What counts as at stake while a file tells nothing; None when no source gives an idea of it."""
    accounts: Mapping[str, Account] = field(default_factory=dict)
    """The accounting view; empty when no money goes through the agency."""
    payers: Mapping[str, Payer] = field(default_factory=dict)
    """Who pays, and can be asked to."""
    chronology: tuple[tuple[str, str], ...] = ()
    """Pairs of facts of which the first cannot come after the second."""
    derogations: tuple[Derogation, ...] = ()
    """What was decided for a while against its rules."""
    doubts: Mapping[str, Doubt] = field(default_factory=dict)
    """What no source settles, and the funder's adviser can."""
    extends: Annotated[str | None, UNWRITTEN] = None
    """File whose rules it takes over, but for what its own says."""
    places: Annotated[Mapping[str, tuple[str, str]], UNWRITTEN] = field(default_factory=dict)
    """Dotted keys that stand in another of its files, or in one it extends, with file and key there."""

    @property
    def settings(self) -> frozenset[str]:
        """Return the names of the delays of the agency that its rules read."""
        rules = (rule for spec in self.deadlines.values() for rule in spec.rules)
        numbers = (one for rule in rules for _, one in rule.numbers())
        named = (one.setting if isinstance(one, Count) else one.hours_per_day for one in numbers)
        chasing = frozenset({self.chasing.again}) if self.chasing else frozenset()
        return chasing.union(name for name in named if name)

    def fields(self, action: str) -> tuple[SheetField, ...]:
        """Return what a step types in the portal; nothing for one that types nothing there."""
        return self.sheets[action].fields if action in self.sheets else ()

    def edition_on(self, day: date) -> Edition | None:
        """Return the edition in force on a day, or None when no edition covers it."""
        return next((edition for edition in self.editions if edition.covers(day)), None)

    def edition(self, id_: str) -> Edition:
        """Return the edition that bears an id, pinned to a case earlier.

        Raises:
            KeyError: when the rule file no longer has it (the rulebook refuses such a file).
        """
        return {edition.id: edition for edition in self.editions}[id_]

    def proving(self, spec: DeadlineSpec) -> tuple[Action, ...]:
        """Return the steps whose own date proves a deadline."""
        ending = (action for action in self.actions.values() if action.id in spec.met_by)
        if spec.met_by_fact:
            return tuple(action for action in ending if action.dated_by == spec.met_by_fact)
        return () if spec.evidence else tuple(ending)

    def portal_on(self, day: date) -> str | None:
        """Return the portal's name on a day."""
        return next((portal.name for portal in self.portals if portal.covers(day)), None)
