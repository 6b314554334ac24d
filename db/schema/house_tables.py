"""The tables of what is known beside any case: sessions of funders, and what the house was answered.

Used by their stores as `db.schema.tables` is by that of cases, under the same rules.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlmodel import Field, SQLModel

from db.schema.columns import CLUSTERED, table_of


class CommissionRow(SQLModel, table=True):
    """A session of a funder's commission; the key is how a calendar is read, by date."""

    __tablename__ = "commission"
    __table_args__: ClassVar[Any] = CLUSTERED

    procedure: str = Field(primary_key=True)
    funder: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    cutoff: date | None = None
    """Last day on which the session takes files, when the funder publishes one."""
    label: str
    noted_by: str


class ConfirmationRow(SQLModel, table=True):
    """What the house was answered about a doubt of the rules; append-only, the last of a doubt counts."""

    __tablename__ = "confirmation"

    id: int | None = Field(default=None, primary_key=True)
    doubt: str
    value: str
    answered_on: date
    until: date | None = None
    answer: str
    noted_by: str
    noted_at: datetime
    withdrawn: bool


commission = table_of(CommissionRow)
