"""A reminder put off until a day, with a reason, and never past the last useful one; or told again at once.

Made by the screen of a file, filled by `tui.forms.act`. The deadline itself does not move.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

from msgspec.structs import replace
from rich.console import RenderableType

from display.drawing.layout import line, text
from notifications.schedule.viewpoint import Looking
from tui.acts.actform import CaseForm, Prepared, Watch
from tui.acts.asked import FormField, Look, TypedAnswers, asking
from tui.frame.office import Office
from workflow.case.case import Case, Deadline, Outcome
from workflow.operations import operations
from workflow.operations.requests import Answer, Operation, Parameter
from workflow.rules.fact_specs import FactType
from workflow.text import french
from workflow.usecases.cases import CaseView

_WHICH, _WAKE, _UNTIL = "which", "wake", "until"
_ASLEEP = asking(
    _WAKE,
    "Report",
    FactType.BOOLEAN,
    look=Look.BESIDE,
    hint="le lever : rappels aussitôt",
    tells=operations.WAKE,
)
_DAY = asking(_UNTIL, "Jusqu’au", FactType.DATE, look=Look.BESIDE, tells=operations.UNTIL)

SNOOZE = (_ASLEEP, _DAY)
"""What is asked of a reminder, besides which."""


class SnoozeForm(CaseForm, frozen=True, kw_only=True):
    """Puts a reminder off.

    Args:
        which: the deadline whose reminder it is.
    """

    which: str

    operation: ClassVar[Operation] = operations.SNOOZE
    name: ClassVar[str] = "reporter"
    starts_at: ClassVar[str] = _UNTIL
    idle: ClassVar[str] = "dites jusqu’à quel jour le rappel attend."
    button: ClassVar[str] = "Reporter"
    remark: ClassVar[FormField | None] = asking(
        "reason", "Raison", look=Look.BESIDE, hint="que l’équipe lira"
    )

    @property
    def about(self) -> tuple[str, ...]:
        """The deadline."""
        return (self.which,)

    def after(self, id_: str, words: str) -> SnoozeForm:
        """Return the form for the reminder of another deadline."""
        asked = id_ == _WHICH and words != self.which
        return _putting_off(self.case, replace(self, which=words)) if asked else self

    def over(self, theirs: Case) -> SnoozeForm:
        """Return the same form over a file that somebody else has changed: its reminders are theirs."""
        if not theirs.deadlines:
            return replace(self, case=theirs)
        which = self.which if self.which in theirs.deadlines else next(iter(theirs.deadlines))
        return _putting_off(theirs, replace(self, which=which))

    def idles(self, typed: TypedAnswers) -> bool:
        """Tell whether no day is typed, and no silence ended."""
        return not typed.said(_UNTIL) and not typed.said(_WAKE)

    def answers(self, typed: TypedAnswers) -> Mapping[Parameter, Answer]:
        """Return what its operation is told."""
        told = {
            **super().answers(typed),
            operations.REASON: typed.comment,
            operations.COMMENT: None,
        }
        # Told again at once, whatever day stands there.
        return {**told, operations.UNTIL: None} if typed.said(_WAKE) else told

    def work_out(self, office: Office, typed: TypedAnswers, watch: Watch) -> Prepared:
        """Return until when nothing is sent."""
        found = super().work_out(office, typed, watch)
        assert found.outcome is not None, "an act on a file has one"  # noqa: S101
        after, warnings = found.outcome.after, found.outcome.warnings
        until = after.deadlines[self.which].snoozed_until

        def draw() -> Iterator[RenderableType]:
            when = (french.long_day(until), "strong") if until else ("aussitôt", "strong")
            yield line("= rappel le " if until else "= rappels ", when)
            yield from (line(("! ", "soon"), words) for words in warnings)
            yield from self.waiting(office)

        return replace(found, draw=draw, outcome=None)

    def said(self, saved: Outcome) -> str:
        """Return what to say once it is written."""
        return (
            "Rappel reporté" if saved.after.deadlines[self.which].snoozed_until else "Report levé"
        )

    def waiting(self, office: Office) -> Iterable[RenderableType]:
        """Yield the last day until which a reminder is of any use."""
        looking, deadline = office.looking_at(self.case), self.case.deadlines.get(self.which)
        if deadline is None:
            return
        last = looking.planner.last_call(deadline.dates, looking.agency)
        yield text("L’échéance ne bouge pas : seul son rappel attend.", "muted")
        if last is not None:
            yield line(("Dernier jour utile : ", "muted"), french.long_day(last))
        if not _can_wait(deadline, looking):
            yield line(
                ("! ", "soon"), "Ce jour n’est pas à venir : ce rappel ne peut plus attendre."
            )
        if deadline.snoozed_until is not None:
            until = french.short_day(deadline.snoozed_until)
            yield line(("Déjà reporté au ", "soon"), until)


def putting_off(view: CaseView, office: Office) -> SnoozeForm:
    """Return the form that puts a reminder off: the nearest that can still wait, as what is late is told."""
    case, looking = view.case, office.looking_at(view.case)
    nearest = _nearest_first(case)
    which = next((one.id for one in nearest if _can_wait(one, looking)), nearest[0].id)
    title = f"Reporter un rappel · {case.ref}"
    form = SnoozeForm(title, case=case, procedure=view.procedure, which=which)
    return _putting_off(case, form)


def _putting_off(case: Case, form: SnoozeForm) -> SnoozeForm:
    named = {one.id: one.label for one in _nearest_first(case)}
    which = asking(
        _WHICH,
        "Rappel",
        FactType.CHOICE,
        choices=named,
        proposed=form.which,
        look=Look.BESIDE,
        empty=None,
        decides=True,
    )
    asleep = (_ASLEEP,) if case.deadlines[form.which].snoozed_until else ()
    return replace(form, case=case, fields=(which, *asleep, _DAY))


def _nearest_first(case: Case) -> list[Deadline]:
    return sorted(case.deadlines.values(), key=lambda one: one.dates.act_on)


def _can_wait(deadline: Deadline, looking: Looking) -> bool:
    last = looking.planner.last_call(deadline.dates, looking.agency)
    return last is None or last > looking.today
