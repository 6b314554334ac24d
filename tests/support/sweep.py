"""Command lines that nobody should type: every command and option, with values that break programs.

Used by `tests.cli.terminal.test_sweep`. Draws from a seed that is always told, so that any line can be
drawn again. Judges what a command answers; knows nothing of what it does.
"""

from __future__ import annotations

import re
import shlex
import signal
from collections.abc import Iterator
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any

from msgspec import Struct

from cli.app import command
from cli.terminal.arguments import GLOBAL_OPTIONS
from tests.support.cli import REF, Desk, Run

FOREVER = 60
"""Seconds after which a command hangs, even on a machine that is busy."""

CODES = frozenset({0, 2, 3, 4, 5, 6, 7})
_ENGLISH = re.compile(
    r"\b(the|not|error|invalid|unexpected|missing|failed|must|expected|traceback|cannot|found|such|"
    r"should|with|wrong|unknown|required|given)\b",
    re.IGNORECASE,
)

LEFT_OUT = frozenset({"tui", "demo"})
"""What opens a screen, and what runs the whole program over: they have tests of their own."""
NEVER_ALONE = {"service": "--essai"}
"""What would not end by itself, and the option that makes it end."""

WORDS = (
    *(
        "",
        " ",
        "-",
        "x",
        "é",
        "🇫🇷",
        "ﬁn",
        "\u202eabc",
        "\x1b]52;c;YQ==\x07",
        "a\nb",
        "a\tb",
        "\udce9t\udce9",
    ),
    *("x" * 60_000, "9" * 5_000, "é" * 300, "a b " * 15_000),
    *("-1", "0", "1", "7", "3,5", "1e9", "1 000", "٣", "35h30", "7h20", "9" * 25, "0x10", "1.234"),
    *(
        "31/02/2026",
        "01/01/0001",
        "31/12/9999",
        "2026-13-45",
        "+9999a",
        "demain",
        "lundi",
        "29/02/2027",
    ),
    *(
        "lundi 8 septembre 2026",
        "25/10/2026 02:30",
        "29/03/2026 02:30",
        "08/09/2026 25:00",
        "20/09/2026",
    ),
    *("07/09/2026..11/09/2026", "11/09/2026 - 07/09/2026", "du", "2026-09-08T09:00+99:99"),
    *("oui", "non", "a=b", "=b", "a=", "demarrage_formation=", "demarrage_formation=demain 9h"),
    *("demarrage_formation=31/02/2026", "cout_pedagogique=1e9", "effectif_ett=beaucoup"),
    *(
        "'; DROP TABLE case_file; --",
        "%",
        "_",
        "%s%n",
        "../../etc/passwd",
        "$(id)",
        "{0}",
        "[red]x[/red]",
    ),
    *("1 85 12 75 108 123 45", "RQTH2026", "claire@", "@example.org", "a@b@c.fr", "étienne@été.fr"),
    *("/dev/full", "/dev/null", ".", "/nulle/part", "caf\udce9.toml"),
    *("sqlite:///nulle/part/base.db", "postgresql://127.0.0.1:1/x", "mysql://x", "sqlite:", "://"),
)
FILES = {
    "vide.toml": b"",
    "binaire.toml": bytes(range(256)) * 20,
    "profond.toml": b"a = " + b"[" * 100_000 + b"]" * 100_000,
    "pointes.toml": b".".join([b"a"] * 200_000) + b" = 1",
    "chiffres.toml": b"a = " + b"9" * 5_000,
    "tables.toml": b"commission = 3\nsession = [1, {}]\nexample = [[]]\n",
    "utf16.toml": "﻿commission = 1".encode("utf-16"),
    "vide.ics": b"",
    "faux.ics": b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:99999999T999999Z\r\nEND:VCALENDAR\r\n",
    "long.ics": b"BEGIN:VCALENDAR\r\nSUMMARY:" + b"x" * 500_000 + b"\r\nEND:VCALENDAR\r\n",
}

RIGHT = {
    "REF": (REF,),
    "DATE": ("06/10/2026", "20/09/2026", "demain"),
    "NOUVELLE": ("13/03/2027",),
    "JOURS": ("12/10/2026", "12/10/2026..16/10/2026"),
    "HEURES": ("35", "7,5"),
    "HEURE": ("09:30",),
    "DE-À": ("09:00-17:00",),
    "TEXTE": ("Sacha Morvan", "parce que"),
    "NOM=VALEUR": ("demarrage_formation=06/10/2026", "drf_deposee_le=01/09/2026"),
    "PIÈCE": ("convention_formation",),
    "PIÈCE=LIEU": ("convention_formation=classeur 3",),
    "ACTION": ("deposer_drf", "accorder_drf"),
    "ÉCHÉANCE": ("drf",),
    "PROCÉDURE": ("cipi", "cif-cdd"),
    "NATURE": ("mission", "formation"),
    "PERSONNE": ("claire", "malik"),
    "PERSONNE|ADRESSE": ("malik", "autre@example.org"),
    "FICHIER": tuple(FILES),
    "DOSSIER": (".",),
    "CHEMIN": (".",),
    "FORMAT": ("json", "texte"),
    "texte|html": ("html",),
    "CODE": ("FR", "FR-57"),
    "N": ("1", "14"),
    "FAIT": ("fin_formation",),
    "QUOI": ("lieu", "faites"),
    "SUJET": ("rappel",),
    "CANAL": ("aucun",),
    "ID": ("1", "claire"),
    "NUMÉRO": ("1",),
}
"""Values that mean something, by what the help calls them."""
RIGHT_IDS = {
    "--agence": ("lyon", "metz"),
    "--financeur": ("fongecif-bfc", "akto"),
    "--procedure": ("cif-cdd", "cipi"),
    "--etat": ("preparation",),
    "--public": ("minima_sociaux",),
    "--preuve": ("attestation_caf",),
    "--base": ("sqlite:///echeancier.db",),
    "--config": ("config.toml",),
}
"""The same by option, where an id may be that of anything."""


_MOSTLY_RIGHT, _MOSTLY, _OFTEN, _SOMETIMES, _SELDOM = 0.75, 0.95, 0.6, 0.15, 0.06
"""How often a value means something, and a word stands there."""
_ASKED_FOR = ("--financeur", "--raison", "--jusqu-au", "--personne", "--ajouter", "--fait")
"""Without these, most commands end before they begin."""
_DECIDES = ("--oui", "--essai")
"""Without one of them, nobody could confirm."""


class Line(Struct, frozen=True):
    """A command line to try."""

    words: tuple[str, ...]

    def __str__(self) -> str:
        """Return it would be typed, long words cut."""
        return shlex.join(
            word if len(word) < 80 else f"{word[:40]}…×{len(word)}" for word in self.words
        )


def commands() -> dict[str, Any]:
    """Return every command by the words that lead to it."""
    return dict(_leaves(command(), ()))


def _leaves(node: Any, path: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    for name, one in getattr(node, "commands", {}).items():
        if not path and name in LEFT_OUT:
            continue
        if getattr(one, "alone", None):
            yield name, one.alone
        yield from _leaves(one, (*path, name))
    if path and not hasattr(node, "commands"):
        yield " ".join(path), node


def lines(name: str, one: Any, random: Random, count: int) -> Iterator[Line]:
    """Yield command lines of a command.

    Args:
        name: the words that lead to it.
        one: the command.
        random: where to draw from.
        count: how many.
    """
    everywhere = [param for param in command().params if f"--{param.name}" in GLOBAL_OPTIONS]
    yes = [param for param in one.params if param.opts[0] in _DECIDES]
    for _ in range(count):
        words = name.split()
        for param in one.params:
            if param.param_type_name == "argument":
                several = random.randrange(3) if param.nargs == -1 else random.random() < _MOSTLY
                words += [_value(param, random) for _ in range(int(several))]
            elif random.random() < _chance(param):
                words += _option(param, random)
        if yes and random.random() < _MOSTLY:
            words.append(random.choice(yes).opts[0])
        if random.random() < _SELDOM:
            words += _option(random.choice(everywhere), random)
        if random.random() < _SELDOM:
            words.append(random.choice(("--inconnu", "--essai=oui", "--", "-z", "de trop")))
        if name in NEVER_ALONE:
            words.insert(len(name.split()), NEVER_ALONE[name])
        yield Line(tuple(words))


def _chance(param: Any) -> float:
    if param.required:
        return _MOSTLY
    return _OFTEN if param.opts[0] in _ASKED_FOR else _SOMETIMES


def _option(param: Any, random: Random) -> list[str]:
    option = random.choice(param.opts)
    if param.is_flag:
        return [option]
    value = _value(param, random)
    return [f"{option}={value}"] if random.random() < 0.3 else [option, value]


def _value(param: Any, random: Random) -> str:
    known = RIGHT_IDS.get(param.opts[0]) or RIGHT.get(param.metavar or "", ("x",))
    return random.choice(known if random.random() < _MOSTLY_RIGHT else WORDS)


class Hangs(Exception):
    """A command that did not end."""


def _too_long(_signal: int, _frame: FrameType | None) -> None:
    raise Hangs


class Sweeper:
    """Tries lines at a desk, and says what is wrong with what they answer.

    Args:
        desk: where they are typed, with one open case; put back as it was after each write.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        for name, content in FILES.items():
            (desk.folder / name).write_bytes(content)
        self._kept = desk.database.read_bytes()
        self._rows = desk.rows()

    def wrong(self, line: Line) -> str | None:
        """Try a line; return what is wrong with its answer, None when all is well."""
        before = signal.signal(signal.SIGALRM, _too_long)
        signal.alarm(FOREVER)
        try:
            run = self._desk.type("", *line.words)
        except Hangs:
            return f"does not end: {line}"
        finally:
            signal.alarm(0)
            signal.signal(signal.SIGALRM, before)
        wrong = self._judged(run)
        return None if wrong is None else f"{wrong}: {line}\n{run.err[:400]}"

    def _judged(self, run: Run) -> str | None:
        rows = self._desk.rows()
        wrote = rows != self._rows
        if wrote:
            self._put_back()
        if run.code not in CODES:
            return f"code {run.code}"
        if run.code and wrote:
            return f"code {run.code}, and something was written"
        if run.code and not run.err.strip() and not run.out.strip():
            return f"code {run.code} without a word"
        if (english := _ENGLISH.search(run.err)) is not None:
            return f"English ({english[0]})"
        return None

    def _put_back(self) -> None:
        for beside in ("-wal", "-shm"):
            Path(f"{self._desk.database}{beside}").unlink(missing_ok=True)
        self._desk.database.write_bytes(self._kept)
