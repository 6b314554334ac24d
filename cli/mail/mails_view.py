"""The mails of the outbox in the terminal and as JSON: a list, and one as its recipient reads it.

Used by `courriels`. Shows what a mail holds and nothing more of the case it speaks of.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.table import Column, Table

from cli.shared.picking import picked
from display.drawing.layout import figures, headed, line, text, whole
from display.mail.mails import STATES, local, recipient
from notifications.mail.mime import ReadMail
from notifications.model.messages import MessageEvent, MessageState, StoredMessage
from workflow.case.people import Directory
from workflow.text import french


def source_of(content: bytes) -> str:
    """Return a stored mail as it leaves, its lines ended as the terminal expects."""
    return content.decode("utf-8", "replace").replace("\r\n", "\n")


def table(messages: Iterable[StoredMessage], directory: Directory) -> Table:
    """Return mails as a table of 80 columns, in the order given."""
    at, to = Column(text("Le"), max_width=10), Column(text("Pour"), max_width=18)
    grid = headed(
        figures("N°"), Column(width=1), whole("État"), at, to, "Objet", padding=(0, 1, 0, 0)
    )
    for one in messages:
        sign, words, style = STATES[one.state]
        told = one.answer if one.state is not MessageState.SENT else ""
        grid.add_row(
            text(str(one.id), "strong"),
            text(sign, style),
            text(words, style),
            text(french.moment(local(one, directory, one.ended_at or one.created_at))),
            text(recipient(directory, one.recipient)),
            line(one.subject, (f"\n{told}" if told else "", "muted")),
        )
    return grid


_OUTBOX = (
    "id kind state ref recipient on_behalf_of address subject message_id created_at attempts "
    "next_attempt_at ended_at answer"
)
"""What leaves of a mail: never what it says."""


def message_json(message: StoredMessage) -> dict[str, Any]:
    """Return a mail of the outbox, without its content."""
    return picked(message, _OUTBOX)


def letter_json(
    message: StoredMessage, letter: ReadMail, events: Iterable[MessageEvent]
) -> dict[str, Any]:
    """Return a mail with what it says and what happened to it."""
    return {
        **message_json(message),
        **picked(letter, "text html attachments"),
        "events": [picked(one, "at by what detail") for one in events],
    }
