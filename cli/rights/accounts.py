"""`comptes`: what is asked, agreed, claimed and paid, for every file or for one. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING

from cli.asking.invocation import Invocation
from cli.wiring.session import Session
from workflow.errors import InvalidInput
from workflow.operations import operations
from workflow.operations.asked import LINES
from workflow.text import french

if TYPE_CHECKING:
    from workflow.usecases.reads import AccountLine


def accounts(asked: Invocation) -> None:
    """Show the accounts of every file, or of one."""
    session, ref, most = asked.session, asked.about(), asked.count(operations.LIMIT)
    if ref is None:
        lines = session.container.inquiries.accounts(
            agency=asked.request.given(operations.AGENCY),
            closed=not asked.request.flag(operations.ONLY_OPEN),
        )
        if asked.as_json:
            _stream(session, lines, most)
        else:
            _show(session, lines, LINES if most is None else most)
        return
    if asked.asks(operations.AGENCY, operations.ONLY_OPEN, operations.LIMIT):
        raise InvalidInput(
            "Les options --agence, --ouverts et --limite choisissent parmi tous les dossiers : "
            "retirez-les, ou retirez la référence."
        )
    _show_one(session, ref, as_json=asked.as_json)


def _show_one(session: Session, ref: str, *, as_json: bool) -> None:
    from cli.rights import accounts_view as views

    case, quote, found = session.container.inquiries.quote(ref)
    if as_json:
        session.output.json(views.statement_json(case, quote, found))
        return
    procedure = session.container.rulebook.of(case)
    session.output.show(*views.statement(case, procedure, quote, found))
    if quote is None:
        session.output.say(f"Les règles « {procedure.name} » ne donnent aucun montant.")


def _show(session: Session, lines: Iterator[AccountLine], most: int) -> None:
    from cli.rights.accounts_view import Tally, tables

    tally = Tally(most)
    for _ in tally.counting(lines):
        # Counting is all there is to do: the files beyond the limit are never held.
        pass
    files = tally.whole.files
    if not files:
        session.output.say("Aucun dossier n’a de montant noté.")
        return
    session.output.show(*tables(tally, session.places.directory))
    shown = len(tally.shown)
    if shown < files:
        session.output.say(
            f"{french.count(shown, 'dossier montré', 'dossiers montrés')} sur {files} ; les totaux "
            "les comptent tous. Pour en voir plus : --limite N, ou --json."
        )


def _stream(session: Session, lines: Iterator[AccountLine], most: int | None) -> None:
    """Write one JSON object, file by file, with the sums that are only known at the end."""
    from cli.rights.accounts_view import Tally, line_json, sums_json

    output, tally = session.output, Tally(0)
    # Whatever refuses the reading does so before anything is written.
    first = list(islice(lines, 1))
    counted = tally.counting(chain(first, lines))
    output.raw('{\n"cases":')
    output.json_array(
        line_json(one) for rank, one in enumerate(counted) if most is None or rank < most
    )
    output.raw(',\n"agencies":')
    output.json({id_: sums_json(sums) for id_, sums in sorted(tally.agencies.items())})
    output.raw(',\n"total":')
    output.json(sums_json(tally.whole))
    output.raw("}")
