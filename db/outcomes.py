"""What an outcome changes, row by row: the difference between the case before and after.

Used by `db.store`, before it opens its transaction. Pure: the rows carry no case key yet, for a new
case has none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from db import rows
from workflow.case import Case, Closing, Deadline, FactValue, Outcome
from workflow.ports import ReminderSchedule

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Writes:
    """The rows of one outcome, each list for one statement."""

    case: Row
    """Every column of a new case, otherwise those that changed."""
    entry: Row
    facts: list[Row] = field(default_factory=list)
    facts_gone: list[Row] = field(default_factory=list)
    documents: list[Row] = field(default_factory=list)
    documents_gone: list[Row] = field(default_factory=list)
    deadlines: list[Row] = field(default_factory=list)
    """Opened, moved or closed."""
    reworded: list[Row] = field(default_factory=list)
    """Still open, with the same dates explained otherwise."""
    replanned: list[Deadline] = field(default_factory=list)
    """Still open, with the same dates, while the agency changed."""


def writes(
    outcome: Outcome, schedule: ReminderSchedule, is_final: Callable[[Case], bool]
) -> Writes:
    """Return what an outcome changes.

    A case in a final state awaits nothing, whatever its deadlines say.
    """
    before, after = outcome.before, outcome.after
    final = is_final(after)
    result = Writes(_case(outcome, is_final, final=final), rows.entry_row(outcome.entry))
    _note_facts(result, before.facts if before else {}, after.facts)
    _note_documents(result, before.documents if before else {}, after.documents, outcome.entry.by)
    was = before.deadlines if before else {}
    awaited = {} if final else after.deadlines
    _note_awaited(result, outcome, was, awaited, schedule)
    _note_closed(result, outcome, was, awaited)
    return result


def _case(outcome: Outcome, is_final: Callable[[Case], bool], *, final: bool) -> Row:
    before, after = outcome.before, outcome.after
    if before is None:
        return rows.case_row(after, is_open=not final)
    changes = rows.case_changes(before, after)
    if is_final(before) != final:
        changes["is_open"] = not final
    return changes


def _note_facts(
    result: Writes, before: Mapping[str, FactValue], after: Mapping[str, FactValue]
) -> None:
    for name, value in after.items():
        row = rows.fact_row(name, value)
        if name not in before or rows.fact_row(name, before[name]) != row:
            result.facts.append(row)
    result.facts_gone.extend({"known_name": name} for name in before.keys() - after.keys())


def _note_documents(
    result: Writes, before: Mapping[str, date], after: Mapping[str, date], by: str
) -> None:
    for document, day in after.items():
        if before.get(document) != day:
            row = {"document": document, "received_on": day, "noted_by": by}
            result.documents.append(row)
    result.documents_gone.extend({"known_name": name} for name in before.keys() - after.keys())


def _note_awaited(
    result: Writes,
    outcome: Outcome,
    was: Mapping[str, Deadline],
    awaited: Mapping[str, Deadline],
    schedule: ReminderSchedule,
) -> None:
    before, after, at = outcome.before, outcome.after, outcome.entry.at
    moved = {move.new.id for move in outcome.moved}
    transferred = before is not None and before.agency != after.agency
    for rule, deadline in sorted(awaited.items()):
        old = was.get(rule)
        if old is None or rule in moved or old.dates != deadline.dates:
            # Nothing that was planned before these dates existed is ever sent.
            following = schedule.next_after(deadline, after.agency, at)
            result.deadlines.append(rows.open_row(deadline, at, following))
            continue
        if old != deadline:
            result.reworded.append(rows.reworded_row(deadline))
        if transferred:
            result.replanned.append(deadline)


def _note_closed(
    result: Writes,
    outcome: Outcome,
    was: Mapping[str, Deadline],
    awaited: Mapping[str, Deadline],
) -> None:
    ends = {rule: Closing(deadline, met=False) for rule, deadline in was.items()}
    ends |= {closing.deadline.id: closing for closing in outcome.closed}
    for rule, closing in sorted(ends.items()):
        if rule not in awaited:
            result.deadlines.append(rows.closed_row(closing, outcome.entry.at))
