"""Takes messages out of the outbox and hands them to a transport, each at least once.

Called by `notifications.service` at every beat. A message is claimed with a lease, sent, and marked
sent only after the server's answer: a crash in between sends it again under the same Message-ID,
never loses it. Reads the outbox through its port and the clock through its argument.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from notifications.delivery import Backoff, ConnectionLost, Unreachable
from notifications.ports import DeliveryError, NotificationStore, QueuedMessage, Transport
from workflow.ports import Clock

_LOST_IN_A_ROW = 2
"""Connections lost one after the other before the server is left alone for a while."""


@dataclass(slots=True)
class RelayReport:
    """What a round of sending did."""

    sent: int = 0
    deferred: int = 0
    """Messages to be tried again later."""
    failed: int = 0
    """Messages that will not leave by themselves."""
    released: int = 0
    """Messages given back untouched, because the service stops or the lease runs out."""
    errors: list[str] = field(default_factory=list)
    """Each different reason, as one French sentence."""

    def tell(self, reason: str) -> None:
        """Note a reason, once."""
        if reason not in self.errors:
            self.errors.append(reason)


@dataclass(slots=True)
class _Claim:
    """Messages leased to this relay, and the instant from which none may be begun."""

    messages: deque[QueuedMessage]
    begin_before: datetime


class Relay:
    """Sends what waits.

    Args:
        store: the outbox.
        transport: opens a way to send; used for all the messages of a round.
        clock: the present.
        worker: who claims; two relays must not bear the same name.
        backoff: when to try again.
        lease: how long a claim lasts when this relay dies.
        batch: messages claimed at once.
        stopping: asked between messages; True gives back what is not sent.
    """

    def __init__(
        self,
        store: NotificationStore,
        transport: Callable[[], Transport],
        clock: Clock,
        *,
        worker: str,
        backoff: Backoff | None = None,
        lease: timedelta = timedelta(minutes=10),
        batch: int = 50,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self._store = store
        self._transport = transport
        self._clock = clock
        self._worker = worker
        self._backoff = backoff or Backoff()
        self._lease = lease
        self._batch = batch
        self._stopping = stopping
        self._accepted: dict[int, str] = {}

    def run_once(self) -> RelayReport:
        """Send everything that can leave now (see `drain`)."""
        return asyncio.run(self.drain())

    async def drain(self) -> RelayReport:
        """Send everything that can leave now, over one connection; return what became of it."""
        report = RelayReport()
        self._record_accepted()
        if self._stopping():
            return report
        claim = self._claim()
        if not claim.messages:
            return report
        async with AsyncExitStack() as stack:
            try:
                transport = await stack.enter_async_context(self._transport())
            except DeliveryError as error:
                self._put_off(claim.messages, error, report)
                return report
            except BaseException:
                self._give_back(claim.messages, report)
                raise
            while claim.messages and await self._deliver(transport, claim, report):
                claim = self._claim()
        return report

    def _claim(self) -> _Claim:
        now = self._clock()
        found = self._store.claim(now, self._batch, self._lease, self._worker)
        # A message is begun in the first half of the lease and allowed the other half: nobody else
        # can claim it while it is being sent.
        return _Claim(deque(found), now + self._lease / 2)

    async def _deliver(self, transport: Transport, claim: _Claim, report: RelayReport) -> bool:
        """Send claimed messages; return whether it is worth claiming more."""
        lost = 0
        try:
            while claim.messages:
                if self._stopping() or self._clock() >= claim.begin_before:
                    break
                # Taken out first: what may have been accepted is never given back as untouched.
                message = claim.messages.popleft()
                error = await self._attempt(transport, message, report)
                if error is None:
                    lost = 0
                    continue
                self._settle(message, error, report)
                lost = lost + 1 if isinstance(error, ConnectionLost) else 0
                if isinstance(error, Unreachable) or lost >= _LOST_IN_A_ROW:
                    # Each of the others would only wait for the same silence.
                    self._put_off(claim.messages, error, report)
                    return False
        finally:
            self._give_back(claim.messages, report)
        return not self._stopping()

    async def _attempt(
        self, transport: Transport, message: QueuedMessage, report: RelayReport
    ) -> DeliveryError | None:
        """Send one message and mark it sent; return what prevented it."""
        try:
            async with asyncio.timeout(self._lease.total_seconds() / 2):
                answer = await transport.send(message.address, message.content)
        except TimeoutError:
            # The transport has its own, shorter limits; it is not to be trusted after this.
            return Unreachable(
                "Envoi interrompu : pas de réponse à temps ; nouvel essai plus tard."
            )
        except DeliveryError as error:
            return error
        self._accepted[message.id] = answer
        self._record_accepted()
        report.sent += 1
        return None

    def _record_accepted(self) -> None:
        """Mark what the server took, also what the database could not note the last time."""
        for id_, answer in list(self._accepted.items()):
            self._store.mark_sent(id_, self._worker, self._clock(), answer)
            del self._accepted[id_]

    def _settle(self, message: QueuedMessage, error: DeliveryError, report: RelayReport) -> None:
        """Record a failure: for good, or until the next attempt."""
        now = self._clock()
        report.tell(error.message)
        again = self._backoff.next_attempt(message.attempts + 1, message.created_at, now)
        if error.permanent or again is None:
            self._store.mark_failed(message.id, self._worker, now, error.message)
            report.failed += 1
        else:
            self._store.mark_deferred(message.id, self._worker, now, again, error.message)
            report.deferred += 1

    def _put_off(
        self, messages: deque[QueuedMessage], error: DeliveryError, report: RelayReport
    ) -> None:
        """Record for each message that nobody answers, without waiting again for each."""
        while messages:
            self._settle(messages[0], error, report)
            messages.popleft()

    def _give_back(self, messages: deque[QueuedMessage], report: RelayReport) -> None:
        if messages:
            self._store.release([message.id for message in messages], self._worker)
            report.released += len(messages)
            messages.clear()
