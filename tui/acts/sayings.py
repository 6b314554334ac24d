"""The form of what a paper says: each fact that it says, as it is noted.

Made by the screen of a file, filled by `tui.forms.act`, like those of `tui.acts.acts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar
from zoneinfo import ZoneInfo

from tui.acts.actform import CaseForm
from tui.acts.acts import asked_fact
from tui.frame.office import Office
from workflow.case.case import Case
from workflow.operations import operations
from workflow.operations.requests import Operation
from workflow.rules.procedure import Procedure
from workflow.usecases.cases import CaseView
from workflow.wording.codec import kept_value
from workflow.wording.fact_text import as_typed


class PaperSayings(CaseForm, frozen=True, kw_only=True):
    """Notes what a paper says.

    Args:
        paper: its id.
        clock: tells the hours of the facts that have one.
    """

    paper: str
    clock: ZoneInfo

    operation: ClassVar[Operation] = operations.NOTE_SAYINGS
    idle: ClassVar[str] = "Tapez ce que dit la pièce ; videz ce qu’elle ne dit pas."

    @property
    def about(self) -> tuple[str, ...]:
        """The paper."""
        return (self.paper,)

    @property
    def name(self) -> str:
        """What is noted."""
        return f"dit-{self.paper}"

    def known(self, case: Case) -> Mapping[str, str]:
        """Return what a file has noted of what the paper says."""
        return _typed(case, self.procedure, self.paper, self.clock)


def noting_sayings(view: CaseView, paper: str, office: Office) -> PaperSayings:
    """Return the form of what a paper says, as it is noted."""
    case, procedure, looking = view.case, view.procedure, office.looking_at(view.case)
    clock = looking.planner.zone(looking.agency)
    known = _typed(case, procedure, paper, clock)
    names = procedure.concordance.facts_of(paper) if procedure.concordance else ()
    fields = tuple(asked_fact(procedure.facts[name], known=known.get(name, "")) for name in names)
    title = f"Ce que dit : {procedure.documents[paper].label} · {case.ref}"
    return PaperSayings(title, fields, case=case, procedure=procedure, paper=paper, clock=clock)


def _typed(case: Case, procedure: Procedure, paper: str, clock: ZoneInfo) -> dict[str, str]:
    """Return what a paper says as somebody would type it, by fact."""
    noted = case.documents.get(paper)
    return {
        name: as_typed(kept_value(text, procedure.facts[name].type), clock, procedure.facts[name])
        for name, text in (noted.says if noted else {}).items()
        if name in procedure.facts
    }
