"""What holds mails back, and what a clock ahead has told: said before and after a person decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from typing import Any

from cli.shared.picking import picked
from notifications.model.messages import Departure
from notifications.model.sending import SendingEvent, Untold, held_words
from workflow.case.people import Directory
from workflow.text import french

_NAMED = 8
"""Recipients that are named; the others are counted."""


def held(event: SendingEvent | None, now: datetime, zone: tzinfo) -> str:
    """Return why mails are held, and what time it is now on the clocks of the reader."""
    if event is None or not event.holds:
        return "Rien n’est retenu : il n’y a rien à confirmer."
    read = french.long_moment(now.astimezone(zone))
    return f"{held_words(event, zone)} L’horloge de ce poste indique : {read}."


def held_json(event: SendingEvent | None) -> dict[str, Any] | None:
    """Return what holds mails as JSON values, None when nothing does."""
    if event is None or not event.holds:
        return None
    return picked(event, "at by cause since")


def recipients(departures: Sequence[Departure], directory: Directory) -> Iterator[str]:
    """Yield to whom mails would leave, when some would."""
    if departures:
        yield f"Destinataires : {_names((one.recipient for one in departures), directory)}."


def ahead(found: Untold, now: datetime, zone: tzinfo, directory: Directory) -> Iterator[str]:
    """Yield what was told too early, one sentence each, on the clocks of the reader."""
    read = french.long_moment(now.astimezone(zone))
    if found.nothing:
        yield f"Rien n’a été dit après l’heure de ce poste, {read} : il n’y a rien à reprendre."
        return
    yield f"L’horloge de ce poste indique : {read}."
    if found.reminders:
        reminders = french.count(found.reminders, "rappel dit", "rappels dits")
        files = french.count(len(found.files), "dossier", "dossiers")
        people = french.count(len(found.people), "destinataire", "destinataires")
        yield f"Trop tôt : {reminders} ({files}, {people}) ; chacun sera dit en son temps."
    if found.put_off:
        put_off = french.count(found.put_off, "échéance remise", "échéances remises")
        yield f"À regarder de nouveau : {put_off} à plus tard sans que rien n’ait été dit."
    if found.waiting:
        waiting = french.count(found.waiting, "message en attente", "messages en attente")
        yield f"À abandonner : {waiting}."
    if found.left:
        left = french.count(sum(found.left.values()), "message est parti", "messages sont partis")
        yield f"{left} déjà, à prévenir : {_names(found.left, directory)}."


def ahead_json(found: Untold, *, saved: bool) -> dict[str, Any]:
    """Return what was told too early as JSON values."""
    return {
        "saved": saved,
        "reminders": found.reminders,
        "files": sorted(found.files),
        "recipients": sorted(found.people),
        **picked(found, "deadlines put_off"),
        "messages": found.waiting,
        "left": dict(sorted(found.left.items())),
        "concerns": found.broken,
    }


def _names(recipients: Iterable[str], directory: Directory) -> str:
    known = {one.id: one.name for one in directory.recipients()}
    names = sorted({known.get(one, one) for one in recipients})
    more = len(names) - _NAMED
    rest = [french.count(more, "autre", "autres")] if more > 0 else []
    return french.listing([*names[:_NAMED], *rest])
