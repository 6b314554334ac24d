"""The portal sheet as JSON values, for `dossier fiche --json`."""

from __future__ import annotations

from cli.shared.picking import JsonObject, picked, source_json
from cli.shared.verdict_view import finding_json
from cli.terminal.spelling import words_of
from display.case.sheet import specs
from workflow.eligibility.portal_sheet import Field, Sheet, SheetPaper
from workflow.operations import operations
from workflow.operations.requests import Request
from workflow.wording.codec import deadline_json

_UNKNOWN = {"status": None, "on": None, "kept_at": ""}


def _hint(sheet: Sheet, field: Field) -> str:
    """Return what fills a value, in words: a command to type, or why it is not known."""
    if field.missing:
        facts = {operations.FACTS: {field.missing: "…"}}
        return " ".join(words_of(Request(operations.CORRECT, (sheet.case.ref,), facts)))
    return field.hint


def sheet_json(sheet: Sheet) -> JsonObject:
    """Return a sheet as JSON values."""
    return {
        **picked(sheet.case, "ref title procedure state version"),
        "action": sheet.action.id,
        "label": sheet.action.label,
        **picked(sheet, "portal ready"),
        "fields": [
            {
                "name": spec.value,
                "label": field.label,
                "value": field.value,
                "copy": field.copy if field.value is not None else None,
                "hint": _hint(sheet, field),
                **picked(field, "note doubtful"),
            }
            for spec, field in zip(specs(sheet), sheet.fields, strict=True)
        ],
        "documents": [
            _attachment_json(name, one)
            for name, one in zip(sheet.action.documents, sheet.attachments, strict=True)
        ],
        "deadlines": [deadline_json(deadline) for deadline in sheet.deadlines],
        "concerns": [finding_json(one, sheet.procedure) for one in sheet.concerns],
    }


def _attachment_json(name: str, one: SheetPaper) -> JsonObject:
    return {
        "id": name,
        **picked(one, "label ready"),
        "papers": [
            {
                "label": label,
                **(picked(paper, "status on kept_at") if paper else _UNKNOWN),
            }
            for label, paper in one.papers
        ],
        "source": source_json(one.source),
    }
