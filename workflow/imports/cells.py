"""One cell of a column, by itself: what it is understood as, and what it may have meant when it is not.

Used by whoever shows the rows of a table and lets cells be put right. Nothing here is read by the import:
what a cell may have meant is for a person to take or to leave.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct
from rapidfuzz import fuzz, process

from workflow.case.case import FactValue
from workflow.case.people import Directory
from workflow.errors import EcheancierError, InvalidInput
from workflow.imports.columns import Meaning, Place, meanings
from workflow.rules.fact_specs import DATED, FactSpec, FactType
from workflow.rules.procedure import Procedure
from workflow.spreadsheets.table import CellFault, CellValue
from workflow.spreadsheets.understanding import LENGTHS, SLASHED, shown, understood
from workflow.text import french
from workflow.text.folding import fold, plain_spaces
from workflow.wording.act_text import checked_words
from workflow.wording.date_text import Today
from workflow.wording.fact_text import fact_words

_LIKE: Final = 65
"""Likeness of two names, of 100, from which one may be meant by the other."""
_EPOCH: Final = date(1899, 12, 30)
"""The day from which spreadsheets count …"""
_DAYS: Final = range(36_525, 73_051)
"""… and the numbers that are days of this century."""
_DAY: Final = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}", re.ASCII)
_AMOUNT: Final = re.compile(r"-?\d[\d ]*(?:,\d+)?", re.ASCII)
_TICKED: Final = {"x": "oui", "ok": "oui", "fait": "oui", "yes": "oui", "no": "non", "-": "non"}


class CellReader(Struct, frozen=True, dict=True):
    """Reads cells one by one.

    Args:
        procedures: those that the rows may be of.
        directory: agencies and people.
        zone: clock in which an hour is meant.
        today: the day to which a date without a year is near.
    """

    procedures: tuple[Procedure, ...]
    directory: Directory
    zone: ZoneInfo
    today: Today

    @cached_property
    def meanings(self) -> Mapping[str, Meaning]:
        """What columns may say, by name."""
        return meanings(self.procedures)

    @cached_property
    def _named(self) -> Mapping[str, Mapping[str, str]]:
        """Names, by how they may be written, of what a column may name."""
        rules, known = self.procedures, self.directory
        listed: Mapping[Place, Iterable[tuple[str, str | None]]] = {
            Place.PROCEDURE: ((one.id, one.name) for one in rules),
            Place.AGENCY: ((one.id, one.name) for one in known.agencies.values()),
            Place.OWNER: ((one.id, one.name) for one in known.people.values()),
            Place.FUNDER: (
                (id_, f.funder_label) for one in rules for id_, f in one.funders.items()
            ),
            Place.STATE: ((one.id, one.label) for rule in rules for one in rule.states.values()),
        }
        return {
            place: {fold(word): name or id_ for id_, name in named for word in (id_, name) if word}
            for place, named in listed.items()
        }

    def read(self, name: str, value: CellValue, place: str) -> str:
        """Return what a cell is understood as, in French; empty for an empty one.

        Args:
            name: what its column says.
            value: what it holds.
            place: « C12 ».

        Raises:
            InvalidInput: it cannot be read.
            Refused: it may not be kept.
        """
        known = self._fact(name, value, place)
        if isinstance(known, datetime):
            return french.long_moment(known.astimezone(self.zone))
        if isinstance(known, date):
            return french.long_day(known)
        if known is not None:
            return fact_words(known, self.zone, self.meanings[name].spec)
        if value is None or self.meanings[name].spec is not None:
            return ""
        words = checked_words(self.procedures[0], f"la cellule {place}", shown(value))
        if (names := self._named.get(name)) and fold(words) not in names:
            raise InvalidInput(f"{place} : nom inconnu ; par exemple {next(iter(names.values()))}.")
        return names[fold(words)] if names else words

    def kept(self, name: str, text: str) -> str:
        """Return what is put in a cell for what was typed: a day so that it can be read one way only."""
        try:
            known = self._fact(name, text or None, "")
        except EcheancierError:
            return text
        if isinstance(known, datetime):
            return f"{known.astimezone(self.zone):%Y-%m-%d %H:%M}"
        return known.isoformat() if isinstance(known, date) else text

    def typed(self, name: str, value: CellValue) -> str:
        """Return what a cell holds, as somebody would type it: a day as it is said in French."""
        try:
            known = self._fact(name, value, "")
        except EcheancierError:
            known = None
        if isinstance(known, datetime):
            return french.moment(known.astimezone(self.zone))
        if isinstance(known, date):
            return french.short_day(known)
        return "" if value is None else shown(value)

    def proposed(self, name: str, value: CellValue) -> str:
        """Return what a cell that cannot be read may have meant, as it is typed; empty for nothing near."""
        spec = self.meanings[name].spec
        if value is None or isinstance(value, CellFault):
            return ""
        if spec is None:
            return _nearest(shown(value), self._named.get(name, {}))
        return next((one for one in _meant(spec, value) if self._reads(name, one)), "")

    def _reads(self, name: str, text: str) -> bool:
        try:
            return self._fact(name, text, "") is not None
        except EcheancierError:
            return False

    def _fact(self, name: str, value: CellValue, place: str) -> FactValue | None:
        if (spec := self.meanings[name].spec) is None:
            return None
        owner = next(one for one in self.procedures if name in one.facts)
        return understood(owner, spec, value, place, self.zone, self.today)


def _meant(spec: FactSpec, value: CellValue) -> Iterator[str]:
    """Yield what a value may stand for, the nearest first; not all of it can be read."""
    text = plain_spaces(shown(value)).strip()
    if spec.type in DATED:
        yield from _days(value, text)
    elif isinstance(value, Decimal) and spec.unit == "%":
        yield french.number(value * 100)
    elif (length := LENGTHS.get(spec.type)) and (digits := text.replace(" ", "")).isdecimal():
        yield digits.zfill(length)
    elif spec.type is FactType.BOOLEAN:
        yield _TICKED.get(text.casefold(), "")
    elif spec.type is FactType.CHOICE:
        yield _nearest(text, {fold(one): one for one in spec.choices.values()})
    elif found := _AMOUNT.search(text):
        yield found[0].strip()


def _days(value: CellValue, text: str) -> Iterator[str]:
    if isinstance(value, Decimal) and int(value) in _DAYS:
        yield french.short_day(_EPOCH + timedelta(days=int(value)))
    if (found := SLASHED.fullmatch(text)) is None:
        yield from _DAY.findall(text)
        return
    day, month, year = int(found[1]), int(found[2]), found[3]
    hour = text[found.end(3) :]
    yield f"{month:02}/{day:02}/{year}{hour}"
    # A day that its month does not have: its last one.
    yield from (f"{last:02}/{month:02}/{year}{hour}" for last in range(min(day, 31) - 1, 27, -1))


def _nearest(text: str, names: Mapping[str, str]) -> str:
    found = process.extractOne(fold(text), list(names), scorer=fuzz.WRatio, score_cutoff=_LIKE)
    return names[found[0]] if found else ""
