"""What French readers see: spaces, and days against the tables of the library that knows every language."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from babel.dates import format_date

from workflow.text import french

YEAR = [date(2026, 1, 1) + timedelta(days=rank) for rank in range(366)]


def said(day: date, pattern: str) -> str:
    """Return a day as the library writes it in French, with spaces that do not break."""
    return format_date(day, pattern, locale="fr").replace(" ", french.NBSP)


def test_days_and_months_have_the_names_of_the_library() -> None:
    """Every day of a year, long and short, is written as the library does, but for « 1er »."""
    for day in YEAR:
        assert french.weekday(day) == said(day, "EEEE")
        assert french.month(day.month) == said(day, "MMMM")
        assert french.short_month(day.month) == said(day, "MMM")
        assert french.weekday_day(day) == said(day, "EEE dd/MM/y")
        assert french.long_day(day).replace("1er", "1") == said(day, "EEEE d MMMM y")


def test_the_first_of_a_month_is_the_only_ordinal() -> None:
    """« 1er mai », « 21 mai », and an instant is written as its day."""
    assert french.long_day(date(2026, 5, 1)) == "vendredi\u00a01er\u00a0mai\u00a02026"
    assert french.long_day(datetime(2026, 5, 21, 8, 30)) == "jeudi\u00a021\u00a0mai\u00a02026"  # noqa: DTZ001


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("« oui »", f"«{french.NBSP}oui{french.NBSP}»"),
        ("fin : suite", f"fin{french.NBSP}: suite"),
        ("un ; deux ! trois ?", f"un{french.NARROW}; deux{french.NARROW}! trois{french.NARROW}?"),
        ("50 % et 17 €", f"50{french.NBSP}% et 17{french.NBSP}€"),
        ("« déjà ? »", f"«{french.NBSP}déjà{french.NARROW}?{french.NBSP}»"),
        ("<b>Oui :</b> non ?</p>", f"<b>Oui{french.NBSP}:</b> non{french.NARROW}?</p>"),
        ("à 09:00, http://x :8080", "à 09:00, http://x :8080"),
    ],
)
def test_signs_take_the_space_that_french_gives_them(text: str, expected: str) -> None:
    """Guillemets, colons and units take a full space, other signs a narrow one; hours take none."""
    assert french.typeset(text) == expected
    assert len(french.typeset(text)) == len(text)
