"""The sessions of a commission before which a file can still be deposited, worked out once for many files.

Used by `workflow.deadlines.planner`. Pure: knows no case and no present.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date
from itertools import accumulate

from workflow.counting.comparisons import Bound, before_session, last_day, tightest
from workflow.counting.readings import ReadingSpan, spans_before
from workflow.counting.ways_of_counting import Context, Sitting
from workflow.rules.deadline_rules import CommissionRule


class UsableSessions:
    """The sessions that a rule can use, by date, with the last day of deposit of each."""

    def __init__(self, commission: CommissionRule, context: Context) -> None:
        self.rows = [
            (session, before_session(commission, session, context))
            for session in sorted(context.sessions)
            if session.day.month not in commission.blackouts
        ]
        self._days = [session.day for session, _ in self.rows]
        lasts = [last_day(tightest(bounds).limit) for _, bounds in self.rows]
        # A cut-off of its own may make a later session close earlier.
        self._best = list(accumulate(lasts, max))
        self._read: dict[Sitting, tuple[ReadingSpan, ...]] = {}
        self._commission, self._context = commission, context

    def read(self, session: Sitting) -> tuple[ReadingSpan, ...]:
        """Return the days of each reading of what the rule asks before a session."""
        if session not in self._read:
            self._read[session] = spans_before(self._commission, session, self._context)
        return self._read[session]

    def before(self, day: date, since: date) -> Iterator[tuple[Sitting, tuple[Bound, ...]]]:
        """Yield the sessions held up to a day, the latest first, until none takes a deposit since another."""
        for index in range(bisect_right(self._days, day) - 1, -1, -1):
            if self._best[index] < since:
                return
            yield self.rows[index]

    def last_before(self, day: date) -> date:
        """Return the last day of deposit over the sessions held up to a day."""
        index = bisect_right(self._days, day)
        return self._best[index - 1] if index else date.min
