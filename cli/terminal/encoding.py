"""French on terminals that cannot write it: « échéance » becomes « echeance », never a crash.

Called once by `cli.main`, before anything is written. Changes nothing where the encoding has the
character; loads nothing that the interpreter has not loaded already.
"""

from __future__ import annotations

import codecs

# What type checkers read as true; importing `typing` for it would take a quarter of `--version`.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

_HANDLER = "echeancier.plain"
_PLAIN = {
    "’": "'",
    "«": '"',
    "»": '"',
    "…": "...",
    "→": "->",
    "œ": "oe",
    "Œ": "OE",
    "✓": "v",
    "✗": "x",
    "●": "*",
    "○": "o",
    "°": "o",
    "€": "EUR",
    "–": "-",
    "—": "-",
    "•": "-",
}
_UNKNOWN = "?"


def make_writable(*streams: TextIO) -> None:
    """Let streams write any text; one that cannot be changed is left as it is."""
    codecs.register_error(_HANDLER, _plain)
    for stream in streams:
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors=_HANDLER)


def _plain(error: UnicodeError) -> tuple[str, int]:
    """Return the nearest ASCII of what an encoding lacks."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return "".join(_nearest(sign) for sign in wrong), error.end


def _nearest(sign: str) -> str:
    # Imported when a sign is missing, which most terminals never see.
    from unicodedata import combining, normalize

    if sign in _PLAIN:
        return _PLAIN[sign]
    letters = [letter for letter in normalize("NFKD", sign) if not combining(letter)]
    return "".join(letter if letter.isascii() else _UNKNOWN for letter in letters)
