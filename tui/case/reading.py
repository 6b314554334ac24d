"""Everything the screen of a file shows of it, read at once, off the screen; and the line that names it."""

from __future__ import annotations

from msgspec import Struct
from rich.text import Text

from display.drawing.layout import line
from notifications.model.messages import FailedMessage
from tui.acts.drafts import adopt
from tui.forms.stale_drafts import Leftover, leftovers
from tui.frame.office import Office
from workflow.case.case import Entry
from workflow.case.kept_file import KeptFile
from workflow.deadlines.hours_due import Goal
from workflow.eligibility.accounts import Accounts
from workflow.eligibility.concordance import Comparison
from workflow.eligibility.evaluate import Report
from workflow.eligibility.financing import Quote
from workflow.usecases.cases import CaseView
from workflow.usecases.concordance import compare
from workflow.wording.journal_text import agency_words, person_name

_FAILURES = 500
"""Mails that failed among which those of the file are looked for."""


class CaseReading(Struct, frozen=True):
    """Everything the screen shows of a file."""

    view: CaseView
    journal: tuple[Entry, ...]
    quote: Quote | None
    accounts: Accounts
    goals: tuple[Goal, ...]
    compared: Comparison | None
    report: Report
    failed: tuple[FailedMessage, ...]
    leftovers: tuple[Leftover, ...]

    def file_of(self, paper: str) -> KeptFile | None:
        """Return the file that is kept with a paper."""
        noted = self.view.case.documents.get(paper)
        return noted.file if noted else None


def read(office: Office, ref: str) -> CaseReading:
    """Read a file; raises `NotFound`, `OutOfReach`."""
    services = office.services
    _, quote, accounts = services.inquiries.quote(ref)
    failed = tuple(one for one in services.notifications.failures(_FAILURES) if one.ref == ref)
    view = services.cases.view(ref)
    goals = services.inquiries.goals(view.case)
    if office.heir:
        adopt(office.drafts)
    left = leftovers(view, office.drafts)
    said, log = (
        compare(services.cases, view.case, view.procedure),
        services.cases.store.journal(ref),
    )
    report = services.inquiries.verdict(view.case)
    return CaseReading(view, log, quote, accounts, goals, said, report, failed, left)


def head(view: CaseView, office: Office) -> Text:
    """Return where a file stands, who has to act, and whose it is."""
    case, procedure, directory = view.case, view.procedure, office.directory
    state, owner = procedure.states[case.state], person_name(directory, case.owner)
    whose = procedure.name, agency_words(directory, case.agency), owner, case.cohort
    awaits = {"agence": "à nous d’agir", "financeur": f"attend {procedure.funder_label}"}
    return line(
        ("● ", "accent"),
        (state.label, "strong"),
        (
            f"  {awaits.get(state.awaits, 'dossier fini')}",
            "muted" if state.final else "soon",
        ),
        (f"   {' · '.join(filter(None, whose))}", "muted"),
    )
