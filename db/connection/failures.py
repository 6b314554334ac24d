"""What drivers say when a database cannot be used, turned into one French sentence.

Used by `db.connection.engine` around every transaction and by `db.schema.version`. Only what a person or
the machine's keeper can cure becomes `OutOfReach`; anything else is a fault of the program and goes through
as it is, without the row that the server may quote. Codes decide, never words, which come in the language
of the
server: its first line is quoted. Our own words name the file or the server, never the user, the password
or the data.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import disk_usage
from typing import Any, Final
from urllib.parse import unquote, urlsplit
from weakref import WeakSet

from sqlalchemy import URL, Engine, Pool
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from workflow.errors import OutOfReach
from workflow.text.folding import visible

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
CORRUPT = "{place} est abîmée : n’écrivez plus dedans et restaurez la dernière sauvegarde."
"""Said too of a base that was found so before: nothing more is written into it."""
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
_SLOW = (
    f"{{place}} a mis trop de temps à répondre, {_NOTHING_DONE} : réessayez dans un instant et, si cela "
    "dure, regardez ce qui occupe le serveur."
)
_STARTING = "{place} n’est pas prête, son serveur démarre ou s’arrête : réessayez dans une minute."
_REFUSED = "{place} refuse la connexion : vérifiez l’utilisateur, le mot de passe et ses droits."
_UNNAMED = (
    "{place} demande un mot de passe : donnez-le par la variable ECHEANCIER_DATABASE_PASSWORD ou "
    "ECHEANCIER_DATABASE_PASSWORD_FILE."
)
_FORBIDDEN = (
    f"{{place}} ne donne pas tous les droits qu’il faut, {_NOTHING_DONE} : demandez à qui tient le "
    "serveur un GRANT pour l’utilisateur de la connexion."
)
_NO_SCHEMA = (
    f"{{place}} n’a pas de schéma où ranger les tables, {_NOTHING_DONE} : créez le schéma « public », ou "
    "nommez-en un dans l’adresse (?options=-csearch_path%3DSCHÉMA)."
)
_UNKNOWN_DATABASE = (
    "{place} n’existe pas sur ce serveur : créez-la ou corrigez l’adresse dans la configuration."
)
_CLOSED_DATABASE = (
    "{place} n’accepte pas de connexion pour l’instant : demandez à qui tient le serveur de "
    "l’ouvrir."
)
_CROWDED = "{place} n’accepte plus de connexions : fermez des programmes ou augmentez leur nombre."
_STRAINED = (
    f"Le serveur de {{place}} manque de ressources, {_NOTHING_DONE} : voyez avec qui le tient."
)
_POOLED = (
    f"{{place}} passe par un répartiteur qui change de connexion à chaque transaction, {_NOTHING_DONE} : "
    "réglez-le sur « session » (pool_mode = session)."
)
_UNTRUSTED = (
    "{place} : la connexion n’a pas été ouverte, car le serveur ne prouve pas qui il est ou ne chiffre "
    "pas. Donnez son autorité par [database] ca_file, ou acceptez ce risque par [database] "
    'security = "none".'
)
_NOT_LET_IN = (
    "{place} n’accepte pas la connexion : lisez ce que répond le serveur, puis vérifiez l’adresse, "
    "l’utilisateur et ses droits."
)
OTHER_ENCODING = (
    "{place} est codée en {encoding}, qui n’a pas tous les caractères : créez une base en UTF-8 "
    "(CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0) et donnez son adresse."
)
UNSURE = (
    "{place} s’est tue pendant l’enregistrement : il est fait en entier, ou pas du tout. Regardez avant de "
    "recommencer."
)

# Result codes of SQLite: the whole code first, then its low byte.
_SQLITE = {
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_CANTOPEN: _CANNOT_OPEN,
    sqlite3.SQLITE_CORRUPT: CORRUPT,
    sqlite3.SQLITE_NOTADB: _NOT_A_DATABASE,
    sqlite3.SQLITE_IOERR: _DISK,
    sqlite3.SQLITE_IOERR_SHMSIZE: _FULL,
}
_PAGE_BYTES = 64 * 1024
"""Room without which SQLite can make none of the files beside a base."""

# SQLSTATE of PostgreSQL: the whole code first, then its class.
_POSTGRESQL = {
    "08": _UNREACHABLE,
    "25006": _READ_ONLY,
    "25P03": _UNREACHABLE,
    "25P04": _SLOW,
    "26000": _POOLED,
    "28": _REFUSED,
    "3D000": _UNKNOWN_DATABASE,
    "3F000": _NO_SCHEMA,
    "40": _BUSY,
    "42501": _FORBIDDEN,
    "42P01": _NOT_READY,
    "42P05": _POOLED,
    "42703": _NOT_READY,
    "53": _STRAINED,
    "53100": _FULL,
    "53300": _CROWDED,
    "55000": _CLOSED_DATABASE,
    "55P03": _BUSY,
    "57": _UNREACHABLE,
    "57014": _SLOW,
    "57P03": _STARTING,
    "58": _DISK,
    "XX001": CORRUPT,
    "XX002": CORRUPT,
}
# What does not depend on what the server means by its codes.
_AT_CONNECTION = {"42501": _REFUSED, "08P01": _NOT_LET_IN}
_STAGES = {
    "NETWORK": _UNREACHABLE,
    "ENCRYPTION": _UNTRUSTED,
    "PASSWORD": _UNNAMED,
    "ANSWER": _NOT_LET_IN,
}
_SAID_ENOUGH = frozenset({_BUSY, _NOT_READY, _READ_ONLY, _UNNAMED})
"""Sentences to which the words of the server add nothing."""
_MOST_WORDS = 200

_damaged: WeakSet[Pool] = WeakSet()
"""By pool, which an engine disposed of gives up: a listener would cost something at each statement."""

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


def sentence(template: str, url: URL, **more: str) -> str:
    """Fill a template with the place and what else it names, and start it with a capital."""
    text = template.format(place=place(url), init=_INIT, **more)
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
        cause = error.orig if isinstance(error, DBAPIError) else error
        template = _template(cause, engine)
        words = "" if template in _SAID_ENOUGH else _words(cause)
        _forget_rows(error)
        if template == CORRUPT and engine.dialect.name == "sqlite":
            mark_damaged(engine)
        if template is None:
            raise
        raise OutOfReach(_quoting(sentence(template, url), words)) from error


def mark_damaged(engine: Engine) -> None:
    """Remember that the file of an engine is damaged."""
    _damaged.add(engine.pool)


def damaged(engine: Engine) -> bool:
    """Tell whether the file of an engine was found damaged."""
    return engine.pool in _damaged


def _forget_rows(error: BaseException) -> None:
    """Keep the first line of what was said: PostgreSQL quotes the whole row in those that follow."""
    for said in (error, getattr(error, "orig", None)):
        if said is not None and said.args:
            said.args = (str(said.args[0]).partition("\n")[0],)


def _template(error: BaseException | None, engine: Engine) -> str | None:
    if isinstance(error, sqlite3.Error):
        if str(error).startswith(("no such table", "no such column")):
            return _NOT_READY
        return _sqlite_template(error, engine)
    return _postgresql_template(error, engine)


def _sqlite_template(error: sqlite3.Error, engine: Engine) -> str | None:
    """Return the sentence of a result code; None for a fault of ours."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    if code is None:
        # The driver's own: of its operations, only reading a text that is none fails.
        return CORRUPT if isinstance(error, sqlite3.OperationalError) else None
    template = _SQLITE.get(code) or _SQLITE.get(code & 0xFF)
    # What a disk without room answers depends on which of the files wanted some.
    return _FULL if template in {_DISK, _CANNOT_OPEN} and _is_full(engine.url) else template


def _is_full(url: URL) -> bool:
    path = sqlite_path(url)
    with suppress(OSError):
        return path is not None and disk_usage(path.parent).free < _PAGE_BYTES
    return False


def _postgresql_template(error: Any, engine: Engine) -> str | None:
    """Return the sentence of a code, or of how far a connection came; None for a fault of ours."""
    state: str | None = getattr(error, "sqlstate", None)
    obstacle = getattr(error, "obstacle", None)
    if obstacle is not None and state in _AT_CONNECTION:
        return _AT_CONNECTION[state]
    if state is not None:
        known = _POSTGRESQL.get(state) or _POSTGRESQL.get(state[:2])
        return known or (_NOT_LET_IN if obstacle is not None else None)
    if obstacle is not None:
        return _STAGES[obstacle.stage.name]
    # The driver's own: no answer in time, or a connection that breaks.
    return _UNREACHABLE if isinstance(error, engine.dialect.loaded_dbapi.OperationalError) else None


def _words(error: Any) -> str:
    """Return the first line of what the server said, empty when it said nothing."""
    obstacle = getattr(error, "obstacle", None)
    if obstacle is None:
        said = getattr(getattr(error, "diag", None), "message_primary", None)
    else:
        # Of a network that leads nowhere, only the system has spoken.
        said = "" if obstacle.stage.name == "NETWORK" else obstacle.words
    return visible((said or "").strip().partition("\n")[0], breaks=False)[:_MOST_WORDS]


def _quoting(text: str, words: str) -> str:
    """Return a sentence with what the server said, as it was said."""
    return f"{text.removesuffix('.')} (réponse du serveur : « {words} »)." if words else text
