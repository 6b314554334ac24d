"""A band across the screen for what is out of reach, until it answers again."""

from __future__ import annotations

from rich.text import Text
from textual import events
from textual.message import Message
from textual.widgets import Static


class Banner(Static):
    """Says what does not answer, and how to try again: by its key, or with the mouse."""

    class Retry(Message):
        """The band was clicked."""

    def say(self, words: str) -> None:
        """Show a sentence."""
        again = ("Ctrl+R", "bold")
        self.update(
            Text.assemble(f"✗ {words}  ", again, " pour réessayer ; votre saisie est gardée.")
        )

    def on_click(self, event: events.Click) -> None:
        """Try again."""
        event.stop()
        self.post_message(self.Retry())
