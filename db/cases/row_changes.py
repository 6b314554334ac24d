"""What an outcome changes, row by row: the difference between the case before and after.

Used by `db.cases.store`, before it opens its transaction. Pure: the rows carry no case key yet, for a new
case has none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct, field

from db.cases import mapping, parts
from db.cases.parts import Row
from workflow.case.case import Case, Closing, Deadline, FactValue, Outcome, Paper
from workflow.ports.stores import ReminderSchedule


class Writes(Struct, frozen=True):
    """The rows of one outcome, each list for one statement."""

    case: Row
    """Every column of a new case, otherwise those that changed."""
    entry: Row
    facts: list[Row] = field(default_factory=list)
    facts_gone: list[Row] = field(default_factory=list)
    documents: list[Row] = field(default_factory=list)
    documents_gone: list[Row] = field(default_factory=list)
    hours: list[Row] = field(default_factory=list)
    hours_gone: list[Row] = field(default_factory=list)
    contracts: list[Row] = field(default_factory=list)
    contracts_gone: list[Row] = field(default_factory=list)
    money: list[Row] = field(default_factory=list)
    money_gone: list[Row] = field(default_factory=list)
    eligibility: list[Row] = field(default_factory=list)
    """The restricted part when it changed: one row more, the earlier ones stay."""
    deadlines: list[Row] = field(default_factory=list)
    """Opened, moved or closed."""
    reworded: list[Row] = field(default_factory=list)
    """Still open, with the same dates explained otherwise."""
    replanned: list[Deadline] = field(default_factory=list)
    """Still open, with the same dates, while the agency or the end of a silence changed."""


def writes(
    outcome: Outcome,
    schedule: ReminderSchedule,
    is_final: Callable[[Case], bool],
    numbers: mapping.Numbers = mapping.unnumbered,
) -> Writes:
    """Return what an outcome changes.

    A case in a final state awaits nothing, whatever its deadlines say.
    """
    before, after = outcome.before, outcome.after
    final = is_final(after)
    case = _case(outcome, is_final, numbers, final=final)
    result = Writes(case, mapping.entry_row(outcome.entry))
    _note_facts(result, before.facts if before else {}, after.facts)
    _note_documents(result, before.documents if before else {}, after.documents)
    hours = map(parts.hours_row, before.hours if before else ())
    _note_lines(result.hours, result.hours_gone, hours, map(parts.hours_row, after.hours))
    contracts = map(parts.contract_row, before.contracts if before else ())
    now = map(parts.contract_row, after.contracts)
    _note_lines(result.contracts, result.contracts_gone, contracts, now)
    money = map(parts.money_row, before.money if before else ())
    _note_lines(result.money, result.money_gone, money, map(parts.money_row, after.money))
    _note_eligibility(result, outcome)
    was = before.deadlines if before else {}
    awaited = {} if final else after.deadlines
    _note_awaited(result, outcome, was, awaited, schedule)
    _note_closed(result, outcome, was, awaited)
    return result


def _case(
    outcome: Outcome, is_final: Callable[[Case], bool], numbers: mapping.Numbers, *, final: bool
) -> Row:
    before, after = outcome.before, outcome.after
    pressing = mapping.pressing_row(() if final else after.deadlines.values())
    if before is None:
        return mapping.case_row(after, numbers, is_open=not final) | pressing
    changes = mapping.case_changes(before, after, numbers)
    was_final = is_final(before)
    if was_final != final:
        changes["is_open"] = not final
    known = mapping.pressing_row(() if was_final else before.deadlines.values())
    return changes | {name: day for name, day in pressing.items() if known[name] != day}


def _note_facts(
    result: Writes, before: Mapping[str, FactValue], after: Mapping[str, FactValue]
) -> None:
    for name, value in after.items():
        row = parts.fact_row(name, value)
        if name not in before or parts.fact_row(name, before[name]) != row:
            result.facts.append(row)
    result.facts_gone.extend({"known_name": name} for name in before.keys() - after.keys())


def _note_documents(
    result: Writes, before: Mapping[str, Paper], after: Mapping[str, Paper]
) -> None:
    for document, paper in after.items():
        if before.get(document) != paper:
            result.documents.append(parts.paper_row(document, paper))
    result.documents_gone.extend({"known_name": name} for name in before.keys() - after.keys())


def _note_lines(
    changed: list[Row], gone: list[Row], before: Iterable[Row], after: Iterable[Row]
) -> None:
    """Compare numbered lines as they are stored: 70 and 70.00 hours are equal, and differ here."""
    was = {row["number"]: row for row in before}
    changed.extend(row for row in after if was.pop(row["number"], None) != row)
    gone.extend({"known_number": number} for number in was)


def _note_eligibility(result: Writes, outcome: Outcome) -> None:
    was = parts.eligibility_data(outcome.before.eligibility) if outcome.before else None
    now = parts.eligibility_data(outcome.after.eligibility)
    if now != was:
        entry = outcome.entry
        row = {"seq": entry.seq, "noted_by": entry.by, "recorded_at": entry.at, "data": now}
        result.eligibility.append(row)


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
        if old is None or rule in moved or old.dates.moments != deadline.dates.moments:
            # Nothing that was planned before these dates existed is ever sent.
            following = schedule.next_after(deadline, after.agency, at)
            result.deadlines.append(mapping.open_row(deadline, at, following))
            continue
        if old != deadline:
            result.reworded.append(mapping.reworded_row(deadline))
        if transferred or old.snoozed_until != deadline.snoozed_until:
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
            result.deadlines.append(mapping.closed_row(closing, outcome.entry.at))
