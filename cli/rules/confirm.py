"""`regles confirmer`: what the funder answered of what the rules leave in doubt, noted once for the house."""

from __future__ import annotations

from cli.asking.invocation import Invocation
from cli.shared.acting import DRY_RUN
from cli.terminal.spelling import option
from cli.wiring.session import Session
from workflow.errors import InvalidInput
from workflow.operations import operations
from workflow.operations.requests import Request
from workflow.rules.doubts import Confirmation
from workflow.rules.fact_specs import FactType
from workflow.text import french
from workflow.usecases.confirming import Confirming, KnownDoubt


def confirm(asked: Invocation) -> None:
    """List what waits, show one doubt, or note an answer."""
    session, confirming = asked.session, asked.session.container.confirming
    id_ = asked.about()
    told = (operations.VALUE, operations.ON, operations.UNTIL, operations.ANSWER)
    given = [option(one) for one in told if asked.asks(one)]
    if given and id_ is None:
        raise InvalidInput(f"Quel point ? Retirez {french.listing(given)}, ou dites lequel.")
    if given and asked.asks(operations.WITHDRAWN):
        raise InvalidInput(f"--retirer se suffit : retirez {french.listing(given)}.")
    if id_ is None:
        _list(asked, confirming.doubts())
    elif asked.asks(*told, operations.WITHDRAWN):
        asked.writes()
        dated = asked.dated(operations.ON, operations.UNTIL)
        _write(asked, confirming, confirming.prepare(dated.request, by=session.acting))
    else:
        _show(asked, confirming.find(id_))


def _list(asked: Invocation, doubts: tuple[KnownDoubt, ...]) -> None:
    from cli.rules import confirm_view as views

    if asked.as_json:
        asked.session.output.json([views.doubt_json(one) for one in doubts])
    else:
        asked.session.output.show(*views.listing(doubts))


def _show(asked: Invocation, one: KnownDoubt) -> None:
    from cli.rules import confirm_view as views

    if asked.as_json:
        asked.session.output.json(views.doubt_json(one))
    else:
        asked.session.output.show(*views.sheet(one, asked.session.places.directory))


def _write(asked: Invocation, confirming: Confirming, noted: Confirmation) -> None:
    from cli.rules import confirm_view as views

    session, one = asked.session, confirming.find(noted.doubt)
    if not asked.dry_run:
        one = confirming.save(noted)
        session.wrote(f"le point « {noted.doubt} »")
    if asked.as_json:
        saved = {"saved": not asked.dry_run, "confirmation": views.confirmation_json(noted)}
        session.output.json({**views.doubt_json(one), **saved})
        return
    session.output.show(views.noted_words(one.doubt, noted))
    if asked.dry_run:
        session.output.say(DRY_RUN)
    elif one.doubt.type is FactType.INTEGER:
        _suggest(session)


def _suggest(session: Session) -> None:
    compare = Request(operations.COMPARE_RULES)
    session.output.suggest("Les dossiers dont les dates changent :", session.command_for(compare))
