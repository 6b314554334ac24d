"""What screens and widgets know of the application: its office, and how to open a screen.

Completed by `tui.app`, which knows the screens; here, so that no screen has to know the application.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.driver import Driver
from textual.message_pump import MessagePump
from textual.screen import Screen

from tui.frame.finder import Finder
from tui.frame.office import Office
from workflow.operations.requests import Request

if TYPE_CHECKING:
    # The first screen does not wait for it.
    from notifications.model.health import Health


class Desk(App[None]):
    """The application, as its screens see it.

    Args:
        office: what the screens work with.
        driver: what talks to the terminal; by default, the one that Textual takes.
    """

    def __init__(self, office: Office, driver: type[Driver] | None = None) -> None:
        super().__init__(driver)
        self.office = office
        self.finder = Finder(office)
        self.health: Health | None = None
        """What keeps mails from leaving; None until it was looked at."""

    def push(self, screen: Screen[Any], then: Callable[[Any], object] | None = None) -> None:
        """Open a screen; `then` is given its result, unless it was closed without one."""

        def told(result: object) -> None:
            if then is not None and result is not None:
                then(result)

        self.push_screen(screen, told)

    def go(self, place: str) -> None:
        """Go to one of the main screens, by its id."""

    def refresh_data(self) -> None:
        """Have every screen read again what it shows."""

    def acted(self, words: str, request: Request) -> None:
        """Say what was done, and the command that does the same."""
        self.notify(f"{words}\n$ {self.office.typed(request)}", timeout=8)

    def notify(self, message: str, **options: Any) -> None:
        """Show a toast, as it is, and alone: they would pile up over what is filled in next."""
        self.clear_notifications()
        super().notify(message, **{"markup": False, **options})


def desk_of(node: MessagePump) -> Desk:
    """Return the application of a screen or widget."""
    app = node.app
    assert isinstance(app, Desk), "every screen belongs to the application"  # noqa: S101
    return app
