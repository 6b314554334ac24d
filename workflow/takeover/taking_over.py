"""What a row of a table would do to one file: opened, its steps done again at their dates, or corrected.

Used by `workflow.takeover.rereading`. Everything goes through the use cases of a file. A late record passes
over closed windows and says so; what somebody changed here since the last import is never written over.
One row from its reading to its outcome, hence its length.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date, datetime
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from workflow.acts.guards import missing_documents
from workflow.acts.restoring import holdings, placed, restore
from workflow.case.case import Case, FactValue, Outcome
from workflow.case.holdings import Holdings
from workflow.counting.ways_of_counting import Context, Detail
from workflow.errors import ActionRefused, Conflict, Reason, ReasonCode
from workflow.imports.columns import Place
from workflow.imports.matching import name_key
from workflow.imports.rows import ToldFile
from workflow.ports.imports import Told
from workflow.rules.procedure import Action, Procedure
from workflow.text import french
from workflow.usecases.cases import CaseService
from workflow.wording.act_text import TAKEN_OVER, act_of, checked_ref, checked_title
from workflow.wording.codec import fact_text
from workflow.wording.fact_text import RawFact, fact_words

ENTERED: Final = "Entrer le dossier"
AT_ONCE: Final = 200
"""Files that are written in one transaction: each of them whole, or none."""


_ON_THE_WAY: Final = {Detail.DATES: Detail.STATE, Detail.JUDGED: Detail.WRITTEN}
"""How much is worked out of a file while steps follow at once, by how much is once they are done."""
_HELD: Final = {
    "territory": "jours fériés",
    "cohort": "groupe",
    "steps": "étapes",
    "papers": "pièces",
    "hours": "heures",
    "contracts": "contrats",
    "money": "argent",
    "snoozed": "reports",
}


class Rehearsal(CaseService, frozen=True):
    """The use cases of a file, over what was prepared and is not written yet.

    Args:
        prepared: files as they would be, by reference.
        detail: how much is worked out of a file.
        places: what computing needs, by procedure, place and detail; it does not change meanwhile.
    """

    prepared: dict[str, Case] = field(default_factory=dict)
    detail: Detail = Detail.SAID
    places: dict[tuple[str | Detail | None, ...], Context] = field(default_factory=dict)

    def on_the_way(self) -> Rehearsal:
        """Return them for an act that others follow at once: what the last of them tells is left to it."""
        return replace(self, detail=_ON_THE_WAY[self.detail])

    def load(self, ref: str, version: int | None = None) -> tuple[Case, Procedure, Context]:
        """Return a case as it would be, or as it is; raises like `CaseService.load`."""
        if (case := self.prepared.get(ref)) is None:
            return CaseService.load(self, ref, version)
        return case, self.rulebook.of(case), self.context(case)

    def place(self, procedure: Procedure, territory: str, agency: str) -> Context:
        """Return what computing needs at an agency, worked out once; raises like `CaseService.place`."""
        key = (procedure.id, procedure.funder, territory, agency, self.detail)
        if (found := self.places.get(key)) is None:
            found = CaseService.place(self, procedure, territory, agency)
            found = self.places[key] = replace(found, detail=self.detail)
        return found

    def read(
        self,
        procedure: Procedure,  # noqa: ARG002 - the reader of rows has read each fact by its rules
        facts: Mapping[str, RawFact],
        context: Context,  # noqa: ARG002
        now: datetime,  # noqa: ARG002
    ) -> dict[str, FactValue]:
        """Return facts as they are: they are read already."""
        return dict(facts)


def rehearsal(cases: CaseService, now: datetime, *, writes: bool) -> Rehearsal:
    """Return the use cases over nothing prepared, at an instant; dates alone where nothing is written."""
    parts = {name: getattr(cases, name) for name in cases.__struct_fields__}
    return Rehearsal(
        **{**parts, "clock": lambda: now, "detail": Detail.JUDGED if writes else Detail.DATES}
    )


class TakingOver(Struct, frozen=True):
    """Prepares the files that rows tell of.

    Args:
        cases: the use cases, over what was prepared.
        by: who asks.
        reason: what the journal says of each entry.
        last: what the last import wrote of a file.
        withdrawn: files of imports that were taken back.
    """

    cases: Rehearsal
    by: str
    reason: str
    last: Callable[[str], Told]
    withdrawn: Collection[str]

    def opened(self, told: ToldFile, ref: str, agency: str, owner: str | None) -> Iterator[Outcome]:
        """Yield what opens a file, and each of its steps done again.

        Raises:
            EcheancierError: what the rules refuse, as `CaseService.open` and `advance`.
        """
        procedure = told.procedure
        assert procedure is not None, "a row without a procedure opens nothing"  # noqa: S101
        dated = _dating(procedure)
        today = self.cases.place(procedure, _territory(self.cases, agency), agency).day(
            self.cases.clock()
        )
        steps = {name: value for name, value in told.facts.items() if name in dated}
        cases = self.cases.on_the_way() if steps else self.cases
        yield self._kept(
            cases.open(
                procedure.id,
                {name: value for name, value in told.facts.items() if name not in dated},
                by=self.by,
                agency=agency,
                owner=owner,
                title=told.title,
                funder=procedure.funder,
                ref=ref,
                forced=True,
                historical=procedure.ended is not None and procedure.edition_on(today) is None,
                comment=self.reason,
            )
        )
        yield from self._steps(ref, steps)
        self._check_state(told, ref)

    def restored(self, told: ToldFile, ref: str, held: Holdings) -> Iterator[Outcome]:
        """Yield what makes again a file that left whole; raises `EcheancierError`, as `restore`."""
        procedure = told.procedure
        assert procedure is not None, "a row without a procedure opens nothing"  # noqa: S101
        agency = self.cases.directory.agency(told.agency or "").id
        context, now = self.cases.place(procedure, held.territory, agency), self.cases.clock()
        case = Case(
            ref=checked_ref(ref),
            procedure=procedure.id,
            edition="",
            territory=context.staff.territory.code,
            agency=agency,
            state="",
            opened_at=now,
            title=checked_title(procedure, held.title),
            funder=procedure.funder,
            owner=told.owner,
            facts=told.facts,
        )
        act = act_of(procedure, self.by, now, self.reason, forced=True)
        yield from map(
            self._kept, restore(procedure, case, placed(held, context.zone), context, act)
        )
        self._check_state(told, ref)

    def corrected(
        self, told: ToldFile, ref: str, held: Holdings | None = None
    ) -> Iterator[Outcome]:
        """Yield what brings a file to what a row tells: corrections, a hand-over, steps that are new.

        Raises:
            Conflict: the file was changed here since the last import, and the table says otherwise; or it is
                one that left whole, and holds something else here.
            EcheancierError: what the rules refuse, as `CaseService.correct` and `advance`.
        """
        case, procedure, context = self.cases.load(ref)
        if told.procedure is not None and told.procedure.id != case.procedure:
            raise _conflict(case, "procedure", case.procedure, told.procedure.id)
        last, dated = self.last(ref), _dating(procedure)
        if ref in self.withdrawn:
            # It was given up with its import, and everything in it comes from there.
            yield self._kept(self.cases.undo(ref, by=self.by, comment=self.reason))
            case, procedure, context = self.cases.load(ref)
            last = _remembered(case.title, case.owner, case.agency, case.facts)
        if held is not None:
            _refuse_other(case, holdings(procedure, case), placed(held, context.zone))
        changed = {
            name: value
            for name, value in told.facts.items()
            if not _same(case.facts.get(name), value, context)
            and _wins(case, procedure, context, name, value, last)
        }
        steps = {name for name in changed if name in dated and name not in case.facts}
        facts = {name: value for name, value in changed.items() if name not in steps}
        named = None if name_key(told.title) == name_key(case.title) else told.title
        title = _said(case, Place.TITLE, case.title, named, last)
        if facts or title:
            corrected = self.cases.correct(
                ref, facts, by=self.by, title=title, comment=self.reason, forced=True
            )
            yield self._kept(corrected)
        yield from self._handed_over(case, told, last)
        yield from self._steps(ref, {name: changed[name] for name in steps})
        self._check_state(told, ref)

    def _handed_over(self, case: Case, told: ToldFile, last: Told) -> Iterator[Outcome]:
        owner = _said(case, Place.OWNER, case.owner or "", told.owner, last)
        agency = _said(case, Place.AGENCY, case.agency, told.agency, last)
        if owner or agency:
            yield self._kept(
                self.cases.transfer(
                    case.ref, by=self.by, owner=owner, agency=agency, comment=self.reason
                )
            )

    def _steps(self, ref: str, dated: Mapping[str, FactValue]) -> Iterator[Outcome]:
        left = dict(dated)
        while left:
            case, procedure, context = self.cases.load(ref)
            action = _next_step(procedure, case, left, context)
            if action is None:
                raise _no_way(procedure, case, left, context)
            cases = self.cases.on_the_way() if len(left) > 1 else self.cases
            yield self._kept(
                cases.advance(
                    ref,
                    action.id,
                    {action.dated_by: left.pop(action.dated_by)},
                    by=self.by,
                    # A step that was done had its papers: the funder took it.
                    documents=missing_documents(procedure, action, case.documents),
                    comment=self.reason,
                    forced=True,
                )
            )

    def _check_state(self, told: ToldFile, ref: str) -> None:
        """Refuse a row whose steps lead elsewhere than to the state that it says; raises `ActionRefused`."""
        case, procedure, _ = self.cases.load(ref)
        if told.state is None or told.state == case.state:
            return
        leading = (
            f"« {procedure.facts[one.dated_by].label} »"
            for one in procedure.actions.values()
            if told.state in one.transitions.values()
        )
        said, found = (procedure.states[one].label for one in (told.state, case.state))
        words = (
            f"la ligne dit « {said} », ses dates mènent à « {found} » ; donnez la date de chaque étape faite "
            f"({french.listing(dict.fromkeys(leading))} pour la dernière)"
        )
        raise ActionRefused(ENTERED, [Reason(ReasonCode.STATE, words)])

    def _kept(self, outcome: Outcome) -> Outcome:
        self.cases.prepared[outcome.after.ref] = outcome.after
        return outcome


def _refuse_other(case: Case, here: Holdings, there: Holdings) -> None:
    """Refuse a file that holds something else than its tables say: that is noted in the file itself."""
    other = [words for name, words in _HELD.items() if getattr(here, name) != getattr(there, name)]
    if other:
        raise Conflict(
            f"Le dossier {case.ref} et le classeur ne disent pas la même chose ({french.listing(other)}) ; "
            "corrigez l’un des deux."
        )


def told_of(told: ToldFile) -> dict[str, str]:
    """Return what a row tells of a file, as it is remembered."""
    return _remembered(told.title, told.owner, told.agency, told.facts)


def _remembered(
    title: str, owner: str | None, agency: str | None, facts: Mapping[str, FactValue]
) -> dict[str, str]:
    beside = {Place.TITLE: title, Place.OWNER: owner, Place.AGENCY: agency}
    values = {name: fact_text(value) for name, value in facts.items()}
    return {**{place.value: text for place, text in beside.items() if text}, **values}


def reason_of(number: int | None = None) -> str:
    """Return what the journal says of what an import enters; without a number, of what it would."""
    return f"{TAKEN_OVER}." if number is None else f"{TAKEN_OVER}, import n°{french.NBSP}{number}."


def _territory(cases: CaseService, agency: str) -> str:
    return cases.directory.agency(agency).territory


def _dating(procedure: Procedure) -> frozenset[str]:
    return frozenset(action.dated_by for action in procedure.actions.values())


def _next_step(
    procedure: Procedure, case: Case, left: Mapping[str, FactValue], context: Context
) -> Action | None:
    """Return the step to do first, of those that are dated and that the state allows."""
    possible = [
        (context.day(value), action)
        for action in procedure.actions.values()
        if case.state in action.transitions and isinstance(value := left.get(action.dated_by), date)
    ]
    return min(possible, key=lambda one: one[0])[1] if possible else None


def _no_way(
    procedure: Procedure, case: Case, left: Mapping[str, FactValue], context: Context
) -> ActionRefused:
    steps = (
        f"« {procedure.facts[name].label} » ({fact_words(value, context.zone)})"
        for name, value in left.items()
    )
    state = procedure.states[case.state].label
    words = f"de « {state} », aucune étape ne mène à {french.listing(steps)} ; il manque la date d’une étape"
    return ActionRefused(ENTERED, [Reason(ReasonCode.STATE, words)])


def _same(mine: FactValue | None, theirs: FactValue, context: Context) -> bool:
    if isinstance(mine, datetime) and not isinstance(theirs, datetime):
        # The table says the day alone, and the file knows its hour.
        return context.day(mine) == theirs
    return mine == theirs


def _wins(
    case: Case, procedure: Procedure, context: Context, name: str, theirs: FactValue, last: Told
) -> bool:
    """Tell whether a fact is the table's: raises `Conflict` when both changed since the last import."""
    mine, base = case.facts.get(name), last.get(name)
    if fact_text(theirs) == base:
        return False
    if (None if mine is None else fact_text(mine)) == base:
        return True
    spec = procedure.facts[name]
    here = fact_words(mine, context.zone, spec) if mine is not None else "retiré"
    raise _conflict(case, spec.label, here, fact_words(theirs, context.zone, spec))


def _said(case: Case, place: Place, mine: str, theirs: str | None, last: Told) -> str | None:
    """Return what the table changed beside facts, if it did; raises `Conflict` when the file did too."""
    base = last.get(place)
    if not theirs or theirs in {mine, base}:
        return None
    if not mine or mine == base:
        return theirs
    raise _conflict(case, place.value, mine, theirs)


def _conflict(case: Case, label: str, mine: str, theirs: str) -> Conflict:
    return Conflict(
        f"« {label} » est « {mine} » dans le dossier {case.ref}, noté ici, et « {theirs} » dans le tableau ; "
        "corrigez l’un des deux."
    )
