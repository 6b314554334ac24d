"""What to type next: the command that meets the most pressing deadline of a case.

Used by the commands that show or change a case. Chooses among what the machine offers; decides no
rule. Values that only a person knows are left as `JJ/MM/AAAA`.
"""

from __future__ import annotations

from collections.abc import Sequence

from workflow.case.case import Case
from workflow.case.offer import Offer
from workflow.operations import operations
from workflow.operations.requests import Answer, Parameter, Request
from workflow.rules.fact_specs import FactType
from workflow.rules.procedure import Procedure
from workflow.wording.fact_types import MANNERS

_MOST = 2
_FUNDER = "financeur"


def next_steps(procedure: Procedure, case: Case, offers: Sequence[Offer]) -> list[Request]:
    """Return what to ask for next, most pressing first; nothing when it is over."""
    by_action = {offer.action: offer for offer in offers}
    steps: list[Request] = []
    to_complete: list[Request] = []
    reference = procedure.reference_fact
    for deadline in sorted(case.deadlines.values(), key=lambda deadline: deadline.dates.act_on):
        spec = procedure.deadlines[deadline.id]
        met_by = [by_action[one.id] for one in procedure.proving(spec) if one.id in by_action]
        steps += [
            _advancing(procedure, case.ref, offer)
            if offer.within_reach
            # A window that is shut: another start is the way that goes against no rule.
            else _dating(case.ref, reference)
            for offer in met_by
        ]
        if spec.met_by_fact and not met_by:
            to_complete.append(_dating(case.ref, spec.met_by_fact))
        if steps:
            return _distinct(steps)[:_MOST]
    reachable = [offer for offer in offers if offer.within_reach]
    going_on = [offer for offer in reachable if not procedure.states[offer.target].final]
    answers = [offer for offer in going_on if not offer.reasons]
    if procedure.states[case.state].awaits == _FUNDER and answers:
        # Nothing is more awaited than a reply, in the order the rules list them.
        return [_advancing(procedure, case.ref, offer) for offer in answers[:_MOST]]
    if to_complete:
        return _distinct(to_complete)[:_MOST]
    ready = going_on or reachable
    return [_advancing(procedure, case.ref, offer) for offer in ready[:1]]


def _advancing(procedure: Procedure, ref: str, offer: Offer) -> Request:
    """Return the request of an action, with what it still lacks."""
    facts = {name: MANNERS[procedure.facts[name].type].blank for name in offer.missing_facts}
    # A requirement that several documents meet: the first is proposed.
    papers = [(procedure.documents[name].any_of or (name,))[0] for name in offer.missing_documents]
    told: dict[Parameter, Answer] = {operations.FACTS: facts, operations.PAPERS: papers}
    return Request(operations.ADVANCE, (ref, offer.action), told)


def _dating(ref: str, fact: str) -> Request:
    return Request(
        operations.CORRECT, (ref,), {operations.FACTS: {fact: MANNERS[FactType.DATE].blank}}
    )


def _distinct(steps: Sequence[Request]) -> list[Request]:
    return [one for at, one in enumerate(steps) if one not in steps[:at]]
