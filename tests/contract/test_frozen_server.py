"""A server, or a network, that falls silent: connections stay open, nothing comes any more."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import make_url

from db.cases.store import SqlCaseStore
from db.connection import engine as engines
from db.connection.engine import open_engine, writing
from db.connection.postgresql import CONNECT_SECONDS, Patience
from db.schema.version import require_current
from tests.support.cases import MorningsBefore, a_case, is_final, opening, step
from tests.support.postgres import Server
from tests.support.programs import PATIENCE, begun
from tests.support.wire import Line, line_to
from workflow.errors import OutOfReach
from workflow.ports.stores import CaseQuery

Way = tuple[Line, str]


@pytest.fixture(params=["port", "socket"])
def way(
    request: pytest.FixtureRequest, postgres_server: Server, postgres_url: str
) -> Iterator[Way]:
    """Return a line to the test's base that can be frozen, and its URL: by a port and by a socket."""
    name = make_url(postgres_url).database
    with TemporaryDirectory(prefix="gel-") as folder:
        through = Path(folder) if request.param == "socket" else None
        with line_to(postgres_server.folder, through) as line:
            place = f"/{name}?host={folder}" if through else f"127.0.0.1:{line.port}/{name}"
            yield line, f"postgresql://postgres@{place}"


@pytest.fixture
def store(way: Way, monkeypatch: pytest.MonkeyPatch) -> Iterator[SqlCaseStore]:
    """Return a store whose connections are soon out of patience, with a case in it."""
    engine = open_engine(way[1], busy_seconds=0.2)
    engines.hurry(engine)
    store = SqlCaseStore(engine, MorningsBefore(), is_final)
    store.save(opening(a_case()))
    yield store
    engine.dispose()


def told(use: Callable[[], object]) -> str:
    """Return the sentence that tells of a silent server."""
    with pytest.raises(OutOfReach) as refusal:
        use()
    return refusal.value.message


def test_a_server_that_falls_silent_is_told(way: Way, store: SqlCaseStore) -> None:
    """Reading and writing are refused, nothing is half done, and all goes on once it answers again."""
    line, case = way[0], a_case()
    line.freeze()
    assert "ne répond pas" in told(lambda: store.find(CaseQuery()))
    assert "ne répond pas" in told(lambda: store.save(step(case, "drf_deposee")))
    line.thaw()
    assert store.load(case.ref) == case
    store.save(step(case, "drf_deposee"))
    assert store.load(case.ref).state == "drf_deposee"


def test_a_server_that_falls_silent_within_an_act_is_told(way: Way) -> None:
    """Silent in the middle of a transaction, it keeps nothing; at its end, nobody knows, and it is said."""
    line, url = way
    engine = open_engine(url, busy_seconds=0.2)
    engines.hurry(engine)

    def act(before_the_end: bool) -> None:
        with writing(engine) as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
            line.freeze()
            if before_the_end:
                connection.exec_driver_sql("SELECT 1")

    assert "ne répond pas" in told(lambda: act(True))
    line.thaw()
    said = told(lambda: act(False))
    assert "s’est tue pendant l’enregistrement" in said
    assert "rien n’a été enregistré" not in said
    line.thaw()
    engine.dispose()


def test_a_server_that_never_lets_in_is_told(way: Way) -> None:
    """A server that takes the connection and says nothing is one that does not answer."""
    line, url = way
    line.freeze()
    engine = open_engine(url)
    engines.hurry(engine)
    assert "ne répond pas" in told(lambda: require_current(engine))
    engine.dispose()


def test_patience_is_for_everybody_within_half_a_minute() -> None:
    """A silent connection, then the one that replaces it, are given up within thirty seconds in all."""
    assert Patience(5.0).seconds + CONNECT_SECONDS < 30


ASK = """
import signal, sys
from db.connection.engine import open_engine, reading
# A shell may have started the tests with its interruptions turned off.
signal.signal(signal.SIGINT, signal.default_int_handler)
engine = open_engine(sys.argv[1])
with reading(engine) as connection:
    try:
        print("prêt", flush=True)
        sys.stdin.readline()
        connection.exec_driver_sql("SELECT 1")
    except KeyboardInterrupt:
        print("interrompu", flush=True)
        raise SystemExit(3)
"""


def test_an_interruption_is_heard_while_a_server_is_silent(way: Way) -> None:
    """Ctrl+C ends at once what waits for a silent server, without a word of the driver."""
    line, url = way
    with begun("-c", ASK, url, stdin=subprocess.PIPE) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        assert program.stdout.readline() == "prêt\n"
        line.freeze()
        program.stdin.write("\n")
        program.stdin.flush()
        # It waits now, or will in a moment: an interruption is heard either way.
        program.send_signal(signal.SIGINT)
        out, err = program.communicate(timeout=PATIENCE)
    assert (program.returncode, err) == (3, "")
    assert out == "interrompu\n"
