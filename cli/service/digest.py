"""`synthese`: the morning digest, in the terminal, as a mail would say it, or really sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.asking.invocation import Invocation
from cli.service.service import messages_waiting
from cli.service.settling import DRY_RUN
from cli.terminal import logs
from cli.terminal.exits import ExitCode
from cli.wiring.session import Session
from workflow.case.people import Recipient
from workflow.errors import InvalidInput, nearest
from workflow.operations import operations
from workflow.text import french

if TYPE_CHECKING:
    from notifications.digest.model import Digest


_FORMATS = operations.DIGEST.question(operations.FORMAT).choices


def digest(asked: Invocation) -> ExitCode:
    """Show or send the digest."""
    session, told, send = asked.session, asked.request, asked.request.flag(operations.SENT)
    form = told.given(operations.FORMAT)
    form = "json" if asked.as_json else _FORMATS[0] if form is None else form
    if form not in _FORMATS:
        hint = nearest(form, _FORMATS) or f" (connus : {', '.join(_FORMATS)})"
        raise InvalidInput(f"--format « {form} » est inconnu{hint}.")
    if send:
        asked.writes()
    recipients = _recipients(session, told.given(operations.PERSON), told.given(operations.AGENCY))
    if send:
        return _send(session, recipients, dry_run=asked.dry_run, as_json=form == "json")
    _show(session, session.container.messaging.digests(recipients), form)
    return ExitCode.DONE


def _recipients(session: Session, person: str | None, agency: str | None) -> tuple[Recipient, ...]:
    """Return whose digest is asked: the one named, one's own, or everybody's."""
    directory = session.places.directory
    if person and agency:
        raise InvalidInput("Donnez --personne ou --agence, pas les deux.")
    if agency:
        return (directory.recipient(None, directory.agency(agency).id),)
    if person:
        return (directory.recipient(person, directory.person(person).agency),)
    me = session.acting
    if me in directory.people:
        return (directory.recipient(me, directory.people[me].agency),)
    if not directory.agencies:
        raise InvalidInput("Aucune agence n’est configurée : personne à qui destiner une synthèse.")
    return directory.recipients()


def _show(session: Session, digests: list[Digest], form: str) -> None:
    output = session.output
    if form == "json":
        output.json([one.as_json() for one in digests])
        return
    if form in {"texte", "html"}:
        composer = session.container.messaging.composer
        render = composer.digest_text if form == "texte" else composer.digest_html
        for one in digests:
            output.raw(render(one))
        return
    from cli.service.digest_view import shown

    for one in digests:
        output.show(*shown(one))


def _send(
    session: Session, recipients: tuple[Recipient, ...], *, dry_run: bool, as_json: bool
) -> ExitCode:
    from cli.service import beat_view

    logs.silence()
    if dry_run:
        with session.container.trial() as trial:
            morning, relay = trial.messaging.send_digests(recipients)
    else:
        morning, relay = session.container.messaging.send_digests(recipients)
    if morning.messages and not dry_run:
        session.wrote("la synthèse")
    for reason in (*morning.broken, *relay.errors):
        session.output.warn(reason)
    waiting = 0 if dry_run else messages_waiting(session, relay)
    if as_json:
        session.output.json(beat_view.sending_json(morning, relay, waiting))
    else:
        prepared = french.count(morning.messages, "synthèse préparée", "synthèses préparées")
        session.output.say(f"{prepared}.", *beat_view.mails(relay, waiting))
        if not morning.messages and not morning.broken:
            session.output.say("Rien de neuf à envoyer : déjà partie aujourd’hui, ou rien à dire.")
    if dry_run:
        session.output.say(DRY_RUN)
    return ExitCode.OUT_OF_REACH if relay.deferred or relay.failed else ExitCode.DONE
