"""What comes back of a mail, made by hand and noted: no report is read, no mailbox is opened."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any

from notifications.model.ports import NotificationStore
from notifications.model.returns import Return, ReturnKind
from notifications.returns.settling import Postmaster, PostmasterReport
from tests.support.outbox import NOW

SERVICE = "relais:1:retours"


def a_return(message_id: str | None, **said: Any) -> Return:
    """Return what a report says: by default that there is no such mailbox."""
    values: dict[str, Any] = {
        "kind": ReturnKind.UNDELIVERED,
        "address": None,
        "status": "5.1.1",
        "words": "550 5.1.1 Boîte inconnue",
    }
    values |= said
    told = repr((message_id, *sorted(values.items(), key=str)))
    return Return(
        message_id=message_id,
        fingerprint=values.pop("fingerprint", sha256(told.encode()).hexdigest()),
        **values,
    )


def come_back(
    store: NotificationStore, message_id: str | None, now: datetime = NOW, **said: Any
) -> PostmasterReport:
    """Note one thing that came back."""
    return Postmaster(store).note([a_return(message_id, **said)], SERVICE, now)
