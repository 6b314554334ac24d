"""Days that are seldom meant: Sundays and public holidays, told with their weekday and never refused."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.core import act, cipi, context, new_case, opened, paris, plain
from workflow.acts import corrections, transitions
from workflow.acts.corrections import Correction
from workflow.calendar.calendars import calendar
from workflow.counting.odd_days import odd, odd_days

LABEL = "« Début de la formation (première heure en organisme externe) »"
SUNDAY = f"{LABEL} tombe le dimanche 13 décembre 2026 : vérifiez la date."


@pytest.mark.parametrize(
    ("day", "territory", "expected"),
    [
        (date(2026, 12, 13), "FR", "dimanche"),
        (date(2026, 12, 12), "FR", None),
        (date(2026, 12, 14), "FR", None),
        (date(2026, 12, 25), "FR", "jour férié (Noël)"),
        (date(2027, 5, 1), "FR", "jour férié (Fête du Travail)"),
        (date(2026, 11, 1), "FR", "dimanche, jour férié (Toussaint)"),
        (date(2026, 12, 26), "FR-57", "jour férié (Saint-Étienne)"),
        (date(2026, 12, 26), "FR", None),
        (date(2026, 7, 21), "FR-971", None),
    ],
)
def test_sundays_and_legal_holidays_are_odd(
    day: date, territory: str, expected: str | None
) -> None:
    """A Sunday and a legal holiday are odd where they are kept; a Saturday and a custom are not."""
    assert odd(day, calendar(territory)) == expected


def test_an_odd_day_is_told_with_its_weekday() -> None:
    """Only odd days are told, each with its weekday and the name of the holiday, if it is one."""
    days = [date(2026, 12, 25), date(2026, 12, 24), date(2026, 11, 1), date(2026, 12, 13)]
    told = odd_days((("Le départ", day) for day in days), calendar("FR"))
    assert [plain(words) for words in told] == [
        "Le départ tombe le vendredi 25 décembre 2026, jour férié (Noël) : vérifiez la date.",
        "Le départ tombe le dimanche 1er novembre 2026, jour férié (Toussaint) : vérifiez la date.",
        "Le départ tombe le dimanche 13 décembre 2026 : vérifiez la date.",
    ]


def test_opening_on_a_sunday_says_so() -> None:
    """A file opened for a Sunday is opened, and the Sunday is told."""
    case = new_case(demarrage_formation=paris(12, 13, 9))
    found = transitions.open_case(cipi(), case, context(), act(paris(9, 1)))
    assert SUNDAY in map(plain, found.warnings)
    assert not found.entry.forced


def test_a_start_late_on_sunday_in_paris_is_a_sunday_in_guadeloupe_too() -> None:
    """The weekday is that of the agency: Monday 01:00 in Paris is a Sunday in Guadeloupe."""
    case = new_case(demarrage_formation=paris(12, 14, 1))
    found = transitions.open_case(cipi(), case, context("FR-971"), act(paris(9, 1)))
    assert SUNDAY in map(plain, found.warnings)


def test_a_correction_says_only_what_it_types() -> None:
    """Correcting a fact tells its odd day, and not those that were there before."""
    case = opened(demarrage_formation=paris(12, 13, 9))
    other = Correction({"debut_contrat": date(2026, 12, 25)})
    found = corrections.correct(cipi(), case, other, context(), act(paris(9, 1)))
    assert [plain(words) for words in found.warnings] == [
        (
            "« Premier jour du contrat » tombe le vendredi 25 décembre 2026, jour férié (Noël) : "
            "vérifiez la date."
        )
    ]


def test_a_step_that_nobody_dated_is_not_questioned() -> None:
    """A step noted on a Sunday without a date is of that day; with one, its day is told."""
    case, sunday = opened(), paris(7, 12, 10)
    undated = transitions.apply(cipi(), case, "deposer_drf", {}, context(), act(sunday))
    dated = transitions.apply(
        cipi(), case, "deposer_drf", {"drf_deposee_le": sunday}, context(), act(sunday)
    )
    assert undated.warnings == ()
    assert [plain(words) for words in dated.warnings] == [
        "« Saisie de la DRF » tombe le dimanche 12 juillet 2026 : vérifiez la date."
    ]
