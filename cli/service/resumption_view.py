"""What `service --reprise` settles, said before and after."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

from cli.shared.picking import picked
from notifications.reminders.resumption import Resumed
from workflow.text import french


def counted(found: Resumed, zone: tzinfo) -> str:
    """Return what would leave again, in one sentence, on the clocks of the reader."""
    if found.nothing:
        return "Rien ne repartirait : aucun rappel n’est dû et aucun message n’attend."
    said = []
    if found.reminders and found.oldest is not None:
        reminders = french.count(found.reminders, "rappel", "rappels")
        files = french.count(len(found.files), "dossier", "dossiers")
        people = french.count(len(found.people), "destinataire", "destinataires")
        since = french.moment(found.oldest.astimezone(zone))
        said.append(f"{reminders} ({files}, {people}), prévus depuis le {since}")
    if found.messages:
        said.append(french.count(found.messages, "message en attente", "messages en attente"))
    return f"Repartiraient : {' ; '.join(said)}."


def settled(found: Resumed) -> str:
    """Return what was settled, in one sentence."""
    reminders = french.count(found.reminders, "rappel laissé", "rappels laissés")
    messages = french.count(found.messages, "message abandonné", "messages abandonnés")
    return f"{reminders} à la synthèse, {messages} ; lancez « echeancier service »."


def resumed_json(found: Resumed, *, saved: bool) -> dict[str, Any]:
    """Return what was settled, or would be, as JSON values."""
    return {
        "saved": saved,
        "reminders": found.reminders,
        "files": sorted(found.files),
        "recipients": sorted(found.people),
        **picked(found, "oldest messages"),
        "concerns": found.broken,
    }
