"""What a list shows, in a file for a spreadsheet, by one key on any of its screens."""

from __future__ import annotations

import csv
import stat
from pathlib import Path

import openpyxl
import pytest
from textual.widgets import Input

from tests.support.tui import Player, Stage
from tests.tui.test_mails import put_mails
from tui.case.screen import CaseScreen
from tui.forms.confirm import ConfirmScreen
from tui.forms.export_file import ExportScreen

EXPORT = "ctrl+e"
REF = "CIPI-DEMO-09"


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a delimited file, by title."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def mode(path: Path) -> int:
    """Return who may do what with a file."""
    return stat.S_IMODE(path.stat().st_mode)


async def written(player: Player, path: Path, *keys: str) -> list[dict[str, str]]:
    """Export what keys bring to the screen, and return the rows of the file."""
    await player.press(*keys, EXPORT)
    await player.fill("#path", str(path))
    await player.press("ctrl+s")
    assert f"« {path} » écrit : " in player.said()
    return rows(path)


async def test_every_list_leaves_as_it_is_shown(stage: Stage, tmp_path: Path) -> None:
    """Files in the order of the screen, at its filter; the files of a day and of a person; the mails."""
    office = stage.office()
    put_mails(office)
    query = office.services.worklist
    async with stage.playing() as player:
        office = player.app.office
        found = await written(player, tmp_path / "a.csv")
        screen = player.app.screen
        refs = list(query.refs(screen.query_now))  # type: ignore[attr-defined]
        assert [row["Dossier"] for row in found] == refs
        mine = await written(player, tmp_path / "m.csv", "m")
        assert {row["Suivi par"] for row in mine} == {office.person}
        assert 0 < len(mine) < len(found)
        day = await written(player, tmp_path / "c.csv", "2")
        team = await written(player, tmp_path / "e.csv", "3")
        assert {row["Dossier"] for row in (*day, *team)} <= set(refs)
        assert team
        mails = await written(player, tmp_path / "l.csv", "4")
        assert {row["Dossier"] for row in mails} == {REF}
        assert len(mails) == 3


async def test_a_tab_of_a_file_leaves(stage: Stage, tmp_path: Path) -> None:
    """The tab that is shown is the list that leaves; one that no file holds offers nothing."""
    stage.desk.must(f"dossier eligibilite {REF} --public minima_sociaux --reponse allocation=rsa")
    async with stage.playing() as player:
        player.app.push_screen(CaseScreen(REF))
        await player.settle()
        for keys, title in (
            ((), "Échéance"),
            (("tab",), "Pièce"),
            (("tab",), "Prévues"),
            (("tab",), "Montant"),
            (("tab",), "Ce qui change"),
        ):
            path = tmp_path / f"{title}.csv"
            found = await written(player, path, *keys)
            assert title in path.read_text("utf-8-sig").splitlines()[0].split(";")
            assert {row["Dossier"] for row in found} <= {REF}
            assert "minima" not in path.read_text("utf-8-sig").lower()
        await player.press("tab", EXPORT)
        assert isinstance(player.app.screen, CaseScreen)


async def test_nothing_is_written_unasked(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name is proposed; a name that cannot be is refused, and a file that is there goes on « o » only."""
    monkeypatch.chdir(tmp_path)
    async with stage.playing() as player:
        await player.press(EXPORT)
        proposed = tmp_path / player.app.screen.query_one(Input).value
        assert proposed.name == f"dossiers-{player.app.office.today}.xlsx"
        for name, sentence in (
            ("liste.pdf", "en .xlsx ou en .csv"),
            ("", "en .xlsx ou en .csv"),
            ("absent/liste.csv", "n’existe pas"),
        ):
            await player.fill("#path", name)
            await player.press("ctrl+s")
            assert sentence in player.said()
        proposed.write_text("ancien")
        await player.fill("#path", proposed.name)
        await player.press("ctrl+s")
        assert isinstance(player.app.screen, ConfirmScreen)
        await player.press("escape")
        assert isinstance(player.app.screen, ExportScreen)
        await player.press("ctrl+s", "o")
        assert "écrit" in player.said()
    assert mode(proposed) == stat.S_IRUSR | stat.S_IWUSR
    told, sheet = openpyxl.load_workbook(proposed)
    assert (sheet.title, told["B4"].value) == ("Dossiers", "Tous les dossiers")
