"""What an act would change, before it is saved: state, values and dates, old and new side by side.

Used by the forms and the undoing of a step. The outcome is the machine's; here it only becomes lines.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table

from display.layout import line, text
from notifications.schedule.viewpoint import Looking
from tui.drawing.urgency import style_of
from tui.frame.office import Office
from workflow.case.case import Deadline, Moment, Outcome
from workflow.case.people import Directory
from workflow.rules.procedure import Kind, Procedure
from workflow.text import french
from workflow.wording.journal_text import ABSENT, change_words

_DATES = (
    ("ouverture", "opens_on"),
    ("limite prudente", "prudent"),
    ("limite stricte", "strict"),
    ("réponse attendue", "expected_at"),
    ("relance", "chase_on"),
    ("commission", "commission"),
)


def effect(outcome: Outcome, procedure: Procedure, office: Office) -> Group:
    """Return everything an act would change, most important first."""
    looking = office.looking_at(outcome.after)
    return Group(
        *_state(outcome, procedure),
        *_values(outcome, procedure, looking, office.directory),
        *_dates(outcome, looking),
        *(line(("Attention : ", "soon"), words) for words in outcome.warnings),
        *(line(("✗ Non conforme : ", "late"), words) for words in outcome.new_alerts),
    )


def _state(outcome: Outcome, procedure: Procedure) -> Iterator[RenderableType]:
    now = procedure.states[outcome.after.state].label
    if outcome.before is None:
        yield line(("Nouveau dossier : ", "muted"), (now, "strong"))
        return
    was = procedure.states[outcome.before.state].label
    if was == now:
        yield line(("État inchangé : ", "muted"), (now, "strong"))
    else:
        yield line((f"{was} ", "muted"), ("→ ", "accent"), (now, "strong"))


def _values(
    outcome: Outcome, procedure: Procedure, looking: Looking, directory: Directory
) -> Iterator[RenderableType]:
    grid, zone = Table.grid(padding=(0, 2)), looking.planner.zone(looking.agency)
    for change in outcome.entry.changes:
        label, old, new = change_words(change, procedure, zone, directory)
        grid.add_row(text(label, "muted"), *_pair(old, new))
    if grid.row_count:
        yield grid


def _pair(old: str, new: str) -> tuple[RenderableType, ...]:
    if old == ABSENT:
        return "", "", text(new, "strong")
    shown = "retiré" if new == ABSENT else new
    return text(old, "muted"), text("→", "accent"), text(shown, "strong")


def _dates(outcome: Outcome, looking: Looking) -> Iterator[RenderableType]:
    for deadline in outcome.opened:
        yield _headline("+", "ok", deadline, looking)
        yield _moments(None, deadline, looking)
    for move in outcome.moved:
        yield _headline("~", "soon", move.new, looking)
        yield _moments(move.old, move.new, looking)
    for closing in outcome.closed:
        label = (closing.deadline.label, "strong")
        if closing.missing:
            lacking = f"  non vérifiée : il manque {french.listing(closing.missing)}"
            yield line(("? ", "soon"), label, (lacking, "soon"))
        elif not closing.met:
            yield line(("− ", "muted"), label, ("  n’est plus attendue", "muted"))
        elif closing.late:
            missed = "  manquée : faite après la limite stricte"
            yield line(("✗ ", "late"), label, (missed, "late"))
        else:
            yield line(("✓ ", "ok"), label, ("  tenue", "ok"))
    if not (outcome.opened or outcome.moved or outcome.closed):
        yield text("Aucune date ne change.", "muted")


def _headline(sign: str, style: str, deadline: Deadline, looking: Looking) -> RenderableType:
    where, internal = looking.standing(deadline), deadline.kind is Kind.INTERNAL
    return line(
        (f"{sign} ", style),
        (deadline.label, "strong"),
        "  ",
        (where.words, style_of(where, internal=internal)),
    )


def _moments(old: Deadline | None, new: Deadline, looking: Looking) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    for name, attribute in _DATES:
        before = getattr(old.dates, attribute) if old else None
        after = getattr(new.dates, attribute)
        if before != after:
            was, now = _moment(before, looking), _moment(after, looking)
            grid.add_row("", text(name, "muted"), *_pair(was, now))
    return grid


def _moment(moment: Moment | None, looking: Looking) -> str:
    return ABSENT if moment is None else french.end(looking.local(moment))
