"""What every screen has: a title line, a banner for what goes wrong, and questions asked off the screen.

Screens derive from `Page`, forms from `Dialog`. `ask` runs a question to the office in a thread and brings
the answer back as a message: nothing that may wait, a disk or a server, ever runs where keys are read.
What is out of reach is said in the banner and asked again by a key; nothing typed is touched.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, TypeVar

from textual import on
from textual.binding import BindingType
from textual.message import Message
from textual.screen import ModalScreen, Screen
from textual.timer import Timer
from textual.worker import get_current_worker

from tui.desk import Desk, desk_of
from tui.keys import bind
from tui.office import Office
from tui.widgets.banner import Banner
from workflow.errors import EcheancierError, OutOfReach

Result = TypeVar("Result")
Answer = TypeVar("Answer")

_PAUSE = 0.15
"""Seconds without a key before what depends on it is worked out."""


class Asking(Screen[Result]):
    """A screen that asks the office questions without ever waiting for the answers."""

    BINDINGS: ClassVar[list[BindingType]] = [bind("page.retry")]

    @dataclass
    class Answered(Message):
        """A question has its answer."""

        answer: Any
        then: Callable[[Any], object]

    @dataclass
    class Failed(Message):
        """A question was refused, or nobody could answer it."""

        error: EcheancierError
        again: Callable[[], object]
        refused: Callable[[EcheancierError], object] | None

    _again: Callable[[], object] | None = None
    _waiting: Timer | None = None

    @property
    def desk(self) -> Desk:
        """The application."""
        return desk_of(self)

    @property
    def office(self) -> Office:
        """What the screen works with."""
        return self.desk.office

    def ask(
        self,
        question: Callable[[], Answer],
        then: Callable[[Answer], object],
        *,
        group: str = "reading",
        refused: Callable[[EcheancierError], object] | None = None,
        exclusive: bool = True,
    ) -> None:
        """Ask a question in a thread.

        Args:
            question: runs in the thread; touches no widget.
            then: given the answer, on the screen's side.
            group: a new question of a group makes its unanswered ones void.
            refused: given the error of a rule that says no; by default a toast says it.
            exclusive: False to wait for every answer of the group.
        """
        self.run_worker(
            partial(self._put, question, then, group, refused, exclusive),
            group=group,
            exclusive=exclusive,
            thread=True,
        )

    def soon(self, work: Callable[[], object]) -> None:
        """Do something once no key has come for a moment; asked again before that, start over."""

        def now() -> None:
            self._waiting = None
            work()

        if self._waiting is not None:
            self._waiting.stop()
        self._waiting = self.set_timer(_PAUSE, now)

    @property
    def considering(self) -> bool:
        """True between a key and the work that waits for the last one."""
        return self._waiting is not None

    def _put(
        self,
        question: Callable[[], Answer],
        then: Callable[[Answer], object],
        group: str,
        refused: Callable[[EcheancierError], object] | None,
        exclusive: bool,
    ) -> None:
        worker = get_current_worker()
        message: Message
        try:
            message = self.Answered(question(), then)
        except EcheancierError as error:
            again = partial(
                self.ask, question, then, group=group, refused=refused, exclusive=exclusive
            )
            message = self.Failed(error, again, refused)
        if not worker.is_cancelled:
            self.post_message(message)

    @on(Answered)
    def _take_answer(self, message: Answered) -> None:
        message.stop()
        self._hide_banner()
        message.then(message.answer)

    @on(Failed)
    def _take_failure(self, message: Failed) -> None:
        message.stop()
        if isinstance(message.error, OutOfReach):
            self._again = message.again
            self._banner().say(message.error.message)
        elif message.refused is not None:
            message.refused(message.error)
        else:
            self.notify(message.error.message, severity="warning", timeout=8)
        self.refresh_bindings()

    def _banner(self) -> Banner:
        found = self.query(Banner)
        if found:
            return found.first()
        banner = Banner()
        self.mount(banner, before=0)
        return banner

    def _hide_banner(self) -> None:
        self._again = None
        for banner in self.query(Banner):
            banner.remove()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Tell whether an action is possible now."""
        if action == "retry":
            return self._again is not None
        return super().check_action(action, parameters)

    def action_retry(self) -> None:
        """Ask again what could not be answered."""
        if self._again is not None:
            again, self._again = self._again, None
            again()

    @on(Banner.Retry)
    def _retry(self) -> None:
        self.action_retry()

    def may_write(self) -> bool:
        """Tell whether something may be written; say why when it may not."""
        if self.office.read_only:
            self.notify("Lecture seule : rien ne peut être enregistré.", severity="warning")
        return not self.office.read_only

    def refresh_data(self) -> None:
        """Read again what is shown, because something was written; typed text stays."""


class Page(Asking[None]):
    """A whole screen."""

    BINDINGS: ClassVar[list[BindingType]] = [bind("page.back", "back")]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Go back only where there is a screen to go back to."""
        if action == "back":
            return self.leads_back
        return super().check_action(action, parameters)

    @property
    def leads_back(self) -> bool:
        """True when another screen lies under this one."""
        return len(self.app.screen_stack) > 1

    def action_back(self) -> None:
        """Go back to the screen before."""
        if self.leads_back:
            self.app.pop_screen()


class Dialog(Asking[Result], ModalScreen[Result]):
    """A form or a question over a screen."""

    BINDINGS: ClassVar[list[BindingType]] = [bind("form.cancel", "cancel")]

    def action_cancel(self) -> None:
        """Close without doing anything; what was typed stays in its draft."""
        self.dismiss(None)
