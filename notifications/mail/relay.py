"""Takes messages out of the outbox and hands them to a transport, each at least once.

Called by `notifications.service.loop` at every beat. A message is claimed with a lease, sent, and marked
sent only after the server's answer: a crash in between sends it again under the same Message-ID,
never loses it. Several connections share the work of handing messages over, but take turns for what
cannot be undone: at any instant, one message at most is accepted and not marked. Before it can be, its
lease is taken anew: whoever slept past it hangs up. Reads the outbox through its port and the clock
through its argument.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from functools import partial
from time import perf_counter

from notifications.mail.delivery import (
    Backoff,
    ConnectionLost,
    InDoubt,
    Pace,
    Unforeseen,
    Unreachable,
)
from notifications.mail.settlement import RelayReport, Settlement, log_attempt
from notifications.mail.turns import Claim, LeaseLost, Turn
from notifications.model.messages import MessageState, QueuedMessage
from notifications.model.ports import DeliveryError, NotificationStore, Transport
from workflow.errors import OutOfReach
from workflow.ports.stores import Clock

logger = logging.getLogger(__name__)

_LOST_IN_A_ROW = 2
"""Connections lost one after the other before the server is left alone for a while."""

_STALE = timedelta(hours=1)
"""Age from which a message is brought up to date before it leaves."""

_DEATHS = 5
"""Relays that died with a message before it is left to a person."""

_WORTH_ONE_MORE = 10
"""Messages for each connection beyond the first: a handful leave over one."""

_POISON = (
    "Le service s’est arrêté net {deaths} fois en envoyant ce message ; il n’est plus essayé : "
    "abandonnez-le, ou relancez-le une fois le support prévenu."
)


_MARGIN = timedelta(minutes=1)
"""What a lease lasts beyond the longest wait for the answer that it covers."""


Renew = Callable[[QueuedMessage, datetime], QueuedMessage | None]
"""Brings up to date a message that has waited; None once it has no reason left to be sent."""


class Relay:
    """Sends what waits.

    Args:
        store: the outbox.
        transport: opens a way to send; each is used for as many messages of a round as it takes.
        clock: the present.
        worker: who claims; no two relays bear the same name.
        renew: brings up to date what has waited; by default it is sent as it is.
        connections: ways to send opened at a time, at most.
        per_minute: messages begun in any minute, at most; 0 sets no limit.
        lease: how long a claim lasts when this relay dies; a message is begun in the first half of it.
        answer_within: longest that the transport waits for the answer to a whole message.
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
        renew: Renew = lambda message, _now: message,
        connections: int = 1,
        per_minute: int = 0,
        lease: timedelta = timedelta(minutes=10),
        answer_within: timedelta = timedelta(minutes=10),
        batch: int = 50,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self._store = store
        self._transport = transport
        self._clock = clock
        self._worker = worker
        self._renew = renew
        self._settlement = Settlement(store, clock, Backoff())
        self._connections = connections
        self._pace = Pace(per_minute)
        self._lease = lease
        self._hold = answer_within + _MARGIN
        self._batch = batch
        self._stopping = stopping

    def run_once(self) -> RelayReport:
        """Send everything that can leave now (see `drain`)."""
        return asyncio.run(self.drain())

    async def drain(self) -> RelayReport:
        """Send everything that can leave now; return what became of it."""
        report = RelayReport()
        self._settlement.mark_accepted()
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
        self, stack: AsyncExitStack, claim: Claim, report: RelayReport
    ) -> list[Transport]:
        """Return as many ways to send as the messages are worth, none when nobody answers."""
        worth = 1 + len(claim.messages) // _WORTH_ONE_MORE
        lanes: list[Transport] = []
        try:
            while len(lanes) < min(worth, self._connections):
                lanes.append(await stack.enter_async_context(self._transport()))
        except DeliveryError as error:
            if not lanes:
                self._settlement.put_off(claim.messages, error, report)
            # A server that takes no more connections still takes messages over those it has.
            logger.info("connection refused", extra={"action": "connect", "open": len(lanes)})
        except BaseException:
            self._settlement.give_back(claim.messages, report)
            raise
        return lanes

    def _claim(self, report: RelayReport) -> Claim:
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
            self._settlement.fail(message, _POISON.format(deaths=deaths), now, report)
        # A message is begun in the first half of the lease and allowed the other half: nobody else
        # can claim it while it is being sent.
        return Claim(fit, now + self._lease / 2)

    async def _deliver(
        self, lanes: list[Transport], claim: Claim, report: RelayReport
    ) -> list[Transport]:
        """Send claimed messages; return the connections that still lead somewhere."""
        try:
            # Each goes on to its end when another fails: what is being accepted must be marked.
            ended = await asyncio.gather(
                *(self._lane(one, claim, report) for one in lanes), return_exceptions=True
            )
            # The last one of all, whose next had no turn.
            self._settlement.mark_accepted()
            for one in ended:
                if isinstance(one, BaseException):
                    raise one
            left = [lane for lane, leads in zip(lanes, ended, strict=True) if leads]
            if not left and claim.error is not None:
                # Each of the others would only wait for the same silence.
                self._settlement.put_off(claim.messages, claim.error, report)
        finally:
            self._settlement.give_back(claim.messages, report)
        return left

    async def _lane(self, transport: Transport, claim: Claim, report: RelayReport) -> bool:
        """Send messages one after the other; return whether this connection still leads somewhere."""
        lost = 0
        while claim.messages and not self._stopping() and self._clock() < claim.begin_before:
            message = claim.messages.popleft()
            error = await self._attempt(transport, message, claim, report)
            if error is None:
                lost = 0
                continue
            self._settlement.settle(message, error, report, in_doubt=error.in_doubt)
            lost = lost + 1 if isinstance(error, ConnectionLost) else 0
            if isinstance(error, Unreachable) or lost >= _LOST_IN_A_ROW:
                claim.error = error
                return False
        return True

    async def _attempt(
        self, transport: Transport, message: QueuedMessage, claim: Claim, report: RelayReport
    ) -> DeliveryError | None:
        """Send one message and mark it; return what prevented it."""
        begun = perf_counter()
        within = self._hold - _MARGIN / 2
        turn = Turn(claim, partial(self._take_anew, message), within.total_seconds())
        try:
            fresh = self._renewed(message)
            if fresh is None:
                report.superseded += 1
                log_attempt(message, MessageState.SUPERSEDED, begun)
                return None
            self._pace.begin(self._clock())
            error = await self._handed_over(transport, fresh, turn)
            if error is None and not claim.waiting:
                # Otherwise the next one, whose turn is now, marks it with its own lease.
                self._settlement.mark_accepted()
        except LeaseLost:
            logger.warning("mail %d is another's", message.id, extra={"action": "lease_lost"})
            return None
        except BaseException:
            if not turn.taken:
                claim.messages.appendleft(message)
            raise
        finally:
            turn.leave()
        if error is None:
            report.sent += 1
            log_attempt(message, MessageState.SENT, begun)
        return error

    async def _handed_over(
        self, transport: Transport, message: QueuedMessage, turn: Turn
    ) -> DeliveryError | None:
        """Hand a message over, and keep the server's answer; return what prevented it."""
        try:
            async with asyncio.timeout(self._lease.total_seconds() / 2) as turn.limit:
                answer = await transport.send(message.address, message.content, turn)
        except DeliveryError as error:
            return error
        except (LeaseLost, OutOfReach):
            raise
        except Exception as error:  # noqa: BLE001 - one message must not stop all the others
            # Tried again first: it may be the database, which failed to note another.
            self._settlement.mark_accepted()
            return _broken(error, turn)
        self._settlement.accepted[message.lease] = answer
        return None

    def _take_anew(self, message: QueuedMessage) -> None:
        """Take the lease of a message anew, and mark what the server took before it.

        Raises:
            LeaseLost: when somebody else holds it, or decided of it: it must not leave from here.
            OutOfReach: when the database does not answer.
        """
        if not self._settlement.hold(message.lease, self._hold):
            raise LeaseLost

    def _renewed(self, message: QueuedMessage) -> QueuedMessage | None:
        """Return a message as it must leave, brought up to date when it has waited."""
        now = self._clock()
        if now - message.created_at < _STALE:
            return message
        return self._renew(message, now)


def _broken(error: Exception, turn: Turn) -> DeliveryError:
    """Return what an error that is no answer of the server means for the message."""
    if not isinstance(error, TimeoutError):
        return Unforeseen(error)
    # The transport has its own, shorter limits; it is not to be trusted after this.
    late = "Envoi interrompu : pas de réponse à temps ; nouvel essai plus tard."
    return InDoubt(late) if turn.taken else Unreachable(late)
