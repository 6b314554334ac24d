"""What has the keys is seen at a glance, in every palette of colours and without any."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from rich.color import Color

from tests.support.tui import WIDE, Player, Stage
from tui.case.screen import CaseScreen
from tui.drawing.themes import LABELS
from tui.fields.rows import BAR

CLEAR = 3.0
"""Contrast that a sign of focus needs (WCAG 2.2, criteria 1.4.11 and 2.4.13)."""
PALETTES = pytest.mark.parametrize("palette", [*LABELS, "NO_COLOR"])


def luminance(color: Color | None) -> float:
    """Return the relative luminance of a colour, as WCAG 2.2 defines it."""
    assert color is not None
    parts = [part / 255 for part in color.get_truecolor()]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(ink: Color | None, ground: Color | None) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    darker, lighter = sorted((luminance(ink), luminance(ground)))
    return (lighter + 0.05) / (darker + 0.05)


def bars(player: Player) -> dict[tuple[int, int], float]:
    """Return where a bar is drawn, column and line, and how it stands out from its ground."""
    found = {}
    for y, strip in enumerate(player.app.screen._compositor.render_strips()):
        x = 0
        for words, style, _ in strip:
            for sign in words:
                if sign == BAR:
                    assert style is not None
                    found[x, y] = contrast(style.color, style.bgcolor)
                x += cell_len(sign)
    return found


async def visit(player: Player) -> list[str]:
    """Go through every field of a screen by Tab; return those that no bar shows."""
    unseen, first = [], player.app.focused
    while True:
        box = player.app.focused
        assert box is not None
        box.scroll_visible(animate=False)
        await player.pilot.pause()
        x, y = box.region.offset
        drawn = bars(player)
        if not any(drawn.get((x, line), 0) >= CLEAR for line in range(y, box.region.bottom)):
            unseen.append(f"{type(player.app.screen).__name__} {box!r} {box.region}")
        player.app.screen.focus_next()
        await player.pilot.pause()
        if player.app.focused is first:
            return unseen


def coloured(palette: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the theme of a palette, the environment put as it asks."""
    if palette == "NO_COLOR":
        monkeypatch.setenv("NO_COLOR", "1")
        return "sombre"
    return palette


@PALETTES
@pytest.mark.parametrize(
    "keys",
    [
        ["slash"],
        ["n"],
        ["f"],
        ["space", "a"],
        ["enter", "c"],
        ["enter", "R"],
        ["enter", "a"],
        ["3"],
    ],
    ids=["recherche", "nouveau", "filtre", "lot", "correction", "report", "action", "equipe"],
)
async def test_every_field_shows_that_it_has_the_keys(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, palette: str, keys: list[str]
) -> None:
    """Inputs, lists, ticks, buttons and tables bear a bar that stands out by 3 to 1 while they are used."""
    async with stage.playing(WIDE, theme=coloured(palette, monkeypatch)) as player:
        await player.press(*keys)
        assert await visit(player) == []


@PALETTES
async def test_the_current_line_shows(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, palette: str
) -> None:
    """The line of a tab and that of an open list bear the same bar, one line alone, where keys have led."""
    async with stage.playing(WIDE, theme=coloured(palette, monkeypatch)) as player:
        player.app.push(CaseScreen("CIPI-DEMO-18"))
        await player.settle()
        await player.press("tab", "j")
        [(line, ratio)] = bars(player).items()
        assert ratio >= CLEAR
        await player.press("j")
        assert list(bars(player)) == [(line[0], line[1] + 1)]
        await player.press("c")
        player.app.screen.query_one("#fact-more").focus()
        await player.press("enter", "down")
        names = player.app.focused
        assert names is not None
        [ratio] = [ratio for place, ratio in bars(player).items() if names.region.contains(*place)]
        assert ratio >= CLEAR
