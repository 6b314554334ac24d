"""`courriels retours`, and what the service and `diagnostic` say of the return mailbox, as typed."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from notifications.inbox.files import filed
from tests.support.cli import Desk
from tests.support.imap import PASSWORD, RETURNS, USER, a_report, inbox, reading
from tests.support.scripted_imap import scripted_imap
from tests.support.token_server import giving, saying

PRESSING = datetime(2026, 9, 28, 8, 0, tzinfo=UTC)
"""A Monday, two working days before the prudent date of the case."""


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """Return a desk with a case that presses: there is something to send."""
    desk.now = PRESSING
    return desk


def sent(desk: Desk) -> list[dict[str, Any]]:
    """Return the mails that left, the first of them first."""
    rows: list[dict[str, Any]] = desk.must("courriels lister --json").json
    return rows[::-1]


def test_what_came_back_is_read_where_servers_report(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the service, by the command, or tried without keeping anything: each report is noted once."""
    with inbox() as box:
        reading(desk, box, monkeypatch)
        desk.must("service --une-fois")
        first, second = sent(desk)[:2]
        box.put(a_report(first["message_id"], first["address"]), PRESSING)
        tried = desk.must("courriels retours --essai --json").json
        assert (tried["saved"], tried["concerns"]) == (False, [])
        (one,) = tried["returns"]
        assert (one["mail"], one["kind"], one["fate"]) == (first["id"], "non_remis", "note")
        assert one["undelivered"] is True
        beat = desk.must("service --une-fois --json").json
        assert (beat["returns"], beat["undelivered"]) == (1, 1)
        assert [row["state"] for row in sent(desk)[:2]] == ["non_remis", "envoye"]
        assert "Rien de nouveau" in desk.must("courriels retours").shown
        box.put(a_report(second["message_id"], second["address"]), PRESSING)
        box.put(a_report("<x@ailleurs.example>", "zoe@ailleurs.example"), PRESSING)
        run = desk.must("courriels retours")
        assert "2 retours : 1 noté et 1 à regarder. 1 courriel devient non remis" in run.shown
        assert "--etat non_remis" in run.said
        listed = desk.must("courriels retours --liste --json --limite 2").json
        assert [(one["kind"], one["mail"]) for one in listed] == [
            ("a_regarder", None),
            ("non_remis", second["id"]),
        ]
        assert listed[0]["noted_by"] == "claire"
        assert f"{second['address']} 28/09/2026" in desk.must("courriels retours --liste").shown
        assert (desk.must("service --une-fois --json").json["returns"], box.flags()) == (
            0,
            [frozenset()] * 3,
        )


def test_a_mailbox_that_does_not_open_is_told_everywhere(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command, the service and `diagnostic` give the same sentence and 7; what was due has left."""
    with inbox() as box:
        reading(desk, box, monkeypatch)
        desk.must("service --une-fois")

        def found() -> tuple[int, str]:
            run = desk.type("diagnostic --json")
            (row,) = (row for row in run.json if row["name"] == "Retours")
            return run.code, f"{row['level']} : {row['message']}"

        opens = f"ok : la boîte de 127.0.0.1:{box.port} s’ouvre, dossier INBOX ; lue le 28/09/2026"
        code, words = found()
        assert (code, opens in words) == (0, True)
        monkeypatch.setenv("ECHEANCIER_IMAP_PASSWORD", "faux")
        refused = "identifiant ou mot de passe refusé"
        code, words = found()
        assert (code, refused in words) == (7, True)
        desk.refuses("courriels retours --essai", 7, refused)
        desk.now += timedelta(days=7)
        beat = desk.type("service --une-fois --json")
        assert (beat.code, beat.json["returns"], beat.json["failed_parts"]) == (7, 0, [])
        assert beat.json["sent"] > 0
        assert refused in beat.json["concerns"][0]
        desk.now += timedelta(minutes=16)
        desk.type("service --une-fois")
        run = desk.type("diagnostic --surveillance")
        assert (run.code, "Retours : non lue depuis le 05/10/2026" in run.shown) == (7, True)
        monkeypatch.setenv("ECHEANCIER_IMAP_PASSWORD", PASSWORD)
        assert found()[0] == 0
        desk.must("courriels retours")
        assert desk.must("diagnostic --surveillance").shown.startswith("OK")
        monkeypatch.delenv("ECHEANCIER_IMAP_PASSWORD")
        code, words = found()
        assert (code, "donnez ECHEANCIER_IMAP_PASSWORD ou" in words) == (6, True)


def many(report: bytes) -> bytes:
    """Return two mails in one file."""
    mail = b"From MAILER-DAEMON Tue Sep  1 10:00:00 2026\n" + report.replace(b"\r\n", b"\n")
    # Not every program writes « >From » in a text.
    mail = mail.replace(b"\n\n", b"\n\nFrom the postmaster,\nto you.\n\n", 1)
    return mail + b"\n" + mail.replace(b"no such", b"still no")


@pytest.mark.parametrize(
    ("name", "written", "returns"),
    [("retour.eml", bytes, 1), ("retours.mbox", many, 2), ("RETOUR.EML", bytes, 1)],
)
def test_what_came_back_is_read_in_files(
    desk: Desk, tmp_path: Path, name: str, written: Callable[[bytes], bytes], returns: int
) -> None:
    """A file, many mails in one, or a folder: the mail of the first report is not delivered any more."""
    desk.must("service --une-fois")
    mail = sent(desk)[0]
    folder = tmp_path / "retours"
    folder.mkdir()
    (folder / name).write_bytes(written(a_report(mail["message_id"], mail["address"])))
    (folder / "autre.txt").write_text("rien", encoding="utf-8")
    (folder / "dossier.eml").mkdir()
    found = desk.must("courriels retours --json --essai --fichier", str(folder / name)).json
    assert len(found["returns"]) == returns
    run = desk.type("courriels retours --json --dossier", str(folder))
    found, (concern,) = run.json, run.json["concerns"]
    assert run.code == 7
    assert concern.startswith("« dossier.eml » ne peut être lu")
    assert [one["undelivered"] for one in found["returns"]] == [True, False][:returns]
    assert found["returns"][0]["source"].startswith(name)
    assert sent(desk)[0]["state"] == "non_remis"


def test_what_is_to_be_looked_at_says_who_wrote_and_about_what(desk: Desk, tmp_path: Path) -> None:
    """Found again in the mailbox by it; a subject that would reveal why somebody is eligible is not kept."""
    for name, subject in (
        ("1", "=?utf-8?q?R=C3=A9union_de_mardi?="),
        ("2", "Attestation RQTH de Paul"),
    ):
        mail = f"From: Zoé <zoe@ailleurs.example>\nSubject: {subject}\n\nBonjour.\n"
        (tmp_path / f"{name}.eml").write_text(mail, encoding="utf-8")
    found = desk.must("courriels retours --json --dossier", str(tmp_path)).json
    assert [(one["kind"], one["words"]) for one in found["returns"]] == [
        ("a_regarder", "De zoe@ailleurs.example : Réunion de mardi"),
        ("a_regarder", "De zoe@ailleurs.example"),
    ]
    assert "Réunion de mardi" in desk.must("courriels retours --liste").shown
    desk.must("courriels retours --ranger 1 --essai")
    assert desk.must("courriels retours --ranger 1 --json").json == {"saved": True, "put_away": [1]}
    (left,) = desk.must("courriels retours --liste --json").json
    assert (left["number"], left["kind"]) == (2, "a_regarder")
    # One of them is put away already: neither is.
    desk.refuses("courriels retours --ranger 2 --ranger 1", 4, "ne porte le n° 1")


def test_a_mail_among_many_is_the_same_alone(tmp_path: Path) -> None:
    """Read in a file, then in the mailbox, what came back is noted once."""
    mail = a_report("<x@ailleurs.example>", "zoe@ailleurs.example")
    for end in (b"\n", b"\r\n"):
        (tmp_path / "deux.mbox").write_bytes((b"From x" + end + mail + end) * 2)
        assert [one.head() for one in filed([tmp_path / "deux.mbox"], None)] == [mail, mail]


def test_a_folder_has_more_files_than_a_system_lends(tmp_path: Path) -> None:
    """Files of many mails are opened one at a time; one that shrank meanwhile is told, not the others."""
    mail = many(a_report("<x@ailleurs.example>", "zoe@ailleurs.example"))
    for rank in range(60):
        (tmp_path / f"{rank:02}.eml").write_bytes(mail)
    free = os.dup(0)
    os.close(free)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free + 20, hard))
    try:
        mails = filed([], tmp_path)
        assert len({one.head() for one in mails}) == 2
        (tmp_path / "00.eml").write_bytes(b"")
        (tmp_path / "01.eml").unlink()
        for gone in mails[:4]:
            with pytest.raises(OSError, match="2"):
                gone.head()
        assert len(mails) == 120
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize(
    ("line", "code", "sentence"),
    [
        ("", 2, "Aucune boîte de retour n’est configurée"),
        (" --fichier absent.eml", 2, "« absent.eml » ne peut être lu : introuvable"),
        (" --fichier .", 2, "« . » ne peut être lu"),
        (" --dossier absent", 2, "Dossier « absent » : introuvable"),
        (" --liste --essai", 2, "--liste ne lit rien"),
        (" --limite 2", 2, "--limite ne sert qu’avec --liste"),
        (" --dossier .", 2, "Dossier « . » : aucun fichier .eml ni .mbox"),
    ],
)
def test_what_cannot_be_read_is_refused(desk: Desk, line: str, code: int, sentence: str) -> None:
    """Without a mailbox or a file that can be read, a sentence says what to do."""
    desk.refuses(f"courriels retours{line}", code, sentence)


SIGN_IN = """auth = "none"
provider = "generic"
token_url = "{url}/token"
client_id = "appli"
scope = "imap"
"""


def test_a_token_opens_the_return_mailbox(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The application that [mail] describes signs in; what it lacks is said, and no token is repeated."""
    monkeypatch.setenv("ECHEANCIER_SMTP_CLIENT_SECRET", "s3cr3t")
    with giving() as giver, scripted_imap() as server:
        section = RETURNS.format(port=server.port, user=USER) + 'auth = "oauth2"\n'
        written = desk.config.read_text(encoding="utf-8") + section
        signing = SIGN_IN.format(url=giver.base)
        desk.config.write_text(written.replace("[mail]\n", f"[mail]\n{signing}"), encoding="utf-8")
        giver.date = format_datetime(desk.now)

        def found() -> tuple[int, str]:
            run = desk.type("diagnostic --json")
            (row,) = (row for row in run.json if row["name"] == "Retours")
            return run.code, row["message"]

        server.opens_to = lambda name, token: name == USER and token in giver.given
        code, words = found()
        assert (code, "dossier INBOX, ouverte par jeton" in words) == (0, True)
        server.opens_to = lambda *_: False
        code, words = found()
        assert (code, "le jeton n’ouvre pas cette boîte" in words, "jeton-" in words) == (
            7,
            True,
            False,
        )
        giver.replies = [saying(401, error="invalid_client", error_description="AADSTS7000222")]
        code, words = found()
        assert (code, "le secret de l’application a expiré" in words) == (7, True)
