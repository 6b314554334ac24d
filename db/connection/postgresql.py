"""How a connection to PostgreSQL is opened: whom it trusts, what it is told, how long it may be silent.

Called by `db.connection.engine` for the stores and by `db.worklist.first_page` for the first list. Loads
the driver, and nothing else. Says nothing in French: `db.connection.failures` does, and
`db.connection.handshake` finds out why a server lets nobody in.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping
from pathlib import Path
from time import monotonic
from typing import Any, Final, Self, TypeVar

import psycopg
from psycopg import pq, waiting
from psycopg.abc import AdaptContext
from psycopg.conninfo import make_conninfo

from db.connection.trust import Trust

CONNECT_SECONDS: Final = 8
"""Longest wait for one address of a server to let us in."""
_SLOW_SECONDS: Final = 5.0
"""Longest work on one statement, besides the wait for a lock: a server that lives says so itself."""
_SILENT_SECONDS: Final = 7.0
"""Longest silence, besides the wait for a lock, before a server is given up."""
_HURRIED_SECONDS: Final = 2.0
"""Longest silence once somebody waits to leave."""
_KNOCK_SECONDS: Final = 3.0
"""Longest silence of a connection that waited, before another one is opened in its place."""
_LOOK_SECONDS: Final = 0.1
"""How often one looks up from waiting: signals are heard then."""

_PARAMETERS: Final[Mapping[str, str]] = {
    "application_name": "echeancier",
    "connect_timeout": str(CONNECT_SECONDS),
    # The system gives up a peer that is gone, even while nobody asks it anything.
    "keepalives_idle": "30",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "15000",
}
_YIELDING: Final = frozenset(
    {"lock_timeout", "search_path", "statement_timeout", "transaction_timeout"}
)
"""Settings that an address may choose itself, by `options`."""
_CUTS_TRANSACTIONS: Final = 170_000
"""Version of the server from which it may cut a transaction short."""
_NAMED: Final = re.compile(r"(?:^|\s)(?:-c\s*|--)([\w-]+)\s*=")
_CHOICES: Final[Mapping[str, frozenset[str]]] = {
    "channel_binding": frozenset({"disable", "prefer", "require"}),
    "gssencmode": frozenset({"disable", "prefer", "require"}),
    "load_balance_hosts": frozenset({"disable", "random"}),
    "sslcertmode": frozenset({"disable", "allow", "require"}),
    "sslmode": frozenset({"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}),
    "sslnegotiation": frozenset({"postgres", "direct"}),
    "target_session_attrs": frozenset(
        {"any", "read-write", "read-only", "primary", "standby", "prefer-standby"}
    ),
}
"""What an option of an address may say, where libpq knows a few words only."""
_VERIFIED: Final = "verify-full"

_Wanted = TypeVar("_Wanted")
_Found = TypeVar("_Found")


class Silent(psycopg.OperationalError):
    """The server says nothing more: the connection was given up."""


class OtherEncoding(psycopg.NotSupportedError):
    """The database keeps its texts in another encoding than UTF-8, which is the only argument."""


class UnknownChoice(ValueError):
    """An address says what libpq does not know: the name of the option, then what it says."""


class Unverified(ValueError):
    """An address off this machine gives up what `Trust` asks: its `sslmode` is the only argument."""


class Patience:
    """How long the connections of one engine wait for a server that says nothing.

    Args:
        busy_seconds: how long a statement may wait for a lock.
        silent_seconds: how long the server may say nothing, besides.
    """

    def __init__(self, busy_seconds: float, silent_seconds: float = _SILENT_SECONDS) -> None:
        self.busy_seconds = busy_seconds
        self.seconds = busy_seconds + silent_seconds

    def hurry(self) -> None:
        """Wait no longer than somebody does who wants to leave."""
        self.seconds = min(self.seconds, _HURRIED_SECONDS)

    def watch(self, steps: Generator[_Wanted, Any, _Found]) -> Generator[_Wanted, Any, _Found]:
        """Pass on what the driver waits for, and raise `Silent` when nothing comes for too long."""
        heard = monotonic()
        try:
            wanted = next(steps)
            while True:
                ready = yield wanted
                if ready:
                    heard = monotonic()
                elif monotonic() - heard >= self.seconds:
                    raise Silent
                wanted = steps.send(ready)
        except StopIteration as end:
            found: _Found = end.value
            return found


class Connection(psycopg.Connection[Any]):
    """A connection that never waits for ever, not even at a socket of this machine."""

    patience: Patience

    @classmethod
    def _connect_gen(cls, conninfo: str = "") -> Generator[Any, Any, Self]:
        # The driver's own limit holds for each address; this one hears that somebody wants to leave.
        return cls.patience.watch(super()._connect_gen(conninfo))

    def wait(
        self,
        gen: Generator[Any, Any, _Found],
        interval: float = _LOOK_SECONDS,
        timeout: float | None = None,
    ) -> _Found:
        """Wait for what was asked; give the connection up after a silence or an interruption.

        Raises:
            Silent: nothing came for too long.
        """
        try:
            return waiting.wait(
                self.patience.watch(gen), self.pgconn.socket, interval=interval, timeout=timeout
            )
        except (Silent, KeyboardInterrupt, SystemExit):
            # The driver would first ask the server, politely and in English, to stop.
            self.pgconn.finish()
            raise

    def knock(self) -> None:
        """Ask the server for nothing, to know whether it is still there; raises like `wait`."""
        usual, self.patience = (
            self.patience,
            Patience(0, min(_KNOCK_SECONDS, self.patience.seconds)),
        )
        try:
            self.autocommit = True
            self.execute(";")
            self.autocommit = False
        finally:
            self.patience = usual


def checked(given: Mapping[str, Any], trust: Trust) -> dict[str, Any]:
    """Return the parameters of a connection, complete.

    Args:
        given: those that an address names, as libpq calls them.
        trust: whom to believe.

    Raises:
        UnknownChoice: an option, or a choice, that libpq does not know.
        Unverified: an address that would believe anybody.
    """
    for name, choices in _CHOICES.items():
        if given.get(name, next(iter(choices))) not in choices:
            raise UnknownChoice(name, str(given[name]))
    try:
        make_conninfo(**given)
    except psycopg.ProgrammingError:
        known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
        raise UnknownChoice(next((name for name in given if name not in known), "?"), "") from None
    safe = _local() if _is_local(given) else _remote(given, trust)
    return {**_PARAMETERS, **safe, **given, "client_encoding": "UTF8"}


def connect(
    parameters: Mapping[str, Any], patience: Patience, adapters: AdaptContext | None = None
) -> Connection:
    """Open a connection, told everything that this program relies on.

    Args:
        parameters: as `checked` returns them.
        patience: how long it waits.
        adapters: how values become text and back; None for the driver's own ways.

    Raises:
        psycopg.Error: whatever the driver says, `OtherEncoding` and `Silent` among it.
    """
    # The driver makes the connection itself: what it waits with comes with the class.
    patient: type[Connection] = type("Connection", (Connection,), {"patience": patience})
    connection = patient.connect(**parameters, autocommit=True, context=adapters)
    try:
        _settle(connection, str(parameters.get("options", "")))
        connection.autocommit = False
    except BaseException:
        connection.close()
        raise
    return connection


def _settle(connection: Connection, options: str) -> None:
    """Say in one exchange what must hold, whatever the server, the base or the role say.

    Said once connected: a pooler lets nobody in who says it while connecting.
    """
    busy = connection.patience.busy_seconds
    chosen = {name.replace("-", "_").lower() for name in _NAMED.findall(options)} & _YIELDING
    settings = {
        "datestyle": "ISO",
        "default_transaction_isolation": "read committed",
        "search_path": "public",
        "lock_timeout": f"{int(busy * 1000)}ms",
        "statement_timeout": f"{int((busy + _SLOW_SECONDS) * 1000)}ms",
    }
    if connection.info.server_version >= _CUTS_TRANSACTIONS:
        # Each statement has its own limit, and a migration many statements.
        settings["transaction_timeout"] = "0"
    said = [(name, value) for name, value in settings.items() if name not in chosen]
    calls = ", ".join(["set_config(%s, %s, false)"] * len(said))
    row = connection.execute(
        f"SELECT current_setting('server_encoding'), {calls}",
        [word for pair in said for word in pair],
    ).fetchone()
    if row is not None and row[0] != "UTF8":
        raise OtherEncoding(row[0])


def _is_local(given: Mapping[str, Any]) -> bool:
    """Tell whether what is said goes through no network."""
    defaults = {option.keyword.decode(): option.val for option in pq.Conninfo.get_defaults()}

    def named(name: str) -> str:
        return str(given.get(name) or (defaults.get(name) or b"").decode())

    hosts = named("hostaddr") or named("host")
    if not hosts and named("service"):
        # What it leads to is read by libpq alone.
        return False
    return all(map(_is_here, hosts.split(",")))


def _is_here(host: str) -> bool:
    # No name, a folder or an abstract name: a socket of this machine.
    if not host or host == "localhost" or host[0] in "/@" or host[1:2] == ":":
        return True
    from ipaddress import ip_address  # noqa: PLC0415 - needed by those alone who name a machine

    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _local() -> dict[str, str]:
    # Whoever listens here in place of the server is not given the password.
    return {"require_auth": "!password"}


def _remote(given: Mapping[str, Any], trust: Trust) -> dict[str, str]:
    if not trust.verified:
        return {}
    if given.get("sslmode", _VERIFIED) != _VERIFIED:
        raise Unverified(str(given["sslmode"]))
    return {
        "sslmode": _VERIFIED,
        "sslrootcert": trust.authorities or _authorities(),
        "channel_binding": "require",
        "require_auth": "scram-sha-256",
        # Encrypted by Kerberos, a connection would be verified by nobody.
        "gssencmode": "disable",
    }


def _authorities() -> str:
    """Return the file of the authorities that this machine believes."""
    named = next(one.val for one in pq.Conninfo.get_defaults() if one.keyword == b"sslrootcert")
    if named:
        return named.decode()
    import ssl  # noqa: PLC0415 - needed by those alone whose server is elsewhere

    # libpq's own « system » leads nowhere in the wheels of its driver.
    file = ssl.get_default_verify_paths().cafile
    return file if file and Path(file).exists() else "system"
