"""Secrets, read from the environment only: `ECHEANCIER_X`, or a file named by `ECHEANCIER_X_FILE`.

Called by `cli.wiring.database` when a connection is about to be made. A secret never comes from
`config.toml`, is never printed, and never enters a log: its `repr` hides it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from cli.config.small_files import read_small
from cli.config.value_checks import check_ping_url
from workflow.errors import InvalidDefinition, Problem
from workflow.text.os_errors import cause

PREFIX = "ECHEANCIER_"
DATABASE_URL = f"{PREFIX}DATABASE_URL"


class Credentials(Struct, frozen=True):
    """What opens doors."""

    database_url: str | None = None
    """Whole address of the database, for hosts that give it in one piece."""
    database_password: str | None = None
    smtp_user: str | None = None
    smtp_password: str | None = None
    smtp_client_secret: str | None = None
    """What an application signs in with: a secret, a certificate and its key, or a key file, as text."""
    imap_password: str | None = None
    """Of the return mailbox."""
    ping_url: str | None = None
    """Address that the service calls: who knows it may pretend that the service lives."""

    def __repr__(self) -> str:
        return "Credentials(…)"


def read_credentials(environment: Mapping[str, str]) -> Credentials:
    """Read every secret.

    Raises:
        InvalidDefinition: when a file that is named cannot be read, or both forms are given.
    """
    problems: list[Problem] = []
    found = {
        name: _secret(environment, name.upper(), problems) for name in Credentials.__struct_fields__
    }
    if found["ping_url"] is not None:
        try:
            check_ping_url(found["ping_url"])
        except ValueError as error:
            problems.append(Problem(f"{PREFIX}PING_URL", "", f"{error}."))
    if found["smtp_password"] and not found["smtp_user"]:
        told = f"un mot de passe sans identifiant ; donnez aussi {PREFIX}SMTP_USER."
        problems.append(Problem(f"{PREFIX}SMTP_PASSWORD", "", told))
    if problems:
        raise InvalidDefinition(f"Secret inutilisable : {problems[0]}", problems)
    return Credentials(**found)


def _secret(environment: Mapping[str, str], name: str, problems: list[Problem]) -> str | None:
    variable, file_variable = f"{PREFIX}{name}", f"{PREFIX}{name}_FILE"
    value, file_name = environment.get(variable), environment.get(file_variable)
    if value and file_name:
        problems.append(
            Problem(variable, "", f"donnée deux fois ; gardez-la, ou gardez {file_variable}.")
        )
        return None
    if not file_name:
        return value or None
    try:
        content = read_small(Path(file_name)).decode("utf-8-sig").strip("\r\n")
    except OSError as error:
        message = f"« {file_name} » ne peut être lu : {cause(error)}."
    except UnicodeDecodeError:
        message = f"le fichier « {file_name} » n’est pas en UTF-8."
    else:
        if content:
            return content
        message = f"le fichier « {file_name} » est vide."
    problems.append(Problem(file_variable, "", message))
    return None
