"""The journal of a case in the terminal: who did what, when, and what it changed.

Used by `dossier journal`. Shows every entry, those that were undone included: a journal hides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from heapq import merge

from rich.console import RenderableType
from rich.padding import Padding

from cli.output import line, text
from cli.views.facts import ABSENT, name_words, person_words, snooze_words, stored_words
from cli.views.when import Looking
from workflow import french
from workflow.case import Change, Entry, EntryKind
from workflow.people import Directory
from workflow.ports import Consultation
from workflow.procedure import Procedure

_KINDS = {
    EntryKind.OPENING: "Ouverture du dossier",
    EntryKind.CORRECTION: "Correction",
    EntryKind.UNDO: "Annulation",
    EntryKind.DOCUMENT: "Pièces",
    EntryKind.TRANSFER: "Attribution",
    EntryKind.HOURS: "Heures",
    EntryKind.ELIGIBILITY: "Éligibilité (partie restreinte)",
    EntryKind.CONTRACTS: "Contrats",
    EntryKind.RECALCULATION: "Dates recalculées",
    EntryKind.SNOOZE: "Report de rappel",
}
_CONSULTATION = "Consultation de la partie restreinte"


def in_order(
    listed: Iterable[Entry], consultations: Iterable[Consultation]
) -> list[Entry | Consultation]:
    """Return the journal with the readings of the restricted part, each at its time."""
    parts: tuple[Iterable[Entry | Consultation], ...] = (listed, consultations)
    return list(merge(*parts, key=lambda one: one.at))


def entries(
    listed: Sequence[Entry | Consultation],
    procedure: Procedure,
    looking: Looking,
    directory: Directory,
) -> Iterator[RenderableType]:
    """Yield the journal, oldest first."""
    undone = {entry.undoes for entry in listed if isinstance(entry, Entry) and entry.undoes}
    for entry in listed:
        if isinstance(entry, Consultation):
            yield line(("  – ", "muted"), (_CONSULTATION, "strong"))
        else:
            yield _heading(entry, procedure, looking, undone=entry.seq in undone)
        yield Padding(text(_signature(entry, looking, directory), "muted"), (0, 0, 0, 4))
        if isinstance(entry, Entry):
            for words in _lines(entry, procedure, looking):
                yield Padding(text(words), (0, 0, 0, 4))


def entry_words(entry: Entry, procedure: Procedure) -> str:
    """Return what an entry did: the label of its action, or its kind."""
    action = procedure.actions.get(entry.action or "")
    return action.label if action else entry.action or _KINDS.get(entry.kind, entry.kind.value)


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


def _lines(entry: Entry, procedure: Procedure, looking: Looking) -> Iterator[str]:
    zone = looking.planner.zone(looking.agency)
    for change in entry.changes:
        if entry.kind is EntryKind.TRANSFER:
            yield f"{name_words(procedure, change.name)} : {change.old or ABSENT} → {change.new}"
            continue
        if entry.kind is EntryKind.SNOOZE:
            yield snooze_words(procedure, change)
            continue
        old = stored_words(procedure, change.name, change.old, zone)
        new = stored_words(procedure, change.name, change.new, zone)
        value = new if old == ABSENT else f"{old} → {new if new != ABSENT else 'retiré'}"
        yield f"{name_words(procedure, change.name)} : {value}"
    yield from (_date_line(procedure, change) for change in entry.dates)
    if entry.comment:
        yield f"« {entry.comment} »"


def _date_line(procedure: Procedure, change: Change) -> str:
    label = name_words(procedure, change.name)
    if change.new is None:
        return f"Échéance levée : {label}"
    if change.old is None:
        return f"Échéance : {label}, {change.new}"
    return f"Échéance déplacée : {label}, {change.old} → {change.new}"
