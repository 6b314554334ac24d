"""What a template prints of a deadline: every date written out, every sentence ready.

Made for `notifications.rendering.composer`; the templates only lay out. The wording of a rule is copied from
the deadline (label, steps, source, warnings), never rephrased; the sentences written here speak of
time and of the tool alone. Nothing of the case but its reference and title comes through.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from notifications.digest.stakes import at_stake
from notifications.model.procedure_names import NextAct, ProcedureLabels
from notifications.rendering.reasons import of_deadline
from notifications.schedule.planning import OPENING, Due, Planner
from notifications.schedule.standing import (
    INTERNAL_NOTE,
    Standing,
    Status,
    opening,
    standing,
)
from notifications.schedule.viewpoint import Looking, dates_of
from workflow.rules.deadline_rules import Kind
from workflow.rules.fact_specs import Source
from workflow.text import french


class DateRow(Struct, frozen=True):
    """One of the dates of a deadline."""

    name: str
    value: str
    decisive: bool = False
    """True for the date shown large."""


class SourceView(Struct, frozen=True):
    """Where the rule is written, word for word, and when somebody last looked."""

    reference: str
    quote: str
    checked: str


class DeadlineView(Struct, frozen=True):
    """A deadline in a reminder."""

    label: str
    internal: str
    """« objectif interne, aucune date légale », or empty."""
    status: Status
    headline: str
    date_name: str
    date: str
    at_stake: str
    """« 3 200 € en jeu », or empty when nobody knows."""
    rows: tuple[DateRow, ...]
    notices: tuple[str, ...]
    """Why this mail comes now, when that is unusual: late, put off, or outside working hours."""
    steps: tuple[str, ...]
    source: SourceView | None
    """None when the explanation quotes it already."""
    warnings: tuple[str, ...]
    options: tuple[str, ...]
    advice: tuple[str, ...]
    acts: tuple[NextAct, ...]


def deadline_view(
    due: Due, now: datetime, planner: Planner, labels: ProcedureLabels
) -> DeadlineView:
    """Return what a reminder shows of a deadline at an instant."""
    deadline, agency = due.row.deadline, due.row.agency
    dates, explanation = deadline.dates, deadline.explanation
    where = standing(dates, deadline.kind, now, agency, planner)
    status, headline = where.status, where.headline
    opens = opening(dates, now, agency, planner)
    if opens is not None and status is Status.AHEAD and _only_opening(due):
        status, headline = opens.status, opens.headline
    return DeadlineView(
        label=deadline.label,
        internal=INTERNAL_NOTE if deadline.kind is Kind.INTERNAL else "",
        status=status,
        headline=headline,
        date_name=where.name,
        date=french.long_end(where.on),
        at_stake=at_stake([(due.row.stake, due.row.estimated)]),
        rows=tuple(
            DateRow(name, shown, decisive=name == where.name)
            for name, shown in dates_of(deadline, Looking(now, planner, agency))
        ),
        notices=tuple(of_deadline(due, now, planner)),
        steps=explanation.steps,
        source=_source(explanation.source, explanation.steps),
        warnings=explanation.warnings,
        options=explanation.options,
        advice=tuple(_advice(due, where, now, planner)),
        acts=labels.acts.get(deadline.id, ()),
    )


def _only_opening(due: Due) -> bool:
    return all(planned.offset == OPENING for planned in due.planned)


def _advice(due: Due, where: Standing, now: datetime, planner: Planner) -> Iterator[str]:
    deadline = due.row.deadline
    today = now.astimezone(planner.zone(due.row.agency)).date()
    if deadline.dates.impossible:
        yield "La fenêtre se ferme avant de s’ouvrir : vérifiez les dates du dossier."
    match where.status:
        case Status.LATE:
            yield "La dernière date est passée : voyez sans attendre ce qui peut encore être fait."
        case Status.MARGIN:
            yield f"La marge est épuisée : agissez avant la {where.name}, {where.phrase}."
        case Status.CHASE:
            yield "Relancez, puis notez la réponse dès qu’elle arrive."
    opens_on = deadline.dates.opens_on
    if opens_on is not None and opens_on > today:
        yield f"La fenêtre ne s’ouvre que le {french.long_day(opens_on)} : préparez les pièces."
    if deadline.explanation.portal is not None:
        yield f"La démarche se fait dans « {deadline.explanation.portal} »."


def _source(source: Source, steps: tuple[str, ...]) -> SourceView | None:
    if any(source.quote in step for step in steps):
        return None
    return SourceView(
        reference=source.place,
        quote=source.quote,
        checked="" if source.checked_on is None else french.short_day(source.checked_on),
    )
