"""The papers and the hours of a file: how far each has come, and how far they are from what the rules ask.

Used by `dossier pieces`, `dossier heures`, `dossier voir`, and by the tabs and forms of a file. How many
hours are owed and until when they can begin comes from the rules of the procedure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from display.drawing import when
from display.drawing.layout import figures, headed, line, text, under
from notifications.schedule.viewpoint import Looking
from workflow.case.case import Case, Deadline, HoursLine, Paper, PaperStatus, WorkKind
from workflow.case.ledger import by_kind, done_hours, planned_hours
from workflow.deadlines.hours_due import Goal
from workflow.rules.letters import Correspondent
from workflow.rules.procedure import DocumentSpec, Procedure
from workflow.text import french
from workflow.wording.journal_text import ABSENT, paper_words

_BAR = 24
_SIGNS = {
    PaperStatus.TO_OBTAIN: ("○", "muted"),
    PaperStatus.REQUESTED: ("…", "awaited"),
    PaperStatus.RECEIVED: ("✓", "ok"),
    PaperStatus.CHECKED: ("✓", "ok"),
    PaperStatus.SENT: ("✓", "ok"),
}


def progress(paper: Paper | None) -> Text:
    """Return « ✓ reçue le 10/07/2026 », or « ○ à obtenir » for a paper nobody has noted."""
    return status(paper).append(f" le {french.short_day(paper.on)}" if paper else "")


def status(paper: Paper | None) -> Text:
    """Return « ✓ reçue »."""
    known = paper.status if paper else PaperStatus.TO_OBTAIN
    sign, style = _SIGNS[known]
    return line((f"{sign} {paper_words(known)}", style))


def beside(paper: Paper, today: date) -> Iterator[tuple[str, str]]:
    """Yield what is known of a paper beside its status, each with its style: place, file, end."""
    if paper.kept_at:
        yield f"rangée : {paper.kept_at}", ""
    if paper.file:
        yield f"fichier : {paper.file.name}", ""
    if paper.expires_on:
        past = paper.expires_on < today
        words = "✗ expirée le" if past else "expire le"
        yield f"{words} {french.short_day(paper.expires_on)}", "late" if past else ""


def to_ask(procedure: Procedure, name: str, paper: Paper | None) -> Correspondent | None:
    """Return whom a paper that the agency does not hold is asked of, as the letters of the rules say."""
    rules = procedure.letters
    if rules is None or (paper and paper.status.in_hand):
        return None
    asking = (one.to for one in rules.models.values() if name in one.papers)
    return next((rules.correspondents[to] for to in asking), None)


def papers(case: Case, procedure: Procedure) -> list[DocumentSpec]:
    """Return the papers; a requirement that several of them meet only when somebody noted it."""
    specs = procedure.documents.values()
    return [spec for spec in specs if not spec.any_of or spec.id in case.documents]


def sums(
    lines: Sequence[HoursLine], goals: Sequence[Goal], looking: Looking
) -> Iterator[RenderableType]:
    """Yield the sums of hours by kind, then how far they are from what the rules ask."""
    yield totals(lines) if lines else text("Aucune heure n’est notée.", "muted")
    for goal in goals:
        yield from advance(goal, looking)


def totals(lines: Sequence[HoursLine]) -> Table:
    """Return the hours planned and done of each kind, then of all."""
    grid, kinds = numbers(""), by_kind(lines)
    for kind in WorkKind:
        if found := kinds.get(kind):
            add_sum(grid, kind.value, found)
    add_sum(grid, "total", lines, "strong")
    return grid


def measured(value: Decimal | None) -> str:
    """Return « 35 h », or a dash."""
    return ABSENT if value is None else french.measured(value, "h")


def numbers(name: str) -> Table:
    """Return an empty table of hours planned and done."""
    grid = headed(name, figures("prévues"), figures("faites"))
    grid.header_style = "muted"
    return grid


def add_sum(grid: Table, name: str, lines: Sequence[HoursLine], style: str = "") -> None:
    """Add the hours planned and done of some lines to such a table."""
    sums = (planned_hours(lines), done_hours(lines))
    grid.add_row(text(name, style), *(text(measured(one), style) for one in sums))


def advance(goal: Goal, looking: Looking) -> Iterator[RenderableType]:
    """Yield how many of the hours that a rule asks are done, and until when the rest can begin."""
    yield line((goal.spec.label, "strong"))
    left = f", reste {measured(goal.work.left)}" if goal.work.left else ""
    yield bar(goal.work.done, goal.work.hours, f"demandées{left}")
    if not goal.work.left:
        yield under(text("✓ toutes les heures demandées sont faites", "ok"))
    elif goal.deadline is None:
        yield under("dernier départ : pas de date attendue à cette étape")
    else:
        yield under(_last_start(goal.deadline, looking))


def _last_start(deadline: Deadline, looking: Looking) -> Text:
    where = looking.standing(deadline)
    last = text(f"dernier départ possible : {french.long_day(deadline.dates.act_on)}  ")
    return last.append_text(when.headline(where))


def bar(done: Decimal, whole: Decimal, what: str) -> RenderableType:
    """Return « [######......] 35 h sur 70 h demandées »: told in figures too, without colours."""
    share = min(done / whole, Decimal(1)) if whole else Decimal(0)
    full = int(share * _BAR)
    words = f"{french.measured(done, 'h')} sur {french.measured(whole, 'h')} {what}"
    return under(line("[", ("#" * full, "ok"), ("." * (_BAR - full), "muted"), "] ", words))
