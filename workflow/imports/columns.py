"""What a column of a table may say of a file: a fact of a procedure, or what stands beside facts.

Used by `workflow.imports.recognition`, which chooses, and by whoever reads rows. Headings that agencies write
are data, in `headings.toml`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from workflow.rules.fact_specs import FactSpec
from workflow.rules.procedure import Procedure
from workflow.spreadsheets.headings import heading_key
from workflow.text.toml_text import read_toml


class Place(StrEnum):
    """What a column says of a file beside its facts; the value is what staff call it."""

    REF = "ref"
    TITLE = "libelle"
    LAST_NAME = "nom"
    FIRST_NAME = "prenom"
    PROCEDURE = "procedure"
    AGENCY = "agence"
    OWNER = "suivi_par"
    FUNDER = "financeur"
    STATE = "etat"


_LABELS: Final[Mapping[Place, str]] = {
    Place.REF: "Référence",
    Place.TITLE: "Nom du dossier",
    Place.LAST_NAME: "Nom",
    Place.FIRST_NAME: "Prénom",
    Place.PROCEDURE: "Procédure",
    Place.AGENCY: "Agence",
    Place.OWNER: "Suivi par",
    Place.FUNDER: "Financeur",
    Place.STATE: "État",
}


class Meaning(Struct, frozen=True):
    """Something that a column may say.

    Args:
        name: a `Place`, or the id of a fact.
        label: in French.
        headings: how it is written, as headings are compared.
        spec: the fact; None beside facts.
    """

    name: str
    label: str
    headings: frozenset[str]
    spec: FactSpec | None = None


class _Headings(Struct, frozen=True):
    places: Mapping[Place, tuple[str, ...]]
    facts: Mapping[str, tuple[str, ...]]
    refused: Mapping[str, tuple[str, ...]]


@lru_cache(maxsize=1)
def _headings() -> _Headings:
    text = files(__package__).joinpath("headings.toml").read_text(encoding="utf-8")
    return msgspec.convert(read_toml(text), _Headings)


def ruled(procedures: Iterable[Procedure]) -> Iterator[Procedure]:
    """Yield each procedure, then as each of its funders rules it: some ask for facts of their own."""
    for procedure in procedures:
        yield procedure
        yield from procedure.funders.values()


def meanings(procedures: Iterable[Procedure]) -> dict[str, Meaning]:
    """Return what columns may say of files, by name; what is counted from lines is not typed."""
    written = _headings()
    found = {
        place.value: _meaning(place.value, _LABELS[place], written.places[place]) for place in Place
    }
    for procedure in ruled(procedures):
        for id_, spec in procedure.facts.items():
            if spec.derived is not None:
                continue
            said = _meaning(id_, spec.label, written.facts.get(id_, ()), spec)
            # Two procedures may call one fact otherwise.
            known = found.setdefault(id_, said)
            if not said.headings <= known.headings:
                found[id_] = replace(known, headings=known.headings | said.headings)
    return found


def sure_headings(known: Mapping[str, Meaning], procedure: Procedure) -> dict[str, str]:
    """Return a heading for each thing that a file of a procedure may say, which can mean nothing else."""
    borne = Counter(key for one in known.values() for key in one.headings)
    labels: dict[str, str] = {place.value: label for place, label in _LABELS.items()}
    labels |= {id_: spec.label for id_, spec in procedure.facts.items()}
    written = _headings().facts
    return {
        name: next(
            words
            for words in (label, *written.get(name, ()), name)
            if borne[heading_key(words)] == 1
        )
        for name, label in labels.items()
        if name in known
    }


def known_headings(procedures: Iterable[Procedure]) -> frozenset[str]:
    """Return every heading that means something, by which the right line and the right sheet are found."""
    return frozenset(key for one in meanings(procedures).values() for key in one.headings)


@lru_cache(maxsize=1)
def refused_headings() -> Mapping[str, str]:
    """Return why a column is never read, « identity » or « grounds », by its folded heading."""
    return {heading_key(one): why for why, words in _headings().refused.items() for one in words}


def _meaning(
    name: str, label: str, written: Iterable[str], spec: FactSpec | None = None
) -> Meaning:
    spelt = (name, name.replace("_", " "), label, *written)
    return Meaning(name, label, frozenset(map(heading_key, spelt)), spec)
