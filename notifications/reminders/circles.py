"""The files of a round that share a reader: whoever is told of several hears of them in one mail.

Made for `notifications.reminders.round`: what is due of a file goes to whoever follows it and, when it
presses, to the manager too. Files linked that way are announced together, so that neither of the two
gets a mail for each. Writes nothing and knows no clock.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct, field

from notifications.model.announcement import Reschedule
from notifications.people.staff import Addressee
from notifications.schedule.planning import Due


class DueFile(Struct):
    """What a round does with the deadlines of a file, and whom it tells."""

    ref: str
    told: Addressee
    """Whoever follows it."""
    manager: Addressee | None = None
    """Whoever must know besides; None when nothing presses."""
    dues: list[Due] = field(default_factory=list)
    """What is told; empty when it waits, or when nothing of its plan has come."""
    moves: list[Reschedule] = field(default_factory=list)
    held: int = 0
    """Deadlines that wait for somebody's working hours."""

    @property
    def readers(self) -> tuple[Addressee, ...]:
        """Return those whose mails speak of it."""
        return (self.told,) if self.manager is None else (self.told, self.manager)

    @property
    def late(self) -> int:
        """Return how many deadlines are told well after their time."""
        return sum(due.late for due in self.dues)


class _Circle(Struct):
    files: list[DueFile] = field(default_factory=list)
    readers: set[str] = field(default_factory=set)


def circles(files: Iterable[DueFile]) -> list[list[DueFile]]:
    """Return the files, those linked by a reader together; in the order of the first of each."""
    known: dict[str, _Circle] = {}
    for file in files:
        readers = {told.key for told in file.readers}
        met = {id(known[one]): known[one] for one in readers if one in known}
        # The smaller ones join the larger, so that a round of many files stays quick.
        joined = max(met.values(), key=lambda one: len(one.files), default=_Circle())
        for other in met.values():
            if other is not joined:
                joined.files += other.files
                readers |= other.readers
        joined.files.append(file)
        joined.readers |= readers
        known |= dict.fromkeys(readers, joined)
    return [one.files for one in {id(one): one for one in known.values()}.values()]
