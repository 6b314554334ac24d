"""`dossier relancer` as typed: tried, noted, counted, shown to the team, and refused once a file is over."""

from __future__ import annotations

from tests.support.cli import REF, Desk


def test_a_chase_is_noted_and_counted(desk: Desk) -> None:
    """A dry run writes nothing; what is noted is counted in JSON and in the file, with what was said."""
    desk.must(f"dossier avancer {REF} deposer_drf --fait drf_deposee_le=31/08/2026")
    line = f"--par malik dossier relancer {REF} --note 'Conseiller joint'"
    tried = desk.must(f"{line} --essai --json").json
    assert (tried["saved"], tried["chases"]) == (False, ["2026-09-01"])
    assert desk.must(f"dossier voir {REF} --json").json["chases"] == []
    done = desk.must(f"{line} --le 31/08/2026 --json").json
    assert (done["saved"], done["entry"]["kind"], done["chases"]) == (
        True,
        "relance",
        ["2026-08-31"],
    )
    desk.must(line)
    shown = desk.must(f"dossier voir {REF}").shown
    assert "relancé 2 fois, la dernière le 01/09/2026" in shown
    assert "« Conseiller joint »" in desk.must(f"dossier journal {REF}").shown
    desk.must(f"dossier avancer {REF} abandonner")
    over = desk.type(line)
    assert (over.code, "rien à relancer" in over.said) == (3, True)
