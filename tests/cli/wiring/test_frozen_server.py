"""What the command, the probe and the service do while the database is silent."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests.support.cli import Desk
from tests.support.postgres import Server
from tests.support.programs import PATIENCE, begun, program
from tests.support.wire import Line, line_to


@pytest.fixture
def line(postgres_server: Server) -> Iterator[Line]:
    """Return a line to the server that can be frozen."""
    with line_to(postgres_server.folder) as line:
        yield line


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgres_url: str, line: Line) -> Desk:
    """Return a desk whose database is at the other end of the line."""
    desk = Desk(tmp_path, monkeypatch)
    name = make_url(postgres_url).database
    monkeypatch.setenv(
        "ECHEANCIER_DATABASE_URL", f"postgresql://postgres@127.0.0.1:{line.port}/{name}"
    )
    return desk


def test_a_silent_database_is_out_of_reach(desk: Desk, line: Line) -> None:
    """A command says it with code 7, and the probe of monitoring raises the alarm."""
    line.freeze()
    run = desk.type("dossier lister")
    assert (run.code, run.out) == (7, "")
    assert "ne répond pas" in run.said
    run = desk.type("diagnostic --surveillance")
    assert run.code == 7
    assert run.out.startswith("ALERTE - Base")


def test_a_service_asked_to_stop_waits_for_no_silent_database(desk: Desk, line: Line) -> None:
    """SIGTERM ends the service although the database answers no more; it says that it was lost."""
    with begun(*program(desk.now, "service", "--journal", "json"), folder=desk.folder) as service:
        assert service.stderr is not None
        said = []
        for told in service.stderr:
            said.append(told)
            if '"beat"' in told:
                break
        line.freeze()
        service.send_signal(signal.SIGTERM)
        said += service.communicate(timeout=PATIENCE)[1].splitlines()
    assert service.returncode == 0
    assert any("service_stopped" in one for one in said)
