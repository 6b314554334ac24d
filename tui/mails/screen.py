"""Courriels: the outbox, failures first, each mail as its recipient reads it, and what became of it.

Opened by `tui.app`. A mail that is put back in the queue leaves at the next round of the service; nothing is
sent from here. One screen with all its keys, hence its length.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.console import Group
from rich.rule import Rule
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.widgets import Static

from display.drawing.layout import text, title
from display.export.tables import Exported
from display.mail import mails
from notifications.mail.decisions import put_aside
from notifications.mail.mime import ReadMail, read
from notifications.model.messages import MessageEvent, MessageState, OutboxCounts, StoredMessage
from tui.case.actsbar import ActsBar
from tui.drawing.paint import fitted
from tui.forms.act import ActScreen
from tui.frame.keybar import KeyBar
from tui.frame.keys import KEYS, bind
from tui.frame.masthead import Masthead
from tui.lists.listing import Listing
from tui.lists.marking import Markable
from tui.lists.sections import Cells, Section
from tui.lists.worktable import Lines
from tui.mails.forms import dropping, redirecting
from tui.mails.mailbox import TITLES, MailLine, how_many, page_text, reader
from workflow.errors import EcheancierError
from workflow.operations import operations
from workflow.operations.requests import Request
from workflow.text import french
from workflow.text.whole_file import write_whole

if TYPE_CHECKING:
    from notifications.inbox.collecting import Collected

_WHEN, _TO = 13, 19
_ACTS = {
    "mails.resend": operations.RETRY_MAILS,
    "mails.redirect": operations.REDIRECT_MAIL,
    "mails.drop": operations.DROP_MAIL,
}


class MailsScreen(Listing):
    """What left, what did not, and why."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("mails.resend"),
        bind("mails.redirect"),
        bind("mails.drop"),
        bind("mails.returns"),
        bind("mails.verify"),
        bind("mails.page"),
        bind("mails.browser"),
        bind("today.panel_down", "panel_scroll(1)"),
        bind("today.panel_up", "panel_scroll(-1)"),
        bind("list.down", "panel_scroll(1)"),
        bind("list.up", "panel_scroll(-1)"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._found: tuple[StoredMessage, ReadMail, tuple[MessageEvent, ...]] | None = None
        self._as_page = False

    def compose(self) -> ComposeResult:
        """Yield the list on the left, the mail on the right, the acts below."""
        yield Masthead(KEYS["place.mails"].label)
        with Container(id="body"):
            with Vertical(id="list"):
                yield Static(id="summary")
                yield Markable[MailLine](self._draw)
                yield Static("Aucun courriel : le service n’a encore rien écrit.", id="nothing")
            with VerticalScroll(id="panel"):
                yield Static(id="mail")
        yield ActsBar(id="acts")
        yield KeyBar()

    def on_mount(self) -> None:
        """Read the outbox."""
        self.table.focus()
        self.refresh_data()

    @property
    def table(self) -> Markable[MailLine]:
        """The list."""
        return self.query_one(Markable)

    # --- Reading -----------------------------------------------------------------------------------

    def refresh_data(self) -> None:
        """Read the list again, the cursor where it was."""
        self.ask(self.office.services.notifications.counts, self._list, group="counts")

    def _list(self, counts: OutboxCounts) -> None:
        sections = [
            Section(
                state.value,
                TITLES[state],
                number,
                reader(self.office.services.notifications, state),
                # What left, or was given up, is put back in the queue one by one, knowingly.
                every=None if state is MessageState.FAILED else tuple,
            )
            for state, number in how_many(counts).items()
        ]
        self.table.show(sections)
        self.set_class(not self.table.total, "-empty")
        failed = (
            f"{french.count(counts.failed, 'échec', 'échecs')} à reprendre"
            if counts.failed
            else "aucun échec"
        )
        if counts.undelivered:
            failed += f", {counts.undelivered} non remis"
        sent = french.count(counts.sent, "envoyé", "envoyés")
        self.query_one("#summary", Static).update(f"{failed}, {counts.waiting} en attente, {sent}")
        if not self.table.total:
            self._clear()

    @property
    def exported(self) -> Exported | None:
        """The mails of the outbox."""
        every_row = self.table.every_row

        def read() -> Iterator[StoredMessage]:
            return (row.message for row in every_row())

        return Exported("courriels", "tous les courriels", read) if self.table.total else None

    def _draw(self, row: MailLine, width: int) -> Cells:
        message, (sign, _, style) = row.message, mails.STATES[row.message.state]
        to = mails.recipient(self.office.directory, message.recipient)
        when = self._when(message.ended_at or message.created_at)
        rest = max(width - 2 - _WHEN - _TO, 10)
        return [
            (f"{sign} ", style),
            (fitted(when, _WHEN), "muted"),
            (fitted(to, _TO), "strong"),
            (fitted(message.subject, rest), ""),
        ]

    def _when(self, at: datetime) -> str:
        local = at.astimezone(self.office.zone)
        return f"{french.short_day(local)[:5]} {local:%H:%M}"

    # --- The mail selected -------------------------------------------------------------------------

    @on(Lines.Selected)
    def _select(self, event: Lines.Selected) -> None:
        if not isinstance(event.row, MailLine):
            self._clear()
            return
        number, room = event.row.message.id, self.office.services.notifications

        def look() -> tuple[StoredMessage, ReadMail, tuple[MessageEvent, ...]]:
            message, content, events = room.message(number)
            return message, read(content), events

        self.ask(look, self._show, group="selected", refused=lambda _: self._clear())

    def _clear(self) -> None:
        self._found = None
        self.query_one("#mail", Static).update("")
        self.query_one(ActsBar).show(dict.fromkeys(_ACTS, "aucun courriel"))

    def _show(self, found: tuple[StoredMessage, ReadMail, tuple[MessageEvent, ...]]) -> None:
        message, letter, events = self._found = found
        states = {id_: mails.refusing(message, act) for id_, act in _ACTS.items()}
        self.query_one(ActsBar).show({id_: one and f"il est {one}" for id_, one in states.items()})
        body = page_text(letter.html) if self._as_page and letter.html else letter.text.strip()
        part = "Page HTML, en texte" if self._as_page and letter.html else "Texte"
        self.query_one("#mail", Static).update(
            Group(
                text(letter.subject, "strong"),
                *mails.heading(message, self.office.directory),
                *mails.happened(message, events, self.office.directory),
                "",
                title(part),
                *(
                    Rule(style="dim") if _is_rule(line) else Text(line)
                    for line in body.splitlines()
                ),
            )
        )
        self.query_one("#panel", VerticalScroll).scroll_home(animate=False)

    @on(Lines.Opened)
    def _open(self) -> None:
        """Give the whole width to the mail, which is written for it, and the keyboard."""
        self.add_class("-reading")
        self.query_one("#panel").focus()

    def action_back(self) -> None:
        """Leave the mail, then the outbox."""
        if self.query_one("#panel").has_focus:
            self.remove_class("-reading")
            self.table.focus()
        else:
            super().action_back()

    def action_panel_scroll(self, way: int) -> None:
        """Move the mail."""
        self.query_one("#panel", VerticalScroll).scroll_relative(y=3 * way, animate=False)

    def action_page(self) -> None:
        """Show what the HTML part says, or the text again."""
        self._as_page = not self._as_page
        if self._found is not None:
            self._show(self._found)

    def action_browser(self) -> None:
        """Open the HTML part in a browser."""
        if self._found is None or not self._found[1].html:
            self.notify("Ce courriel n’a pas de page, seulement un texte.", severity="warning")
            return
        page = self.office.folder / "courriel.html"
        self.ask(
            partial(_written, page, self._found[1].html),
            lambda _: self.app.open_url(page.as_uri()),
            group="browser",
        )

    # --- Acts --------------------------------------------------------------------------------------

    def _chosen(self, key: str) -> list[StoredMessage]:
        """Return the mail selected, when what a key does may be done with it."""
        if not self.may_write() or self._found is None:
            return []
        message = self._found[0]
        if state := mails.refusing(message, _ACTS[key]):
            words = f"« {KEYS[key].label} » : impossible, ce courriel est {state}."
            self.notify(words, severity="warning")
            return []
        return [message]

    def action_resend(self) -> None:
        """Put the mails marked, or the one selected, back in the queue."""
        office = self.office
        numbers = [int(ref) for ref in sorted(self.table.marked, key=int)] or [
            message.id for message in self._chosen("mails.resend")
        ]
        if not numbers or not self.may_write():
            return

        def retry() -> list[tuple[int, str]]:
            found = []
            for number in numbers:
                try:
                    office.services.notifications.retry(number, office.acting, office.now)
                    office.wrote(f"courriel {number}")
                    found.append((number, ""))
                except EcheancierError as error:
                    found.append((number, office.hinted(error.message)))
            return found

        self.ask(retry, self._retried, group="act")

    def _retried(self, results: list[tuple[int, str]]) -> None:
        self.table.marked.clear()
        done = [str(number) for number, refused in results if not refused]
        for _, refused in results:
            if refused:
                self.notify(refused, severity="warning", timeout=8)
        if done:
            words = french.count(len(done), "courriel repartira", "courriels repartiront")
            request = Request(operations.RETRY_MAILS, tuple(done))
            self.desk.acted(f"{words} au prochain passage du service", request)
        self.desk.refresh_data()

    def action_returns(self) -> None:
        """Read what came back, and note it."""
        if not self.may_write():
            return
        office = self.office
        self.notify("Lecture de la boîte de retour…")

        def collect() -> Collected | None:
            reads = office.services.collecting(office.acting)
            return None if reads is None else reads.once()

        self.ask(collect, self._collected, group="act")

    def _collected(self, found: Collected | None) -> None:
        if found is None:
            self.notify(
                "Aucune boîte de retour n’est configurée ([mail.returns]).", severity="warning"
            )
            return
        if found.failure:
            self.notify(self.office.hinted(found.failure), severity="warning", timeout=8)
        else:
            read = french.count(found.messages, "retour lu", "retours lus")
            undelivered = french.count(
                found.undelivered, "courriel non remis", "courriels non remis"
            )
            self.desk.acted(f"{read}, {undelivered}", Request(operations.READ_RETURNS))
        self.desk.refresh_data()

    def action_redirect(self) -> None:
        """Ask for whom the mail is to be sent instead."""
        for message in self._chosen("mails.redirect"):
            self.desk.push(ActScreen(redirecting(message, self.office)), self._acted)

    def action_drop(self) -> None:
        """Ask why the mail is given up."""
        for message in self._chosen("mails.drop"):
            self.desk.push(ActScreen(dropping(message)), self._acted)

    def action_verify(self) -> None:
        """Write again to the address of the mail, which somebody has verified."""
        if not self.may_write() or self._found is None:
            return
        office, address = self.office, self._found[0].address

        def restore() -> str:
            store = office.services.notifications
            put_aside(store, address)
            store.restore_address(address, office.acting, office.now)
            office.wrote(f"l’adresse {address}")
            return f"{address} reçoit de nouveau"

        request = Request(operations.RESTORE_ADDRESS, (address,))
        self.ask(restore, lambda said: self.desk.acted(said, request), group="act")

    def _acted(self, _: object) -> None:
        self.desk.refresh_data()


def _is_rule(line: str) -> bool:
    return set(line) == {"─"}


def _written(path: Path, html: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_whole(path, html.encode(), lasting=False)
