"""Numbers of a rule that change on a date: which one holds, what it is explained by, what it leaves alone."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest
from rich.console import Console

from cli.rules.procedure_view import sheet
from cli.shared.shapes import procedure_json
from cli.terminal.output import as_stored
from display.typography import released
from tests.support.core import DAY, METROPOLE, SETTINGS, cipi, context, paris, plain
from workflow.case.case import Deadline, FactValue
from workflow.deadlines.compute import every, is_met, rule_for
from workflow.deadlines.context import context_for
from workflow.deadlines.planner import StartPlanner
from workflow.rulefiles.rulebook import Rulebook, load_rulebook
from workflow.rules.procedure import LastStart, Procedure
from workflow.usecases.examples import check
from workflow.usecases.simulation import simulate

CHANGE = date(2027, 3, 1)
SOURCE = (
    'source = { document = "Arrêté d’essai", lines = "art. 1", quote = "Sous 45 jours", '
    "checked_on = 2026-11-21 }"
)
SIXTY_ONE = 'closes = { number = 61, unit = "jours", direction = "apres"'
DATED = f"{SIXTY_ONE}, values = [{{ from = 2027-03-01, number = 45, {SOURCE} }}]"
START: FactValue = paris(9, 14, 9, year=2027)

Rules = Callable[..., Procedure]


@pytest.fixture
def rules(tmp_path: Path) -> Rules:
    """Return a way to read the rules of the CIPI with some lines changed, once they are found sound."""

    def read(*edits: tuple[str, str]) -> Procedure:
        shipped = Path(str(files("workflow").joinpath("procedures")))
        folder = tmp_path / "regles"
        shutil.copytree(shipped / "cipi", folder / "cipi")
        # What a part of the CIPI extends.
        (folder / "cif-cdd").mkdir()
        shutil.copy(shipped / "cif-cdd" / "smic.toml", folder / "cif-cdd")
        text = (shipped / "cipi.toml").read_text(encoding="utf-8")
        for old, new in edits:
            assert old in text, old
            text = text.replace(old, new, 1)
        (folder / "cipi.toml").write_text(text, encoding="utf-8")
        assert check(folder) == []
        return load_rulebook(folder).procedure("cipi")

    return read


def dates(procedure: Procedure, facts: Mapping[str, FactValue]) -> dict[str, Deadline]:
    """Return every deadline that some facts allow, by id."""
    edition = procedure.edition("cipi-mon-espace-akto")
    return {one.id: one for one in every(procedure, edition, facts, context())}


def contract(procedure: Procedure, granted: date, **facts: FactValue) -> Deadline:
    """Return the deadline of the contract for a request granted on a day."""
    known = {"demarrage_formation": START, "drf_accordee_le": granted, **facts}
    return dates(procedure, known)["contrat"]


def lines(deadline: Deadline) -> list[str]:
    """Return the explanation with plain spaces."""
    return [plain(step) for step in deadline.explanation.steps]


def test_the_day_before_the_old_number_holds(rules: Rules) -> None:
    """A request granted the day before keeps 61 days, and the explanation says when and what follows."""
    found = contract(rules((SIXTY_ONE, DATED)), CHANGE - DAY)
    known = contract(cipi(), CHANGE - DAY)
    assert (
        (found.dates.strict, found.dates.prudent)
        == (known.dates.strict, known.dates.prudent)
        == (date(2027, 4, 30), date(2027, 4, 30))
    )
    assert lines(found)[2] == (
        "Valeur datée : 61 jours calendaires ; 45 jours calendaires à partir du 01/03/2027, "
        "« Sous 45 jours » (Arrêté d’essai, art. 1) ; « Accord sur la DRF (décision affichée au "
        "portail) » est du 28/02/2027."
    )
    assert [line for line in lines(found) if not line.startswith("Valeur")] == lines(known)
    assert found.explanation.source == known.explanation.source


def test_on_the_day_the_new_number_holds(rules: Rules) -> None:
    """A request granted on the day has 45 days, explained by the new text and its date."""
    found = contract(rules((SIXTY_ONE, DATED)), CHANGE)
    assert (found.dates.strict, plain(found.explanation.binding)) == (
        CHANGE + timedelta(days=45),
        "45 jours calendaires après : accord sur la DRF (décision affichée au portail)",
    )
    assert found.explanation.source.document == "Arrêté d’essai"
    assert lines(found)[1:4] == [
        "Règle : « Sous 45 jours » (Arrêté d’essai, art. 1), vérifiée le 21/11/2026.",
        (
            "Valeur datée : 45 jours calendaires depuis le 01/03/2027, « Sous 45 jours » "
            "(Arrêté d’essai, art. 1) ; « Accord sur la DRF (décision affichée au portail) » est du "
            "01/03/2027."
        ),
        "Décompte : 45 jours calendaires après donnent le 15/04/2027 ; aucun jour sauté.",
    ]


def test_nothing_else_moves(rules: Rules) -> None:
    """One dated line leaves every other deadline, and every worked example, as it was."""
    facts: dict[str, FactValue] = {
        "demarrage_formation": START,
        "drf_deposee_le": paris(2, 20, year=2027),
        "drf_accordee_le": CHANGE,
        "debut_contrat": date(2027, 9, 14),
        "fin_formation": date(2027, 10, 30),
    }
    before, after = dates(cipi(), facts), dates(rules((SIXTY_ONE, DATED)), facts)
    assert {id_ for id_ in before if before[id_] != after[id_]} == {"contrat"}


def test_several_dates_follow_each_other(rules: Rules) -> None:
    """Of several dated numbers, the last one whose day has come holds."""
    second = f"{{ from = 2028-01-01, number = 30, {SOURCE} }}]"
    procedure = rules((SIXTY_ONE, DATED.removesuffix("]") + ", " + second))
    days = (CHANGE - DAY, CHANGE, date(2027, 12, 31), date(2028, 1, 1))
    spans = [(contract(procedure, day).dates.strict, day) for day in days]
    assert [(end - day).days for end, day in spans if isinstance(end, date)] == [61, 45, 45, 30]
    assert "; 30 jours calendaires à partir du 01/01/2028," in lines(contract(procedure, CHANGE))[2]


def test_another_fact_may_decide(rules: Rules) -> None:
    """With `dated_by`, the date of that fact decides; while nobody noted it, the anchor does and says so."""
    procedure = rules((SIXTY_ONE, f'{DATED}, dated_by = "debut_contrat"'))
    old = contract(procedure, CHANGE, debut_contrat=CHANGE - DAY)
    new = contract(procedure, CHANGE - DAY, debut_contrat=CHANGE)
    unknown = contract(procedure, CHANGE)
    assert (old.dates.strict, new.dates.strict, unknown.dates.strict) == (
        CHANGE + timedelta(days=61),
        CHANGE + timedelta(days=44),
        CHANGE + timedelta(days=45),
    )
    assert "« Premier jour du contrat » est du 28/02/2027." in lines(old)[2]
    assert [one for one in unknown.explanation.warnings if "Premier jour du contrat" in one] == [
        (
            "La règle change selon la date « Premier jour du contrat », qui n’est pas notée : celle d’où "
            "l’on compte en tient lieu ; notez-la (Échéancier, lectures retenues, valeurs datées)."
        )
    ]
    assert not any(
        "La règle change" in one for one in (*old.explanation.warnings, *new.explanation.warnings)
    )


def test_an_opening_changes_without_its_end(rules: Rules) -> None:
    """An opening that changes is told, while the limit keeps its own number and its own text."""
    opens = 'opens = { number = 2, unit = "mois", direction = "avant"'
    procedure = rules((opens, f"{opens}, values = [{{ from = 2027-06-01, number = 3, {SOURCE} }}]"))
    found, known = dates(procedure, {"demarrage_formation": START})["drf"], cipi()
    was = dates(known, {"demarrage_formation": START})["drf"]
    assert (found.dates.opens_on, was.dates.opens_on) == (date(2027, 6, 14), date(2027, 7, 14))
    assert (found.dates.strict, found.explanation.source) == (
        was.dates.strict,
        was.explanation.source,
    )
    assert lines(found)[2].startswith(
        "Valeur datée : 3 mois depuis le 01/06/2027, « Sous 45 jours »"
    )


def test_hours_to_work_change_on_a_date(rules: Rules) -> None:
    """Fewer hours asked from a day on give a later start, and prove the deadline with less."""
    hours = "last_start = { hours = 70,"
    procedure = rules(
        (hours, f"{hours} values = [{{ from = 2027-03-01, number = 35, {SOURCE} }}],")
    )
    edition = procedure.edition("cipi-mon-espace-akto")
    spec = procedure.deadlines["mission"]
    asked = {}
    for day in (CHANGE - DAY, CHANGE):
        facts: dict[str, FactValue] = {
            "demarrage_formation": START,
            "debut_contrat": day,
            "debut_mission": day,
            "heures_mission_realisees": Decimal(40),
        }
        rule = rule_for(spec, edition, facts, context())
        assert rule is not None
        assert isinstance(rule.last_start, LastStart)
        asked[day] = (rule.last_start.hours, is_met(spec, edition, facts, context()))
    assert asked == {CHANGE - DAY: (Decimal(70), False), CHANGE: (Decimal(35), True)}


def test_a_start_is_planned_across_the_change(rules: Rules) -> None:
    """A longer notice from a day on closes some starts: each deposit finds the first that is left."""
    hours = 'closes = { number = 48, unit = "heures", direction = "avant", prudent_working_days = 3'
    longer = f"{hours}, values = [{{ from = 2027-06-01, number = 480, {SOURCE} }}]"
    procedure = rules((hours, longer))
    planner = StartPlanner(procedure, context_for(procedure, "FR", (), SETTINGS))
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


def test_a_simulation_and_the_sheet_of_the_procedure_know_the_change(rules: Rules) -> None:
    """Simulated dates follow the number of their day, and the sheet shows every number and its text."""
    procedure = rules((SIXTY_ONE, DATED))
    facts = {"demarrage_formation": "14/09/2027 09:00", "drf_accordee_le": "01/03/2027"}
    result = simulate(Rulebook({"cipi": procedure}), "cipi", facts, settings=SETTINGS)
    (found,) = (one for one in result.deadlines if one.id == "contrat")
    assert found.dates.strict == date(2027, 4, 15)
    console = Console(width=200, file=io.StringIO())
    console.print(*sheet(procedure))
    assert isinstance(console.file, io.StringIO)
    shown = " ".join(released(console.file.getvalue()).split())
    assert (
        "61 jours calendaires, puis 45 jours calendaires à partir du 01/03/2027, selon la date "
        "« Accord sur la DRF (décision affichée au portail) »"
    ) in shown
    assert "« Sous 45 jours » (Arrêté d’essai, art. 1), vérifié le 21/11/2026" in shown
    (value,) = (
        value
        for deadline in json.loads(json.dumps(procedure_json(procedure), default=as_stored))[
            "deadlines"
        ]
        for value in deadline["dated_numbers"]
    )
    assert (value["from"], value["number"], value["dated_by"]) == (
        "2027-03-01",
        45,
        ["drf_accordee_le"],
    )
