"""Two people at once on a file: what one typed, what the other has written, and the choice between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum, StrEnum, auto
from typing import ClassVar

from rich.console import Group, RenderableType
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static

from tui.keys import bind
from tui.page import Dialog
from tui.paint import Paint, Piece
from tui.widgets.keybar import KeyBar


class Choice(StrEnum):
    """What is kept."""

    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"


class Both(Enum):
    """Whether both can be kept."""

    POSSIBLE = auto()
    VAIN = auto()
    """Each changed what the other did, and nothing else: only a comment would be left to save."""
    NONE = auto()
    """There is nothing to put side by side."""


class ConflictScreen(Dialog[Choice]):
    """Asks what to keep; whatever is chosen, nothing typed is lost.

    Args:
        ref: the file.
        mine: what was typed, one line each.
        theirs: what was written meanwhile, one line each.
        both: whether both can be kept.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("conflict.mine", "choose('mine')"),
        bind("conflict.theirs", "choose('theirs')"),
        bind("conflict.both", "choose('both')"),
    ]

    def __init__(self, ref: str, mine: Sequence[str], theirs: Sequence[str], *, both: Both) -> None:
        super().__init__()
        self._ref, self._mine, self._theirs, self._both = ref, mine, theirs, both

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to keep both only where both can stand; dim it where the reason is said."""
        if action == "choose" and parameters == (Choice.BOTH,):
            return {Both.POSSIBLE: True, Both.VAIN: None, Both.NONE: False}[self._both]
        return super().check_action(action, parameters)

    def compose(self) -> ComposeResult:
        """Yield both sides and the three choices."""
        with Vertical(classes="dialog") as box:
            box.border_title = f"{self._ref} a changé pendant votre saisie"
            yield Static(id="sides")
            with Horizontal(id="buttons"):
                yield Button("m  Le mien", id="mine", compact=True, variant="primary")
                yield Button("l  Le leur", id="theirs", compact=True)
                if self._both is not Both.NONE:
                    vain = self._both is Both.VAIN
                    yield Button("d  Garder les deux", id="both", compact=True, disabled=vain)
        yield KeyBar()

    def on_mount(self) -> None:
        """Show both sides."""
        paint = Paint(self)
        parts: list[RenderableType] = [paint.heading("Le vôtre, pas encore enregistré")]
        parts += [paint.line(("› ", "accent"), words) for words in self._mine]
        parts += ["", paint.heading("Le leur, déjà enregistré")]
        parts += [paint.line(("› ", "soon"), words) for words in self._theirs]
        parts += [
            "",
            paint.line(("Le mien : ", "strong"), "votre saisie, posée sur leur version."),
            paint.line(("Le leur : ", "strong"), self._kept()),
        ]
        if self._both is not Both.NONE:
            parts += [
                paint.line(*_BOTH[self._both]),
                paint.text("Rien n’est enregistré avant que vous ayez vu le résultat.", "muted"),
            ]
        self.query_one("#sides", Static).update(Group(*parts))

    def _kept(self) -> str:
        draft = "" if self._both is Both.NONE else " ; votre saisie reste en brouillon"
        return f"leur version{draft}."

    def action_choose(self, choice: str) -> None:
        """Give the choice back to the form."""
        self.dismiss(Choice(choice))

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.dismiss(Choice(str(event.button.id)))


_BOTH: Mapping[Both, Sequence[Piece]] = {
    Both.POSSIBLE: (
        ("Les deux : ", "strong"),
        "leurs valeurs ; les vôtres ailleurs, et en commentaire là où elles diffèrent.",
    ),
    Both.VAIN: (
        ("Les deux : impossible, ", "muted"),
        "vous avez changé la même chose : il ne resterait qu’un commentaire à enregistrer.",
        " Avec le mien, le leur se lit encore au journal.",
    ),
}
