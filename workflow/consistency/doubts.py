"""What doubts and all that rests on them must satisfy as a whole; every problem is found.

Used by `workflow.consistency.whole`, beside its own judgements on states and actions.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow.rules.checks import Check
from workflow.rules.counts import Count
from workflow.rules.doubts import NO, YES
from workflow.rules.fact_specs import FactType
from workflow.rules.procedure import Procedure
from workflow.text.identifiers import Found, unknown_name

_TYPES = {FactType.BOOLEAN, FactType.INTEGER, FactType.NUMBER}

_Resting = Iterator[tuple[str, str, FactType | None]]
"""Key of what rests on a doubt, the doubt, and the type of answer that it needs, if any."""


def doubts(procedure: Procedure) -> Found:
    """Find doubts that nothing rests on, and what rests on one that is not there, or of another type."""
    resting = [*_dates(procedure), *_verdicts(procedure), *_money(procedure)]
    for key, id_, type_ in resting:
        yield from unknown_name(key, "doute", id_, procedure.doubts)
        found = procedure.doubts.get(id_)
        if found and ".bands[" in key and not found.says:
            yield key, f"« {id_} » ne dit rien pour ce contrôle ; donnez-lui `says`."
        if found and type_ and found.type is not type_:
            yield (
                key,
                f"« {id_} » se répond par « {found.type.value} » ; il faut « {type_.value} ».",
            )
    named = {id_ for _, id_, _ in resting}
    # What a scheme leaves in doubt may concern the rules of some funders alone.
    for one in procedure.funders.values():
        named |= {id_ for _, id_, _ in (*_dates(one), *_verdicts(one), *_money(one))}
    editions = [one.id for one in procedure.editions]
    for doubt in procedure.doubts.values() if procedure.funder is None else ():
        key = f"doubts.{doubt.id}"
        if doubt.id not in named:
            yield key, "rien ne repose sur ce doute ; retirez-le, ou vérifiez son nom."
        if doubt.type not in _TYPES:
            known = ", ".join(sorted(type_.value for type_ in _TYPES))
            yield f"{key}.type", f"un doute ne se répond pas ainsi (connus : {known})."
        answers = {YES, NO} if doubt.type is FactType.BOOLEAN else {NO}
        if doubt.says and set(doubt.says) != answers:
            words = (
                "une phrase pour « oui » et une pour « non »"
                if YES in answers
                else "celle de « non » seule"
            )
            yield f"{key}.says", f"donnez {words}."
        for edition in sorted(doubt.editions):
            yield from unknown_name(f"{key}.editions", "édition", edition, editions)


def _dates(procedure: Procedure) -> _Resting:
    for edition in procedure.editions:
        yield from ((f"editions.{edition.id}.doubts", id_, None) for id_ in edition.doubts)
    for spec in procedure.deadlines.values():
        for number, rule in enumerate(spec.rules, 1):
            key = f"deadlines.{spec.id}.rules[{number}]"
            yield from ((f"{key}.doubts", id_, None) for id_ in rule.doubts)
            for name, one in rule.numbers():
                if isinstance(one, Count) and one.doubt:
                    yield f"{key}.{name}.doubt", one.doubt, FactType.INTEGER


def _verdicts(procedure: Procedure) -> _Resting:
    grounds = procedure.eligibility.grounds if procedure.eligibility else {}
    yield from _of_checks("checks", procedure.checks)
    for ground in grounds.values():
        key = f"eligibility.grounds.{ground.id}"
        yield from _of_checks(f"{key}.checks", ground.checks)
        for proof in ground.proofs.values():
            if proof.doubt:
                yield f"{key}.proofs.{proof.id}.doubt", proof.doubt, FactType.BOOLEAN


def _of_checks(key: str, checks: tuple[Check, ...]) -> _Resting:
    for check in checks:
        yield from ((f"{key}.{check.id}.doubts", id_, None) for id_ in check.doubts)
        measured = check.measure.doubt if check.measure else None
        if measured:
            yield f"{key}.{check.id}.overrun.doubt", measured, FactType.INTEGER
        for number, band in enumerate(check.bands, 1):
            if band.doubt:
                type_ = None if band.doubt == measured else FactType.BOOLEAN
                yield f"{key}.{check.id}.bands[{number}].doubt", band.doubt, type_


def _money(procedure: Procedure) -> _Resting:
    for fact in procedure.facts.values():
        if fact.followed_by:
            yield f"facts.{fact.id}.followed_by", fact.followed_by, FactType.NUMBER
    for rate in procedure.funding.rates if procedure.funding else ():
        if rate.followed_by:
            yield f"funding.rates.{rate.id}.followed_by", rate.followed_by, FactType.NUMBER
        if rate.doubt:
            yield f"funding.rates.{rate.id}.doubt", rate.doubt, FactType.BOOLEAN
