"""What is read of the return mailbox is noted, once: whatever dies, hangs, or comes too early."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest

from notifications.inbox.collecting import Collected, Collecting
from notifications.model.looks import MailboxLook, MailboxPlace
from notifications.model.messages import MessageState
from notifications.model.returns import Fate
from notifications.returns.settling import Postmaster
from tests.support.notifications import MemoryNotificationStore, SetClock, make_message
from tests.support.outbox import LEASE
from tests.support.programs import PATIENCE
from tests.support.returns import a_return
from workflow.errors import OutOfReach

NOW = make_message().created_at
FIVE = timedelta(minutes=5)
TOLD = [make_message(f"rappel:{number}").message_id for number in range(3)]


class Mailbox:
    """A mailbox whose messages are numbered from 1, and each speak of one of our mails."""

    def __init__(self, *told: str) -> None:
        self.told = list(told)
        self.opens = threading.Event()
        self.opens.set()
        self.looked = 0

    more = False
    """True when a look tells that it left something."""

    def look(self, place: MailboxPlace | None, _now: datetime, _stuck: bool) -> MailboxLook:
        """Read what is new."""
        self.opens.wait()
        self.looked += 1
        found = MailboxLook(place or MailboxPlace(7, 0))
        for uid in range(found.place.uid + 1 if found.place else 1, len(self.told) + 1):
            found.hear(uid, [a_return(self.told[uid - 1])])
        found.more = self.more
        return found


def a_store() -> MemoryNotificationStore:
    """Return an outbox of which two mails have left, and one is in a relay's hands."""
    store = MemoryNotificationStore()
    for number in range(3):
        # Two that come back from one address put it aside, and what waits for it with it.
        store.enqueue(make_message(f"rappel:{number}", address=f"reader{number}@interim.example"))
    for message in store.claim(NOW, 3, LEASE, "hote:1"):
        if message.message_id != TOLD[2]:
            store.mark_sent(message.lease, NOW, "250 OK")
        else:
            store.mark_deferred(message.lease, NOW, NOW, "pas de réponse", in_doubt=True)
    return store


def collecting(
    store: MemoryNotificationStore, box: Mailbox, clock: SetClock, **more: Any
) -> Collecting:
    """Return what reads a mailbox every five minutes."""
    return Collecting(
        store, Postmaster(store), "boite", box.look, clock, "hote:1", every=FIVE, **more
    )


def fates(found: Collected) -> list[Fate]:
    """Return what became of each return."""
    return [one.fate for one in found.noted.settled]


def test_what_came_back_is_noted_once() -> None:
    """A mail that came back is not delivered; one that nobody sent is counted; nothing is read twice."""
    store, clock, box = a_store(), SetClock(NOW), Mailbox(TOLD[0], "<x@ailleurs.example>")
    reads = collecting(store, box, clock)
    found = reads.once()
    assert (found.messages, found.undelivered) == (2, 1)
    assert fates(found) == [Fate.NOTED, Fate.FOREIGN]
    assert store.counts().undelivered == 1
    box.told.append(TOLD[0])
    found = collecting(store, box, clock).once()
    assert (found.messages, fates(found)) == (1, [Fate.KNOWN])


def test_a_beat_waits_for_no_server() -> None:
    """One beat begins to look, those after it go on until one finds it done and notes it."""
    store, clock, box = a_store(), SetClock(NOW), Mailbox(TOLD[0])
    reads = collecting(store, box, clock)
    box.opens.clear()
    assert [reads.step() for _ in range(3)] == [None] * 3
    box.opens.set()
    assert reads.once().undelivered == 1
    assert (reads.step(), box.looked) == (None, 1)
    clock.now += FIVE
    assert reads.step() is None
    assert (reads.once().messages, box.looked) == (0, 2)
    clock.now -= 3 * FIVE
    assert reads.step() is None
    assert (reads.once().messages, box.looked) == (0, 3)


def test_what_a_death_interrupts_is_read_again_and_noted_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Between what is noted and how far it was read, nothing is kept: the next look begins there anew."""
    store, clock, box = a_store(), SetClock(NOW), Mailbox(TOLD[0], TOLD[1])

    def dies(*_: object) -> None:
        raise OutOfReach("La base ne répond plus.")

    with monkeypatch.context() as broken:
        broken.setattr(store, "note_look", dies)
        with pytest.raises(OutOfReach):
            collecting(store, box, clock).once()
    assert store.counts().undelivered == 2
    found = collecting(store, box, clock).once()
    assert fates(found) == [Fate.KNOWN, Fate.KNOWN]
    assert store.mailbox("boite").place == MailboxPlace(7, 2)  # type: ignore[union-attr]


def test_what_comes_before_its_mail_is_marked_is_read_again() -> None:
    """A report faster than the mark of its mail is left there, and what follows is noted meanwhile."""
    store, clock, box = a_store(), SetClock(NOW), Mailbox(TOLD[0], TOLD[2], TOLD[1])
    found = collecting(store, box, clock).once()
    assert fates(found) == [Fate.NOTED, Fate.EARLY, Fate.NOTED]
    box.more = True
    assert not collecting(store, box, clock).once().more
    (message,) = store.claim(NOW, 3, LEASE, "hote:1")
    store.mark_sent(message.lease, NOW, "250 OK")
    found = collecting(store, box, clock).once()
    assert fates(found) == [Fate.NOTED, Fate.KNOWN]
    states = {store.message(row.id)[0].state for row in store.outbox.values()}
    assert states == {MessageState.UNDELIVERED}


def test_a_peek_goes_to_the_end_and_keeps_nothing() -> None:
    """What is new is given look after look, each from where the last one came, and may be given again."""
    store, clock, box = a_store(), SetClock(NOW), Mailbox(TOLD[0], TOLD[1])
    for _ in range(2):
        box.more, counted = True, list[int]()
        for look in collecting(store, box, clock).peek():
            counted.append(len(look.heard))
            box.more = False
        assert counted == [2, 0]
    assert (store.mailbox(), store.counts().undelivered) == (None, 0)


def test_a_look_that_breaks_or_never_ends_is_told() -> None:
    """A defect is a sentence that quotes nothing; one without end is left behind, and waited for."""
    store, clock, box = a_store(), SetClock(NOW), Mailbox()

    def breaks(*_: object) -> MailboxLook:
        raise ValueError("s3cr3t")

    reads = Collecting(store, Postmaster(store), "boite", breaks, clock, "hote:1")
    assert "panne imprévue (ValueError)" in reads.once().failure
    box.opens.clear()
    reads = collecting(store, box, clock, patience=timedelta(milliseconds=1))
    assert "n’en finit pas" in reads.once().failure
    state = store.mailbox("boite")
    assert state is not None
    assert state.failing_since == NOW
    box.opens.set()
    for thread in threading.enumerate():
        if thread.name == "returns":
            thread.join(PATIENCE)
    assert reads.once().failure == ""
    assert box.looked == 1
