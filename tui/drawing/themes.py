"""The colours: four palettes that name the same things, from calm to very contrasted.

Used by `tui.app`. A colour never says anything alone: signs and words say it too (`tui.drawing.urgency`),
so that every palette, and none at all (`NO_COLOR`), reads the same.
"""

from __future__ import annotations

from rich.style import Style
from rich.theme import Theme as Look
from textual.theme import Theme

_MEANINGS = ("late", "soon", "ok", "awaited", "internal", "muted")

LABELS = {
    "sombre": "Sombre",
    "clair": "Clair",
    "contraste": "Contraste élevé",
    "daltonien": "Sans rouge ni vert",
}


def _theme(
    name: str, *, ground: tuple[str, str, str], ink: str, accent: str, says: dict[str, str],
    dark: bool = True,
) -> Theme:  # fmt: skip
    """Return a theme.

    Args:
        name: its id.
        ground: background, surface of panels, and what stands out on them.
        ink: the text.
        accent: the one colour that shows where one is.
        says: colours of `late`, `soon`, `ok`, `awaited`, `internal` and `muted`.
        dark: False when the text is darker than its ground.
    """
    background, surface, panel = ground
    return Theme(
        name=name, primary=accent, secondary=accent, accent=accent, foreground=ink,
        background=background, surface=surface, panel=panel, boost=panel,
        error=says["late"], warning=says["soon"], success=says["ok"], dark=dark,
        text_alpha=1.0,
        variables={
            **says,
            "block-cursor-background": panel,
            "block-cursor-foreground": ink,
            "block-cursor-text-style": "none",
            "border": panel,
            "border-blurred": panel,
            "input-selection-background": f"{accent} 35%",
            **_scrollbar(background, panel, accent, says["muted"]),
        },
    )  # fmt: skip


def _scrollbar(ground: str, bar: str, grabbed: str, pointed: str) -> dict[str, str]:
    """Return the colours of the scroll bars: as good as invisible until they are pointed at."""
    grounds = ("background", "background-hover", "background-active", "corner-color")
    return {
        "scrollbar": bar,
        "scrollbar-hover": pointed,
        "scrollbar-active": grabbed,
        **{f"scrollbar-{name}": ground for name in grounds},
    }


THEMES = (
    _theme(
        "sombre", ground=("#12161c", "#181d25", "#252d39"), ink="#d9e0e8", accent="#6cb2eb",
        says={"late": "#ff7b72", "soon": "#f0b849", "ok": "#6fcf97", "awaited": "#9db4cc",
              "internal": "#c3a6ff", "muted": "#8793a1"},
    ),
    _theme(
        "clair", ground=("#fbfbf9", "#f1f1ee", "#dfe3e8"), ink="#20262d", accent="#0a5ea8",
        says={"late": "#b3261e", "soon": "#8a5300", "ok": "#18703f", "awaited": "#3d5a78",
              "internal": "#6a3fb5", "muted": "#5d6670"}, dark=False,
    ),
    _theme(
        "contraste", ground=("#000000", "#000000", "#303030"), ink="#ffffff", accent="#ffe45c",
        says={"late": "#ff9a9a", "soon": "#ffc24a", "ok": "#7dffb0", "awaited": "#a8d4ff",
              "internal": "#e0c4ff", "muted": "#d0d0d0"},
    ),
    # Okabe and Ito's hues, lightened for a dark ground: apart for every kind of colour vision.
    _theme(
        "daltonien", ground=("#12161c", "#181d25", "#252d39"), ink="#d9e0e8", accent="#56b4e9",
        says={"late": "#ff8f3f", "soon": "#f0e442", "ok": "#3fb8f0", "awaited": "#a9b4c0",
              "internal": "#d896bd", "muted": "#8793a1"},
    ),
)  # fmt: skip


def look(theme: Theme) -> Look:
    """Return what the colours that `display` names look like in a theme."""
    colours = {name: theme.variables[name] for name in _MEANINGS} | {"accent": theme.accent}
    return Look(
        {name: Style(color=colour) for name, colour in colours.items()}
        | {"strong": Style(bold=True), "title": Style(color=theme.accent, bold=True)},
        inherit=False,
    )
