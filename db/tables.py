"""The tables: one SQLModel class each, with the constraints and indexes that keep the promises.

Used by the stores (as SQLAlchemy Core tables) and by the test that compares them with what the
migrations build. Never handled as objects on the way of a case: rows are not domain values, and
table classes do not validate. A change here needs a migration in `db/migrations/versions`.

Nothing is ever deleted but facts, documents, hours and contracts that a person takes back, and the
sessions that a funder cancels: every foreign key is RESTRICT, so that no journal, reminder or mail
loses what it speaks of.

Why a person is eligible stands in `eligibility` and nowhere else: no list, no search, no journal.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, Index, String, Table, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

# Every constraint has a name that a migration can find again, the same on both databases.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

# References sort byte by byte everywhere: a page must not depend on the server's language.
_REF = String().with_variant(String(collation="C"), "postgresql")

# A table read by its whole key needs no second tree in SQLite.
_CLUSTERED = {"sqlite_with_rowid": False}


class DeadlineStatus(StrEnum):
    """What became of a deadline."""

    OPEN = "ouverte"
    MET = "tenue"
    DROPPED = "levee"


def _partial(name: str, *columns: str, where: str) -> Index:
    """Return an index of the rows that satisfy a condition, on both databases."""
    condition = text(where)
    return Index(name, *columns, sqlite_where=condition, postgresql_where=condition)


def _one_of(column: str, *values: str) -> CheckConstraint:
    """Return the constraint of an enumeration."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


class CaseFile(SQLModel, table=True):
    """A case as last written (`case` is a word of SQL's own)."""

    __tablename__ = "case_file"
    __table_args__ = (
        UniqueConstraint("ref"),
        # html-1 and HTML-1 are one reference; references are ASCII, which both databases lower alike.
        Index("uq_case_file_ref_lower", text("lower(ref)"), unique=True),
        # The next number of a series, in one step, past 9999 too (text would sort 10000 first).
        Index("ix_case_file_series_number", "series", "number"),
        # Lists show open cases in order of reference; one index for each usual filter, so that a
        # page is read where it starts however many cases are closed.
        _partial("ix_case_file_open_ref", "ref", where="is_open"),
        _partial("ix_case_file_open_state", "state", "ref", where="is_open"),
        _partial("ix_case_file_open_procedure", "procedure", "ref", where="is_open"),
        _partial("ix_case_file_open_agency", "agency", "ref", where="is_open"),
        _partial("ix_case_file_open_owner", "owner", "ref", where="is_open"),
    )

    id: int | None = Field(default=None, primary_key=True)
    ref: str = Field(sa_type=_REF)
    series: str | None = None
    """`PREFIX-YEAR` and `number`, for a reference of that form; both None for any other."""
    number: int | None = None
    procedure: str
    funder: str | None = None
    edition: str
    territory: str
    agency: str
    owner: str | None = None
    title: str
    folded: str
    """Reference and title without case or accents, for the search."""
    state: str
    is_open: bool
    """False in a final state."""
    version: int
    opened_at: datetime
    # Last, where a migration can add it without copying the table.
    alerts: list[str] = Field(sa_type=JSON, sa_column_kwargs={"server_default": text("'[]'")})
    """What does not conform whatever the dates; says nothing restricted."""


class Fact(SQLModel, table=True):
    """The present value of a fact."""

    __tablename__ = "fact"
    __table_args__ = (
        _one_of("type", "date", "instant", "entier", "booleen", "texte", "nombre", "choix"),
        _CLUSTERED,
    )

    case_id: int = Field(primary_key=True, foreign_key="case_file.id", ondelete="RESTRICT")
    name: str = Field(primary_key=True)
    type: str
    value: str


class DocumentCheck(SQLModel, table=True):
    """How far a document has come."""

    __tablename__ = "document_check"
    __table_args__ = (
        _one_of("status", "a_obtenir", "demande", "recu", "verifie", "transmis"),
        _CLUSTERED,
    )

    case_id: int = Field(primary_key=True, foreign_key="case_file.id", ondelete="RESTRICT")
    document: str = Field(primary_key=True)
    status_on: date
    """Day of the status."""
    noted_by: str
    status: str
    kept_at: str
    """Where it is kept, empty when nobody said."""


class HoursLineRow(SQLModel, table=True):
    """A line of the ledger of hours."""

    __tablename__ = "hours_line"
    __table_args__ = (_one_of("kind", "formation", "mission", "bilan"), _CLUSTERED)

    case_id: int = Field(primary_key=True, foreign_key="case_file.id", ondelete="RESTRICT")
    number: int = Field(primary_key=True)
    kind: str
    first_day: date
    last_day: date
    planned: str | None = None
    """Hours as decimal text: SQLite has no exact decimal, and would make a float of one."""
    done: str | None = None
    place: str


class ContractRow(SQLModel, table=True):
    """A contract of the person's history."""

    __tablename__ = "contract"
    __table_args__: ClassVar[Any] = _CLUSTERED

    case_id: int = Field(primary_key=True, foreign_key="case_file.id", ondelete="RESTRICT")
    number: int = Field(primary_key=True)
    type: str
    employer: str
    first_day: date
    last_day: date
    hours: str | None = None
    """As decimal text, like every number of hours."""
    place: str


class CommissionRow(SQLModel, table=True):
    """A session of a funder's commission; the key is how a calendar is read, by date."""

    __tablename__ = "commission"
    __table_args__: ClassVar[Any] = _CLUSTERED

    procedure: str = Field(primary_key=True)
    funder: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    cutoff: date | None = None
    """Last day on which the session takes files, when the funder publishes one."""
    label: str
    noted_by: str


class EligibilityRow(SQLModel, table=True):
    """Why a person is eligible, each time it was noted; the latest is the one that counts.

    Append-only and restricted: read with a case by its key, or not at all.
    """

    __tablename__ = "eligibility"
    __table_args__: ClassVar[Any] = _CLUSTERED

    case_id: int = Field(primary_key=True, foreign_key="case_file.id", ondelete="RESTRICT")
    seq: int = Field(primary_key=True)
    """Version of the case that it made; the journal entry of that number says who and when."""
    noted_by: str
    recorded_at: datetime
    data: dict[str, Any] = Field(sa_type=JSON)
    """Ground, answers with their types, proof and where it is kept."""


class ConsultationRow(SQLModel, table=True):
    """Somebody read the restricted part of a case; append-only."""

    __tablename__ = "consultation"
    # Who has read a case, oldest first.
    __table_args__ = (Index("ix_consultation_case_id", "case_id", "read_at", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case_file.id", ondelete="RESTRICT")
    read_at: datetime
    read_by: str


class Journal(SQLModel, table=True):
    """An entry of the journal. The key refuses a second entry for the same version of a case."""

    __tablename__ = "journal"
    __table_args__ = (
        _one_of(
            "kind",
            "ouverture",
            "action",
            "correction",
            "annulation",
            "piece",
            "attribution",
            "heures",
            "eligibilite",
            "contrats",
            "recalcul",
        ),
        # The entries of a case lie together: reading its history touches a page or two.
        _CLUSTERED,
    )

    case_id: int = Field(primary_key=True, foreign_key="case_file.id", ondelete="RESTRICT")
    seq: int = Field(primary_key=True)
    kind: str
    recorded_at: datetime
    author: str
    state_from: str | None = None
    state_to: str
    action: str | None = None
    happened: str | None = None
    """Real date of the step: a civil date or an instant with its offset, as text."""
    forced: bool
    undoes: int | None = None
    comment: str
    changes: list[list[str | None]] = Field(sa_type=JSON)
    dates: list[list[str | None]] = Field(sa_type=JSON)


class DeadlineRow(SQLModel, table=True):
    """A deadline of a case, open or not: one row a rule, reopened in place when an act is undone.

    What it was before stands in the journal.
    """

    __tablename__ = "deadline"
    __table_args__ = (
        # One row a rule, hence one open deadline a rule; also how a case's deadlines are read.
        UniqueConstraint("case_id", "rule"),
        _one_of("status", "ouverte", "tenue", "levee"),
        CheckConstraint("status = 'ouverte' OR next_reminder_at IS NULL", name="silent"),
        # The heartbeat asks every minute what is due: only rows that still have to speak.
        _partial("ix_deadline_due", "next_reminder_at", "id", where="next_reminder_at IS NOT NULL"),
        # Agenda, digest and overdue list, most urgent first.
        _partial("ix_deadline_open_act_on", "act_on", "id", where="status = 'ouverte'"),
        # Windows that open, for the digest.
        _partial(
            "ix_deadline_open_opens_on",
            "opens_on",
            "id",
            where="status = 'ouverte' AND opens_on IS NOT NULL",
        ),
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
    next_reminder_at: datetime | None = None
    explanation: dict[str, Any] = Field(sa_type=JSON)
    """The whole deadline (`workflow.encoding.deadline_json`), instants with their offset."""


class ReminderRow(SQLModel, table=True):
    """A reminder that was planned and handed over; its key is what makes it unique for ever."""

    __tablename__ = "reminder"
    __table_args__ = (
        # The identity of a reminder: whoever comes second writes nothing.
        UniqueConstraint(
            "case_id", "rule", "value", "offset", "recipient", name="uq_reminder_identity"
        ),
        # Which reminders a message carried; also lets the foreign key be checked.
        Index("ix_reminder_outbox_id", "outbox_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case_file.id", ondelete="RESTRICT")
    rule: str
    value: str
    offset: str
    recipient: str
    planned_for: datetime
    created_at: datetime
    outbox_id: int | None = Field(default=None, foreign_key="outbox.id", ondelete="RESTRICT")


class Outbox(SQLModel, table=True):
    """A rendered message, until it has left and after."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("key"),
        UniqueConstraint("message_id"),
        _one_of("kind", "rappel", "synthese"),
        CheckConstraint("sent_at IS NULL OR failed_at IS NULL", name="one_end"),
        # What the relay claims: sent messages pile up for years and must cost it nothing.
        _partial(
            "ix_outbox_waiting",
            "next_attempt_at",
            "id",
            where="sent_at IS NULL AND failed_at IS NULL",
        ),
        # What stopped, shown at every digest.
        _partial("ix_outbox_failed", "failed_at", "id", where="failed_at IS NOT NULL"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str
    kind: str
    recipient: str
    address: str
    subject: str
    message_id: str
    ref: str | None = None
    created_at: datetime
    next_attempt_at: datetime
    attempts: int
    leased_until: datetime | None = None
    lease_owner: str | None = None
    sent_at: datetime | None = None
    answer: str | None = None
    failed_at: datetime | None = None
    last_error: str | None = Field(default=None, sa_type=Text)
    # Last: SQLite reads through a long value to reach the columns that follow it.
    content: bytes


class HeartbeatRow(SQLModel, table=True):
    """The last sign of life of the service on a host; a restart takes the row of the one before."""

    __tablename__ = "heartbeat"

    host: str = Field(primary_key=True)
    service: str
    beat_at: datetime
    policy: str


def _table(row: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(row.__tablename__)]


case_file = _table(CaseFile)
fact = _table(Fact)
document_check = _table(DocumentCheck)
hours_line = _table(HoursLineRow)
contract = _table(ContractRow)
commission = _table(CommissionRow)
eligibility = _table(EligibilityRow)
consultation = _table(ConsultationRow)
journal = _table(Journal)
deadline = _table(DeadlineRow)
reminder = _table(ReminderRow)
outbox = _table(Outbox)
heartbeat = _table(HeartbeatRow)
