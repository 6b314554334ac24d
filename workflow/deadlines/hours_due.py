"""The hours that the rules ask for by the end of a period, and how many of them are done.

Used by the commands and screens that show the ledger of hours. Reads a case; changes nothing.
"""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from workflow.case.case import Case, Deadline
from workflow.case.known_facts import known_of
from workflow.counting.ways_of_counting import Context, Work
from workflow.deadlines.compute import reckon, rule_for
from workflow.rules.deadline_rules import DeadlineSpec
from workflow.rules.procedure import Procedure


class Goal(Struct, frozen=True):
    """Hours that the rules ask for by the end of a period.

    Args:
        spec: the deadline that says so.
        work: hours asked and done.
        deadline: when they can begin at the latest; None when it is not awaited now.
    """

    spec: DeadlineSpec
    work: Work
    deadline: Deadline | None


def goals(procedure: Procedure, case: Case, context: Context) -> tuple[Goal, ...]:
    """Return what the rules that speak for the facts of a case ask to be worked."""
    edition = procedure.edition(case.edition)
    known = known_of(procedure, case, context.company)
    found = []
    for spec in procedure.deadlines.values():
        rule = rule_for(spec, edition, known, context)
        last = rule.last_start if rule else None
        if last is None:
            continue
        done = known.get(last.done or "")
        reckoned = reckon(procedure, edition, spec, known, context)
        work = reckoned.limit.work if reckoned else None
        if work is None and last.hours is not None:
            work = Work(last.hours, done if isinstance(done, Decimal) else Decimal(0))
        if work is not None:
            found.append(Goal(spec, work, case.deadlines.get(spec.id)))
    return tuple(found)
