"""Rows that cannot be read: put aside and told, so that one of them stops nobody else.

Used by the stores wherever rows become values. What a row held is never repeated: it may be anything. A row
that was mended is read again like any other; nothing is written about it here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from threading import Lock
from typing import Any, Final, TypeVar

from db.connection.no_date import NO_DATE
from workflow.errors import Unreadable

MALFORMED: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What reading a row raises when it holds something else than what was written."""

_MEND = "restaurez la dernière sauvegarde, ou demandez de l’aide pour corriger cette ligne"

_Value = TypeVar("_Value")


class Aside:
    """What could not be read lately, for whoever tells of it; shared by the stores of one database."""

    def __init__(self) -> None:
        self._found: dict[str, None] = {}
        self._lock = Lock()

    def put(self, what: str) -> None:
        """Note what could not be read: « Dossier X, échéance drf »."""
        with self._lock:
            self._found[what] = None

    def take(self) -> tuple[str, ...]:
        """Return a French sentence for each thing put aside, and forget them."""
        with self._lock:
            found, self._found = self._found, {}
        return tuple(map(sentence, found))

    def readable(
        self, rows: Iterable[Any], read: Callable[[Any], _Value], name: Callable[[Any], str]
    ) -> Iterator[_Value]:
        """Yield what is read of each row, those that cannot be put aside.

        Args:
            rows: from a database.
            read: makes a value of a row.
            name: tells what a row is, from its plain columns.
        """
        for row in rows:
            try:
                refuse_odd(row)
                value = read(row)
            except MALFORMED:
                self.put(name(row))
                continue
            yield value


def refuse_odd(row: Any) -> None:
    """Raise, as `MALFORMED` names it, when a date of a row makes no sense: see
    `db.schema.columns.as_read`."""
    if NO_DATE in row:
        raise ValueError("a date that makes no sense")


def sentence(what: str) -> str:
    """Return what to say of something that cannot be read."""
    return f"{what} : illisible dans la base, mis de côté sans arrêter le reste ; {_MEND}."


def unreadable(what: str) -> Unreadable:
    """Build the error for the one thing that was asked, and cannot be read."""
    return Unreadable(f"{what} : illisible dans la base ; {_MEND}.")


def deadline_name(row: Any) -> str:
    """Return what a row of `db.cases.awaited` is."""
    return f"Dossier {row.ref}, une échéance (ligne {row.id} de « deadline »)"


def message_name(row: Any) -> str:
    """Return what a row of the outbox is."""
    return f"Courriel {row.id}"
