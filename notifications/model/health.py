"""Whether mails leave: judged here once, for the check-up and for the first line of the screens.

Called by `cli.service.checkup`, `cli.service.surveillance` and `tui.app`. Reads a store; finds no words.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct

from notifications.model.messages import OutboxCounts
from notifications.model.ports import Heartbeat, NotificationStore
from workflow.text.addresses import mailbox_key

SILENT_AFTER = timedelta(minutes=10)
"""Silence after which the service is thought to have stopped."""
STUCK_AFTER = timedelta(minutes=15)
"""Age from which a message that waits is worth a look."""
CLOCK_TOLERANCE = timedelta(minutes=1)
"""How far ahead another machine's clock may be, unnoticed."""


class Health(Struct, frozen=True):
    """What keeps mails from leaving; nothing by default.

    Args:
        silent_since: the last sign of life, when no service lives any more.
        held: True while nothing leaves until a person confirms.
        stuck: True when a message has waited for too long, or was refused for good, or came back.
        unread: True when the return mailbox has not opened for a while.
    """

    silent_since: datetime | None = None
    held: bool = False
    stuck: bool = False
    unread: bool = False


def health(store: NotificationStore, now: datetime, addresses: Iterable[str] = ()) -> Health:
    """Return what keeps mails from leaving; a base on which no service ever ran lacks nothing.

    Args:
        store: the outbox, and the signs of life.
        now: the present (aware).
        addresses: those that the configuration writes to.

    Raises:
        OutOfReach: when the database cannot be read.
    """
    beats = past_beats(store, now)
    last = store.sending()
    counts = store.counts()
    mailbox = store.mailbox()
    missed = counts.failed or counts.undelivered or silent(store, addresses)
    return Health(
        silent_since=beats[0].at if beats and not living(beats, now) else None,
        held=last is not None and last.holds,
        stuck=is_stuck(counts, now) or bool(missed),
        unread=mailbox is not None and mailbox.is_unread(now),
    )


def silent(store: NotificationStore, addresses: Iterable[str]) -> list[str]:
    """Return those of some addresses that are put aside: what was sent to them came back."""
    aside = {one.address for one in store.unreachable()}
    return [one for one in dict.fromkeys(addresses) if mailbox_key(one) in aside] if aside else []


def past_beats(store: NotificationStore, now: datetime) -> list[Heartbeat]:
    """Return the signs of life, latest first, without those of a clock that was ahead."""
    return [beat for beat in store.beats() if beat.at <= now + CLOCK_TOLERANCE]


def living(beats: Iterable[Heartbeat], now: datetime) -> list[Heartbeat]:
    """Return the signs of life of the services that still run."""
    return [beat for beat in beats if now - beat.at <= SILENT_AFTER]


def is_stuck(counts: OutboxCounts, now: datetime) -> bool:
    """Tell whether the oldest message that waits has done so for too long."""
    return counts.oldest_waiting is not None and now - counts.oldest_waiting > STUCK_AFTER
