"""Numbers as people type them and as the program shows them: « 1 234,56 € », « 42 salariés », « 35 h 30 ».

The one reader of numbers, units and durations, for commands and forms alike, through
`workflow.wording.fact_text`. Nothing is rounded: what has no exact value is refused, with the values on
both sides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from workflow.rules.counts import Direction, Unit
from workflow.text import french
from workflow.text.folding import fold, plain_spaces
from workflow.wording.instants import NotAValue

_MINUTES = 60
_EXACT_MINUTES = 3
"""Minutes that make five hundredths of an hour: only their multiples have an exact value."""

_UNITS: Mapping[Unit, tuple[str, str]] = {
    Unit.HOURS: ("heure", "heures"),
    Unit.WORKING_HOURS: ("heure ouvrée", "heures ouvrées"),
    Unit.DAYS: ("jour calendaire", "jours calendaires"),
    Unit.WORKING_DAYS: ("jour ouvré", "jours ouvrés"),
    Unit.MONTHS: ("mois", "mois"),
    Unit.MONTH_ENDS: ("fin de mois", "fins de mois"),
}

DIRECTIONS: Mapping[Direction, str] = {
    Direction.BEFORE: "avant",
    Direction.AFTER: "après",
    Direction.WITHIN: "à partir de",
    Direction.SAME_DAY: "avant, au même quantième",
}

_NUMBER = re.compile(
    r"(?:(?P<whole>[0-9]{1,3}(?: [0-9]{3})+|[0-9]+)(?:[.,](?P<cents>[0-9]{1,2}))?"
    r"|(?P<dotted>[0-9]{1,3}(?:\.[0-9]{3})+),(?P<dotted_cents>[0-9]{1,2}))\s*(?P<unit>[^0-9\s.,][^0-9.,]*)?"
)
_DURATION = re.compile(
    r"(?:(?P<hours>[0-9]{1,8})\s*(?:h(?:eures?)?\s*(?P<minutes>[0-9]{1,2})\s*(?:min(?:utes?)?|mn|m)?"
    r"|:\s*(?P<after_colon>[0-9]{2})))|(?P<alone>[0-9]{1,4})\s*(?:min(?:utes?)?|mn)"
)
_OTHER_NAMES = {
    "h": ("heure", "heures", "hrs"),
    "€": ("euro", "euros", "eur"),
    "€/h": ("€", "€ / h", "€ de l'heure", "euros", "euros/h", "euros de l'heure"),
    "%": ("pour cent", "pourcent"),
    "jour": ("j",),
    "semaine": ("sem", "sem."),
}
_EXAMPLES = {"h": "73,5 ou 73 h 30", "€": "1 234,50", "€/h": "15,20"}
_MOST_DIGITS = 8


def span(number: int, unit: Unit, *, shortly: bool = False) -> str:
    """Return « 61 jours calendaires », or « 61 jours » where nothing else is counted."""
    if shortly and unit is Unit.DAYS:
        return french.count(number, "jour", "jours")
    return french.count(number, *_UNITS[unit])


def typed_number(typed: str, unit: str = "") -> Decimal:
    """Return a number of at most two decimals; its unit may follow it, as the program shows it.

    Args:
        typed: « 1 234,50 € », « 73,5 h », « 35h30 », « 70 ».
        unit: the unit it is counted in; empty for a bare number.

    Raises:
        Unreadable: for anything else, and for another unit.
    """
    words = _plain(typed)
    if unit == "h" and (duration := _DURATION.fullmatch(words)) is not None:
        return _hours(duration)
    example = _EXAMPLES.get(unit, "12,5")
    advice = f"écrivez un nombre avec deux décimales au plus, par exemple {example}"
    found = _found(words, unit, advice)
    whole = re.sub(r"[ .]", "", found["whole"] or found["dotted"])
    if len(whole) > _MOST_DIGITS:
        raise NotAValue(
            f"ce nombre est trop grand : {_MOST_DIGITS} chiffres avant la virgule au plus"
        )
    cents = found["cents"] or found["dotted_cents"]
    return Decimal(f"{whole}.{cents}" if cents else whole)


def typed_integer(typed: str, unit: str = "") -> int:
    """Return a whole number of at most nine digits; its unit may follow it: « 42 salariés », « 1 000 ».

    Raises:
        Unreadable: for anything else, and for another unit.
    """
    advice = "écrivez un nombre entier, par exemple 70"
    found = _found(_plain(typed), unit, advice)
    whole = (found["whole"] or "").replace(" ", "")
    if not whole or len(whole) > _MOST_DIGITS + 1 or found["cents"]:
        raise NotAValue(advice)
    return int(whole)


def _plain(typed: str) -> str:
    return " ".join(fold(plain_spaces(typed)).split())


def _found(words: str, unit: str, advice: str) -> re.Match[str]:
    """Return the parts of a number once its unit is the right one."""
    found = _NUMBER.fullmatch(words)
    if found is None and _NUMBER.fullmatch(words.lstrip("-−– ")):
        raise NotAValue("écrivez un nombre sans signe : aucun n’est négatif")
    if found is None:
        raise NotAValue(advice)
    if found["unit"] and _squeezed(found["unit"]) not in _names(unit):
        raise NotAValue(f"comptez en {french.plural(unit)}, par exemple 12" if unit else advice)
    return found


def _names(unit: str) -> set[str]:
    named = (unit, french.plural(unit), *_OTHER_NAMES.get(unit, ()))
    return {_squeezed(fold(name)) for name in named if name}


def _squeezed(name: str) -> str:
    return name.replace(" ", "")


def _hours(found: re.Match[str]) -> Decimal:
    if found["alone"]:
        hours, minutes = divmod(int(found["alone"]), _MINUTES)
    else:
        hours, minutes = int(found["hours"]), int(found["minutes"] or found["after_colon"])
    if minutes >= _MINUTES:
        raise NotAValue("une heure a 60 minutes ; vérifiez-les")
    hundredths = hours * 100 + minutes * 100 // _MINUTES
    if minutes % _EXACT_MINUTES:
        below, above = (french.number(Decimal(one) / 100) for one in (hundredths, hundredths + 1))
        raise NotAValue(
            f"{minutes} minutes ne font pas un nombre exact de centièmes d’heure ; écrivez {below} ou {above}"
        )
    return Decimal(hundredths).scaleb(-2)
