"""What a digest says around the dates: what others changed, the weeks to come, the size of the portfolio.

Used by `notifications.digest.compiling`: each thing is read once for everybody, and sorted here by
reader. Pure: what the store tells is an argument.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from notifications.digest.changes import FileChange, change
from notifications.digest.load import Load, drawn, working_days
from notifications.model.happenings import DayLoad, Happening, Portfolio
from notifications.model.procedure_names import Labels, named
from notifications.people.readers import Readers
from notifications.people.staff import Addressee, Staff, person_of
from notifications.schedule.planning import Planner
from workflow.case.people import Recipient
from workflow.errors import EcheancierError


class Background:
    """What is told around the dates, by reader.

    Args:
        readers: those to write to; files of anybody else are passed over.
        planner: working days of the agencies.
        staff: names of people.
        labels: names of the procedures.
    """

    def __init__(self, readers: Readers, planner: Planner, staff: Staff, labels: Labels) -> None:
        self._readers = readers
        self._planner = planner
        self._staff = staff
        self._labels = labels
        self._news: dict[str, dict[str, tuple[Addressee, list[Happening]]]] = {}
        self._loads: dict[str, Counter[date]] = {}
        self._cases: Counter[str] = Counter()

    def hear(self, happenings: Iterable[Happening], since: Mapping[str, datetime]) -> None:
        """Keep what is news, oldest first.

        Args:
            happenings: what is news in the journals.
            since: for each reader, the instant of their last digest.
        """
        for one in happenings:
            told = self._reader(one.owner, one.agency)
            if told is None or one.at <= since[told.recipient.id]:
                continue
            if one.by != person_of(told.recipient.id):
                files = self._news.setdefault(told.recipient.id, {})
                files.setdefault(one.ref, (told, []))[1].append(one)

    def weigh(self, loads: Iterable[DayLoad]) -> None:
        """Add up how many dates fall on each day."""
        for one in loads:
            told = self._reader(one.owner, one.agency)
            if told is not None:
                self._loads.setdefault(told.recipient.id, Counter())[one.day] += one.count

    def count(self, portfolios: Iterable[Portfolio]) -> None:
        """Add up how many open cases each reader follows."""
        for one in portfolios:
            told = self._reader(one.owner, one.agency)
            if told is not None:
                self._cases[told.recipient.id] += one.cases

    def changes(self, reader: Recipient) -> tuple[FileChange, ...]:
        """Return what others did to the reader's files: those handed over first, then the latest."""
        found = [
            change(
                happenings,
                named(self._labels, happenings[-1].procedure),
                self._name,
                reader.zone,
                owned=told.absent is None,
            )
            for told, happenings in self._news.get(reader.id, {}).values()
        ]
        return tuple(sorted(found, key=lambda one: (not one.yours, -one.at.timestamp(), one.ref)))

    def load(self, reader: Recipient) -> Load:
        """Return the four weeks of a reader."""
        calendar = self._planner.calendar(reader.agency)
        days = working_days(self._readers.today(reader), calendar)
        return drawn(days, self._loads.get(reader.id, {}), calendar)

    def is_loaded(self, reader: Recipient, after: date) -> bool:
        """Tell whether something is to be done by the reader, or owed to them, after a day."""
        return any(day > after for day in self._loads.get(reader.id, ()))

    def cases(self, reader: Recipient) -> int:
        """Return how many open cases a reader follows."""
        return self._cases[reader.id]

    def _reader(self, owner: str | None, agency: str) -> Addressee | None:
        try:
            return self._readers.of(owner, agency)
        except EcheancierError:
            # An agency that has gone: its deadlines are told to be broken, once is enough.
            return None

    def _name(self, id_: str) -> str:
        person = self._staff.directory.people.get(id_)
        return person.name if person else id_
