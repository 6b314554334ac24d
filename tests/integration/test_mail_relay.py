"""The relay with a real mail server: whatever the server does, nothing is lost and nothing repeats."""

from __future__ import annotations

import asyncio
import errno
import re
import signal
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from notifications.mail.files import FileTransport
from notifications.mail.network import Security
from notifications.mail.relay import Relay
from notifications.mail.settlement import RelayReport
from notifications.model.ports import Ready, at_once
from notifications.smtp.transports import SmtpSettings, SmtpTransport
from tests.support.notifications import MemoryNotificationStore, SetClock, make_message, paris
from tests.support.programs import PATIENCE, begun
from tests.support.smtp import HOST, Behaviour, Running, serving

NOW = paris(date(2026, 9, 1))
SECOND_TRY = timedelta(seconds=72)
"""A minute, and the fifth of a minute by which messages are spread."""


@pytest.fixture
def server() -> Iterator[Running]:
    """Return a server that takes everything until told otherwise."""
    with serving() as running:
        yield running


def a_store(count: int = 3) -> MemoryNotificationStore:
    """Return a store with messages that wait, each for its own reader."""
    store = MemoryNotificationStore()
    for number in range(1, count + 1):
        address = f"p{number}@interim.example"
        store.enqueue(make_message(f"rappel:{number}", address=address))
    return store


def run(
    store: MemoryNotificationStore,
    port: int,
    clock: SetClock | None = None,
    seconds: float = 5,
    per_connection: int = 100,
    connections: int = 1,
) -> RelayReport:
    """Run the relay once towards a port."""
    settings = SmtpSettings(
        HOST, port, "echeancier@interim.example", Security.NONE,
        connect_timeout=seconds, message_timeout=seconds, answer_timeout=seconds,
        per_connection=per_connection,
    )  # fmt: skip
    relay = Relay(
        store, lambda: SmtpTransport(settings), clock or SetClock(NOW),
        worker="hote:1", connections=connections,
    )  # fmt: skip
    return relay.run_once()


def test_everything_leaves_over_one_connection(server: Running) -> None:
    """Three messages, three readers, one connection, three answers kept."""
    store = a_store()
    assert run(store, server.port).sent == 3
    assert [address for address, _ in server.accepted] == [
        "p1@interim.example", "p2@interim.example", "p3@interim.example",
    ]  # fmt: skip
    assert server.connections == 1
    assert {sheet.answer for sheet in store.outbox.values()} == {"250 2.0.0 Queued as 42"}


def test_a_line_cut_before_the_answer_repeats_the_same_mail(server: Running) -> None:
    """The one doubtful message is sent again with the same Message-ID; the others once."""
    server.behaviour.drop_before_answer = 1
    store, clock = a_store(), SetClock(NOW)
    report = run(store, server.port, clock)
    assert (report.sent, report.deferred) == (2, 1)
    clock.now = NOW + SECOND_TRY
    assert run(store, server.port, clock).sent == 1
    addresses = [address for address, _ in server.accepted]
    assert sorted(addresses) == [
        "p1@interim.example", "p1@interim.example", "p2@interim.example", "p3@interim.example",
    ]  # fmt: skip
    assert len({content for _, content in server.accepted}) == 3


def test_two_connections_share_what_waits(server: Running) -> None:
    """Sixty messages over two connections: each once, and each marked with its answer."""
    store = a_store(60)
    assert run(store, server.port, connections=2).sent == 60
    assert server.connections == 2
    assert len({address for address, _ in server.accepted}) == len(server.accepted) == 60
    assert {sheet.answer for sheet in store.outbox.values()} == {"250 2.0.0 Queued as 42"}


KILLED = """
import sys
from datetime import timedelta
from notifications.mail.relay import Relay
from notifications.mail.network import Security
from notifications.smtp.transports import SmtpSettings, SmtpTransport
from tests.support.notifications import MemoryNotificationStore, SetClock, make_message, paris
from datetime import date

store = MemoryNotificationStore()
store.enqueue(make_message("rappel:1"))
settings = SmtpSettings("127.0.0.1", int(sys.argv[1]), "echeancier@interim.example", Security.NONE)
Relay(store, lambda: SmtpTransport(settings), SetClock(paris(date(2026, 9, 1))), worker="a").run_once()
"""


def test_killed_before_the_answer_nothing_is_lost() -> None:
    """The process is killed while the server holds its answer: the repeat bears the same Message-ID."""
    with serving(Behaviour(hold=threading.Event())) as server:
        with begun("-c", KILLED, str(server.port)) as process:
            assert server.recorder.received.wait(PATIENCE)
            process.kill()
        assert process.returncode == -signal.SIGKILL
        assert server.behaviour.hold is not None
        server.behaviour.hold.set()
        server.behaviour.hold = None
        # The outbox as the dead process left it: claimed, not marked.
        store = MemoryNotificationStore()
        store.enqueue(make_message("rappel:1"))
        store.claim(NOW, 1, timedelta(minutes=10), "a")
        assert run(store, server.port).sent == 0
        assert run(store, server.port, SetClock(NOW + timedelta(minutes=10))).sent == 1
        assert len(server.accepted) == 2
        assert len({content for _, content in server.accepted}) == 1


def test_files_stand_in_for_a_server(tmp_path: Path) -> None:
    """Without a mail server, each message becomes a file, whole, and tells nobody's name."""
    store = a_store()
    folder = tmp_path / "courrier" / "sortant"
    relay = Relay(store, lambda: FileTransport(folder), SetClock(NOW), worker="hote:1")
    assert relay.run_once().sent == 3
    files = sorted(folder.iterdir())
    assert {file.read_bytes() for file in files} == {m.content for m in store.letters}
    assert all(file.name.startswith("20260901-090000-") for file in files)
    assert all(file.suffix == ".eml" for file in files)
    assert not any("zoe" in file.name or "rappel" in file.name for file in files)
    assert store.sheet("rappel:1").answer.startswith("écrit dans 20260901-090000-")


def write(folder: Path, *contents: bytes) -> list[str]:
    """Write messages as files, and return the names that are there."""

    async def send() -> None:
        async with FileTransport(folder) as transport:
            for content in contents:
                await transport.send("zoe@interim.example", content)

    asyncio.run(send())
    return [file.name for file in folder.iterdir()]


def test_the_same_message_makes_one_file(tmp_path: Path) -> None:
    """A message repeated after a crash does not appear twice."""
    content = make_message().content
    assert len(write(tmp_path, content, content)) == 1


def test_a_message_without_a_date_still_has_a_file(tmp_path: Path) -> None:
    """A content that holds no date is named by its fingerprint alone."""
    (name,) = write(tmp_path, b"Subject: sans date\r\n\r\nBonjour\r\n")
    assert re.fullmatch(r"[0-9a-f]{16}\.eml", name)


def test_a_folder_that_cannot_be_written_is_a_delay(tmp_path: Path) -> None:
    """A folder that is a file puts the messages off, with a sentence that names it."""
    folder = tmp_path / "courrier"
    folder.write_text("occupé", encoding="utf-8")
    store = a_store()
    relay = Relay(store, lambda: FileTransport(folder), SetClock(NOW), worker="hote:1")
    report = relay.run_once()
    assert report.deferred == 3
    assert f"Dossier de courrier {folder} : écriture impossible (existe déjà)" in report.errors[0]


def test_a_full_disk_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full the message waits, and nothing half-written is left behind."""

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("workflow.text.whole_file.os.fsync", full)
    store = a_store(1)
    relay = Relay(store, lambda: FileTransport(tmp_path), SetClock(NOW), worker="hote:1")
    report = relay.run_once()
    assert "disque plein" in report.errors[0]
    assert list(tmp_path.iterdir()) == []
    assert store.sheet("rappel:1").waiting


def test_a_folder_that_disappears_is_a_delay(tmp_path: Path) -> None:
    """A folder removed while messages leave loses none of them."""
    store, folder = a_store(1), tmp_path / "courrier"

    class Vanishing(FileTransport):
        async def send(self, address: str, content: bytes, ready: Ready = at_once) -> str:
            folder.rmdir()
            return await super().send(address, content, ready)

    relay = Relay(store, lambda: Vanishing(folder), SetClock(NOW), worker="hote:1")
    assert relay.run_once().deferred == 1
    assert store.sheet("rappel:1").waiting
