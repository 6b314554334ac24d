"""What became of each message that a relay had claimed, as the outbox is told: sent, put off, failed.

Used by `notifications.mail.relay`. What a server took and the database could not note is kept, and noted
again at the next occasion.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from time import perf_counter

from msgspec import Struct, field

from notifications.mail.delivery import Backoff, Unreachable
from notifications.model.messages import Lease, MessageState, QueuedMessage
from notifications.model.ports import DeliveryError, NotificationStore
from workflow.errors import OutOfReach
from workflow.ports.stores import Clock

logger = logging.getLogger(__name__)

_UNREADABLE = "réponse du serveur illisible"
"""What is noted in place of an answer that the database does not take."""

_DOUBTED = (
    "Le serveur a reçu ce message {doubts} fois sans jamais le confirmer : il est peut-être arrivé. Voyez "
    "avec le destinataire, puis abandonnez-le ou relancez-le."
)


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


class Settlement:
    """Notes what became of the messages of one relay.

    Args:
        store: the outbox.
        clock: the present.
        backoff: when to try again.
    """

    def __init__(self, store: NotificationStore, clock: Clock, backoff: Backoff) -> None:
        self._store = store
        self._clock = clock
        self._backoff = backoff
        self.accepted: dict[Lease, str] = {}
        """What the server answered to the messages that it took, until that is marked."""

    def hold(self, lease: Lease, lasting: timedelta) -> bool:
        """Take a lease anew, and mark what the server took before it; tell whether it still was ours.

        Raises:
            OutOfReach: when the database does not answer.
        """
        accepted, now = dict(self.accepted), self._clock()
        try:
            held = self._store.hold(lease, now, lasting, accepted)
        except OutOfReach:
            raise
        except Exception:  # noqa: BLE001 - an answer that cannot be noted: each is, in other words
            self.mark_accepted()
            held = self._store.hold(lease, now, lasting, {})
        for noted in accepted:
            self.accepted.pop(noted, None)
        return held

    def mark_accepted(self) -> None:
        """Mark what the server took, also what the database could not note the last time."""
        for lease, answer in list(self.accepted.items()):
            _noting(partial(self._store.mark_sent, lease, self._clock()), answer)
            del self.accepted[lease]

    def settle(
        self,
        message: QueuedMessage,
        error: DeliveryError,
        report: RelayReport,
        *,
        in_doubt: bool = False,
    ) -> None:
        """Record a failure: for good, or until the next attempt."""
        now = self._clock()
        if in_doubt and message.doubts + 1 >= self._backoff.doubts:
            self.fail(message, _DOUBTED.format(doubts=message.doubts + 1), now, report)
            return
        failures, blameless = message.attempts + 1, isinstance(error, Unreachable)
        again = self._backoff.next_attempt(
            message.id, failures, message.created_at, now, blameless=blameless
        )
        if error.permanent or again is None:
            self.fail(message, error.message, now, report)
            return
        deferring = partial(self._store.mark_deferred, message.lease, now, again, in_doubt=in_doubt)
        _noting(deferring, error.message)
        report.tell(error.message)
        report.deferred += 1
        log_attempt(message, MessageState.WAITING)

    def fail(self, message: QueuedMessage, reason: str, now: datetime, report: RelayReport) -> None:
        """Record that a message will not leave by itself."""
        _noting(partial(self._store.mark_failed, message.lease, now), reason)
        report.tell(reason)
        report.failed += 1
        log_attempt(message, MessageState.FAILED)

    def put_off(
        self, messages: deque[QueuedMessage], error: DeliveryError, report: RelayReport
    ) -> None:
        """Record for each message that nobody answers, without waiting again for each."""
        while messages:
            self.settle(messages[0], error, report)
            messages.popleft()

    def give_back(self, messages: deque[QueuedMessage], report: RelayReport) -> None:
        """Give back messages that were not attempted."""
        if messages:
            self._store.release([message.lease for message in messages])
            report.released += len(messages)
            messages.clear()


def log_attempt(message: QueuedMessage, state: MessageState, begun: float | None = None) -> None:
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
