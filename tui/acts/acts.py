"""Advancing a file and correcting it, each as a form; what a refusal says on a screen.

Made by the screen of a file, filled by `tui.forms.act`; `tui.acts.notes` has the other forms of a file. Asks
only what is missing; the service judges everything that is typed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import ClassVar
from zoneinfo import ZoneInfo

from notifications.schedule.viewpoint import Looking
from tui.acts.actform import ActForm, Question, TypedAnswers
from tui.frame.office import Office
from workflow.case.case import Case, Outcome
from workflow.errors import ActionRefused, EcheancierError, Reason, ReasonCode, Refused
from workflow.rules.fact_specs import FactSpec, FactType
from workflow.rules.procedure import Action, Procedure
from workflow.text import french
from workflow.usecases import operations
from workflow.usecases.cases import CaseView
from workflow.usecases.requests import Answer, Operation, Parameter
from workflow.wording.fact_text import as_typed

TITLE = FactSpec("title", "Libellé du dossier", FactType.TEXT, future=True)
"""The title of a file, asked beside its facts; no fact bears this name."""


_ASKED_BY_FORMS = {ReasonCode.MAY_FORCE, ReasonCode.COMMENT_ASKED}


class Correcting(ActForm, frozen=True, kw_only=True):
    """Gives facts and the title other values.

    Args:
        clock: tells the hours of the facts that have one.
    """

    clock: ZoneInfo

    operation: ClassVar[Operation] = operations.CORRECT
    idle: ClassVar[str] = (
        "Changez une valeur, ajoutez un fait, ou videz un champ pour retirer un fait noté par erreur."
    )

    @property
    def draft(self) -> str:
        """The name of its draft."""
        whole = any(one.spec is TITLE for one in self.questions)
        return f"{self.case.ref}-{'corriger' if whole else 'comptes'}"

    def prepare(self, office: Office, typed: TypedAnswers) -> Outcome:
        """Return what it would do; raises like its use case, or `Refused` without a title."""
        if typed.facts.get(TITLE.id) == "":
            raise Refused(
                "Le libellé est vide : donnez-en un, c’est lui qu’on lit dans les listes."
            )
        return super().prepare(office, typed)

    def answers(self, typed: TypedAnswers) -> Mapping[Parameter, Answer]:
        """Return what its operation is told."""
        facts = typed.given
        title = facts.pop(TITLE.id, None)
        return {
            operations.TITLE: title,
            operations.FACTS: facts,
            operations.REMOVED: [name for name in typed.emptied if name in self.case.facts],
        }

    def known(self, case: Case) -> Mapping[str, str]:
        """Return the facts of a file, and its title."""
        return {**facts_typed(case, self.procedure, self.clock), TITLE.id: case.title}


class Advancing(ActForm, frozen=True, kw_only=True):
    """Does an action.

    Args:
        action: which one.
        clock: tells the hours of the facts that have one.
    """

    action: Action
    clock: ZoneInfo

    operation: ClassVar[Operation] = operations.ADVANCE

    @property
    def about(self) -> tuple[str, ...]:
        """The action."""
        return (self.action.id,)

    @property
    def draft(self) -> str:
        """The name of its draft."""
        return f"{self.case.ref}-{self.action.id}"

    def answers(self, typed: TypedAnswers) -> Mapping[Parameter, Answer]:
        """Return what its operation is told."""
        return {operations.FACTS: typed.given, operations.PAPERS: typed.documents}

    def told(self, typed: TypedAnswers) -> list[str]:
        """Return the action and what was typed in words, one line each."""
        return [self.action.label, *super().told(typed)]

    def known(self, case: Case) -> Mapping[str, str]:
        """Return the facts of a file."""
        return facts_typed(case, self.procedure, self.clock)

    def over(self, theirs: Case) -> ActForm:
        """Return the same act, or the correction of its facts when they have done it already."""
        over = super().over(theirs)
        if theirs.state in self.action.transitions:
            return over
        facts = tuple(Question(one.spec, one.known) for one in over.questions)
        title = f"Corriger · {theirs.ref}"
        return Correcting(title, theirs, self.procedure, facts, clock=self.clock)


def advancing(view: CaseView, action_id: str, office: Office) -> Advancing:
    """Return the form of an action: its date, then what it lacks."""
    procedure, case, action = view.procedure, view.case, view.procedure.actions[action_id]
    offer = next(offer for offer in view.offers if offer.action == action_id)
    looking = office.looking_at(case)
    names = dict.fromkeys((action.dated_by, *offer.missing_facts))
    questions = tuple(
        Question(
            procedure.facts[name],
            required=True,
            proposed=_now_typed(looking, procedure.facts[name]) if name == action.dated_by else "",
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
        clock=looking.planner.zone(looking.agency),
    )


def _now_typed(looking: Looking, spec: FactSpec) -> str:
    """Return the present as it would be typed, with its hour when the fact keeps one."""
    clock = looking.planner.zone(looking.agency)
    now = looking.now.astimezone(clock).replace(microsecond=0)
    return as_typed(now if spec.type is FactType.INSTANT else now.date(), clock, spec)


def correcting(view: CaseView, office: Office, only: Collection[str] = ()) -> Correcting:
    """Return the form of a correction: the title and every fact noted, as they are.

    Args:
        view: the file.
        office: gives its clock.
        only: the facts to ask, noted or not; all those that are noted when it is empty.
    """
    case, looking, procedure = view.case, office.looking_at(view.case), view.procedure
    clock = looking.planner.zone(looking.agency)
    known = facts_typed(case, procedure, clock)
    steps = {action.dated_by for action in procedure.actions.values()}
    asked = [name for name in procedure.facts if name in (only or case.facts)]
    facts = tuple(Question(procedure.facts[name], known.get(name, "")) for name in asked)
    more = tuple(
        spec
        for name, spec in procedure.facts.items()
        # A step is dated by its action, never by a correction.
        if name not in asked and name not in case.facts and name not in steps
    )
    questions = facts if only else (Question(TITLE, case.title), *facts)
    title = f"Corriger · {case.ref}"
    return Correcting(title, case, procedure, questions, more=more, clock=clock)


def facts_typed(case: Case, procedure: Procedure, clock: ZoneInfo) -> dict[str, str]:
    """Return the facts of a file as somebody would type them, by name."""
    specs = procedure.facts
    return {
        name: as_typed(value, clock, specs[name])
        for name, value in case.facts.items()
        if name in specs
    }


def reasons_of(error: EcheancierError) -> Sequence[str]:
    """Return the reasons of a refusal, one line each, without the options of a command."""
    return on_screen(error.reasons) if isinstance(error, ActionRefused) else (error.message,)


def on_screen(reasons: Iterable[Reason]) -> list[str]:
    """Return reasons in words, less those that a form has a field and a key for."""
    told = (reason.words for reason in reasons if reason.code not in _ASKED_BY_FORMS)
    return [words.removesuffix(".") for words in told]


def may_be_forced(error: EcheancierError) -> bool:
    """Tell whether only a window refuses: a person may go against it and say why."""
    return any(reason.code in _ASKED_BY_FORMS for reason in error.reasons)


def forces_nothing(error: EcheancierError) -> bool:
    """Tell whether a reason alone is asked for: no window refuses any more."""
    return [reason.code for reason in error.reasons] == [ReasonCode.COMMENT_ASKED]


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
