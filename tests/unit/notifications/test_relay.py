"""The relay without a network: leases, backoff, outages, stops, and the windows where it may die."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from notifications.delivery import ConnectionLost, Unreachable
from notifications.ports import DeliveryError
from notifications.relay import Relay
from tests.support.notifications import (
    MemoryNotificationStore,
    ScriptedTransport,
    SetClock,
    make_message,
    paris,
)
from workflow.errors import OutOfReach

NOW = paris(date(2026, 9, 1))
LEASE = timedelta(minutes=10)


def a_store(count: int = 1) -> MemoryNotificationStore:
    """Return a store with messages that wait."""
    store = MemoryNotificationStore()
    for number in range(1, count + 1):
        store.enqueue(make_message(f"rappel:{number}"))
    return store


def accept(_address: str, _content: bytes) -> str:
    """Accept everything."""
    return "250 OK"


def refuse(error: Exception) -> Callable[[str, bytes], str]:
    """Refuse everything with an error."""

    def behave(_address: str, _content: bytes) -> str:
        raise error

    return behave


def a_relay(
    store: MemoryNotificationStore,
    transport: ScriptedTransport,
    clock: Callable[[], datetime] | None = None,
    **options: object,
) -> Relay:
    """Return the relay of the tests."""
    return Relay(store, lambda: transport, clock or SetClock(NOW), worker="hote:1", **options)  # type: ignore[arg-type]


def test_an_empty_outbox_opens_no_connection() -> None:
    """With nothing to send, the server is not disturbed."""
    transport = ScriptedTransport(accept)
    assert a_relay(a_store(0), transport).run_once().sent == 0
    assert transport.opened == 0


def test_all_messages_share_a_connection() -> None:
    """Several batches leave over one connection, each message once, with the server's answer."""
    store, transport = a_store(7), ScriptedTransport(accept)
    report = a_relay(store, transport, batch=3).run_once()
    assert (report.sent, transport.opened, transport.closed) == (7, 1, 1)
    assert len(transport.sent) == 7
    assert store.sheet("rappel:1").answer == "250 OK"
    assert store.counts().waiting == 0


def test_a_message_is_marked_sent_after_the_answer() -> None:
    """While the server has not answered, the message is not sent in the database."""
    store = a_store()
    states = []

    def behave(_address: str, _content: bytes) -> str:
        states.append(store.sheet("rappel:1").sent_at)
        return "250 OK"

    a_relay(store, ScriptedTransport(behave)).run_once()
    assert states == [None]
    assert store.sheet("rappel:1").sent_at == NOW


def test_a_transient_failure_waits_its_turn() -> None:
    """Greylisted, a message is tried again a minute later, then five."""
    store, clock = a_store(), SetClock(NOW)
    grey = DeliveryError("Pas maintenant (451).", permanent=False)
    relay = a_relay(store, ScriptedTransport(refuse(grey)), clock)
    assert relay.run_once().deferred == 1
    assert store.sheet("rappel:1").next_attempt_at == NOW + timedelta(minutes=1)
    assert relay.run_once().deferred == 0
    clock.now = NOW + timedelta(minutes=1)
    assert relay.run_once().deferred == 1
    assert store.sheet("rappel:1").next_attempt_at == NOW + timedelta(minutes=6)
    assert store.sheet("rappel:1").error == "Pas maintenant (451)."


def test_a_permanent_failure_stops_at_once() -> None:
    """Refused for good, a message is failed; the others leave."""
    store = a_store(3)

    def behave(_address: str, content: bytes) -> str:
        if b"rappel.2" in content:
            raise DeliveryError("Destinataire refusé (550).", permanent=True)
        return "250 OK"

    report = a_relay(store, ScriptedTransport(behave)).run_once()
    assert (report.sent, report.failed) == (2, 1)
    assert [failed.error for failed in store.failures(10)] == ["Destinataire refusé (550)."]
    assert report.errors == ["Destinataire refusé (550)."]


def test_a_message_is_given_up_after_two_days() -> None:
    """Hour after hour for two days, then the message is failed and shown."""
    store, clock = a_store(), SetClock(NOW)
    grey = DeliveryError("Pas maintenant (451).", permanent=False)
    relay = a_relay(store, ScriptedTransport(refuse(grey)), clock)
    while store.sheet("rappel:1").waiting:
        clock.now = max(clock.now, store.sheet("rappel:1").next_attempt_at)
        relay.run_once()
    age = clock.now - NOW
    assert timedelta(hours=48) <= age < timedelta(hours=49, minutes=30)
    assert store.sheet("rappel:1").attempts == 52


def test_an_unreachable_server_costs_one_attempt() -> None:
    """Nobody answers: every claimed message is put off, with the reason, after one try."""
    store = a_store(5)
    transport = ScriptedTransport(accept, Unreachable("Connexion refusée."))
    report = a_relay(store, transport).run_once()
    assert (report.deferred, report.sent, transport.opened) == (5, 0, 1)
    assert report.errors == ["Connexion refusée."]
    assert all(sheet.error == "Connexion refusée." for sheet in store.outbox.values())
    assert all(sheet.leased_until is None for sheet in store.outbox.values())


def test_a_server_that_goes_away_is_left_alone() -> None:
    """When the connection cannot be opened again, the rest is put off without being tried."""
    store, tried = a_store(4), []

    def behave(address: str, _content: bytes) -> str:
        tried.append(address)
        if len(tried) > 1:
            raise Unreachable("Connexion refusée.")
        return "250 OK"

    report = a_relay(store, ScriptedTransport(behave)).run_once()
    assert (report.sent, report.deferred, len(tried)) == (1, 3, 2)


def test_two_silences_in_a_row_are_enough() -> None:
    """A server that hangs burns two timeouts, not one for each message."""
    store, tried = a_store(6), []

    def behave(address: str, _content: bytes) -> str:
        tried.append(address)
        raise ConnectionLost("Pas de réponse.")

    report = a_relay(store, ScriptedTransport(behave)).run_once()
    assert (len(tried), report.deferred, report.sent) == (2, 6, 0)


def test_one_silence_is_an_accident() -> None:
    """A message that makes the server hang up does not stop the others."""
    store = a_store(4)

    def behave(_address: str, content: bytes) -> str:
        if b"rappel.1" in content or b"rappel.3" in content:
            raise ConnectionLost("Coupée.")
        return "250 OK"

    report = a_relay(store, ScriptedTransport(behave)).run_once()
    assert (report.sent, report.deferred) == (2, 2)


def test_a_request_to_stop_gives_back_the_rest() -> None:
    """Asked to stop during a message, the relay finishes it and gives back the others."""
    store, asked = a_store(5), []

    def behave(_address: str, _content: bytes) -> str:
        asked.append(True)
        return "250 OK"

    report = a_relay(store, ScriptedTransport(behave), stopping=lambda: bool(asked)).run_once()
    assert (report.sent, report.released) == (1, 4)
    assert all(sheet.lease_owner is None for sheet in store.outbox.values())
    assert store.counts().waiting == 4
    assert [sheet.attempts for sheet in store.outbox.values()] == [1, 0, 0, 0, 0]


def test_asked_to_stop_before_it_begins_the_relay_claims_nothing() -> None:
    """A relay that is asked to stop leaves the outbox alone."""
    transport = ScriptedTransport(accept)
    assert a_relay(a_store(), transport, stopping=lambda: True).run_once().sent == 0
    assert transport.opened == 0


def test_no_message_is_begun_late_in_its_lease() -> None:
    """When half the lease is gone, the rest of the batch is given back and claimed again."""
    store, transport = a_store(6), ScriptedTransport(accept)
    clock = SetClock(NOW, step=timedelta(minutes=1))
    report = a_relay(store, transport, clock, lease=LEASE).run_once()
    assert report.sent == 6
    assert report.released > 0
    assert len({content for _, content in transport.sent}) == 6


def test_a_relay_that_dies_leaves_its_messages_to_the_next() -> None:
    """Killed between claim and sending, its lease ends and another relay sends, once."""
    store = a_store(2)
    store.claim(NOW, 10, LEASE, "hote:mort")
    transport, clock = ScriptedTransport(accept), SetClock(NOW + LEASE - timedelta(seconds=1))
    relay = a_relay(store, transport, clock)
    assert relay.run_once().sent == 0
    clock.now = NOW + LEASE
    assert relay.run_once().sent == 2
    assert [sheet.attempts for sheet in store.outbox.values()] == [1, 1]


class Killed(BaseException):
    """The process dies here."""


def test_killed_between_the_answer_and_the_mark_the_repeat_is_recognisable() -> None:
    """The server took it, the database does not know: the repeat bears the same Message-ID."""

    class Dying(MemoryNotificationStore):
        dead = True

        def mark_sent(self, message_id: int, worker: str, now: datetime, answer: str) -> None:
            if self.dead:
                raise Killed
            super().mark_sent(message_id, worker, now, answer)

    store = Dying()
    store.enqueue(make_message("rappel:1"))
    store.enqueue(make_message("rappel:2"))
    transport = ScriptedTransport(accept)
    with pytest.raises(Killed):
        a_relay(store, transport).run_once()
    store.dead = False
    restarted = a_relay(store, transport, SetClock(NOW + LEASE))
    assert restarted.run_once().sent == 2
    contents = [content for _, content in transport.sent]
    assert contents.count(make_message("rappel:1").content) == 2
    assert contents.count(make_message("rappel:2").content) == 1


def test_killed_before_the_answer_the_message_leaves_later() -> None:
    """Killed while sending, the message waits for the end of its lease, and is not lost."""
    store = a_store()
    with pytest.raises(Killed):
        a_relay(store, ScriptedTransport(refuse(Killed()))).run_once()  # type: ignore[arg-type]
    assert store.sheet("rappel:1").waiting
    transport = ScriptedTransport(accept)
    assert a_relay(store, transport, SetClock(NOW)).run_once().sent == 0
    assert a_relay(store, transport, SetClock(NOW + LEASE)).run_once().sent == 1


def test_a_database_that_hiccups_does_not_repeat_the_message() -> None:
    """Accepted but not noted, a message is noted at the next round and not sent again."""

    class Hiccup(MemoryNotificationStore):
        failing = True

        def mark_sent(self, message_id: int, worker: str, now: datetime, answer: str) -> None:
            if self.failing:
                raise OutOfReach("Base injoignable.")
            super().mark_sent(message_id, worker, now, answer)

    store = Hiccup()
    store.enqueue(make_message("rappel:1"))
    store.enqueue(make_message("rappel:2"))
    transport = ScriptedTransport(accept)
    relay = a_relay(store, transport)
    with pytest.raises(OutOfReach):
        relay.run_once()
    store.failing = False
    relay.run_once()
    assert len(transport.sent) == 2
    assert store.counts().sent == 2


def test_an_unforeseen_error_on_opening_gives_back_the_batch() -> None:
    """A bug in the transport loses nothing: the messages are free again."""
    store = a_store(2)
    with pytest.raises(ZeroDivisionError):
        a_relay(store, ScriptedTransport(accept, ZeroDivisionError())).run_once()
    assert all(sheet.lease_owner is None for sheet in store.outbox.values())


def test_a_transport_that_never_returns_is_left_in_time() -> None:
    """A way out that hangs for half the lease is not trusted with the other messages."""
    store = a_store(3)

    class Hanging(ScriptedTransport):
        async def send(self, address: str, content: bytes) -> str:
            await asyncio.Event().wait()
            return await super().send(address, content)

    relay = a_relay(store, Hanging(accept), lease=timedelta(seconds=0.2))
    report = relay.run_once()
    assert (report.deferred, report.sent) == (3, 0)
    assert report.errors == ["Envoi interrompu : pas de réponse à temps ; nouvel essai plus tard."]


def test_two_relays_share_the_outbox() -> None:
    """What one has claimed, the other leaves alone: each message leaves once."""
    store = a_store(4)
    first = ScriptedTransport(accept)
    claimed = store.claim(NOW, 2, LEASE, "hote:2")
    a_relay(store, first).run_once()
    assert len(first.sent) == 2
    assert {message.content for message in claimed}.isdisjoint(c for _, c in first.sent)
