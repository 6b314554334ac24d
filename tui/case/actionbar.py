"""The actions of a file: those that can be done, with their key; the others dimmed, with the reason."""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style
from rich.text import Text
from textual.widgets import Static

from display.drawing.layout import line, text
from tui.acts.acts import on_screen
from workflow.case.offer import Offer


class ActionBar(Static):
    """Shows the actions; a click does what the key does."""

    def show(self, offers: Sequence[Offer], *, read_only: bool) -> None:
        """Show other actions.

        Args:
            offers: actions of the state, with the reasons that refuse them now.
            read_only: True dims them all.
        """
        lines = []
        open_ = Text()
        for number, offer in enumerate(offers, 1):
            if read_only or not offer.within_reach:
                reason = "lecture seule" if read_only else " ; ".join(on_screen(offer.reasons))
                lines.append(
                    line((f"{number} {offer.label}", "muted"), ("  ✗ ", "late"), (reason, "muted"))
                )
                continue
            label = text(offer.label, "strong")
            label.stylize(Style.from_meta({"@click": f"screen.offer({number})"}))
            piece = line((f"{number} ", "accent")).append_text(label)
            missing = len(offer.missing_facts) + len(offer.missing_documents)
            if missing:
                piece.append_text(text(f" ({missing} à compléter)", "muted"))
            open_ = open_.append_text(piece).append("   ")
        if not offers:
            lines.append(text("Le dossier est fini : aucune action.", "muted"))
        shown = ([open_] if open_.plain else []) + lines
        self.update(Text("\n").join(shown))
