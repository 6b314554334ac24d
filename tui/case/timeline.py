"""The picture of a file: one lane a date, on a scale of days, with the present through all of them."""

from __future__ import annotations

from datetime import date

from rich.cells import cell_len
from rich.text import Text
from textual.geometry import Size
from textual.widget import Widget

from display.drawing.layout import line, text
from tui.case.timeline_text import Lane, TimelinePicture
from tui.drawing.paint import fitted
from workflow.calendar.counting import add_months
from workflow.text import french

_LEGEND = {
    "○": "○ ouverture", "✓": "✓ étape", "━": "┣━ fenêtre", "┄": "┄ délai", "╍": "╍ marge",
    "◆": "◆ date prudente", "┃": "┃ limite stricte", "?": "? réponse attendue",
    "▲": "▲ démarrage", "▒": "▒ période prévue",
}  # fmt: skip
"""What each sign of the lanes says, in the order in which they are met."""
_GAP = "   "
_LABEL, _LONGEST_LABEL = 20, 46
"""Columns of the labels of lanes: where half the width allows it, at most."""
_NARROWEST = 12


class Timeline(Widget):
    """Draws a picture over the width there is."""

    def __init__(self) -> None:
        super().__init__()
        self._picture: TimelinePicture | None = None

    def show(self, picture: TimelinePicture) -> None:
        """Draw another picture."""
        self._picture = picture
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's
        """Return the number of lines: the scale, the lanes, the legend where there is room."""
        if self._picture is None:
            return 1
        return len(self._picture.lanes) + 1 + len(self._legend(self._picture, viewport, width))

    @staticmethod
    def _legend(picture: TimelinePicture, viewport: Size, width: int) -> list[str]:
        # A window of 24 lines keeps them for the rest.
        return legend(picture, width) if viewport.height >= 30 else []  # noqa: PLR2004

    def render(self) -> Text:
        """Return the lines."""
        if self._picture is None:
            return Text()
        width = self.size.width
        label = min(max(width // 3, min(_LABEL, width // 2)), _LONGEST_LABEL)
        scale = Scale(self._picture, max(width - label, _NARROWEST), label)
        lines = [scale.months()]
        lines += [scale.lane(lane) for lane in self._picture.lanes]
        told = self._legend(self._picture, self.app.size, self.size.width)
        lines += [text(line, "muted") for line in told]
        return Text("\n").join(lines)


def legend(picture: TimelinePicture, width: int) -> list[str]:
    """Return what the signs of a picture say, those alone that it has, over as many lines as they need."""
    drawn = {one.sign for lane in picture.lanes for one in lane.spans}
    drawn |= {one.sign for lane in picture.lanes for one in lane.marks}
    lines = [""]
    for words in [*(words for sign, words in _LEGEND.items() if sign in drawn), "│ aujourd’hui"]:
        longer = f"{lines[-1]}{_GAP}{words}" if lines[-1] else words
        if cell_len(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(words)
    return lines


class Scale:
    """Places days on columns.

    Args:
        picture: what is drawn.
        width: columns of the days.
        label: columns before them.
    """

    def __init__(self, picture: TimelinePicture, width: int, label: int) -> None:
        self._picture = picture
        self._label = label
        self._width = width
        self._days = max((picture.last - picture.first).days, 1)

    def column(self, day: date) -> int:
        """Return the column of a day."""
        at = (day - self._picture.first).days * (self._width - 1) / self._days
        return max(0, min(round(at), self._width - 1))

    def months(self) -> Text:
        """Return the scale: each month at its first day, and the present day."""
        words, here = self.months_named()
        named = text(words, "muted")
        named.stylize("accent", here.start, here.stop)
        return Text(" " * self._label).append_text(named)

    def months_named(self) -> tuple[str, range]:
        """Return the names of the months, and the columns of the present day, named where it hides fewest."""
        today = self.column(self._picture.today)
        dated = f"auj. {french.short_day(self._picture.today)[:5]}"
        places = [
            (max(0, min(start, self._width - len(words))), words)
            for words in (dated, "auj.")
            for start in (today, today + 1 - len(words))
        ]
        laid_out = [self._named_around(*place) for place in places]
        at, (cells, _) = max(enumerate(laid_out), key=lambda one: one[1][1])
        start, words = places[at]
        return cells, range(start, start + len(words))

    def _named_around(self, at: int, here: str) -> tuple[str, int]:
        """Return the names of the months around that of the present day, and how many they are."""
        cells, named = [" "] * self._width, 0
        cells[at : at + len(here)] = here
        months = [self._picture.first.replace(day=1)]
        while (day := add_months(months[-1], 1)) <= self._picture.last:
            months.append(day)
        step = max(1, len(months) * 7 // self._width)
        cut = [day for day in months if day < self._picture.first]
        # The end of a month must not take the place of a whole one.
        for day in [*months[len(cut) :: step], *cut]:
            words = _month(day)
            start = self.column(max(day, self._picture.first))
            room = cells[max(start - 1, 0) : start + len(words) + 1]
            if start + len(words) <= self._width and not "".join(room).strip():
                cells[start : start + len(words)] = words
                named += 1
        return "".join(cells), named

    def lane(self, lane: Lane) -> Text:
        """Return a line: its label, then its spans, the present, and its marks."""
        cells = [(" ", "")] * self._width
        for span in lane.spans:
            for column in range(self.column(span.first), self.column(span.last) + 1):
                cells[column] = (span.sign, span.style)
        cells[self.column(self._picture.today)] = ("│", "accent")
        for mark in lane.marks:
            cells[self.column(mark.on)] = (mark.sign, mark.style)
        return line((fitted(lane.label, self._label), "muted"), *cells)


def _month(day: date) -> str:
    """Return « sept. », with the year in January."""
    name = french.short_month(day.month)
    return f"{name} {day.year}" if day.month == 1 else name
