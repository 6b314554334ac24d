"""Looks at the clock before each beat, and holds everything when it cannot be believed.

Used by `notifications.service.loop`. A laptop that slept is no leap: its machine went on counting. The first
beat of a new database has nothing to be compared with. Composes nothing and sends nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo

from msgspec import Struct

from notifications.model.ports import NotificationStore
from notifications.model.sending import LEAP, SILENCE, Cause, Decision, SendingEvent, held_words

Ticks = Callable[[], timedelta]
"""Tells how long the machine has been counting, asleep or awake, whatever its clock says."""


_BY_PEOPLE = frozenset({Decision.CONFIRMED, Decision.RESUMED, Decision.UNTOLD})


class _ClockReading(Struct, frozen=True):
    """A reading of the clock that was believed, and of the machine's count at that instant."""

    clock: datetime
    ticks: timedelta


class Guard:
    """Tells whether sending is held.

    Args:
        store: what was decided, the signs of life, and the clock of the database's server.
        name: name of this service.
        ticks: the machine's own count; None when the present is invented: nothing that the machine
            says is compared with it then.
        zone: whose clocks those who run the service look at.
    """

    def __init__(
        self,
        store: NotificationStore,
        name: str,
        ticks: Ticks | None = None,
        zone: tzinfo = UTC,
    ) -> None:
        self._store = store
        self._name = name
        self._ticks = ticks
        self._zone = zone
        self._believed: _ClockReading | None = None
        self._decided = 0

    def held(self, now: datetime) -> SendingEvent | None:
        """Return what holds sending at an instant, noting it when it begins or ends by itself.

        Raises:
            OutOfReach: when the database does not answer.
        """
        last = self._store.sending()
        if last is not None and last.holds:
            if not last.is_over(now):
                return last
            self._store.decide(SendingEvent(now, self._name, Decision.RIGHTED, last.cause))
            last = self._store.sending()
        found = next(self._doubts(now, last), None)
        if found is None:
            return None
        cause, since = found
        self._store.decide(SendingEvent(now, self._name, Decision.HELD, cause, since))
        last = self._store.sending()
        return last if last is not None and last.holds else None

    def words(self, event: SendingEvent) -> str:
        """Return why nothing leaves, and what to do, in one French sentence."""
        return held_words(event, self._zone)

    def _doubts(self, now: datetime, last: SendingEvent | None) -> Iterator[tuple[Cause, datetime]]:
        """Yield why the clock cannot be believed, with what it should be, or was, read against."""
        if self._ticks is not None:
            expected = self._expected(now, self._ticks(), last)
            if now - expected > LEAP:
                yield Cause.LEAP, expected
            server = self._store.server_time()
            if server is not None and now - server > LEAP and not _accepted(last, now - server):
                yield Cause.SERVER, server
        sign = self._last_sign(now, last)
        if sign is not None and now - sign > SILENCE:
            yield Cause.SILENCE, sign

    def _expected(self, now: datetime, ticks: timedelta, last: SendingEvent | None) -> datetime:
        """Return what the clock should read, from the last reading that was believed."""
        believed = self._believed
        if last is not None and last.what in _BY_PEOPLE and last.id > self._decided:
            # Somebody has looked at the clock since.
            self._decided, believed = last.id, None
        expected = now if believed is None else believed.clock + (ticks - believed.ticks)
        # Put back, a clock is believed from where it is: it says nothing before its time.
        if now - expected <= LEAP:
            self._believed = _ClockReading(now, ticks)
        return expected

    def _last_sign(self, now: datetime, last: SendingEvent | None) -> datetime | None:
        """Return when a service, or somebody who decided, was last there; None when nobody ever was."""
        signs = [beat.at for beat in self._store.beats()]
        if last is not None:
            signs.append(last.at)
        return max((at for at in signs if at <= now + LEAP), default=None)


def _accepted(last: SendingEvent | None, ahead: timedelta) -> bool:
    """Tell whether somebody has said already that the clock of this machine is the right one."""
    if last is None or last.cause is not Cause.SERVER or last.since is None:
        return False
    return last.what is Decision.CONFIRMED and abs(last.at - last.since - ahead) <= LEAP
