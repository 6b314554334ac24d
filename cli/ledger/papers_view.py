"""The papers of a case: how far each has come, who noted it, where it is kept, which step asks for it.

Used by `dossier pieces`, and for one paper by `dossier voir`. Their content is kept elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.table import Column

from cli.shared.picking import JsonObject, picked
from cli.shared.shapes import paper_json
from display.drawing.layout import headed, line, text, whole
from display.ledger.ledger import papers, status
from workflow.case.case import Case, PaperStatus
from workflow.rules.procedure import Action, DocumentSpec, Procedure
from workflow.text import french

_NAME = 24
"""Width under which an id would be cut: it is there to be copied."""


def table(case: Case, procedure: Procedure) -> Iterator[RenderableType]:
    """Yield every paper of the procedure with what is known of it."""
    grid = headed(whole("État"), Column(text("Pièce"), min_width=_NAME), "Demandée pour")
    for spec in papers(case, procedure):
        paper = case.documents.get(spec.id)
        noted = f"\n{french.short_day(paper.on)}\n{paper.by}" if paper else ""
        kept = f"\nrangée : {paper.kept_at}" if paper and paper.kept_at else ""
        steps = "\n".join(action.label for action in _asking(procedure, spec))
        grid.add_row(
            status(paper).append(noted),
            line(spec.label, (f"\n{spec.id}", "muted"), kept),
            text(steps or "aucune étape", "" if steps else "muted"),
        )
    yield grid


def papers_json(case: Case, procedure: Procedure) -> JsonObject:
    """Return the same for another program."""
    return {
        **picked(case, "ref version"),
        "documents": [_one(case, procedure, spec) for spec in papers(case, procedure)],
    }


def _one(case: Case, procedure: Procedure, spec: DocumentSpec) -> JsonObject:
    paper = case.documents.get(spec.id)
    unknown: JsonObject = {
        "status": PaperStatus.TO_OBTAIN,
        "on": None,
        "by": None,
        "kept_at": "",
        "says": {},
    }
    return {
        **picked(spec, "id label"),
        **(paper_json(paper) if paper else unknown),
        "asked_by": [action.id for action in _asking(procedure, spec)],
    }


def _asking(procedure: Procedure, spec: DocumentSpec) -> list[Action]:
    """Return the actions that ask for a paper, itself or as one of several."""
    met = {spec.id, *(one.id for one in procedure.documents.values() if spec.id in one.any_of)}
    return [action for action in procedure.actions.values() if met & set(action.documents)]
