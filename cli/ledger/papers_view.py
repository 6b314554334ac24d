"""The papers of a case: how far each has come, who noted it, where it is kept, which step asks for it.

Used by `dossier pieces`, and for one paper by `dossier voir`. What is in their files is not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rich.console import RenderableType
from rich.table import Column

from cli.shared.picking import JsonObject, picked
from cli.shared.shapes import paper_json
from display.drawing.layout import headed, line, text, whole
from display.ledger.ledger import beside, papers, status, to_ask
from workflow.case.case import Case, PaperStatus
from workflow.rules.procedure import Action, DocumentSpec, Procedure
from workflow.text import french

_NAME = 24
"""Width under which an id would be cut: it is there to be copied."""


def table(case: Case, procedure: Procedure, today: date) -> Iterator[RenderableType]:
    """Yield every paper of the procedure with what is known of it, as of a day."""
    grid = headed(whole("État"), Column(text("Pièce"), min_width=_NAME), "Demandée pour")
    for spec in papers(case, procedure):
        paper = case.documents.get(spec.id)
        noted = f"\n{french.short_day(paper.on)}\n{paper.by}" if paper else ""
        whom = to_ask(procedure, spec.id, paper)
        known = [*([(f"à demander : {whom.label}", "muted")] if whom else ())]
        known += beside(paper, today) if paper else ()
        steps = "\n".join(action.label for action in _asking(procedure, spec))
        grid.add_row(
            status(paper).append(noted),
            line(
                spec.label,
                (f"\n{spec.id}", "muted"),
                *((f"\n{words}", style) for words, style in known),
            ),
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
    whom = to_ask(procedure, spec.id, paper)
    unknown: JsonObject = {
        "status": PaperStatus.TO_OBTAIN,
        "on": None,
        "by": None,
        "kept_at": "",
        "says": {},
        "file": None,
        "expires_on": None,
    }
    return {
        **picked(spec, "id label"),
        **(paper_json(paper) if paper else unknown),
        "asked_of": whom.id if whom else None,
        "asked_by": [action.id for action in _asking(procedure, spec)],
    }


def _asking(procedure: Procedure, spec: DocumentSpec) -> list[Action]:
    """Return the actions that ask for a paper, itself or as one of several."""
    met = {spec.id, *(one.id for one in procedure.documents.values() if spec.id in one.any_of)}
    return [action for action in procedure.actions.values() if met & set(action.documents)]
