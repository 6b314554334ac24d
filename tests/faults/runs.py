"""Runs a scenario once whole, then once for each fault point, and says what each death cost.

Called by `tests.faults.__main__`, one scenario and one kind of database at a time. The mail server lives
in this process and survives every death.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email import message_from_bytes
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, Protocol

from msgspec import Struct, field

from tests.faults.accounting import differing, dump, let_leases_end, received
from tests.faults.scenarios import CONFIG, SIGNIN, Scenario, Step
from tests.support import postgres, smtp
from tests.support.environment import ROOT, isolated
from tests.support.imap import PASSWORD, RETURNS, USER, a_report
from tests.support.scripted_imap import ImapScript, scripted_imap
from tests.support.token_server import TokenServer, giving


class Death(Struct, frozen=True):
    """What it cost to die at a point."""

    point: str
    """`avant COMMIT#2`."""
    half: bool = False
    """Something was there, but not everything."""
    lost: int = 0
    """Messages that nobody received in the end."""
    repeated: int = 0
    """Messages received once more, under the same Message-ID."""
    foreign: int = 0
    """Messages received under a Message-ID that the same run, undisturbed, does not send."""
    differing: tuple[str, ...] = ()
    """Tables that do not end as when nothing dies."""
    odd: str = ""
    """What prevented the measure, if anything did."""

    @property
    def holds(self) -> bool:
        """Tell whether the promises were kept."""
        lies = self.half or self.lost or self.foreign or self.differing or self.odd
        return not lies and self.repeated <= 1


class Result(Struct):
    """What every death of a scenario cost, on one kind of database."""

    scenario: str
    database: str
    points: list[str]
    deaths: list[Death] = field(default_factory=list)


class Copies(Protocol):
    """Databases of one kind, made by copying."""

    def copy(self, url: str | None) -> str:
        """Return the URL of a copy of a database; None for one with the schema and nothing in it."""

    def drop(self, url: str) -> None:
        """Forget a copy."""


class Files:
    """SQLite files."""

    def __init__(self, empty: Path, folder: Path) -> None:
        self._empty, self._folder = empty, folder
        self._numbers = count(1)

    def copy(self, url: str | None) -> str:
        """Return the URL of a copy, with what its write-ahead log still holds."""
        source = self._empty if url is None else _file(url)
        target = self._folder / f"base-{next(self._numbers)}.db"
        shutil.copy(source, target)
        log = source.with_name(f"{source.name}-wal")
        if log.exists():
            shutil.copy(log, f"{target}-wal")
        return f"sqlite:///{target}"

    def drop(self, url: str) -> None:
        """Remove a file and what SQLite put beside it."""
        for ending in ("", "-wal", "-shm"):
            Path(f"{_file(url)}{ending}").unlink(missing_ok=True)


class Databases:
    """Databases of a PostgreSQL server."""

    def __init__(self, server: postgres.Server, empty: str) -> None:
        self._server, self._empty = server, empty

    def copy(self, url: str | None) -> str:
        """Return the URL of a copy; nobody may be connected to the original."""
        return self._server.url(self._server.create(self._empty if url is None else _name(url)))

    def drop(self, url: str) -> None:
        """Drop a copy, whoever is still connected to it."""
        self._server.drop(_name(url))


def _file(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def _name(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


class Program:
    """The program, each run of which is a process that may be told to die."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        environment = {
            **isolated(os.environ, folder / "home"),
            "COLUMNS": "100",
            "ECHEANCIER_IMAP_PASSWORD": PASSWORD,
            "ECHEANCIER_SMTP_CLIENT_SECRET": "s3cr3t",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.victim"], cwd=ROOT, env=environment,
            encoding="utf-8", stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        self._answered()

    def run(
        self,
        step: Step,
        config: Path,
        url: str,
        *,
        die: str | None = None,
        trace: Path | None = None,
        rehearse: bool = False,
    ) -> int:
        """Type a command in a process of its own; return its exit code, -9 when it was killed.

        A rehearsal only brings into memory what the command needs.
        """
        words = [word.format(folder=self._folder) for word in step.words]
        asked = {
            "argv": ["--config", str(config), "--base", url, *words],
            "now": step.now,
            "die": die,
            "trace": None if trace is None else str(trace),
            "rehearse": rehearse,
            "said": str(self._folder / "said"),
        }
        pipe: IO[str] | None = self._process.stdin
        assert pipe is not None
        pipe.write(json.dumps(asked) + "\n")
        pipe.flush()
        ended = json.loads(self._answered())
        return -int(ended["signal"]) or int(ended["code"])

    @property
    def said(self) -> str:
        """Return what the last run wrote."""
        return (self._folder / "said").read_text(encoding="utf-8")

    def stop(self) -> None:
        """Let it end by itself."""
        self._process.communicate()

    def _answered(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


class Bench:
    """A scenario on a kind of database, ready to be run as often as needed."""

    def __init__(
        self,
        scenario: Scenario,
        copies: Copies,
        program: Program,
        server: smtp.Running,
        box: ImapScript,
        giver: TokenServer,
        folder: Path,
    ) -> None:
        self._scenario = scenario
        self._copies = copies
        self._program = program
        self._server = server
        self._giver = giver
        self._folder = folder
        self._config = folder / "config.toml"
        signin = SIGNIN.format(port=giver.port) if scenario.tokens else ""
        text = CONFIG.format(transport=scenario.transport, port=server.port, signin=signin)
        if scenario.returns_from:
            text += RETURNS.format(port=box.port, user=USER)
        self._config.write_text(text, encoding="utf-8")
        self._before = copies.copy(None)
        for step in scenario.given:
            self._must(step, self._before)
        returned = [
            a_report(str(message_from_bytes(content)["Message-ID"]), address)
            for address, content in server.accepted
            if address == scenario.returns_from
        ]
        box.messages.update(enumerate(returned, 1))
        rehearsed = copies.copy(self._before)
        for step in (scenario.act, *scenario.then):
            self._must(step, rehearsed, rehearse=True)
        copies.drop(rehearsed)
        self._start = dump(self._before)

    def recorded(self) -> list[str]:
        """Run everything undisturbed; return the points of the act."""
        trace = self._folder / "trace.json"
        url = self._fresh()
        self._must(self._scenario.act, url, trace=trace)
        self._acted = dump(url)
        self._end(url)
        self._ended, self._mails = dump(url), received(self._contents())
        self._copies.drop(url)
        points: list[str] = json.loads(trace.read_text(encoding="utf-8"))
        return points

    def killed(self, point: str) -> Death:
        """Die at a point, start again, and count."""
        url = self._fresh()
        try:
            return self._killed(point, url)
        except Refusal as odd:
            return Death(point, odd=str(odd))
        finally:
            self._copies.drop(url)

    def _killed(self, point: str, url: str) -> Death:
        act = self._scenario.act
        code = self._run(act, url, die=point)
        if code != -signal.SIGKILL:
            return Death(point, odd=f"code {code} : {self._program.said}")
        half = False
        if self._scenario.whole:
            left = dump(url)
            half = left not in (self._start, self._acted)
            if left == self._start:
                self._must(act, url)
        self._end(url)
        mails = received(self._contents())
        return Death(
            point,
            half=half,
            lost=len(self._mails - mails),
            repeated=sum(times - 1 for times in mails.values()),
            foreign=len(mails.keys() - self._mails.keys()),
            differing=tuple(differing(self._ended, dump(url))),
        )

    def _fresh(self) -> str:
        self._server.accepted.clear()
        for made in ("courriels", "pieces"):
            shutil.rmtree(self._folder / made, ignore_errors=True)
        return self._copies.copy(self._before)

    def _end(self, url: str) -> None:
        for step in self._scenario.then:
            self._must(step, url)
            let_leases_end(url)

    def _must(self, step: Step, url: str, **how: Any) -> None:
        code = self._run(step, url, **how)
        if code != 0 and not (step.may_fail and code == _OUT_OF_REACH):
            raise Refusal(f"{step.typed} : code {code} : {self._program.said}")

    def _run(self, step: Step, url: str, **how: Any) -> int:
        step.server(self._server.behaviour)
        step.giver(self._giver)
        return self._program.run(step, self._config, url, **how)

    def _contents(self) -> Iterator[bytes]:
        yield from (content for _, content in self._server.accepted)
        for file in (self._folder / "courriels").glob("*.eml"):
            yield file.read_bytes()


_OUT_OF_REACH = 7


class Refusal(AssertionError):
    """A command that had to succeed did not."""


def run(
    scenario: Scenario, kind: str, base: str, only: Sequence[str] = (), *, kill: bool = True
) -> Result:
    """Run a scenario whole, then die at each of its points.

    Args:
        scenario: what is done.
        kind: `sqlite` or `postgresql`.
        base: an empty database of this kind: a file, or `FOLDER NAME` on a server.
        only: points to die at; all of them when empty.
        kill: False only lists the points.
    """
    with (
        TemporaryDirectory(prefix="faults-") as name,
        smtp.serving(auth_require_tls=False) as server,
        giving() as giver,
        scripted_imap() as box,
        _program(name) as program,
    ):
        copies = _copies(kind, base, Path(name))
        bench = Bench(scenario, copies, program, server, box, giver, Path(name))
        result = Result(scenario.name, kind, bench.recorded())
        if kill:
            result.deaths += [bench.killed(p) for p in result.points if not only or p in only]
        return result


@contextmanager
def _program(folder: str) -> Iterator[Program]:
    program = Program(Path(folder))
    try:
        yield program
    finally:
        program.stop()


def _copies(kind: str, base: str, folder: Path) -> Copies:
    if kind == "sqlite":
        return Files(Path(base), folder)
    home, name = base.split()
    return Databases(postgres.Server(Path(home), prefix=folder.name), name)


def step_name(point: str) -> str:
    """Return the step of a point: `COMMIT` for `avant COMMIT#2`."""
    return point.partition(" ")[2].rpartition("#")[0]


def passages(points: Sequence[str]) -> Counter[str]:
    """Return how many points each step has."""
    return Counter(map(step_name, points))
