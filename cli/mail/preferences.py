"""`preferences`: how a person wants to be told, by topic and procedure, and when.

Choices add up, the most precise wins; what results is shown after each change. Decides no reminder:
`notifications.people.staff` reads what is kept here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, time
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from cli.asking.invocation import Invocation, read_member
from cli.config.identity import member_of_staff
from cli.shared.acting import DRY_RUN
from cli.terminal.spelling import option
from cli.wiring.session import Session
from notifications.model.preferences import Delivery, Habits, Preference, Topic
from workflow.errors import InvalidInput, Refused, unknown
from workflow.operations import operations
from workflow.operations.requests import Parameter
from workflow.text import french

if TYPE_CHECKING:
    from workflow.case.people import Person


_ALL = "tout"
_AGENCYS = "agence"
"""What gives days or hours back to the agency's rule."""
_HOUR = re.compile(r"([01]?[0-9]|2[0-3])\s*[:hH]\s*([0-5][0-9])?")


def show(asked: Invocation) -> None:
    """Show what a person chose."""
    session = asked.session
    one = member_of_staff(asked.about(), session.acting, session.places.directory)
    _tell(asked, one, _known(session, one))


def settle(asked: Invocation) -> None:
    """Change what a person chose."""
    session, told = asked.session, asked.request
    asked.writes()
    one = member_of_staff(asked.about(), session.acting, session.places.directory)
    was = _known(session, one)
    procedure, channel = told.given(operations.PROCEDURE), told.given(operations.DELIVERY)
    about = (
        _topic(told.given(operations.TOPIC)),
        session.container.rulebook.procedure(procedure).id if procedure else None,
    )
    fields = dict(_fields(asked, one))
    default = told.flag(operations.DEFAULT)
    if default and (channel is not None or fields):
        raise InvalidInput("--defaut va seul, ou avec --sujet et --procedure.")
    if default:
        now = Habits(one.id) if about == (None, None) else _only(was, _others(was, *about))
    else:
        now = _chosen(was, channel, about, fields)
    if now == was:
        raise Refused(f"Rien à changer : c’est déjà ainsi pour {one.name}.")
    if not asked.dry_run:
        session.container.notifications.save_habits(now, session.acting, session.clock())
        session.wrote(f"les préférences {french.of(one.id)}")
    _tell(asked, one, now, saved=not asked.dry_run)
    if asked.dry_run and not asked.as_json:
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
        told = Preference(read_member(Delivery, "Canal (--canal)", channel), *about)
        fields["choices"] = _with(was, told).choices
    if not fields:
        raise InvalidInput(
            "Rien à régler : ajoutez --canal, --jours, --heures, --synthese-a, --pause-jusqu-au, "
            "--fin-pause, --agenda, --sans-agenda, --plafond, --sans-plafond ou --defaut."
        )
    return replace(was, **fields)


def _tell(asked: Invocation, person: Person, habits: Habits, saved: bool | None = None) -> None:
    from cli.mail import preferences_view as views

    session = asked.session
    procedures = session.container.rulebook.procedures
    if asked.as_json:
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
    return _only(habits, sorted(kept, key=lambda one: (one.procedure or "", one.topic or "")))


def _only(habits: Habits, choices: Iterable[Preference]) -> Habits:
    return replace(habits, choices=tuple(choices))


def _others(habits: Habits, topic: Topic | None, procedure: str | None) -> Iterator[Preference]:
    about = topic, procedure
    return (one for one in habits.choices if (one.topic, one.procedure) != about)


def _topic(typed: str | None) -> Topic | None:
    if typed in {None, _ALL}:
        return None
    return read_member(Topic, "Sujet (--sujet)", typed or "", (_ALL,))


def _fields(asked: Invocation, person: Person) -> Iterator[tuple[str, Any]]:
    """Yield the fields of the habits that change, read."""
    told, session = asked.request, asked.session
    if (days := told.given(operations.DAYS)) is not None:
        yield "days", _days(days)
    if (hours := told.given(operations.HOURS)) is not None:
        opening, closing = _hours(session, hours)
        yield from (("opening", opening), ("closing", closing))
    if (digest_at := told.given(operations.DIGEST_AT)) is not None:
        own = digest_at == _AGENCYS
        yield "digest_at", None if own else _hour(operations.DIGEST_AT, digest_at)
    if asked.asks(operations.PAUSE) and asked.asks(operations.END_PAUSE):
        raise InvalidInput("Donnez --pause-jusqu-au ou --fin-pause, pas les deux.")
    if asked.asks(operations.PAUSE):
        yield "paused_until", _pause(asked, person)
    if asked.asks(operations.END_PAUSE):
        yield "paused_until", None
    if asked.asks(operations.WITH_CALENDAR):
        yield "with_calendar", told.flag(operations.WITH_CALENDAR)
    if asked.asks(operations.ONE_A_DAY):
        yield "one_a_day", told.flag(operations.ONE_A_DAY)


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
    opening, closing = _hour(operations.HOURS, first), _hour(operations.HOURS, last)
    policy = session.places.policy
    if opening < closing and not (opening < policy.closing and closing > policy.opening):
        raise InvalidInput(
            f"--heures « {typed} » : l’agence écrit de {policy.opening:%H:%M} à "
            f"{policy.closing:%H:%M} ; choisissez des heures qui les croisent."
        )
    return opening, closing


def _hour(parameter: Parameter, typed: str) -> time:
    found = _HOUR.fullmatch(typed)
    if not found:
        raise InvalidInput(
            f"{option(parameter)} « {typed} » n’est pas une heure : écrivez par exemple 08:15."
        )
    return time(int(found[1]), int(found[2] or 0))


def _pause(asked: Invocation, person: Person) -> date | None:
    day = asked.day(operations.PAUSE)
    if day is not None and day < asked.session.today(person.agency):
        raise InvalidInput(
            f"--pause-jusqu-au {french.short_day(day)} : ce jour est passé ; donnez-en un à venir."
        )
    return day
