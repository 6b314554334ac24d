"""Deadlines in the terminal: one explained in full, or many in a table.

Used by `dossier voir`, `simuler`, `echeances` and after each write. The explanation is the deadline's
own four lines, never rephrased.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table

from cli.shared import when
from display.layout import line, text
from notifications.schedule.standing import INTERNAL_NOTE, Status
from notifications.schedule.viewpoint import Looking, dates_of
from workflow.case.case import Deadline
from workflow.case.people import Directory
from workflow.rules.procedure import Kind
from workflow.text import french
from workflow.usecases.ports import OpenDeadline
from workflow.wording.codec import deadline_json

_PAST = frozenset({Status.LATE, Status.MARGIN, Status.CHASE})


def explained(deadline: Deadline, looking: Looking, *, awaited: bool = True) -> Group:
    """Return a deadline with its dates, the time left and the four lines that justify them.

    Args:
        deadline: what to show.
        looking: from when and where.
        awaited: False for a simulation, where what lies in the past is not said to be late.
    """
    where, internal = looking.standing(deadline), deadline.kind is Kind.INTERNAL
    title = line((deadline.label, "strong"))
    if awaited or where.status not in _PAST:
        title = title.append("  ").append_text(when.headline(where, internal=internal))
    parts: list[RenderableType] = [title, Padding(_dates(deadline, looking), (0, 0, 0, 2))]
    if internal:
        parts.append(Padding(text(INTERNAL_NOTE, "internal"), (0, 0, 0, 2)))
    explanation = deadline.explanation
    parts += [Padding(text(step, "muted"), (0, 0, 0, 2)) for step in explanation.steps]
    parts += [Padding(_notice(words), (0, 0, 0, 2)) for words in explanation.warnings]
    parts += [
        Padding(text(f"Autre choix : {option}"), (0, 0, 0, 2)) for option in explanation.options
    ]
    return Group(*parts)


def _notice(words: str) -> RenderableType:
    return line(("À savoir : ", "strong"), words)


def _dates(deadline: Deadline, looking: Looking) -> Table:
    where = looking.standing(deadline)
    table = Table.grid(padding=(0, 2))
    for name, moment in dates_of(deadline, looking):
        decisive = name == where.name or (name == "objectif" and where.name == "objectif interne")
        internal = deadline.kind is Kind.INTERNAL
        style = when.style_of(where, internal=internal) if decisive else ""
        table.add_row(text(name, "muted"), text(moment, style))
    if deadline.explanation.portal:
        table.add_row(text("portail", "muted"), text(deadline.explanation.portal))
    if deadline.snoozed_until:
        words = f"reporté au {french.long_day(deadline.snoozed_until)}"
        table.add_row(text("rappel", "muted"), text(words, "soon"))
    return table


def table(rows: Iterable[tuple[OpenDeadline, Looking]], *, people: bool) -> Table:
    """Return deadlines as a table of 80 columns, in the order given.

    Args:
        rows: each with the place and instant from which it is looked at.
        people: True to name who follows each case.
    """
    grid = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="strong")
    grid.add_column("", width=2)
    grid.add_column(text("À faire le"), no_wrap=True)
    grid.add_column(text("Quand"), max_width=16)
    grid.add_column(text("Dossier"), max_width=22, overflow="fold")
    grid.add_column(text("Quoi"))
    for row, looking in rows:
        where = looking.standing(row.deadline)
        internal = row.deadline.kind is Kind.INTERNAL
        style = when.style_of(where, internal=internal)
        marked = ("  (interne)", "internal") if internal else ""
        until = row.deadline.snoozed_until
        put_off = (f"\nrappel reporté au {french.short_day(until)}", "soon") if until else ""
        who = (f"\n{row.owner or row.agency}", "muted") if people else ""
        grid.add_row(
            text(where.sign(internal=internal), style),
            text(when.stacked(where.on), style),
            text(where.words, style),
            line((row.ref, "strong"), (f"\n{row.title}" if row.title else "", "muted")),
            line(row.deadline.label, marked, put_off, who),
        )
    return grid


def names(deadlines: Iterable[Deadline]) -> Iterator[RenderableType]:
    """Yield the deadlines of a case by name, to choose one."""
    grid = Table.grid(padding=(0, 2))
    for deadline in sorted(deadlines, key=lambda one: one.dates.act_on):
        day = french.short_day(deadline.dates.act_on)
        grid.add_row(text(deadline.id, "strong"), text(deadline.label), text(day, "muted"))
    if not grid.row_count:
        yield "Aucune échéance n’est ouverte dans ce dossier."
    yield grid


def open_json(
    rows: Iterable[OpenDeadline], looking_from: Any, directory: Directory
) -> Iterator[dict[str, Any]]:
    """Yield each deadline of a list as JSON, with its explanation and where it stands."""
    for row in rows:
        where = looking_from(row.agency).standing(row.deadline)
        person = directory.people.get(row.owner or "")
        yield {
            "ref": row.ref,
            "title": row.title,
            "procedure": row.procedure,
            "state": row.state,
            "agency": row.agency,
            "owner": row.owner,
            "owner_name": person.name if person else None,
            "act_on": row.deadline.dates.act_on.isoformat(),
            "status": where.status.value,
            "working_days_left": where.left,
            "on": where.on.isoformat(),
            "phrase": where.words,
            "deadline": deadline_json(row.deadline),
        }
