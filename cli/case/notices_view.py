"""What must not be overlooked in a case: windows gone against, reminders put off, windows that shut.

Used by `dossier voir`, as text and as JSON. Decides nothing: the machine noted what was forced, and
`workflow.deadlines.start_checks` says what is wrong with a window.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.console import RenderableType

from display.layout import line, under
from notifications.schedule.viewpoint import Looking
from workflow.case.case import Case, Entry, EntryKind
from workflow.case.people import Directory
from workflow.deadlines import start_checks
from workflow.deadlines.start_checks import Concern
from workflow.deadlines.ways_of_counting import Context
from workflow.rules.procedure import Procedure
from workflow.text import french
from workflow.usecases.cases import CaseView
from workflow.wording.journal_text import entry_words, person_words, snooze_words


def forced_entries(journal: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return what was forced in a case and not taken back since, oldest first."""
    undone = {entry.undoes for entry in journal if entry.undoes}
    return tuple(entry for entry in journal if entry.forced and entry.seq not in undone)


def snooze_entries(journal: Sequence[Entry], case: Case) -> tuple[Entry, ...]:
    """Return who put off the reminders that are still put off, one entry for each deadline."""
    latest = {
        change.name: entry
        for entry in journal
        if entry.kind is EntryKind.SNOOZE
        for change in entry.changes
    }
    return tuple(
        latest[deadline.id]
        for deadline in case.deadlines.values()
        if deadline.snoozed_until is not None and deadline.id in latest
    )


def start_concerns(view: CaseView, context: Context, now: datetime) -> tuple[Concern, ...]:
    """Return what is wrong now with the windows of a case that has not begun its way yet."""
    case, procedure = view.case, view.procedure
    if case.state != procedure.initial:
        return ()
    return start_checks.start_concerns(procedure, case.deadlines.values(), case.facts, context, now)


def told(
    forced: Sequence[Entry],
    snoozed: Sequence[Entry],
    concerns: Sequence[Concern],
    procedure: Procedure,
    looking: Looking,
    directory: Directory,
) -> Iterator[RenderableType]:
    """Yield each notice: what was forced or put off, when, by whom and why, then what is wrong now."""
    if forced or snoozed or concerns:
        yield ""
    for entry in forced:
        on = french.moment(looking.local(entry.on or entry.at))
        who = person_words(directory, entry.by)
        yield line(("Forcé : ", "late"), f"{entry_words(entry, procedure)}, le {on}, par {who}")
        if entry.comment:
            yield under(f"« {entry.comment} »", 4)
    for entry in snoozed:
        at, who = french.moment(looking.local(entry.at)), person_words(directory, entry.by)
        for change in entry.changes:
            words = snooze_words(procedure, change)
            yield line((words, "soon"), f", par {who}, le {at}")
        yield under(f"« {entry.comment} »", 4)
    for concern in concerns:
        yield line(("Attention : ", "late" if concern.fatal else "soon"), concern.text)
