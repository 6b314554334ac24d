"""What may be done with what is selected: each act with its key; the others dimmed, with the reason.

Used by the screens of mails and of the team. A click does what the key does.
"""

from __future__ import annotations

from collections.abc import Mapping

from rich.style import Style
from textual.widgets import Static

from display.drawing.layout import line, text
from tui.frame.desk import desk_of
from tui.frame.keys import KEYS, first_key

READ_ONLY = "lecture seule"


class ActsBar(Static):
    """Shows acts."""

    def show(self, acts: Mapping[str, str]) -> None:
        """Show other acts.

        Args:
            acts: reason why each cannot be done, by id of its key; empty when it can.
        """
        office = desk_of(self).office
        shown = text("")
        if office.read_only:
            acts = dict.fromkeys(acts, READ_ONLY)
        for id_, reason in acts.items():
            key, label = first_key(id_, office.keys), KEYS[id_].label
            piece = line(
                (f"{key} ", "muted" if reason else "accent"),
                (label, "muted" if reason else "strong"),
            )
            if not reason:
                action = id_.rpartition(".")[2]
                piece.stylize(Style.from_meta({"@click": f"screen.{action}"}))
            shown.append_text(piece).append("   ")
        for reason in dict.fromkeys(filter(None, acts.values())):
            shown.append_text(line(("✗ ", "late"), (f"{reason}  ", "muted")))
        self.update(shown)
