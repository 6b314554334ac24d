"""The real program in a terminal that misbehaves, goes away, or is told to end."""

from __future__ import annotations

import os
import signal

import pytest

from tests.support.installed import Installed
from tests.support.terminal import Pty

REF = "CIPI-2026-0001"

DEAF = """
import signal

signal.signal(signal.SIGHUP, signal.SIG_IGN)
"""

FROZEN = """
import time
from db.worklist.pages import SqlWorklist

SqlWorklist.mark = lambda _: time.sleep(3600)
"""


PLAIN = """
import os

os.environ["TERM"] = "dumb"
"""

FALLING = """
from tui.forms.writing import Writing

def broken(*_: object) -> None:
    raise LookupError

Writing._saved = broken
"""


def opened(installed: Installed, before: str = "") -> Pty:
    """Open the interface on one file, in a terminal that needs nothing of the machine."""
    installed.desk.open_case()
    return opened_again(installed, before)


def opened_again(installed: Installed, before: str = "") -> Pty:
    """Open the interface on what is there."""
    terminal = installed.start(before, kind=Pty)
    assert isinstance(terminal, Pty)
    terminal.wait(REF)
    return terminal


@pytest.mark.parametrize(
    "odd", [b"\xff", "é".encode("latin-1"), b"\x1b[1114112u", b"\x1b[97:65;2:1u", b"\x1b[200~\xff"]
)
def test_an_odd_byte_ends_nothing(installed: Installed, odd: bytes) -> None:
    """Bytes that are no text, no key or no end leave the interface as it is; leaving it is a success."""
    terminal = opened(installed)
    terminal.send(odd)
    if b"200~" in odd:
        terminal.send(b"\x1b[201~")
    terminal.press("/")
    terminal.send(b"Sacha\x1b[32uMorvan")
    terminal.wait("Sacha Morvan", "1 dossier trouvé")
    terminal.send(b"\x11")
    assert terminal.ended() == 0
    assert "Traceback" not in terminal.shown()


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)]
)
def test_a_signal_leaves_the_terminal_in_order(
    installed: Installed, number: signal.Signals, code: int
) -> None:
    """Told to end, the interface gives back all it took of the terminal, and keeps what was typed."""
    terminal = opened(installed)
    terminal.press("n")
    terminal.wait("Nouveau dossier", "Première date possible")
    terminal.type("08/09/2026")
    terminal.wait("jeu. 03/09/2026")
    os.kill(terminal.pid, number)
    assert (terminal.ended(), terminal.left_over()) == (code, [])
    again = installed.start(kind=Pty)
    again.wait(REF)
    again.press("n")
    again.wait("08/09/2026")


def test_a_terminal_that_is_gone_ends_the_interface(installed: Installed) -> None:
    """Nobody reads nor types any more: the interface ends, though it was told to ignore the hang-up."""
    terminal = opened(installed, DEAF)
    terminal.hang_up()
    assert terminal.ended() == 129


def test_a_database_that_answers_nothing_keeps_nobody(installed: Installed) -> None:
    """Left while the database is silent, the interface gives the terminal back and ends, and says so."""
    terminal = opened(installed, FROZEN)
    terminal.send(b"\x11")
    assert terminal.ended() == 7
    assert terminal.left_over() == []
    terminal.wait("La base de données ne répond pas")


def test_a_second_signal_waits_for_nothing(installed: Installed) -> None:
    """Told twice to end, the interface ends at once, the terminal in order."""
    terminal = opened(installed, FROZEN)
    for _ in range(2):
        os.kill(terminal.pid, signal.SIGTERM)
    assert (terminal.ended(), terminal.left_over()) == (143, [])


def test_a_fault_after_a_save_says_what_was_saved(installed: Installed) -> None:
    """The program fails once the step is taken back: the sentence says that it is, and so does the base."""
    installed.desk.open_case()
    installed.desk.must(f"dossier avancer {REF} deposer_drf --forcer --commentaire essai")
    terminal = opened_again(installed, FALLING)
    terminal.press("Enter")
    terminal.wait("u Annuler")
    terminal.press("u")
    terminal.wait("Annuler « ")
    terminal.press("o")
    assert terminal.ended() == 1
    assert f"l’enregistrement de {REF} était déjà fait" in " ".join(terminal.shown().split())
    assert installed.desk.must(f"dossier voir {REF} --json").json["state"] == "preparation"


def test_a_terminal_that_only_writes_lines_is_refused(installed: Installed) -> None:
    """Where nothing can be placed on a screen, the interface says what to use instead."""
    installed.desk.open_case()
    terminal = installed.start(PLAIN, kind=Pty)
    assert isinstance(terminal, Pty)
    assert terminal.ended() == 2
    assert "TERM=dumb" in terminal.shown()
    assert "--help" in terminal.shown()
    assert terminal.left_over() == []
