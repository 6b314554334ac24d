"""What a rule file must satisfy as a whole; every problem is found, none stops the search.

Used when rules are loaded (a file with a problem is not used at all) and by `workflow.trials.examples`.
"""

from __future__ import annotations

from collections.abc import Iterable

from workflow.calendar.calendars import territories
from workflow.consistency.checks import DEPTH
from workflow.consistency.deadlines import (
    chasing,
    deadlines,
    derogations,
    evidence,
    overlapping_derogations,
    targets,
)
from workflow.consistency.doubts import doubts
from workflow.errors import Problem
from workflow.rules.counts import Unit
from workflow.rules.fact_specs import DATED, FactType
from workflow.rules.procedure import PREVIOUS_STATE, Action, Procedure
from workflow.structures.places import placed
from workflow.text.identifiers import Found, period_problems, unknown_name

_PARTIES = ("agence", "financeur", "personne")


def all_problems(procedures: Iterable[Procedure]) -> list[Problem]:
    """Return what is wrong with procedures that could be read, each thing once.

    What is wrong with a file is not said again of each one that extends it; what an inherited part breaks
    there alone names both.
    """
    found = [(procedure, problem) for procedure in procedures for problem in problems_of(procedure)]
    own = {problem for procedure, problem in found if _is_own(procedure, problem)}
    told = []
    for procedure, problem in found:
        if _is_own(procedure, problem):
            told.append(problem)
        elif problem not in own:
            file = f"{problem.file} (étendu par {procedure.file})"
            told.append(Problem(file, problem.key, problem.message))
    return told


def _is_own(procedure: Procedure, problem: Problem) -> bool:
    """Tell whether a problem stands in the files of a procedure, not in one that they extend."""
    stem = procedure.file.removesuffix(".toml")
    return problem.file.partition(" (")[0] == procedure.file or problem.file.startswith(f"{stem}/")


def problems_of(procedure: Procedure) -> list[Problem]:
    """Return what is wrong with a procedure that could be read."""
    checks = (
        _top,
        _chronology,
        _states,
        _actions,
        _unavailable,
        _graph,
        _documents,
        deadlines,
        targets,
        chasing,
        derogations,
        overlapping_derogations,
        doubts,
        _editions,
        _portals,
        _examples,
        *DEPTH,
    )
    found = [
        Problem(*placed(procedure.places, procedure.file, key), text)
        for check_ in checks
        for key, text in check_(procedure)
    ]
    return found + [
        _of_funder(problem, funder)
        for funder in procedure.funders.values()
        for problem in problems_of(funder)
        if problem not in found
    ]


def _of_funder(problem: Problem, funder: Procedure) -> Problem:
    """Name the funder whose rules break what other files say; its own file says who it is."""
    if "/funders/" in problem.file:
        return problem
    return Problem(f"{problem.file} ({funder.funder})", problem.key, problem.message)


def _top(procedure: Procedure) -> Found:
    yield from unknown_name("initial", "état", procedure.initial, procedure.states)
    yield from unknown_name("reference_fact", "fait", procedure.reference_fact, procedure.facts)
    yield from unknown_name(
        "funder_territory", "territoire", procedure.funder_territory, territories()
    )


def _chronology(procedure: Procedure) -> Found:
    for fact in dict.fromkeys(fact for pair in procedure.chronology for fact in pair):
        yield from unknown_name("chronology", "fait", fact, procedure.facts)
        if fact in procedure.facts and procedure.facts[fact].type not in DATED:
            yield "chronology", f"« {fact} » n’est pas une date."


def _states(procedure: Procedure) -> Found:
    for state in procedure.states.values():
        yield from unknown_name(f"states.{state.id}.awaits", "acteur", state.awaits, _PARTIES)


def _actions(procedure: Procedure) -> Found:
    for action in procedure.actions.values():
        key = f"actions.{action.id}"
        goals = {target for target in action.transitions.values() if target != PREVIOUS_STATE}
        for state in sorted(action.transitions.keys() | goals):
            yield from unknown_name(f"{key}.transitions", "état", state, procedure.states)
        yield from unknown_name(f"{key}.dated_by", "fait", action.dated_by, procedure.facts)
        for name, facts in (("needs", action.needs), ("forgets", action.forgets)):
            for fact in facts:
                yield from unknown_name(f"{key}.{name}", "fait", fact, procedure.facts)
        dated_by = procedure.facts.get(action.dated_by)
        if dated_by and dated_by.type not in DATED:
            yield f"{key}.dated_by", f"« {dated_by.id} » n’est pas une date."
        if dated_by and dated_by.future:
            yield (
                f"{key}.dated_by",
                f"« {dated_by.id} » est une date prévue ; une étape date d’un fait passé.",
            )
        for document in action.documents:
            yield from unknown_name(f"{key}.documents", "pièce", document, procedure.documents)
        # The window may be one that only some funders have.
        others = {id_ for funder in procedure.funders.values() for id_ in funder.deadlines}
        if action.window and procedure.funder is None:
            known = {*procedure.deadlines, *others}
            yield from unknown_name(f"{key}.window", "échéance", action.window, known)
        yield from _hour_kept(procedure, action, key)
        yield from evidence(procedure, action.evidence, key)


def _unavailable(procedure: Procedure) -> Found:
    for name in procedure.unavailable:
        yield from unknown_name(f"unavailable.{name}", "action", name, procedure.actions)


def _hour_kept(procedure: Procedure, action: Action, key: str) -> Found:
    """Find a step that keeps no hour, while the limit of its window has one."""
    dated_by, window = (
        procedure.facts.get(action.dated_by),
        procedure.deadlines.get(action.window or ""),
    )
    if dated_by is None or window is None or dated_by.type is FactType.INSTANT:
        return
    if any(rule.closes and rule.closes.unit is Unit.HOURS for rule in window.rules):
        yield (
            f"{key}.dated_by",
            f"« {dated_by.id} » n’a pas d’heure, la limite de « {window.id} » en a une : changez de type.",
        )


def _graph(procedure: Procedure) -> Found:
    """Find states nobody reaches, traps, and exits from a final state."""
    steps = {
        (state, target)
        for action in procedure.actions.values()
        for state, targets in _targets(procedure, action).items()
        for target in targets
    }
    reached = _closure({procedure.initial}, steps)
    finals = {state.id for state in procedure.states.values() if state.final}
    ending = _closure(finals, {(target, state) for state, target in steps})
    if not finals:
        yield "states", "aucun état final ; marquez-en un par `final = true`."
    elif all(procedure.states[id_].setback for id_ in finals):
        yield (
            "states",
            "tous les états finaux sont des revers ; retirez `setback` de celui où l’on va.",
        )
    for state in procedure.states.values():
        # What only an action that a funder does not know leads to stays, for files already there.
        if state.id not in reached and not procedure.unavailable:
            yield f"states.{state.id}", "état inaccessible : aucune suite d’actions n’y mène."
        elif state.id not in ending:
            yield (
                f"states.{state.id}",
                "impasse : aucune suite d’actions n’en sort vers un état final.",
            )
        if state.final and any(origin == state.id for origin, _ in steps):
            yield (
                f"states.{state.id}",
                "état final dont une action sort ; retirez l’action ou `final`.",
            )


def _targets(procedure: Procedure, action: Action) -> dict[str, set[str]]:
    """Return where an action leads from each state; « precedent » leads to every way in."""
    ways_in: dict[str, set[str]] = {}
    for other in procedure.actions.values():
        for state, target in other.transitions.items():
            ways_in.setdefault(target, set()).add(state)
    return {
        state: ways_in.get(state, set()) if target == PREVIOUS_STATE else {target}
        for state, target in action.transitions.items()
    }


def _closure(start: set[str], steps: set[tuple[str, str]]) -> set[str]:
    reached: set[str] = set()
    frontier = set(start)
    while frontier:
        reached |= frontier
        frontier = {target for state, target in steps if state in frontier} - reached
    return reached


def _documents(procedure: Procedure) -> Found:
    for document in procedure.documents.values():
        for other in document.any_of:
            yield from unknown_name(
                f"documents.{document.id}.any_of", "pièce", other, procedure.documents
            )


def _editions(procedure: Procedure) -> Found:
    ids = [edition.id for edition in procedure.editions]
    for id_ in sorted({id_ for id_ in ids if ids.count(id_) > 1}):
        yield "editions", f"deux éditions s’appellent « {id_} »."
    yield from period_problems(
        "editions", [(edition.id, edition) for edition in procedure.editions]
    )


def _portals(procedure: Procedure) -> Found:
    yield from period_problems("portals", [(portal.name, portal) for portal in procedure.portals])


def _examples(procedure: Procedure) -> Found:
    ids = [example.id for example in procedure.examples]
    for id_ in sorted({id_ for id_ in ids if ids.count(id_) > 1}):
        yield "examples", f"deux exemples s’appellent « {id_} »."
    for example in procedure.examples:
        key = f"examples.{example.id}"
        yield from unknown_name(
            f"{key}.deadline", "échéance", example.deadline, procedure.deadlines
        )
        for fact in example.facts:
            yield from unknown_name(f"{key}.facts", "fait", fact, procedure.facts)
        for deadline, dates in example.expect.items():
            yield from unknown_name(f"{key}.expect", "échéance", deadline, procedure.deadlines)
            if not isinstance(dates, dict):
                yield f"{key}.expect", f"« {deadline} » : attendu une table de dates."
        yield from unknown_name(f"{key}.territory", "territoire", example.territory, territories())
