"""A database, a disk or a mail server that cannot be used: told in one sentence, nothing lost."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.cli import REF, START, Desk
from tests.support.smtp import Behaviour, nobody, serving, silence

PRESSING = datetime(2026, 9, 28, 8, 0, tzinfo=UTC)
"""Two working days before the prudent date: a reminder is due, and a digest with it."""


def test_an_absent_database_says_how_to_create_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a database every command says to run `init`, and none creates a file."""
    desk = Desk(tmp_path, monkeypatch)
    for line in ("dossier lister", "echeances", "synthese", f"dossier avancer {REF} deposer_drf"):
        run = desk.type(line)
        assert run.code == 7
        assert "n’existe pas encore : créez-la avec « echeancier init »." in run.said
    assert not desk.database.exists()


def test_a_newer_database_is_left_alone(desk: Desk) -> None:
    """A database of a newer program is refused by every command, `init` included, and not touched."""
    desk.execute("UPDATE alembic_version SET version_num = '9999'")
    before = desk.database.read_bytes()
    for line in ("dossier lister", f"dossier avancer {REF} deposer_drf", "init"):
        run = desk.type(line)
        assert run.code == 7
        assert "version plus récente d’Échéancier" in run.said
    assert desk.database.read_bytes() == before


def test_a_read_only_database_can_be_read(desk: Desk) -> None:
    """Reading works; writing says that nothing was recorded."""
    base = f"sqlite:///file:{desk.database}?mode=ro&uri=true"
    assert REF in desk.must("dossier lister --base", base).out
    run = desk.type(f"dossier avancer {REF} deposer_drf --base", base)
    assert run.code == 7
    assert "lecture seule, rien n’a été enregistré" in run.said
    assert desk.must(f"dossier voir {REF} --json").json["version"] == 1


SMALL_FILES = """
import resource, sys
# What is compiled meanwhile would be cut short, and stay.
sys.dont_write_bytecode = True
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
"""


def test_a_disk_that_takes_no_more_loses_nothing(desk: Desk) -> None:
    """When the disk stops writing, the act is refused whole and what was there stands."""
    run = desk.apart("dossier", "pieces", REF, "--recue", "infos_salarie", before=SMALL_FILES)
    assert run.returncode == 7
    assert "Traceback" not in run.stderr
    assert "rien n’a été enregistré" in run.stderr
    assert desk.must(f"dossier voir {REF} --json").json["documents"] == {}


def test_a_full_disk_under_the_output_is_told(desk: Desk) -> None:
    """Data that cannot be written down is one sentence and code 7, not a silent success."""
    if not Path("/dev/full").exists():
        pytest.fail("this system has no /dev/full to write to")
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        run = desk.apart("regles", "voir", "--json", stdout=full)
    assert run.returncode == 7
    assert "disque plein" in run.stderr


@pytest.mark.parametrize(
    ("words", "code"), [("dossier corriger {ref} --libelle Nouveau", 0), ("dossier voir X-1", 4)]
)
def test_a_log_that_cannot_be_written_changes_nothing(desk: Desk, words: str, code: int) -> None:
    """What is saved is saved, and the exit code says it, even if nothing can be told of it."""
    ref = desk.open_case()
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = desk.apart(*words.format(ref=ref).split(), stderr=full)
    assert done.returncode == code
    with closing(sqlite3.connect(desk.database)) as base:
        assert base.execute("SELECT title FROM case_file").fetchall() == [
            ("Nouveau" if code == 0 else "Sacha Morvan",)
        ]


def test_something_that_is_no_database_is_told(desk: Desk) -> None:
    """A file that is not a database, a folder, and an address nobody understands each say so."""
    for base, code, sentence in (
        ("sqlite://", 2, "en mémoire"),
        ("sqlite:///:memory:", 2, "en mémoire"),
        ("postgresql://", 2, "ne nomme aucune base"),
        ("sqlite:///config.toml", 7, "n’est pas une base d’Échéancier"),
        ("sqlite:////proc/nulle_part/base.db", 7, "n’existe pas encore"),
        ("mysql://hote/base", 6, "SQLite"),
        ("n'importe quoi", 6, "ne peut pas être lue"),
        ("postgresql://127.0.0.1:1/base", 7, "ne répond pas"),
    ):
        run = desk.type("dossier lister --base", base)
        assert run.code == code, run.err
        assert sentence in run.said


def test_no_folder_is_made_for_a_mistyped_base(desk: Desk) -> None:
    """`init` refuses a base in a folder that does not exist, and makes neither."""
    run = desk.type("init --base sqlite:///nulle-part/base.db")
    assert run.code == 2
    assert "« nulle-part » n’existe pas" in run.said
    assert not (desk.folder / "nulle-part").exists()


def test_a_server_without_encryption_is_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`diagnostic` says in French how the exchange with the mail server is protected."""
    with serving() as server:
        desk = Desk(tmp_path, monkeypatch, transport="smtp", port=server.port)
        desk.open_case()
        assert "répond (sans chiffrement)" in desk.must("diagnostic").shown


def test_a_mail_server_that_is_down_keeps_the_mails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With nobody at the port, mails wait in the outbox, and leave once when the server is back."""
    desk = Desk(tmp_path, monkeypatch, transport="smtp", port=nobody())
    desk.open_case()
    desk.now = PRESSING
    run = desk.type("service --une-fois")
    assert run.code == 7
    assert "Serveur de messagerie 127.0.0.1" in run.said
    assert "Traceback" not in run.err
    assert "mail:" not in run.err
    waiting = desk.rows()["outbox"]
    assert waiting > 0
    for again in (run, desk.must("service --une-fois")):
        assert f"{waiting} messages en attente" in again.shown
        assert "Rien n’était dû" not in again.shown
    with serving() as server:
        Desk(tmp_path, monkeypatch, transport="smtp", port=server.port)
        desk.now += timedelta(hours=1)
        desk.must("service --une-fois")
        desk.must("service --une-fois")
        assert len(server.accepted) == waiting


def test_a_silent_mail_server_does_not_hang_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A port that never answers is given up on after the configured time."""
    with silence() as port:
        desk = Desk(tmp_path, monkeypatch, transport="smtp", port=port)
        desk.config.write_text(
            desk.config.read_text(encoding="utf-8").replace(
                "connect_timeout_seconds = 5", "connect_timeout_seconds = 0.3"
            ),
            encoding="utf-8",
        )
        desk.open_case()
        run = desk.type("diagnostic")
    assert run.code == 7
    assert "pas de réponse" in run.shown


def test_a_refused_recipient_is_shown_and_the_others_leave(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A 5xx for one person stops that mail alone; `diagnostic` and the next digest tell of it."""
    refusal = {"claire.vasseur@example.org": "550 5.1.1 Unknown user"}
    with serving(Behaviour(refused_recipients=refusal)) as server:
        desk = Desk(tmp_path, monkeypatch, transport="smtp", port=server.port)
        desk.open_case()
        desk.must("--par malik dossier ouvrir cipi --fait", START)
        desk.now = PRESSING
        run = desk.type("service --une-fois")
        assert run.code == 7
        assert "2 messages refusés pour de bon" in run.shown
        assert "550" in run.said
        assert {address for address, _ in server.accepted} == {"malik.berthaud@example.org"}
        assert "2 en échec" in desk.must("diagnostic").shown
        failures = desk.must("synthese --json").json[0]["failures"]
        assert failures[0]["address"] == "claire.vasseur@example.org"


def test_a_mail_folder_that_cannot_be_written_keeps_the_mails(desk: Desk) -> None:
    """A file where the folder should be: told, code 7, and the mails wait."""
    (desk.folder / "courriels").write_text("", encoding="utf-8")
    desk.now = PRESSING
    run = desk.type("service --une-fois")
    assert run.code == 7
    assert "écriture impossible" in run.said
    assert desk.type("diagnostic").code == 7
    (desk.folder / "courriels").unlink()
    desk.now += timedelta(hours=1)
    desk.must("service --une-fois")
    assert len(list((desk.folder / "courriels").glob("*.eml"))) == desk.rows()["outbox"]


def test_a_table_that_is_gone_is_no_circle(desk: Desk) -> None:
    """`init` has nothing to create, `service` and `diagnostic` nothing to hope for: each names the table."""
    desk.execute("DROP TABLE heartbeat")
    for line in ("init", "service --une-fois", "diagnostic", "diagnostic --surveillance"):
        run = desk.type(line)
        assert run.code == 7, line
        assert "il y manque la table « heartbeat »" in run.said + run.shown, line


def test_a_state_that_no_rule_has_stops_no_list(desk: Desk) -> None:
    """A rule file took it away: the file keeps its line, and who asks for it hears which state."""
    desk.execute("UPDATE case_file SET state = 'nulle'")
    assert "nulle" in desk.must("dossier lister").shown
    for line in (
        f"dossier voir {REF}",
        f"dossier journal {REF}",
        f"dossier avancer {REF} deposer_drf",
    ):
        run = desk.type(line)
        assert run.code == 4, line
        assert f"Dossier {REF}, état : « nulle » n’existe pas" in run.said, line
