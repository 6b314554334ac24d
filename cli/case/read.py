"""What reads cases: `dossier voir`, `lister`, `journal`. Writes nothing."""

from __future__ import annotations

from typing import Annotated

import typer
from msgspec.structs import replace

from cli.asking.options import (
    AgencyFilter,
    Json,
    PersonFilter,
    ProcedureFilter,
    Ref,
    read_count,
    session_of,
)
from cli.wiring.session import Session
from workflow.errors import InvalidInput, unknown
from workflow.text import french
from workflow.text.folding import LONGEST_SEARCH
from workflow.usecases.ports import CasePage, CaseQuery

_LIMIT = 50
_State = Annotated[str | None, typer.Option("--etat", metavar="ID", help="Seulement cet état.")]
_Text = Annotated[
    str | None,
    typer.Option("--texte", metavar="TEXTE", help="Une partie de la référence ou du libellé."),
]
_All = Annotated[bool, typer.Option("--tous", help="Avec les dossiers finis.")]
_Limit = Annotated[
    str | None, typer.Option("--limite", metavar="N", help=f"Lignes à montrer ({_LIMIT}).")
]
_After = Annotated[
    str | None, typer.Option("--apres", metavar="REF", help="Commence après cette référence.")
]


def show(ctx: typer.Context, ref: Ref, as_json: Json = False) -> None:
    """Show a case."""
    session = session_of(ctx)
    cases = session.container.cases
    view = cases.view(ref)
    from cli.case import notices_view

    journal_of_case = cases.journal(ref)
    forced = notices_view.forced_entries(journal_of_case)
    snoozed = notices_view.snooze_entries(journal_of_case, view.case)
    concerns = notices_view.start_concerns(view, cases.context(view.case), session.clock())
    if as_json:
        from cli.shared.shapes import view_json

        session.output.json(view_json(view, forced, snoozed, concerns))
        return
    from cli.case import case_view as case_views
    from cli.shared.suggestions import next_steps

    looking = session.looking(view.case.agency, view.case.territory)
    directory = session.places.directory
    told = notices_view.told(forced, snoozed, concerns, view.procedure, looking, directory)
    session.output.show(*case_views.sheet(view, looking, directory, list(told)))
    session.output.show(*case_views.offers(view.offers))
    steps = next_steps(view.procedure, view.case, view.offers)
    if steps:
        session.output.suggest("Ensuite :", *map(session.command_for, steps))


def list_cases(
    ctx: typer.Context,
    procedure: ProcedureFilter = None,
    state: _State = None,
    agency: AgencyFilter = None,
    person: PersonFilter = None,
    words: _Text = None,
    everything: _All = False,
    limit: _Limit = None,
    after: _After = None,
    as_json: Json = False,
) -> None:
    """List cases."""
    session = session_of(ctx)
    most = read_count("--limite", limit, least=1) or _LIMIT
    if words is not None and len(words) > LONGEST_SEARCH:
        raise InvalidInput(f"--texte : {len(words)} signes ; donnez-en {LONGEST_SEARCH} au plus.")
    query = CaseQuery(
        procedure=procedure,
        state=state,
        agency=agency,
        owner=person,
        text=words,
        closed=everything,
        # One more than is shown, which tells whether the list goes on.
        limit=most + 1,
        after=after,
    )
    _check_names(session, query)
    found = session.container.cases.find(query)
    page = replace(found, lines=found.lines[:most])
    if as_json:
        from cli.shared.shapes import page_json

        session.output.json(page_json(page))
        return
    _show_page(session, page, goes_on=len(found.lines) > most)


def journal(ctx: typer.Context, ref: Ref, as_json: Json = False) -> None:
    """Show the journal of a case, with who read its restricted part."""
    from cli.case import journal_view as journal_views

    session = session_of(ctx)
    cases = session.container.cases
    entries = journal_views.in_order(cases.journal(ref), cases.store.consultations(ref))
    if as_json:
        from cli.shared.shapes import journal_json

        session.output.json(journal_json(entries))
        return
    from cli.shared.heading import heading

    view = cases.view(ref)
    looking = session.looking(view.case.agency, view.case.territory)
    session.output.show(heading(view.case, view.procedure))
    session.output.show(
        *journal_views.entries(entries, view.procedure, looking, session.places.directory)
    )


def _check_names(session: Session, query: CaseQuery) -> None:
    """Refuse a filter that names nothing: an empty list would look like an answer."""
    rulebook, directory = session.container.rulebook, session.places.directory
    chosen = [rulebook.procedure(query.procedure)] if query.procedure else None
    procedures = chosen or list(rulebook.procedures.values())
    states = {state for procedure in procedures for state in procedure.states}
    if query.state and query.state not in states:
        raise unknown("État", query.state, states)
    if query.agency:
        directory.agency(query.agency)
    if query.owner:
        directory.person(query.owner)


def _show_page(session: Session, page: CasePage, *, goes_on: bool) -> None:
    from cli.case import list_view

    if not page.lines:
        session.output.say("Aucun dossier ne répond à cette demande.")
        return
    session.output.show(list_view.table(page, session.container.rulebook, session.looking))
    shown = len(page.lines)
    if shown < page.total:
        rest = f" ; la suite : --apres {page.lines[-1].ref}" if goes_on else ", fin de la liste."
        session.output.say(f"{french.count(shown, 'dossier', 'dossiers')} sur {page.total}{rest}")
