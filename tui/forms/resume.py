"""What was typed before in a form: taken up again or given up, as the person says; never put back unasked.

The forms derive from `Resuming`. A draft that is on disk when its form opens is shown first: Enter takes it
up, Ctrl+D starts from nothing, Escape leaves it where it is. A form taken up says so as long as it is open.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widgets import Button, Label

from tui.acts.drafts import Draft, adopt
from tui.drawing.paint import Paint
from tui.fields.choices import Choices
from tui.fields.factfield import FactField
from tui.forms.confirm import ConfirmScreen, QuestionScreen
from tui.frame.keys import bind, first_key
from tui.frame.page import Asking, Result


class ResumeScreen(QuestionScreen):
    """Gives True to take a draft up, False to start from nothing."""

    unforeseen = True
    BINDINGS: ClassVar[list[BindingType]] = [bind("resume.yes"), bind("form.forget", "no")]

    @on(Button.Pressed, "#no")
    def action_no(self) -> None:
        """Start from nothing."""
        self.dismiss(False)


class Resuming(Asking[Result]):
    """A form that asks what becomes of its draft.

    Named behind `Page` or `Dialog`: the style sheet knows a screen by its first parent.
    """

    BINDINGS: ClassVar[list[BindingType]] = [bind("form.forget", "forget", priority=True)]
    _draft: Draft

    # --- For each form to say ----------------------------------------------------------------------

    @abstractmethod
    async def take_up(self, typed: Mapping[str, str]) -> None:
        """Put back what was typed."""

    @abstractmethod
    async def start_over(self) -> None:
        """Put every field back as the form opens it."""

    def told(self, typed: Mapping[str, str]) -> Iterator[str]:
        """Yield what a draft holds, one line each: the fields of the form that it fills."""
        for box in self.query(FactField):
            if words := typed.get(f"fact-{box.spec.id}") or typed.get(box.spec.id):
                yield f"{box.spec.label} : {box.spec.choices.get(words, words)}"
        for row in self.query(".field").results(Horizontal):
            for label, field in zip(row.query(Label), row.query("Input, Choices"), strict=False):
                if words := typed.get(str(field.id)):
                    named = field.name_of(words) if isinstance(field, Choices) else words
                    yield f"{label.content} : {named}"

    def say_draft(self, words: str) -> None:
        """Say that the form holds a draft, as long as it does; no words take it away."""
        self.query(".dialog").first().border_subtitle = words

    # --- What all of them do -----------------------------------------------------------------------

    def open_draft(self, name: str) -> None:
        """Look for the draft of a name, and ask what becomes of it."""
        if self.office.heir:
            adopt(self.office.drafts)
        self._draft = Draft(self.office.drafts, name)
        if found := self._draft.left():
            self.app.push_screen(self._what_becomes_of(found), self._answered)

    def _what_becomes_of(self, left: Mapping[str, str]) -> ResumeScreen:
        paint, keys = Paint(self), self.office.keys
        lines = [paint.text("Vous aviez tapé ici, sans l’enregistrer :", "muted")]
        lines += [paint.line(("› ", "accent"), words) for words in self.told(left)]
        return ResumeScreen(
            "✎ Brouillon : reprendre, ou repartir de zéro ?",
            paint.text("\n").join(lines),
            yes=f"Reprendre  {first_key('resume.yes', keys)}",
            no=f"Repartir de zéro  {first_key('form.forget', keys)}",
        )

    async def _answered(self, resume: bool | None) -> None:
        if resume is None:
            self.dismiss(None)
            return
        typed = self._draft.read()
        if resume:
            key = first_key("form.forget", self.office.keys)
            self.say_draft(f"✎ brouillon repris · {key} : repartir de zéro")
            await self.take_up(typed)
        else:
            self._draft.drop()

    def keep_draft(self, typed: Mapping[str, str]) -> None:
        """Keep what is typed now, off the screen."""
        self.run_worker(self._draft.keeping(typed), group="draft", thread=True)

    def action_forget(self) -> None:
        """Ask whether what is typed may go."""
        shown = "Ce qui est tapé ici et son brouillon seront oubliés."
        self.desk.push(
            ConfirmScreen("Repartir de zéro ?", shown), lambda _: self.call_later(self._forget)
        )

    async def _forget(self) -> None:
        await self.start_over()
        self._draft.drop()
        self.say_draft("")
