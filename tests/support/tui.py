"""A stage on which tests play the terminal interface: real screens, a real SQLite file, a clock that is set.

The demonstration is entered once for each test run and copied: entering it takes longer than most tests.
"""

from __future__ import annotations

import shlex
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct, field
from msgspec.structs import replace
from textual.pilot import Pilot
from textual.widgets import Input
from textual.worker import WorkerCancelled

from cli.demo.builder import enter, moments
from cli.demo.cast import SAMPLES
from cli.terminal.failures import Doing
from cli.terminal.spelling import words_of
from cli.wiring.session import Session
from cli.wiring.tui import office_of
from tests.support.cli import Desk
from tests.support.programs import PATIENCE
from tui import app as tui_app
from tui.app import EcheancierApp
from tui.frame.office import Office
from tui.frame.page import Asking
from workflow.operations.requests import Request
from workflow.worklist.worklist import FirstPage

NARROW, WIDE = (80, 24), (120, 40)
_GLANCE = 0.03

_DEMONSTRATION: dict[str, bytes] = {}


def typed(request: Request) -> str:
    """Return a command as it is typed where the configuration needs no naming: no path in a picture."""
    return shlex.join(("echeancier", *words_of(request)))


class Stage(Struct):
    """What a test plays on.

    Args:
        desk: types commands on the same database, as somebody else would.
    """

    desk: Desk
    sessions: list[Session] = field(default_factory=list)

    def prepare(self) -> None:
        """Put the CIPI of the demonstration in the database."""
        if "bytes" not in _DEMONSTRATION:
            self.desk.must("init")
            session = Session(Doing(()), lambda: self.desk.now, config=self.desk.config)
            for _ in enter(session.container.cases, moments(self.desk.now).entered, SAMPLES):
                pass
            session.close()
            _DEMONSTRATION["bytes"] = self.desk.database.read_bytes()
        self.desk.database.write_bytes(_DEMONSTRATION["bytes"])

    def office(self, **changes: Any) -> Office:
        """Return what the screens work with, some of it changed."""
        session = Session(Doing(()), lambda: self.desk.now, config=self.desk.config)
        self.sessions.append(session)
        return replace(office_of(session), **{"typed": typed, **changes})

    @asynccontextmanager
    async def playing(self, size: tuple[int, int] = WIDE, **changes: Any) -> AsyncIterator[Player]:
        """Open the interface, and close it at the end."""
        app = Watched(self.office(**changes))
        async with app.run_test(size=size, notifications=True) as pilot:
            player = Player(app, pilot)
            await player.settle()
            yield player

    def close(self) -> None:
        """Let go of the database."""
        for session in self.sessions:
            session.close()


class Watched(EcheancierApp):
    """The interface, which remembers what its toasts said and what it would have opened."""

    # Looked for beside this file otherwise.
    CSS_PATH = str(Path(tui_app.__file__).with_name("echeancier.tcss"))

    def __init__(self, office: Office, first_page: FirstPage | None = None) -> None:
        super().__init__(office, first_page)
        self.toasts: list[str] = []
        self.opened: list[str] = []

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Note what another program would open: none is started by a test."""
        self.opened.append(url)

    def notify(self, message: str, **options: Any) -> None:
        """Show a toast."""
        self.toasts.append(message)
        super().notify(message, **options)


@contextmanager
def demonstration(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """Lend a stage whose database holds the demonstration."""
    stage = Stage(Desk(folder, monkeypatch))
    stage.prepare()
    yield stage
    stage.close()


class Player:
    """Somebody at the keyboard."""

    def __init__(self, app: Watched, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    async def press(self, *keys: str) -> None:
        """Press keys, one after the other, waiting for what each brings."""
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def fill(self, selector: str, words: str) -> None:
        """Go to a field and type words there."""
        self.app.screen.query_one(selector).focus()
        await self.pilot.pause()
        await self.type(words)

    async def type(self, words: str) -> None:
        """Type words in the field that has the focus, in place of what it holds."""
        box = self.app.focused
        assert isinstance(box, Input)
        box.value = words
        await self.settle()

    async def settle(self) -> None:
        """Wait until nothing is being worked out, the pause at the end of typing included."""
        await self._workers()
        await self.until(lambda: not self._considering())
        await self._workers()

    def _considering(self) -> bool:
        form = self.app.screen
        return isinstance(form, Asking) and form.considering

    async def sees(self, *words: str) -> None:
        """Wait until words are on the screen."""
        await self.until(lambda: all(word in self.shown() for word in words))

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait for something, as long as a slow machine takes."""
        limit = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < limit, self.shown()
            await self.pilot.pause(_GLANCE)
            await self._workers()

    async def _workers(self) -> None:
        """Wait for the questions asked; one that the next has overtaken is no longer waited for."""
        with suppress(WorkerCancelled):
            await self.app.workers.wait_for_complete()
        await self.pilot.pause()

    def shown(self) -> str:
        """Return the text on the screen, spaces made plain."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in strips).replace("\u00a0", " ")

    def said(self) -> str:
        """Return the toasts so far: one that has gone by itself was there to be read."""
        return "\n".join(self.app.toasts)

    def picture(self) -> str:
        """Return the screen as SVG, without a blinking cursor."""
        for box in self.app.screen.query(Input):
            box.cursor_blink = False
            box._cursor_visible = True
        return self.app.export_screenshot()
