"""What cannot be seen, shown as a sign: the last thing done to each line before the terminal has it.

Used by `tui.app`, for every widget at once. A text of the base may come from another program, and hold what
gives orders to a terminal. Spaces that kept words together while lines were broken are plain ones by then, as
whoever copies from the screen expects. Changes no width: what a sign takes is cut at the end of the line.
"""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from display.drawing.typography import loosened
from workflow.text.folding import visible


class Signs(LineFilter):
    """Shows control and invisible characters as signs."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """Return a line without anything that a terminal would obey."""
        shown = [Segment(visible(loosened(one.text), breaks=False), one.style) for one in segments]
        if all(new.text == old.text for new, old in zip(shown, segments, strict=True)):
            return segments
        return Segment.adjust_line_length(shown, Segment.get_line_length(segments))
