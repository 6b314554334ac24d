"""What telling costs: mails against a bare loop, a morning of digests, finding what is due.

Run by `make bench`, or `python -m benchmarks.notifications` (`--quick` for a small trial). The mails
are real ones and the databases are built by the migrations; the mail server (`benchmarks.mail_server`), in a
process of its own, takes everything, here or 20 ms away. A bare `smtplib` loop and the relay take turns on
the same messages, so that both meet the machine as it is: first with all of its cores, then with a single
one for the server and whoever talks to it. The rates ask for a machine that does nothing else; what a mail
costs the processor hardly depends on it.
Everything that is promised of what leaves stands here: hence its length.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import smtplib
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, time, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time, sleep
from typing import NamedTuple

from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from sqlalchemy import select

from benchmarks.cases import NOW, PARIS, House, directory, fill, quiet_sweep, timed
from benchmarks.mail_server import HOST
from cli.terminal.spelling import line_of
from db.connection.engine import open_engine, writing
from db.mail.store import SqlNotificationStore
from db.schema import deadline_tables
from db.schema.version import upgrade
from notifications.digest.round import DigestRound, DigestRoundReport
from notifications.mail.mime import Mailbox
from notifications.mail.network import Security
from notifications.mail.relay import Relay
from notifications.mail.settlement import RelayReport
from notifications.model.messages import OutgoingMessage
from notifications.model.procedure_names import Labels, labels_of
from notifications.rendering.composer import Composer
from notifications.schedule.planning import Due
from notifications.smtp.transports import SmtpSettings, SmtpTransport
from workflow.ports.stores import OpenDeadline

MORNING = datetime.combine(NOW.date(), time(8), PARIS).astimezone(UTC)
FILES, DEADLINES, MAILS, ROUNDS = 100_000, 1_000_000, 1_000, 9
AWAY, FAR_MAILS, FAR_ROUNDS = 0.02, 150, 3
"""Seconds to each answer of a server that is far, and what it is sent."""
SENDER = Mailbox("Échéancier", "echeancier@ett.test")
THROUGHPUT, FAR, FAR_ON_TWO, SECONDS, MEGABYTES, MILLISECONDS = 0.9, 1.9, 3.5, 20, 300, 5
"""What is promised."""


def labels(house: House) -> Labels:
    """Return what mails call things."""
    return labels_of(house.rulebook.procedures)


# --- Mails ------------------------------------------------------------------------------------------


@contextmanager
def sink(away: float = 0) -> Iterator[int]:
    """Run a mail server that takes everything, that many seconds away, and lend its port."""
    with socket.create_server((HOST, 0)) as free:
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "benchmarks.mail_server", str(port), str(away)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            _await(port)
            yield port
        finally:
            process.terminate()


def _await(port: int) -> None:
    for _ in range(200):
        with suppress(OSError), socket.create_connection((HOST, port)):
            return
        sleep(0.05)
    raise TimeoutError("the mail server did not start")


def mails(house: House, count: int) -> list[OutgoingMessage]:
    """Return reminders of as many cases, as they are really written."""
    composer = Composer(SENDER, house.planner, labels(house), line_of)
    reader = directory().recipient("p0", "a0")
    deadline = house.template().after.deadlines["drf"]
    planned = house.planner.planned(deadline, "a0")[:1]
    written = []
    for number in range(1, count + 1):
        row = OpenDeadline(
            id=number,
            ref=f"CIPI-2026-{number:04}",
            title="Durand, cariste",
            procedure="cipi",
            state="preparation",
            agency="a0",
            owner="p0",
            deadline=deadline,
            reminded_until=NOW,
            next_reminder_at=None,
        )
        written.append(composer.reminder(reader, [Due(row, planned)], NOW))
    return written


class Rate(NamedTuple):
    """How fast messages left: how many a second, and milliseconds of our processor for each."""

    a_second: float
    processor: float


def rated(send: Callable[[], object], count: int) -> Rate:
    """Return how fast a way to send handed all of its messages over."""
    begun, worked = perf_counter(), process_time()
    send()
    return Rate(count / (perf_counter() - begun), (process_time() - worked) / count * 1e3)


def bare(port: int, messages: Sequence[OutgoingMessage]) -> None:
    """Hand messages over in a bare loop, on one connection."""
    with smtplib.SMTP(HOST, port, local_hostname=SENDER.domain) as server:
        for message in messages:
            server.sendmail(SENDER.address, [message.address], message.content)


def relayed(
    port: int, messages: Sequence[OutgoingMessage], path: Path, connections: int = 2
) -> Rate:
    """Return how fast the relay takes messages out of an outbox and hands them over."""
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine)
    store = SqlNotificationStore(engine)
    for message in messages:
        store.enqueue(message)
    settings = SmtpSettings(HOST, port, SENDER.address, Security.NONE)
    relay = Relay(
        store,
        lambda: SmtpTransport(settings),
        lambda: NOW,
        worker="banc:1",
        connections=connections,
    )
    reports: list[RelayReport] = []
    rate = rated(lambda: reports.append(relay.run_once()), len(messages))
    engine.dispose()
    assert [(one.sent, one.errors) for one in reports] == [(len(messages), [])]
    return rate


def throughput(messages: Sequence[OutgoingMessage], folder: Path) -> list[tuple[Rate, Rate]]:
    """Return the rates of the bare loop and of the relay, round after round."""
    folder.mkdir()
    with sink() as port:
        rates = []
        for turn in range(ROUNDS):
            # Each goes first every other time: neither finds the machine warmer.
            first = relayed(port, messages, folder / f"{turn}.db") if turn % 2 else None
            loop = rated(partial(bare, port, messages), len(messages))
            rates.append((loop, first or relayed(port, messages, folder / f"{turn}.db")))
        return rates


def from_afar(
    messages: Sequence[OutgoingMessage], folder: Path
) -> list[tuple[str, str, str, bool]]:
    """Return the lines of the table about a server that is far away, one connection then two."""
    folder.mkdir()
    with sink(AWAY) as port:
        rates = [
            (
                rated(partial(bare, port, messages), len(messages)),
                relayed(port, messages, folder / f"{turn}-1.db", 1),
                relayed(port, messages, folder / f"{turn}-2.db", 2),
            )
            for turn in range(FAR_ROUNDS)
        ]
    loops, ones, twos = (list(column) for column in zip(*rates, strict=True))
    one, two = (_ratio(list(zip(loops, ours, strict=True))) for ours in (ones, twos))
    return [
        (
            f"À {AWAY * 1e3:.0f} ms, boucle nue, courriels par seconde",
            f"{_speed(loops):.1f}",
            "",
            True,
        ),
        ("… service, une connexion, rapport médian", f"{one:.2f}", f"≥ {FAR}", one >= FAR),
        ("… service, deux connexions", f"{two:.2f}", f"≥ {FAR_ON_TWO}", two >= FAR_ON_TWO),
    ]


@contextmanager
def one_core() -> Iterator[None]:
    """Keep this process, and those that it starts meanwhile, on one core."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def sending(messages: Sequence[OutgoingMessage], folder: Path) -> list[tuple[str, str, str, bool]]:
    """Return the lines of the table that compare the relay with a bare loop."""
    rates = throughput(messages, folder / "cores")
    ratio = _ratio(rates)
    loop, relay = (list(column) for column in zip(*rates, strict=True))
    lines = [
        *from_afar(messages[:FAR_MAILS], folder / "loin"),
        ("Boucle smtplib nue, courriels par seconde", f"{_speed(loop):.0f}", "", True),
        ("… processeur par courriel (ms)", f"{_work(loop):.2f}", "", True),
        ("Service, courriels par seconde", f"{_speed(relay):.0f}", "", True),
        ("… processeur par courriel (ms)", f"{_work(relay):.2f}", "", True),
        ("… rapport médian, tour à tour", f"{ratio:.2f}", f"≥ {THROUGHPUT}", ratio >= THROUGHPUT),
    ]
    # Windows and macOS do not let a process choose its core.
    if hasattr(os, "sched_setaffinity"):
        with one_core():
            alone = _ratio(throughput(messages, folder / "core"))
        lines.append(("… un cœur pour le serveur et le service", f"{alone:.2f}", "", True))
    return lines


def _ratio(rates: Sequence[tuple[Rate, Rate]]) -> float:
    return median(relay.a_second / loop.a_second for loop, relay in rates)


def _speed(rates: Sequence[Rate]) -> float:
    return median(rate.a_second for rate in rates)


def _work(rates: Sequence[Rate]) -> float:
    # What other programs add to it is never less than nothing.
    return min(rate.processor for rate in rates)


# --- Digests ----------------------------------------------------------------------------------------


def morning_alone(path: Path) -> None:
    """Compose the digests of a morning in a process that does nothing else, and print what it cost."""
    house = House(path)
    named = labels(house)
    composer = Composer(SENDER, house.planner, named, line_of, directory())
    store = SqlNotificationStore(house.engine)
    morning = DigestRound(store, house.planner, composer.digest, directory(), named)
    report, begin = DigestRoundReport(), perf_counter()
    morning.send(directory().recipients(), MORNING, report)
    spent = perf_counter() - begin
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(json.dumps([spent, memory, report.messages, report.broken[:3]]))


def digests(path: Path) -> tuple[float, float, int]:
    """Return the seconds, the megabytes and the mails of a morning."""
    command = [sys.executable, "-m", "benchmarks.notifications", "--digests", str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    spent, memory, count, broken = json.loads(done.stdout)
    assert not broken, broken
    return float(spent), float(memory), int(count)


# --- What is due ------------------------------------------------------------------------------------


def due_among(path: Path) -> float:
    """Return the milliseconds that it takes to read a hundred deadlines that are due among many."""
    house, later = House(path), NOW + timedelta(days=1)
    column = deadline_tables.deadline.c
    first = select(column.id).order_by(column.next_reminder_at, column.id).limit(100)
    # Left out of the others, which would fill the disk and are never read.
    explained = house.rows_of(house.template()).deadlines[0]["explanation"]
    with writing(house.engine) as connection:
        update = deadline_tables.deadline.update().where(column.id.in_(first))
        connection.execute(update.values(explanation=explained))
    store = SqlNotificationStore(house.engine)
    assert len(store.due(later, 100)) == 100
    times = timed(lambda: store.due(later, 100), 200)
    house.engine.dispose()
    return times.median


def show(console: Console, lines: Sequence[tuple[str, str, str, bool]]) -> None:
    """Print what was found beside what is promised."""
    table = Table(title="Dire ce qui est dû (SQLite, synchronous=FULL)")
    for title in ("", "mesuré", "promis"):
        table.add_column(title, justify="left" if not title else "right")
    for label, found, promised, kept in lines:
        table.add_row(label, found if kept else f"[bold]{found}[/bold]", promised)
    console.print(table)


def measure(
    folder: Path, share: int, follow: Callable[[str, int], Callable[[int], object]]
) -> list[tuple[str, str, str, bool]]:
    """Build what is needed, measure, and return the lines of the table."""
    house = House(folder / "dossiers.db")
    upgrade(house.engine)
    sent = sending(mails(house, MAILS // share), folder)
    files, deadlines = FILES // share, DEADLINES // share
    fill(house, files, follow(f"{files} dossiers", files))
    house.engine.dispose()
    spent, memory, count = digests(house.path)
    quiet = quiet_sweep(folder, deadlines, follow(f"{deadlines} échéances", deadlines)).median
    due = due_among(folder / "balayage.db")
    return [
        *sent,
        (
            f"{count} synthèses de {files} dossiers (s)",
            f"{spent:.1f}",
            f"≤ {SECONDS}",
            spent <= SECONDS,
        ),
        ("… mémoire au plus (Mo)", f"{memory:.0f}", f"≤ {MEGABYTES}", memory <= MEGABYTES),
        (
            f"Rien de dû parmi {deadlines} échéances (ms)",
            f"{quiet:.2f}",
            f"≤ {MILLISECONDS}",
            quiet <= MILLISECONDS,
        ),
        (
            f"Cent échéances dues parmi {deadlines} (ms)",
            f"{due:.2f}",
            f"≤ {MILLISECONDS}",
            due <= MILLISECONDS,
        ),
    ]


def main() -> None:
    """Build the databases, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="a tenth of every size")
    parser.add_argument("--digests", type=Path, metavar="BASE", help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.digests is not None:
        morning_alone(wanted.digests)
        return
    console = Console()
    with TemporaryDirectory() as name, Progress(console=console, transient=True) as progress:

        def follow(label: str, total: int) -> Callable[[int], object]:
            return partial(progress.advance, progress.add_task(label, total=total))

        lines = measure(Path(name), 10 if wanted.quick else 1, follow)
    show(console, lines)


if __name__ == "__main__":
    main()
