"""`service`: the scheduler that tells what is due, sends the digests and empties the outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli import logs
from cli.exits import ExitCode
from cli.options import DryRun, Json, session_of
from cli.session import Session
from workflow.errors import EcheancierError

if TYPE_CHECKING:
    from notifications.relay import RelayReport

HELP = "Envoie rappels et synthèses à leur heure, jusqu’à ce qu’on l’arrête."
DRY_RUN = "Essai : rien n’a été enregistré, rien n’est parti."

_Once = Annotated[bool, typer.Option("--une-fois", help="Fait ce qui est dû, puis s’arrête.")]


def serve(
    ctx: typer.Context, once: _Once = False, dry_run: DryRun = False, as_json: Json = False
) -> None:
    """Run the service, or one beat of it."""
    session = session_of(ctx)
    session.writes(dry_run=dry_run)
    if once or dry_run:
        _once(session, dry_run=dry_run, as_json=as_json)
        return
    service = session.house.messaging.service
    # The log itself says when the service starts and stops.
    logs.to_stderr(session.places.zone(None))
    session.output.say("Arrêtez le service par Ctrl+C ou SIGTERM : rien ne se perd.")
    service.run()


def _once(session: Session, *, dry_run: bool, as_json: bool) -> None:
    from cli.views import beat

    logs.silence()
    messaging = session.house.rehearsal if dry_run else session.house.messaging
    report = messaging.service.beat()
    waiting = 0 if dry_run else messages_waiting(session, report.relay)
    if as_json:
        session.output.json(beat.beat_json(report, waiting))
    else:
        session.output.show(*beat.told(report, waiting))
    for reason in beat.concerns(report):
        session.output.warn(reason)
    if dry_run:
        session.output.say(DRY_RUN)
    relay = report.relay
    if report.failures or (relay is not None and (relay.deferred or relay.failed)):
        raise typer.Exit(ExitCode.OUT_OF_REACH)


def messages_waiting(session: Session, relay: RelayReport | None) -> int:
    """Return how many messages wait in the outbox, whether this run tried them or not."""
    try:
        return session.house.notifications.counts().waiting
    except EcheancierError:
        # The beat has told already that the database does not answer.
        return relay.deferred if relay else 0
