"""A service whose PostgreSQL is stopped and started again: it waits, comes back, and loses nothing."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from db.connection.engine import open_engine
from db.mail.store import SqlNotificationStore
from db.schema.version import upgrade
from notifications.digest.round import DigestRound
from notifications.mail.relay import Relay
from notifications.reminders.round import ReminderRound
from notifications.service.loop import Service, Stop
from tests.support import postgres
from tests.support.notifications import (
    LABELS,
    ScriptedTransport,
    SetClock,
    make_composer,
    make_directory,
    make_message,
    make_planner,
    paris,
)

NOW = paris(date(2026, 9, 3), 6)


@pytest.fixture
def server() -> Iterator[postgres.Server]:
    """Return a server of the test's own, which it may stop."""
    with postgres.running() as running:
        yield running


@pytest.fixture
def engine(server: postgres.Server) -> Iterator[Engine]:
    """Return an engine on a database of that server."""
    engine = open_engine(server.url(server.create()))
    upgrade(engine)
    yield engine
    engine.dispose()


def a_service(engine: Engine, clock: SetClock, transport: ScriptedTransport) -> Service:
    """Return a service on a real store, with mails that go nowhere."""
    store, planner, stop = SqlNotificationStore(engine), make_planner(), Stop()
    composer, directory = make_composer(planner), make_directory()
    return Service(
        ReminderRound(store, planner, composer, directory, stopping=stop),
        DigestRound(store, planner, composer.digest, directory, LABELS),
        Relay(store, lambda: transport, clock, worker="hote:1", stopping=stop),
        store=store,
        planner=planner,
        clock=clock,
        name="hote:1",
        stop=stop,
    )


def test_it_comes_back_by_itself(
    server: postgres.Server, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    """Stopped and started: no beat raises, two lines in the log, and what waited leaves once."""
    transport = ScriptedTransport(lambda _address, _content: "250 OK")
    clock = SetClock(NOW, timedelta(seconds=1))
    service = a_service(engine, clock, transport)
    assert service.beat().failures == []
    SqlNotificationStore(engine).enqueue(make_message(created_at=NOW))
    with caplog.at_level(logging.INFO):
        server.stop()
        for _ in range(3):
            failures = service.beat().failures
            assert [one.part for one in failures] == ["database"]
            assert "PostgreSQL" in failures[0].message
        assert transport.sent == []
        server.start()
        report = service.beat()
    assert report.failures == []
    assert report.relay is not None
    assert report.relay.sent == 1
    assert service.beat().relay is not None
    assert len(transport.sent) == 1
    actions = [str(one.__dict__.get("action")) for one in caplog.records]
    assert [one for one in actions if "database" in one] == ["database_lost", "database_back"]
    assert not any(one.endswith("_failed") for one in actions)
