"""What deadlines, their rules and the delays of the agency must satisfy as a whole; every problem is found.

Used by `workflow.consistency.whole`, beside its own judgements on states and actions.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import combinations, pairwise

from workflow.consistency.bands import shut_window
from workflow.counting.ways_of_counting import CLOSERS, EXPECTERS, OPENERS, PERIODS, SHIFTS
from workflow.errors import nearest
from workflow.rules.counts import Count, Direction, Unit
from workflow.rules.deadline_rules import DeadlineSpec, Evidence, Kind, Rule
from workflow.rules.fact_specs import DATED, NUMERIC
from workflow.rules.procedure import Procedure
from workflow.rules.readings import ReadingCount, RuleReading
from workflow.rules.targets import MOST
from workflow.text import french
from workflow.text.identifiers import Found, unknown_name

MONTHS = frozenset(range(1, 13))
_REGISTERED = re.compile(r"AMB-[1-9][0-9]*")
"""An ambiguity of the register (docs/regles.md)."""
_WAYS: Mapping[str, Collection[tuple[Unit, Direction]]] = {
    "opens": OPENERS,
    "closes": CLOSERS,
    "expects": EXPECTERS,
}
"""In which ways each date of a rule, or of a reading, is counted."""


def deadlines(procedure: Procedure) -> Found:
    """Judge every deadline: what it names, what meets it, and each of its rules."""
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
        yield from evidence(procedure, spec.evidence, key)
        if not spec.met_by and not spec.met_by_fact:
            yield (
                f"{key}.met_by",
                "rien ne tient cette échéance ; donnez `met_by` ou `met_by_fact`.",
            )
        for number, rule in enumerate(spec.rules, 1):
            yield from _rule(procedure, spec, rule, f"{key}.rules[{number}]")
        yield from _one_rule_an_edition(procedure, spec, key)


def targets(procedure: Procedure) -> Found:
    """Find delays of the agency that no file declares, that nothing reads, or that make no sense."""
    undeclared = procedure.settings - procedure.targets.keys()
    for name in sorted(undeclared):
        hint = nearest(name, procedure.targets)
        yield f"targets.{name}", f"une règle lit ce délai de l’agence ; déclarez-le ici{hint}."
    # A delay may serve the rules of some funders alone.
    read = procedure.settings.union(*(one.settings for one in procedure.funders.values()))
    for target in procedure.targets.values():
        key = f"targets.{target.id}"
        if target.id not in read and procedure.funder is None and not undeclared:
            yield key, "aucune règle ne lit ce délai ; retirez-le, ou vérifiez son nom."
        if target.unit not in MOST:
            known = ", ".join(unit.value for unit in MOST)
            yield f"{key}.unit", f"un délai de l’agence se compte autrement (connus : {known})."
        elif target.default > MOST[target.unit]:
            yield f"{key}.default", f"{target.default} : il faut au plus {MOST[target.unit]}."


def chasing(procedure: Procedure) -> Found:
    """Judge the fact that says when what is awaited was last chased."""
    if procedure.chasing is None:
        return
    name = procedure.chasing.fact
    yield from unknown_name("chasing.fact", "fait", name, procedure.facts)
    if name in procedure.facts and procedure.facts[name].type not in DATED:
        yield "chasing.fact", f"« {name} » n’est pas une date."


def derogations(procedure: Procedure) -> Found:
    """Judge every derogation: its days, and the windows that it moves."""
    ids = [one.id for one in procedure.derogations]
    for id_ in sorted({id_ for id_ in ids if ids.count(id_) > 1}):
        yield "derogations", f"deux dérogations s’appellent « {id_} »."
    funders = procedure.funders.values()
    known = {**procedure.deadlines, **{id_: s for f in funders for id_, s in f.deadlines.items()}}
    for one in procedure.derogations if procedure.funder is None else ():
        key = f"derogations.{one.id}"
        if one.last < one.first:
            yield f"{key}.until", "cette dérogation finit avant de commencer."
        named = one.suspends | one.reopens | one.tells
        if not named:
            yield key, "elle ne concerne rien ; donnez `suspends`, `reopens` ou `tells`."
        if one.between:
            fact, start, end = one.between.fact, one.between.first, one.between.last
            yield from unknown_name(f"{key}.between", "fait", fact, procedure.facts)
            if fact in procedure.facts and procedure.facts[fact].type not in DATED:
                yield f"{key}.between", f"« {fact} » n’est pas une date."
            if end < start:
                yield f"{key}.between", "ces jours finissent avant de commencer."
        for id_ in sorted(one.suspends & one.reopens):
            yield key, f"« {id_} » ne peut être à la fois suspendue et rouverte ; faites-en deux."
        for id_ in sorted(named):
            yield from unknown_name(key, "échéance", id_, known)
            if id_ in known and not any(rule.opens or rule.closes for rule in known[id_].rules):
                yield key, f"« {id_} » n’est pas une fenêtre : rien n’y serait déplacé."


def overlapping_derogations(procedure: Procedure) -> Found:
    """Find two derogations that do the same to a window on the same days: which one holds is not said."""
    for one, two in combinations(procedure.derogations if procedure.funder is None else (), 2):
        first, last = max(one.first, two.first), min(one.last, two.last)
        shared = (one.suspends & two.suspends) | (one.reopens & two.reopens)
        for id_ in sorted(shared) if first <= last and one.id != two.id else ():
            yield (
                f"derogations.{two.id}",
                (
                    f"« {one.id} » et « {two.id} » déplacent « {id_} » les mêmes jours, du "
                    f"{french.short_day(first)} au {french.short_day(last)} ; changez `from` ou `until`."
                ),
            )


def _proving_fact(procedure: Procedure, name: str, key: str) -> Found:
    """Find a fact that cannot say when a deadline was met: no date, or one that is only planned."""
    yield from unknown_name(key, "fait", name, procedure.facts)
    if (fact := procedure.facts.get(name)) is None:
        return
    if fact.type not in DATED:
        yield key, f"« {name} » n’est pas une date."
    elif fact.future and not fact.derived:
        yield key, f"« {name} » est une date prévue : elle ne prouve rien."


def evidence(procedure: Procedure, found: Iterable[Evidence], key: str) -> Found:
    """Judge what must be noted for a deadline to be proved, or for a step to stand on."""
    for number, one in enumerate(found, 1):
        at, dated = f"{key}.evidence[{number}]", one.past or bool(one.not_before)
        for name in filter(None, (one.fact, one.of, *one.not_before)):
            yield from unknown_name(at, "fait", name, procedure.facts)
            if name not in procedure.facts:
                continue
            wanted, words = (DATED, "une date") if dated else (NUMERIC, "un nombre")
            if procedure.facts[name].type not in wanted:
                yield at, f"« {name} » n’est pas {words}."


def _rule(procedure: Procedure, spec: DeadlineSpec, rule: Rule, key: str) -> Found:
    for anchor in (*rule.anchors, *rule.or_later):
        yield from unknown_name(f"{key}.anchors", "fait", anchor, procedure.facts)
        if anchor in procedure.facts and procedure.facts[anchor].type not in DATED:
            yield f"{key}.anchors", f"« {anchor} » n’est pas une date."
    for edition in sorted(rule.editions):
        yield from unknown_name(
            f"{key}.editions", "édition", edition, [one.id for one in procedure.editions]
        )
    own = {"opens": rule.opens, "closes": rule.closes, "expects": rule.expects}
    for name, count in own.items():
        yield from _count(f"{key}.{name}", count, _WAYS[name])
    yield from _weighed(procedure, rule, key)
    yield from _dated_numbers(procedure, rule, key)
    yield from _readings(procedure, rule.understood, f"{key}.readings", own)
    yield from shut_window(rule, key)
    if rule.last_start:
        last, within = rule.last_start, rule.last_start.within
        for name in filter(None, (last.share_of, last.done, last.begun, last.ended)):
            yield from unknown_name(f"{key}.last_start", "fait", name, procedure.facts)
        yield from _count(f"{key}.last_start.within", within, PERIODS)
        if within.setting:
            yield f"{key}.last_start.within", "une période vient du texte : donnez `number`."
    if spec.kind is Kind.REGULATORY and any(
        count and (count.setting or count.unit is Unit.WORKING_DAYS)
        for count in (rule.opens, rule.closes, rule.expects)
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
        elif (fact := procedure.facts.get(one.dated_by)) and fact.type not in DATED:
            yield f"{at}.dated_by", f"« {fact.id} » n’est pas une date."


def _weighed(procedure: Procedure, rule: Rule, key: str) -> Found:
    """Judge the conditions of a rule, its other limits and its commission."""
    for name in (*rule.when, *rule.when_below, *rule.when_known, *rule.unless, *rule.assumes):
        yield from unknown_name(f"{key}.when", "fait", name, procedure.facts)
    for number, constraint in enumerate(rule.also, 1):
        yield from _count(f"{key}.also[{number}]", constraint, CLOSERS)
    if rule.also and rule.closes is None:
        yield f"{key}.also", "d’autres limites accompagnent `closes` ; donnez-le."
    if rule.commission is not None:
        yield from _count(f"{key}.commission.before", rule.commission.before, SHIFTS)
        own = {"opens": None, "closes": rule.commission.before, "expects": None}
        readings = rule.commission.readings
        yield from _readings(procedure, readings, f"{key}.commission.readings", own)
        if rule.commission.gap:
            yield from _count(f"{key}.commission.gap", rule.commission.gap, SHIFTS)
        if not rule.commission.blackouts <= MONTHS:
            yield f"{key}.commission.blackouts", "un mois va de 1 à 12."
        if rule.commission.blackouts == MONTHS:
            yield f"{key}.commission.blackouts", "aucun mois n’a de commission ; laissez-en un."


def _readings(
    procedure: Procedure,
    readings: Sequence[RuleReading],
    key: str,
    own: Mapping[str, Count | None],
) -> Found:
    """Judge the readings of a rule: their register, what they count from, and what each counts."""
    said = [(one.id, one.words) for one in readings]
    for number, one in enumerate(readings, 1):
        at = f"{key}[{number}]"
        if not _REGISTERED.fullmatch(one.id):
            yield f"{at}.id", f"« {one.id} » n’est pas un repère de lecture ; écrivez « AMB-1 »."
        if said.index((one.id, one.words)) != number - 1:
            yield f"{at}.words", "cette lecture est déjà écrite ; retirez l’une des deux."
        for anchor in one.anchors:
            yield from unknown_name(f"{at}.anchors", "fait", anchor, procedure.facts)
            if anchor in procedure.facts and procedure.facts[anchor].type not in DATED:
                yield f"{at}.anchors", f"« {anchor} » n’est pas une date."
        counts = {"opens": one.opens, "closes": one.closes, "expects": one.expects}
        for name, count in counts.items():
            yield from _count(f"{at}.{name}", count, _WAYS[name])
            rules = own[name]
            if count and count.number is None and (rules is None or rules.unit is not count.unit):
                yield f"{at}.{name}.number", "la règle n’a pas ce décompte ; donnez le nombre."


def _count(
    key: str, count: Count | ReadingCount | None, known: Iterable[tuple[Unit, Direction]]
) -> Found:
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
        always = [rule for rule in ruling if not (rule.when or rule.when_below or rule.when_known)]
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
