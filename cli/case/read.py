"""What reads cases: `dossier voir`, `lister`, `journal`. Writes nothing."""

from __future__ import annotations

from msgspec.structs import replace

from cli.asking.invocation import Invocation
from cli.wiring.session import Session
from workflow.errors import InvalidInput, unknown
from workflow.operations import operations
from workflow.operations.asked import LINES
from workflow.ports.stores import CasePage, CaseQuery
from workflow.text import french
from workflow.text.folding import LONGEST_SEARCH


def show(asked: Invocation) -> None:
    """Show a case."""
    session, ref = asked.session, asked.ref
    cases = session.container.cases
    view = cases.view(ref)
    from cli.case import notices_view

    context = cases.context(view.case)
    found = notices_view.notices(view, cases.store.journal(ref), context, session.clock())
    if asked.as_json:
        from cli.case.case_view import view_json

        session.output.json(view_json(view, found))
        return
    from cli.case import case_view as case_views
    from cli.shared.suggestions import next_steps

    looking = session.looking(view.case.agency, view.case.territory)
    directory = session.places.directory
    told = notices_view.told(found, view.procedure, looking, directory)
    parties = session.container.parties.of(view.case)
    session.output.show(*case_views.sheet(view, looking, directory, parties, list(told)))
    session.output.show(*case_views.offers(view.offers))
    steps = next_steps(view.procedure, view.case, view.offers)
    if steps:
        session.suggest("Ensuite :", *steps)


def list_cases(asked: Invocation) -> None:
    """List cases."""
    session, told = asked.session, asked.request
    most, words = asked.count(operations.LIMIT, least=1) or LINES, told.given(operations.TEXT)
    if words is not None and len(words) > LONGEST_SEARCH:
        raise InvalidInput(f"--texte : {len(words)} signes ; donnez-en {LONGEST_SEARCH} au plus.")
    query = CaseQuery(
        procedure=told.given(operations.PROCEDURE),
        state=told.given(operations.STATE),
        agency=told.given(operations.AGENCY),
        owner=told.given(operations.PERSON),
        cohort=asked.group(),
        text=words,
        closed=told.flag(operations.ALL),
        # One more than is shown, which tells whether the list goes on.
        limit=most + 1,
        after=told.given(operations.AFTER),
    )
    check_names(session, query)
    asked.filters()
    found = session.container.cases.store.find(query)
    page = replace(found, lines=found.lines[:most])
    if asked.as_json:
        from cli.shared.shapes import page_json

        session.output.json(page_json(page, session.container.cases))
        return
    _show_page(session, page, goes_on=len(found.lines) > most)


def journal(asked: Invocation) -> None:
    """Show the journal of a case, with who read its restricted part."""
    from display.case import journal as journal_views

    session, ref, cases = asked.session, asked.ref, asked.session.container.cases
    entries = journal_views.in_order(cases.store.journal(ref), cases.store.consultations(ref))
    if asked.as_json:
        from cli.shared.shapes import journal_json

        session.output.json(journal_json(entries))
        return
    from display.case.case import heading

    view = cases.view(ref)
    looking = session.looking(view.case.agency, view.case.territory)
    session.output.show(heading(view.case, view.procedure))
    session.output.show(
        *journal_views.entries(entries, view.procedure, looking, session.places.directory)
    )


def check_names(session: Session, query: CaseQuery) -> None:
    """Refuse a filter that names nothing: an empty list would look like an answer."""
    rulebook = session.container.rulebook
    chosen = [rulebook.procedure(query.procedure)] if query.procedure else None
    procedures = chosen or list(rulebook.procedures.values())
    states = {state for procedure in procedures for state in procedure.states}
    if query.state and query.state not in states:
        raise unknown("État", query.state, states)


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
