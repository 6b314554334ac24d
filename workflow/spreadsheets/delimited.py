"""Text with separators (CSV) → a sheet of texts: its encoding and its separator are found in what it holds.

Used by `workflow.spreadsheets.reading`. Every value stays the text that it is: who reads a value knows what
it should be.
"""

from __future__ import annotations

import csv
from collections import Counter
from itertools import islice
from typing import Final

from workflow.spreadsheets.refusal import IN_PARTS, refused
from workflow.spreadsheets.table import CellValue, Grid

ROWS: Final = 100_000
COLUMNS: Final = 1_000
_SEPARATORS: Final = ";\t,|"
"""Those that are tried, the most usual in France first."""
_LOOKED_AT: Final = 50
"""Lines that tell the separator."""
_TOLD: Final = "sep="
"""Excel writes its separator on a first line of its own."""
_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_NUL: Final = b"\x00"


def sheet_of_text(content: bytes, name: str) -> Grid:
    """Return the only sheet of a text.

    Raises:
        InvalidInput: too many rows or columns, or quotes that never close.
    """
    text = decoded(content, name)
    first, _, rest = text.partition("\n")
    if first.casefold().startswith(_TOLD) and len(first.strip()) == len(_TOLD) + 1:
        # An empty row stands for the line: cells keep their numbers.
        text, separator = f"\n{rest}", first.strip()[-1]
    else:
        separator = _separator(text)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=separator, strict=False)
    try:
        rows = list(islice(reader, ROWS + 1))
    except csv.Error:
        line = reader.line_num
        why = (
            f"ligne {line}, un guillemet ouvert n’est jamais fermé, ou une cellule est trop longue"
        )
        raise refused(
            name, why, "corrigez cette ligne, ou enregistrez le tableau au format .xlsx"
        ) from None
    if len(rows) > ROWS or any(len(row) > COLUMNS for row in rows):
        raise refused(name, f"il a plus de {ROWS} lignes ou de {COLUMNS} colonnes", IN_PARTS)
    return Grid("", tuple(tuple(map(_value, row)) for row in rows))


def _value(written: str) -> CellValue:
    return written.strip() or None


def decoded(content: bytes, name: str) -> str:
    """Return a text, its encoding found; raises `InvalidInput` for one that cannot be."""
    encoding = next((told for mark, told in _MARKS if content.startswith(mark)), "utf-8")
    if encoding == "utf-8" and _NUL in content[:100]:
        # Without its mark, every second byte of western text is zero.
        encoding = "utf-16-be" if content.startswith(_NUL) else "utf-16-le"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        if encoding != "utf-8":
            cure = "enregistrez-le de nouveau, en « CSV UTF-8 » ou au format .xlsx"
            raise refused(name, "son encodage ne se lit pas", cure) from None
    # Windows writes so in France; the five bytes that it does not know are seen as « � ».
    return content.decode("cp1252", "replace")


def _separator(text: str) -> str:
    """Return the separator under which most lines have as many columns, and the most of them."""
    lines = list(
        islice((line for line in text.splitlines(keepends=True) if line.strip()), _LOOKED_AT)
    )
    best, score = _SEPARATORS[0], (0, 0)
    for separator in _SEPARATORS:
        try:
            widths = Counter(map(len, csv.reader(lines, delimiter=separator)))
        except csv.Error:
            continue
        width, alike = max(
            ((width, times) for width, times in widths.items() if width > 1),
            key=lambda one: (one[1], one[0]),
            default=(0, 0),
        )
        if (alike, width) > score:
            best, score = separator, (alike, width)
    return best
