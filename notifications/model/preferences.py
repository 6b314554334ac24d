"""How people want to be told, and who stands in for whom: preferences, hours, pauses, absences.

Values, chosen by people and kept by the store; read by `notifications.people.staff`, which decides with them.
Know no calendar and no deadline, and never read a clock.
"""

from __future__ import annotations

from datetime import date, time
from enum import StrEnum

from msgspec import Struct

from workflow.errors import InvalidInput


class Delivery(StrEnum):
    """How a reminder is told."""

    AT_ONCE = "aussitot"
    DIGEST = "synthese"
    """Not by a mail of its own: the digest of the morning says it."""
    NONE = "aucun"


class Topic(StrEnum):
    """What a reminder is about, as people choose how to be told of it."""

    OPENING = "ouverture"
    LIMIT = "limite"
    """A date that the law decides."""
    TARGET = "objectif"
    """A target of the agency."""
    CHASE = "relance"


TOPICS = {
    Topic.OPENING: "fenêtres qui s’ouvrent",
    Topic.LIMIT: "limites réglementaires",
    Topic.TARGET: "objectifs internes",
    Topic.CHASE: "réponses à relancer",
}
"""What each topic is called."""


class Preference(Struct, frozen=True):
    """How a person wants to be told of a topic of a procedure; None stands for every one.

    Raises:
        InvalidInput: when the limits of the law would be silenced: nobody may lose a funding by a
            preference.
    """

    channel: Delivery
    topic: Topic | None = None
    procedure: str | None = None

    def __post_init__(self) -> None:
        if self.channel is Delivery.NONE and self.topic in {None, Topic.LIMIT}:
            raise InvalidInput(
                "Préférences : les limites réglementaires ne peuvent pas être tues ; choisissez "
                "« synthese », ou précisez un autre sujet."
            )

    def covers(self, procedure: str, topic: Topic) -> bool:
        """Tell whether the choice speaks of a topic of a procedure."""
        return self.topic in {None, topic} and self.procedure in {None, procedure}

    @property
    def precision(self) -> tuple[bool, bool]:
        """Return how precise the choice is: the most precise that covers wins, a procedure first."""
        return self.procedure is not None, self.topic is not None


class Habits(Struct, frozen=True):
    """What a person chose; every field left alone keeps the agency's rule.

    Attributes:
        person: id of the person.
        choices: how to be told, by topic and procedure; at once where none covers.
        days: weekdays (Monday is 0) on which the person works, None for all those of the agency.
        opening: local hour before which the person is not disturbed.
        closing: local hour from which the person is not disturbed any more.
        digest_at: local hour of the digest.
        paused_until: last day of a pause: nothing leaves but what cannot wait.
        with_calendar: True to find the dates of the day attached to the digest.
        one_a_day: True to be told by the digest alone of all that can wait for one.

    Raises:
        InvalidInput: when the day ends before it begins, or no working day is left.
    """

    person: str
    choices: tuple[Preference, ...] = ()
    days: frozenset[int] | None = None
    opening: time | None = None
    closing: time | None = None
    digest_at: time | None = None
    paused_until: date | None = None
    with_calendar: bool = False
    one_a_day: bool = False

    def __post_init__(self) -> None:
        if self.days is not None and not self.days & frozenset(range(5)):
            raise InvalidInput("Jours de travail : gardez au moins un jour du lundi au vendredi.")
        if self.opening and self.closing and self.opening >= self.closing:
            raise InvalidInput(
                f"Heures de travail : {self.opening:%H:%M} – {self.closing:%H:%M} ne forment pas "
                "une journée ; donnez l’heure de début avant celle de fin."
            )

    def channel(self, procedure: str, topic: Topic) -> Delivery:
        """Return how to tell a topic of a procedure: as the most precise choice says."""
        covering = [choice for choice in self.choices if choice.covers(procedure, topic)]
        usual = Delivery.DIGEST if self.one_a_day else Delivery.AT_ONCE
        chosen = max(covering, key=lambda choice: choice.precision).channel if covering else usual
        return usual if chosen is Delivery.AT_ONCE else chosen

    def works_on(self, day: date) -> bool:
        """Tell whether the person may be disturbed on a working day of the agency."""
        paused = self.paused_until is not None and day <= self.paused_until
        return not paused and (self.days is None or day.weekday() in self.days)


class Absence(Struct, frozen=True):
    """Days on which somebody is away, both ends included.

    Attributes:
        person: id of the person who is away.
        first: first day.
        last: last day.
        substitute: id of the person who is written to meanwhile; None leaves it to the manager, or to
            the agency.
        number: what it is called in the store; 0 until it is kept there.

    Raises:
        InvalidInput: when it ends before it begins, or names its own person as the substitute.
    """

    person: str
    first: date
    last: date
    substitute: str | None = None
    number: int = 0

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise InvalidInput("Absence : elle finit avant de commencer ; échangez les deux dates.")
        if self.substitute == self.person:
            raise InvalidInput(
                "Absence : on ne se remplace pas soi-même ; nommez quelqu’un d’autre."
            )

    def covers(self, day: date) -> bool:
        """Tell whether the person is away on a day."""
        return self.first <= day <= self.last
