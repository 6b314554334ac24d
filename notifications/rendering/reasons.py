"""Why a mail comes, and comes now: late and by how much, at night, put off, missed, for somebody away.

Used by `notifications.rendering.views` for the sentences of a deadline and by
`notifications.rendering.composer` for those of a whole mail. Speaks of time, of people of the agency
and of the tool, never of a rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from notifications.model.returns import Missed
from notifications.people.presence import absent_of
from notifications.people.staff import Addressee
from notifications.schedule.planning import ESCALATION, MISSED, SNOOZED, Due, Planner
from workflow.case.people import Directory, Recipient
from workflow.text import french

_HOUR = timedelta(hours=1)

_MISSED = (
    "La limite est passée et rien n’est noté. Si l’acte a été fait à temps, notez-le à sa vraie date ; "
    "sinon, voyez sans attendre ce qui peut encore être fait."
)
_READERS = 6
"""Readers of mails that did not arrive who are named in a notice."""
_ACT_ON_ONE = (
    "Personne ne l’a lu et une limite presse : voyez qui agit. L’adresse corrigée, ou vérifiée :"
)
_ACT = (
    "Personne ne les a lus et une limite presse : voyez qui agit. Pour les faire repartir, les adresses "
    "corrigées, ou vérifiées :"
)


def lateness(planned: datetime, now: datetime, agency: str, planner: Planner) -> str:
    """Return « 3 h », « 2 jours ouvrés », « 1 jour »: how long after its instant a reminder leaves."""
    zone = planner.zone(agency)
    first, last = planned.astimezone(zone).date(), now.astimezone(zone).date()
    if first == last:
        hours = (now - planned) // _HOUR
        if hours:
            return f"{hours}{french.NBSP}h"
        return f"{(now - planned) // timedelta(minutes=1)}{french.NBSP}min"
    working = planner.calendar(agency).count(first + timedelta(days=1), last)
    if working:
        return french.count(working, "jour ouvré", "jours ouvrés")
    return french.count((last - first).days, "jour", "jours")


def of_many(groups: Sequence[Sequence[Due]], ceiling: int | None) -> dict[str, str]:
    """Return why one mail speaks of several files: they are many, or the mails of the day were.

    Args:
        groups: what it says, case by case.
        ceiling: mails of a day that its reader has had already, None for fewer.
    """
    heading, why = "", "un seul pour ces dossiers, parce qu’ils sont nombreux à la fois."
    if ceiling is not None:
        number = sum(len(due.planned) for dues in groups for due in dues)
        told = french.count(number, "rappel de plus", "rappels de plus")
        heading = f"{told} aujourd’hui, {'les voici ensemble' if number > 1 else 'le voici'}"
        most = french.count(ceiling, "courriel", "courriels")
        why = (
            f"un seul pour tout ce qui vient après {most} dans la journée, le plafond de l’agence."
        )
    return {"heading": heading, "order": "", "why_one": why}


def of_deadline(due: Due, now: datetime, planner: Planner) -> Iterator[str]:
    """Yield why a deadline is spoken of now, when that is unusual."""
    agency = due.row.agency
    zone = planner.zone(agency)
    offsets = {planned.offset for planned in due.planned}
    if due.late:
        first = due.planned[0].at
        when = french.long_moment(first.astimezone(zone))
        late = f"avec {lateness(first, now, agency, planner)} de retard"
        if len({planned.at for planned in due.planned}) > 1:
            count = french.count(len(due.planned), "rappel", "rappels")
            yield f"Ce message réunit {count} : le premier aurait dû partir le {when} ; il part {late}."
        else:
            yield f"Ce rappel aurait dû partir le {when} ; il part {late}."
    if SNOOZED in offsets and due.row.deadline.snoozed_until is not None:
        day = french.long_day(due.row.deadline.snoozed_until)
        yield f"Les rappels de cette échéance avaient été reportés au {day}, comme l’équipe l’a demandé."
    if due.opening is not None:
        opening = french.long_moment(due.opening.astimezone(zone))
        yield (
            "Ce message part en dehors des heures de travail : la limite tombe avant la prochaine "
            f"ouverture, {opening}."
        )


def of_file(
    recipient: Recipient, dues: Sequence[Due], told: Addressee | None, directory: Directory
) -> tuple[str, ...]:
    """Return why a recipient is told of a file that presses, or is missed: as its manager, or its own."""
    row = dues[0].row
    offsets = {planned.offset for due in dues for planned in due.planned}
    usual = told.absent if told is not None and told.absent is not None else recipient
    known = row.agency in directory.agencies
    follows = directory.recipient(row.owner, row.agency) if known else usual
    if offsets & {ESCALATION, MISSED} and usual.id != follows.id:
        pressing = "passée" if MISSED in offsets else "proche"
        why = f"Vous recevez ce message comme responsable : la limite est {pressing} et rien n’est noté."
        return (f"{why} {follows.name} suit ce dossier ; voyez ensemble qui agit.",)
    return (_MISSED,) if MISSED in offsets else ()


def of_absence(told: Addressee | None) -> tuple[str, ...]:
    """Return for whom a mail is read, when its reader stands in for somebody."""
    absent = None if told is None else absent_of(told)
    return () if absent is None else (f"Vous recevez ce message {absent.words}.",)


def of_returns(
    missed: Sequence[Missed], directory: Directory, ceiling: int | None
) -> dict[str, Any]:
    """Return what tells somebody else of mails that did not arrive, one line for each of their readers.

    Args:
        missed: the mails, the last that came back last; at least one.
        directory: names of their readers.
        ceiling: mails of a day that whoever is told has had already, None for fewer.
    """
    known = {one.id: one.name for one in directory.recipients()}
    readers: dict[tuple[str, str], list[Missed]] = {}
    for one in missed:
        name = known.get(one.message.recipient, one.message.address)
        readers.setdefault((name, one.message.address), []).append(one)
    many, (name, _) = len(missed) > 1, next(iter(readers))
    why_one = "ce qui suit n’a été lu par personne."
    if ceiling is not None:
        most = french.count(ceiling, "courriel", "courriels")
        above = f"un seul pour ce qui revient après {most} dans la journée, le plafond de l’agence"
        why_one = f"{above} ; {why_one}"
    number = french.count(len(missed), "courriel non remis", "courriels non remis")
    heading = (number if many else "Courriel non remis") + (
        f" à {name}" if len(readers) == 1 else ""
    )
    reasons = (*_of_readers(readers), _ACT if many else _ACT_ON_ONE)
    return {"heading": heading, "reasons": reasons, "why_one": why_one}


def _of_readers(readers: Mapping[tuple[str, str], Sequence[Missed]]) -> Iterator[str]:
    for (name, address), missed in [*readers.items()][:_READERS]:
        why = missed[-1].why
        if len(missed) > 1:
            yield f"{len(missed)} rappels pour {name} ({address}) ; le dernier {why}"
        else:
            yield f"Ce rappel, pour {name} ({address}), {why}"
    if (others := len(readers) - _READERS) > 0:
        yield f"… et {french.count(others, 'autre destinataire', 'autres destinataires')}."
