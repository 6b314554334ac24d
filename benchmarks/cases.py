"""What an act costs as the agency grows: from a thousand cases to a hundred thousand, on this disk.

Run by `make bench`, or `python -m benchmarks.cases` (`--quick` for a small trial). Each database is
real: the migrations build it, the machine computes its deadlines, SQLite confirms every commit. A
bare commit of as many rows is timed beside it, so that our time can be told from the disk's.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from db.cases import mapping, row_changes
from db.cases.store import SqlCaseStore
from db.connection.engine import open_engine, writing
from db.mail.store import SqlNotificationStore
from db.schema import deadline_tables, tables
from db.schema.version import upgrade
from notifications.model.policy import ReminderPolicy
from notifications.schedule.planning import Planner
from workflow.calendar.calendars import calendar
from workflow.case.case import Case, EntryKind, Outcome
from workflow.case.people import Agency, Directory, Person
from workflow.papers.folder import PaperFolder
from workflow.ports.stores import CaseQuery
from workflow.rulefiles.rulebook import load_rulebook
from workflow.text.folding import searchable
from workflow.usecases.cases import CaseService

SIZES = (1_000, 10_000, 100_000)
DEADLINES = 1_000_000
AGENCIES, PEOPLE = 50, 500
NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
START = date(2027, 1, 18)
PARIS = ZoneInfo("Europe/Paris")
ACTS = 400
"""Acts timed at each size, after as many that are not."""
CHUNK = 1_000
Row = dict[str, Any]
Vary = Callable[[int, Row, Sequence[Row]], tuple[Row, Sequence[Row]]]
SETTINGS = {
    "heures_par_jour": 7,
    "presences_jours_ouvres": 5,
    "surcout_jours_ouvres": 10,
    "relance_paiement_jours_ouvres": 20,
    "remise_documents_jours_ouvres": 10,
    "renouvellement_preuve_jours_ouvres": 20,
}


def directory() -> Directory:
    """Return fifty agencies and five hundred people."""
    houses = [
        Agency(f"a{n}", f"Agence {n}", f"a{n}@ett.test", "FR", PARIS) for n in range(AGENCIES)
    ]
    people = [
        Person(f"p{n}", f"Personne {n}", f"p{n}@ett.test", f"a{n % AGENCIES}")
        for n in range(PEOPLE)
    ]
    return Directory({house.id: house for house in houses}, {one.id: one for one in people})


class Timed(SqlCaseStore):
    """The store itself, with the time spent in it, and the part of it spent computing."""

    spent = 0.0
    computed = 0.0

    @contextmanager
    def _watch(self) -> Iterator[None]:
        begin, busy = perf_counter(), process_time()
        yield
        self.spent += perf_counter() - begin
        self.computed += process_time() - busy

    def load(self, ref: str) -> Case:
        """Read a case, on the watch."""
        with self._watch():
            return super().load(ref)

    def save(self, outcome: Outcome) -> None:
        """Write an outcome, on the watch."""
        with self._watch():
            super().save(outcome)


class House:
    """A database, and the service on it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.engine = open_engine(f"sqlite:///{path}")
        self.rulebook, people = load_rulebook(), directory()
        self.planner = Planner(
            ReminderPolicy(),
            dict.fromkeys(people.agencies, calendar("FR")),
            dict.fromkeys(people.agencies, PARIS),
        )
        self.store = Timed(self.engine, self.planner, self.is_final)
        self.service = CaseService(
            rulebook=self.rulebook,
            store=self.store,
            directory=people,
            closures=lambda _agency: (),
            settings=SETTINGS,
            clock=lambda: NOW,
            papers=PaperFolder(path.with_name("pieces"), 20),
        )

    def is_final(self, case: Case) -> bool:
        """Tell whether a case is closed, as its procedure says."""
        return self.rulebook.procedure(case.procedure).states[case.state].final

    def rows_of(self, outcome: Outcome) -> row_changes.Writes:
        """Return what an outcome writes."""
        return row_changes.writes(outcome, self.planner, self.is_final)

    def template(self) -> Outcome:
        """Return the opening of a case, as the machine computes it."""
        facts = {"demarrage_formation": START.isoformat()}
        return self.service.open(
            "cipi", facts, by="p0", agency="a0", owner="p0", title="Durand, cariste", ref="MODELE"
        )


def fill(
    house: House,
    count: int,
    advance: Callable[[int], object],
    vary: Vary | None = None,
) -> None:
    """Open cases in bulk, each with its journal, documents, hours, restricted part and deadlines.

    Args:
        house: an empty database.
        count: how many cases.
        advance: told how many more are there.
        vary: given the key of a case, its row and those of its deadlines, gives others.
    """
    opening = house.template()
    entry = opening.entry
    journal = [
        mapping.entry_row(
            replace(entry, seq=seq, kind=EntryKind.DOCUMENT, state_from=entry.state_to)
        )
        for seq in (2, 3, 4)
    ]
    opening = replace(opening, after=replace(opening.after, version=4))
    # Rows of the template: everything but the key, the reference and whose it is.
    model = house.rows_of(opening)
    held = _held(house)
    for first in range(1, count + 1, CHUNK):
        keys = range(first, min(first + CHUNK, count + 1))
        made = [_made(model, key, vary or _spread) for key in keys]
        batches: list[tuple[Any, list[Row]]] = [
            (tables.case_file, [case for case, _ in made]),
            *(
                (table, [{"case_id": key, **row} for key in keys for row in models])
                for table, models in (
                    (tables.fact, model.facts),
                    *held.items(),
                    (tables.journal, [model.entry, *journal]),
                )
            ),
            (deadline_tables.deadline, [row for _, deadlines in made for row in deadlines]),
        ]
        with writing(house.engine) as connection:
            for table, values in batches:
                connection.execute(table.insert(), values)
        advance(len(keys))


def _held(house: House) -> dict[Any, list[dict[str, Any]]]:
    """Return what every case holds beside its facts, by table."""
    paper = {"status": "recu", "status_on": NOW.date(), "noted_by": "p0", "kept_at": "classeur"}
    days = {"first_day": NOW.date(), "last_day": START}
    line = {**days, "planned": "73.50", "done": None, "place": ""}
    rules = house.rulebook.procedure("cipi").eligibility
    assert rules is not None
    noted = {"ground": next(iter(rules.grounds)), "answers": {}, "proof": "", "kept_at": ""}
    names, kinds = ("infos_salarie", "programme_formation"), ("formation", "mission")
    return {
        tables.document_check: [{"document": name, **paper} for name in names],
        tables.hours_line: [{"number": n, "kind": kind, **line} for n, kind in enumerate(kinds, 1)],
        tables.eligibility: [{"seq": 4, "noted_by": "p0", "recorded_at": NOW, "data": noted}],
    }


def _case(model: dict[str, Any], key: int) -> dict[str, Any]:
    ref = f"CIPI-2026-{key:04}"
    series, number = mapping.numbered(ref)
    owner = key % PEOPLE
    return model | {
        "id": key,
        "ref": ref,
        "series": series,
        "number": number,
        "owner": f"p{owner}",
        "agency": f"a{owner % AGENCIES}",
        "folded": searchable(ref, "Durand, cariste"),
    }


def _made(model: row_changes.Writes, key: int, vary: Vary) -> tuple[Row, list[Row]]:
    """Return the rows of a case and of its deadlines."""
    case, deadlines = vary(key, _case(model.case, key), model.deadlines)
    return case, [row | {"case_id": key} for row in deadlines]


def _spread(key: int, case: Row, deadlines: Sequence[Row]) -> tuple[Row, Sequence[Row]]:
    """Return the same some days later, so that not all falls on one day."""
    later = timedelta(days=key % 365)
    return case | {"act_on": case["act_on"] + later}, [
        row | {
            "act_on": row["act_on"] + later,
            "next_reminder_at": row["next_reminder_at"] and row["next_reminder_at"] + later,
        }
        for row in deadlines
    ]  # fmt: skip


class Times(Struct, frozen=True):
    """The times of one operation, in milliseconds."""

    median: float
    p90: float

    @classmethod
    def of(cls, seconds: list[float]) -> Times:
        """Sum up times given in seconds."""
        return cls(median(seconds) * 1e3, quantiles(seconds, n=10)[-1] * 1e3)

    def __str__(self) -> str:
        return f"{self.median:.2f} / {self.p90:.2f}"


def timed(act: Callable[[], object], times: int) -> Times:
    """Do an act many times and sum up."""
    spent = []
    for _ in range(times):
        begin = perf_counter()
        act()
        spent.append(perf_counter() - begin)
    return Times.of(spent)


class Advances(Struct, frozen=True):
    """What it takes to advance a case, and what the disk asks at the same moment."""

    store: Times
    computed: Times
    whole: Times
    bare: Times


def advances(house: House, count: int, bare: Callable[[], object]) -> Advances:
    """Advance cases spread over the whole base, each beside a bare commit on the same disk."""
    acts = min(2 * ACTS, count)
    spent: list[tuple[float, float, float, float]] = []
    for turn in range(acts):
        # Far apart from one another: no act finds its pages warmed by the one before.
        ref = f"CIPI-2026-{1 + turn * 7919 % count:04}"
        house.store.spent, house.store.computed, begin = 0.0, 0.0, perf_counter()
        outcome = house.service.advance(ref, "deposer_drf", {}, by="p1")
        house.service.save(outcome)
        done = perf_counter()
        bare()
        disk = perf_counter() - done
        spent.append((house.store.spent, house.store.computed, done - begin, disk))
    columns = zip(*spent[acts // 2 :], strict=True)
    return Advances(*(Times.of(list(column)) for column in columns))


@contextmanager
def bare_commits(folder: Path) -> Iterator[Callable[[], object]]:
    """Lend what makes the disk confirm as many rows as an act writes, with nothing else."""
    with closing(sqlite3.connect(folder / "nu.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE IF NOT EXISTS bare (id INTEGER PRIMARY KEY, value TEXT)")

        def commit() -> None:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT INTO bare (value) VALUES (?)", [("x" * 800,)] * 5)
            connection.execute("COMMIT")

        yield commit


def measure(house: House, count: int, folder: Path) -> dict[str, float]:
    """Return what one size costs, by the label of its line."""
    with bare_commits(folder) as bare:
        found = advances(house, count, bare)
    middle = CaseQuery(after=f"CIPI-2026-{count // 2:04}")
    page = timed(lambda: house.store.find(middle), 30)
    until = NOW.date() + timedelta(days=60)
    agenda = timed(lambda: list(house.store.open_deadlines(owner="p7", until=until)), 30)
    account = timed(lambda: sum(1 for _ in house.store.facts_of(["demarrage_formation"])), 5)
    desk = timed(lambda: list(house.store.open_deadlines(agency="a7", limit=50)), 30)
    return {
        "Commit nu de 5 lignes : le disque (ms)": found.bare.median,
        "Lire puis écrire un dossier (ms)": found.store.median,
        "… au 90e centile": found.store.p90,
        "… dont calcul, disque à part": found.computed.median,
        "Avancer un dossier, règles comprises (ms)": found.whole.median,
        "Page de 50 dossiers au milieu de la liste (ms)": page.median,
        "Échéances d’une personne à 60 jours (ms)": agenda.median,
        "50 premières échéances d’une agence (ms)": desk.median,
        "Un fait de tous les dossiers, en flux (ms)": account.median,
        "Taille de la base (Mo)": house.path.stat().st_size / 1e6,
    }


def quiet_sweep(folder: Path, count: int, advance: Callable[[int], object]) -> Times:
    """Return the time of a sweep that finds nothing due among many open deadlines."""
    house = House(folder / "balayage.db")
    upgrade(house.engine)
    model = house.rows_of(house.template())
    line = model.deadlines[0] | {"explanation": {}, "next_reminder_at": NOW + timedelta(days=1)}
    per_case = 10
    for first in range(1, count // per_case + 1, CHUNK):
        keys = range(first, min(first + CHUNK, count // per_case + 1))
        deadlines = [
            line | {
                "case_id": key,
                "rule": f"r{number}",
                "next_reminder_at": line["next_reminder_at"] + timedelta(minutes=key * number),
            }
            for key in keys
            for number in range(per_case)
        ]  # fmt: skip
        with writing(house.engine) as connection:
            connection.execute(tables.case_file.insert(), [_case(model.case, key) for key in keys])
            connection.execute(deadline_tables.deadline.insert(), deadlines)
        advance(len(deadlines))
    store = SqlNotificationStore(house.engine)
    assert store.due(NOW, 100) == []
    times = timed(lambda: store.due(NOW, 100), 500)
    house.engine.dispose()
    return times


def version_time() -> Times | None:
    """Return how long `echeancier --version` takes, or None when it is not installed."""
    program = shutil.which("echeancier", path=str(Path(sys.executable).parent))
    command = [program] if program else [sys.executable, "-m", "cli"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}

    def run() -> None:
        subprocess.run([*command, "--version"], check=True, capture_output=True, env=environment)

    try:
        return timed(run, 10)
    except subprocess.CalledProcessError:
        return None


def show(console: Console, found: dict[int, dict[str, float]]) -> None:
    """Print one column a size, and the growth from the first to the last."""
    sizes = list(found)
    table = Table(title="Un acte, selon la taille de l’agence (SQLite, synchronous=FULL)")
    table.add_column("")
    for size in sizes:
        table.add_column(f"{size:,}".replace(",", " "), justify="right")
    table.add_column("croissance", justify="right")
    for label in found[sizes[0]]:
        values = [found[size][label] for size in sizes]
        growth = f"× {values[-1] / values[0]:.1f}"
        table.add_row(label, *(f"{value:.2f}" for value in values), growth)
    console.print(table)


def main() -> None:
    """Build the databases, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="a tenth of every size")
    quick = parser.parse_args().quick
    sizes = tuple(size // 10 for size in SIZES) if quick else SIZES
    many = DEADLINES // 10 if quick else DEADLINES
    console, found = Console(), {}
    with TemporaryDirectory() as name, Progress(console=console, transient=True) as progress:
        folder = Path(name)
        for size in sizes:
            task = progress.add_task(f"{size} dossiers", total=size)
            house = House(folder / f"{size}.db")
            upgrade(house.engine)
            fill(house, size, partial(progress.advance, task))
            found[size] = measure(house, size, folder)
            house.engine.dispose()
        task = progress.add_task(f"{many} échéances", total=many)
        sweep = quiet_sweep(folder, many, partial(progress.advance, task))
        version = version_time()
    show(console, found)
    console.print(f"Balayage sans rien à dire parmi {many} échéances (ms, médiane / p90) : {sweep}")
    console.print(f"echeancier --version (ms, médiane / p90) : {version or 'pas installé'}")


if __name__ == "__main__":
    main()
