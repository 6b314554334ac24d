"""A field of one line that takes all of what is pasted, its lines joined by a space.

Used by the forms, in place of Textual's own, which keeps the first line and drops the others.
"""

from __future__ import annotations

from textual import events
from textual.widgets import Input


class Line(Input):
    """A field of one line."""

    def _on_paste(self, event: events.Paste) -> None:
        # Textual's own handler comes next, and inserts it.
        event.text = joined(event.text)

    def action_paste(self) -> None:
        """Paste what was copied in the program."""
        self.replace(joined(self.app.clipboard), *self.selection)


def joined(text: str) -> str:
    """Return a text on one line; one that stands on a single line is left as it is."""
    lines = text.splitlines()
    if len(lines) < 2:  # noqa: PLR2004 - there is something to join from two on
        return "".join(lines)
    return " ".join(filter(None, map(str.strip, lines)))
