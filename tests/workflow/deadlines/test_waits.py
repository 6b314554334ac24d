"""No file waits without a date: every state but the last ones has one, and a chase puts it off."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from tests.support.core import rulebook
from workflow.case.case import Dates, FactValue
from workflow.counting.context import context_for
from workflow.deadlines.compute import compute, live
from workflow.rules.deadline_rules import Kind
from workflow.rules.procedure import PREVIOUS_STATE, Edition, Procedure

RULED = [
    pytest.param(ruled, edition, id=f"{edition.id}-{ruled.funder}")
    for procedure in rulebook().procedures.values()
    for ruled in (procedure.funders.values() or (procedure,))
    for edition in ruled.editions
]


def reached(procedure: Procedure, start: date) -> Mapping[str, dict[str, FactValue]]:
    """Return each state that steps lead to, with no more facts than those steps record and ask for."""
    found: dict[str, dict[str, FactValue]] = {procedure.initial: {procedure.reference_fact: start}}
    todo = [procedure.initial]
    for state in todo:
        for action in procedure.actions.values():
            target = action.transitions.get(state)
            if target is None or target == PREVIOUS_STATE or target in found:
                continue
            asked = dict.fromkeys((*action.needs, action.dated_by), start)
            found[target] = {**asked, **found[state]}
            todo.append(target)
    return found


@pytest.mark.parametrize(("procedure", "edition"), RULED)
def test_every_state_that_awaits_something_has_a_date(
    procedure: Procedure, edition: Edition
) -> None:
    """Whoever must act, and however little was noted on the way, a file that goes on has a date."""
    context, start = context_for(procedure, "FR", (), {}), edition.valid_until or date(2026, 9, 8)
    states = reached(procedure, start)
    waiting = {id_ for id_ in states if not procedure.states[id_].final}
    assert {
        id_ for id_ in waiting if not live(procedure, edition, id_, states[id_], context)
    } == set()


@pytest.mark.parametrize(("procedure", "edition"), RULED)
def test_every_reply_of_a_funder_is_chased_on_a_day(procedure: Procedure, edition: Edition) -> None:
    """A state in which a funder must answer has a day to ask it again."""
    context, start = context_for(procedure, "FR", (), {}), edition.valid_until or date(2026, 9, 8)
    asked = {
        id_: [one.dates.chase_on for one in live(procedure, edition, id_, facts, context).values()]
        for id_, facts in reached(procedure, start).items()
        if procedure.states[id_].awaits == "financeur"
    }
    assert {id_ for id_, days in asked.items() if not any(days)} == set()


@pytest.mark.parametrize(
    ("procedure", "deadline", "facts", "dates"),
    [
        pytest.param(
            "cipi",
            "reponse_financement",
            {"contrat_depose_le": date(2026, 4, 1)},
            Dates(expected_at=date(2026, 4, 16), chase_on=date(2026, 4, 17)),
            id="ten working days over Easter Monday",
        ),
        pytest.param(
            "cipi",
            "reponse_financement",
            {"contrat_depose_le": date(2026, 4, 1), "relance_le": date(2026, 4, 17)},
            Dates(expected_at=date(2026, 4, 16), chase_on=date(2026, 4, 24)),
            id="chased: five working days later",
        ),
        pytest.param(
            "cipi",
            "reponse_financement",
            {"contrat_depose_le": date(2026, 4, 1), "relance_le": date(2026, 4, 2)},
            Dates(expected_at=date(2026, 4, 16), chase_on=date(2026, 4, 17)),
            id="chased too early: its day stays",
        ),
        pytest.param(
            "cipi",
            "reponse_financement",
            {"contrat_depose_le": date(2026, 4, 1), "relance_le": date(2026, 3, 31)},
            Dates(expected_at=date(2026, 4, 16), chase_on=date(2026, 4, 17)),
            id="chased before the wait began: about something else",
        ),
        pytest.param(
            "cipi",
            "decision_drf",
            {"drf_refusee_le": date(2026, 5, 5)},
            Dates(prudent=date(2026, 5, 13)),
            id="five working days to decide, over 8 May",
        ),
        pytest.param(
            "ptp",
            "reponse_employeur",
            {"demande_recue_le": date(2026, 12, 30), "relance_le": date(2027, 2, 1)},
            Dates(expected_at=date(2027, 1, 29), chase_on=date(2027, 2, 8)),
            id="a reply that a text dates is chased again too",
        ),
    ],
)
def test_a_house_target_counts_from_the_wait_then_from_its_last_chase(
    procedure: str, deadline: str, facts: Mapping[str, FactValue], dates: Dates
) -> None:
    """What no text dates is counted in the working days of the agency, and so is what was chased."""
    rules = rulebook().procedure(procedure)
    edition, context = rules.editions[-1], context_for(rules, "FR", (), {})
    found = compute(rules, edition, rules.deadlines[deadline], facts, context)
    assert found is not None
    assert found.dates == dates
    assert found.awaited_since in {None, facts.get("contrat_depose_le"), date(2026, 12, 30)}


def test_every_target_of_the_agency_says_that_no_text_sets_it() -> None:
    """A date that a delay of the agency decides is a target, and its explanation says so."""
    for procedure in rulebook().procedures.values():
        for spec in procedure.deadlines.values():
            chosen = any(
                count and count.setting
                for rule in spec.rules
                for count in (rule.closes, rule.expects)
            )
            assert not chosen or spec.kind is Kind.INTERNAL
