"""The log of the running service, as lines of French that a person can read on the spot.

Installed by `service`; silenced for a command that tells its own story. Translates the actions that
`notifications` names in its records; the rest is told without its English, and whole under
`ECHEANCIER_DEBUG=1`.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from typing import Any

from cli.failures import DEBUG
from cli.typography import typeset
from workflow import french

PARTS = {
    "replan": "Le plan des rappels n’a pas pu être refait",
    "sweep": "Les rappels n’ont pas pu être préparés",
    "morning": "Les synthèses n’ont pas pu être préparées",
    "relay": "Les messages n’ont pas pu être envoyés",
    "heartbeat": "Le signe de vie du service n’a pas pu être noté",
    "housekeeping": "L’entretien de la base n’a pas pu être fait",
}
"""What did not happen when a part of a beat fails."""

_FAILED = "_failed"
_DONE = (
    ("replanned", "échéance replanifiée", "échéances replanifiées"),
    ("reminders", "rappel préparé", "rappels préparés"),
    ("put_aside", "rappel mis de côté", "rappels mis de côté"),
    ("digests", "synthèse préparée", "synthèses préparées"),
    ("no_digest", "synthèse impossible à écrire", "synthèses impossibles à écrire"),
    ("sent", "message parti", "messages partis"),
    ("deferred", "message remis à plus tard", "messages remis à plus tard"),
    ("failed", "message refusé pour de bon", "messages refusés pour de bon"),
)


def part_failed(part: str) -> str:
    """Return what did not happen, without its full stop."""
    return PARTS.get(part, "Une partie du travail n’a pas pu être faite")


class FrenchFormatter(logging.Formatter):
    """Turns records into « 22/11/2026 à 09:30  1 message parti. ».

    Args:
        zone: whose clocks the reader looks at.
    """

    def __init__(self, zone: tzinfo) -> None:
        super().__init__()
        self._zone = zone

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as one line, or as it is when the fault is being looked for."""
        at = french.moment(datetime.fromtimestamp(record.created, UTC).astimezone(self._zone))
        return f"{at}  {typeset(_sentence(record))}"


def to_stderr(zone: tzinfo) -> None:
    """Log to stderr, for people."""
    handler = logging.StreamHandler()
    handler.setFormatter(FrenchFormatter(zone))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


def silence() -> None:
    """Keep records off the screen of a command that says itself what went wrong."""
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.NullHandler())


def _sentence(record: logging.LogRecord) -> str:
    given: dict[str, Any] = record.__dict__
    action = str(given.get("action", ""))
    match action:
        case "service_started":
            return "Service démarré."
        case "service_stopped":
            return "Service arrêté."
        case "beat":
            return f"{french.listing(_done(given)) or 'Rien n’était dû'}."
        case "mail_not_sent" if isinstance(record.args, tuple) and record.args:
            return f"Courriel : {record.args[0]}"
        case _ if action.endswith(_FAILED):
            where = f"{given.get('error', 'erreur')}, {given.get('where', record.filename)}"
            words = part_failed(action.removesuffix(_FAILED))
            return f"{words} ; nouvel essai au prochain passage (pour le support : {where})."
    return _technical(record)


def _done(given: dict[str, Any]) -> Iterator[str]:
    for name, one, many in _DONE:
        if number := given.get(name):
            yield french.count(number, one, many)


def _technical(record: logging.LogRecord) -> str:
    if os.environ.get(DEBUG) == "1":
        return record.getMessage()
    weight = "Avertissement" if record.levelno < logging.ERROR else "Incident"
    where = f"{record.name}, {record.filename}:{record.lineno}"
    return f"{weight} technique (pour le support : {where})."
