"""The relay without a network: leases, backoff, outages, stops, and the windows where it may die."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from db.schema.mail_tables import outbox
from notifications.mail.delivery import ConnectionLost, Unreachable
from notifications.mail.relay import Relay
from notifications.model.messages import Lease, QueuedMessage
from notifications.model.ports import DeliveryError, Ready, at_once
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
HELD = timedelta(minutes=11)
"""What a message is held for once it may be accepted: as long as the answer may take, and a minute."""


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
    """Greylisted, a message is tried again about a minute later, then five, then fifteen."""
    store, clock = a_store(), SetClock(NOW)
    grey = DeliveryError("Pas maintenant (451).", permanent=False)
    relay = a_relay(store, ScriptedTransport(refuse(grey)), clock)
    for minutes in (1, 5, 15):
        assert relay.run_once().deferred == 1
        assert relay.run_once().deferred == 0
        again = store.sheet("rappel:1").next_attempt_at
        assert 0.8 <= (again - clock.now) / timedelta(minutes=minutes) <= 1.2
        clock.now = again
    assert store.sheet("rappel:1").last_error == "Pas maintenant (451)."


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
    assert 45 <= store.sheet("rappel:1").attempts <= 60


def test_nobody_answering_gives_no_message_up() -> None:
    """Four days without a server, or with a wrong password: the messages wait, and leave after it."""
    store, clock = a_store(2), SetClock(NOW)
    closed = a_relay(store, ScriptedTransport(accept, Unreachable("Connexion refusée.")), clock)
    while clock.now < NOW + timedelta(days=4):
        closed.run_once()
        clock.now = max(sheet.next_attempt_at for sheet in store.outbox.values())
    assert store.counts().waiting == 2
    assert a_relay(store, ScriptedTransport(accept), clock).run_once().sent == 2


def test_an_unreachable_server_costs_one_attempt() -> None:
    """Nobody answers: every claimed message is put off, with the reason, after one try."""
    store = a_store(5)
    transport = ScriptedTransport(accept, Unreachable("Connexion refusée."))
    report = a_relay(store, transport).run_once()
    assert (report.deferred, report.sent, transport.opened) == (5, 0, 1)
    assert report.errors == ["Connexion refusée."]
    assert all(sheet.last_error == "Connexion refusée." for sheet in store.outbox.values())
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

        def mark_sent(self, lease: Lease, now: datetime, answer: str) -> None:
            if self.dead:
                raise Killed
            super().mark_sent(lease, now, answer)

    store = Dying()
    store.enqueue(make_message("rappel:1"))
    store.enqueue(make_message("rappel:2"))
    transport = ScriptedTransport(accept)
    with pytest.raises(Killed):
        a_relay(store, transport).run_once()
    store.dead = False
    restarted = a_relay(store, transport, SetClock(NOW + HELD))
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
    assert a_relay(store, transport, SetClock(NOW + HELD)).run_once().sent == 1


def test_a_database_that_hiccups_does_not_repeat_the_message() -> None:
    """Accepted but not noted, a message is noted at the next round and not sent again."""

    class Hiccup(MemoryNotificationStore):
        failing = True

        def mark_sent(self, lease: Lease, now: datetime, answer: str) -> None:
            if self.failing:
                raise OutOfReach("Base injoignable.")
            super().mark_sent(lease, now, answer)

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
        async def send(self, address: str, content: bytes, ready: Ready = at_once) -> str:
            await asyncio.Event().wait()
            return await super().send(address, content, ready)

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


def test_one_message_at_most_is_accepted_and_not_marked() -> None:
    """Whenever a message may be accepted, all those accepted before it are marked in the database."""
    store, unmarked = a_store(8), []

    class Watching(ScriptedTransport):
        async def send(self, address: str, content: bytes, ready: Ready = at_once) -> str:
            await ready()
            unmarked.append(len(self.sent) - store.counts().sent)
            return await super().send(address, content, at_once)

    assert a_relay(store, Watching(accept), batch=3).run_once().sent == 8
    assert unmarked == [0] * 8


class Slow(ScriptedTransport):
    """A way out that takes its time before each message, and after: others have time to begin."""

    async def send(self, address: str, content: bytes, ready: Ready = at_once) -> str:
        """Answer after a while."""
        await asyncio.sleep(0)
        await ready()
        await asyncio.sleep(0)
        return await super().send(address, content, at_once)


def test_connections_take_turns_for_what_may_be_accepted() -> None:
    """Three connections share the messages, and yet never is a second one accepted unmarked."""
    store, unmarked, opened = a_store(45), [], list[Slow]()

    def accept_alone(_address: str, _content: bytes) -> str:
        unmarked.append(sum(len(one.sent) for one in opened) - store.counts().sent)
        return "250 OK"

    def one_more() -> Slow:
        opened.append(Slow(accept_alone))
        return opened[-1]

    relay = Relay(store, one_more, SetClock(NOW), worker="hote:1", connections=3)
    assert relay.run_once().sent == 45
    assert unmarked == [0] * 45
    assert [one.closed for one in opened] == [1, 1, 1]
    assert all(one.sent for one in opened)
    assert len({content for one in opened for _, content in one.sent}) == 45


def test_a_handful_of_messages_leave_over_one_connection() -> None:
    """Nine messages are not worth a second connection; ten are."""
    for count, connections in ((9, 1), (10, 2)):
        transport = ScriptedTransport(accept)
        a_relay(a_store(count), transport, connections=2).run_once()
        assert (transport.opened, len(transport.sent)) == (connections, count)


def test_a_server_that_takes_one_connection_only_gets_everything() -> None:
    """The second connection is refused: the first carries all the messages, and nobody hears of it."""
    store, opened = a_store(30), list[ScriptedTransport]()

    def only_one() -> ScriptedTransport:
        opened.append(ScriptedTransport(accept, Unreachable("421 Trop.") if opened else None))
        return opened[-1]

    report = Relay(store, only_one, SetClock(NOW), worker="hote:1", connections=2).run_once()
    assert (report.sent, report.deferred, report.errors) == (30, 0, [])


def test_a_connection_that_is_lost_leaves_its_messages_to_the_other() -> None:
    """One of two connections ends: its message is tried again later, all the others leave now."""
    store, opened = a_store(20), list[Slow]()

    def second_breaks() -> Slow:
        behave = refuse(Unreachable("Plus personne.")) if opened else accept
        opened.append(Slow(behave))
        return opened[-1]

    report = Relay(store, second_breaks, SetClock(NOW), worker="hote:1", connections=2).run_once()
    assert (report.sent, report.deferred) == (19, 1)
    assert store.counts().waiting == 1


def test_both_connections_lost_cost_each_a_message_and_the_rest_a_delay() -> None:
    """When nobody answers any more, what is left waits without being tried one by one."""
    store, tried = a_store(40), []

    def silent(address: str, _content: bytes) -> str:
        tried.append(address)
        raise Unreachable("Plus personne.")

    report = a_relay(store, Slow(silent), connections=2).run_once()
    assert (report.sent, report.deferred, len(tried)) == (0, 40, 2)


def test_a_defect_in_one_connection_gives_back_what_no_other_has_begun() -> None:
    """An error that is nobody's goes through; what was sent is marked, the rest is free at once."""
    store = a_store(20)

    def behave(_address: str, content: bytes) -> str:
        if b"rappel.4" in content:
            raise Killed
        return "250 OK"

    with pytest.raises(Killed):
        a_relay(store, Slow(behave), connections=2).run_once()
    held = [key for key, sheet in store.outbox.items() if sheet.lease_owner is not None]
    assert held == ["rappel:4"]
    assert store.counts().sent == 19


def test_a_database_lost_between_two_messages_gives_the_second_back() -> None:
    """The first could not be noted: the second is not handed over, and is free for the next round."""

    class Hiccup(MemoryNotificationStore):
        failing = True

        def mark_sent(self, lease: Lease, now: datetime, answer: str) -> None:
            if self.failing:
                raise OutOfReach("Base injoignable.")
            super().mark_sent(lease, now, answer)

    store, transport = Hiccup(), ScriptedTransport(accept)
    for number in range(1, 4):
        store.enqueue(make_message(f"rappel:{number}"))
    relay = a_relay(store, transport)
    with pytest.raises(OutOfReach):
        relay.run_once()
    assert len(transport.sent) == 1
    assert [sheet.lease_owner for sheet in store.outbox.values()] == ["hote:1", None, None]
    store.failing = False
    assert relay.run_once().sent == 2
    assert store.counts().sent == 3


def test_a_database_lost_before_the_dot_gives_the_message_back() -> None:
    """What could not be proved ours has not left: it is free at once, and nothing is said against it."""

    class Hiccup(MemoryNotificationStore):
        failing = True

        def hold(self, *asked: Any) -> bool:
            if self.failing:
                raise OutOfReach("Base injoignable.")
            return super().hold(*asked)

    store, transport = Hiccup(), ScriptedTransport(accept)
    store.enqueue(make_message("rappel:1"))
    relay = a_relay(store, transport)
    with pytest.raises(OutOfReach):
        relay.run_once()
    sheet = store.sheet("rappel:1")
    assert (transport.sent, sheet.lease_owner, sheet.attempts, sheet.last_error) == (
        [],
        None,
        0,
        None,
    )
    store.failing = False
    assert relay.run_once().sent == 1


def test_a_defect_of_the_transport_costs_one_message_its_turn() -> None:
    """An unexpected error is that message's own: it is tried again later, the others leave now."""
    store, clock = a_store(4), SetClock(NOW)

    def behave(_address: str, content: bytes) -> str:
        if b"rappel.2" in content:
            raise ZeroDivisionError("zoe@interim.example")
        return "250 OK"

    relay = a_relay(store, ScriptedTransport(behave), clock)
    report = relay.run_once()
    assert (report.sent, report.deferred) == (3, 1)
    (error,) = report.errors
    assert error == (
        "Envoi impossible, panne imprévue (ZeroDivisionError) ; nouvel essai plus tard, "
        "prévenez le support."
    )
    while store.sheet("rappel:2").waiting:
        clock.now = max(clock.now, store.sheet("rappel:2").next_attempt_at)
        relay.run_once()
    assert store.sheet("rappel:2").failed_at is not None


def test_a_message_that_kills_its_relay_is_left_to_a_person() -> None:
    """Sent alone after a first death, it takes nobody with it; after five, it is no longer tried."""
    store, clock = a_store(3), SetClock(NOW)

    def behave(_address: str, content: bytes) -> str:
        if b"rappel.2" in content:
            raise Killed
        return "250 OK"

    transport = ScriptedTransport(behave)
    for _ in range(5):
        with pytest.raises(Killed):
            a_relay(store, transport, clock).run_once()
        clock.now += HELD
    report = a_relay(store, transport, clock).run_once()
    assert report.failed == 1
    assert store.failures(1)[0].error == (
        "Le service s’est arrêté net 5 fois en envoyant ce message ; il n’est plus essayé : "
        "abandonnez-le, ou relancez-le une fois le support prévenu."
    )
    assert store.counts().sent == 2
    assert len(transport.sent) == 2


def test_no_more_leave_in_a_minute_than_the_server_takes() -> None:
    """Three a minute: the rest stays in the outbox, free, and leaves at the beats that follow."""
    store, clock, transport = a_store(8), SetClock(NOW), ScriptedTransport(accept)
    relay = a_relay(store, transport, clock, per_minute=3)
    sent = []
    for _ in range(8):
        sent.append(relay.run_once().sent)
        assert all(sheet.lease_owner is None for sheet in store.outbox.values() if sheet.waiting)
        clock.now += timedelta(seconds=30)
    assert sent == [3, 0, 3, 0, 2, 0, 0, 0]
    assert transport.opened == 3


def test_a_clock_set_back_does_not_hold_the_mails() -> None:
    """An hour back, what was sent « later » no longer counts."""
    store, clock = a_store(4), SetClock(NOW)
    relay = a_relay(store, ScriptedTransport(accept), clock, per_minute=2)
    assert relay.run_once().sent == 2
    clock.now = NOW - timedelta(hours=1)
    store.run(outbox.update().values(next_attempt_at=clock.now))
    assert relay.run_once().sent == 2


class OddRenewer:
    """Renews one message, and finds another without a reason to leave."""

    def __init__(self, store: MemoryNotificationStore) -> None:
        self.store = store
        self.asked: list[str] = []

    def renew(self, message: QueuedMessage, now: datetime) -> QueuedMessage | None:
        """Bring a message up to date."""
        self.asked.append(message.key)
        if message.key == "rappel:2":
            self.store.mark_superseded(message.lease, now, "Fait.")
            return None
        return replace(message, content=b"Subject: neuf\r\n\r\n")


def test_what_has_waited_an_hour_is_renewed() -> None:
    """An hour old, messages leave as they are written anew; those without a reason do not leave."""
    store, transport = a_store(2), ScriptedTransport(accept)
    store.enqueue(make_message("rappel:3", created_at=NOW + timedelta(minutes=1)))
    renewer = OddRenewer(store)
    clock = SetClock(NOW + timedelta(hours=1))
    report = a_relay(store, transport, clock, renew=renewer.renew).run_once()
    assert renewer.asked == ["rappel:1", "rappel:2"]
    assert (report.sent, report.superseded) == (2, 1)
    assert [content for _, content in transport.sent] == [
        b"Subject: neuf\r\n\r\n",
        make_message("rappel:3").content,
    ]
    assert store.counts().waiting == 0
