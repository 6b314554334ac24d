"""What a person has to know this morning, as a value: dates by urgency, files to correct, failures.

Made by `notifications.digest.gathering`, laid out by `notifications.rendering.composer`, shown as JSON by
`echeancier synthese`. Around the dates, what makes it worth opening: what others changed, whose reply
is awaited, who is away, the weeks to come, the week gone by. Holds words and dates only: it finds
nothing by itself, and knows no clock.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from msgspec import Struct

from notifications.digest.changes import FileChange
from notifications.digest.load import Load
from notifications.digest.stakes import at_stake
from notifications.digest.trend import Trend
from notifications.model.messages import FailedMessage
from notifications.people.presence import Absent, Away
from notifications.schedule.standing import Standing, Status
from workflow.case.case import Moment
from workflow.case.people import Recipient
from workflow.rules.deadline_rules import Kind
from workflow.text import french
from workflow.text.day_ends import day_of_end
from workflow.worklist.ranking import Rank


class SectionId(StrEnum):
    """The parts of a digest, in order."""

    LATE = "retard"
    TODAY = "aujourdhui"
    ALERTS = "non_conformes"
    """Files that do not conform while one can act on them: a line for each file."""
    WEEK = "semaine"
    CHASE = "relances"
    OPENING = "ouvertures"
    UNPROVED = "non_verifiees"
    """What a later step ended and nothing proves: said again until somebody notes it."""


TITLES = {
    SectionId.LATE: "En retard",
    SectionId.TODAY: "Aujourd’hui",
    SectionId.ALERTS: "Dossiers à corriger",
    SectionId.WEEK: "Dans les sept jours",
    SectionId.CHASE: "Réponses à relancer",
    SectionId.OPENING: "Fenêtres qui s’ouvrent",
    SectionId.UNPROVED: "Échéances non vérifiées",
}


_SAVED = {SectionId.LATE, SectionId.TODAY, SectionId.WEEK}
"""The parts whose dates can be missed: what is at stake in them is added up."""


UNDATED = frozenset({SectionId.OPENING, SectionId.UNPROVED})
"""The parts that hold no date to act on: with nothing else, the next one to come is looked for."""


_FAILURE = ("kind", "ref", "address", "subject", "failed_at", "error")
"""What leaves in JSON of a message that failed."""


class DigestLine(Struct, frozen=True):
    """One deadline of the digest; for a file to correct, the deadline to act on first."""

    ref: str
    title: str
    procedure: str
    """What staff call the procedure."""
    deadline: str
    """Id of the deadline."""
    label: str
    internal: bool
    """True for a target of the agency: no text gives this date."""
    standing: Standing
    opens_on: date | None
    prudent: date | None
    strict: Moment | None
    impossible: bool
    """True when the window closes before it opens."""
    alerts: tuple[str, ...] = ()
    """What does not conform in the file, whatever the part that the line stands in."""
    stake: Decimal | None = None
    """Euros that missing the date would lose, None when nobody knows."""
    estimated: bool = False
    """True when they are the usual ones of the procedure."""
    since: date | None = None
    """For a reply, the day from which it has been awaited."""
    snoozed_until: date | None = None
    """Day until which the team asked not to be reminded."""
    absent: Absent | None = None
    """Who follows the file, when the reader stands in for them."""
    missing: tuple[str, ...] = ()
    """What would have to be noted to prove that it was met."""
    rank: Rank | None = None
    """Its place among the lines of its part."""

    @property
    def at_stake(self) -> str:
        """Return « 3 200 € en jeu », or "" when nobody knows."""
        return at_stake([(self.stake, self.estimated)])

    @property
    def remarks(self) -> tuple[str, ...]:
        """Return what else must be known of the line, a few words each."""
        found = []
        if self.absent is not None:
            found.append(self.absent.words)
        if self.since is not None:
            found.append(f"attendue depuis le {french.short_day(self.since)}")
        if self.snoozed_until is not None:
            found.append(f"rappels reportés au {french.short_day(self.snoozed_until)}")
        if self.missing:
            found.append(f"à noter pour la vérifier : {french.listing(self.missing)}")
        return tuple(found)

    def as_json(self) -> dict[str, Any]:
        """Return the line as JSON values."""
        return {
            "ref": self.ref,
            "title": self.title,
            "procedure": self.procedure,
            "deadline": self.deadline,
            "label": self.label,
            "kind": (Kind.INTERNAL if self.internal else Kind.REGULATORY).value,
            "status": self.standing.status.value,
            "date": self.standing.on,
            "date_is": self.standing.name,
            "working_days_left": self.standing.left,
            "phrase": self.standing.headline,
            "opens_on": self.opens_on,
            "prudent": self.prudent,
            "strict": self.strict,
            "impossible": self.impossible,
            "alerts": self.alerts,
            "stake": self.stake,
            "estimated": self.estimated,
            "awaited_since": self.since,
            "snoozed_until": self.snoozed_until,
            "in_place_of": None if self.absent is None else self.absent.as_json(),
            "missing": self.missing,
        }


class DigestSection(Struct, frozen=True):
    """A part of the digest: its lines, most consequent first; never empty."""

    id: SectionId
    lines: tuple[DigestLine, ...]

    @property
    def title(self) -> str:
        """Return its French title."""
        return TITLES[self.id]


class Digest(Struct, frozen=True):
    """What one recipient has to know on one day."""

    recipient: Recipient
    day: date
    sections: tuple[DigestSection, ...] = ()
    failures: tuple[FailedMessage, ...] = ()
    next_line: DigestLine | None = None
    """The first date to come after those shown, as far as it was looked for."""
    changes: tuple[FileChange, ...] = ()
    """What others did since the last digest, file by file."""
    awaited: tuple[DigestLine, ...] = ()
    """Replies that others owe and that need no chasing yet, longest awaited first."""
    away: tuple[Away, ...] = ()
    """Colleagues who are away today."""
    load: Load | None = None
    """The four weeks to come."""
    trend: Trend | None = None
    """The counts of the day against those of a week before."""
    late: str = ""
    """What says that it leaves after its morning; empty when it does not."""

    @property
    def key(self) -> str:
        """Return its key in the outbox: one digest a day for each recipient."""
        return digest_key(self.recipient.id, self.day)

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to say: what only surrounds the dates is no reason to write."""
        return not self.sections and not self.failures and not self.changes

    @property
    def leaves(self) -> bool:
        """Tell whether it is written: with something to say, or on a day when its reader wants to know."""
        return not self.is_empty or self.day.weekday() in self.recipient.empty_digest_days

    @property
    def summary(self) -> str:
        """Return the digest in one line: « 2 en retard, 1 aujourd’hui – 3 200 € en jeu »."""
        counts = ", ".join(self.counts) or "rien à signaler"
        return " – ".join(part for part in (counts, self.at_stake) if part)

    @property
    def at_stake(self) -> str:
        """Return what can still be saved among the dates shown, each file counted once."""
        saved = {
            line.ref: (line.stake, line.estimated)
            for section in self.sections
            for line in section.lines
            if section.id in _SAVED and line.stake and line.standing.status is not Status.LATE
        }
        return at_stake(saved.values())

    @property
    def first_ahead(self) -> DigestLine | None:
        """Return the first date to come when nothing has to be done before it, else None."""
        shown = {section.id: section.lines for section in self.sections}
        if shown.keys() - {SectionId.WEEK, *UNDATED}:
            return None
        ahead = shown.get(SectionId.WEEK, ())
        return min(ahead, key=lambda line: day_of_end(line.standing.on), default=self.next_line)

    @property
    def counts(self) -> tuple[str, ...]:
        """Return how many lines each part has, in words, most pressing part first."""
        words = {
            SectionId.LATE: ("en retard", "en retard"),
            SectionId.TODAY: ("aujourd’hui", "aujourd’hui"),
            SectionId.ALERTS: ("dossier à corriger", "dossiers à corriger"),
            SectionId.WEEK: ("dans les sept jours", "dans les sept jours"),
            SectionId.CHASE: ("réponse à relancer", "réponses à relancer"),
            SectionId.OPENING: ("fenêtre qui s’ouvre", "fenêtres qui s’ouvrent"),
            SectionId.UNPROVED: ("échéance non vérifiée", "échéances non vérifiées"),
        }
        parts = [french.count(len(part.lines), *words[part.id]) for part in self.sections]
        if self.failures:
            count = len(self.failures)
            parts.append(french.count(count, "message non remis", "messages non remis"))
        if self.changes and not parts:
            parts.append(french.count(len(self.changes), "dossier modifié", "dossiers modifiés"))
        return tuple(parts)

    def as_json(self) -> dict[str, Any]:
        """Return the digest as JSON values."""
        return {
            "recipient": {"id": self.recipient.id, "name": self.recipient.name},
            "day": self.day,
            "summary": self.summary,
            "sections": [
                {
                    "id": section.id.value,
                    "title": section.title,
                    "lines": [line.as_json() for line in section.lines],
                }
                for section in self.sections
            ],
            "failures": [
                {name: getattr(failed, name) for name in _FAILURE} for failed in self.failures
            ],
            "next": self.next_line.as_json() if self.next_line else None,
            "changes": [change.as_json() for change in self.changes],
            "awaited": [line.as_json() for line in self.awaited],
            "away": [one.as_json() for one in self.away],
            "load": None if self.load is None else self.load.as_json(),
            "trend": None if self.trend is None else self.trend.as_json(),
        }


def digest_key(recipient: str, day: date) -> str:
    """Return the key under which a recipient's digest of a day enters the outbox."""
    return f"synthese:{recipient}:{day.isoformat()}"
