"""The search of the first screen and of the palette: any words of a file, well typed or not.

Made once by the application, used in worker threads. Until the index is read, and for whoever nobody can
index, the database itself looks for the words in references and titles. What is found is read from the
database each time: a line never says what a file was.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from tui.frame.office import Office
from workflow.rules.procedure import Procedure
from workflow.worklist.worklist import SearchEntry, WorkQuery, WorkRow

if TYPE_CHECKING:
    from tui.frame.search import SearchIndex

SHOWN = 100
"""Files that a search shows; beyond, one more word finds sooner than scrolling."""

_FINISHED, _ENOUGH = 12, 3
"""Finished files that a search shows, and signs from which it looks for them."""

_EVERY = 2**31 - 1
"""More lines than a page ever has."""
_FIELDS = ("agency", "owner", "procedure", "funder", "state")
_FILES_A_WRITE = 500
"""Every file is read anew, not only new ones, once there are fewer than that for each write to the base."""


class Results(Struct, frozen=True):
    """What a search found.

    Args:
        rows: the best files, the best first.
        total: how many files match in all, or are shown while the index is being read.
        finished: a few of the finished files that have the words as they are typed, the latest first.
    """

    rows: tuple[WorkRow, ...]
    total: int
    finished: tuple[WorkRow, ...] = ()


class Finder:
    """Finds files by what is typed. Safe to share between threads; nothing is read until asked.

    Args:
        office: what the screens work with.
    """

    def __init__(self, office: Office) -> None:
        self._office = office
        self._index: SearchIndex | None = None
        self._preparing = Lock()
        self._reading = Lock()
        self._writes = 0
        self._mark = ""

    @property
    def ready(self) -> bool:
        """True once typing errors are forgiven."""
        return self._index is not None

    def prepare(self) -> None:
        """Read what files are searched by, or what is new since; to be called off the screen.

        Called when the application starts and whenever the mark of the database changes. What
        changed in a file known already (its owner, its next act) is read once in a while, the sooner
        the fewer files there are.

        Raises:
            OutOfReach: when the database cannot be read.
        """
        # Imported here: the first screen does not wait for it.
        from tui.frame.search import SearchIndex

        worklist = self._office.services.worklist
        with self._preparing:
            mark = worklist.mark()
            if mark == self._mark:
                return
            self._mark, self._writes = mark, self._writes + 1
            if self._index is None or self._writes * _FILES_A_WRITE > len(self._index):
                self._index, self._writes = SearchIndex(worklist.entries(), self._say), 0
            else:
                self._index.extend(worklist.entries(self._index.last))

    def find(self, query: WorkQuery, limit: int | None = SHOWN) -> Results:
        """Return the files that a query's text and filters mean; raises `OutOfReach`.

        Args:
            query: the text and the filters; its group and its page do not count.
            limit: how many files to read; None reads every one that matches.
        """
        worklist, index = self._office.services.worklist, self._index
        finished: tuple[WorkRow, ...] = ()
        if limit is not None and len(query.text.strip()) >= _ENOUGH:
            finished = worklist.finished(replace(query, limit=_FINISHED))
        if index is None:
            asked = replace(query, group=None, offset=0, limit=limit or _EVERY)
            # One at a time: each would take a connection, and its cache, to read every title.
            with self._reading:
                rows = worklist.page(asked)
            return Results(rows, len(rows), finished)
        # Fields that the index knows by value; nobody's files are told from the lines.
        within = {field: value for field in _FIELDS if (value := getattr(query, field))}
        found = index.find(query.text, limit or len(index), within)
        return Results(worklist.rows(found.ids, query), found.total, finished)

    def _say(self, field: str, value: str, entry: SearchEntry) -> str:
        """Return the words of a value, as staff say them."""
        directory = self._office.directory
        if field == "agency" and value in directory.agencies:
            return directory.agencies[value].name
        if field == "owner" and value in directory.people:
            return directory.people[value].name
        procedure = self._office.services.rulebook.procedures.get(entry.procedure)
        if procedure is None or field in {"agency", "owner"}:
            return value
        return _words(field, value, procedure, entry.funder)


def _words(field: str, value: str, procedure: Procedure, funder: str | None) -> str:
    ruled = procedure.funders.get(funder or "", procedure)
    if field == "funder":
        return f"{value} {ruled.funder_label}"
    if field == "deadline":
        return ruled.deadlines[value].label if value in ruled.deadlines else value
    if field == "state":
        return ruled.states[value].label if value in ruled.states else value
    # With a single funder, no file names it, and people do.
    sole = "" if procedure.funders else procedure.funder_label
    return f"{procedure.name} {procedure.label} {sole}"
