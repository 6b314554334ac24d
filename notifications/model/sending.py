"""Whether mails may leave: held when the clock cannot be believed, until a person decides.

Values, made by `notifications.service.guard` and by the commands, kept by the store in the order in which
they came: every service of a database obeys the last one, and who decided stays.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

from msgspec import Struct, field

from workflow.ports.stores import OpenDeadline
from workflow.text import french

LEAP = timedelta(hours=1)
"""How far ahead a clock may be of what it is compared with, before nobody believes it."""
SILENCE = timedelta(days=14)
"""Silence of all services after which what piled up does not leave by itself."""

CONFIRMING = "echeancier service --confirmer"
TAKING_BACK = "echeancier service --dedire"


class Cause(StrEnum):
    """Why mails are held."""

    LEAP = "horloge"
    """The clock went further than the time that has passed."""
    SERVER = "serveur"
    """The clock is ahead of the database server's."""
    SILENCE = "silence"
    """No service has beaten for two weeks, or the clock says so."""


class Decision(StrEnum):
    """What was decided about sending."""

    HELD = "retenue"
    CONFIRMED = "confirmation"
    """A person says that the clock is right."""
    RIGHTED = "remise"
    """The clock was put right before anything was told."""
    RESUMED = "reprise"
    """A person has settled a backup that was put back."""
    UNTOLD = "dedite"
    """A person has taken back what a clock ahead had told."""


class SendingEvent(Struct, frozen=True):
    """Something that was decided about sending; append-only."""

    at: datetime
    """What the clock read."""
    by: str
    """Id of the person, or name of the service."""
    what: Decision
    cause: Cause | None = None
    since: datetime | None = None
    """What that reading was compared with: the time it should have been, or the last sign of life."""
    id: int = 0
    """Its place among the others, once it is kept."""

    @property
    def holds(self) -> bool:
        """Tell whether nothing leaves from then on."""
        return self.what is Decision.HELD

    def is_over(self, now: datetime) -> bool:
        """Tell whether the clock has come back from the reading that held everything."""
        if self.since is None or now > self.at - LEAP:
            return False
        return -LEAP <= now - self.since <= SILENCE


def held_words(event: SendingEvent, zone: tzinfo) -> str:
    """Return why nothing leaves, and what to do, in one French sentence.

    Args:
        event: that holds.
        zone: whose clocks the reader looks at.
    """
    read = french.moment(event.at.astimezone(zone))
    known = french.moment((event.since or event.at).astimezone(zone))
    match event.cause:
        case Cause.LEAP:
            why = f"l’horloge a avancé d’un coup, elle indiquait le {read} quand il devait être le {known}"
        case Cause.SERVER:
            why = (
                f"l’horloge de ce poste indiquait le {read}, celle du serveur de la base le {known}"
            )
        case _:
            why = f"aucun service n’avait battu depuis le {known} quand l’un d’eux est revenu, le {read}"
    return (
        f"Envois retenus : {why} ; si l’heure est fausse, remettez-la, si elle est juste, confirmez : "
        f"« {CONFIRMING} »."
    )


Next = Callable[[OpenDeadline, datetime], datetime | None]
"""Tells when a deadline must next be looked at, once all was told up to an instant."""


class Untold(Struct):
    """What was told too early, and is taken back, or would be."""

    reminders: int = 0
    files: set[str] = field(default_factory=set)
    """References of the cases they speak of."""
    people: set[str] = field(default_factory=set)
    """Ids of the recipients."""
    deadlines: int = 0
    """Open deadlines that are planned again."""
    put_off: int = 0
    """Open deadlines that were put off to an opening still to come, and are looked at again."""
    waiting: int = 0
    """Messages that had not left, and will not."""
    left: dict[str, int] = field(default_factory=dict)
    """Messages that have left, by recipient: reminders and digests."""
    broken: list[str] = field(default_factory=list)
    """What could not be planned again, one French sentence each."""

    @property
    def nothing(self) -> bool:
        """Tell whether nothing was told too early."""
        return not (self.reminders or self.deadlines or self.put_off or self.waiting or self.left)
