"""That dates typed in a hurry are written out as the person meant them."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.calendar.calendars import calendar
from workflow.errors import InvalidInput
from workflow.text import french
from workflow.wording.date_text import written_out
from workflow.wording.ledger_text import read_day

WEDNESDAY = date(2026, 9, 16)
PARIS = ZoneInfo("Europe/Paris")


def read(typed: str, today: date = WEDNESDAY) -> str:
    """Return what is written out for a shorthand typed on a day."""
    return written_out(typed, today, calendar())


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        # A day and a month: the nearest year.
        ("8/9", "08/09/2026"),
        ("08.09", "08/09/2026"),
        ("31/12", "31/12/2026"),
        ("1/1", "01/01/2027"),
        ("20/3", "20/03/2026"),
        ("10/2", "10/02/2027"),
        ("29/2", "29/02/2028"),
        ("8 sept", "08/09/2026"),
        ("8 sept.", "08/09/2026"),
        ("le 8 Septembre", "08/09/2026"),
        ("8sept", "08/09/2026"),
        ("1er janv", "01/01/2027"),
        ("1 août", "01/08/2026"),
        ("15 déc.", "15/12/2026"),
        # With a year.
        ("08/09/26", "08/09/2026"),
        ("8/9/2027", "08/09/2027"),
        ("08/09/78", "08/09/1978"),
        ("08/09/75", "08/09/2075"),
        ("8 septembre 2025", "08/09/2025"),
        # As the program itself writes them.
        ("mardi 8\u00a0septembre\u00a02026", "08/09/2026"),
        ("mar.\u00a008/09/2026", "08/09/2026"),
        ("mardi 1er septembre 2026", "01/09/2026"),
        ("08/09/2026 à\u00a009:00", "08/09/2026 09:00"),
        # So many days, weeks, months or years away.
        ("+61j", "16/11/2026"),
        ("+61", "16/11/2026"),
        ("- 3 j", "13/09/2026"),
        ("+2s", "30/09/2026"),
        ("+2m", "16/11/2026"),
        ("+2 mois", "16/11/2026"),
        ("-1a", "16/09/2025"),
        ("+1 an", "16/09/2027"),
        ("dans 3 jours", "19/09/2026"),
        ("il y a 2 semaines", "02/09/2026"),
        # Working days.
        ("+10jo", "30/09/2026"),
        ("+3 jours ouvrés", "21/09/2026"),
        ("-3jo", "11/09/2026"),
        ("+40jo", "12/11/2026"),
        # Days by name.
        ("hier", "15/09/2026"),
        ("avant-hier", "14/09/2026"),
        ("Aujourd’hui", "16/09/2026"),
        ("aujourd'hui", "16/09/2026"),
        ("aujourdhui", "16/09/2026"),
        ("auj", "16/09/2026"),
        ("demain", "17/09/2026"),
        ("après-demain", "18/09/2026"),
        ("apres demain", "18/09/2026"),
        ("jeudi", "17/09/2026"),
        ("lundi", "21/09/2026"),
        ("lun.", "21/09/2026"),
        ("mercredi", "23/09/2026"),
        ("ce vendredi", "18/09/2026"),
        ("vendredi prochain", "25/09/2026"),
        ("lundi prochain", "21/09/2026"),
        ("lundi dernier", "14/09/2026"),
        ("mercredi dernier", "09/09/2026"),
        ("fin du mois", "30/09/2026"),
        ("fin de mois prochain", "31/10/2026"),
        ("début du mois prochain", "01/10/2026"),
        ("fin du mois dernier", "31/08/2026"),
        # With an hour.
        ("8/9 14h30", "08/09/2026 14:30"),
        ("8/9 à 14 h 30", "08/09/2026 14:30"),
        ("8/9/26 9h", "08/09/2026 09:00"),
        ("8 sept 14:05", "08/09/2026 14:05"),
        ("demain, 8h", "17/09/2026 08:00"),
        ("lundi 17h", "21/09/2026 17:00"),
        ("+1j 9h15", "17/09/2026 09:15"),
        ("8/9 25h", "08/09/2026 25:00"),
    ],
)
def test_a_shorthand_is_written_out(typed: str, expected: str) -> None:
    """Each way of typing a date gives the day that people mean by it, its hour kept."""
    assert read(typed) == expected


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "2026-09-08",
        "2026-09-08T09:00",
        "31/2",
        "99/99",
        "8 jui",
        "8 brumaire",
        "29/02/2027",
        "lu",
        "bonjour",
        "+9999a",
        "-9999a",
        "oui",
        "+3 lunes",
        "8/9 tôt",
    ],
)
def test_anything_else_stays_as_it_was_typed(typed: str) -> None:
    """What is no shorthand is left to whoever reads dates, and says what is wrong."""
    assert read(typed) == typed


def test_working_days_need_a_calendar() -> None:
    """Without the days that are worked, « +10jo » is no date."""
    assert written_out("+10jo", WEDNESDAY) == "+10jo"


def test_a_weekday_must_be_that_of_its_date() -> None:
    """A weekday that contradicts the date beside it is refused, with what that day is."""
    with pytest.raises(InvalidInput, match="n’est pas un lundi ; corrigez"):
        read("lundi 8 septembre 2026")


DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@given(DAYS, DAYS)
def test_what_the_program_shows_can_be_typed(day: date, today: date) -> None:
    """Every way in which the program shows a day is read as that day, whenever it is typed."""
    for shown in (french.short_day(day), french.weekday_day(day), french.long_day(day)):
        assert read_day(read(shown, today), PARIS) == day


@given(DAYS, st.times())
def test_an_hour_shown_can_be_typed(today: date, hour: object) -> None:
    """A moment shown by the program is read as the same hour of the same day."""
    moment = datetime.combine(today, hour)  # type: ignore[arg-type]
    expected = f"{french.short_day(today)} {moment:%H:%M}"
    assert read(french.moment(moment), today) == expected
    assert read(french.long_moment(moment), today) == expected


@given(DAYS, st.integers(-182, 182))
def test_a_day_within_half_a_year_needs_no_year(today: date, away: int) -> None:
    """A day that is nearer than six months is meant without its year."""
    day = today + timedelta(days=away)
    if (day.month, day.day) != (2, 29):
        assert read(f"{day.day}/{day.month}", today) == french.short_day(day)


@given(DAYS, st.integers(-4000, 4000))
def test_so_many_days_away_is_that_far(today: date, away: int) -> None:
    """« +61j » is sixty-one days from today, and « -3j » three days before it."""
    assert read(f"{away:+}j", today) == french.short_day(today + timedelta(days=away))


@given(DAYS)
def test_a_weekday_is_within_the_week(today: date) -> None:
    """The name of a weekday is one of the seven days that follow, never today."""
    for rank, name in enumerate(("lun", "mardi", "mer", "jeu", "vendredi", "sam", "dimanche")):
        day = read_day(read(name, today), PARIS)
        assert (day.weekday(), 0 < (day - today).days <= 7) == (rank, True)


@given(st.text(max_size=30), DAYS)
def test_anything_may_be_typed(typed: str, today: date) -> None:
    """Whatever is typed, and is neither a date nor a shorthand, stays as it is."""
    with suppress(InvalidInput):
        assert read(typed, today) == typed or read(typed, today)[:2].isdecimal()
