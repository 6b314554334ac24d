"""The way out made from the settings: a login never travels in clear unless somebody said so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cli.config.configuration import Configuration
from cli.config.credentials import Credentials
from cli.config.settings import Mail, Settings
from cli.wiring import mailing
from workflow.errors import InvalidDefinition

LOGIN = Credentials(smtp_user="moi", smtp_password="s3cr3t")


def configured(**mail: Any) -> Configuration:
    """Return a configuration that sends without encryption."""
    values: dict[str, Any] = {"transport": "smtp", "host": "smtp.example.org", "security": "none"}
    return Configuration(Settings(mail=Mail(**(values | mail))), Path("config.toml"))


def way_out(configuration: Configuration, credentials: Credentials) -> str:
    """Return what kind of way out the settings make; nothing is connected."""
    return type(mailing.transport(configuration, credentials)()).__name__


def test_a_login_in_clear_is_refused() -> None:
    """Away from this machine, the sentence names the setting and every way out, and no secret."""
    with pytest.raises(InvalidDefinition) as caught:
        mailing.transport(configured(), LOGIN)
    for words in ("smtp.example.org", "starttls", "ECHEANCIER_SMTP_USER", "allow_cleartext_login"):
        assert words in caught.value.message
    assert "s3cr3t" not in caught.value.message


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "::1", "LOCALHOST."])
def test_a_login_that_stays_on_this_machine_is_taken(host: str) -> None:
    """Nobody listens between a program and itself."""
    assert way_out(configured(host=host), LOGIN) == "SmtpTransport"


@pytest.mark.parametrize(
    ("credentials", "mail"),
    [
        (Credentials(), {}),
        (LOGIN, {"security": "starttls"}),
        (LOGIN, {"security": "tls"}),
        (LOGIN, {"transport": "fichier"}),
        (LOGIN, {"allow_cleartext_login": True}),
    ],
)
def test_what_tells_no_secret_or_was_accepted_is_taken(
    credentials: Credentials, mail: dict[str, Any]
) -> None:
    """No login, an encrypted way, or an explicit word: nothing is refused."""
    assert way_out(configured(**mail), credentials) in {"SmtpTransport", "FileTransport"}


def test_a_lease_leaves_room_for_what_is_waited_for() -> None:
    """Ten minutes, or what it takes to connect and hand over in one half of it."""
    assert mailing.lease(Mail()).total_seconds() == 600
    slow = mailing.lease(Mail(connect_timeout_seconds=600, message_timeout_seconds=900))
    assert slow.total_seconds() / 2 > 1500
