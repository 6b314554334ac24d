"""How far the return mailbox was read, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

from db.mail.store import SqlNotificationStore
from notifications.model.looks import MailboxLook, MailboxPlace, MailboxState
from tests.support.cases import at_once

NOW = datetime(2026, 8, 27, 8, tzinfo=UTC)
LATER = NOW + timedelta(minutes=10)
WHY = "Boîte de retour imap.example:993 : pas de réponse en 30 s."


def test_a_place_is_kept_until_another_mailbox_is_read(
    notification_store: SqlNotificationStore,
) -> None:
    """A look that fails keeps the place, and since when it fails; another name begins anew."""
    store, far = notification_store, MailboxPlace(4_294_967_295, 4_000_000_000)
    assert store.mailbox() is None
    store.note_look("a", MailboxLook(None, failure=WHY), NOW)
    assert store.mailbox("a") == MailboxState(None, NOW, NOW, WHY)
    store.note_look("a", MailboxLook(far, failure=WHY), LATER)
    store.note_look("a", MailboxLook(None, failure=WHY), LATER)
    state = store.mailbox("a")
    assert state == MailboxState(far, LATER, NOW, WHY) == store.mailbox()
    assert not state.is_unread(LATER)
    assert state.is_unread(NOW + timedelta(minutes=15))
    assert [state.is_stuck(NOW + timedelta(hours=hours)) for hours in (23, 24)] == [False, True]
    assert not state.is_unread(NOW + timedelta(days=1))
    store.note_look("a", MailboxLook(far), LATER)
    assert store.mailbox("a") == MailboxState(far, LATER)
    store.note_look("b", MailboxLook(None), NOW)
    assert (store.mailbox("a"), store.mailbox("b")) == (None, MailboxState(None, NOW))
    # Two services may begin at the same instant.
    begin = partial(store.note_look, "c", MailboxLook(far), NOW)
    assert at_once(begin, begin) == [None, None]
    assert store.mailbox() == MailboxState(far, NOW)
