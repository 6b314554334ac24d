"""A pasted list of people → their names, or every line that cannot be one, with its reason.

Called by the faces, before a group is opened. What is refused is never repeated.
"""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from workflow.errors import EcheancierError, InvalidInput
from workflow.imports.columns import known_headings
from workflow.imports.matching import name_key
from workflow.rules.procedure import Procedure
from workflow.spreadsheets.headings import heading_key
from workflow.text import french
from workflow.wording.act_text import checked_words

MOST: Final = 200
"""People of a list at most: no session has as many."""
_CELLS: Final = re.compile("[;\t]")
_MARK: Final = re.compile(r"^\s*(?:[-–•·*]|\d{1,3}\s?[.)°])\s+")
"""What numbers a line of a list."""


class NameList(Struct, frozen=True):
    """The people of a list.

    Args:
        names: one for each person, last name and first name as they were written.
        twice: a sentence for each line that names somebody named before; it is left out.
    """

    names: tuple[str, ...]
    twice: tuple[str, ...] = ()


def read_names(text: str, procedure: Procedure) -> NameList:
    """Read a list, a person a line: « NOM Prénom », or the two apart by a semicolon or a tab.

    Raises:
        InvalidInput: with every line that names nobody, or says something else than a name; an empty list.
    """
    found: dict[tuple[str, ...], tuple[int, str]] = {}
    faults, twice = list[str](), list[str]()
    for number, line in enumerate(text.splitlines(), 1):
        cells = [one.strip() for one in _CELLS.split(_MARK.sub("", line))]
        told = [one for one in cells if one]
        if not told or (not found and all(heading_key(one) in known_headings(()) for one in told)):
            continue
        try:
            name = _name(told, procedure)
        except EcheancierError as error:
            faults.append(f"ligne {number}, {french.lowered(error.message).rstrip('.')}")
            continue
        first, _ = found.setdefault(name_key(name), (number, name))
        if first != number:
            twice.append(f"Ligne {number} : même nom qu’à la ligne {first} ; un seul dossier.")
    if faults:
        raise InvalidInput(f"Liste de noms : {' ; '.join(faults)}. Rien n’a été enregistré.")
    if not found:
        raise InvalidInput("Liste de noms : elle est vide ; écrivez une personne par ligne.")
    if len(found) > MOST:
        raise InvalidInput(f"Liste de noms : {len(found)} personnes ; donnez-en {MOST} au plus.")
    return NameList(tuple(name for _, name in found.values()), tuple(twice))


def _name(cells: list[str], procedure: Procedure) -> str:
    name = checked_words(procedure, "le nom", " ".join(" ".join(cells).split()))
    if len(cells) > 2:  # noqa: PLR2004 - last name, first name
        raise InvalidInput("trop de colonnes : gardez le nom et le prénom")
    if not any(map(str.isalpha, name)):
        raise InvalidInput("aucun nom : écrivez le nom et le prénom")
    return name
