"""The fields of a form: a field for each thing it asks, then the remark that goes with all of them.

Used by every form of `tui.forms`. Says what is typed, for a draft or for the service, and never what was
left as it is; asks the office nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.geometry import Offset, Region
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Select, TextArea

from notifications.schedule.viewpoint import Looking
from tui.acts.asked import (
    COMMENT,
    FORCED,
    SEEN,
    VERSION,
    WHY_FORCED,
    YES,
    FormField,
    Look,
    TypedAnswers,
)
from tui.acts.drafts import without_revealing
from tui.acts.form import Form
from tui.fields.answerfield import AnswerField
from tui.fields.names import Names
from tui.fields.tick import Tick
from workflow.rules.fact_specs import FactSpec
from workflow.rules.procedure import Procedure


class Answers(VerticalScroll, can_focus=False):
    """Asks what a form asks; the field in use is always seen.

    Args:
        form: what is asked.
        looking: gives the day and the calendar that shorthands count from.
        suggesting: gives what completes the answer to a question, None where nothing does.
    """

    @dataclass
    class Changed(Message):
        """Something else is typed."""

    def __init__(
        self,
        form: Form,
        looking: Callable[[], Looking],
        suggesting: Callable[[FactSpec], Names | None],
    ) -> None:
        super().__init__(id="questions")
        self.form = form
        self.forced = False
        self._gives = looking, suggesting

    def compose(self) -> ComposeResult:
        """Yield a field for each question, then for the remark."""
        yield from (AnswerField(one, *self._gives) for one in self.form.fields)
        remark = AnswerField(self._remark, *self._gives)
        remark.display = self.form.remark is not None
        yield remark

    @property
    def _remark(self) -> FormField:
        remark = self.form.remark or COMMENT
        return WHY_FORCED if self.forced else remark

    @property
    def remark(self) -> AnswerField:
        """The field of the remark."""
        return list(self.query(AnswerField))[-1]

    def field(self, id_: str) -> AnswerField | None:
        """Return the field of a question; None when it is not asked."""
        return next((one for _, one in self._asked() if one.asked.spec.id == id_), None)

    def start(self) -> None:
        """Go to the field to begin with."""
        field = self.field(self.form.starts_at) or self.query(AnswerField).first()
        field.box.focus()

    # --- In view -----------------------------------------------------------------------------------

    def on_resize(self) -> None:
        """Show the field in use again, when what it would do takes room from it."""
        self.call_after_refresh(self._show_used)

    def _show_used(self) -> None:
        """Show the field in use with its label, and then itself where there is no room for both."""
        used = self.screen.focused
        if used is not None and self in used.ancestors:
            for one in (used.parent, used):
                if isinstance(one, Widget) and one is not self:
                    one.scroll_visible(animate=False)

    def scroll_to_region(self, region: Region, **options: Any) -> Offset:
        """Show a part at once: a movement that goes on ends where that part was when it began."""
        return super().scroll_to_region(region, **{**options, "animate": False})

    # --- What is typed -----------------------------------------------------------------------------

    def _asked(self) -> list[tuple[FormField, AnswerField]]:
        # Those that are there: while others come, somebody may look.
        fields = {one.asked.key: one for one in self.query(AnswerField) if one.is_mounted}
        return [(one, fields[one.key]) for one in self.form.fields if one.key in fields]

    @property
    def answered(self) -> dict[str, str]:
        """What stands in each field, by name of question."""
        return {asked.spec.id: field.words for asked, field in self._asked()}

    @property
    def typed(self) -> TypedAnswers:
        """What was typed, shorthands written out, without what was left as it was."""
        facts = {
            asked.spec.id: field.words
            for asked, field in self._asked()
            if asked.required or field.words != asked.known
        }
        return TypedAnswers(facts, self.remark.typed, self.forced)

    def draft(self, *procedures: Procedure) -> dict[str, str]:
        """Return what was typed, and over what; empty as long as nothing is.

        A word that would reveal why somebody is eligible, says one of the procedures, is left out.
        """
        typed = [(one, field.words) for one, field in self._asked()]
        kept = {one.key: words for one, words in typed if words != one.first}
        kept |= {FORCED: YES} if self.forced else {}
        kept |= {self._remark.key: self.remark.typed} if self.remark.typed else {}
        kept = without_revealing(kept, *procedures)
        if not kept:
            return {}
        # Another day another one could be proposed, that nobody has chosen.
        chosen = {one.key: words for one, words in typed if one.chosen and words != one.known}
        seen = {
            f"{SEEN}{one.spec.id}": one.known for one, _ in typed if one.known and one.key in kept
        }
        version = {VERSION: self.form.version} if self.form.version else {}
        return {**chosen, **kept, **seen, **version}

    async def restore(self, draft: Mapping[str, str]) -> str:
        """Put a draft back, with all that it asks; return what is to be known of it, in French.

        A field says so when its value is no longer the one that was typed over.
        """
        await self.ask(self.form.resumed(draft))
        lost = []
        for asked, field in self._asked():
            words = asked.within(draft)
            if words is None:
                continue
            lost += [] if field.put(words) else [asked]
            if self.form.version:
                field.taken_up(draft.get(f"{SEEN}{asked.spec.id}", ""), asked.known)
        self.remark.put(draft.get(self._remark.key, ""))
        self.force(on=FORCED in draft)
        moved = bool(self.form.version) and draft.get(VERSION) != self.form.version
        over = ["sur un dossier qui a changé entre-temps"] if moved else []
        return ", ".join([*over, *(["sauf un choix qui n’existe plus"] if lost else [])])

    async def start_over(self) -> None:
        """Put every field back as it is known."""
        for asked in self.form.fields:
            if asked.decides and asked.first:
                await self.ask(self.form.after(asked.spec.id, asked.first))
        for asked, field in self._asked():
            field.put(asked.first)
        self.remark.put("")
        self.force(on=False)

    def check(self) -> list[str]:
        """Return what is wrong or missing, a line each; under a field stands what is wrong with it."""
        found = [(asked, wrong) for asked, field in self._asked() if (wrong := field.check())]
        apart = [wrong for asked, wrong in found if asked.look is Look.BESIDE]
        unread = [asked.spec.label for asked, _ in found if asked.look is not Look.BESIDE]
        missing = [
            asked.spec.label for asked, field in self._asked() if asked.required and not field.typed
        ]
        said = {"à corriger": unread, "il manque": missing}
        return apart + [
            f"{words} : {', '.join(labels)}" for words, labels in said.items() if labels
        ]

    # --- What is asked -----------------------------------------------------------------------------

    async def ask(self, form: Form) -> None:
        """Ask what another form asks; what is typed stays in the fields that it asks too."""
        if form is self.form:
            return
        self.form, wanted = form, {one.key: one for one in form.fields}
        kept: dict[str, AnswerField] = {}
        *fields, before = self.query(AnswerField)
        for field in fields:
            asked = wanted.get(field.asked.key)
            if asked is not None and field.takes(asked):
                field.ask(asked)
                kept[asked.key] = field
            else:
                await field.remove()
        new: list[AnswerField] = []
        for asked in reversed(form.fields):
            there = kept.get(asked.key)
            if there is None:
                new.insert(0, AnswerField(asked, *self._gives))
                continue
            await self.mount_all(new, before=before)
            new, before = [], there
        await self.mount_all(new, before=before)

    async def take(self, form: Form, typed: TypedAnswers) -> None:
        """Ask what another form asks, and put answers there; the rest is as it is known."""
        await self.ask(form)
        for asked, field in self._asked():
            field.put(typed.facts.get(asked.spec.id, asked.first))
        self.remark.put(typed.comment)

    def force(self, *, on: bool) -> None:
        """Ask why the person goes against a window; no longer ask it when it is not `on`."""
        self.forced = on
        self.remark.ask(self._remark)
        self.remark.display = on or self.form.remark is not None

    @on(Input.Changed)
    @on(Select.Changed)
    @on(Tick.Changed)
    @on(TextArea.Changed)
    async def _changed(self, event: Message) -> None:
        event.stop()
        field = event.control.parent if event.control else None
        if isinstance(field, AnswerField) and field.asked.decides:
            form = self.form.after(field.asked.spec.id, field.typed)
            went_on = form.follows and form.starts_at != self.form.starts_at
            await self.ask(form)
            if went_on:
                # Once the list of choices has given the focus back.
                self.call_after_refresh(self.start)
        # To whom it goes next: nothing that waits here behind what was typed overtakes it.
        assert self.parent is not None, "it is on a screen"  # noqa: S101
        self.parent.post_message(self.Changed())
