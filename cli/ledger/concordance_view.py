"""What the papers of a case say, for another program: `dossier concordance --json`."""

from __future__ import annotations

from cli.shared.picking import JsonObject, picked
from workflow.case.case import Case
from workflow.eligibility.concordance import Comparison


def concordance_json(case: Case, found: Comparison) -> JsonObject:
    """Return each fact, who says what of it, and who is the first to say otherwise."""
    return {
        **picked(case, "ref version"),
        "papers": [
            {"id": id_, "called": called, "facts": found.rules.facts_of(id_)}
            for id_, called in found.rules.papers.items()
        ],
        "facts": [
            {
                **picked(one.spec, "id label type unit"),
                "called": found.rules.facts[one.spec.id].called,
                **picked(one, "said differs"),
                "sentence": found.sentence(one) if one.compared else None,
            }
            for one in found.facts
        ],
    }
