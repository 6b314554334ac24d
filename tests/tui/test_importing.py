"""A table taken over by keys: chosen, recognised, read again, put right, saved, left and come back to."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from syrupy.assertion import SnapshotAssertion
from textual.widgets import Input

from tests.support.spreadsheets import xlsx
from tests.support.tui import NARROW, WIDE, Player, Stage
from tui.importing.columns import ColumnsScreen
from tui.importing.paths import completed, pasted_path
from tui.importing.rows import RowsScreen
from tui.importing.saving import SaveScreen
from tui.lists.today import TodayScreen

HEADINGS = (
    *("Nom", "Prénom", "Début", "Fin", "SIRET OF", "Tél OF", "Agence", "Suivi par", "État"),
    *("Volume", "Divers"),
)
FAULTS: dict[str, tuple[object, ...]] = {
    "jour impossible": ("30/02/2027",),
    "mois d’abord": ("15/02/2027", "03/31/2027"),
    "nombre": (46433,),
    "numéro abrégé": ("15/02/2027", None, "1,23457E+13"),
    "zéro perdu": ("15/02/2027", None, None, 478123456),
    "agence": ("15/02/2027", None, None, None, "Agence de Lyom"),
    "personne": ("15/02/2027", None, None, None, None, "Claire Vaseur"),
    "état": ("15/02/2027", None, None, None, None, None, "Preparation ?"),
    "sans date": (),
    "illisible": ("bientôt",),
}
"""Ten kinds of faults: what follows the name."""
TYPED = {
    "numéro abrégé": ("E6", ""),
    "sans date": ("C11", "1/3/2027"),
    "illisible": ("C12", "lundi 1er mars 2027"),
}
"""Those that nothing is proposed for: the cell, and what is put there."""


def table(folder: Path, rows: dict[str, tuple[object, ...]]) -> Path:
    """Write a table whose file names are those of the rows, after one that is good, and return where."""
    path = folder / "suivi.xlsx"
    lines: list[tuple[object, ...]] = [
        ("bon", "A", "15/02/2027", None, None, None, None, None, None, 70)
    ]
    lines += [(name, "B", *cells) for name, cells in rows.items()]
    padded = [(*line, *[None] * (len(HEADINGS) - len(line))) for line in lines]
    path.write_bytes(xlsx({"Suivi": [HEADINGS, *padded]}))
    return path


async def brought(player: Player, path: Path) -> None:
    """Choose a table, for the procedure of the files in sight, and go on to its rows."""
    await player.press("i")
    await player.fill("#path", f'"{path}"')
    await player.press("ctrl+s")
    assert isinstance(player.app.screen, ColumnsScreen)


async def test_ten_kinds_of_faults_are_put_right_by_keys(stage: Stage, tmp_path: Path) -> None:
    """Enter takes what is proposed, or what is typed; the good rows become files, once."""
    path = table(tmp_path, FAULTS)
    async with stage.playing() as player:
        await brought(player, path)
        # « Volume » and « Divers » say nothing known: the one is told, the other is not read.
        await player.press("enter")
        await player.type("heures de formation")
        await player.press("enter")
        assert "✓ Heures de formation" in player.shown()
        await player.press("g", "x", "ctrl+s")
        assert "1 à créer, 10 à corriger" in player.shown()
        for name in FAULTS:
            await player.press("g", "enter")
            assert name in str(player.app.screen.query_one("#cells").border_title)
            if name in TYPED:
                await player.fill(f"#{TYPED[name][0]}", TYPED[name][1])
            await player.press("enter")
        assert "11 à créer." in player.shown()
        await player.press("ctrl+s")
        assert "11 dossiers seront créés" in player.shown()
        await player.press("o")
        assert "11 dossiers créés." in player.shown()
        await player.press("escape")
        assert isinstance(player.app.screen, TodayScreen)
        assert "importer" in player.said()
        journal = stage.desk.must("dossier journal CIPI-2026-0001").shown
        assert "Repris du suivi existant, import n° 1." in journal
        # Brought again as it is, it has nothing to put right that was, and changes nothing.
        await brought(player, path)
        await player.press("ctrl+s")
        assert "1 inchangée" in player.shown()
        await player.press("escape", "escape", "ctrl+l", "u")
        assert "11 dossiers seront abandonnés." in player.shown()
        await player.press("o")
        assert "Import n° 1 annulé" in player.said().replace("\u00a0", " ")


async def test_what_was_put_right_is_there_another_day(stage: Stage, tmp_path: Path) -> None:
    """Left in the middle, the table comes back with its cells; one that changed in the file speaks anew."""
    path = table(
        tmp_path, {name: FAULTS[name] for name in ("jour impossible", "agence", "zéro perdu")}
    )
    async with stage.playing() as player:
        await brought(player, path)
        await player.press("ctrl+s", "enter", "enter", "p", "o")
        assert "3 à créer, 1 à corriger" in player.shown()
    path = table(tmp_path, {"jour impossible": FAULTS["jour impossible"], "agence": ("bientôt",)})
    async with stage.playing() as player:
        await player.press("i")
        assert "suivi.xlsx" in player.shown()
        await player.press("enter")
        assert isinstance(player.app.screen, RowsScreen)
        assert "2 à créer, 1 à corriger" in player.shown()
        await player.press("escape", "escape", "ctrl+s", "ctrl+s")
        assert "2 à créer, 1 à corriger" in player.shown()
        await player.press("escape", "escape", "escape", "i", "ctrl+d")
        assert not player.app.screen.query_one("#path", Input).value


async def test_what_is_refused_leaves_with_why(stage: Stage, tmp_path: Path) -> None:
    """The good rows go in alone; the others are written in a workbook, which goes through once put right."""
    path, left = table(tmp_path, {"zéro perdu": FAULTS["zéro perdu"]}), tmp_path / "reste.xlsx"
    async with stage.playing() as player:
        await brought(player, path)
        await player.press("ctrl+s", "ctrl+s")
        assert "1 ligne reste à corriger" in player.shown()
        await player.press("o")
        assert "--bonnes" in player.said()
        await player.press("ctrl+e")
        await player.fill("#path", str(left))
        await player.press("ctrl+s", "escape")
        assert isinstance(player.app.screen, RowsScreen)
        assert "1 inchangée" in player.shown()
    sheet = openpyxl.load_workbook(left)["Suivi"]
    assert sheet["A2"].value == "zéro perdu"
    assert "zéros" in str(sheet.cell(2, sheet.max_column).value)


async def test_whole_files_are_known_again(stage: Stage, tmp_path: Path) -> None:
    """Files that left whole are taken as they are, what they hold beside their facts included."""
    path = tmp_path / "reprise.xlsx"
    stage.desk.must(f"exporter reprise --tous --sortie {path}")
    book = openpyxl.load_workbook(path)
    book["Étapes"].delete_rows(2)
    book.save(path)
    async with stage.playing() as player:
        await brought(player, path)
        await player.press("ctrl+s")
        assert "inchangées" in player.shown()
        assert "1 où choisir" in player.shown()


async def test_dates_of_two_readings_are_kept_or_turned(stage: Stage, tmp_path: Path) -> None:
    """Where one date of a column is the month first, the others are settled together, either way."""
    rows: dict[str, tuple[object, ...]] = {
        "mois": ("12/31/2027",),
        "un": ("02/03/2027",),
        "deux": ("04/05/2027",),
    }
    for key, told in (("t", "02/03/2027 → 02/03/2027"), ("p", "02/03/2027 → 03/02/2027")):
        path = table(tmp_path, rows)
        async with stage.playing() as player:
            await brought(player, path)
            await player.press("ctrl+s", "j", key)
            assert told in player.shown()
            await player.press("o")
            assert "3 à créer, 1 à corriger" in player.shown()
            await player.press("escape", "escape", "escape", "i", "ctrl+d")


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80", "120"])
async def test_the_steps(
    stage: Stage,
    tmp_path: Path,
    picture: SnapshotAssertion,
    size: tuple[int, int],
) -> None:
    """Columns, rows, the cells of one of them, and what is asked before they are saved."""
    path = table(tmp_path, FAULTS)
    async with stage.playing(size) as player:
        await brought(player, path)
        assert player.picture() == picture(name="reconnaitre")
        await player.press("ctrl+s")
        assert player.picture() == picture(name="relire")
        await player.press("enter")
        assert player.picture() == picture(name="corriger")
        await player.press("escape", "ctrl+s")
        assert isinstance(player.app.screen, SaveScreen)
        assert player.picture() == picture(name="enregistrer")


def test_a_path_is_taken_as_it_is_pasted(tmp_path: Path) -> None:
    """With quotes, as an address or with the marks of a shell, a path is the same; its end is completed."""
    path = tmp_path / "mon suivi.xlsx"
    path.touch()
    (tmp_path / "mon suivi.pdf").touch()
    address, escaped = path.as_uri(), str(path).replace(" ", "\\ ")
    for typed in (str(path), f"'{path}'", f'"{path}"', address, escaped, f" {path} "):
        assert pasted_path(typed) == str(path)
    assert completed(f"{tmp_path}/Mon") == str(path)
    assert completed(f"{tmp_path}/zzz") is None
