"""The tables of parties: training organisations, clients and beneficiaries, and who wrote what of them.

Used by `db.parties.store`. Like `db.schema.tables`: nothing is ever deleted, a change here needs a migration.
No ground of eligibility stands here, nor any number of social security.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Index, text
from sqlmodel import Field, SQLModel

from db.schema.columns import CLUSTERED, one_of, partial, table_of

_STANDS = text("merged_into IS NULL")


class PartyRow(SQLModel, table=True):
    """A party as last written."""

    __tablename__ = "party"
    __table_args__ = (
        one_of("kind", "organisation", "client", "beneficiary"),
        # One for each SIRET, whoever writes at once; none for those that have no SIRET.
        Index(
            "uq_party_siret",
            *("kind", "siret"),
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
        # Whoever bears a name.
        Index("ix_party_same_name", "kind", "same_name"),
        partial("ix_party_merged_into", "merged_into", where="merged_into IS NOT NULL"),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    name: str
    same_name: str
    """Its name as names are compared (`workflow.case.parties`)."""
    folded: str
    """Every name that it bore and its numbers, for the search."""
    siret: str | None = None
    known: dict[str, str] = Field(sa_type=JSON)
    """What is known beside its name, by field, as `workflow.wording.codec` writes it."""
    contacts: list[list[str]] = Field(sa_type=JSON)
    """Name, role, address and telephone number of each."""
    merged_into: int | None = Field(default=None, foreign_key="party.id", ondelete="RESTRICT")
    version: int


class PartyEntryRow(SQLModel, table=True):
    """A line of the journal of a party; append-only."""

    __tablename__ = "party_entry"
    __table_args__: ClassVar[Any] = CLUSTERED

    party_id: int = Field(primary_key=True, foreign_key="party.id", ondelete="RESTRICT")
    seq: int = Field(primary_key=True)
    recorded_at: datetime
    author: str
    changes: list[list[str | None]] = Field(sa_type=JSON)
    """Name, value before and after of each."""


party = table_of(PartyRow)
party_entry = table_of(PartyEntryRow)
