"""What a form is, as a value: what it asks, what it asks for, what that would do.

Made by the other modules of this room and by the screens that ask, filled by `tui.forms`. Judges nothing:
the service does.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from msgspec import Struct
from msgspec.structs import replace
from rich.console import RenderableType

from display.drawing.layout import line, text
from notifications.schedule.viewpoint import Looking
from tui.acts.asked import (
    COMMENT,
    REMARKS,
    TAKEN_BACK,
    FormField,
    TypedAnswers,
    read_again,
    told_by,
)
from tui.acts.form import Form
from tui.frame.office import Office
from workflow.case.case import Case, Outcome
from workflow.deadlines.progress import gives_up
from workflow.errors import ActionRefused
from workflow.operations import operations
from workflow.operations.requests import Answer, Operation, Parameter, Request
from workflow.rules.procedure import Procedure

Watch = Callable[[Sequence[str]], Iterable[str]]
"""Is given the references of the files to look at, and gives them back one by one."""


class Prepared(Struct, frozen=True, kw_only=True):
    """What an act would do, not yet written.

    Args:
        request: what it asks for.
        draw: what is shown of it.
        outcome: what becomes of the file, shown below that; None when it is not about one file.
        procedure: the rules of that file.
        save: writes it; None when that cannot be.
        writes: what is written, in French, should the rest fail.
        said: what to say once it is written, given what `save` gave.
        question: what another key is asked before; empty when it is lightly done.
        instead: why it is not written, or what to do for that.
        refusal: what refuses it although it can be shown.
    """

    request: Request
    draw: Callable[[], Iterable[RenderableType]] = lambda: ()
    outcome: Outcome | None = None
    procedure: Procedure | None = None
    save: Callable[[], Any] | None = None
    writes: str = ""
    said: Callable[[Any], str] = lambda _: "Enregistré"
    question: str = ""
    instead: str = ""
    refusal: ActionRefused | None = None

    @property
    def forced(self) -> bool:
        """True when it goes against a window."""
        return self.outcome is not None and self.outcome.entry.forced


class ActForm(Form, frozen=True):
    """A form that does something."""

    idle: ClassVar[str] = "Changez une valeur."
    """What to say while it changes nothing."""
    advice: ClassVar[str] = ""
    """What to show meanwhile, if it is something else."""

    @abstractmethod
    def work_out(self, office: Office, typed: TypedAnswers, watch: Watch) -> Prepared:
        """Return what it would do; raises what its use case raises."""

    @abstractmethod
    def idles(self, typed: TypedAnswers) -> bool:
        """Tell whether it changes nothing with what is typed."""

    def waiting(self, office: Office) -> Iterable[RenderableType]:  # noqa: ARG002 - for those that tell more
        """Return what to show while it changes nothing."""
        if self.advice:
            return [text(self.advice, "muted")]
        return [line(("✗ ", "late"), self.idle)]


class CaseForm(ActForm, frozen=True, kw_only=True):
    """The form of an act on a file.

    Args:
        case: the file, as it was read.
        procedure: its rules.
    """

    case: Case
    procedure: Procedure

    operation: ClassVar[Operation]
    """What it asks for."""
    remark: ClassVar[FormField | None] = COMMENT

    @property
    def about(self) -> tuple[str, ...]:
        """What of the file it acts on, as a command names it."""
        return ()

    @property
    @abstractmethod
    def name(self) -> str:
        """What is done, as the name of its draft says it; only an act that asks something has a draft."""

    @property
    def draft(self) -> str:
        """The name of its draft."""
        return f"{self.case.ref}-{self.name}"

    @property
    def version(self) -> str:
        """The version of the file."""
        return str(self.case.version)

    def looking(self, office: Office) -> Looking:
        """Return the day and the calendar of the file."""
        return office.looking_at(self.case)

    def procedures(self, office: Office) -> Iterable[Procedure]:  # noqa: ARG002 - the file has its own
        """Return the procedure of the file."""
        return (self.procedure,)

    def answers(self, typed: TypedAnswers) -> Mapping[Parameter, Answer]:
        """Return what its operation is told, besides what every act is."""
        return told_by(self.fields, typed)

    def request(self, typed: TypedAnswers) -> Request:
        """Return what it asks for."""
        told: dict[Parameter, Answer] = {
            operations.FORCED: typed.forced,
            operations.COMMENT: typed.comment,
            **self.answers(typed),
        }
        return Request(self.operation, (self.case.ref, *self.about), told)

    def prepare(self, office: Office, typed: TypedAnswers) -> Outcome:
        """Return what it would do; raises like its use case."""
        return office.prepare(self.request(typed), self.case.version)

    def work_out(self, office: Office, typed: TypedAnswers, watch: Watch) -> Prepared:  # noqa: ARG002 - one file
        """Return what it would do; raises like its use case."""
        outcome = self.prepare(office, typed)
        return Prepared(
            request=self.request(typed),
            outcome=outcome,
            procedure=self.procedure,
            save=lambda: office.services.cases.save(outcome),
            writes=self.case.ref,
            said=self.said,
            question=self._asked_again(outcome),
        )

    def line(self, asked: FormField, words: str) -> str:
        """Return an answer, in words, with what it answers."""
        return f"{asked.spec.label} : {words}"

    def said(self, saved: Outcome) -> str:  # noqa: ARG002 - for those that tell more
        """Return what to say once it is written."""
        return f"Enregistré : {self.title}"

    def _asked_again(self, outcome: Outcome) -> str:
        entry = outcome.entry
        if entry.forced:
            return "Passer outre ?"
        if entry.state_from != entry.state_to and gives_up(self.procedure, entry.state_to):
            return f"{self.title} ?"
        return ""

    def read_again(self, draft: Mapping[str, str]) -> Iterator[str]:
        """Yield what a draft of this form holds, one line each, what it asks no more included."""
        yield from read_again(draft, self.fields, self.procedure)

    # --- Over what somebody else wrote meanwhile ---------------------------------------------------

    def known(self, case: Case) -> Mapping[str, str]:  # noqa: ARG002 - for those that ask
        """Return what a file says of everything it asks, as it would be typed, by name."""
        return {}

    def idles(self, typed: TypedAnswers) -> bool:
        """Tell whether it changes nothing with what is typed: a comment goes with something else."""
        known = {one.spec.id: one.known for one in self.fields}
        needed = any(one.required for one in self.fields)
        return not needed and all(known.get(id_) == value for id_, value in typed.facts.items())

    def over(self, theirs: Case) -> CaseForm:
        """Return the same act over a file that somebody else has changed meanwhile."""
        now = self.known(theirs)
        fields = (replace(one, known=now.get(one.spec.id, "")) for one in self.fields)
        return replace(self, case=theirs, fields=tuple(fields))

    def told(self, typed: TypedAnswers) -> list[str]:
        """Return what was typed in words, one line each."""
        facts = (
            self._changed(one, typed.facts[one.spec.id])
            for one in self.fields
            if one.spec.id in typed.facts
        )
        remark = self.remark or COMMENT
        comment = [f"{REMARKS[remark.spec.id]} : {typed.comment}"] if typed.comment else []
        return [*facts, *comment]

    def _changed(self, asked: FormField, words: str) -> str:
        """Return « Fin de la formation : 05/10/2026 → 12/10/2026 »."""
        was, now = asked.named(asked.known), asked.named(words) or TAKEN_BACK
        return self.line(asked, f"{was} → {now}" if was and was != now else now)
