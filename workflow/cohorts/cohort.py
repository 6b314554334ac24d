"""A group: the files of the people who follow one training session, what they share and what differs.

Made by `workflow.cohorts.acting`, drawn by the faces. Pure values.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from workflow.case.case import Case, Deadline, FactValue
from workflow.rules.procedure import Procedure


class CohortMember(Struct, frozen=True):
    """One file of a group.

    Args:
        case: the file, without its restricted part.
        procedure: its procedure.
        own: by fact, what it says otherwise than most; None where it says nothing.
        due: its next deadline.
    """

    case: Case
    procedure: Procedure
    own: Mapping[str, FactValue | None]
    due: Deadline | None

    @property
    def final(self) -> bool:
        """True when nothing more is done to the file."""
        return self.procedure.states[self.case.state].final


class Cohort(Struct, frozen=True):
    """A group.

    Args:
        name: what staff call it.
        members: its files, by reference.
        common: what more than half of the open files say, by fact.
    """

    name: str
    members: tuple[CohortMember, ...]
    common: Mapping[str, FactValue]

    @property
    def open(self) -> tuple[CohortMember, ...]:
        """The files that are not over."""
        return tuple(one for one in self.members if not one.final)

    @property
    def procedures(self) -> tuple[Procedure, ...]:
        """The procedures of its files, each once."""
        return tuple({one.procedure.id: one.procedure for one in self.members}.values())

    def label(self, fact: str) -> str:
        """Return what a fact is called."""
        known = (one.facts[fact].label for one in self.procedures if fact in one.facts)
        return next(known, fact)


def cohort_of(name: str, files: Iterable[tuple[Case, Procedure]]) -> Cohort:
    """Return a group, its files compared with what most of those that are open say."""
    files = tuple(files)
    open_ = [case for case, rules in files if not rules.states[case.state].final]
    compared = open_ or [case for case, _ in files]
    common = {fact: value for fact, value in _most(compared).items() if value is not None}
    return Cohort(name, tuple(_member(case, rules, common) for case, rules in files), common)


def of_most(cases: Sequence[Case], fact: str) -> frozenset[str]:
    """Return the references of the files that say of a fact what more than half of them do."""
    held = [case.facts.get(fact) for case in cases]
    value, count = Counter(held).most_common(1)[0] if held else (None, 0)
    if count * 2 <= len(held):
        return frozenset()
    return frozenset(case.ref for case in cases if case.facts.get(fact) == value)


def _most(cases: Sequence[Case]) -> dict[str, FactValue | None]:
    found: dict[str, FactValue | None] = {}
    for fact in dict.fromkeys(name for case in cases for name in case.facts):
        alike = of_most(cases, fact)
        found[fact] = next((case.facts.get(fact) for case in cases if case.ref in alike), None)
    return found


def _member(case: Case, procedure: Procedure, common: Mapping[str, FactValue]) -> CohortMember:
    own = {
        name: case.facts.get(name)
        for name in procedure.facts
        if case.facts.get(name) != common.get(name)
    }
    due = min(case.deadlines.values(), key=lambda one: one.dates.act_on, default=None)
    return CohortMember(case, procedure, own, due)
