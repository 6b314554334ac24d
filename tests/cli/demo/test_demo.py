"""The demonstration: a sample agency over every state, safe to run again, and its suggestions work."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree

import pytest

from tests.support.cli import Desk, Run
from workflow.rulefiles.rulebook import load_rulebook

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
"""A Wednesday, 11:00 in Paris."""

HERE = "--config demo/config.toml"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Return a desk on an ordinary Wednesday."""
    desk = Desk(tmp_path, monkeypatch)
    desk.now = NOW
    return desk


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Path]:
    """Return what the demonstration of that Wednesday said, and what it left."""
    with pytest.MonkeyPatch.context() as environment:
        desk = Desk(tmp_path_factory.mktemp("demo"), environment)
        desk.now = NOW
        return desk.must("demo"), desk.folder / "demo"


@pytest.fixture
def demonstrated(desk: Desk, shown: tuple[Run, Path]) -> Run:
    """Return what the demonstration said, on a desk where it has just run."""
    run, left = shown
    copytree(left, desk.folder / "demo")
    return run


def mails(desk: Desk) -> set[str]:
    """Return the names of the mails written so far."""
    return {path.name for path in (desk.folder / "demo" / "courriels").glob("*.eml")}


def journals(desk: Desk) -> dict[str, int]:
    """Return the version of every case."""
    lines = desk.must(f"{HERE} dossier lister --tous --limite 100 --json").json["cases"]
    return {line["ref"]: line["version"] for line in lines}


def states(cases: Iterable[Mapping[str, str]], procedure: str) -> set[str]:
    """Return the states of the cases of a procedure."""
    return {case["state"] for case in cases if case["procedure"] == procedure}


def test_the_demonstration_covers_every_state(desk: Desk, demonstrated: Run) -> None:
    """At least 25 cases over every state, some late, some awaited, some whose window opens this week."""
    page = desk.must(f"{HERE} dossier lister --tous --limite 100 --json").json
    assert page["total"] >= 25
    assert states(page["cases"], "cipi") == set(load_rulebook().procedure("cipi").states)
    assert {case["procedure"] for case in page["cases"]} == set(load_rulebook().procedures)
    due = desk.must(f"{HERE} echeances --jours 400 --json").json
    statuses = {row["status"] for row in due}
    assert {"retard", "marge", "proche", "relance", "attente"} <= statuses
    week = {(NOW + timedelta(days=days)).date().isoformat() for days in range(8)}
    assert any(row["deadline"]["opens_on"] in week for row in due)
    assert len(mails(desk)) >= 7
    assert "Synthèse du mercredi 18 novembre 2026 Claire Vasseur" in demonstrated.shown
    assert "En retard" in demonstrated.shown


@pytest.mark.usefixtures("demonstrated")
def test_the_files_have_something_to_look_into(desk: Desk) -> None:
    """Some samples have hours, papers at several statuses, a verdict, accounts and an eligibility."""
    ledger = desk.must(f"{HERE} dossier heures CIPI-DEMO-26 --json").json
    assert {line["kind"] for line in ledger["lines"]} == {"formation", "mission"}
    assert ledger["goals"][0]["last_start"] is not None
    papers = desk.must(f"{HERE} dossier pieces CIPI-DEMO-16 --json").json["documents"]
    assert {"demande", "recu", "verifie", "a_obtenir"} <= {one["status"] for one in papers}
    assert desk.must(f"{HERE} dossier voir CIPI-DEMO-25 --json").json["alerts"]
    eligible = desk.must(f"{HERE} dossier eligibilite CIPI-DEMO-16 --json").json
    assert eligible["eligibility"]["verdict"] == "conforme"
    assert "Agence de Lyon" in desk.must(f"{HERE} comptes").shown
    shown = desk.must(f"{HERE} dossier concordance CDPI-DEMO-04").shown
    assert "La convention dit 210 h, le certificat 203 h" in shown
    found = desk.must(f"{HERE} dossier lister --texte 'AK 77310245' --json").json["cases"]
    assert [case["ref"] for case in found] == ["CDPI-DEMO-04"]
    assert "1 902,00 €" in desk.must(f"{HERE} dossier argent CDPI-DEMO-06").shown
    sessions = desk.must(f"{HERE} commissions voir --procedure cif-cdd --financeur fafsea").shown
    assert "28/06/2018" in sessions


@pytest.mark.usefixtures("demonstrated")
def test_running_it_twice_changes_nothing(desk: Desk) -> None:
    """A second run enters no case, writes no mail again, and shows the digest."""
    before, written = journals(desk), mails(desk)
    run = desk.must("demo")
    assert (journals(desk), mails(desk)) == (before, written)
    assert "y sont déjà" in run.said
    assert "Synthèse du" in run.shown


@pytest.mark.usefixtures("demonstrated")
def test_a_later_day_keeps_what_a_person_did(desk: Desk) -> None:
    """A run on another day leaves every case, the settings and the journal as people left them."""
    config = desk.folder / "demo" / "config.toml"
    config.write_text(
        config.read_text(encoding="utf-8") + "\n[digest]\ntime = '08:00'\n", encoding="utf-8"
    )
    desk.must(f"{HERE} dossier avancer CIPI-DEMO-13 accorder_drf --commentaire 'reçu ce matin'")
    before = journals(desk)
    desk.now += timedelta(days=5)
    desk.must("demo")
    assert journals(desk) == before
    assert "reçu ce matin" in desk.must(f"{HERE} dossier journal CIPI-DEMO-13").shown
    assert "08:00" in config.read_text(encoding="utf-8")


def test_the_commands_it_suggests_work(desk: Desk, demonstrated: Run) -> None:
    """Every command shown at the end can be copied and runs."""
    suggested = [
        line.strip() for line in demonstrated.err.splitlines() if line.startswith("  echeancier ")
    ]
    assert len(suggested) >= 4
    for command in suggested:
        words = shlex.split(command)[1:]
        if words[-1] != "service":
            desk.must(shlex.join(words))


def test_what_the_shell_names_is_left_alone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database of the house stays as it is, nobody is called, and what is proposed shows the samples."""
    house = desk.folder / "maison.db"
    monkeypatch.setenv("ECHEANCIER_DATABASE_URL", f"sqlite:///{house}")
    monkeypatch.setenv("ECHEANCIER_SMTP_PASSWORD_FILE", str(desk.folder / "absent"))
    run = desk.must("demo")
    assert not house.exists()
    assert len(mails(desk)) >= 4
    looking = next(line for line in run.err.splitlines() if line.endswith(" CIPI-DEMO-18"))
    monkeypatch.delenv("ECHEANCIER_SMTP_PASSWORD_FILE")
    assert "CIPI-DEMO-18" in desk.must(shlex.join(shlex.split(looking)[1:])).shown
    assert not house.exists()


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 11, 22, 2, 0, tzinfo=UTC),
        *(
            pytest.param(now, marks=pytest.mark.slow)
            for now in (
                datetime(2026, 12, 25, 12, 0, tzinfo=UTC),
                datetime(2027, 5, 6, 21, 0, tzinfo=UTC),
                datetime(2028, 3, 1, 5, 0, tzinfo=UTC),
                datetime(2026, 8, 16, 12, 0, tzinfo=UTC),
            )
        ),
    ],
    ids=["sunday", "christmas", "eve of a holiday", "leap year", "summer"],
)
def test_it_runs_on_any_day(desk: Desk, now: datetime) -> None:
    """Whatever the day and hour, every sample is accepted by the rules and some mails are written."""
    desk.now = now
    desk.must("demo")
    cases = desk.must(f"{HERE} dossier lister --tous --limite 100 --json").json["cases"]
    assert states(cases, "cipi") == set(load_rulebook().procedure("cipi").states)
    assert len(mails(desk)) >= 4


def test_the_samples_can_enter_a_chosen_database(desk: Desk) -> None:
    """`init --demo` enters the same cases in the configured database, among the people it knows."""
    desk.must("init --demo")
    cases = desk.must("dossier lister --tous --limite 100 --json").json["cases"]
    assert len(cases) >= 25
    assert {case["owner"] for case in cases} == {"claire", "malik", None}
    assert "y sont déjà" in desk.must("init --demo").said


def test_samples_without_anybody_are_refused(desk: Desk) -> None:
    """With nobody in the configuration there is nobody to follow the samples: one sentence."""
    desk.config.write_text(
        '[agencies.lyon]\nname = "L"\nemail = "l@example.org"\n', encoding="utf-8"
    )
    run = desk.type("init --demo --base sqlite:///autre.db")
    assert run.code == 2
    assert "au moins une agence et une personne" in run.said


def test_the_demonstration_keeps_to_itself(desk: Desk) -> None:
    """It refuses another configuration or database, which it would fill with samples."""
    for option in ("--config config.toml", "--base sqlite:///autre.db"):
        run = desk.type(f"demo {option}")
        assert run.code == 2
        assert "a sa propre configuration" in run.said
    assert not (desk.folder / "demo").exists()
