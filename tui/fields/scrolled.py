"""The fields of a form, scrolled so that the one in use is always seen.

Used by the forms that stand beside or above what they would do.
"""

from __future__ import annotations

from textual.containers import VerticalScroll
from textual.widget import Widget


class Fields(VerticalScroll, can_focus=False):
    """Fields; the one in use stays in view when what they would do takes room from them."""

    def on_resize(self) -> None:
        """Show the field in use again."""
        self.call_after_refresh(self._show_used)

    def _show_used(self) -> None:
        used = self.screen.focused
        if used is not None and self in used.ancestors:
            self._show(used)

    def _show(self, field: Widget) -> None:
        field.scroll_visible(animate=False)
