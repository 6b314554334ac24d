"""The tables of imports: which there were, what each wrote of which file, how columns were read.

Used by `db.cases.imports`, as `db.schema.tables` is by the other stores. What an import wrote stays what
it wrote, whatever becomes of the file; a model is the last that was kept under its name.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, text
from sqlmodel import Field, SQLModel

from db.schema.columns import CLUSTERED, table_of


class ImportRunRow(SQLModel, table=True):
    """One table brought by somebody, from its first file on."""

    __tablename__ = "import_run"

    id: int | None = Field(default=None, primary_key=True)
    noted_by: str
    noted_at: datetime
    file: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    """Name of the table."""
    undone_by: str | None = None
    """Who took it back, when somebody did."""
    undone_at: datetime | None = None


class ImportToldRow(SQLModel, table=True):
    """What an import wrote of a file; the latest is what the next table is compared with."""

    __tablename__ = "import_told"
    __table_args__: ClassVar[Any] = CLUSTERED

    case_id: int = Field(primary_key=True, foreign_key="case_file.id", ondelete="RESTRICT")
    import_id: int = Field(primary_key=True, foreign_key="import_run.id", ondelete="RESTRICT")
    created: bool
    """True when the import opened the file."""
    seq: int
    """Version of the file that it left: nothing rests on the import while it has not moved."""
    told: dict[str, Any] = Field(sa_type=JSON)
    """Values by name, as the journal writes them; nothing restricted."""
    undone: int | None = None
    """Version of the file that taking the import back left; None while it stands."""


class ImportModelRow(SQLModel, table=True):
    """How a person read the columns of a table, kept under a name for the next one like it."""

    __tablename__ = "import_model"

    name: str = Field(primary_key=True)
    columns: dict[str, Any] = Field(sa_type=JSON)
    """By heading, what the column says; nothing for one that is not read."""
    noted_by: str
    noted_at: datetime


import_run = table_of(ImportRunRow)
import_told = table_of(ImportToldRow)
