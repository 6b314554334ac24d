"""The calendar of a funder's commission in the terminal and as JSON.

Used by `commissions`. A session that is over is marked, never hidden: files may still hang on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from rich.table import Table

from cli.shared.picking import picked
from cli.shared.touched_view import touched_json
from display.drawing.layout import headed, text, whole
from workflow.case.people import Directory
from workflow.ports.stores import CalendarChange, CalendarEntry
from workflow.text import french
from workflow.usecases.cases import CaseService
from workflow.usecases.recompute import PreparedChange
from workflow.wording.journal_text import ABSENT, person_words


def table(entries: Sequence[CalendarEntry], directory: Directory, today: date) -> Table:
    """Return the sessions of a funder, by date."""
    grid = headed(whole("Commission"), whole("Clôture"), "", "Libellé", "Noté par")
    for entry in entries:
        session = entry.session
        over = session.day < today
        grid.add_row(
            text(french.weekday_day(session.day), "muted" if over else "strong"),
            text(french.weekday_day(session.cutoff) if session.cutoff else ABSENT),
            text("passée" if over else "", "muted"),
            text(entry.label or ABSENT),
            text(person_words(directory, entry.noted_by)),
        )
    return grid


def change_lines(change: CalendarChange) -> Iterable[str]:
    """Yield what becomes of the calendar, a line for each session."""
    for day in change.removed:
        yield f"- {french.weekday_day(day)}"
    for entry in change.added:
        session = entry.session
        cut = f", clôture {french.weekday_day(session.cutoff)}" if session.cutoff else ""
        label = f", {entry.label}" if entry.label else ""
        yield f"+ {french.weekday_day(session.day)}{cut}{label}"


def calendar_json(procedure: str, funder: str, entries: Iterable[CalendarEntry]) -> dict[str, Any]:
    """Return the calendar of a funder."""
    return {
        "procedure": procedure,
        "funder": funder,
        "sessions": [{**_session_json(entry), "noted_by": entry.noted_by} for entry in entries],
    }


def change_json(prepared: PreparedChange, cases: CaseService, *, saved: bool) -> dict[str, Any]:
    """Return a change of calendar and the files it touches."""
    change = prepared.calendar
    assert change is not None, "asked of a calendar"  # noqa: S101 - by the caller
    return {
        **picked(change, "procedure funder"),
        "saved": saved,
        "removed": change.removed,
        "added": [_session_json(entry) for entry in change.added],
        "files": touched_json(prepared.outcomes, cases, saved=saved),
        "warnings": prepared.warnings,
    }


def _session_json(entry: CalendarEntry) -> dict[str, Any]:
    return {**picked(entry.session, "day cutoff"), "label": entry.label}
