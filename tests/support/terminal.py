"""A terminal that tests type in and read: tmux where it is installed, else a pseudo-terminal and pyte.

Both run the program as a person would, in a window of its own, and give back the characters on screen. tmux
is what staff have over SSH; the other asks nothing of the machine, so that no machine skips these tests.
Keys bear their tmux names: `Enter`, `Escape`, `C-s`.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import shutil
import signal
import struct
import subprocess
import termios
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyte

from tests.support.programs import PATIENCE

_GLANCE = 0.05
_TAKEN = {
    1000: "mouse",
    1003: "mouse moves",
    1004: "focus",
    1049: "alternate screen",
    2004: "pastes",
}
"""What a program may ask of a terminal, by number of mode."""
_ANSWER = 2.0
_STILL = 0.3
_BYTES = {
    "Enter": b"\r", "Escape": b"\x1b", "Tab": b"\t", "Space": b" ", "BTab": b"\x1b[Z",
    "Down": b"\x1b[B", "C-s": b"\x13",
}  # fmt: skip


class Terminal(ABC):
    """A window with a program in it.

    Args:
        command: the program and its arguments.
        environment: the whole of it.
        folder: where the program starts.
        size: columns and lines.
    """

    @abstractmethod
    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        size: tuple[int, int],
    ) -> None: ...

    @abstractmethod
    def _send(self, data: str, *, key: bool) -> None:
        """Send a key by its name, or text as it is."""

    @abstractmethod
    def _screen(self) -> str:
        """Return the characters on screen."""

    @property
    @abstractmethod
    def pid(self) -> int:
        """The process in the window."""

    @abstractmethod
    def close(self) -> None:
        """Close the window, whatever runs in it."""

    def press(self, *keys: str) -> None:
        """Press keys, one after the other, as somebody who looks at what each does."""
        for key in keys:
            self._act(key, key=len(key) > 1)

    def type(self, text: str) -> None:
        """Type text in the field that has just been reached, in place of what it holds."""
        self._act(text, key=False)

    def _act(self, data: str, *, key: bool) -> None:
        """Send something to a screen that is still, and wait until it has answered and is still again."""
        before = self._still()
        self._send(data, key=key)
        until = time.monotonic() + _ANSWER
        while self._screen() == before and time.monotonic() < until:
            time.sleep(_GLANCE)
        self._still()

    def _still(self) -> str:
        """Wait until the screen no longer changes, and return it."""
        until, seen, since = time.monotonic() + PATIENCE, self._screen(), time.monotonic()
        while time.monotonic() < min(since + _STILL, until):
            time.sleep(_GLANCE)
            now = self._screen()
            if now != seen:
                seen, since = now, time.monotonic()
        return seen

    def shown(self) -> str:
        """Return what is on screen, every kind of space made plain."""
        return self._screen().replace("\u00a0", " ").replace("\u202f", " ")

    def wait(self, *words: str, without: str = "") -> str:
        """Wait until all these words are on screen, and others are not; return the screen."""
        shown, until = "", time.monotonic() + PATIENCE
        while time.monotonic() < until:
            shown = self.shown()
            if all(word in shown for word in words) and not (without and without in shown):
                return shown
            time.sleep(_GLANCE)
        raise AssertionError(f"{words} (without « {without} ») never came:\n{shown}")

    def insist(self, key: str, *words: str) -> None:
        """Press a key until words are on screen: what is not worked out yet cannot be saved."""
        until = time.monotonic() + PATIENCE
        while not all(word in self.shown() for word in words):
            assert time.monotonic() < until, f"{words} never came:\n{self.shown()}"
            self.press(key)

    def kill(self) -> None:
        """Stop the program on the spot, as a power cut would."""
        os.kill(self.pid, signal.SIGKILL)


class Tmux(Terminal):
    """A window of a tmux server that nobody else uses."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        size: tuple[int, int],
    ) -> None:
        self._socket = folder / "tmux.sock"
        self._environment = {**environment, "TERM": "xterm-256color"}
        columns, lines = map(str, size)
        self._tmux(
            "-f", os.devnull, "new-session", "-d", "-x", columns, "-y", lines, "-c", str(folder),
            "--", *command,
        )  # fmt: skip
        # A program that stops leaves its last words on screen.
        self._tmux("set-option", "-g", "remain-on-exit", "on")

    def _tmux(self, *words: str) -> str:
        done = subprocess.run(
            ["tmux", "-S", str(self._socket), *words],
            env=self._environment,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def _send(self, data: str, *, key: bool) -> None:
        self._tmux("send-keys", *([] if key else ["-l"]), "--", data)

    def _screen(self) -> str:
        # With what has left by the top: a program that ends makes room for tmux to say so.
        return self._tmux("capture-pane", "-p", "-S", "-")

    @property
    def pid(self) -> int:
        """The process in the window."""
        return int(self._tmux("display-message", "-p", "#{pane_pid}"))

    def close(self) -> None:
        """Close the window, whatever runs in it."""
        with contextlib.suppress(subprocess.CalledProcessError):
            self._tmux("kill-server")


class Pty(Terminal):
    """A pseudo-terminal, and pyte to know what its screen shows."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        size: tuple[int, int],
    ) -> None:
        self._lines = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._lines)
        self._pid, self._file = pty.fork()
        if self._pid == 0:
            # Whoever runs the tests in the background may have turned these off.
            for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
                signal.signal(number, signal.SIG_DFL)
            os.chdir(folder)
            os.execvpe(  # noqa: S606 - the program under test
                command[0], list(command), {**environment, "TERM": "xterm-256color"}
            )
        columns, lines = size
        fcntl.ioctl(self._file, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self._settings = termios.tcgetattr(self._file)
        self._code: int | None = None

    def _send(self, data: str, *, key: bool) -> None:
        os.write(self._file, _BYTES[data] if key else data.encode())

    def _screen(self) -> str:
        while self._file >= 0 and select.select([self._file], [], [], 0)[0]:
            try:
                self._stream.feed(os.read(self._file, 65_536))
            except OSError:
                # The program has stopped; its last words stay.
                break
        return "\n".join(self._lines.display)

    @property
    def pid(self) -> int:
        """The process in the window."""
        return self._pid

    def send(self, data: bytes) -> None:
        """Send bytes as they are, in one piece, to a screen that is still."""
        self._still()
        os.write(self._file, data)

    def ended(self) -> int:
        """Wait until the program has ended, and return its exit code."""
        until = time.monotonic() + PATIENCE
        while self._code is None:
            assert time.monotonic() < until, f"it never ended:\n{self.shown()}"
            self._screen()
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            if pid:
                self._code = os.waitstatus_to_exitcode(status)
            time.sleep(_GLANCE)
        self._screen()
        return self._code

    def left_over(self) -> list[str]:
        """Return what a program that has ended has not given back."""
        modes = [words for mode, words in _TAKEN.items() if mode << 5 in self._lines.mode]
        hidden = ["cursor"] if self._lines.cursor.hidden else []
        settings = [] if termios.tcgetattr(self._file) == self._settings else ["settings"]
        return [*modes, *hidden, *settings]

    def hang_up(self) -> None:
        """Take the terminal away, the program left to itself."""
        os.close(self._file)
        self._file = -1

    def close(self) -> None:
        """Close the window, whatever runs in it."""
        if self._code is None:
            with contextlib.suppress(ProcessLookupError):
                self.kill()
            os.waitpid(self._pid, 0)
        if self._file >= 0:
            os.close(self._file)


def open_terminal(
    command: Sequence[str],
    environment: Mapping[str, str],
    folder: Path,
    kind: type[Terminal] | None,
) -> Terminal:
    """Open a window of 120 columns and 40 lines with a program in it: see `Terminal`."""
    chosen = kind or (Tmux if shutil.which("tmux") else Pty)
    # The window says how large it is, whatever a test wants of commands.
    seen = {name: value for name, value in environment.items() if name not in {"COLUMNS", "LINES"}}
    return chosen(command, seen, folder, (120, 40))
