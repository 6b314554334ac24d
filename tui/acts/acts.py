"""Advancing a file and correcting it, each as a form; what a refusal says on a screen.

Made by the screen of a file, filled by `tui.forms.act`; `tui.acts.notes` has the other forms of a file. Asks
only what is missing; the service judges everything that is typed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from notifications.schedule.viewpoint import Looking
from tui.acts.actform import CaseForm
from tui.acts.asked import FACT, PAPER, YES, FormField, Look, TypedAnswers, asking
from tui.frame.office import Office
from workflow.case.case import Case, Outcome
from workflow.errors import ActionRefused, EcheancierError, Reason, ReasonCode, Refused
from workflow.operations import operations
from workflow.operations.requests import Operation
from workflow.rules.fact_specs import DATED, FactSpec, FactType
from workflow.rules.procedure import Action, Procedure
from workflow.usecases.cases import CaseView
from workflow.wording.fact_text import as_typed

TITLE = "title"
"""The title of a file, asked beside its facts; no fact bears this name."""
MORE = "more"
"""The list of the facts that may be added to those that are asked; no fact bears this name either."""

_ASKED_BY_FORMS = {ReasonCode.MAY_FORCE, ReasonCode.COMMENT_ASKED}


class Correcting(CaseForm, frozen=True, kw_only=True):
    """Gives facts and the title other values.

    Args:
        clock: tells the hours of the facts that have one.
        more: facts that may be added to those that are asked.
        added: the last one that was.
    """

    clock: ZoneInfo
    more: tuple[FactSpec, ...] = ()
    added: str = ""

    operation: ClassVar[Operation] = operations.CORRECT
    idle: ClassVar[str] = (
        "Changez une valeur, ajoutez un fait, ou videz un champ pour retirer un fait noté par erreur."
    )
    follows: ClassVar[bool] = True

    @property
    def starts_at(self) -> str:
        """The fact that was added."""
        return self.added

    @property
    def name(self) -> str:
        """The whole of the file, or its money alone."""
        return "corriger" if any(one.spec.id == TITLE for one in self.fields) else "comptes"

    def prepare(self, office: Office, typed: TypedAnswers) -> Outcome:
        """Return what it would do; raises like its use case, or `Refused` without a title."""
        if typed.facts.get(TITLE) == "":
            raise Refused(
                "Le libellé est vide : donnez-en un, c’est lui qu’on lit dans les listes."
            )
        return super().prepare(office, typed)

    def known(self, case: Case) -> Mapping[str, str]:
        """Return the facts of a file, and its title."""
        return {**facts_typed(case, self.procedure, self.clock), TITLE: case.title}

    def after(self, id_: str, words: str) -> Correcting:  # noqa: ARG002 - one list decides
        """Return the same form, which asks one of the facts to add as well."""
        return self._asking(words) if words else self

    def resumed(self, draft: Mapping[str, str]) -> Correcting:
        """Return the same form, which asks the facts that were added."""
        act = self
        for spec in self.more:
            act = act._asking(spec.id) if f"{FACT}{spec.id}" in draft else act
        return act

    def _asking(self, name: str) -> Correcting:
        more = {spec.id: spec for spec in self.more}
        *asked, _ = self.fields
        spec = more.pop(name)
        new = asked_fact(spec, known=self.known(self.case).get(name, ""))
        left = tuple(more.values())
        return replace(self, fields=(*asked, new, *_adding(left)), more=left, added=name)


def _adding(more: Sequence[FactSpec]) -> Iterator[FormField]:
    """Yield the list of the facts that may be added, if there is one."""
    if more:
        named = {spec.id: spec.label for spec in more}
        yield asking(
            MORE,
            "",
            FactType.CHOICE,
            choices=named,
            empty="Ajouter un fait…",
            heading="",
            decides=True,
        )


class Advancing(CaseForm, frozen=True, kw_only=True):
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
    def name(self) -> str:
        """The action."""
        return self.action.id

    def line(self, asked: FormField, words: str) -> str:
        """Return an answer, in words, with what it answers."""
        return f"Pièce reçue : {asked.spec.label}" if asked.ticked else super().line(asked, words)

    def told(self, typed: TypedAnswers) -> list[str]:
        """Return the action and what was typed in words, one line each."""
        return [self.action.label, *super().told(typed)]

    def known(self, case: Case) -> Mapping[str, str]:
        """Return the facts of a file, and its papers."""
        papers = {f"{PAPER}{name}": YES for name in case.documents}
        return {**facts_typed(case, self.procedure, self.clock), **papers}

    def over(self, theirs: Case) -> CaseForm:
        """Return the same act, or the correction of its facts when they have done it already."""
        over = super().over(theirs)
        if theirs.state in self.action.transitions:
            return over
        facts = tuple(
            asked_fact(one.spec, known=one.known) for one in over.fields if not one.ticked
        )
        return _correction(theirs, self.procedure, facts, self.clock)


def advancing(view: CaseView, action_id: str, office: Office) -> Advancing:
    """Return the form of an action: its date, then what it lacks."""
    procedure, case, action = view.procedure, view.case, view.procedure.actions[action_id]
    offer = next(offer for offer in view.offers if offer.action == action_id)
    looking = office.looking_at(case)
    names = dict.fromkeys((action.dated_by, *offer.missing_facts))
    dated = procedure.facts[action.dated_by]
    facts = [asked_fact(procedure.facts[name], required=True) for name in names]
    facts[0] = replace(facts[0], proposed=_now_typed(looking, dated))
    facts += _receipt(procedure, case, action)
    lacking = (procedure.documents[name].any_of or (name,) for name in offer.missing_documents)
    papers = [
        asking(
            f"{PAPER}{name}",
            procedure.documents[name].label,
            FactType.BOOLEAN,
            look=Look.TICKED,
            tells=operations.PAPERS,
        )
        for names_ in lacking
        for name in names_
    ]
    if papers:
        papers[0] = replace(papers[0], heading="Pièces reçues")
    return Advancing(
        f"{action.label} · {case.ref}",
        (*facts, *papers),
        case=case,
        procedure=procedure,
        action=action,
        clock=looking.planner.zone(looking.agency),
    )


def _receipt(procedure: Procedure, case: Case, action: Action) -> list[FormField]:
    """Return the question of the number that the portal gives back, while it is not known."""
    sheet = procedure.sheets.get(action.id)
    if sheet is None or not sheet.receipt or sheet.receipt in case.facts:
        return []
    return [asked_fact(procedure.facts[sheet.receipt], hint="facultatif")]


def asked_fact(spec: FactSpec, **told: Any) -> FormField:
    """Return the question of a fact of a procedure; `told` is what else a `FormField` says."""
    return FormField(spec=spec, tells=operations.FACTS, **told)


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
    facts = tuple(asked_fact(procedure.facts[name], known=known.get(name, "")) for name in asked)
    more = tuple(
        spec
        for name, spec in procedure.facts.items()
        # A step is dated by its action, never by a correction.
        if name not in asked and name not in case.facts and name not in steps
    )
    title = (
        ()
        if only
        else (asking(TITLE, "Libellé du dossier", known=case.title, tells=operations.TITLE),)
    )
    return _correction(case, procedure, (*title, *facts), clock, more)


def _correction(
    case: Case,
    procedure: Procedure,
    fields: tuple[FormField, ...],
    clock: ZoneInfo,
    more: tuple[FactSpec, ...] = (),
) -> Correcting:
    fields = (*fields, *_adding(more))
    title = f"Corriger · {case.ref}"
    return Correcting(title, fields, case=case, procedure=procedure, clock=clock, more=more)


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
    return spec.type in DATED
