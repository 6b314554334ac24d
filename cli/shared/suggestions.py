"""What to type next: the command that meets the most pressing deadline of a case.

Used by the commands that show or change a case. Chooses among what the machine offers; decides no
rule. Values that only a person knows are left as `JJ/MM/AAAA`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from workflow.case.case import Case, Offer
from workflow.rules.fact_specs import FactSpec, FactType
from workflow.rules.procedure import Procedure

_DATE = "JJ/MM/AAAA"
_BLANKS = {
    FactType.NUMBER: "NOMBRE",
    FactType.INTEGER: "NOMBRE",
    FactType.BOOLEAN: "OUI-OU-NON",
    FactType.TEXT: "TEXTE",
    FactType.CHOICE: "CHOIX",
}
_MOST = 2
_FUNDER = "financeur"


def next_steps(procedure: Procedure, case: Case, offers: Sequence[Offer]) -> list[list[str]]:
    """Return the words of the commands to type next, most pressing first; none when it is over."""
    by_action = {offer.action: offer for offer in offers}
    steps: list[list[str]] = []
    to_complete: list[list[str]] = []
    reference = procedure.reference_fact
    for deadline in sorted(case.deadlines.values(), key=lambda deadline: deadline.act_on):
        spec = procedure.deadlines[deadline.id]
        met_by = [by_action[one.id] for one in procedure.proving(spec) if one.id in by_action]
        steps += [
            advance_words(procedure, case.ref, offer)
            if offer.within_reach
            # A window that is shut: another start is the way that goes against no rule.
            else ["dossier", "corriger", case.ref, "--fait", f"{reference}={_DATE}"]
            for offer in met_by
        ]
        if spec.met_by_fact and not met_by:
            fact = f"{spec.met_by_fact}={_DATE}"
            to_complete.append(["dossier", "corriger", case.ref, "--fait", fact])
        if steps:
            return _distinct(steps)[:_MOST]
    reachable = [offer for offer in offers if offer.within_reach]
    going_on = [offer for offer in reachable if not procedure.states[offer.target].final]
    answers = [offer for offer in going_on if not offer.reasons]
    if procedure.states[case.state].awaits == _FUNDER and answers:
        # Nothing is more awaited than a reply, in the order the rules list them.
        return [advance_words(procedure, case.ref, offer) for offer in answers[:_MOST]]
    if to_complete:
        return _distinct(to_complete)[:_MOST]
    ready = going_on or reachable
    return [advance_words(procedure, case.ref, offer) for offer in ready[:1]]


def advance_words(procedure: Procedure, ref: str, offer: Offer) -> list[str]:
    """Return the words of a command that does an action, with what it still lacks."""
    words = ["dossier", "avancer", ref, offer.action]
    for name in offer.missing_facts:
        words += ["--fait", f"{name}={_blank(procedure.facts[name])}"]
    for name in offer.missing_documents:
        # A requirement that several documents meet: the first is proposed.
        spec = procedure.documents[name]
        words += ["--piece", spec.any_of[0] if spec.any_of else name]
    return words


def _blank(spec: FactSpec) -> str:
    """Return what stands for a value that only a person knows."""
    return _BLANKS.get(spec.type, _DATE)


def _distinct(steps: Iterable[list[str]]) -> list[list[str]]:
    return list({tuple(words): words for words in steps}.values())
