"""Lists of a few lines that bear the sign of where one is, as the lists of files do.

Used by the tabs of a file, the filter and the lists of choices.
"""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widgets import OptionList

BAR = "▌"
"""Stands before what the keys act on, in every list and in every field."""


class Rows(OptionList):
    """A list whose current line begins with a bar, while the keys go to it or to its screen for it."""

    def render_line(self, y: int) -> Strip:
        """Return one line of the list."""
        strip = super().render_line(y)
        if not (self.has_focus or not self.can_focus) or not self._is_current(y):
            return strip
        # The style of the cell keeps its ground, and what a click there does.
        under = next((one.style for one in strip.crop(0, 1) if one.style), Style())
        bar = Segment(BAR, under + self.app.console.get_style("accent"))
        return Strip.join([Strip([bar]), strip.crop(1)])

    def _is_current(self, y: int) -> bool:
        line = self.scroll_offset.y + y
        return 0 <= line < len(self._lines) and self._lines[line][0] == self.highlighted

    def on_resize(self) -> None:
        """Keep the current line in view."""
        self.scroll_to_highlight()
