"""The way out made from the settings: a login never travels in clear unless somebody said so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from cli.config.configuration import Configuration
from cli.config.credentials import Credentials
from cli.config.settings import Mail, ReturnsSettings, Settings
from cli.wiring import mailing, returning, signin
from notifications.smtp.transports import SmtpSettings
from tests.support.notifications import SetClock, make_message
from workflow.errors import InvalidDefinition

LOGIN = Credentials(smtp_user="moi", smtp_password="s3cr3t")


def configured(**mail: Any) -> Configuration:
    """Return a configuration that sends without encryption."""
    values: dict[str, Any] = {"transport": "smtp", "host": "smtp.example.org", "security": "none"}
    return Configuration(Settings(mail=Mail(**(values | mail))), Path("config.toml"))


SECRET = Credentials(smtp_client_secret="s3cr3t")


def signed_in(configuration: Configuration, credentials: Credentials) -> SmtpSettings:
    """Return the mail server that the settings make, and what opens it."""
    tokens = signin.tokens(configuration, credentials, SetClock(make_message().created_at))
    return mailing.server(configuration.settings.mail, credentials, tokens)


def way_out(configuration: Configuration, credentials: Credentials) -> str:
    """Return what kind of way out the settings make; nothing is connected."""
    return type(mailing.transport(configuration, credentials)()).__name__


def test_a_login_in_clear_is_refused() -> None:
    """Away from this machine, the sentence names the setting and every way out, and no secret."""
    with pytest.raises(InvalidDefinition) as caught:
        mailing.transport(configured(), LOGIN)
    for words in ("smtp.example.org", "starttls", 'auth = "none"', "allow_cleartext_login"):
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
        (LOGIN, {"auth": "none"}),
    ],
)
def test_what_tells_no_secret_or_was_accepted_is_taken(
    credentials: Credentials, mail: dict[str, Any]
) -> None:
    """No login, an encrypted way, or an explicit word: nothing is refused."""
    assert way_out(configured(**mail), credentials) in {"SmtpTransport", "FileTransport"}


ENTRA = {"auth": "oauth2", "provider": "microsoft", "tenant": "a", "client_id": "b"}
OTHER = {"auth": "oauth2", "provider": "generic", "client_id": "b", "scope": "c"}
GOOGLE = {"auth": "oauth2", "provider": "google"}
PEM = Credentials(smtp_client_secret="-----BEGIN CERTIFICATE-----")


@pytest.mark.parametrize(
    ("credentials", "mail", "words"),
    [
        (Credentials(), {"auth": "password"}, "donnez ECHEANCIER_SMTP_USER et ECHEANCIER_SMTP_PASS"),
        (Credentials(smtp_user="moi"), {"auth": "password"}, "ou leurs formes en _FILE"),
        (LOGIN, ENTRA, "donnez ECHEANCIER_SMTP_CLIENT_SECRET ou ECHEANCIER_SMTP_CLIENT_SECRET_FILE"),
        (PEM, ENTRA, "ECHEANCIER_SMTP_CLIENT_SECRET : le certificat ou sa clé ne se lit pas"),
        (SECRET, GOOGLE, "ECHEANCIER_SMTP_CLIENT_SECRET : ce n’est pas la clé d’un compte de service"),
        (SECRET, OTHER | {"token_url": "https://a.example"}, "irait en clair à smtp.example.org"),
    ],
)  # fmt: skip
def test_what_was_asked_for_and_is_not_there_is_told(
    credentials: Credentials, mail: dict[str, Any], words: str
) -> None:
    """A way to sign in that lacks its secret, or would show it, is refused before anybody is called."""
    with pytest.raises(InvalidDefinition) as caught:
        signed_in(configured(security="none", **mail), credentials)
    assert words in caught.value.message


@pytest.mark.parametrize(
    ("credentials", "mail", "username", "asked"),
    [
        (LOGIN, {}, "moi", None),
        (Credentials(), {}, None, None),
        (LOGIN, {"auth": "none"}, None, None),
        (SECRET, ENTRA, "echeancier@localhost.localdomain", "login.microsoftonline.com"),
        (SECRET, OTHER | {"token_url": "https://a.example/jetons"}, "boite", "a.example"),
    ],
)
def test_who_signs_in_and_how_is_what_the_settings_say(
    credentials: Credentials, mail: dict[str, Any], username: str | None, asked: str | None
) -> None:
    """Nothing said is a password where there is one; a mailbox is the sender's unless another is named."""
    if username == "boite":
        credentials = replace(credentials, smtp_user="boite")
    settings = signed_in(configured(security="starttls", **mail), credentials)
    assert settings.username == username
    assert (settings.tokens.server if settings.tokens else None) == asked
    assert settings.password == ("s3cr3t" if username == "moi" else None)


RETURNS: dict[str, Any] = {"host": "imap.example"}
SENDER, ENTRA_SERVER = "echeancier@localhost.localdomain", "login.microsoftonline.com"
IMAP = Credentials(imap_password="s3cr3t", smtp_client_secret="s3cr3t")


@pytest.mark.parametrize(
    ("mail", "returns", "username", "asked"),
    [
        ({}, {}, SENDER, None),
        ({"return_path": "retours@réunion.example"}, {}, "retours@xn--runion-bva.example", None),
        ({"return_path": "a@b.example"}, {"username": "boite"}, "boite", None),
        (ENTRA, {"auth": "oauth2"}, SENDER, ENTRA_SERVER),
        (ENTRA | {"auth": "none"}, {"auth": "oauth2"}, SENDER, ENTRA_SERVER),
        (OTHER | {"token_url": "https://a.example"}, {"auth": "oauth2"}, SENDER, "a.example"),
    ],
)  # fmt: skip
def test_who_opens_the_return_mailbox_is_what_the_settings_say(
    mail: dict[str, Any], returns: dict[str, Any], username: str, asked: str | None
) -> None:
    """It is the address that servers report to unless another is named, and what a message leaves under."""
    configuration = configured(**mail, returns=ReturnsSettings(**RETURNS, **returns))
    box = returning.mailbox(configuration, IMAP, SetClock(make_message().created_at))
    assert box is not None
    assert (box.username, box.tokens.server if box.tokens else None) == (username, asked)
    assert box.password == (None if asked else "s3cr3t")
    if not returns:
        way = mailing.server(configured(**mail | {"auth": "none"}).settings.mail, Credentials())
        assert way.sender == box.username


def test_a_lease_leaves_room_for_what_is_waited_for() -> None:
    """Ten minutes, or what it takes to connect and hand over in one half of it."""
    assert mailing.lease(Mail()).total_seconds() == 600
    slow = mailing.lease(Mail(connect_timeout_seconds=600, message_timeout_seconds=900))
    assert slow.total_seconds() / 2 > 1500
