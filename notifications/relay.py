"""Takes messages out of the outbox and hands them to a transport, each at least once.

Called by `notifications.service` at every beat. A message is claimed with a lease, sent, and marked
sent only after the server's answer: a crash in between sends it again under the same Message-ID,
never loses it. A mark is written while the server takes in the next message, before that one can be
accepted: at any instant, one message at most is accepted and not marked. Reads the outbox through its
port and the clock through its argument.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import perf_counter
from typing import Protocol

from notifications.delivery import Backoff, ConnectionLost, Pace, Unforeseen, Unreachable
from notifications.messages import MessageState, QueuedMessage
from notifications.ports import DeliveryError, NotificationStore, Transport
from workflow.ports import Clock

logger = logging.getLogger(__name__)

_LOST_IN_A_ROW = 2
"""Connections lost one after the other before the server is left alone for a while."""

_STALE = timedelta(hours=1)
"""Age from which a message is brought up to date before it leaves."""

_DEATHS = 5
"""Relays that died with a message before it is left to a person."""

_POISON = (
    "Le service s’est arrêté net {deaths} fois en envoyant ce message ; il n’est plus essayé : "
    "abandonnez-le, ou relancez-le une fois le support prévenu."
)


class Renewer(Protocol):
    """Brings up to date a message that has waited."""

    def renew(self, message: QueuedMessage, worker: str, now: datetime) -> QueuedMessage | None:
        """Return the message as it must leave, or None once it has no reason left to be sent."""


@dataclass(slots=True)
class RelayReport:
    """What a round of sending did."""

    sent: int = 0
    deferred: int = 0
    """Messages to be tried again later."""
    failed: int = 0
    """Messages that will not leave by themselves."""
    superseded: int = 0
    """Messages that had waited so long that they had no reason left to be sent."""
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

    def take(self, message: QueuedMessage) -> None:
        """Take the first message out: what may have been accepted is never given back as untouched."""
        if self.messages and self.messages[0] is message:
            self.messages.popleft()


class Relay:
    """Sends what waits.

    Args:
        store: the outbox.
        transport: opens a way to send; used for all the messages of a round.
        clock: the present.
        worker: who claims; two relays must not bear the same name.
        renewer: brings up to date what has waited, None to send it as it is.
        backoff: when to try again.
        per_minute: messages begun in any minute, at most; 0 sets no limit.
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
        renewer: Renewer | None = None,
        backoff: Backoff | None = None,
        per_minute: int = 0,
        lease: timedelta = timedelta(minutes=10),
        batch: int = 50,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self._store = store
        self._transport = transport
        self._clock = clock
        self._worker = worker
        self._renewer = renewer
        self._backoff = backoff or Backoff()
        self._pace = Pace(per_minute)
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
        self._mark_accepted()
        claim = self._claim(report)
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
                claim = self._claim(report)
        return report

    def _claim(self, report: RelayReport) -> _Claim:
        """Lease as many messages as may be begun now, but those that kill whoever sends them."""
        now = self._clock()
        room = 0 if self._stopping() else self._pace.room(now, self._batch)
        found = self._store.claim(now, room, self._lease, self._worker) if room else []
        fit: deque[QueuedMessage] = deque()
        for message in found:
            deaths = message.claims - message.attempts - 1
            if deaths < _DEATHS:
                fit.append(message)
                continue
            self._fail(message, _POISON.format(deaths=deaths), now, report)
        # A message is begun in the first half of the lease and allowed the other half: nobody else
        # can claim it while it is being sent.
        return _Claim(fit, now + self._lease / 2)

    async def _deliver(self, transport: Transport, claim: _Claim, report: RelayReport) -> bool:
        """Send claimed messages; return whether it is worth claiming more."""
        lost = 0
        try:
            while claim.messages:
                if self._stopping() or self._clock() >= claim.begin_before:
                    break
                message = claim.messages[0]
                error = await self._attempt(transport, message, claim, report)
                claim.take(message)
                if error is None:
                    lost = 0
                    continue
                self._mark_accepted()
                self._settle(message, error, report)
                lost = lost + 1 if isinstance(error, ConnectionLost) else 0
                if isinstance(error, Unreachable) or lost >= _LOST_IN_A_ROW:
                    # Each of the others would only wait for the same silence.
                    self._put_off(claim.messages, error, report)
                    return False
            self._mark_accepted()
        finally:
            self._give_back(claim.messages, report)
        return not self._stopping()

    async def _attempt(
        self, transport: Transport, message: QueuedMessage, claim: _Claim, report: RelayReport
    ) -> DeliveryError | None:
        """Send one message, to be marked before the next is accepted; return what prevented it."""

        def ready() -> None:
            self._mark_accepted()
            claim.take(message)

        begun = perf_counter()
        fresh = self._renewed(message)
        if fresh is None:
            report.superseded += 1
            _log(message, MessageState.SUPERSEDED, begun)
            return None
        self._pace.begin(self._clock())
        try:
            async with asyncio.timeout(self._lease.total_seconds() / 2):
                answer = await transport.send(fresh.address, fresh.content, ready)
        except DeliveryError as error:
            return error
        except Exception as error:  # noqa: BLE001 - one message must not stop all the others
            # Tried again first: it may be the database, which failed to note the one before.
            self._mark_accepted()
            return _broken(error)
        self._accepted[message.id] = answer
        report.sent += 1
        _log(message, MessageState.SENT, begun)
        return None

    def _renewed(self, message: QueuedMessage) -> QueuedMessage | None:
        """Return a message as it must leave, brought up to date when it has waited."""
        now = self._clock()
        if self._renewer is None or now - message.created_at < _STALE:
            return message
        self._mark_accepted()
        return self._renewer.renew(message, self._worker, now)

    def _mark_accepted(self) -> None:
        """Mark what the server took, also what the database could not note the last time."""
        for id_, answer in list(self._accepted.items()):
            self._store.mark_sent(id_, self._worker, self._clock(), answer)
            del self._accepted[id_]

    def _settle(self, message: QueuedMessage, error: DeliveryError, report: RelayReport) -> None:
        """Record a failure: for good, or until the next attempt."""
        now = self._clock()
        failures = message.attempts + 1
        again = self._backoff.next_attempt(message.id, failures, message.created_at, now)
        if error.permanent or again is None:
            self._fail(message, error.message, now, report)
            return
        self._store.mark_deferred(message.id, self._worker, now, again, error.message)
        report.tell(error.message)
        report.deferred += 1
        _log(message, MessageState.WAITING)

    def _fail(
        self, message: QueuedMessage, reason: str, now: datetime, report: RelayReport
    ) -> None:
        self._store.mark_failed(message.id, self._worker, now, reason)
        report.tell(reason)
        report.failed += 1
        _log(message, MessageState.FAILED)

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


def _log(message: QueuedMessage, state: MessageState, begun: float | None = None) -> None:
    """Log what an attempt made of a message: by its number, never by what it says or to whom."""
    took = {} if begun is None else {"ms": int((perf_counter() - begun) * 1000)}
    told = {"mail": message.id, "kind": message.kind.value, "state": state.value}
    attempt = {"attempt": message.attempts + 1}
    logger.info("mail %d", message.id, extra={"action": "mail", **told, **attempt, **took})


def _broken(error: Exception) -> DeliveryError:
    """Return what an error that is no answer of the server means for the message."""
    if isinstance(error, TimeoutError):
        # The transport has its own, shorter limits; it is not to be trusted after this.
        return Unreachable("Envoi interrompu : pas de réponse à temps ; nouvel essai plus tard.")
    return Unforeseen(error)
