"""The digest in the terminal: dates by urgency, files to correct, and mails that failed.

Used by `synthese` and by the demonstration. Says what the mail says, in the same order.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table

from cli.output import line, text
from cli.views import when
from notifications.alerts import in_short, verdict_command
from notifications.digest import Digest, Line, Section, SectionId
from workflow import french

_STYLES = {
    SectionId.LATE: "late",
    SectionId.TODAY: "soon",
    SectionId.ALERTS: "late",
    SectionId.WEEK: "strong",
    SectionId.CHASE: "late",
    SectionId.OPENING: "awaited",
}


def shown(digest: Digest) -> Iterator[RenderableType]:
    """Yield the digest."""
    day = french.long_day(digest.day)
    yield line((f"Synthèse du {day}", "strong"), f"  {digest.recipient.name}")
    yield line((digest.summary, "muted"))
    for section in digest.sections:
        yield ""
        yield line((f"{section.title} ({len(section.lines)})", _STYLES[section.id]))
        yield _table(section)
    if digest.failures:
        yield ""
        yield line((f"Messages non remis ({len(digest.failures)})", "late"))
    for failed in digest.failures:
        yield Padding(text(f"{failed.address} : {failed.subject}, {failed.error}"), (0, 0, 0, 2))
    if digest.next_line is not None:
        upcoming = digest.next_line
        yield f"Prochaine date : {upcoming.ref}, {upcoming.label}, {upcoming.standing.phrase}."
    yield ""


def _table(section: Section) -> Table:
    grid = Table(box=None, padding=(0, 1), pad_edge=False, show_header=False)
    grid.add_column(width=2)
    grid.add_column(no_wrap=True)
    grid.add_column(max_width=26)
    grid.add_column()
    for row in section.lines:
        if section.id is SectionId.ALERTS:
            _add_file(grid, row)
        else:
            _add(grid, row, opening=section.id is SectionId.OPENING)
    return grid


def _add_file(grid: Table, row: Line) -> None:
    """Add a file to correct: what can be done now, then what does not conform."""
    style = when.style_of(row.standing, internal=row.internal)
    marked = row.internal and not row.standing.name.startswith("objectif")
    grid.add_row(
        text("✗", "late"),
        text(when.compact(row.standing.on), style),
        line((row.ref, "strong"), (f"\n{row.title}" if row.title else "", "muted")),
        line(
            f"{row.label}, {row.standing.name}",
            ("  (interne)", "internal") if marked else "",
            *(f"\n{told}" for told in in_short(row.alerts)),
            ("\n" + verdict_command("echeancier", row.ref), "command"),
        ),
    )


def _add(grid: Table, row: Line, *, opening: bool) -> None:
    style = when.style_of(row.standing, internal=row.internal)
    on = row.opens_on if opening and row.opens_on else row.standing.on
    words = "ouverture de la fenêtre" if opening else when.words(row.standing)
    marked = ("  (interne)", "internal") if row.internal else ""
    impossible = ("  fenêtre impossible", "late") if row.impossible else ""
    grid.add_row(
        text("" if opening else when.sign(row.standing, internal=row.internal), style),
        text(when.compact(on), "awaited" if opening else style),
        line((row.ref, "strong"), (f"\n{row.title}" if row.title else "", "muted")),
        line(row.label, marked, impossible, ("\n" + words, style)),
    )
