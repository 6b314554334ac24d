"""Lettres: those that a file can write to people outside, each as it would be read, written or copied.

Opened from the screen of a file. A draft is kept in a folder of the user's own and opened in their mail
program; nothing is sent. What is written or copied is noted, what is only read is not.
"""

from __future__ import annotations

from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.console import Group, RenderableType
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, VerticalScroll
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from display.drawing.layout import line, text
from display.mail.letters import letter as drawn
from tui.fields.rows import Rows
from tui.frame.keybar import KeyBar
from tui.frame.keys import bind
from tui.frame.masthead import Masthead
from tui.frame.page import Page
from workflow.errors import EcheancierError, OutOfReach
from workflow.operations import operations
from workflow.operations.requests import Answer, Parameter, Request
from workflow.text.os_errors import cause
from workflow.text.whole_file import write_whole
from workflow.usecases.correspondence import ProposedLetter, proposed
from workflow.wording.journal_text import times_words

if TYPE_CHECKING:
    from notifications.correspondence.writing import WrittenLetter

_FOLDER = "lettres"
_SUPPLIED = text("Modèle fourni avec le programme.", "muted")


class LettersScreen(Page):
    """The letters of a file.

    Args:
        ref: its reference.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("letter.write"),
        bind("letter.copy"),
        bind("letter.supplied"),
        bind("list.page_down", "read_on(1)"),
        bind("list.page_up", "read_on(-1)"),
        bind("list.down", "move(1)"),
        bind("list.up", "move(-1)"),
    ]

    def __init__(self, ref: str) -> None:
        super().__init__()
        self.ref = ref
        self._letter: WrittenLetter | None = None
        self._supplied = False
        """True to take the models of the program, whatever the agency has."""

    def compose(self) -> ComposeResult:
        """Yield the letters, and the one under the cursor as it would be read."""
        yield Masthead(f"Lettres  {self.ref}")
        with Container(id="body"):
            yield Rows(id="letters", compact=True)
            with VerticalScroll(id="letter-box", can_focus=False):
                yield Static(id="letter")
        yield KeyBar()

    def on_mount(self) -> None:
        """Read the letters of the file."""
        self.query_one(Rows).can_focus = False
        self.refresh_data()

    def refresh_data(self) -> None:
        """Read them again."""
        self.ask(partial(proposed, self.office.services.cases, self.ref), self._list)

    def _list(self, found: tuple[ProposedLetter, ...]) -> None:
        box = self.query_one(Rows)
        at = box.highlighted or 0
        box.set_options([Option(_row(one), id=one.spec.id) for one in found])
        box.highlighted = min(at, len(found) - 1) if found else None
        if not found:
            said = text("Les règles de ce dossier ne prévoient aucune lettre.", "muted")
            self.query_one("#letter", Static).update(said)

    @property
    def _model(self) -> str | None:
        option = self.query_one(Rows).highlighted_option
        return option.id if option else None

    @on(OptionList.OptionHighlighted)
    def _read(self) -> None:
        """Show the letter under the cursor, or why it has nothing to say."""
        model, self._letter = self._model, None
        if model is not None:
            correspondence, supplied = self.office.services.correspondence, self._supplied
            write = partial(correspondence.write, self.ref, model, supplied=supplied)
            self.ask(write, self._show, group="letter", refused=self._say_why)

    def _show(self, found: WrittenLetter) -> None:
        self._letter = found
        supplied = (_SUPPLIED,) if self._supplied else ()
        self._draw(Group(*supplied, *drawn(found.whom, found.filled)))

    def _say_why(self, error: EcheancierError) -> None:
        self._draw(text(error.message, "muted"))

    def _draw(self, what: RenderableType) -> None:
        self.query_one("#letter", Static).update(what)
        self.query_one("#letter-box", VerticalScroll).scroll_home(animate=False)
        self.refresh_bindings()

    def action_move(self, way: int) -> None:
        """Go to another letter."""
        box = self.query_one(Rows)
        if box.option_count:
            box.highlighted = max(0, min((box.highlighted or 0) + way, box.option_count - 1))

    def action_read_on(self, way: int) -> None:
        """Read on in the letter, or back."""
        self.turn("#letter-box", way)

    def action_supplied(self) -> None:
        """Take the models of the program, or those of the agency again."""
        self._supplied = not self._supplied
        self._read()

    # --- Writing -----------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Write or copy only a letter that has something to say."""
        if action in {"write", "copy"}:
            return self._letter is not None
        return super().check_action(action, parameters)

    def action_write(self) -> None:
        """Write the draft, note it, and open it in the mail program."""
        if self._letter is not None and self.may_write():
            path = free_path(self.office.folder / _FOLDER, self._letter.file_name)
            self._note(self._letter, path, {operations.FILE: str(path)})

    def action_copy(self) -> None:
        """Copy the letter, and note it."""
        if self._letter is not None and self.may_write():
            self._note(self._letter, None, {operations.COPIED: True})

    def _note(
        self, found: WrittenLetter, path: Path | None, answers: dict[Parameter, Answer]
    ) -> None:
        """Write a letter where it goes, then note it: what could not be written is not noted."""
        if self._supplied:
            answers |= {operations.SUPPLIED: True}
        request = Request(operations.LETTER, (self.ref, found.spec.id), answers)

        def note() -> None:
            outcome = self.office.prepare(request)
            if path is not None:
                _keep(path, found.draft)
            self.office.services.cases.save(outcome)

        def done(_: None) -> None:
            if path is None:
                self.app.copy_to_clipboard(found.copied)
                self.desk.acted("Lettre copiée et notée ; rien n’a été envoyé", request)
            else:
                self.app.open_url(path.as_uri())
                self.desk.acted("Brouillon écrit et noté ; rien n’a été envoyé", request)
            self.desk.refresh_data()

        self.ask(note, done, group="act", writes=self.ref)


def _row(one: ProposedLetter) -> Text:
    beside = ", ".join(filter(None, (one.to.label, times_words("écrite", one.written))))
    return line((one.spec.label, "muted" if one.pointless else ""), (f"\n  {beside}", "muted"))


def free_path(folder: Path, name: str) -> Path:
    """Return a path where nothing is: a draft that somebody may be writing on stays as it is."""
    stem, suffix = Path(name).stem, Path(name).suffix
    found = (folder / (name if number == 1 else f"{stem}-{number}{suffix}") for number in count(1))
    return next(path for path in found if not path.exists())


def _keep(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(path, content)
    except OSError as error:
        raise OutOfReach(
            f"Le brouillon « {path} » n’a pas pu être écrit : {cause(error)} ; rien n’a été noté."
        ) from error
