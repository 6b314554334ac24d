"""`make anyday`: the quick suite on other days and in other places, one line each.

Moves the wall clock of the suite, of the programs it runs and of its PostgreSQL with a small library loaded
before the C library (`clock.c`): a clock faked inside Python reaches neither processes nor threads. Answers 1
when a test fails somewhere; what pytest said is then shown whole. Needs Linux and a C compiler.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from cli.terminal.clock import now
from tests.anyday.worlds import WORLDS, World, asked
from tests.support.environment import ROOT

SUITE = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "not slow and not screens")
READ = "import time; print(time.time())"


def main() -> int:
    """Run what was asked and return the exit code."""
    wanted = _asked()
    console = Console(soft_wrap=True, highlight=False)
    worlds = asked(wanted.only, wanted.turn)
    if wanted.at is not None:
        worlds = (World(wanted.at.isoformat(), wanted.at),)
    with TemporaryDirectory(prefix="anyday-") as folder:
        # The server of the tests runs as somebody else.
        Path(folder).chmod(0o755)
        library = _built(Path(folder))
        held = [_held(world, library, wanted.jobs, wanted.tests, console) for world in worlds]
    console.print(f"{sum(held)} sur {len(held)} : tout passe." if all(held) else "À corriger.")
    return 0 if all(held) else 1


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.anyday", description=__doc__)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--only", choices=[world.name for world in WORLDS], help="only this world")
    which.add_argument("--turn", type=int, help="only one of them, in turn: any number")
    which.add_argument(
        "--at", type=datetime.fromisoformat, help="an instant of your own, with its zone"
    )
    parser.add_argument("--jobs", default="2")
    parser.add_argument("tests", nargs="*", help="only these tests")
    return parser.parse_args()


def _built(folder: Path) -> Path:
    """Compile the library that moves the clock, and return it."""
    library = folder / "clock.so"
    source = Path(__file__).with_name("clock.c")
    compiler = shutil.which(os.environ.get("CC", "cc"))
    if compiler is None or not sys.platform.startswith("linux"):
        sys.exit(
            "Pour changer de jour, il faut Linux et un compilateur C (cc, ou celui que nomme CC)."
        )
    subprocess.run([compiler, "-O2", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    return library


def _held(world: World, library: Path, jobs: str, tests: list[str], console: Console) -> bool:
    environment = _environment(world, library)
    began = time.monotonic()
    run = subprocess.run(
        [sys.executable, *SUITE, "-n", jobs, *tests],
        cwd=ROOT, env=environment, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    said = run.stdout.decode(errors="replace").rstrip()
    if run.returncode:
        console.print(said, markup=False)
    last = said.rpartition("\n")[2].strip("= ")
    when = "aujourd’hui" if world.at is None else f"{world.at:%d/%m/%Y %H:%M}"
    mark = "✗" if run.returncode else "✓"
    console.print(f"{mark} {world.name:<14} {when:<17} {last} ({time.monotonic() - began:.0f} s)")
    return run.returncode == 0


def _environment(world: World, library: Path) -> Mapping[str, str]:
    environment = {**os.environ, **world.environment}
    if world.at is None:
        return environment
    offset = round((world.at.astimezone(UTC) - now()).total_seconds())
    environment |= {"LD_PRELOAD": str(library), "ANYDAY_OFFSET": str(offset)}
    told = subprocess.run(
        [sys.executable, "-c", READ], env=environment, check=True, capture_output=True
    )
    moved = datetime.fromtimestamp(float(told.stdout), UTC)
    if abs(moved - world.at) > timedelta(minutes=5):
        sys.exit(f"L’horloge n’a pas bougé : il est {moved:%d/%m/%Y %H:%M} TU pour Python.")
    return environment


if __name__ == "__main__":
    sys.exit(main())
