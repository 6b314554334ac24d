"""Contracts counted in windows, against a set of days built one by one that borrows nothing from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.support.core import DAY, months_later, rulebook
from workflow.counting.context import ruled_by
from workflow.errors import InvalidInput, Problem
from workflow.rulefiles.forms import WALKER
from workflow.rules.checks import CheckVerdict
from workflow.rules.fact_specs import Source
from workflow.rules.seniority import (
    Condition,
    Contract,
    Path,
    SeniorityRules,
    assess,
    count,
    judge,
    merged,
    open_paths,
    window,
)
from workflow.structures.places import Reading

GREEN, AMBER, RED = CheckVerdict.CONFORMING, CheckVerdict.TO_CONFIRM, CheckVerdict.FAILING
SOURCE = Source("fiche", "1", "quatre mois", None)
PRIVATE = frozenset({"prive"})


def contract(
    first: date,
    last: date,
    type_: str = "cdd",
    hours: str | None = None,
    employer: str = "prive",
    number: int = 1,
) -> Contract:
    """Return a contract, in CDD with a private employer unless said otherwise."""
    return Contract(number, type_, employer, first, last, Decimal(hours) if hours else None)


def condition(
    window_: int = 12,
    *,
    months: int | None = None,
    days: int | None = None,
    hours: str | None = None,
    doubtful: frozenset[str] = frozenset(),
) -> Condition:
    """Return a condition on CDDs with private employers."""
    return Condition(
        "C",
        "en CDD",
        SOURCE,
        window_,
        frozenset({"cdd"}),
        PRIVATE,
        doubtful,
        months,
        days,
        Decimal(hours) if hours else None,
    )


def rules(*paths: Path) -> SeniorityRules:
    """Return rules that ask for one of several paths."""
    return SeniorityRules({"cdd": "CDD"}, {"prive": "Privé"}, ("recu_le",), SOURCE, paths)


def verdict(one: Condition, contracts: Iterable[Contract], on: date) -> CheckVerdict:
    """Return what a condition alone is worth."""
    return judge(Path("p", "Voie", (one,)), tuple(contracts), on).verdict


def general(funder: str = "opcalim") -> SeniorityRules:
    """Return what a funder of the CIF-CDD asks; OPCALIM keeps the general rule."""
    found = ruled_by(rulebook().procedure("cif-cdd"), funder).seniority
    assert found is not None
    return found


# --- Windows ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "months", "first"),
    [
        pytest.param(date(2017, 6, 14), 12, date(2016, 6, 15), id="E23 example of the sheet"),
        pytest.param(date(2017, 6, 14), 60, date(2012, 6, 15), id="E23 five years"),
        pytest.param(date(2018, 2, 28), 12, date(2017, 3, 1), id="E23 end of February"),
        pytest.param(date(2016, 2, 29), 12, date(2015, 3, 1), id="E23 leap day"),
        pytest.param(date(2017, 6, 14), 48, date(2013, 6, 15), id="FAFSEA four years"),
        pytest.param(date(2017, 6, 14), 24, date(2015, 6, 15), id="FAFSEA two years"),
        pytest.param(date(2027, 5, 3), 18, date(2025, 11, 4), id="PTP 18 months"),
    ],
)
def test_a_window_ends_on_the_reference_date(on: date, months: int, first: date) -> None:
    """Both ends of a window are included: twelve months up to 14 June begin on 15 June."""
    assert window(on, months) == (first, on)


# --- Counting --------------------------------------------------------------------------------------------


def found(contracts: Sequence[Contract], first: date, last: date) -> tuple[int, int]:
    """Return the months and days of CDD with private employers in a window."""
    counted = count(contracts, frozenset({"cdd"}), PRIVATE, first, last)
    return counted.months, counted.days


YEAR = (date(2016, 6, 15), date(2017, 6, 14))


@pytest.mark.parametrize(
    ("contracts", "expected"),
    [
        pytest.param([contract(date(2016, 5, 1), date(2016, 6, 30))], (0, 16), id="E23 overlap"),
        pytest.param([contract(date(2017, 2, 1), date(2017, 5, 31))], (4, 120), id="E23 120 days"),
        pytest.param([contract(date(2017, 1, 30), date(2017, 5, 31))], (4, 122), id="122 days"),
        pytest.param([contract(date(2017, 2, 1), date(2017, 5, 30))], (3, 119), id="one day less"),
        pytest.param(
            [contract(date(2017, 2, 1), date(2017, 3, 31))] * 2, (2, 59), id="twice the same days"
        ),
        pytest.param(
            [
                contract(date(2017, 2, 1), date(2017, 2, 15)),
                contract(date(2017, 2, 16), date(2017, 5, 31)),
            ],
            (4, 120),
            id="two that touch are one stretch",
        ),
        pytest.param(
            [
                contract(date(2017, 1, 2), date(2017, 1, 16)),
                contract(date(2017, 3, 6), date(2017, 3, 20)),
            ],
            (1, 30),
            id="15 and 15 days make a month",
        ),
        pytest.param(
            [
                contract(date(2017, 1, 2), date(2017, 1, 16)),
                contract(date(2017, 3, 6), date(2017, 3, 19)),
            ],
            (0, 29),
            id="15 and 14 days do not",
        ),
        pytest.param([contract(date(2017, 6, 14), date(2017, 7, 31))], (0, 1), id="last day"),
        pytest.param([contract(date(2017, 6, 15), date(2017, 7, 31))], (0, 0), id="after"),
        pytest.param([contract(date(2016, 1, 1), date(2016, 6, 14))], (0, 0), id="before"),
        pytest.param([contract(date(2016, 1, 1), date(2016, 6, 15))], (0, 1), id="first day"),
        pytest.param([contract(date(2017, 2, 1), date(2017, 5, 31), "cdi")], (0, 0), id="a CDI"),
        pytest.param(
            [contract(date(2017, 2, 1), date(2017, 5, 31), employer="public")], (0, 0), id="public"
        ),
    ],
)
def test_days_and_months_in_a_window(contracts: list[Contract], expected: tuple[int, int]) -> None:
    """Only days of the window count, each once; days left over make months of thirty days."""
    assert found(contracts, *YEAR) == expected


def test_hours_are_in_proportion_of_the_days_in_the_window() -> None:
    """Of 610 hours over 61 days, the 16 days inside the window are worth 160 hours exactly."""
    one = contract(date(2016, 5, 1), date(2016, 6, 30), hours="610")
    assert count([one], frozenset({"cdd"}), PRIVATE, *YEAR).hours == 160


# --- Verdict of a condition ------------------------------------------------------------------------------

FOUR = condition(months=4, days=122)


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        pytest.param(date(2017, 1, 30), GREEN, id="122 days, 4 months"),
        pytest.param(date(2017, 2, 1), GREEN, id="120 days, 4 months"),
        pytest.param(date(2017, 2, 2), RED, id="119 days, 3 months"),
    ],
)
def test_one_reading_is_enough(first: date, expected: CheckVerdict) -> None:
    """Four months conform, be they 122 days or 120; a day less and neither reading holds (AMB-15)."""
    assert verdict(FOUR, [contract(first, date(2017, 5, 31))], date(2017, 6, 14)) is expected


def test_122_days_that_are_not_four_months_conform() -> None:
    """From 1 July to 30 October there are 122 days, and a day short of four months."""
    one = contract(date(2016, 7, 1), date(2016, 10, 30))
    assert found([one], *YEAR) == (3, 122)
    assert verdict(FOUR, [one], date(2017, 6, 14)) is GREEN


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        pytest.param("606.99", AMBER, id="months only"),
        pytest.param("607", GREEN, id="both"),
        pytest.param(None, AMBER, id="hours unknown"),
    ],
)
def test_hours_and_months_together_or_not(hours: str | None, expected: CheckVerdict) -> None:
    """Four months conform whatever the hours; where the text equates them, both are needed."""
    one = contract(date(2017, 1, 30), date(2017, 5, 31), hours=hours)
    either = condition(months=4, hours="607")
    assert verdict(either, [one], date(2017, 6, 14)) is GREEN
    assert verdict(replace(either, together=True), [one], date(2017, 6, 14)) is expected


@pytest.mark.parametrize(
    ("hours", "expected"),
    [("606.99", RED), ("607", GREEN), (None, AMBER)],
    ids=["too few", "hours only", "unknown"],
)
def test_hours_without_the_months(hours: str | None, expected: CheckVerdict) -> None:
    """Three months with 607 hours conform, and unknown hours are not a refusal."""
    one = contract(date(2017, 3, 1), date(2017, 5, 31), hours=hours)
    assert verdict(condition(months=4, hours="607"), [one], date(2017, 6, 14)) is expected


def test_a_doubtful_type_leaves_it_to_confirm() -> None:
    """A contract that counts only if the funder agrees neither conforms nor fails."""
    doubtful = condition(months=4, days=122, doubtful=frozenset({"cui_cae"}))
    one = contract(date(2017, 1, 1), date(2017, 5, 31), "cui_cae")
    assert verdict(doubtful, [one], date(2017, 6, 14)) is AMBER
    assert verdict(FOUR, [one], date(2017, 6, 14)) is RED


def test_a_doubtful_type_is_not_in_the_count_shown() -> None:
    """The sentence tells what surely counts, so that nobody reads a doubt as a fact."""
    doubtful = condition(months=4, doubtful=frozenset({"cui_cae"}))
    one = contract(date(2017, 1, 1), date(2017, 5, 31), "cui_cae")
    [judged] = judge(Path("p", "Voie", (doubtful,)), [one], date(2017, 6, 14)).conditions
    assert judged.count.months == 0


def test_a_condition_tells_each_reading() -> None:
    """The sentence gives the window, then each reading with what is asked of it."""
    one = contract(date(2017, 2, 1), date(2017, 5, 31))
    asked = condition(months=4, days=122, hours="607")
    [judged] = judge(Path("p", "Voie", (asked,)), [one], date(2017, 6, 14)).conditions
    assert judged.sentence.replace("\u00a0", " ") == (
        "du 15/06/2016 au 14/06/2017 : "
        "4 mois sur 4 ✓ ou 120 jours sur 122 ✗ ou heures inconnues sur 607 ✗"
    )


# --- Paths and reference date ----------------------------------------------------------------------------

EASY = Path("facile", "Facile", (condition(days=10),))
HARD = Path("dure", "Dure", (condition(days=200),))
TEN_DAYS = contract(date(2017, 5, 1), date(2017, 5, 10))


def test_the_lightest_verdict_of_the_paths_wins() -> None:
    """One path is enough, wherever it stands in the list."""
    for paths in ((EASY, HARD), (HARD, EASY)):
        judged = assess(rules(*paths), [TEN_DAYS], {}, date(2017, 6, 14))
        assert [one.verdict for one in judged.paths] == [
            GREEN if path is EASY else RED for path in paths
        ]
        assert judged.verdict is GREEN


def test_the_heaviest_verdict_of_a_path_is_its_own() -> None:
    """In a path every condition is needed."""
    both = Path("deux", "Deux", (*EASY.conditions, *HARD.conditions))
    assert assess(rules(both), [TEN_DAYS], {}, date(2017, 6, 14)).verdict is RED


@pytest.mark.parametrize(
    ("answers", "expected"),
    [({}, ["dure"]), ({"jeune": "non"}, ["dure"]), ({"jeune": "oui"}, ["dure", "facile"])],
)
def test_a_path_opens_with_the_right_answer(
    answers: Mapping[str, str], expected: list[str]
) -> None:
    """A path with a condition of its own is not even looked at without the answer."""
    given_ = rules(HARD, replace(EASY, when={"jeune": ("oui",)}))
    assert [path.id for path in open_paths(given_, answers)] == expected


def test_no_open_path_names_the_facts_that_open_some() -> None:
    """Where nothing is known to be asked, nothing is judged, and the facts that decide are named."""
    with pytest.raises(InvalidInput, match="jeune"):
        assess(rules(replace(EASY, when={"jeune": ("oui",)})), [TEN_DAYS], {}, date(2017, 6, 14))


def test_one_qualifies_on_the_reference_date_itself() -> None:
    """Somebody who conforms already qualifies from that day on."""
    judged = assess(rules(EASY), [TEN_DAYS], {}, date(2017, 6, 14))
    assert judged.qualifies_on == date(2017, 6, 14)


def test_one_qualifies_once_a_running_contract_has_lasted() -> None:
    """With a contract from 1 February, four months are there on 31 May, 122 days on 2 June: the safest."""
    judged = assess(
        rules(Path("p", "Voie", (FOUR,))),
        [contract(date(2017, 2, 1), date(2017, 9, 30))],
        {},
        date(2017, 5, 2),
    )
    assert (judged.verdict, judged.qualifies_on) == (RED, date(2017, 6, 2))
    assert judged.earliest_on == date(2017, 5, 31)


@pytest.mark.parametrize(("last", "expected"), [(30, None), (31, date(2017, 5, 31))])
def test_nothing_is_supposed_beyond_the_end_of_the_last_contract(
    last: int, expected: date | None
) -> None:
    """A contract that ends a day too early never qualifies; one reading alone gives the date."""
    judged = assess(
        rules(Path("p", "Voie", (FOUR,))),
        [contract(date(2017, 2, 1), date(2017, 5, last))],
        {},
        date(2017, 5, 2),
    )
    assert (judged.earliest_on, judged.qualifies_on) == (expected, expected)


def test_without_contract_nothing_is_found() -> None:
    """An empty history fails every path and never qualifies."""
    judged = assess(rules(EASY), [], {}, date(2017, 6, 14))
    assert (judged.verdict, judged.qualifies_on) == (RED, None)


# --- Rules as shipped ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("funder", "expected"),
    [
        ("opcalim", {"generale", "jeunes"}),
        ("afdas", {"generale", "jeunes"}),
        ("agecif-cama", {"generale", "jeunes"}),
        ("unagecif", {"generale", "jeunes"}),
        ("fafsea", {"generale", "production"}),
        ("fongecif-bfc", {"temps-plein", "temps-partiel", "jeunes", "jeunes-temps-partiel"}),
        ("fongecif-ara", {"generale", "saisonniers", "jeunes"}),
        ("unifaf", {"generale"}),
        ("uniformation", {"generale", "animation"}),
    ],
)
def test_each_funder_has_its_paths(funder: str, expected: set[str]) -> None:
    """What a funder writes of seniority replaces the general rule; the others keep that one."""
    assert {path.id for path in general(funder).paths} == expected


@pytest.mark.parametrize("funder", sorted(rulebook().procedure("cif-cdd").funders))
def test_the_same_words_for_contracts_everywhere(funder: str) -> None:
    """A history typed for one OPACIF can be read by another: same types, same employers."""
    base = general()
    ours = general(funder)
    assert (ours.types, ours.employers, ours.reference) == (
        base.types,
        base.employers,
        base.reference,
    )


@pytest.mark.parametrize("procedure", ["cif-cdd", "ptp"])
def test_every_path_opens_on_a_declared_fact(procedure: str) -> None:
    """A path never waits for a fact, or a value, that nobody can note; dates of reference are dates."""
    main = rulebook().procedure(procedure)
    for ruled in (main, *main.funders.values()):
        assert ruled.seniority is not None
        for path in ruled.seniority.paths:
            for name, values in path.when.items():
                spec = ruled.facts[name]
                assert set(values) <= (set(spec.choices) or {"oui", "non"}), (path.id, name)
        for name in ruled.seniority.reference:
            assert ruled.facts[name].type.value in {"date", "instant"}


# --- A second opinion ------------------------------------------------------------------------------------

START = date(2016, 1, 1)
DAYS = st.integers(0, 500).map(lambda n: START + timedelta(days=n))


@st.composite
def histories(draw: st.DrawFn, size: int = 6, longest: int = 150) -> list[Contract]:
    """Draw some contracts, that may overlap, of several types and employers."""
    found_ = []
    for number in range(draw(st.integers(0, size))):
        first = draw(DAYS)
        last = first + timedelta(days=draw(st.integers(0, longest)))
        hours = draw(st.none() | st.integers(1, 900).map(Decimal))
        type_ = draw(st.sampled_from(("cdd", "cdd", "cui_cae", "cdi")))
        employer = draw(st.sampled_from(("prive", "prive", "public")))
        found_.append(Contract(number, type_, employer, first, last, hours))
    return found_


def naive_days(
    contracts: Iterable[Contract], types: frozenset[str], first: date, last: date
) -> set[date]:
    """Return the days worked with private employers in a window, one by one."""
    days = set()
    for one in contracts:
        day = one.first
        while one.type in types and one.employer == "prive" and day <= one.last:
            if first <= day <= last:
                days.add(day)
            day += DAY
    return days


def naive_months(days: set[date]) -> int:
    """Return whole months of each run, and days left over by thirties: a run alone never makes thirty."""
    months = left = 0
    for start in sorted(day for day in days if day - DAY not in days):
        after = start
        while after in days:
            after += DAY
        whole = 0
        while months_later(start, whole + 1) <= after:
            whole += 1
        months += whole
        left += min((after - months_later(start, whole)).days, 29)
    return months + left // 30


def naive_first(on: date, months: int) -> date:
    """Return the first day of a window: the day after the same day, months before."""
    return months_later(on, -months) + DAY


@settings(max_examples=150, deadline=None)
@given(histories(), DAYS, st.integers(1, 24))
def test_days_are_those_of_a_naive_set(contracts: list[Contract], on: date, months: int) -> None:
    """Days and months counted are those of a set of days filled one day after another."""
    first, last = window(on, months)
    assert first == naive_first(on, months)
    days = naive_days(contracts, frozenset({"cdd"}), first, last)
    assert found(contracts, first, last) == (naive_months(days), len(days))


@settings(max_examples=150, deadline=None)
@given(histories(), DAYS)
def test_hours_are_those_of_each_day(contracts: list[Contract], on: date) -> None:
    """Hours counted are those of every day of every contract, its hours spread evenly over its days."""
    first, last = window(on, 12)
    total: Fraction | None = Fraction(0)
    for one in contracts:
        inside = naive_days([one], frozenset({"cdd"}), first, last)
        if inside and one.hours is None:
            total = None
        elif inside and total is not None and one.hours is not None:
            whole = len(naive_days([one], frozenset({"cdd"}), one.first, one.last))
            total += sum((Fraction(one.hours) / whole for _ in inside), Fraction(0))
    assert count(contracts, frozenset({"cdd"}), PRIVATE, first, last).hours == total


@given(histories())
def test_merged_stretches_stay_apart(contracts: list[Contract]) -> None:
    """Stretches once merged are in order and leave at least a day between them."""
    stretches = merged((one.first, one.last) for one in contracts)
    assert all(left[1] + DAY < right[0] for left, right in pairwise(stretches))


@settings(max_examples=60, deadline=None)
@given(histories(4, 90), DAYS, st.integers(1, 3), st.integers(20, 95))
def test_the_first_day_is_that_of_a_search_day_by_day(
    contracts: list[Contract], on: date, months: int, days: int
) -> None:
    """The first day that a naive count finds enough in one reading, and in both, are those said."""
    asked = condition(6, months=months, days=days)
    end = max((one.last for one in contracts), default=on)
    day, one, both = on, None, None
    while both is None and day <= max(end, on):
        worked = naive_days(contracts, frozenset({"cdd"}), naive_first(day, 6), day)
        readings = (len(worked) >= days, naive_months(worked) >= months)
        one = one or (day if any(readings) else None)
        both = day if all(readings) else None
        day += DAY
    judged = assess(rules(Path("p", "Voie", (asked,))), contracts, {}, on)
    assert (judged.earliest_on, judged.qualifies_on) == (one, both or one)


# --- Reading ---------------------------------------------------------------------------------------------

CONDITION = {
    "id": "C",
    "label": "en CDD",
    "window": 12,
    "days": 122,
    "types": ["cdd"],
    "employers": ["prive"],
    "source": {
        "document": "fiche",
        "lines": "1",
        "quote": "quatre mois",
        "checked_on": date(2026, 11, 22),
    },
}


def problems_of(**changes: object) -> list[Problem]:
    """Return what is wrong with rules whose only condition is changed; None takes a key away."""
    row = {name: value for name, value in {**CONDITION, **changes}.items() if value is not None}
    data = {
        "reference": ["recu_le"],
        "reference_source": CONDITION["source"],
        "types": {"cdd": "CDD"},
        "employers": {"prive": "Privé"},
        "paths": [{"id": "p", "label": "Voie", "conditions": [row]}],
    }
    problems: list[Problem] = []
    reading = Reading("essai.toml", problems)
    WALKER.whole(WALKER.shape(SeniorityRules), data, "seniority", reading)
    return problems


def test_a_sound_table_is_read_without_a_word() -> None:
    """The table that the next tests spoil is itself right."""
    assert problems_of() == []


@pytest.mark.parametrize(
    ("changes", "key", "words"),
    [
        ({"window": None}, "window", "clé absente ; donnez la durée de la période"),
        ({"days": None}, "months", "rien n’est demandé"),
        ({"types": ["cdx"]}, "types", "type de contrat « cdx » inconnu (C)"),
        ({"doubtful": ["cdx"]}, "types", "type de contrat « cdx » inconnu (C)"),
        ({"employers": ["privé"]}, "employers", "employeur « privé » inconnu (C)"),
        ({"source": None}, "source", ""),
        ({"semaines": 4}, "semaines", "clé inconnue"),
    ],
)
def test_a_wrong_condition_is_told(changes: dict[str, object], key: str, words: str) -> None:
    """What is wrong with a condition is told with its key, in a sentence."""
    told = [(one.key.rpartition(".")[2], one.message) for one in problems_of(**changes)]
    assert any(name == key and words in message for name, message in told), told
