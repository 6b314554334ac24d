"""`preferences`: how a person wants to be told, by topic and procedure, and when.

Choices add up, the most precise wins; what results is shown after each change. Decides no reminder:
`notifications.people.staff` reads what is kept here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time
from typing import TYPE_CHECKING, Annotated, Any

import typer
from msgspec import Struct
from msgspec.structs import replace

from cli.asking import completion
from cli.asking.options import DryRun, Json, read_day, session_of
from cli.config.identity import member_of_staff
from cli.shared.acting import DRY_RUN
from cli.wiring.session import Session
from notifications.model.preferences import Delivery, Habits, Preference, Topic
from workflow.errors import InvalidInput, Refused, unknown
from workflow.text import french

if TYPE_CHECKING:
    from workflow.case.people import Person


_ALL = "tout"
_AGENCYS = "agence"
"""What gives days or hours back to the agency's rule."""
_HOUR = re.compile(r"([01]?[0-9]|2[0-3])\s*[:hH]\s*([0-5][0-9])?")

_Person = Annotated[
    str | None,
    typer.Argument(
        metavar="PERSONNE",
        help="Identifiant ; sans lui, la personne qui agit.",
        autocompletion=completion.people,
    ),
]
_Topic = Annotated[
    str,
    typer.Option("--sujet", metavar="SUJET", help=f"{', '.join(Topic)} ou {_ALL} ({_ALL})."),
]
_Procedure = Annotated[
    str | None,
    typer.Option(
        "--procedure",
        metavar="ID",
        help="Pour cette procédure seulement.",
        autocompletion=completion.procedures,
    ),
]
_Channel = Annotated[
    str | None, typer.Option("--canal", metavar="CANAL", help=f"{', '.join(Delivery)}.")
]
_Days = Annotated[
    str | None,
    typer.Option("--jours", metavar="JOURS", help=f"lundi,mardi,… ou « {_AGENCYS} »."),
]
_Hours = Annotated[
    str | None,
    typer.Option("--heures", metavar="DE-À", help=f"10:00-16:00, ou « {_AGENCYS} »."),
]
_DigestAt = Annotated[
    str | None,
    typer.Option("--synthese-a", metavar="HEURE", help=f"08:15, ou « {_AGENCYS} »."),
]
_Pause = Annotated[
    str | None,
    typer.Option(
        "--pause-jusqu-au", metavar="DATE", help="Rien avant le lendemain, sauf ce qui presse."
    ),
]
_EndPause = Annotated[bool, typer.Option("--fin-pause", help="Met fin à la pause.")]
_Calendar = Annotated[
    bool | None,
    typer.Option("--agenda/--sans-agenda", help="Joint les dates du jour à la synthèse, ou non."),
]
_Default = Annotated[
    bool,
    typer.Option(
        "--defaut", help="Oublie tout, ou seulement le choix de ce --sujet et cette --procedure."
    ),
]


class _Wish(Struct, frozen=True):
    """What was typed beside the choice of a channel."""

    days: str | None
    hours: str | None
    digest_at: str | None
    pause: str | None
    end_pause: bool
    calendar: bool | None


def show(ctx: typer.Context, person: _Person = None, as_json: Json = False) -> None:
    """Show what a person chose."""
    session = session_of(ctx)
    one = member_of_staff(person, session.acting, session.places.directory)
    _tell(session, one, _known(session, one), as_json=as_json)


def settle(
    ctx: typer.Context,
    person: _Person = None,
    topic: _Topic = _ALL,
    procedure: _Procedure = None,
    channel: _Channel = None,
    days: _Days = None,
    hours: _Hours = None,
    digest_at: _DigestAt = None,
    pause: _Pause = None,
    end_pause: _EndPause = False,
    calendar: _Calendar = None,
    default: _Default = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Change what a person chose."""
    session = session_of(ctx)
    session.writes(dry_run=dry_run)
    one = member_of_staff(person, session.acting, session.places.directory)
    was = _known(session, one)
    given = _Wish(days, hours, digest_at, pause, end_pause, calendar)
    about = _topic(topic), session.container.rulebook.procedure(procedure).id if procedure else None
    fields = dict(_fields(session, one, given))
    if default and (channel is not None or fields):
        raise InvalidInput("--defaut va seul, ou avec --sujet et --procedure.")
    if default:
        now = Habits(one.id) if about == (None, None) else _without(was, *about)
    else:
        now = _chosen(was, channel, about, fields)
    if now == was:
        raise Refused(f"Rien à changer : c’est déjà ainsi pour {one.name}.")
    if not dry_run:
        session.container.notifications.save_habits(now, session.acting, session.clock())
        session.wrote(f"les préférences {french.of(one.id)}")
    _tell(session, one, now, as_json=as_json, saved=not dry_run)
    if dry_run and not as_json:
        session.output.say(DRY_RUN)


def _chosen(
    was: Habits,
    channel: str | None,
    about: tuple[Topic | None, str | None],
    fields: dict[str, Any],
) -> Habits:
    """Return the habits with what was typed.

    Raises:
        InvalidInput: when nothing was, or a topic without how to be told of it.
    """
    if channel is None and about != (None, None):
        raise InvalidInput(f"Comment le dire ? Ajoutez --canal ({', '.join(Delivery)}).")
    if channel is not None:
        fields["choices"] = _with(was, Preference(_channel(channel), *about)).choices
    if not fields:
        raise InvalidInput(
            "Rien à régler : ajoutez --canal, --jours, --heures, --synthese-a, --pause-jusqu-au, "
            "--fin-pause, --agenda, --sans-agenda ou --defaut."
        )
    return replace(was, **fields)


def _tell(
    session: Session, person: Person, habits: Habits, *, as_json: bool, saved: bool | None = None
) -> None:
    from cli.mail import preferences_view as views

    procedures = session.container.rulebook.procedures
    if as_json:
        data = views.habits_json(habits, person, procedures)
        session.output.json(data if saved is None else {"saved": saved, **data})
        return
    policy, digest = session.places.policy, session.configuration.settings.digest
    session.output.show(*views.shown(habits, person, procedures, policy, digest.time))


def _known(session: Session, person: Person) -> Habits:
    kept = session.container.notifications.habits()
    return next((one for one in kept if one.person == person.id), Habits(person.id))


def _with(habits: Habits, choice: Preference) -> Habits:
    """Return habits with a choice, in place of the one about the same."""
    kept = (*_others(habits, choice.topic, choice.procedure), choice)
    in_order = sorted(kept, key=lambda one: (one.procedure or "", one.topic or ""))
    return replace(habits, choices=tuple(in_order))


def _without(habits: Habits, topic: Topic | None, procedure: str | None) -> Habits:
    return replace(habits, choices=tuple(_others(habits, topic, procedure)))


def _others(habits: Habits, topic: Topic | None, procedure: str | None) -> Iterator[Preference]:
    about = topic, procedure
    return (one for one in habits.choices if (one.topic, one.procedure) != about)


def _topic(typed: str) -> Topic | None:
    if typed == _ALL:
        return None
    if typed not in set(Topic):
        raise unknown("Sujet (--sujet)", typed, (*Topic, _ALL))
    return Topic(typed)


def _channel(typed: str) -> Delivery:
    if typed not in set(Delivery):
        raise unknown("Canal (--canal)", typed, Delivery)
    return Delivery(typed)


def _fields(session: Session, person: Person, given: _Wish) -> Iterator[tuple[str, Any]]:
    """Yield the fields of the habits that change, read."""
    if given.days is not None:
        yield "days", _days(given.days)
    if given.hours is not None:
        opening, closing = _hours(session, given.hours)
        yield from (("opening", opening), ("closing", closing))
    if given.digest_at is not None:
        own = given.digest_at == _AGENCYS
        yield "digest_at", None if own else _hour("--synthese-a", given.digest_at)
    if given.pause is not None and given.end_pause:
        raise InvalidInput("Donnez --pause-jusqu-au ou --fin-pause, pas les deux.")
    if given.pause is not None:
        yield "paused_until", _pause(session, person, given.pause)
    if given.end_pause:
        yield "paused_until", None
    if given.calendar is not None:
        yield "with_calendar", given.calendar


def _days(typed: str) -> frozenset[int] | None:
    from workflow.text.french import WEEKDAYS

    if typed == _AGENCYS:
        return None
    names = [name.strip().casefold() for name in typed.split(",") if name.strip()]
    for name in names:
        if name not in WEEKDAYS:
            raise unknown("Jour (--jours)", name, WEEKDAYS)
    return frozenset(map(WEEKDAYS.index, names))


def _hours(session: Session, typed: str) -> tuple[time | None, time | None]:
    if typed == _AGENCYS:
        return None, None
    first, dash, last = (part.strip() for part in typed.partition("-"))
    if not dash:
        raise InvalidInput(f"--heures « {typed} » : écrivez par exemple 10:00-16:00.")
    opening, closing = _hour("--heures", first), _hour("--heures", last)
    policy = session.places.policy
    if opening < closing and not (opening < policy.closing and closing > policy.opening):
        raise InvalidInput(
            f"--heures « {typed} » : l’agence écrit de {policy.opening:%H:%M} à "
            f"{policy.closing:%H:%M} ; choisissez des heures qui les croisent."
        )
    return opening, closing


def _hour(option: str, typed: str) -> time:
    found = _HOUR.fullmatch(typed)
    if not found:
        raise InvalidInput(f"{option} « {typed} » n’est pas une heure : écrivez par exemple 08:15.")
    return time(int(found[1]), int(found[2] or 0))


def _pause(session: Session, person: Person, typed: str) -> date:
    day = read_day(session, "--pause-jusqu-au", typed)
    if day < session.today(person.agency):
        raise InvalidInput(
            f"--pause-jusqu-au {french.short_day(day)} : ce jour est passé ; donnez-en un à venir."
        )
    return day
