"""The way out for mails, made from the settings: a folder of files, or a server.

Called by `cli.wiring.container`. Sends nothing by itself; the password comes from the environment and is
never shown.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

from cli.config.configuration import Configuration
from cli.config.credentials import Credentials
from cli.config.settings import Mail
from notifications.mail.mime import Mailbox
from notifications.model.ports import Transport
from workflow.errors import InvalidDefinition, OutOfReach

_RESERVED = timedelta(minutes=10)

_SECURITY_WORDS = {"starttls": "STARTTLS", "tls": "TLS", "none": "sans chiffrement"}


def sender(mail: Mail) -> Mailbox:
    """Return who writes."""
    return Mailbox(mail.sender_name, mail.sender)


def folder(configuration: Configuration) -> Path:
    """Return where the `fichier` transport writes."""
    return configuration.folder / configuration.settings.mail.directory.expanduser()


def transport(configuration: Configuration, credentials: Credentials) -> Callable[[], Transport]:
    """Return what opens a way out.

    Raises:
        InvalidDefinition: when a login would travel in clear without anybody having said so.
    """
    from notifications.mail.transports import FileTransport, Security, SmtpSettings, SmtpTransport

    mail = configuration.settings.mail
    if mail.transport == "fichier":
        directory = folder(configuration)
        return lambda: FileTransport(directory)
    if credentials.smtp_user is not None:
        _refuse_cleartext_login(mail)
    settings = SmtpSettings(
        host=mail.host,
        port=mail.port,
        sender=sender(mail).route,
        security=Security[mail.security.upper()],
        username=credentials.smtp_user,
        password=credentials.smtp_password,
        connect_timeout=mail.connect_timeout_seconds,
        message_timeout=mail.message_timeout_seconds,
        answer_timeout=mail.answer_timeout_seconds,
        per_connection=mail.per_connection,
    )
    return lambda: SmtpTransport(settings)


def _refuse_cleartext_login(mail: Mail) -> None:
    if mail.security != "none" or mail.allow_cleartext_login or _on_this_machine(mail.host):
        return
    raise InvalidDefinition(
        f"[mail] security : l’identifiant et le mot de passe d’envoi iraient en clair à {mail.host} ; mettez "
        '"starttls" ou "tls", retirez ECHEANCIER_SMTP_USER si ce serveur n’en veut pas, ou acceptez-le par '
        "allow_cleartext_login = true."
    )


def _on_this_machine(host: str) -> bool:
    with suppress(ValueError):
        return ip_address(host.strip("[]")).is_loopback
    return host.lower().rstrip(".") == "localhost"


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
    return f"le serveur {mail.host}:{mail.port} répond ({_SECURITY_WORDS[mail.security]})"


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
