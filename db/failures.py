"""What drivers say when a database cannot be used, turned into one French sentence.

Used by `db.engine` around every transaction and by `db.schema`. Only what a person or the machine's
keeper can cure becomes `OutOfReach`; anything else is a fault of the program and goes through as it
is, without the row that the server may quote. A sentence names the file or the server, never the user,
the password or the data.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from sqlalchemy import URL, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from workflow.errors import OutOfReach

# Creates a database or brings it up to date.
_INIT: Final = "« echeancier init »"

_NOTHING_DONE = "rien n’a été enregistré"
_BUSY = (
    f"{{place}} est occupée par un autre programme, {_NOTHING_DONE} : réessayez dans un "
    "instant et, si cela dure, fermez les autres fenêtres d’Échéancier."
)
_READ_ONLY = (
    f"{{place}} est en lecture seule, {_NOTHING_DONE} : rétablissez le droit d’écriture, "
    "puis recommencez."
)
_FULL = (
    f"Il n’y a plus de place pour {{place}}, {_NOTHING_DONE} : libérez de l’espace sur son "
    "disque, puis recommencez."
)
_CANNOT_OPEN = (
    "{place} ne peut pas être ouverte : vérifiez son chemin et les droits d’accès, ou créez-la "
    "avec {init}."
)
_CORRUPT = "{place} est abîmée : n’écrivez plus dedans et restaurez la dernière sauvegarde."
_NOT_A_DATABASE = (
    "{place} n’est pas une base d’Échéancier, ou le fichier est abîmé : vérifiez le chemin donné "
    "dans la configuration ou par --base."
)
_DISK = (
    f"Le disque de {{place}} ne répond pas comme il faut, {_NOTHING_DONE} : vérifiez-le et "
    "faites une sauvegarde."
)
_NOT_READY = "{place} n’est pas prête : lancez {init}."
_UNREACHABLE = (
    "{place} ne répond pas : vérifiez que le serveur tourne, que l’adresse est juste et que le "
    "réseau passe."
)
_REFUSED = "{place} refuse la connexion : vérifiez l’utilisateur, le mot de passe et ses droits."
_UNKNOWN_DATABASE = (
    "{place} n’existe pas sur ce serveur : créez-la ou corrigez l’adresse dans la configuration."
)
_CROWDED = "{place} n’accepte plus de connexions : fermez des programmes ou augmentez leur nombre."

# The primary result codes of SQLite (the low byte of what the driver reports).
_SQLITE = {
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_CANTOPEN: _CANNOT_OPEN,
    sqlite3.SQLITE_CORRUPT: _CORRUPT,
    sqlite3.SQLITE_NOTADB: _NOT_A_DATABASE,
    sqlite3.SQLITE_IOERR: _DISK,
}

# SQLSTATE of PostgreSQL: the whole code first, then its class.
_POSTGRESQL = {
    "25006": _READ_ONLY,
    "3D000": _UNKNOWN_DATABASE,
    "42501": _REFUSED,
    "42P01": _NOT_READY,
    "42703": _NOT_READY,
    "53100": _FULL,
    "53300": _CROWDED,
    "55P03": _BUSY,
    "08": _UNREACHABLE,
    "28": _REFUSED,
    "40": _BUSY,
    "53": _FULL,
    "57": _UNREACHABLE,
    "58": _DISK,
}

# libpq gives no SQLSTATE for a connection that never was, only the words of the server.
_POSTGRESQL_WORDS = (
    ("starting up", _UNREACHABLE),
    ("shutting down", _UNREACHABLE),
    ("too many clients", _CROWDED),
    ("remaining connection slots", _CROWDED),
    ("pg_hba.conf", _REFUSED),
    ('role "', _REFUSED),
    ('database "', _UNKNOWN_DATABASE),
)


_WINDOWS_DRIVE = re.compile(r"/[A-Za-z]:")


def sqlite_path(url: URL) -> Path | None:
    """Return the file of a SQLite URL, or None for another database or one held in memory."""
    name = url.database
    if url.get_backend_name() != "sqlite" or not name or ":memory:" in name:
        return None
    if name.startswith("file:"):
        name = unquote(urlsplit(name).path)
        # file:///C:/base.db
        name = name[1:] if _WINDOWS_DRIVE.match(name) else name
    return Path(name)


def place(url: URL) -> str:
    """Return « la base … » for a sentence, without user or password."""
    path = sqlite_path(url)
    if path is not None:
        return f"la base « {path} »"
    if url.get_backend_name() == "sqlite":
        return "la base tenue en mémoire"
    host = url.host or url.query.get("host") or "cette machine"
    where = f"{host}:{url.port}" if url.port else str(host)
    return f"la base PostgreSQL « {url.database} » ({where})"


def sentence(template: str, url: URL) -> str:
    """Fill a template with the place, and start it with a capital."""
    text = template.format(place=place(url), init=_INIT)
    return text[0].upper() + text[1:]


@contextmanager
def translated(engine: Engine) -> Iterator[None]:
    """Turn what a driver says about the database itself into `OutOfReach`."""
    url = engine.url
    try:
        yield
    except PoolTimeout as error:
        raise OutOfReach(sentence(_CROWDED, url)) from error
    except (DBAPIError, engine.dialect.loaded_dbapi.Error) as error:
        template = _template(error.orig if isinstance(error, DBAPIError) else error)
        _forget_rows(error)
        if template is None:
            raise
        raise OutOfReach(sentence(template, url)) from error


def _forget_rows(error: BaseException) -> None:
    """Keep the first line of what was said: PostgreSQL quotes the whole row in those that follow."""
    for said in (error, getattr(error, "orig", None)):
        if said is not None and said.args:
            said.args = (str(said.args[0]).partition("\n")[0],)


def _template(error: BaseException | None) -> str | None:
    if isinstance(error, sqlite3.Error):
        if str(error).startswith(("no such table", "no such column")):
            return _NOT_READY
        # Errors that the driver raises by itself carry no code.
        return _SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
    return _postgresql_template(error)


def _postgresql_template(error: Any) -> str | None:
    state: str | None = getattr(error, "sqlstate", None)
    if state is not None:
        return _POSTGRESQL.get(state) or _POSTGRESQL.get(state[:2])
    if type(error).__name__ != "OperationalError":
        return None
    said = str(error)
    if "FATAL" not in said and "password" not in said:
        return _UNREACHABLE
    return next((found for words, found in _POSTGRESQL_WORDS if words in said), _REFUSED)
