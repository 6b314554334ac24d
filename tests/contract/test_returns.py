"""What a mail that came back changes, checked on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Engine

from db.connection.engine import open_engine
from db.mail.store import SqlNotificationStore
from db.schema.mail_tables import mail_return
from notifications.model.messages import DayOfMails, MessageKind, MessageState, StoredMessage
from notifications.model.returns import (
    Fate,
    Missed,
    Notice,
    ReturnEffect,
    ReturnKind,
    UnreachableAddress,
)
from notifications.returns.settling import Postmaster
from tests.contract.test_mailroom import ACTS, ended, redirect, retry, state, trail
from tests.support.databases import rows
from tests.support.outbox import LEASE, NOW, a_message, queued
from tests.support.programs import PATIENCE
from tests.support.returns import SERVICE, a_return, come_back
from workflow.errors import Refused

LATER = NOW + timedelta(hours=1)
ID = "<rappel/1@echeancier>"
BACK = ("non_remis", "550 5.1.1 Boîte inconnue")


def a_notice(*missed: StoredMessage, key: str = "avis/1", **said: Any) -> Notice:
    """Return what tells a reader of messages that did not arrive."""
    of = tuple(Missed(one, "est revenu.") for one in missed)
    message = a_message(key, kind=MessageKind.NOTICE)
    return Notice(message, of, DayOfMails(NOW, said.pop("count", 9)), **said)


def test_a_message_that_came_back_is_shown_and_stays(
    notification_store: SqlNotificationStore,
) -> None:
    """It is « non remis », among the failures, with when it had left and what was said of it."""
    number = ended(notification_store, MessageState.SENT)
    (settled,) = come_back(notification_store, ID, LATER).settled
    assert (settled.fate, settled.undelivered) == (Fate.NOTED, True)
    shown = notification_store.message(number)[0]
    assert (shown.state, shown.ended_at) == (MessageState.UNDELIVERED, LATER)
    assert [event[1:] for event in trail(notification_store, number)] == [("envoi", "250 OK"), BACK]
    assert [event.at for event in notification_store.message(number)[2]] == [NOW, LATER]
    (failed,) = notification_store.failures(10)
    assert (failed.id, failed.undelivered, failed.failed_at) == (number, True, LATER)
    assert failed.error == "Revenu sans être remis : 550 5.1.1 Boîte inconnue"


@pytest.mark.parametrize("name", ACTS)
def test_a_person_decides_of_it_as_of_one_that_failed(
    notification_store: SqlNotificationStore, name: str
) -> None:
    """It is put back in the queue, redirected or dropped, and keeps that it had left and came back."""
    number = ended(notification_store, MessageState.UNDELIVERED)
    ACTS[name](notification_store, number, LATER)
    after = MessageState.DROPPED if name == "drop" else MessageState.WAITING
    assert state(notification_store, number) is after
    assert [what for _, what, _ in trail(notification_store, number)][:2] == ["envoi", "non_remis"]
    assert notification_store.failures(10) == []
    # What another server says late of the first sending is kept, and undoes nothing.
    late = come_back(notification_store, ID, LATER, words="Encore", address="m.durand@example.org")
    assert (late.count(Fate.NOTED), late.settled[0].undelivered) == (1, False)
    assert state(notification_store, number) is after


@pytest.mark.parametrize(
    ("before", "fate"),
    [
        (MessageState.WAITING, Fate.FOREIGN),
        (MessageState.SUPERSEDED, Fate.FOREIGN),
        (MessageState.FAILED, Fate.FOREIGN),
        (MessageState.DROPPED, Fate.FOREIGN),
        (None, Fate.FOREIGN),
    ],
)
def test_a_report_of_a_message_that_never_left_is_ignored(
    notification_store: SqlNotificationStore,
    engine: Engine,
    before: MessageState | None,
    fate: Fate,
) -> None:
    """Anybody may write one: it is counted, and nothing is kept of it."""
    number = ended(notification_store, before) if before else 0
    (settled,) = come_back(notification_store, ID).settled
    assert (settled.fate, rows(engine, mail_return)) == (fate, [])
    if before:
        assert state(notification_store, number) is before


def test_a_report_that_overtakes_its_message_is_read_again(
    notification_store: SqlNotificationStore,
) -> None:
    """What comes back before anybody could note that the server had taken the mail waits for that."""
    message = queued(notification_store, "rappel/1")
    assert come_back(notification_store, ID).count(Fate.EARLY) == 1
    notification_store.mark_sent(message.lease, NOW, "250 OK")
    assert come_back(notification_store, ID).settled[0].undelivered


@pytest.mark.parametrize(
    ("kinds", "after"),
    [
        (["retarde"], MessageState.SENT),
        (["plainte"], MessageState.SENT),
        (["absence"], MessageState.SENT),
        (["a_regarder"], MessageState.SENT),
        (["transmis", "non_remis"], MessageState.UNDELIVERED),
        (["non_remis", "transmis"], MessageState.UNDELIVERED),
        (["retarde", "non_remis", "retarde"], MessageState.UNDELIVERED),
    ],
)
def test_failed_for_good_wins(
    notification_store: SqlNotificationStore, kinds: list[str], after: MessageState
) -> None:
    """Whatever else is said of a message, before or after; each of it stays in its trail."""
    number = ended(notification_store, MessageState.SENT)
    for one, kind in enumerate(kinds):
        come_back(notification_store, ID, kind=ReturnKind(kind), words=f"{one}")
    assert state(notification_store, number) is after
    told = [what for _, what, _ in trail(notification_store, number) if what != "envoi"]
    assert told == kinds


@pytest.mark.parametrize(
    ("address", "undelivered"),
    [
        ("m.durand@EXAMPLE.ORG", False),
        ("martine@ailleurs.example", True),
        (None, True),
        ("l.roy@example.org", True),
        ("m.durand@example.org", False),
    ],
)
def test_a_redirected_message_and_where_it_came_back_from(
    notification_store: SqlNotificationStore, address: str | None, undelivered: bool
) -> None:
    """The old address says nothing of the new one; any other address is where that one leads."""
    ended(notification_store, MessageState.UNDELIVERED)
    ACTS["redirect"](notification_store, 1, NOW)
    (again,) = notification_store.claim(NOW, 1, LEASE, "relais")
    notification_store.mark_sent(again.lease, NOW, "250 OK")
    (settled,) = come_back(notification_store, ID, LATER, address=address, words="550").settled
    assert settled.undelivered is undelivered


def test_what_tells_of_it_is_put_with_the_mark_or_not_at_all(
    notification_store: SqlNotificationStore, engine: Engine
) -> None:
    """A message that moved since it was read is left as it is, with nothing told of it."""
    number = ended(notification_store, MessageState.SENT)
    before = notification_store.returned(ID)
    assert before is not None
    told = ReturnEffect(a_return(ID), before, "Revenu.", (a_notice(before.message),))
    come_back(notification_store, ID, kind=ReturnKind.DELAYED)
    come_back(notification_store, ID, words="Ailleurs")
    assert notification_store.note_return(told, SERVICE, LATER) is None
    assert (len(rows(engine, mail_return)), notification_store.has_message("avis/1")) == (2, False)
    retry(notification_store, number)
    (again,) = notification_store.claim(LATER, 1, LEASE, "relais")
    notification_store.mark_sent(again.lease, LATER, "250 OK")
    told = replace(told, returned=notification_store.returned(ID))
    assert notification_store.note_return(told, SERVICE, LATER) is Fate.NOTED
    assert notification_store.has_message("avis/1")
    assert state(notification_store, number) is MessageState.UNDELIVERED


def test_what_names_no_message_is_kept_to_be_looked_at(
    notification_store: SqlNotificationStore, engine: Engine
) -> None:
    """Nobody guesses which mail it is about."""
    ended(notification_store, MessageState.SENT)
    found = [come_back(notification_store, None, address="m.durand@example.org") for _ in range(2)]
    assert [one.settled[0].fate for one in found] == [Fate.UNCLEAR, Fate.KNOWN]
    (kept,) = rows(engine, mail_return)
    assert (kept.outbox_id, kept.sent_to) == (None, None)


def test_two_services_that_read_the_same_report_note_it_once(
    notification_store: SqlNotificationStore, engine: Engine, database_url: str
) -> None:
    """Whoever comes second finds everything noted, and other reports of the same mail wait their turn."""
    number = ended(notification_store, MessageState.SENT)
    said = [a_return(ID, words=f"{one}") for one in range(5)]
    engines = [open_engine(database_url, busy_seconds=PATIENCE) for _ in range(4)]

    def note(one: Engine) -> list[Fate]:
        noted = Postmaster(SqlNotificationStore(one)).note(said, SERVICE, NOW)
        one.dispose()
        return [settled.fate for settled in noted.settled]

    with ThreadPoolExecutor(len(engines)) as pool:
        fates = [fate for found in pool.map(note, engines) for fate in found]
    assert (fates.count(Fate.NOTED), fates.count(Fate.KNOWN)) == (5, 15)
    told = [what for _, what, _ in trail(notification_store, number)]
    assert told == ["envoi", *["non_remis"] * 5]
    assert len(rows(engine, mail_return)) == 5


def test_an_address_is_put_aside_by_two_mails_until_somebody_verifies_it(
    notification_store: SqlNotificationStore,
) -> None:
    """Two reports of one mail are one; nothing is put in the queue for it meanwhile, but elsewhere."""
    numbers = [ended(notification_store, MessageState.SENT, f"m/{one}") for one in range(2)]
    for words in ("une fois", "deux fois"):
        come_back(notification_store, "<m/0@echeancier>", words=words)
    assert notification_store.unreachable() == []
    come_back(notification_store, "<m/1@echeancier>", LATER)
    aside = UnreachableAddress("m.durand@example.org", 2, LATER)
    assert notification_store.unreachable() == [aside]
    for act in (retry, partial(redirect, address="m.durand@EXAMPLE.org")):
        with pytest.raises(Refused, match="courriels retablir m"):
            act(notification_store, numbers[0])
    redirect(notification_store, numbers[0])
    notification_store.restore_address("m.durand@Example.ORG", "l.roy", LATER)
    assert notification_store.unreachable() == []
    retry(notification_store, numbers[1])
    # What came back before counts no more.
    third = ended(notification_store, MessageState.SENT, "m/3")
    come_back(notification_store, "<m/3@echeancier>", LATER)
    assert (state(notification_store, third), notification_store.unreachable()) == (
        MessageState.UNDELIVERED,
        [],
    )


def test_what_waits_is_stopped_unless_it_is_being_sent(
    notification_store: SqlNotificationStore,
) -> None:
    """Stopped, it has failed, and what tells of it is put with that; a relay's message is left to it."""
    number = ended(notification_store, MessageState.WAITING)
    waiting = notification_store.message(number)[0]
    told = (a_notice(waiting),)
    (claimed,) = notification_store.claim(NOW, 1, LEASE, "relais")
    assert not notification_store.stop(waiting, "Mise de côté.", SERVICE, LATER, told)
    assert not notification_store.has_message("avis/1")
    notification_store.release([claimed.lease])
    assert notification_store.stop(waiting, "Mise de côté.", SERVICE, LATER, told)
    assert notification_store.has_message("avis/1")
    assert state(notification_store, number) is MessageState.FAILED
    assert trail(notification_store, number) == [(SERVICE, "echec", "Mise de côté.")]
    assert not notification_store.stop(waiting, "Mise de côté.", SERVICE, LATER, told)


def test_one_notice_waits_for_a_reader_and_says_all(
    notification_store: SqlNotificationStore,
) -> None:
    """Written on what is no longer so, by the count of the day or by what waits, nothing is put."""
    missed = [
        notification_store.message(ended(notification_store, MessageState.FAILED, f"m/{one}"))[0]
        for one in range(3)
    ]
    note = notification_store.note_return

    def tell(*notices: Notice) -> Fate | None:
        returned = notification_store.returned(missed[0].message_id)
        said = a_return(missed[0].message_id, words=notices[0].message.key)
        return note(ReturnEffect(said, returned, "", notices), SERVICE, LATER)

    def waits() -> list[tuple[int, ...]]:
        found = notification_store.notices("personne:m.durand", NOW)
        return [tuple(each.message.id for each in one.missed) for one in found if one.waits]

    assert tell(a_notice(missed[0], count=-1)) is None
    assert tell(a_notice(missed[0])) is Fate.NOTED
    (first,) = notification_store.notices("personne:m.durand", NOW)
    assert tell(a_notice(missed[1], key="avis/2")) is None
    joint = a_notice(*missed[:2], key="avis/2", waiting=first, replaces=True)
    assert tell(joint) is Fate.NOTED
    assert waits() == [(missed[0].id, missed[1].id)]
    late = a_notice(missed[0], missed[2], key="avis/3", waiting=first, replaces=True)
    assert tell(late) is None
    assert state(notification_store, first.number) is MessageState.SUPERSEDED
    assert trail(notification_store, first.number)[0][1] == "remplacement"
    (taken,) = notification_store.claim(LATER, 1, LEASE, "relais")
    assert (waits(), tell(a_notice(missed[2], key="avis/3"))) == ([], Fate.NOTED)
    notification_store.mark_sent(taken.lease, LATER, "250 OK")
    assert len(notification_store.notices("personne:m.durand", LATER)) == 2
    assert [one.waits for one in notification_store.notices("personne:m.durand", LATER)] == [
        False,
        True,
    ]


def test_two_services_tell_one_reader_in_turn(
    notification_store: SqlNotificationStore, database_url: str
) -> None:
    """Each notes its own returns, and again what it wrote on a notice replaced since: one waits, of all."""
    numbers = [ended(notification_store, MessageState.SENT, f"m/{one}") for one in range(8)]
    engines = [open_engine(database_url, busy_seconds=PATIENCE) for _ in range(2)]

    def note(number: int, store: SqlNotificationStore) -> Fate | None:
        returned = store.returned(f"<m/{number}@echeancier>")
        assert returned is not None
        waiting = (one for one in store.notices("personne:m.durand", NOW) if one.waits)
        seen = next(waiting, None)
        before = [] if seen is None else [one.message for one in seen.missed]
        told = a_notice(
            *before, returned.message, key=f"avis/{number}", waiting=seen, replaces=True
        )
        said = a_return(returned.message.message_id)
        return store.note_return(ReturnEffect(said, returned, "Revenu.", (told,)), SERVICE, LATER)

    def note_all(one: Engine, mine: Sequence[int]) -> None:
        store = SqlNotificationStore(one)
        for number in mine:
            while note(number, store) is None:
                """Somebody else told the reader meanwhile."""
        one.dispose()

    with ThreadPoolExecutor(len(engines)) as pool:
        list(pool.map(note_all, engines, (range(0, 8, 2), range(1, 8, 2))))
    (waits,) = (one for one in notification_store.notices("personne:m.durand", NOW) if one.waits)
    assert {one.message.id for one in waits.missed} == set(numbers)
