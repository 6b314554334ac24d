"""The address of the database: which one wins, where its file lies, and its password put in last.

Called by `cli.wiring.database`. Works on text alone and connects to nothing; the address with its password
is never shown.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

from cli.config.configuration import Configuration, user_data_folder
from cli.config.credentials import Credentials
from workflow.errors import InvalidInput

FILE_NAME = "echeancier.db"
_SQLITE = "sqlite:///"
_NAMED = re.compile(r"(?:^|&)(?:dbname|service)=")


def database_url(base: str | None, credentials: Credentials, configuration: Configuration) -> str:
    """Return the address: `--base`, `ECHEANCIER_DATABASE_URL`, `[database] url`, the user's folder.

    A relative SQLite path starts where it was written: at the current folder for the first two, at
    the folder of the configuration file for the third.
    """
    url = base or credentials.database_url
    if url is None:
        url = _configured(configuration)
    if credentials.database_password is None:
        return url
    return with_password(url, credentials.database_password)


def refuse_unusable(url: str) -> None:
    """Refuse an address that names no database that lasts.

    Raises:
        InvalidInput: for a SQLite base in memory, or a PostgreSQL server without a base.
    """
    scheme, _, rest = url.partition("://")
    place, _, query = rest.partition("?")
    name = place.partition("/")[2]
    if scheme.startswith("sqlite"):
        if name in {"", ":memory:", "file::memory:"} or "mode=memory" in query:
            raise InvalidInput(
                "Une base en mémoire disparaît avec la commande : donnez un fichier, "
                "« sqlite:///CHEMIN »."
            )
    elif scheme.startswith("postgres") and not name and not _NAMED.search(query):
        raise InvalidInput(
            "L’adresse ne nomme aucune base : écrivez « postgresql://UTILISATEUR@HÔTE/BASE »."
        )


def with_password(url: str, password: str) -> str:
    """Return an address with a password, unless it has one or needs none."""
    scheme, separator, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    user, at, server = host.rpartition("@")
    if scheme.startswith("sqlite") or not at or ":" in user:
        return url
    return f"{scheme}{separator}{user}:{quote(password, safe='')}@{server}{slash}{path}"


def _configured(configuration: Configuration) -> str:
    url = configuration.settings.database.url
    if url is None:
        return f"{_SQLITE}{user_data_folder() / FILE_NAME}"
    path, query = url.removeprefix(_SQLITE), ""
    if "?" in path:
        path, _, query = path.partition("?")
    if not url.startswith(_SQLITE) or path in {"", ":memory:"} or path.startswith("file:"):
        return url
    whole = (configuration.folder / Path(path).expanduser()).as_posix()
    return f"{_SQLITE}{whole}" + (f"?{query}" if query else "")
