"""`absences`: when people are away and who is written to meanwhile.

What an absence does is shown with it: the files of the person, the dates that fall in it, who receives
them day by day. Moves no file: its owner stays the same.
"""

from __future__ import annotations

from msgspec.structs import replace

from cli.asking.invocation import Invocation, read_count
from cli.config.identity import member_of_staff
from cli.shared.acting import DRY_RUN
from cli.wiring.session import Session
from notifications.model.preferences import Absence
from workflow.errors import NotFound, Refused
from workflow.operations import operations
from workflow.operations.requests import Request
from workflow.text import french

_MOST = 2**31 - 1


def list_absences(asked: Invocation) -> None:
    """List absences."""
    from cli.mail import absences_view as views

    session, past = asked.session, asked.request.flag(operations.PAST)
    directory, (agency, person) = session.places.directory, asked.filters()
    today = session.today(agency)
    found = [
        one
        for one in session.container.notifications.absences(since=None if past else today)
        if person in {None, one.person} and agency in {None, _agency_of(session, one)}
    ]
    if asked.as_json:
        session.output.json([views.absence_json(one, directory) for one in found])
        return
    if not found:
        words = "Aucune absence n’est notée." if past else "Personne n’est absent, ni ne le sera."
        session.output.say(words)
        return
    session.output.show(views.table(found, directory, today))


def note(asked: Invocation) -> None:
    """Note an absence."""
    from cli.mail import absences_view as views
    from display.mail.absences import away_too
    from notifications.people.cover import absence_of, effect_of

    session, dry_run = asked.session, asked.dry_run
    asked.writes()
    directory, told = session.places.directory, asked.dated(operations.FIRST, operations.LAST)
    one = member_of_staff(asked.about(), session.acting, directory)
    absence = absence_of(replace(told.request, about=(one.id,)), directory)
    container = session.container
    effect = effect_of(one, absence, container.cases, container.notifications, directory)
    if not asked.as_json:
        session.output.show(*views.effect(absence, one, effect, session.looking))
    for words in effect.odd:
        session.output.warn(words)
    for other in effect.away_too:
        session.output.warn(away_too(other, directory))
    if not dry_run:
        by, now = session.acting, session.clock()
        absence = replace(absence, number=container.notifications.add_absence(absence, by, now))
        session.wrote(f"l’absence {french.of(one.id)}")
    if asked.as_json:
        session.output.json(views.effect_json(absence, effect, directory, saved=not dry_run))
    else:
        _conclude(session, absence.number, dry_run=dry_run)


def _conclude(session: Session, number: int, *, dry_run: bool) -> None:
    if dry_run:
        session.output.say(DRY_RUN)
        return
    session.output.say(f"Absence {number} notée.")
    end = Request(operations.CANCEL_ABSENCE, (str(number),))
    session.suggest("Pour y mettre fin :", end)


def cancel(asked: Invocation) -> None:
    """Cancel an absence."""
    from cli.mail import absences_view as views
    from display.mail.absences import name_of

    session, dry_run = asked.session, asked.dry_run
    asked.writes()
    wanted = read_count("NUMÉRO", asked.ref, least=1, most=_MOST)
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
    if asked.as_json:
        data = views.absence_json(absence, directory)
        session.output.json({"saved": not dry_run, **data})
        return
    session.output.show(views.table([absence], directory, today))
    name = name_of(directory, absence.person)
    told = f"Annulée : {name} est de nouveau prévenu de ses dossiers."
    session.output.say(DRY_RUN if dry_run else told)


def _agency_of(session: Session, absence: Absence) -> str | None:
    person = session.places.directory.people.get(absence.person)
    return person.agency if person else None
