"""Reporter le rappel: a reminder put off until a day, with a reason, and never past the last useful one.

Opened by the screen of a file. The date itself does not move. What was put off before comes again at once,
or on another day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial

from rich.console import RenderableType
from textual import on
from textual.widget import Widget

from notifications.schedule.viewpoint import Looking
from tui.acts.drafts import lasting
from tui.drawing.paint import Paint
from tui.fields.choices import Choices
from tui.fields.line import Line
from tui.fields.tick import Tick
from tui.forms.form import Form
from workflow.calendar.calendars import WorkingCalendar
from workflow.case.case import Case, Deadline, Outcome
from workflow.text import french
from workflow.usecases import operations
from workflow.usecases.requests import Request
from workflow.wording.date_text import day_typed


class SnoozeForm(Form[Outcome]):
    """Puts a reminder off.

    Args:
        case: the file.
    """

    starts_at = "until"
    missing = "dites jusqu’à quel jour le rappel attend."

    def __init__(self, case: Case) -> None:
        super().__init__(f"Reporter un rappel · {case.ref}", "Reporter")
        self._case = case
        self._outcome: Outcome | None = None

    @property
    def draft(self) -> str:
        """The name of its draft."""
        return f"{self._case.ref}-reporter"

    def lasting(self, id_: str, words: str) -> str:
        """Return the day written out."""
        return lasting(words, self._looking.today, self._calendar) if id_ == "until" else words

    def fields(self) -> Iterator[tuple[str, Widget]]:
        """Yield which reminder, until when, and why."""
        deadlines = sorted(self._case.deadlines.values(), key=lambda one: one.dates.act_on)
        named = {one.id: one.label for one in deadlines}
        # The nearest that can still wait: what is late is told every day.
        first = next((one.id for one in deadlines if self._can_wait(one)), "")
        yield "Rappel", Choices(named, first or deadlines[0].id, prompt=None, id="which")
        hint = f"{french.short_day(self._looking.today)}, 8/9, +3j, lundi…"
        yield "Report", Tick("le lever : rappels aussitôt", id="wake", compact=True)
        yield "Jusqu’au", Line(placeholder=hint, id="until", compact=True)
        yield "Raison", Line(placeholder="que l’équipe lira", id="reason", compact=True)

    @property
    def _looking(self) -> Looking:
        return self.office.looking_at(self._case)

    @property
    def _calendar(self) -> WorkingCalendar:
        return self._looking.planner.calendar(self._looking.agency)

    def consider(self) -> None:
        """Say until when nothing is sent, or why that cannot be."""
        self._outcome = None
        tick = self.query_one("#wake", Tick)
        asleep = self._chosen.snoozed_until is not None
        tick.query_ancestor(".field").display = asleep
        reason = self.words("reason")
        if asleep and tick.value:
            self.weigh(
                partial(self._prepare, self._chosen.id, "", reason), self._weighed, self.refuse
            )
        elif self.words("until"):
            typed = self._chosen.id, self.words("until"), reason
            self.weigh(partial(self._prepare, *typed), self._weighed, self.refuse)
        else:
            self.tell(*self._last_call())

    @on(Tick.Changed)
    def _ticked(self) -> None:
        self._changed()

    @property
    def _chosen(self) -> Deadline:
        return self._case.deadlines[self.chosen("which")]

    def _can_wait(self, deadline: Deadline) -> bool:
        last = self._looking.planner.last_call(deadline.dates, self._looking.agency)
        return last is None or last > self._looking.today

    def _last_call(self) -> Iterator[RenderableType]:
        """Yield the last day until which a reminder is of any use."""
        paint, looking = Paint(self), self._looking
        deadline = self._chosen
        last = looking.planner.last_call(deadline.dates, looking.agency)
        yield paint.text("L’échéance ne bouge pas : seul son rappel attend.", "muted")
        if last is not None:
            yield paint.line(("Dernier jour utile : ", "muted"), french.long_day(last))
        if not self._can_wait(deadline):
            yield paint.line(
                ("! ", "soon"), "Ce jour n’est pas à venir : ce rappel ne peut plus attendre."
            )
        if deadline.snoozed_until is not None:
            until = french.short_day(deadline.snoozed_until)
            yield paint.line(("Déjà reporté au ", "soon"), until)

    def _prepare(self, deadline: str, typed: str, reason: str) -> Outcome:
        until = day_typed(typed, self._looking.today, self._calendar) if typed else None
        return self.office.prepare(self._request(deadline, until, reason), self._case.version)

    def _request(self, deadline: str, until: date | None, reason: str) -> Request:
        """Return what is asked for; without a day, reminders at once."""
        answers = {
            operations.UNTIL: french.short_day(until) if until else None,
            operations.WAKE: until is None,
            operations.REASON: reason,
        }
        return Request(operations.SNOOZE, (self._case.ref, deadline), answers)

    def _weighed(self, outcome: Outcome) -> None:
        self._outcome = outcome
        paint, until = Paint(self), outcome.after.deadlines[self._chosen.id].snoozed_until
        when = (french.long_day(until), "strong") if until else ("aussitôt", "strong")
        self.tell(
            paint.line("= rappel le " if until else "= rappels ", when),
            *(paint.line(("! ", "soon"), words) for words in outcome.warnings),
            *self._last_call(),
            ready=True,
        )

    def confirm(self) -> None:
        """Write it."""
        if self._outcome is not None:
            self.ask(
                partial(self.office.services.cases.save, self._outcome),
                self._saved,
                group="save",
                writes=self._outcome.after.ref,
                refused=self.refuse,
            )

    def _saved(self, outcome: Outcome) -> None:
        which = self._chosen.id
        until = outcome.after.deadlines[which].snoozed_until
        said = "Rappel reporté" if until else "Report levé"
        self.desk.acted(said, self._request(which, until, self.words("reason")))
        self.done(outcome)
