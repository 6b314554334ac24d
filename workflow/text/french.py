"""Dates and numbers the way French readers expect them, with the spaces that must not break.

Used wherever a person reads: explanations, errors, mails, tables. Numbers are Babel's. So would names be,
but its tables take as long to load as a screen to be drawn: they stand here, and a test compares them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from workflow.text.day_ends import day_of_end, hour_of_end
from workflow.text.folding import fold

_VOWELS = frozenset("aeiou")

NBSP = "\u00a0"
"""Space that keeps a number with its unit; before a colon or a percent sign, and inside quotation marks."""
NARROW = "\u202f"
"""Space before « ; », « ! » and « ? »."""

WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
SHORT_MONTHS = (
    *("janv.", "févr.", "mars", "avr.", "mai", "juin"),
    *("juil.", "août", "sept.", "oct.", "nov.", "déc."),
)


# A sign that a word or a number goes on with is none of French: an address, a port, an order to a program.
_HELD = re.compile(r" (?:(?=[;!?](?![\w=/]))()|(?=»|:(?![\w/]))|(?<=« )|(?<=\d )(?=[%€]))")


def typeset(text: str) -> str:
    """Return a text whose punctuation stays with its word at the end of a line.

    The length never changes: each space becomes another space.
    """
    return _HELD.sub(lambda found: NBSP if found[1] is None else NARROW, text)


def long_day(day: date) -> str:
    """Return « mardi 8 septembre 2026 »."""
    return f"{day_of_year(day)}{NBSP}{day.year}"


def day_of_year(day: date) -> str:
    """Return « mardi 8 septembre »."""
    number = "1er" if day.day == 1 else str(day.day)
    return NBSP.join((weekday(day), number, month(day.month)))


def month(number: int) -> str:
    """Return « août »."""
    return MONTHS[number - 1]


def short_month(number: int) -> str:
    """Return « sept. », « août »."""
    return SHORT_MONTHS[number - 1]


def weekday(day: date) -> str:
    """Return « mardi »."""
    return WEEKDAYS[day.weekday()]


def short_day(day: date) -> str:
    """Return « 08/09/2026 »."""
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def period(first: date, last: date) -> str:
    """Return « du 07/09/2026 au 11/09/2026 », or « le 07/09/2026 » when it is one day."""
    if first == last:
        return f"le {short_day(first)}"
    return f"du {short_day(first)} au {short_day(last)}"


def weekday_day(day: date) -> str:
    """Return « mar. 08/09/2026 »."""
    return f"{weekday(day)[:3]}.{NBSP}{short_day(day)}"


def moment(value: date | datetime) -> str:
    """Return « 08/09/2026 à 09:00 », or the day alone when there is no hour."""
    return short_day(value) + _at(value)


def long_moment(value: date | datetime) -> str:
    """Return « mardi 8 septembre 2026 à 09:00 », or the long day alone when there is no hour."""
    return long_day(value) + _at(value)


def long_end(value: date | datetime) -> str:
    """Return what ends on a moment, midnight being the end of a day: « vendredi 2 octobre 2026 à 24:00 »."""
    return long_day(day_of_end(value)) + hour_ending(value)


def end(value: date | datetime) -> str:
    """Return what ends on a moment, midnight being the end of a day: « 02/10/2026 à 24:00 »."""
    return short_day(day_of_end(value)) + hour_ending(value)


def hour_ending(value: date | datetime) -> str:
    """Return « à 24:00 » after a space, of what ends on a moment; nothing when it has no hour."""
    return f" à{NBSP}{hour_of_end(value)}" if isinstance(value, datetime) else ""


def _at(value: date | datetime) -> str:
    return f" à{NBSP}{value:%H:%M}" if isinstance(value, datetime) else ""


def count(number: int, one: str, many: str) -> str:
    """Return « 1 jour ouvré » or « 3 jours ouvrés »; French keeps the singular below 2."""
    return f"{number}{NBSP}{one if abs(number) < 2 else many}"  # noqa: PLR2004


def number(value: Decimal | Fraction | int, decimals: int | None = None) -> str:
    """Return « 1 234,56 »; without `decimals`, two at most and no idle zero.

    Args:
        value: an exact number.
        decimals: digits to show after the comma; what is cut is rounded half up.
    """
    from babel.numbers import format_decimal  # noqa: PLC0415

    exact = cents(value, 2 if decimals is None else decimals)
    pattern = "#,##0.##" if decimals is None else "#,##0." + "0" * decimals
    text: str = format_decimal(exact, pattern, locale="fr")
    return text.replace("\u202f", NBSP)


def cents(value: Decimal | Fraction | int, decimals: int = 2) -> Decimal:
    """Return a number rounded half up, away from zero when just between: 2,345 becomes 2,35."""
    exact = Fraction(value)
    scaled = abs(exact) * 10**decimals + Fraction(1, 2)
    rounded = scaled.numerator // scaled.denominator
    return Decimal(rounded if exact >= 0 else -rounded).scaleb(-decimals)


def measured(value: Decimal | Fraction | int, unit: str) -> str:
    """Return a number with its unit: « 73,5 h », « 1 234,56 € », « 30 % », « 12 mois »."""
    if not unit:
        return number(value)
    if "€" in unit:
        return f"{number(value, 2)}{NBSP}{unit}"
    word = plural(unit) if abs(Fraction(value)) >= 2 else unit  # noqa: PLR2004
    return f"{number(value)}{NBSP}{word}"


def plural(unit: str) -> str:
    """Return « salariés », « mois », « h », « % »."""
    takes_s = unit.isalpha() and len(unit) > 1 and not unit.endswith("s")
    return f"{unit}s" if takes_s else unit


def lowered(label: str) -> str:
    """Return a label as it stands inside a sentence; an acronym keeps its capitals."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def of(name: str) -> str:
    """Return « de Claire », « d’Alice »."""
    return f"d’{name}" if fold(name)[:1] in _VOWELS else f"de {name}"


def first(items: Iterable[str], most: int | None, between: str) -> str:
    """Return « a, b, et 3 autres »: so many of them and how many are left, or all of them."""
    known = list(items)
    left = len(known) - (len(known) if most is None else most)
    others = [f"et {count(left, 'autre', 'autres')}"] if left > 0 else []
    return between.join([*known[:most], *others])


def listing(items: Iterable[str]) -> str:
    """Return « a, b et c »."""
    *head, last = list(items) or [""]
    return f"{', '.join(head)} et {last}" if head else last
