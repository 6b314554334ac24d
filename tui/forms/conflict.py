"""Two people at once on a file: what one typed, what the other has written, and the choice between them.

`Settling` is what every screen that writes to a file has: it shows the choice, and goes on with what is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from enum import StrEnum
from typing import ClassVar

from rich.console import Group, RenderableType
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static

from display.drawing.layout import line, text, title
from tui.acts.actform import CaseForm
from tui.acts.asked import TypedAnswers
from tui.acts.merging import merged
from tui.frame.keybar import KeyBar
from tui.frame.keys import bind
from tui.frame.page import Asking, Dialog, Result
from workflow.case.case import Case
from workflow.errors import StaleCase


class Kept(StrEnum):
    """What is kept."""

    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"


_LABELS = {Kept.MINE: "Le mien", Kept.THEIRS: "Le leur", Kept.BOTH: "Les deux"}
_MEANS = {
    Kept.MINE: "votre saisie, posée sur leur version, qui se lit encore au journal.",
    Kept.THEIRS: "leur version ; votre saisie reste en brouillon.",
    Kept.BOTH: "leurs valeurs ; les vôtres ailleurs, et en commentaire là où elles diffèrent.",
}
_VAIN = {
    Kept.MINE: "impossible, la même chose est déjà enregistrée.",
    Kept.BOTH: "impossible, vous avez changé la même chose : il ne resterait qu’un commentaire.",
}


class ConflictScreen(Dialog[Kept]):
    """Asks what to keep; whatever is chosen, nothing typed is lost.

    Args:
        ref: the file.
        mine: what was typed, one line each.
        theirs: what was written meanwhile, one line each.
        both: False when there is nothing to put side by side, and no draft.
        vain: what cannot be chosen, as nothing but a comment would be left to save.
    """

    unforeseen = True
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("conflict.mine", "choose('mine')"),
        bind("conflict.theirs", "choose('theirs')"),
        bind("conflict.both", "choose('both')"),
    ]

    def __init__(
        self,
        ref: str,
        mine: Sequence[str],
        theirs: Sequence[str],
        *,
        both: bool = True,
        vain: Collection[Kept] = (),
    ) -> None:
        super().__init__()
        self._ref, self._mine, self._theirs, self._both = ref, mine, theirs, both
        self._vain = vain

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to keep both only where both can stand; dim what the screen says is in vain."""
        if action == "choose" and parameters == (Kept.BOTH,) and not self._both:
            return False
        if action == "choose" and parameters[0] in self._vain:
            return None
        return super().check_action(action, parameters)

    def compose(self) -> ComposeResult:
        """Yield both sides and the three choices."""
        with Vertical(classes="dialog") as box:
            box.border_title = Text(f"{self._ref} a changé pendant votre saisie")
            yield Static(id="sides")
            with Horizontal(id="buttons"):
                yield self._button(Kept.MINE, "m  Le mien")
                yield self._button(Kept.THEIRS, "l  Le leur")
                if self._both:
                    yield self._button(Kept.BOTH, "d  Garder les deux")
        yield KeyBar()

    def _button(self, choice: Kept, label: str) -> Button:
        return Button(
            label,
            id=choice.value,
            variant="primary" if choice is Kept.MINE else "default",
            compact=True,
            disabled=choice in self._vain,
        )

    def on_mount(self) -> None:
        """Show both sides."""
        parts: list[RenderableType] = [title("Le vôtre, pas encore enregistré")]
        parts += [line(("› ", "accent"), words) for words in self._mine]
        parts += ["", title("Le leur, déjà enregistré")]
        parts += [line(("› ", "soon"), words) for words in self._theirs]
        parts += ["", *(self._means(choice) for choice in self._offered)]
        if self._both:
            parts += [text("Rien n’est enregistré avant que vous ayez vu le résultat.", "muted")]
        self.query_one("#sides", Static).update(Group(*parts))

    @property
    def _offered(self) -> list[Kept]:
        return [choice for choice in Kept if self._both or choice is not Kept.BOTH]

    def _means(self, choice: Kept) -> RenderableType:
        if choice in self._vain:
            return line((f"{_LABELS[choice]} : ", "muted"), _VAIN[choice])
        kept = _MEANS[choice]
        if choice is Kept.THEIRS and not self._both:
            kept = "leur version."
        return line((f"{_LABELS[choice]} : ", "strong"), kept)

    def action_choose(self, choice: str) -> None:
        """Give the choice back to the form."""
        self.dismiss(Kept(choice))

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.dismiss(Kept(str(event.button.id)))


class Settling(Asking[Result]):
    """A screen that goes on when somebody else was first."""

    def settle(
        self,
        act: CaseForm,
        typed: TypedAnswers,
        stale: StaleCase,
        then: Callable[[CaseForm, TypedAnswers], object],
        left: Callable[[], object],
        *,
        shown: Sequence[str] = (),
    ) -> None:
        """Ask what to keep.

        Args:
            act: what was being done.
            typed: what was typed for it.
            stale: what they have written.
            then: given the act over their version, and what is left of what was typed.
            left: called when theirs alone is kept.
            shown: what to call the act when nothing was typed in a form.
        """

        def show(theirs: Case) -> None:
            def merge(choice: Kept) -> tuple[CaseForm, TypedAnswers]:
                return merged(act, typed, theirs, keep_mine=choice is Kept.MINE)

            def chosen(choice: Kept) -> None:
                if choice is Kept.THEIRS:
                    left()
                else:
                    then(*merge(choice))

            offered = () if shown else (Kept.MINE, Kept.BOTH)
            vain = [one for one in offered if (left_of := merge(one))[0].idles(left_of[1])]
            mine = shown or act.told(typed)
            screen = ConflictScreen(act.case.ref, mine, stale.changes, both=not shown, vain=vain)
            self.desk.push(screen, chosen)

        ref = act.case.ref
        self.ask(lambda: self.office.services.cases.view(ref).case, show, group="conflict")
