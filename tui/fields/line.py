"""A field of one line, that takes what is pasted as one clean line whoever gives it.

Used by the forms. The application cleans what comes from the terminal; this, what reaches the
field by itself.
"""

from __future__ import annotations

from textual import events
from textual.widgets import Input

from tui.terminal.pasting import pasted


class Line(Input):
    """A field of one line."""

    def _on_paste(self, event: events.Paste) -> None:
        # Textual's own handler comes next, and inserts it.
        event.text = pasted(event.text)
