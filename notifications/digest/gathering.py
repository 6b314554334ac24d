"""One pass over the open deadlines that gives every recipient their digest.

Used by `notifications.digest.compiling` for everybody, or for one person. A deadline with nothing to
say today leaves no trace in memory, so that the pass can be over all of them; a file to correct leaves
one line, however many its deadlines. Pure: rows and present are arguments.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from notifications.digest.model import Digest, DigestLine, DigestSection, SectionId
from notifications.model.messages import FailedMessage
from notifications.model.procedure_names import Labels, named
from notifications.people.presence import absent_of
from notifications.people.readers import Readers
from notifications.people.staff import Addressee, Staff, person_of
from notifications.schedule.planning import Planner
from notifications.schedule.standing import Standing, Status, local, opening, standing
from workflow.case.case import Deadline
from workflow.case.people import Recipient
from workflow.errors import EcheancierError
from workflow.ports.stores import OpenDeadline
from workflow.rules.deadline_rules import Kind
from workflow.text.day_ends import day_of_end
from workflow.worklist.ranking import Rank, limit_of, rank
from workflow.worklist.worklist import NEVER

DAYS_AHEAD = 7
"""Days that the digest looks ahead, weekends included: on a Friday it shows the Monday."""

LOOKAHEAD_DAYS = 60
"""Days searched for the next date when there is nothing to say."""


_First = tuple[date, bool, str]
"""Which deadline of a file to correct is told: the first to act on, the law before a target."""


class Gathering:
    """The digests of several recipients, made in one pass over the open deadlines.

    Args:
        readers: those to write to; deadlines of anybody else are passed over.
        now: the present instant; each reader's day is taken from it, in their own zone.
        planner: working days and zones of the agencies.
        labels: names of the procedures.
    """

    def __init__(self, readers: Readers, now: datetime, planner: Planner, labels: Labels) -> None:
        self._readers = readers
        self._now = now
        self._planner = planner
        self._labels = labels
        self._lines: dict[tuple[str, SectionId], list[DigestLine]] = {}
        self._wrong: dict[str, dict[str, tuple[_First, DigestLine]]] = {}
        self._awaited: dict[str, list[DigestLine]] = {}
        self._next: dict[str, DigestLine] = {}
        self.broken: list[str] = []
        """One sentence for each deadline that could not be placed."""

    def until(self) -> date:
        """Return the last day to read, so that nobody misses anything."""
        return self._readers.last_day() + timedelta(days=DAYS_AHEAD)

    def opened_after(self) -> date:
        """Return the day from which on (excluded) a window that opens may be news to somebody."""
        last = (self._last_morning(one, today) for one, today in self._readers.days())
        return min(last, default=self._now.date())

    def read(self, rows: Iterable[OpenDeadline]) -> Gathering:
        """Read deadlines, keeping only what somebody must be told; return the gathering."""
        for row in rows:
            try:
                self._add(row)
            except EcheancierError as error:
                self.broken.append(f"{row.ref}, {row.deadline.label} : {error.message}")
        return self

    def look_ahead(self, rows: Iterable[OpenDeadline], readers: Iterable[str]) -> Gathering:
        """Read deadlines, the first to act on first, until each of some readers has one to come."""
        waiting = set(readers)
        for row in rows:
            self.read((row,))
            if waiting <= self._next.keys():
                break
        return self

    def digest(self, recipient: Recipient, failures: Sequence[FailedMessage] = ()) -> Digest:
        """Return the digest of a recipient from what was read so far."""
        found = {id_: lines for id_ in SectionId if (lines := self._lines_of(recipient, id_))}
        return Digest(
            recipient,
            self._readers.today(recipient),
            tuple(
                DigestSection(id_, tuple(sorted(lines, key=_rank))) for id_, lines in found.items()
            ),
            tuple(failures),
            self._next.get(recipient.id),
            awaited=tuple(sorted(self._awaited.get(recipient.id, ()), key=_longest)),
        )

    def _lines_of(self, recipient: Recipient, id_: SectionId) -> list[DigestLine]:
        if id_ is SectionId.ALERTS:
            return [line for _, line in self._wrong.get(recipient.id, {}).values()]
        return self._lines.get((recipient.id, id_), [])

    def _add(self, row: OpenDeadline) -> None:
        told = self._readers.of(row.owner, row.agency)
        if told is None:
            return
        reader = told.recipient
        # Days are counted in the calendar of the reader, whose morning this is.
        where = standing(
            row.deadline.dates, row.deadline.kind, self._now, reader.agency, self._planner
        )
        if row.deadline.missing:
            self._keep(SectionId.UNPROVED, told, self._line(row, where, told))
            return
        if row.alerts and self._can_act(row.deadline, where, reader):
            self._keep_wrong(row, where, told)
        opens = self._opening(row, where, reader)
        if opens is not None:
            self._keep(SectionId.OPENING, told, self._line(row, opens, told))
        elif (section := self._section(row.deadline, where, reader)) is not None:
            self._keep(section, told, self._line(row, where, told))
        elif where.status is Status.AWAITED:
            self._awaited.setdefault(reader.id, []).append(self._line(row, where, told))
        elif where.status in {Status.SOON, Status.AHEAD}:
            known = self._next.get(reader.id)
            if known is None or day_of_end(where.on) < day_of_end(known.standing.on):
                self._next[reader.id] = self._line(row, where, told)

    def _keep(self, section: SectionId, told: Addressee, line: DigestLine) -> None:
        self._lines.setdefault((told.recipient.id, section), []).append(line)

    def _can_act(self, deadline: Deadline, where: Standing, recipient: Recipient) -> bool:
        """Tell whether staff can act on a deadline now, so that its file must conform.

        A window counts from the day it opens, however far its end: what is filed meanwhile is
        filed wrong. A limit without a window could always be met, and counts once it has a place
        among the dates of the digest (late, today, within seven days), lest a file be told every
        morning from its first day. A reply that somebody else owes never counts. A window still
        closed does not hide another that is open, and no deadline beyond the seven days decides:
        mail and screen, which do not read as far ahead, say the same.
        """
        dates = deadline.dates
        if dates.awaited:
            return False
        if dates.opens_on is not None:
            return dates.opens_on <= self._readers.today(recipient)
        return self._section(deadline, where, recipient) is not None

    def _keep_wrong(self, row: OpenDeadline, where: Standing, told: Addressee) -> None:
        """Keep a file to correct, under the deadline that must be acted on first."""
        files = self._wrong.setdefault(told.recipient.id, {})
        deadline = row.deadline
        first = (deadline.dates.act_on, deadline.kind is Kind.INTERNAL, deadline.id)
        known = files.get(row.ref)
        if known is None or first < known[0]:
            files[row.ref] = (first, self._line(row, where, told))

    def _section(
        self, deadline: Deadline, where: Standing, recipient: Recipient
    ) -> SectionId | None:
        today = self._readers.today(recipient)
        if where.status is Status.TODAY and limit_of(deadline.dates, deadline.kind) == today:
            # Lost tonight: before what the agency asked of itself, however late.
            return SectionId.LATE
        match where.status:
            case Status.LATE | Status.MARGIN:
                return SectionId.LATE
            case Status.TODAY:
                return SectionId.TODAY
            case Status.CHASE:
                return SectionId.CHASE
            case Status.SOON | Status.AHEAD if day_of_end(where.on) <= self._horizon(recipient):
                return SectionId.WEEK
        return None

    def _opening(self, row: OpenDeadline, where: Standing, recipient: Recipient) -> Standing | None:
        """Return a deadline as a window that opens, when that is what must be said of it."""
        opens_on, today = row.deadline.dates.opens_on, self._readers.today(recipient)
        if opens_on is None or where.status not in {Status.SOON, Status.AHEAD, Status.OPENING}:
            return None
        if where.status is not Status.OPENING and day_of_end(where.on) <= self._horizon(recipient):
            return None
        # Windows opened over the weekend, or while the agency was closed, are today's news.
        if not self._last_morning(recipient, today) < opens_on <= self._horizon(recipient):
            return None
        return opening(row.deadline.dates, self._now, recipient.agency, self._planner)

    def _last_morning(self, recipient: Recipient, today: date) -> date:
        return self._planner.calendar(recipient.agency).back(today, 1)

    def _horizon(self, recipient: Recipient) -> date:
        return self._readers.today(recipient) + timedelta(days=DAYS_AHEAD)

    def _line(self, row: OpenDeadline, where: Standing, told: Addressee) -> DigestLine:
        deadline, dates = row.deadline, row.deadline.dates
        strict = dates.strict
        today = self._readers.today(told.recipient)
        place = rank(dates, deadline.kind, today, stake=row.stake, ref=row.ref)
        if where.status is Status.OPENING:
            place = place._replace(day=day_of_end(where.on), limit=NEVER)
        return DigestLine(
            ref=row.ref,
            title=row.title,
            procedure=named(self._labels, row.procedure).name,
            deadline=deadline.id,
            label=deadline.label,
            internal=deadline.kind is Kind.INTERNAL,
            standing=where,
            opens_on=dates.opens_on,
            prudent=dates.prudent,
            strict=None if strict is None else local(strict, told.recipient.agency, self._planner),
            impossible=dates.impossible,
            alerts=row.alerts,
            stake=row.stake,
            estimated=row.estimated,
            rank=place,
            since=deadline.awaited_since,
            snoozed_until=deadline.snoozed_until,
            absent=absent_of(told),
            missing=deadline.missing,
        )


def failures_for(
    recipient: Recipient, failures: Iterable[FailedMessage], staff: Staff, now: datetime
) -> tuple[FailedMessage, ...]:
    """Return the failed messages a recipient must know of.

    Their own, and those of whom they stand in for; for a manager, those of the people they manage;
    for an agency, those of its people: an address that refuses mail also refuses the digest that
    would say so.
    """

    def concerns(failed: FailedMessage) -> bool:
        if failed.recipient == recipient.id:
            return True
        person = staff.directory.people.get(person_of(failed.recipient))
        if person is None:
            return False
        if recipient.id in {f"personne:{person.manager}", f"agence:{person.agency}"}:
            return True
        return staff.told(person.id, person.agency, now).recipient.id == recipient.id

    return tuple(failed for failed in failures if concerns(failed))


def _rank(line: DigestLine) -> tuple[Rank | None, str]:
    return line.rank, line.deadline


def _longest(line: DigestLine) -> tuple[date, str]:
    """Order replies: what has been awaited longest first, an unknown beginning last."""
    return (line.since or date.max, line.ref)
