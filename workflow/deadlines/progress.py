"""Where a case stands on its way: the steps done with their dates, the states still to come.

Used by the guards and by the views of the command line and of the terminal interface. The way ahead is the
one that a case takes when all goes as it should: rule files mark the states that are setbacks.
"""

from __future__ import annotations

from collections import deque
from datetime import date

from workflow.case.case import Case, Change, Entry, FactValue, Moment
from workflow.rules.procedure import PREVIOUS_STATE, Procedure
from workflow.wording.codec import fact_value


def step_dates(procedure: Procedure, case: Case) -> dict[int, Moment | None]:
    """Return the date of each step done, by the number of its entry.

    One fact dates every repetition of a step, and holds the date of the latest. The one before has the date
    that the later entry replaced, as corrections had left it: each step keeps a date of its own.
    """
    facts = dict(case.facts)
    dates: dict[int, Moment | None] = {}
    for step in reversed(case.history):
        name = procedure.actions[step.action or ""].dated_by
        value = facts.get(name)
        dates[step.seq] = value if isinstance(value, date) else step.on
        replaced = _replaced(procedure, step, name)
        if replaced is not None:
            facts[name] = replaced
        facts |= _forgotten(procedure, step)
    return dates


def _forgotten(procedure: Procedure, step: Entry) -> dict[str, FactValue]:
    """Return the facts that a step took away from the round before it, as they were."""
    names = procedure.actions[step.action or ""].forgets
    return {
        change.name: was
        for change in step.changes
        if change.name in names and (was := fact_before(procedure, change)) is not None
    }


def _replaced(procedure: Procedure, step: Entry, name: str) -> FactValue | None:
    """Return the value that a fact had just before a step; None when it had none."""
    for change in step.changes:
        if change.name == name:
            return fact_before(procedure, change)
    return step.on


def fact_before(procedure: Procedure, change: Change) -> FactValue | None:
    """Return the value that a fact had before it was changed, None when it had none."""
    if change.old is None:
        return None
    assert isinstance(change.old, str), "facts are kept as text"  # noqa: S101 - by the codec
    return fact_value(change.old, procedure.facts[change.name].type)


def passed(procedure: Procedure, case: Case) -> list[str]:
    """Return the states left behind, each once, less those the case came back from."""
    passed: list[str] = []
    for entry in case.history:
        state = entry.state_from or procedure.initial
        if state in passed:
            del passed[passed.index(state) :]
        passed.append(state)
    if case.state in passed:
        del passed[passed.index(case.state) :]
    return passed


def ahead(procedure: Procedure, state: str) -> list[str]:
    """Return the states still to come, on the shortest way to an end, setbacks left out."""
    if procedure.states[state].final:
        return []
    steps, seen = _steps(procedure), {state}
    ways = deque([[state]])
    while ways:
        way = ways.popleft()
        for target in steps.get(way[-1], ()):
            if procedure.states[target].final:
                return [*way[1:], target]
            if target not in seen:
                seen.add(target)
                ways.append([*way, target])
    return []


def gives_up(procedure: Procedure, state: str) -> bool:
    """Tell whether a state ends a case short of its goal: abandoned, not closed."""
    return procedure.states[state].final and procedure.states[state].setback


def _steps(procedure: Procedure) -> dict[str, list[str]]:
    """Return the states that follow each one when all goes as it should."""
    steps: dict[str, list[str]] = {}
    for action in procedure.actions.values():
        for state, target in action.transitions.items():
            if target != PREVIOUS_STATE and not procedure.states[target].setback:
                steps.setdefault(state, []).append(target)
    return steps
