"""What one beat of the service did, as a value: for the log, the command line and those who watch.

Filled by `notifications.service.loop`, part by part. Counts only: no case, person or address.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct, field

from notifications.digest.round import DigestRoundReport
from notifications.inbox.collecting import Collected
from notifications.mail.settlement import RelayReport
from notifications.reminders.replan import ReplanReport
from notifications.reminders.round import ReminderRoundReport

WORK = ("replan", "sweep", "morning", "returns", "relay", "heartbeat")
"""What a beat does once it may, in order."""
PARTS = ("database", "guard", "hold", *WORK)
"""The parts of a beat, in order."""


class Failure(Struct, frozen=True):
    """A part of a beat that failed; the others were done all the same."""

    part: str
    message: str
    """One French sentence."""


class BeatReport(Struct):
    """What a beat did."""

    at: datetime
    replan: ReplanReport | None = None
    """None when the plan was up to date."""
    sweep: ReminderRoundReport | None = None
    morning: DigestRoundReport | None = None
    returns: Collected | None = None
    """None when nothing was read of the return mailbox."""
    relay: RelayReport | None = None
    failures: list[Failure] = field(default_factory=list)
    unreadable: tuple[str, ...] = ()
    """What the database holds and nobody can read, one French sentence each."""
    seconds: float = 0.0
    """How long it took."""

    def counts(self) -> dict[str, int]:
        """Return what was done in numbers, the parts that ran alone."""
        done: dict[str, int] = {"unreadable": len(self.unreadable)} if self.unreadable else {}
        if self.replan is not None:
            done |= {"replanned": self.replan.changed}
        if self.sweep is not None:
            done |= {"reminders": self.sweep.reminders, "put_aside": len(self.sweep.broken)}
        if self.morning is not None:
            done |= {"digests": self.morning.messages, "no_digest": len(self.morning.broken)}
        if self.returns is not None:
            done |= {"returns": self.returns.messages, "undelivered": self.returns.undelivered}
        if self.relay is not None:
            done |= {"sent": self.relay.sent, "deferred": self.relay.deferred}
            done |= {"failed": self.relay.failed}
        return done
