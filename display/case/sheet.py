"""The portal sheet in words: everything that a template lays out.

Used by `dossier fiche` and by the screen of the sheet. Chooses the words and the commands that fill what is
missing; the order is that of the rule file, and the layout that of the templates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from display.case.verdict import SIGNS, WORDS
from notifications.schedule.standing import INTERNAL_NOTE
from notifications.schedule.viewpoint import Looking, dates_of
from workflow.case.case import Deadline, Paper, PaperStatus
from workflow.eligibility.evaluate import Finding
from workflow.eligibility.portal_sheet import Field, Sheet
from workflow.operations import operations
from workflow.operations.operations import PAPER_MARKS
from workflow.operations.requests import Request
from workflow.rules.checks import CheckVerdict
from workflow.rules.deadline_rules import Kind
from workflow.rules.fact_specs import FactType
from workflow.rules.sheets import SheetField
from workflow.text import french
from workflow.wording.fact_types import MANNERS
from workflow.wording.journal_text import paper_words

Typed = Callable[[Request], str]
"""Turns a request into the command that can be copied."""

_TITLE = "@libelle"
_VALUE = "VALEUR"
_OPTIONAL = "Facultatif : rien n’est noté, laissez vide."


def page(sheet: Sheet, looking: Looking, typed: Typed) -> dict[str, Any]:
    """Return everything a template names; `typed` gives the commands that can be copied."""
    case, procedure = sheet.case, sheet.procedure
    today = looking.local(looking.now)
    return {
        "ref": case.ref,
        "title": case.title,
        "procedure": f"{procedure.label} ({procedure.name})",
        "step": sheet.action.label,
        "state": procedure.states[case.state].label,
        "portal": sheet.portal or f"le portail de {procedure.funder_label}",
        "made_on": french.long_moment(today),
        "rows": list(_rows(sheet, typed)),
        "documents": list(_documents(sheet, typed)),
        "limits": [_limit(deadline, looking) for deadline in sheet.deadlines],
        "concerns": [_concern(one) for one in sheet.concerns],
        "done": typed(Request(operations.ADVANCE, (case.ref, sheet.action.id))),
        "check": typed(Request(operations.CHECK, (case.ref,))),
        "count": french.count,
    }


def _rows(sheet: Sheet, typed: Typed) -> Iterator[dict[str, Any]]:
    """Yield each value to type: ready to copy, or missing, why, and the command that fills it."""
    for spec, field in zip(specs(sheet), sheet.fields, strict=True):
        absent = field.value is None
        missing = absent and not field.optional
        why, command = _fill(sheet, spec, field, typed) if missing else ("", "")
        yield {
            "label": field.label,
            "doubtful": field.doubtful,
            "copied": field.copy,
            "words": _words(sheet, spec, field),
            "missing": missing,
            "why": why,
            "command": command,
            "note": _OPTIONAL if absent and field.optional else spec.note,
        }


def _words(sheet: Sheet, spec: SheetField, field: Field) -> str:
    """Return a value as a person reads it, when that says more than what is typed: its unit."""
    fact = sheet.procedure.facts.get(spec.value)
    is_instant = fact is not None and fact.type is FactType.INSTANT
    return "" if field.value is None or field.value == field.copy or is_instant else field.value


def specs(sheet: Sheet) -> tuple[SheetField, ...]:
    """Return what the rule file lists, in the order of the values of the sheet."""
    return sheet.procedure.fields(sheet.action.id)


def _fill(sheet: Sheet, spec: SheetField, field: Field, typed: Typed) -> tuple[str, str]:
    """Return why a value is missing, and the command that fills it."""
    about = (sheet.case.ref,)
    fact = sheet.procedure.facts.get(spec.value)
    if fact is not None:
        choices = ", ".join(f"{id_} ({label})" for id_, label in fact.choices.items())
        blank = MANNERS[fact.type].blank
        why = f"{blank} : {choices}" if choices else ""
        facts = {operations.FACTS: {fact.id: blank}}
        return why, typed(Request(operations.CORRECT, about, facts))
    if spec.value == _TITLE:
        return "", typed(Request(operations.CORRECT, about, {operations.TITLE: _VALUE}))
    return field.hint, "" if field.hint else typed(Request(operations.CHECK, about))


def _documents(sheet: Sheet, typed: Typed) -> Iterator[dict[str, Any]]:
    """Yield each document to attach: the papers that satisfy it, and the command that notes one of them."""
    for name, one in zip(sheet.action.documents, sheet.attachments, strict=True):
        spec = sheet.procedure.documents[name]
        # A requirement that several documents meet: the first is proposed.
        paper = spec.any_of[0] if spec.any_of else name
        received = {PAPER_MARKS[PaperStatus.RECEIVED]: (paper,)}
        command = typed(Request(operations.NOTE_PAPERS, (sheet.case.ref,), received))
        yield {
            "label": one.label,
            "ready": one.ready,
            "papers": [(label, *_paper_words(paper)) for label, paper in one.papers],
            "where": one.source.place,
            "command": "" if one.ready else command,
        }


def _paper_words(paper: Paper | None) -> tuple[str, str]:
    """Return how far a paper has come, and where it is kept."""
    if paper is None:
        return paper_words(PaperStatus.TO_OBTAIN), ""
    return f"{paper_words(paper.status)} le {french.short_day(paper.on)}", paper.kept_at


def _limit(deadline: Deadline, looking: Looking) -> dict[str, Any]:
    explanation = deadline.explanation
    options = (f"Autre choix : {option}" for option in explanation.options)
    return {
        "label": deadline.label,
        "headline": looking.standing(deadline).words,
        "internal": INTERNAL_NOTE if deadline.kind is Kind.INTERNAL else "",
        "dates": list(dates_of(deadline, looking)),
        "steps": explanation.steps,
        "notices": [*explanation.warnings, *options],
    }


def _concern(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "label": finding.label,
        "sentence": finding.sentence,
        "failing": finding.verdict is CheckVerdict.FAILING,
        "sign": SIGNS[finding.verdict],
        "verdict": WORDS[finding.verdict],
        "where": finding.source.place,
    }
