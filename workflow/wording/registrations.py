"""Numbers that others give and ways to reach people, as they are typed and as the program shows them.

Used by `workflow.wording.fact_types`. A number is kept bare, whatever parts its groups, and shown in those
that papers have; a key that is known is checked, and nothing is guessed from a number.
"""

from __future__ import annotations

import re

from workflow.text.addresses import route
from workflow.text.folding import plain_spaces
from workflow.text.french import NBSP
from workflow.wording.instants import NotAValue

_PARTING = re.compile(r"[ ./()-]+")
"""What people put between the groups of a number."""
_SIRET = re.compile(r"(\d{3})(\d{3})(\d{3})(\d{5})", re.ASCII)
_LA_POSTE = "356000000"
"""SIREN whose offices are too many for the ordinary key: their digits add up to a multiple of 5."""
_NDA = re.compile(r"(\d\d)(\d\d|2[AB])(\d{5})(\d\d|2[AB])", re.ASCII)
_PHONE = re.compile(r"(0[1-9])(\d\d)(\d\d)(\d\d)(\d\d)", re.ASCII)
_FROM_ABROAD = re.compile(r"(?:\+|00)33(?:0?)([1-9]\d{8})", re.ASCII)
_ABROAD = re.compile(r"\+[1-9]\d{7,14}", re.ASCII)
_LONGEST = 40
"""Signs of a number that a funder gives."""


def siret(typed: str) -> str:
    """Return a SIRET, its key checked; raises `NotAValue`."""
    digits = _bare(typed)
    if not _SIRET.fullmatch(digits):
        raise NotAValue("un SIRET a 14 chiffres, comme 123 456 782 00010")
    if not _key_fits(digits):
        raise NotAValue("la clé de ce SIRET est fausse ; vérifiez les 14 chiffres")
    return digits


def _key_fits(digits: str) -> bool:
    if digits.startswith(_LA_POSTE) and sum(map(int, digits)) % 5 == 0:
        return True
    # Luhn: every second digit from the right is doubled, its own digits added up.
    doubled = (divmod(int(digit) * (1 + rank % 2), 10) for rank, digit in enumerate(digits[::-1]))
    return sum(map(sum, doubled)) % 10 == 0


def nda(typed: str) -> str:
    """Return the number of a declaration of activity; raises `NotAValue`."""
    number = _bare(typed).upper()
    if not _NDA.fullmatch(number):
        raise NotAValue("un numéro de déclaration d’activité a 11 signes, comme 11 75 12345 75")
    return number


def phone(typed: str) -> str:
    """Return a telephone number; raises `NotAValue`."""
    number = _bare(typed)
    if home := _FROM_ABROAD.fullmatch(number):
        return f"0{home[1]}"
    if not (_PHONE.fullmatch(number) or _ABROAD.fullmatch(number)):
        raise NotAValue("écrivez un numéro comme 01 23 45 67 89, ou +32 2 123 45 67")
    return number


def address(typed: str) -> str:
    """Return an address of electronic mail; raises `NotAValue`."""
    try:
        route(typed)
    except ValueError:
        raise NotAValue("écrivez une adresse comme nom@exemple.fr") from None
    return typed


def reference(typed: str) -> str:
    """Return a number that somebody else gave; raises `NotAValue`."""
    if len(typed) > _LONGEST or not any(map(str.isdecimal, typed)):
        raise NotAValue(f"un numéro a au moins un chiffre, et {_LONGEST} signes au plus")
    return plain_spaces(typed)


def _bare(typed: str) -> str:
    return _PARTING.sub("", plain_spaces(typed))


def _grouped(groups: re.Pattern[str], number: str) -> str:
    found = groups.fullmatch(number)
    return NBSP.join(found.groups()) if found else number


def siret_shown(number: str) -> str:
    """Return a SIRET in the groups that papers have."""
    return _grouped(_SIRET, number)


def nda_shown(number: str) -> str:
    """Return the number of a declaration of activity in its groups."""
    return _grouped(_NDA, number)


def phone_shown(number: str) -> str:
    """Return a telephone number in its groups."""
    return _grouped(_PHONE, number)
