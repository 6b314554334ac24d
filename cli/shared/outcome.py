"""What an act changed, or would change: state, deadlines old and new, values, warnings.

Used after every write and by every `--essai`. Says first what a person wonders about: is it written,
and what does it do to my dates.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table

from cli.shared import when
from display.layout import line, text
from notifications.schedule.standing import INTERNAL_NOTE
from notifications.schedule.viewpoint import Looking, dates_of, reminders_of
from workflow.case.case import Closing, Deadline, EntryKind, Moment, Move, Outcome
from workflow.case.people import Directory
from workflow.rules.procedure import Kind, Procedure
from workflow.text import french
from workflow.wording.journal_text import ABSENT, change_words, snooze_words

_INDENT = (0, 0, 0, 2)


def changed(
    outcome: Outcome, procedure: Procedure, looking: Looking, directory: Directory
) -> Iterator[RenderableType]:
    """Yield what changed, most important first."""
    yield _headline(outcome, procedure)
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


def _headline(outcome: Outcome, procedure: Procedure) -> RenderableType:
    after = outcome.after
    now = procedure.states[after.state].label
    title = f"  {after.title}" if after.title else ""
    if outcome.before is None:
        return line((after.ref, "strong"), title, "  ouvert : ", (now, "strong"))
    was = procedure.states[outcome.before.state].label
    if was == now:
        return line((after.ref, "strong"), title, f"  {now}, état inchangé")
    return line((after.ref, "strong"), title, f"  {was} → ", (now, "strong"))


def _values(
    outcome: Outcome, procedure: Procedure, looking: Looking, directory: Directory
) -> Iterator[RenderableType]:
    entry, grid = outcome.entry, Table.grid(padding=(0, 2))
    if entry.kind is EntryKind.ELIGIBILITY:
        # What is noted there is shown by `dossier eligibilite --confidentiel` alone.
        grid.add_row(text("Éligibilité", "muted"), text("notée dans la partie restreinte"))
    if entry.kind is EntryKind.SNOOZE:
        yield from _snoozed(outcome, procedure, looking)
        return
    zone = looking.planner.zone(looking.agency)
    for change in entry.changes:
        label, old, new = change_words(change, procedure, zone, directory)
        value = new if old == ABSENT else f"{old} → {new if new != ABSENT else 'retiré'}"
        grid.add_row(text(label, "muted"), text(value))
    if grid.row_count:
        yield Padding(grid, _INDENT)


def _snoozed(outcome: Outcome, procedure: Procedure, looking: Looking) -> Iterator[RenderableType]:
    """Yield which reminder was put off, or comes again, and when somebody is told next."""
    for change in outcome.entry.changes:
        yield line((snooze_words(procedure, change), "strong"))
        grid = Table.grid(padding=(0, 2))
        for name, words in reminders_of(outcome.after.deadlines[change.name], looking):
            grid.add_row(text(name, "muted"), text(words))
        yield Padding(grid, _INDENT)


def _opened(deadline: Deadline, looking: Looking) -> Iterator[RenderableType]:
    yield line(("+ ", "ok"), (deadline.label, "strong"), "  ").append_text(
        when.headline(looking.standing(deadline), internal=deadline.kind is Kind.INTERNAL)
    )
    yield Padding(_dates(deadline, looking), (0, 0, 0, 4))
    if deadline.kind is Kind.INTERNAL:
        yield Padding(text(INTERNAL_NOTE, "internal"), (0, 0, 0, 4))


def _dates(deadline: Deadline, looking: Looking) -> Table:
    grid = Table.grid(padding=(0, 2))
    for name, words in dates_of(deadline, looking):
        grid.add_row(text(name, "muted"), text(words))
    return grid


def _moved(move: Move, looking: Looking) -> Iterator[RenderableType]:
    yield line(("~ ", "soon"), (move.new.label, "strong"), "  ").append_text(
        when.headline(looking.standing(move.new), internal=move.new.kind is Kind.INTERNAL)
    )
    grid = Table.grid(padding=(0, 2))
    pairs: tuple[tuple[str, Moment | None, Moment | None], ...] = (
        ("ouverture", move.old.dates.opens_on, move.new.dates.opens_on),
        ("limite prudente", move.old.dates.prudent, move.new.dates.prudent),
        ("limite stricte", move.old.dates.strict, move.new.dates.strict),
        ("réponse attendue", move.old.dates.expected_at, move.new.dates.expected_at),
        ("relance", move.old.dates.chase_on, move.new.dates.chase_on),
        ("commission", move.old.dates.commission, move.new.dates.commission),
    )
    for name, old, new in pairs:
        if old != new:
            grid.add_row(
                text(name, "muted"), text(_moment(old, looking)), "→", text(_moment(new, looking))
            )
    if not grid.row_count:
        grid.add_row(text("dates inchangées ; d’autres commissions possibles", "muted"))
    yield Padding(grid, (0, 0, 0, 4))


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
