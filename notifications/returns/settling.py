"""What a mail that came back changes: matched to a message of ours, and noted once.

Called by whoever reads the return mailbox, service or person. A report is believed of a message that has
left, by its Message-ID, and of nothing else: anybody can write one. Failed for good wins over every other
report of the same message, whichever comes first. Reads no mailbox, and no clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from notifications.model.messages import (
    MessageQuery,
    MessageState,
    StoredMessage,
)
from notifications.model.ports import NotificationStore
from notifications.model.returns import (
    TO_LOOK_AT,
    Fate,
    Notice,
    Return,
    Returned,
    ReturnEffect,
    ReturnKind,
)
from notifications.people.staff import person_of
from notifications.returns.otherwise import Otherwise
from notifications.returns.reading import ABOUT
from workflow.errors import Conflict
from workflow.text.addresses import mailbox_key

_LEFT = frozenset({MessageState.SENT, MessageState.UNDELIVERED})
_CAME_BACK = "Revenu sans être remis : {words}"
_NOT_SENT = "n’est pas parti : d’autres sont revenus de cette adresse, mise de côté."
_PUT_ASIDE = (
    "L’adresse est mise de côté, des courriels en sont revenus : corrigez-la, ou dites-la vérifiée, puis "
    "redirigez celui-ci."
)
_MANY = 200
"""Messages that wait for one person, at most: far more than a service leaves there."""
_TRIES = 5
"""Times a message that moves meanwhile is read again: a relay and a person do not act without end."""


class Settled(Struct, frozen=True):
    """What became of a return."""

    said: Return
    fate: Fate
    message: StoredMessage | None = None
    """The message it is about, as it stood before; None when it is none of ours."""
    undelivered: bool = False
    """True when the message became « non remis » by it."""
    told: tuple[str, ...] = ()
    """Ids of the recipients who are told of it at once."""


class PostmasterReport(Struct, frozen=True):
    """What became of some returns, in their order."""

    settled: tuple[Settled, ...]

    def count(self, fate: Fate) -> int:
        """Return how many came to the same."""
        return sum(one.fate is fate for one in self.settled)


class Postmaster:
    """Settles what comes back.

    Args:
        store: the outbox, and what came back of it.
        otherwise: tells somebody else at once when it presses; None leaves that to the digests.
        reveals: tells whether words would reveal why somebody is eligible: they are not kept.
    """

    def __init__(
        self,
        store: NotificationStore,
        otherwise: Otherwise | None = None,
        reveals: Callable[[str], bool] = lambda _words: False,
    ) -> None:
        self._store = store
        self._otherwise = otherwise
        self._reveals = reveals

    def note(self, returns: Iterable[Return], by: str, now: datetime) -> PostmasterReport:
        """Note some returns, each in a transaction of its own; return what became of each.

        What is noted already changes nothing: a mailbox may be read again from anywhere.

        Args:
            returns: what was read.
            by: id of the person, or name of the service.
            now: the present (aware).

        Raises:
            Unreadable: when the row of a message makes no sense.
            OutOfReach: when the database does not answer; what came before stays noted.
        """
        return PostmasterReport(tuple(self._settled(said, by, now) for said in returns))

    def _stopped(
        self, said: Return, missed: StoredMessage, by: str, now: datetime
    ) -> Iterator[str]:
        """Stop what waits for an address that is put aside by now; yield who is told of it at once."""
        aside = {one.address for one in self._store.unreachable()}
        if mailbox_key(missed.address) not in aside or not person_of(missed.recipient):
            return
        query = MessageQuery(MessageState.WAITING, recipient=missed.recipient, limit=_MANY)
        for one in self._store.messages(query):
            if mailbox_key(one.address) in aside:
                yield from self._kept_back(said, one, by, now)

    def _kept_back(self, said: Return, one: StoredMessage, by: str, now: datetime) -> Iterator[str]:
        """Stop a message; yield who is told of it."""
        for _ in range(_TRIES):
            returned = self._store.returned(one.message_id)
            # One that a server may have taken already is left to what comes back of it.
            if returned is None or returned.in_doubt or returned.message != one:
                return
            notices = self._notices(said, returned, _NOT_SENT, now)
            if self._store.stop(one, _PUT_ASIDE, by, now, notices):
                yield from (notice.message.recipient for notice in notices)
                return

    def _notices(
        self, said: Return, returned: Returned, why: str, now: datetime
    ) -> tuple[Notice, ...]:
        return self._otherwise.notices(said, returned, why, now) if self._otherwise else ()

    def _settled(self, said: Return, by: str, now: datetime) -> Settled:
        if said.message_id is None:
            if self._reveals(said.words):
                said = replace(said, words=said.words.partition(ABOUT)[0])
            fate = self._store.note_return(ReturnEffect(said), by, now)
            return Settled(said, Fate.UNCLEAR if fate is Fate.NOTED else Fate.KNOWN)
        for _ in range(_TRIES):
            returned = self._store.returned(said.message_id)
            if returned is None:
                return Settled(said, Fate.FOREIGN)
            if (refused := _refused(returned)) is not None:
                return Settled(said, refused, returned.message)
            effect = self._effect(said, returned, now)
            fate = self._store.note_return(effect, by, now)
            if fate is not None:
                if fate is not Fate.NOTED:
                    return Settled(said, fate, returned.message)
                fate = Fate.UNCLEAR if said.kind in TO_LOOK_AT else fate
                told = [notice.message.recipient for notice in effect.notices]
                if effect.undelivered:
                    told.extend(self._stopped(said, returned.message, by, now))
                undelivered, once = bool(effect.undelivered), tuple(dict.fromkeys(told))
                return Settled(said, fate, returned.message, undelivered, once)
        raise Conflict(
            "Un courriel change sans cesse : ce qui en est revenu n’a pas pu être noté ; réessayez dans "
            "quelques minutes."
        )

    def _effect(self, said: Return, returned: Returned, now: datetime) -> ReturnEffect:
        if not _is_undelivered(said, returned):
            return ReturnEffect(said, returned)
        words = said.words or "sans dire pourquoi"
        why = f"est revenu sans être remis : « {words.rstrip('.')} »."
        told = self._notices(said, returned, why, now)
        return ReturnEffect(said, returned, _CAME_BACK.format(words=words), told)


def _refused(returned: Returned) -> Fate | None:
    """Return why nothing that names a message is believed of it, None when it is."""
    if returned.message.state in _LEFT or returned.bounced_at:
        return None
    if not returned.in_doubt:
        return Fate.FOREIGN
    # A server may have taken it, and answered before anybody could note that it had.
    return Fate.EARLY if returned.message.state is MessageState.WAITING else None


def _is_undelivered(said: Return, returned: Returned) -> bool:
    """Tell whether a message becomes « non remis »: it was sent, and not back to where it came from before.

    Our mails have one recipient: an address that is not ours is the one they were forwarded to.
    """
    if said.kind is not ReturnKind.UNDELIVERED or returned.message.state is not MessageState.SENT:
        return False
    there, here = mailbox_key(said.address or ""), mailbox_key(returned.message.address)
    return there == here or there not in returned.bounced_at
