"""The day on which a reply is asked for again, once it has been chased; and how often it was.

Used by `workflow.deadlines.compute` once a window is counted, and by who shows a file. What a text says of
the reply stays: only the day to ask again moves, by a delay of the agency. Reads no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from msgspec.structs import replace

from workflow.case.case import Case, Entry, EntryKind, FactValue, Subject
from workflow.counting.explanation import Reckoning
from workflow.counting.ways_of_counting import Context
from workflow.rules.counts import Unit
from workflow.rules.procedure import Procedure
from workflow.text import french
from workflow.wording.quantities import span


def chased(
    procedure: Procedure, reckoning: Reckoning, facts: Mapping[str, FactValue], context: Context
) -> Reckoning:
    """Return a reply as its last chase leaves it: chased before it was due, it keeps its day.

    A chase of before the waiting began is about something else.
    """
    chasing, limit = procedure.chasing, reckoning.limit
    last = facts.get(chasing.fact) if chasing else None
    if chasing is None or limit.chase_on is None or not isinstance(last, date):
        return reckoning
    number, day = context.settings[chasing.again], context.day(last)
    again = context.staff.forward(day, number)
    if day < context.day(reckoning.anchor) or again <= limit.chase_on:
        return reckoning
    told = (
        f"Relance : la dernière est du {french.short_day(day)} ; la suivante, "
        f"{span(number, Unit.WORKING_DAYS)} après (délai de l’agence), le {french.short_day(again)}."
    )
    moved = replace(limit, chase_on=again)
    return replace(reckoning, limit=moved, derogations=(*reckoning.derogations, told))


def chases(procedure: Procedure, case: Case, journal: Iterable[Entry]) -> tuple[date, ...]:
    """Return the days on which what a case awaits now was chased, a correction of the last one included.

    Args:
        procedure: says which fact dates the last chase.
        case: its state, and the step that led there.
        journal: its entries, oldest first.
    """
    since, days = case.history[-1].seq if case.history else 0, list[str]()
    for entry in journal:
        # The step may have been taken back: then what was chased before it is awaited again.
        if entry.seq <= since or entry.state_to != case.state or procedure.chasing is None:
            continue
        for change in entry.changes:
            if change.about is not Subject.FACT or change.name != procedure.chasing.fact:
                continue
            if entry.kind is EntryKind.CORRECTION:
                del days[-1:]
            if entry.kind in {EntryKind.CHASE, EntryKind.CORRECTION} and isinstance(
                change.new, str
            ):
                days.append(change.new)
    return tuple(map(date.fromisoformat, days))
