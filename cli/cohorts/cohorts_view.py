"""Groups as a table, and as JSON; how a group and its acts are drawn is in `display.case.cohort`."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table

from cli.shared.picking import JsonObject, picked
from cli.shared.shapes import outcome_json
from cli.terminal.hints import sentence
from display.drawing.layout import figures, headed, text, whole
from workflow.cohorts.cohort import Cohort, CohortMember
from workflow.cohorts.lines import MemberLine, MemberResult
from workflow.ports.stores import CohortLine
from workflow.rulefiles.rulebook import Rulebook
from workflow.text import french
from workflow.usecases.cases import CaseService
from workflow.wording.codec import deadline_json


def table(lines: Iterable[CohortLine], rulebook: Rulebook) -> Table:
    """Return groups as a table."""
    found = headed(
        "Groupe", "Procédure", figures("En cours"), figures("Dossiers"), whole("À faire le")
    )
    for one in lines:
        rules = (rulebook.procedures.get(id_) for id_ in one.procedures)
        named = ", ".join(known.name for known in rules if known)
        due = french.short_day(one.act_on) if one.act_on else ""
        found.add_row(text(one.name, "strong"), text(named), str(one.open), str(one.files), due)
    return found


def line_json(line: CohortLine) -> JsonObject:
    """Return a line of the list of groups."""
    return picked(line, "name procedures files open act_on")


def cohort_json(cohort: Cohort) -> JsonObject:
    """Return a group: what most of its files say, then each, with what it says otherwise."""
    return {
        "name": cohort.name,
        "common": cohort.common,
        "cases": [_member(one) for one in cohort.members],
    }


def _member(member: CohortMember) -> JsonObject:
    return {
        **picked(member.case, "ref title procedure state agency owner version"),
        "differs": member.own,
        "next_deadline": deadline_json(member.due) if member.due else None,
    }


def lines_json(lines: Iterable[MemberLine], cases: CaseService, *, saved: bool) -> JsonObject:
    """Return what an act does to each file of a group, and whether it was written."""
    lines = tuple(lines)
    counts = {str(one): sum(line.result is one for line in lines) for one in MemberResult}
    return {"saved": saved, "counts": counts, "cases": [_line(one, cases) for one in lines]}


def _line(line: MemberLine, cases: CaseService) -> JsonObject:
    outcome, saved = line.outcome, line.result is MemberResult.DONE
    return {
        "ref": line.ref or None,
        "title": line.title,
        "result": str(line.result),
        "why": sentence(line.error) if line.error else line.why,
        "outcome": outcome_json(outcome, cases, saved=saved) if outcome else None,
    }
