"""What the tabs of a file write: papers, hours, accounts, hand-overs; and going against a window."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.widgets import Input, Select

from tests.support.tui import WIDE, Player, Stage
from tui.case.screen import CaseScreen
from tui.forms.act import ActScreen
from tui.forms.confirm import ConfirmScreen
from tui.forms.conflict import ConflictScreen

PREPARED, GRANTED = "CIPI-DEMO-07", "CIPI-DEMO-18"
PAPER = "infos_salarie"


async def open_tab(player: Player, ref: str, tab: int) -> None:
    """Open a file on one of its tabs."""
    player.app.push(CaseScreen(ref))
    await player.settle()
    await player.press(*["tab"] * tab)


def papers_of(stage: Stage, ref: str) -> dict[str, str]:
    """Return the status of each paper that is noted."""
    noted = stage.desk.must(f"dossier pieces {ref} --json").json["documents"]
    return {paper["id"]: paper["status"] for paper in noted}


async def test_a_key_says_how_far_a_paper_has_come(
    stage: Stage, picture: SnapshotAssertion
) -> None:
    """`r` notes the paper under the cursor as received, and says the command that does the same."""
    async with stage.playing(WIDE) as player:
        await open_tab(player, GRANTED, 1)
        await player.press("r", "j", "d")
        assert f"dossier pieces {GRANTED} --recue {PAPER}" in player.said()
        assert "✓ reçue le 01/09/2026" in player.shown()
        assert "… demandée le 01/09/2026" in player.shown()
        player.app.clear_notifications()
        await player.settle()
        assert player.picture() == picture
    assert papers_of(stage, GRANTED)[PAPER] == "recu"


async def test_a_paper_goes_back_only_when_told_to(stage: Stage) -> None:
    """A key that would note a paper as less far than it has come asks; « o » does it, Escape leaves it."""
    async with stage.playing(WIDE) as player:
        await open_tab(player, GRANTED, 1)
        await player.press("r", "t")
        assert "transmise le 01/09/2026" in player.shown()
        await player.press("r")
        assert isinstance(player.app.screen, ConfirmScreen)
        assert "Revenir de « transmise » à « reçue »" in player.shown()
        await player.press("enter", "escape")
        assert papers_of(stage, GRANTED)[PAPER] == "transmis"
        await player.press("d", "o")
    assert papers_of(stage, GRANTED)[PAPER] == "demande"


async def test_a_paper_has_a_place_and_can_be_forgotten(stage: Stage) -> None:
    """Enter says where a paper is kept; Delete asks, and « o » forgets what was noted."""
    async with stage.playing(WIDE) as player:
        await open_tab(player, GRANTED, 1)
        await player.press("r", "enter")
        await player.fill("#fact-rangee", "classeur 3")
        await player.press("ctrl+s")
        assert "classeur 3" in player.shown()
        assert f"--ou '{PAPER}=classeur 3'" in player.said()
        await player.press("delete")
        assert isinstance(player.app.screen, ConfirmScreen)
        await player.press("o")
    assert papers_of(stage, GRANTED).get(PAPER) != "recu"


async def test_a_paper_keeps_a_file_that_a_key_opens(stage: Stage, tmp_path: Path) -> None:
    """The form takes the path of a file and a last day; `o` opens the copy, or says that there is none."""
    (tmp_path / "fiche.pdf").write_bytes(b"%PDF-1.7")
    async with stage.playing(WIDE) as player:
        await open_tab(player, GRANTED, 1)
        await player.press("o")
        assert "Aucun fichier n’est gardé" in player.said()
        await player.press("enter")
        await player.fill("#fact-fichier", str(tmp_path / "autre.pdf"))
        assert "il n’y a pas de fichier à ce chemin" in player.shown()
        await player.fill("#fact-fichier", str(tmp_path / "fiche.pdf"))
        await player.fill("#fact-expire", "31/08/2026")
        await player.press("ctrl+s")
        assert "fichier : fiche.pdf" in player.shown()
        assert "✗ expirée le" in player.shown()
        await player.press("v", "o")
        (url,) = player.app.opened
    assert url.endswith(f"-pieces/{sha256(b'%PDF-1.7').hexdigest()}.pdf")


async def test_a_key_packs_the_whole_file(stage: Stage) -> None:
    """`A` writes the archive, beside the one before, and says where."""
    async with stage.playing(WIDE) as player:
        await open_tab(player, GRANTED, 0)
        await player.press("A", "A")
        folder = player.app.office.folder / "archives"
        assert f"{GRANTED}-2.zip" in player.said()
    assert {path.name for path in folder.iterdir()} == {f"{GRANTED}.zip", f"{GRANTED}-2.zip"}


async def test_somebody_faster_on_a_paper_is_shown(stage: Stage) -> None:
    """A key on a file that has changed opens the conflict screen, and « m » does it all the same."""
    async with stage.playing(WIDE) as player:
        await open_tab(player, GRANTED, 1)
        stage.desk.must(f"dossier corriger {GRANTED} --par malik --libelle 'Renommé'")
        await player.press("r")
        assert isinstance(player.app.screen, ConflictScreen)
        assert "Malik Berthaud" in player.shown()
        await player.press("m")
        assert isinstance(player.app.screen, CaseScreen)
    assert papers_of(stage, GRANTED)[PAPER] == "recu"


async def test_somebody_faster_when_undoing(stage: Stage) -> None:
    """Undoing a step of a file that has changed shows what changed before anything is asked."""
    async with stage.playing(WIDE) as player:
        await open_tab(player, GRANTED, 0)
        stage.desk.must(f"dossier corriger {GRANTED} --par malik --libelle 'Renommé'")
        await player.press("u")
        assert isinstance(player.app.screen, ConflictScreen)
        await player.press("m")
        assert isinstance(player.app.screen, ConfirmScreen)
        await player.press("o")
    assert stage.desk.must(f"dossier voir {GRANTED} --json").json["state"] == "drf_deposee"


async def test_hours_are_added_corrected_and_removed(
    stage: Stage, picture: SnapshotAssertion
) -> None:
    """The ledger shows its sums and what is left while a line is typed."""
    async with stage.playing(WIDE) as player:
        await open_tab(player, GRANTED, 2)
        await player.press("n")
        player.app.screen.query_one("#fact-nature", Select).value = "mission"
        await player.fill("#fact-premier", "31/08/2026")
        await player.fill("#fact-dernier", "hier")
        await player.fill("#fact-faites", "7")
        assert "7 h sur 70 h demandées, reste 63 h" in player.shown()
        assert player.picture() == picture
        await player.press("ctrl+s")
        assert "--ajouter mission --jours 31/08/2026 --faites 7" in player.said()
        await player.press("enter")
        await player.fill("#fact-faites", "6,5")
        await player.press("ctrl+s")
        assert "6,5 h sur 70 h demandées" in player.shown()
        await player.press("delete", "o")
        assert "Aucune heure n’est notée" in player.shown()


async def test_the_command_that_empties_a_line_of_hours_can_be_typed(stage: Stage) -> None:
    """Hours or a place emptied in the form: the command shown empties them too."""
    line = "--ajouter mission --jours 24/08/2026 --prevues 7 --faites 6 --lieu Fonderie"
    stage.desk.must(f"dossier heures {GRANTED} {line}")
    async with stage.playing(WIDE) as player:
        await open_tab(player, GRANTED, 2)
        await player.press("enter")
        await player.fill("#fact-prevues", "")
        await player.fill("#fact-lieu", "")
        await player.press("ctrl+s")
        command = player.said().partition("$ echeancier ")[2].strip()
    assert command == f"dossier heures {GRANTED} --ligne 1 --vider prevues --vider lieu"
    emptied = stage.desk.must(f"dossier heures {GRANTED} --json").json["lines"]
    assert (emptied[0]["planned"], emptied[0]["place"]) == (None, "")
    stage.desk.must(f"dossier heures {GRANTED} --ligne 1 --prevues 7 --lieu Fonderie")
    stage.desk.must(command)
    assert stage.desk.must(f"dossier heures {GRANTED} --json").json["lines"] == emptied


async def test_a_correction_changes_the_title_and_adds_a_fact(stage: Stage) -> None:
    """The title is a field like the others; a fact nobody has noted yet is chosen from a list."""
    async with stage.playing(WIDE) as player:
        await open_tab(player, PREPARED, 0)
        await player.press("c")
        await player.fill("#fact-title", "Titre neuf")
        player.app.screen.query_one("#fact-more", Select).value = "heures_metier"
        await player.settle()
        await player.fill("#fact-heures_metier", "120")
        await player.press("ctrl+s")
        assert "--fait heures_metier=120 --libelle 'Titre neuf'" in player.said()
    seen = stage.desk.must(f"dossier voir {PREPARED} --json").json
    assert (seen["title"], seen["facts"]["heures_metier"]) == ("Titre neuf", "120")


async def test_accounts_are_noted_from_their_tab(stage: Stage, picture: SnapshotAssertion) -> None:
    """`c` in the tab of money asks what is asked for, agreed, claimed and paid, and nothing else."""
    async with stage.playing(WIDE) as player:
        await open_tab(player, GRANTED, 3)
        await player.press("c")
        asked = [str(box.id) for box in player.app.screen.query("#questions Input").results(Input)]
        assert "fact-montant_accorde" in asked
        assert len(asked) == 5
        await player.fill("#fact-montant_accorde", "1 234,56")
        await player.press("ctrl+s")
        player.app.clear_notifications()
        await player.settle()
        assert "1 234,56 €" in player.shown()
        assert player.picture() == picture


async def test_money_is_added_corrected_forced_and_removed(
    stage: Stage, picture: SnapshotAssertion
) -> None:
    """What each payer owes shows while a line is typed; more than what was agreed asks for a reason."""
    stage.desk.must(f"dossier corriger {GRANTED} --fait montant_accorde=1500")
    async with stage.playing(WIDE) as player:
        await open_tab(player, GRANTED, 3)
        await player.press("n")
        player.app.screen.query_one("#fact-nature", Select).value = "demande"
        player.app.screen.query_one("#fact-payeur", Select).value = "akto"
        await player.fill("#fact-le", "31/08/2026")
        await player.fill("#fact-montant", "1 200,50")
        assert "1 500,00 €  1 200,50 €  0,00 €  1 500,00 €" in player.shown()
        await player.press("ctrl+s")
        line = "--ajouter demande --le 31/08/2026 --montant '1 200,50' --payeur akto"
        assert line in player.said()
        await player.press("enter")
        player.app.screen.query_one("#fact-nature", Select).value = "versement"
        await player.fill("#fact-montant", "1600")
        await player.press("ctrl+f")
        await player.fill("#comment", "trop-perçu")
        await player.press("ctrl+s", "o")
        assert isinstance(player.app.screen, CaseScreen)
        player.app.clear_notifications()
        await player.settle()
        assert player.picture() == picture
        await player.press("delete", "o")
        assert stage.desk.must(f"dossier argent {GRANTED} --json").json["lines"] == []


async def test_what_is_noted_of_money_is_corrected_from_its_tab(stage: Stage) -> None:
    """A cost that was noted, then mistyped, is among the fields of `c` in the tab that shows it."""
    stage.desk.must(f"dossier corriger {GRANTED} --fait cout_pedagogique_horaire=190")
    async with stage.playing(WIDE) as player:
        await open_tab(player, GRANTED, 3)
        await player.press("c")
        await player.fill("#fact-cout_pedagogique_horaire", "19")
        await player.press("ctrl+s")
        assert isinstance(player.app.screen, CaseScreen)
    seen = stage.desk.must(f"dossier voir {GRANTED} --json").json
    assert seen["facts"]["cout_pedagogique_horaire"] == "19"


async def test_a_file_is_handed_over(stage: Stage) -> None:
    """`p` gives the file to somebody else; what an agency changes of the dates is shown first."""
    async with stage.playing(WIDE) as player:
        await open_tab(player, PREPARED, 0)
        await player.press("p")
        player.app.screen.query_one("#fact-owner", Select).value = "malik"
        await player.settle()
        await player.press("ctrl+s")
        assert f"dossier attribuer {PREPARED} --personne malik" in player.said()
    assert stage.desk.must(f"dossier voir {PREPARED} --json").json["owner"] == "malik"


@pytest.mark.parametrize("reason", ["", "accord écrit d’AKTO"], ids=["no-reason", "reason"])
async def test_a_window_is_gone_against_with_a_reason_and_another_key(
    stage: Stage, reason: str
) -> None:
    """Where a window refuses, Ctrl+F asks why; without a reason nothing can be saved, « o » confirms."""
    async with stage.playing(WIDE) as player:
        await open_tab(player, "CIPI-DEMO-10", 0)
        await player.press("1")
        assert "trop tard" in player.shown()
        await player.press("ctrl+f")
        await player.fill("#comment", reason)
        await player.press("ctrl+s")
        if not reason:
            assert isinstance(player.app.screen, ActScreen)
            assert "dites pourquoi" in player.shown()
            return
        assert isinstance(player.app.screen, ConfirmScreen)
        assert "--forcer" in player.shown()
        await player.press("enter")
        assert isinstance(player.app.screen, ConfirmScreen)
        await player.press("o")
        assert isinstance(player.app.screen, CaseScreen)
    journal = stage.desk.must("dossier journal CIPI-DEMO-10 --json").json
    assert '"forced": true' in str(journal).replace("'", '"').replace("True", "true")


async def test_what_a_paper_says_is_typed_beside_the_others(
    stage: Stage, picture: SnapshotAssertion
) -> None:
    """Enter on a paper asks what it says; the table shows the first difference with the file, in words."""
    async with stage.playing(WIDE) as player:
        await open_tab(player, GRANTED, 6)
        assert "0 sur 6   Convention de formation externe" in player.shown()
        await player.press("enter")
        await player.fill("#fact-fin_formation", "11/09/2026")
        await player.press("ctrl+s")
        assert f"dossier concordance {GRANTED} convention_formation" in player.said()
        assert "1 sur 6   Convention de formation externe" in player.shown()
        assert "La convention dit 11/09/2026, le dossier 10/09/2026" in player.shown()
        player.app.clear_notifications()
        await player.settle()
        assert player.picture() == picture
        await player.press("enter")
        await player.fill("#fact-fin_formation", "")
        await player.press("ctrl+s")
        assert "Rien à comparer" in player.shown()
    paper = stage.desk.must(f"dossier voir {GRANTED} --json").json["documents"]
    assert paper["convention_formation"]["says"] == {}
