"""`planifier` as typed: from a start, from a day of deposit, from nothing, and for files that exist."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.support.cli import Desk, plain

IN_2018 = "--maintenant 2018-03-01"
BFC = "planifier cif-cdd --financeur fongecif-bfc"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Return a desk without a database."""
    return Desk(tmp_path, monkeypatch)


def test_every_session_of_a_start_is_a_chain(desk: Desk) -> None:
    """The latest deposit comes first; no database is needed when the calendar is given."""
    line = f"{BFC} --depart 03/09/2018 --commission 12/07/2018 --commission 14/06/2018 {IN_2018}"
    data = desk.must(f"{line} --json").json
    assert (data["procedure"], data["funder"], data["agency"]) == (
        "cif-cdd",
        "fongecif-bfc",
        "lyon",
    )
    assert (data["start"], data["today"], data["failure"]) == ("2018-09-03", "2018-03-01", None)
    assert data["commissions"] == ["2018-06-14", "2018-07-12"]
    assert [chain["commission"] for chain in data["chains"]] == ["2018-07-12", "2018-06-14"]
    assert data["chains"][0] == {
        "start": "2018-09-03", "commission": "2018-07-12", "opens_on": "2018-03-03",
        "prudent": "2018-05-11", "strict": "2018-05-12", "last_day": "2018-05-12",
        "binding": "2\xa0mois avant la commission du 12/07/2018", "reply_on": "2018-07-13",
        "provisional": False, "warnings": [],
    }  # fmt: skip
    shown = desk.must(line).shown
    assert "03/09/2018 12/07/2018 03/03/2018 11/05/2018 12/05/2018 13/07/2018" in shown
    assert "Décide : 2 mois avant la commission du 12/07/2018" in shown
    assert not desk.database.exists()


def test_what_fails_is_said_with_the_nearest_start(desk: Desk) -> None:
    """A start that is too near: the limit that fails, and the nearest start that would do."""
    line = f"{BFC} --depart 02/04/2018 --commission 10/05/2018 --commission 12/07/2018 {IN_2018}"
    data = desk.must(f"{line} --json").json
    assert data["chains"] == []
    assert "aucune commission connue" in data["failure"]
    assert data["nearest"]["commission"] == "2018-05-10"
    assert data["nearest"]["start"] == "2018-05-25"
    shown = desk.must(line).shown
    assert "✗ Aucune commission connue ne convient" in shown
    assert "Départ possible le plus proche : vendredi 25 mai 2018" in shown


@pytest.mark.parametrize(
    ("funder", "start", "strict", "binding"),
    [
        ("unifaf", "2018-09-03", "2018-07-03", "2 mois avant"),
        ("uniformation", "2018-09-03", "2018-06-03", "3 mois avant"),
        ("fafsea", "2018-09-03", "2018-06-12", "1 mois avant la commission du 12/07/2018"),
        ("fongecif-ara", "2018-09-03", "2018-06-12", "1 mois avant la commission du 12/07/2018"),
        ("opcalim", "2018-09-03", "2018-06-03", "3 mois avant"),
        ("fongecif-bfc", "2018-09-03", "2018-05-12", "2 mois avant la commission du 12/07/2018"),
    ],
)
def test_every_funder_is_planned(
    desk: Desk, funder: str, start: str, strict: str, binding: str
) -> None:
    """Each by its own rules, whether it has a commission or not."""
    calendar = "" if funder in {"unifaf", "uniformation"} else "--commission 12/07/2018"
    line = f"planifier cif-cdd --financeur {funder} --depart {start} {calendar} {IN_2018} --json"
    (chain,) = desk.must(line).json["chains"]
    assert chain["strict"] == strict
    assert plain(chain["binding"]).startswith(binding)


def test_a_start_comes_with_its_hour(desk: Desk) -> None:
    """The CIPI counts hours: what is typed after --depart reaches the limit."""
    data = desk.must("planifier cipi --depart '05/10/2026 09:00' --json").json
    (chain,) = data["chains"]
    assert chain["strict"] == "2026-10-03T09:00:00+02:00"
    assert (chain["opens_on"], chain["last_day"]) == ("2026-08-05", "2026-10-02")
    assert "à 09:00" in desk.must("planifier cipi --depart '05/10/2026 09:00'").shown
    by_fact = desk.must("planifier cipi --fait 'demarrage_formation=05/10/2026 09:00' --json").json
    assert by_fact == data


@pytest.mark.parametrize(
    ("line", "start"),
    [
        ("cipi", "2026-09-03"),
        ("cdpi", "2026-09-03"),
        ("ptp", "2026-12-30"),
        ("ptp --fait interruption_mois=3", "2026-11-02"),
        ("reconversion", "2026-09-02"),
    ],
)
def test_from_nothing_it_is_the_first_start_that_can_be_reached(
    desk: Desk, line: str, start: str
) -> None:
    """Every living procedure answers with the present alone."""
    (chain,) = desk.must(f"planifier {line} --json").json["chains"]
    assert chain["start"] >= start
    assert chain["last_day"] >= "2026-09-01"


def test_a_day_of_deposit_gives_the_earliest_start(desk: Desk) -> None:
    """Sixty days later, on a day that is worked."""
    data = desk.must("planifier ptp --depot 01/12/2026 --fait interruption_mois=3 --json").json
    assert data["deposit"] == "2026-12-01"
    assert data["chains"][0]["start"] == "2027-02-01"


def test_a_scheme_that_has_ended_says_so(desk: Desk) -> None:
    """Today, nothing of the CIF can be reached, and the PTP is named."""
    run = desk.must("planifier cif-cdd --financeur unifaf")
    assert "aucun départ possible" in run.shown.casefold()
    assert "« ptp »" in run.said


def test_the_calendar_noted_is_used_and_missing_it_is_told(desk: Desk) -> None:
    """Without --commission the database is read; without any session, dates are provisional."""
    assert desk.type(f"{BFC} {IN_2018}").code == 7
    desk.prepare()
    (chain,) = desk.must(f"{BFC} --depart 03/09/2018 {IN_2018} --json").json["chains"]
    assert (chain["provisional"], chain["strict"]) == (True, "2018-05-31")
    desk.must("commissions ajouter --financeur fongecif-bfc 12/07/2018 --oui")
    (chain,) = desk.must(f"{BFC} --depart 03/09/2018 {IN_2018} --json").json["chains"]
    assert (chain["provisional"], chain["commission"]) == (False, "2018-07-12")
    other = f"{BFC} --depart 03/09/2018 --commission 14/06/2018 {IN_2018} --json"
    assert [one["commission"] for one in desk.must(other).json["chains"]] == ["2018-06-14"]


@pytest.fixture
def files(desk: Desk) -> Desk:
    """Return the desk with three historical files, a calendar, and one of the CIPI."""
    funders = (("fongecif-bfc", "lyon"), ("unifaf", "metz"), ("afdas", "lyon"))
    historical = "dossier ouvrir cif-cdd --historique --fait demarrage_formation=03/09/2018"
    desk.prepare(
        "commissions ajouter --financeur fongecif-bfc 12/07/2018 14/06/2018 --oui",
        *(f"{historical} --financeur {one} --agence {at} --libelle {one}" for one, at in funders),
        "dossier ouvrir cipi --fait 'demarrage_formation=05/10/2026 09:00'",
    )
    return desk


def test_files_are_planned_with_what_they_hold(files: Desk) -> None:
    """One file shows every chain; several show the best of each, and why one has none."""
    one = files.must(f"planifier --dossier CIF-2026-0001 {IN_2018}").shown
    assert "12/07/2018" in one
    assert "14/06/2018" in one
    several = files.must(
        f"planifier --dossier CIF-2026-0001 --dossier CIF-2026-0003 {IN_2018}"
    ).shown
    assert "1 autre commission possible" in several
    assert "Afdas : délais non connus" in several
    rows = files.must(f"planifier --tous {IN_2018} --json").json
    assert [row["ref"] for row in rows] == [
        "CIF-2026-0001", "CIF-2026-0002", "CIF-2026-0003", "CIPI-2026-0001",
    ]  # fmt: skip
    assert [len(row["chains"]) for row in rows[:3]] == [2, 1, 0]


@pytest.mark.parametrize(
    ("choice", "found"),
    [
        ("--agence metz", ["CIF-2026-0002"]),
        ("cif-cdd --financeur afdas", ["CIF-2026-0003"]),
        ("cipi", ["CIPI-2026-0001"]),
        ("ptp", []),
    ],
)
def test_all_of_them_are_chosen(files: Desk, choice: str, found: list[str]) -> None:
    """By procedure, funder and agency."""
    rows = files.must(f"planifier {choice} --tous {IN_2018} --json").json
    assert [row["ref"] for row in rows] == found


def test_a_file_that_is_past_its_deposit_is_not_planned(files: Desk) -> None:
    """Alone it is refused; among all of them it is left out."""
    files.must("dossier avancer CIF-2026-0001 abandonner")
    run = files.type("planifier --dossier CIF-2026-0001")
    assert (run.code, "rien ne reste à déposer" in run.said) == (3, True)
    rows = files.must("planifier cif-cdd --tous --json").json
    assert [row["ref"] for row in rows] == ["CIF-2026-0002", "CIF-2026-0003"]


@pytest.mark.parametrize("columns", [80, 60])
def test_plans_fit_the_terminal(files: Desk, monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    """No line is wider than the terminal."""
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("NO_COLOR", "1")
    shown = files.must(f"planifier --tous {IN_2018}").out
    assert all(cell_len(row) <= columns for row in shown.splitlines())
    assert "\x1b" not in shown


@pytest.mark.parametrize(
    ("line", "code", "sentence"),
    [
        ("", 2, "Quelle procédure ?"),
        ("cip", 4, "le plus proche"),
        ("cif-cdd", 2, "ajoutez « --financeur »"),
        ("cif-cdd --financeur unifa", 4, "le plus proche : « unifaf »"),
        ("cif-cdd --financeur afdas", 2, "délais non connus"),
        ("cif-cdd --financeur unifaf --commission 12/07/2018", 2, "UNIFAF n’a pas de commission"),
        ("cipi --commission 12/07/2026", 2, "pas de commission"),
        ("cipi --depart 31/06/2026", 2, "cette date n’existe pas"),
        ("cipi --depart 05/10/2026 --depot 01/10/2026", 2, "pas les deux"),
        ("cipi --depart 05/10/2026 --fait demarrage_formation=05/10/2026", 2, "dit déjà le départ"),
        ("cipi --depot 01/08/2026", 2, "ce jour est passé"),
        ("cipi --fait nimporte=1", 4, "n’existe pas"),
        ("cipi --agence nulle", 4, "Agence"),
        ("cipi --dossier CIPI-2026-0001", 2, "remplacez --dossier par --tous"),
        ("--dossier A --tous", 2, "retirez --dossier, ou --tous"),
        ("--dossier A --depart 05/10/2026", 2, "retirez --depart"),
        ("--dossier A --dossier A", 2, "donné deux fois"),
        ("--tous --financeur unifaf", 2, "écrivez laquelle"),
        ("cif-cdd --financeur fafsea --commission 2018-07-12 --commission 2018-07-12", 2, "Deux"),
    ],
)  # fmt: skip
def test_bad_input_is_told(desk: Desk, line: str, code: int, sentence: str) -> None:
    """Each mistake has its sentence and its code."""
    desk.refuses(f"planifier {line}", code, sentence)


def test_a_file_that_does_not_exist_is_told(files: Desk) -> None:
    """Whether it is alone or not."""
    assert files.type("planifier --dossier CIF-2026-0009").code == 4
    assert files.type("planifier --dossier CIF-2026-0001 --dossier CIF-2026-0009").code == 4
