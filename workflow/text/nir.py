"""The social security number of a person (NIR), recognised so that it is kept nowhere.

Used wherever free text is read (`workflow.wording.act_text`, `workflow.wording.fact_text`): the number says
when and where somebody was born, and no step of a file needs it. Keeps and repeats nothing.
"""

from __future__ import annotations

import re
import unicodedata

_GAP = r"[\W_]{0,5}"
"""What people put between the parts of the number."""
_BETWEEN_BOXES = re.compile(
    r"(?<![^\W_])(?P<digit>[0-9AB])[\W_]{1,5}(?=[0-9AB](?![^\W_]))", re.ASCII | re.IGNORECASE
)
"""What parts two digits that stand alone, as a form with a box for each gives them."""
_NIR = re.compile(
    rf"(?<!\d)(?P<sex>[123478]){_GAP}(?P<year>\d\d){_GAP}(?P<month>\d\d){_GAP}"
    rf"(?P<place>(?:\d\d|2[AB]){_GAP}\d{{3}}|9[78]{_GAP}\d{_GAP}\d\d){_GAP}(?P<order>\d{{3}})"
    rf"(?:{_GAP}(?P<key>\d\d))?(?!\d)",
    re.ASCII | re.IGNORECASE,
)
_MONTHS = frozenset(range(1, 13))
_UNKNOWN_MONTHS = frozenset((*range(20, 43), *range(50, 100)))
"""Months of those whose civil status was incomplete when they were given their number."""
_FEWEST_DIGITS = 12
"""Of the thirteen signs without the key, one is a letter for who was born in Corsica."""
_CORSICA = {"2A": "19", "2B": "18"}
_NOWHERE = "00"
_NONE = "000"


def holds_nir(text: str) -> bool:
    """Tell whether a text holds what has the structure of a NIR, its key known, wrong or left out.

    A plain number of 13 digits is one when its parts make sense; one of 14 (SIRET), an amount, a phone number
    or a reference is none.
    """
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    if sum(map(str.isdecimal, plain)) < _FEWEST_DIGITS:
        return False
    plain = "".join(map(_ours, plain))
    joined = _BETWEEN_BOXES.sub(r"\g<digit>", plain)
    return any(_is_nir(found) for one in (plain, joined) for found in _NIR.finditer(one))


def _ours(char: str) -> str:
    """Return a digit of any script as one of ours, any other character as it is."""
    return char if char.isascii() or not char.isdecimal() else str(unicodedata.decimal(char))


def _is_nir(found: re.Match[str]) -> bool:
    place = re.sub(r"[\W_]", "", found["place"]).upper()
    if place.startswith(_NOWHERE) or place.endswith(_NONE) or found["order"] == _NONE:
        return False
    body = f"{found['sex']}{found['year']}{found['month']}{place}{found['order']}"
    month = int(found["month"])
    if month in _MONTHS or _key_fits(body, found["key"]):
        return month in _MONTHS | _UNKNOWN_MONTHS
    # A rare month proves nothing in a bare run of digits: it may be any number.
    return month in _UNKNOWN_MONTHS and not found[0].isalnum()


def _key_fits(body: str, key: str | None) -> bool:
    if key is None:
        return False
    for letters, digits in _CORSICA.items():
        body = body.replace(letters, digits)
    return 97 - int(body) % 97 == int(key)
