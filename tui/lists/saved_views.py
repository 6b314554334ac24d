"""Views of the list: which files are shown, the usual ones, and those that the user has named and kept.

Used by the first screen and its filter. Kept in one small file of the user's own; no file of the agency is
in it, only names of people, agencies and procedures.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from msgspec import Struct
from msgspec.structs import asdict, fields

from workflow.case.people import Directory
from workflow.text.whole_file import write_whole
from workflow.worklist.worklist import WorkDay, WorkGroup, WorkQuery

LATE = frozenset({WorkGroup.LATE, WorkGroup.CHASE})


class View(Struct, frozen=True):
    """Which files are shown; empty fields do not filter.

    Args:
        name: what the user calls it.
        owner: id of a person.
        agency: id of an agency.
        procedure: id of a procedure.
        funder: id of a funder.
        late: True for what is late or to chase, and nothing else.
    """

    name: str = ""
    owner: str = ""
    agency: str = ""
    procedure: str = ""
    funder: str = ""
    late: bool = False

    def query(self, day: WorkDay, text: str) -> WorkQuery:
        """Return what the list asks for."""
        return WorkQuery(
            day=day,
            owner=self.owner or None,
            agency=self.agency or None,
            procedure=self.procedure or None,
            funder=self.funder or None,
            text=text,
        )

    def words(self, directory: Directory) -> str:
        """Return the name of the view, or what it filters."""
        if self.name:
            return self.name
        person, agency = directory.people.get(self.owner), directory.agencies.get(self.agency)
        parts = (
            person.name if person else self.owner,
            agency.name if agency else self.agency,
            self.procedure.upper(),
            self.funder,
            "en retard" if self.late else "",
        )
        return ", ".join(filter(None, parts))

    def shows(self, group: WorkGroup) -> bool:
        """Tell whether a group of the list is shown."""
        return not self.late or group in LATE


EVERYTHING = View("Tous les dossiers")


def usual(person: str, agency: str | None) -> tuple[View, ...]:
    """Return the views that everybody has."""
    own = (View("Mon agence", agency=agency),) if agency else ()
    return (EVERYTHING, View("Les miens", owner=person), *own, View("En retard", late=True))


class SavedViews:
    """The views that the user has kept.

    Args:
        folder: the user's own.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "vues.json"

    def read(self) -> tuple[View, ...]:
        """Return them in order; a file that cannot be read holds none."""
        try:
            rows = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return ()
        return tuple(_view(row) for row in rows if isinstance(row, dict) and row.get("name"))

    def keep(self, view: View) -> None:
        """Keep a view; one of the same name gives way."""
        self._write([*(one for one in self.read() if one.name != view.name), view])

    def drop(self, name: str) -> None:
        """Forget a view."""
        self._write(one for one in self.read() if one.name != name)

    def _write(self, views: Iterable[View]) -> None:
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            text = json.dumps([asdict(view) for view in views], ensure_ascii=False, indent=1)
            write_whole(self._path, text.encode(), lasting=False)


def _view(row: dict[str, object]) -> View:
    words = {one.name: str(row.get(one.name) or "") for one in fields(View) if one.name != "late"}
    return View(**words, late=row.get("late") is True)
