"""Several services on one database, in processes of their own: as many mails as reminders, whichever dies."""

from __future__ import annotations

import io
import signal
import subprocess
from collections.abc import Iterator
from contextlib import redirect_stdout
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from cli.main import main
from db.connection.engine import open_engine, reading, writing
from db.connection.prepared import PreparedStatements
from db.mail import outbox as db_outbox
from db.schema.mail_tables import outbox
from tests.support import settings
from tests.support.notifications import make_message
from tests.support.outbox import let_leases_end
from tests.support.programs import PATIENCE, begun
from tests.support.scripted_smtp import Script, scripted

PARIS = ZoneInfo("Europe/Paris")

OPENED = datetime(2026, 8, 18, 10, tzinfo=PARIS)
DUE = datetime(2026, 9, 11, 9, 5, tzinfo=PARIS)
"""A morning on which every file of the tests has something to say."""
SUNDAY = datetime(2026, 9, 13, 10, tzinfo=PARIS)
"""Nobody is reminded and no digest leaves: only what waits already does."""
LEASE = timedelta(minutes=11)
"""Time after which what a dead relay held is free again."""

CONFIG = settings.SMTP + settings.LYON
PERSON = """
[people.p{number}]
name = "Personne {number}"
email = "p{number}@example.org"
agency = "lyon"
"""
PEOPLE, FILES = 12, 24


class House:
    """A configuration, a database and a mail server that several services share."""

    def __init__(self, folder: Path, url: str, sink: Script) -> None:
        self.config = folder / "config.toml"
        people = "".join(PERSON.format(number=number) for number in range(PEOPLE))
        user = '[user]\nid = "p0"\n'
        self.config.write_text(CONFIG.format(port=sink.port) + people + user, encoding="utf-8")
        self.url = url
        self.sink = sink

    def type(self, now: datetime, *words: str) -> None:
        """Type a command that has to succeed."""
        said = ("--config", str(self.config), "--base", self.url, *words)
        with redirect_stdout(io.StringIO()):
            assert main(said, clock=lambda: now) == 0

    def start(self, now: datetime) -> subprocess.Popen[str]:
        """Start a round of the service in a process of its own."""
        return begun(
            *("-m", "tests.faults.victim", "--now", now.isoformat(), "--"),
            *("--config", str(self.config), "--base", self.url, "service", "--une-fois"),
            named={"XDG_STATE_HOME": str(self.config.parent)},
            stdout=subprocess.DEVNULL,
            stderr=None,
        )

    def fill(self) -> None:
        """Open files that will all have something to say at `DUE`, two by person."""
        for number in range(FILES):
            self.type(
                OPENED,
                *("dossier", "ouvrir", "cipi", "--libelle", f"Dossier {number}"),
                *("--suivi-par", f"p{number % PEOPLE}"),
                *("--fait", "demarrage_formation=2026-10-05T09:00"),
            )

    def let_leases_end(self) -> None:
        """Let the time of every lease pass, on whichever clock it is counted."""
        engine = open_engine(self.url)
        let_leases_end(engine)
        engine.dispose()

    def message_ids(self) -> list[str]:
        """Return the Message-ID of every mail of the outbox."""
        return [str(row[0]) for row in self._read(select(outbox.c.message_id))]

    def waiting(self) -> int:
        """Return how many mails have not been settled."""
        unsent = select(func.count()).select_from(outbox).where(outbox.c.sent_at.is_(None))
        return int(self._read(unsent)[0][0])

    def _read(self, statement: Any) -> list[Any]:
        engine = open_engine(self.url)
        with reading(engine) as connection:
            rows = list(connection.execute(statement))
        engine.dispose()
        return rows


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> Iterator[House]:
    """Return a house on an empty database, on SQLite then on PostgreSQL."""
    with scripted() as sink:
        yield House(tmp_path, database_url, sink)


@pytest.fixture
def server_house(tmp_path: Path, postgres_url: str) -> Iterator[House]:
    """Return a house on an empty PostgreSQL database."""
    with scripted() as sink:
        yield House(tmp_path, postgres_url, sink)


def ended(*services: subprocess.Popen[str]) -> list[int]:
    """Wait for services to end and return their codes."""
    return [service.wait(PATIENCE) for service in services]


@pytest.mark.slow
def test_two_services_send_each_mail_once(house: House) -> None:
    """Two rounds at the same instant put one mail for each file, and each leaves once."""
    house.fill()

    assert ended(house.start(DUE), house.start(DUE)) == [0, 0]
    # What one relay was sending when the other found nothing left to claim.
    assert house.waiting() == 0
    assert house.sink.arrived.keys() == set(house.message_ids())
    assert set(house.sink.arrived.values()) == {1}
    assert len(house.message_ids()) == FILES


@pytest.mark.slow
@pytest.mark.parametrize("survives", [0, 1])
def test_when_one_of_two_services_dies_nothing_is_lost(house: House, survives: int) -> None:
    """Killed in the middle of sending, one repeats one mail at most; the others send the rest."""
    house.fill()
    killed = house.sink.once(7)

    services = [house.start(DUE), house.start(DUE)]
    assert killed.wait(PATIENCE)
    services[1 - survives].send_signal(signal.SIGKILL)
    assert sorted(ended(*services)) == [-signal.SIGKILL, 0]
    house.let_leases_end()
    assert ended(house.start(DUE + LEASE)) == [0]
    assert house.sink.arrived.keys() == set(house.message_ids())
    assert house.sink.arrived.total() - FILES <= 1
    assert house.waiting() == 0
    assert len(house.message_ids()) == FILES


@pytest.mark.slow
@pytest.mark.parametrize("taken", [3, 12])
def test_killed_with_two_connections_open_one_mail_at_most_is_repeated(
    house: House, taken: int
) -> None:
    """A service that sends over two connections leaves one mail in doubt at most when it dies."""
    house.fill()
    killed = house.sink.once(taken)

    service = house.start(DUE)
    assert killed.wait(PATIENCE)
    service.send_signal(signal.SIGKILL)
    assert service.wait(PATIENCE) == -signal.SIGKILL
    assert len(house.sink.opened) == 2

    house.let_leases_end()
    assert ended(house.start(DUE + LEASE)) == [0]
    assert house.sink.arrived.keys() == set(house.message_ids())
    assert house.sink.arrived.total() - FILES <= 1
    assert house.waiting() == 0


@pytest.mark.slow
def test_eight_relays_send_ten_thousand_messages_exactly_once(server_house: House) -> None:
    """Eight processes empty one outbox together: 10,000 messages, each received once."""
    put(server_house, 10_000)

    codes = ended(*(server_house.start(SUNDAY) for _ in range(8)))

    assert codes == [0] * 8
    assert server_house.sink.arrived.total() == 10_000
    assert len(server_house.sink.arrived) == 10_000
    assert server_house.waiting() == 0


def put(house: House, number: int) -> None:
    """Put messages in the outbox, as a sweep would have."""
    engine, prepared = open_engine(house.url), PreparedStatements()
    with writing(engine) as connection:
        for n in range(number):
            message = make_message(f"rappel:{n}", created_at=SUNDAY)
            assert db_outbox.put(prepared, connection, message) is not None
    engine.dispose()
