"""`tui`: the terminal interface."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.asking.options import session_of
from cli.wiring import tui

_ReadOnly = Annotated[
    bool, typer.Option("--lecture-seule", help="Pour regarder : rien ne peut être enregistré.")
]
_Theme = Annotated[
    str | None,
    typer.Option("--theme", metavar="NOM", help="sombre, clair, contraste ou daltonien."),
]


def open_tui(ctx: typer.Context, read_only: _ReadOnly = False, theme: _Theme = None) -> int:
    """Open the terminal interface."""
    return tui.run(session_of(ctx), read_only=read_only, theme=theme)
