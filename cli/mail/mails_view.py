"""The mails of the outbox in the terminal and as JSON: a list, one as its recipient reads it, its story.

Used by `courriels`. Shows what a mail holds and nothing more of the case it speaks of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import default
from typing import Any

from msgspec import Struct
from rich.console import RenderableType
from rich.table import Table

from cli.shared.picking import picked
from display.layout import line, section, text, under
from notifications.model.messages import MessageEvent, MessageKind, MessageState, StoredMessage
from workflow.calendar.calendars import territory
from workflow.case.people import Directory
from workflow.text import french
from workflow.wording.journal_text import person_words

_STATES = {
    MessageState.WAITING: ("…", "en attente", "awaited"),
    MessageState.SENT: ("✓", "envoyé", "ok"),
    MessageState.FAILED: ("✗", "en échec", "late"),
    MessageState.SUPERSEDED: ("–", "remplacé", "muted"),
    MessageState.DROPPED: ("–", "abandonné", "muted"),
}
_KINDS = {MessageKind.REMINDER: "rappel", MessageKind.DIGEST: "synthèse"}
_EVENTS = {
    "essai": "essai manqué",
    "envoi": "envoyé",
    "echec": "échec",
    "relance": "relancé",
    "redirection": "redirigé",
    "abandon": "abandonné",
    "remplacement": "remplacé",
}
_METROPOLE = "FR"


class ReadableMail(Struct, frozen=True):
    """A mail as its recipient reads it."""

    headers: tuple[tuple[str, str], ...]
    """Name in French, decoded value."""
    text: str
    html: str | None
    attachments: tuple[str, ...]


def read(content: bytes) -> ReadableMail:
    """Return a stored mail decoded."""
    message = message_from_bytes(content, EmailMessage, policy=default)
    names = (
        ("De", "From"),
        ("À", "To"),
        ("Réexpédié à", "Resent-To"),
        ("Objet", "Subject"),
    )
    headers = tuple((words, str(message[name])) for words, name in names if name in message)
    plain, page = message.get_body(("plain",)), message.get_body(("html",))
    return ReadableMail(
        headers,
        _body(plain) or "",
        _body(page),
        tuple(part.get_filename() or "sans nom" for part in message.iter_attachments()),
    )


def _body(part: MIMEPart | None) -> str | None:
    return None if part is None else str(part.get_content()).replace("\r\n", "\n")


def source_of(content: bytes) -> str:
    """Return a stored mail as it leaves, its lines ended as the terminal expects."""
    return content.decode("utf-8", "replace").replace("\r\n", "\n")


def state_words(state: MessageState) -> str:
    """Return « en échec »."""
    return _STATES[state][1]


def table(messages: Iterable[StoredMessage], directory: Directory) -> Table:
    """Return mails as a table of 80 columns, in the order given."""
    grid = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="strong")
    grid.add_column(text("N°"), justify="right", no_wrap=True)
    grid.add_column("", width=1)
    grid.add_column(text("État"), no_wrap=True)
    grid.add_column(text("Le"), max_width=10)
    grid.add_column(text("Pour"), max_width=18, overflow="fold")
    grid.add_column(text("Objet"))
    for one in messages:
        sign, words, style = _STATES[one.state]
        told = one.answer if one.state is not MessageState.SENT else ""
        grid.add_row(
            text(str(one.id), "strong"),
            text(sign, style),
            text(words, style),
            text(french.moment(_local(one, directory, one.ended_at or one.created_at))),
            text(_name(directory, one.recipient)),
            line(one.subject, (f"\n{told}" if told else "", "muted")),
        )
    return grid


def heading(message: StoredMessage, directory: Directory) -> Iterator[RenderableType]:
    """Yield what a mail is, for whom, and where it stands."""
    _, words, style = _STATES[message.state]
    of = f", dossier {message.ref}" if message.ref else ""
    yield line((f"Courriel {message.id}", "strong"), f"  {_KINDS[message.kind]}{of}")
    grid = Table.grid(padding=(0, 2))
    on = message.ended_at or message.created_at
    since = "" if message.ended_at else "depuis "
    when = french.moment(_local(message, directory, on))
    grid.add_row(text("État", "muted"), text(f"{words}, {since}le {when}", style))
    name = _name(directory, message.recipient)
    grid.add_row(text("Pour", "muted"), text(f"{name}, {message.address}"))
    if message.on_behalf_of:
        absent = _name(directory, message.on_behalf_of)
        grid.add_row(text("Remplace", "muted"), text(f"{absent}, en son absence"))
    if message.attempts:
        grid.add_row(text("Essais", "muted"), text(str(message.attempts)))
    if message.next_attempt_at:
        upcoming = french.moment(_local(message, directory, message.next_attempt_at))
        grid.add_row(text("Prochain", "muted"), text(upcoming))
    if message.answer:
        grid.add_row(text("Réponse", "muted"), text(message.answer))
    yield under(grid)


def envelope(letter: ReadableMail) -> Iterator[RenderableType]:
    """Yield the headers that the recipient sees, and the names of what is attached."""
    yield ""
    grid = Table.grid(padding=(0, 2))
    for name, value in letter.headers:
        grid.add_row(text(name, "muted"), text(value))
    for name in letter.attachments:
        grid.add_row(text("Joint", "muted"), text(name))
    yield grid


def happened(
    message: StoredMessage, events: Sequence[MessageEvent], directory: Directory
) -> Iterator[RenderableType]:
    """Yield what happened to a mail, oldest first; nothing when it left at the first attempt."""
    if not events:
        return
    yield from section("Ce qui lui est arrivé")
    for event in events:
        at = french.moment(_local(message, directory, event.at))
        # A service signs HOST:PID:…, which is nobody's id.
        by = event.by
        who = f"le service {by}" if ":" in by else person_words(directory, by)
        yield line((_EVENTS.get(event.what, event.what), "strong"), (f", {at}, {who}", "muted"))
        if event.detail:
            yield under(event.detail, 4)


_OUTBOX = (
    "id kind state ref recipient on_behalf_of address subject message_id created_at attempts "
    "next_attempt_at ended_at answer"
)
"""What leaves of a mail: never what it says."""


def message_json(message: StoredMessage) -> dict[str, Any]:
    """Return a mail of the outbox, without its content."""
    return picked(message, _OUTBOX)


def letter_json(
    message: StoredMessage, letter: ReadableMail, events: Iterable[MessageEvent]
) -> dict[str, Any]:
    """Return a mail with what it says and what happened to it."""
    return {
        **message_json(message),
        **picked(letter, "text html attachments"),
        "events": [picked(one, "at by what detail") for one in events],
    }


def _name(directory: Directory, recipient: str) -> str:
    """Return who a recipient is; its id when the configuration no longer knows it."""
    kind, _, id_ = recipient.partition(":")
    known = directory.people if kind == "personne" else directory.agencies
    return known[id_].name if id_ in known else id_ or recipient


def _local(message: StoredMessage, directory: Directory, at: datetime) -> datetime:
    """Return an instant as the recipient's clocks show it."""
    kind, _, id_ = message.recipient.partition(":")
    person = directory.people.get(id_) if kind == "personne" else None
    agency = directory.agencies.get(person.agency if person else id_)
    return at.astimezone(agency.zone if agency else territory(_METROPOLE).zone)
