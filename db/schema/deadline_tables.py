"""The table of deadlines: what a case still has to do, and what became of what it had.

Used by the stores as `db.schema.tables` is, under the same rules.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from db.schema.columns import one_of, partial, table_of


class DeadlineStatus(StrEnum):
    """What became of a deadline."""

    OPEN = "ouverte"
    MET = "tenue"
    UNPROVED = "non_verifiee"
    """A later step has ended it, and nothing proves that it was met."""
    DROPPED = "levee"


class DeadlineRow(SQLModel, table=True):
    """A deadline of a case, open or not: one row a rule, reopened in place when an act is undone.

    What it was before stands in the journal.
    """

    __tablename__ = "deadline"
    __table_args__ = (
        # One row a rule, hence one open deadline a rule; also how a case's deadlines are read.
        UniqueConstraint("case_id", "rule"),
        one_of("status", "ouverte", "tenue", "non_verifiee", "levee"),
        CheckConstraint("status = 'ouverte' OR next_reminder_at IS NULL", name="silent"),
        # The heartbeat asks every minute what is due: only rows that still have to speak.
        partial("ix_deadline_due", "next_reminder_at", "id", where="next_reminder_at IS NOT NULL"),
        # Agenda, digest and overdue list, most urgent first; with the case, and the status that SQLite
        # looks at again, so that the load of the weeks to come is counted without reading a deadline.
        partial(
            "ix_deadline_open_act_on",
            "act_on",
            "id",
            "case_id",
            "status",
            where="status = 'ouverte'",
        ),
        # Windows that open, for the digest.
        partial(
            "ix_deadline_open_opens_on",
            "opens_on",
            "id",
            where="status = 'ouverte' AND opens_on IS NOT NULL",
        ),
        # Replies that others owe, for the digest.
        partial("ix_deadline_open_awaited", "act_on", "id", where="status = 'ouverte' AND awaited"),
        # What waits to be proved, for the digest.
        partial("ix_deadline_unproved", "act_on", "id", where="status = 'non_verifiee'"),
        # What a calendar has to take away.
        partial("ix_deadline_closed", "reminded_until", "id", where="status <> 'ouverte'"),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case_file.id", ondelete="RESTRICT")
    rule: str
    status: str
    opens_on: date | None = None
    act_on: date
    closed_on: date | None = None
    late: bool
    reminded_until: datetime
    """Instant up to which all was told; of a deadline that is closed, when it was closed."""
    next_reminder_at: datetime | None = None
    explanation: dict[str, Any] = Field(sa_type=JSON)
    """The whole deadline (`workflow.wording.codec.deadline_data`), instants with their offset."""
    # Last, where a migration can add it without copying the table.
    awaited: bool = Field(sa_column_kwargs={"server_default": text("false")})
    """True for a reply that somebody else owes."""


deadline = table_of(DeadlineRow)
