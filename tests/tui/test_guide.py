"""The pictures of docs/guide.md: taken here, so that the guide shows what the program shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.tui import Stage
from tui.case.screen import CaseScreen

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "images"
SIZE = (104, 32)
_FONTS = re.compile(r"@font-face\s*\{.*?\}\s*", re.DOTALL)

SHOTS = {
    "aujourdhui": (),
    "pourquoi": ("e",),
    "filtrer": ("f",),
    "nouveau": ("n", *"8/10/2026"),
    "dossier": ("open", "CIPI-DEMO-18"),
    "avancer": ("open", "CIPI-DEMO-07", "a"),
    "pieces": ("open", "CIPI-DEMO-18", "tab", "r"),
    "annuler": ("open", "CIPI-DEMO-18", "u"),
    "aide": ("question_mark",),
}
"""The keys that lead to each picture, from the first screen."""


@pytest.mark.parametrize("name", SHOTS)
async def test_the_pictures_of_the_guide(
    stage: Stage, request: pytest.FixtureRequest, name: str
) -> None:
    """Each picture of the guide is what the program shows; `make pictures` takes them again."""
    file = PICTURES / f"{name}.svg"
    keys = list(SHOTS[name])
    async with stage.playing(SIZE) as player:
        if keys[:1] == ["open"]:
            player.app.push(CaseScreen(keys[1]))
            await player.settle()
            keys = keys[2:]
        await player.press(*("slash" if key == "/" else key for key in keys))
        player.app.clear_notifications()
        await player.settle()
        # Drawn with the fonts of whoever reads it: nothing is fetched from the network.
        picture = _FONTS.sub("", player.picture())
    if request.config.getoption("update_snapshots"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(picture, encoding="utf-8")
    assert picture == file.read_text(encoding="utf-8")


def test_every_picture_is_in_the_guide() -> None:
    """The guide shows every picture, and no other."""
    guide = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\(images/([\w-]+)\.svg\)", guide)) == set(SHOTS)
