"""What a person decides about a mail: put back in the queue, sent to somebody else, or given up.

Used by `courriels` and by the screen of mails. Each decision is kept with the mail: who, when, why. Sends
nothing: a mail that is put back in the queue leaves at the next round of the service.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from notifications.mail.mime import Mailbox, redirected
from notifications.model.messages import MessageState, StoredMessage
from notifications.model.ports import NotificationStore
from notifications.model.returns import UnreachableAddress
from workflow.case.people import Person
from workflow.errors import Refused
from workflow.operations import operations
from workflow.operations.requests import Operation
from workflow.rules.procedure import Procedure
from workflow.text.addresses import mailbox_key
from workflow.wording.act_text import act_of

POSSIBLE: Final[Mapping[Operation, frozenset[MessageState]]] = {
    operations.RETRY_MAILS: frozenset(
        {MessageState.FAILED, MessageState.UNDELIVERED, MessageState.DROPPED}
    ),
    operations.REDIRECT_MAIL: frozenset(
        {
            MessageState.WAITING,
            MessageState.FAILED,
            MessageState.UNDELIVERED,
            MessageState.DROPPED,
        }
    ),
    operations.DROP_MAIL: frozenset(
        {MessageState.WAITING, MessageState.FAILED, MessageState.UNDELIVERED}
    ),
}
"""The states in which each of them may be decided."""


class Redirection(Struct, frozen=True):
    """A mail on its way to somebody else, not yet written."""

    message: StoredMessage
    """As it would be."""
    content: bytes

    def write(self, store: NotificationStore, by: str, at: datetime) -> None:
        """Write it, signed."""
        message = self.message
        store.redirect(message.id, by, at, message.recipient, message.address, self.content)


def redirection(
    store: NotificationStore, number: int, to: Person | str, by: Mailbox, at: datetime
) -> Redirection:
    """Return a mail as it would go to somebody else.

    Args:
        store: where the mail is.
        number: its number.
        to: a person, or an address that is nobody's here.
        by: who sends it again.
        at: the present (aware).

    Raises:
        NotFound: no such mail.
    """
    message, content, _ = store.message(number)
    target = Mailbox("", to) if isinstance(to, str) else Mailbox(to.name, to.email)
    recipient = message.recipient if isinstance(to, str) else f"personne:{to.id}"
    again = redirected(content, to=target, by=by, at=at)
    return Redirection(replace(message, recipient=recipient, address=target.address), again)


def put_aside(store: NotificationStore, address: str) -> UnreachableAddress:
    """Return an address as it is put aside.

    Raises:
        Refused: when it is not.
    """
    key = mailbox_key(address)
    found = next((one for one in store.unreachable() if one.address == key), None)
    if found is None:
        raise Refused(f"Adresse « {address} » : elle n’est pas mise de côté.")
    return found


def kept_reason(typed: str, by: str, procedures: Iterable[Procedure], now: datetime) -> str:
    """Return why a mail is given up, as it may be kept and read by everybody.

    Raises:
        InvalidInput: when a procedure forbids one of its words: a mail may speak of any of them.
    """
    acts = [act_of(one, by, now, typed) for one in procedures]
    return acts[0].comment
