"""How long planning takes: one file against ten years of monthly sessions, then ten thousand files.

Run by `make bench`, or `python -m benchmarks.planner`. One core, no database. The first plan pays for the
sessions, which are worked out once; the others of the same funder share them.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from statistics import median
from time import perf_counter

from rich.console import Console
from rich.table import Table

from workflow.counting.context import context_for, ruled_by
from workflow.counting.ways_of_counting import Sitting
from workflow.deadlines.planner import StartPlanner
from workflow.rulefiles.rulebook import load_rulebook

FUNDERS = ("fafsea", "fongecif-bfc", "fongecif-ara", "opcalim")
FILES = 10_000
PASSES = 25
YEARS = range(2009, 2019)


def sessions() -> list[Sitting]:
    """Return one session a month over ten years, on reproducible days."""
    draw = random.Random(20261122)
    return [
        Sitting(date(year, month, draw.randint(1, 28))) for year in YEARS for month in range(1, 13)
    ]


def planner(funder: str) -> StartPlanner:
    """Return what plans the starts of a funder, nothing worked out yet."""
    procedure = ruled_by(load_rulebook().procedure("cif-cdd"), funder)
    settings = dict.fromkeys(procedure.settings, 7)
    return StartPlanner(procedure, context_for(procedure, "FR", (), settings, sessions=sessions()))


def one(funder: str) -> float:
    """Return the median seconds of a first plan, sessions included."""
    times = []
    for _ in range(PASSES):
        made = planner(funder)
        begin = perf_counter()
        made.from_start(date(2018, 9, 3), {}, date(2018, 1, 2))
        times.append(perf_counter() - begin)
    return median(times)


def many() -> float:
    """Return the seconds of ten thousand plans, of four funders, each with a wished start."""
    draw = random.Random(20261122)
    planners = [planner(funder) for funder in FUNDERS]
    wishes = [
        (draw.choice(planners), date(2018, 3, 1) + timedelta(days=draw.randrange(300)))
        for _ in range(FILES)
    ]
    begin = perf_counter()
    for made, start in wishes:
        made.from_start(start, {}, date(2018, 1, 2))
    return perf_counter() - begin


def main() -> None:
    """Measure and print."""
    table = Table("Planning", "Time", title="Ten years of monthly sessions")
    for funder in FUNDERS:
        table.add_row(f"one file, {funder}", f"{one(funder) * 1e3:.2f} ms")
    table.add_row(f"{FILES:,} files, four funders", f"{many():.2f} s")
    Console().print(table)


if __name__ == "__main__":
    main()
