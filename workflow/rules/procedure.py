"""What a procedure is once its TOML file is read: states, actions, facts, documents, deadlines.

Built by `workflow.rulefiles.rulebook`, checked by `workflow.consistency.whole`, used by
`workflow.deadlines.compute` and `workflow.acts.transitions`. Holds no rule of its own: every number and
every wording comes from the file. What a deadline is stands in `workflow.rules.deadline_rules`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from msgspec import Struct, field

from workflow.rules.checks import Check, EligibilityRules
from workflow.rules.concordance import Concordance
from workflow.rules.counts import Count
from workflow.rules.deadline_rules import DeadlineSpec, Evidence
from workflow.rules.derogations import Derogation
from workflow.rules.doubts import Doubt
from workflow.rules.fact_specs import Checked, FactSpec, Period, Source
from workflow.rules.funding import Account, Funding, Payer, UsualStake
from workflow.rules.letters import LetterRules
from workflow.rules.references import References, Unavailable
from workflow.rules.seniority import SeniorityRules
from workflow.rules.sheets import SheetField, SheetSpec
from workflow.rules.targets import ChaseRule, Target
from workflow.structures.written import AS_IT_IS, UNWRITTEN

PREVIOUS_STATE = "precedent"
"""Target of a transition that goes back to the state the case came from."""


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
