"""What several connections share while they hand messages over: the messages, and whose turn it is.

Used by `notifications.mail.relay` alone. Reads no clock but that of the running loop, and writes nothing.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import datetime

from msgspec import Struct, field

from notifications.model.messages import QueuedMessage
from notifications.model.ports import DeliveryError


class Claim(Struct):
    """Messages leased to this relay, and the instant from which none may be begun."""

    messages: deque[QueuedMessage]
    begin_before: datetime
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held from before a message can be accepted until it is marked."""
    waiting: int = 0
    """Messages that wait for their turn: the first of them marks the one before it."""
    error: DeliveryError | None = None
    """What ended the last connection that ended."""


class LeaseLost(Exception):
    """A message that was being handed over is another's by now, or has come to its end."""


class Turn:
    """The turn of a message to be accepted: taken before its dot, held until it is marked.

    Args:
        claim: what the message was claimed with.
        take: takes its lease anew, before anything that cannot be undone.
        within: seconds that the server may then take.
    """

    def __init__(self, claim: Claim, take: Callable[[], None], within: float) -> None:
        self._claim = claim
        self._take = take
        self._within = within
        self.limit: asyncio.Timeout | None = None
        self.taken = False

    async def __call__(self) -> None:
        """Wait until the message may be accepted, however long the one before it takes."""
        if self._claim.turn.locked():
            self._reschedule(None)
        self._claim.waiting += 1
        try:
            await self._claim.turn.acquire()
        finally:
            self._claim.waiting -= 1
        try:
            self._take()
        except BaseException:
            self._claim.turn.release()
            raise
        self.taken = True
        self._reschedule(asyncio.get_running_loop().time() + self._within)

    def leave(self) -> None:
        """Let the next one take it."""
        if self.taken:
            self._claim.turn.release()

    def _reschedule(self, when: float | None) -> None:
        if self.limit is not None:
            self.limit.reschedule(when)
