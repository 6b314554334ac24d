"""`service`: the scheduler that tells what is due, sends the digests and empties the outbox."""

from __future__ import annotations

import logging
from typing import Annotated

import typer

from cli.exits import ExitCode
from cli.options import DryRun, Json, session_of
from cli.session import Session

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
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    service = session.house.messaging.service
    session.output.say("Service démarré ; arrêtez-le par Ctrl+C ou SIGTERM, rien ne se perd.")
    service.run()
    session.output.say("Service arrêté.")


def _once(session: Session, *, dry_run: bool, as_json: bool) -> None:
    from cli.views import beat

    messaging = session.house.rehearsal if dry_run else session.house.messaging
    report = messaging.service.beat()
    if as_json:
        session.output.json(beat.beat_json(report))
    else:
        session.output.show(*beat.told(report))
    for reason in beat.concerns(report):
        session.output.warn(reason)
    if dry_run:
        session.output.say(DRY_RUN)
    if report.failures or (report.relay is not None and report.relay.deferred):
        raise typer.Exit(ExitCode.OUT_OF_REACH)
