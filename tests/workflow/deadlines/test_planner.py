"""The planner, against a search over every day and every session that borrows nothing from it."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from msgspec import Struct

from tests.support.core import DAY, METROPOLE, SETTINGS, months_later
from workflow.case.case import FactValue
from workflow.counting.context import context_for, ruled_by
from workflow.counting.ways_of_counting import Context, Sitting
from workflow.deadlines.compute import every
from workflow.deadlines.planner import Chain, StartPlanner
from workflow.errors import InvalidInput
from workflow.rulefiles.rulebook import load_rulebook
from workflow.rules.procedure import Procedure

QUICK, WHOLE = 60, 10_000


class Opacif(Struct, frozen=True):
    """The rules of one funder, written again by hand from the sheet."""

    opens: int | None
    """Months before the start."""
    before: int
    """Months before the session."""
    gap: int
    """Days between the session and the start, at least."""
    blackouts: frozenset[int]
    closes: int
    """Months before the start; 25 stands for two months and a half."""

    def own_limit(self, start: date) -> date:
        """Return the last day of deposit that the start alone allows."""
        if self.closes != 25:
            return months_later(start, -self.closes)
        return min(
            months_later(start, -2) - 15 * DAY, months_later(start - 15 * DAY, -2), start - 75 * DAY
        )

    def opening(self, start: date) -> date | None:
        """Return the first day of deposit, tried one by one."""
        if self.opens is None:
            return None
        day = months_later(start, -self.opens) - 5 * DAY
        while months_later(day, self.opens) < start:
            day += DAY
        return day

    def deposits(self, start: date, session: Sitting, today: date) -> tuple[date, date] | None:
        """Return the first and last day of deposit for a session, None when it will not do."""
        if session.day > start - max(self.gap, 1) * DAY or session.day.month in self.blackouts:
            return None
        last = min(self.own_limit(start), months_later(session.day, -self.before))
        if session.cutoff is not None:
            last = min(last, session.cutoff)
        first = max(self.opening(start) or today, today)
        return (first, last) if first <= last else None


FUNDERS = {
    "fafsea": Opacif(4, 1, 1, frozenset(), 1),
    "fongecif-bfc": Opacif(6, 2, 15, frozenset({1, 8}), 25),
    "fongecif-ara": Opacif(None, 1, 1, frozenset({8}), 1),
    "opcalim": Opacif(6, 1, 1, frozenset(), 3),
}


def _ruled(funder: str) -> Procedure:
    return ruled_by(load_rulebook().procedure("cif-cdd"), funder)


def _context(procedure: Procedure, sessions: Iterable[Sitting]) -> Context:
    return context_for(procedure, "FR", (), SETTINGS, sessions=sessions)


def _draw(seed: int) -> tuple[str, list[Sitting], date, date]:
    """Return a funder, its sessions, a present day and a wished start, all drawn at random."""
    draw = random.Random(seed)
    funder = draw.choice(sorted(FUNDERS))
    today = date(2016, 1, 4) + timedelta(days=draw.randrange(600))
    days = {today + timedelta(days=draw.randrange(-30, 500)) for _ in range(draw.randrange(1, 14))}
    sessions = [
        Sitting(day, day - timedelta(days=draw.randrange(10, 90)) if draw.random() < 0.3 else None)
        for day in days
    ]
    draw.shuffle(sessions)
    start = today + timedelta(days=draw.randrange(0, 400))
    return funder, sessions, today, start


def _brute_sessions(
    rules: Opacif, sessions: Iterable[Sitting], start: date, today: date
) -> dict[date, date]:
    """Return each session that would do with its last day of deposit, trying all of them."""
    found = {}
    for session in sessions:
        stretch = rules.deposits(start, session, today)
        if stretch is not None:
            found[session.day] = stretch[1]
    return found


def _brute_first(
    rules: Opacif, sessions: list[Sitting], after: date, today: date, deposit: date | None
) -> date | None:
    """Return the first working day that can be reached, trying every day up to the end of 2018."""
    day = METROPOLE.first_from(after)
    while day <= date(2018, 12, 31):
        for session in sessions:
            stretch = rules.deposits(day, session, today)
            if stretch is not None and (deposit is None or stretch[0] <= deposit <= stretch[1]):
                return day
        day = METROPOLE.first_from(day + DAY)
    return None


def _compare(seed: int) -> None:
    funder, sessions, today, start = _draw(seed)
    rules, procedure = FUNDERS[funder], _ruled(funder)
    planner = StartPlanner(procedure, _context(procedure, sessions))
    plan = planner.from_start(start, {}, today)
    expected = _brute_sessions(rules, sessions, start, today)
    assert {chain.session: chain.last for chain in plan.chains} == expected, seed
    if not expected:
        nearest = _brute_first(rules, sessions, max(start + DAY, today), today, None)
        assert (plan.nearest.start if plan.nearest else None) == nearest, seed
        assert plan.failure, seed
    first = planner.from_today({}, today).chains
    assert (first[0].start if first else None) == _brute_first(
        rules, sessions, today, today, None
    ), seed
    deposit = today + timedelta(days=seed % 90)
    reached = planner.from_deposit(deposit, {}, today).chains
    # A file that is handed over on a day may wait for its session as long as the start allows.
    assert (reached[0].start if reached else None) == _brute_first(
        rules, sessions, deposit, today, deposit
    ), seed


@pytest.mark.parametrize("seed", range(QUICK))
def test_a_plan_equals_a_search_over_every_day_and_session(seed: int) -> None:
    """Feasible sessions, the first start and the start of a deposit day are those of a naive search."""
    _compare(seed)


def test_a_window_of_two_readings_equals_a_search_over_every_day(first_seed: int) -> None:
    """A période de reconversion is sent on the first day that is worked of the thirty before its start."""
    procedure = load_rulebook().procedure("reconversion")
    planner = StartPlanner(procedure, _context(procedure, ()))
    for number in range(QUICK):
        today = date(2026, 1, 5) + timedelta(days=random.Random(first_seed + number).randrange(900))
        start = today + timedelta(days=number)
        plan = planner.from_start(start, {}, today)
        found = [(one.opens_on, one.prudent, one.last) for one in plan.chains]
        opens = start - 30 * DAY
        assert found == (
            [(opens, METROPOLE.first_from(opens), start - DAY)] if start > today else []
        )
        nearest = METROPOLE.first_from(today + DAY)
        assert [one.start for one in planner.from_today({}, today).chains] == [nearest]


@pytest.mark.parametrize(("months", "least"), [(None, 120), (0, 60), (5, 60), (6, 120)])
def test_a_leave_equals_a_search_over_every_day(
    months: int | None, least: int, first_seed: int
) -> None:
    """A leave is asked 60 or 120 days before a PTP: the last day that is early enough, tried one by one."""
    procedure = load_rulebook().procedure("ptp")
    planner = StartPlanner(procedure, _context(procedure, ()))
    facts = {} if months is None else {"interruption_mois": months}
    for number in range(QUICK):
        today = date(2026, 1, 5) + timedelta(days=random.Random(first_seed + number).randrange(900))
        start = today + timedelta(days=3 * number)
        early = [
            day
            for day in map(today.__add__, map(timedelta, range(200)))
            if (start - day).days >= least
        ]
        plan = planner.from_start(start, facts, today)
        assert [chain.last for chain in plan.chains] == early[-1:]
        # A day of margin: received on the eve, it is early enough however the days are counted.
        working = [day for day in early[:-1] if METROPOLE.is_working(day)][-1:]
        assert not working or [chain.prudent for chain in plan.chains] == working
        first = next(
            day
            for day in map(today.__add__, map(timedelta, range(least, 400)))
            if METROPOLE.is_working(day)
        )
        assert [chain.start for chain in planner.from_today(facts, today).chains] == [first]


def test_the_months_of_a_ptp_equal_a_search_over_every_day(first_seed: int) -> None:
    """Attendance is due on the next last day of a month until the training ends, its money a month later."""
    procedure, draw = load_rulebook().procedure("ptp"), random.Random(first_seed)
    context, edition = _context(procedure, ()), procedure.editions[-1]
    for _ in range(QUICK):
        covered, ends = (date(2026, 1, 5) + timedelta(days=draw.randrange(900)) for _ in range(2))
        facts: dict[str, FactValue] = {
            "demarrage_formation": date(2026, 1, 5),
            "fin_formation": ends,
        }
        facts |= {"assiduite_jusqu_au": covered, "derniere_demande_le": covered}
        found = {one.id: one.dates for one in every(procedure, edition, facts, context)}
        later = list(map(covered.__add__, map(timedelta, range(1, 62))))
        due = next(day for day in later if (day + DAY).day == 1)
        worked = next(
            day for day in map(due.__sub__, map(timedelta, range(9))) if METROPOLE.is_working(day)
        )
        proof = found.get("assiduite")
        asked = (due, worked) if covered < ends else None
        assert (proof and (proof.strict, proof.prudent)) == asked, (covered, ends)
        # The same day of the next month, or its last one.
        following = [day for day in later if (day.year, day.month) == _month_after(covered)]
        paid = next((day for day in following if day.day == covered.day), following[-1])
        money = found["remboursement"]
        assert (money.expected_at, money.chase_on) == (paid, METROPOLE.first_from(paid + DAY)), (
            covered
        )


def _month_after(day: date) -> tuple[int, int]:
    return (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)


@pytest.mark.slow
@pytest.mark.parametrize("block", range(20))
def test_ten_thousand_plans_equal_a_search_over_every_day_and_session(
    block: int, first_seed: int
) -> None:
    """The same holds on ten thousand random instances."""
    size = WHOLE // 20
    for number in range(block * size, (block + 1) * size):
        _compare(first_seed + QUICK + number)


def _chain(chains: tuple[Chain, ...], session: date) -> Chain:
    return next(chain for chain in chains if chain.session == session)


def test_every_feasible_session_is_listed_the_latest_deposit_first() -> None:
    """The example of the sheet for Bourgogne Franche-Comté lists July before June, and never August."""
    procedure = _ruled("fongecif-bfc")
    sessions = [Sitting(date(2018, month, 12)) for month in range(1, 13)]
    plan = StartPlanner(procedure, _context(procedure, sessions)).from_start(
        date(2018, 9, 3), {}, date(2018, 4, 1)
    )
    assert [chain.session for chain in plan.chains] == [date(2018, 7, 12), date(2018, 6, 12)]
    july = _chain(plan.chains, date(2018, 7, 12))
    assert (july.strict, july.prudent, july.reply_on) == (
        date(2018, 5, 12),
        date(2018, 5, 11),
        date(2018, 7, 13),
    )


def test_an_impossible_start_says_which_limit_fails_and_the_nearest_one() -> None:
    """Too late for July: the limit that fails is named, and the start after September offered."""
    procedure = _ruled("fongecif-bfc")
    sessions = [Sitting(date(2018, 7, 12)), Sitting(date(2018, 9, 12))]
    plan = StartPlanner(procedure, _context(procedure, sessions)).from_start(
        date(2018, 9, 3), {}, date(2018, 6, 1)
    )
    assert plan.chains == ()
    assert "12/07/2018" in plan.failure
    assert plan.nearest is not None
    assert plan.nearest.start == date(2018, 9, 27)


def test_a_deposit_day_that_is_past_is_refused() -> None:
    """Nothing can leave the desk yesterday."""
    procedure = _ruled("fafsea")
    planner = StartPlanner(procedure, _context(procedure, ()))
    with pytest.raises(InvalidInput, match="est passé"):
        planner.from_deposit(date(2018, 5, 1), {}, date(2018, 5, 2))


def test_a_funder_whose_delays_are_unknown_plans_nothing() -> None:
    """For Afdas the sheet gives a contact only: the program says so instead of guessing."""
    procedure = _ruled("afdas")
    with pytest.raises(InvalidInput, match="délais non connus"):
        StartPlanner(procedure, _context(procedure, ()))


def test_a_start_without_calendar_is_provisional() -> None:
    """Without sessions the months without one still count, and the chain says it is provisional."""
    procedure = _ruled("fongecif-bfc")
    plan = StartPlanner(procedure, _context(procedure, ())).from_start(
        date(2018, 9, 3), {}, date(2018, 4, 1)
    )
    (chain,) = plan.chains
    assert chain.provisional
    assert chain.strict == date(2018, 5, 31)
    assert any("provisoire" in warning for warning in chain.warnings)


def test_a_reply_after_the_start_is_told() -> None:
    """A file without priority at UNIFORMATION gets its reply three months after the start."""
    procedure = _ruled("uniformation")
    plan = StartPlanner(procedure, _context(procedure, ())).from_start(
        date(2018, 10, 1), {"prioritaire": False}, date(2018, 4, 1)
    )
    assert "la réponse viendrait après le départ" in plan.chains[0].warnings


def test_a_cipi_is_planned_from_today() -> None:
    """The first start still possible leaves 48 hours whole before it."""
    procedure = load_rulebook().procedure("cipi")
    planner = StartPlanner(procedure, _context(procedure, ()))
    (chain,) = planner.from_today({}, date(2026, 11, 23)).chains
    assert chain.start == date(2026, 11, 26)
    assert chain.last == date(2026, 11, 23)
