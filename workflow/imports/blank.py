"""The columns of an empty table in which files of a procedure are written: what each says, how to fill it.

Called by `importer modele`. Headings are those that a reader recognises for sure; everything else comes from
the rules and the directory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from workflow.case.people import Directory
from workflow.imports.columns import Place, meanings, sure_headings
from workflow.imports.rows import names_read
from workflow.rules.fact_specs import DATED, FactSpec, FactType
from workflow.rules.procedure import Procedure
from workflow.text import french
from workflow.wording.fact_types import MANNERS

_PLACES: Final[Mapping[Place, tuple[str, str]]] = {
    Place.LAST_NAME: (
        "Nom de la personne, qui devient avec le prénom le nom du dossier.",
        "DURAND",
    ),
    Place.FIRST_NAME: ("Prénom de la personne.", "Inès"),
    Place.REF: ("Référence du dossier ; vide, le programme donne la suivante.", "2026-0001"),
    Place.PROCEDURE: ("Procédure du dossier ; vide, celle qui est dite à l’import.", ""),
    Place.FUNDER: ("Qui finance, et dont les règles s’appliquent.", ""),
    Place.AGENCY: ("Agence du dossier ; vide, la vôtre.", ""),
    Place.OWNER: ("Qui suit le dossier ; vide, vous.", ""),
    Place.STATE: ("Où en est le dossier ; les dates de ses étapes doivent y mener.", ""),
}
"""What a person fills beside facts, in order: what it is, an example."""
_CHOOSE: Final = "Choisissez dans la liste."
_RULES_TOLD: Final = 3
"""Deadlines that a column names."""


class BlankColumn(Struct, frozen=True):
    """A column to be filled.

    Args:
        name: what it says, a `Place` or the id of a fact.
        heading: recognised for sure.
        words: what it is.
        written: how to write it.
        example: a value.
        choices: the only values, if they are few.
        counts: what is counted from it, and the text that says so.
        required: True when no file stands without it.
        spec: the fact; None beside facts.
    """

    name: str
    heading: str
    words: str
    written: str
    example: str
    choices: tuple[str, ...] = ()
    counts: str = ""
    required: bool = False
    spec: FactSpec | None = None


def blank_columns(
    procedures: Mapping[str, Procedure], procedure: Procedure, directory: Directory
) -> tuple[BlankColumn, ...]:
    """Return the columns of one of some procedures, as its funder rules it when it has one."""
    headings = sure_headings(meanings(procedures.values()), procedure)
    beside = _beside(procedures[procedure.id], procedure, directory)
    first = procedure.reference_fact
    facts = sorted(procedure.facts.values(), key=lambda one: one.id != first)
    return (
        *(_place(place, headings[place], choices) for place, choices in beside),
        *(
            _fact(procedure, one, headings[one.id], required=one.id == first)
            for one in facts
            if one.derived is None
        ),
    )


def _beside(
    whole: Procedure, procedure: Procedure, directory: Directory
) -> Iterator[tuple[Place, tuple[str, ...]]]:
    """Yield what is filled beside facts, with its choices."""
    funders = (procedure.funder and {procedure.funder: procedure}) or whole.funders
    named: dict[Place, list[tuple[str, str]]] = {
        Place.PROCEDURE: [(whole.id, whole.name)],
        Place.FUNDER: [(id_, one.funder_label) for id_, one in funders.items()],
        Place.AGENCY: [(one.id, one.name) for one in directory.agencies.values()],
        Place.OWNER: [(one.id, one.name) for one in directory.people.values()],
        Place.STATE: [(one.id, one.label) for one in procedure.states.values()],
    }
    for place in _PLACES:
        if place is not Place.FUNDER or funders:
            yield place, tuple(names_read(named.get(place, ())).values())


def _place(place: Place, heading: str, choices: tuple[str, ...]) -> BlankColumn:
    words, example = _PLACES[place]
    written = _CHOOSE if choices else "Un texte d’une ligne."
    example, required = example or next(iter(choices), ""), place is Place.FUNDER
    return BlankColumn(place, heading, words, written, example, choices, required=required)


def _fact(procedure: Procedure, spec: FactSpec, heading: str, *, required: bool) -> BlankColumn:
    manner = MANNERS[spec.type]
    choices = tuple(names_read(spec.choices.items()).values())
    if spec.type is FactType.BOOLEAN:
        choices = ("oui", "non")
    written = _CHOOSE if choices else f"{manner.advice[:1].upper()}{manner.advice[1:]}."
    if spec.unit:
        written += f" Unité : {spec.unit}."
    if spec.type in DATED and not spec.future:
        written += " Jamais un jour à venir."
    words = spec.help if heading == spec.label else f"{spec.label}. {spec.help}".strip()
    example = next(iter(choices), manner.example)
    counts = " ".join(_counted(procedure, spec.id))
    return BlankColumn(
        spec.id, heading, words, written, example, choices, counts, required=required, spec=spec
    )


def _counted(procedure: Procedure, fact: str) -> Iterator[str]:
    """Yield the step that a fact dates, and what is counted from it, with the text that says so."""
    for action in procedure.actions.values():
        if action.dated_by == fact:
            yield f"Date l’étape « {action.label} »."
    told = dict.fromkeys(
        f"« {spec.label} » ({rule.source.place})"
        for spec in procedure.deadlines.values()
        for rule in spec.rules
        if fact in (*rule.anchors, *rule.or_later)
    )
    if told:
        yield f"Point de départ : {french.first(told, _RULES_TOLD, ', ')}."
