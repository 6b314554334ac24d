"""`tui`: the terminal interface."""

from __future__ import annotations

from cli.asking.invocation import Invocation
from cli.wiring import tui
from workflow.operations import operations


def open_tui(asked: Invocation) -> int:
    """Open the terminal interface."""
    told = asked.request
    read_only, theme = told.flag(operations.READ_ONLY), told.given(operations.THEME)
    return tui.run(asked.session, read_only=read_only, theme=theme)
