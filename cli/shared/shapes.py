"""Cases, outcomes, journals and procedures as JSON: what `--json` promises to other programs.

Deadlines keep the one shape of `workflow.wording.codec`. Keys are English, values as stored: dates in
ISO 8601, booleans and whole numbers as such, decimals as text. What leaves is named, field by field:
nothing restricted goes along with a value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from cli.shared.picking import JsonObject, picked, source_json
from cli.terminal.hints import hinted
from workflow.case.case import (
    Case,
    Change,
    Closing,
    Entry,
    HoursLine,
    Outcome,
    Paper,
)
from workflow.case.money import MoneyLine
from workflow.case.offer import Offer
from workflow.ports.stores import CaseLine, CasePage, Consultation
from workflow.rules.deadline_rules import DeadlineSpec, Rule
from workflow.rules.derogations import Derogation
from workflow.rules.fact_specs import Source
from workflow.rules.procedure import Procedure
from workflow.rules.readings import RuleReading
from workflow.rules.references import Contact, References
from workflow.rules.seniority import Contract
from workflow.usecases.cases import CaseService
from workflow.wording.codec import deadline_json
from workflow.wording.journal_text import change_text

CONSULTATION = "consultation"
"""Kind of a reading of the restricted part, among the kinds of `EntryKind`."""

_CASE = (
    "ref title procedure edition funder territory agency owner organisation client beneficiary state "
    "version opened_at facts cohort"
)
_ENTRY = "seq kind at by state_from state_to action on"


def case_json(case: Case) -> JsonObject:
    """Return a case with its facts, documents, lines, alerts and deadlines; nothing restricted."""
    return {
        **picked(case, _CASE),
        "documents": {name: paper_json(paper) for name, paper in case.documents.items()},
        "hours": [line_json(line) for line in case.hours],
        "contracts": [contract_json(contract) for contract in case.contracts],
        "money": [money_json(line) for line in case.money],
        "alerts": list(map(str, case.alerts)),
        "deadlines": [deadline_json(deadline) for deadline in case.deadlines.values()],
    }


def paper_json(paper: Paper) -> JsonObject:
    """Return how far a document has come."""
    file = picked(paper.file, "name size digest") if paper.file else None
    return {
        **picked(paper, "status on by kept_at says"),
        "file": file,
        "expires_on": paper.expires_on,
    }


def line_json(line: HoursLine) -> JsonObject:
    """Return a line of the ledger of hours."""
    return picked(line, "number kind first last planned done place")


def contract_json(contract: Contract) -> JsonObject:
    """Return a contract of the person's history."""
    return picked(contract, "number type first last hours employer place")


def money_json(line: MoneyLine) -> JsonObject:
    """Return a claim or a payment; its month by its first day."""
    return picked(line, "number kind on payer amount month reference note")


def offer_json(offer: Offer) -> JsonObject:
    """Return an action with the reasons that refuse it."""
    return {
        **picked(offer, "action label target"),
        "possible": not offer.reasons,
        "reasons": [hinted(reason) for reason in offer.reasons],
        **picked(offer, "missing_facts missing_documents"),
    }


def outcome_json(outcome: Outcome, cases: CaseService, *, saved: bool) -> JsonObject:
    """Return everything an act does to a case, and whether it was written; `cases` tells its deadlines."""
    before, after, moved = outcome.before or outcome.after, outcome.after, outcome.moved
    old, new = (move.old for move in moved), (move.new for move in moved)
    pairs = zip(cases.retold(before, old), cases.retold(after, new), strict=True)
    return {
        "ref": outcome.after.ref,
        "saved": saved,
        "state_from": outcome.before.state if outcome.before else None,
        "state_to": outcome.after.state,
        "version": outcome.after.version,
        "entry": entry_json(outcome.entry),
        "opened": list(map(deadline_json, cases.retold(after, outcome.opened))),
        "moved": [
            {"id": new.id, "old": deadline_json(old), "new": deadline_json(new)}
            for old, new in pairs
        ],
        "closed": [
            {
                "id": closing.deadline.id,
                **picked(closing, "met on late"),
                "status": _end(closing),
                "missing": closing.missing,
            }
            for closing in outcome.closed
        ],
        "alerts": list(map(str, outcome.after.alerts)),
        "warnings": outcome.warnings,
    }


def _end(closing: Closing) -> str:
    """Return how a deadline ended."""
    if closing.missing:
        return "non_verifiee"
    if not closing.met:
        return "levee"
    return "manquee" if closing.late else "tenue"


def entry_json(entry: Entry) -> JsonObject:
    """Return a line of the journal."""
    return {
        **picked(entry, _ENTRY),
        "changes": [_change(change) for change in entry.changes],
        "dates": [_change(change) for change in entry.dates],
        **picked(entry, "comment forced undoes"),
    }


def consultation_json(consultation: Consultation) -> JsonObject:
    """Return a reading of the restricted part, in the shape of a line of the journal."""
    own = {"kind": CONSULTATION, **picked(consultation, "at by")}
    none = {"changes": [], "dates": [], "comment": "", "forced": False, "undoes": None}
    return dict.fromkeys(_ENTRY.split()) | own | none


def journal_json(entries: Iterable[Entry | Consultation]) -> list[JsonObject]:
    """Return a journal with the readings of the restricted part among its lines."""
    return [
        consultation_json(entry) if isinstance(entry, Consultation) else entry_json(entry)
        for entry in entries
    ]


def page_json(page: CasePage, cases: CaseService) -> JsonObject:
    """Return a page of cases; `cases` tells their deadlines."""
    return {"total": page.total, "cases": [_line(line, cases) for line in page.lines]}


def procedure_json(procedure: Procedure) -> JsonObject:
    """Return the shape of a procedure: what can be typed, and where each rule is written."""
    return {
        **picked(procedure, "id name label funder funder_label"),
        "funders": [{"id": f.funder, "label": f.funder_label} for f in procedure.funders.values()],
        **picked(procedure, "ended notes reference_fact initial"),
        **{name: _each(getattr(procedure, name), names) for name, names in _OF_PROCEDURE.items()},
        "deadlines": [_spec(spec) for spec in procedure.deadlines.values()],
        "editions": _each(procedure.editions, "id label valid_from valid_until"),
        "targets": _each(procedure.targets, "id label unit default"),
        "derogations": [_derogation(one) for one in procedure.derogations],
        "references": references_json(procedure),
    }


_OF_PROCEDURE: Final = {
    "states": "id label awaits final",
    "actions": "id label transitions dated_by needs documents window",
    "facts": "id label type future unit choices help",
    "documents": "id label any_of items online",
}
"""What leaves of each part of a procedure."""


def _each(values: Iterable[object] | Mapping[str, object], names: str) -> list[JsonObject]:
    """Return some fields of each value, of those under names too."""
    return [
        picked(one, names) for one in (values.values() if isinstance(values, Mapping) else values)
    ]


def references_json(known: References) -> JsonObject:
    """Return links, contacts, domain and sessions beside the rules."""
    return {
        "links": _each(known.links, "label url"),
        "contacts": [contact_json(one) for one in known.contacts],
        "sectors": known.domain.sectors if known.domain else [],
        "meetings": known.meetings.days if known.meetings else [],
    }


def contact_json(contact: Contact) -> JsonObject:
    """Return an institution, and the ways to reach it."""
    return picked(contact, "label address phone mail site note")


def _derogation(one: Derogation) -> JsonObject:
    return {
        **picked(one, "id label"),
        "from": one.first,
        "until": one.last,
        "suspends": sorted(one.suspends),
        "reopens": sorted(one.reopens),
        "source": source_json(one.source),
    }


def _spec(spec: DeadlineSpec) -> JsonObject:
    return {
        **picked(spec, "id label kind"),
        "states": sorted(spec.states),
        "sources": [source_json(source) for rule in spec.rules for source in sources_of(rule)],
        "readings": [
            {**picked(one, "id words"), "source": source_json(one.source)}
            for rule in spec.rules
            for one in readings_of(rule)
        ],
        "dated_numbers": [
            {
                "from": value.since,
                "number": value.number,
                "dated_by": [one.dated_by] if one.dated_by else rule.anchors,
                "source": source_json(value.source),
            }
            for rule in spec.rules
            for _, one in rule.numbers()
            for value in one.values
        ],
    }


def sources_of(rule: Rule) -> tuple[Source, ...]:
    """Return where a rule is written, with every limit beside it and every dated number, each place once."""
    commission = rule.commission
    beside = (*rule.also, *((commission.before, commission.gap) if commission else ()))
    listed = [rule.source, *(limit.source for limit in beside if limit)]
    if commission and commission.blackouts_source:
        listed.append(commission.blackouts_source)
    listed += [value.source for _, one in rule.numbers() for value in one.values]
    return tuple(dict.fromkeys(listed))


def readings_of(rule: Rule) -> tuple[RuleReading, ...]:
    """Return what the text of a rule can be taken to say, that of its commission after its own."""
    return (*rule.understood, *(rule.commission.readings if rule.commission else ()))


def _line(line: CaseLine, cases: CaseService) -> JsonObject:
    own, coming = (
        picked(line, "ref title procedure state agency owner version cohort"),
        line.next_deadline,
    )
    told = coming and cases.retold_of(line.ref, coming)
    return {**own, "next_deadline": deadline_json(told) if told else None}


def _change(change: Change) -> JsonObject:
    return dict(zip(("name", "old", "new"), change_text(change), strict=True))
