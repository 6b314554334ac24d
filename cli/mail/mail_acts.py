"""What a person decides about mails: `courriels relancer`, `rediriger`, `abandonner`, `retablir`.

Sends nothing: a mail that is put back in the queue leaves at the next round of the service. Each act
is kept with the mail: who, when, why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cli.asking.invocation import Invocation, read_count
from cli.shared.acting import DRY_RUN
from cli.wiring.session import Session
from notifications.model.messages import MessageQuery, MessageState
from workflow.errors import InvalidInput, Refused, unknown
from workflow.operations import operations
from workflow.operations.requests import Request

if TYPE_CHECKING:
    from notifications.model.messages import StoredMessage
    from workflow.operations.requests import Operation


_LEAVES = "Repartira au prochain passage du service."
_STAYS = "Ne partira pas ; la raison est gardée avec lui."

HIGHEST = 2**31 - 1
"""Largest number of a row."""
_PAGE = 200


def retry(asked: Invocation) -> None:
    """Put failed mails back in the queue."""
    session, numbers = asked.session, asked.request.about
    failures = asked.request.flag(operations.FAILURES)
    if bool(numbers) == failures:
        raise InvalidInput("Lesquels ? Donnez leurs numéros, ou --echecs pour tous.")
    asks = failures and asked.must_confirm()
    asked.writes()
    found = list(_failed(session)) if failures else _named(session, numbers)
    for one in found:
        _check(one, operations.RETRY_MAILS, "relancé")
    if not found:
        raise Refused("Aucun courriel n’est en échec : rien à relancer.")
    by, store = session.acting, session.container.notifications
    _conclude(asked, found, lambda one: store.retry(one.id, by, session.clock()), asks=asks)


def redirect(asked: Invocation) -> None:
    """Send a mail to somebody else."""
    from cli.wiring.mailing import sender
    from notifications.mail.decisions import redirection
    from notifications.mail.mime import Mailbox

    session, to = asked.session, asked.request.text(operations.TO)
    asked.writes()
    people = session.places.directory.people
    target = people.get(to) or _outside(session, to)
    # What leaves for an address that nobody configured is asked about first.
    asks = to not in people and asked.must_confirm()
    number, store = read_number(asked.ref), session.container.notifications
    _check(store.message(number)[0], operations.REDIRECT_MAIL, "redirigé")
    by, now, me = session.acting, session.clock(), people.get(session.acting)
    resender = Mailbox(me.name, me.email) if me else sender(session.configuration.settings.mail)
    found = redirection(store, number, target, resender, now)
    _conclude(asked, [found.message], lambda _: found.write(store, by, now), asks=asks)


def drop(asked: Invocation) -> None:
    """Give a mail up."""
    session = asked.session
    asked.writes()
    words = _reason(session, asked.request.text(operations.REASON))
    (message,) = _named(session, (asked.ref,))
    _check(message, operations.DROP_MAIL, "abandonné")
    by, store = session.acting, session.container.notifications
    _conclude(
        asked,
        [message],
        lambda one: store.drop(one.id, by, session.clock(), words),
        effect=_STAYS,
    )


def restore(asked: Invocation) -> None:
    """Write again to an address that was put aside."""
    from notifications.mail.decisions import put_aside

    session, address = asked.session, asked.ref
    asked.writes()
    store = session.container.notifications
    found = put_aside(store, address)
    if not asked.dry_run:
        store.restore_address(address, session.acting, session.clock())
        session.wrote(f"l’adresse {address}")
    if asked.as_json:
        told = {"address": found.address, "messages": found.messages, "since": found.since}
        session.output.json({"saved": not asked.dry_run, **told})
    else:
        session.output.say(DRY_RUN if asked.dry_run else f"Vérifiée : {address} reçoit de nouveau.")


def _conclude(
    asked: Invocation,
    found: Sequence[StoredMessage],
    act: Callable[[StoredMessage], None],
    *,
    asks: bool = False,
    effect: str = _LEAVES,
) -> None:
    """Show which mails are meant, do the act on each if it is wanted, and say its effect."""
    from cli.asking.questions import confirm
    from cli.mail import mails_view as views

    session, dry_run = asked.session, asked.dry_run
    if not asked.as_json:
        session.output.show(views.table(found, session.places.directory))
    saved = not dry_run and (not asks or confirm(session, "Enregistrer"))
    store = session.container.notifications
    if saved:
        for one in found:
            act(one)
            session.wrote(f"courriel {one.id}")
        found = [store.message(one.id)[0] for one in found]
    if asked.as_json:
        listed = [views.message_json(one) for one in found]
        session.output.json({"saved": saved, "messages": listed})
    elif not saved:
        session.output.say(DRY_RUN if dry_run else "Rien n’a été enregistré.")
    else:
        session.output.say(effect)
        if effect == _LEAVES:
            once = Request(operations.SERVICE, (), {operations.ONCE: True})
            session.suggest("Sans attendre :", once)


def _named(session: Session, numbers: Sequence[str]) -> list[StoredMessage]:
    """Return mails by their numbers, each once, all of them or an error."""
    ids = dict.fromkeys(map(read_number, numbers))
    return [session.container.notifications.message(id_)[0] for id_ in ids]


def _failed(session: Session) -> Iterator[StoredMessage]:
    query = MessageQuery(state=MessageState.FAILED, limit=_PAGE)
    while page := session.container.notifications.messages(query):
        yield from page
        query = replace(query, before=page[-1].id)


def _check(message: StoredMessage, operation: Operation, done: str) -> None:
    from display.mail.mails import refusing

    if state := refusing(message, operation):
        raise Refused(f"Courriel {message.id} : il ne peut pas être {done}, il est {state}.")


def _outside(session: Session, address: str) -> str:
    """Return an address that is nobody's in the configuration, or refuse what is none."""
    from cli.config.value_checks import check_address

    if "@" not in address:
        raise unknown("Personne (--vers)", address, session.places.directory.people)
    try:
        return check_address(address)
    except ValueError as error:
        raise InvalidInput(f"--vers : {error}.") from None


def read_number(typed: str) -> int:
    """Read the number of a mail."""
    number = read_count("ID", typed, least=1, most=HIGHEST)
    assert number is not None, "an argument is always given"  # noqa: S101
    return number


def _reason(session: Session, typed: str) -> str:
    """Return a reason that may be kept and shown to everybody, or refuse it."""
    from notifications.mail.decisions import kept_reason

    if not typed.strip():
        raise InvalidInput("Pourquoi ? Ajoutez --raison : elle est gardée avec le courriel.")
    procedures = session.container.rulebook.procedures.values()
    return kept_reason(typed, session.acting, procedures, session.clock())
