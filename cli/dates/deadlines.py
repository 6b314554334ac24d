"""`echeances`: what is due, most urgent first. Writes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from cli.asking.options import AgencyFilter, Json, PersonFilter, read_count, session_of
from cli.wiring.session import Session
from workflow.usecases.ports import OpenDeadline

_DAYS = 14
_FARTHEST = 3650
"""Ten years of days: no procedure plans farther."""
_MOST = 500
"""Lines that are still read by a person; --json is not limited."""

_Days = Annotated[
    str | None, typer.Option("--jours", metavar="N", help=f"Jours à venir à regarder ({_DAYS}).")
]
_Late = Annotated[bool, typer.Option("--retard", help="Seulement ce qui aurait dû être fait.")]


def list_due(
    ctx: typer.Context,
    days: _Days = None,
    late: _Late = False,
    agency: AgencyFilter = None,
    person: PersonFilter = None,
    as_json: Json = False,
) -> None:
    """List what is due."""
    session = session_of(ctx)
    horizon = read_count("--jours", days, most=_FARTHEST)
    horizon = _DAYS if horizon is None else horizon
    directory = session.places.directory
    if agency:
        directory.agency(agency)
    if person:
        directory.person(person)
    today = session.today(agency)
    rows = session.container.cases.open_deadlines(
        until=None if late else today + timedelta(days=horizon),
        agency=agency,
        owner=person,
        overdue_on=today if late else None,
        limit=None if as_json else _MOST,
    )
    if as_json:
        from cli.shared.deadlines_view import open_json

        session.output.json_array(open_json(rows, session.looking, directory))
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
    from cli.shared import deadlines_view

    if not rows:
        words = "Rien n’est en retard." if late else _nothing(horizon)
        session.output.say(words)
        return
    placed = ((row, session.looking(row.agency)) for row in rows)
    session.output.show(deadlines_view.table(placed, people=person is None))
    if len(rows) == _MOST:
        session.output.say(f"Les {_MOST} premières seulement ; filtrez, ou demandez --json.")
    first = rows[0].ref
    session.output.suggest("Le calcul d’une date :", session.typed("dossier", "voir", first))
