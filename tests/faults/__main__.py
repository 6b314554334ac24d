"""`make faults`: die at every fault point, on SQLite and on PostgreSQL, and publish what it cost.

Prints the table of results and writes it between the two markers of `docs/reliability.md`; `--check` only
tells whether the page still names the points that the program has. Answers 1 when a promise is broken
or the page is out of date.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from db.connection.engine import open_engine
from db.schema.version import upgrade
from tests.faults import page
from tests.faults.runs import Result, run
from tests.faults.scenarios import SCENARIOS
from tests.support import postgres

KINDS = ("sqlite", "postgresql")


def main() -> int:
    """Run what was asked and return the exit code."""
    asked = _asked()
    console = Console(width=max(140, Console().width))
    results = _results(asked, console)
    if asked.check:
        current = page.names_the_same_points(results)
        console.print("À jour." if current else "docs/reliability.md est à refaire : make faults")
        return 0 if current else 1
    console.print(page.table(results))
    broken = [(result, death) for result in results for death in result.deaths if not death.holds]
    for result, death in broken:
        console.print(f"{result.scenario}, {result.database} : {death}", markup=False)
    if not asked.scenario and not asked.point:
        page.write(results)
    return 1 if broken else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument(
        "--check", action="store_true", help="only compare the points with the page"
    )
    parser.add_argument("--scenario", action="append", default=[], help="only these scenarios")
    parser.add_argument("--database", choices=KINDS, action="append", default=[])
    parser.add_argument("--point", action="append", default=[], help="only die at these points")
    return parser.parse_args()


def _results(asked: argparse.Namespace, console: Console) -> list[Result]:
    wanted = [one for one in SCENARIOS if not asked.scenario or one.name in asked.scenario]
    kinds = asked.database or KINDS
    found: dict[tuple[str, str], Result] = {}
    with _bases() as bases, _workers(asked.jobs) as pool:
        running = [
            pool.submit(run, one, kind, bases[kind], asked.point, kill=not asked.check)
            for one in wanted
            for kind in kinds
        ]
        for done in as_completed(running):
            result = done.result()
            found[result.scenario, result.database] = result
            if not asked.check:
                console.print(f"{result.scenario}, {result.database} : {len(result.deaths)} morts")
    return [found[one.name, kind] for one in wanted for kind in kinds]


def _workers(jobs: int) -> ProcessPoolExecutor:
    # Not forked: each starts a mail server in a thread.
    return ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"))


@contextmanager
def _bases() -> Iterator[dict[str, str]]:
    """Lend an empty database of each kind."""
    with TemporaryDirectory(prefix="faults-") as folder, postgres.running() as server:
        file = Path(folder) / "modele.db"
        name = server.create()
        for url in (f"sqlite:///{file}", server.url(name)):
            engine = open_engine(url)
            upgrade(engine)
            engine.dispose()
        yield {"sqlite": str(file), "postgresql": f"{server.folder} {name}"}


if __name__ == "__main__":
    sys.exit(main())
