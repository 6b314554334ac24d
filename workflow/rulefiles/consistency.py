"""What a rule file must satisfy as a whole; every problem is found, none stops the search.

Used when rules are loaded (a file with a problem is not used at all) and by `workflow.usecases.examples`.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from workflow.calendar.calendars import territories
from workflow.deadlines.ways_of_counting import CLOSERS, EXPECTERS, OPENERS, PERIODS, SHIFTS
from workflow.errors import Problem
from workflow.rulefiles.consistency_of_checks import DEPTH
from workflow.rulefiles.toml_reader import placed
from workflow.rules.counts import Count, Direction, Unit
from workflow.rules.fact_specs import FactType
from workflow.rules.procedure import (
    PREVIOUS_STATE,
    Action,
    DeadlineSpec,
    Evidence,
    Kind,
    Procedure,
    Rule,
)
from workflow.text import french
from workflow.text.identifiers import Found, period_problems, unknown_name

MONTHS = frozenset(range(1, 13))
_DATED = {FactType.DATE, FactType.INSTANT}
_COUNTED = {FactType.NUMBER, FactType.INTEGER}
_PARTIES = ("agence", "financeur", "personne")


def all_problems(procedures: Iterable[Procedure]) -> list[Problem]:
    """Return what is wrong with procedures that could be read, each thing once.

    What is wrong with a file is not said again of each one that extends it; what an inherited part breaks
    there alone names both.
    """
    found = [(procedure, problem) for procedure in procedures for problem in problems_of(procedure)]
    own = {problem for procedure, problem in found if problem.file == procedure.file}
    told = []
    for procedure, problem in found:
        inherited = problem.file in {file for file, _ in procedure.places.values()}
        if not inherited or problem.file == procedure.file:
            told.append(problem)
        elif problem not in own:
            file = f"{problem.file} (étendu par {procedure.file})"
            told.append(Problem(file, problem.key, problem.message))
    return told


def problems_of(procedure: Procedure) -> list[Problem]:
    """Return what is wrong with a procedure that could be read."""
    checks = (
        _top,
        _chronology,
        _states,
        _actions,
        _graph,
        _documents,
        _deadlines,
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
        Problem(f"{procedure.file} ({funder.funder})", problem.key, problem.message)
        for funder in procedure.funders.values()
        for problem in problems_of(funder)
        if problem not in found
    ]


def _top(procedure: Procedure) -> Found:
    yield from unknown_name("initial", "état", procedure.initial, procedure.states)
    yield from unknown_name("reference_fact", "fait", procedure.reference_fact, procedure.facts)
    yield from unknown_name(
        "funder_territory", "territoire", procedure.funder_territory, territories()
    )


def _chronology(procedure: Procedure) -> Found:
    for fact in dict.fromkeys(fact for pair in procedure.chronology for fact in pair):
        yield from unknown_name("chronology", "fait", fact, procedure.facts)
        if fact in procedure.facts and procedure.facts[fact].type not in _DATED:
            yield "chronology", f"« {fact} » n’est pas une date."


def _states(procedure: Procedure) -> Found:
    for state in procedure.states.values():
        yield from unknown_name(f"states.{state.id}.awaits", "acteur", state.awaits, _PARTIES)


def _actions(procedure: Procedure) -> Found:
    for action in procedure.actions.values():
        key = f"actions.{action.id}"
        targets = {target for target in action.transitions.values() if target != PREVIOUS_STATE}
        for state in sorted(action.transitions.keys() | targets):
            yield from unknown_name(f"{key}.transitions", "état", state, procedure.states)
        yield from unknown_name(f"{key}.dated_by", "fait", action.dated_by, procedure.facts)
        for name, facts in (("needs", action.needs), ("forgets", action.forgets)):
            for fact in facts:
                yield from unknown_name(f"{key}.{name}", "fait", fact, procedure.facts)
        dated_by = procedure.facts.get(action.dated_by)
        if dated_by and dated_by.type not in _DATED:
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
        yield from _evidence(procedure, action.evidence, key)


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
        if state.id not in reached:
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


def _deadlines(procedure: Procedure) -> Found:
    for spec in procedure.deadlines.values():
        key = f"deadlines.{spec.id}"
        for state in sorted(spec.states):
            yield from unknown_name(f"{key}.states", "état", state, procedure.states)
            if state in procedure.states and procedure.states[state].final:
                yield f"{key}.states", f"« {state} » est final : rien n’y est plus attendu."
        for action in sorted(spec.met_by):
            yield from unknown_name(f"{key}.met_by", "action", action, procedure.actions)
        if spec.met_by_fact:
            yield from _proving_fact(procedure, spec.met_by_fact, f"{key}.met_by_fact")
        yield from _evidence(procedure, spec.evidence, key)
        if not spec.met_by and not spec.met_by_fact:
            yield (
                f"{key}.met_by",
                "rien ne tient cette échéance ; donnez `met_by` ou `met_by_fact`.",
            )
        for number, rule in enumerate(spec.rules, 1):
            yield from _rule(procedure, spec, rule, f"{key}.rules[{number}]")
        yield from _one_rule_an_edition(procedure, spec, key)


def _proving_fact(procedure: Procedure, name: str, key: str) -> Found:
    """Find a fact that cannot say when a deadline was met: no date, or one that is only planned."""
    yield from unknown_name(key, "fait", name, procedure.facts)
    if (fact := procedure.facts.get(name)) is None:
        return
    if fact.type not in _DATED:
        yield key, f"« {name} » n’est pas une date."
    elif fact.future and not fact.derived:
        yield key, f"« {name} » est une date prévue : elle ne prouve rien."


def _evidence(procedure: Procedure, found: Iterable[Evidence], key: str) -> Found:
    for number, one in enumerate(found, 1):
        at, dated = f"{key}.evidence[{number}]", one.past or bool(one.not_before)
        for name in filter(None, (one.fact, one.of, *one.not_before)):
            yield from unknown_name(at, "fait", name, procedure.facts)
            if name not in procedure.facts:
                continue
            wanted, words = (_DATED, "une date") if dated else (_COUNTED, "un nombre")
            if procedure.facts[name].type not in wanted:
                yield at, f"« {name} » n’est pas {words}."


def _rule(procedure: Procedure, spec: DeadlineSpec, rule: Rule, key: str) -> Found:
    for anchor in rule.anchors:
        yield from unknown_name(f"{key}.anchors", "fait", anchor, procedure.facts)
        if anchor in procedure.facts and procedure.facts[anchor].type not in _DATED:
            yield f"{key}.anchors", f"« {anchor} » n’est pas une date."
    for edition in sorted(rule.editions):
        yield from unknown_name(
            f"{key}.editions", "édition", edition, (e.id for e in procedure.editions)
        )
    yield from _count(f"{key}.opens", rule.opens, OPENERS)
    yield from _count(f"{key}.closes", rule.closes, CLOSERS)
    yield from _count(f"{key}.expects", rule.expects, EXPECTERS)
    yield from _weighed(procedure, rule, key)
    yield from _dated_numbers(procedure, rule, key)
    if rule.last_start:
        last, within = rule.last_start, rule.last_start.within
        for name in filter(None, (last.share_of, last.done, last.begun, last.ended)):
            yield from unknown_name(f"{key}.last_start", "fait", name, procedure.facts)
        yield from _count(f"{key}.last_start.within", within, PERIODS)
        if within.setting:
            yield f"{key}.last_start.within", "une période vient du texte : donnez `number`."
    if spec.kind is Kind.REGULATORY and any(
        count and (count.setting or count.unit is Unit.WORKING_DAYS)
        for count in (rule.opens, rule.closes)
    ):
        yield (
            f"{key}.closes",
            'un délai choisi par l’agence n’est pas réglementaire ; mettez `kind = "interne"`.',
        )


def _dated_numbers(procedure: Procedure, rule: Rule, key: str) -> Found:
    """Judge the numbers that change on a date: their order, and the fact that decides between them."""
    for name, one in rule.numbers():
        at = f"{key}.{name}"
        for before, after in pairwise(one.values):
            if after.since <= before.since:
                days = f"{french.short_day(before.since)} et {french.short_day(after.since)}"
                yield f"{at}.values", f"dates dans le désordre ({days}) ; la plus ancienne d’abord."
        if one.values and (one.setting if isinstance(one, Count) else one.share):
            yield f"{at}.values", "seul un nombre écrit (`number`, `hours`) change à une date."
        if one.dated_by is None:
            continue
        yield from unknown_name(f"{at}.dated_by", "fait", one.dated_by, procedure.facts)
        if not one.values:
            yield f"{at}.dated_by", "sans effet sans `values` ; donnez-les, ou retirez cette clé."
        elif (fact := procedure.facts.get(one.dated_by)) and fact.type not in _DATED:
            yield f"{at}.dated_by", f"« {fact.id} » n’est pas une date."


def _weighed(procedure: Procedure, rule: Rule, key: str) -> Found:
    """Judge the conditions of a rule, its other limits and its commission."""
    for name in (*rule.when, *rule.when_below, *rule.assumes):
        yield from unknown_name(f"{key}.when", "fait", name, procedure.facts)
    for number, constraint in enumerate(rule.also, 1):
        yield from _count(f"{key}.also[{number}]", constraint.count, CLOSERS)
    if rule.also and rule.closes is None:
        yield f"{key}.also", "d’autres limites accompagnent `closes` ; donnez-le."
    if rule.commission is not None:
        yield from _count(f"{key}.commission.before", rule.commission.before.count, SHIFTS)
        if rule.commission.gap:
            yield from _count(f"{key}.commission.gap", rule.commission.gap.count, SHIFTS)
        if not rule.commission.blackouts <= MONTHS:
            yield f"{key}.commission.blackouts", "un mois va de 1 à 12."
        if rule.commission.blackouts == MONTHS:
            yield f"{key}.commission.blackouts", "aucun mois n’a de commission ; laissez-en un."


def _count(key: str, count: Count | None, known: Iterable[tuple[Unit, Direction]]) -> Found:
    ways = set(known)
    if count and (count.unit, count.direction) not in ways:
        words = ", ".join(sorted(f"{unit.value} {direction.value}" for unit, direction in ways))
        yield (
            key,
            f"on ne sait pas compter « {count.unit.value} {count.direction.value} » ici (connus : {words}).",
        )


def _one_rule_an_edition(procedure: Procedure, spec: DeadlineSpec, key: str) -> Found:
    ids = [edition.id for edition in procedure.editions]
    for name in sorted(spec.editions):
        yield from unknown_name(f"{key}.editions", "édition", name, ids)
    for edition in procedure.editions:
        if spec.editions and edition.id not in spec.editions:
            continue
        ruling = [rule for rule in spec.rules if not rule.editions or edition.id in rule.editions]
        always = [rule for rule in ruling if not rule.when and not rule.when_below]
        if len(always) != 1:
            yield (
                f"{key}.rules",
                f"{len(always)} règles pour l’édition « {edition.id} » ; il en faut une.",
            )
        elif ruling[-1] is not always[0]:
            yield (
                f"{key}.rules",
                f"édition « {edition.id} » : la règle sans condition prend tout, mettez-la en dernier.",
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
