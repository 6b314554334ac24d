"""A case from the keyboard: opened, advanced, corrected, undone, handed over, and looked at."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.cli import REF, START, Desk

OPEN = ("dossier ouvrir cipi --libelle 'Inès Faure' --fait", START)


def test_opening_shows_the_dates_and_what_to_type_next(desk: Desk) -> None:
    """A new case shows its window with the time left, and the command of the next step."""
    run = desk.must(*OPEN)
    assert "CIPI-2026-0002 Inès Faure ouvert : Préparation" in run.shown
    assert "limite prudente mercredi 30 septembre 2026" in run.shown
    assert "limite stricte samedi 3 octobre 2026 à 09:00" in run.shown
    assert "echeancier dossier avancer CIPI-2026-0002 deposer_drf" in run.err


def test_a_start_without_margin_is_said_when_it_is_typed(desk: Desk) -> None:
    """A window that is still open but short of its margin opens the case with a warning."""
    run = desk.must("dossier ouvrir cipi --fait 'demarrage_formation=03/09/2026 18:00'")
    assert "la limite stricte reste le 01/09/2026 à 18:00" in run.shown


def test_the_case_is_followed_by_whoever_opens_it(desk: Desk) -> None:
    """The person who acts follows the case, in their own agency, unless told otherwise."""
    run = desk.must("--par malik dossier ouvrir cipi --fait", START)
    assert run.code == 0
    mine = desk.must("dossier voir CIPI-2026-0002 --json").json
    assert (mine["owner"], mine["agency"]) == ("malik", "lyon")
    desk.must("dossier ouvrir cipi --agence metz --suivi-par malik --fait", START)
    other = desk.must("dossier voir CIPI-2026-0003 --json").json
    assert (other["owner"], other["agency"], other["territory"]) == ("malik", "metz", "FR-57")


def test_advancing_shows_the_state_before_and_after(desk: Desk) -> None:
    """An action shows both states, what it met and what it opened."""
    run = desk.must(f"dossier avancer {REF} deposer_drf")
    assert "Préparation → DRF déposée" in run.shown
    assert "✓ Saisir la DRF tenue le 01/09/2026" in run.shown
    assert "+ Réponse d’AKTO sur la DRF" in run.shown
    assert f"echeancier dossier avancer {REF} accorder_drf" in run.err
    assert f"echeancier dossier avancer {REF} refuser_drf" in run.err


def test_a_correction_shows_each_date_old_and_new(desk: Desk) -> None:
    """Moving the start shows every date before and after."""
    run = desk.must(f"dossier corriger {REF} --fait", "demarrage_formation=12/10/2026 09:00")
    assert "~ Saisir la DRF" in run.shown
    assert "ouverture 05/08/2026 → 12/08/2026" in run.shown
    assert "limite prudente 30/09/2026 → 07/10/2026" in run.shown
    assert "limite stricte 03/10/2026 à 09:00 → 10/10/2026 à 09:00" in run.shown
    assert "05/10/2026 à 09:00 → 12/10/2026 à 09:00" in run.shown


def test_undoing_says_what_comes_back_and_what_goes(desk: Desk) -> None:
    """An undone step gives back its state and deadline, and drops what it had opened."""
    desk.must(f"dossier avancer {REF} deposer_drf")
    run = desk.must(f"dossier annuler {REF} --commentaire 'mauvais dossier'")
    assert "DRF déposée → Préparation" in run.shown
    assert "+ Saisir la DRF" in run.shown
    assert "- Réponse d’AKTO sur la DRF échéance levée" in run.shown


def test_documents_can_come_with_an_action(desk: Desk) -> None:
    """`--piece` notes what the action asked for, in the same write."""
    desk.must(f"dossier avancer {REF} deposer_drf")
    desk.now += timedelta(days=3)
    desk.must(f"dossier avancer {REF} accorder_drf")
    papers = ("infos_salarie", "contrat_type_signe", "convention_formation", "programme_formation")
    pieces = " ".join(f"--piece {name}" for name in papers)
    desk.must(f"dossier avancer {REF} deposer_contrat --fait debut_contrat=05/10/2026 {pieces}")
    case = desk.must(f"dossier voir {REF} --json").json
    assert case["state"] == "contrat_depose"
    assert set(case["documents"]) == set(papers)


def test_what_is_wrong_with_the_file_is_shown_until_it_is_right(desk: Desk) -> None:
    """A value that does not conform is told at once, stands in the sheet, and goes once corrected."""
    facts = "--fait heures_formation=60,5 --fait validation=clea"
    run = desk.must(f"dossier corriger {REF} {facts}")
    sentence = (
        "Durée de la formation externe : 60,5 h de formation externe, il en faut au moins 70 h"
    )
    assert f"✗ Non conforme : {sentence}" in run.shown
    shown = desk.must(f"dossier voir {REF}").shown
    assert f"Ce qui ne va pas ✗ {sentence}" in shown
    assert "60,5 h Heures de formation externe" in shown
    assert re.search(r"Certificat CléA, en totalité .*Validation visée", shown)
    data = desk.must(f"dossier voir {REF} --json").json
    assert (data["facts"]["heures_formation"], data["facts"]["validation"]) == ("60.5", "clea")
    assert [alert.partition(" : ")[0] for alert in data["alerts"]] == [
        "Durée de la formation externe"
    ]
    run = desk.must(f"dossier corriger {REF} --fait heures_formation=140")
    assert "60,5 h → 140 h" in run.shown
    assert "✓ Durée de la formation externe : n’est plus à corriger." in run.shown
    assert desk.must(f"dossier voir {REF} --json").json["alerts"] == []


def test_a_hand_over_names_both_persons(desk: Desk) -> None:
    """Handing a case over shows who had it and who has it."""
    run = desk.must(f"dossier attribuer {REF} --personne malik")
    assert "Personne Claire Vasseur → Malik Berthaud" in run.shown
    assert "Malik Berthaud (malik)" in desk.must(f"dossier voir {REF}").shown
    run = desk.must(f"dossier attribuer {REF} --agence metz")
    assert "Agence Agence de Lyon → Agence de Metz" in run.shown


def test_the_journal_names_whom_a_case_was_handed_to(desk: Desk) -> None:
    """Names for people and places, the id of somebody no longer known; `--json` keeps ids."""
    desk.must(f"dossier attribuer {REF} --personne malik --agence metz")
    shown = desk.must(f"dossier journal {REF}").shown
    assert "Personne : Claire Vasseur → Malik Berthaud" in shown
    assert "Agence : Agence de Lyon → Agence de Metz" in shown
    assert "Jours fériés : France métropolitaine → Moselle" in shown
    changes = desk.must(f"dossier journal {REF} --json").json[-1]["changes"]
    assert [(one["old"], one["new"]) for one in changes] == [
        ("claire", "malik"), ("lyon", "metz"), ("FR", "FR-57"),
    ]  # fmt: skip
    text = desk.config.read_text(encoding="utf-8")
    desk.config.write_text(text.replace("[people.malik]", "[people.lea]"), encoding="utf-8")
    assert "Personne : Claire Vasseur → malik" in desk.must(f"dossier journal {REF}").shown


def test_the_journal_tells_who_when_and_what(desk: Desk) -> None:
    """Every write is in the journal, with its author, its values and its dates, undone ones too."""
    desk.must(f"--par malik dossier avancer {REF} deposer_drf --commentaire 'par le portail'")
    desk.must(f"dossier annuler {REF}")
    shown = desk.must(f"dossier journal {REF}").shown
    assert "1 Ouverture du dossier" in shown
    assert (
        "2 Saisir la DRF, le 01/09/2026 à 10:00 Préparation → DRF déposée (annulé depuis)" in shown
    )
    assert "01/09/2026 à 10:00, Malik Berthaud (malik)" in shown
    assert "« par le portail »" in shown
    assert "3 Annulation de l’entrée 2 DRF déposée → Préparation" in shown


@pytest.mark.parametrize(
    "line",
    [
        "dossier ouvrir cipi --fait demarrage_formation=05/10/2026",
        f"dossier avancer {REF} deposer_drf",
        f"dossier corriger {REF} --fait demarrage_formation=12/10/2026",
        f"dossier pieces {REF} --recue infos_salarie",
        f"dossier attribuer {REF} --personne malik",
    ],
)
def test_a_dry_run_shows_everything_and_writes_nothing(desk: Desk, line: str) -> None:
    """`--essai` shows the same outcome and leaves every table as it was."""
    before, case = desk.rows(), desk.must(f"dossier voir {REF} --json").json
    trial = desk.must(f"{line} --essai")
    assert trial.said == "Essai : rien n’a été enregistré."
    assert desk.must(f"{line} --essai --json").json["saved"] is False
    assert desk.rows() == before
    assert desk.must(f"dossier voir {REF} --json").json == case
    assert trial.out == desk.must(line).out


def test_the_second_of_two_people_is_told_what_changed(desk: Desk) -> None:
    """Acting on a version that has passed is refused, with what was done and the command to retype."""
    seen = desk.must(f"dossier voir {REF} --json").json["version"]
    desk.must(f"--par malik dossier corriger {REF} --fait fin_formation=30/11/2026")
    before = desk.rows()
    words = f"dossier avancer {REF} deposer_drf --commentaire 'saisi ce matin' --version-vue {seen}"
    run = desk.type(f"{words} --config config.toml")
    assert run.code == 5
    assert "Malik Berthaud : Correction (Fin de la formation : 30/11/2026)" in run.said
    assert f"echeancier --config config.toml dossier voir {REF}" in run.said
    typed = run.err.strip().splitlines()[-1].strip().removeprefix("echeancier ")
    assert "saisi ce matin" in typed
    assert desk.rows() == before
    assert "DRF déposée" in desk.must(typed).shown


def test_the_present_can_only_be_invented_to_read(desk: Desk) -> None:
    """`--maintenant` moves the clock of a view or a dry run, and is refused to a command that writes."""
    shown = desk.must(f"dossier voir {REF} --maintenant 2026-10-04").shown
    assert "Limite stricte dépassée depuis hier" in shown
    before = desk.rows()
    for line in (
        f"dossier avancer {REF} deposer_drf",
        "dossier ouvrir cipi --fait demarrage_formation=05/10/2026",
        "service --une-fois",
        "synthese --envoyer",
        "init",
        "demo",
    ):
        run = desk.type(f"{line} --maintenant 2026-09-02")
        assert run.code == 2
        assert "--maintenant ne sert qu’à lire et à simuler" in run.said
    assert desk.rows() == before
    desk.must(f"dossier avancer {REF} deposer_drf --essai --maintenant 2026-09-02")


def test_global_options_may_stand_anywhere(desk: Desk) -> None:
    """Options that hold for every command are understood before and after its name."""
    first = desk.must(f"--par malik --config config.toml dossier voir {REF} --json").out
    assert desk.must(f"dossier voir {REF} --json --config=config.toml --par malik").out == first


def test_an_empty_list_says_so(desk: Desk) -> None:
    """A list with nothing in it says it on stderr and writes nothing on stdout."""
    run = desk.must("dossier lister --etat clos --tous")
    assert (run.out, run.said) == ("", "Aucun dossier ne répond à cette demande.")
    assert desk.must("echeances --jours 0").said == "Rien à faire aujourd’hui."
    run = desk.must("echeances --retard")
    assert (run.out, run.said) == ("", "Rien n’est en retard.")


def test_a_list_is_read_page_by_page(desk: Desk) -> None:
    """A list that goes on says after which reference, and that page starts there."""
    for _ in range(2):
        desk.must(*OPEN)
    first = desk.must("dossier lister --limite 2")
    assert "2 dossiers sur 3 ; la suite : --apres CIPI-2026-0002" in first.said
    last = desk.must("dossier lister --limite 2 --apres CIPI-2026-0002").said
    assert last == "1 dossier sur 3, fin de la liste."
    rest = desk.must("dossier lister --limite 2 --apres CIPI-2026-0002 --json").json
    assert [line["ref"] for line in rest["cases"]] == ["CIPI-2026-0003"]


def test_postgresql_is_one_url_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgres_url: str
) -> None:
    """The same commands work on PostgreSQL, by giving its address."""
    desk = Desk(tmp_path, monkeypatch)
    base = ("--base", postgres_url)
    assert "Base à jour" in desk.must("init", *base).said
    desk.must("dossier ouvrir cipi --fait", START, *base)
    assert (
        "Préparation → DRF déposée" in desk.must(f"dossier avancer {REF} deposer_drf", *base).shown
    )
    assert desk.must("echeances --jours 30 --json", *base).json[0]["ref"] == REF
    assert desk.type(f"dossier avancer {REF} accorder_drf --version-vue 1", *base).code == 5
    desk.must("service --une-fois", *base)
    assert "postgresql" in desk.must("diagnostic", *base).shown
    assert not desk.database.exists()


def test_a_hand_over_may_say_who_follows(desk: Desk) -> None:
    """`--suivi-par`, as at the opening, means the same as `--personne`."""
    desk.must(f"dossier attribuer {REF} --suivi-par malik")
    assert desk.must(f"dossier voir {REF} --json").json["owner"] == "malik"
