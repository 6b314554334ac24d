"""A mailbox that opens to tokens, from the configuration to what `diagnostic` and the service say of it."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from tests.support.cli import Desk
from tests.support.smtp import serving
from tests.support.token_server import giving, saying

SIGN_IN = """auth = "oauth2"
provider = "generic"
token_url = "{url}/token"
client_id = "appli"
scope = "smtp"
"""


def test_the_check_up_signs_in_and_says_what_a_refusal_means(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes a token and opens the mailbox; a refusal is a sentence, the code 7, and no mail is lost."""
    with giving() as giver, serving(auth_require_tls=False) as server:
        server.behaviour.open_to = lambda _mailbox, token: (
            None if token in giver.given else "535 5.7.139 SmtpClientAuthentication is disabled"
        )
        desk = Desk(tmp_path, monkeypatch, transport="smtp", port=server.port)
        written = desk.config.read_text(encoding="utf-8")
        signing = SIGN_IN.format(url=giver.base)
        desk.config.write_text(written.replace("[mail]\n", f"[mail]\n{signing}"), encoding="utf-8")
        desk.open_case()

        def found() -> tuple[int, dict[str, str]]:
            run = desk.type("diagnostic --json")
            return run.code, next(row for row in run.json if row["name"] == "Courriel")

        giver.date = format_datetime(desk.now)
        code, mail = found()
        assert (code, mail["level"]) == (6, "erreur")
        assert "donnez ECHEANCIER_SMTP_CLIENT_SECRET" in mail["message"]

        secret = tmp_path / "secret"
        secret.write_text("s3cr3t\n", encoding="utf-8")
        monkeypatch.setenv("ECHEANCIER_SMTP_CLIENT_SECRET_FILE", str(secret))
        code, mail = found()
        assert (code, mail["level"]) == (0, "ok")
        assert mail["message"].endswith("répond (sans chiffrement), boîte ouverte par jeton")

        giver.date = format_datetime(desk.now + timedelta(minutes=7))
        code, mail = found()
        assert (code, mail["level"]) == (0, "attention")
        assert "l’horloge de ce poste retarde de 7" in mail["message"]

        expired = saying(401, error="invalid_client", error_description="AADSTS7000222: s3cr3t")
        giver.replies, giver.date = [expired], format_datetime(desk.now)
        code, mail = found()
        assert (code, mail["level"]) == (7, "erreur")
        assert "le secret de l’application a expiré (« AADSTS7000222 »)" in mail["message"]

        giver.replies = [saying(access_token="faux")] * 2
        code, mail = found()
        assert "interdit l’envoi par SMTP (« 535 5.7.139 SmtpClient" in mail["message"]

        desk.now += timedelta(days=27)
        giver.replies = [expired]
        run = desk.type("service --une-fois --json")
        assert (run.code, run.json["sent"], run.json["failed"]) == (7, 0, 0)
        assert "s3cr3t" not in run.out + run.err
        desk.now += timedelta(hours=1)
        assert desk.must("service --une-fois --json").json["sent"] == run.json["deferred"] > 0
