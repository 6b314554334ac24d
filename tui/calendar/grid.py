"""A month of large days or a year at a glance, with a day under the cursor.

Used by the calendar. Draws the values of `tui.months.month`; computes no date and reads nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui.calendar.drawing import CalendarPicture, Drawing
from tui.frame.keys import bind
from tui.months.month import Month
from workflow.calendar.counting import add_months


class CalendarGrid(Widget, can_focus=True):
    """Shows a month, or a year, and moves by days.

    Args:
        today: the present day.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"calendargrid--cursor", "calendargrid--rule"}
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("calendar.left", "move(-1)"),
        bind("calendar.right", "move(1)"),
        bind("calendar.up", "step(-1)"),
        bind("calendar.down", "step(1)"),
    ]

    cursor: reactive[date] = reactive(date.min, init=False)
    """The day selected."""
    months: reactive[tuple[Month, ...]] = reactive((), init=False)
    """One month, or the twelve of a year."""

    @dataclass
    class Moved(Message):
        """Another day is selected."""

        day: date

    @dataclass
    class Chosen(Message):
        """The day selected was clicked again."""

        day: date

    _picture: CalendarPicture | None = None

    def __init__(self, today: date) -> None:
        super().__init__()
        self.today = today
        self.set_reactive(CalendarGrid.cursor, today)

    @property
    def whole_year(self) -> bool:
        """True when a year is shown."""
        return len(self.months) > 1

    def watch_cursor(self) -> None:
        """Tell the screen, which may have to read another month."""
        self.post_message(self.Moved(self.cursor))

    def action_move(self, days: int) -> None:
        """Go some days further."""
        self.cursor += timedelta(days=days)

    def action_step(self, way: int) -> None:
        """Go to the line above or below: a week in a month, a month in a year."""
        self.cursor = (
            add_months(self.cursor, way)
            if self.whole_year
            else self.cursor + timedelta(days=7 * way)
        )

    def on_click(self, event: events.Click) -> None:
        """Select the day clicked, and open it when it was selected."""
        day = self._picture.at(event.x, event.y) if self._picture else None
        if day is not None and day == self.cursor:
            self.post_message(self.Chosen(day))
        elif day is not None:
            self.cursor = day

    def render(self) -> Text:
        """Return the lines."""
        if not self.months:
            return Text()
        draw = Drawing(
            self.today,
            self.cursor,
            self.has_focus,
            Style(bgcolor=self.get_component_rich_style("calendargrid--cursor").bgcolor),
            self.get_component_rich_style("calendargrid--rule"),
        )
        width, height = self.size
        self._picture = (
            draw.year(self.months, height)
            if self.whole_year
            else draw.month(self.months[0], width, height)
        )
        return Text("\n", no_wrap=True).join(self._picture.lines)
