"""The picture of a file: one lane a date, on a scale of days, with the present through all of them."""

from __future__ import annotations

from datetime import date

from rich.text import Text
from textual.geometry import Size
from textual.widget import Widget

from tui.paint import Paint, fitted
from tui.timeline import Lane, Picture
from workflow import french

_LEGEND = "✓ étape   ┣━ fenêtre   ◆ date prudente   ┃ limite stricte   ▲ démarrage   │ aujourd’hui"


class Timeline(Widget):
    """Draws a picture over the width there is."""

    def __init__(self) -> None:
        super().__init__()
        self._picture: Picture | None = None

    def show(self, picture: Picture) -> None:
        """Draw another picture."""
        self._picture = picture
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's
        """Return the number of lines: the scale, the lanes, the legend where there is room."""
        lanes = len(self._picture.lanes) if self._picture else 0
        return lanes + 1 + (self._roomy(viewport) if lanes else 0)

    @staticmethod
    def _roomy(viewport: Size) -> int:
        return 1 if viewport.height >= 30 else 0  # noqa: PLR2004 - a window of 24 lines keeps them for the rest

    def render(self) -> Text:
        """Return the lines."""
        if self._picture is None:
            return Text()
        paint, label = Paint(self), min(max(self.size.width // 3, 20), 46)
        scale = _Scale(self._picture, max(self.size.width - label, 20), label)
        lines = [scale.months(paint)]
        lines += [scale.lane(lane, paint) for lane in self._picture.lanes]
        if self._roomy(self.app.size):
            lines.append(paint.text(_LEGEND, "muted"))
        return Text("\n").join(lines)


class _Scale:
    """Places days on columns."""

    def __init__(self, picture: Picture, width: int, label: int) -> None:
        self._picture = picture
        self._label = label
        self._width = width
        self._days = max((picture.last - picture.first).days, 1)

    def column(self, day: date) -> int:
        """Return the column of a day."""
        at = (day - self._picture.first).days * (self._width - 1) / self._days
        return max(0, min(round(at), self._width - 1))

    def months(self, paint: Paint) -> Text:
        """Return the scale: each month at its first day, and the present day."""
        cells = [" "] * self._width
        today = self._picture.today
        here = f"auj. {french.short_day(today)[:5]}"
        at = min(self.column(today), self._width - len(here))
        cells[at : at + len(here)] = here
        months = []
        day = self._picture.first.replace(day=1)
        while day <= self._picture.last:
            months.append(day)
            day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
        step = max(1, len(months) * 7 // self._width)
        for day in months[::step]:
            words = _month(day)
            start = self.column(max(day, self._picture.first))
            room = cells[max(start - 1, 0) : start + len(words) + 1]
            if start + len(words) <= self._width and not "".join(room).strip():
                cells[start : start + len(words)] = words
        line = paint.text("".join(cells), "muted")
        line.stylize(paint.style("accent"), at, at + len(here))
        return Text(" " * self._label).append_text(line)

    def lane(self, lane: Lane, paint: Paint) -> Text:
        """Return a line: its label, then its spans, the present, and its marks."""
        cells = [(" ", "")] * self._width
        for span in lane.spans:
            for column in range(self.column(span.first), self.column(span.last) + 1):
                cells[column] = (span.sign, span.style)
        cells[self.column(self._picture.today)] = ("│", "accent")
        for mark in lane.marks:
            cells[self.column(mark.on)] = (mark.sign, mark.style)
        return paint.line((fitted(lane.label, self._label), "muted"), *cells)


def _month(day: date) -> str:
    """Return « sept. », with the year in January."""
    name = french.short_month(day.month)
    return f"{name} {day.year}" if day.month == 1 else name
