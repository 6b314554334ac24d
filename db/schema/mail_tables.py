"""The tables of reminders, mails, people's choices and signs of life.

Used by the stores of notifications as `db.schema.tables` is, under the same rules. Nothing is deleted but
signs of life a week old: what was said, to whom and why not stays. One class a table, hence its length.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar, Final

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from db.schema.columns import CLUSTERED, one_of, partial, table_of

WAITING: Final = (
    "sent_at IS NULL AND failed_at IS NULL AND superseded_at IS NULL AND dropped_at IS NULL"
)
"""A message that has come to none of its ends, written out alike in the index and in the queries."""

BOUNCED: Final = "kind = 'non_remis' AND verified_at IS NULL"
"""What came back for good, and nobody has verified since."""

_ENDS: Final = ("sent_at", "failed_at", "superseded_at", "dropped_at")
_ONE_END: Final = (
    " + ".join(f"CASE WHEN {end} IS NULL THEN 0 ELSE 1 END" for end in _ENDS) + " <= 1"
)


class ReminderRow(SQLModel, table=True):
    """A reminder that was planned and handed over; its key is what makes it unique for ever."""

    __tablename__ = "reminder"
    __table_args__ = (
        # The identity of a reminder: whoever comes second writes nothing.
        UniqueConstraint(
            "case_id", "rule", "value", "offset", "recipient", name="uq_reminder_identity"
        ),
        one_of("channel", "aussitot", "synthese", "aucun"),
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
    channel: str
    """How the recipient wanted it told."""


class Outbox(SQLModel, table=True):
    """A rendered message, until it has come to its end and after."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("key"),
        UniqueConstraint("message_id"),
        one_of("kind", "rappel", "synthese", "avis"),
        CheckConstraint(_ONE_END, name="one_end"),
        # Only what has left can come back; when it left stays known.
        CheckConstraint("undelivered_at IS NULL OR sent_at IS NOT NULL", name="came_back"),
        # What the relay claims: sent messages pile up for years and must cost it nothing.
        partial("ix_outbox_waiting", "next_attempt_at", "id", where=WAITING),
        # How late reminders left.
        partial("ix_outbox_sent", "sent_at", "id", where="sent_at IS NOT NULL"),
        # What stopped, shown at every digest.
        partial("ix_outbox_failed", "failed_at", "id", where="failed_at IS NOT NULL"),
        # What left and did not arrive, shown there too.
        partial(
            "ix_outbox_undelivered", "undelivered_at", "id", where="undelivered_at IS NOT NULL"
        ),
        # What was never sent, and why, latest first.
        partial("ix_outbox_superseded", "id", where="superseded_at IS NOT NULL"),
        partial("ix_outbox_dropped", "id", where="dropped_at IS NOT NULL"),
        # The mails of a case, and those of a person, latest first.
        partial("ix_outbox_ref", "ref", "id", where="ref IS NOT NULL"),
        Index("ix_outbox_recipient", "recipient", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str
    kind: str
    recipient: str
    on_behalf_of: str | None = None
    """Recipient who is away, when a substitute is written to."""
    address: str
    subject: str
    message_id: str
    ref: str | None = None
    created_at: datetime
    next_attempt_at: datetime
    attempts: int
    claims: int
    """Times a relay took it to send it: more than its attempts when one died with it."""
    leased_until: datetime | None = None
    lease_owner: str | None = None
    sent_at: datetime | None = None
    answer: str | None = None
    failed_at: datetime | None = None
    superseded_at: datetime | None = None
    dropped_at: datetime | None = None
    last_error: str | None = Field(default=None, sa_type=Text)
    """What the server last said against it, or why it was superseded or dropped."""
    # Last, where a migration can add it without copying the table.
    doubts: int = Field(sa_column_kwargs={"server_default": text("0")})
    """Attempts after which nobody could say whether the server had taken it."""
    undelivered_at: datetime | None = None
    """When it was noted that it had come back for good, after `sent_at`."""


class LetterRow(SQLModel, table=True):
    """The bytes of a message, apart from it: a claim rewrites a short row, not the whole mail."""

    __tablename__ = "letter"

    outbox_id: int = Field(primary_key=True, foreign_key="outbox.id", ondelete="RESTRICT")
    content: bytes


class OutboxEvent(SQLModel, table=True):
    """Something that happened to a message, other than leaving at the first attempt; append-only."""

    __tablename__ = "outbox_event"
    __table_args__ = (
        one_of(
            "what",
            "essai",
            "envoi",
            "echec",
            "relance",
            "redirection",
            "abandon",
            "remplacement",
            "non_remis",
            "retarde",
            "transmis",
            "plainte",
            "absence",
            "a_regarder",
        ),
        CLUSTERED,
    )

    outbox_id: int = Field(primary_key=True, foreign_key="outbox.id", ondelete="RESTRICT")
    seq: int = Field(primary_key=True)
    at: datetime
    by: str
    """Person, or service."""
    what: str
    detail: str = Field(sa_type=Text)


class ReturnRow(SQLModel, table=True):
    """Something that came back of a mail, noted once whoever reads it; append-only but for `verified_at`."""

    __tablename__ = "mail_return"
    __table_args__ = (
        UniqueConstraint("fingerprint"),
        one_of("kind", "non_remis", "retarde", "transmis", "plainte", "absence", "a_regarder"),
        Index("ix_mail_return_outbox_id", "outbox_id"),
        # Which addresses are put aside.
        partial(
            "ix_mail_return_bounced",
            "sent_to",
            "outbox_id",
            where=BOUNCED,
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    fingerprint: str
    kind: str
    outbox_id: int | None = Field(default=None, foreign_key="outbox.id", ondelete="RESTRICT")
    """Of which message; None when the report does not say, and a person looks."""
    sent_to: str | None = None
    """Where that message had been sent, as `workflow.text.addresses.mailbox_key` writes it."""
    address: str | None = None
    """Where it should have arrived, as the report writes it."""
    status: str
    words: str = Field(sa_type=Text)
    reported_at: datetime | None = None
    noted_at: datetime
    noted_by: str
    verified_by: str | None = None
    verified_at: datetime | None = None
    """When somebody said that the address is right all the same, or had looked at what was to be."""


class NoticeRow(SQLModel, table=True):
    """A message that nobody read, and a notice that tells somebody else of it; append-only."""

    __tablename__ = "notice"
    __table_args__: ClassVar[Any] = CLUSTERED

    outbox_id: int = Field(primary_key=True, foreign_key="outbox.id", ondelete="RESTRICT")
    """The notice."""
    missed_id: int = Field(primary_key=True, foreign_key="outbox.id", ondelete="RESTRICT")
    why: str = Field(sa_type=Text)
    """What became of the message, as the notice says it."""


class DigestFigure(SQLModel, table=True):
    """What the digest of a recipient counted on its day; the key is how a trend is read, by date."""

    __tablename__ = "digest_figure"
    __table_args__: ClassVar[Any] = CLUSTERED

    recipient: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    late: int
    due: int
    awaited: int
    open_files: int


class HabitsRow(SQLModel, table=True):
    """How a person wants to be told, as last chosen."""

    __tablename__ = "habits"

    person: str = Field(primary_key=True)
    data: dict[str, Any] = Field(sa_type=JSON)
    """What was chosen, in the form that `db.readers.people` writes."""
    noted_by: str
    noted_at: datetime


class AbsenceRow(SQLModel, table=True):
    """Days on which somebody is away; one taken back stays, with who did it and when."""

    __tablename__ = "absence"
    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="days"),
        # Who is away, and whether somebody already is on some day.
        partial("ix_absence_standing", "person", "first_day", where="cancelled_at IS NULL"),
    )

    id: int | None = Field(default=None, primary_key=True)
    person: str
    first_day: date
    last_day: date
    substitute: str | None = None
    noted_by: str
    noted_at: datetime
    cancelled_by: str | None = None
    cancelled_at: datetime | None = None


class HeartbeatRow(SQLModel, table=True):
    """The last sign of life of a service."""

    __tablename__ = "heartbeat"

    service: str = Field(primary_key=True)
    """`HOST:PID:…`, which no other service bears."""
    beat_at: datetime
    policy: str


class ReturnMailboxRow(SQLModel, table=True):
    """How far the return mailbox was read: one row, that of the mailbox that is read."""

    __tablename__ = "return_mailbox"

    name: str = Field(primary_key=True)
    """Who opens it, where, and which folder."""
    validity: int | None = Field(default=None, sa_type=BigInteger)
    uid: int | None = Field(default=None, sa_type=BigInteger)
    """Of the last message that was read, in that validity."""
    tried_at: datetime
    failing_since: datetime | None = None
    failure: str = Field(sa_type=Text)


class SendingEventRow(SQLModel, table=True):
    """What was decided about sending; append-only, the last one counts."""

    __tablename__ = "sending_event"
    __table_args__ = (
        one_of("what", "retenue", "confirmation", "remise", "reprise", "dedite"),
        one_of("cause", "horloge", "serveur", "silence"),
    )

    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    """What the clock read."""
    by: str
    what: str
    cause: str | None = None
    since: datetime | None = None
    """What that reading was compared with."""


reminder = table_of(ReminderRow)
outbox = table_of(Outbox)
letter = table_of(LetterRow)
outbox_event = table_of(OutboxEvent)
mail_return = table_of(ReturnRow)
notice = table_of(NoticeRow)
digest_figure = table_of(DigestFigure)
habits = table_of(HabitsRow)
absence = table_of(AbsenceRow)
heartbeat = table_of(HeartbeatRow)
return_mailbox = table_of(ReturnMailboxRow)
sending_event = table_of(SendingEventRow)
