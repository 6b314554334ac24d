"""The digest in the terminal: dates by urgency, files to correct, mails that failed, and what surrounds them.

Used by `synthese` and by the demonstration. Says what the mail says, in the same order, and cuts nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import RenderableType
from rich.table import Column, Table
from rich.text import Text

from cli.terminal.spelling import line_of
from display.drawing import when
from display.drawing.layout import line, text, under
from notifications.digest.model import Digest, DigestLine, DigestSection, SectionId
from notifications.digest.trend import Trend
from notifications.rendering.alerts import in_short
from workflow.operations import operations
from workflow.operations.requests import Request
from workflow.text import french

_STYLES = {
    SectionId.LATE: "late",
    SectionId.TODAY: "soon",
    SectionId.ALERTS: "late",
    SectionId.WEEK: "strong",
    SectionId.CHASE: "late",
    SectionId.OPENING: "awaited",
    SectionId.UNPROVED: "soon",
}


def shown(digest: Digest) -> Iterator[RenderableType]:
    """Yield the digest."""
    day = french.long_day(digest.day)
    yield line((f"Synthèse du {day}", "strong"), f"  {digest.recipient.name}")
    yield line((digest.summary, "muted"))
    if digest.first_ahead is not None:
        ahead = digest.first_ahead
        yield f"Rien avant {french.long_end(ahead.standing.on)} : {ahead.label} ({ahead.ref})."
    if digest.trend is not None:
        yield from _trend(digest.trend)
    for one in digest.away:
        yield line(("Absence : ", "strong"), one.words)
    for section in digest.sections:
        yield from _heading(section.title, len(section.lines), _STYLES[section.id])
        yield _table(section)
    if digest.failures:
        yield from _heading("Messages non remis", len(digest.failures), "late")
    for failed in digest.failures:
        yield under(f"{failed.address} : {failed.subject}, {failed.error}")
    yield from _around(digest)
    yield ""


def _trend(trend: Trend) -> Iterator[RenderableType]:
    """Yield the counts of the day, and how they moved."""
    told = [
        f"{count.name} : {count.value}" + (f" ({count.change})" if count.change else "")
        for count in trend.counts
    ]
    against = f" ; écarts avec {trend.against}" if trend.against else ""
    yield line((" ; ".join(told) + against, "muted"))


def _around(digest: Digest) -> Iterator[RenderableType]:
    """Yield what surrounds the dates: what changed, what is awaited, the weeks to come."""
    if digest.changes:
        yield from _heading("Ce qui a changé", len(digest.changes), "strong")
        yield _lined(
            (
                when.compact(one.at.date()),
                f"{one.ref}\n{one.title}".strip(),
                one.words,
                one.signature,
            )
            for one in digest.changes
        )
    if digest.awaited:
        yield from _heading("Attendu d’autrui", len(digest.awaited), "awaited")
        yield _lined(
            (
                f"depuis le {french.short_day(one.since)}" if one.since else "",
                f"{one.ref}\n{one.title}".strip(),
                one.label,
                f"à relancer le {french.short_day(one.standing.on)}",
            )
            for one in digest.awaited
        )
    if digest.load is not None and digest.load.count:
        yield from _heading("Les quatre semaines à venir", digest.load.count, "strong")
        for week in digest.load.weeks:
            yield line(
                f"  semaine du {week.monday:%d/%m}   ", (week.drawn, "awaited"), f"{week.count:5}"
            )
        yield under(text(digest.load.words, "muted"))


def _heading(title: str, count: int, style: str) -> Iterator[RenderableType]:
    yield ""
    yield line((f"{title} ({count})", style))


def _lined(rows: Iterable[tuple[str, str, str, str]]) -> Table:
    """Return lines in columns: when, which file, what, and by whom or until when."""
    grid = _grid(1)
    for day, file, what, rest in rows:
        grid.add_row("", text(day), text(file), line(what, (f"\n{rest}", "muted")))
    return grid


def _table(section: DigestSection) -> Table:
    grid = _grid(2)
    for row in section.lines:
        if section.id is SectionId.ALERTS:
            _add_file(grid, row)
        else:
            _add(grid, row, opening=section.id is SectionId.OPENING)
    return grid


def _grid(sign: int) -> Table:
    """Return an empty table whose first column has room for so many signs."""
    columns = Column(width=sign), Column(no_wrap=True), Column(max_width=26), Column()
    return Table(*columns, box=None, padding=(0, 1), pad_edge=False, show_header=False)


def _file(row: DigestLine) -> Text:
    return line((row.ref, "strong"), (f"\n{row.title}" if row.title else "", "muted"))


def _add_file(grid: Table, row: DigestLine) -> None:
    """Add a file to correct: what can be done now, then what does not conform."""
    style = when.style_of(row.standing)
    marked = row.internal and not row.standing.name.startswith("objectif")
    grid.add_row(
        text("✗", "late"),
        text(when.compact(row.standing.on), style),
        _file(row),
        line(
            f"{row.label}, {row.standing.name}",
            ("  (interne)", "internal") if marked else "",
            *(f"\n{told}" for told in in_short(row.alerts)),
            ("\n" + line_of(Request(operations.CHECK, (row.ref,))), "command"),
        ),
    )


def _add(grid: Table, row: DigestLine, *, opening: bool) -> None:
    style = when.style_of(row.standing)
    on = row.opens_on if opening and row.opens_on else row.standing.on
    words = "ouverture de la fenêtre" if opening else row.standing.words
    marked = ("  (interne)", "internal") if row.internal else ""
    impossible = ("  fenêtre impossible", "late") if row.impossible else ""
    stake = (f"  {row.at_stake}", "strong") if row.at_stake else ""
    remarks = (f"\n{' ; '.join(row.remarks)}", "muted") if row.remarks else ""
    sign = "?" if row.missing else row.standing.sign
    grid.add_row(
        text("" if opening else sign, style),
        text(when.compact(on), "awaited" if opening else style),
        _file(row),
        line(row.label, marked, impossible, stake, ("\n" + words, style), remarks),
    )
