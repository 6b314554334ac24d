"""The digests of some recipients, from one reading of the store for all of them.

Used by `notifications.digest.round` for everybody and by `echeancier synthese` for whoever asks, so
that mail and screen say the same. Whatever their number, deadlines, journals and loads are read once.
Writes nothing and knows no clock.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date, datetime, time, timedelta
from itertools import chain

from msgspec import Struct, field
from msgspec.structs import replace

from notifications.digest.background import Background
from notifications.digest.gathering import DAYS_AHEAD, LOOKAHEAD_DAYS, Gathering, failures_for
from notifications.digest.model import UNDATED, Digest, SectionId
from notifications.digest.trend import Trend, earlier
from notifications.model.happenings import Figures
from notifications.model.ports import NotificationStore
from notifications.model.procedure_names import Labels
from notifications.people.presence import away
from notifications.people.readers import Readers
from notifications.people.staff import Staff
from notifications.schedule.planning import Planner
from workflow.case.people import Recipient

_FAILURES_READ = 200
_FIGURES_BACK = timedelta(days=35)
"""How far back earlier digests are looked for."""
_NEWS_BACK = timedelta(days=10)
"""How far back changes are told to somebody who has had no digest meanwhile."""
_MORNINGS_BACK = 10
"""Working mornings whose failures are told to somebody who never had a digest."""


class Compiled(Struct):
    """The digests, and what could not be placed in them."""

    digests: list[Digest]
    broken: list[str] = field(default_factory=list)
    """One French sentence for each deadline left out."""


class Compiler:
    """Makes digests.

    Args:
        store: what they are made of.
        planner: working days and zones of the agencies.
        labels: names of the procedures.
        at: local time from which a digest is sent to whoever chose none.
    """

    def __init__(
        self, store: NotificationStore, planner: Planner, labels: Labels, *, at: time = time(7, 30)
    ) -> None:
        self._store = store
        self._planner = planner
        self._labels = labels
        self._at = at

    def hour(self, recipient: Recipient, staff: Staff) -> time:
        """Return the local time from which a recipient's digest is sent."""
        return staff.habits(recipient).digest_at or self._at

    def digests(
        self,
        recipients: Sequence[Recipient],
        now: datetime,
        staff: Staff,
        *,
        looks_ahead: Callable[[Digest], bool] = lambda _: True,
    ) -> Compiled:
        """Return the digests of some recipients, in their order.

        Args:
            recipients: those to write to.
            now: the present instant; each one's day is taken from it, in their own zone.
            staff: who follows what, and who is away.
            looks_ahead: tells for which digests without a date the next one is looked for.
        """
        known = {one.id: self._known(one, now) for one in recipients}
        since = {one.id: self._last(one, known[one.id], now, staff) for one in recipients}
        readers = Readers(recipients, staff, now)
        gathering = Gathering(readers, now, self._planner, self._labels)
        background = self._background(readers, now, staff, since)
        until = gathering.until()
        deadlines = self._store.open_deadlines(until, gathering.opened_after())
        gathering.read(chain(deadlines, self._store.replies(until)))
        failures = self._store.failures(_FAILURES_READ)
        found = []
        for one in recipients:
            mine = failures_for(one, failures, staff, now)
            told = [failed for failed in mine if failed.failed_at >= since[one.id].failures]
            digest = _surrounded(gathering.digest(one, told), background, staff, now)
            found.append(_compared(digest, known[one.id], background.cases(one)))
        return Compiled(self._ahead(found, looks_ahead, background, staff, now), gathering.broken)

    def _background(
        self, readers: Readers, now: datetime, staff: Staff, since: dict[str, _Last]
    ) -> Background:
        background = Background(readers, self._planner, staff, self._labels)
        changed = {id_: max(last.changes, now - _NEWS_BACK) for id_, last in since.items()}
        background.hear(self._store.happenings(min(changed.values(), default=now)), changed)
        last_day = readers.last_day()
        # A day before: it is not the same day everywhere.
        first, last = last_day - timedelta(days=1), last_day + timedelta(days=LOOKAHEAD_DAYS)
        background.weigh(self._store.loads(first, last))
        background.count(self._store.portfolios())
        return background

    def _known(self, recipient: Recipient, now: datetime) -> list[Figures]:
        today = now.astimezone(recipient.zone).date()
        return self._store.figures(recipient.id, today - _FIGURES_BACK, today - timedelta(days=1))

    def _last(
        self, recipient: Recipient, known: Sequence[Figures], now: datetime, staff: Staff
    ) -> _Last:
        """Return when the last digest was due, or how far back one is told when there was none."""
        hour, calendar = self.hour(recipient, staff), self._planner.calendar(recipient.agency)
        today = now.astimezone(recipient.zone).date()

        def at(day: date) -> datetime:
            return datetime.combine(day, hour, recipient.zone)

        if known:
            return _Last(at(known[-1].day), at(known[-1].day))
        return _Last(at(calendar.back(today, 1)), at(calendar.back(today, _MORNINGS_BACK)))

    def _ahead(
        self,
        digests: list[Digest],
        looks_ahead: Callable[[Digest], bool],
        background: Background,
        staff: Staff,
        now: datetime,
    ) -> list[Digest]:
        """Return the digests, those without a date naming the next one to come.

        Nobody's next date is looked for when the loads say that there is none.
        """
        bare = [one for one in digests if not _has_dates(one) and looks_ahead(one)]
        readers = Readers([one.recipient for one in bare], staff, now)
        gathering = Gathering(readers, now, self._planner, self._labels)
        if loaded := [one for one in bare if background.is_loaded(one.recipient, one.day)]:
            after = min(one.day for one in loaded) + timedelta(days=DAYS_AHEAD)
            until = readers.last_day() + timedelta(days=LOOKAHEAD_DAYS)
            with closing(self._store.to_come(after, until)) as rows:
                gathering.look_ahead(rows, (one.recipient.id for one in loaded))
        following = {one.key: gathering.digest(one.recipient).next_line for one in bare}
        return [replace(one, next_line=following.get(one.key)) for one in digests]


class _Last(Struct, frozen=True):
    """From when on things are news to a reader."""

    changes: datetime
    failures: datetime


def _has_dates(digest: Digest) -> bool:
    """Tell whether a digest shows dates to act on: only without any is the next one looked for."""
    return any(section.id not in UNDATED for section in digest.sections)


def _surrounded(digest: Digest, background: Background, staff: Staff, now: datetime) -> Digest:
    reader = digest.recipient
    return replace(
        digest,
        changes=background.changes(reader),
        load=background.load(reader),
        away=tuple(away(reader, staff, now)),
    )


def _compared(digest: Digest, known: Sequence[Figures], cases: int) -> Digest:
    """Return a digest with its counts, against those of a week before."""
    count = {section.id: len(section.lines) for section in digest.sections}
    figures = Figures(
        digest.recipient.id,
        digest.day,
        late=count.get(SectionId.LATE, 0),
        due=count.get(SectionId.TODAY, 0) + count.get(SectionId.WEEK, 0),
        awaited=count.get(SectionId.CHASE, 0) + len(digest.awaited),
        open_files=cases,
    )
    return replace(digest, trend=Trend(figures, earlier(known, digest.day)))
