"""What the relay and the transports agree on: how failures differ, and when to try again.

Used by `notifications.mail.relay` and `notifications.smtp.transports`. Values only: it sends nothing,
waits for nothing and reads no clock.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from hashlib import sha256

from msgspec import Struct

from notifications.model.ports import DeliveryError

_MINUTE = timedelta(minutes=1)


class ConnectionLost(DeliveryError):
    """The server went silent or hung up while a message was being handed over.

    The message may have been accepted: it will be sent again, under the same Message-ID.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=False)


class InDoubt(ConnectionLost):
    """The same, once the whole message was said: the server may well have taken it."""

    in_doubt = True


class Unreachable(DeliveryError):
    """Nobody answers, or nobody lets us in: no message can leave for now.

    It says nothing against any message: none is given up for it.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=False)


class Unforeseen(DeliveryError):
    """The transport itself broke on a message: a defect of ours, not the server's answer."""

    def __init__(self, error: Exception) -> None:
        # The error's own text may quote an address or what staff typed: only its kind is passed on.
        super().__init__(
            f"Envoi impossible, panne imprévue ({type(error).__name__}) ; nouvel essai plus tard, "
            "prévenez le support.",
            permanent=False,
        )


class Backoff(Struct, frozen=True):
    """When to try a message again after a transient failure.

    Attributes:
        delays: wait after the first failure, the second…; the last one repeats.
        jitter: part of a delay by which messages that failed together are spread, both ways.
        give_up_after: age from which a message that still fails is given up.
        doubts: attempts after which nobody knows whether the server took the message, before it is left to
            a person: each may well have put it in the reader's mailbox.
    """

    delays: tuple[timedelta, ...] = (_MINUTE, 5 * _MINUTE, 15 * _MINUTE, 60 * _MINUTE)
    jitter: float = 0.2
    give_up_after: timedelta = timedelta(hours=48)
    doubts: int = 3

    def next_attempt(
        self,
        message_id: int,
        failures: int,
        created_at: datetime,
        now: datetime,
        *,
        blameless: bool = False,
    ) -> datetime | None:
        """Return when to try again, or None to give up.

        A message is never given up before it has been tried once for each delay: one that waited
        in the outbox while the service was stopped still gets its chance.

        Args:
            message_id: the message's row, which decides where in the spread it falls.
            failures: attempts that failed, this one included (1 or more).
            created_at: when the message was written.
            now: when the last attempt failed.
            blameless: True when what failed says nothing against the message: it is never given up.
        """
        old = failures > len(self.delays) and now - created_at >= self.give_up_after
        if old and not blameless:
            return None
        delay = self.delays[min(failures, len(self.delays)) - 1]
        return now + delay * (1 + self.jitter * _spread(message_id, failures))


def _spread(message_id: int, failures: int) -> float:
    """Return a number between -1 and 1, always the same for an attempt: nothing is drawn at random."""
    digest = sha256(f"{message_id}:{failures}".encode()).digest()
    return int.from_bytes(digest[:4]) / 0xFFFFFFFF * 2 - 1


class Pace:
    """How many messages may still be begun, when a server takes only so many in a minute.

    Args:
        per_minute: messages in any minute; 0 sets no limit.
    """

    def __init__(self, per_minute: int = 0) -> None:
        self._per_minute = per_minute
        self._begun: deque[datetime] = deque()

    def room(self, now: datetime, wanted: int) -> int:
        """Return how many messages may be begun at an instant, up to those wanted."""
        if not self._per_minute:
            return wanted
        # A clock set back leaves instants still to come: they would stop everything until then.
        while self._begun and not timedelta(0) <= now - self._begun[0] < _MINUTE:
            self._begun.popleft()
        return min(wanted, self._per_minute - len(self._begun))

    def begin(self, now: datetime) -> None:
        """Note that a message is begun."""
        if self._per_minute:
            self._begun.append(now)
