"""What the row tests of the CIPI and the CDPI share: a case typed as staff type it, and what is said of it.

Nothing here knows a number of the rules: limits are written, worked by hand, in the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from msgspec import Struct, field
from msgspec.structs import replace

from tests.support import core
from workflow.acts import transitions
from workflow.case.case import (
    Case,
    Deadline,
    Eligibility,
    HoursLine,
    Outcome,
    Paper,
    PaperStatus,
    WorkKind,
)
from workflow.case.known_facts import known_of
from workflow.counting.context import context_for, edition_for
from workflow.counting.ways_of_counting import Context
from workflow.deadlines.compute import live
from workflow.eligibility.evaluate import Finding, control, restricted
from workflow.eligibility.financing import Amount, Quote, quote
from workflow.eligibility.portal_sheet import Field, portal_sheet
from workflow.errors import ActionRefused, ReasonCode
from workflow.rules.checks import Check
from workflow.rules.procedure import Procedure
from workflow.wording.fact_text import read_fact, read_facts

NBSP = "\u00a0"
BY = "m.durand"
SETTINGS: Mapping[str, int] = {"renouvellement_preuve_jours_ouvres": 15, **core.SETTINGS}
START = "08/09/2026 09:00"
"""Tuesday 8 September 2026: the training of a case that does not say otherwise."""

SHARED = "OF-"
"""How the checks on a training organisation and on what papers say are called, whatever the scheme."""

CONTRACT_PAPERS = (
    "infos_salarie",
    "contrat_type_signe",
    "convention_formation",
    "programme_formation",
)


def plain(text: str) -> str:
    """Return a text with plain spaces."""
    return text.replace(NBSP, " ")


def done(kind: WorkKind, first: date, last: date, hours: str, number: int = 1) -> HoursLine:
    """Return hours done over some days."""
    return HoursLine(number, kind, first, last, None, Decimal(hours), "")


def planned(kind: WorkKind, first: date, last: date, hours: str, number: int = 1) -> HoursLine:
    """Return hours planned over some days."""
    return HoursLine(number, kind, first, last, Decimal(hours), None, "")


class Rows(Struct, frozen=True):
    """The rules of one scheme, asked about cases made of what people type."""

    procedure_id: str

    @property
    def procedure(self) -> Procedure:
        """Return the rules as shipped."""
        return core.rulebook().procedure(self.procedure_id)

    @property
    def checks(self) -> tuple[Check, ...]:
        """Return the checks of the scheme, without those that several share (`test_shared_rows`)."""
        return tuple(one for one in self.procedure.checks if not one.id.startswith(SHARED))

    @property
    def context(self) -> Context:
        """Return the calendars of metropolitan France; nothing is said of the company."""
        return context_for(self.procedure, "FR", (), SETTINGS)

    def case(
        self,
        *hours: HoursLine,
        state: str = "preparation",
        papers: Iterable[str] = (),
        **typed: str,
    ) -> Case:
        """Return a case in a state, with facts as typed, hours and papers received."""
        facts = read_facts(
            self.procedure, {self.procedure.reference_fact: START, **typed}, core.PARIS
        )
        day = date(2026, 7, 1)
        return Case(
            ref=f"{self.procedure.prefix}-2026-0001",
            procedure=self.procedure_id,
            edition=edition_for(self.procedure, facts, self.context).id,
            territory="FR",
            agency="lyon",
            state=state,
            opened_at=datetime(2020, 1, 6, 8, tzinfo=UTC),
            title="Durand, cariste",
            facts=facts,
            documents={name: Paper(PaperStatus.RECEIVED, day, BY) for name in papers},
            hours=hours,
        )

    def eligible(self, case: Case, ground: str, answers: Mapping[str, str]) -> Case:
        """Return a case with a ground, its questions answered as typed, and its first proof."""
        assert self.procedure.eligibility is not None
        rules = self.procedure.eligibility.grounds[ground]
        typed = {
            name: read_fact(rules.questions[name], raw, core.PARIS) for name, raw in answers.items()
        }
        return replace(case, eligibility=Eligibility(ground, typed, next(iter(rules.proofs))))

    def findings(self, case: Case) -> dict[str, Finding]:
        """Return what is said of a case to everybody, by id of check."""
        return {one.id: one for one in control(self.procedure, case, self.context).findings}

    def restricted(self, case: Case) -> dict[str, Finding]:
        """Return what is said of the ground of a case, by id of check."""
        return {one.id: one for one in restricted(self.procedure, case, self.context)[1]}

    def quote(self, case: Case, today: date = date(2026, 7, 1)) -> Quote:
        """Return what a case is worth."""
        found = quote(self.procedure, case, self.context, today)
        assert found is not None
        return found

    def amount(self, id_: str, case: Case) -> Amount:
        """Return a line of the quote of a case, which must be there."""
        found = self.quote(case).amount(id_)
        assert found is not None, id_
        return found

    def supports(self, case: Case) -> set[str]:
        """Return what may pay the extra cost of a case."""
        prefix = "financement_"
        ids = (amount.id for amount in self.quote(case).amounts)
        return {id_.removeprefix(prefix) for id_ in ids if id_.startswith(prefix)}

    def typed_in_portal(self, action: str, case: Case) -> dict[str, Field]:
        """Return the values to type in the portal for an action, by label."""
        sheet = portal_sheet(
            self.procedure,
            case,
            self.procedure.actions[action],
            self.context,
            control(self.procedure, case, self.context),
            self.quote(case),
            "Agence de Lyon",
        )
        return {one.label: one for one in sheet.fields}

    def deadlines(self, case: Case) -> dict[str, Deadline]:
        """Return the deadlines a case awaits in its state."""
        known = known_of(self.procedure, case)
        edition = self.procedure.edition(case.edition)
        return live(self.procedure, edition, case.state, known, self.context)

    def do(self, case: Case, action: str, at: datetime, **typed: str) -> Outcome:
        """Do an action at an instant; what it records is as typed."""
        facts = read_facts(self.procedure, typed, core.PARIS)
        return transitions.apply(self.procedure, case, action, facts, self.context, core.act(at))

    def refusals(self, case: Case, action: str, at: datetime, **typed: str) -> tuple[str, ...]:
        """Return why an action is refused, without the hint to go against it; nothing when it passes."""
        try:
            self.do(case, action, at, **typed)
        except ActionRefused as refused:
            return tuple(
                plain(one.words) for one in refused.reasons if one.code is not ReasonCode.MAY_FORCE
            )
        return ()


class Said(Struct, frozen=True):
    """What one check must say of some facts.

    Args:
        row: id of the row of the domain note, with what is tried.
        check: id of the check of the rule file.
        verdict: what is judged; None when nothing is said at all.
        words: passage that the sentence must hold.
        facts: facts as typed; for a ground, those that everybody sees.
        hours: ledger of hours.
        answers: for a ground, its id then the answers to its questions.
    """

    row: str
    check: str
    verdict: str | None
    words: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    hours: tuple[HoursLine, ...] = ()
    answers: tuple[str, Mapping[str, str]] | None = None

    def found(self, rows: Rows) -> tuple[str | None, str]:
        """Return the verdict and the sentence that the rules give."""
        case = rows.case(*self.hours, **self.facts)
        if self.answers:
            case = rows.eligible(case, *self.answers)
        findings = {**rows.findings(case), **rows.restricted(case)}
        one = findings.get(self.check)
        return (None, "") if one is None else (one.verdict.value, plain(one.sentence))


def around(
    row: str,
    check: str,
    fact: str,
    *tries: tuple[str, str | None, str],
    **facts: str,
) -> tuple[Said, ...]:
    """Return what a check says of several values of one fact: the value, the verdict, the words."""
    return tuple(
        Said(f"{row} {fact} {value}", check, verdict, words, {**facts, fact: value})
        for value, verdict, words in tries
    )


def by_row(said: Iterable[Said]) -> list[object]:
    """Return parameters that bear the row they are about, then the check asked."""
    return [pytest.param(one, id=f"{one.row} ({one.check})") for one in said]


def named(tests: Iterable[Callable[..., object]]) -> set[str]:
    """Return the first word of every id that parametrised tests bear: the rows they are about."""
    ids = (
        str(value.id)
        for test in tests
        for mark in getattr(test, "pytestmark", ())
        if mark.name == "parametrize"
        for value in mark.args[1]
    )
    return {id_.split()[0] for id_ in ids}


def row_tests(module: Mapping[str, object]) -> list[Callable[..., object]]:
    """Return the test functions of a module."""
    return [one for name, one in module.items() if name.startswith("test_") and callable(one)]


def overlaps(lines: str, others: Iterable[str]) -> bool:
    """Tell whether « 98-99 » shares a line with one of several such ranges."""
    first, last = _span(lines)
    return any(one <= last and first <= two for one, two in map(_span, others))


def _span(lines: str) -> tuple[int, int]:
    first, _, last = lines.partition("-")
    return int(first), int(last or first)
