"""A field of one line, that takes what is pasted as one clean line whoever gives it.

Used by the forms. The application cleans what is pasted anywhere else.
"""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.message import Message
from textual.widgets import Input

from tui.terminal.pasting import pasted, pasted_list


class Line(Input):
    """A field of one line."""

    takes_lines = True
    """It is given what was pasted as it is."""

    @dataclass
    class Several(Message):
        """Several lines were pasted: a list, where the form that asks knows what to do with one."""

        line: Line
        text: str

    def _on_paste(self, event: events.Paste) -> None:
        # Textual's own handler comes next, and inserts it.
        text, event.text = pasted_list(event.text), pasted(event.text)
        if "\n" in text.strip():
            self.post_message(self.Several(self, text))
