"""Takes messages out of the outbox and hands them to a transport, each at least once.

Called by `notifications.service.loop` at every beat. A message is claimed with a lease, sent, and marked
sent only after the server's answer: a crash in between sends it again under the same Message-ID,
never loses it. Several connections share the work of handing messages over, but take turns for what
cannot be undone: at any instant, one message at most is accepted and not marked. Reads the outbox
through its port and the clock through its argument.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from time import perf_counter
from typing import Protocol

from msgspec import Struct, field

from notifications.mail.delivery import Backoff, ConnectionLost, Pace, Unforeseen, Unreachable
from notifications.messages import MessageState, QueuedMessage
from notifications.ports import DeliveryError, NotificationStore, Ready, Transport
from workflow.errors import OutOfReach
from workflow.ports import Clock

logger = logging.getLogger(__name__)

_LOST_IN_A_ROW = 2
"""Connections lost one after the other before the server is left alone for a while."""

_STALE = timedelta(hours=1)
"""Age from which a message is brought up to date before it leaves."""

_DEATHS = 5
"""Relays that died with a message before it is left to a person."""

_WORTH_ONE_MORE = 10
"""Messages for each connection beyond the first: a handful leave over one."""

_UNREADABLE = "réponse du serveur illisible"
"""What is noted in place of an answer that the database does not take."""

_POISON = (
    "Le service s’est arrêté net {deaths} fois en envoyant ce message ; il n’est plus essayé : "
    "abandonnez-le, ou relancez-le une fois le support prévenu."
)


class Renewer(Protocol):
    """Brings up to date a message that has waited."""

    def renew(self, message: QueuedMessage, worker: str, now: datetime) -> QueuedMessage | None:
        """Return the message as it must leave, or None once it has no reason left to be sent."""


class RelayReport(Struct):
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


class _Claim(Struct):
    """Messages leased to this relay, and the instant from which none may be begun."""

    messages: deque[QueuedMessage]
    begin_before: datetime
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held from before a message can be accepted until it is marked."""
    error: DeliveryError | None = None
    """What ended the last connection that ended."""


class Relay:
    """Sends what waits.

    Args:
        store: the outbox.
        transport: opens a way to send; each is used for as many messages of a round as it takes.
        clock: the present.
        worker: who claims; two relays must not bear the same name.
        renewer: brings up to date what has waited, None to send it as it is.
        backoff: when to try again.
        connections: ways to send opened at a time, at most.
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
        connections: int = 1,
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
        self._connections = connections
        self._pace = Pace(per_minute)
        self._lease = lease
        self._batch = batch
        self._stopping = stopping
        self._accepted: dict[int, str] = {}

    def run_once(self) -> RelayReport:
        """Send everything that can leave now (see `drain`)."""
        return asyncio.run(self.drain())

    async def drain(self) -> RelayReport:
        """Send everything that can leave now; return what became of it."""
        report = RelayReport()
        self._mark_accepted()
        claim = self._claim(report)
        if not claim.messages:
            return report
        async with AsyncExitStack() as stack:
            lanes = await self._open(stack, claim, report)
            while claim.messages and lanes:
                lanes = await self._deliver(lanes, claim, report)
                claim = self._claim(report) if lanes else claim
        return report

    async def _open(
        self, stack: AsyncExitStack, claim: _Claim, report: RelayReport
    ) -> list[Transport]:
        """Return as many ways to send as the messages are worth, none when nobody answers."""
        worth = 1 + len(claim.messages) // _WORTH_ONE_MORE
        lanes: list[Transport] = []
        try:
            while len(lanes) < min(worth, self._connections):
                lanes.append(await stack.enter_async_context(self._transport()))
        except DeliveryError as error:
            if not lanes:
                self._put_off(claim.messages, error, report)
            # A server that takes no more connections still takes messages over those it has.
            logger.info("connection refused", extra={"action": "connect", "open": len(lanes)})
        except BaseException:
            self._give_back(claim.messages, report)
            raise
        return lanes

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

    async def _deliver(
        self, lanes: list[Transport], claim: _Claim, report: RelayReport
    ) -> list[Transport]:
        """Send claimed messages; return the connections that still lead somewhere."""
        try:
            # Each goes on to its end when another fails: what is being accepted must be marked.
            ended = await asyncio.gather(
                *(self._lane(one, claim, report) for one in lanes), return_exceptions=True
            )
            for one in ended:
                if isinstance(one, BaseException):
                    raise one
            left = [lane for lane, leads in zip(lanes, ended, strict=True) if leads]
            if not left and claim.error is not None:
                # Each of the others would only wait for the same silence.
                self._put_off(claim.messages, claim.error, report)
        finally:
            self._give_back(claim.messages, report)
        return left

    async def _lane(self, transport: Transport, claim: _Claim, report: RelayReport) -> bool:
        """Send messages one after the other; return whether this connection still leads somewhere."""
        lost = 0
        while claim.messages and not self._stopping() and self._clock() < claim.begin_before:
            message = claim.messages.popleft()
            error = await self._attempt(transport, message, claim, report)
            if error is None:
                lost = 0
                continue
            self._settle(message, error, report)
            lost = lost + 1 if isinstance(error, ConnectionLost) else 0
            if isinstance(error, Unreachable) or lost >= _LOST_IN_A_ROW:
                claim.error = error
                return False
        return True

    async def _attempt(
        self, transport: Transport, message: QueuedMessage, claim: _Claim, report: RelayReport
    ) -> DeliveryError | None:
        """Send one message and mark it; return what prevented it."""
        begun = perf_counter()
        async with self._in_turn(message, claim) as ready:
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
                # Tried again first: it may be the database, which failed to note another.
                self._mark_accepted()
                return _broken(error)
            self._accepted[message.id] = answer
            self._mark_accepted()
        report.sent += 1
        _log(message, MessageState.SENT, begun)
        return None

    @asynccontextmanager
    async def _in_turn(self, message: QueuedMessage, claim: _Claim) -> AsyncIterator[Ready]:
        """Lend what waits until a message may be accepted; it is given back unless it came to that."""
        taken = False

        async def ready() -> None:
            nonlocal taken
            await claim.turn.acquire()
            try:
                # What the server took and the database could not note: not one more before it is.
                self._mark_accepted()
            except BaseException:
                claim.turn.release()
                raise
            taken = True

        try:
            yield ready
        except BaseException:
            if not taken:
                claim.messages.appendleft(message)
            raise
        finally:
            if taken:
                claim.turn.release()

    def _renewed(self, message: QueuedMessage) -> QueuedMessage | None:
        """Return a message as it must leave, brought up to date when it has waited."""
        now = self._clock()
        if self._renewer is None or now - message.created_at < _STALE:
            return message
        return self._renewer.renew(message, self._worker, now)

    def _mark_accepted(self) -> None:
        """Mark what the server took, also what the database could not note the last time."""
        for id_, answer in list(self._accepted.items()):
            now = self._clock()
            _noting(partial(self._store.mark_sent, id_, self._worker, now), answer)
            del self._accepted[id_]

    def _settle(self, message: QueuedMessage, error: DeliveryError, report: RelayReport) -> None:
        """Record a failure: for good, or until the next attempt."""
        now = self._clock()
        failures = message.attempts + 1
        again = self._backoff.next_attempt(message.id, failures, message.created_at, now)
        if error.permanent or again is None:
            self._fail(message, error.message, now, report)
            return
        deferring = partial(self._store.mark_deferred, message.id, self._worker, now, again)
        _noting(deferring, error.message)
        report.tell(error.message)
        report.deferred += 1
        _log(message, MessageState.WAITING)

    def _fail(
        self, message: QueuedMessage, reason: str, now: datetime, report: RelayReport
    ) -> None:
        _noting(partial(self._store.mark_failed, message.id, self._worker, now), reason)
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


def _noting(note: Callable[[str], None], words: str) -> None:
    """Note how an attempt ended, in other words when the database does not take these.

    What became of a message is worth more than what was said of it: not noted, it would leave again.
    """
    try:
        note(words)
    except OutOfReach:
        raise
    except Exception:  # noqa: BLE001 - whatever is wrong with the words, these are fit for any database
        note(_UNREADABLE)


def _broken(error: Exception) -> DeliveryError:
    """Return what an error that is no answer of the server means for the message."""
    if isinstance(error, TimeoutError):
        # The transport has its own, shorter limits; it is not to be trusted after this.
        return Unreachable("Envoi interrompu : pas de réponse à temps ; nouvel essai plus tard.")
    return Unforeseen(error)
