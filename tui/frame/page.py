"""What every screen has: a title line, a banner for what goes wrong, and questions asked off the screen.

Screens derive from `Page`, forms from `Dialog`. `ask` runs a question to the office in a thread and brings
the answer back as a message: nothing that may wait, a disk or a server, ever runs where keys are read. What
is out of reach is said in the banner and asked again by a key; nothing typed is touched. What screens and
dialogs share, hence its length.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, TypeVar

from rich.text import Text
from textual import on
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.screen import ModalScreen, Screen
from textual.timer import Timer
from textual.widgets import Button
from textual.worker import get_current_worker

from tui.frame.banner import Banner
from tui.frame.desk import Desk, desk_of
from tui.frame.keys import bind
from tui.frame.office import Office
from workflow.errors import EcheancierError, OutOfReach

Result = TypeVar("Result")
Answer = TypeVar("Answer")

_PAUSE = 0.15
"""Seconds without a key before what depends on it is worked out."""
_VERDICT = "verdict"
_DECIDING = frozenset({"write", "save", "act", "conflict"})
"""Groups of questions whose answer opens or closes something."""


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

    @dataclass
    class Wished(Message):
        """Something is to be done of what is typed."""

        work: Callable[[], object]

    asks_facts: ClassVar[bool] = False
    """True when something is filled in here: keys that go elsewhere are then no way out."""
    _again: Callable[[], object] | None = None
    _waiting: Timer | None = None
    _weighing = False
    _wish: Callable[[], object] | None = None

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
        writes: str = "",
    ) -> None:
        """Ask a question in a thread.

        Args:
            question: runs in the thread; touches no widget.
            then: given the answer, on the screen's side.
            group: a new question of a group makes its unanswered ones void.
            refused: given the error of a rule that says no; by default a toast says it.
            exclusive: False to wait for every answer of the group.
            writes: what is written once it is answered, in French; empty for what only reads.
        """
        if group in _DECIDING and self._awaits(group):
            # A second click, while what the first one asked is being done.
            return
        if writes:
            question = partial(self._remembered, question, writes)
        again = partial(self.ask, question, then, group=group, refused=refused, exclusive=exclusive)
        work = partial(self._put, question, then, again, refused)
        self.run_worker(work, group=group, exclusive=exclusive, thread=True)

    @property
    def expecting(self) -> bool:
        """True while an answer is due that opens or closes something: the keys typed behind it wait."""
        return self._wish is not None or self._awaits(*_DECIDING)

    def _awaits(self, *groups: str) -> bool:
        return any(
            one.group in groups and one.node is self and not one.is_finished for one in self.workers
        )

    def soon(self, work: Callable[[], object]) -> None:
        """Do something once no key has come for a moment; asked again before that, start over.

        What waited for the verdict on what stood there before is given up, and what could not be done with
        it is not tried again.
        """
        self._wish = None
        if self._again is not None:
            self._again = partial(self.judge, work)
        if self._waiting is not None:
            self._waiting.stop()
        self._waiting = self.set_timer(_PAUSE, partial(self.judge, work))

    def judge(self, work: Callable[[], object]) -> None:
        """Do now what looks at what is typed; the verdict on what stood there before is void."""
        self._waiting, self._weighing = None, False
        self.workers.cancel_group(self, _VERDICT)
        work()
        self._grant()

    @property
    def considering(self) -> bool:
        """True between a key and the work that waits for the last one."""
        return self._waiting is not None

    def weigh(
        self,
        question: Callable[[], Answer],
        then: Callable[[Answer], object],
        refused: Callable[[EcheancierError], object] | None = None,
    ) -> None:
        """Ask for the verdict on what is typed; arguments as `ask`."""
        refuse = refused or self._say_refusal

        def told(show: Callable[[Any], object], answer: object) -> None:
            self._weighing = False
            show(answer)
            self._grant()

        self._weighing = True
        self.ask(question, partial(told, then), group=_VERDICT, refused=partial(told, refuse))

    def once_judged(self, work: Callable[[], object]) -> None:
        """Do something once the verdict on all that was typed has come: at once when it is there.

        Said when it has to wait; the keys typed behind it wait too, and changing a field by the mouse gives
        it up.
        """
        # Behind the keys that the field has not taken yet: what they change is judged first.
        field = self.focused or self
        field.call_later(lambda: field.post_message(self.Wished(work)))

    @on(Wished)
    def _take_wish(self, message: Wished) -> None:
        message.stop()
        self._wish = message.work
        if self.considering or self._weighing:
            self.notify("Vérification en cours : la suite vient aussitôt.", timeout=2)
        self._grant()

    def _grant(self) -> None:
        if self._wish is not None and not (self.considering or self._weighing):
            work, self._wish = self._wish, None
            work()

    def _remembered(self, question: Callable[[], Answer], writes: str) -> Answer:
        answer = question()
        self.office.wrote(writes)
        return answer

    def _put(
        self,
        question: Callable[[], Answer],
        then: Callable[[Answer], object],
        again: Callable[[], object],
        refused: Callable[[EcheancierError], object] | None,
    ) -> None:
        worker = get_current_worker()
        message: Message
        try:
            message = self.Answered(question(), then)
        except EcheancierError as error:
            # Here, so that whoever shows it shows commands that can be typed as they stand.
            error.reword(self.office.hinted)
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
            self._again, self._wish, self._weighing = message.again, None, False
            self._banner().say(message.error.message)
        else:
            (message.refused or self._say_refusal)(message.error)
        self.refresh_bindings()

    def _say_refusal(self, error: EcheancierError) -> None:
        self.notify(error.message, severity="warning", timeout=8)

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

    def turn(self, part: str, way: int) -> None:
        """Read on in a part of the screen by half its height, or back."""
        box = self.query_one(part, VerticalScroll)
        box.scroll_relative(y=way * max(box.size.height // 2, 1), animate=False)

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

    asks_facts = True
    unforeseen = False
    """True when the screen below tells nothing of what is asked: the piece that opens it answers nothing."""
    _ahead = ""
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]  # noqa: RUF012 - Textual's own type
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("form.cancel", "cancel"),
        # What the application binds stops at a dialog.
        bind("app.help", "app.help"),
    ]

    def typed_ahead(self, words: str) -> None:
        """Say what was typed before the question was there, and answers nothing."""
        self._ahead += words
        told = f" « {self._ahead} » tapé avant cette question "
        self.query_one(".dialog").border_subtitle = Text(told)

    @on(Button.Pressed, "#close")
    def _close(self) -> None:
        self.action_cancel()

    def action_cancel(self) -> None:
        """Close without doing anything; what was typed stays in its draft."""
        self.dismiss(None)
