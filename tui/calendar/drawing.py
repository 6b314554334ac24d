"""A month of large days, or a year at a glance, drawn as lines of text.

Used by `tui.calendar.grid`. Draws the values of `tui.months.month`; computes no date. A day shows its load
by a number and a bar, how pressing it is by a sign and a colour, its strict limits by a sign of their own,
and why it is not worked by its name.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from msgspec import Struct
from rich.style import Style
from rich.text import Text

from display.drawing.layout import line, text
from tui.drawing.paint import fitted, folded
from tui.months.day_load import LATE, LIMIT, SOON, fullest, lying, pressing, standing_bar
from tui.months.month import Day, DayMark, Month
from workflow.text import french

_MONDAY = date(2024, 1, 1)
_SHORT_WEEKDAY = 11
"""Columns under which the name of a weekday is cut to three letters."""
_LINES, _ROOMY, _TALLEST = 3, 4, 7
"""Lines of a day of the month: at least, with a rule over it, at most."""
_NAME, _TOTAL = 8, 6
"""Columns of the name of a month, and of its total, in the year."""
_DAY = 2
"""Columns of a day of the year."""
_LONGEST = 31


class CalendarPicture(Struct, frozen=True):
    """What is drawn: lines of text, and where the days are.

    Args:
        lines: the text.
        days: days by row of cells and by cell.
        left: column of the first cell.
        top: line of the first cell.
        cell: columns and lines of a cell.
    """

    lines: Sequence[Text]
    days: Sequence[Sequence[date | None]]
    left: int
    top: int
    cell: tuple[int, int]

    def at(self, x: int, y: int) -> date | None:
        """Return the day of a place, None where there is none."""
        column, row = (x - self.left) // self.cell[0], (y - self.top) // self.cell[1]
        if 0 <= row < len(self.days) and 0 <= column < len(self.days[row]):
            return self.days[row][column]
        return None


class Drawing(Struct, frozen=True):
    """How days are drawn.

    Args:
        today: the present day.
        cursor: the day selected.
        focused: True while the keyboard is on it.
        ground: what lies under the day selected.
        rule: the line between two weeks.
    """

    today: date
    cursor: date
    focused: bool
    ground: Style
    rule: Style

    # --- A month -----------------------------------------------------------------------------------

    def month(self, month: Month, width: int, height: int) -> CalendarPicture:
        """Return a month, as large as there is room for."""
        cell = max(width // 7, 5)
        tall = max(min((height - 1) // len(month.weeks), _TALLEST), _LINES)
        most = fullest({day.on: day.load for day in month.days})
        lines = [self._weekdays(cell)]
        for week in month.weeks:
            if tall >= _ROOMY:
                lines.append(Text("─" * (cell * 7), self.rule))
            cells = [
                self._cell(day, cell, min(tall, _ROOMY) - (tall >= _ROOMY), most) for day in week
            ]
            cells = [[*one, *[Text(" " * cell)] * (tall - _ROOMY)] for one in cells]
            lines += [Text().join(pieces) for pieces in zip(*cells, strict=True)]
        days = [[day.on for day in week] for week in month.weeks]
        return CalendarPicture(lines, days, 0, 1, (cell, tall))

    def _weekdays(self, cell: int) -> Text:
        names = [french.weekday(_MONDAY + timedelta(days=rank)) for rank in range(7)]
        if cell < _SHORT_WEEKDAY:
            names = [name[:3] for name in names]
        return text("".join(f"  {fitted(name, cell - 2)}" for name in names), "muted")

    def _cell(self, day: Day, width: int, tall: int, most: int) -> list[Text]:
        """Return the lines of a day: number and load, bar, limits, why it is not worked."""
        how, inner = pressing(day.on, self.today), width - 2
        body = [self._number(day, inner)]
        if day.load:
            body.append(line(" ", (lying(day.load, most, inner - 2), how.style)))
        if day.limits or day.late:
            body.append(self._marks(day, inner))
        if day.marks & DayMark.HOLIDAY:
            named = folded(day.said[0], inner + 1, tall - len(body))
            body += [text(words, "muted") for words in named]
        here = day.on == self.cursor
        bar = line(("▌" if here and self.focused else " ", "accent"))
        lines = [bar.copy().append_text(one) for one in [*body, *[Text()] * tall][:tall]]
        for one in lines:
            one.truncate(width - 1)
            one.pad_right(width - one.cell_len)
            if here:
                one.stylize(self.ground, 0, width - 1)
        return lines

    def _number(self, day: Day, width: int) -> Text:
        """Return the number of a day, and its load: spaced, or as close as both can be read."""
        number = f"‹{day.on.day}›" if day.on == self.today else f" {day.on.day}"
        number += " ×" if day.marks & DayMark.HOLIDAY else ""
        how, load = pressing(day.on, self.today), ""
        if day.load:
            load = f"{how.sign} {day.load}"
            if len(number) + len(load) >= width:
                load = f"{how.sign}{day.load}"
            if len(number) + len(load) > width:
                number = f"{day.on.day}"
        style = "accent" if day.on == self.today else "" if day.inside and day.worked else "muted"
        return line((f"{number:<{width - len(load)}}", style), (load, how.style))

    def _marks(self, day: Day, width: int) -> Text:
        """Return the limits of a day, and how many files are late where there is room for both."""
        counts = ((LIMIT, day.limits), (LATE, day.late))
        pieces = [(f" {sign.sign} {count}", sign.style) for sign, count in counts if count]
        fits = sum(len(words) for words, _ in pieces) <= width
        return line(*(pieces if fits else pieces[:1]))

    # --- A year ------------------------------------------------------------------------------------

    def year(self, months: Sequence[Month], height: int) -> CalendarPicture:
        """Return a year, one line a month, spaced when there is room for it."""
        tall = 2 if height > 2 * len(months) else 1
        numbers = "".join(f"{number:>{_DAY}}" for number in range(1, _LONGEST + 1))
        odd = "".join(
            numbers[at : at + _DAY] if (at // _DAY) % 2 == 0 else " " * _DAY
            for at in range(0, len(numbers), _DAY)
        )
        lines = [text(f"{' ' * (_NAME - 1)}{odd}{'total':>{_TOTAL + 1}}", "muted")]
        inside = [[day for day in month.days if day.inside] for month in months]
        most = max((day.load for days in inside for day in days), default=0)
        for days in inside:
            lines += [self._year_line(days, most), *[Text()] * (tall - 1)]
        places = [[day.on for day in days] for days in inside]
        return CalendarPicture(lines, places, _NAME, 1, (_DAY, tall))

    def _year_line(self, days: Sequence[Day], most: int) -> Text:
        first, total = days[0].on, sum(day.load for day in days)
        current = (first.year, first.month) == (self.today.year, self.today.month)
        drawn = line(
            (fitted(f" {french.short_month(first.month)}", _NAME), "accent" if current else "")
        )
        for day in days:
            drawn.append_text(self._small(day, most))
        drawn.append(" " * _DAY * (_LONGEST - len(days)))
        return drawn.append_text(text(f"{total or '':>{_TOTAL}}", "muted"))

    def _small(self, day: Day, most: int) -> Text:
        """Return a day of the year: what is late, or a bar and a sign for what presses."""
        how = pressing(day.on, self.today)
        if day.load and how is LATE:
            words, style = how.sign, how.style
        elif day.limits:
            words, style = standing_bar(day.load, most) + LIMIT.sign, LIMIT.style
        elif day.load:
            sign = how.sign if how is SOON else " "
            words, style = standing_bar(day.load, most) + sign, how.style
        else:
            off = (
                "×" if day.marks & DayMark.HOLIDAY else " " if day.marks & DayMark.WEEKEND else "·"
            )
            words, style = f"{off} ", "muted"
        cell = text(words, style)
        if day.on == self.today:
            cell.stylize("accent")
            cell.stylize("underline")
        if day.on == self.cursor:
            cell.stylize(Style(reverse=True))
        return cell
