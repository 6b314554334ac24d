"""An engine on a PostgreSQL server, whose connections are those of `db.connection.postgresql`.

Called by `db.connection.engine` alone, which loads it for those who have a server.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, Final

import psycopg
from psycopg import IsolationLevel
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError

from db.connection import handshake, postgresql
from db.connection.failures import OTHER_ENCODING, sentence
from db.connection.no_date import NO_DATE
from db.connection.trust import Trust
from workflow.errors import InvalidDefinition, OutOfReach

_PATIENCE: Final = "patience"


def open_server(
    url: URL, busy_seconds: float, trust: Trust, serializer: Callable[[Any], str]
) -> Engine:
    """Return the engine for a server; arguments and errors as those of `db.connection.engine.open_engine`.

    Args:
        url: its address.
        busy_seconds: how long a statement waits for a lock.
        trust: whom to believe of the servers of other machines.
        serializer: writes JSON.
    """
    patient = postgresql.Patience(busy_seconds)
    opened = create_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        json_serializer=serializer,
        execution_options={_PATIENCE: patient},
    )
    given = dict(opened.dialect.create_connect_args(opened.url)[1])
    context = given.pop("context")
    for kind, loader in (("timestamptz", _LoadInstants), ("date", _LoadDays)):
        context.adapters.register_loader(kind, loader)
    parameters = _parameters(given, trust)

    def connect(*_: Any) -> Any:
        try:
            return postgresql.connect(parameters, patient, context)
        except postgresql.OtherEncoding as error:
            encoding = str(error.args[0])
            raise OutOfReach(sentence(OTHER_ENCODING, opened.url, encoding=encoding)) from None
        except psycopg.OperationalError as error:
            # Of an address that leads nowhere, or of a server that is silent, there is no more to know.
            found = None if error.pgconn is None else handshake.obstacle(parameters)
            if found is None:
                raise
            raise handshake.NotLetIn(found) from None

    event.listen(opened, "do_connect", connect)
    event.listen(opened, "checkout", _lend)
    return opened


class _LoadInstants(Loader):
    """Reads instants: one that Python has none for (« infinity ») stops no other row."""

    def load(self, data: Buffer) -> datetime | object:
        """Return an instant, or what stands for none."""
        try:
            return datetime.fromisoformat(bytes(data).decode())
        except ValueError:
            return NO_DATE


class _LoadDays(Loader):
    """Reads days, likewise."""

    def load(self, data: Buffer) -> date | object:
        """Return a day, or what stands for none."""
        try:
            return date.fromisoformat(bytes(data).decode())
        except ValueError:
            return NO_DATE


def _lend(connection: postgresql.Connection, entry: Any, _lent: Any) -> None:
    """Have a connection replaced that no longer leads anywhere: the service lives for months."""
    if entry.fresh:
        return
    try:
        connection.knock()
    except psycopg.Error:
        raise DisconnectionError from None


def patience(engine: Engine) -> postgresql.Patience:
    """Return how long the connections of an engine wait for a silent server."""
    found: postgresql.Patience = engine.get_execution_options()[_PATIENCE]
    return found


@contextmanager
def snapshot(connection: Connection) -> Iterator[None]:
    """Have the next transaction read one state of the database, and never block."""
    # Said to the driver itself: put back by SQLAlchemy, a connection would write where its role may not.
    driver: Any = connection.connection.driver_connection
    driver.isolation_level, driver.read_only = IsolationLevel.REPEATABLE_READ, True
    try:
        yield
    finally:
        if not driver.closed:
            driver.isolation_level = driver.read_only = None


def _parameters(given: dict[str, Any], trust: Trust) -> dict[str, Any]:
    """Return what the driver is given, complete."""
    try:
        return postgresql.checked(given, trust)
    except postgresql.UnknownChoice as error:
        option, choice = error.args
        wrong = f"ne peut pas valoir « {choice} »" if choice else "n’existe pas"
        raise InvalidDefinition(
            f"L’adresse de la base ne peut pas être lue : l’option « {option} » {wrong}. Corrigez-la "
            "ou retirez-la."
        ) from None
    except postgresql.Unverified as error:
        raise InvalidDefinition(
            f"L’adresse de la base dit « sslmode={error} » : n’importe qui pourrait se faire passer "
            "pour le serveur. Retirez cette option, ou acceptez ce risque par [database] "
            'security = "none" dans la configuration.'
        ) from None
