"""The fields of a form: its questions, the papers it may receive, the facts that may be added, a comment.

Used by `tui.screens.act`. Says what is typed, whole for a draft or only what changed for the service; asks
the office nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Input, Label, Select

from notifications.looking import Looking
from tui.acts import Act, Typed
from tui.widgets.choices import Choices
from tui.widgets.factfield import FactField
from tui.widgets.line import Line
from tui.widgets.tick import Tick

_COMMENT = "Commentaire pour le journal"
_REASON = "Pourquoi passer outre (obligatoire, gardé au journal)"
_FORCED = "forced"


class Answers(VerticalScroll, can_focus=False):
    """Asks what an act asks.

    Args:
        act: the act.
        looking: gives the day and the calendar that shorthands count from.
    """

    @dataclass
    class Changed(Message):
        """Something else is typed."""

    def __init__(self, act: Act, looking: Callable[[], Looking]) -> None:
        super().__init__(id="questions")
        self.act = act
        self.forced = False
        self._looking = looking

    def compose(self) -> ComposeResult:
        """Yield a field for each question, then the papers and the comment."""
        for question in self.act.questions:
            yield FactField(question.spec, self._looking, question.known or "")
        if self.act.more:
            yield Choices(self._more, prompt="Ajouter un fait…", id="more")
        if self.act.papers:
            yield Label("Pièces reçues")
        for name, label in self.act.papers:
            yield Tick(label, id=f"paper-{name}", compact=True)
        yield Label(_COMMENT, id="comment-label")
        yield Line(id="comment", compact=True, placeholder="facultatif", select_on_focus=False)

    @property
    def _more(self) -> dict[str, str]:
        """The facts that may be added, by id."""
        return {spec.id: spec.label for spec in self.act.more}

    # --- What is typed -----------------------------------------------------------------------------

    @property
    def raw(self) -> dict[str, str]:
        """Every field as it stands, for the draft."""
        raw = {field.spec.id: field.typed for field in self.query(FactField)}
        raw |= {str(box.id): "oui" for box in self.query(Tick) if box.value}
        raw |= {_FORCED: "oui"} if self.forced else {}
        return raw | {"comment": self.comment.value}

    async def restore(self, raw: Mapping[str, str]) -> None:
        """Put a draft back, the facts that were added included."""
        for spec in self.act.more:
            if raw.get(spec.id):
                await self.add(spec.id)
        for field in self.query(FactField):
            field.put(raw.get(field.spec.id, field.typed))
        for box in self.query(Tick):
            box.value = str(box.id) in raw
        self.comment.value = raw.get("comment", "")
        if _FORCED in raw:
            self.force()

    @property
    def typed(self) -> Typed:
        """What was typed, shorthands written out, without what was left as it was."""
        fields = {field.spec.id: field for field in self.query(FactField)}
        facts = {
            question.spec.id: fields[question.spec.id].words
            for question in self.act.questions
            if question.required or fields[question.spec.id].words != question.known
        }
        papers = tuple(
            name for name, _ in self.act.papers if self.query_one(f"#paper-{name}", Tick).value
        )
        return Typed(facts, papers, self.comment.value.strip(), self.forced)

    @property
    def comment(self) -> Input:
        """The field of the comment."""
        return self.query_one("#comment", Input)

    def check(self) -> bool:
        """Say under each field what is wrong with it; tell whether everything needed is there."""
        needed = {one.spec.id for one in self.act.questions if one.required}
        sound = [
            field.check() and (bool(field.typed) or field.spec.id not in needed)
            for field in self.query(FactField)
        ]
        return all(sound)

    # --- What is asked -----------------------------------------------------------------------------

    def take(self, act: Act, typed: Typed) -> None:
        """Ask for another act with the same fields, and put answers there."""
        self.act = act
        for field in self.query(FactField):
            field.put(typed.facts.get(field.spec.id, ""))
        self.comment.value = typed.comment

    async def add(self, name: str) -> FactField:
        """Ask for one more fact."""
        self.act = self.act.asking(name)
        more = self.query_one("#more", Choices)
        field = FactField(self.act.questions[-1].spec, self._looking)
        await self.mount(field, before=more)
        if self.act.more:
            more.offer(self._more)
        else:
            await more.remove()
        return field

    def force(self) -> None:
        """Ask why the person goes against a window."""
        self.forced = True
        self.query_one("#comment-label", Label).update(_REASON)
        self.comment.placeholder = "la raison, en une phrase"

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
