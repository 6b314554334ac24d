"""A mail of the outbox: where it stands, for whom it is, what its reader sees, what became of it.

Used by `courriels` and by the screen of mails. Shows what a mail holds and nothing more of the case it speaks
of.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.console import RenderableType
from rich.text import Text

from display.drawing.layout import line, pairs, section, under
from notifications.mail.decisions import POSSIBLE
from notifications.mail.mime import ReadMail
from notifications.model.messages import MessageEvent, MessageKind, MessageState, StoredMessage
from notifications.model.returns import ReturnKind
from workflow.calendar.calendars import territory
from workflow.case.people import Directory
from workflow.operations.requests import Operation
from workflow.text import french
from workflow.wording.journal_text import person_words

STATES = {
    MessageState.WAITING: ("…", "en attente", "awaited"),
    MessageState.SENT: ("✓", "envoyé", "ok"),
    MessageState.UNDELIVERED: ("✗", "non remis", "late"),
    MessageState.FAILED: ("✗", "en échec", "late"),
    MessageState.SUPERSEDED: ("–", "remplacé", "muted"),
    MessageState.DROPPED: ("–", "abandonné", "muted"),
}
_KINDS = {
    MessageKind.REMINDER: "rappel",
    MessageKind.DIGEST: "synthèse",
    MessageKind.NOTICE: "avis",
}
_EVENTS = {
    "essai": "essai manqué",
    "envoi": "envoyé",
    "echec": "échec",
    "relance": "relancé",
    "redirection": "redirigé",
    "abandon": "abandonné",
    "remplacement": "remplacé",
    ReturnKind.UNDELIVERED: "revenu, non remis",
    ReturnKind.DELAYED: "retardé",
    ReturnKind.RELAYED: "transmis",
    ReturnKind.COMPLAINT: "signalé comme indésirable",
    ReturnKind.ABSENCE: "réponse automatique d’absence",
    ReturnKind.UNCLEAR: "réponse à regarder",
}
_METROPOLE = "FR"


def refusing(message: StoredMessage, operation: Operation) -> str:
    """Return the state of a mail, « envoyé », when it refuses what is asked; nothing when it allows it."""
    return "" if message.state in POSSIBLE[operation] else STATES[message.state][1]


def heading(message: StoredMessage, directory: Directory) -> Iterator[RenderableType]:
    """Yield what a mail is, for whom, and where it stands."""
    of = f", dossier {message.ref}" if message.ref else ""
    yield line((f"Courriel {message.id}", "strong"), f"  {_KINDS[message.kind]}{of}")
    yield under(pairs(_facts(message, directory)))


def _facts(message: StoredMessage, directory: Directory) -> Iterator[tuple[str, str | Text]]:
    sign, words, style = STATES[message.state]
    when = french.moment(local(message, directory, message.ended_at or message.created_at))
    since = "" if message.ended_at else "depuis "
    yield "État", line((f"{sign} {words}", style), f", {since}le {when}")
    yield "Pour", f"{recipient(directory, message.recipient)}, {message.address}"
    if message.on_behalf_of:
        yield "Remplace", f"{recipient(directory, message.on_behalf_of)}, en son absence"
    if message.attempts:
        yield "Essais", str(message.attempts)
    if message.next_attempt_at:
        yield "Prochain", french.moment(local(message, directory, message.next_attempt_at))
    if message.answer:
        yield "Réponse", message.answer


def envelope(letter: ReadMail) -> Iterator[RenderableType]:
    """Yield the headers that the recipient sees, and the names of what is attached."""
    yield ""
    yield pairs((*letter.headers, *(("Joint", name) for name in letter.attachments)))


def happened(
    message: StoredMessage, events: Sequence[MessageEvent], directory: Directory
) -> Iterator[RenderableType]:
    """Yield what happened to a mail, oldest first; nothing when it left at the first attempt."""
    if not events:
        return
    yield from section("Ce qui lui est arrivé")
    for event in events:
        at = french.moment(local(message, directory, event.at))
        # A service signs HOST:PID:…, which is nobody's id.
        by = event.by
        who = f"le service {by}" if ":" in by else person_words(directory, by)
        yield line((_EVENTS.get(event.what, event.what), "strong"), (f", {at}, {who}", "muted"))
        if event.detail:
            yield under(event.detail, 4)


def recipient(directory: Directory, told: str) -> str:
    """Return who a recipient is; its id when the configuration no longer knows it."""
    kind, _, id_ = told.partition(":")
    known = directory.people if kind == "personne" else directory.agencies
    return known[id_].name if id_ in known else id_ or told


def local(message: StoredMessage, directory: Directory, at: datetime) -> datetime:
    """Return an instant as the recipient's clocks show it."""
    kind, _, id_ = message.recipient.partition(":")
    person = directory.people.get(id_) if kind == "personne" else None
    agency = directory.agencies.get(person.agency if person else id_)
    return at.astimezone(agency.zone if agency else territory(_METROPOLE).zone)
