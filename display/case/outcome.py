"""What an act changed, or would change: state, deadlines old and new, values, warnings.

Used after every write, by every `--essai`, and by the forms before they save. Says first what a person
wonders about: what becomes of the file, and what does it do to my dates.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.table import Table

from display.case.case import named
from display.case.deadlines import titled
from display.drawing.layout import Piece, line, pairs, text, under
from notifications.schedule.standing import INTERNAL_NOTE
from notifications.schedule.viewpoint import Looking, dates_of, reminders_of
from workflow.case.case import Closing, Deadline, EntryKind, Moment, Move, Outcome
from workflow.case.people import Directory
from workflow.rules.deadline_rules import Kind
from workflow.rules.procedure import Procedure
from workflow.text import french
from workflow.wording.date_names import differences
from workflow.wording.journal_text import ABSENT, snooze_words, value_changes


def changed(
    outcome: Outcome, procedure: Procedure, looking: Looking, directory: Directory
) -> Iterator[RenderableType]:
    """Yield the file, then what changed in it, most important first."""
    yield line(*named(outcome.after), "  ", *_state(outcome, procedure, "ouvert"))
    yield from _consequences(outcome, procedure, looking, directory)


def effect(
    outcome: Outcome, procedure: Procedure, looking: Looking, directory: Directory
) -> Iterator[RenderableType]:
    """Yield the same where the file is named already."""
    yield line(*_state(outcome, procedure, "Nouveau dossier"))
    yield from _consequences(outcome, procedure, looking, directory)


def _consequences(
    outcome: Outcome, procedure: Procedure, looking: Looking, directory: Directory
) -> Iterator[RenderableType]:
    yield from _values(outcome, procedure, looking, directory)
    yield from dates(outcome, looking)
    if not (outcome.opened or outcome.moved or outcome.closed or rechosen(outcome)):
        yield text("Aucune échéance ne change.", "muted")
    for warning in outcome.warnings:
        yield line(("Attention : ", "soon"), warning)
    yield from _alerts(outcome, final=procedure.states[outcome.after.state].final)
    if outcome.entry.forced:
        yield line(("Forcé : ", "late"), "passé outre ce qui le refusait, c’est marqué au journal.")


def dates(outcome: Outcome, looking: Looking) -> Iterator[RenderableType]:
    """Yield every deadline that opens, moves or goes, or that another session decides."""
    for deadline in outcome.opened:
        yield from _opened(deadline, looking)
    for move in outcome.moved:
        yield from _moved(move, looking)
    for move in rechosen(outcome):
        yield from _moved(move, looking)
    for closing in outcome.closed:
        yield _closed(closing)


def rechosen(outcome: Outcome) -> tuple[Move, ...]:
    """Return the deadlines whose dates stay, while the session that decides or the others change."""
    was = outcome.before.deadlines if outcome.before else {}
    moved = {move.new.id for move in outcome.moved}
    return tuple(
        Move(was[id_], new)
        for id_, new in outcome.after.deadlines.items()
        if id_ in was and id_ not in moved and was[id_].sessions != new.sessions
    )


def _alerts(outcome: Outcome, *, final: bool) -> Iterator[RenderableType]:
    """Yield what the act makes wrong with the file, and what it puts right."""
    yield from (line(("✗ Non conforme : ", "late"), words) for words in outcome.new_alerts)
    for alert in outcome.before.alerts if outcome.before and not final else ():
        # A figure that changed is still wrong: only a point that is right again is put away.
        if alert.label not in {now.label for now in outcome.after.alerts}:
            yield line(("✓ ", "ok"), f"{alert.label} : n’est plus à corriger.")


def _state(outcome: Outcome, procedure: Procedure, opened: str) -> tuple[Piece, ...]:
    """Return the pieces of « Préparation → DRF déposée »."""
    now = procedure.states[outcome.after.state].label
    if outcome.before is None:
        return f"{opened} : ", (now, "strong")
    was = procedure.states[outcome.before.state].label
    return (f"{now}, état inchangé",) if was == now else (f"{was} → ", (now, "strong"))


def _values(
    outcome: Outcome, procedure: Procedure, looking: Looking, directory: Directory
) -> Iterator[RenderableType]:
    entry, zone = outcome.entry, looking.planner.zone(looking.agency)
    if entry.kind is EntryKind.SNOOZE:
        for change in entry.changes:
            yield line((snooze_words(procedure, change), "strong"))
            yield under(pairs(reminders_of(outcome.after.deadlines[change.name], looking)))
        return
    # What is noted there is shown by `dossier eligibilite --confidentiel` alone.
    restricted = entry.kind is EntryKind.ELIGIBILITY
    rows = [("Éligibilité", "notée dans la partie restreinte")] if restricted else []
    rows += value_changes(entry, procedure, directory, zone)
    if rows:
        yield under(pairs(rows))


def _opened(deadline: Deadline, looking: Looking) -> Iterator[RenderableType]:
    yield line(("+ ", "ok")).append_text(titled(deadline, looking))
    yield under(pairs(dates_of(deadline, looking)), 4)
    if deadline.kind is Kind.INTERNAL:
        yield under(text(INTERNAL_NOTE, "internal"), 4)


def _moved(move: Move, looking: Looking) -> Iterator[RenderableType]:
    yield line(("~ ", "soon")).append_text(titled(move.new, looking))
    grid = Table.grid(padding=(0, 2))
    for name, old, new in differences(move.old, move.new):
        grid.add_row(
            text(name, "muted"), text(_moment(old, looking)), "→", text(_moment(new, looking))
        )
    if not grid.row_count:
        grid.add_row(text("dates inchangées ; d’autres commissions possibles", "muted"))
    yield under(grid, 4)


def _moment(moment: Moment | None, looking: Looking) -> str:
    return ABSENT if moment is None else french.end(looking.local(moment))


def _closed(closing: Closing) -> RenderableType:
    label = (closing.deadline.label, "strong")
    on = f" le {french.short_day(closing.on)}" if closing.on else ""
    if closing.missing:
        lacking = f"  non vérifiée : il manque {french.listing(closing.missing)}"
        return line(("? ", "soon"), label, (lacking, "soon"))
    if not closing.met:
        return line(("- ", "muted"), label, "  échéance levée")
    if closing.late:
        return line(
            ("✗ ", "late"), label, (f"  manquée : faite{on}, après la limite stricte", "late")
        )
    return line(("✓ ", "ok"), label, (f"  tenue{on}", "ok"))
