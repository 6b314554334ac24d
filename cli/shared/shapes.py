"""Cases, outcomes, journals and procedures as JSON: what `--json` promises to other programs.

Deadlines keep the one shape of `workflow.wording.codec`. Keys are English, values as stored: dates in
ISO 8601, booleans and whole numbers as such, decimals as text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from cli.terminal.hints import hinted
from workflow.case.case import (
    Case,
    Change,
    Closing,
    Entry,
    FactValue,
    HoursLine,
    Moment,
    Offer,
    Outcome,
    Paper,
)
from workflow.deadlines.start_checks import Concern
from workflow.rules.derogations import Derogation
from workflow.rules.fact_specs import FactSpec, Source
from workflow.rules.procedure import Action, DeadlineSpec, Edition, Procedure, Rule
from workflow.rules.references import Contact, References
from workflow.rules.seniority import Contract
from workflow.usecases.cases import CaseView
from workflow.usecases.ports import CaseLine, CasePage, Consultation
from workflow.wording.codec import deadline_json
from workflow.wording.journal_text import change_text

CONSULTATION = "consultation"
"""Kind of a reading of the restricted part, among the kinds of `EntryKind`."""


def case_json(case: Case) -> dict[str, Any]:
    """Return a case with its facts, documents, hours, contracts, alerts and deadlines; nothing restricted."""
    return {
        "ref": case.ref,
        "title": case.title,
        "procedure": case.procedure,
        "edition": case.edition,
        "funder": case.funder,
        "territory": case.territory,
        "agency": case.agency,
        "owner": case.owner,
        "state": case.state,
        "version": case.version,
        "opened_at": case.opened_at.isoformat(),
        "facts": {name: fact_json(value) for name, value in case.facts.items()},
        "documents": {name: paper_json(paper) for name, paper in case.documents.items()},
        "hours": [line_json(line) for line in case.hours],
        "contracts": [contract_json(contract) for contract in case.contracts],
        "alerts": list(map(str, case.alerts)),
        "deadlines": [deadline_json(deadline) for deadline in case.deadlines.values()],
    }


def paper_json(paper: Paper) -> dict[str, str]:
    """Return how far a document has come."""
    return {
        "status": paper.status.value,
        "on": paper.on.isoformat(),
        "by": paper.by,
        "kept_at": paper.kept_at,
    }


def line_json(line: HoursLine) -> dict[str, Any]:
    """Return a line of the ledger of hours."""
    return {
        "number": line.number,
        "kind": line.kind.value,
        "first": line.first.isoformat(),
        "last": line.last.isoformat(),
        "planned": decimal_json(line.planned),
        "done": decimal_json(line.done),
        "place": line.place,
    }


def contract_json(contract: Contract) -> dict[str, Any]:
    """Return a contract of the person's history."""
    return {
        "number": contract.number,
        "type": contract.type,
        "first": contract.first.isoformat(),
        "last": contract.last.isoformat(),
        "hours": decimal_json(contract.hours),
        "employer": contract.employer,
        "place": contract.place,
    }


def view_json(
    view: CaseView,
    forced: Sequence[Entry],
    snoozed: Sequence[Entry],
    concerns: Sequence[Concern],
) -> dict[str, Any]:
    """Return a case, what was forced or put off in it, what is wrong now, what can be done next."""
    state = view.procedure.states[view.case.state]
    return {
        **case_json(view.case),
        "state_label": state.label,
        "awaits": state.awaits,
        "final": state.final,
        "history": [entry_json(entry) for entry in view.case.history],
        "forced": [entry_json(entry) for entry in forced],
        "snoozed": [entry_json(entry) for entry in snoozed],
        "concerns": [{"text": one.text, "fatal": one.fatal} for one in concerns],
        "offers": [offer_json(offer) for offer in view.offers],
        "unproved": [deadline_json(deadline) for deadline in view.unproved],
    }


def offer_json(offer: Offer) -> dict[str, Any]:
    """Return an action with the reasons that refuse it."""
    return {
        "action": offer.action,
        "label": offer.label,
        "target": offer.target,
        "possible": not offer.reasons,
        "reasons": [hinted(reason) for reason in offer.reasons],
        "missing_facts": list(offer.missing_facts),
        "missing_documents": list(offer.missing_documents),
    }


def outcome_json(outcome: Outcome, *, saved: bool) -> dict[str, Any]:
    """Return everything an act does to a case, and whether it was written."""
    return {
        "ref": outcome.after.ref,
        "saved": saved,
        "state_from": outcome.before.state if outcome.before else None,
        "state_to": outcome.after.state,
        "version": outcome.after.version,
        "entry": entry_json(outcome.entry),
        "opened": [deadline_json(deadline) for deadline in outcome.opened],
        "moved": [
            {"id": move.new.id, "old": deadline_json(move.old), "new": deadline_json(move.new)}
            for move in outcome.moved
        ],
        "closed": [
            {
                "id": closing.deadline.id,
                "met": closing.met,
                "on": _iso(closing.on),
                "late": closing.late,
                "status": _end(closing),
                "missing": list(closing.missing),
            }
            for closing in outcome.closed
        ],
        "alerts": list(map(str, outcome.after.alerts)),
        "warnings": list(outcome.warnings),
    }


def _end(closing: Closing) -> str:
    """Return how a deadline ended."""
    if closing.missing:
        return "non_verifiee"
    if not closing.met:
        return "levee"
    return "manquee" if closing.late else "tenue"


def entry_json(entry: Entry) -> dict[str, Any]:
    """Return a line of the journal."""
    return {
        "seq": entry.seq,
        "kind": entry.kind.value,
        "at": entry.at.isoformat(),
        "by": entry.by,
        "state_from": entry.state_from,
        "state_to": entry.state_to,
        "action": entry.action,
        "on": _iso(entry.on),
        "changes": [_change(change) for change in entry.changes],
        "dates": [_change(change) for change in entry.dates],
        "comment": entry.comment,
        "forced": entry.forced,
        "undoes": entry.undoes,
    }


def consultation_json(consultation: Consultation) -> dict[str, Any]:
    """Return a reading of the restricted part, in the shape of a line of the journal."""
    return {
        "seq": None,
        "kind": CONSULTATION,
        "at": consultation.at.isoformat(),
        "by": consultation.by,
        "state_from": None,
        "state_to": None,
        "action": None,
        "on": None,
        "changes": [],
        "dates": [],
        "comment": "",
        "forced": False,
        "undoes": None,
    }


def journal_json(entries: Iterable[Entry | Consultation]) -> list[dict[str, Any]]:
    """Return a journal with the readings of the restricted part among its lines."""
    return [
        consultation_json(entry) if isinstance(entry, Consultation) else entry_json(entry)
        for entry in entries
    ]


def page_json(page: CasePage) -> dict[str, Any]:
    """Return a page of cases."""
    return {"total": page.total, "cases": [_line(line) for line in page.lines]}


def procedure_json(procedure: Procedure) -> dict[str, Any]:
    """Return the shape of a procedure: what can be typed, and where each rule is written."""
    return {
        "id": procedure.id,
        "name": procedure.name,
        "label": procedure.label,
        "funder": procedure.funder,
        "funder_label": procedure.funder_label,
        "funders": [{"id": f.funder, "label": f.funder_label} for f in procedure.funders.values()],
        "ended": procedure.ended,
        "notes": list(procedure.notes),
        "reference_fact": procedure.reference_fact,
        "initial": procedure.initial,
        "states": [
            {"id": s.id, "label": s.label, "awaits": s.awaits, "final": s.final}
            for s in procedure.states.values()
        ],
        "actions": [_action(action) for action in procedure.actions.values()],
        "facts": [_fact(fact) for fact in procedure.facts.values()],
        "documents": [
            {
                "id": d.id,
                "label": d.label,
                "any_of": list(d.any_of),
                "items": list(d.items),
                "online": d.online,
            }
            for d in procedure.documents.values()
        ],
        "deadlines": [_spec(spec) for spec in procedure.deadlines.values()],
        "editions": [_edition(edition) for edition in procedure.editions],
        "targets": [
            {"id": t.id, "label": t.label, "unit": t.unit.value, "default": t.default}
            for t in procedure.targets.values()
        ],
        "derogations": [_derogation(one) for one in procedure.derogations],
        "references": references_json(procedure),
    }


def references_json(known: References) -> dict[str, Any]:
    """Return links, contacts, domain and sessions beside the rules."""
    return {
        "links": [{"label": one.label, "url": one.url} for one in known.links],
        "contacts": [contact_json(one) for one in known.contacts],
        "sectors": list(known.domain.sectors) if known.domain else [],
        "meetings": [day.isoformat() for day in known.meetings.days] if known.meetings else [],
    }


def contact_json(contact: Contact) -> dict[str, str]:
    """Return an institution, and the ways to reach it."""
    names = ("label", "address", "phone", "mail", "site", "note")
    return {name: getattr(contact, name) for name in names}


def _fact(fact: FactSpec) -> dict[str, Any]:
    return {
        "id": fact.id,
        "label": fact.label,
        "type": fact.type.value,
        "future": fact.future,
        "unit": fact.unit,
        "choices": dict(fact.choices),
        "help": fact.help,
    }


def _derogation(one: Derogation) -> dict[str, Any]:
    return {
        "id": one.id,
        "label": one.label,
        "from": one.first.isoformat(),
        "until": one.last.isoformat(),
        "suspends": sorted(one.suspends),
        "reopens": sorted(one.reopens),
        "source": source_json(one.source),
    }


def _action(action: Action) -> dict[str, Any]:
    return {
        "id": action.id,
        "label": action.label,
        "transitions": dict(action.transitions),
        "dated_by": action.dated_by,
        "needs": list(action.needs),
        "documents": list(action.documents),
        "window": action.window,
    }


def _spec(spec: DeadlineSpec) -> dict[str, Any]:
    return {
        "id": spec.id,
        "label": spec.label,
        "kind": spec.kind.value,
        "states": sorted(spec.states),
        "sources": [source_json(source) for rule in spec.rules for source in sources_of(rule)],
        "dated_numbers": [
            {
                "from": value.since.isoformat(),
                "number": value.number,
                "dated_by": [one.dated_by] if one.dated_by else list(rule.anchors),
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


def source_json(source: Source) -> dict[str, Any]:
    """Return where a rule is written."""
    return {
        "document": source.document,
        "lines": source.lines,
        "quote": source.quote,
        "checked_on": _iso(source.checked_on),
    }


def _edition(edition: Edition) -> dict[str, Any]:
    return {
        "id": edition.id,
        "label": edition.label,
        "valid_from": _iso(edition.valid_from),
        "valid_until": _iso(edition.valid_until),
    }


def _line(line: CaseLine) -> dict[str, Any]:
    return {
        "ref": line.ref,
        "title": line.title,
        "procedure": line.procedure,
        "state": line.state,
        "agency": line.agency,
        "owner": line.owner,
        "version": line.version,
        "next_deadline": deadline_json(line.next_deadline) if line.next_deadline else None,
    }


def _change(change: Change) -> dict[str, str | None]:
    return dict(zip(("name", "old", "new"), change_text(change), strict=True))


def fact_json(value: FactValue) -> str | int | bool:
    """Return a fact as stored: a decimal as text, so that no digit is lost on the way."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def decimal_json(value: Decimal | None) -> str | None:
    """Return an exact number as text."""
    return None if value is None else str(value)


def _iso(value: Moment | None) -> str | None:
    return None if value is None else value.isoformat()
