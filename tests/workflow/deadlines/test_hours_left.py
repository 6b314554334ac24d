"""Deadlines that depend on what is done or planned: hours left, shares of hours, proofs to renew."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_CEILING, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.support.core import DAY, METROPOLE, months_later, naive_last_start, paris, told
from tests.support.depth import DEPART, depth, depth_context
from workflow.case.case import Deadline, FactValue
from workflow.counting.ways_of_counting import CLOSERS, Work
from workflow.deadlines.compute import compute, is_met, live
from workflow.rules.counts import Count, Direction, Unit

CONTRACT = date(2026, 3, 2)
CONTRACTS = st.dates(date(2025, 1, 1), date(2028, 12, 31))
CENTS = st.integers(0, 8_000)


def found(id_: str, **facts: FactValue) -> Deadline | None:
    """Return a deadline of the small procedure."""
    procedure = depth()
    spec, edition = procedure.deadlines[id_], procedure.editions[0]
    return compute(procedure, edition, spec, facts, depth_context())


def dated(id_: str, **facts: FactValue) -> Deadline:
    """Return a deadline that has a date."""
    deadline = found(id_, **facts)
    assert deadline is not None
    return deadline


def counted(id_: str, **facts: FactValue) -> str:
    """Return the line that explains a count, with plain spaces."""
    return told(dated(id_, **facts))["Décompte"]


# --- Hours already done ----------------------------------------------------------------------------------


def test_hours_done_are_taken_from_those_to_do() -> None:
    """32 hours done of 70 leave 38, six days of seven hours, counted back from the end of the period."""
    assert counted("mission", debut_contrat=CONTRACT, heures_mission=Decimal(32)) == (
        "Décompte : la période de 6 mois finit prudemment le 01/09/2026 (strictement le "
        "02/09/2026) ; 70 heures moins 32 heures faites : 38 heures à 7 heures par jour demandent "
        "6 jours ouvrés, comptés en arrière jusqu’au 25/08/2026 (strictement au 26/08/2026) ; "
        "jours sautés : sam. 29/08/2026 et dim. 30/08/2026."
    )


@pytest.mark.parametrize(
    ("done", "words"),
    [
        ("0", "; 70 heures à 7 heures par jour demandent 10 jours ouvrés, comptés"),
        ("1", "; 70 heures moins 1 heure faite : 69 heures à 7 heures par jour demandent 10 jours"),
        ("1.5", "; 70 heures moins 1,5 heure faite : 68,5 heures à 7 heures par jour demandent"),
        (
            "63",
            "; 70 heures moins 63 heures faites : 7 heures à 7 heures par jour demandent 1 jour",
        ),
        (
            "69.99",
            "moins 69,99 heures faites : 0,01 heure à 7 heures par jour demande 1 jour ouvré",
        ),
    ],
)
def test_hours_agree_in_number(done: str, words: str) -> None:
    """Hours done and left are told in the singular below two, as French does, and none done is not told."""
    facts: dict[str, FactValue] = {"debut_contrat": CONTRACT, "heures_mission": Decimal(done)}
    assert words in counted("mission", **facts)


def test_hours_unknown_are_all_to_do() -> None:
    """Until hours are noted, all of them are to do: the dates are those of none done."""
    unknown = dated("mission", debut_contrat=CONTRACT)
    none = dated("mission", debut_contrat=CONTRACT, heures_mission=Decimal(0))
    assert (unknown.dates.moments, unknown.explanation.steps) == (
        none.dates.moments,
        none.explanation.steps,
    )


@given(CONTRACTS, CENTS.filter(lambda cents: cents < 7_000))
def test_the_last_start_leaves_time_for_what_is_left(contract: date, cents: int) -> None:
    """The last start of what is left is the one found by working it backwards, a hundredth at a time."""
    deadline = dated("mission", debut_contrat=contract, heures_mission=Decimal(cents) / 100)
    end = months_later(contract, 6)
    before = METROPOLE.last_up_to(end - DAY)
    assert deadline.dates.strict == naive_last_start(end, 7_000 - cents, 700, METROPOLE)
    assert deadline.dates.prudent == naive_last_start(before, 7_000 - cents, 700, METROPOLE)


@given(CENTS, st.booleans())
def test_hours_decide_once_they_are_counted(cents: int, begun: bool) -> None:
    """Once hours are counted the deadline is met by 70 of them and by nothing less, begun or not."""
    facts: dict[str, FactValue] = {
        "debut_contrat": CONTRACT,
        "heures_mission": Decimal(cents) / 100,
    }
    if begun:
        facts["debut_mission"] = CONTRACT
    procedure = depth()
    edition = procedure.editions[0]
    assert is_met(procedure.deadlines["mission"], edition, facts, depth_context()) is (
        cents >= 7_000
    )
    awaited = live(procedure, edition, "prepare", facts, depth_context())
    assert ("mission" in awaited) is (cents < 7_000)


def test_without_hours_the_fact_decides() -> None:
    """While no hours are counted, the fact that a mission began meets its deadline as before."""
    procedure = depth()
    spec, edition = procedure.deadlines["mission"], procedure.editions[0]
    assert is_met(spec, edition, {"debut_mission": CONTRACT}, depth_context())
    assert not is_met(spec, edition, {"debut_contrat": CONTRACT}, depth_context())


@given(CENTS, CENTS)
def test_what_is_left_is_never_less_than_nothing(asked: int, done: int) -> None:
    """What is left is what was asked less what was done, and never below nothing."""
    work = Work(Decimal(asked) / 100, Decimal(done) / 100)
    assert work.left * 100 == max(asked - done, 0)


# --- A share of hours ------------------------------------------------------------------------------------


def test_a_share_is_told_with_its_hours() -> None:
    """A third of 100 hours is 33,34 hours, never one hundredth too few, told with the share."""
    facts: dict[str, FactValue] = {"debut_contrat": CONTRACT, "heures_prevues": Decimal(100)}
    assert (
        "; 1/3 des heures de formation, soit 33,34 heures à 7 heures par jour demandent "
        "5 jours ouvrés, comptés en arrière jusqu’au "
    ) in counted("tiers", **facts)
    assert (
        "; 1/3 des heures de formation, soit 33,34 heures moins 30 heures faites : 3,34 heures à"
    ) in counted("tiers", **facts, heures_formation_faites=Decimal(30))


def test_a_share_of_unknown_hours_has_no_date() -> None:
    """A share has no date, and is not met, while the hours it is a share of are unknown."""
    assert found("tiers", debut_contrat=CONTRACT) is None
    procedure = depth()
    spec, edition = procedure.deadlines["tiers"], procedure.editions[0]
    assert not is_met(spec, edition, {"heures_formation_faites": Decimal(500)}, depth_context())


@given(st.integers(1, 99_999), st.integers(0, 40_000))
def test_a_share_is_met_to_the_hundredth(whole: int, done: int) -> None:
    """A third is met exactly when three times what is done reach the whole."""
    facts = {"heures_prevues": Decimal(whole) / 100, "heures_formation_faites": Decimal(done) / 100}
    procedure = depth()
    spec, edition = procedure.deadlines["tiers"], procedure.editions[0]
    assert is_met(spec, edition, facts, depth_context()) is (3 * done >= whole)


@given(CONTRACTS, st.integers(1, 99_999))
def test_a_share_is_worked_backwards(contract: date, whole: int) -> None:
    """The last start of a share is that of its hours rounded up to the hundredth."""
    part = int((Decimal(whole) / 3).to_integral_value(ROUND_CEILING))
    deadline = dated("tiers", debut_contrat=contract, heures_prevues=Decimal(whole) / 100)
    end = months_later(contract, 6)
    assert deadline.dates.strict == naive_last_start(end, part, 700, METROPOLE)


# --- Working days before a date --------------------------------------------------------------------------


def test_working_days_before_a_date_are_explained() -> None:
    """Working days kept before a date give a target, no strict date, with the days skipped named."""
    deadline = dated("renouvellement", preuve_jusqu_au=date(2026, 5, 11), depart=date(2026, 6, 1))
    assert deadline.dates.moments == (None, None, date(2026, 4, 30), None, None)
    assert told(deadline)["Décompte"] == (
        "Décompte : 5 jours ouvrés avant donnent le 30/04/2026 ; jours sautés : "
        "ven. 01/05/2026 (Fête du Travail), sam. 02/05/2026, dim. 03/05/2026, "
        "ven. 08/05/2026 (Fête de la Victoire), sam. 09/05/2026 et dim. 10/05/2026."
    )
    assert told(deadline)["Résultat"] == "Résultat : objectif le jeudi 30 avril 2026."


@given(CONTRACTS, st.integers(1, 30))
def test_working_days_before_are_those_walked(end: date, number: int) -> None:
    """Working days before a date are those met going back one by one, the date itself not counted."""
    way = CLOSERS[Unit.WORKING_DAYS, Direction.BEFORE]
    limit = way(end, Count(Unit.WORKING_DAYS, Direction.BEFORE, number), depth_context())
    assert (limit.strict, limit.prudent) == (None, METROPOLE.walk(end, number, -DAY))


def test_working_days_before_follow_the_configuration() -> None:
    """A target kept before a date follows the delay that the agency chose."""
    procedure = depth()
    spec, edition = procedure.deadlines["renouvellement"], procedure.editions[0]
    facts: dict[str, FactValue] = {"preuve_jusqu_au": date(2026, 2, 20), "depart": DEPART}
    for days in (1, 5, 20):
        settings = {**depth_context().settings, "renouvellement_jours_ouvres": days}
        where = replace(depth_context(), settings=settings)
        deadline = compute(procedure, edition, spec, facts, where)
        assert deadline is not None
        assert deadline.dates.prudent == METROPOLE.walk(date(2026, 2, 20), days, -DAY)


# --- Unless it comes after -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "speaks"),
    [
        ({"depart": date(2026, 2, 21)}, True),
        ({"depart": date(2026, 2, 20)}, False),
        ({"depart": date(2026, 2, 19)}, False),
        ({"debut_contrat": date(2026, 2, 21), "depart": date(2026, 2, 1)}, True),
        ({"debut_contrat": date(2026, 2, 20), "depart": date(2026, 6, 1)}, False),
        ({"debut_contrat": paris(2, 21, 0)}, True),
        ({"debut_contrat": paris(2, 20, 23, 59)}, False),
        ({}, False),
    ],
)
def test_a_rule_speaks_only_before_the_planned_date(
    facts: dict[str, date | datetime], speaks: bool
) -> None:
    """A proof that ends before the first planned date known is to renew; later, or with none, it is not."""
    deadline = found("renouvellement", preuve_jusqu_au=date(2026, 2, 20), **facts)
    assert (deadline is not None) is speaks


def test_a_proof_without_an_end_is_not_to_renew() -> None:
    """While nobody said until when the proof is valid, there is nothing to renew."""
    assert found("renouvellement", depart=DEPART) is None
