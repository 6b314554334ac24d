"""The bytes of a terminal: each is a key, a paste, or nothing; none ends the program."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest
from textual.events import Key, MouseEvent, Paste
from textual.message import Message

from tui.terminal.keystream import Keystream


def told(events: Iterable[Message]) -> list[str]:
    """Return what a person has typed and pasted: keys by their text or their name, pastes in « »."""
    return [
        f"«{event.text}»" if isinstance(event, Paste) else event.character or event.key
        for event in events
        if isinstance(event, Key | Paste)
    ]


def taken(*pieces: bytes, silences: int = 1) -> list[str]:
    """Return what pieces that come one after the other mean, a silence at their end."""
    stream = Keystream()
    found = [event for piece in pieces for event in stream.take(piece)]
    return told([*found, *(event for _ in range(silences) for event in stream.silence())])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("é".encode(), ["é"]),
        (b"\xff", ["�"]),
        ("é".encode("latin-1") + b"l", ["�", "l"]),
        (b"a\x00b", ["a", "b"]),
        ("a\x9bb".encode(), ["a", "b"]),
    ],
)
def test_bytes_that_are_no_text(typed: bytes, meant: list[str]) -> None:
    """What is no UTF-8 is shown as a sign, what is on no keyboard is left out, and the next key is taken."""
    assert taken(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (b"\x1b[32u", " "),
        (b"\x1b[32;1u", " "),
        (b"\x1b[32;2u", " "),
        (b"\x1b[97;2u", "A"),
        (b"\x1b[233;2u", "É"),
        (b"\x1b[97;65u", "A"),
        (b"\x1b[97;66u", "a"),
        (b"\x1b[49:33;2u", "!"),
        (b"\x1b[97;1:1u", "a"),
        (b"\x1b[97:65;2;65u", "A"),
        (b"\x1b[0;;233u", "é"),
    ],
)
def test_text_told_by_the_number_of_its_key(typed: bytes, meant: str) -> None:
    """A key that is told without its text is typed as text, with Shift and the locks that are on."""
    assert taken(typed) == [meant]


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        (b"\x1b[A", "up"),
        (b"\x1b[1;2B", "shift+down"),
        (b"\x1b[1;129A", "up"),
        (b"\x1b[3~", "delete"),
        (b"\x1bOP", "f1"),
        (b"\x1b[[A", "f1"),
        (b"\x1b[113;5u", "ctrl+q"),
        (b"\x1b[27u", "escape"),
        (b"\x1b", "escape"),
        (b"\x1b[Z", "shift+tab"),
    ],
)
def test_keys_keep_their_names(typed: bytes, key: str) -> None:
    """Arrows, function keys and keys held with Ctrl are the keys that Textual knows."""
    stream = Keystream()
    events = [*stream.take(typed), *stream.silence()]
    assert [event.key for event in events if isinstance(event, Key)] == [key]


@pytest.mark.parametrize(
    "odd",
    [
        b"\x1b[1114112u",
        b"\x1b[55296u",
        b"\x1b[97;1;1114112u",
        b"\x1b[97;1:3u",
        b"\x1b[999z",
        b"\x1b[12",
        b"\x1b[",
        b"\x1bO",
        b"\x1b[" + b"9" * 6_000 + b"u",
        b"\x1b]52;c;" + b"A" * 200_000,
        b"\x1b]0;title\x07",
        b"\x1bP1$r0m\x1b\\",
        b"\x1b[48;9999999;9999999;0;0t\x1b[<0;5;5m",
    ],
)
def test_sequences_that_are_no_key_are_left_out(odd: bytes) -> None:
    """A sequence that means nothing, or does not end, types nothing; the key after it does."""
    assert taken(odd, silences=1) == []
    stream = Keystream()
    for _ in (*stream.take(odd), *stream.silence()):
        pass
    assert told(stream.take(b"j")) == ["j"]


def test_a_sequence_in_two_pieces() -> None:
    """A key whose bytes come apart is that key."""
    assert taken(b"\x1b[1", b";2B") == ["shift+down"]
    assert taken(b"\xc3", b"\xa9") == ["é"]


def test_escape_then_an_arrow() -> None:
    """Escape followed at once by another sequence is two keys."""
    assert taken(b"\x1b\x1b[A") == ["\x1b", "up"]


@pytest.mark.parametrize("cut", range(1, 24))
def test_a_paste_stays_whole(cut: int) -> None:
    """What is pasted comes in one piece, whatever is in it, wherever the line cuts it."""
    sent = b"a\x1b[200~un\x1b[31m\tdeux\x1b[201~b"
    assert taken(sent[:cut], sent[cut:]) == ["a", "«un\x1b[31m\tdeux»", "b"]


def test_a_paste_that_does_not_end() -> None:
    """A paste whose end has not come after a long silence is over: keys are keys again."""
    stream = Keystream()
    assert told(stream.take(b"\x1b[200~abc\x1b[20")) == []
    assert told(event for _ in range(60) for event in stream.silence()) == ["«abc\x1b[20»"]
    assert told(stream.take(b"j")) == ["j"]


def test_a_flood_is_a_paste() -> None:
    """What comes faster than anybody types is pasted: no list takes its letters for orders."""
    assert taken(b"u" * 3_000) == ["«" + "u" * 3_000 + "»"]
    assert taken(b"j" * 300) == ["j"] * 300


def test_the_mouse_is_still_read() -> None:
    """A click is a click, also after a size that means nothing."""
    stream = Keystream()
    events = [*stream.take(b"\x1b[48;1;1;0;0t\x1b[<0;5;6M")]
    assert [(event.x, event.y) for event in events if isinstance(event, MouseEvent)] == [(4, 5)]


@pytest.mark.parametrize("seed", range(40))
def test_no_byte_stops_the_stream(seed: int) -> None:
    """Whatever comes, in whatever pieces, nothing is raised and the next key is taken."""
    chance = random.Random(seed)
    parts = [
        b"\x1b[",
        b"\x1b[<",
        b"\x1b[200~",
        b"\x1b[201~",
        b"\x1b]",
        b";",
        b":",
        b"u",
        b"M",
        b"~",
        b"t",
    ]
    stream = Keystream()
    for _ in range(300):
        noise = bytes(chance.randrange(256) for _ in range(chance.randrange(6)))
        digits = str(chance.randrange(10**8)).encode()
        for _ in stream.take(b"".join(chance.sample([*parts, noise, digits], 5))):
            pass
        for _ in range(chance.choice((0, 0, 1, 60))):
            for _ in stream.silence():
                pass
    for _ in range(120):
        for _ in stream.silence():
            pass
    # Half a letter may still be waiting for its other half.
    assert told(stream.take(b"j"))[-1:] == ["j"]


def test_a_paste_whose_end_is_late() -> None:
    """The mark of the end of a paste is known when a moment parts it in two."""
    stream = Keystream()
    assert told([*stream.take(b"\x1b[200~abc\x1b[20"), *stream.silence()]) == []
    assert told(stream.take(b"1~j")) == ["«abc»", "j"]


@pytest.mark.parametrize(
    ("typed", "then"), [(b"\x1bc", "c"), ("\x1bé".encode(), "é"), (b"\x1b\r", "\r")]
)
def test_escape_then_a_letter(typed: bytes, then: str) -> None:
    """Escape and the key behind it are two keys, even when a slow line brings them together."""
    assert taken(typed) == ["\x1b", then]
