"""The log of the running service: lines of French for a person, or a JSON document a line.

Installed by `service`; silenced for a command that tells its own story. Translates the actions that
`notifications` names in its records; the rest is told without its English, and whole under
`ECHEANCIER_DEBUG=1`. Passes on numbers and names of actions: never a case, a person or an address.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, tzinfo
from typing import Any

from cli.terminal.failures import DEBUG
from display.drawing.typography import shown
from workflow.text import french

FORMATS = ("texte", "json")

PARTS = {
    "database": "La base ne répond plus, rien n’a été fait",
    "guard": "L’horloge n’a pas pu être vérifiée, rien n’est parti",
    "hold": "Envois retenus, voyez « echeancier diagnostic »",
    "replan": "Le plan des rappels n’a pas pu être refait",
    "sweep": "Les rappels n’ont pas pu être préparés",
    "morning": "Les synthèses n’ont pas pu être préparées",
    "returns": "Ce qui est revenu n’a pas pu être noté",
    "relay": "Les messages n’ont pas pu être envoyés",
    "heartbeat": "Le signe de vie du service n’a pas pu être noté",
    "housekeeping": "L’entretien de la base n’a pas pu être fait",
    "watch": "Ceux qui surveillent le service n’ont pas pu être informés",
}
"""What did not happen when a part of a beat fails."""

_FAILED = "_failed"
_DONE = (
    ("replanned", "échéance replanifiée", "échéances replanifiées"),
    ("reminders", "rappel préparé", "rappels préparés"),
    ("put_aside", "rappel mis de côté", "rappels mis de côté"),
    ("digests", "synthèse préparée", "synthèses préparées"),
    ("no_digest", "synthèse impossible à écrire", "synthèses impossibles à écrire"),
    ("returns", "retour lu", "retours lus"),
    ("undelivered", "message non remis", "messages non remis"),
    ("sent", "message parti", "messages partis"),
    ("deferred", "message remis à plus tard", "messages remis à plus tard"),
    ("failed", "message refusé pour de bon", "messages refusés pour de bon"),
)
_SAID = {
    "service_started": "Service démarré.",
    "service_stopped": "Service arrêté.",
    "database_lost": "{reason} Le service attend, rien ne se perd ; vérifiez par « echeancier diagnostic ».",
    "database_back": "La base répond de nouveau, après {seconds} s.",
    "clock_set_back": (
        "L’horloge a reculé de {seconds} s : rien de neuf n’est dû tant qu’elle ne les a pas rattrapées ; "
        "vérifiez-la, et si elle était en avance, voyez « echeancier service --dedire --essai »."
    ),
    "sending_held": (
        "Envois retenus, rien ne se perd : voyez pourquoi par « echeancier diagnostic » ; si l’heure est "
        "juste, confirmez par « echeancier service --confirmer »."
    ),
    "returns_not_read": "{reason}",
    "sending_freed": "Les envois ne sont plus retenus.",
    "ping_lost": "L’adresse de surveillance ne répond plus ({error}) ; le service continue.",
    "ping_back": "L’adresse de surveillance répond de nouveau.",
    "metrics_lost": "Le fichier de mesures ne peut pas être écrit ({error}) ; le service continue.",
    "metrics_back": "Le fichier de mesures est écrit de nouveau.",
}
"""What each action is called; what is between braces is given by the record."""
_STATES = {
    "envoye": "parti",
    "en_attente": "remis à plus tard",
    "echec": "refusé pour de bon",
    "non_remis": "revenu, non remis",
    "remplace": "plus lieu de partir",
}
_PASSED_ON = (
    *(name for name, _, _ in _DONE),
    *("failures", "ms", "seconds", "error", "where", "reason"),
    *("mail", "kind", "attempt", "state"),
)
"""What a JSON line may hold besides its hour, weight and action."""


def part_failed(part: str) -> str:
    """Return what did not happen, without its full stop."""
    return PARTS.get(part, "Une partie du travail n’a pas pu être faite")


class FrenchFormatter(logging.Formatter):
    """Turns records into « 22/11/2026 à 09:30  1 message parti. ».

    Args:
        zone: whose clocks the reader looks at.
        hinted: completes the commands that a sentence names, so that they can be typed.
    """

    def __init__(self, zone: tzinfo, hinted: Callable[[str], str] = str) -> None:
        super().__init__()
        self._zone, self._hinted = zone, hinted

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as one line, or as it is when the fault is being looked for."""
        at = french.moment(datetime.fromtimestamp(record.created, UTC).astimezone(self._zone))
        return f"{at}  {shown(self._hinted(_sentence(record)))}"


class JsonFormatter(logging.Formatter):
    """Turns records into one JSON document a line, for a program that collects them."""

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as one line; nothing goes through but what is known to be harmless."""
        given: dict[str, Any] = record.__dict__
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "action": given.get("action", "technical"),
        }
        line |= {name: given[name] for name in _PASSED_ON if name in given}
        if line["action"] == "mail_not_sent" and isinstance(record.args, tuple) and record.args:
            line["reason"] = str(record.args[0])
        if line["action"] == "technical":
            line["where"] = f"{record.name}, {record.filename}:{record.lineno}"
            if os.environ.get(DEBUG) == "1":
                line["message"] = record.getMessage()
        return json.dumps(line, ensure_ascii=False)


def to_stderr(zone: tzinfo, form: str, hinted: Callable[[str], str]) -> None:
    """Log to stderr, as sentences (`texte`) or as JSON (`json`), where every beat leaves a line."""
    handler = logging.StreamHandler()
    machine = form == "json"
    handler.setFormatter(JsonFormatter() if machine else FrenchFormatter(zone, hinted))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("notifications").setLevel(logging.DEBUG if machine else logging.INFO)


def silence() -> None:
    """Keep records off the screen of a command that says itself what went wrong."""
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.NullHandler())


def _sentence(record: logging.LogRecord) -> str:
    given: dict[str, Any] = record.__dict__
    action = str(given.get("action", ""))
    if action in _SAID:
        return _SAID[action].format_map(given)
    match action:
        case "beat":
            return f"{french.listing(_done(given)) or 'Rien n’était dû'}."
        case "mail":
            return _mail(given)
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


def _mail(given: dict[str, Any]) -> str:
    attempt = french.count(given["attempt"], "essai", "essais")
    state = _STATES.get(given["state"], given["state"])
    took = f", en {given['ms']} ms" if "ms" in given else ""
    return f"Message {given['mail']} ({given['kind']}) : {state}, {attempt}{took}."


def _technical(record: logging.LogRecord) -> str:
    if os.environ.get(DEBUG) == "1":
        return record.getMessage()
    weight = "Avertissement" if record.levelno < logging.ERROR else "Incident"
    where = f"{record.name}, {record.filename}:{record.lineno}"
    return f"{weight} technique (pour le support : {where})."
