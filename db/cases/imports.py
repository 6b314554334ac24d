"""What imports wrote of files, written with them and read when a table comes again.

Implements `workflow.ports.imports.ImportLedger`; `note` is called by `db.cases.store`, in the
transaction that writes the files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, Integer, String, bindparam, func, insert, select, update

from db.cases import statements
from db.connection.engine import Database, reading
from db.connection.prepared import PreparedStatements
from db.connection.sessions import session_reading, session_writing
from db.schema.import_tables import ImportModelRow, import_run, import_told
from db.schema.tables import case_file
from workflow.errors import Conflict, NotFound
from workflow.ports.imports import (
    EnteredFile,
    ImportedFiles,
    ImportRun,
    PastImport,
    Told,
    UndoneFiles,
)
from workflow.text import french

_LAST: Final = (
    select(import_told.c.told)
    .join(case_file, case_file.c.id == import_told.c.case_id)
    .where(case_file.c.ref == bindparam("known_ref", type_=String), import_told.c.undone.is_(None))
    .order_by(import_told.c.import_id.desc())
    .limit(1)
)
_FILES: Final = (
    select(
        case_file.c.ref,
        case_file.c.title,
        import_told.c.created,
        import_told.c.seq.label("version"),
        case_file.c.version.label("now"),
    )
    .join(case_file, case_file.c.id == import_told.c.case_id)
    .where(import_told.c.undone.is_(None))
    .order_by(case_file.c.ref)
)
_WITHDRAWN: Final = (
    select(case_file.c.ref)
    .join(import_told, import_told.c.case_id == case_file.c.id)
    .where(import_told.c.created, import_told.c.undone == case_file.c.version)
)
_UNDO: Final = (
    update(import_told)
    .where(
        import_told.c.import_id == bindparam("number", type_=Integer),
        import_told.c.case_id
        == select(case_file.c.id)
        .where(case_file.c.ref == bindparam("known_ref", type_=String))
        .scalar_subquery(),
    )
    .values(undone=bindparam("left_at", type_=Integer))
)
_STANDS_AGAIN: Final = (
    update(import_told)
    .where(
        import_told.c.seq == bindparam("before", type_=Integer),
        import_told.c.undone.is_(None),
        import_told.c.case_id
        == select(case_file.c.id)
        .where(case_file.c.ref == bindparam("known_ref", type_=String))
        .scalar_subquery(),
    )
    .values(seq=bindparam("left_at", type_=Integer))
)
_PAST: Final = (
    select(
        import_run,
        func.count().filter(import_told.c.created).label("created"),
        func.count().label("files"),
        func.count(import_told.c.undone).label("undone"),
    )
    .join(import_told, import_told.c.import_id == import_run.c.id)
    .group_by(import_run.c.id)
    .order_by(import_run.c.id.desc())
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


@cache
def _begin(dialect: str) -> Any:
    """Return the statement that notes an import, and nothing where its number is taken."""
    return (
        statements.insert(dialect, import_run).on_conflict_do_nothing().returning(import_run.c.id)
    )


class SqlImportLedger:
    """The imports of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._prepared = PreparedStatements()

    def next_number(self) -> int:
        """Return the number that a new import would have."""
        with reading(self._database) as connection:
            return (connection.scalar(select(func.max(import_run.c.id))) or 0) + 1

    def import_of(self, number: int) -> PastImport:
        """Return an import; raises `NotFound` when there is none of that number."""
        with reading(self._database) as connection:
            found = connection.execute(_PAST.where(import_run.c.id == number)).first()
        if found is None:
            raise NotFound(f"Il n’y a pas d’import n°{french.NBSP}{number}.")
        return _past(found)

    def files_of(self, number: int) -> Sequence[EnteredFile]:
        """Return the files of an import that are not taken back, by reference."""
        with reading(self._database) as connection:
            rows = connection.execute(_FILES.where(import_told.c.import_id == number))
            return [EnteredFile(*row) for row in rows]

    def withdrawn(self) -> frozenset[str]:
        """Return the references of files that an import opened, and that went with it."""
        with reading(self._database) as connection:
            return frozenset(connection.scalars(_WITHDRAWN))

    def past(self) -> Sequence[PastImport]:
        """Return the imports, the latest first."""
        with reading(self._database) as connection:
            return [_past(row) for row in self._prepared.read(connection, _PAST, {})]

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

    def models(self) -> tuple[str, ...]:
        """Return the names under which columns were kept, in order."""
        with session_reading(self._database) as session:
            return tuple(sorted(one.name for one in session.scalars(select(ImportModelRow))))

    def keep_model(self, name: str, columns: Mapping[str, str], run: ImportRun) -> None:
        """Keep how columns were read under a name, in place of what was, or raise `OutOfReach`."""
        with session_writing(self._database) as session:
            row = ImportModelRow(name=name, columns=dict(columns), noted_by=run.by, noted_at=run.at)
            session.merge(row)


def _past(row: Any) -> PastImport:
    undone = None if row.undone_by is None else ImportRun(row.undone_by, row.undone_at, row.file)
    return PastImport(
        row.id,
        ImportRun(row.noted_by, row.noted_at, row.file),
        row.created,
        row.files - row.created,
        undone,
        row.files - row.undone if undone else 0,
    )


def note(connection: Connection, imported: ImportedFiles | UndoneFiles) -> None:
    """Write what an import wrote of some files, which are written already, or that it is taken back.

    Raises:
        Conflict: another import took its number.
    """
    if isinstance(imported, UndoneFiles):
        _note_undone(connection, imported)
        return
    if (run := imported.begins) is not None:
        row = {
            "id": imported.number, "noted_by": run.by, "noted_at": run.at, "file": run.file,
        }  # fmt: skip
        if connection.execute(_begin(connection.dialect.name), row).first() is None:
            raise Conflict("Un autre import vient de commencer : relancez la commande.")
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


def _note_undone(connection: Connection, undone: UndoneFiles) -> None:
    run, begins = undone.run, import_run.c.undone_by.is_(None)
    connection.execute(
        update(import_run)
        .where(import_run.c.id == undone.number, begins)
        .values(undone_by=run.by, undone_at=run.at)
    )
    for one in undone.files:
        parts = {"known_ref": one.ref, "left_at": one.version}
        connection.execute(_UNDO, {**parts, "number": undone.number})
        if one.before:
            connection.execute(_STANDS_AGAIN, {**parts, "before": one.before})
