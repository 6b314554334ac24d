"""What people see of the outbox and do to it, checked on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from db.cases.store import SqlCaseStore
from db.connection.engine import open_engine
from db.mail.store import SqlNotificationStore
from notifications.model.messages import (
    MessageEvent,
    MessageKind,
    MessageQuery,
    MessageState,
    OutboxCounts,
    StoredMessage,
)
from tests.support.cases import at_once
from tests.support.outbox import (
    LEASE,
    NOW,
    a_message,
    announcement,
    let_leases_end,
    message_row,
    open_cases,
    queued,
)
from tests.support.programs import PATIENCE
from tests.support.returns import come_back
from workflow.errors import NotFound, Refused

LATER = NOW + timedelta(hours=1)
MUCH_LATER = NOW + timedelta(days=3)

Act = Callable[[SqlNotificationStore, int, datetime], None]


def retry(store: SqlNotificationStore, number: int, at: datetime = LATER) -> None:
    """Put a message back in the queue."""
    store.retry(number, "l.roy", at)


def redirect(
    store: SqlNotificationStore,
    number: int,
    at: datetime = LATER,
    address: str = "l.roy@example.org",
) -> None:
    """Put a message back in the queue, for somebody else."""
    store.redirect(number, "l.roy", at, "personne:l.roy", address, b"Pour L.")


def drop(store: SqlNotificationStore, number: int, at: datetime = LATER) -> None:
    """Decide that a message will not leave."""
    store.drop(number, "l.roy", at, "Le dossier est clos.")


ACTS: dict[str, Act] = {"retry": retry, "redirect": redirect, "drop": drop}


def ended(store: SqlNotificationStore, state: MessageState, key: str = "rappel/1") -> int:
    """Put a message in the outbox, bring it to a state, and return its number."""
    if state is MessageState.WAITING:
        store.enqueue(a_message(key))
        return store.messages(MessageQuery(limit=1))[0].id
    message = queued(store, key)
    match state:
        case MessageState.SENT:
            store.mark_sent(message.lease, NOW, "250 OK")
        case MessageState.UNDELIVERED:
            store.mark_sent(message.lease, NOW, "250 OK")
            come_back(store, message.message_id)
        case MessageState.FAILED:
            store.mark_failed(message.lease, NOW, "550 inconnu")
        case MessageState.SUPERSEDED:
            store.mark_superseded(message.lease, NOW, "Le dossier est déposé.")
        case MessageState.DROPPED:
            store.mark_failed(message.lease, NOW, "550 inconnu")
            store.drop(message.id, "l.roy", NOW, "Adresse fermée.")
    return message.id


def state(store: SqlNotificationStore, number: int) -> MessageState:
    """Return where a message stands."""
    return store.message(number)[0].state


def trail(store: SqlNotificationStore, number: int) -> list[tuple[str, str, str]]:
    """Return who did what to a message, and the detail."""
    return [(event.by, event.what, event.detail) for event in store.message(number)[2]]


def numbers(store: SqlNotificationStore, **filters: Any) -> list[int]:
    """Return the numbers of the messages of a page."""
    return [message.id for message in store.messages(MessageQuery(**filters))]


def test_a_message_is_shown_as_it_is(notification_store: SqlNotificationStore) -> None:
    """Everything about a waiting message is shown, with its bytes and an empty trail."""
    put = a_message(on_behalf_of="personne:z.petit")
    notification_store.enqueue(put)
    (listed,) = notification_store.messages(MessageQuery())
    assert listed == StoredMessage(
        id=listed.id,
        kind=MessageKind.REMINDER,
        state=MessageState.WAITING,
        ref=put.ref,
        recipient=put.recipient,
        address=put.address,
        subject=put.subject,
        message_id=put.message_id,
        created_at=NOW,
        attempts=0,
        next_attempt_at=NOW,
        ended_at=None,
        answer="",
        on_behalf_of="personne:z.petit",
    )
    assert notification_store.message(listed.id) == (listed, put.content, ())


def test_a_number_that_no_message_bears(notification_store: SqlNotificationStore) -> None:
    """Reading or acting on an unknown message says that it does not exist."""
    with pytest.raises(NotFound, match="Courriel 7 : il n’existe pas"):
        notification_store.message(7)
    for act in ACTS.values():
        with pytest.raises(NotFound, match="Courriel 7 : il n’existe pas"):
            act(notification_store, 7, LATER)


@pytest.mark.parametrize("wanted", MessageState)
def test_messages_are_listed_by_state(
    notification_store: SqlNotificationStore, wanted: MessageState
) -> None:
    """Each state is listed on its own, with when it came to its end and why."""
    found = {one: ended(notification_store, one, f"m/{one}") for one in reversed(MessageState)}
    (message,) = notification_store.messages(MessageQuery(state=wanted))
    assert (message.id, message.state) == (found[wanted], wanted)
    waits = wanted is MessageState.WAITING
    assert (message.ended_at, message.next_attempt_at) == ((None, NOW) if waits else (NOW, None))
    answers = {
        MessageState.WAITING: "",
        MessageState.SENT: "250 OK",
        MessageState.UNDELIVERED: "Revenu sans être remis : 550 5.1.1 Boîte inconnue",
        MessageState.FAILED: "550 inconnu",
        MessageState.SUPERSEDED: "Le dossier est déposé.",
        MessageState.DROPPED: "Adresse fermée.",
    }
    assert message.answer == answers[wanted]
    assert notification_store.counts() == OutboxCounts(1, 1, 1, NOW, 1, 1, 1)


def test_messages_are_found_by_case_and_recipient(
    notification_store: SqlNotificationStore,
) -> None:
    """Lists come latest first, page by page, of a case, a person or both."""
    for number in range(1, 7):
        ref = None if number == 6 else f"CIPI-2026-000{number % 2}"
        who = f"personne:{'z' if number > 3 else 'm'}"
        notification_store.enqueue(a_message(f"m/{number}", ref=ref, recipient=who))
    ids = numbers(notification_store)
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == 6
    m6, m5, m4, m3, _, m1 = ids
    assert numbers(notification_store, limit=2) == [m6, m5]
    assert numbers(notification_store, limit=2, before=m5) == [m4, m3]
    assert numbers(notification_store, limit=2, offset=3) == [m3, ids[4]]
    assert numbers(notification_store, state=MessageState.WAITING, limit=1, offset=5) == [m1]
    assert numbers(notification_store, ref="CIPI-2026-0001") == [m5, m3, m1]
    assert numbers(notification_store, recipient="personne:z") == [m6, m5, m4]
    both = {"ref": "CIPI-2026-0001", "recipient": "personne:m"}
    assert numbers(notification_store, **both, state=MessageState.WAITING, before=m3) == [m1]
    assert numbers(notification_store, **both, state=MessageState.SENT) == []


def test_leaving_at_once_leaves_no_trail(notification_store: SqlNotificationStore) -> None:
    """A message that the server took at the first attempt has nothing to tell."""
    number = ended(notification_store, MessageState.SENT)
    assert trail(notification_store, number) == []


def test_every_failure_is_kept(notification_store: SqlNotificationStore, engine: Engine) -> None:
    """Attempts, the end, and what people did are kept in order, with who and when."""
    message = queued(notification_store)
    for minute, error in ((1, "450 occupé"), (2, "451 plus tard")):
        at = NOW + timedelta(minutes=minute)
        notification_store.mark_deferred(message.lease, at, at, error)
        (message,) = notification_store.claim(at, 1, LEASE, "relais")
    notification_store.mark_failed(message.lease, LATER, "550 inconnu")
    notification_store.mark_failed(message.lease, LATER, "550 de trop")
    retry(notification_store, message.id)
    notification_store.claim(LATER, 1, LEASE, "autre")
    let_leases_end(engine)
    (message,) = notification_store.claim(LATER + LEASE, 1, LEASE, "autre")
    notification_store.mark_sent(message.lease, LATER + LEASE, "250 enfin")
    assert trail(notification_store, message.id) == [
        ("relais", "essai", "450 occupé"),
        ("relais", "essai", "451 plus tard"),
        ("relais", "echec", "550 inconnu"),
        ("l.roy", "relance", "550 inconnu"),
        # The first attempt to be told of, but a relay had died with the message before.
        ("autre", "envoi", "250 enfin"),
    ]
    events = notification_store.message(message.id)[2]
    first = MessageEvent(NOW + timedelta(minutes=1), "relais", "essai", "450 occupé")
    assert (events[0], events[-1].at) == (first, LATER + LEASE)


@pytest.mark.parametrize("before", [MessageState.FAILED, MessageState.DROPPED])
def test_a_stopped_message_can_be_tried_again(
    notification_store: SqlNotificationStore, before: MessageState
) -> None:
    """A message that failed or was dropped is claimed again, as new, under the same Message-ID."""
    number = ended(notification_store, before)
    retry(notification_store, number)
    shown = notification_store.message(number)[0]
    assert (shown.state, shown.next_attempt_at, shown.answer) == (MessageState.WAITING, LATER, "")
    (again,) = notification_store.claim(LATER, 10, LEASE, "relais")
    assert (again.id, again.attempts, again.claims) == (number, 0, 1)
    assert again.message_id == "<rappel/1@echeancier>"
    assert notification_store.counts().failed == 0


@pytest.mark.parametrize(
    "before", [MessageState.WAITING, MessageState.FAILED, MessageState.DROPPED]
)
def test_a_message_can_be_redirected(
    notification_store: SqlNotificationStore, engine: Engine, before: MessageState
) -> None:
    """A message that has not left goes to another address, with the text written for it."""
    number = ended(notification_store, before)
    redirect(notification_store, number)
    (again,) = notification_store.claim(LATER, 10, LEASE, "relais")
    assert (again.id, again.address, again.content) == (number, "l.roy@example.org", b"Pour L.")
    assert message_row(engine, again.key).recipient == "personne:l.roy"
    said = ("l.roy", "redirection", "m.durand@example.org → l.roy@example.org")
    assert trail(notification_store, number)[-1] == said


@pytest.mark.parametrize("before", [MessageState.WAITING, MessageState.FAILED])
def test_a_message_can_be_dropped(
    notification_store: SqlNotificationStore, before: MessageState
) -> None:
    """A dropped message is claimed by nobody, and shows neither as failed nor as waiting."""
    number = ended(notification_store, before)
    drop(notification_store, number)
    assert notification_store.claim(MUCH_LATER, 10, LEASE, "relais") == []
    shown = notification_store.message(number)[0]
    assert (shown.state, shown.ended_at) == (MessageState.DROPPED, LATER)
    assert (shown.answer, notification_store.failures(10)) == ("Le dossier est clos.", [])
    assert trail(notification_store, number)[-1] == ("l.roy", "abandon", "Le dossier est clos.")


@pytest.mark.parametrize(
    ("name", "before", "words"),
    [
        ("retry", MessageState.WAITING, "attend déjà son tour"),
        ("drop", MessageState.DROPPED, "déjà abandonné"),
        *((name, MessageState.SENT, "déjà parti") for name in ACTS),
        *((name, MessageState.SUPERSEDED, "fait ou a changé") for name in ACTS),
    ],
)
def test_what_is_over_stays_so(
    notification_store: SqlNotificationStore, name: str, before: MessageState, words: str
) -> None:
    """A message that left, or has no reason left to, is touched by nobody; the refusal says why."""
    number = ended(notification_store, before)
    known = notification_store.message(number)
    with pytest.raises(Refused, match=words):
        ACTS[name](notification_store, number, LATER)
    assert notification_store.message(number) == known


@pytest.mark.parametrize("name", ["redirect", "drop"])
def test_a_message_being_sent_is_left_alone(
    notification_store: SqlNotificationStore, engine: Engine, name: str
) -> None:
    """As long as a relay holds a message nobody decides of it; once its lease ran out, they do."""
    message = queued(notification_store)
    with pytest.raises(Refused, match="son envoi est en cours"):
        ACTS[name](notification_store, message.id, NOW + LEASE - timedelta(seconds=1))
    assert trail(notification_store, message.id) == []
    let_leases_end(engine)
    ACTS[name](notification_store, message.id, NOW + LEASE)
    # The relay that woke up too late changes nothing.
    notification_store.mark_sent(message.lease, NOW + LEASE, "250")
    assert state(notification_store, message.id) is not MessageState.SENT


@pytest.mark.parametrize("name", ["redirect", "drop"])
def test_a_person_and_a_relay_never_both_have_a_message(
    notification_store: SqlNotificationStore, database_url: str, name: str
) -> None:
    """Claimed and decided at the same instant, a message is either being sent or decided."""
    known = [ended(notification_store, MessageState.WAITING, f"m/{n}") for n in range(12)]
    engines = [open_engine(database_url, busy_seconds=PATIENCE) for _ in range(2)]
    relay, person = map(SqlNotificationStore, engines)

    def claim() -> list[int]:
        taken: list[int] = []
        while found := relay.claim(NOW, 1, LEASE, "relais"):
            taken += [message.id for message in found]
        return taken

    def decide() -> list[int]:
        decided: list[int] = []
        for number in reversed(known):
            try:
                # Later than the claims: what is put back in the queue is not claimed again here.
                ACTS[name](person, number, NOW + timedelta(seconds=1))
            except Refused:
                continue
            decided.append(number)
        return decided

    taken, decided = at_once(claim, decide)
    for engine in engines:
        engine.dispose()
    assert isinstance(taken, list)
    assert isinstance(decided, list)
    assert sorted(taken + decided) == known


def test_a_message_retried_twice_is_claimed_once(
    notification_store: SqlNotificationStore, database_url: str
) -> None:
    """Two people who retry a message while relays claim it make it leave once."""
    number = ended(notification_store, MessageState.FAILED)
    engines = [open_engine(database_url, busy_seconds=PATIENCE) for _ in range(4)]
    stores = [SqlNotificationStore(engine) for engine in engines]

    def claim(store: SqlNotificationStore, worker: str) -> list[int]:
        tries = (store.claim(LATER, 5, LEASE, worker) for _ in range(30))
        return [message.id for found in tries for message in found]

    results = at_once(
        lambda: retry(stores[0], number),
        lambda: retry(stores[1], number),
        lambda: claim(stores[2], "c"),
        lambda: claim(stores[3], "d"),
    )
    for engine in engines:
        engine.dispose()
    taken = [id_ for found in results[2:] if isinstance(found, list) for id_ in found]
    assert [type(result) for result in results[:2] if result] == [Refused]
    rest = [message.id for message in notification_store.claim(LATER, 5, LEASE, "e")]
    assert taken + rest == [number]
    assert [what for _, what, _ in trail(notification_store, number)] == ["echec", "relance"]


def test_the_delays_of_reminders_are_known(
    case_store: SqlCaseStore, notification_store: SqlNotificationStore
) -> None:
    """How late each reminder left is told for those sent since an instant, and for no digest."""
    open_cases(case_store, 3)
    lines = notification_store.due(NOW, 10)
    notification_store.announce(
        [announcement(lines[:1], "one"), announcement(lines[1:], "two")], NOW
    )
    notification_store.enqueue(a_message("synthese", kind=MessageKind.DIGEST, ref=None))
    for minute, message in enumerate(notification_store.claim(NOW, 10, LEASE, "relais"), 1):
        at = NOW + timedelta(minutes=minute)
        notification_store.mark_sent(message.lease, at, "250")
    one, two = timedelta(minutes=1), timedelta(minutes=2)
    assert notification_store.delays(NOW) == [one, two, two]
    assert notification_store.delays(NOW + one) == [two, two]
