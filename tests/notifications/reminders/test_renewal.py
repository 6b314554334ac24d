"""Messages that a mail server kept waiting: what they still say when they leave at last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
from msgspec.structs import replace

from cli.terminal.spelling import line_of
from notifications.digest.model import Digest
from notifications.mail.mime import Mailbox, redirected
from notifications.mail.relay import Relay
from notifications.mail.settlement import RelayReport
from notifications.model.announcement import Announcement, Telling
from notifications.model.messages import OutgoingMessage, QueuedMessage
from notifications.model.preferences import Absence
from notifications.people.staff import Addressee
from notifications.reminders.renewal import Renewal
from notifications.rendering.composer import Composer
from notifications.schedule.planning import Due
from tests.support.notifications import (
    LABELS,
    SENDER,
    MemoryNotificationStore,
    ScriptedTransport,
    SetClock,
    both,
    drf,
    make_composer,
    make_directory,
    make_message,
    make_planner,
    paris,
    read,
    row,
    target,
)
from workflow.case.people import Recipient
from workflow.errors import InvalidInput
from workflow.ports.stores import OpenDeadline

PLANNER = make_planner()
DIRECTORY = make_directory()
ZOE = DIRECTORY.recipient("zoe", "dijon")
LEA = DIRECTORY.recipient("lea", "dijon")
TOLD_AT = paris(date(2026, 9, 1))
"""When the reminders entered the outbox; the strict hour is Sunday 6 September at 9."""
BACK = paris(date(2026, 9, 2), 11)
"""When the mail server answers again."""


def dues(*rows: OpenDeadline) -> list[Due]:
    """Return what was due of some rows at the time."""
    return [
        Due(one, PLANNER.between(one.deadline, one.agency, TOLD_AT - timedelta(days=7), TOLD_AT))
        for one in rows
    ]


def told(
    *rows: OpenDeadline,
    grouped: bool = False,
    recipient: Recipient = ZOE,
    absent: Recipient | None = None,
) -> MemoryNotificationStore:
    """Return a store in which a mail about some rows waits."""
    store, composer = MemoryNotificationStore(rows), make_composer(PLANNER)
    whom, due = Addressee(recipient, absent), dues(*rows)
    if grouped:
        message = composer.group(recipient, [[one] for one in due], TOLD_AT, told=whom)
    else:
        message = composer.reminder(recipient, due, TOLD_AT, told=whom)
    reminders = tuple(said for one in due for said in one.reminders(recipient.id))
    store.announce([Announcement((), (Telling(reminders, message),))], TOLD_AT)
    return store


def drained(
    store: MemoryNotificationStore, now: datetime = BACK, composer: Composer | None = None
) -> tuple[RelayReport, list[bytes]]:
    """Empty the outbox at an instant; return the report and what left."""
    transport = ScriptedTransport(lambda _address, _content: "250 OK")
    renewer = Renewal(store, PLANNER, composer or make_composer(PLANNER), DIRECTORY)
    relay = Relay(store, lambda: transport, SetClock(now), worker="hote:1", renew=renewer.renew)
    return relay.run_once(), [content for _, content in transport.sent]


def test_a_late_reminder_says_so_under_the_same_identity() -> None:
    """A day late, the mail tells the days left now and that it is late; its Message-ID stays."""
    store = told(row())
    (before,) = store.letters
    report, (content,) = drained(store)
    assert report.sent == 1
    assert read(content)["Message-ID"] == before.message_id
    assert content != before.content
    (after,) = store.letters
    assert (after.content, after.key) == (content, before.key)
    assert "de retard" in both(after)[0]
    assert "de retard" not in both(before)[0]


def test_what_was_done_meanwhile_is_not_announced() -> None:
    """The deadline is met: the mail has no reason left, and the outbox says why it never left."""
    store = told(row())
    store.rows.clear()
    report, sent = drained(store)
    assert (report.superseded, report.sent, sent) == (1, 0, [])
    (sheet,) = store.outbox.values()
    assert sheet.superseded_at == BACK
    assert sheet.last_error == (
        "Ce que ce rappel annonçait est fait, ou sa date a changé : il n’a plus lieu de partir."
    )


def test_a_date_that_moved_has_its_own_reminders() -> None:
    """The training starts a month later: what was announced for the old date falls away."""
    store = told(row())
    later = drf(prudent=date(2026, 10, 2), strict=None, opens_on=date(2026, 8, 10))
    store.rows[1] = row(deadline=later)
    assert drained(store)[0].superseded == 1


def test_what_remains_of_a_mail_still_leaves() -> None:
    """One of two deadlines is met: the mail leaves and speaks of the other alone."""
    store = told(row(), row(2, target()))
    del store.rows[2]
    report, (_content,) = drained(store)
    assert report.sent == 1
    (message,) = store.letters
    text, page = both(message)
    assert "Saisir la DRF" in text
    assert "Remettre au salarié" not in text
    assert "Remettre au salarié" not in page


def test_a_grouped_mail_is_written_anew() -> None:
    """Several files in one mail stay in one mail; those that are done are no longer in it."""
    refs = [f"CIPI-2026-{number:04}" for number in (41, 42, 43)]
    store = told(*(row(n, ref=ref) for n, ref in enumerate(refs, 1)), grouped=True)
    (before,) = store.letters
    assert read(before.content)["References"] is None
    del store.rows[2]
    report, (content,) = drained(store)
    assert report.sent == 1
    (message,) = store.letters
    assert message.message_id == before.message_id == read(content)["Message-ID"]
    said = [ref for ref in refs if ref in both(message)[0]]
    assert said == [refs[0], refs[2]]


class Noting(Composer):
    """A composer that notes who is written to, and for whom."""

    def __init__(self) -> None:
        super().__init__(SENDER, PLANNER, LABELS, line_of)
        self.noted: list[Addressee | None] = []

    def reminder(
        self,
        recipient: Recipient,
        dues: Sequence[Due],
        now: datetime,
        *,
        told: Addressee | None = None,
    ) -> OutgoingMessage:
        """Note, and write."""
        self.noted.append(told)
        return super().reminder(recipient, dues, now, told=told)


def test_a_substitute_still_reads_for_whom() -> None:
    """Renewed, the mail of a substitute names who is away, and until when."""
    store, composer = told(row(), recipient=LEA, absent=ZOE), Noting()
    store.leave(Absence("zoe", date(2026, 8, 31), date(2026, 9, 11)))
    assert drained(store, composer=composer)[0].sent == 1
    assert composer.noted == [Addressee(LEA, ZOE, date(2026, 9, 11))]


def test_a_young_message_leaves_as_it_is() -> None:
    """Under an hour old, nothing is written anew."""
    store = told(row())
    (before,) = store.letters
    _, sent = drained(store, TOLD_AT + timedelta(minutes=59))
    assert sent == [before.content]


def test_a_redirected_message_is_left_as_it_was_read() -> None:
    """A person read it and chose its reader: it leaves whatever its age and its deadlines."""
    store = told(row())
    (before,), (sheet,) = store.letters, store.outbox.values()
    by = Mailbox(LEA.name, LEA.email)
    again = redirected(before.content, to=by, by=by, at=TOLD_AT)
    store.redirect(sheet.id, "lea", TOLD_AT, LEA.id, LEA.email, again)
    store.rows.clear()
    assert drained(store)[1] == [again]


def test_a_message_that_carries_nothing_known_leaves_as_it_is() -> None:
    """Without the reminders it carries, a message cannot be judged: it leaves."""
    store = MemoryNotificationStore()
    message = make_message("rappel:1")
    store.enqueue(message)
    assert drained(store)[1] == [message.content]


class Broken(Composer):
    """A composer that no longer writes anything."""

    def __init__(self, error: Exception) -> None:
        super().__init__(SENDER, PLANNER, LABELS, line_of)
        self.error = error

    def reminder(
        self,
        recipient: Recipient,
        dues: Sequence[Due],
        now: datetime,
        *,
        told: Addressee | None = None,
    ) -> OutgoingMessage:
        """Fail."""
        raise self.error


@pytest.mark.parametrize("error", [InvalidInput("Titre illisible."), KeyError("titre")])
def test_a_mail_that_cannot_be_written_anew_leaves_as_it_was(error: Exception) -> None:
    """An older text is better than no reminder."""
    store = told(row())
    (before,) = store.letters
    assert drained(store, composer=Broken(error))[1] == [before.content]


def test_somebody_who_left_still_gets_what_was_written() -> None:
    """A recipient that the configuration no longer names: the mail leaves as it was written."""
    store = told(row())
    (before,) = store.letters
    transport = ScriptedTransport(lambda _address, _content: "250 OK")
    nobody = replace(DIRECTORY, people={})
    renewer = Renewal(store, PLANNER, make_composer(PLANNER), nobody)
    Relay(store, lambda: transport, SetClock(BACK), worker="hote:1", renew=renewer.renew).run_once()
    assert [content for _, content in transport.sent] == [before.content]


def digests(*days: date) -> MemoryNotificationStore:
    """Return a store in which the digests of some days wait."""
    store = MemoryNotificationStore()
    for day in days:
        store.enqueue(make_composer(PLANNER).digest(Digest(ZOE, day), paris(day, 7, 30)))
    return store


def test_only_the_last_digest_leaves() -> None:
    """After three days without a server, one digest leaves: the last."""
    days = [date(2026, 9, day) for day in (1, 2, 3)]
    store = digests(*days)
    last = store.letters[-1].content
    report, sent = drained(store, paris(date(2026, 9, 3), 11))
    assert (report.superseded, sent) == (2, [last])
    assert {sheet.last_error for sheet in store.outbox.values() if sheet.superseded_at} == {
        "Une synthèse plus récente est partie, ou va partir : celle-ci n’a plus lieu de partir."
    }


def test_a_digest_without_a_later_one_leaves() -> None:
    """Yesterday's digest leaves when today has none (yet): it is better than nothing."""
    store = digests(date(2026, 9, 4))
    assert drained(store, paris(date(2026, 9, 5), 6))[0].sent == 1


def test_a_renewal_never_loses_its_lease() -> None:
    """What another relay has taken over meanwhile is not rewritten."""
    store = told(row())
    (claimed,) = store.claim(BACK, 1, timedelta(minutes=10), "hote:1")
    (before,) = store.letters
    store.claim(BACK + timedelta(minutes=10), 1, timedelta(minutes=10), "hote:2")
    renewer = Renewal(store, PLANNER, make_composer(PLANNER), DIRECTORY)
    renewed = renewer.renew(claimed, BACK)
    assert isinstance(renewed, QueuedMessage)
    assert store.letters == [before]
