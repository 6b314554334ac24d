"""Where things are written: data on stdout, narration on stderr, JSON as it is.

Built by `cli.wiring.session`, used by every command. Says what the colours that views name look like here.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import IO, Any, TextIO, TypeVar, cast

from msgspec.json import format as indented
from rich.console import Console, RenderableType
from rich.text import Text
from rich.theme import Theme

from cli.terminal.streams import Stream
from display.drawing.layout import line, text
from display.drawing.typography import held
from workflow.errors import InvalidInput
from workflow.text.folding import visible

T = TypeVar("T")

THEME = Theme(
    {
        "late": "bold red",
        "soon": "bold yellow",
        "ok": "green",
        "internal": "magenta",
        "awaited": "cyan",
        "muted": "dim",
        "accent": "bold",
        "strong": "bold",
        "command": "bold cyan",
        "title": "bold underline",
    }
)
"""late: a date has passed; soon: act now; ok: done or in time; internal: no text gives the date."""

_SLOW_ITEMS = 20
"""Below this many, a loop ends before a progress bar could be read."""


def as_stored(value: object) -> str:
    """Return a value that JSON has no type for: a day or an instant in ISO 8601, a decimal with every digit.

    Raises:
        TypeError: for anything else; what leaves is named, one field after the other.
    """
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"nothing says how {type(value).__name__} leaves the program")


class Output:
    """Both streams of a command.

    Args:
        stdout: receives data.
        stderr: receives narration, warnings and progress.
        hinted: completes the commands that a sentence names, so that they can be typed.
    """

    def __init__(self, stdout: TextIO, stderr: TextIO, hinted: Callable[[str], str] = str) -> None:
        self._hinted = hinted
        self._stdout, self._stderr = Stream(stdout), Stream(stderr, narrates=True)
        self._out, self._err = _console(self._stdout), _console(self._stderr)

    def outlive_readers(self) -> None:
        """Go on without readers from now on: a command that writes ends what it began."""
        self._stdout.outlive_readers()
        self._stderr.outlive_readers()

    def show(self, *items: RenderableType) -> None:
        """Write data for a person."""
        for item in items:
            self._out.print(self._laid_out(item))

    def json(self, value: Any) -> None:
        """Write one JSON document."""
        self._stdout.write(self._dumped(value, indent=2) + "\n")

    def json_array(self, values: Iterable[Any]) -> None:
        """Write one JSON array, value by value, however many there are."""
        separator = "[\n"
        for value in values:
            self._stdout.write(separator + self._dumped(value, indent=2))
            separator = ",\n"
        self._stdout.write("[]\n" if separator == "[\n" else "\n]\n")

    def json_line(self, value: Any) -> None:
        """Write one JSON document on one line."""
        self._stdout.write(self._dumped(value) + "\n")

    def _dumped(self, value: Any, indent: int | None = None) -> str:
        # Where the stream has no accents, JSON has its own way to write them without loss.
        accents = self._stdout.is_unicode
        text = json.dumps(value, ensure_ascii=not accents, default=as_stored)
        # The library that indents what is written does it ten times as fast as the one that writes.
        return text if indent is None else indented(text, indent=indent)

    def raw(self, content: str) -> None:
        """Write a text that is laid out already."""
        words = visible(content.replace("\r\n", "\n"))
        self._stdout.write(words if words.endswith("\n") else f"{words}\n")

    def octets(self, content: bytes) -> None:
        """Write the content of a file as it is, its ends of lines included; as a text on a terminal."""
        if self._stdout.isatty():
            self.raw(content.decode(errors="replace"))
        else:
            self._stdout.write_octets(content)

    def copy(self, content: str) -> None:
        """Put a text in the clipboard of the terminal (OSC 52), which may ask, or refuse.

        Raises:
            InvalidInput: when neither stream is a terminal.
        """
        for stream in (self._stderr, self._stdout):
            if stream.isatty():
                stream.write(f"\x1b]52;c;{b64encode(content.encode()).decode()}\a")
                stream.flush()
                return
        raise InvalidInput(
            "--copier demande un terminal : retirez-le, ou donnez un fichier par --sortie."
        )

    def say(self, *items: RenderableType) -> None:
        """Write narration."""
        for item in items:
            self._err.print(self._laid_out(item))

    def _laid_out(self, item: RenderableType) -> RenderableType:
        return text(self._hinted(item)) if isinstance(item, str) else item

    def warn(self, message: str) -> None:
        """Write a warning."""
        self.say(line(("Attention : ", "soon"), self._hinted(message)))

    def warn_each(self, messages: Iterable[str]) -> None:
        """Write some warnings."""
        for message in messages:
            self.warn(message)

    def suggest(self, title: str, *commands: str) -> None:
        """Write commands to type next, each alone on its line so that it can be copied."""
        self.say(line((title, "strong")))
        for command in commands:
            # Never wrapped nor typeset: a command that was cut in two cannot be copied.
            self._err.print(Text(f"  {visible(command)}", "command"), soft_wrap=True)

    @contextmanager
    def waiting(self, what: str) -> Iterator[None]:
        """Show on stderr that something without a known length is under way."""
        with self._err.status(text(what)):
            yield

    def track(self, items: Iterable[T], what: str, total: int) -> Iterator[T]:
        """Yield items, with a progress bar on stderr when they are many."""
        if total < _SLOW_ITEMS or not self._err.is_terminal:
            yield from items
            return
        from rich.progress import track

        yield from track(items, held(what), total, console=self._err, transient=True)


def _console(stream: Stream) -> Console:
    # No markup, emoji or highlighting: what a person typed is shown as typed.
    file = cast("IO[str]", stream)
    return Console(file=file, theme=THEME, markup=False, emoji=False, highlight=False)
