"""The fields of a form: its questions, the papers it may receive, the facts that may be added, a comment.

Used by `tui.forms.act`. Says what is typed, for a draft or for the service, and never what was left as it
is; asks the office nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.geometry import Offset, Region
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Label, Select

from notifications.schedule.viewpoint import Looking
from tui.acts.actform import ActForm, Question, TypedAnswers
from tui.acts.drafts import without_revealing
from tui.fields.choices import Choices
from tui.fields.factfield import FactField
from tui.fields.line import Line
from tui.fields.scrolled import Fields
from tui.fields.tick import Tick

_COMMENT = "Commentaire pour le journal"
_OPTIONAL = "facultatif"
_REASON = "Pourquoi passer outre (obligatoire, gardé au journal)"
_FORCED, _VERSION = "forced", "version"
FACT, PAPER, _SEEN = "fact-", "paper-", "seen-"
"""Start of the name, in a draft, of what was typed, of a paper received, of the value typed over."""


class Answers(Fields):
    """Asks what an act asks.

    Args:
        act: the act.
        looking: gives the day and the calendar that shorthands count from.
    """

    @dataclass
    class Changed(Message):
        """Something else is typed."""

    def __init__(self, act: ActForm, looking: Callable[[], Looking]) -> None:
        super().__init__(id="questions")
        self.act = act
        self.forced = False
        self._looking = looking

    def compose(self) -> ComposeResult:
        """Yield a field for each question, then the papers and the comment."""
        for question in self.act.questions:
            yield FactField(question.spec, self._looking, question.first)
        if self.act.more:
            yield Choices(self._more, prompt="Ajouter un fait…", id="more")
        if self.act.papers:
            yield Label("Pièces reçues", id="papers-label")
        for name, label in self.act.papers:
            yield Tick(label, id=f"{PAPER}{name}", compact=True)
        yield Label(_COMMENT, id="comment-label")
        yield Line(id="comment", compact=True, placeholder=_OPTIONAL, select_on_focus=False)

    def scroll_to_region(self, region: Region, **options: Any) -> Offset:
        """Show a part at once: a movement that goes on ends where that part was when it began."""
        return super().scroll_to_region(region, **{**options, "animate": False})

    def _show(self, field: Widget) -> None:
        """Show a field with its label, and then itself where there is no room for both."""
        for one in (field.parent, field):
            if isinstance(one, Widget) and one is not self:
                super()._show(one)

    @property
    def _more(self) -> dict[str, str]:
        """The facts that may be added, by id."""
        return {spec.id: spec.label for spec in self.act.more}

    # --- What is typed -----------------------------------------------------------------------------

    @property
    def draft(self) -> dict[str, str]:
        """What was typed, and over what; empty as long as nothing is.

        A word that would reveal why somebody is eligible is left out.
        """
        known = {one.spec.id: one.known for one in self.act.questions}
        facts = {
            question.spec.id: field.words
            for question, field in self._asked()
            if field.words != question.first
        }
        kept = {f"{FACT}{name}": words for name, words in facts.items()}
        kept |= {str(box.id): "oui" for box in self.query(Tick) if box.value}
        kept |= {_FORCED: "oui"} if self.forced else {}
        kept |= {"comment": self.comment.value} if self.comment.value else {}
        kept = without_revealing(kept, self.act.procedure)
        if not kept:
            return {}
        seen = {f"{_SEEN}{name}": known[name] for name in facts if f"{FACT}{name}" in kept}
        return {**kept, **seen, _VERSION: str(self.act.case.version)}

    async def restore(self, draft: Mapping[str, str]) -> bool:
        """Put a draft back, the facts that were added included.

        A field says so when its value is no longer the one that was typed over. Tells whether the file
        has changed since.
        """
        for spec in self.act.more:
            if f"{FACT}{spec.id}" in draft:
                await self.add(spec.id)
        for question, field in self._asked():
            words = draft.get(f"{FACT}{question.spec.id}")
            if words is not None:
                field.put(words)
                was = draft.get(f"{_SEEN}{question.spec.id}", "")
                field.taken_up(was, question.known)
        for box in self.query(Tick):
            box.value = str(box.id) in draft
        self.comment.value = draft.get("comment", "")
        self.force(on=_FORCED in draft)
        return draft.get(_VERSION) != str(self.act.case.version)

    def start_over(self) -> None:
        """Put every field back as it is known; the facts that were added stay asked."""
        for question, field in self._asked():
            field.put(question.first)
        for box in self.query(Tick):
            box.value = False
        self.comment.value = ""
        self.force(on=False)

    def _asked(self) -> list[tuple[Question, FactField]]:
        fields = {field.spec.id: field for field in self.query(FactField)}
        return [(one, fields[one.spec.id]) for one in self.act.questions]

    @property
    def typed(self) -> TypedAnswers:
        """What was typed, shorthands written out, without what was left as it was."""
        facts = {
            question.spec.id: field.words
            for question, field in self._asked()
            if question.required or field.words != question.known
        }
        papers = tuple(
            name for name, _ in self.act.papers if self.query_one(f"#{PAPER}{name}", Tick).value
        )
        return TypedAnswers(facts, papers, self.comment.value.strip(), self.forced)

    @property
    def comment(self) -> Input:
        """The field of the comment."""
        return self.query_one("#comment", Input)

    def check(self) -> list[str]:
        """Say under each field what is wrong with it; return what is wrong or missing, a line each."""
        wrong = [one.spec.label for one, field in self._asked() if not field.check()]
        missing = [
            one.spec.label for one, field in self._asked() if one.required and not field.typed
        ]
        said = {"à corriger": wrong, "il manque": missing}
        return [f"{words} : {', '.join(labels)}" for words, labels in said.items() if labels]

    # --- What is asked -----------------------------------------------------------------------------

    def take(self, act: ActForm, typed: TypedAnswers) -> None:
        """Ask for another act with the same fields, and put answers there; the rest is as it is known."""
        self.act = act
        for question, field in self._asked():
            field.put(typed.facts.get(question.spec.id, question.first))
        if not act.papers:
            self.query("Tick, #papers-label").remove()
        self.comment.value = typed.comment

    async def add(self, name: str) -> FactField:
        """Ask for one more fact."""
        self.act = self.act.asking(name)
        more = self.query_one("#more", Choices)
        question = self.act.questions[-1]
        field = FactField(question.spec, self._looking, question.first)
        await self.mount(field, before=more)
        if self.act.more:
            more.offer(self._more)
        else:
            await more.remove()
        return field

    def force(self, *, on: bool) -> None:
        """Ask why the person goes against a window; no longer ask it when it is not `on`."""
        self.forced = on
        self.query_one("#comment-label", Label).update(_REASON if on else _COMMENT)
        self.comment.placeholder = "la raison, en une phrase" if on else _OPTIONAL

    @on(Select.Changed, "#more")
    async def _add(self, event: Select.Changed) -> None:
        event.stop()
        if isinstance(event.value, str):
            field = await self.add(event.value)
            # Once the list of choices has given the focus back.
            self.call_after_refresh(partial(field.query("Input, Select").first().focus))
            self.post_message(self.Changed())

    @on(Input.Changed)
    @on(Select.Changed)
    @on(Tick.Changed)
    def _changed(self, event: Message) -> None:
        event.stop()
        self.post_message(self.Changed())
