"""The database that the settings name: opened once it is wanted, looked at, made and brought up to date.

Part of `cli.wiring.container`, asked by `init`, `diagnostic` and the service. Knows no use case; its password
is never shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING
from urllib.parse import unquote

from cli.config.configuration import Configuration
from cli.config.credentials import Credentials, read_credentials
from cli.config.database_address import database_url, refuse_unusable
from workflow.errors import InvalidInput

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from db.connection.trust import Trust

_SHARED_CACHE_KIB = 2_048


@dataclass(eq=False)
class ConfiguredDatabase:
    """The database of a configuration.

    Args:
        configuration: settings and where they come from.
        environment: gives the secrets.
        base: `--base`, or None.
    """

    configuration: Configuration
    environment: Mapping[str, str]
    base: str | None

    def __post_init__(self) -> None:
        self._cache_kib: int | None = None
        # The interface asks from several threads at once: there is one engine, and one list.
        self.opening = RLock()

    def share_memory(self) -> None:
        """Have each connection keep fewer pages: the interface reads through several at once.

        The disk's own cache has the others, and a list is read no slower. To be called before the
        database is opened.
        """
        self._cache_kib = _SHARED_CACHE_KIB

    @cached_property
    def credentials(self) -> Credentials:
        """Return the secrets."""
        return read_credentials(self.environment)

    @property
    def url(self) -> str:
        """Return the address, with its password."""
        url = database_url(self.base, self.credentials, self.configuration)
        refuse_unusable(url)
        return url

    @property
    def trust(self) -> Trust:
        """Return how a server proves who it is."""
        from db.connection.trust import Trust

        settings = self.configuration.settings.database
        file = settings.ca_file and self.configuration.folder / settings.ca_file.expanduser()
        return Trust(settings.security == "tls", str(file) if file else None)

    @property
    def engine(self) -> Engine:
        """Return what connects to it, whatever its version."""
        with self.opening:
            return self._opened

    @property
    def ready(self) -> Engine:
        """Return what connects to it once it is of this version.

        Raises:
            OutOfReach: when it is absent, older, newer, or does not answer.
        """
        # Never the lock of the property before this one: two threads would wait for each other.
        with self.opening:
            return self._checked

    @cached_property
    def _opened(self) -> Engine:
        from db.connection import engine

        cache_kib = self._cache_kib or engine.CACHE_KIB
        return engine.open_engine(self.url, cache_kib=cache_kib, trust=self.trust)

    @cached_property
    def _checked(self) -> Engine:
        from db.schema import version

        version.require_current(self.engine)
        return self.engine

    def hurry(self) -> None:
        """Give it up soon if it is silent: somebody wants to leave."""
        if "_opened" in self.__dict__:
            from db.connection.engine import hurry

            hurry(self._opened)

    def close(self) -> None:
        """Let go of it, if it was opened."""
        if "_opened" in self.__dict__:
            self._opened.dispose()

    @property
    def place(self) -> str:
        """Return where it is, as a person writes it, without its password."""
        return unquote(self.engine.url.set(query={}, password=None).render_as_string())

    @property
    def file(self) -> Path | None:
        """Return its file, None for a server."""
        url = self.engine.url
        is_file = url.get_backend_name() == "sqlite" and url.database
        return Path(url.database) if is_file and url.database else None

    def refuse_absent_folder(self) -> None:
        """Refuse to create it where no folder is: its path was mistyped.

        Raises:
            InvalidInput: unless the place is the program's own, which it makes itself.
        """
        configured = self.configuration.settings.database.url
        file, named = self.file, self.base or self.credentials.database_url or configured
        if file is None or not named or str(file).startswith("file:") or file.parent.is_dir():
            return
        raise InvalidInput(
            f"Le dossier « {file.parent} » n’existe pas : corrigez le chemin de la base, ou créez "
            "ce dossier."
        )

    def state(self) -> str:
        """Return `absent`, `current`, `older` or `newer`."""
        from db.schema import version

        return version.schema_state(self.engine).value

    def upgrade(self) -> tuple[str | None, str, int]:
        """Create or migrate it; return its revision before and after, and what was judged anew."""
        from db.migrations.revisions import HEAD
        from db.schema import version

        before = version.current(self.engine)
        if before is not None:
            version.verify(self.engine)
        judged = version.upgrade(self.engine)
        version.refuse_incomplete(self.engine)
        return before, HEAD, judged

    def is_read_only(self) -> bool:
        """Tell whether it may be read and not written; raises like `ready`."""
        from db.schema import version

        return version.read_only(self.ready)

    def verify(self) -> None:
        """Look through the whole of it; raises like `ready`, and when it is damaged or incomplete."""
        from db.schema import version

        version.verify(self.ready)
        version.refuse_incomplete(self.ready)
