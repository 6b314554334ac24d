"""Several relays, a real mail server, two databases: whoever slept past its lease sends nothing."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from db.connection.engine import open_engine
from db.mail.store import SqlNotificationStore
from notifications.mail.delivery import InDoubt
from notifications.mail.network import Security
from notifications.mail.relay import Relay
from notifications.mail.settlement import RelayReport
from notifications.model.messages import Lease
from notifications.model.ports import NotificationStore, Ready, Transport, at_once
from notifications.smtp.transports import SmtpSettings, SmtpTransport
from tests.support.notifications import (
    MemoryNotificationStore,
    ScriptedTransport,
    SetClock,
    make_message,
)
from tests.support.outbox import let_leases_end
from tests.support.scripted_smtp import HOST, Script, scripted

NOW = make_message().created_at
ASLEEP = timedelta(minutes=11)
COUNT = 6


@pytest.fixture
def store(notification_store: SqlNotificationStore) -> SqlNotificationStore:
    """Return an outbox with messages that wait."""
    for number in range(COUNT):
        notification_store.enqueue(make_message(f"rappel:{number}"))
    return notification_store


def transport(sink: Script) -> SmtpTransport:
    """Return a way to send."""
    settings = SmtpSettings(HOST, sink.port, "echeancier@interim.example", Security.NONE)
    return SmtpTransport(settings)


class Sleepy(SmtpTransport):
    """A way to send whose machine falls asleep once, when all is said but the dot."""

    asleep: Callable[[], None] | None = None

    async def send(self, address: str, content: bytes, ready: Ready = at_once) -> str:
        """Sleep, then ask whether the message may be accepted."""

        async def late() -> None:
            if Sleepy.asleep is not None:
                sleep, Sleepy.asleep = Sleepy.asleep, None
                # In a thread: the other relay has a loop of its own.
                await asyncio.to_thread(sleep)
            await ready()

        return await super().send(address, content, late)


def relay(
    store: NotificationStore, way: Callable[[], Transport], clock: SetClock, worker: str
) -> Relay:
    """Return a relay over two connections."""
    return Relay(store, way, clock, worker=worker, connections=2)


@pytest.mark.parametrize("name", ["hote:2", "hote:1"])
def test_asleep_past_the_lease_one_mail_leaves(
    store: SqlNotificationStore, engine: Engine, name: str
) -> None:
    """A laptop that slept before the dot hangs up: another sent the mail, even under the same name."""
    clock, others = SetClock(NOW), list[RelayReport]()
    with scripted() as sink:
        settings = SmtpSettings(HOST, sink.port, "echeancier@interim.example", Security.NONE)

        def sleep() -> None:
            let_leases_end(engine)
            clock.now += ASLEEP
            others.append(relay(store, lambda: transport(sink), clock, name).run_once())

        Sleepy.asleep = sleep
        report = relay(store, lambda: Sleepy(settings), clock, "hote:1").run_once()
    assert sum(sink.arrived.values()) == len(sink.arrived) == COUNT
    assert report.sent + others[0].sent == COUNT
    assert (report.failed, report.deferred) == (0, 0)
    assert store.counts().sent == COUNT


def test_a_database_that_froze_for_one_relay_lets_no_mail_out_twice(
    store: SqlNotificationStore, engine: Engine, database_url: str
) -> None:
    """Blocked while it marks a mail, it wakes up to leases that are another's: one mail in doubt at most."""
    frozen, clock = list[RelayReport](), SetClock(NOW)
    own = open_engine(database_url)

    class Freezing(SqlNotificationStore):
        """Answers the first request for a lease only once all the others have been sent."""

        def hold(self, lease: Lease, now: object, *more: object) -> bool:
            if not frozen:
                let_leases_end(engine)
                clock.now += ASLEEP
                other = relay(store, lambda: transport(sink), clock, "hote:2")
                frozen.append(thread.submit(other.run_once).result())
            return super().hold(lease, now, *more)  # type: ignore[arg-type]

    with scripted() as sink, ThreadPoolExecutor(1) as thread:
        late = relay(Freezing(own), lambda: transport(sink), clock, "hote:1")
        report = late.run_once()
    own.dispose()
    assert sink.arrived == Counter(dict.fromkeys(sink.arrived, 1))
    assert len(sink.arrived) == COUNT
    assert (frozen[0].sent, report.sent) == (COUNT, 0)
    assert store.counts().sent == COUNT


def test_a_clock_that_is_ahead_takes_nothing_from_another(
    store: SqlNotificationStore, engine: Engine
) -> None:
    """On a shared base, a machine eleven minutes ahead leaves alone what another is sending."""
    if engine.dialect.name == "sqlite":
        # One machine, one clock: what is ahead is ahead for both.
        assert store.claim(NOW, COUNT, ASLEEP, "hote:1")
        return
    ahead = list[RelayReport]()
    with scripted() as sink:
        settings = SmtpSettings(HOST, sink.port, "echeancier@interim.example", Security.NONE)

        def meanwhile() -> None:
            other = relay(store, lambda: transport(sink), SetClock(NOW + ASLEEP), "hote:2")
            ahead.append(other.run_once())

        Sleepy.asleep = meanwhile
        report = relay(store, lambda: Sleepy(settings), SetClock(NOW), "hote:1").run_once()
    assert (report.sent, ahead[0].sent) == (COUNT, 0)
    assert sum(sink.arrived.values()) == len(sink.arrived) == COUNT


def test_a_mail_in_doubt_three_times_is_left_to_a_person() -> None:
    """Taken without a word, it may have arrived each time: it is not sent all through two days."""
    store, clock = MemoryNotificationStore(), SetClock(NOW)
    store.enqueue(make_message("rappel:1"))
    store.enqueue(make_message("rappel:2", address="max@interim.example"))

    def silent(address: str, _content: bytes) -> str:
        if address.startswith("zoe"):
            raise InDoubt("Pas de réponse.")
        return "250 OK"

    way = ScriptedTransport(silent)
    while store.sheet("rappel:1").waiting:
        clock.now = max(clock.now, store.sheet("rappel:1").next_attempt_at)
        Relay(store, lambda: way, clock, worker="hote:1").run_once()
    assert store.sheet("rappel:1").attempts == 3
    assert store.failures(1)[0].error == (
        "Le serveur a reçu ce message 3 fois sans jamais le confirmer : il est peut-être arrivé. Voyez "
        "avec le destinataire, puis abandonnez-le ou relancez-le."
    )
    assert store.sheet("rappel:2").answer == "250 OK"


def test_what_nobody_tried_is_in_no_doubt() -> None:
    """When the server falls silent twice, the messages that wait behind are put off without a doubt."""
    store = MemoryNotificationStore()
    for number in range(COUNT):
        store.enqueue(make_message(f"rappel:{number}"))

    def silent(_address: str, _content: bytes) -> str:
        raise InDoubt("Pas de réponse.")

    report = Relay(
        store, lambda: ScriptedTransport(silent), SetClock(NOW), worker="hote:1"
    ).run_once()
    assert report.deferred == COUNT
    assert sorted(sheet.doubts for sheet in store.outbox.values()) == [0, 0, 0, 0, 1, 1]
