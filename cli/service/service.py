"""`service`: the scheduler that tells what is due, sends the digests and empties the outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.asking.invocation import Invocation
from cli.service import settling
from cli.terminal import logs
from cli.terminal.exits import ExitCode
from cli.terminal.spelling import option
from cli.wiring.session import Session
from workflow.errors import EcheancierError, InvalidInput, nearest
from workflow.operations import operations

if TYPE_CHECKING:
    from notifications.mail.settlement import RelayReport
    from notifications.service.beats import BeatReport


def serve(asked: Invocation) -> ExitCode:
    """Run the service, one beat of it, or settle what a backup or a clock has left open."""
    session, told, dry_run = asked.session, asked.request, asked.dry_run
    once, log = told.flag(operations.ONCE), told.given(operations.LOG)
    chosen = [one for one in settling.SETTLEMENTS if asked.asks(one)]
    lasting = not (once or chosen or dry_run)
    named = " et ".join(map(option, chosen))
    refusals = (
        (once and chosen, f"--une-fois envoie, {named} n’envoie rien : gardez l’un des deux."),
        (len(chosen) > 1, f"{named} règlent deux choses différentes : gardez l’une des deux."),
        (
            asked.confirmed and not chosen,
            "--oui ne sert qu’avec --reprise, --confirmer ou --dedire.",
        ),
        (
            asked.as_json and lasting,
            "--json ne sert qu’avec --une-fois, --essai, --reprise, --confirmer ou --dedire.",
        ),
        (log is not None and not lasting, "--journal ne sert qu’au service qui reste en marche."),
    )
    for refused, why in refusals:
        if refused:
            raise InvalidInput(why)
    for one in chosen:
        settling.SETTLEMENTS[one](asked)
        return ExitCode.DONE
    asked.writes()
    session.container.database.verify()
    if once or dry_run:
        return _once(session, dry_run=dry_run, as_json=asked.as_json)
    _go_on(session, _log_format(session, log))
    return ExitCode.DONE


def _go_on(session: Session, form: str) -> None:
    service = session.container.messaging.service
    # The log itself says when the service starts and stops.
    logs.to_stderr(session.places.zone(None), form, session.doing.hinted)
    session.output.say("Arrêtez le service par Ctrl+C ou SIGTERM : rien ne se perd.")
    service.run()


def _once(session: Session, *, dry_run: bool, as_json: bool) -> ExitCode:
    from cli.service import beat_view

    logs.silence()
    if dry_run:
        report = _foretold(session, as_json=as_json)
    else:
        service = session.container.messaging.service
        report = service.beat(last=True)
        service.close()
        _tell(session, report, as_json=as_json)
    for reason in beat_view.concerns(report):
        session.output.warn(reason)
    if dry_run:
        session.output.say(settling.DRY_RUN)
    relay, returns = report.relay, report.returns
    unread = returns is not None and bool(returns.failure)
    held = unread or (relay is not None and (relay.deferred or relay.failed))
    return ExitCode.OUT_OF_REACH if report.failures or held else ExitCode.DONE


def _tell(session: Session, report: BeatReport, *, as_json: bool) -> None:
    from cli.service import beat_view

    if as_json:
        found = beat_view.beat_json(report, messages_waiting(session, report.relay))
        concerns = list(map(session.doing.hinted, found["concerns"]))
        session.output.json(found | {"concerns": concerns})
    else:
        session.output.show(*beat_view.told(report, messages_waiting(session, report.relay)))


def _foretold(session: Session, *, as_json: bool) -> BeatReport:
    """Say what would leave, then what the beat would do."""
    from cli.service import beat_view

    with session.container.trial() as trial:
        report, departures = trial.messaging.service.beat(), trial.departures()
    if as_json:
        foretold = beat_view.foretold_json(departures, trial.waiting)
        session.output.json({**beat_view.beat_json(report, 0), "would_send": foretold})
        return report
    zone = session.places.zone(None)
    session.output.show(*beat_view.foretold(departures, trial.waiting, session.clock(), zone))
    session.output.show(*beat_view.told(report, 0))
    return report


def _log_format(session: Session, typed: str | None) -> str:
    """Return what the log is made of.

    Raises:
        InvalidInput: a form that does not exist.
    """
    if typed is None:
        return session.configuration.settings.service.log_format
    if typed not in logs.FORMATS:
        hint = nearest(typed, logs.FORMATS) or f" (connus : {', '.join(logs.FORMATS)})"
        raise InvalidInput(f"--journal « {typed} » n’existe pas{hint}.")
    return typed


def messages_waiting(session: Session, relay: RelayReport | None) -> int:
    """Return how many messages wait in the outbox, whether this run tried them or not."""
    try:
        return session.container.notifications.counts().waiting
    except EcheancierError:
        # The beat has told already that the database does not answer.
        return relay.deferred if relay else 0
