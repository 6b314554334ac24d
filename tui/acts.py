"""What a form asks, and what it does with the answers: advancing, correcting, each as a value.

Made by the screen of a file, filled by `tui.screens.act`; `tui.notes` has the other forms of a file. Asks
only what is missing; the service judges everything that is typed.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import ClassVar
from zoneinfo import ZoneInfo

from tui.office import Office
from workflow import french
from workflow.case import Case, FactValue, Outcome
from workflow.errors import ActionRefused, EcheancierError, words_of
from workflow.facts import fact_words
from workflow.guards import COMMENT_HINT, FORCE_HINT
from workflow.procedure import Action, Procedure
from workflow.service import CaseView
from workflow.vocabulary import FactSpec, FactType

TITLE = FactSpec("title", "Libellé du dossier", FactType.TEXT, future=True)
"""The title of a file, asked beside its facts; no fact bears this name."""


@dataclass(frozen=True, slots=True)
class Typed:
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

    @property
    def for_the_journal(self) -> list[str]:
        """The options of a command that every act shares."""
        words = ["--forcer"] if self.forced else []
        return [*words, "--commentaire", self.comment] if self.comment else words


@dataclass(frozen=True, slots=True)
class Question:
    """Something to ask.

    Args:
        spec: what it is, like a fact.
        known: its value now, as it would be typed: left as it is, it is not sent, unless it is required;
            None sends it whatever it is.
        required: True when the act needs it.
    """

    spec: FactSpec
    known: str | None = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Act(ABC):
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

    idle: ClassVar[str] = "Changez une valeur."
    """What to say while nothing was typed."""

    @property
    def draft(self) -> str:
        """The name of its draft; only an act that asks something has one."""
        return ""

    @abstractmethod
    def prepare(self, office: Office, typed: Typed) -> Outcome:
        """Return what it would do; raises like the service that does it."""

    @abstractmethod
    def command(self, typed: Typed) -> list[str]:
        """Return the words of the command that does the same."""

    def known(self, case: Case) -> Mapping[str, object]:  # noqa: ARG002 - for those that ask
        """Return what a file says now of everything it asks, by name."""
        return {}

    @property
    def waits(self) -> bool:
        """True when it does nothing until something is typed."""
        return not any(question.required for question in self.questions)

    def over(self, theirs: Case, sent: Collection[str]) -> Act:
        """Return the same act over a file that somebody else has changed meanwhile.

        Args:
            theirs: the file as they have left it.
            sent: names of what is sent all the same; the rest is left as they have it.
        """
        questions = (
            Question(one.spec, None, one.required) if one.spec.id in sent else Question(one.spec)
            for one in self.questions
        )
        return replace(self, case=theirs, questions=tuple(questions))

    def asking(self, name: str) -> Act:
        """Return the same act with one of the facts to add among its questions."""
        spec = next(one for one in self.more if one.id == name)
        left = tuple(one for one in self.more if one.id != name)
        return replace(self, questions=(*self.questions, Question(spec)), more=left)

    def label(self, name: str) -> str:
        """Return the label of something it asks."""
        return next((one.spec.label for one in self.questions if one.spec.id == name), name)


@dataclass(frozen=True, slots=True)
class Correcting(Act):
    """Gives facts and the title other values."""

    idle: ClassVar[str] = (
        "Changez une valeur, ajoutez un fait, ou videz un champ pour retirer un fait noté par erreur."
    )

    @property
    def draft(self) -> str:
        """The name of its draft."""
        return f"{self.case.ref}-corriger"

    def prepare(self, office: Office, typed: Typed) -> Outcome:
        """Return what it would do; raises like `CaseService.correct`."""
        facts = typed.given
        facts.pop(TITLE.id, None)
        return office.cases.correct(
            self.case.ref,
            facts,
            by=office.acting,
            removed=[name for name in typed.emptied if name in self.case.facts],
            title=typed.facts.get(TITLE.id),
            comment=typed.comment,
            forced=typed.forced,
            version=self.case.version,
        )

    def command(self, typed: Typed) -> list[str]:
        """Return the words of the command that does the same."""
        words = ["dossier", "corriger", self.case.ref]
        for name, value in typed.facts.items():
            if name == TITLE.id:
                words += ["--libelle", value]
            elif value:
                words += ["--fait", f"{name}={value}"]
            elif name in self.case.facts:
                words += ["--retirer", name]
        return [*words, *typed.for_the_journal]

    def known(self, case: Case) -> Mapping[str, object]:
        """Return the facts of a file, and its title."""
        return {**case.facts, TITLE.id: case.title}


@dataclass(frozen=True, slots=True)
class Advancing(Act):
    """Does an action.

    Args:
        action: which one.
    """

    action: Action = field(kw_only=True)

    @property
    def draft(self) -> str:
        """The name of its draft."""
        return f"{self.case.ref}-{self.action.id}"

    def prepare(self, office: Office, typed: Typed) -> Outcome:
        """Return what it would do; raises like `CaseService.advance`."""
        return office.cases.advance(
            self.case.ref,
            self.action.id,
            typed.given,
            by=office.acting,
            documents=typed.documents,
            comment=typed.comment,
            forced=typed.forced,
            version=self.case.version,
        )

    def command(self, typed: Typed) -> list[str]:
        """Return the words of the command that does the same."""
        words = ["dossier", "avancer", self.case.ref, self.action.id]
        for name, value in typed.given.items():
            words += ["--fait", f"{name}={value}"]
        for name in typed.documents:
            words += ["--piece", name]
        return [*words, *typed.for_the_journal]

    def known(self, case: Case) -> Mapping[str, object]:
        """Return the facts of a file."""
        return case.facts

    def over(self, theirs: Case, sent: Collection[str]) -> Act:
        """Return the same act, or the correction of its facts when they have done it already."""
        over = super(Advancing, self).over(theirs, sent)
        if theirs.state in self.action.transitions:
            return over
        facts = tuple(replace(question, required=False) for question in over.questions)
        return Correcting(f"Corriger · {theirs.ref}", theirs, self.procedure, facts)


def advancing(view: CaseView, action_id: str, office: Office) -> Advancing:
    """Return the form of an action: its date, then what it lacks."""
    procedure, case, action = view.procedure, view.case, view.procedure.actions[action_id]
    offer = next(offer for offer in view.offers if offer.action == action_id)
    looking = office.looking_at(case)
    names = dict.fromkeys((action.dated_by, *offer.missing_facts))
    questions = tuple(
        Question(
            procedure.facts[name],
            french.short_day(looking.today) if name == action.dated_by else "",
            required=True,
        )
        for name in names
    )
    papers = []
    for name in offer.missing_documents:
        spec = procedure.documents[name]
        papers += [(one, procedure.documents[one].label) for one in spec.any_of or (name,)]
    return Advancing(
        f"{action.label} · {case.ref}",
        case,
        procedure,
        questions,
        tuple(papers),
        action=action,
    )


def correcting(view: CaseView, office: Office, only: Collection[str] = ()) -> Correcting:
    """Return the form of a correction: the title and every fact noted, as they are.

    Args:
        view: the file.
        office: gives its clock.
        only: the facts to ask, noted or not; all those that are noted when it is empty.
    """
    case, looking, procedure = view.case, office.looking_at(view.case), view.procedure
    clock = looking.planner.zone(looking.agency)
    steps = {action.dated_by for action in procedure.actions.values()}
    asked = [name for name in procedure.facts if name in (only or case.facts)]
    facts = tuple(
        Question(
            procedure.facts[name],
            typed_again(case.facts[name], procedure.facts[name], clock)
            if name in case.facts
            else "",
        )
        for name in asked
    )
    more = tuple(
        spec
        for name, spec in procedure.facts.items()
        # A step is dated by its action, never by a correction.
        if name not in asked and name not in case.facts and name not in steps
    )
    questions = facts if only else (Question(TITLE, case.title), *facts)
    return Correcting(f"Corriger · {case.ref}", case, procedure, questions, more=more)


def typed_again(value: FactValue, spec: FactSpec, clock: ZoneInfo) -> str:
    """Return a value as somebody would type it."""
    if spec.type is FactType.CHOICE:
        return str(value)
    return fact_words(value, clock, spec).replace(french.NBSP, " ").replace(" à ", " ")


def merged(mine: Act, typed: Typed, theirs: Case, *, keep_mine: bool) -> tuple[Act, Typed]:
    """Return what was typed, put over a file that somebody else has changed meanwhile.

    With `keep_mine`, what was typed wins. Otherwise it wins only where they changed nothing: what they
    wrote stays, and what was typed instead goes to the journal, as a comment.
    """
    if keep_mine:
        return mine.over(theirs, typed.facts), typed
    was, now = mine.known(mine.case), mine.known(theirs)
    touched = {name for name in typed.facts if name in now and now[name] != was.get(name)}
    kept = {name: value for name, value in typed.facts.items() if name not in touched}
    aside = [f"{mine.label(name)} : {typed.facts[name]}" for name in typed.facts if name in touched]
    comment = " ; ".join(filter(None, [typed.comment, *aside]))
    return mine.over(theirs, kept), replace(typed, facts=kept, comment=comment)


def reasons_of(error: EcheancierError) -> Sequence[str]:
    """Return the reasons of a refusal, one line each, without the options of a command."""
    return on_screen(error.reasons if isinstance(error, ActionRefused) else (error.message,))


def on_screen(reasons: Iterable[str]) -> list[str]:
    """Return reasons without the options of a command: a form has fields for them."""
    return [words for words in map(words_of, reasons) if words]


def may_be_forced(error: EcheancierError) -> bool:
    """Tell whether only a window refuses: a person may go against it and say why."""
    if not isinstance(error, ActionRefused):
        return False
    return bool({FORCE_HINT, COMMENT_HINT} & set(error.reasons))


def is_day(spec: FactSpec) -> bool:
    """Tell whether a fact is typed as a date, with or without an hour."""
    return spec.type in {FactType.DATE, FactType.INSTANT}


def hint(spec: FactSpec, today: date) -> str:
    """Return how a value is typed, for an empty field."""
    example = french.short_day(today)
    return {
        FactType.DATE: f"{example}, 8/9, +61j, lundi…",
        FactType.INSTANT: f"{example} 09:00, 8/9 9h, lundi 9h…",
        FactType.BOOLEAN: "oui ou non",
        FactType.NUMBER: f"un nombre{f' ({spec.unit})' if spec.unit else ''}",
        FactType.INTEGER: "un nombre entier",
        FactType.CHOICE: ", ".join(spec.choices),
        FactType.TEXT: "un texte",
    }[spec.type]
