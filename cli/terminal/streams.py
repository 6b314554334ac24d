"""The streams a command writes to, fit for French text and for readers who leave early.

Used by `cli.terminal.output` and `cli.asking.help`, and by `cli.main` for those that were closed. Changes
spaces only; knows nothing of what is written.
"""

from __future__ import annotations

import os
import re
import sys
from typing import TextIO

from display.drawing.typography import released

# Rich fills lines up to the width; nobody wants those blanks in a file or a pipe.
_FILLING = re.compile(r" +\n")


_STANDARD = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))


def stand_in_for_closed() -> None:
    """Give each standard stream that was closed before the start (`>&-`) one that leads nowhere.

    Its descriptor is taken too: a file opened later under that number would receive what is written there.
    """
    for name, mode in _STANDARD:
        if getattr(sys, name) is None:
            # The lowest free number: that of the closed stream, those before it being open by now.
            nowhere = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, os.fdopen(nowhere, mode, encoding="utf-8", closefd=False))


class ReaderGone(Exception):
    """Whoever read the output has closed it (`| head`): there is nobody left to write to.

    Not a `BrokenPipeError`: Typer catches that one and leaves with a code of its own.
    """


class Stream:
    """A text stream that writes what `typography.held` prepared.

    Args:
        stream: where the text goes.
        narrates: True for what may be dropped where it cannot be written, a log on a full disk.
    """

    def __init__(self, stream: TextIO, *, narrates: bool = False) -> None:
        self._stream = stream
        self._narrates = narrates
        self._outlives = False

    def outlive_readers(self) -> None:
        """Go on without a reader from now on: what is being saved matters more than who reads it."""
        self._outlives = True

    @property
    def encoding(self) -> str:
        """Return the encoding of the stream."""
        return self._stream.encoding

    @property
    def is_unicode(self) -> bool:
        """Tell whether the stream can write every character."""
        # A stream in memory has no encoding.
        return (self.encoding or "utf-8").lower().startswith("utf")

    def write(self, text: str) -> int:
        """Write a text, with its non-breaking spaces and without blanks at the end of lines.

        Raises:
            ReaderGone: when nobody reads any more, unless it outlives its readers.
        """
        try:
            return self._stream.write(_FILLING.sub("\n", released(text)))
        except OSError as error:
            self._unwritten(error)
            return len(text)

    def write_octets(self, content: bytes) -> None:
        """Write bytes as they are; raises like `write`."""
        self.flush()
        try:
            # A stream in memory has nothing under it.
            if (below := getattr(self._stream, "buffer", None)) is not None:
                below.write(content)
            else:
                self._stream.write(content.decode())
        except OSError as error:
            self._unwritten(error)

    def flush(self) -> None:
        """Flush the stream; raises like `write`."""
        try:
            self._stream.flush()
        except OSError as error:
            self._unwritten(error)

    def fileno(self) -> int:
        """Return the file descriptor of the stream."""
        return self._stream.fileno()

    def isatty(self) -> bool:
        """Tell whether the stream is a terminal."""
        return self._stream.isatty()

    def _unwritten(self, error: OSError) -> None:
        """Go on without what could not be written, or say that nobody reads any more."""
        if isinstance(error, BrokenPipeError):
            if not self._outlives:
                raise ReaderGone from None
        elif not self._narrates:
            raise error
