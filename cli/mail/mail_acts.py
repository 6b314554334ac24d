"""What a person decides about mails: `courriels relancer`, `rediriger`, `abandonner`.

Sends nothing: a mail that is put back in the queue leaves at the next round of the service. Each act
is kept with the mail: who, when, why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec.structs import replace

from cli.asking import completion
from cli.asking.options import DryRun, Json, Yes, must_confirm, read_count, session_of
from cli.shared.acting import DRY_RUN
from cli.wiring.session import Session
from notifications.model.messages import MessageQuery, MessageState
from workflow.errors import InvalidInput, Refused, unknown

if TYPE_CHECKING:
    from notifications.mail.mime import Mailbox
    from notifications.model.messages import StoredMessage


_LEAVES = "Repartira au prochain passage du service."
_STAYS = "Ne partira pas ; la raison est gardée avec lui."

HIGHEST = 2**31 - 1
"""Largest number of a row."""
_PAGE = 200
_CAN_RETRY = frozenset({MessageState.FAILED, MessageState.DROPPED})
_CAN_REDIRECT = frozenset({MessageState.WAITING, MessageState.FAILED, MessageState.DROPPED})
_CAN_DROP = frozenset({MessageState.WAITING, MessageState.FAILED})

Number = Annotated[
    str,
    typer.Argument(metavar="ID", help="Numéro du courriel.", autocompletion=completion.messages),
]
_Ids = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="ID", help="Numéro du courriel.", autocompletion=completion.failed_messages
    ),
]
_Failures = Annotated[bool, typer.Option("--echecs", help="Tous ceux qui sont en échec.")]
_To = Annotated[
    str,
    typer.Option(
        "--vers",
        metavar="PERSONNE|ADRESSE",
        help="Qui le recevra.",
        autocompletion=completion.people,
    ),
]
_Reason = Annotated[
    str, typer.Option("--raison", metavar="TEXTE", help="Pourquoi ; gardé avec le courriel.")
]


def retry(
    ctx: typer.Context,
    numbers: _Ids = None,
    failures: _Failures = False,
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Put failed mails back in the queue."""
    session = session_of(ctx)
    if bool(numbers) == failures:
        raise InvalidInput("Lesquels ? Donnez leurs numéros, ou --echecs pour tous.")
    asks = failures and must_confirm(session, yes=yes, dry_run=dry_run, as_json=as_json)
    session.writes(dry_run=dry_run)
    found = list(_failed(session)) if failures else _named(session, numbers or ())
    for one in found:
        _check(one, _CAN_RETRY, "relancé")
    if not found:
        raise Refused("Aucun courriel n’est en échec : rien à relancer.")
    by, store = session.acting, session.container.notifications
    _conclude(
        session,
        found,
        lambda one: store.retry(one.id, by, session.clock()),
        dry_run=dry_run,
        as_json=as_json,
        asks=asks,
    )


def redirect(
    ctx: typer.Context,
    number: Number,
    to: _To,
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Send a mail to somebody else."""
    from cli.wiring.mailing import sender
    from notifications.mail.mime import Mailbox, redirected

    session = session_of(ctx)
    session.writes(dry_run=dry_run)
    people = session.places.directory.people
    person = people.get(to)
    target = Mailbox(person.name, person.email) if person else _outside(session, to)
    # What leaves for an address that nobody configured is asked about first.
    asks = person is None and must_confirm(session, yes=yes, dry_run=dry_run, as_json=as_json)
    message, content, _ = session.container.notifications.message(read_number(number))
    _check(message, _CAN_REDIRECT, "redirigé")
    by, now = session.acting, session.clock()
    me = people.get(by)
    resender = Mailbox(me.name, me.email) if me else sender(session.configuration.settings.mail)
    recipient = f"personne:{person.id}" if person else message.recipient
    again = redirected(content, to=target, by=resender, at=now)
    _conclude(
        session,
        [replace(message, recipient=recipient, address=target.address)],
        lambda one: session.container.notifications.redirect(
            one.id, by, now, recipient, target.address, again
        ),
        dry_run=dry_run,
        as_json=as_json,
        asks=asks,
    )


def drop(
    ctx: typer.Context,
    number: Number,
    reason: _Reason = "",
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Give a mail up."""
    session = session_of(ctx)
    session.writes(dry_run=dry_run)
    words = _reason(session, reason)
    (message,) = _named(session, (number,))
    _check(message, _CAN_DROP, "abandonné")
    by, store = session.acting, session.container.notifications
    _conclude(
        session,
        [message],
        lambda one: store.drop(one.id, by, session.clock(), words),
        dry_run=dry_run,
        as_json=as_json,
        effect=_STAYS,
    )


def _conclude(
    session: Session,
    found: Sequence[StoredMessage],
    act: Callable[[StoredMessage], None],
    *,
    dry_run: bool,
    as_json: bool,
    asks: bool = False,
    effect: str = _LEAVES,
) -> None:
    """Show which mails are meant, do the act on each if it is wanted, and say its effect."""
    from cli.asking.questions import confirm
    from cli.mail import mails_view as views

    if not as_json:
        session.output.show(views.table(found, session.places.directory))
    saved = not dry_run and (not asks or confirm(session, "Enregistrer"))
    store = session.container.notifications
    if saved:
        for one in found:
            act(one)
            session.wrote(f"courriel {one.id}")
        found = [store.message(one.id)[0] for one in found]
    if as_json:
        listed = [views.message_json(one) for one in found]
        session.output.json({"saved": saved, "messages": listed})
    elif not saved:
        session.output.say(DRY_RUN if dry_run else "Rien n’a été enregistré.")
    else:
        session.output.say(effect)
        if effect == _LEAVES:
            session.output.suggest("Sans attendre :", session.typed("service", "--une-fois"))


def _named(session: Session, numbers: Sequence[str]) -> list[StoredMessage]:
    """Return mails by their numbers, each once, all of them or an error."""
    ids = dict.fromkeys(map(read_number, numbers))
    return [session.container.notifications.message(id_)[0] for id_ in ids]


def _failed(session: Session) -> Iterator[StoredMessage]:
    query = MessageQuery(state=MessageState.FAILED, limit=_PAGE)
    while page := session.container.notifications.messages(query):
        yield from page
        query = replace(query, before=page[-1].id)


def _check(message: StoredMessage, states: frozenset[MessageState], done: str) -> None:
    from cli.mail.mails_view import state_words

    if message.state not in states:
        raise Refused(
            f"Courriel {message.id} : il ne peut pas être {done}, il est {state_words(message.state)}."
        )


def _outside(session: Session, address: str) -> Mailbox:
    """Return an address that is nobody's in the configuration, or refuse what is none."""
    from cli.config.value_checks import check_address
    from notifications.mail.mime import Mailbox

    if "@" not in address:
        raise unknown("Personne (--vers)", address, session.places.directory.people)
    try:
        return Mailbox("", check_address(address))
    except ValueError as error:
        raise InvalidInput(f"--vers : {error}.") from None


def read_number(typed: str) -> int:
    """Read the number of a mail."""
    number = read_count("ID", typed, least=1, most=HIGHEST)
    assert number is not None, "an argument is always given"  # noqa: S101
    return number


def _reason(session: Session, typed: str) -> str:
    """Return a reason that may be kept and shown to everybody, or refuse it."""
    from workflow.wording.act_text import act_of

    if not typed.strip():
        raise InvalidInput("Pourquoi ? Ajoutez --raison : elle est gardée avec le courriel.")
    # A digest speaks of files of every procedure: no word that one of them forbids may stand.
    acts = [
        act_of(procedure, session.acting, session.clock(), typed)
        for procedure in session.container.rulebook.procedures.values()
    ]
    return acts[0].comment
