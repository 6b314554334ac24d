"""`absences`: when people are away and who is written to meanwhile.

What an absence does is shown with it: the files of the person, the dates that fall in it, who receives
them day by day. Moves no file: its owner stays the same.
"""

from __future__ import annotations

from typing import Annotated

import typer
from msgspec.structs import replace

from cli.asking import completion
from cli.asking.options import (
    AgencyFilter,
    DryRun,
    Json,
    PersonFilter,
    read_count,
    read_day,
    session_of,
)
from cli.config.identity import member_of_staff
from cli.shared.acting import DRY_RUN
from cli.wiring.session import Session
from notifications.model.preferences import Absence
from workflow.errors import NotFound, Refused
from workflow.text import french

_MOST = 2**31 - 1

_Person = Annotated[
    str | None,
    typer.Argument(
        metavar="PERSONNE",
        help="Identifiant ; sans lui, la personne qui agit.",
        autocompletion=completion.people,
    ),
]
_First = Annotated[str, typer.Option("--du", metavar="DATE", help="Premier jour.")]
_Last = Annotated[str, typer.Option("--au", metavar="DATE", help="Dernier jour.")]
_Substitute = Annotated[
    str | None,
    typer.Option(
        "--remplacant",
        metavar="ID",
        help="Qui est prévenu à sa place ; sinon son responsable, puis l’agence.",
        autocompletion=completion.people,
    ),
]
_Past = Annotated[bool, typer.Option("--passees", help="Avec celles qui sont finies.")]
_Number = Annotated[
    str,
    typer.Argument(
        metavar="NUMÉRO", help="Numéro de l’absence.", autocompletion=completion.absences
    ),
]


def list_absences(
    ctx: typer.Context,
    person: PersonFilter = None,
    agency: AgencyFilter = None,
    past: _Past = False,
    as_json: Json = False,
) -> None:
    """List absences."""
    from cli.mail import absences_view as views

    session = session_of(ctx)
    directory = session.places.directory
    if person:
        directory.person(person)
    if agency:
        directory.agency(agency)
    today = session.today(agency)
    found = [
        one
        for one in session.container.notifications.absences(since=None if past else today)
        if person in {None, one.person} and agency in {None, _agency_of(session, one)}
    ]
    if as_json:
        session.output.json([views.absence_json(one, directory) for one in found])
        return
    if not found:
        words = "Aucune absence n’est notée." if past else "Personne n’est absent, ni ne le sera."
        session.output.say(words)
        return
    session.output.show(views.table(found, directory, today))


def note(
    ctx: typer.Context,
    first: _First,
    last: _Last,
    person: _Person = None,
    substitute: _Substitute = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Note an absence."""
    from cli.mail import absences_view as views
    from notifications.people.cover import effect_of

    session = session_of(ctx)
    session.writes(dry_run=dry_run)
    directory = session.places.directory
    one = member_of_staff(person, session.acting, directory)
    absence = Absence(
        one.id,
        read_day(session, "--du", first),
        read_day(session, "--au", last),
        directory.person(substitute).id if substitute else None,
    )
    container = session.container
    effect = effect_of(one, absence, container.cases, container.notifications, directory)
    if not as_json:
        session.output.show(*views.effect(absence, one, effect, session.looking))
    for words in effect.odd:
        session.output.warn(words)
    for other in effect.away_too:
        session.output.warn(views.away_too(other, directory))
    if not dry_run:
        by, now = session.acting, session.clock()
        absence = replace(absence, number=container.notifications.add_absence(absence, by, now))
        session.wrote(f"l’absence {french.of(one.id)}")
    if as_json:
        session.output.json(views.effect_json(absence, effect, directory, saved=not dry_run))
    else:
        _conclude(session, absence.number, dry_run=dry_run)


def _conclude(session: Session, number: int, *, dry_run: bool) -> None:
    if dry_run:
        session.output.say(DRY_RUN)
        return
    session.output.say(f"Absence {number} notée.")
    words = ("absences", "annuler", str(number))
    session.output.suggest("Pour y mettre fin :", session.typed(*words))


def cancel(
    ctx: typer.Context, number: _Number, dry_run: DryRun = False, as_json: Json = False
) -> None:
    """Cancel an absence."""
    from cli.mail import absences_view as views

    session = session_of(ctx)
    session.writes(dry_run=dry_run)
    wanted = read_count("NUMÉRO", number, least=1, most=_MOST)
    store, directory = session.container.notifications, session.places.directory
    absence = next((one for one in store.absences() if one.number == wanted), None)
    if absence is None:
        raise NotFound(
            f"Absence {wanted} : elle n’existe pas, ou a déjà été annulée ; « echeancier absences "
            "lister » donne les numéros."
        )
    today = session.today(_agency_of(session, absence))
    if absence.last < today:
        raise Refused(
            f"Absence {wanted} : elle est finie depuis le {french.short_day(absence.last)}, il n’y a "
            "plus rien à annuler."
        )
    if not dry_run:
        absence = store.cancel_absence(absence.number, session.acting, session.clock())
        session.wrote(f"l’absence {absence.number}")
    if as_json:
        data = views.absence_json(absence, directory)
        session.output.json({"saved": not dry_run, **data})
        return
    session.output.show(views.table([absence], directory, today))
    name = views.name_of(directory, absence.person)
    told = f"Annulée : {name} est de nouveau prévenu de ses dossiers."
    session.output.say(DRY_RUN if dry_run else told)


def _agency_of(session: Session, absence: Absence) -> str | None:
    person = session.places.directory.people.get(absence.person)
    return person.agency if person else None
