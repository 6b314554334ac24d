"""The use cases of what papers say: noting it for one of them, comparing them all.

Beside `workflow.usecases.noting`, and like it. A function each: they need the cases, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from workflow.acts import notes
from workflow.case.case import Case, Outcome, Paper, PaperStatus
from workflow.case.known_facts import known_values
from workflow.eligibility.concordance import Comparison, comparison
from workflow.errors import unknown
from workflow.rules.procedure import Procedure
from workflow.usecases.cases import CaseService
from workflow.wording.act_text import act_of
from workflow.wording.codec import fact_text
from workflow.wording.fact_text import RawFact, read_facts


def note_sayings(
    cases: CaseService,
    ref: str,
    paper: str,
    typed: Mapping[str, RawFact],
    *,
    by: str,
    removed: Iterable[str] = (),
    comment: str = "",
    version: int | None = None,
) -> Outcome:
    """Prepare the noting of what a paper says; one that nobody noted is received today.

    Args:
        cases: the use cases on files.
        ref: the case.
        paper: the paper.
        typed: by fact, what it says, as typed.
        by: who notes it.
        removed: facts that it does not say after all.
        comment: words for the journal.
        version: the version the person saw.

    Raises NotFound, InvalidInput, Refused, StaleCase: nothing was written.
    """
    now, gone = cases.clock(), frozenset(removed)
    case, procedure, context = cases.load(ref, version)
    known = _said_by(procedure, paper)
    for name in (*typed, *gone):
        if name not in known:
            raise unknown(f"Ce que dit la pièce « {paper} »", name, known)
    today = context.today(now)
    was = case.documents.get(paper) or Paper(PaperStatus.RECEIVED, today.day, by)
    said = read_facts(procedure, typed, context.zone, today)
    kept = {name: text for name, text in was.says.items() if name not in gone}
    says = {**kept, **{name: fact_text(value) for name, value in said.items()}}
    act = act_of(procedure, by, now, comment)
    papers = {paper: replace(was, says=says)}
    return notes.record_documents(procedure, case, papers, frozenset(), context, act)


def compare(cases: CaseService, case: Case, procedure: Procedure) -> Comparison | None:
    """Return what the papers of a case say; None when its procedure compares none."""
    context = cases.context(case)
    known = known_values(procedure, case.facts, case.hours, context.company)
    return comparison(procedure, case.documents, known, context)


def _said_by(procedure: Procedure, paper: str) -> tuple[str, ...]:
    rules = procedure.concordance
    if rules is None or paper not in rules.papers:
        known = rules.papers if rules else ()
        raise unknown(f"Pièce comparée de la procédure « {procedure.id} »", paper, known)
    return rules.facts_of(paper)
