"""Where a case stands on its way: the states it went through and those still to come.

Used by the views of the command line and of the terminal interface. The way ahead is the shortest one to
the end that lies furthest from the start, which is how « closed » is told from « abandoned » without naming
either.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from workflow.case import Case
from workflow.procedure import PREVIOUS_STATE, Procedure


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
    """Return the states still to come, on the shortest way to the farthest end."""
    if procedure.states[state].final:
        return []
    steps = _steps(procedure)
    return _shortest(steps, state, _goal(procedure, steps))


def gives_up(procedure: Procedure, state: str) -> bool:
    """Tell whether a state ends a case short of its goal: abandoned, not closed."""
    return procedure.states[state].final and state != _goal(procedure, _steps(procedure))


def _goal(procedure: Procedure, steps: Mapping[str, list[str]]) -> str:
    """Return the farthest end."""
    lengths = {
        final.id: len(way)
        for final in procedure.states.values()
        if final.final and (way := _shortest(steps, procedure.initial, final.id))
    }
    return max(lengths, key=lambda final: lengths[final])


def _steps(procedure: Procedure) -> dict[str, list[str]]:
    steps: dict[str, list[str]] = {}
    for action in procedure.actions.values():
        for state, target in action.transitions.items():
            if target != PREVIOUS_STATE:
                steps.setdefault(state, []).append(target)
    return steps


def _shortest(steps: Mapping[str, list[str]], start: str, goal: str) -> list[str]:
    """Return the states after `start` on the shortest way to `goal`; empty when there is none."""
    ways: deque[list[str]] = deque([[start]])
    seen = {start}
    while ways:
        way = ways.popleft()
        for state in steps.get(way[-1], ()):
            if state == goal:
                return [*way[1:], state]
            if state not in seen:
                seen.add(state)
                ways.append([*way, state])
    return []
