"""What the form of an act is, as a value: what it asks, what was typed, what it asks for.

Made by `tui.acts.acts`, `tui.acts.notes` and `tui.acts.removals`, each for its acts; filled by
`tui.forms.act`. Judges nothing: the service does.
"""

from __future__ import annotations

from abc import ABCMeta, abstractmethod
from collections.abc import Mapping
from typing import ClassVar

from msgspec import Struct, StructMeta, field
from msgspec.structs import replace

from tui.frame.office import Office
from workflow.case.case import Case, Outcome
from workflow.rules.fact_specs import FactSpec
from workflow.rules.procedure import Procedure
from workflow.usecases import operations
from workflow.usecases.requests import Answer, Operation, Parameter, Request


class TypedAnswers(Struct, frozen=True):
    """What somebody has typed in a form.

    Args:
        facts: values by name, as typed; those that were left as they are do not stand here.
        documents: documents received, by name.
        comment: for the journal.
        forced: True to go against a window.
    """

    facts: Mapping[str, str] = field(default_factory=dict)
    documents: tuple[str, ...] = ()
    comment: str = ""
    forced: bool = False

    @property
    def given(self) -> dict[str, str]:
        """The values, without those that were emptied."""
        return {name: value for name, value in self.facts.items() if value}

    @property
    def emptied(self) -> list[str]:
        """The names of what was emptied."""
        return [name for name, value in self.facts.items() if not value]


class Question(Struct, frozen=True):
    """Something to ask.

    Args:
        spec: what it is, like a fact.
        known: its value now, as it would be typed: left as it is, it is not sent, unless it is required.
        required: True when the act needs it.
        proposed: what stands in its field at first, where nothing is known.
    """

    spec: FactSpec
    known: str = ""
    required: bool = False
    proposed: str = ""

    @property
    def first(self) -> str:
        """What stands in its field before anything is typed."""
        return self.known or self.proposed


class _AbstractStruct(StructMeta, ABCMeta):
    """Makes structs that may leave methods to those that derive from them."""


class ActForm(Struct, frozen=True, metaclass=_AbstractStruct):
    """A form: what it asks, and what it does.

    Args:
        title: its heading.
        case: the file, as it was read.
        questions: what it asks.
        papers: documents to receive: their name, and their label.
        more: facts that may be added to the questions.
    """

    title: str
    case: Case
    procedure: Procedure
    questions: tuple[Question, ...] = ()
    papers: tuple[tuple[str, str], ...] = ()
    more: tuple[FactSpec, ...] = ()

    operation: ClassVar[Operation]
    """What it asks for."""
    idle: ClassVar[str] = "Changez une valeur."
    """What to say while nothing was typed."""

    @property
    def about(self) -> tuple[str, ...]:
        """What of the file it acts on, as a command names it."""
        return ()

    @property
    def draft(self) -> str:
        """The name of its draft; only an act that asks something has one."""
        return ""

    @abstractmethod
    def answers(self, typed: TypedAnswers) -> Mapping[Parameter, Answer]:
        """Return what its operation is told, besides what every act is."""

    def request(self, typed: TypedAnswers) -> Request:
        """Return what it asks for."""
        about = (self.case.ref, *self.about)
        told: dict[Parameter, Answer] = {
            **self.answers(typed),
            operations.FORCED: typed.forced,
            operations.COMMENT: typed.comment,
        }
        return Request(self.operation, about, told)

    def prepare(self, office: Office, typed: TypedAnswers) -> Outcome:
        """Return what it would do; raises like its use case."""
        return office.prepare(self.request(typed), self.case.version)

    def known(self, case: Case) -> Mapping[str, str]:  # noqa: ARG002 - for those that ask
        """Return what a file says of everything it asks, as it would be typed, by name."""
        return {}

    @property
    def waits(self) -> bool:
        """True when it does nothing until something is typed."""
        return not any(question.required for question in self.questions)

    def idles(self, typed: TypedAnswers) -> bool:
        """Tell whether it changes nothing with what is typed: a comment goes with something else."""
        known = {one.spec.id: one.known for one in self.questions}
        return self.waits and all(known.get(id_) == value for id_, value in typed.facts.items())

    def over(self, theirs: Case) -> ActForm:
        """Return the same act over a file that somebody else has changed meanwhile."""
        now = self.known(theirs)
        questions = (replace(one, known=now.get(one.spec.id, "")) for one in self.questions)
        return replace(self, case=theirs, questions=tuple(questions))

    def asking(self, name: str) -> ActForm:
        """Return the same act with one of the facts to add among its questions."""
        spec = next(one for one in self.more if one.id == name)
        left = tuple(one for one in self.more if one.id != name)
        question = Question(spec, self.known(self.case).get(name, ""))
        return replace(self, questions=(*self.questions, question), more=left)

    def told(self, typed: TypedAnswers) -> list[str]:
        """Return what was typed in words, one line each."""
        facts = (
            f"{one.spec.label} : {_changed(one, typed.facts[one.spec.id])}"
            for one in self.questions
            if one.spec.id in typed.facts
        )
        papers = (
            f"Pièce reçue : {label}" for name, label in self.papers if name in typed.documents
        )
        comment = [f"Commentaire : {typed.comment}"] if typed.comment else []
        return [*facts, *papers, *comment]


def _changed(question: Question, words: str) -> str:
    """Return « 05/10/2026 → 12/10/2026 »."""
    spec = question.spec
    was, now = (spec.choices.get(one, one) for one in (question.known, words))
    return f"{was} → {now or 'retiré'}" if was and was != now else now
