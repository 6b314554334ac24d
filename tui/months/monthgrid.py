"""Months drawn as grids of days; each day bears a sign, so that colour is never alone to speak.

Used by the screens that show a calendar. Given the days of `tui.months.month`; computes none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import zip_longest

from rich.text import Text

from display.drawing.layout import line, text
from tui.months.month import Day, DayMark, Month
from workflow.text import french

WIDTH = 28
"""Columns of a month."""
_GAP = "   "
_HEADS = "".join(f"{name}  " for name in ("lu", "ma", "me", "je", "ve", "sa", "di"))

_SIGNS: tuple[tuple[DayMark, str, str], ...] = (
    (DayMark.STRICT, "┃", "late"),
    (DayMark.PRUDENT, "◆", "soon"),
    (DayMark.OPENS, "┣", "ok"),
    (DayMark.SESSION, "●", "accent"),
    (DayMark.CUTOFF, "○", "accent"),
    (DayMark.EXPECTED, "?", "awaited"),
    (DayMark.CHASE, "?", "awaited"),
    (DayMark.HOLIDAY, "×", "muted"),
    (DayMark.WINDOW, "━", "ok"),
    (DayMark.MARGIN, "╍", "soon"),
)
"""Signs by mark, the one that matters most first; a day shows the first that it bears."""

_START = "▲"


def months_side_by_side(months: Sequence[Month], *, start: date | None = None) -> Text:
    """Return months next to each other.

    Args:
        months: the months.
        start: the day on which it all begins, marked over anything else.
    """
    columns = [list(_lines(month, start)) for month in months]
    lines = []
    for row in zip_longest(*columns, fillvalue=Text(" " * WIDTH)):
        line = Text()
        for rank, cell in enumerate(row):
            line.append(_GAP if rank else "").append_text(cell)
        lines.append(line)
    return Text("\n").join(lines)


def _lines(month: Month, start: date | None) -> Iterator[Text]:
    title = f"{french.month(month.first.month)} {month.first.year}"
    yield text(f"{title:^{WIDTH}}", "strong")
    yield text(f"{_HEADS:<{WIDTH}}", "muted")
    for week in month.weeks:
        line = Text()
        for day in week:
            line.append_text(_cell(day, start))
        yield line


def _cell(day: Day, start: date | None) -> Text:
    if not day.inside:
        return Text("    ")
    sign, style = _START, "accent"
    if day.on != start:
        sign, style = next(
            ((sign, style) for mark, sign, style in _SIGNS if day.marks & mark),
            (" ", "" if day.worked else "muted"),
        )
    cell = text(f"{day.on.day:>2}", "muted" if not day.worked and style != "accent" else style)
    if day.marks & DayMark.TODAY:
        cell.stylize("reverse")
    # A window goes on over its week: the sign of its days fills the gap too.
    through = sign if sign in "━╍" and day.on.weekday() < 6 else " "  # noqa: PLR2004 - Sunday
    if day.on == start and day.marks & DayMark.HOLIDAY:
        # The start does not hide that its day is a holiday: both signs are there.
        return cell.append_text(line((sign, style), ("×", "muted")))
    return cell.append_text(text(f"{sign}{through}", style))


def legend(months: Iterable[Month], width: int) -> Text:
    """Return what the signs of some months mean, those that are there and no other, over some columns."""
    there = DayMark.NOTHING
    for month in months:
        for day in month.days:
            there |= day.marks if day.inside else DayMark.NOTHING
    labels = {
        DayMark.OPENS: "ouverture", DayMark.WINDOW: "fenêtre", DayMark.PRUDENT: "prudent",
        DayMark.MARGIN: "marge", DayMark.STRICT: "strict", DayMark.SESSION: "commission",
        DayMark.CUTOFF: "clôture", DayMark.HOLIDAY: "non travaillé",
    }  # fmt: skip
    signs = {mark: (sign, style) for mark, sign, style in _SIGNS}
    pieces = [(_START, "accent", "départ")]
    pieces += [(*signs[mark], label) for mark, label in labels.items() if there & mark]
    lines = [Text()]
    for sign, style, label in pieces:
        piece = line((f"{sign} ", style), (f"{label}  ", "muted"))
        # A sign never parts from its word: Rich would break the line at any space.
        if lines[-1].cell_len + piece.cell_len > width + 2:
            lines.append(Text())
        lines[-1].append_text(piece)
    return Text("\n").join(lines)


def named_days(months: Iterable[Month]) -> Iterator[Text]:
    """Yield the days off by name, as « 01/11 Toussaint »; a run of the same name is told once."""
    run: list[Day] = []
    days = (
        day for month in months for day in month.days if day.inside and day.marks & DayMark.HOLIDAY
    )
    for day in days:
        if run and run[-1].said[:1] != day.said[:1]:
            yield _run(run)
            run = []
        run.append(day)
    if run:
        yield _run(run)


def _run(run: Sequence[Day]) -> Text:
    first, last = (french.short_day(day.on)[:5] for day in (run[0], run[-1]))
    days = first if first == last else f"{first} – {last}"
    return line(("× ", "muted"), (f"{days}  ", ""), (run[0].said[0], "muted"))
