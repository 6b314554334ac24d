"""Letters and their models in the terminal and as JSON.

Used by `cli.mail.letters`. A letter is drawn by `display.mail.letters`, as in the interface.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.table import Table

from cli.shared.picking import JsonObject, picked
from display.drawing.layout import headed, line, text
from notifications.correspondence.models import SUFFIX, LetterModels
from notifications.correspondence.writing import WrittenLetter
from workflow.rules.letters import Correspondent, LetterSpec
from workflow.rules.procedure import Procedure
from workflow.usecases.correspondence import ProposedLetter
from workflow.wording.journal_text import times_words


def letter_json(found: WrittenLetter) -> JsonObject:
    """Return a letter with all that it says, and what is left to fill in."""
    address = found.address
    return {
        "model": found.spec.id,
        "label": found.spec.label,
        "to": _to_json(found.to)
        | {"name": address.name if address else "", "address": address.address if address else ""},
        **picked(found.filled, "subject text"),
        "html": found.html,
        "missing": found.filled.missing,
    }


def proposed_json(one: ProposedLetter) -> JsonObject:
    """Return a letter that a file can write, or why it has nothing to say now."""
    return {
        **_spec_json(one.spec),
        "to": _to_json(one.to),
        "why_not": one.pointless,
        "written": one.written,
    }


def proposals(found: Sequence[ProposedLetter]) -> Table:
    """Return the letters of a file, in the order of its rules."""
    table = headed("Modèle", "Lettre", "À", "Écrite")
    for one in found:
        table.add_row(
            text(one.spec.id, "muted" if one.pointless else "command"),
            line(one.spec.label, (f"\n{one.pointless}" if one.pointless else "", "muted")),
            text(one.to.label),
            text(times_words("écrite", one.written)),
        )
    return table


def models_json(procedures: Iterable[Procedure], models: LetterModels) -> Iterator[JsonObject]:
    """Yield the letters of each procedure, and the file of the agency that stands for one."""
    for procedure, spec, to in _models(procedures):
        own = models.own(spec.id)
        yield {
            "procedure": procedure.id,
            **_spec_json(spec),
            "to": _to_json(to),
            "file": None if own is None else str(own),
        }


def models_table(procedures: Iterable[Procedure], models: LetterModels) -> Table:
    """Return the models, each once, with the procedures that it serves."""
    table = headed("Modèle", "Lettre", "À", "Procédures", "Fichier")
    rows: dict[str, tuple[LetterSpec, Correspondent, list[str]]] = {}
    for procedure, spec, to in _models(procedures):
        rows.setdefault(spec.id, (spec, to, []))[2].append(procedure.name)
    for spec, to, names in rows.values():
        own = models.own(spec.id)
        table.add_row(
            text(spec.id, "command"),
            text(spec.label),
            text(to.label),
            text(", ".join(names)),
            text(f"{spec.id}{SUFFIX}" if own is None else str(own), "muted" if own is None else ""),
        )
    return table


def _models(
    procedures: Iterable[Procedure],
) -> Iterator[tuple[Procedure, LetterSpec, Correspondent]]:
    for procedure in procedures:
        if rules := procedure.letters:
            yield from (
                (procedure, one, rules.correspondents[one.to]) for one in rules.models.values()
            )


def _spec_json(spec: LetterSpec) -> JsonObject:
    return {"model": spec.id, **picked(spec, "label chases"), "papers": list(spec.papers)}


def _to_json(to: Correspondent) -> JsonObject:
    return {"kind": to.id, "label": to.label}
