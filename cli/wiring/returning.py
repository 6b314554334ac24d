"""The return mailbox, made from the settings: how it is opened, and what looks into it.

Called by `cli.wiring.messaging`. The library that speaks IMAP is loaded once somebody looks.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from cli.config.configuration import Configuration
from cli.config.credentials import Credentials
from cli.wiring import mailing, signin
from notifications.inbox.collecting import MailboxReader
from notifications.inbox.settings import ImapSettings
from notifications.mail.network import Security
from notifications.model.looks import MailboxLook, MailboxPlace
from workflow.errors import InvalidDefinition


def mailbox(
    configuration: Configuration, credentials: Credentials, clock: Callable[[], datetime]
) -> ImapSettings | None:
    """Return the return mailbox, None when none is set.

    Raises:
        InvalidDefinition: when what opens it is not given.
    """
    mail = configuration.settings.mail
    returns = mail.returns
    if returns is None:
        return None
    if returns.auth == "password" and not credentials.imap_password:
        raise InvalidDefinition(
            "[mail.returns] demande un mot de passe : donnez ECHEANCIER_IMAP_PASSWORD ou "
            "ECHEANCIER_IMAP_PASSWORD_FILE."
        )
    return ImapSettings(
        host=returns.host,
        port=returns.port,
        username=returns.username or mailing.return_path(mail),
        security=Security[returns.security.upper()],
        folder=returns.folder,
        password=credentials.imap_password if returns.auth == "password" else None,
        tokens=signin.return_tokens(configuration, credentials, clock),
        answer_timeout=mail.message_timeout_seconds,
    )


def looking(settings: ImapSettings) -> MailboxReader:
    """Return what looks into a mailbox."""

    def look(place: MailboxPlace | None, now: datetime, stuck: bool) -> MailboxLook:
        from notifications.inbox import mailbox

        return mailbox.look(settings, place, now, stuck=stuck)

    return look


def check(settings: ImapSettings) -> str:
    """Return a sentence that says that the mailbox opens; raises `OutOfReach` when it does not."""
    from notifications.inbox import mailbox

    mailbox.check(settings)
    opened = ", ouverte par jeton" if settings.tokens is not None else ""
    return f"la boîte de {settings.server} s’ouvre, dossier {settings.folder}{opened}"
