"""What signs in with tokens, made from the settings; nothing where a password or nobody opens the mailbox.

Called by `cli.wiring.messaging`. Asks for nothing by itself; a library that one provider alone needs is
loaded for that one. The secret comes from the environment and is never shown.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from cli.config.configuration import Configuration
from cli.config.credentials import Credentials
from cli.config.settings import Mail
from cli.config.value_checks import check_token_url
from cli.wiring.mailing import mailbox, return_path
from notifications.signin.grants import ClientCredentials, Grant
from notifications.signin.tokens import Tokens
from workflow.errors import InvalidDefinition

_VARIABLE = "ECHEANCIER_SMTP_CLIENT_SECRET"


def tokens(
    configuration: Configuration, credentials: Credentials, clock: Callable[[], datetime]
) -> Tokens | None:
    """Return what gives the tokens of the way out, None when none is needed; raises like `_tokens`."""
    mail = configuration.settings.mail
    if mail.transport != "smtp" or mail.auth != "oauth2":
        return None
    return _tokens(mail, credentials, mailbox(mail, credentials), mail.scope, clock)


def return_tokens(
    configuration: Configuration, credentials: Credentials, clock: Callable[[], datetime]
) -> Tokens | None:
    """Return what gives the tokens of the return mailbox, None when none is needed; raises like `_tokens`."""
    mail = configuration.settings.mail
    returns = mail.returns
    if returns is None or returns.auth != "oauth2":
        return None
    opened = returns.username or return_path(mail)
    return _tokens(mail, credentials, opened, returns.scope or mail.scope, clock)


def _tokens(
    mail: Mail,
    credentials: Credentials,
    opened: str,
    scope: str | None,
    clock: Callable[[], datetime],
) -> Tokens:
    """Return what gives the tokens of a mailbox.

    Raises:
        InvalidDefinition: when the secret is not given, or is not one.
    """
    secret = credentials.smtp_client_secret
    if secret is None:
        raise InvalidDefinition(
            f'[mail] auth = "oauth2" demande le secret de l’application : donnez {_VARIABLE} '
            f"ou {_VARIABLE}_FILE."
        )
    try:
        grant = _grant(mail, opened, secret, scope, clock)
    except ValueError as error:
        raise InvalidDefinition(f"{_VARIABLE} : {error}.") from error
    return Tokens(grant, mail.connect_timeout_seconds, clock)


def _grant(
    mail: Mail, opened: str, secret: str, scope: str | None, clock: Callable[[], datetime]
) -> Grant:
    """Return how to ask; the settings hold what their provider needs."""
    if mail.provider == "google":
        from notifications.signin.google import SCOPE as MAIL_SCOPE
        from notifications.signin.google import ServiceAccount, key_file

        key = key_file(secret)
        check_token_url(key.token_uri)
        return ServiceAccount(key, opened, clock, scope or MAIL_SCOPE)
    if mail.provider == "microsoft":
        from notifications.signin.microsoft import SCOPE, Microsoft

        return Microsoft(mail.tenant or "", mail.client_id or "", secret, scope or SCOPE)
    return ClientCredentials(mail.token_url or "", mail.client_id or "", secret, scope or "")
