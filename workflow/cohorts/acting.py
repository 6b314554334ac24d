"""The use cases of a group: opened from a list of names, its date moved once, its files taken a step further.

Called by the command line and the interface. Each file goes through the use case of one file: what refuses it
is said of it and stops no other. What an act returns is not written yet: `save` writes it file by file,
`save_together` in one transaction, so that a group never stands half moved.
Every act of a group, hence its length.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from workflow.acts import notes
from workflow.case.case import Case, Outcome
from workflow.cohorts.cohort import Cohort, CohortMember, cohort_of, of_most
from workflow.cohorts.lines import (
    CohortAct,
    CohortOpening,
    MemberLine,
    MemberResult,
    apart,
    unless_all_refused,
)
from workflow.counting.context import ruled_by
from workflow.errors import Conflict, EcheancierError, InvalidInput, OutOfReach, unknown
from workflow.imports.matching import name_key
from workflow.ports.stores import CaseLine, CaseQuery, CohortLine
from workflow.rules.procedure import Procedure
from workflow.text import french
from workflow.text.folding import fold, french_order
from workflow.usecases.cases import CaseService
from workflow.wording.act_text import act_of, checked_words
from workflow.wording.fact_text import RawFact, fact_words, read_facts

_AT_ONCE = 500


class Cohorts(Struct, frozen=True):
    """Everything staff do to groups.

    Args:
        cases: the use cases of one file.
    """

    cases: CaseService

    def listed(self, agency: str | None = None) -> tuple[CohortLine, ...]:
        """Return the groups, by name."""
        found = self.cases.store.cohorts(agency)
        return tuple(sorted(found, key=lambda one: french_order(one.name)))

    def named(self, typed: str) -> str:
        """Return the name of a group as it was first written; raises `NotFound`."""
        known = self._names()
        if (name := known.get(fold(typed.strip()))) is None:
            raise unknown("Groupe", typed, known.values())
        return name

    def cohort(self, typed: str) -> Cohort:
        """Return a group with its files; raises `NotFound`."""
        name = self.named(typed)
        return cohort_of(name, map(self._seen, self._lines(CaseQuery(cohort=name, closed=True))))

    def open(self, asked: CohortOpening) -> tuple[MemberLine, ...]:
        """Prepare a file for each person of a list; who has one in the group already is left unchanged.

        Raises:
            InvalidInput, NotFound, ActionRefused: as `CaseService.open`; a name that no group may have.
        """
        procedure = ruled_by(self.cases.rulebook.procedure(asked.procedure), asked.funder)
        name = self._new_name(asked.name, lambda: procedure)
        there = self._lines(CaseQuery(cohort=name, closed=True))
        known = {name_key(one.title): one for one in there}
        return tuple(
            MemberLine(MemberResult.UNCHANGED, one.title, one.ref)
            if (one := known.get(name_key(person)))
            else self._opened(replace(asked, name=name), person)
            for person in asked.people
        )

    def correct(
        self, typed: str, facts: Mapping[str, RawFact], doing: CohortAct, *, everyone: bool = False
    ) -> tuple[MemberLine, ...]:
        """Prepare facts given anew in the files that say what most do; with `everyone`, in the others too.

        Raises:
            NotFound, InvalidInput: no such group; a value that cannot be read.
            Refused, ActionRefused: what refuses every file alike.
        """
        cohort = self.cohort(typed)
        open_ = [one.case for one in cohort.open]
        alike = {name: of_most(open_, name) for name in facts}

        def line(member: CohortMember) -> MemberLine:
            case = member.case
            if self._says(member, facts):
                return MemberLine(MemberResult.UNCHANGED, case.title, case.ref)
            wanted = {n: v for n, v in facts.items() if everyone or case.ref in alike[n]}
            if not wanted:
                return apart(member, self.own_words(cohort, member, facts))
            done = self._tried(member, lambda: self._corrected(case, wanted, doing))
            return replace(done, why=self.own_words(cohort, member, facts.keys() - wanted.keys()))

        return unless_all_refused([self._left_over(one) or line(one) for one in cohort.members])

    def advance(
        self,
        typed: str,
        action: str,
        facts: Mapping[str, RawFact],
        doing: CohortAct,
        documents: Sequence[str] = (),
    ) -> tuple[MemberLine, ...]:
        """Prepare an action in every file that is not over; raises like `correct`."""

        def line(member: CohortMember) -> MemberLine:
            case = member.case
            return self._tried(
                member,
                lambda: self.cases.advance(
                    case.ref,
                    action,
                    facts,
                    by=doing.by,
                    documents=documents,
                    comment=doing.comment,
                    forced=doing.forced,
                    version=case.version,
                ),
            )

        return unless_all_refused(
            [self._left_over(one) or line(one) for one in self.cohort(typed).members]
        )

    def join(self, typed: str, refs: Iterable[str], doing: CohortAct) -> tuple[MemberLine, ...]:
        """Prepare files to be put in a group, a new one if none has this name.

        Raises:
            NotFound: no such file.
            InvalidInput, Refused: a name that no group may have.
        """
        files = [self._seen_ref(ref) for ref in dict.fromkeys(refs)]
        name = self._new_name(typed, lambda: files[0].procedure)

        def line(member: CohortMember) -> MemberLine:
            case = member.case
            if case.cohort == name:
                return MemberLine(MemberResult.UNCHANGED, case.title, case.ref)
            if case.cohort is not None:
                why = f"il est dans le groupe « {case.cohort} » ; retirez-le d’abord"
                return MemberLine(MemberResult.REFUSED, case.title, case.ref, why)
            return self._tried(member, lambda: self._regrouped(case, name, doing))

        return tuple(map(line, files))

    def leave(self, typed: str, refs: Iterable[str], doing: CohortAct) -> tuple[MemberLine, ...]:
        """Prepare files to be taken out of a group; raises `NotFound` for no such group or file."""
        name = self.named(typed)

        def line(member: CohortMember) -> MemberLine:
            case = member.case
            if case.cohort != name:
                return MemberLine(MemberResult.UNCHANGED, case.title, case.ref)
            return self._tried(member, lambda: self._regrouped(case, None, doing))

        return tuple(line(self._seen_ref(ref)) for ref in dict.fromkeys(refs))

    def own_words(self, cohort: Cohort, member: CohortMember, facts: Iterable[str]) -> str:
        """Return « Début de la formation : 12/04/2027 » for each of some facts of a file."""
        return " ; ".join(f"{label} : {words}" for label, words in self.own(cohort, member, facts))

    def own(
        self, cohort: Cohort, member: CohortMember, facts: Iterable[str]
    ) -> Iterator[tuple[str, str]]:
        """Yield what some facts of a file are called, and what it says of each."""
        zone = self.cases.context(member.case).zone
        for name in facts:
            value, spec = member.case.facts.get(name), member.procedure.facts.get(name)
            words = "non noté" if value is None else fact_words(value, zone, spec)
            yield cohort.label(name), words

    # --- Written -----------------------------------------------------------------------------------

    def save(self, lines: Iterable[MemberLine]) -> Iterator[MemberLine]:
        """Write what was prepared, each file in a transaction of its own; yield each line after it.

        Raises:
            OutOfReach: the database cannot be written; the files before are, no other.
        """
        for line in lines:
            if line.outcome is None:
                yield line
                continue
            try:
                saved = self.cases.save(line.outcome)
            except Conflict as error:
                yield replace(line, result=MemberResult.REFUSED, outcome=None, error=error)
                continue
            yield replace(line, result=MemberResult.DONE, ref=saved.after.ref, outcome=saved)

    def save_together(self, lines: Sequence[MemberLine]) -> tuple[MemberLine, ...]:
        """Write what was prepared in one transaction; raises `StaleCase`, `OutOfReach`."""
        self.cases.store.save_all([line.outcome for line in lines if line.outcome])
        return tuple(
            replace(line, result=MemberResult.DONE) if line.outcome else line for line in lines
        )

    # --- One file ----------------------------------------------------------------------------------

    def _opened(self, asked: CohortOpening, person: str) -> MemberLine:
        opened = self.cases.open(
            asked.procedure,
            asked.facts,
            by=asked.by,
            agency=asked.agency,
            owner=asked.owner,
            territory=asked.territory,
            title=person,
            funder=asked.funder,
            forced=asked.forced,
            historical=asked.historical,
            comment=asked.comment,
        )
        outcome = notes.opened_in(asked.name, opened)
        doubles = [one for one in self._of_name(outcome.after) if one.cohort != asked.name]
        if not doubles:
            return MemberLine(MemberResult.READY, outcome.after.title, outcome=outcome)
        refs = french.listing(map(_named, doubles))
        verbs = "porte ce nom et commence" if len(doubles) == 1 else "portent ce nom et commencent"
        why = f"{refs} {verbs} le même jour : ajoutez-le au groupe, ou distinguez le nom"
        return MemberLine(MemberResult.TO_CHOOSE, person, why=why)

    def _of_name(self, case: Case) -> Iterator[CaseLine]:
        """Yield the files of the procedure that bear the name of one and start on its day."""
        start = self._start(case)
        for one in self._lines(
            CaseQuery(procedure=case.procedure, text=case.title[:100], closed=True)
        ):
            if name_key(one.title) == name_key(case.title):
                other = self.cases.load(one.ref)[0]
                if self._start(other) == start:
                    yield one

    def _start(self, case: Case) -> date | None:
        rules = self.cases.rulebook.of(case)
        value = case.facts.get(rules.reference_fact)
        return self.cases.context(case).day(value) if isinstance(value, date) else None

    def _corrected(self, case: Case, facts: Mapping[str, RawFact], doing: CohortAct) -> Outcome:
        return self.cases.correct(
            case.ref,
            facts,
            by=doing.by,
            comment=doing.comment,
            forced=doing.forced,
            version=case.version,
        )

    def _regrouped(self, seen: Case, name: str | None, doing: CohortAct) -> Outcome:
        case, procedure, context = self.cases.load(seen.ref, seen.version)
        act = act_of(procedure, doing.by, self.cases.clock(), doing.comment)
        return notes.regroup(procedure, case, name, context, act)

    def _says(self, member: CohortMember, facts: Mapping[str, RawFact]) -> bool:
        """Tell whether a file says these facts already; raises `InvalidInput` for what cannot be read."""
        known = {n: v for n, v in facts.items() if n in member.procedure.facts}
        context = self.cases.context(member.case)
        today = context.today(self.cases.clock())
        read = read_facts(member.procedure, known, context.zone, today)
        return len(known) == len(facts) and all(
            member.case.facts.get(name) == value for name, value in read.items()
        )

    def _tried(self, member: CohortMember, prepare: Callable[[], Outcome]) -> MemberLine:
        case = member.case
        try:
            return MemberLine(MemberResult.READY, case.title, case.ref, outcome=prepare())
        except OutOfReach:
            raise
        except EcheancierError as error:
            # The line says which file it is.
            error.case = ""
            return MemberLine(MemberResult.REFUSED, case.title, case.ref, error=error)

    def _left_over(self, member: CohortMember) -> MemberLine | None:
        """Return the line of a file that is over, None for one that is not."""
        if not member.final:
            return None
        return apart(member, member.procedure.states[member.case.state].label)

    # --- Found -------------------------------------------------------------------------------------

    def _names(self) -> dict[str, str]:
        return {fold(one.name): one.name for one in self.cases.store.cohorts()}

    def _new_name(self, typed: str, procedure: Callable[[], Procedure]) -> str:
        if (known := self._names().get(fold(typed.strip()))) is not None:
            return known
        name = checked_words(procedure(), "le nom du groupe", typed)
        if not name:
            raise InvalidInput("Donnez un nom au groupe, par exemple « CACES mars, Greta ».")
        return name

    def _seen_ref(self, ref: str) -> CohortMember:
        case = self.cases.load(ref)[0]
        return cohort_of("", [self._with_rules(case)]).members[0]

    def _seen(self, line: CaseLine) -> tuple[Case, Procedure]:
        return self._with_rules(self.cases.load(line.ref)[0])

    def _with_rules(self, case: Case) -> tuple[Case, Procedure]:
        return replace(self.cases.told(case), eligibility=None), self.cases.rulebook.of(case)

    def _lines(self, query: CaseQuery) -> Iterator[CaseLine]:
        after: str | None = None
        while page := self.cases.store.find(replace(query, limit=_AT_ONCE, after=after)).lines:
            yield from page
            after = page[-1].ref


def _named(line: CaseLine) -> str:
    return f"{line.ref} (groupe « {line.cohort} »)" if line.cohort else line.ref
