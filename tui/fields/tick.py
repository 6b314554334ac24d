"""A box to tick whose state is told by its sign, not by its colour."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Checkbox


class Tick(Checkbox):
    """« [✓] » or « [ ] »."""

    @property
    def _button(self) -> Content:
        style = self.get_visual_style("toggle--button")
        return Content.assemble((f"[{'✓' if self.value else ' '}]", style))
