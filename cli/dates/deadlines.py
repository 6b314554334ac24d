"""`echeances`: what is due, most urgent first. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from cli.asking.invocation import Invocation
from cli.shared.picking import picked
from cli.wiring.session import Session
from workflow.operations import operations
from workflow.operations.asked import DAYS_AHEAD
from workflow.operations.requests import Request
from workflow.ports.stores import OpenDeadline
from workflow.wording.codec import deadline_json

_FARTHEST = 3650
"""Ten years of days: no procedure plans farther."""
_MOST = 500
"""Lines that are still read by a person; --json is not limited."""


def list_due(asked: Invocation) -> None:
    """List what is due."""
    session, late = asked.session, asked.request.flag(operations.LATE)
    horizon = asked.count(operations.DAYS, most=_FARTHEST)
    horizon = DAYS_AHEAD if horizon is None else horizon
    agency, person = asked.filters()
    today = session.today(agency)
    rows = session.container.cases.store.open_deadlines(
        until=None if late else today + timedelta(days=horizon),
        agency=agency,
        owner=person,
        overdue_on=today if late else None,
        limit=None if asked.as_json else _MOST,
    )
    if asked.as_json:
        session.output.json_array(_open_json(session, rows))
        return
    _show(session, list(rows), horizon, late=late, person=person)


def _nothing(horizon: int) -> str:
    if not horizon:
        return "Rien à faire aujourd’hui."
    if horizon == 1:
        return "Rien à faire d’ici à demain."
    return f"Rien à faire dans les {horizon} jours."


def _show(
    session: Session, rows: list[OpenDeadline], horizon: int, *, late: bool, person: str | None
) -> None:
    from display.case.deadlines import table

    if not rows:
        words = "Rien n’est en retard." if late else _nothing(horizon)
        session.output.say(words)
        return
    placed = ((row, session.looking(row.agency)) for row in rows)
    session.output.show(table(placed, people=person is None))
    if len(rows) == _MOST:
        session.output.say(f"Les {_MOST} premières seulement ; filtrez, ou demandez --json.")
    session.suggest("Le calcul d’une date :", Request(operations.SHOW, (rows[0].ref,)))


def _open_json(session: Session, rows: Iterable[OpenDeadline]) -> Iterator[dict[str, Any]]:
    """Yield each deadline of a list as JSON, with its explanation and where it stands."""
    cases, people = session.container.cases, session.places.directory.people
    for row in rows:
        where = session.looking(row.agency).standing(row.deadline)
        person = people.get(row.owner or "")
        yield {
            **picked(row, "ref title procedure state agency owner"),
            "owner_name": person.name if person else None,
            "act_on": row.deadline.dates.act_on,
            "status": where.status,
            "working_days_left": where.left,
            "on": where.on,
            "phrase": where.words,
            "deadline": deadline_json(cases.retold_of(row.ref, row.deadline)),
        }
