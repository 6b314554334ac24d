"""The terminal itself: what comes from it, what is written to it, and how it is left in order.

Given to the application by `cli.wiring.tui`, except on Windows. Bytes are read by `tui.terminal.keystream`.
A terminal that goes away ends the interface as a key would; one that takes nothing more keeps nobody from
leaving. The size is the kernel's word: what a terminal sends of its size is not believed. Draws nothing.
"""

from __future__ import annotations

import os
import selectors
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TextIO, cast

from textual._time import get_time
from textual.app import App
from textual.constants import ESCAPE_DELAY
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message
from textual.messages import InBandWindowResize

from tui.terminal.keystream import Keystream

if TYPE_CHECKING:
    from tui.app import EcheancierApp

_READ = 4096
_HUNG_UP = 128 + 1
"""The exit code that SIGHUP gives."""
_IN_ORDER = (
    "\x1b[?2004l\x1b[?7h\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l\x1b[<u"
    "\x1b[?1049l\x1b[?25h\x1b[?1004l"
)
"""What undoes all that the interface asks of a terminal."""


class Unbreakable:
    """A stream that takes whatever is written, even when what it leads to is gone.

    Args:
        stream: where the text goes as long as it can.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        """Write a text, or give it up."""
        with self._as_it_can():
            self._stream.write(text)

    def flush(self) -> None:
        """Flush the stream, or give it up."""
        with self._as_it_can():
            self._stream.flush()

    @contextmanager
    def _as_it_can(self) -> Iterator[None]:
        try:
            yield
        except OSError:
            # What is still held would fail again when the interpreter flushes it on its way out.
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())

    def fileno(self) -> int:
        """Return the file descriptor of the stream."""
        return self._stream.fileno()


class TerminalDriver(LinuxDriver):
    """The driver of Textual for terminals, for any terminal.

    Args: as those of `textual.driver.Driver`.
    """

    def __init__(
        self,
        app: App[Any],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._file = cast("Any", Unbreakable(sys.__stderr__ or sys.stderr))

    def run_input_thread(self) -> None:
        """Read what is typed until the interface is left, or the terminal is gone."""
        stream = Keystream()
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(ESCAPE_DELAY):
                    data = self._read()
                    if not data:
                        cast("EcheancierApp", self._app).leave(_HUNG_UP)
                        return
                    events = stream.take(data)
                else:
                    events = stream.silence()
                at = get_time()
                for event in events:
                    # What comes in one piece has one instant: see `tui.frame.typeahead`.
                    event.time = at
                    self.process_message(event)

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, _READ)
        except OSError:
            # A terminal that was closed: Linux tells an error where others tell the end.
            return b""

    def process_message(self, message: Message) -> None:
        """Send a message on, unless it is that the terminal will tell its size from now on."""
        if not isinstance(message, InBandWindowResize):
            super().process_message(message)

    def put_in_order(self) -> None:
        """Give the terminal back at once, from any thread: nothing else of the interface answers."""
        with suppress(OSError):
            os.write(self.fileno, _IN_ORDER.encode())
        if self.attrs_before is not None:
            with suppress(termios.error):
                termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)
