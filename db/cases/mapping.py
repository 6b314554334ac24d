"""What a value looks like in a row, and back: the one place where columns meet `workflow` values.

Called by the stores; what a case holds is in `db.cases.parts`. Pure functions: no connection, no statement,
no clock.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

# Reads a deadline in half the time that the standard library takes.
from msgspec.json import decode

from db.cases.aside import Aside
from db.cases.parts import held
from db.cases.statements import CASE_COLUMNS
from db.schema.deadline_tables import DeadlineStatus
from workflow.case.case import Alert, Case, Change, Closing, Deadline, Entry, EntryKind, Subject
from workflow.ports.stores import OpenDeadline
from workflow.rules.deadline_rules import Kind
from workflow.text.folding import searchable
from workflow.wording.codec import deadline_data, deadline_value, moment, noted_data, noted_value
from workflow.worklist.ranking import euros, limit_of, most_urgent
from workflow.worklist.worklist import NEVER

_NUMBERED = re.compile(r"(.+-\d{4})-(\d{4,9})", re.ASCII)


def numbered(ref: str) -> tuple[str | None, int | None]:
    """Return the series and number of a reference `PREFIX-YEAR-0001`, or two None.

    The series is in capitals: a reference typed in small letters takes its number all the same.
    """
    match = _NUMBERED.fullmatch(ref.upper())
    return (match[1], int(match[2])) if match else (None, None)


Numbers = Callable[[Case], Iterable[str]]
"""Tells the numbers that others gave a case."""


def unnumbered(_: Case) -> tuple[str, ...]:
    """Return no number, for a case whose rules nobody reads."""
    return ()


def case_row(case: Case, numbers: Numbers = unnumbered, *, is_open: bool) -> dict[str, Any]:
    """Return the whole row of a new case."""
    series, number = numbered(case.ref)
    return {
        "ref": case.ref,
        "series": series,
        "number": number,
        "folded": _folded(case, numbers),
        "is_open": is_open,
        "alerts": _alert_rows(case),
        **_stake_columns(case),
        **{name: getattr(case, name) for name in CASE_COLUMNS},
    }


def case_changes(before: Case, after: Case, numbers: Numbers) -> dict[str, Any]:
    """Return the columns that an act changes, and no other: no index is touched for nothing."""
    changes = {
        name: new for name in CASE_COLUMNS if (new := getattr(after, name)) != getattr(before, name)
    }
    if changes.keys() & {"title", "cohort"} or after.facts != before.facts:
        folded = _folded(after, numbers)
        changes |= {"folded": folded} if folded != _folded(before, numbers) else {}
    if after.alerts != before.alerts:
        changes["alerts"] = _alert_rows(after)
    if after.stake != before.stake:
        changes |= _stake_columns(after)
    return changes


def _stake_columns(case: Case) -> dict[str, Any]:
    return {"stake": None if case.stake is None else str(case.stake), "worth": euros(case.stake)}


def _stake(row: Any) -> Decimal | None:
    return None if row.stake is None else Decimal(row.stake)


def pressing_row(awaited: Iterable[Deadline]) -> dict[str, date]:
    """Return the columns by which an open case is listed: the most urgent of what it awaits."""
    deadlines = list(awaited)
    ours = [deadline for deadline in deadlines if not deadline.dates.awaited]
    lawful = [one.dates.act_on for one in ours if one.kind is not Kind.INTERNAL]
    act = most_urgent(ours)
    chase = most_urgent(deadline for deadline in deadlines if deadline.dates.awaited)
    return {
        "act_on": NEVER if act is None else act.dates.act_on,
        "law_on": min(lawful, default=NEVER),
        "strict_on": min((limit_of(one.dates, one.kind) for one in ours), default=NEVER),
        "opens_on": NEVER if act is None or act.dates.opens_on is None else act.dates.opens_on,
        "chase_on": NEVER if chase is None else chase.dates.act_on,
    }


def _folded(case: Case, numbers: Numbers) -> str:
    return searchable(case.ref, case.title, numbers(case), case.cohort or "")


def case_value(steps: Sequence[Any], parts: Iterable[Any], aside: Aside) -> Case:
    """Return a case from the rows of `db.cases.statements.CASE` and `db.cases.statements.PARTS`."""
    row = steps[0]
    return Case(
        ref=row.ref,
        alerts=tuple(Alert(*one) for one in decode(row.alerts)),
        stake=_stake(row),
        history=standing([entry_value(step) for step in steps if step.seq is not None]),
        **{name: getattr(row, name) for name in CASE_COLUMNS},
        **held(parts, row.ref, aside),
    )


def entry_row(entry: Entry) -> dict[str, Any]:
    """Return an entry of the journal, without its case."""
    return {
        "seq": entry.seq,
        "kind": entry.kind.value,
        "recorded_at": entry.at,
        "author": entry.by,
        "state_from": entry.state_from,
        "state_to": entry.state_to,
        "action": entry.action,
        "happened": None if entry.on is None else entry.on.isoformat(),
        "changes": [[change.about.value, *_change_row(change)] for change in entry.changes],
        "dates": [_change_row(change) for change in entry.dates],
        "comment": entry.comment,
        "forced": entry.forced,
        "undoes": entry.undoes,
    }


def entry_value(row: Any) -> Entry:
    """Return the entry that `entry_row` wrote."""
    return Entry(
        seq=row.seq,
        kind=EntryKind(row.kind),
        at=row.recorded_at,
        by=row.author,
        state_from=row.state_from,
        state_to=row.state_to,
        action=row.action,
        on=None if row.happened is None else moment(row.happened),
        changes=tuple(_change(*change) for change in row.changes),
        dates=tuple(_change(Subject.DATES, *change) for change in row.dates),
        comment=row.comment,
        forced=row.forced,
        undoes=row.undoes,
    )


def _change_row(change: Change) -> list[Any]:
    return [change.name, noted_data(change.old), noted_data(change.new)]


def _change(about: str, name: str, old: Any, new: Any) -> Change:
    subject = Subject(about)
    return Change(subject, name, noted_value(subject, old), noted_value(subject, new))


def _alert_rows(case: Case) -> list[list[str]]:
    return [[one.label, one.sentence] for one in case.alerts]


def standing(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return the actions that no later undo took back, oldest first.

    Args:
        entries: actions and undos of one case, oldest first.
    """
    undone: set[int] = set()
    # Backwards, so that an undo which was itself undone takes nothing back.
    for entry in reversed(entries):
        if entry.undoes is not None and entry.seq not in undone:
            undone.add(entry.undoes)
    return tuple(
        entry for entry in entries if entry.kind is EntryKind.ACTION and entry.seq not in undone
    )


def open_row(
    deadline: Deadline, reminded_until: datetime, next_reminder_at: datetime | None
) -> dict[str, Any]:
    """Return a deadline that is awaited from now on, without its case."""
    return _deadline_row(deadline, reminded_until) | {"next_reminder_at": next_reminder_at}


def closed_row(closing: Closing, at: datetime) -> dict[str, Any]:
    """Return a deadline that is no longer awaited, without its case."""
    status = DeadlineStatus.MET if closing.met else DeadlineStatus.DROPPED
    if closing.missing:
        status = DeadlineStatus.UNPROVED
    return _deadline_row(closing.deadline, at) | {
        "status": status.value,
        "closed_on": closing.on,
        "late": closing.late,
    }


def _deadline_row(deadline: Deadline, reminded_until: datetime) -> dict[str, Any]:
    dates = deadline.dates
    return {
        "rule": deadline.id,
        "status": DeadlineStatus.OPEN.value,
        "opens_on": dates.opens_on,
        "act_on": dates.act_on,
        "awaited": dates.awaited,
        "explanation": deadline_data(deadline),
        "closed_on": None,
        "late": False,
        "reminded_until": reminded_until,
        "next_reminder_at": None,
    }


def reworded_row(deadline: Deadline) -> dict[str, Any]:
    """Return the new explanation of a deadline whose dates stay."""
    return {"known_rule": deadline.id, "explanation": deadline_data(deadline)}


NO_ALERTS: Final = "[]"
"""The alerts of a file that conforms, as text."""


def open_deadline(row: Any) -> OpenDeadline:
    """Return an open deadline from a row of `db.cases.awaited`; raises what `db.cases.aside.MALFORMED`
    names."""
    return OpenDeadline(
        id=row.id,
        ref=row.ref,
        title=row.title,
        procedure=row.procedure,
        state=row.state,
        agency=row.agency,
        owner=row.owner,
        deadline=deadline_value(decode(row.explanation)),
        reminded_until=row.reminded_until,
        next_reminder_at=row.next_reminder_at,
        alerts=()
        if row.alerts == NO_ALERTS
        else tuple(str(Alert(*one)) for one in decode(row.alerts)),
        stake=_stake(row),
        estimated=row.estimated,
    )
