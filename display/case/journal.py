"""The journal of a case: who did what, when, and what it changed.

Used by `dossier journal` and by the tab of a file. Shows every entry, those that were undone included: a
journal hides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from heapq import merge

from rich.console import RenderableType

from display.drawing.layout import line, text, under
from notifications.schedule.viewpoint import Looking
from workflow.case.case import Entry, EntryKind
from workflow.case.people import Directory
from workflow.ports.stores import Consultation
from workflow.rules.procedure import Procedure
from workflow.text import french
from workflow.wording.journal_text import entry_lines, entry_words, person_words

_CONSULTATION = "Consultation de la partie restreinte"


def in_order(
    listed: Iterable[Entry], consultations: Iterable[Consultation]
) -> list[Entry | Consultation]:
    """Return the journal with the readings of the restricted part, each at its time."""
    parts: tuple[Iterable[Entry | Consultation], ...] = (listed, consultations)
    return list(merge(*parts, key=lambda one: one.at))


def put_off(listed: Iterable[Entry]) -> dict[str, Entry]:
    """Return the last entry that put off the reminder of each deadline, by its id."""
    snoozes = (entry for entry in listed if entry.kind is EntryKind.SNOOZE)
    return {change.name: entry for entry in snoozes for change in entry.changes}


def entries(
    listed: Sequence[Entry | Consultation],
    procedure: Procedure,
    looking: Looking,
    directory: Directory,
) -> Iterator[RenderableType]:
    """Yield entries in the order given, each with what it changed and who signed it."""
    undone = {entry.undoes for entry in listed if isinstance(entry, Entry) and entry.undoes}
    for entry in listed:
        if isinstance(entry, Consultation):
            yield line(("  – ", "muted"), (_CONSULTATION, "strong"))
        else:
            yield _heading(entry, procedure, looking, undone=entry.seq in undone)
        yield under(text(_signature(entry, looking, directory), "muted"), 4)
        if isinstance(entry, Entry):
            zone = looking.planner.zone(looking.agency)
            for words in entry_lines(entry, procedure, directory, zone):
                yield under(words, 4)


def _heading(
    entry: Entry, procedure: Procedure, looking: Looking, *, undone: bool
) -> RenderableType:
    what = entry_words(entry, procedure)
    if entry.undoes:
        what = f"{what} de l’entrée {entry.undoes}"
    was, now = (_state(procedure, state) for state in (entry.state_from, entry.state_to))
    moved = f"  {was} → {now}" if entry.state_from and was != now else ""
    marks = [("  forcé", "late")] if entry.forced else []
    marks += [("  (annulé depuis)", "muted")] if undone else []
    on = f", le {french.moment(looking.local(entry.on))}" if entry.on else ""
    return line((f"{entry.seq:>3} ", "muted"), (what, "strong"), on, moved, *marks)


def _state(procedure: Procedure, state: str | None) -> str:
    known = procedure.states.get(state or "")
    return known.label if known else state or ""


def _signature(entry: Entry | Consultation, looking: Looking, directory: Directory) -> str:
    return f"{french.moment(looking.local(entry.at))}, {person_words(directory, entry.by)}"
