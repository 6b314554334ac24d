"""A field of several lines, for a list that is pasted.

Used by `tui.fields.answerfield`. Tab goes on to the next field, Enter to the next line.
"""

from __future__ import annotations

from textual import events
from textual.widgets import TextArea

from tui.terminal.pasting import pasted_list


class LinesBox(TextArea):
    """A field of several lines."""

    takes_lines = True

    def _on_paste(self, event: events.Paste) -> None:  # type: ignore[override]
        # Textual's own handler comes next, and inserts it.
        event.text = pasted_list(event.text)
