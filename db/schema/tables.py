"""The tables of cases: one SQLModel class each, with the constraints and indexes that keep the promises.

Used by the stores (as SQLAlchemy Core tables) and by the test that compares them with what the
migrations build. Never handled as objects on the way of a case: rows are not domain values, and
table classes do not validate. A change here needs a migration in `db/migrations/versions`.

Nothing is ever deleted but facts, documents, hours and contracts that a person takes back, and the
sessions that a funder cancels: every foreign key is RESTRICT, so that no journal loses what it speaks of.

Why a person is eligible stands in `eligibility` and nowhere else: no list, no search, no journal.
One class a table, hence its length.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Index, String, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from db.schema.columns import CLUSTERED, one_of, partial, table_of
from workflow.worklist.worklist import NEVER

# References sort byte by byte everywhere: a page must not depend on the server's language.
_REF = String().with_variant(String(collation="C"), "postgresql")


def _never() -> Any:
    """Return the column of a day that may never come."""
    return Field(default=NEVER, sa_column_kwargs={"server_default": text("'9999-12-31'")})


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
        partial("ix_case_file_open_ref", "ref", where="is_open"),
        partial("ix_case_file_open_state", "state", "ref", where="is_open"),
        partial("ix_case_file_open_procedure", "procedure", "ref", where="is_open"),
        partial("ix_case_file_open_agency", "agency", "ref", where="is_open"),
        # With the agency: how many cases each has is counted without reading them.
        partial("ix_case_file_open_owner", "owner", "ref", "agency", "is_open", where="is_open"),
        # What staff work through (`db.worklist.pages`): every place of the list is reached, and its groups
        # are counted, without reading a file; SQLite asks to see `is_open` for that.
        partial(
            "ix_case_file_open_act_on",
            *("act_on", "strict_on", "id", "chase_on", "opens_on"),
            *("agency", "owner", "procedure", "funder", "is_open", "law_on", "worth"),
            where="is_open",
        ),
        # The same within an agency.
        partial(
            "ix_case_file_open_agency_act_on",
            *("agency", "act_on", "strict_on", "id", "chase_on", "opens_on"),
            *("owner", "procedure", "funder", "is_open", "law_on", "worth"),
            where="is_open",
        ),
        partial(
            "ix_case_file_open_chase_on",
            *("chase_on", "id", "act_on", "opens_on", "is_open"),
            where="is_open",
        ),
        partial(
            "ix_case_file_open_opens_on",
            *("opens_on", "id", "act_on", "chase_on", "is_open"),
            where="is_open",
        ),
        # A group, and every group, without reading the files of none.
        partial("ix_case_file_cohort", "cohort", "ref", where="cohort IS NOT NULL"),
        # The files of a party, seen together.
        *(
            partial(f"ix_case_file_{kind}", kind, "ref", where=f"{kind} IS NOT NULL")
            for kind in ("organisation", "client", "beneficiary")
        ),
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
    """Reference, title and numbers without case or accents, for the search (`workflow.text.folding`)."""
    state: str
    is_open: bool
    """False in a final state."""
    version: int
    opened_at: datetime
    # Last, where a migration can add it without copying the table.
    alerts: list[list[str]] = Field(sa_type=JSON, sa_column_kwargs={"server_default": text("'[]'")})
    """What does not conform whatever the dates; says nothing restricted."""
    stake: str | None = None
    """Euros that missing a date would lose, as decimal text like every exact number."""
    # The most pressing of its open deadlines, by which open cases are listed (`db.worklist.pages`).
    act_on: date = _never()
    """Day of the next act that is the agency's own; `NEVER` when none is awaited, as for what follows."""
    strict_on: date = _never()
    """First day that is the last one that the law leaves for an act of the agency's own."""
    opens_on: date = _never()
    """First day on which it may be done."""
    chase_on: date = _never()
    """Day on which to chase the next reply that somebody else owes."""
    law_on: date = _never()
    """Day of the next act of the agency's own that the law asks."""
    worth: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    """Whole euros of the stake: files of one day are listed by it."""
    estimated: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    """True when the stake is the usual one of the procedure."""
    cohort: str | None = None
    """Name of the group of people who follow the same training session."""
    # Its parties (`db.schema.party_tables`), of which none is ever deleted: SQLite adds no reference to a
    # table without copying it.
    organisation: int | None = None
    client: int | None = None
    beneficiary: int | None = None


class Fact(SQLModel, table=True):
    """The present value of a fact."""

    __tablename__ = "fact"
    __table_args__ = (
        one_of("type", "date", "instant", "entier", "booleen", "texte", "nombre", "choix"),
        CLUSTERED,
    )

    case_id: int = Field(primary_key=True, foreign_key="case_file.id", ondelete="RESTRICT")
    name: str = Field(primary_key=True)
    type: str
    value: str


class DocumentCheck(SQLModel, table=True):
    """How far a document has come."""

    __tablename__ = "document_check"
    __table_args__ = (
        one_of("status", "a_obtenir", "demande", "recu", "verifie", "transmis"),
        CLUSTERED,
    )

    case_id: int = Field(primary_key=True, foreign_key="case_file.id", ondelete="RESTRICT")
    document: str = Field(primary_key=True)
    status_on: date
    """Day of the status."""
    noted_by: str
    status: str
    kept_at: str
    """Where it is kept, empty when nobody said."""
    # Last, where a migration can add it without copying the table.
    says: dict[str, str] = Field(sa_type=JSON, sa_column_kwargs={"server_default": text("'{}'")})
    """By fact, what it says, as `workflow.wording.codec` writes it."""
    file: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    """The file that is kept with it: its digest, name and size."""
    expires_on: date | None = None
    """Last day on which it is worth something."""


class HoursLineRow(SQLModel, table=True):
    """A line of the ledger of hours."""

    __tablename__ = "hours_line"
    __table_args__ = (one_of("kind", "formation", "mission", "bilan"), CLUSTERED)

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
    __table_args__: ClassVar[Any] = CLUSTERED

    case_id: int = Field(primary_key=True, foreign_key="case_file.id", ondelete="RESTRICT")
    number: int = Field(primary_key=True)
    type: str
    employer: str
    first_day: date
    last_day: date
    hours: str | None = None
    """As decimal text, like every number of hours."""
    place: str


class MoneyLineRow(SQLModel, table=True):
    """A claim sent to a payer, or a payment received from one."""

    __tablename__ = "money_line"
    __table_args__ = (one_of("kind", "demande", "versement"), CLUSTERED)

    case_id: int = Field(primary_key=True, foreign_key="case_file.id", ondelete="RESTRICT")
    number: int = Field(primary_key=True)
    kind: str
    day: date
    payer: str
    amount: str
    """Euros as decimal text, like every exact number."""
    month: date | None = None
    """First day of the month that it is about."""
    reference: str
    note: str


class EligibilityRow(SQLModel, table=True):
    """Why a person is eligible, each time it was noted; the latest is the one that counts.

    Append-only and restricted: read with a case by its key, or not at all.
    """

    __tablename__ = "eligibility"
    __table_args__: ClassVar[Any] = CLUSTERED

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
        one_of(
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
            "argent",
            "recalcul",
            "report",
            "relance",
            "lettre",
        ),
        # What was written since yesterday, in the order in which it was.
        Index("ix_journal_recorded_at", "recorded_at", "case_id", "seq"),
        # The entries of a case lie together: reading its history touches a page or two.
        CLUSTERED,
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


case_file = table_of(CaseFile)
fact = table_of(Fact)
document_check = table_of(DocumentCheck)
hours_line = table_of(HoursLineRow)
contract = table_of(ContractRow)
money_line = table_of(MoneyLineRow)
eligibility = table_of(EligibilityRow)
consultation = table_of(ConsultationRow)
journal = table_of(Journal)
