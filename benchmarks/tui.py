"""What the terminal interface costs as the agency grows: from a hundred open files to a hundred thousand.

Run by `make bench`, or `python -m benchmarks.tui` (`--quick` for a tenth of the files). The program itself
runs in a terminal of its own, on a real database: keys are typed, what it draws is read back. A key is
painted when the screen first changes, and settled when nothing changes any more.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from select import select
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

from msgspec import Struct
from msgspec.structs import replace
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks.cases import AGENCIES, NOW, PEOPLE, House, Row, fill
from db.cases import mapping
from db.schema.version import upgrade
from workflow.case.case import Dates, Deadline
from workflow.text.folding import searchable

SIZES = (100, 100_000)
STARTS = 7
LINES, COLUMNS = 40, 120
QUIET = 0.12
"""Seconds without a change after which a screen is settled."""
PATIENCE = 20.0
DOWN, UP, PAGE_DOWN, PAGE_UP, LAST, FIRST = "j", "k", "\x1b[6~", "\x1b[5~", "G", "g"
SEARCH, ERASE, ESCAPE = "/", "\x7f", "\x1b"
SEARCHES = ("clare vaseur", "cipi 2026 12", "soudeur agence 7", "durnad", "elodie")

SYLLABLES = re.findall("..", "babebocacecidadedofagagolalelimamomunanipapererosasovevi")
FIRST_NAMES = (
    "Claire",
    "Élodie",
    "Karim",
    "Noé",
    "Inès",
    "Hugo",
    "Zoé",
    "Jean-Baptiste",
    "Léa",
    "Malik",
)
TRADES = ("cariste", "soudeur", "maçon", "préparateur de commandes", "aide-soignante", "peintre")

TARGETS = {
    "start": "≤ 1 000 ms et ≤ 1,3 ×",
    "key": "médiane ≤ 50 ms, p99 ≤ 100 ms",
    "memory": "≤ 150 Mo",
}


class People(Struct, frozen=True):
    """Names for the files, always the same ones."""

    surnames: tuple[str, ...]

    @classmethod
    def invented(cls) -> People:
        """Return five thousand surnames."""
        random = Random(2026)
        made = {
            "".join(random.choices(SYLLABLES, k=random.randint(2, 4))).title() for _ in range(6_000)
        }
        return cls(("Vasseur", "Durand", *sorted(made)))

    def title(self, key: int) -> str:
        """Return the title of a file."""
        surname = self.surnames[key * 7919 % len(self.surnames)]
        first = FIRST_NAMES[key * 31 % len(FIRST_NAMES)]
        return f"{first} {surname}, {TRADES[key * 17 % len(TRADES)]}"


def varied(
    people: People, model: Deadline, key: int, case: Row, _: Sequence[Row]
) -> tuple[Row, list[Row]]:
    """Return a file of another name, with three dates: late, soon, far, or a reply awaited."""
    days = key * 13 % 240 - 15
    awaited = [
        _moved(model, days),
        replace(_moved(model, days + 25), id="contrat", label="Déposer le contrat"),
        _reply(model, key * 11 % 30 - 5)
        if key % 3
        else replace(_moved(model, days + 60), id="mission"),
    ]
    title = people.title(key)
    return (
        case
        | {
            "title": title,
            "folded": searchable(case["ref"], title),
            **mapping.pressing_row(awaited),
        },
        [mapping.open_row(deadline, NOW, None) for deadline in awaited],
    )


def _moved(model: Deadline, days: int) -> Deadline:
    """Return a deadline to act on so many days from now, explained as the model."""
    known = model.dates
    assert known.prudent
    assert known.opens_on
    assert isinstance(known.strict, datetime)
    later = timedelta(days=(NOW.date() - known.prudent).days + days)
    moved = Dates(known.opens_on + later, known.strict + later, known.prudent + later)
    return replace(model, dates=moved)


def _reply(model: Deadline, days: int) -> Deadline:
    due = NOW + timedelta(days=days)
    dates = Dates(expected_at=due, chase_on=due.date() + timedelta(days=1))
    return replace(model, id="reponse_akto", label="Réponse d’AKTO", dates=dates)


def configure(folder: Path, base: Path) -> Path:
    """Write the configuration of fifty agencies and five hundred people; return its path."""
    lines = [
        f'[database]\nurl = "sqlite:///{base}"\n[user]\nid = "p0"',
        *(
            f'[agencies.a{n}]\nname = "Agence {n}"\nemail = "a{n}@ett.test"\nterritory = "FR"'
            for n in range(AGENCIES)
        ),
        *(
            f'[people.p{n}]\nname = "Personne {n}"\nemail = "p{n}@ett.test"\nagency = "a{n % AGENCIES}"'
            for n in range(PEOPLE)
        ),
    ]
    path = folder / f"{base.stem}.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _without(environment: Mapping[str, str], name: str) -> dict[str, str]:
    """Return an environment less one variable: here what would compile the program at every start."""
    return {key: value for key, value in environment.items() if key != name}


class Terminal:
    """The program in a terminal of its own.

    Args:
        configuration: path of its configuration.
    """

    def __init__(self, configuration: Path) -> None:
        self._screen, theirs = pty.openpty()
        size = struct.pack("HHHH", LINES, COLUMNS, 0, 0)
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, size)
        root = str(Path(__file__).parents[1])
        home = str(configuration.parent)
        self.began = perf_counter()
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "cli", "--config", str(configuration)),
                *("--maintenant", NOW.date().isoformat()),
            ],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=root,
            env={
                **_without(os.environ, "PYTHONDONTWRITEBYTECODE"),
                "PYTHONPATH": root,
                "TERM": "xterm-256color",
                "COLORTERM": "truecolor",
                "XDG_DATA_HOME": home,
            },
        )
        os.close(theirs)

    def read(self, seconds: float) -> bytes:
        """Return what is drawn, waiting for it so many seconds at most; nothing when nothing is."""
        if not select([self._screen], [], [], seconds)[0]:
            return b""
        try:
            return os.read(self._screen, 1 << 16)
        except OSError:
            return b""

    def wait_for(self, words: str) -> float:
        """Return the seconds since the start until some words are drawn."""
        seen, wanted = b"", words.encode()
        while perf_counter() - self.began < PATIENCE:
            seen += self.read(0.05)
            if wanted in seen:
                return perf_counter() - self.began
        raise TimeoutError(
            f"« {words} » n’est pas apparu :\n{seen[-2000:].decode(errors='replace')}"
        )

    def settle(self) -> float:
        """Wait until nothing changes; return when the last change was."""
        last = perf_counter()
        while self.read(QUIET):
            last = perf_counter()
        return last

    def key(self, key: str) -> tuple[float, float]:
        """Press a key; return the seconds until it is painted, then until the screen is settled."""
        began = perf_counter()
        os.write(self._screen, key.encode())
        if not self.read(PATIENCE):
            raise TimeoutError(f"La touche {key!r} n’a rien changé.")
        painted = perf_counter()
        return painted - began, max(self.settle(), painted) - began

    def memory(self) -> float:
        """Return the memory of the program, in megabytes."""
        command = [shutil.which("ps") or "ps", "-o", "rss=", "-p", str(self.process.pid)]
        said = subprocess.run(command, check=True, capture_output=True, text=True)
        return int(said.stdout) / 1e3

    def close(self) -> None:
        """Leave the program, and its terminal."""
        self.process.terminate()
        while self.read(0.2):
            pass
        self.process.wait(10)
        os.close(self._screen)


@contextmanager
def terminal(configuration: Path) -> Iterator[Terminal]:
    """Lend the program, on its first screen."""
    opened = Terminal(configuration)
    try:
        yield opened
    finally:
        opened.close()


def starts(configuration: Path) -> list[float]:
    """Return the seconds that the program takes to show its first file, one run after another."""
    found = []
    # Once for nothing: byte code, and pages of the disk.
    for _ in range(STARTS + 1):
        with terminal(configuration) as program:
            found.append(program.wait_for("CIPI-2026-"))
    return found[1:]


def scrolls(program: Terminal) -> Iterable[tuple[float, float]]:
    """Go down the list line by line, then from one end to the other and a page from each."""
    ends = [LAST, PAGE_UP, FIRST, PAGE_DOWN] * 15
    for key in (*[DOWN] * 60, *ends, *[UP] * 30):
        yield program.key(key)


def searches(program: Terminal) -> Iterable[tuple[float, float]]:
    """Type searches letter by letter, and rub them out."""
    for words in SEARCHES:
        program.key(SEARCH)
        for letter in words:
            yield program.key(letter)
        for _ in words:
            yield program.key(ERASE)
        program.key(ESCAPE)


class Times(Struct, frozen=True):
    """The times of many keys, in milliseconds."""

    median: float
    p99: float

    @classmethod
    def of(cls, seconds: Iterable[float]) -> Times:
        """Sum up times given in seconds."""
        all_ = list(seconds)
        return cls(median(all_) * 1e3, quantiles(all_, n=100)[-1] * 1e3)

    def __str__(self) -> str:
        return f"{self.median:.0f} / {self.p99:.0f}"


def measure(configuration: Path) -> dict[str, tuple[str, str]]:
    """Return what one size costs: value and target, by the label of its line."""
    start = median(starts(configuration)) * 1e3
    found = {"Du lancement au premier écran utile (ms)": (f"{start:.0f}", TARGETS["start"])}
    with terminal(configuration) as program:
        program.wait_for("CIPI-2026-")
        program.settle()
        # What is read in the background, for the search, is there.
        sleep(5)
        program.settle()
        found["Mémoire sur le premier écran (Mo)"] = (f"{program.memory():.0f}", TARGETS["memory"])
        acts: tuple[tuple[str, Callable[[Terminal], Iterable[tuple[float, float]]]], ...] = (
            ("Défiler", scrolls),
            ("Chercher", searches),
        )
        for name, act in acts:
            painted, settled = zip(*act(program), strict=True)
            found[f"{name} : touche peinte (ms, médiane / p99)"] = (
                str(Times.of(painted)),
                TARGETS["key"],
            )
            found[f"{name} : écran posé (ms, médiane / p99)"] = (str(Times.of(settled)), "")
        found["Mémoire après tout cela (Mo)"] = (f"{program.memory():.0f}", TARGETS["memory"])
    return found


def show(console: Console, found: dict[int, dict[str, tuple[str, str]]]) -> None:
    """Print one column a size, and the target."""
    table = Table(title=f"L’interface du terminal, {COLUMNS} × {LINES} (SQLite)")
    table.add_column("")
    for size in found:
        table.add_column(f"{size:,} dossiers".replace(",", " "), justify="right")
    table.add_column("cible")
    for label, (_, target) in next(iter(found.values())).items():
        table.add_row(label, *(each[label][0] for each in found.values()), target)
    console.print(table)


def main() -> None:
    """Build the databases, run the program, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="a tenth of the files")
    parser.add_argument(
        "--keep", type=Path, help="folder where the databases stay, and are found again"
    )
    options = parser.parse_args()
    sizes = (SIZES[0], SIZES[1] // 10) if options.quick else SIZES
    console, found = Console(), {}
    with TemporaryDirectory() as name, Progress(console=console, transient=True) as progress:
        folder = options.keep or Path(name)
        for size in sizes:
            base = folder / f"{size}.db"
            if not base.exists():
                task = progress.add_task(f"{size} dossiers", total=size)
                house = House(base)
                upgrade(house.engine)
                model = next(iter(house.template().after.deadlines.values()))
                vary = partial(varied, People.invented(), model)
                fill(house, size, partial(progress.advance, task), vary)
                house.engine.dispose()
            found[size] = measure(configure(folder, base))
    show(console, found)


if __name__ == "__main__":
    main()
