"""The return mailbox read from time to time, and what it says noted: never faster than it is kept.

Run at each beat of `notifications.service.loop`, and by the command that reads it at once. A look is made in
a thread of its own, so that no beat waits for a server; the base is touched by the beat alone. How far a
look came is kept once what it read is noted: whoever dies in between reads it again, and nothing is noted
twice.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from queue import Empty, Queue
from typing import Final

from msgspec import Struct

from notifications.model.looks import MailboxLook, MailboxPlace
from notifications.model.ports import NotificationStore
from notifications.model.returns import Fate
from notifications.returns.settling import Postmaster, PostmasterReport, Settled
from workflow.ports.stores import Clock

MailboxReader = Callable[[MailboxPlace | None, datetime, bool], MailboxLook]
"""Looks into the mailbox from a place on, told whether looks have long failed; never raises."""

_SLOW: Final = (
    "Boîte de retour : sa lecture n’en finit pas ; vérifiez le nom de son serveur et le réseau."
)


class Collected(Struct, frozen=True):
    """What a look has brought."""

    messages: int
    """Messages that were read."""
    noted: PostmasterReport
    more: bool
    """True when some are left for the next look."""
    failure: str = ""
    """Why it went no further, one French sentence."""

    @property
    def undelivered(self) -> int:
        """Return how many mails did not arrive that were thought to."""
        return sum(one.undelivered for one in self.noted.settled)


class Collecting:
    """Reads one return mailbox.

    Args:
        store: how far it was read.
        postmaster: settles what it says.
        name: of the mailbox.
        looking: looks into it.
        clock: the present.
        by: id of the person, or name of the service.
        every: time between two looks that found all there was.
        patience: how long a look may take.
    """

    def __init__(
        self,
        store: NotificationStore,
        postmaster: Postmaster,
        name: str,
        looking: MailboxReader,
        clock: Clock,
        by: str,
        *,
        every: timedelta = timedelta(minutes=5),
        patience: timedelta = timedelta(minutes=5),
    ) -> None:
        self._store = store
        self._postmaster = postmaster
        self._name = name
        self._looking = looking
        self._clock = clock
        self._by = by
        self._every = every
        self._patience = patience
        self._begun: datetime | None = None
        self._thread: threading.Thread | None = None
        self._found: Queue[MailboxLook] = Queue()

    def step(self) -> Collected | None:
        """Note what a look has found, or begin one when it is time; None when there is nothing to note."""
        now = self._clock()
        if self._thread is None:
            # A clock set back waits for nothing.
            if self._begun is None or not timedelta(0) <= now - self._begun < self._every:
                self._begin(now, *self._known(now))
            return None
        look = self._found_within(0)
        return None if look is None else self._noted(look)

    def once(self) -> Collected:
        """Look into it, note what is found, and return it."""
        if self._thread is None:
            now = self._clock()
            self._begin(now, *self._known(now))
        return self._noted(self._waited_for())

    def peek(self) -> Iterator[MailboxLook]:
        """Yield what is new, look after look; nothing is noted, nor how far it came."""
        now = self._clock()
        place, stuck = self._known(now)
        more = True
        while more:
            self._begin(now, place, stuck)
            look = self._waited_for()
            yield look
            place, more = look.place, look.more and not look.failure

    def _known(self, now: datetime) -> tuple[MailboxPlace | None, bool]:
        """Return how far the mailbox was read, and whether looks have long failed."""
        state = self._store.mailbox(self._name)
        return (None, False) if state is None else (state.place, state.is_stuck(now))

    def _begin(self, now: datetime, place: MailboxPlace | None, stuck: bool) -> None:
        self._begun = now

        def look() -> None:
            try:
                self._found.put(self._looking(place, now, stuck))
            except Exception as error:  # noqa: BLE001 - a defect of ours, or of a library, stops no beat
                why = f"Boîte de retour : panne imprévue ({type(error).__name__}) ; prévenez le support."
                self._found.put(MailboxLook(None, failure=why))

        # A daemon: the end of the program waits for no server.
        self._thread = threading.Thread(target=look, name="returns", daemon=True)
        self._thread.start()

    def _waited_for(self) -> MailboxLook:
        found = self._found_within(self._patience.total_seconds())
        return found or MailboxLook(None, failure=_SLOW)

    def _found_within(self, seconds: float) -> MailboxLook | None:
        """Return what the look under way has found, None while it lasts."""
        try:
            found = self._found.get(timeout=seconds) if seconds else self._found.get_nowait()
        except Empty:
            return None
        self._thread = None
        return found

    def _noted(self, look: MailboxLook) -> Collected:
        now, settled = self._clock(), list[Settled]()
        place = look.place
        for one in look.heard:
            noted = self._postmaster.note(one.returns, self._by, now)
            settled += noted.settled
            if noted.count(Fate.EARLY) and place is look.place:
                # Read again once its mail has come to its end: what follows is known by then.
                place = one.before
        self._store.note_look(self._name, MailboxLook(place, failure=look.failure), now)
        more = look.more and not look.failure and place is look.place
        if more:
            self._begun = None
        return Collected(len(look.heard), PostmasterReport(tuple(settled)), more, look.failure)
