"""What every notification store must do, checked on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select

from db import tables
from db.engine import reading
from db.notifications import SqlNotificationStore
from db.store import SqlCaseStore
from notifications.ports import (
    Announcement,
    Heartbeat,
    MessageKind,
    NotificationStore,
    OutboxCounts,
    OutgoingMessage,
    QueuedMessage,
    Reminder,
    Reschedule,
)
from tests.support.cases import a_case, a_deadline, opening, step
from workflow.ports import OpenDeadline

NOW = datetime(2026, 8, 27, 8, tzinfo=UTC)
"""The instant of the first reminder of every case of these tests."""

LEASE = timedelta(minutes=5)


def open_cases(store: SqlCaseStore, count: int) -> None:
    """Open cases with one deadline each, all to be spoken of at the same instant."""
    for number in range(1, count + 1):
        store.save(opening(a_case(f"CIPI-2026-{number:04}", deadlines={"drf": a_deadline()})))


def a_message(key: str = "rappel/1", **attributes: Any) -> OutgoingMessage:
    """Return a message that is ready to leave."""
    values: dict[str, Any] = {
        "kind": MessageKind.REMINDER,
        "recipient": "personne:m.durand",
        "address": "m.durand@example.org",
        "subject": "Échéance le 3 septembre",
        "message_id": f"<{key}@echeancier>",
        "content": "Objet : Échéance\r\n\r\nÀ faire.\0\r\n".encode(),
        "created_at": NOW,
        "ref": "CIPI-2026-0001",
    }
    return OutgoingMessage(key=key, **(values | attributes))


def announcement(lines: Sequence[OpenDeadline], key: str = "rappel/1") -> Announcement:
    """Return one message that speaks of several deadlines, and looks at them again in a week."""
    assert all(line.next_reminder_at for line in lines)
    return Announcement(
        reschedules=tuple(
            Reschedule(line.id, line.next_reminder_at or NOW, NOW, NOW + timedelta(days=6))
            for line in lines
        ),
        reminders=tuple(
            Reminder(
                deadline_id=line.id,
                ref=line.ref,
                rule=line.deadline.id,
                value=line.deadline.act_on.isoformat(),
                offset="prudent-7",
                recipient="personne:m.durand",
                planned_for=NOW,
            )
            for line in lines
        ),
        message=a_message(key),
    )


def reminders(engine: Engine) -> list[Any]:
    """Return the rows of the reminders."""
    with reading(engine) as connection:
        return list(connection.execute(select(tables.reminder).order_by(tables.reminder.c.id)))


def message_row(engine: Engine, key: str) -> Any:
    """Return the row of a message."""
    with reading(engine) as connection:
        return connection.execute(
            select(tables.outbox).where(tables.outbox.c.key == key)
        ).one()  # fmt: skip


def test_the_store_is_what_notifications_ask_for(notification_store: SqlNotificationStore) -> None:
    """The SQL store can stand wherever notifications ask for a store."""
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
    other = replace(said, message=a_message("rappel/2"))
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
    notification_store.mark_sent(message.id, "relais", NOW, "250 OK")
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
    (queued,) = notification_store.claim(NOW, 10, LEASE, "relais")
    assert queued == QueuedMessage(
        id=queued.id,
        key=message.key,
        kind=MessageKind.REMINDER,
        address=message.address,
        message_id=message.message_id,
        content=message.content,
        attempts=0,
        created_at=NOW,
    )
    assert type(queued.content) is bytes


def test_messages_are_claimed_oldest_first(notification_store: SqlNotificationStore) -> None:
    """Messages leave in the order in which they were put, within the limit."""
    for number, minutes in ((1, 3), (2, 1), (3, 2)):
        created_at = NOW - timedelta(minutes=minutes)
        notification_store.enqueue(a_message(f"m/{number}", created_at=created_at))
    first = notification_store.claim(NOW, 2, LEASE, "relais")
    assert [message.key for message in first] == ["m/1", "m/3"]
    assert claimed(notification_store) == ["m/2"]


def test_a_claimed_message_is_not_claimed_again(notification_store: SqlNotificationStore) -> None:
    """As long as the lease runs, no other relay takes the message; then any may."""
    notification_store.enqueue(a_message())
    assert claimed(notification_store, "un") == ["rappel/1"]
    assert claimed(notification_store, "deux", NOW + LEASE - timedelta(seconds=1)) == []
    assert claimed(notification_store, "deux", NOW + LEASE) == ["rappel/1"]


def test_a_lost_lease_settles_nothing(
    notification_store: SqlNotificationStore, engine: Engine
) -> None:
    """A relay that woke up too late changes nothing of what the next one holds."""
    notification_store.enqueue(a_message())
    (message,) = notification_store.claim(NOW, 10, LEASE, "un")
    notification_store.claim(NOW + LEASE, 10, LEASE, "deux")
    notification_store.mark_sent(message.id, "un", NOW, "250 OK")
    notification_store.mark_deferred(message.id, "un", NOW, NOW, "450")
    notification_store.mark_failed(message.id, "un", NOW, "550")
    notification_store.release([message.id], "un")
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
    notification_store.mark_sent(message.id, "relais", NOW, "250 2.0.0 OK")
    notification_store.mark_failed(message.id, "relais", NOW, "550")
    assert claimed(notification_store, now=NOW + timedelta(days=900)) == []
    row = message_row(engine, message.key)
    assert (row.sent_at, row.answer, row.failed_at, row.attempts) == (NOW, "250 2.0.0 OK", None, 1)


def test_a_deferred_message_waits_its_turn(notification_store: SqlNotificationStore) -> None:
    """After a transient failure the message comes back at the said instant, one attempt older."""
    notification_store.enqueue(a_message())
    (message,) = notification_store.claim(NOW, 10, LEASE, "relais")
    later = NOW + timedelta(hours=1)
    notification_store.mark_deferred(message.id, "relais", NOW, later, "450 4.2.0")
    assert claimed(notification_store, now=later - timedelta(seconds=1)) == []
    (again,) = notification_store.claim(later, 10, LEASE, "relais")
    assert (again.attempts, again.message_id) == (1, message.message_id)


def test_a_failed_message_shows_and_stays(notification_store: SqlNotificationStore) -> None:
    """A permanent failure is shown, latest first, and never sent again by itself."""
    for number in (1, 2, 3):
        notification_store.enqueue(a_message(f"m/{number}", ref=None))
        (message,) = notification_store.claim(NOW, 10, LEASE, "relais")
        at = NOW + timedelta(minutes=number)
        notification_store.mark_failed(message.id, "relais", at, f"550 n° {number}")
    assert claimed(notification_store, now=NOW + timedelta(days=900)) == []
    latest = notification_store.failures(2)
    assert [(failure.error, failure.failed_at) for failure in latest] == [
        ("550 n° 3", NOW + timedelta(minutes=3)),
        ("550 n° 2", NOW + timedelta(minutes=2)),
    ]
    assert (latest[0].ref, latest[0].address) == (None, "m.durand@example.org")


def test_released_messages_can_be_claimed_at_once(notification_store: SqlNotificationStore) -> None:
    """Messages given back untried count no attempt and wait for nobody."""
    notification_store.enqueue(a_message())
    (message,) = notification_store.claim(NOW, 10, LEASE, "un")
    notification_store.release([], "un")
    notification_store.release([message.id], "un")
    (again,) = notification_store.claim(NOW, 10, LEASE, "deux")
    assert again.attempts == 0


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
    notification_store.mark_sent(first.id, "relais", later, "250")
    notification_store.mark_failed(second.id, "relais", later, "550")
    notification_store.mark_deferred(third.id, "relais", later, later, "450")
    assert notification_store.counts() == OutboxCounts(2, 1, 1, NOW + timedelta(hours=3))


def test_the_digest_sees_what_comes_and_what_opens(
    case_store: SqlCaseStore, notification_store: SqlNotificationStore
) -> None:
    """Up to a day: first the deadlines to act on, then the windows that open; none twice."""
    dates: tuple[tuple[int, int | None], ...] = ((9, None), (3, 1), (25, 4), (26, 2), (27, 28))
    for number, (act, opens) in enumerate(dates, start=1):
        window = a_deadline(
            prudent=date(2026, 9, act), opens_on=date(2026, 9, opens) if opens else None
        )
        case_store.save(opening(a_case(f"CIPI-2026-{number:04}", deadlines={"drf": window})))
    found = [line.ref[-1] for line in notification_store.open_deadlines(date(2026, 9, 9))]
    assert found == ["2", "1", "4", "3"]


def test_the_heartbeat_keeps_the_last_sign_of_each_host(
    notification_store: SqlNotificationStore, engine: Engine
) -> None:
    """A restarted service takes the place of the one before; the latest sign of all is shown."""
    assert notification_store.last_beat() is None
    last = Heartbeat("poste-2:88", NOW + timedelta(hours=1), "abc")
    for beat in (Heartbeat("poste-1:4", NOW, "abc"), Heartbeat("poste-2:7", NOW, "old"), last):
        notification_store.beat(beat)
    notification_store.beat(Heartbeat("poste-1:5", NOW + timedelta(minutes=1), "abc"))
    assert notification_store.last_beat() == last
    with reading(engine) as connection:
        services = connection.scalars(select(tables.heartbeat.c.service)).all()
    assert sorted(services) == ["poste-1:5", "poste-2:88"]


def test_a_new_policy_reaches_every_open_deadline(
    case_store: SqlCaseStore, notification_store: SqlNotificationStore
) -> None:
    """Every open deadline can be read page by page and planned anew; closed ones stay silent."""
    open_cases(case_store, 7)
    case_store.save(step(case_store.load("CIPI-2026-0004"), deadlines={}))
    after, seen = 0, []
    while page := notification_store.all_open(after, 4):
        seen.extend(page)
        after = page[-1].id
    assert [line.ref[-1] for line in seen] == ["1", "2", "3", "5", "6", "7"]
    tomorrow = NOW + timedelta(days=1)
    plan = [(line.id, tomorrow if line.ref.endswith("2") else None) for line in seen]
    notification_store.reset_schedule([*plan, (4, tomorrow)])
    notification_store.reset_schedule([])
    assert [line.ref for line in notification_store.due(tomorrow, 10)] == ["CIPI-2026-0002"]


@pytest.mark.parametrize("kind", MessageKind)
def test_every_kind_of_message_enters(
    notification_store: SqlNotificationStore, kind: MessageKind
) -> None:
    """The constraint of the table knows every kind of message."""
    assert notification_store.enqueue(a_message(kind=kind))
