"""What the sheet of a case says at once: what was forced, and a window that is shut."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.support.cli import REF, Desk

TOO_LATE = datetime(2026, 10, 4, 8, 0, tzinfo=UTC)
"""Inside the last 48 hours before the start: the window is shut."""


def test_a_forced_step_is_marked_on_the_sheet(desk: Desk) -> None:
    """A step forced through a shut window shows on the sheet and in its JSON, dated, with its why."""
    desk.now = TOO_LATE
    desk.must(f"dossier avancer {REF} deposer_drf --forcer --commentaire 'accord oral'")
    shown = desk.must(f"dossier voir {REF}").shown
    assert "Forcé : Saisir la DRF, le 04/10/2026" in shown
    assert "« accord oral »" in shown
    (forced,) = desk.must(f"dossier voir {REF} --json").json["forced"]
    assert (forced["action"], forced["comment"]) == ("deposer_drf", "accord oral")


def test_a_forced_step_taken_back_is_no_longer_marked(desk: Desk) -> None:
    """Once undone, a forced step leaves the sheet; the journal alone keeps it."""
    desk.now = TOO_LATE
    desk.must(f"dossier avancer {REF} deposer_drf --forcer --commentaire 'accord oral'")
    desk.must(f"dossier annuler {REF}")
    assert desk.must(f"dossier voir {REF} --json").json["forced"] == []


def test_a_forced_opening_is_marked_on_the_sheet(desk: Desk) -> None:
    """A case opened too late on purpose says so each time it is shown, and says the window is shut."""
    desk.now = TOO_LATE
    desk.must(
        "dossier ouvrir cipi --ref FORCE-1 --forcer --commentaire urgence "
        "--fait 'demarrage_formation=05/10/2026 09:00'"
    )
    shown = desk.must("dossier voir FORCE-1").shown
    assert "Forcé : Ouverture du dossier, le 04/10/2026" in shown
    assert "« urgence »" in shown
    assert "Attention : Fenêtre déjà fermée" in shown
    assert desk.must("dossier voir FORCE-1 --json").json["forced"][0]["kind"] == "ouverture"


def test_a_file_that_lives_already_is_taken_over(desk: Desk) -> None:
    """Its training has begun: it enters with why, where nothing is said of what was due before."""
    asked = "dossier ouvrir cipi --ref VIT-1 --fait demarrage_formation=08/06/2026"
    assert desk.type(asked).code == 3
    desk.must(f"{asked} --repris")
    assert "Repris du suivi existant." in desk.must("dossier journal VIT-1").shown
    desk.must("service --une-fois")
    assert "VIT-1" not in desk.must("courriels lister --json").out


def test_a_window_shut_since_is_said_on_the_sheet(desk: Desk) -> None:
    """The sheet of a case that let its window close says so, with the first start that would work."""
    assert "Attention" not in desk.must(f"dossier voir {REF}").shown
    desk.now = TOO_LATE
    shown = desk.must(f"dossier voir {REF}").shown
    assert "Fenêtre déjà fermée" in shown
    assert "Premier départ encore possible" in shown
    (concern,) = desk.must(f"dossier voir {REF} --json").json["concerns"]
    assert concern["fatal"] is True


def test_a_deadline_reads_the_same_everywhere(desk: Desk) -> None:
    """With the margin used up, list of dates, list of cases and sheet give one wording and one date."""
    desk.now = datetime(2026, 10, 2, 8, 0, tzinfo=UTC)
    words = "Limite prudente dépassée depuis 2 jours ouvrés, limite stricte demain à 09:00"
    (row,) = desk.must("echeances --json").json
    assert row["phrase"].replace("\u00a0", " ") == words
    assert row["on"] == "2026-10-03T09:00:00+02:00"
    assert words in desk.must(f"dossier voir {REF}").shown
    for listing in ("echeances", "dossier lister", "synthese"):
        shown = desk.must(listing).shown
        assert "sam. 03/10/2026" in shown
        assert "01/10/2026" not in shown
