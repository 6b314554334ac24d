"""What imports wrote of files, written with them and read when a table comes again.

Implements `workflow.usecases.ports.ImportLedger`; `note` is called by `db.cases.store`, in the transaction
that writes the files.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection, Integer, String, bindparam, insert, select

from db.connection.engine import Database, reading
from db.connection.prepared import PreparedStatements
from db.connection.sessions import session_reading, session_writing
from db.schema.import_tables import ImportModelRow, ImportRunRow, import_told
from db.schema.tables import case_file
from workflow.usecases.ports import ImportedFiles, ImportRun, Told

_LAST: Final = (
    select(import_told.c.told)
    .join(case_file, case_file.c.id == import_told.c.case_id)
    .where(case_file.c.ref == bindparam("known_ref", type_=String))
    .order_by(import_told.c.import_id.desc())
    .limit(1)
)
_NOTE: Final = insert(import_told).from_select(
    ["case_id", "import_id", "created", "seq", "told"],
    select(
        case_file.c.id,
        bindparam("number", type_=Integer),
        bindparam("opened", type_=import_told.c.created.type),
        bindparam("version", type_=Integer),
        bindparam("known_told", type_=import_told.c.told.type),
    ).where(case_file.c.ref == bindparam("known_ref", type_=String)),
)


class SqlImportLedger:
    """The imports of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._prepared = PreparedStatements()

    def begin(self, run: ImportRun) -> int:
        """Return the number of a new import, or raise `OutOfReach`."""
        with session_writing(self._database) as session:
            row = ImportRunRow(noted_by=run.by, noted_at=run.at)
            session.add(row)
            session.flush()
            return row.id or 0

    def last_told(self, ref: str) -> Told:
        """Return what the last import wrote of a file, nothing when none did."""
        with reading(self._database) as connection:
            found = self._prepared.read(connection, _LAST, {"known_ref": ref})
        return found[0].told if found else {}

    def model(self, name: str) -> Mapping[str, str]:
        """Return how columns were read under a name, nothing when nobody kept any."""
        with session_reading(self._database) as session:
            found = session.get(ImportModelRow, name)
            return dict(found.columns) if found else {}

    def keep_model(self, name: str, columns: Mapping[str, str], run: ImportRun) -> None:
        """Keep how columns were read under a name, in place of what was, or raise `OutOfReach`."""
        with session_writing(self._database) as session:
            row = ImportModelRow(name=name, columns=dict(columns), noted_by=run.by, noted_at=run.at)
            session.merge(row)


def note(connection: Connection, imported: ImportedFiles) -> None:
    """Write what an import wrote of some files, which are written already."""
    changes = [
        {
            "known_ref": one.ref,
            "number": imported.number,
            "opened": one.created,
            "version": one.version,
            "known_told": dict(one.told),
        }
        for one in imported.files
    ]
    if changes:
        connection.execute(_NOTE, changes)
