"""What reads mails: `courriels lister`, `courriels voir`. Writes nothing."""

from __future__ import annotations

from cli.asking.invocation import Invocation, read_member
from cli.mail.mail_acts import HIGHEST, read_number
from cli.wiring.session import Session
from notifications.model.messages import MessageQuery, MessageState
from workflow.errors import InvalidInput, Refused
from workflow.operations import operations
from workflow.operations.asked import LINES
from workflow.operations.requests import Request


def list_mails(asked: Invocation) -> None:
    """List mails."""
    from cli.mail import mails_view as views

    session, told, ref = asked.session, asked.request, asked.request.given(operations.CASE)
    most, state = asked.count(operations.LIMIT, least=1) or LINES, told.given(operations.STATE)
    query = MessageQuery(
        state=None if state is None else read_member(MessageState, "État (--etat)", state),
        ref=ref,
        recipient=_recipient(session, told.given(operations.PERSON)),
        # One more than is shown, which tells whether the list goes on.
        limit=most + 1,
        before=asked.count(operations.BEFORE, least=1, most=HIGHEST),
    )
    if ref is not None:
        session.container.cases.load(ref)  # an empty list would look like an answer about it
    found = session.container.notifications.messages(query)
    _warn_of_put_aside(session, ref)
    page, directory = found[:most], session.places.directory
    if asked.as_json:
        session.output.json([views.message_json(one) for one in page])
        return
    if not page:
        session.output.say("Aucun courriel ne répond à cette demande.")
        return
    session.output.show(views.table(page, directory))
    if len(found) > most:
        session.output.say(f"La suite : --avant {page[-1].id}")
    if any(one.state is MessageState.FAILED for one in page):
        retry = Request(operations.RETRY_MAILS, (), {operations.FAILURES: True})
        session.suggest("Pour les remettre dans la file :", retry)


def show(asked: Invocation) -> None:
    """Show a mail."""
    from cli.mail import mails_view as views
    from display.drawing.layout import text
    from display.mail import mails
    from notifications.mail.mime import read
    from workflow.text.folding import visible

    session, told = asked.session, asked.request
    html, source = told.flag(operations.HTML), told.flag(operations.SOURCE)
    if html + source + asked.as_json > 1:
        raise InvalidInput("Une forme à la fois : gardez --html, --source ou --json.")
    message, content, events = session.container.notifications.message(read_number(asked.ref))
    if source:
        session.output.raw(views.source_of(content))
        return
    letter = read(content)
    if asked.as_json:
        session.output.json(views.letter_json(message, letter, events))
        return
    if html:
        if letter.html is None:
            raise Refused(f"Courriel {message.id} : il n’a pas de page, seulement un texte.")
        session.output.raw(letter.html)
        return
    directory = session.places.directory
    session.output.show(
        *mails.heading(message, directory),
        *mails.envelope(letter),
        text(f"\n{visible(letter.text.rstrip())}\n"),
        *mails.happened(message, events, directory),
    )


def _warn_of_put_aside(session: Session, ref: str | None) -> None:
    """Name the reminders that no mail could be written of: no list of mails would show them."""
    for aside in session.container.messaging.put_aside(LINES):
        if ref in {None, aside.ref}:
            told = f"rappel mis de côté, {aside.ref}, {aside.rule} : {aside.reason}"
            session.output.warn(told)


def _recipient(session: Session, person: str | None) -> str | None:
    return f"personne:{session.places.directory.person(person).id}" if person else None
