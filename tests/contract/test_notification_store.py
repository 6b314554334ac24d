"""What every notification store must do, checked on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import Engine

from db.cases.store import SqlCaseStore
from db.connection.engine import open_engine
from db.mail.store import SqlNotificationStore
from notifications.model.announcement import Announcement, Reschedule, Telling
from notifications.model.messages import DayOfMails, MessageKind, OutboxCounts, QueuedMessage
from notifications.model.ports import Heartbeat, NotificationStore
from notifications.model.preferences import Delivery
from tests.support.cases import a_case, a_deadline, at_once, opening, step, varied
from tests.support.outbox import (
    LEASE,
    NOW,
    a_message,
    a_reminder,
    announcement,
    let_leases_end,
    message_row,
    moves,
    open_cases,
    queued,
    reminders,
)
from tests.support.programs import PATIENCE
from workflow.case.case import Alert


def test_the_store_is_what_notifications_ask_for(notification_store: SqlNotificationStore) -> None:
    """The SQL store can stand wherever notifications, and those who decide about mails, ask for one."""
    port: NotificationStore = notification_store
    assert port.counts() == OutboxCounts(0, 0, 0, None)


def test_nothing_is_due_before_its_time(
    case_store: SqlCaseStore, notification_store: SqlNotificationStore
) -> None:
    """A deadline is due from the very instant of its reminder, and not a moment before."""
    open_cases(case_store, 1)
    assert notification_store.due(NOW - timedelta(microseconds=1), 10) == []
    assert [line.ref for line in notification_store.due(NOW, 10)] == ["CIPI-2026-0001"]


def test_what_is_due_comes_earliest_first(
    case_store: SqlCaseStore, notification_store: SqlNotificationStore
) -> None:
    """After a week without the service, the oldest reminder comes first, within the limit."""
    for number, day in ((1, 9), (2, 3), (3, 6)):
        deadlines = {"drf": a_deadline(prudent=date(2026, 9, day))}
        case_store.save(opening(a_case(f"CIPI-2026-{number:04}", deadlines=deadlines)))
    found = notification_store.due(NOW + timedelta(days=7), 2)
    assert [line.ref for line in found] == ["CIPI-2026-0002", "CIPI-2026-0003"]


def test_a_closed_deadline_is_never_due(
    case_store: SqlCaseStore, notification_store: SqlNotificationStore
) -> None:
    """What was met or dropped is spoken of no more."""
    open_cases(case_store, 1)
    case_store.save(step(case_store.load("CIPI-2026-0001"), deadlines={}))
    assert notification_store.due(NOW + timedelta(days=900), 10) == []


def test_an_announcement_is_written_whole(
    case_store: SqlCaseStore, notification_store: SqlNotificationStore, engine: Engine
) -> None:
    """Message, reminders and next dates are written together, each reminder with its message."""
    open_cases(case_store, 2)
    lines = notification_store.due(NOW, 10)
    assert notification_store.announce([announcement(lines)], NOW) == 1
    assert notification_store.due(NOW, 10) == []
    carrier = message_row(engine, "rappel/1").id
    assert [row.outbox_id for row in reminders(engine)] == [carrier, carrier]
    later = notification_store.due(NOW + timedelta(days=6), 10)
    assert [line.reminded_until for line in later] == [NOW, NOW]


def test_announcing_twice_writes_once(
    case_store: SqlCaseStore, notification_store: SqlNotificationStore, engine: Engine
) -> None:
    """A sweep that repeats what another has done finds nothing left to write."""
    open_cases(case_store, 2)
    said = announcement(notification_store.due(NOW, 10))
    other = announcement(notification_store.due(NOW, 10), "rappel/2")
    assert notification_store.announce([said], NOW) == 1
    assert notification_store.announce([said, other], NOW) == 0
    assert len(reminders(engine)) == 2
    assert notification_store.counts().waiting == 1


def test_a_known_reminder_makes_no_second_message(
    case_store: SqlCaseStore, notification_store: SqlNotificationStore, engine: Engine
) -> None:
    """When every reminder was sent before, the row is rescheduled and no message is written."""
    open_cases(case_store, 1)
    notification_store.announce([announcement(notification_store.due(NOW, 10))], NOW)
    first = message_row(engine, "rappel/1").id
    again = announcement(notification_store.due(NOW + timedelta(days=6), 10), "rappel/2")
    assert notification_store.announce([again], NOW) == 0
    assert not notification_store.has_message("rappel/2")
    assert [row.outbox_id for row in reminders(engine)] == [first]


def test_a_reader_who_has_more_mails_than_was_counted_gets_no_other(
    case_store: SqlCaseStore, notification_store: SqlNotificationStore, engine: Engine
) -> None:
    """What another service wrote since counts: nothing of the second is written, and its row is still due."""
    open_cases(case_store, 2)
    reader, since = a_message().recipient, NOW - timedelta(hours=9)
    day = notification_store.day_of_mails(reader, since)
    assert day == DayOfMails(since, 0)
    first, second = (
        replace(said, tellings=tuple(replace(one, day=day) for one in said.tellings))
        for number, line in enumerate(notification_store.due(NOW, 10))
        for said in [announcement([line], f"rappel/{number}")]
    )
    assert notification_store.announce([first, second], NOW) == 1
    assert len(reminders(engine)) == len(notification_store.due(NOW, 10)) == 1
    assert notification_store.day_of_mails(reader, since) == DayOfMails(since, 1, NOW)
    # Yesterday's are not today's, once they have left; a digest is apart.
    (message,) = notification_store.claim(NOW, 10, LEASE, "relais")
    notification_store.mark_sent(message.lease, NOW, "250")
    notification_store.enqueue(a_message("synthese/1", kind=MessageKind.DIGEST))
    assert notification_store.day_of_mails(reader, since).count == 1
    assert notification_store.day_of_mails(reader, NOW + timedelta(hours=9)).count == 0


def test_an_announcement_without_message_only_reschedules(
    case_store: SqlCaseStore, notification_store: SqlNotificationStore
) -> None:
    """Rows that have nothing to say now are looked at later."""
    open_cases(case_store, 1)
    (line,) = notification_store.due(NOW, 10)
    later = Reschedule(line.id, NOW, line.reminded_until, None)
    assert notification_store.announce([Announcement((later,))], NOW) == 0
    assert notification_store.due(NOW + timedelta(days=900), 10) == []


def test_a_deadline_met_meanwhile_is_not_announced(
    case_store: SqlCaseStore, notification_store: SqlNotificationStore, engine: Engine
) -> None:
    """An act between the reading and the writing of a sweep wins: nothing is said."""
    open_cases(case_store, 1)
    said = announcement(notification_store.due(NOW, 10))
    case_store.save(step(case_store.load("CIPI-2026-0001"), deadlines={}))
    assert notification_store.announce([said], NOW) == 0
    assert (reminders(engine), notification_store.counts().waiting) == ([], 0)


def test_a_moved_deadline_speaks_again(
    case_store: SqlCaseStore, notification_store: SqlNotificationStore, engine: Engine
) -> None:
    """Another date is another reminder; going back to the first date repeats nothing."""
    open_cases(case_store, 1)
    notification_store.announce([announcement(notification_store.due(NOW, 10))], NOW)
    for key, day, expected in (("rappel/2", 10, 1), ("rappel/3", 3, 0)):
        case = case_store.load("CIPI-2026-0001")
        moved = {"drf": a_deadline(prudent=date(2026, 9, day))}
        case_store.save(step(case, deadlines=moved))
        said = announcement(notification_store.due(NOW + timedelta(days=14), 10), key)
        assert notification_store.announce([said], NOW) == expected
    assert [row.value for row in reminders(engine)] == ["2026-09-03", "2026-09-10"]


def test_an_announcement_is_written_whole_or_not_at_all(
    case_store: SqlCaseStore, notification_store: SqlNotificationStore, engine: Engine
) -> None:
    """When one of its deadlines moved, nothing of an announcement is written; others are."""
    open_cases(case_store, 3)
    first, second, third = notification_store.due(NOW, 10)
    case_store.save(step(case_store.load(second.ref), deadlines={}))
    torn, sound = announcement([first, second], "torn"), announcement([third], "sound")
    assert notification_store.announce([torn, sound], NOW) == 1
    assert [line.ref for line in notification_store.due(NOW, 10)] == [first.ref]
    assert len(reminders(engine)) == 1
    assert not notification_store.has_message("torn")
    assert notification_store.announce([announcement([first], "again")], NOW) == 1


def test_a_deadline_told_twice_in_one_round_counts_once(
    case_store: SqlCaseStore, notification_store: SqlNotificationStore
) -> None:
    """Of two announcements of one transaction that move the same row, the second finds it moved."""
    open_cases(case_store, 1)
    lines = notification_store.due(NOW, 10)
    assert notification_store.announce([announcement(lines), announcement(lines, "2")], NOW) == 1
    assert not notification_store.has_message("2")


def test_each_recipient_is_told_in_their_own_way(
    case_store: SqlCaseStore, notification_store: SqlNotificationStore, engine: Engine
) -> None:
    """One announcement tells several people; only what is told at once is in a mail."""
    open_cases(case_store, 2)
    lines = notification_store.due(NOW, 10)
    one, two = lines
    chief = "personne:l.roy"
    said = Announcement(
        moves(lines),
        (
            Telling((a_reminder(one), a_reminder(two, Delivery.DIGEST)), a_message("owner")),
            Telling((a_reminder(one, recipient=chief),), a_message("chief", recipient=chief)),
            Telling((a_reminder(one, Delivery.NONE, recipient="personne:x"),)),
        ),
    )
    assert notification_store.announce([said], NOW) == 2
    found = {(row.recipient, row.channel): row.outbox_id for row in reminders(engine)}
    assert found == {
        ("personne:m.durand", "synthese"): None,
        ("personne:m.durand", "aussitot"): message_row(engine, "owner").id,
        ("personne:l.roy", "aussitot"): message_row(engine, "chief").id,
        ("personne:x", "aucun"): None,
    }


def test_no_mail_repeats_what_was_told(
    case_store: SqlCaseStore, notification_store: SqlNotificationStore, engine: Engine
) -> None:
    """A mail whose reminders are all known is not put, even beside something new for the digest."""
    open_cases(case_store, 1)
    lines = notification_store.due(NOW, 10)
    notification_store.announce([announcement(lines)], NOW)
    lines = notification_store.due(NOW + timedelta(days=6), 10)
    later = a_reminder(lines[0], Delivery.DIGEST, offset="prudent-1")
    told = Telling((a_reminder(lines[0]), later), a_message("rappel/2"))
    assert notification_store.announce([Announcement(moves(lines), (told,))], NOW) == 0
    assert [row.offset for row in reminders(engine)] == ["prudent-7", "prudent-1"]


def test_the_deadlines_of_a_message_are_read_as_they_stand(
    case_store: SqlCaseStore, notification_store: SqlNotificationStore, engine: Engine
) -> None:
    """A message knows its reminders; a deadline that moved shows its new dates, one met is gone."""
    open_cases(case_store, 3)
    lines = notification_store.due(NOW, 10)
    notification_store.announce([announcement(lines)], NOW)
    moved = {"drf": a_deadline(prudent=date(2026, 9, 20))}
    case_store.save(step(case_store.load(lines[1].ref), deadlines=moved))
    case_store.save(step(case_store.load(lines[2].ref), deadlines={}))
    carried = notification_store.carried(message_row(engine, "rappel/1").id)
    assert [(one.rule, one.offset, one.value, one.planned_for) for one in carried] == [
        ("drf", "prudent-7", "2026-09-03", NOW)
    ] * 3
    days = [one.row and (one.row.ref, one.row.deadline.dates.act_on.day) for one in carried]
    assert days == [(lines[0].ref, 3), (lines[1].ref, 20), None]


def test_two_sweeps_at_once_write_once(
    case_store: SqlCaseStore, notification_store: SqlNotificationStore, engine: Engine
) -> None:
    """Two services that see the same rows at the same instant send one message for each."""
    open_cases(case_store, 6)
    lines = notification_store.due(NOW, 10)
    # The other one composes in the other order.
    one = [announcement([line], f"a/{line.ref}") for line in lines]
    two = [announcement([line], f"b/{line.ref}") for line in reversed(lines)]
    ready, written = threading.Barrier(2), []

    def sweep(announcements: list[Announcement]) -> None:
        ready.wait()
        written.append(notification_store.announce(announcements, NOW))

    threads = [threading.Thread(target=sweep, args=(said,)) for said in (one, two)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(written) == [0, 6]
    assert (len(reminders(engine)), notification_store.counts().waiting) == (6, 6)


def test_a_key_enters_the_outbox_once(notification_store: SqlNotificationStore) -> None:
    """The same thing is never put twice in the outbox, sent or not."""
    assert not notification_store.has_message("synthese/2026-08-27/lyon")
    digest = a_message("synthese/2026-08-27/lyon", kind=MessageKind.DIGEST, ref=None)
    assert notification_store.enqueue(digest)
    assert not notification_store.enqueue(replace(digest, message_id="<autre@echeancier>"))
    (message,) = notification_store.claim(NOW, 10, LEASE, "relais")
    notification_store.mark_sent(message.lease, NOW, "250 OK")
    assert not notification_store.enqueue(digest)
    assert notification_store.has_message(digest.key)


def claimed(store: SqlNotificationStore, worker: str = "relais", now: datetime = NOW) -> list[str]:
    """Claim messages and return their keys."""
    return [message.key for message in store.claim(now, 10, LEASE, worker)]


def test_a_claimed_message_is_the_one_that_was_put(
    notification_store: SqlNotificationStore,
) -> None:
    """Content, address and Message-ID leave byte for byte as they were rendered."""
    message = a_message()
    notification_store.enqueue(message)
    (claimed_one,) = notification_store.claim(NOW, 10, LEASE, "relais")
    assert claimed_one == QueuedMessage(
        id=claimed_one.id,
        key=message.key,
        kind=MessageKind.REMINDER,
        address=message.address,
        message_id=message.message_id,
        content=message.content,
        attempts=0,
        created_at=NOW,
        claims=1,
        recipient=message.recipient,
        on_behalf_of=message.on_behalf_of,
        worker="relais",
    )
    assert type(claimed_one.content) is bytes


def test_messages_are_claimed_oldest_first(notification_store: SqlNotificationStore) -> None:
    """Messages leave in the order in which they were put, within the limit."""
    for number, minutes in ((1, 3), (2, 1), (3, 2)):
        created_at = NOW - timedelta(minutes=minutes)
        notification_store.enqueue(a_message(f"m/{number}", created_at=created_at))
    first = notification_store.claim(NOW, 2, LEASE, "relais")
    assert [message.key for message in first] == ["m/1", "m/3"]
    assert claimed(notification_store) == ["m/2"]


def test_a_claimed_message_is_not_claimed_again(
    notification_store: SqlNotificationStore, engine: Engine
) -> None:
    """As long as the lease runs, no other relay takes the message; then any may."""
    notification_store.enqueue(a_message())
    assert claimed(notification_store, "un") == ["rappel/1"]
    assert claimed(notification_store, "deux", NOW + LEASE - timedelta(seconds=1)) == []
    let_leases_end(engine)
    assert claimed(notification_store, "deux", NOW + LEASE) == ["rappel/1"]


def test_a_lease_is_counted_on_one_clock(
    notification_store: SqlNotificationStore, engine: Engine
) -> None:
    """On a shared base a machine whose clock is ahead takes nothing that another is sending.

    A SQLite base is on one machine: its clock is the one that is given.
    """
    notification_store.enqueue(a_message())
    assert claimed(notification_store, "un") == ["rappel/1"]
    ahead = [] if engine.dialect.name == "postgresql" else ["rappel/1"]
    assert claimed(notification_store, "deux", NOW + 2 * LEASE) == ahead


def test_a_lease_is_taken_anew_by_its_holder_only(
    notification_store: SqlNotificationStore, engine: Engine
) -> None:
    """Held again, even late, as long as nobody claimed it meanwhile; never by whoever lost it."""
    message = queued(notification_store, worker="un")
    let_leases_end(engine)
    assert notification_store.hold(message.lease, NOW, LEASE, {})
    assert claimed(notification_store, "deux", NOW + LEASE - timedelta(seconds=1)) == []
    let_leases_end(engine)
    (again,) = notification_store.claim(NOW + LEASE, 10, LEASE, "un")
    assert not notification_store.hold(message.lease, NOW + LEASE, LEASE, {})
    assert notification_store.hold(again.lease, NOW + LEASE, LEASE, {})
    notification_store.mark_failed(again.lease, NOW, "550")
    assert not notification_store.hold(again.lease, NOW + LEASE, LEASE, {})


def test_a_lease_taken_anew_marks_what_was_accepted(
    notification_store: SqlNotificationStore, engine: Engine
) -> None:
    """The message before is marked with its answer, also when the next one turns out to be lost."""
    for number in (1, 2):
        notification_store.enqueue(a_message(f"m/{number}"))
    first, second = notification_store.claim(NOW, 10, LEASE, "un")
    lost = replace(second.lease, claims=7)
    assert not notification_store.hold(lost, NOW, LEASE, {first.lease: "250 OK"})
    assert message_row(engine, "m/1").answer == "250 OK"
    assert message_row(engine, "m/2").sent_at is None


def test_a_name_that_comes_back_holds_nothing(
    notification_store: SqlNotificationStore, engine: Engine
) -> None:
    """Two services under one name: the claim tells them apart, and one never frees the other's."""
    message = queued(notification_store, worker="echeancier:1")
    let_leases_end(engine)
    assert claimed(notification_store, "echeancier:1", NOW + LEASE) == ["rappel/1"]
    notification_store.release([message.lease])
    notification_store.mark_sent(message.lease, NOW, "250")
    assert claimed(notification_store, "trois", NOW + LEASE) == []
    assert notification_store.counts().sent == 0


def test_doubts_are_counted(notification_store: SqlNotificationStore, engine: Engine) -> None:
    """An attempt that nobody knows the end of is one doubt more, until a person tries again."""
    message = queued(notification_store)
    assert message.doubts == 0
    notification_store.mark_deferred(message.lease, NOW, NOW, "silence", in_doubt=True)
    (message,) = notification_store.claim(NOW, 10, LEASE, "relais")
    notification_store.mark_deferred(message.lease, NOW, NOW, "450")
    (message,) = notification_store.claim(NOW, 10, LEASE, "relais")
    assert message.doubts == 1
    notification_store.mark_failed(message.lease, NOW, "silence")
    notification_store.retry(message.id, "claire", NOW)
    assert message_row(engine, message.key).doubts == 0


def test_a_lost_lease_settles_nothing(
    notification_store: SqlNotificationStore, engine: Engine
) -> None:
    """A relay that woke up too late changes nothing of what the next one holds."""
    notification_store.enqueue(a_message())
    (message,) = notification_store.claim(NOW, 10, LEASE, "un")
    let_leases_end(engine)
    notification_store.claim(NOW + LEASE, 10, LEASE, "deux")
    notification_store.mark_sent(message.lease, NOW, "250 OK")
    notification_store.mark_deferred(message.lease, NOW, NOW, "450")
    notification_store.mark_failed(message.lease, NOW, "550")
    notification_store.release([message.lease])
    row = message_row(engine, message.key)
    assert (row.lease_owner, row.attempts, row.sent_at, row.failed_at, row.last_error) == (
        "deux",
        0,
        None,
        None,
        None,
    )


def test_a_sent_message_is_over(notification_store: SqlNotificationStore, engine: Engine) -> None:
    """Once the server has accepted a message, nothing changes it and nobody claims it."""
    notification_store.enqueue(a_message())
    (message,) = notification_store.claim(NOW, 10, LEASE, "relais")
    notification_store.mark_sent(message.lease, NOW, "250 2.0.0 OK")
    notification_store.mark_failed(message.lease, NOW, "550")
    assert claimed(notification_store, now=NOW + timedelta(days=900)) == []
    row = message_row(engine, message.key)
    assert (row.sent_at, row.answer, row.failed_at, row.attempts) == (NOW, "250 2.0.0 OK", None, 1)


def test_a_deferred_message_waits_its_turn(notification_store: SqlNotificationStore) -> None:
    """After a transient failure the message comes back at the said instant, one attempt older."""
    notification_store.enqueue(a_message())
    (message,) = notification_store.claim(NOW, 10, LEASE, "relais")
    later = NOW + timedelta(hours=1)
    notification_store.mark_deferred(message.lease, NOW, later, "450 4.2.0")
    assert claimed(notification_store, now=later - timedelta(seconds=1)) == []
    (again,) = notification_store.claim(later, 10, LEASE, "relais")
    assert (again.attempts, again.message_id) == (1, message.message_id)


def test_a_failed_message_shows_and_stays(notification_store: SqlNotificationStore) -> None:
    """A permanent failure is shown, latest first, and never sent again by itself."""
    for number in (1, 2, 3):
        notification_store.enqueue(a_message(f"m/{number}", ref=None))
        (message,) = notification_store.claim(NOW, 10, LEASE, "relais")
        at = NOW + timedelta(minutes=number)
        notification_store.mark_failed(message.lease, at, f"550 n° {number}")
    assert claimed(notification_store, now=NOW + timedelta(days=900)) == []
    latest = notification_store.failures(2)
    assert [(failure.error, failure.failed_at) for failure in latest] == [
        ("550 n° 3", NOW + timedelta(minutes=3)),
        ("550 n° 2", NOW + timedelta(minutes=2)),
    ]
    assert (latest[0].ref, latest[0].address) == (None, "m.durand@example.org")


def test_what_a_relay_died_with_comes_last_and_alone(
    notification_store: SqlNotificationStore, engine: Engine
) -> None:
    """Healthy messages are never claimed beside one that may kill its relay."""
    for number in range(5):
        created_at = NOW + timedelta(seconds=number)
        notification_store.enqueue(a_message(f"m/{number}", created_at=created_at))
    soon = NOW + timedelta(minutes=1)
    died = notification_store.claim(soon, 2, LEASE, "mort")
    assert [message.key for message in died] == ["m/0", "m/1"]
    later = soon + LEASE
    let_leases_end(engine)
    assert claimed(notification_store, "b", later) == ["m/2", "m/3", "m/4"]
    (first,) = notification_store.claim(later, 10, LEASE, "b")
    assert (first.key, first.attempts, first.claims) == ("m/0", 0, 2)
    assert claimed(notification_store, "c", later) == ["m/1"]
    assert claimed(notification_store, "d", later) == []


def test_a_deferred_message_is_not_suspect(notification_store: SqlNotificationStore) -> None:
    """A message that failed, or was given back, while its relay lived leaves with the others."""
    for number in range(3):
        notification_store.enqueue(a_message(f"m/{number}"))
    first, second, _ = notification_store.claim(NOW, 10, LEASE, "relais")
    notification_store.mark_deferred(first.lease, NOW, NOW, "450")
    notification_store.release([second.lease])
    found = notification_store.claim(NOW, 10, LEASE, "autre")
    assert [(one.key, one.attempts, one.claims) for one in found] == [("m/0", 1, 2), ("m/1", 0, 1)]


def test_a_claimed_message_is_written_anew(
    notification_store: SqlNotificationStore, engine: Engine
) -> None:
    """Only who holds a message changes its text, and its Message-ID stays."""
    message = queued(notification_store)
    notification_store.rewrite(replace(message.lease, worker="autre"), "Volé", b"vol")
    notification_store.rewrite(message.lease, "En retard", "à présent".encode())
    row = message_row(engine, message.key)
    assert (row.subject, row.message_id, row.lease_owner) == (
        "En retard",
        message.message_id,
        "relais",
    )
    assert notification_store.message(message.id)[1] == "à présent".encode()


def test_a_superseded_message_never_leaves(notification_store: SqlNotificationStore) -> None:
    """What has no reason left to be sent is neither claimed, nor counted as failed or sent."""
    message = queued(notification_store)
    notification_store.mark_superseded(replace(message.lease, worker="autre"), NOW, "volé")
    assert notification_store.counts().waiting == 1
    notification_store.mark_superseded(message.lease, NOW, "Le dossier est déposé.")
    notification_store.mark_sent(message.lease, NOW, "250")
    assert claimed(notification_store, now=NOW + timedelta(days=900)) == []
    assert notification_store.counts() == OutboxCounts(0, 0, 0, None, superseded=1)


def test_released_messages_can_be_claimed_at_once(notification_store: SqlNotificationStore) -> None:
    """Messages given back untried count no attempt and wait for nobody."""
    notification_store.enqueue(a_message())
    (message,) = notification_store.claim(NOW, 10, LEASE, "un")
    notification_store.release([])
    notification_store.release([message.lease])
    (again,) = notification_store.claim(NOW, 10, LEASE, "deux")
    assert (again.attempts, again.claims) == (0, 1)


def test_two_relays_never_share_a_message(notification_store: SqlNotificationStore) -> None:
    """Relays that claim at the same instant get different messages, and all of them."""
    for number in range(30):
        notification_store.enqueue(a_message(f"m/{number}"))
    ready = threading.Barrier(3)
    taken: list[str] = []

    def relay(worker: str) -> None:
        ready.wait()
        while found := notification_store.claim(NOW, 4, LEASE, worker):
            taken.extend(message.key for message in found)

    threads = [threading.Thread(target=relay, args=(f"relais-{n}",)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(f"m/{number}" for number in range(30))


def test_the_outbox_counts(notification_store: SqlNotificationStore) -> None:
    """Waiting, sent and failed are told apart, with the age of the oldest that waits."""
    for number in range(1, 5):
        notification_store.enqueue(
            a_message(f"m/{number}", created_at=NOW + timedelta(hours=number))
        )
    later = NOW + timedelta(days=1)
    first, second, third, _ = notification_store.claim(later, 10, LEASE, "relais")
    notification_store.mark_sent(first.lease, later, "250")
    notification_store.mark_failed(second.lease, later, "550")
    notification_store.mark_deferred(third.lease, later, later, "450")
    assert notification_store.counts() == OutboxCounts(2, 1, 1, NOW + timedelta(hours=3))


def test_the_digest_sees_what_comes_and_what_opens(
    case_store: SqlCaseStore, notification_store: SqlNotificationStore
) -> None:
    """Up to a day: first the deadlines to act on, then the windows that open; none twice.

    A window open for long is seen only when its file does not conform.
    """
    dates: tuple[tuple[int, int | None], ...] = ((9, None), (3, 1), (25, 4), (26, 2), (27, 28))
    for number, (act, opens) in enumerate(dates, start=1):
        window = a_deadline(
            prudent=date(2026, 9, act), opens_on=date(2026, 9, opens) if opens else None
        )
        case_store.save(opening(a_case(f"CIPI-2026-{number:04}", deadlines={"drf": window})))

    def seen(opened_after: int) -> str:
        days = date(2026, 9, 9), date(2026, 9, opened_after)
        return "".join(line.ref[-1] for line in notification_store.open_deadlines(*days))

    assert [seen(day) for day in (1, 2, 3, 4)] == ["2143", "213", "213", "21"]
    wrong = case_store.load("CIPI-2026-0003")
    case_store.save(
        step(wrong, deadlines=wrong.deadlines, alerts=(Alert("Pièces", "il en manque une."),))
    )
    assert [seen(day) for day in (1, 4)] == ["2143", "213"]


def test_what_is_to_come_is_the_agency_s_own(
    case_store: SqlCaseStore, notification_store: SqlNotificationStore
) -> None:
    """Between two days, the second included: what staff must do, in order, not what others owe them."""
    days = {"drf": date(2026, 9, 9), "bilan": date(2026, 9, 7), "contrat": date(2026, 9, 5)}
    ours = {rule: a_deadline(rule, day) for rule, day in days.items()}
    reply = varied(
        a_deadline("reponse"), prudent=None, expected_at=date(2026, 9, 6), chase_on=date(2026, 9, 8)
    )
    case_store.save(opening(a_case(deadlines={**ours, "reponse": reply})))
    found = notification_store.to_come(date(2026, 9, 5), date(2026, 9, 9))
    assert [line.deadline.id for line in found] == ["bilan", "drf"]


def test_the_heartbeat_keeps_the_last_sign_of_each_service(
    notification_store: SqlNotificationStore,
) -> None:
    """Services beat side by side; those silent for a week are forgotten."""
    assert (notification_store.last_beat(), notification_store.beats()) == (None, [])
    old = Heartbeat("poste-1:4", NOW, "abc")
    first = Heartbeat("poste-2:7", NOW + timedelta(hours=1), "old")
    for beat in (old, first, replace(first, at=first.at + timedelta(minutes=1), policy="abc")):
        notification_store.beat(beat)
    last = replace(first, at=first.at + timedelta(minutes=1), policy="abc")
    assert notification_store.last_beat() == last
    assert notification_store.beats() == [last, old]
    other = Heartbeat("poste-3:1", NOW + timedelta(days=7), "abc")
    notification_store.beat(other)
    assert notification_store.beats() == [other, last, old]
    other = replace(other, at=other.at + timedelta(seconds=1))
    notification_store.beat(other)
    assert notification_store.beats() == [other, last]


def test_a_new_policy_reaches_every_open_deadline(
    case_store: SqlCaseStore, notification_store: SqlNotificationStore
) -> None:
    """Every open deadline can be read page by page; closed ones stay silent."""
    open_cases(case_store, 7)
    case_store.save(step(case_store.load("CIPI-2026-0004"), deadlines={}))
    after, seen = 0, []
    while page := notification_store.all_open(after, 4):
        seen.extend(page)
        after = page[-1].id
    assert [line.ref[-1] for line in seen] == ["1", "2", "3", "5", "6", "7"]


def test_only_a_silent_deadline_is_armed(
    case_store: SqlCaseStore, notification_store: SqlNotificationStore
) -> None:
    """What has a reminder to come keeps it, what is closed stays silent, the silent speak again."""
    open_cases(case_store, 3)
    one, two, three = notification_store.due(NOW, 10)
    silent = [Reschedule(line.id, NOW, NOW, None) for line in (two, three)]
    notification_store.announce([Announcement((move,)) for move in silent], NOW)
    case_store.save(step(case_store.load(three.ref), deadlines={}))
    tomorrow = NOW + timedelta(days=1)
    notification_store.arm([(line.id, tomorrow) for line in (one, two, three)])
    notification_store.arm([])
    found = [(line.ref, line.next_reminder_at) for line in notification_store.due(tomorrow, 10)]
    assert found == [(one.ref, NOW), (two.ref, tomorrow)]


def test_eight_relays_never_share_a_message(
    notification_store: SqlNotificationStore, engine: Engine, database_url: str
) -> None:
    """Eight programs that claim at once get different messages, and all of them, poisoned or not."""
    for number in range(40):
        notification_store.enqueue(a_message(f"m/{number:02}"))
    # Some died with a relay: they are claimed all the same, last and one at a time.
    assert len(notification_store.claim(NOW, 4, LEASE, "mort")) == 4
    later = NOW + LEASE
    let_leases_end(engine)
    taken: list[str] = []

    def relay(number: int) -> None:
        own = open_engine(database_url, busy_seconds=PATIENCE)
        store = SqlNotificationStore(own)
        while found := store.claim(later, 3, LEASE, f"relais-{number}"):
            taken.extend(message.key for message in found)
            for message in found:
                store.mark_sent(message.lease, later, "250")
        own.dispose()

    assert at_once(*(lambda n=n: relay(n) for n in range(8))) == [None] * 8
    assert sorted(taken) == [f"m/{number:02}" for number in range(40)]
    assert notification_store.counts().sent == 40


def test_two_programs_announce_the_same_rows_once(
    case_store: SqlCaseStore, notification_store: SqlNotificationStore, database_url: str
) -> None:
    """Two connections that announce rows grouped otherwise write each row once, and never wait for ever."""
    open_cases(case_store, 12)
    lines = notification_store.due(NOW, 20)
    engines = [open_engine(database_url, busy_seconds=PATIENCE) for _ in range(2)]
    one, two = map(SqlNotificationStore, engines)
    pairs = [announcement(lines[n : n + 2], f"a/{n}") for n in range(0, 12, 2)]
    threes = [announcement(lines[n : n + 3], f"b/{n}") for n in reversed(range(0, 12, 3))]
    written = at_once(lambda: one.announce(pairs, NOW), lambda: two.announce(threes, NOW))
    for engine in engines:
        engine.dispose()
    assert written in ([6, 0], [0, 4])
    assert notification_store.counts().waiting in {4, 6}


@pytest.mark.parametrize("kind", MessageKind)
def test_every_kind_of_message_enters(
    notification_store: SqlNotificationStore, kind: MessageKind
) -> None:
    """The constraint of the table knows every kind of message."""
    assert notification_store.enqueue(a_message(kind=kind))
