"""Calendrier: the dates of a month or of a year by day, how busy each is, and the files of a day.

Opened by `tui.app`. Counts by day, and the files of one day, are read from the list of work; days off come
from the agency's calendar. One screen with all its keys, hence its length.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from typing import ClassVar

from msgspec.structs import replace
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical
from textual.widgets import Static

from display.drawing.layout import line, text
from display.export.tables import Exported
from tui.calendar.grid import CalendarGrid
from tui.case.screen import CaseScreen
from tui.drawing.paint import fitted
from tui.drawing.urgency import GROUPS, row_urgency
from tui.frame.keybar import KeyBar
from tui.frame.keys import KEYS, bind
from tui.frame.masthead import Masthead
from tui.lists.listing import Viewing
from tui.lists.sections import Cells, Section
from tui.lists.worktable import WorkTable
from tui.months import month as months
from tui.months.day_load import LATE, LEGEND, LIMIT, pressing
from workflow.calendar.calendars import FIRST_YEAR, LAST_YEAR, WorkingCalendar
from workflow.calendar.counting import add_months
from workflow.text import french
from workflow.wording.journal_text import person_name
from workflow.worklist.worklist import WorkGroup, WorkQuery, WorkRow

_REF = 15
_BOTH = 56
"""Columns from which a line has room for the title and for what is to be done."""


class CalendarScreen(Viewing):
    """Which days are busy, and with what."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("calendar.list"),
        bind("calendar.scale"),
        bind("calendar.today"),
        bind("calendar.previous", "shift(-1)"),
        bind("calendar.next", "shift(1)"),
        bind("calendar.previous_year", "shift(-12)"),
        bind("calendar.next_year", "shift(12)"),
        bind("today.filter"),
        bind("today.mine"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._counted = months.Shown()
        self._shown: tuple[int, int] | None = None

    def compose(self) -> ComposeResult:
        """Yield the grid on the left, the files of the day on the right."""
        yield Masthead(KEYS["place.calendar"].label)
        with Container(id="body"):
            with Vertical(id="grid"):
                yield Static(id="period")
                yield CalendarGrid(self.office.today)
                yield Static(id="day")
                yield Static(id="legend")
            with Vertical(id="files"):
                yield Static(id="files-head")
                yield WorkTable(self._draw)
                yield Static(id="nothing")
                yield Static(id="about")
        yield KeyBar()

    def on_mount(self) -> None:
        """Read the present month."""
        self.grid.focus()
        self.refresh_data()

    @property
    def grid(self) -> CalendarGrid:
        """The month or the year."""
        return self.query_one(CalendarGrid)

    # --- Reading -----------------------------------------------------------------------------------

    def refresh_data(self) -> None:
        """Read the month or the year again."""
        cursor, whole = self.grid.cursor, self._whole
        self._shown = (cursor.year, 0 if whole else cursor.month)
        first, last = (
            (date(cursor.year, 1, 1), date(cursor.year, 12, 31))
            if whole
            else months.span(cursor.year, cursor.month)
        )
        self.ask(
            partial(self._count, self._query, first, last),
            partial(self._show, self._shown),
            group="load",
        )

    def read_view(self) -> None:
        """Read the days of another view."""
        self.refresh_data()

    def _count(self, query: WorkQuery, first: date, last: date) -> months.Shown:
        """Count what the days of a month or of a year hold; limits that have passed are late files."""
        read = self.office.services.worklist
        return months.Shown(
            load=read.load(query, first, last),
            limits=read.limits(query, max(first, query.day.today), last),
            late=read.counts(query)[WorkGroup.LATE],
        )

    _whole = False

    @property
    def _query(self) -> WorkQuery:
        return self._view.query(self.office.day, "")

    @property
    def _working(self) -> WorkingCalendar:
        """The days worked by the agency looked at, or by one's own."""
        agency = self._view.agency
        if agency not in self.office.directory.agencies:
            return self.office.calendar
        place = self.office.directory.agencies[agency].territory
        return self.office.planner(agency, place).calendar(agency)

    def _show(self, period: tuple[int, int], shown: months.Shown) -> None:
        self._counted = shown
        year, number = period
        today = self.office.today
        self.grid.months = (
            (months.month(year, number, today, self._working, shown),)
            if number
            else months.year(year, today, self._working, shown)
        )
        name = f"{french.month(number)} {year}" if number else str(year)
        dates, limits = (
            sum(count for day, count in counts.items() if not number or day.month == number)
            for counts in (shown.load, shown.limits)
        )
        self.query_one("#period", Static).update(
            line(
                (name.capitalize(), "strong"),
                f"  {french.count(dates, 'date', 'dates')}",
                (f"  {LIMIT.sign} {_limits(limits)}" if limits else "", LIMIT.style),
                (f"  {self._view.words(self.office.directory)}", "muted"),
            )
        )
        self._tell_day()

    def _tell_day(self) -> None:
        """Say what the selected day is, and list its limits and its dates, and today what is late."""
        day = self.grid.cursor
        title, *said = self._said(day)
        told = text("  ").join(text(*piece) for piece in said)
        self.query_one("#day", Static).update(line(title, "  ").append_text(told))
        self.query_one("#files-head", Static).update(line(title, "\n").append_text(told))
        self.query_one("#legend", Static).update(self._legend())
        table = self.query_one(WorkTable)
        table.show(self._sections(day), keep=False)
        self.set_class(not table.total, "-empty")
        self.query_one("#about").display = bool(table.total)
        self.query_one("#nothing", Static).update("Rien à faire ce jour-là.")

    def _held(self, day: date) -> tuple[int, int, int]:
        """Return the strict limits, the dates and the late files of a day."""
        counted = self._counted
        late = counted.late if day == self.office.today else 0
        return counted.limits.get(day, 0), counted.load.get(day, 0), late

    def _said(self, day: date) -> Iterator[tuple[str, str]]:
        """Yield the name of a day, then what it holds, in pieces and their colours."""
        today, off = self.office.today, self._working.careful.reason_off(day)
        limits, dates, late = self._held(day)
        named = f"Aujourd’hui, {french.day_of_year(day)}"
        yield named if day == today else french.long_day(day).capitalize(), "strong"
        if off and off != french.weekday(day):
            yield f"× {off}", "muted"
        how = pressing(day, today)
        for count, sign, told in (
            (limits, LIMIT, _limits(limits)),
            (dates, how, french.count(dates, "date", "dates")),
            (late, LATE, f"{late} en retard"),
        ):
            if count:
                # In one piece where the line is too short for all of them.
                yield f"{sign.sign} {told}".replace(" ", french.NBSP), sign.style
        if not any((limits, dates, late)):
            yield "rien à faire", "muted"

    def _sections(self, day: date) -> list[Section]:
        """Return the files of a day, by what it is for them; without headings when there is one kind."""
        query, worklist = self._query, self.office.services.worklist

        def read(
            asked: WorkQuery, page: Callable[[WorkQuery], Sequence[WorkRow]]
        ) -> Callable[[int, int], Sequence[WorkRow]]:
            return lambda offset, limit: page(replace(asked, offset=offset, limit=limit))

        limits, dates, late = self._held(day)
        own = "À faire" if limits or late else ""
        strict = partial(worklist.on_limits, first=day, last=day)
        to_do = partial(worklist.on_days, first=day, last=day)
        overdue = replace(query, group=WorkGroup.LATE)
        return [
            Section(f"{day} strict", "Limite stricte", limits, read(query, strict)),
            Section(f"{day}", own, dates, read(query, to_do)),
            Section(f"{day} late", GROUPS[WorkGroup.LATE], late, read(overdue, worklist.page)),
        ]

    @property
    def exported(self) -> Exported | None:
        """The files of the day."""
        table, day = self.query_one(WorkTable), french.long_day(self.grid.cursor)
        words = f"{day}, {self._view.words(self.office.directory)}"
        return Exported("dossiers", words, table.every_row) if table.total else None

    def _legend(self) -> Text:
        told = text("")
        for how in LEGEND:
            told.append_text(line((f"{how.sign} ", how.style), (f"{how.words}  ", "muted")))
        return told.append_text(text("× non travaillé", "muted"))

    def _draw(self, row: WorkRow, width: int) -> Cells:
        urgency = row_urgency(row, self.office.looking(row.agency))
        wide = width >= _BOTH
        rest = max(width - 3 - _REF, 8)
        title = rest * 2 // 5 if wide else rest
        cells = [
            (f"{urgency.sign:<2} ", urgency.style),
            (fitted(row.ref, _REF), "muted"),
            (fitted(row.title or "sans libellé", title), "strong"),
        ]
        return [*cells, (fitted(row.label, rest - title), "")] if wide else cells

    # --- Moving ------------------------------------------------------------------------------------

    @on(CalendarGrid.Moved)
    def _moved(self, event: CalendarGrid.Moved) -> None:
        day = event.day
        if self._shown != (day.year, 0 if self._whole else day.month):
            self.refresh_data()
        else:
            self._tell_day()

    def action_shift(self, number: int) -> None:
        """Go some months away."""
        to = add_months(self.grid.cursor, number)
        if FIRST_YEAR < to.year < LAST_YEAR:
            self.grid.cursor = to

    def action_today(self) -> None:
        """Come back to the present day."""
        self.grid.cursor = self.office.today

    def action_scale(self) -> None:
        """Show the year, or the month again."""
        self._whole = not self._whole
        self.refresh_data()

    # --- The files of a day ------------------------------------------------------------------------

    @on(CalendarGrid.Chosen)
    def action_list(self) -> None:
        """Go to the files of the day."""
        if self.query_one(WorkTable).total:
            self.add_class("-list")
            self.query_one(WorkTable).focus()
        else:
            self.notify("Rien à faire ce jour-là.", timeout=3)

    @on(WorkTable.Selected)
    def _select(self, event: WorkTable.Selected) -> None:
        row, about = event.row, self.query_one("#about", Static)
        about.display = isinstance(row, WorkRow)
        if isinstance(row, WorkRow):
            urgency = row_urgency(row, self.office.looking(row.agency))
            words = f"{urgency.sign} {urgency.words}".strip()
            owner = person_name(self.office.directory, row.owner)
            about.update(
                line(
                    (row.title or "Sans libellé", "strong"), "\n",
                    row.label, "  ", (words, urgency.style), "\n",
                    (f"{self.office.procedure_of(row).name} · {owner}", "muted"),
                )
            )  # fmt: skip

    @on(WorkTable.Opened)
    def _open(self, event: WorkTable.Opened) -> None:
        self.desk.push(CaseScreen(event.row.ref))

    def action_back(self) -> None:
        """Leave the files of the day, then the calendar."""
        if self.query_one(WorkTable).has_focus:
            self.remove_class("-list")
            self.grid.focus()
        else:
            super().action_back()


def _limits(number: int) -> str:
    return french.count(number, "limite", "limites")
