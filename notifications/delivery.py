"""What the relay and the transports agree on: how failures differ, and when to try again.

Used by `notifications.relay` and `notifications.transports`. Values only: it sends nothing, waits for
nothing and reads no clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from notifications.ports import DeliveryError

_MINUTE = timedelta(minutes=1)


class ConnectionLost(DeliveryError):
    """The server went silent or hung up while a message was being handed over.

    The message may have been accepted: it will be sent again, under the same Message-ID.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=False)


class Unreachable(DeliveryError):
    """Nobody answers, or nobody lets us in: no message can leave for now."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=False)


@dataclass(frozen=True, slots=True)
class Backoff:
    """When to try a message again after a transient failure.

    Attributes:
        delays: wait after the first failure, the second…; the last one repeats.
        give_up_after: age from which a message that still fails is given up.
    """

    delays: tuple[timedelta, ...] = (_MINUTE, 5 * _MINUTE, 15 * _MINUTE, 60 * _MINUTE)
    give_up_after: timedelta = timedelta(hours=48)

    def next_attempt(self, failures: int, created_at: datetime, now: datetime) -> datetime | None:
        """Return when to try again, or None to give up.

        A message is never given up before it has been tried once for each delay: one that waited
        in the outbox while the service was stopped still gets its chance.

        Args:
            failures: attempts that failed, this one included (1 or more).
            created_at: when the message was written.
            now: when the last attempt failed.
        """
        if failures > len(self.delays) and now - created_at >= self.give_up_after:
            return None
        return now + self.delays[min(failures, len(self.delays)) - 1]
