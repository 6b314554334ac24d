"""What an act on a group does to each of its files, as a line that every face shows.

Made by `workflow.cohorts.acting`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from workflow.case.case import Outcome
from workflow.cohorts.cohort import CohortMember
from workflow.errors import EcheancierError
from workflow.wording.fact_text import RawFact


class MemberResult(StrEnum):
    """What becomes of a file of a group."""

    READY = "pret"
    DONE = "fait"
    UNCHANGED = "inchange"
    APART = "a_part"
    """It differs from most, or is over: left as it is."""
    TO_CHOOSE = "choisir"
    """A file of this name is there already: nobody knows whether it is the same person."""
    REFUSED = "refuse"


class MemberLine(Struct, frozen=True):
    """What an act would do to a file of a group, or has done.

    Args:
        result: what becomes of it.
        title: its name.
        ref: its reference; empty as long as it is to be opened.
        why: what sets it apart, in French.
        outcome: what is written.
        error: what refuses it.
    """

    result: MemberResult
    title: str
    ref: str = ""
    why: str = ""
    outcome: Outcome | None = None
    error: EcheancierError | None = None


def apart(member: CohortMember, why: str) -> MemberLine:
    """Return the line of a file that is left as it is."""
    return MemberLine(MemberResult.APART, member.case.title, member.case.ref, why)


def unless_all_refused(lines: Sequence[MemberLine]) -> tuple[MemberLine, ...]:
    """Return lines, or raise what refuses every one of them alike: it is said once."""
    told = [line for line in lines if line.result is not MemberResult.APART]
    errors = [line.error for line in told if line.error]
    if errors and len(errors) == len(told) and len({one.message for one in errors}) == 1:
        raise errors[0]
    return tuple(lines)


class CohortOpening(Struct, frozen=True):
    """A group to open: its name, its people, and what `CaseService.open` is told of each."""

    procedure: str
    name: str
    people: Sequence[str]
    facts: Mapping[str, RawFact]
    by: str
    agency: str
    owner: str | None = None
    territory: str | None = None
    funder: str | None = None
    forced: bool = False
    historical: bool = False
    comment: str = ""


class CohortAct(Struct, frozen=True):
    """Who acts on a group, and why."""

    by: str
    comment: str = ""
    forced: bool = False
