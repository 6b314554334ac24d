"""What is typed in a form: on disk as it is typed, taken up again or given up as the person says.

Every form derives from `Drafting`. A draft that is on disk when its form opens is shown first: Enter takes it
up, Ctrl+D starts from nothing, Escape leaves it where it is. A form taken up says so as long as it is open.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widgets import Button, Input

from display.drawing.layout import line, text
from tui.acts.drafts import Draft, adopt
from tui.acts.form import Form
from tui.fields.answers import Answers
from tui.fields.names import Names
from tui.forms.confirm import ConfirmScreen, QuestionScreen
from tui.frame.keys import bind, first_key
from tui.frame.masthead import Masthead
from tui.frame.page import Asking, Result
from workflow.case.parties import named_by
from workflow.rules.fact_specs import FactSpec


class ResumeScreen(QuestionScreen):
    """Gives True to take a draft up, False to start from nothing."""

    unforeseen = True
    BINDINGS: ClassVar[list[BindingType]] = [bind("resume.yes"), bind("form.forget", "no")]

    @on(Button.Pressed, "#no")
    def action_no(self) -> None:
        """Start from nothing."""
        self.dismiss(False)


class Drafting(Asking[Result]):
    """A form that asks what an act asks, and what becomes of its draft.

    Named behind `Page` or `Dialog`: the style sheet knows a screen by its first parent.

    Args:
        form: what it asks, to begin with.
    """

    BINDINGS: ClassVar[list[BindingType]] = [bind("form.forget", "forget", priority=True)]
    _draft: Draft | None = None

    def __init__(self, form: Form) -> None:
        super().__init__()
        self._first = form

    def asks(self) -> Answers:
        """Return the fields, to be laid out."""
        return Answers(self._first, lambda: self.form.looking(self.office), self._suggesting)

    def _suggesting(self, spec: FactSpec) -> Names | None:
        """Return what completes the name of an organisation that is known."""
        kind, services = named_by(spec), self.office.services
        if kind is None:
            return None
        return Names(lambda typed: services.parties.store.beginning(kind, typed))

    def buttons(self) -> ComposeResult:
        """Yield the buttons of a dialog."""
        with Horizontal(id="buttons"):
            label = f"{self._first.button}  Ctrl+S"
            yield Button(label, id="save", variant="primary", compact=True)
            yield Button("Fermer  Échap", id="close", compact=True)

    def finish(self, result: Result) -> None:
        """Close with a result: the draft has served."""
        self.drop_draft()
        self.dismiss(result)

    def drop_draft(self) -> None:
        """Forget the draft."""
        if self._draft is not None:
            self._draft.drop()

    @property
    def answers(self) -> Answers:
        """The fields."""
        return self.query_one(Answers)

    @property
    def form(self) -> Form:
        """What is asked now."""
        return self.answers.form

    def reconsider(self, *, at_once: bool = False) -> None:
        """Look at what is typed now, because it has changed."""

    def say_draft(self, words: str) -> None:
        """Say that the form holds a draft, as long as it does; no words take it away."""
        for title in self.query(Masthead):
            title.say(f"{self._first.title}  {words}".rstrip())
        for dialog in self.query(".dialog"):
            dialog.border_subtitle = words

    def open_draft(self) -> None:
        """Go to the field to begin with, and ask what becomes of a draft."""
        self.answers.start()
        if self.office.heir:
            adopt(self.office.drafts)
        self._draft = draft = Draft(self.office.drafts, self.form.draft)
        if found := draft.left():
            self.app.push_screen(self._what_becomes_of(found), partial(self._answered, draft))

    def _what_becomes_of(self, left: Mapping[str, str]) -> ResumeScreen:
        keys = self.office.keys
        told = self.form.resumed(left).read_again(left)
        lines = [text("Vous aviez tapé ici, sans l’enregistrer :", "muted")]
        lines += [line(("› ", "accent"), words) for words in told]
        return ResumeScreen(
            "✎ Brouillon : reprendre, ou repartir de zéro ?",
            text("\n").join(lines),
            yes=f"Reprendre  {first_key('resume.yes', keys)}",
            no=f"Repartir de zéro  {first_key('form.forget', keys)}",
        )

    async def _answered(self, draft: Draft, resume: bool | None) -> None:
        if resume is None:
            self.dismiss(None)
            return
        typed = draft.read()
        if not resume:
            draft.drop()
            return
        key = first_key("form.forget", self.office.keys)
        self.say_draft(f"✎ brouillon repris · {key} : repartir de zéro")
        over = await self.answers.restore(typed)
        self.answers.start()
        self.notify(
            f"Votre saisie d’avant est revenue{', ' * bool(over)}{over} : vérifiez-la.", timeout=4
        )
        self.reconsider(at_once=True)

    def keep(self) -> None:
        """Keep what is typed now, off the screen."""
        if self._draft is None:
            return
        kept = self.answers.draft(*self.form.procedures(self.office))
        self.run_worker(self._draft.keeping(kept), group="draft", thread=True)

    @on(Answers.Changed)
    def changed(self) -> None:
        """Keep what is typed now, and look at it; not what the fields say as they open."""
        if self._draft is not None:
            self.keep()
            self.reconsider()

    @on(Input.Submitted)
    def _next_field(self) -> None:
        self.focus_next()

    def action_forget(self) -> None:
        """Ask whether what is typed may go."""
        shown = "Ce qui est tapé ici et son brouillon seront oubliés."
        self.desk.push(
            ConfirmScreen("Repartir de zéro ?", shown), lambda _: self.call_later(self._forget)
        )

    async def _forget(self) -> None:
        await self.answers.start_over()
        self.drop_draft()
        self.say_draft("")
