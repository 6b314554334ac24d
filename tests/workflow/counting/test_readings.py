"""The readings of a rule's text: the date of each, and the prudent day that satisfies them all."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache

import pytest
from msgspec import Struct
from msgspec.structs import replace

from tests.support.core import DAY, PARIS, TERRITORIES, context, paris, plain, rulebook
from workflow.calendar.calendars import Closure
from workflow.case.case import FactValue, Moment
from workflow.counting.readings import ReadingSpan, settled
from workflow.counting.ways_of_counting import ComputedLimit, Context, Sitting
from workflow.deadlines.compute import compute, reckon, retold
from workflow.rules.counts import Count, Direction, Unit
from workflow.rules.deadline_rules import DeadlineSpec
from workflow.rules.fact_specs import Source
from workflow.rules.procedure import Procedure
from workflow.rules.readings import RuleReading

QUICK, WHOLE, BLOCKS = 3_000, 1_000_000, 20
FIRST = date(2015, 1, 1)

# --- What each reading gives, worked by hand -------------------------------------------------------------

GIVEN = (
    # 30 April less two months is the end of a February of 28 days: the day after passes the test.
    ("cipi", "drf", {"demarrage_formation": paris(4, 30, 9, year=2027)}, {
        ("AMB-1", paris(4, 28, 9, year=2027)), ("AMB-1", date(2027, 4, 28)),
        ("AMB-3", date(2027, 3, 1)), ("AMB-3", date(2027, 2, 28)),
    }),
    # The clocks move on Sunday 29 March; two working days before Monday 30 end on Thursday 26.
    ("cipi", "drf", {"demarrage_formation": paris(3, 30, 9)}, {
        ("AMB-1", paris(3, 28, 8)), ("AMB-1", date(2026, 3, 28)), ("AMB-1", date(2026, 3, 26)),
        ("AMB-3", date(2026, 1, 30)),
    }),
    # Thursday 30 April at 16:00; 1 May is a holiday, Tuesday 5 the second working day.
    ("cipi", "reponse_akto", {"drf_deposee_le": paris(4, 30, 16)}, {
        ("AMB-2", paris(5, 5, 16)), ("AMB-2", date(2026, 5, 5)),
    }),
    # The 61st day is Saturday 2 May.
    ("cipi", "contrat", {"drf_accordee_le": date(2026, 3, 2)}, {
        ("AMB-4", date(2026, 5, 2)), ("AMB-4", date(2026, 5, 4)),
    }),
    # Counted to 3 September 2018; the session of 12 July asks for 12 May, a Saturday.
    ("fongecif-bfc", "depot", {"demarrage_formation": date(2018, 9, 3)}, {
        ("AMB-3", date(2018, 3, 3)),
        ("AMB-13", date(2018, 6, 18)), ("AMB-13", date(2018, 6, 19)), ("AMB-13", date(2018, 6, 20)),
        ("AMB-14", date(2018, 5, 12)), ("AMB-14", date(2018, 5, 14)),
    }),
    # The letter of Sunday 31 December 2017, received on Wednesday 3 January.
    ("fafsea", "recours", {"refus_notifie_le": date(2017, 12, 31), "refus_recu_le": date(2018, 1, 3)}, {
        ("AMB-18", date(2018, 2, 28)), ("AMB-18", date(2018, 3, 3)),
    }),
    ("cipi", "realisation", {"debut_contrat": date(2026, 8, 31)}, {
        ("AMB-7", date(2027, 2, 28)), ("AMB-7", date(2027, 2, 27)),
    }),
)  # fmt: skip


@pytest.mark.parametrize(
    ("procedure", "id_", "facts", "given"),
    GIVEN,
    ids=[f"{one[1]} {min(one[2].values()):%d-%m-%Y}" for one in GIVEN],
)
def test_each_reading_has_its_date(
    procedure: str, id_: str, facts: dict[str, FactValue], given: set[tuple[str, Moment]]
) -> None:
    """The readings of a rule give the dates worked by hand, and its prudent day satisfies them all."""
    rules = (
        rulebook().procedures.get(procedure) or rulebook().procedure("cif-cdd").funders[procedure]
    )
    where = replace(context(), sessions=(Sitting(date(2018, 7, 12)),))
    deadline = compute(rules, rules.editions[-1], rules.deadlines[id_], facts, where)
    assert deadline is not None
    found = retold(rules, rules.editions[-1], deadline, facts, where).explanation
    assert {(one.id, one.gives) for one in found.readings} == given
    told = [plain(one.steps[-1]) for one in found.readings]
    assert [words for words in told if not words.endswith(" la satisfait.")] == []
    assert [words for words in found.warnings if "AMB-" in words] == []


# --- The prudent day, against every working day ----------------------------------------------------------


def _satisfies(day: date, one: ReadingSpan) -> bool:
    """Tell whether a whole day satisfies a reading."""
    if one.reading.opens:
        return day >= one.gives
    return day < one.gives.date() if isinstance(one.gives, datetime) else day <= one.gives


def _reading(first: date | None, last: date | None) -> ReadingSpan:
    """Return a reading that some days satisfy."""
    source = Source("fiche.txt", "1", "Un mois")
    count = Count(Unit.DAYS, Direction.BEFORE, 1)
    return ReadingSpan(RuleReading("AMB-1", "x", source), "", FIRST, count, FIRST, first, last)


def test_the_prudent_day_breaks_the_readings_least(first_seed: int) -> None:
    """Of the working days of the window it is the last of those that the readings are broken least by."""
    for number in range(QUICK):
        draw = random.Random(first_seed + number)
        where = draw.choice(_contexts())
        counted = where.staff.careful.on_or_before(FIRST + draw.randrange(4000) * DAY)
        ends = [counted + draw.randrange(-60, 30) * DAY for _ in range(4)]
        found = [_reading(ends[0], None), _reading(None, ends[1]), _reading(None, ends[2])]
        opens = counted - draw.randrange(50) * DAY
        days = [opens + number * DAY for number in range((counted - opens).days + 1)]
        tried = [day for day in days if where.staff.careful.is_working(day)]
        off = {day: sum(one.off(day) for one in found) for day in tried}
        best = max(day for day in tried if off[day] == min(off.values()))
        limit = settled(ComputedLimit(prudent=counted), opens, found, where)
        assert limit.prudent == best, number


class Target(Struct, frozen=True):
    """A deadline whose text has several readings, as one funder rules it."""

    procedure: Procedure
    spec: DeadlineSpec
    asked: tuple[str, ...]
    """Dates it may count from."""


@lru_cache(maxsize=1)
def _targets() -> tuple[Target, ...]:
    """Return every deadline shipped whose text has several readings."""
    return tuple(_found_targets())


def _found_targets() -> Iterator[Target]:
    for whole in rulebook().procedures.values():
        for procedure in (whole, *whole.funders.values()):
            for spec in procedure.deadlines.values():
                readings = [one for rule in spec.rules for one in rule.readings]
                held = any(rule.commission and rule.commission.readings for rule in spec.rules)
                if readings or held:
                    names = [name for rule in spec.rules for name in rule.deciding]
                    names += [name for one in readings for name in one.anchors]
                    yield Target(procedure, spec, tuple(dict.fromkeys(names)))


@lru_cache(maxsize=1)
def _contexts() -> tuple[Context, ...]:
    """Return agencies of every territory, each with closures of its own."""
    draw = random.Random(0)
    found = []
    for code in sorted(TERRITORIES):
        starts = [FIRST + draw.randrange(4000) * DAY for _ in range(12)]
        closed = tuple(Closure(day, day + draw.randrange(40) * DAY, "Fermeture") for day in starts)
        found.append(context(code, closed))
    return tuple(found)


def _judge(seed: int) -> None:
    draw = random.Random(seed)
    target = draw.choice(_targets())
    where = draw.choice(_contexts())
    day = FIRST + draw.randrange(4000) * DAY
    facts: dict[str, FactValue] = {}
    for name in target.asked:
        moment: Moment = day + draw.randrange(-20, 20) * DAY
        if draw.random() < 0.5:
            moment = datetime(
                moment.year, moment.month, moment.day, draw.randrange(24), tzinfo=PARIS
            )
        facts[name] = moment
    sessions = tuple(Sitting(day - draw.randrange(5, 150) * DAY) for _ in range(3))
    rules, spec = target.procedure, target.spec
    where = replace(where, sessions=sessions)
    found = reckon(rules, draw.choice(rules.editions), spec, facts, where)
    if found is None:
        return
    assert found.readings or found.rule.commission, seed
    counted, read = found.counted.prudent, found.read
    assert read is not None
    if counted is None or read.prudent is None:
        assert all(one.kept(read) for one in found.readings), seed
        return
    careful, first = where.staff.careful, found.counted_opening
    assert careful.is_working(read.prudent), seed
    assert read.prudent <= counted, seed
    if not all(_satisfies(read.prudent, one) for one in found.readings):
        first = first or counted - timedelta(days=200)
        days = (first + number * DAY for number in range((counted - first).days + 1))
        assert not any(
            careful.is_working(day) and all(_satisfies(day, one) for one in found.readings)
            for day in days
        ), seed


def test_the_prudent_day_satisfies_every_reading_where_a_working_day_does(first_seed: int) -> None:
    """Of some thousands of files of every procedure, none has a working day that would have done better."""
    for number in range(QUICK):
        _judge(first_seed + number)


@pytest.mark.slow
@pytest.mark.parametrize("block", range(BLOCKS))
def test_a_million_prudent_days_satisfy_every_reading_where_a_working_day_does(
    block: int, first_seed: int
) -> None:
    """The same holds of a million files."""
    size = WHOLE // BLOCKS
    for number in range(block * size, (block + 1) * size):
        _judge(first_seed + QUICK + number)
