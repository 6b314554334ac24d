"""What holds for every date, territory and set of closures, sought out by hypothesis."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.support.core import (
    DAY,
    METROPOLE,
    PARIS,
    TERRITORIES,
    NaiveCalendar,
    cipi,
    context,
    naive_chase,
    naive_opening,
    naive_reply,
    paris,
    plain,
    told,
)
from workflow.calendar import counting
from workflow.calendar.calendars import Closure, WorkingCalendar, calendar
from workflow.case.case import Deadline, FactValue, civil
from workflow.counting.context import edition_for
from workflow.counting.ways_of_counting import Context
from workflow.deadlines import compute, start_checks
from workflow.rules.procedure import Procedure

FAST = settings(max_examples=60, deadline=None)

DAYS = st.dates(date(2020, 1, 1), date(2034, 12, 31))
CODES = st.sampled_from(sorted(TERRITORIES))
PARIS_CODES = st.sampled_from(
    [code for code, zone in TERRITORIES.items() if zone == "Europe/Paris"]
)


@st.composite
def closures(draw: st.DrawFn) -> tuple[Closure, ...]:
    """Draw up to three closures, of a day to three months, in the years that most starts fall in."""
    found = []
    for number in range(draw(st.integers(0, 3))):
        first = draw(st.dates(date(2025, 12, 1), date(2027, 6, 30)))
        length = draw(st.integers(0, 90))
        found.append(Closure(first, first + length * DAY, f"Fermeture {number}"))
    return tuple(found)


@st.composite
def contexts(draw: st.DrawFn) -> Context:
    """Draw the context of an agency: a territory and its closures."""
    return context(draw(CODES), draw(closures()))


NIGHTS = [
    paris(3, 29, 3),
    paris(3, 30, 9),
    paris(3, 31, 2, 30),
    paris(10, 25, 3),
    paris(10, 27, 2, 30),
]


@st.composite
def instants(draw: st.DrawFn) -> datetime:
    """Draw an instant to the minute, near a clock change or a month-end more often than not."""
    near = draw(
        st.sampled_from([*NIGHTS, paris(4, 30, 9, year=2027), paris(2, 29, 9, year=2028), None])
    )
    if near is None:
        day = draw(st.dates(date(2026, 1, 1), date(2030, 12, 31)))
        minutes = draw(st.integers(0, 24 * 60 - 1))
        naive = datetime.combine(day, time.min) + timedelta(minutes=minutes)
        return naive.replace(tzinfo=PARIS).astimezone(UTC).astimezone(PARIS)
    shift = timedelta(minutes=draw(st.integers(-4 * 24 * 60, 4 * 24 * 60)))
    return (near.astimezone(UTC) + shift).astimezone(PARIS)


STARTS = st.one_of(instants(), st.dates(date(2026, 1, 1), date(2030, 12, 31)))


def rules() -> Procedure:
    """Return the CIPI without what was put off for once, which has tests of its own."""
    return replace(cipi(), derogations=())


def computed(facts: Mapping[str, FactValue], where: Context) -> dict[str, Deadline]:
    """Return every deadline that some facts allow, by id."""
    found = compute.every(rules(), edition_for(rules(), facts, where), facts, where)
    return {deadline.id: deadline for deadline in found}


# --- Counting --------------------------------------------------------------------------------------------


@FAST
@given(DAYS, st.integers(1, 60), CODES, closures())
def test_moves_are_those_of_a_walk(
    day: date, n: int, code: str, closed: tuple[Closure, ...]
) -> None:
    """From any day, moving n working days lands where a walk of one day at a time does."""
    naive = NaiveCalendar(code, tuple((closure.first, closure.last) for closure in closed))
    found = calendar(code, closed)
    assert found.forward(day, n) == naive.walk(day, n)
    assert found.back(day, n) == naive.walk(day, n, -DAY)
    assert found.on_or_before(day) == naive.last_up_to(day)
    assert found.on_or_after(day) == naive.first_from(day)
    careful = replace(naive, careful=True)
    assert found.careful.back(day, n) == careful.walk(day, n, -DAY)
    assert found.careful.on_or_before(day) == careful.last_up_to(day)


@FAST
@given(DAYS, st.integers(0, 300), CODES, closures())
def test_counting_and_moving_agree(
    day: date, n: int, code: str, closed: tuple[Closure, ...]
) -> None:
    """There are exactly n working days after a day up to the n-th one."""
    found = calendar(code, closed)
    start = found.on_or_before(day)
    assert found.count(start + DAY, found.forward(start, n)) == n


@FAST
@given(st.dates(date(1990, 1, 1), date(2080, 12, 31)), st.integers(1, 24))
def test_an_opening_is_the_first_day_that_passes_the_test(start: date, months: int) -> None:
    """On the opening the start is at most n months away, and on the day before it is further."""
    opening = counting.earliest_within_months(start, months)
    assert counting.add_months(opening, months) >= start
    assert counting.add_months(opening - DAY, months) < start


@FAST
@given(instants(), st.integers(1, 96))
def test_an_hour_limit_is_never_later_than_either_reading(start: datetime, hours: int) -> None:
    """The strict limit is at or before both the elapsed and the wall-clock reading, and is one of them."""
    strict = counting.hours_before(start, hours).timestamp()
    readings = [r.timestamp() for r in counting.readings_before(start, hours)]
    assert strict == min(readings)


# --- Deadlines -------------------------------------------------------------------------------------------


@FAST
@given(STARTS, contexts())
@example(paris(9, 8, 9), context("FR", (Closure(date(2026, 7, 1), date(2026, 9, 10), "Été"),)))
def test_a_window_is_in_order_or_declared_impossible(start: date, where: Context) -> None:
    """Opening ≤ prudent ≤ strict, or else the window is declared impossible with a start that works."""
    facts = {"demarrage_formation": start}
    drf = computed(facts, where)["drf"]
    assert drf.dates.opens_on is not None
    assert drf.dates.prudent is not None
    assert drf.dates.strict is not None
    assert drf.dates.prudent <= civil(drf.dates.strict)
    assert drf.dates.impossible is (drf.dates.prudent < drf.dates.opens_on)
    concerns = start_checks.start_concerns(rules(), [drf], facts, where, None)
    declared = [(concern.fatal, "Fenêtre impossible" in concern.text) for concern in concerns]
    assert declared == ([(True, True)] if drf.dates.prudent < drf.dates.opens_on else [])


FACT_DAYS = st.dates(date(2026, 1, 1), date(2030, 12, 31))


@st.composite
def cases(draw: st.DrawFn) -> dict[str, FactValue]:
    """Draw the facts of a case, in no particular order of time."""
    return {
        "demarrage_formation": draw(STARTS),
        "drf_deposee_le": draw(STARTS),
        "drf_accordee_le": draw(FACT_DAYS),
        "debut_contrat": draw(FACT_DAYS),
        "fin_formation": draw(FACT_DAYS),
        "financement_accorde_le": draw(FACT_DAYS),
        "presences_saisies_le": draw(FACT_DAYS),
    }


@FAST
@given(cases(), contexts())
def test_staff_are_told_to_act_on_a_working_day(
    facts: dict[str, FactValue], where: Context
) -> None:
    """Every prudent date and chase day is a working day of the agency, at or before the strict limit."""
    for deadline in computed(facts, where).values():
        assert where.staff.is_working(deadline.dates.act_on)
        assert deadline.dates.act_on == (deadline.dates.prudent or deadline.dates.chase_on)
        assert deadline.dates.strict is None or deadline.dates.act_on <= civil(
            deadline.dates.strict
        )


@FAST
@given(cases(), contexts())
def test_every_skipped_day_is_off_and_every_day_off_is_told(
    facts: dict[str, FactValue], where: Context
) -> None:
    """Between the day to act and the strict civil limit, each weekday off is named in the count."""
    for deadline in computed(facts, where).values():
        if (
            deadline.dates.strict is None
            or deadline.dates.prudent is None
            or deadline.id == "mission"
        ):
            continue
        last = civil(deadline.dates.strict) - (
            DAY if deadline.id == "realisation" else timedelta(0)
        )
        off = where.staff.days_off(deadline.dates.prudent, last)
        named = [f"({reason})" for day, reason in off if day.weekday() < 5]
        assert [reason for reason in named if plain(reason) not in told(deadline)["Décompte"]] == []


@FAST
@given(STARTS, st.integers(0, 400), contexts())
def test_a_later_start_never_gives_an_earlier_limit(
    start: date, later: int, where: Context
) -> None:
    """Putting the start off never brings the opening, the prudent or the strict date forward."""
    assume(not isinstance(start, datetime) or start.fold == 0)
    one = computed({"demarrage_formation": start}, where)["drf"]
    two = computed({"demarrage_formation": start + later * DAY}, where)["drf"]
    dates = [
        (window.dates.opens_on, window.dates.prudent, window.dates.strict.timestamp())
        for window in (one, two)
        if isinstance(window.dates.strict, datetime)
        and window.dates.opens_on
        and window.dates.prudent
    ]
    assert len(dates) == 2
    assert all(early <= late for early, late in zip(*dates, strict=True))


@FAST
@given(FACT_DAYS, st.integers(0, 400), contexts())
def test_a_later_agreement_never_gives_an_earlier_limit(
    agreed: date, later: int, where: Context
) -> None:
    """Putting an agreement or a contract off never brings a limit that counts from it forward."""
    facts, moved = (
        {"drf_accordee_le": day, "debut_contrat": day, "fin_formation": day}
        for day in (agreed, agreed + later * DAY)
    )
    ones, twos = computed(facts, where), computed(moved, where)
    assert [id_ for id_, one in ones.items() if one.dates.act_on > twos[id_].dates.act_on] == []


@FAST
@given(STARTS, contexts())
def test_the_opening_is_the_one_tried_day_by_day(start: date, where: Context) -> None:
    """The opening of the DRF is the first day that passes the two-month test on the agency's clock."""
    day = where.day(start)
    assert computed({"demarrage_formation": start}, where)["drf"].dates.opens_on == naive_opening(
        day
    )


@FAST
@given(STARTS, contexts())
def test_a_reply_and_its_chase_are_those_of_a_walk(deposit: date, where: Context) -> None:
    """A reply is expected and chased when a naive clock says so; the chase never comes before it is due."""
    reply = computed({"drf_deposee_le": deposit}, where)["reponse_akto"]
    closed = tuple((closure.first, closure.last) for closure in where.staff.closures)
    staff = NaiveCalendar(where.staff.territory.code, closed)
    assert isinstance(reply.dates.expected_at, datetime)
    assert reply.dates.chase_on is not None
    assert reply.dates.expected_at == naive_reply(where.instant(deposit), METROPOLE)
    assert reply.dates.chase_on == naive_chase(where.day(deposit), staff, METROPOLE)
    assert reply.dates.expected_at.date() <= reply.dates.chase_on


@FAST
@given(STARTS, contexts(), st.dates(date(2025, 12, 1), date(2030, 12, 31)))
def test_the_first_start_that_works_works(start: date, where: Context, today: date) -> None:
    """The start offered instead is a working day whose window is possible and not yet consumed."""
    facts = {"demarrage_formation": start}
    spec = rules().deadlines["drf"]
    first = compute.first_start(
        rules(), spec, facts, where, today, lambda trial: trial.act_on >= today
    )
    assert first is not None
    moved = computed({"demarrage_formation": first}, where)["drf"]
    assert where.staff.is_working(first)
    assert not moved.dates.impossible
    assert moved.dates.act_on >= today


@FAST
@given(cases(), PARIS_CODES, PARIS_CODES)
def test_the_reply_is_counted_on_the_funder_calendar(
    facts: dict[str, FactValue], one: str, two: str
) -> None:
    """Two agencies on the same clock expect the reply at the same instant, whatever their holidays."""
    first, second = context(one), context(two)
    assert (
        computed(facts, first)["reponse_akto"].dates.expected_at
        == computed(facts, second)["reponse_akto"].dates.expected_at
    )


# --- Ends of the calendar --------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(
    st.one_of(
        st.dates(date(1951, 1, 1), date(1952, 12, 31)),
        st.dates(date(2096, 1, 1), date(2098, 10, 31)),
    ),
    st.integers(1, 40),
)
def test_dates_outside_the_index_extend_it(day: date, n: int) -> None:
    """Near both ends of the tables, a fresh calendar counts as one that knows all the years."""
    whole = calendar("FR")
    whole.count(date(1951, 1, 1), date(2098, 12, 31))
    fresh = WorkingCalendar("FR")
    fresh.is_working(date(2026, 1, 1))
    assert fresh.forward(day, n) == whole.forward(day, n)
    assert fresh.back(day, n) == whole.back(day, n)
    assert whole.back(whole.forward(whole.on_or_after(day), n), n) == whole.on_or_after(day)


@FAST
@given(STARTS, st.sampled_from(sorted(set(TERRITORIES.values()))))
def test_a_moment_is_read_on_the_agency_clock(moment: date, zone: str) -> None:
    """An instant is the same point in time on any clock; a bare day is its 00:00 there."""
    where = replace(context(), zone=ZoneInfo(zone))
    read = where.instant(moment)
    if isinstance(moment, datetime):
        assert read.timestamp() == moment.timestamp()
        assert where.day(moment) == read.date()
    else:
        assert (read.replace(tzinfo=None), where.day(moment)) == (
            datetime.combine(moment, time.min),
            moment,
        )
