"""The hours that the rules ask for: which rule speaks, and how many hours are left."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.support.core import START, cipi, context, new_case
from workflow.case.case import FactValue
from workflow.deadlines.hours_due import goals
from workflow.rules.procedure import Procedure


def two_rules() -> Procedure:
    """Return a CIPI whose mission lasts 35 hours for one status, and 70 for the others."""
    procedure = cipi()
    mission = procedure.deadlines["mission"]
    (rule,) = mission.rules
    assert rule.last_start is not None
    shorter = replace(
        rule,
        when={"statut_salarie": ("cdi_interimaire",)},
        last_start=replace(rule.last_start, hours=Decimal(35)),
    )
    spec = replace(mission, rules=(shorter, rule))
    return replace(procedure, deadlines={**procedure.deadlines, "mission": spec})


def asked(procedure: Procedure, **facts: FactValue) -> list[Decimal]:
    """Return the hours that a case with these facts must still work."""
    edition = procedure.editions[-1].id
    case = replace(new_case(demarrage_formation=START, **facts), edition=edition)
    return [goal.work.hours for goal in goals(procedure, case, context())]


@pytest.mark.parametrize(
    ("status", "hours"), [("cdi_interimaire", Decimal(35)), ("interimaire", Decimal(70))]
)
def test_the_rule_that_speaks_for_the_facts_says_the_hours(status: str, hours: Decimal) -> None:
    """Of two rules, the one whose condition the facts meet says how many hours are asked."""
    assert asked(two_rules(), statut_salarie=status) == [hours]


def test_a_deadline_of_another_edition_asks_nothing() -> None:
    """A deadline that the edition of the case does not have asks for no hours."""
    procedure = cipi()
    spec = replace(procedure.deadlines["mission"], editions=("ailleurs",))
    other = replace(procedure, deadlines={**procedure.deadlines, "mission": spec})
    assert asked(other) == []
