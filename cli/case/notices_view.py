"""What must not be overlooked in a case: windows gone against, reminders put off, windows that shut.

Used by `dossier voir`, as text and as JSON. Decides nothing: the machine noted what was forced, and
`workflow.deadlines.start_checks` says what is wrong with a window.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from msgspec import Struct
from rich.console import RenderableType

from display.case.journal import put_off
from display.drawing.layout import line, under
from notifications.schedule.viewpoint import Looking
from workflow.case.case import Entry
from workflow.case.people import Directory
from workflow.counting.ways_of_counting import Context
from workflow.deadlines.chases import chases
from workflow.deadlines.start_checks import Concern, start_concerns
from workflow.rules.procedure import Procedure
from workflow.text import french
from workflow.usecases.cases import CaseView
from workflow.wording.journal_text import chase_words, entry_words, person_words, snooze_words


class Notices(Struct, frozen=True):
    """What must not be overlooked in a case.

    Args:
        forced: what was forced in it and not taken back since, oldest first.
        snoozed: who put off the reminders that are still put off, one entry for each deadline.
        concerns: what is wrong now with the windows of a case that has not begun its way yet.
        chases: days on which what it awaits was chased.
    """

    forced: tuple[Entry, ...]
    snoozed: tuple[Entry, ...]
    concerns: tuple[Concern, ...]
    chases: tuple[date, ...]


def notices(view: CaseView, journal: Sequence[Entry], context: Context, now: datetime) -> Notices:
    """Return what must not be overlooked in a case."""
    case, procedure = view.case, view.procedure
    undone = {entry.undoes for entry in journal if entry.undoes}
    snoozes, deadlines = put_off(journal), case.deadlines.values()
    return Notices(
        tuple(one for one in journal if one.forced and one.seq not in undone),
        tuple(
            snoozes[one.id]
            for one in deadlines
            if one.snoozed_until is not None and one.id in snoozes
        ),
        start_concerns(procedure, deadlines, case.facts, context, now)
        if case.state == procedure.initial
        else (),
        chases(procedure, case, journal),
    )


def told(
    found: Notices, procedure: Procedure, looking: Looking, directory: Directory
) -> Iterator[RenderableType]:
    """Yield each notice: what was forced, put off or chased, by whom and why, then what is wrong now."""
    if found.forced or found.snoozed or found.chases or found.concerns:
        yield ""
    for entry in found.forced:
        on = french.moment(looking.local(entry.on or entry.at))
        who = person_words(directory, entry.by)
        yield line(("Forcé : ", "late"), f"{entry_words(entry, procedure)}, le {on}, par {who}")
        if entry.comment:
            yield under(f"« {entry.comment} »", 4)
    for entry in found.snoozed:
        at, who = french.moment(looking.local(entry.at)), person_words(directory, entry.by)
        for change in entry.changes:
            words = snooze_words(procedure, change)
            yield line((words, "soon"), f", par {who}, le {at}")
        yield under(f"« {entry.comment} »", 4)
    if found.chases:
        yield line(("Relances : ", "strong"), chase_words(found.chases))
    for concern in found.concerns:
        yield line(("Attention : ", "late" if concern.fatal else "soon"), concern.text)
