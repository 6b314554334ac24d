"""What a person may type as free text: any character a reader sees, and the spaces French wants.

Used for facts, titles and comments. What a word processor leaves between letters is taken away; a control
character is refused where it is typed: it could hide in a list, break a header, or give an order to a
terminal. Where it comes from elsewhere (a database, a server, a file), it is shown as a sign. Also how texts
are searched and put in order.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

BROKEN = "�"
"""Sign of a byte that is no text."""
_SPACES = "\u00a0\u202f"
_BREAKS = "\n\t"
_CONTROLS = 0x20
_DELETE = 0x7F
_PICTURES = 0x2400
"""Where Unicode keeps a picture of each control character, « ␛ » for escape."""
LONGEST_SEARCH = 500
"""Letters that a search may have: no file says as much in its reference and title."""
_ALIKE = {
    "œ": "oe",
    "æ": "ae",
    "þ": "th",
    "ð": "d",
    "ŋ": "n",
    "ə": "e",
    **dict.fromkeys("’‘ʼʻʹ′ʾʿˈꞌ", "'"),
    "−": "-",
}
"""What letters and marks are searched as that neither their parts nor their name tell."""
_ACUTE = "´"
"""Typed for an apostrophe; Unicode takes it apart into a space and an accent."""
_BASE_LETTER = re.compile(
    r"LATIN (?:SMALL|CAPITAL) LETTER (?:DOTLESS |OPEN |TURNED )?([A-Z])(?: WITH .*| BAR)?"
)
_MARKS = re.compile("['`·-]")
_PARTING = re.compile(r"[\W_]+")
"""What parts the groups of a number."""
_GROUPS = re.compile(r"(?<!\w)(?:\d+|2[ab])(?: (?:\d+|2[ab]))+(?!\w)")
"""A number in groups, that of a Corsican department among them."""
_LONG_NUMBER = 11
"""Signs from which such a number is one: fewer may be a reference and a year."""
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_JOINERS = (
    *(0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x180E, 0x3164, 0xFEFF, 0xFFA0),
    # Zero-width space and joiners, marks of direction, invisible operators.
    *(*range(0x200B, 0x2010), *range(0x2060, 0x2065)),
)
_ODD_SPACES = (0x1680, *range(0x2000, 0x200B), 0x205F, 0x3000)
_PLAIN = str.maketrans(_SPACES, " " * len(_SPACES))
_TIDY = dict.fromkeys(_JOINERS, "") | dict.fromkeys(_ODD_SPACES, " ")


def is_clean(text: str, *, breaks: bool = False) -> bool:
    """Tell whether a text holds only visible characters and spaces.

    Args:
        text: what was typed.
        breaks: True where several lines and tabs are welcome.
    """
    allowed = _SPACES + (_BREAKS if breaks else "")
    return all(char.isprintable() or char in allowed for char in text)


def visible(text: str, *, breaks: bool = True) -> str:
    """Return a text that gives no order to a terminal: what cannot be seen is shown as a sign.

    A control character becomes its picture (« ␛ »), a lone surrogate « � », any other invisible character
    its number (« ⟨202E⟩ »): the reader sees that something stands there, and what.

    Args:
        text: any text, whoever wrote it.
        breaks: False where line ends and tabs are shown as signs too.
    """
    if text.isprintable() or is_clean(text, breaks=breaks):
        return text
    return "".join(char if is_clean(char, breaks=breaks) else _sign(char) for char in text)


def _sign(char: str) -> str:
    """Return what stands for a character that cannot be seen."""
    code = ord(char)
    if code < _CONTROLS:
        return chr(_PICTURES + code)
    if code == _DELETE:
        return "␡"
    return BROKEN if unicodedata.category(char) == "Cs" else f"⟨{code:04X}⟩"


def cleaned(text: str, *, breaks: bool = False) -> str:
    """Return a text as it was meant, without what Word, a PDF or a web page puts between letters.

    Odd spaces and tabs become spaces, characters that only join or part letters (soft hyphen, zero-width
    space, byte order mark) go, accents are put on their letters. What gives orders stays, to be refused.

    Args:
        text: what was typed or pasted.
        breaks: True where several lines and tabs are welcome: they stay, whatever they are written with.
    """
    if text.isascii() and text.isprintable():
        return text
    words = _LINE_ENDS.sub("\n", unicodedata.normalize("NFC", text))
    if not breaks:
        words = words.replace("\t", " ")
    return words.translate(_TIDY)


def unclean(text: str, *, breaks: bool = False) -> tuple[int, str] | None:
    """Return the rank, from 1, of the first character that may not be typed, and its sign; None without one.

    The sign of what is no text (bytes that are not UTF-8) is `BROKEN`.
    """
    if text.isprintable() or plain_spaces(text).isprintable():
        return None
    for rank, char in enumerate(text, 1):
        if not is_clean(char, breaks=breaks):
            return rank, _sign(char)
    return None


def plain_spaces(text: str) -> str:
    """Return a text whose non-breaking spaces are ordinary ones, for what is read as a value."""
    return text if text.isascii() else text.translate(_PLAIN)


def fold(words: str) -> str:
    """Return a text without case or accents, as it is searched, and compared with words.

    « Łukasz » is « lukasz » and « Yıldız » « yildiz »: letters that Unicode does not take apart are those
    that people without them on their keyboard type. Every apostrophe is « ' », every hyphen « - ».
    """
    if words.isascii():
        return words.lower()
    apart = unicodedata.normalize("NFKD", words.casefold().replace(_ACUTE, "'"))
    return apart.translate(_FOLDED)


def searchable(ref: str, title: str, numbers: Iterable[str] = (), group: str = "") -> str:
    """Return what a file is searched by: reference, title and group, folded, names also without their marks.

    « N’Guyen » is found by « nguyen » too, « Saint-Étienne » by « saintetienne ». The numbers that others
    gave the file come last, a line each, as they are written and without what parts their groups.
    """
    folded = fold(f"{title} {group}".strip())
    joined = (bare(word) for word in folded.split() if _MARKS.search(word))
    words = " ".join((fold(ref), folded, *joined))
    written = map(fold, numbers)
    lines = (line for number in written for line in (number, ungrouped(number)))
    return "\n".join(dict.fromkeys((words, *lines)))


def ungrouped(number: str) -> str:
    """Return a folded number without what parts its groups."""
    return _PARTING.sub("", number)


def searched(typed: str) -> str:
    """Return what was typed as it is searched: folded, a long number that is written in groups made one.

    « 123 456 782 00010 » is the SIRET that a file keeps as 12345678200010.
    """
    return _GROUPS.sub(_joined, fold(typed))


def _joined(groups: re.Match[str]) -> str:
    number = groups[0].replace(" ", "")
    return number if len(number) >= _LONG_NUMBER else groups[0]


def bare(folded: str) -> str:
    """Return a folded text without its apostrophes and hyphens."""
    return _MARKS.sub("", folded)


class _Folded(dict[int, str]):
    """What each character is searched as, worked out the first time that it is met."""

    def __missing__(self, code: int) -> str:
        self[code] = letters = _folded(chr(code))
        return letters


def _folded(char: str) -> str:
    if char.isascii():
        return char
    kind = unicodedata.category(char)
    if unicodedata.combining(char) or kind == "Cf":
        return ""
    if kind == "Pd":
        return "-"
    # « LATIN SMALL LETTER L WITH STROKE » is an l.
    base = _BASE_LETTER.fullmatch(unicodedata.name(char, ""))
    return base[1].lower() if base else char


_FOLDED = _Folded({ord(char): letters for char, letters in _ALIKE.items()})


def french_order(words: str) -> tuple[str, str]:
    """Return what sorts texts as a French reader expects: Éric beside Eric, accents only told apart last."""
    return fold(words), words
