"""The application: themes, keys, the palette, and the first screen.

Made by `cli.wiring.tui` with an office. Watches for what others write, so that every screen shows it within
seconds. Holds no rule. Every command of the palette, hence its length.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from rich.console import RenderableType
from textual._styles_cache import StylesCache
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.command import CommandPalette, Provider
from textual.events import Event, Key, Paste
from textual.filter import LineFilter
from textual.timer import Timer
from textual.worker import WorkerFailed

from tui.drawing.themes import LABELS, THEMES, look
from tui.frame.desk import Desk
from tui.frame.keybar import takes_lines, takes_text
from tui.frame.keys import also_meant, bind, first_key, spoken
from tui.frame.masthead import PLACES, Masthead
from tui.frame.office import Office
from tui.frame.page import Asking, Page
from tui.frame.typeahead import TypeAhead
from tui.lists.today import TodayScreen
from tui.terminal.pasting import pasted
from tui.terminal.signs import Signs
from workflow.errors import EcheancierError
from workflow.worklist.worklist import FirstPage

if TYPE_CHECKING:
    from textual.driver import Driver

    from notifications.model.health import Health

_WATCH_SECONDS = 3.0
_HEALTH_LASTS = timedelta(minutes=1)
"""Time after which what keeps mails from leaving is looked at again."""
_AWAY = frozenset({"quit", "back", "cancel"})
_TIDY_AFTER = 2.0
"""Seconds after a screen is closed."""


def _everything() -> type[Provider]:
    from tui.palette import Everything

    return Everything


_PAGES = {
    "calendar": "CalendarScreen",
    "team": "TeamScreen",
    "mails": "MailsScreen",
    "cohorts": "CohortsScreen",
}
"""The main screens that are imported when they are first opened: the first one does not wait for them."""


def _page(id_: str) -> type[Page]:
    """Return the class of a main screen."""
    if id_ not in _PAGES:
        return TodayScreen
    page: type[Page] = getattr(import_module(f"tui.{id_}.screen"), _PAGES[id_])
    return page


class EcheancierApp(Desk):
    """The terminal interface.

    Args:
        office: what the screens work with.
        first_page: what the first screen shows before it reads anything, when it is known.
        driver: what talks to the terminal; by default, the one that Textual takes.
    """

    CSS_PATH = "echeancier.tcss"
    TITLE = "Échéancier"
    ENABLE_COMMAND_PALETTE = False
    COMMANDS: ClassVar[set[Any]] = {_everything}
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - Textual's own type
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("app.help", priority=False),
        bind("app.palette", priority=True),
        bind("app.theme"),
        bind("app.quit", priority=True),
        *(bind(f"place.{id_}", f"place('{id_}')") for id_ in PLACES),
    ]

    def __init__(
        self,
        office: Office,
        first_page: FirstPage | None = None,
        driver: type[Driver] | None = None,
    ) -> None:
        super().__init__(office, driver)
        self._first_page = first_page
        self._typed = TypeAhead(self, self._send, self._leads_away)
        self._signs = Signs()
        self.failure: Exception | None = None
        self.when_leaving: Callable[[int], None] = lambda _code: None
        """Given the exit code once the interface is being left."""
        self._mark, self._day = "", office.today
        self._judged: datetime | None = None
        self._tidying: Timer | None = None
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = office.theme
        self.watch_theme()
        self.set_keymap(dict(office.keys))

    def watch_theme(self) -> None:
        """Have the colours that views name look as the theme says."""
        self.console.push_theme(look(self.current_theme))

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return what every line goes through: nothing that a terminal obeys comes from a text."""
        return [*super().get_line_filters(), self._signs]

    @property
    def clipboard(self) -> str:
        """The text copied in the program, as it is pasted: on one line."""
        return pasted(super().clipboard)

    def get_default_screen(self) -> TodayScreen:
        """Return the first screen."""
        return TodayScreen(self._first_page)

    async def on_event(self, event: Event) -> None:
        """Send keys on one by one: each finds what the one before has opened."""
        if isinstance(event, Key | Paste) and not event.is_forwarded:
            await self._typed.take(event)
        else:
            await super().on_event(event)

    async def _send(self, event: Key | Paste) -> None:
        """Send a key on, as what it stands for when it does nothing itself; what is pasted, cleaned."""
        if isinstance(event, Paste) and not takes_lines(self.focused):
            event.text = pasted(event.text)
        if isinstance(event, Key) and (meant := also_meant(event.key)) is not None:
            bound = self.screen.active_bindings
            if not takes_text(self.focused) and event.key not in bound and meant in bound:
                event = Key(meant, meant)
        await super().on_event(event)

    def _leads_away(self, event: Event) -> bool:
        binding = self.screen.active_bindings.get(event.key) if isinstance(event, Key) else None
        return binding is not None and binding.binding.action in _AWAY

    def on_mount(self) -> None:
        """Start watching."""
        self.set_interval(_WATCH_SECONDS, self._watch)

    def on_ready(self) -> None:
        """Leave alone what was loaded: looking for garbage in it would make a key wait. Then look around."""
        gc.freeze()
        self._watch()

    # --- What is left behind -----------------------------------------------------------------------

    def pop_screen(self) -> AwaitComplete:
        """Close the screen on top; what it leaves is seen to a moment later, not under the next key."""
        if self._tidying is not None:
            self._tidying.stop()
        self._tidying = self.set_timer(_TIDY_AFTER, self._tidy)
        return super().pop_screen()

    def _tidy(self) -> None:
        # A screen that was closed is a knot of references that only a search finds, and Textual keeps the
        # last thousand widgets it drew in this cache: a day of work would take hundreds of megabytes.
        StylesCache.get_inner_outer.cache_clear()
        gc.collect()

    # --- What others write -------------------------------------------------------------------------

    def _watch(self) -> None:
        if self.office.today != self._day:
            # Another day moves everything that is told in days, even when nobody writes.
            self._day = self.office.today
            self.refresh_data()
            self._refresh_mastheads()
        # One look at a time: no thread can be stopped, and a base that is slow would gather them.
        if not any(worker.group == "watch" for worker in self.workers):
            self.run_worker(self._look, group="watch", thread=True)

    def _refresh_mastheads(self) -> None:
        for screen in self.screen_stack:
            for masthead in screen.query(Masthead):
                masthead.refresh()

    def _look(self) -> None:
        try:
            mark = self.office.services.worklist.mark()
            health = self._health()
        except EcheancierError:
            # The next question of a screen says it, with what it was doing.
            return
        self.call_from_thread(self._seen, mark, health)

    def _health(self) -> Health:
        """Return what keeps mails from leaving, judged anew every minute."""
        # Imported here: the first screen does not wait for it.
        from notifications.model.health import health

        now = self.office.now
        if self._judged is not None and self.health and now - self._judged < _HEALTH_LASTS:
            return self.health
        self._judged = now
        addresses = [one.email for one in self.office.directory.recipients()]
        return health(self.office.services.notifications, now, addresses)

    def _seen(self, mark: str, health: Health) -> None:
        if health != self.health:
            self.health = health
            self._refresh_mastheads()
        known, self._mark = self._mark, mark
        if known and known != mark:
            self.refresh_data()

    def refresh_data(self) -> None:
        """Have every screen read again what it shows."""
        for screen in self.screen_stack:
            if isinstance(screen, Asking):
                screen.refresh_data()

    # --- Actions -----------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Stay where something is being filled in: a digit there is no way out."""
        if action == "place" and isinstance(self.screen, Asking):
            return not self.screen.asks_facts
        return super().check_action(action, parameters)

    def action_place(self, id_: str) -> None:
        """Go to one of the main screens; Escape leads back to the first one."""
        self.go(id_)

    def go(self, place: str) -> None:
        """Go to one of the main screens, by its id."""
        page = _page(place)
        if type(self.screen) is page:
            return
        while len(self.screen_stack) > 1:
            self.pop_screen()
        if page is not TodayScreen:
            self.push_screen(page())

    def action_take_over(self) -> None:
        """Take over the files of a table."""
        from tui.importing.bringing import BringScreen

        screen = self.screen
        if isinstance(screen, TodayScreen) and screen.may_write():
            self.push_screen(BringScreen(screen.table.read))

    def action_parties(self) -> None:
        """Show organisations, clients and beneficiaries."""
        from tui.parties.screen import PartiesScreen

        self.push_screen(PartiesScreen())

    def action_palette(self) -> None:
        """Open the palette: every action, every file."""
        if not isinstance(self.screen, CommandPalette):
            self.push_screen(CommandPalette(placeholder="Une action, un dossier, un nom…"))

    def action_help(self) -> None:
        """Show the keys of the screen."""
        from tui.frame.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    def action_help_quit(self) -> None:
        """Say how one leaves, to whoever tries Ctrl+C."""
        key = first_key("app.quit", self.office.keys)
        self.notify(f"{key} pour quitter.", timeout=4)

    def action_theme(self) -> None:
        """Take the next palette of colours."""
        names = list(LABELS)
        self.theme = names[(names.index(self.theme) + 1) % len(names)]
        self.notify(f"Couleurs : {LABELS[self.theme]}", timeout=2)

    def get_key_display(self, binding: Binding) -> str:
        """Return a key as a French keyboard names it."""
        return binding.key_display or spoken(binding.key)

    # --- Leaving -----------------------------------------------------------------------------------

    def exit(
        self, result: None = None, return_code: int = 0, message: RenderableType | None = None
    ) -> None:
        """Leave; what was asked first decides the exit code, and no silent database is waited for."""
        if not self._exit:
            self.office.services.hurry()
            self.when_leaving(return_code)
            super().exit(result, return_code, message)

    def leave(self, code: int) -> None:
        """Leave as soon as may be, with an exit code; from any thread, or a signal."""
        if self._loop is None:
            sys.exit(code)
        self._loop.call_soon_threadsafe(self._leave, code)

    def _leave(self, code: int) -> None:
        with self._context():
            self.exit(return_code=code)

    def put_in_order(self) -> None:
        """Give the terminal back at once: the interface does not answer."""
        put_in_order = getattr(self._driver, "put_in_order", None)
        if put_in_order is not None:
            put_in_order()

    # --- Accidents ---------------------------------------------------------------------------------

    def _handle_exception(self, error: Exception) -> None:
        """Leave at once and keep the error: the command line says it in one sentence.

        Textual has no public place for this, and what it does by itself shows the values of variables.
        """
        if self._exit and not self.is_headless:
            # What is being left may no longer find what is gone already.
            return
        if self.failure is None:
            # A worker that fails is told by another error, which says nothing of where it happened.
            cause = error.error if isinstance(error, WorkerFailed) else error
            self.failure = cause if isinstance(cause, Exception) else error
        if self.is_headless:
            super()._handle_exception(error)
        else:
            self.exit(return_code=1)

    def panic(self, *_: RenderableType) -> None:
        """Leave at once: what Textual would show is the error it is dealing with."""
        error = sys.exception() or RuntimeError("the interface cannot go on")
        self._handle_exception(error if isinstance(error, Exception) else RuntimeError())
