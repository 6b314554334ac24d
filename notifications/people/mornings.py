"""When the digests of a reader leave, around an instant: what tells a mail that it can wait for one.

Made by `notifications.reminders.round` for those who want one mail a day, read by
`notifications.reminders.grouping`. Holds no digest and sends none.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from msgspec import Struct

from notifications.people.staff import Staff, person_of
from notifications.schedule.planning import Due, Planner
from workflow.case.people import Recipient
from workflow.text.day_ends import day_of_end

_AHEAD = 366
"""Days looked through for the next digest: nobody is away for longer."""

_NOON = time(12)


def is_missed(hour: time, local: time) -> bool:
    """Tell whether a digest that has not left at a local time, expected at an hour, missed its morning."""
    return hour < _NOON <= local


class Mornings(Struct, frozen=True):
    """The digests around an instant.

    Attributes:
        today: the day it is for the reader.
        last: when the digest of today has left, None when none has.
        following: day of the next one, None when nobody knows.
    """

    today: date
    last: datetime | None
    following: date | None

    @classmethod
    def around(
        cls, reader: Recipient, staff: Staff, planner: Planner, at: time, now: datetime
    ) -> Mornings:
        """Return the digests of a reader around an instant.

        Args:
            reader: who receives them.
            staff: what the reader chose, and when they are away.
            planner: working days of the agencies.
            at: hour of the digest for whoever chose none.
            now: the instant.
        """
        local, habits = now.astimezone(reader.zone), staff.habits(reader)
        today, hour = local.date(), habits.digest_at or at
        working, person = planner.calendar(reader.agency).is_working, person_of(reader.id)

        def has_one(day: date) -> bool:
            here = habits.works_on(day) and staff.absence(person, day) is None
            return here and working(day)

        left = local.time() >= hour
        last = datetime.combine(today, hour, reader.zone) if left and has_one(today) else None
        days = (today + timedelta(days=ahead) for ahead in range(left, _AHEAD))
        return cls(today, last, next(filter(has_one, days), None))

    def say(self, due: Due) -> bool:
        """Tell whether a digest says it in time: this morning's, or one before the day of its limit."""
        if self.last is not None and due.row.reminded_until <= self.last and not due.late:
            return True
        dates = due.row.deadline.dates
        limits = [day_of_end(one) for one in (dates.prudent, dates.strict) if one is not None]
        ahead = [day for day in limits if day > self.today]
        return self.following is not None and bool(ahead) and self.following < min(ahead)
