"""`organisme`, `client`, `beneficiaire`: what is kept of those around files, whatever their kind.

What a correction does to open files is shown; it is written there too when it is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cli.asking.invocation import Invocation
from cli.shared.acting import DRY_RUN
from workflow.case.parties import PartyKind
from workflow.errors import InvalidInput
from workflow.operations import operations
from workflow.operations.asked import LINES
from workflow.operations.operations import PARTY_FIELDS
from workflow.operations.requests import Request

if TYPE_CHECKING:
    from workflow.usecases.parties import Parties, PreparedParty


def add(asked: Invocation) -> None:
    """Add a party."""
    asked.writes()
    _keep(asked, _parties(asked).add(_kind(asked), _dated(asked)))


def correct(asked: Invocation) -> None:
    """Correct a party, and its open files when that is asked."""
    changing = operations.NAME, operations.EMPTIED, operations.CONTACT, operations.REMOVED
    if not asked.asks(*changing, operations.IN_FILES, *PARTY_FIELDS.values()):
        raise InvalidInput("Rien à corriger : dites ce qui change, par exemple --nom TEXTE.")
    asked.writes()
    by = asked.session.acting
    _keep(asked, _parties(asked).correct(_kind(asked), _dated(asked), by=by))


def merge(asked: Invocation) -> None:
    """Merge a double into the one that is kept."""
    asked.writes()
    _keep(asked, _parties(asked).merge(_kind(asked), asked.request))


def list_parties(asked: Invocation) -> None:
    """List the parties of a kind, by name."""
    from cli.parties import parties_view as views
    from workflow.ports.stores import PartyQuery

    query = PartyQuery(_kind(asked), asked.request.text(operations.TEXT), _limit(asked))
    page = _parties(asked).store.page(query)
    if asked.as_json:
        asked.session.output.json(views.page_json(page))
        return
    if not page.parties:
        asked.session.output.say("Personne ne répond à cette demande.")
        return
    asked.session.output.show(views.table(page))
    if len(page.parties) < page.total:
        asked.session.output.say(f"{len(page.parties)} sur {page.total} ; précisez avec --texte.")


def show(asked: Invocation) -> None:
    """Show a party, its files together and its journal."""
    from cli.parties import parties_view as views

    parties, session = _parties(asked), asked.session
    view = parties.view(parties.find(_kind(asked), asked.request.about[0]))
    if asked.as_json:
        session.output.json(views.view_json(view))
        return
    rulebook, directory = session.container.rulebook, session.places.directory
    session.output.show(*views.sheet(view, rulebook, directory))


def list_doubles(asked: Invocation) -> None:
    """List the pairs that may be the same."""
    from cli.parties import parties_view as views

    found = list(_parties(asked).doubles(_kind(asked), _limit(asked)))
    if asked.as_json:
        asked.session.output.json([list(map(views.party_json, pair)) for pair in found])
    elif found:
        asked.session.output.show(*views.doubles(found))
        (kept, gone), *_ = found
        numbers = str(kept.number), str(gone.number)
        merging = Request(_MERGING[_kind(asked)], numbers)
        asked.session.suggest("Si c’est le même :", merging)
    else:
        asked.session.output.say("Aucun doublon probable.")


_MERGING = {
    PartyKind.ORGANISATION: operations.MERGE_ORGANISATIONS,
    PartyKind.CLIENT: operations.MERGE_CLIENTS,
    PartyKind.BENEFICIARY: operations.MERGE_BENEFICIARIES,
}


def _limit(asked: Invocation) -> int:
    return asked.count(operations.LIMIT, least=1) or LINES


def _kind(asked: Invocation) -> PartyKind:
    return PartyKind(asked.request.operation.command[0])


def _parties(asked: Invocation) -> Parties:
    return asked.session.container.parties


def _dated(asked: Invocation) -> Request:
    """Return what is asked, its day written in full."""
    day = PARTY_FIELDS["qualiopi"]
    return asked.dated(day).request if asked.asks(day) else asked.request


def _keep(asked: Invocation, prepared: PreparedParty) -> None:
    """Show what would become of a party and of its files, then write what is asked."""
    from cli.parties import parties_view as views

    session, parties = asked.session, _parties(asked)
    party = prepared.after
    if not asked.dry_run:
        party = parties.save(prepared, by=session.acting)
        session.wrote(f"{party.kind} n° {party.number}")
    followed = asked.request.flag(operations.IN_FILES)
    if followed and prepared.outcomes and not asked.dry_run:
        parties.cases.store.save_all(prepared.outcomes)
        for outcome in prepared.outcomes:
            session.wrote(outcome.after.ref)
    if asked.as_json:
        told: Mapping[str, Any] = views.prepared_json(prepared, party, followed=followed)
        session.output.json({**told, "saved": not asked.dry_run})
        return
    session.output.show(*views.prepared_words(prepared, party))
    _tell_files(asked, prepared, followed=followed)
    if asked.dry_run:
        session.output.say(DRY_RUN)


def _tell_files(asked: Invocation, prepared: PreparedParty, *, followed: bool) -> None:
    from cli.parties import parties_view as views
    from display.drawing.layout import section

    session, found = asked.session, prepared.outcomes
    if found:
        told = "qui suivent" if followed else "laissés tels quels (--dossiers les corrige aussi)"
        session.output.show(*section(f"Dossiers en cours qui disent autre chose, {told}"))
        rulebook, directory = session.container.rulebook, session.places.directory
        session.output.show(*views.followed(found, rulebook, directory))
    session.output.warn_each(prepared.refused)
