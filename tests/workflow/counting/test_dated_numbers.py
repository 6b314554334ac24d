"""Numbers of a rule that change on a date: which one holds, what it is explained by, what it leaves alone.

The rules are in `tests/support/rules/dated`: a procedure whose numbers stay, and one whose numbers change.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from rich.console import Console

from cli.rules.procedure_view import sheet
from cli.shared.shapes import procedure_json
from cli.terminal.output import as_stored
from display.drawing.typography import released
from tests.support.core import DAY, METROPOLE, RULES, paris, plain
from workflow.case.case import Deadline, FactValue
from workflow.counting.context import context_for
from workflow.deadlines.compute import every, is_met, rule_for
from workflow.deadlines.planner import StartPlanner
from workflow.rulefiles.rulebook import load_rulebook
from workflow.rules.counts import LastStart
from workflow.rules.procedure import Procedure
from workflow.trials.examples import check
from workflow.trials.simulation import simulate

FOLDER = RULES / "dated"
BOOK = load_rulebook(FOLDER)
CONSTANT, CHANGING = BOOK.procedure("constante"), BOOK.procedure("changeante")
CONTEXT = context_for(CHANGING, "FR", (), {})
CHANGE = date(2027, 3, 1)
START: FactValue = paris(9, 14, 9, year=2027)


def dates(procedure: Procedure, **facts: FactValue) -> dict[str, Deadline]:
    """Return every deadline that some facts allow, by id."""
    found = every(procedure, procedure.editions[0], facts, CONTEXT)
    return {one.id: one for one in found}


def filing(granted: date, procedure: Procedure = CHANGING) -> Deadline:
    """Return the deadline to file what was granted on a day."""
    return dates(procedure, accord_le=granted)["depot"]


def lines(deadline: Deadline) -> list[str]:
    """Return the explanation with plain spaces."""
    return [plain(step) for step in deadline.explanation.steps]


def test_rules_with_numbers_that_change_are_sound() -> None:
    """Dated numbers of every kind are rules that nothing is wrong with."""
    assert check(FOLDER) == []


def test_the_day_before_the_old_number_holds() -> None:
    """What was granted the day before keeps 60 days, and the explanation says when and what follows."""
    found, known = filing(CHANGE - DAY), filing(CHANGE - DAY, CONSTANT)
    assert found.dates == known.dates
    assert found.dates.strict == CHANGE + timedelta(days=59)
    assert lines(found)[2] == (
        "Valeur datée : 60 jours calendaires ; 45 jours calendaires à partir du 01/03/2027, "
        "« Sous 45 jours » (Arrêté d’essai, art. 3) ; « Accord » est du 28/02/2027."
    )
    assert [line for line in lines(found) if not line.startswith("Valeur")] == lines(known)
    assert found.explanation.source == known.explanation.source


def test_on_the_day_the_new_number_holds() -> None:
    """What was granted on the day has 45 days, explained by the new text and its date."""
    found = filing(CHANGE)
    assert (found.dates.strict, plain(found.explanation.binding)) == (
        CHANGE + timedelta(days=45),
        "45 jours calendaires après : accord",
    )
    assert found.explanation.source.document == "Arrêté d’essai"
    assert lines(found)[1:4] == [
        "Règle : « Sous 45 jours » (Arrêté d’essai, art. 3), vérifiée le 21/11/2026.",
        (
            "Valeur datée : 45 jours calendaires depuis le 01/03/2027, « Sous 45 jours » "
            "(Arrêté d’essai, art. 3) ; 30 jours calendaires à partir du 01/01/2028, « Sous 30 jours » "
            "(Arrêté d’essai, art. 4) ; « Accord » est du 01/03/2027."
        ),
        "Décompte : 45 jours calendaires après donnent le 15/04/2027 ; aucun jour sauté.",
    ]


def test_nothing_else_moves() -> None:
    """A number that changed leaves every other deadline as it was."""
    facts: Mapping[str, FactValue] = {
        "depart": paris(5, 3, 9, year=2027),
        "demande_le": paris(2, 20, year=2027),
        "accord_le": CHANGE,
        "signe_le": CHANGE - DAY,
    }
    before, after = dates(CONSTANT, **facts), dates(CHANGING, **facts)
    assert list(before) == list(after) == list(CHANGING.deadlines)
    assert {id_ for id_ in before if before[id_].dates != after[id_].dates} == {"depot"}


def test_several_dates_follow_each_other() -> None:
    """Of several dated numbers, the last one whose day has come holds."""
    days = (CHANGE - DAY, CHANGE, date(2027, 12, 31), date(2028, 1, 1))
    spans = [(filing(day).dates.strict, day) for day in days]
    assert [(end - day).days for end, day in spans if isinstance(end, date)] == [60, 45, 45, 30]


def test_another_fact_may_decide() -> None:
    """With `dated_by`, the date of that fact decides; while nobody noted it, the anchor does and says so."""
    old = dates(CHANGING, accord_le=CHANGE, signe_le=CHANGE - DAY)["envoi"]
    new = dates(CHANGING, accord_le=CHANGE - DAY, signe_le=CHANGE)["envoi"]
    unknown = dates(CHANGING, accord_le=CHANGE)["envoi"]
    assert (old.dates.strict, new.dates.strict, unknown.dates.strict) == (
        CHANGE + timedelta(days=60),
        CHANGE + timedelta(days=44),
        CHANGE + timedelta(days=45),
    )
    assert "« Signature » est du 28/02/2027." in lines(old)[2]
    assert [one for one in unknown.explanation.warnings if "Signature" in one] == [
        (
            "La règle change selon la date « Signature », qui n’est pas notée : celle d’où "
            "l’on compte en tient lieu ; notez-la (Échéancier, lectures retenues, valeurs datées)."
        )
    ]
    assert not any(
        "La règle change" in one for one in (*old.explanation.warnings, *new.explanation.warnings)
    )


def test_an_opening_changes_without_its_end() -> None:
    """An opening that changes is told, while the limit keeps its own number and its own text."""
    found, was = (
        dates(procedure, depart=START)["inscription"] for procedure in (CHANGING, CONSTANT)
    )
    assert (found.dates.opens_on, was.dates.opens_on) == (date(2027, 6, 14), date(2027, 7, 14))
    assert (found.dates.strict, found.explanation.source) == (
        was.dates.strict,
        was.explanation.source,
    )
    assert lines(found)[2].startswith(
        "Valeur datée : 3 mois depuis le 01/06/2027, « Dès trois mois avant »"
    )


def test_hours_to_work_change_on_a_date() -> None:
    """Fewer hours asked from a day on give a later start, and prove the deadline with less."""
    edition, spec = CHANGING.editions[0], CHANGING.deadlines["mission"]
    asked = {}
    for day in (CHANGE - DAY, CHANGE):
        facts: dict[str, FactValue] = {
            "signe_le": day,
            "debut_mission": day,
            "heures_mission": Decimal(40),
        }
        rule = rule_for(spec, edition, facts, CONTEXT)
        assert rule is not None
        assert isinstance(rule.last_start, LastStart)
        asked[day] = (rule.last_start.hours, is_met(spec, edition, facts, CONTEXT))
    assert asked == {CHANGE - DAY: (Decimal(70), False), CHANGE: (Decimal(35), True)}


def test_a_start_is_planned_across_the_change() -> None:
    """A longer notice from a day on closes some starts: each deposit finds the first that is left."""
    planner = StartPlanner(CHANGING, CONTEXT)
    for offset in range(21):
        deposit = date(2027, 5, 17) + offset * DAY
        start = deposit
        # Two days of notice, or twenty: whole days only, for the deposit has no hour.
        while not METROPOLE.is_working(start) or (start - deposit).days < (
            3 if start < date(2027, 6, 1) else 21
        ):
            start += DAY
        plan = planner.from_deposit(deposit, {}, date(2027, 1, 4))
        assert [chain.start for chain in plan.chains] == [start]


def test_a_simulation_and_the_sheet_of_the_procedure_know_the_change() -> None:
    """Simulated dates follow the number of their day, and the sheet shows every number and its text."""
    result = simulate(
        BOOK,
        "changeante",
        {"depart": "14/09/2027 09:00", "accord_le": "01/03/2027"},
        settings=CONTEXT.settings,
    )
    (found,) = (one for one in result.deadlines if one.id == "depot")
    assert found.dates.strict == date(2027, 4, 15)
    console = Console(width=200, file=io.StringIO())
    console.print(*sheet(CHANGING))
    assert isinstance(console.file, io.StringIO)
    shown = " ".join(released(console.file.getvalue()).split())
    assert (
        "60 jours calendaires, puis 45 jours calendaires à partir du 01/03/2027, puis 30 jours "
        "calendaires à partir du 01/01/2028, selon la date « Accord »"
    ) in shown
    assert "« Sous 45 jours » (Arrêté d’essai, art. 3), vérifié le 21/11/2026" in shown
    told = json.loads(json.dumps(procedure_json(CHANGING), default=as_stored))["deadlines"]
    (values,) = (one["dated_numbers"] for one in told if one["id"] == "depot")
    assert [(one["from"], one["number"], one["dated_by"]) for one in values] == [
        ("2027-03-01", 45, ["accord_le"]),
        ("2028-01-01", 30, ["accord_le"]),
    ]
