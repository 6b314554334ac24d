"""That migrations build the schema the program was written for, whole or not at all."""

from __future__ import annotations

import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from db import schema, tables
from db.engine import open_engine, reading, writing
from db.failures import sqlite_path
from db.schema import SchemaState, require_current, schema_state, upgrade
from db.store import SqlCaseStore
from notifications.ports import MessageKind
from tests.support.cases import MorningsBefore, a_case, is_final, opening
from workflow.case import EntryKind
from workflow.errors import OutOfReach
from workflow.procedure import FactType

# Where SQLAlchemy cannot read an index back, the words of the database are compared instead
# (test_migrations_build_every_constraint_and_index): a table rebuilt without it would be seen.
UNREAD_INDEX = pytest.mark.filterwarnings("ignore:.*expression-based index")

ROOT = Path(schema.__file__).parents[1]
MIGRATIONS = ROOT / "db" / "migrations"

NewEngine = Callable[[], Engine]


@pytest.fixture
def new_engine(new_database_url: Callable[[], str]) -> Iterator[NewEngine]:
    """Return what opens one more database that no migration has seen."""
    engines: list[Engine] = []

    def create() -> Engine:
        engines.append(open_engine(new_database_url()))
        return engines[-1]

    yield create
    for engine in engines:
        engine.dispose()


def definitions(engine: Engine) -> dict[str, str]:
    """Return every column, constraint and index as the database itself words it."""
    words = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL",
        "postgresql": """
            SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
            WHERE connamespace = 'public'::regnamespace
            UNION ALL SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
            UNION ALL SELECT table_name || '.' || column_name,
                concat_ws(' ', ordinal_position, data_type, is_nullable, collation_name)
            FROM information_schema.columns WHERE table_schema = 'public'
        """,
    }
    with reading(engine) as connection:
        found = connection.execute(text(words[engine.dialect.name])).all()
    ours = {name: " ".join(said.split()) for name, said in found}
    return {name: said for name, said in ours.items() if not name.startswith("alembic_version")}


def table_names(engine: Engine) -> set[str]:
    """Return the tables of a database."""
    with reading(engine) as connection:
        return set(inspect(connection).get_table_names())


@UNREAD_INDEX
def test_migrations_build_what_the_tables_say(engine: Engine) -> None:
    """Alembic sees no difference between the migrated database and the table classes."""
    with reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_migrations_build_every_constraint_and_index(new_engine: NewEngine) -> None:
    """Checks, foreign keys and partial indexes are, word for word, those of the table classes."""
    migrated, declared = new_engine(), new_engine()
    upgrade(migrated)
    if path := sqlite_path(declared.url):
        path.parent.mkdir()
        path.touch()
    with writing(declared) as connection:
        SQLModel.metadata.create_all(connection)
    found = definitions(migrated)
    assert found == definitions(declared)
    assert {"ck_deadline_silent", "ix_deadline_due"} <= set(found) | _checks(found)


def _checks(found: dict[str, str]) -> set[str]:
    """Return the constraints that SQLite words inside their table."""
    return {word for said in found.values() for word in said.split() if word.startswith("ck_")}


def test_a_new_database_goes_from_absent_to_current(new_engine: NewEngine) -> None:
    """Before the first migration a database is absent; after it, current; again changes nothing."""
    engine = new_engine()
    assert (schema_state(engine), schema.current(engine)) == (SchemaState.ABSENT, None)
    upgrade(engine)
    before = definitions(engine)
    upgrade(engine)
    require_current(engine)
    assert (schema_state(engine), schema.current(engine)) == (SchemaState.CURRENT, schema.HEAD)
    assert definitions(engine) == before


def test_asking_for_the_state_creates_nothing(tmp_path: Path) -> None:
    """Looking at a SQLite database that is not there leaves it so."""
    engine = open_engine(f"sqlite:///{tmp_path / 'absente.db'}")
    assert schema_state(engine) is SchemaState.ABSENT
    assert list(tmp_path.iterdir()) == []


def test_a_new_file_is_its_owners_alone(tmp_path: Path) -> None:
    """Nobody else on the machine reads the cases, whatever the usual rights of new files."""
    engine = open_engine(f"sqlite:///{tmp_path / 'dossiers' / 'e.db'}")
    upgrade(engine)
    SqlCaseStore(engine, MorningsBefore(), is_final).save(opening(a_case()))
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "dossiers").iterdir()}
    assert modes == {0o600}
    engine.dispose()


def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    """A file in the way of the folder gives a sentence, not a traceback."""
    (tmp_path / "dossiers").write_text("occupé", encoding="utf-8")
    engine = open_engine(f"sqlite:///{tmp_path / 'dossiers' / 'e.db'}")
    with pytest.raises(OutOfReach, match="ne peut pas être créé"):
        upgrade(engine)


UPGRADE = """
import sys
from db.engine import open_engine
from db.schema import upgrade
engine = open_engine(sys.argv[1])
upgrade(engine)
engine.dispose()
"""


def test_two_programs_may_upgrade_at_once(new_database_url: Callable[[], str]) -> None:
    """Whoever comes second waits, then finds nothing to do."""
    url = new_database_url()
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", UPGRADE, url], cwd=ROOT, stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    assert [program.communicate(timeout=120)[1] for program in programs] == ["", ""]
    engine = open_engine(url)
    assert schema_state(engine) is SchemaState.CURRENT
    engine.dispose()


@pytest.mark.parametrize("lost", ["DELETE FROM alembic_version", "DROP TABLE alembic_version"])
def test_tables_without_a_version_are_left_alone(engine: Engine, lost: str) -> None:
    """A base that lost the mark of its version is neither taken for a new one nor written."""
    with writing(engine) as connection:
        connection.execute(text(lost))
    before = definitions(engine)
    for use in (schema_state, require_current, upgrade):
        with pytest.raises(OutOfReach, match="restaurez une sauvegarde, ou choisissez un autre"):
            use(engine)
    assert definitions(engine) == before


def _first_program(engine: Engine) -> None:
    """Take a database back to the first schema."""
    with writing(engine) as connection:
        connection.execute(text("DROP INDEX uq_case_file_ref_lower"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        connection.execute(text("UPDATE case_file SET series = lower(series)"))


def test_older_references_lose_their_capitals(engine: Engine) -> None:
    """A database of the first schema is brought to the one where capitals do not tell cases apart."""
    store, built = SqlCaseStore(engine, MorningsBefore(), is_final), definitions(engine)
    store.save(opening(a_case("CIPI-2026-0004")))
    _first_program(engine)
    upgrade(engine)
    assert definitions(engine) == built
    assert store.next_ref("CIPI", 2026) == "CIPI-2026-0005"


def test_twin_references_stop_the_migration(engine: Engine) -> None:
    """Two cases that only capitals tell apart are named, and the database stays as it was."""
    store = SqlCaseStore(engine, MorningsBefore(), is_final)
    _first_program(engine)
    for ref in ("HTML-1", "html-1"):
        store.save(opening(a_case(ref)))
    with pytest.raises(OutOfReach, match="« HTML-1 » et « html-1 »"):
        upgrade(engine)
    assert schema.current(engine) == "0001"


BROKEN_MIGRATION = '''
"""A migration that changes much, then fails."""
import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade():
    op.create_table("nouvelle", sa.Column("id", sa.Integer, primary_key=True))
    op.add_column("case_file", sa.Column("nouveau", sa.String()))
    op.execute("UPDATE case_file SET title = 'perdu'")
    op.execute("DELETE FROM fact")
    op.execute("SELECT * FROM {missing}")
'''


def _later_program(monkeypatch: pytest.MonkeyPatch, folder: Path, migration: str) -> None:
    """Make this program one that knows one more migration."""
    later = folder / "migrations"
    (later / "versions").mkdir(parents=True)
    for path in MIGRATIONS.rglob("*.py"):
        copy = later / path.relative_to(MIGRATIONS)
        copy.write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    (later / "versions" / "0003_later.py").write_text(migration, encoding="utf-8")
    monkeypatch.setattr(schema, "__file__", str(folder / "schema.py"))
    monkeypatch.setattr(schema, "REVISIONS", ("0001", "0002", "0003"))
    monkeypatch.setattr(schema, "HEAD", "0003")


def test_a_failed_migration_leaves_the_database_as_it_was(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Tables, rows and version are untouched when a migration fails half-way."""
    store = SqlCaseStore(engine, MorningsBefore(), is_final)
    case = a_case()
    store.save(opening(case))
    before = definitions(engine)
    _later_program(monkeypatch, tmp_path, BROKEN_MIGRATION.format(missing="absente"))
    assert schema_state(engine) is SchemaState.OLDER
    with pytest.raises(OutOfReach, match="date d’une version précédente"):
        require_current(engine)
    with pytest.raises(Exception, match=r"absente|n’est pas prête"):
        upgrade(engine)
    assert definitions(engine) == before
    assert schema.current(engine) == "0002"
    assert store.load(case.ref) == case


REBUILDING_MIGRATION = '''
"""A migration that SQLite can only do by copying a table that others refer to."""
import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade():
    with op.batch_alter_table("case_file") as batch:
        batch.alter_column("title", new_column_name="libelle", existing_type=sa.String())
'''


@UNREAD_INDEX
def test_a_table_that_others_refer_to_can_be_rebuilt(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A later migration may change the table of cases: nothing refers to a row that is lost."""
    SqlCaseStore(engine, MorningsBefore(), is_final).save(opening(a_case()))
    _later_program(monkeypatch, tmp_path, REBUILDING_MIGRATION)
    upgrade(engine)
    with reading(engine) as connection:
        found = connection.execute(
            text("SELECT libelle FROM case_file JOIN deadline ON case_id = case_file.id")
        )
        assert found.scalars().all() == [a_case().title] * 2
    with pytest.raises(IntegrityError), writing(engine) as connection:
        connection.execute(text("DELETE FROM case_file"))


def test_the_program_knows_its_migrations() -> None:
    """The list that is read at start without Alembic is the list of the scripts."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    found = [script.revision for script in scripts.walk_revisions()]
    assert tuple(reversed(found)) == schema.REVISIONS
    assert scripts.get_heads() == [schema.HEAD]


def test_there_is_no_way_back() -> None:
    """A migration refuses to be undone, and says what to do instead."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    for script in scripts.walk_revisions():
        with pytest.raises(OutOfReach, match="sauvegarde"):
            script.module.downgrade()


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("ck_fact_type", FactType),
        ("ck_journal_kind", EntryKind),
        ("ck_outbox_kind", MessageKind),
        ("ck_deadline_status", tables.DeadlineStatus),
    ],
)
def test_enumerations_are_those_of_the_core(constraint: str, values: type) -> None:
    """A kind added to the core and not to the tables would be refused only in production."""
    found = next(
        str(check.sqltext)  # type: ignore[attr-defined]
        for table in SQLModel.metadata.sorted_tables
        for check in table.constraints
        if check.name == constraint
    )
    expected = ", ".join(f"'{value}'" for value in values)  # type: ignore[attr-defined]
    assert found.endswith(f" IN ({expected})")


def test_upgrading_writes_nothing_to_the_terminal(
    new_engine: NewEngine, capfd: pytest.CaptureFixture[str]
) -> None:
    """Alembic keeps silent: what a person reads is the command's to say."""
    upgrade(new_engine())
    assert capfd.readouterr() == ("", "")
