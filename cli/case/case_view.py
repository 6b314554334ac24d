"""A case in the terminal and as JSON: where it stands, its dates and why, its facts, papers and next steps.

Used by `dossier voir` and, for the next steps, after each write. Why the person is eligible is never
shown here, even when the case still holds it: see `cli.rights.eligibility_view`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import RenderableType
from rich.table import Table

from cli.case.notices_view import Notices
from cli.shared.picking import JsonObject, picked
from cli.shared.shapes import case_json, journal_json, offer_json
from cli.terminal.hints import hinted
from display.case import deadlines
from display.case.case import alerts, heading, stepper, unproved
from display.drawing.layout import grid, line, pairs, section, under
from display.ledger import ledger
from notifications.schedule.viewpoint import Looking
from workflow.case.case import Case
from workflow.case.offer import Offer
from workflow.case.parties import KIND_WORDS, Party
from workflow.case.people import Directory
from workflow.rules.procedure import Procedure
from workflow.text import french
from workflow.usecases.cases import CaseView
from workflow.wording.codec import deadline_json
from workflow.wording.fact_text import fact_words
from workflow.wording.journal_text import agency_words, person_words


def sheet(
    view: CaseView,
    looking: Looking,
    directory: Directory,
    parties: Iterable[Party] = (),
    told: Iterable[RenderableType] = (),
) -> Iterator[RenderableType]:
    """Yield the whole sheet of a case; `told` is what must not be overlooked, shown before the dates."""
    case, procedure = view.case, view.procedure
    yield heading(case, procedure)
    yield _identity(case, procedure, directory, parties)
    yield ""
    yield stepper(case, procedure)
    yield from told
    if case.alerts:
        yield from section("Ce qui ne va pas")
        yield from alerts(case)
    if view.unproved:
        yield from section("Échéances non vérifiées")
        yield from unproved(view)
    yield from _deadlines(case, looking)
    yield from _facts(case, procedure, looking)
    yield from _hours(case)
    yield from _contracts(case)
    yield from _money(case)
    yield from _documents(case, procedure)


def _identity(
    case: Case, procedure: Procedure, directory: Directory, parties: Iterable[Party]
) -> Table:
    awaits = {
        "agence": "l’agence",
        "financeur": procedure.funder_label,
        "personne": "personne, le dossier est fini",
    }
    return pairs(
        (
            ("Procédure", f"{procedure.label} ({procedure.name})"),
            ("Financeur", procedure.funder_label),
            ("Règles", procedure.edition(case.edition).label),
            ("Agence", f"{agency_words(directory, case.agency)}, jours fériés {case.territory}"),
            ("Suivi par", person_words(directory, case.owner)),
            *([("Groupe", case.cohort)] if case.cohort else []),
            *((KIND_WORDS[one.kind], one.named) for one in parties),
            ("Attend", awaits.get(procedure.states[case.state].awaits, "")),
            ("Version", str(case.version)),
        )
    )


def _deadlines(case: Case, looking: Looking) -> Iterator[RenderableType]:
    if not case.deadlines:
        return
    yield from section("Échéances")
    in_order = sorted(case.deadlines.values(), key=lambda deadline: deadline.dates.act_on)
    for number, deadline in enumerate(in_order):
        if number:
            yield ""
        yield deadlines.titled(deadline, looking)
        yield from deadlines.explained(deadline, looking)
        yield from deadlines.read(deadline)


def _facts(case: Case, procedure: Procedure, looking: Looking) -> Iterator[RenderableType]:
    if not case.facts:
        return
    yield from section("Faits")
    zone = looking.planner.zone(looking.agency)
    yield grid(
        (fact_words(case.facts[name], zone, spec), spec.label, (name, "muted"))
        for name, spec in procedure.facts.items()
        if name in case.facts
    )


def _hours(case: Case) -> Iterator[RenderableType]:
    if case.hours:
        yield from section("Heures")
        yield ledger.totals(case.hours)


def _contracts(case: Case) -> Iterator[RenderableType]:
    if case.contracts:
        yield from section("Contrats")
        noted = french.count(len(case.contracts), "contrat noté", "contrats notés")
        yield f"{noted} : dossier contrats {case.ref}, dossier anciennete {case.ref}"


def _money(case: Case) -> Iterator[RenderableType]:
    if case.money:
        yield from section("Argent")
        noted = french.count(len(case.money), "ligne notée", "lignes notées")
        yield f"{noted} : dossier argent {case.ref}, comptes {case.ref}"


def _documents(case: Case, procedure: Procedure) -> Iterator[RenderableType]:
    if not procedure.documents:
        return
    yield from section("Pièces")
    yield grid(
        (ledger.progress(case.documents.get(spec.id)), spec.label, (spec.id, "muted"))
        for spec in ledger.papers(case, procedure)
    )


def offers(listed: tuple[Offer, ...]) -> Iterator[RenderableType]:
    """Yield every action of the state: possible, or why it is refused for now."""
    yield from section("Actions")
    if not listed:
        yield "Aucune : le dossier est fini."
    for offer in listed:
        mark = ("✗ ", "late") if offer.reasons else ("✓ ", "ok")
        yield line(mark, offer.label, (f"  ({offer.action})", "muted"))
        for reason in offer.reasons:
            yield under(hinted(reason), 4)


def view_json(view: CaseView, notices: Notices) -> JsonObject:
    """Return a case, what was forced or put off in it, what is wrong now, what can be done next."""
    state = view.procedure.states[view.case.state]
    return {
        **case_json(view.case),
        "state_label": state.label,
        **picked(state, "awaits final"),
        "history": journal_json(view.case.history),
        "forced": journal_json(notices.forced),
        "snoozed": journal_json(notices.snoozed),
        "concerns": [picked(one, "text fatal") for one in notices.concerns],
        "chases": notices.chases,
        "offers": [offer_json(offer) for offer in view.offers],
        "unproved": [deadline_json(deadline) for deadline in view.unproved],
    }
