"""Sundays and public holidays as typed in commands: taken, and told in words and in JSON."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cli import REF, Desk, Run, plain

SUNDAY = "tombe le dimanche 13 décembre 2026 : vérifiez la date."
CHRISTMAS = "tombe le vendredi 25 décembre 2026, jour férié (Noël) : vérifiez la date."


def words_of(run: Run) -> str:
    """Return everything that a command wrote, with plain spaces."""
    return f"{run.shown} {run.said}"


@pytest.mark.parametrize(
    ("line", "key", "told"),
    [
        ("dossier ouvrir cipi --fait demarrage_formation=13/12/2026 --essai", "warnings", SUNDAY),
        (
            f"dossier corriger {REF} --fait demarrage_formation=25/12/2026 --essai",
            "warnings",
            CHRISTMAS,
        ),
        (f"dossier corriger {REF} --fait debut_contrat=13/12/2026 --essai", "warnings", SUNDAY),
        ("simuler cipi --fait demarrage_formation=13/12/2026", "warnings", SUNDAY),
        (
            (
                "simuler cif-cdd --financeur fongecif-bfc --fait demarrage_formation=10/09/2018 "
                "--commission 15/07/2018"
            ),
            "warnings",
            "La commission tombe le dimanche 15 juillet 2018 : vérifiez la date.",
        ),
        ("planifier cipi --depart 25/12/2026", "notes", CHRISTMAS),
        ("planifier cipi --depot 13/12/2026", "notes", f"Le dépôt {SUNDAY}"),
        (
            "absences noter malik --du 13/12/2026 --au 25/12/2026 --essai",
            "warnings",
            f"Le premier jour {SUNDAY}",
        ),
        (
            "absences noter malik --du 14/12/2026 --au 25/12/2026 --essai",
            "warnings",
            f"Le dernier jour {CHRISTMAS}",
        ),
        (
            f"dossier reporter {REF} drf --jusqu-au 27/09/2026 --raison 'Dates à confirmer' --essai",
            "warnings",
            "Le rappel tombe le dimanche 27 septembre 2026 : vérifiez la date.",
        ),
        (
            "commissions ajouter --financeur fongecif-bfc 15/07/2018 --essai",
            "warnings",
            "La commission tombe le dimanche 15 juillet 2018 : vérifiez la date.",
        ),
        (
            "commissions ajouter --financeur fongecif-bfc 12/07/2018 --cloture 01/05/2018 --essai",
            "warnings",
            (
                "La clôture des dépôts tombe le mardi 1er mai 2018, jour férié (Fête du Travail) : "
                "vérifiez la date."
            ),
        ),
    ],
)
def test_an_odd_day_is_taken_and_told(desk: Desk, line: str, key: str, told: str) -> None:
    """A Sunday or a holiday is told with its weekday, in words and in the JSON of the command."""
    assert told in words_of(desk.must(line))
    found = [plain(words) for words in desk.must(f"{line} --json").json[key]]
    assert [words for words in found if words.endswith(told)]


def test_a_file_of_sessions_tells_the_odd_ones(desk: Desk, tmp_path: Path) -> None:
    """Of the sessions of a file, those on a Sunday are told, each by its date."""
    file = tmp_path / "seances.toml"
    file.write_text(
        "[[commissions]]\nday = 2018-07-15\n[[commissions]]\nday = 2018-09-14\n", encoding="utf-8"
    )
    run = desk.must(f"commissions importer --financeur fongecif-bfc {file} --essai")
    assert "La commission tombe le dimanche 15 juillet 2018 : vérifiez la date." in words_of(run)
    assert "14 septembre" not in words_of(run)


def test_an_ordinary_day_is_told_nothing(desk: Desk) -> None:
    """A working day raises no question."""
    run = desk.must("dossier ouvrir cipi --fait demarrage_formation=14/12/2026 --essai")
    assert "vérifiez la date" not in words_of(run)
