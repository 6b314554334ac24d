"""A value of a spreadsheet → the value of a fact, or one French sentence: cell, what is wrong, what to do.

Called by whoever imports, once a column is said to be a fact. What people type is read by `workflow.wording`;
here is what only spreadsheets do to a value: they shorten numbers, take zeros away, swap a day and a month.
None of it is put right in silence. What may not be kept is refused first, and never repeated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from workflow.case.case import FactValue
from workflow.errors import InvalidInput
from workflow.rules.fact_specs import DATED, FactSpec, FactType
from workflow.rules.procedure import Procedure
from workflow.spreadsheets.table import CellFault, CellValue
from workflow.text import french
from workflow.text.folding import plain_spaces, visible
from workflow.wording.act_text import checked_words
from workflow.wording.date_text import Today
from workflow.wording.fact_types import MANNERS, TypedFact
from workflow.wording.instants import NotAValue

_LONGEST: Final = 500
_SHOWN: Final = 40
"""Signs of a value that a sentence repeats."""
_AS_TEXT: Final = "mettez la colonne au format Texte, puis écrivez de nouveau le numéro en entier"

_FAULTS: Final[Mapping[CellFault, str]] = {
    CellFault.ERROR: "la cellule affiche une erreur ; corrigez sa formule ou écrivez la valeur",
    CellFault.FORMULA: (
        "sa formule n’a pas été calculée ; ouvrez le fichier dans Excel ou LibreOffice, enregistrez-le, puis "
        "donnez-le de nouveau"
    ),
    CellFault.MERGED: (
        "la cellule est fusionnée avec une autre ; défusionnez-les et écrivez la valeur dans chacune"
    ),
}

LENGTHS: Final[Mapping[FactType, int]] = {FactType.SIRET: 14, FactType.PHONE: 10}
"""Digits of numbers that may begin with a zero, which a spreadsheet takes away."""
_NUMBERED: Final = frozenset({*LENGTHS, FactType.NDA, FactType.REFERENCE})
_SHORTENED: Final = re.compile(r"\d(?:[.,]\d+)?E\+\d+", re.IGNORECASE | re.ASCII)
_ENGLISH: Final = re.compile(r"(\d{1,3}(?:,\d{3})+)(\.\d{1,2})", re.ASCII)
"""« 1,234.56 »: with both marks, it means one thing only."""
SLASHED: Final = re.compile(
    r"\s*(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})\b.*", re.ASCII | re.DOTALL
)
_BREAKS: Final = re.compile(r"\s*[\t\n\v\f\r]\s*")
_MONTHS: Final = 12
_MINUTE: Final = timedelta(minutes=1)


def understood(
    procedure: Procedure,
    spec: FactSpec,
    value: CellValue,
    place: str,
    zone: ZoneInfo,
    today: Today | None = None,
) -> FactValue | None:
    """Return the value of a fact that stands in a cell; None when the cell is empty.

    Args:
        procedure: gives the words that reveal why a person is eligible.
        spec: the fact.
        value: what the cell holds.
        place: the cell, « C12 ».
        zone: clock in which an hour is meant.
        today: what a day without a year is near to.

    Raises:
        InvalidInput: when it is no value of the fact; the sentence names the cell.
        Refused: when it may not be kept; it is not repeated.
    """
    if value is None:
        return None
    if isinstance(value, CellFault):
        raise InvalidInput(f"{place} : {_FAULTS[value]}.")
    words = shown(value)
    if isinstance(value, str | Decimal):
        checked_words(procedure, f"la cellule {place}", words, _LONGEST)
    try:
        return MANNERS[spec.type].read(TypedFact(spec, _typed(spec, value), zone, today))
    except NotAValue as unreadable:
        said = visible(words if len(words) <= _SHOWN else f"{words[:_SHOWN]}…")
        raise InvalidInput(f"{place} : « {said} » ; {unreadable.advice}.") from None


def month_first(values: Iterable[CellValue]) -> str | None:
    """Return the text that shows a column to be written month first, « 12/31/2026 »; None when none does.

    Its other dates may then be swapped, those that a spreadsheet took for dates too (`may_be_swapped`).
    """
    return next((value for value in values if isinstance(value, str) and _swapped(value)), None)


def may_be_swapped(value: CellValue) -> bool:
    """Tell whether a date still is one, and another, with its day and month exchanged."""
    if isinstance(value, str):
        found = SLASHED.fullmatch(value)
        pair = (int(found[1]), int(found[2])) if found else (0, 0)
    else:
        pair = (value.day, value.month) if isinstance(value, date) else (0, 0)
    return pair[0] != pair[1] and all(1 <= number <= _MONTHS for number in pair)


def _typed(spec: FactSpec, value: CellValue) -> str:
    """Return what somebody would type for a value; raises `NotAValue`."""
    match value:
        case bool():
            return "oui" if value else "non"
        case Decimal():
            return _number(spec, value)
        case time():
            return _duration(
                timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
            )
        case timedelta():
            return _duration(value)
        case str():
            return _text(spec, shown(value))
        case _:
            return shown(value)


def _number(spec: FactSpec, value: Decimal) -> str:
    plain = shown(value)
    if spec.type in DATED:
        raise NotAValue("c’est un nombre, pas une date ; mettez la colonne au format Date")
    if spec.type in _NUMBERED:
        return _text(spec, plain)
    if spec.unit == "%" and 0 < value <= 1:
        raise NotAValue(
            "un tableur garde 50 % comme 0,5 ; mettez la colonne au format Nombre et écrivez 50"
        )
    if spec.type is FactType.BOOLEAN and plain not in {"0", "1"}:
        raise NotAValue("écrivez oui ou non")
    return plain


def _text(spec: FactSpec, text: str) -> str:
    plain = plain_spaces(text)
    if spec.type in _NUMBERED and _SHORTENED.fullmatch(plain.replace(" ", "")):
        raise NotAValue(f"le tableur a abrégé ce numéro et en a perdu la fin ; {_AS_TEXT}")
    length = LENGTHS.get(spec.type, 0)
    if plain.isdecimal() and length - 4 <= len(plain) < length and not plain.startswith("0"):
        said = f"ce numéro a {len(plain)} chiffres au lieu de {length}"
        raise NotAValue(f"{said}, sans doute sans les zéros du début ; {_AS_TEXT}")
    if spec.type in DATED and _swapped(plain):
        raise NotAValue(
            "le mois semble écrit avant le jour ; écrivez le jour d’abord, comme 31/12/2026"
        )
    if spec.type is FactType.NUMBER and (found := _ENGLISH.fullmatch(plain)):
        return found[1].replace(",", "") + found[2]
    return text


def _swapped(text: str) -> bool:
    found = SLASHED.fullmatch(plain_spaces(text))
    return found is not None and int(found[1]) <= _MONTHS < int(found[2])


def _duration(value: timedelta) -> str:
    minutes = value // _MINUTE
    return f"{minutes // 60} h {minutes % 60:02}"


def shown(value: CellValue) -> str:
    """Return a value as a reader would write it, on one line."""
    match value:
        case datetime():
            return french.short_day(value) + f"{value: %H:%M}"
        case date():
            return french.short_day(value)
        case Decimal():
            return f"{value:f}".replace(".", ",")
        case timedelta():
            return _duration(value)
        case _:
            return _BREAKS.sub(" ", str(value)).strip()
