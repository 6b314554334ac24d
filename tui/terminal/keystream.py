"""The bytes that a terminal sends, as events of Textual: whatever comes, no byte ends the program.

Used by `tui.driver`. Cuts the stream into text, control sequences and pastes before Textual's own parser
sees it: that one turns a sequence it does not know into keys, mixes what is pasted with what is typed, and
raises on numbers that name no character. Pure: knows no clock; its reader says when nothing has come.
"""

from __future__ import annotations

import re
from codecs import getincrementaldecoder
from collections.abc import Generator, Iterator

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._xterm_parser import XTermParser
from textual.events import Key, Paste
from textual.message import Message

_ESCAPE = "\x1b"
_PASTE, _PASTED = "\x1b[200~", "\x1b[201~"

_SEQUENCE = re.compile(
    r"\x1b(?:"
    r"(?=\x1b)|"  # Escape, then something else that begins by it
    r"\[\[[A-E]|"  # the first function keys of the Linux console
    r"\[M[^\x1b]{3}|"  # the mouse, as it was
    r"\[[0-?]*[ -/]*[@-LN-~]|\[[0-?]+[ -/]*M|"
    r"O[ -~]|"
    r"[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|"  # what a terminal tells of itself
    r"[^\[O\]PX^_\x1b])"
)
_CODED = re.compile(r"\x1b\[([\d:]*)(?:;([\d:]*))?(?:;([\d:]*))?([u~ABCDEFHPQRS])")
"""A key by its number: number, modifiers and kind, text."""
_UNTYPED = re.compile(r"[\x00\x80-\x9f]")
"""Signs that are on no keyboard."""

_TELLING = "]PX^_"
_LONGEST = 32
"""Characters of a sequence, beyond which Textual's parser takes it for keys."""
_LONGEST_TOLD = 65_536
"""Characters of what a terminal tells of itself, beyond which it is given up."""
_TYPED_AT_ONCE = 1_000
"""Characters that come together, beyond which they were pasted: nobody types that fast."""
_SILENCES = 50
"""Silences of the reader after which a paste whose end has not come is over."""

_SHIFT, _CAPITALS = 1, 64
_LOCKS = _CAPITALS | 128
"""Bits of the modifiers: Shift, and the keys that stay down."""
_RELEASED = 3
_LAST_CODE = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)


class Keystream:
    """What one terminal sends."""

    def __init__(self) -> None:
        self._decode = getincrementaldecoder("utf-8")("replace").decode
        self._parser = XTermParser()
        self._unfinished = ""
        self._pasted: list[str] | None = None
        self._silences = 0

    def take(self, data: bytes) -> Iterator[Message]:
        """Yield the events of what has come; bytes that are no UTF-8 are shown as « � »."""
        self._silences = 0
        text, self._unfinished = self._unfinished + self._decode(data), ""
        while text:
            if self._pasted is None:
                begun = text.find(_ESCAPE)
                yield from self._typed(text if begun < 0 else text[:begun])
                text = (yield from self._sequence(text[begun:])) if begun >= 0 else ""
            else:
                text = yield from self._paste(text, self._pasted)

    def silence(self) -> Iterator[Message]:
        """Yield what it means that nothing has come for a moment: what has begun is not going on."""
        self._silences += 1
        if self._pasted is not None and self._silences < _SILENCES:
            return
        begun, self._unfinished = self._unfinished, ""
        if self._pasted is not None:
            self._pasted.append(begun)
            yield from self._put()
        elif begun == _ESCAPE:
            yield Key("escape", _ESCAPE)
        elif begun in ANSI_SEQUENCES_KEYS:
            yield from self._parsed(begun)

    def _typed(self, text: str) -> Iterator[Message]:
        text = _UNTYPED.sub("", text)
        if len(text) > _TYPED_AT_ONCE and text.isprintable():
            yield Paste(text)
        else:
            yield from self._parsed(text)

    def _paste(self, text: str, pasted: list[str]) -> Generator[Message, None, str]:
        """Go on with a paste; return what comes after it."""
        words, end, rest = text.partition(_PASTED)
        if end:
            pasted.append(words)
            yield from self._put()
        else:
            # The mark of its end may come in two pieces.
            kept = next(n for n in range(len(_PASTED) - 1, -1, -1) if words.endswith(_PASTED[:n]))
            cut = len(words) - kept
            pasted.append(words[:cut])
            self._unfinished = words[cut:]
        return rest

    def _put(self) -> Iterator[Message]:
        words, self._pasted = "".join(self._pasted or ()), None
        yield Paste(words)

    def _sequence(self, text: str) -> Generator[Message, None, str]:
        """Take the sequence that a text begins by; return what comes after it."""
        found = _SEQUENCE.match(text)
        if found is None:
            # Its end may still come, unless it is broken off by another.
            another = text.find(_ESCAPE, 1)
            self._unfinished = text if another < 0 and len(text) < _LONGEST_TOLD else ""
            return text[another:] if another > 0 else ""
        sequence, rest = found[0], text[found.end() :]
        if sequence == _PASTE:
            self._pasted = []
        elif sequence == _ESCAPE:
            yield Key("escape", _ESCAPE)
        elif _means_nothing(sequence):
            pass
        elif len(sequence) == len("\x1ba") and sequence not in ANSI_SEQUENCES_KEYS:
            # Alt with a letter, which means nothing here, or two keys that a slow line brings together.
            yield Key("escape", _ESCAPE)
            yield from self._typed(sequence[1])
        elif (coded := _CODED.fullmatch(sequence)) is not None:
            yield from self._coded(*coded.groups(default=""))
        else:
            yield from self._parsed(sequence)
        return rest

    def _coded(self, code: str, modifiers: str, text: str, end: str) -> Iterator[Message]:
        """Take a key by its number, as the keyboard protocol of kitty tells it."""
        (key, shifted), (held, kind) = _numbers(code, 2), _numbers(modifiers, 2)
        if kind == _RELEASED or not all(map(_is_character, (key, shifted, *_numbers(text)))):
            return
        bits = max(held - 1, 0)
        if end == "u" and not bits & ~(_SHIFT | _LOCKS):
            # Some terminals tell the key of a text and leave the text out.
            typed = "".join(map(chr, filter(None, _numbers(text)))) or _letter(key, shifted, bits)
            if typed.isprintable():
                yield from self._typed(typed)
                return
        modified = str((bits & ~_LOCKS) + 1) if held else ""
        told = ";".join((str(key or ""), modified, text)).rstrip(";")
        yield from self._parsed(f"\x1b[{told}{end}")

    def _parsed(self, text: str) -> Iterator[Message]:
        try:
            events = list(self._parser.feed(text)) if text else []
        except Exception:  # noqa: BLE001 - whatever a terminal sends, the next key is still taken
            events = []
        if text and not events:
            # Broken, or waiting for the end of what it does not know.
            self._parser = XTermParser()
        yield from events


def _means_nothing(sequence: str) -> bool:
    """Tell whether a sequence is no key: what a terminal tells of itself, its size, or too long for one."""
    # The size is the kernel's to tell.
    told = sequence[1] in _TELLING or (sequence[1] == "[" and sequence[-1] == "t")
    return told or len(sequence) > _LONGEST


def _numbers(told: str, least: int = 0) -> list[int]:
    """Return the numbers of a parameter, as many as are read of it; 0 for one that is left out."""
    numbers = [int(one or 0) for one in told.split(":")]
    return [*numbers, *(0 for _ in range(least - len(numbers)))][: least or None]


def _is_character(code: int) -> bool:
    return code <= _LAST_CODE and code not in _SURROGATES


def _letter(key: int, shifted: int, bits: int) -> str:
    """Return the text of a key that is told without it."""
    if bits & _SHIFT and shifted:
        return chr(shifted)
    typed = chr(key or 1)
    return typed.upper() if bool(bits & _SHIFT) != bool(bits & _CAPITALS) else typed
