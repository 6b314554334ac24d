"""The habits: help, palette, keys changed, colours, and the errors of a configuration."""

from __future__ import annotations

from asyncio import to_thread
from datetime import timedelta

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.app import App
from textual.binding import Binding
from textual.events import Key, Paste
from textual.widgets import Input, OptionList
from textual.widgets._toast import Toast

from cli.config.configuration import load
from cli.wiring.tui import check_look
from notifications.model.looks import MailboxLook
from tests.support.cli import plain
from tests.support.tui import NARROW, WIDE, Player, Stage
from tui.calendar.grid import CalendarGrid
from tui.case.screen import CaseScreen
from tui.drawing.themes import LABELS
from tui.forms.act import ActScreen
from tui.frame.banner import Banner
from tui.frame.help import HelpScreen
from tui.frame.keybar import KeyBar
from tui.frame.keys import KEYS, spoken
from tui.frame.page import Asking, Page
from tui.lists.listing import Listing
from tui.lists.worktable import WorkTable
from tui.opening.screen import NewScreen
from workflow.errors import InvalidDefinition

GRANTED = "CIPI-DEMO-18"


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])
async def test_the_help_of_a_screen(
    stage: Stage, picture: SnapshotAssertion, size: tuple[int, int]
) -> None:
    """`?` lists the keys of the screen one is on."""
    async with stage.playing(size) as player:
        await player.press("question_mark")
        assert isinstance(player.app.screen, HelpScreen)
        assert "Pourquoi cette date" in player.shown()
        assert player.picture() == picture


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])
async def test_the_palette(stage: Stage, picture: SnapshotAssertion, size: tuple[int, int]) -> None:
    """Ctrl+P lists what can be done where one is."""
    async with stage.playing(size) as player:
        await player.press("ctrl+p")
        assert player.picture() == picture


@pytest.mark.parametrize(
    ("place", "keys"),
    [
        ("", ["question_mark"]),
        ("", ["ctrl+p"]),
        ("", ["f"]),
        ("", ["2", "a"]),
        ("", ["3", "a"]),
        (GRANTED, ["a"]),
        (GRANTED, ["c"]),
        (GRANTED, ["u"]),
        (GRANTED, ["tab", "tab"]),
    ],
    ids=[
        "aide",
        "menu",
        "filtre",
        "annee",
        "absence",
        "action",
        "correction",
        "annulation",
        "heures",
    ],
)
async def test_what_opens_over_a_screen_without_colour(
    stage: Stage,
    picture: SnapshotAssertion,
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    keys: list[str],
) -> None:
    """Without colour, in a small terminal, each form and each dialog is as on file."""
    monkeypatch.setenv("NO_COLOR", "1")
    async with stage.playing(NARROW) as player:
        if place:
            player.app.push(CaseScreen(place))
            await player.settle()
        await player.press(*keys)
        assert player.picture() == picture


async def take(player: Player, words: str) -> None:
    """Type words in the palette, and take the first of what it finds."""
    await player.press("ctrl+p")
    await player.type(words)
    found = player.app.screen.query_one(OptionList)
    await player.until(lambda: found.option_count > 0)
    await player.press("down", "enter")


async def test_the_palette_finds_a_file(stage: Stage) -> None:
    """Ctrl+P, part of a name, Enter: the file is open."""
    async with stage.playing(WIDE) as player:
        await take(player, "leila")
        assert isinstance(player.app.screen, CaseScreen)
        assert "Leïla" in player.shown()


@pytest.mark.parametrize("keys", [("/",), ("ctrl+p",)], ids=["search", "palette"])
async def test_a_finished_file_is_found(stage: Stage, keys: tuple[str, ...]) -> None:
    """A file that was given up is found by its reference and its name, and its last step is undone."""
    stage.desk.must(f"dossier avancer {GRANTED} abandonner --commentaire essai")
    async with stage.playing(WIDE) as player:
        await player.press(*keys)
        await player.type(GRANTED.lower())
        await player.sees("Fatou Deschanel", "Abandonné")
        await player.press(*(("enter", "enter") if keys == ("/",) else ("down", "enter")))
        assert isinstance(player.app.screen, CaseScreen)
        await player.press("u", "o")
        assert "Enregistré : Annuler" in player.said()
    assert stage.desk.must(f"dossier voir {GRANTED} --json").json["state"] == "drf_accordee"


async def test_the_palette_runs_an_action(stage: Stage) -> None:
    """Ctrl+P runs an action of the screen underneath."""
    async with stage.playing(WIDE) as player:
        await take(player, "Filtrer")
        assert "Quels dossiers" in player.shown()


async def test_the_palette_leads_to_the_other_screens(stage: Stage) -> None:
    """An action of another screen leads there, and an action of a file opens the one under the cursor."""
    async with stage.playing(WIDE) as player:
        await take(player, "Noter une absence")
        assert "a : Noter une absence" in player.said()
        assert "Claire Vasseur" in player.shown()
        await player.press("1")
        await take(player, "Avancer le dossier")
        assert isinstance(player.app.screen, CaseScreen)


async def test_the_palette_says_in_french_that_nothing_matches(stage: Stage) -> None:
    """A word that is nowhere gets a sentence."""
    async with stage.playing(WIDE) as player:
        await player.press("ctrl+p")
        await player.type("zzzzzz")
        await player.sees("Aucune action, aucun dossier")
        assert "No matches" not in player.shown()


async def test_ctrl_c_says_how_to_leave(stage: Stage) -> None:
    """Ctrl+C leaves nothing behind by accident: it says which key leaves, as the configuration has it."""
    async with stage.playing(NARROW, keys={"app.quit": "ctrl+w"}) as player:
        await player.press("ctrl+c")
        assert "Ctrl+W pour quitter" in player.said()


async def test_a_digit_in_a_form_goes_nowhere(stage: Stage) -> None:
    """On a list of choices of a new file, a digit does not leave the form."""
    async with stage.playing(WIDE) as player:
        await player.press("n")
        player.app.screen.query_one("#fact-procedure").focus()
        await player.press("2")
        assert isinstance(player.app.screen, NewScreen)


async def test_the_last_line_speaks_french(stage: Stage) -> None:
    """While a list of choices is open, the last line shows no key that a library named."""
    async with stage.playing(WIDE) as player:
        await player.press("n")
        player.app.screen.query_one("#fact-procedure").focus()
        await player.press("enter")
        assert "Dismiss" not in player.shown()


@pytest.mark.parametrize("keys", [("n",), ("/",), ("enter", "c"), ("enter", "R"), ("3", "a")])
async def test_help_is_told_and_given_where_one_types(stage: Stage, keys: tuple[str, ...]) -> None:
    """In a field the last line names F1, which opens the help of the form; « ? » is a sign like another."""
    async with stage.playing(NARROW) as player:
        await player.press(*keys)
        assert isinstance(player.app.focused, Input)
        assert "F1 Aide" in _last_line(player)
        assert "? Aide" not in _last_line(player)
        await player.press("f1")
        assert isinstance(player.app.screen, HelpScreen)
        await player.press("escape")
        assert isinstance(player.app.focused, Input)


async def test_keys_are_changed_by_the_configuration(stage: Stage) -> None:
    """A key changed in the configuration works, and the footer shows it."""
    async with stage.playing(WIDE, keys={"case.advance": "z"}) as player:
        await player.press("enter")
        assert "z Avancer" in " ".join(player.shown().split())
        await player.press("z")
        assert isinstance(player.app.screen, ActScreen)


async def test_the_last_line_is_clicked(stage: Stage) -> None:
    """A click on a key of the last line does what the key does."""
    async with stage.playing(NARROW) as player:
        await player.pilot.click(KeyBar, offset=(_last_line(player).index("? Aide"), 0))
        await player.settle()
        assert isinstance(player.app.screen, HelpScreen)


async def test_the_last_line_keeps_help_and_menu(stage: Stage) -> None:
    """A narrow screen leaves out some keys, says so, and shows them once it is wide enough."""
    async with stage.playing(NARROW) as player:
        narrow = _last_line(player)
        assert "…" in narrow
        assert narrow.split("…")[1].split() == ["?", "Aide", "Ctrl+P", "Menu"]
        await player.pilot.resize_terminal(*WIDE)
        await player.settle()
        assert "…" not in _last_line(player)
        assert "Volet" in _last_line(player)


def _last_line(player: Player) -> str:
    return player.shown().splitlines()[-1]


def at_once(app: App[None], *keys: str) -> None:
    """Type keys as a slow line brings them: all in one piece."""
    for key in keys:
        app.post_message(Key(key, key if len(key) == 1 else None))


async def test_keys_that_come_together_are_taken_one_by_one(stage: Stage) -> None:
    """What is typed behind a key finds what that key opens: the search, a screen, the next field."""
    async with stage.playing(WIDE) as player:
        at_once(player.app, "slash", *"hugo")
        await player.settle()
        assert player.app.screen.query_one("#search", Input).value == "hugo"
        at_once(player.app, "escape", "3", "1", "n")
        await player.settle()
        assert isinstance(player.app.screen, NewScreen)


async def test_a_paste_waits_for_its_field(stage: Stage) -> None:
    """What is pasted right behind the key that opens the search is pasted there."""
    async with stage.playing(WIDE) as player:
        at_once(player.app, "slash")
        player.app.post_message(Paste("Hugo"))
        await player.settle()
        assert player.app.screen.query_one("#search", Input).value == "Hugo"


async def test_keys_go_on_when_what_took_one_is_gone(stage: Stage) -> None:
    """A field that leaves with the key it was given holds up none of those behind it."""
    async with stage.playing(WIDE) as player:
        at_once(player.app, "f", "escape", "slash", *"hugo", "escape", "j", "f", "escape", "G")
        await player.until(
            lambda: any(one.cursor == one.total - 1 for one in player.app.screen.query(WorkTable))
        )


def look(stage: Stage) -> None:
    """Check the keys as they are when the interface is opened."""
    check_look(stage.office(), load(stage.desk.config))


def test_a_key_that_is_given_to_nothing_is_refused(stage: Stage) -> None:
    """A name of key that does not exist is told with the nearest one."""
    with stage.desk.config.open("a", encoding="utf-8") as file:
        file.write('\n[tui.keys]\n"case.avance" = "n"\n')
    with pytest.raises(InvalidDefinition, match=r"case\.advance"):
        look(stage)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ('"case.advance" = "n"', "« n » sert déjà à « Ajouter une ligne à l’onglet »"),
        ('"case.advance" = "c"', "changez aussi case.correct"),
        ('"today.new" = "ctrl+p"', "« Ctrl+P »"),
        ('"case.advance" = "c"\n"case.correct" = "c"', "tui.keys.case.correct"),
    ],
)
def test_a_key_given_twice_is_refused(stage: Stage, changes: str, told: str) -> None:
    """A key that would do two things on one screen is refused, with what it does already."""
    with stage.desk.config.open("a", encoding="utf-8") as file:
        file.write(f"\n[tui.keys]\n{changes}\n")
    with pytest.raises(InvalidDefinition) as refused:
        look(stage)
    assert told in str(refused.value)


def test_no_screen_has_two_uses_of_a_key() -> None:
    """A key of a screen is that of one act: where two have it, one of them would never be done."""
    screens: list[type[Page]] = [CaseScreen, *Listing.__subclasses__(), *Page.__subclasses__()]
    for screen in screens:
        named = {one.id or "" for one in screen.BINDINGS if isinstance(one, Binding)}
        listed = [key for id_ in named & KEYS.keys() for key in KEYS[id_].keys.split(",")]
        assert len(listed) == len(set(listed)), screen


def test_every_key_has_the_name_of_its_keyboard() -> None:
    """No key is shown under the name that a library gives it."""
    assert not [key for one in KEYS.values() for key in one.keys.split(",") if "_" in spoken(key)]


def test_keys_that_change_places_are_accepted(stage: Stage) -> None:
    """Two acts may exchange their keys, and a key of another screen is free."""
    with stage.desk.config.open("a", encoding="utf-8") as file:
        file.write(
            '\n[tui.keys]\n"case.advance" = "c"\n"case.correct" = "a"\n"team.absence" = "n"\n'
            '"page.back" = "escape,q"\n'
        )
    look(stage)
    assert stage.office().keys["case.advance"] == "c"


@pytest.mark.parametrize("theme", LABELS)
async def test_every_palette_of_colours(
    stage: Stage, picture: SnapshotAssertion, theme: str
) -> None:
    """Each palette of colours draws the first screen as on file."""
    async with stage.playing(WIDE, theme=theme) as player:
        assert player.picture() == picture


async def test_colours_change_by_a_key(stage: Stage) -> None:
    """Ctrl+T takes the next palette and says its name."""
    async with stage.playing(NARROW) as player:
        await player.press("ctrl+t")
        assert player.app.theme == "clair"
        assert "Clair" in player.said()


def test_without_a_terminal_the_help_is_printed(stage: Stage) -> None:
    """Without a terminal, the program alone prints its help, and `tui` says what it needs."""
    assert "dossier" in stage.desk.must("").out
    run = stage.desk.type("tui")
    assert run.code == 2
    assert "terminal" in run.said


async def test_midnight_is_seen_everywhere(stage: Stage) -> None:
    """When the day turns, every first line says so, also where nothing else is read again."""
    async with stage.playing(WIDE) as player:
        assert "mardi 1er septembre 2026" in player.shown()
        stage.desk.now += timedelta(days=1)
        player.app._watch()
        await player.settle()
        assert "mercredi 2 septembre 2026" in player.shown().splitlines()[0]
        for place in "2341":
            await player.press(place)
            assert "mercredi 2 septembre 2026" in player.shown().splitlines()[0]


@pytest.mark.parametrize(
    ("size", "words"), [(WIDE, "✗ rappels arrêtés depuis 10:00"), (NARROW, "✗ rappels")]
)
async def test_a_service_that_has_stopped_is_told_everywhere(
    stage: Stage, size: tuple[int, int], words: str
) -> None:
    """The first line says since when no service lives, as `diagnostic` does, and until one does again."""
    await to_thread(stage.desk.must, "service --une-fois")
    stage.desk.now += timedelta(minutes=30)
    assert "il semble arrêté" in plain(stage.desk.type("diagnostic").out)
    async with stage.playing(size) as player:
        player.app._watch()
        await player.sees(words)
        await player.press("3")
        assert words in player.shown()
        await to_thread(stage.desk.must, "service --une-fois")
        stage.desk.now += timedelta(minutes=2)
        player.app._watch()
        await player.until(lambda: words not in player.shown())


async def test_a_return_mailbox_that_does_not_open_is_told_everywhere(stage: Stage) -> None:
    """The first line says so once it has lasted, and until it opens again."""
    store, now = stage.office().services.notifications, stage.desk.now
    for minutes in (15, 0):
        failed = MailboxLook(None, failure="Boîte de retour : panne.")
        store.note_look("boite", failed, now - timedelta(minutes=minutes))
    async with stage.playing(WIDE) as player:
        player.app._watch()
        await player.sees("! retours non lus")
        stage.desk.now += timedelta(minutes=2)
        store.note_look("boite", MailboxLook(None), stage.desk.now)
        player.app._watch()
        await player.until(lambda: "non lus" not in player.shown())


@pytest.mark.parametrize("keys", [["c"], ["u"]])
async def test_a_dialog_stays_in_the_middle_under_the_banner(stage: Stage, keys: list[str]) -> None:
    """What is out of reach is said above, and moves no form aside."""
    async with stage.playing(WIDE) as player:
        player.app.push(CaseScreen(GRANTED))
        await player.settle()
        await player.press(*keys)
        screen = player.app.screen
        assert isinstance(screen, Asking)
        box = screen.query_one(".dialog")
        before = box.region.x
        screen._banner().say("La base ne répond pas.")
        await player.settle()
        assert (box.region.x, screen.query_one(Banner).region.y) == (before, 0)
        assert abs(box.region.x - (WIDE[0] - box.region.right)) <= 1
        assert "La base ne répond pas." in player.shown()


async def test_toasts_come_one_at_a_time_away_from_the_actions(stage: Stage) -> None:
    """A toast is short, alone, and above the bar of actions."""
    async with stage.playing(NARROW) as player:
        player.app.notify("Premier")
        await player.settle()
        player.app.notify("Second " * 80)
        await player.settle()
        (toast,) = player.app.screen.query(Toast)
        assert toast.region.bottom <= NARROW[1] - 3
        assert toast.region.height <= 4


async def test_a_french_keyboard_and_caps_lock(stage: Stage) -> None:
    """Digits without Shift and capitals do what the key does, except where text is typed."""
    async with stage.playing(WIDE) as player:
        at_once(player.app, "é")
        await player.settle()
        assert player.app.screen.query(CalendarGrid)
        await player.press("ampersand", "N")
        assert isinstance(player.app.screen, NewScreen)
        await player.press("escape", "G")
        table = player.app.screen.query_one(WorkTable)
        assert table.cursor == table.total - 1
        await player.press("slash", "H", "é")
        assert player.app.screen.query_one("#search", Input).value == "Hé"
