"""What reads mails: `courriels lister`, `courriels voir`. Writes nothing."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.asking import completion
from cli.asking.options import Json, PersonFilter, read_count, session_of
from cli.mail.mail_acts import HIGHEST, Number, read_number
from cli.wiring.session import Session
from notifications.model.messages import MessageQuery, MessageState
from workflow.errors import InvalidInput, Refused, unknown

_LIMIT = 50

_State = Annotated[
    str | None,
    typer.Option("--etat", metavar="ÉTAT", help=f"Seulement cet état : {', '.join(MessageState)}."),
]
_Case = Annotated[
    str | None,
    typer.Option(
        "--dossier",
        metavar="REF",
        help="Seulement ce dossier.",
        autocompletion=completion.references,
    ),
]
_Limit = Annotated[
    str | None, typer.Option("--limite", metavar="N", help=f"Lignes à montrer ({_LIMIT}).")
]
_Before = Annotated[
    str | None, typer.Option("--avant", metavar="ID", help="Commence avant ce courriel.")
]
_Html = Annotated[bool, typer.Option("--html", help="Sa page, pour un navigateur.")]
_Source = Annotated[bool, typer.Option("--source", help="Sa source entière, telle qu’elle part.")]


def list_mails(
    ctx: typer.Context,
    state: _State = None,
    ref: _Case = None,
    person: PersonFilter = None,
    limit: _Limit = None,
    before: _Before = None,
    as_json: Json = False,
) -> None:
    """List mails."""
    from cli.mail import mails_view as views

    session = session_of(ctx)
    most = read_count("--limite", limit, least=1) or _LIMIT
    query = MessageQuery(
        state=_state(state),
        ref=ref,
        recipient=_recipient(session, person),
        # One more than is shown, which tells whether the list goes on.
        limit=most + 1,
        before=read_count("--avant", before, least=1, most=HIGHEST),
    )
    if ref is not None:
        session.container.cases.load(ref)  # an empty list would look like an answer about it
    found = session.container.notifications.messages(query)
    _warn_of_put_aside(session, ref)
    page, directory = found[:most], session.places.directory
    if as_json:
        session.output.json([views.message_json(one) for one in page])
        return
    if not page:
        session.output.say("Aucun courriel ne répond à cette demande.")
        return
    session.output.show(views.table(page, directory))
    if len(found) > most:
        session.output.say(f"La suite : --avant {page[-1].id}")
    if any(one.state is MessageState.FAILED for one in page):
        session.output.suggest(
            "Pour les remettre dans la file :", session.typed("courriels", "relancer", "--echecs")
        )


def show(
    ctx: typer.Context,
    number: Number,
    html: _Html = False,
    source: _Source = False,
    as_json: Json = False,
) -> None:
    """Show a mail."""
    from cli.mail import mails_view as views

    session = session_of(ctx)
    if html + source + as_json > 1:
        raise InvalidInput("Une forme à la fois : gardez --html, --source ou --json.")
    message, content, events = session.container.notifications.message(read_number(number))
    if source:
        session.output.raw(views.source_of(content))
        return
    letter = views.read(content)
    if as_json:
        session.output.json(views.letter_json(message, letter, events))
        return
    if html:
        if letter.html is None:
            raise Refused(f"Courriel {message.id} : il n’a pas de page, seulement un texte.")
        session.output.raw(letter.html)
        return
    directory = session.places.directory
    session.output.show(*views.heading(message, directory), *views.envelope(letter))
    session.output.raw(f"\n{letter.text}")
    session.output.show(*views.happened(message, events, directory))


def _warn_of_put_aside(session: Session, ref: str | None) -> None:
    """Name the reminders that no mail could be written of: no list of mails would show them."""
    for aside in session.container.messaging.put_aside(_LIMIT):
        if ref in {None, aside.ref}:
            told = f"rappel mis de côté, {aside.ref}, {aside.rule} : {aside.reason}"
            session.output.warn(told)


def _recipient(session: Session, person: str | None) -> str | None:
    return f"personne:{session.places.directory.person(person).id}" if person else None


def _state(typed: str | None) -> MessageState | None:
    if typed is None:
        return None
    if typed not in set(MessageState):
        raise unknown("État (--etat)", typed, MessageState)
    return MessageState(typed)
