"""Several files in one mail: a line for each, the most consequent first, with its reason and command.

Made for `notifications.rendering.composer` when so much is due together that a mail for each would be read by
nobody. Words come from `notifications.rendering.views`; nothing is left out but the explanation of each date,
which the file shows. Of very many files, those that come last are named by their reference alone: mail
readers cut a long message, and would not say what they took.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec import Struct

from notifications.model.procedure_names import Labels, Typed, named
from notifications.rendering.views import DeadlineView, deadline_view
from notifications.schedule.planning import Due, Planner
from workflow.operations import operations
from workflow.operations.requests import Request
from workflow.worklist.ranking import Rank, rank


class FileView(Struct, frozen=True):
    """A file in a mail about several."""

    ref: str
    title: str
    procedure: str
    item: DeadlineView
    """What is most consequent of what is due in it."""
    others: int
    """How many other dates of the file are due."""
    reasons: tuple[str, ...]
    """Why it is told to this reader now, when that is unusual."""
    command: str
    """The line to type to see the file."""


class FilesView(Struct, frozen=True):
    """The files of a mail about several, the most consequent first."""

    shown: tuple[FileView, ...]
    named: tuple[str, ...]
    """References of those that come next."""
    number: int
    """How many files in all."""

    @property
    def others(self) -> int:
        """Return how many are not shown in full."""
        return self.number - len(self.shown)


SHOWN_FILES = 30
"""Files of a mail that are shown in full: some 1.2 kB each, of the 102 kB that Gmail shows."""

NAMED_FILES = 1_000
"""Files after them that are named: some 20 bytes each."""


def file_views(
    groups: Sequence[Sequence[Due]],
    now: datetime,
    planner: Planner,
    labels: Labels,
    *,
    reasons: Callable[[Sequence[Due]], Sequence[str]],
    typed: Typed,
) -> FilesView:
    """Return the files of a mail, the most consequent first.

    Args:
        groups: what is due, file by file; none is empty.
        now: the instant of writing (aware).
        planner: working days and zones of the agencies.
        labels: names of the procedures.
        reasons: tells why a file comes to this reader.
        typed: gives the line to type for a request.
    """

    def place(due: Due) -> Rank:
        row, deadline = due.row, due.row.deadline
        today = now.astimezone(planner.zone(row.agency)).date()
        return rank(deadline.dates, deadline.kind, today, stake=row.stake, ref=row.ref)

    def view(first: Due, dues: Sequence[Due]) -> FileView:
        row, names = first.row, named(labels, first.row.procedure)
        item = deadline_view(first, now, planner, names)
        told = (*reasons(dues), *item.notices)
        command = typed(Request(operations.SHOW, (row.ref,)))
        return FileView(row.ref, row.title, names.name, item, len(dues) - 1, told, command)

    firsts = sorted(
        ((min(dues, key=place), dues) for dues in groups), key=lambda one: place(one[0])
    )
    shown = tuple(view(first, dues) for first, dues in firsts[:SHOWN_FILES])
    after = firsts[SHOWN_FILES : SHOWN_FILES + NAMED_FILES]
    return FilesView(shown, tuple(first.row.ref for first, _ in after), len(firsts))
