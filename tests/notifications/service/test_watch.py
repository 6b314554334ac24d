"""The dead-man's switch: called at every beat, never waited for, never named."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import SimpleQueue

import pytest

from notifications.service.beats import BeatReport, Failure
from notifications.service.watch import Ping
from tests.support.programs import PATIENCE

NOW = datetime(2026, 9, 3, 7, tzinfo=UTC)
FINE = BeatReport(NOW)
BROKEN = BeatReport(NOW, failures=[Failure("relay", "Panne.")])
SECRET = "1f0c2a"


class Switch:
    """A web server that notes what it is asked."""

    def __init__(self) -> None:
        self.asked: SimpleQueue[str] = SimpleQueue()
        self.status = 200
        self.hold: threading.Event | None = None
        self.port = 0

    @property
    def url(self) -> str:
        """Return the address to call."""
        return f"http://127.0.0.1:{self.port}/{SECRET}"

    def next(self) -> str:
        """Return the next path asked."""
        return self.asked.get(timeout=PATIENCE)


@contextmanager
def switch() -> Iterator[Switch]:
    """Run a web server."""
    told = Switch()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.asked.put(self.path)
            if told.hold is not None:
                told.hold.wait(30)
            self.send_response(told.status)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield told
    finally:
        if told.hold is not None:
            told.hold.set()
        server.shutdown()
        server.server_close()
        thread.join()


def test_it_is_called_when_a_beat_begins_and_when_it_ends() -> None:
    """`/start`, then the address itself; `/fail` when a part of the beat failed."""
    with switch() as server:
        ping = Ping(server.url)
        for report in (FINE, BROKEN):
            ping.began()
            ping.ended(report)
        ping.close()
        assert [server.next() for _ in range(4)] == [
            f"/{SECRET}/start", f"/{SECRET}", f"/{SECRET}/start", f"/{SECRET}/fail",
        ]  # fmt: skip


def test_what_the_address_asks_stays_behind_the_suffix() -> None:
    """An address with parameters keeps them, and a slash at its end is not doubled."""
    with switch() as server:
        ping = Ping(f"{server.url}/?create=1")
        ping.began()
        ping.close()
        assert server.next() == f"/{SECRET}/start?create=1"


def test_a_beat_waits_for_nobody(caplog: pytest.LogCaptureFixture) -> None:
    """While the server keeps silent, beats go on, and the calls that find no room are given up."""
    with switch() as server:
        server.hold = threading.Event()
        ping = Ping(server.url)
        ping.began()
        assert server.next() == f"/{SECRET}/start"
        for _ in range(20):
            ping.ended(FINE)
        assert server.asked.empty()
        server.hold.set()
        ping.close()
        heard = 0
        while not server.asked.empty():
            heard += server.next() == f"/{SECRET}"
        assert heard == 4


def test_nobody_at_the_other_end_is_said_once_and_without_the_address(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Lost, then back: one line each, which never says where it calls."""
    with switch() as server, caplog.at_level(logging.DEBUG):
        ping = Ping(server.url)
        server.status = 500
        for _ in range(3):
            ping.ended(FINE)
            server.next()
        server.status = 200
        ping.ended(FINE)
        server.next()
        ping.close()
    told = [one.__dict__["action"] for one in caplog.records if "action" in one.__dict__]
    assert told == ["ping_lost", "ping_back"]
    assert SECRET not in caplog.text


def test_a_name_that_nobody_bears_harms_nobody(caplog: pytest.LogCaptureFixture) -> None:
    """A host that does not answer at all is a line in the log, and nothing else."""
    with caplog.at_level(logging.DEBUG):
        ping = Ping(f"http://127.0.0.1:1/{SECRET}", timeout=2)
        ping.began()
        ping.ended(FINE)
        ping.close()
    assert [one.__dict__.get("action") for one in caplog.records] == ["ping_lost"]
    assert SECRET not in caplog.text


def test_nothing_to_call_is_nothing_to_wait_for() -> None:
    """Closed before any beat, it returns at once."""
    Ping(f"http://127.0.0.1:1/{SECRET}").close()
