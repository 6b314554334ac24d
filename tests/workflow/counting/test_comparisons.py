"""Several limits on one act: each is named, the most restrictive decides, with and without a calendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.support.core import DAY, METROPOLE, SETTINGS, months_later, plain, rulebook
from workflow.calendar.calendars import Closure
from workflow.case.case import Deadline, civil
from workflow.counting.comparisons import Resolution, last_day, latest_session, resolve, why_not
from workflow.counting.context import context_for, ruled_by
from workflow.counting.ways_of_counting import Context, Sitting
from workflow.deadlines.compute import compute
from workflow.rules.deadline_rules import CommissionRule, Rule
from workflow.rules.procedure import Procedure

START = date(2018, 9, 3)
"""Monday 3 September 2018, the start of the examples E13 and E15."""
JULY, SEPTEMBER = date(2018, 7, 12), date(2018, 9, 13)
WITH_COMMISSION = ("fafsea", "fongecif-bfc", "fongecif-ara", "opcalim")


def ruled(funder: str) -> Procedure:
    """Return the CIF-CDD as a funder rules it."""
    return ruled_by(rulebook().procedure("cif-cdd"), funder)


def context(
    funder: str, sessions: Iterable[Sitting | date] = (), closures: tuple[Closure, ...] = ()
) -> Context:
    """Return the context of a funder, with sessions given as days or with their cut-off."""
    whole = [one if isinstance(one, Sitting) else Sitting(one) for one in sessions]
    return context_for(ruled(funder), "FR", closures, SETTINGS, sessions=whole)


def rule_of(funder: str) -> Rule:
    """Return the rule of deposit of a funder, the one without condition."""
    return ruled(funder).deadlines["depot"].rules[-1]


def commission_of(funder: str) -> CommissionRule:
    """Return what a funder says of its commission."""
    commission = rule_of(funder).commission
    assert commission is not None
    return commission


def weigh(funder: str, start: date, sessions: Iterable[Sitting | date] = ()) -> Resolution:
    """Return what the limits of a funder give for a start."""
    given_ = context(funder, sessions)
    found = resolve(rule_of(funder), start, "début de la formation", None, given_)
    assert found is not None
    return found


def deposit(
    funder: str,
    start: date,
    sessions: Iterable[Sitting | date] = (),
    closures: tuple[Closure, ...] = (),
) -> Deadline:
    """Return the deadline of deposit of a start."""
    procedure = ruled(funder)
    found = compute(
        procedure,
        procedure.editions[0],
        procedure.deadlines["depot"],
        {"demarrage_formation": start},
        context(funder, sessions, closures),
    )
    assert found is not None
    return found


# --- Each limit is named ---------------------------------------------------------------------------------


def test_every_limit_of_bfc_is_named_with_its_date() -> None:
    """E15: the three readings of « 2 mois ½ » and the commission are all there, each with its own date."""
    found = weigh("fongecif-bfc", START, [JULY])
    assert [(plain(one.words), one.limit.strict) for one in found.bounds] == [
        ("2 mois puis 15 jours avant : début de la formation", date(2018, 6, 18)),
        ("15 jours puis 2 mois avant : début de la formation", date(2018, 6, 19)),
        ("75 jours avant : début de la formation", date(2018, 6, 20)),
        ("2 mois avant la commission du 12/07/2018", date(2018, 5, 12)),
    ]
    assert plain(found.binding.words) == "2 mois avant la commission du 12/07/2018"


def test_a_limit_keeps_its_own_source() -> None:
    """The line quoted is that of the limit that decides, not that of the rule it stands in."""
    found = weigh("fongecif-bfc", START, [JULY])
    assert [one.source.lines for one in found.bounds] == ["899", "899", "899", "902"]


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        # 15/06 - 15 d; 31/07 - 2 m; 15/08 - 75 d: the months first.
        (date(2018, 8, 15), (date(2018, 5, 31), date(2018, 5, 31), date(2018, 6, 1))),
        # 15/01 - 15 d; 28/02 - 2 m; 15/03 - 75 d: the days first.
        (date(2018, 3, 15), (date(2017, 12, 31), date(2017, 12, 28), date(2017, 12, 30))),
        # 28/02 clamped - 15 d; 15/04 - 2 m; 30/04 - 75 d.
        (date(2018, 4, 30), (date(2018, 2, 13), date(2018, 2, 15), date(2018, 2, 14))),
        # 20/06 - 15 d; 05/08 - 2 m; 20/08 - 75 d: no reading is twice the same.
        (date(2018, 8, 20), (date(2018, 6, 5), date(2018, 6, 5), date(2018, 6, 6))),
        # 01/02 - 15 d; 17/03 - 2 m; 01/04 - 75 d.
        (date(2018, 4, 1), (date(2018, 1, 17), date(2018, 1, 17), date(2018, 1, 16))),
    ],
    ids=str,
)
def test_the_three_readings_of_two_and_a_half_months(
    start: date, expected: tuple[date, date, date]
) -> None:
    """« 2 mois ½ » is counted in three ways and any of them may be the earliest (AMB-13)."""
    own = [one for one in weigh("fongecif-bfc", start).bounds if "commission" not in one.words]
    assert tuple(one.limit.strict for one in own) == expected


def test_the_start_may_decide_instead_of_the_commission() -> None:
    """E19: three months before 4 September 2017 come before one month before the session of 7 July."""
    found = weigh("opcalim", date(2017, 9, 4), [date(2017, 7, 7)])
    assert (found.limit.strict, found.limit.prudent) == (date(2017, 6, 4), date(2017, 6, 2))
    assert found.binding.session is None


def test_of_equal_limits_the_first_is_named() -> None:
    """A cut-off on the very day of the month before the session leaves that month to be named."""
    start = date(2018, 8, 13)
    found = weigh("fafsea", start, [Sitting(start - DAY, months_later(start, -1) - DAY)])
    assert [last_day(one.limit) for one in found.bounds] == [
        date(2018, 7, 13),
        date(2018, 7, 12),
        date(2018, 7, 12),
    ]
    assert plain(found.binding.words) == "1 mois avant la commission du 12/08/2018"


def test_the_prudent_date_is_the_earliest_of_all() -> None:
    """The strict date is that of the limit that decides, the day to aim for suits every limit."""
    cut = Sitting(date(2018, 5, 31), date(2018, 4, 29))
    found = weigh("fafsea", date(2018, 6, 18), [cut])
    assert (found.limit.strict, found.limit.prudent) == (date(2018, 4, 29), date(2018, 4, 27))


def test_a_rule_with_a_single_limit_is_not_weighed() -> None:
    """UNIFAF has neither commission nor second limit: there is nothing to weigh."""
    rule, given_ = rule_of("unifaf"), context("unifaf")
    assert resolve(rule, START, "début de la formation", None, given_) is None


# --- Sessions --------------------------------------------------------------------------------------------


def test_the_latest_session_that_will_do_is_chosen_and_others_are_offered() -> None:
    """June would do as well as July; January, August and what comes too close would not."""
    months = [date(2018, month, 12) for month in range(1, 13)]
    found = weigh("fongecif-bfc", START, months)
    assert found.session == Sitting(JULY)
    assert [session.day.month for session, _ in found.options] == [6, 5, 4, 3, 2]
    assert [limit.strict for _, limit in found.options][:2] == [
        date(2018, 4, 12),
        date(2018, 3, 12),
    ]


def test_a_session_that_closes_before_the_window_opens_is_left_aside() -> None:
    """With an opening on 3 May, a session of June takes files until 1 May: too early to be used."""
    sessions = [date(2018, 6, 1), JULY]
    found = deposit("fafsea", START, sessions)
    assert found.dates.opens_on == date(2018, 5, 3)
    assert found.dates.commission == JULY
    assert found.explanation.options == ()


@pytest.mark.parametrize(
    ("funder", "day", "reason"),
    [
        ("fongecif-bfc", date(2018, 8, 2), "pas de commission en août (02/08/2018)"),
        ("fongecif-bfc", date(2018, 1, 18), "pas de commission en janvier (18/01/2018)"),
        ("fongecif-ara", date(2018, 8, 2), "pas de commission en août (02/08/2018)"),
        ("fongecif-ara", date(2018, 1, 18), None),
        ("fafsea", date(2018, 8, 2), None),
        ("fafsea", START, "la commission du 03/09/2018 ne se tient pas avant le départ"),
        ("fafsea", START - DAY, None),
        ("opcalim", START + DAY, "la commission du 04/09/2018 ne se tient pas avant le départ"),
    ],
)
def test_why_a_session_cannot_decide(funder: str, day: date, reason: str | None) -> None:
    """A month without session, or a session on the start or later, is told; the eve will do."""
    found = why_not(commission_of(funder), Sitting(day), START, context(funder))
    assert (plain(found) if found else None) == reason


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2018, 6, 3), None),
        (date(2018, 6, 4), "la commission du 04/06/2018 est trop près du départ"),
    ],
    ids=["15 days", "14 days"],
)
def test_fifteen_days_between_the_session_and_the_start(day: date, reason: str | None) -> None:
    """At BFC a session leaves at least 15 days before the start: 3 June for 18 June, not 4 June."""
    commission, start = commission_of("fongecif-bfc"), date(2018, 6, 18)
    found = why_not(commission, Sitting(day), start, context("fongecif-bfc"))
    assert (plain(found) if found else None) == reason


@pytest.mark.parametrize(
    ("funder", "expected"), [("fongecif-bfc", START - 15 * DAY), ("fafsea", START - DAY)]
)
def test_the_latest_session_of_a_start(funder: str, expected: date) -> None:
    """Where no gap is written, the session only has to come before the start."""
    assert latest_session(commission_of(funder), START, context(funder)) == expected


@pytest.mark.parametrize(
    ("cutoff", "strict", "prudent", "words"),
    [
        pytest.param(
            date(2018, 6, 1),
            date(2018, 6, 1),
            date(2018, 6, 1),
            "clôture des dépôts pour la commission du 12/07/2018",
            id="before the month",
        ),
        pytest.param(
            date(2018, 6, 3),
            date(2018, 6, 3),
            date(2018, 6, 1),
            "clôture des dépôts pour la commission du 12/07/2018",
            id="a Sunday",
        ),
        pytest.param(
            date(2018, 6, 20),
            date(2018, 6, 12),
            date(2018, 6, 11),
            "1 mois avant la commission du 12/07/2018",
            id="after the month",
        ),
    ],
)
def test_a_published_cut_off_is_one_more_limit(
    cutoff: date, strict: date, prudent: date, words: str
) -> None:
    """A cut-off decides when it comes before the month; its own day is still good, unlike a count back."""
    found = weigh("fafsea", START, [Sitting(JULY, cutoff)])
    assert (found.limit.strict, found.limit.prudent) == (strict, prudent)
    assert plain(found.binding.words) == words


# --- Without calendar ------------------------------------------------------------------------------------


def test_without_calendar_the_date_is_provisional() -> None:
    """Without any session nothing is invented: the start alone counts, and it is said."""
    found = weigh("fafsea", START)
    assert (found.provisional, found.session) == (True, None)
    assert found.limit.strict == date(2018, 8, 3)
    told = [plain(one) for one in deposit("fafsea", START).explanation.warnings]
    assert any("Date provisoire : aucun calendrier" in one for one in told)


def test_with_sessions_that_will_not_do_the_date_is_provisional_too() -> None:
    """Sessions known after the start only: another warning asks to look at the calendar."""
    told = [plain(one) for one in deposit("fafsea", START, [SEPTEMBER]).explanation.warnings]
    assert any("aucune des commissions connues ne convient" in one for one in told)
    assert weigh("fafsea", START, [SEPTEMBER]).provisional


def test_a_known_session_takes_the_warning_away() -> None:
    """Once a session will do, nothing is provisional any more."""
    assert not weigh("fafsea", START, [JULY]).provisional
    assert not any(
        "provisoire" in one for one in deposit("fafsea", START, [JULY]).explanation.warnings
    )


@pytest.mark.parametrize(
    ("funder", "start", "strict", "held"),
    [
        pytest.param(
            "fongecif-bfc", START, date(2018, 5, 31), "31/07/2018", id="BFC out of August"
        ),
        pytest.param(
            "fongecif-bfc",
            date(2018, 2, 12),
            date(2017, 10, 31),
            "31/12/2017",
            id="BFC out of January",
        ),
        pytest.param(
            "fongecif-ara",
            date(2018, 8, 20),
            date(2018, 6, 30),
            "31/07/2018",
            id="ARA out of August, 31 June clamped",
        ),
        pytest.param(
            "fongecif-bfc",
            date(2018, 5, 15),
            date(2018, 2, 28),
            "30/04/2018",
            id="BFC a month with sessions, 30 February clamped",
        ),
    ],
)
def test_months_without_session_count_even_without_calendar(
    funder: str, start: date, strict: date, held: str
) -> None:
    """No calendar is needed to know that no session meets in August: the deposit is that much earlier."""
    found = weigh(funder, start)
    assert found.limit.strict == strict
    assert any(f"une commission tenue au plus tard le {held}" in one.words for one in found.bounds)


def test_without_gap_nor_blackout_nothing_is_added_to_the_start() -> None:
    """For a start in June, ARA knows no more than a month before it."""
    found = weigh("fongecif-ara", date(2018, 6, 18))
    assert [plain(one.words) for one in found.bounds] == ["1 mois avant : début de la formation"]


def test_a_month_without_session_quotes_the_line_that_says_so() -> None:
    """What August changes is told with the line on August, not with that on the two months."""
    assert weigh("fongecif-bfc", START).binding.source.lines == "906"
    assert weigh("fongecif-bfc", date(2018, 5, 15)).bounds[-1].source.lines == "904"


# --- Clamps, closures ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("session", "strict"),
    [
        (date(2018, 3, 29), date(2018, 2, 28)),
        (date(2018, 3, 31), date(2018, 2, 28)),
        (date(2016, 3, 31), date(2016, 2, 29)),
        (date(2018, 5, 31), date(2018, 4, 30)),
        (date(2018, 1, 31), date(2017, 12, 31)),
    ],
)
def test_a_month_before_a_session_is_clamped(session: date, strict: date) -> None:
    """A month before the 31st of a month after a short one is the last day of the short one."""
    assert weigh("fongecif-ara", session + 30 * DAY, [session]).limit.strict == strict


def test_a_closure_of_the_agency_pulls_the_prudent_date_back() -> None:
    """E15: with the bridge of Friday 11 May, the day to aim for is Wednesday 9 (Thursday is Ascension)."""
    bridge = Closure(date(2018, 5, 11), date(2018, 5, 11), "pont")
    assert deposit("fongecif-bfc", START, [JULY]).dates.prudent == date(2018, 5, 11)
    assert deposit("fongecif-bfc", START, [JULY], (bridge,)).dates.prudent == date(2018, 5, 9)


# --- Whatever the sessions -------------------------------------------------------------------------------

STARTS = st.dates(date(2016, 1, 1), date(2018, 12, 31))
FUNDERS = st.sampled_from(WITH_COMMISSION)


@st.composite
def calendars(draw: st.DrawFn, *, cutoffs: bool = True) -> tuple[date, list[Sitting]]:
    """Draw a start and sessions around it, some with a cut-off of their own."""
    start = draw(STARTS)
    days = draw(st.sets(st.integers(-240, 30), max_size=8))
    sessions = []
    for day in days:
        held = start + timedelta(days=day)
        early = draw(st.none() | st.integers(1, 120)) if cutoffs else None
        sessions.append(Sitting(held, held - timedelta(days=early) if early else None))
    return start, sessions


@settings(max_examples=150, deadline=None)
@given(FUNDERS, calendars())
def test_the_limit_that_decides_is_the_earliest(
    funder: str, drawn: tuple[date, list[Sitting]]
) -> None:
    """No limit falls before the one that decides, and the day to aim for is before every one of them."""
    found = weigh(funder, *drawn)
    assert last_day(found.binding.limit) == min(last_day(one.limit) for one in found.bounds)
    prudent = found.limit.prudent
    assert prudent is not None
    assert METROPOLE.is_working(prudent)
    assert all(prudent <= last_day(one.limit) for one in found.bounds)


@settings(max_examples=150, deadline=None)
@given(FUNDERS, calendars())
def test_the_session_chosen_is_usable_and_the_latest(
    funder: str, drawn: tuple[date, list[Sitting]]
) -> None:
    """The session chosen meets early enough, in a month with sessions, and no usable one meets later."""
    start, sessions = drawn
    gap, blackouts = (15, {1, 8}) if funder == "fongecif-bfc" else (1, set())
    blackouts |= {8} if funder == "fongecif-ara" else set()
    usable = [
        one for one in sessions if one.day <= start - gap * DAY and one.day.month not in blackouts
    ]
    found = weigh(funder, start, sessions)
    assert found.session == max(usable, default=None)
    assert found.provisional == (not usable)


@settings(max_examples=150, deadline=None)
@given(FUNDERS, calendars(cutoffs=False), st.integers(-240, 30))
def test_more_sessions_never_make_the_deposit_earlier(
    funder: str, drawn: tuple[date, list[Sitting]], day: int
) -> None:
    """Once a session will do, one more without cut-off leaves as much time or more, and never less."""
    start, sessions = drawn
    fewer = weigh(funder, start, sessions)
    assume(not fewer.provisional)
    more = weigh(funder, start, [*sessions, Sitting(start + timedelta(days=day))])
    assert last_day(fewer.limit) <= last_day(more.limit)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(("fafsea", "fongecif-bfc", "opcalim")), STARTS)
def test_a_later_start_never_makes_the_deposit_earlier(funder: str, start: date) -> None:
    """Without calendar, a start a day later leaves as many days to deposit, or more."""
    assert last_day(weigh(funder, start).limit) <= last_day(weigh(funder, start + DAY).limit)


@settings(max_examples=100, deadline=None)
@given(calendars())
def test_the_order_of_sessions_does_not_matter(drawn: tuple[date, list[Sitting]]) -> None:
    """Sessions may be noted in any order."""
    start, sessions = drawn
    forth, back = (weigh("fongecif-bfc", start, one) for one in (sessions, sessions[::-1]))
    assert forth == back


@settings(max_examples=100, deadline=None)
@given(calendars())
def test_a_limit_of_bfc_is_within_the_strictest_reading(drawn: tuple[date, list[Sitting]]) -> None:
    """Whatever its calendar, BFC never leaves more than the strictest reading of « 2 mois ½ »."""
    start, sessions = drawn
    strictest = min(
        months_later(start, -2) - 15 * DAY, months_later(start - 15 * DAY, -2), start - 75 * DAY
    )
    strict = weigh("fongecif-bfc", start, sessions).limit.strict
    assert strict is not None
    assert civil(strict) <= strictest
