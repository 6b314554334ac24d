"""The mails of the outbox, to be looked at: their states in words, their pages, the text of their HTML part.

Used by the screen of mails. Reads through `notifications.model.ports.NotificationStore`; decides nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html.parser import HTMLParser

from msgspec import Struct

from notifications.model.messages import MessageQuery, MessageState, OutboxCounts, StoredMessage
from notifications.model.ports import NotificationStore

TITLES = {
    MessageState.FAILED: "En échec",
    MessageState.UNDELIVERED: "Non remis",
    MessageState.WAITING: "En attente",
    MessageState.SENT: "Envoyés",
    MessageState.DROPPED: "Abandonnés",
    MessageState.SUPERSEDED: "Remplacés",
}
"""The mails of each state, together; what presses first, first."""


class MailLine(Struct, frozen=True):
    """A line of the list."""

    message: StoredMessage

    @property
    def ref(self) -> str:
        """Its number."""
        return str(self.message.id)

    @property
    def version(self) -> int:
        """Another number once it has moved on."""
        message = self.message
        return hash((message.state, message.attempts, message.address))


def how_many(counts: OutboxCounts) -> dict[MessageState, int]:
    """Return how many mails each state has, in the order of the list."""
    known = {
        MessageState.FAILED: counts.failed,
        MessageState.UNDELIVERED: counts.undelivered,
        MessageState.WAITING: counts.waiting,
        MessageState.SENT: counts.sent,
        MessageState.DROPPED: counts.dropped,
        MessageState.SUPERSEDED: counts.superseded,
    }
    return {state: known[state] for state in TITLES}


def reader(
    store: NotificationStore, state: MessageState
) -> Callable[[int, int], Sequence[MailLine]]:
    """Return what reads some lines of a state, the latest first, from an offset on."""

    def read(offset: int, limit: int) -> Sequence[MailLine]:
        query = MessageQuery(state=state, limit=limit, offset=offset)
        return [MailLine(one) for one in store.messages(query)]

    return read


class _Text(HTMLParser):
    """Gathers what a page says."""

    _BLOCKS = frozenset({"p", "div", "tr", "br", "h1", "h2", "h3", "li", "table", "ul", "hr"})
    _SILENT = frozenset({"style", "head", "script", "title"})
    _EMPTY = frozenset({"br", "hr", "img", "input", "link", "meta"})

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._silent = 0
        """How deep in what is not shown."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line at each block."""
        hidden = "display:none" in (dict(attrs).get("style") or "").replace(" ", "")
        if self._silent or hidden or tag in self._SILENT:
            self._silent += tag not in self._EMPTY
        elif tag in self._BLOCKS:
            self.said.append("\n")
        elif tag in {"td", "th"}:
            self.said.append("  ")

    def handle_endtag(self, tag: str) -> None:
        """End what is not shown."""
        if self._silent:
            self._silent -= tag not in self._EMPTY

    def handle_data(self, data: str) -> None:
        """Take a text, its spaces as a browser shows them."""
        if not self._silent:
            self.said.append(re.sub(r"[ \t\r\n]+", " ", data))


def page_text(html: str) -> str:
    """Return what an HTML part says, one block a line."""
    page = _Text()
    page.feed(html)
    lines = [" ".join(line.split(" ")).strip() for line in "".join(page.said).split("\n")]
    text = "\n".join(re.sub(r" {2,}", "  ", line) for line in lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip()
