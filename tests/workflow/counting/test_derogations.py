"""Derogations: deposits suspended, a window reopened, in a made-up rule file."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path

import pytest
from rich.console import Console

from cli.rules.procedure_view import sheet
from cli.shared.shapes import procedure_json
from cli.terminal.output import as_stored
from display.drawing.typography import released
from tests.support.core import DAY, METROPOLE, SMALL_RULES, plain
from workflow.acts.guards import outside_window
from workflow.case.case import Deadline
from workflow.counting.context import context_for
from workflow.counting.ways_of_counting import Context
from workflow.deadlines.compute import every
from workflow.deadlines.planner import StartPlanner
from workflow.rulefiles.rulebook import load_rulebook
from workflow.rules.procedure import Procedure
from workflow.trials.examples import check

FIRST, LAST = date(2027, 6, 19), date(2027, 8, 29)
CLOSES = 'closes = { number = 1, unit = "mois", direction = "avant" }'
WINDOW = f'opens = {{ number = 3, unit = "mois", direction = "avant" }}\n{CLOSES}'
SOURCE = (
    'source = { document = "brève d’essai", lines = "1", quote = "Arrêt du 19 juin au 29 août", '
    "checked_on = 2026-11-21 }"
)
PLANNING = '\n[planning]\ndeposit = "envoi"\nreply = "rappel"\ndeposit_facts = ["envoye_le"]\n'


def derogation(*lines: str, until: str = "2027-08-29") -> str:
    """Return a derogation of the summer of 2027."""
    head = f'\n[[derogations]]\nid = "ete"\nlabel = "arrêt des envois"\nfrom = 2027-06-19\nuntil = {until}\n'
    return head + "\n".join((*lines, SOURCE)) + "\n"


def written(folder: Path, *more: str) -> Path:
    """Write the small rules, with a window and more lines, and return their folder."""
    text = SMALL_RULES.replace(CLOSES, WINDOW, 1) + PLANNING + "".join(more)
    (folder / "mini.toml").write_text(text, encoding="utf-8")
    return folder


def rules(folder: Path, *more: str) -> Procedure:
    """Return the small procedure with more lines, once they are found sound."""
    assert check(written(folder, *more)) == []
    return load_rulebook(folder).procedure("mini")


def where(procedure: Procedure) -> Context:
    """Return the calendars of the métropole."""
    return context_for(procedure, "FR", (), {})


def window(procedure: Procedure, start: date) -> Deadline:
    """Return the window of a start."""
    edition = procedure.edition("seconde")
    (found,) = every(procedure, edition, {"depart": start}, where(procedure))
    return found


def lines(deadline: Deadline) -> list[str]:
    """Return the explanation with plain spaces."""
    return [plain(step) for step in deadline.explanation.steps]


SUSPENDED = derogation('suspends = ["envoi"]')
REOPENED = derogation('reopens = ["envoi"]')
TOLD = (
    "Dérogation : arrêt des envois, du 19/06/2027 au 29/08/2027 ; « Arrêt du 19 juin au 29 août » "
    "(brève d’essai, l. 1)."
)


@pytest.mark.parametrize(
    ("start", "opens_on", "strict", "prudent", "moved"),
    [
        # Ends the day before it, on its first day, on its last, the day after.
        (date(2027, 7, 18), date(2027, 4, 18), date(2027, 6, 18), date(2027, 6, 17), False),
        (date(2027, 7, 19), date(2027, 4, 19), date(2027, 6, 18), date(2027, 6, 18), True),
        (date(2027, 9, 18), date(2027, 6, 18), date(2027, 6, 18), date(2027, 6, 18), True),
        # Ends later, with a prudent day inside it, then after it.
        (date(2027, 9, 30), date(2027, 8, 30), date(2027, 8, 30), date(2027, 6, 18), True),
        (date(2027, 11, 2), date(2027, 8, 30), date(2027, 10, 2), date(2027, 10, 1), True),
        (date(2027, 11, 30), date(2027, 8, 30), date(2027, 10, 30), date(2027, 10, 29), False),
    ],
)
def test_days_of_a_suspension_are_taken_from_a_window(
    tmp_path: Path, start: date, opens_on: date, strict: date, prudent: date, moved: bool
) -> None:
    """An opening moves past the suspension, an end before it, and the explanation names what moved them."""
    found = window(rules(tmp_path, SUSPENDED), start)
    assert (found.dates.opens_on, found.dates.strict, found.dates.prudent) == (
        opens_on,
        strict,
        prudent,
    )
    assert (TOLD in lines(found)) is moved
    plain = window(rules(tmp_path), start)
    assert [line for line in lines(found)[:3] if line != TOLD] == lines(plain)[:3]


def test_a_window_inside_a_suspension_is_impossible(tmp_path: Path) -> None:
    """A window whose every day is suspended closes before it opens, and says so."""
    text = SUSPENDED.replace("from = 2027-06-19", "from = 2027-05-01")
    assert window(rules(tmp_path, text), date(2027, 8, 15)).dates.impossible


@pytest.mark.parametrize(
    ("start", "strict", "moved"),
    [
        (date(2027, 7, 18), date(2027, 6, 18), False),
        (date(2027, 7, 19), LAST, True),
        (date(2027, 9, 28), LAST, True),
        (date(2027, 9, 29), LAST, False),
        (date(2027, 9, 30), date(2027, 8, 30), False),
    ],
)
def test_a_reopened_window_ends_with_it(
    tmp_path: Path, start: date, strict: date, moved: bool
) -> None:
    """A limit that falls within the days of a reopening is put back to the last of them, and no other."""
    found = window(rules(tmp_path, REOPENED), start)
    assert (found.dates.strict, TOLD in lines(found)) == (strict, moved)
    if moved:
        assert found.dates.prudent == date(2027, 8, 27)


def test_the_sheet_of_the_procedure_shows_a_derogation(tmp_path: Path) -> None:
    """A derogation is shown with its days and its source, to people and to programs."""
    procedure = rules(tmp_path, SUSPENDED)
    console = Console(width=200, file=io.StringIO())
    console.print(*sheet(procedure))
    assert isinstance(console.file, io.StringIO)
    shown = " ".join(released(console.file.getvalue()).split())
    assert "Dérogations arrêt des envois, du 19/06/2027 au 29/08/2027 « Arrêt du 19 juin" in shown
    (told,) = json.loads(json.dumps(procedure_json(procedure), default=as_stored))["derogations"]
    assert (told["id"], told["from"], told["until"], told["suspends"], told["reopens"]) == (
        "ete",
        "2027-06-19",
        "2027-08-29",
        ["envoi"],
        [],
    )


def test_a_step_dated_in_a_suspension_is_refused(tmp_path: Path) -> None:
    """A deposit dated on a suspended day is outside its window; the day before and the day after are not."""
    procedure = rules(tmp_path, SUSPENDED)
    action, context = procedure.actions["envoyer"], where(procedure)

    def said(done: date) -> list[str]:
        facts = {
            "depart": date(2027, 9, 18) if done < FIRST else date(2027, 11, 2),
            "envoye_le": done,
        }
        reasons = outside_window(procedure, action, "seconde", facts, context)
        return [reason.words for reason in reasons]

    refused = "la fenêtre « Envoyer » est suspendue : arrêt des envois, du 19/06/2027 au 29/08/2027"
    assert [said(day) for day in (FIRST - DAY, FIRST, LAST, LAST + DAY)] == [
        [],
        [refused],
        [refused],
        [],
    ]


def test_a_start_is_planned_around_a_suspension(tmp_path: Path) -> None:
    """From any day, the first start found is the first whose file can be sent that day or after."""
    procedure = rules(tmp_path, SUSPENDED)
    planner = StartPlanner(procedure, where(procedure))
    for offset in range(0, 110, 6):
        today = date(2027, 5, 31) + offset * DAY
        chain = planner.from_today({}, today).chains[0]
        start = today
        while True:
            found = window(procedure, start)
            assert found.dates.opens_on is not None
            assert isinstance(found.dates.strict, date)
            if (
                METROPOLE.is_working(start)
                and max(found.dates.opens_on, today) <= found.dates.strict
            ):
                break
            start += DAY
        assert (chain.start, chain.last, chain.opens_on) == (
            start,
            found.dates.strict,
            found.dates.opens_on,
        )


@pytest.mark.parametrize(
    ("more", "key", "message"),
    [
        (
            derogation(),
            "derogations.ete",
            "elle ne concerne rien ; donnez `suspends`, `reopens` ou `tells`.",
        ),
        (
            derogation('suspends = ["envoi"]', until="2027-06-18"),
            "derogations.ete.until",
            "cette dérogation finit avant de commencer.",
        ),
        (
            derogation('suspends = ["envois"]'),
            "derogations.ete",
            "échéance « envois » inconnue (le plus proche : « envoi »).",
        ),
        (
            derogation('suspends = ["envoi"]', 'reopens = ["envoi"]'),
            "derogations.ete",
            "« envoi » ne peut être à la fois suspendue et rouverte ; faites-en deux.",
        ),
        (SUSPENDED + SUSPENDED, "derogations", "deux dérogations s’appellent « ete »."),
        (
            SUSPENDED + SUSPENDED.replace('"ete"', '"fin-ete"').replace("2027-06-19", "2027-08-29"),
            "derogations.fin-ete",
            (
                "« ete » et « fin-ete » déplacent « envoi » les mêmes jours, du 29/08/2027 au "
                "29/08/2027 ; changez `from` ou `until`."
            ),
        ),
    ],
)
def test_a_wrong_derogation_is_found(tmp_path: Path, more: str, key: str, message: str) -> None:
    """A derogation that moves nothing, ends too early, names no window or repeats another is told."""
    found = check(written(tmp_path, more))
    assert [(one.key, one.message) for one in found] == [(key, message)]
