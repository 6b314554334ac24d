"""A table as values: what its columns hold, and its rows, which are read once as they are written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from msgspec import Struct

Value = str | int | Decimal | date | datetime | None
"""An instant is told in the zone that it carries."""


class Holds(StrEnum):
    """What the cells of a column are."""

    TEXT = "texte"
    DAY = "jour"
    MOMENT = "jour et heure"
    EUROS = "euros"
    HOURS = "heures"
    COUNT = "nombre entier"


class Heading(Struct, frozen=True):
    """A column.

    Args:
        words: what stands above it.
        holds: what its cells are.
        width: in characters.
        note: what is said of it beside its heading, to who fills it.
        choices: the values that are offered to who fills it.
    """

    words: str
    holds: Holds = Holds.TEXT
    width: int = 14
    note: str = ""
    choices: tuple[str, ...] = ()


class ListTable(Struct, frozen=True):
    """A table of one sheet.

    Args:
        name: of its sheet.
        headings: its columns.
        rows: a value for each column, read once.
        marked: cells to be looked at, by row and column, both from 0.
    """

    name: str
    headings: Sequence[Heading]
    rows: Iterable[Sequence[Value]]
    marked: frozenset[tuple[int, int]] = frozenset()


class JoinedTables(Struct, frozen=True):
    """Tables of several sheets that are read in one go, their rows as they come.

    Args:
        tables: without their rows.
        rows: the place of a table among them, and a value for each of its columns.
    """

    tables: Sequence[ListTable]
    rows: Iterable[tuple[int, Sequence[Value]]]


class Exported(Struct, frozen=True):
    """A list that a screen shows, to be made a table.

    Args:
        name: which one, among those of `display.export.exports`.
        kept: its filter, in French.
        read: gives what its rows are made of, in the order shown: files, lines or mails; runs in a thread.
    """

    name: str
    kept: str
    read: Callable[[], Iterable[Any]]


class Imprint(Struct, frozen=True):
    """What every file says of itself.

    Args:
        title: what it holds.
        kept: the filter that it was made with, in French.
        by: name of who made it.
        at: when, in the zone of who made it.
        more: what else is to be known of it, each under a few words.
    """

    title: str
    kept: str
    by: str
    at: datetime
    more: tuple[tuple[str, str], ...] = ()


def in_hours(value: datetime) -> datetime:
    """Return a moment as clocks show it: a spreadsheet has no zone."""
    return value.replace(tzinfo=None, microsecond=0)
