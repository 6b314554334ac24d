"""When the agency wants to be reminded: how long before a deadline, and between which hours.

Built by `cli.config.settings` from the configuration, used by `notifications.schedule.planning`. A value:
it knows no calendar and no deadline, and never reads a clock.
"""

from __future__ import annotations

from datetime import time
from hashlib import sha256

from msgspec import Struct

from workflow.errors import InvalidInput

_PLAN_VERSION = 3
"""Raised when the way of placing reminders changes, so that stored plans are made anew."""


class ReminderPolicy(Struct, frozen=True):
    """How reminders are spread before each deadline.

    Attributes:
        offsets: working days before the deadline, each giving one reminder; 0 is the day itself.
        opening: local time at which reminders leave, and before which nobody is disturbed.
        closing: local time from which nobody is disturbed any more.
        escalation: working days before a limit of the law at which the manager is told too; None
            never tells managers.
        group_from: files due together from which a person receives one mail for all of them.
        daily_ceiling: mails that one person receives in a day, digest apart; what is above makes one more.

    Raises:
        InvalidInput: when an offset is negative or repeated, or when the day ends before it begins.
    """

    offsets: tuple[int, ...] = (14, 7, 2, 1)
    opening: time = time(9, 0)
    closing: time = time(17, 30)
    escalation: int | None = 1
    group_from: int = 4
    daily_ceiling: int = 20

    def __post_init__(self) -> None:
        if any(offset < 0 for offset in self.offsets):
            raise InvalidInput(
                "Rappels : un nombre de jours ouvrés avant l’échéance ne peut pas être négatif ; "
                "corrigez la configuration."
            )
        if len(set(self.offsets)) != len(self.offsets):
            raise InvalidInput(
                "Rappels : le même nombre de jours ouvrés figure deux fois ; "
                "corrigez la configuration."
            )
        if self.opening >= self.closing:
            raise InvalidInput(
                f"Heures de travail : {self.opening:%H:%M} – {self.closing:%H:%M} ne forment pas "
                "une journée ; corrigez la configuration."
            )

    def fingerprint(self) -> str:
        """Return a short text that differs whenever the reminders of a deadline would differ."""
        offsets = ",".join(str(offset) for offset in sorted(self.offsets))
        hours = f"{self.opening:%H:%M:%S}|{self.closing:%H:%M:%S}"
        text = f"{_PLAN_VERSION}|{offsets}|{hours}|{self.escalation}"
        return sha256(text.encode()).hexdigest()[:16]
