"""The way out for mails, made from the settings: a folder of files, or a server.

Called by `cli.wiring.container`. Sends nothing by itself; the password comes from the environment and is
never shown.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cli.config.configuration import Configuration
from cli.config.credentials import Credentials
from cli.config.settings import Mail
from cli.config.value_checks import on_this_machine
from notifications.mail.mime import Mailbox
from notifications.model.ports import Transport
from notifications.signin.tokens import Tokens
from workflow.errors import InvalidDefinition, OutOfReach
from workflow.text.addresses import route

if TYPE_CHECKING:
    from notifications.smtp.transports import SmtpSettings

_RESERVED = timedelta(minutes=10)

_SECURITY_WORDS = {"starttls": "STARTTLS", "tls": "TLS", "none": "sans chiffrement"}


def sender(mail: Mail) -> Mailbox:
    """Return who writes."""
    return Mailbox(mail.sender_name, mail.sender)


def return_path(mail: Mail) -> str:
    """Return the address that servers report to when a message does not arrive."""
    return route(mail.return_path or mail.sender)


def mailbox(mail: Mail, credentials: Credentials) -> str:
    """Return the mailbox that a token opens: the sender's, unless another is named."""
    return credentials.smtp_user or sender(mail).route


def folder(configuration: Configuration) -> Path:
    """Return where the `fichier` transport writes."""
    return configuration.folder / configuration.settings.mail.directory.expanduser()


def transport(
    configuration: Configuration, credentials: Credentials, tokens: Tokens | None = None
) -> Callable[[], Transport]:
    """Return what opens a way out; raises like `server`."""
    from notifications.mail.files import FileTransport
    from notifications.smtp.pipelining import ServerAbility
    from notifications.smtp.transports import SmtpTransport

    if configuration.settings.mail.transport == "fichier":
        directory = folder(configuration)
        return lambda: FileTransport(directory)
    settings = server(configuration.settings.mail, credentials, tokens)
    ability = ServerAbility()
    return lambda: SmtpTransport(settings, ability)


def server(mail: Mail, credentials: Credentials, tokens: Tokens | None = None) -> SmtpSettings:
    """Return the mail server and what opens it.

    Args:
        mail: settings.
        credentials: login of the mail server.
        tokens: what opens the mailbox in place of a password.

    Raises:
        InvalidDefinition: when a login would travel in clear without anybody having said so, or is
            asked for and not given.
    """
    from notifications.mail.network import Security
    from notifications.smtp.transports import SmtpSettings

    username, password = _login(mail, credentials)
    if username is not None:
        _refuse_cleartext_login(mail)
    return SmtpSettings(
        host=mail.host,
        port=mail.port,
        sender=return_path(mail),
        security=Security[mail.security.upper()],
        username=username,
        password=password,
        tokens=tokens,
        connect_timeout=mail.connect_timeout_seconds,
        message_timeout=mail.message_timeout_seconds,
        answer_timeout=mail.answer_timeout_seconds,
        per_connection=mail.per_connection,
    )


def _login(mail: Mail, credentials: Credentials) -> tuple[str | None, str | None]:
    """Return the name and the password that open the mailbox, None each where there is none."""
    match mail.auth:
        case "none":
            return None, None
        case "oauth2":
            return mailbox(mail, credentials), None
        case "password" if not (credentials.smtp_user and credentials.smtp_password):
            raise InvalidDefinition(
                '[mail] auth = "password" demande un identifiant et un mot de passe : donnez '
                "ECHEANCIER_SMTP_USER et ECHEANCIER_SMTP_PASSWORD, ou leurs formes en _FILE."
            )
        case _:
            return credentials.smtp_user, credentials.smtp_password


def _refuse_cleartext_login(mail: Mail) -> None:
    if mail.security != "none" or mail.allow_cleartext_login or on_this_machine(mail.host):
        return
    raise InvalidDefinition(
        f"[mail] security : ce qui ouvre la boîte d’envoi irait en clair à {mail.host} ; mettez "
        '"starttls" ou "tls", auth = "none" si ce serveur ne demande rien (ou retirez ECHEANCIER_SMTP_USER), '
        "ou acceptez-le par allow_cleartext_login = true."
    )


def lease(mail: Mail) -> timedelta:
    """Return how long a message is reserved: a service that dies keeps it from the others no longer.

    A message is begun in the first half of it, and there is room in the other for connecting and for
    handing it over; the wait for the answer has a lease of its own.
    """
    seconds = mail.connect_timeout_seconds + mail.message_timeout_seconds
    return max(_RESERVED, 2 * timedelta(seconds=seconds) + _RESERVED / 2)


def check(configuration: Configuration, way_out: Callable[[], Transport]) -> str:
    """Return a sentence that says mails can leave.

    Raises:
        OutOfReach: when they cannot, with why.
    """
    mail = configuration.settings.mail
    if mail.transport == "fichier":
        return _check_folder(folder(configuration))
    asyncio.run(_connect(way_out))
    opened = ", boîte ouverte par jeton" if mail.auth == "oauth2" else ""
    return f"le serveur {mail.host}:{mail.port} répond ({_SECURITY_WORDS[mail.security]}){opened}"


async def _connect(way_out: Callable[[], Transport]) -> None:
    async with way_out():
        pass


def _check_folder(directory: Path) -> str:
    existing = next(path for path in (directory, *directory.parents) if path.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        raise OutOfReach(
            f"Dossier de courrier « {directory} » : on ne peut pas y écrire ; vérifiez le chemin et "
            "les droits."
        )
    return f"messages écrits dans « {directory} », aucun n’est envoyé"
