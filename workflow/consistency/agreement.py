"""What must agree inside one part of a rule file: bounds that exclude each other, numbers that need a source.

Used by `workflow.rulefiles.forms` for every part that could be read. What links two parts is judged by
`workflow.consistency.whole`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from workflow.rules.checks import Band, Check, CheckVerdict
from workflow.rules.counts import Constraint, Count, LastStart, Unit
from workflow.rules.deadline_rules import CommissionRule, Evidence, Rule
from workflow.rules.fact_specs import FactSpec, FactType
from workflow.rules.procedure import Action
from workflow.rules.readings import RuleReading
from workflow.rules.seniority import Condition, SeniorityRules
from workflow.structures.walker import Faults
from workflow.text.identifiers import Found

_MISSING = "clé absente ; ajoutez-la."


def _fact(fact: FactSpec) -> Found:
    if bool(fact.values) != bool(fact.dated_by):
        words = "des montants datés (`values`) vont avec le fait qui décide (`dated_by`)."
        yield "values", words
    if (fact.type is FactType.CHOICE) != bool(fact.choices):
        yield "choices", "un choix, et lui seul, énumère ses valeurs dans `choices`."


def _action(action: Action) -> Found:
    if not action.transitions:
        yield "from", "aucune transition ; donnez `from` et `to`, ou `transitions`."


def _evidence(one: Evidence) -> Found:
    numbers = (one.at_least, one.at_most, one.share)
    bounds = (*(bound is not None for bound in numbers), one.some, bool(one.not_before), one.past)
    if sum(bounds) != 1:
        yield (
            "fact",
            "une seule exigence : `at_least`, `at_most`, `share`, `some`, `not_before` ou `past`.",
        )
    if one.hours and one.source is None:
        yield "source", "un nombre d’heures cite sa source."
    if one.share is not None and one.of is None:
        yield "of", _MISSING


def _rule(rule: Rule) -> Found:
    ends = [end for end in (rule.closes, rule.expects, rule.last_start) if end]
    if not ends and not rule.opens:
        yield "closes", "aucune date ; donnez `opens`, `closes`, `expects` ou `last_start`."
    if len(ends) > 1:
        yield "closes", "une seule fin par règle : `closes`, `expects` ou `last_start`."


def _count(count: Count) -> Found:
    if (count.number is None) == (count.setting is None):
        yield "number", "donnez soit `number`, soit `setting`, et pas les deux."
    if count.prudent_working_days and count.unit is not Unit.HOURS:
        yield "prudent_working_days", "cette marge n’est lue que par une règle en heures."


def _reading(one: RuleReading) -> Found:
    if sum(count is not None for count in (one.opens, one.closes, one.expects)) != 1:
        yield "closes", "une lecture donne une date, et une seule : `opens`, `closes` ou `expects`."
    if one.extended and one.closes is None:
        yield "extended", "seule une limite (`closes`) se prolonge."


def _commission(rule: CommissionRule) -> Found:
    if bool(rule.blackouts) != (rule.blackouts_source is not None):
        yield "blackouts", "des mois sans commission citent leur source (blackouts_source)."


def _last_start(last: LastStart) -> Found:
    if (last.hours is None) == (last.share is None):
        yield "hours", "donnez soit `hours`, soit `share` et `share_of`, et pas les deux."
    if last.share is not None and last.share_of is None:
        yield "share_of", _MISSING


def _check(check: Check) -> Found:
    if not check.bands:
        yield "bands", "aucun verdict ; donnez `bands`, ou `reminder` pour un simple rappel."
    if check.measure is None and any(
        band.verdict is not CheckVerdict.REMINDER for band in check.bands
    ):
        yield "bands", "rien n’est mesuré ; donnez `value`, `sum`, `share`, `days`, …"


def _band(band: Band) -> Found:
    limits = (band.below, band.at_most, band.is_ or None)
    if sum(limit is not None for limit in limits) > 1:
        yield "below", "une seule borne : `below`, `at_most` ou `is`."


def _seniority(rules: SeniorityRules) -> Found:
    for condition in (one for path in rules.paths for one in path.conditions):
        for name in sorted((condition.types | condition.doubtful) - rules.types.keys()):
            yield "types", f"type de contrat « {name} » inconnu ({condition.id})."
        for name in sorted(condition.employers - rules.employers.keys()):
            yield "employers", f"employeur « {name} » inconnu ({condition.id})."


def _condition(condition: Condition) -> Found:
    if (condition.months, condition.days, condition.hours) == (None, None, None):
        yield "months", "rien n’est demandé ; donnez `months`, `days` ou `hours`."


AGREEMENT: Final[Mapping[type, Faults]] = {
    FactSpec: _fact,
    Action: _action,
    Evidence: _evidence,
    Rule: _rule,
    Count: _count,
    Constraint: _count,
    RuleReading: _reading,
    CommissionRule: _commission,
    LastStart: _last_start,
    Check: _check,
    Band: _band,
    SeniorityRules: _seniority,
    Condition: _condition,
}
