"""Deadlines drawn: one explained in full, or many in a table.

Used by `dossier voir`, `simuler`, `echeances`, after each write, and by the screens of a file. The
explanation is the deadline's own four lines, never rephrased.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import RenderableType
from rich.table import Column, Table
from rich.text import Text

from display.drawing import when
from display.drawing.layout import grid, headed, line, pairs, text, under, whole
from notifications.schedule.standing import INTERNAL_NOTE, Status
from notifications.schedule.viewpoint import Looking, dates_of
from workflow.case.case import Deadline
from workflow.ports.stores import OpenDeadline
from workflow.rules.deadline_rules import Kind
from workflow.text import french

_PAST = frozenset({Status.LATE, Status.MARGIN, Status.CHASE})


def titled(deadline: Deadline, looking: Looking, *, awaited: bool = True) -> Text:
    """Return « Saisir la DRF  ! Demain ».

    Args:
        deadline: what to name.
        looking: from when and where.
        awaited: False for a simulation, where what lies in the past is not said to be late.
    """
    where, title = looking.standing(deadline), text(deadline.label, "strong")
    if awaited or where.status not in _PAST:
        title = title.append("  ").append_text(when.headline(where))
    return title


def explained(
    deadline: Deadline, looking: Looking, *, why: str = "", unfolded: bool = True
) -> Iterator[RenderableType]:
    """Yield the dates of a deadline and, unfolded, the four lines that justify them.

    Args:
        deadline: what to show.
        looking: from when and where.
        why: why its reminder is put off.
        unfolded: True to justify the dates.
    """
    yield under(_dates(deadline, looking, why, portal=unfolded))
    if deadline.kind is Kind.INTERNAL:
        yield under(text(INTERNAL_NOTE, "internal"))
    if not unfolded:
        return
    explanation = deadline.explanation
    yield from (under(text(step, "muted")) for step in explanation.steps)
    yield from (under(line(("À savoir : ", "strong"), words)) for words in explanation.warnings)
    yield from (under(text(f"Autre choix : {option}")) for option in explanation.options)


def read(deadline: Deadline, *, steps: bool = False) -> Iterator[RenderableType]:
    """Yield what else the text of a deadline can be taken to say, with each date and, if asked, its steps."""
    found = deadline.explanation.readings
    for one in found:
        yield under(
            line((f"Lecture {one.id} : ", "strong"), f"{one.words}, {french.end(one.gives)}")
        )
        yield from (under(text(step, "muted"), 4) for step in one.steps if steps)
    if steps and not found and deadline.kind is not Kind.INTERNAL:
        yield under(text("Aucune autre lecture de ce texte n’est à montrer.", "muted"))


def _dates(deadline: Deadline, looking: Looking, why: str, *, portal: bool) -> Table:
    where, until = looking.standing(deadline), deadline.snoozed_until
    rows = [
        (name, text(words, when.style_of(where) if name == where.name else ""))
        for name, words in dates_of(deadline, looking)
    ]
    if portal and deadline.explanation.portal:
        rows.append(("portail", text(deadline.explanation.portal)))
    if until is not None and until > looking.today:
        reason = f" : {why}" if why else ""
        rows.append(("rappel", text(f"reporté au {french.long_day(until)}{reason}", "soon")))
    return pairs(rows)


def table(rows: Iterable[tuple[OpenDeadline, Looking]], *, people: bool) -> Table:
    """Return deadlines as a table of 80 columns, in the order given.

    Args:
        rows: each with the place and instant from which it is looked at.
        people: True to name who follows each case.
    """
    when_, file = Column(text("Quand"), max_width=16), Column(text("Dossier"), max_width=22)
    drawn = headed(Column(width=2), whole("À faire le"), when_, file, "Quoi", padding=(0, 1, 0, 0))
    for row, looking in rows:
        where = looking.standing(row.deadline)
        style = when.style_of(where)
        marked = ("  (interne)", "internal") if where.internal else ""
        until = row.deadline.snoozed_until
        put_off = (f"\nrappel reporté au {french.short_day(until)}", "soon") if until else ""
        who = (f"\n{row.owner or row.agency}", "muted") if people else ""
        drawn.add_row(
            text(where.sign, style),
            text(when.stacked(where.on), style),
            text(where.words, style),
            line((row.ref, "strong"), (f"\n{row.title}" if row.title else "", "muted")),
            line(row.deadline.label, marked, put_off, who),
        )
    return drawn


def names(deadlines: Iterable[Deadline]) -> Iterator[RenderableType]:
    """Yield the deadlines of a case by name, to choose one."""
    in_order = sorted(deadlines, key=lambda one: one.dates.act_on)
    if not in_order:
        yield "Aucune échéance n’est ouverte dans ce dossier."
    yield grid(
        ((one.id, "strong"), one.label, (french.short_day(one.dates.act_on), "muted"))
        for one in in_order
    )
