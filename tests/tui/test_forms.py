"""What is typed in the form of a file: never lost, never mixed with what others write, never a surprise."""

from __future__ import annotations

import json
import shutil
import threading
from datetime import UTC, datetime, timedelta

import pytest
from syrupy.assertion import SnapshotAssertion
from textual import events
from textual.widgets import Input, Static

from tests.support.tui import NARROW, WIDE, Player, Stage
from tui.case.screen import CaseScreen
from tui.fields.answerfield import AnswerField
from tui.fields.choices import Choices
from tui.forms.act import ActScreen
from tui.forms.confirm import ConfirmScreen
from tui.forms.conflict import ConflictScreen
from tui.forms.drafting import ResumeScreen
from tui.lists.today import TodayScreen
from tui.opening.screen import NewScreen
from workflow.case.case import Outcome
from workflow.usecases.cases import CaseService

PREPARED, GRANTED, LATE = "CIPI-DEMO-07", "CIPI-DEMO-18", "CIPI-DEMO-10"
PAPERS = ("infos_salarie", "contrat_type_signe", "convention_formation", "programme_formation")
STEP = "Déposer le contrat et ses pièces"
END, CONTRACT = "#fact-fin_formation", "#fact-debut_contrat"


async def open_form(player: Player, ref: str, key: str) -> None:
    """Open a file, then one of its forms."""
    player.app.push(CaseScreen(ref))
    await player.settle()
    await player.press(key)
    assert isinstance(player.app.screen, ActScreen)


async def resume(player: Player, ref: str, key: str) -> None:
    """Open a file, then one of its forms, and take its draft up."""
    player.app.push(CaseScreen(ref))
    await player.settle()
    await player.press(key)
    assert isinstance(player.app.screen, ResumeScreen)
    await player.press("enter")
    assert isinstance(player.app.screen, ActScreen)


def value(player: Player, selector: str) -> str:
    """Return what stands in a field."""
    return player.app.screen.query_one(selector, Input).value


def told(player: Player, selector: str = "#effect") -> str:
    """Return what the form says under its fields, or what another part of a dialog says, on one line."""
    box = player.app.screen.query_one(selector, Static)
    lines = box.render_lines(box.size.region)
    return " ".join(" ".join(line.text for line in lines).split())


def drafts(player: Player) -> dict[str, dict[str, str]]:
    """Return the drafts on disk, by name."""
    files = sorted(player.app.office.drafts.glob("*.json"))
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in files}


def facts_of(stage: Stage, ref: str) -> dict[str, str]:
    """Return the facts that are on file."""
    facts: dict[str, str] = stage.desk.must(f"dossier voir {ref} --json").json["facts"]
    return facts


def somebody_else(stage: Stage, ref: str, words: str) -> None:
    """Have somebody else write to a file."""
    stage.desk.must(f"dossier {words.replace('REF', ref)} --par malik")


async def test_the_field_in_use_keeps_its_label(stage: Stage) -> None:
    """On a small screen too, a form opens with the name of its first field above it."""
    async with stage.playing(NARROW) as player:
        await open_form(player, GRANTED, "c")
        await player.settle()
        await player.app.animator.wait_until_complete()
        assert "Libellé du dossier" in player.shown()


# --- Two people at once ----------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["m", "d"], ids=["mine", "both"])
async def test_settling_a_conflict_leaves_the_other_fields_as_they_are(
    stage: Stage, key: str
) -> None:
    """Whatever is kept, what nobody typed shows the value on file, and the draft has only what was typed."""
    async with stage.playing(WIDE) as player:
        await open_form(player, GRANTED, "c")
        await player.fill(END, "20/09/2026")
        await player.fill(CONTRACT, "31/07/2026")
        somebody_else(stage, GRANTED, "corriger REF --fait fin_formation=15/09/2026")
        await player.press("ctrl+s")
        assert isinstance(player.app.screen, ConflictScreen)
        await player.press(key)
        assert value(player, "#fact-title") == "Fatou Deschanel, agente de tri"
        assert value(player, CONTRACT) == "31/07/2026"
        assert value(player, END) == ("20/09/2026" if key == "m" else "15/09/2026")
        [draft] = drafts(player).values()
        end = {"fact-fin_formation", "seen-fin_formation"} if key == "m" else {"comment"}
        contract = {"fact-debut_contrat", "seen-debut_contrat"}
        assert draft.keys() == end | contract | {"version"}
        await player.press("ctrl+s")
        assert isinstance(player.app.screen, CaseScreen)
        assert "--libelle" not in player.said()
    facts = facts_of(stage, GRANTED)
    assert facts["fin_formation"] == ("2026-09-20" if key == "m" else "2026-09-15")
    assert facts["debut_contrat"] == "2026-07-31"


async def test_a_conflict_shows_both_sides_in_words(stage: Stage) -> None:
    """Labels, values before and after, and the name of the person: no internal id on either side."""
    async with stage.playing(WIDE) as player:
        await open_form(player, GRANTED, "c")
        await player.fill(END, "20/09/2026")
        somebody_else(stage, GRANTED, "corriger REF --fait fin_formation=15/09/2026")
        await player.press("ctrl+s")
        said = told(player, "#sides")
    assert "Fin de la formation : 10/09/2026 → 20/09/2026" in said
    assert "Malik Berthaud : Correction (Fin de la formation : 10/09/2026 → 15/09/2026)" in said
    assert "fin_formation" not in said


async def test_a_conflict_on_a_step_shows_its_papers(stage: Stage) -> None:
    """Both sides name the action and the papers; of the same step, theirs alone is left to keep."""
    async with stage.playing(WIDE) as player:
        await open_form(player, GRANTED, "a")
        for paper in PAPERS[:2]:
            player.app.screen.query_one(f"#fact-paper-{paper}").focus()
            await player.press("space")
        given = " ".join(f"--piece {paper}" for paper in PAPERS[1:])
        stage.desk.must(f"dossier pieces {GRANTED} --recue infos_salarie --par malik")
        somebody_else(stage, GRANTED, f"avancer REF deposer_contrat {given}")
        await player.fill("#comment", "au téléphone")
        assert isinstance(player.app.screen, ConflictScreen)
        mine, _, theirs = told(player, "#sides").partition("Le leur, déjà enregistré")
        assert "Le mien : impossible, la même chose est déjà enregistrée" in told(player, "#sides")
        await player.press("m", "d")
        assert isinstance(player.app.screen, ConflictScreen)
        await player.press("l")
        # Its toast stands over the end of the line.
        player.app.clear_notifications()
        await player.settle()
        assert f"Brouillon gardé : « {STEP} »" in player.shown()
    for side in mine, theirs:
        assert "Déposer le contrat et ses pièces" in side
        assert "Contrat type édité et signé" in side
    assert "Commentaire : au téléphone" in mine
    assert "contrat_type_signe" not in mine + theirs


async def test_a_step_done_by_both_becomes_the_correction_of_its_date(stage: Stage) -> None:
    """« Le mien » over the same step asks its date alone, no paper, and saves the one typed."""
    async with stage.playing(WIDE) as player:
        await open_form(player, GRANTED, "a")
        for paper in PAPERS:
            player.app.screen.query_one(f"#fact-paper-{paper}").focus()
            await player.press("space")
        await player.fill("#fact-contrat_depose_le", "31/08/2026")
        papers = " ".join(f"--piece {paper}" for paper in PAPERS)
        somebody_else(stage, GRANTED, f"avancer REF deposer_contrat {papers}")
        await player.press("ctrl+s")
        assert isinstance(player.app.screen, ConflictScreen)
        await player.press("m")
        assert not player.app.screen.query("Tick")
        await player.press("ctrl+s")
        assert isinstance(player.app.screen, CaseScreen)
        assert drafts(player) == {}
    assert facts_of(stage, GRANTED)["contrat_depose_le"] == "2026-08-31"


# --- Drafts ----------------------------------------------------------------------------------------------


async def test_a_draft_puts_back_what_was_typed_and_nothing_else(stage: Stage) -> None:
    """What a colleague has changed meanwhile stays as they left it."""
    async with stage.playing(WIDE) as player:
        await open_form(player, GRANTED, "c")
        await player.fill(END, "20/09/2026")
    somebody_else(stage, GRANTED, "corriger REF --fait debut_contrat=31/07/2026")
    async with stage.playing(WIDE) as player:
        await resume(player, GRANTED, "c")
        assert "changé entre-temps" in player.said()
        assert (value(player, END), value(player, CONTRACT)) == ("20/09/2026", "31/07/2026")
        assert "changé entre-temps" not in player.shown()
        await player.press("ctrl+s")
        assert isinstance(player.app.screen, CaseScreen)
    facts = facts_of(stage, GRANTED)
    assert (facts["fin_formation"], facts["debut_contrat"]) == ("2026-09-20", "2026-07-31")


async def test_a_draft_says_which_of_its_fields_somebody_has_changed(stage: Stage) -> None:
    """A field typed here and changed there says so, before and after, as long as they differ."""
    async with stage.playing(WIDE) as player:
        await open_form(player, GRANTED, "c")
        await player.fill(END, "20/09/2026")
    somebody_else(stage, GRANTED, "corriger REF --fait fin_formation=15/09/2026")
    async with stage.playing(WIDE) as player:
        await resume(player, GRANTED, "c")
        assert value(player, END) == "20/09/2026"
        assert "changé entre-temps : 10/09/2026 → 15/09/2026" in player.shown()
        await player.fill(END, "15/09/2026")
        assert "changé entre-temps" not in player.shown()
        assert drafts(player) == {}


async def test_a_draft_belongs_to_one_database(stage: Stage) -> None:
    """What is typed on a database never appears in the forms of another."""
    here = stage.desk.database
    async with stage.playing(WIDE) as player:
        await player.press("n")
        await player.fill("#fact-title", "Jeanne Ormont")
        base = player.app.office.base
    other = here.with_name("autre.db")
    shutil.copy(here, other)
    text = stage.desk.config.read_text(encoding="utf-8")
    stage.desk.config.write_text(text.replace(here.name, other.name), encoding="utf-8")
    async with stage.playing(WIDE) as player:
        await player.press("n")
        assert value(player, "#fact-title") == ""
        assert player.app.office.base != base
    stage.desk.config.write_text(text, encoding="utf-8")
    async with stage.playing(WIDE) as player:
        await player.press("n", "enter")
        assert value(player, "#fact-title") == "Jeanne Ormont"


async def test_a_draft_belongs_to_one_person(stage: Stage) -> None:
    """With the same account of the system, what Malik types never appears in the forms of Claire."""
    async with stage.playing(WIDE, acting="malik") as player:
        await player.press("n")
        await player.fill("#fact-title", "Jeanne Ormont")
    async with stage.playing(WIDE, acting="claire") as player:
        await player.press("n")
        assert isinstance(player.app.screen, NewScreen)
        assert value(player, "#fact-title") == ""
        assert player.app.screen.query_one("#fact-owner", Choices).chosen == "claire"
        await player.fill("#fact-title", "Hugo Sabatier")
    async with stage.playing(WIDE, acting="malik") as player:
        await player.press("n", "enter")
        assert value(player, "#fact-title") == "Jeanne Ormont"
        assert player.app.screen.query_one("#fact-owner", Choices).chosen == "malik"


async def test_a_draft_is_shown_before_it_comes_back(
    stage: Stage, picture: SnapshotAssertion
) -> None:
    """Opening a form asks first: Escape leaves the draft, Enter takes it up and says so for as long."""
    async with stage.playing(NARROW) as player:
        await player.press("n")
        await player.type("12/11 9h")
        await player.fill("#fact-title", "Jeanne Ormont")
        await player.press("escape", "n")
        assert isinstance(player.app.screen, ResumeScreen)
        said = told(player, "#told-text")
        assert "Libellé : Jeanne Ormont" in said
        assert "Suivi par : Claire Vasseur" in said
        assert "12/11/2026 09:00" in said
        assert player.picture() == picture
        # What is typed behind the key that opens the form answers nothing.
        await player.press("z", "o", "n", "escape")
        assert isinstance(player.app.screen, TodayScreen)
        await player.press("n", "enter")
        assert "brouillon repris" in player.shown()
        assert value(player, "#fact-title") == "Jeanne Ormont"
        await player.fill("#fact-title", "Jeanne Ormont, à Lyon")
        assert "brouillon repris" in player.shown()
    async with stage.playing(NARROW) as player:
        await player.press("n", "ctrl+d")
        assert isinstance(player.app.screen, NewScreen)
        assert value(player, "#fact-title") == ""
        assert "brouillon" not in player.shown()
        assert drafts(player) == {}


async def test_what_is_typed_is_forgotten_by_a_key_and_a_question(stage: Stage) -> None:
    """Ctrl+D puts every field back as it opens, once « o » says so, and the draft is gone."""
    async with stage.playing(WIDE) as player:
        await open_form(player, GRANTED, "c")
        await player.fill(END, "20/09/2026")
        await player.fill("#comment", "au téléphone")
        await player.press("ctrl+d", "escape")
        assert value(player, END) == "20/09/2026"
        await player.press("ctrl+d", "o")
        assert (value(player, END), value(player, "#comment")) == ("10/09/2026", "")
        assert drafts(player) == {}
        await player.press("escape", "escape", "n")
        await player.type("12/11 9h")
        await player.fill("#fact-title", "Jeanne Ormont")
        await player.press("ctrl+d", "o")
        assert value(player, "#fact-title") == ""
        assert "12/11" not in player.shown()
        assert drafts(player) == {}


async def test_a_draft_put_back_says_what_is_on_file(stage: Stage) -> None:
    """Under a value that was typed and not saved stands the one that is noted."""
    async with stage.playing(WIDE) as player:
        await open_form(player, GRANTED, "c")
        await player.fill(END, "20/09/2026")
        await player.fill("#fact-title", "Fatou Deschanel")
        await player.press("escape", "c")
        assert "Fin de la formation : 20/09/2026" in told(player, "#told-text")
        assert "Libellé du dossier : Fatou Deschanel" in told(player, "#told-text")
        await player.press("enter")
        assert value(player, END) == "20/09/2026"
        assert "était 10/09/2026" in player.shown()
        await player.fill(END, "10/09/2026")
        assert "était 10/09/2026" not in player.shown()


@pytest.mark.parametrize(("by", "kept"), [(None, 1), ("malik", 0)], ids=["usual", "par"])
async def test_a_draft_of_before_waits_for_the_usual_person(
    stage: Stage, by: str | None, kept: int
) -> None:
    """A draft that bears no person is offered to whom the configuration names, and not under `--par`."""
    office = stage.office()
    office.drafts.parent.mkdir(parents=True)
    old = office.drafts.parent / "nouveau-dossier.json"
    old.write_text(json.dumps({"title": "Jeanne Ormont"}), encoding="utf-8")
    async with stage.playing(WIDE, heir=by is None, acting=by or office.acting) as player:
        await player.press("n")
        assert isinstance(player.app.screen, ResumeScreen if kept else NewScreen)
        assert len(drafts(player)) == kept
        assert old.exists() != bool(kept)


OPENED = {
    "nouveau-dossier": ("n",),
    f"{GRANTED}-deposer_contrat": ("a",),
    f"{GRANTED}-reporter": ("R",),
    f"{GRANTED}-et-si": ("s",),
    "agir-advance": ("space", "a"),
    "absence-claire": ("3", "a"),
    "filtre": ("f",),
}
"""The keys that open a form, by the name of its draft."""
TYPED = {
    "nouveau-dossier": {"demarrage_formation": "jeudi 9h", "title": "Jeanne Ormont"},
    f"{GRANTED}-deposer_contrat": {"paper-contrat_type_signe": "oui", "comment": "au téléphone"},
    f"{GRANTED}-reporter": {"which": "mission", "until": "demain", "reason": "attendue"},
    f"{GRANTED}-et-si": {"more": "contrat_depose_le", "contrat_depose_le": "hier"},
    "agir-advance": {"kind": "document", "document": "contrat_type_signe", "le": "hier"},
    "absence-claire": {"first": "lundi", "substitute": "malik"},
    "filtre": {"owner": "malik", "late": "oui"},
}
"""Answers, in the order in which they are given."""
LASTING = {
    "jeudi 9h": "03/09/2026 09:00",
    "demain": "02/09/2026",
    "hier": "31/08/2026",
    "lundi": "07/09/2026",
}
"""What a shorthand of 1 September 2026 means on any other day."""
OLD = {
    "nouveau-dossier": {
        "procedure": "ptp",
        "title": "Jeanne",
        "fact-demarrage_formation": "12/11/2026",
    },
    f"{GRANTED}-deposer_contrat": {"paper-contrat_type_signe": "oui", "comment": "au téléphone"},
    f"{GRANTED}-reporter": {"which": "mission", "until": "02/09/2026", "reason": "attendue"},
    "agir-advance": {"kind": "document", "document": "contrat_type_signe", "le": "31/08/2026"},
    "absence-claire": {"first": "07/09/2026", "substitute": "malik"},
    "filtre": {"owner": "malik", "late": "oui"},
}
"""Drafts as the version before wrote them: not all the names in them begin alike."""


async def reach(player: Player, name: str) -> None:
    """Press the keys that open a form."""
    if name.startswith(GRANTED):
        player.app.push(CaseScreen(GRANTED))
        await player.settle()
    await player.press(*OPENED[name])


def filled(player: Player) -> dict[str, str]:
    """Return what stands in each field, by name of question."""
    return {one.asked.spec.id: one.typed for one in player.app.screen.query(AnswerField)}


async def answer(player: Player, id_: str, words: str) -> None:
    """Type an answer, choose it, or tick it."""
    [field] = [one for one in player.app.screen.query(AnswerField) if one.asked.spec.id == id_]
    field.put(words)
    await player.settle()


@pytest.mark.parametrize("name", TYPED)
async def test_what_is_typed_comes_back_another_day(stage: Stage, name: str) -> None:
    """Closed or stopped, every form has all its answers again, and its days are the same days."""
    async with stage.playing(WIDE) as player:
        await reach(player, name)
        for id_, words in TYPED[name].items():
            await answer(player, id_, words)
    stage.desk.now += timedelta(hours=20)
    async with stage.playing(WIDE) as player:
        await reach(player, name)
        assert isinstance(player.app.screen, ResumeScreen)
        await player.press("enter")
        assert "Votre saisie d’avant est revenue" in player.said()
        back = {
            id_: LASTING.get(words, words) for id_, words in TYPED[name].items() if id_ != "more"
        }
        assert back.items() <= filled(player).items()
        assert [*drafts(player)] == [name]
        await player.press("ctrl+d", "o")
        assert drafts(player) == {}


@pytest.mark.parametrize("name", OLD)
async def test_a_draft_of_the_version_before_is_taken_up(stage: Stage, name: str) -> None:
    """All that it holds is shown, and is in its form again."""
    folder = stage.office().drafts
    folder.mkdir(parents=True)
    (folder / f"{name}.json").write_text(json.dumps(OLD[name]), encoding="utf-8")
    async with stage.playing(WIDE) as player:
        await reach(player, name)
        assert isinstance(player.app.screen, ResumeScreen)
        assert told(player, "#told-text").count("›") == len(OLD[name])
        await player.press("enter")
        typed = {one.removeprefix("fact-"): words for one, words in OLD[name].items()}
        assert typed.items() <= filled(player).items()


async def test_a_word_refused_as_revealing_is_in_no_draft(stage: Stage) -> None:
    """A word that would reveal why somebody is eligible is refused, and never reaches the disk."""
    async with stage.playing(WIDE) as player:
        await open_form(player, GRANTED, "c")
        await player.fill("#fact-title", "Fatou, RQTH")
        await player.fill("#comment", "rappeler lundi")
        assert "partie restreinte" in told(player)
        assert [draft.keys() for draft in drafts(player).values()] == [{"comment", "version"}]
        await player.press("escape", "escape", "n")
        assert isinstance(player.app.screen, NewScreen)
        await player.fill("#fact-title", "Fatou, RQTH")
        assert "RQTH" not in str(drafts(player))


async def test_a_draft_of_a_step_somebody_has_done_is_shown_and_forgotten_when_told_to(
    stage: Stage, picture: SnapshotAssertion
) -> None:
    """No form opens for it any more: the file says it is kept, a key shows it, another forgets it."""
    async with stage.playing(NARROW) as player:
        await open_form(player, GRANTED, "a")
        player.app.screen.query_one("#fact-paper-contrat_type_signe").focus()
        await player.press("space")
        await player.fill("#fact-contrat_depose_le", "31/08/2026")
        await player.fill("#comment", "au téléphone")
        await player.press("escape", "b")
        assert isinstance(player.app.screen, CaseScreen)
        assert "Brouillon" not in player.shown()
    papers = " ".join(f"--piece {paper}" for paper in PAPERS)
    somebody_else(stage, GRANTED, f"avancer REF deposer_contrat {papers}")
    async with stage.playing(NARROW) as player:
        player.app.push(CaseScreen(GRANTED))
        await player.settle()
        assert f"Brouillon gardé : « {STEP} »" in player.shown()
        assert player.picture() == picture
        await player.press("b")
        said = told(player, "#told-text")
        assert "Commentaire : au téléphone" in said
        assert "31/08/2026" in said
        assert "Pièce reçue : Contrat type édité et signé" in said
        await player.press("enter", "escape", "b", "o")
        assert isinstance(player.app.screen, CaseScreen)
        assert "Brouillon" not in player.shown()
        assert drafts(player) == {}


async def test_a_draft_is_back_in_its_form_once_the_step_is_undone(stage: Stage) -> None:
    """A step that is to be done again has its form again, with what was typed in it."""
    papers = " ".join(f"--piece {paper}" for paper in PAPERS)
    async with stage.playing(WIDE) as player:
        await open_form(player, GRANTED, "a")
        await player.fill("#comment", "au téléphone")
        somebody_else(stage, GRANTED, f"avancer REF deposer_contrat {papers}")
        await player.press("escape")
        player.app.refresh_data()
        await player.settle()
        assert STEP in player.shown()
        somebody_else(stage, GRANTED, "annuler REF")
        player.app.refresh_data()
        await player.settle()
        assert "Brouillon" not in player.shown()
        await player.press("a", "enter")
        assert value(player, "#comment") == "au téléphone"


async def test_a_draft_of_hours_taken_away_is_shown(stage: Stage) -> None:
    """A line of hours that somebody has removed leaves what was typed over it to be read."""
    days = "--ajouter mission --jours 24/08/2026..26/08/2026 --prevues 21"
    stage.desk.must(f"dossier heures {GRANTED} {days}")
    async with stage.playing(WIDE) as player:
        player.app.push(CaseScreen(GRANTED))
        await player.settle()
        await player.press("tab", "tab", "enter")
        await player.fill("#fact-lieu", "Fonderie Ormont")
        await player.press("escape")
        somebody_else(stage, GRANTED, "heures REF --retirer 1")
        player.app.refresh_data()
        await player.settle()
        assert "« Heures, ligne 1 »" in player.shown()
        await player.press("b")
        assert "Organisme de formation, ou société : Fonderie Ormont" in player.shown()


# --- Going against a window ------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["", "accord écrit"], ids=["no-reason", "reason"])
async def test_going_against_a_window_is_given_up_by_the_same_key(
    stage: Stage, reason: str
) -> None:
    """Ctrl+F once asks why; once more, it asks no longer, whether a reason was typed or not."""
    async with stage.playing(WIDE) as player:
        await open_form(player, LATE, "1")
        await player.press("ctrl+f")
        assert "Pourquoi passer outre" in player.shown()
        assert "dites pourquoi" in player.shown()
        await player.fill("#comment", reason)
        await player.press("ctrl+f")
        assert "Pourquoi passer outre" not in player.shown()
        assert "Ctrl+F pour passer outre" in player.shown()
        assert "forced" not in str(drafts(player))


async def test_the_form_of_a_closed_window_refuses_like_the_bar(stage: Stage) -> None:
    """On the day of a limit the field opens with the hour, and a day alone is asked its hour."""
    start = "demarrage_formation=30/09/2026 09:00"
    stage.desk.must("dossier ouvrir cipi --ref LIMITE --fait", start)
    stage.desk.now = datetime(2026, 9, 28, 12, 30, tzinfo=UTC)
    async with stage.playing(WIDE) as player:
        player.app.push(CaseScreen("LIMITE"))
        await player.settle()
        assert "a fermé le 28/09/2026 à 09:00" in player.shown()
        await player.press("1")
        assert value(player, "#fact-drf_deposee_le") == "28/09/2026 14:30"
        assert "trop tard" in told(player)
        await player.fill("#fact-drf_deposee_le", "28/09/2026")
        assert "heure à préciser" in told(player)
        assert "--fait" not in told(player)
        await player.fill("#fact-drf_deposee_le", "28/09/2026 08:50")
        assert "✓ Saisir la DRF" in told(player)


async def test_the_key_that_goes_against_a_window_is_told_as_it_was_changed(stage: Stage) -> None:
    """A form names the key that the configuration gives, and that key works."""
    async with stage.playing(WIDE, keys={"form.force": "f8"}) as player:
        await open_form(player, LATE, "1")
        assert "F8 pour passer outre" in player.shown()
        await player.press("f8")
        assert "dites pourquoi vous passez outre, ou F8" in player.shown()


@pytest.mark.parametrize("reason", ["", "accord écrit"], ids=["no-reason", "reason"])
async def test_no_reason_is_asked_once_nothing_refuses(stage: Stage, reason: str) -> None:
    """A date put back in its window needs neither a reason nor the option that goes against it."""
    async with stage.playing(WIDE) as player:
        await open_form(player, LATE, "1")
        await player.press("ctrl+f")
        await player.fill("#comment", reason)
        await player.fill("#fact-drf_deposee_le", "26/08/2026")
        assert "Pourquoi passer outre" not in player.shown()
        assert "forced" not in str(drafts(player))
        await player.press("ctrl+s")
        assert isinstance(player.app.screen, CaseScreen)
        assert "--forcer" not in player.said()


# --- Saving ----------------------------------------------------------------------------------------------


async def test_what_is_missing_is_said(stage: Stage) -> None:
    """A form whose date was emptied says it, under its fields and when one tries to save."""
    async with stage.playing(NARROW) as player:
        await open_form(player, PREPARED, "a")
        await player.press("ctrl+u")
        assert "il manque : Saisie de la DRF" in told(player)
        await player.press("ctrl+s")
        assert isinstance(player.app.screen, ActScreen)
        assert "Rien n’est enregistré : il manque : Saisie de la DRF" in player.said()


@pytest.mark.parametrize("keys", [("a",), ("a", *"20/08", "tab")], ids=["at-once", "typed"])
async def test_a_burst_of_keys_saves(stage: Stage, keys: tuple[str, ...]) -> None:
    """Keys faster than the program, the one that saves included, save what they say."""
    async with stage.playing(WIDE) as player:
        player.app.push(CaseScreen(PREPARED))
        await player.settle()
        await player.pilot.press(*keys, "ctrl+s")
        await player.settle()
        assert isinstance(player.app.screen, CaseScreen)
    day = "2026-08-20" if keys[1:] else "2026-09-01T10:00:00+02:00"
    assert facts_of(stage, PREPARED)["drf_deposee_le"] == day


async def test_a_second_click_saves_nothing_twice(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The button clicked again while a slow database saves makes no conflict with oneself."""
    let, save = threading.Event(), CaseService.save

    def slow(service: CaseService, outcome: Outcome) -> Outcome:
        saved = save(service, outcome)
        let.wait()
        return saved

    async with stage.playing(WIDE) as player:
        await open_form(player, GRANTED, "c")
        await player.fill(END, "20/09/2026")
        monkeypatch.setattr(CaseService, "save", slow)
        for _ in range(2):
            await player.pilot.click("#save")
            await player.pilot.pause()
        let.set()
        await player.settle()
        assert isinstance(player.app.screen, CaseScreen)
        assert "Enregistré" in player.said()


async def test_what_is_tried_again_is_what_is_typed_now(stage: Stage) -> None:
    """Changed after the base was missing, a form saves nothing of what it held then, and keeps its draft."""
    base, aside = stage.desk.database, stage.desk.database.with_suffix(".aside")
    async with stage.playing(WIDE) as player:
        await open_form(player, GRANTED, "c")
        await player.fill(END, "20/09/2026")
        base.rename(aside)
        await player.press("ctrl+s")
        aside.rename(base)
        await player.fill(END, "illisible")
        await player.press("ctrl+r")
        assert isinstance(player.app.screen, ActScreen)
        assert value(player, END) == "illisible"
        [draft] = drafts(player).values()
        assert draft["fact-fin_formation"] == "illisible"
    assert facts_of(stage, GRANTED)["fin_formation"] == "2026-09-10"


async def test_a_file_keeps_a_title(stage: Stage) -> None:
    """An emptied title is refused in a sentence."""
    async with stage.playing(WIDE) as player:
        await open_form(player, GRANTED, "c")
        await player.press("ctrl+u", "ctrl+s")
        assert isinstance(player.app.screen, ActScreen)
        assert "Le libellé est vide" in told(player)
    assert stage.desk.must(f"dossier voir {GRANTED} --json").json["title"]


# --- Typing ----------------------------------------------------------------------------------------------


async def test_a_stray_key_takes_no_words_away(stage: Stage) -> None:
    """The form opens with the cursor behind the title; a date, once reached, is replaced."""
    async with stage.playing(WIDE) as player:
        await open_form(player, PREPARED, "c")
        await player.press("x")
        assert value(player, "#fact-title") == "Aminata Rocher, conditionneusex"
        await player.press("tab", *"+61j")
        assert value(player, "#fact-demarrage_formation") == "+61j"


@pytest.mark.parametrize("selector", ["#comment", "#fact-title"])
async def test_pasted_lines_are_joined(stage: Stage, selector: str) -> None:
    """A field of one line takes all the lines that are pasted."""
    async with stage.playing(WIDE) as player:
        await open_form(player, PREPARED, "c")
        await player.fill(selector, "Vu : ")
        box = player.app.screen.query_one(selector, Input)
        box.post_message(events.Paste("au téléphone\r\n  puis par écrit \n\nlundi\n"))
        await player.settle()
        assert box.value == "Vu : au téléphone puis par écrit lundi"
        player.app.copy_to_clipboard("ou\nmardi")
        await player.press("ctrl+v")
        assert box.value == "Vu : au téléphone puis par écrit lundiou mardi"


async def test_undoing_says_which_papers_stay(stage: Stage) -> None:
    """Papers received with a step outlive its undoing: it is said before « o »."""
    stage.desk.must(f"dossier pieces {GRANTED} --recue infos_salarie --recue contrat_type_signe")
    papers = "--piece convention_formation --piece programme_formation"
    stage.desk.must(f"dossier avancer {GRANTED} deposer_contrat {papers}")
    async with stage.playing(WIDE) as player:
        player.app.push(CaseScreen(GRANTED))
        await player.settle()
        await player.press("u")
        assert isinstance(player.app.screen, ConfirmScreen)
        said = told(player, "#told-text")
        assert "restent notées : « Convention de formation externe »" in said
        assert "Contrat type" not in said
