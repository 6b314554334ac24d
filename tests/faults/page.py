"""The table of fault points, on the screen and in `docs/reliability.md`.

Used by `tests.faults.__main__`. No duration and no date: the page only changes when the program passes
other points, or when a death costs something else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from msgspec import Struct, field
from rich.table import Table

from tests.faults.runs import Death, Result, passages, step_name
from tests.support.pages import parts, put

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
PART = "make faults"
HOLDS, BROKEN = "tient", "NE TIENT PAS"
COLUMNS = (
    "écriture ou étape",
    "SQLite",
    "PostgreSQL",
    "morts",
    "à moitié",
    "perdus",
    "répétés",
    "verdict",
)


class Line(Struct):
    """What the deaths around a step of a scenario cost, all databases together."""

    scenario: str
    step: str
    points: Counter[str] = field(default_factory=Counter)
    """Points by kind of database."""
    deaths: list[Death] = field(default_factory=list)

    @property
    def counts(self) -> tuple[str, ...]:
        """Return its cells, as `COLUMNS` names them."""
        deaths = self.deaths
        numbers = (
            self.points["sqlite"],
            self.points["postgresql"],
            len(deaths),
            sum(one.half for one in deaths),
            sum(one.lost for one in deaths),
            sum(one.repeated for one in deaths),
        )
        verdict = HOLDS if all(one.holds for one in deaths) else BROKEN
        return (self.step, *map(str, numbers), verdict)


def lines(results: Iterable[Result]) -> Iterator[Line]:
    """Yield the lines of the table, in the order in which the program passes the points."""
    for scenario, group in groupby(results, lambda result: result.scenario):
        found: dict[str, Line] = {}
        for result in group:
            for step, number in passages(result.points).items():
                line = found.setdefault(step, Line(scenario, step))
                line.points[result.database] += number
            for death in result.deaths:
                found[step_name(death.point)].deaths.append(death)
        yield from found.values()


def table(results: Sequence[Result]) -> Table:
    """Return the table for the screen."""
    shown = Table("scénario", *COLUMNS, title=_total(results))
    previous = ""
    for line in lines(results):
        shown.add_row("" if line.scenario == previous else line.scenario, *line.counts)
        previous = line.scenario
    return shown


def markdown(results: Sequence[Result]) -> str:
    """Return the table as the page has it."""
    told = [f"{_total(results)}.\n"]
    for scenario, group in groupby(lines(results), lambda line: line.scenario):
        told.append(f"### {scenario[0].upper()}{scenario[1:]}\n")
        told.append(f"| {' | '.join(COLUMNS)} |\n| --- |{' ---: |' * 6} --- |")
        told.extend(f"| {' | '.join(line.counts)} |" for line in group)
        told.append("")
    return "\n".join(told)


def write(results: Sequence[Result]) -> None:
    """Put the table in the page, in place of the one that is there."""
    put(PAGE, PART, markdown(results).strip("\n"))


def names_the_same_points(results: Sequence[Result]) -> bool:
    """Tell whether the page names these scenarios, steps and numbers of points, and no other."""
    now = re.findall(_POINTS, markdown(results), re.MULTILINE)
    return now == re.findall(_POINTS, parts(PAGE, PART)[1], re.MULTILINE)


# A scenario, or a step with its numbers of points; what deaths cost is left out.
_POINTS = r"^### .+$|^\| [^|]+\| \d+ \| \d+ \|"


def _total(results: Sequence[Result]) -> str:
    deaths = [death for result in results for death in result.deaths]
    kept = sum(one.holds for one in deaths)
    return (
        f"{sum(len(result.points) for result in results)} points, {len(deaths)} morts, "
        f"{sum(one.lost for one in deaths)} message perdu, {sum(one.half for one in deaths)} écriture "
        f"à moitié, {sum(one.repeated for one in deaths)} répétitions sous le même Message-ID, "
        f"{len(deaths) - kept} promesse rompue"
    )
