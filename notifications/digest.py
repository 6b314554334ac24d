"""What a person has to know this morning, as a value: dates by urgency, files to correct, failures.

Made by `notifications.gathering`, laid out by `notifications.rendering`, shown as JSON by
`echeancier synthese`. Holds words and dates only: it finds nothing by itself, and knows no clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from notifications.ports import FailedMessage
from notifications.standing import Standing
from workflow import french
from workflow.case import Moment
from workflow.people import Recipient
from workflow.procedure import Kind


class SectionId(StrEnum):
    """The parts of a digest, in order."""

    LATE = "retard"
    TODAY = "aujourdhui"
    ALERTS = "non_conformes"
    """Files that do not conform while one can act on them: a line for each file."""
    WEEK = "semaine"
    CHASE = "relances"
    OPENING = "ouvertures"


TITLES = {
    SectionId.LATE: "En retard",
    SectionId.TODAY: "Aujourd’hui",
    SectionId.ALERTS: "Dossiers à corriger",
    SectionId.WEEK: "Dans les sept jours",
    SectionId.CHASE: "Réponses à relancer",
    SectionId.OPENING: "Fenêtres qui s’ouvrent",
}


@dataclass(frozen=True, slots=True)
class Line:
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
            "date": self.standing.on.isoformat(),
            "date_is": self.standing.name,
            "working_days_left": self.standing.left,
            "phrase": self.standing.headline,
            "opens_on": _iso(self.opens_on),
            "prudent": _iso(self.prudent),
            "strict": _iso(self.strict),
            "impossible": self.impossible,
            "alerts": list(self.alerts),
        }


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the digest: its lines, most pressing first; never empty."""

    id: SectionId
    lines: tuple[Line, ...]

    @property
    def title(self) -> str:
        """Return its French title."""
        return TITLES[self.id]


@dataclass(frozen=True, slots=True)
class Digest:
    """What one recipient has to know on one day."""

    recipient: Recipient
    day: date
    sections: tuple[Section, ...] = ()
    failures: tuple[FailedMessage, ...] = ()
    next_line: Line | None = None
    """The first date to come after those shown, as far as it was looked for."""

    @property
    def key(self) -> str:
        """Return its key in the outbox: one digest a day for each recipient."""
        return digest_key(self.recipient.id, self.day)

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to say."""
        return not self.sections and not self.failures

    @property
    def summary(self) -> str:
        """Return the digest in one line: « 2 en retard, 1 aujourd’hui, 4 dans les sept jours »."""
        return ", ".join(self.counts) or "rien à signaler"

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
        }
        parts = [french.count(len(part.lines), *words[part.id]) for part in self.sections]
        if self.failures:
            count = len(self.failures)
            parts.append(french.count(count, "message non remis", "messages non remis"))
        return tuple(parts)

    def as_json(self) -> dict[str, Any]:
        """Return the digest as JSON values."""
        return {
            "recipient": {"id": self.recipient.id, "name": self.recipient.name},
            "day": self.day.isoformat(),
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
                {
                    "kind": failed.kind.value,
                    "ref": failed.ref,
                    "address": failed.address,
                    "subject": failed.subject,
                    "failed_at": failed.failed_at.isoformat(),
                    "error": failed.error,
                }
                for failed in self.failures
            ],
            "next": self.next_line.as_json() if self.next_line else None,
        }


def digest_key(recipient: str, day: date) -> str:
    """Return the key under which a recipient's digest of a day enters the outbox."""
    return f"synthese:{recipient}:{day.isoformat()}"


def _iso(value: Moment | None) -> str | None:
    return None if value is None else value.isoformat()
