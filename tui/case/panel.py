"""A file at a glance: its way, its next date and why, what it lacks, what was done last.

Beside the list of the first screen. Given everything it shows; asks for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from textual.widgets import Static

from display.layout import Piece, line, text, title
from notifications.schedule.standing import INTERNAL_NOTE
from notifications.schedule.viewpoint import Looking, dates_of
from tui.drawing.urgency import style_of
from tui.frame.desk import desk_of
from tui.frame.office import Office
from workflow.case.case import Case, Deadline, Entry, EntryKind, PaperStatus
from workflow.deadlines.progress import ahead, passed
from workflow.rules.procedure import Kind, Procedure
from workflow.text import french
from workflow.usecases.cases import CaseView
from workflow.wording.journal_text import entry_words

_ENTRIES = 4


class CasePanel(Static):
    """Shows a file."""

    def __init__(self) -> None:
        super().__init__()
        self._found: tuple[CaseView, Sequence[Entry]] | None = None
        self._unfolded = False

    def show(self, view: CaseView, journal: Sequence[Entry]) -> None:
        """Show a file."""
        self._found = view, journal
        self._draw()

    def clear(self) -> None:
        """Show nothing."""
        self._found = None
        self.update("")

    def toggle(self) -> None:
        """Unfold the explanation of the next date, or fold it."""
        self._unfolded = not self._unfolded
        self._draw()

    def on_resize(self) -> None:
        """Draw again for another width."""
        self._draw()

    def notify_style_update(self) -> None:
        """Draw again in the colours of another theme."""
        super().notify_style_update()
        self._draw()

    def _draw(self) -> None:
        if self._found is None or not self.is_attached:
            return
        view, journal = self._found
        office = desk_of(self).office
        narrow = self.screen.has_class("-narrow")
        parts = _parts(view, journal, office, unfolded=self._unfolded, narrow=narrow)
        self.update(Group(*parts))


def _parts(
    view: CaseView,
    journal: Sequence[Entry],
    office: Office,
    *,
    unfolded: bool,
    narrow: bool,
) -> Iterator[RenderableType]:
    case, procedure, looking = view.case, view.procedure, office.looking_at(view.case)
    yield Text(case.title or "Sans libellé", "bold")
    yield text(f"{case.ref} · {procedure.name} · {_owner(case, office)}", "muted")
    if narrow:
        yield _line(case, procedure)
    else:
        yield ""
        yield from _way(case, procedure)
    yield from _next(case, journal, looking, unfolded=unfolded)
    yield from _lacking(view)
    yield ""
    yield title("Journal")
    for entry in reversed(journal[-_ENTRIES:]):
        day = french.short_day(looking.local(entry.at))[:5]
        yield line((f"{day}  ", "muted"), entry_words(entry, procedure))


def _owner(case: Case, office: Office) -> str:
    person = office.directory.people.get(case.owner or "")
    return person.name if person else case.owner or "sans personne"


def _line(case: Case, procedure: Procedure) -> RenderableType:
    """Return the stepper on one line, where height is scarce."""
    label = {id_: state.label for id_, state in procedure.states.items()}
    pieces: list[Piece] = [(f"✓ {label[state]}  ", "muted") for state in passed(procedure, case)]
    pieces.append((f"● {label[case.state]}", "strong"))
    pieces += [(f"  ○ {label[state]}", "muted") for state in ahead(procedure, case.state)]
    return line(*pieces)


def _way(case: Case, procedure: Procedure) -> Iterator[RenderableType]:
    """Yield the stepper, one state a line: what is behind, here, and ahead."""
    label = {id_: state.label for id_, state in procedure.states.items()}
    for state in passed(procedure, case):
        yield line(("✓ ", "ok"), (label[state], "muted"))
    yield line(("● ", "accent"), (label[case.state], "strong"))
    for state in ahead(procedure, case.state):
        yield line(("○ ", "muted"), (label[state], "muted"))


def _next(
    case: Case, journal: Sequence[Entry], looking: Looking, *, unfolded: bool
) -> Iterator[RenderableType]:
    in_order = sorted(case.deadlines.values(), key=lambda deadline: deadline.dates.act_on)
    if not in_order:
        return
    yield ""
    yield title("Prochaine date")
    yield from explained(in_order[0], looking, put_off(journal), unfolded=unfolded)
    if not unfolded:
        yield text("e : pourquoi cette date", "muted")
    for deadline in in_order[1:3]:
        where = looking.standing(deadline)
        internal = deadline.kind is Kind.INTERNAL
        yield line(
            "puis ", (deadline.label, ""), "  ", (where.words, style_of(where, internal=internal))
        )


def put_off(journal: Sequence[Entry]) -> dict[str, str]:
    """Return why reminders were put off, the last time, by id of their deadline."""
    snoozes = (entry for entry in journal if entry.kind is EntryKind.SNOOZE)
    return {change.name: entry.comment for entry in snoozes for change in entry.changes}


def explained(
    deadline: Deadline,
    looking: Looking,
    reasons: Mapping[str, str],
    *,
    unfolded: bool,
) -> Iterator[RenderableType]:
    """Yield a deadline, where it stands, its dates and, unfolded, the lines that justify them.

    Args:
        deadline: what is shown.
        looking: from when and where.
        reasons: why reminders are put off, by id of their deadline (`put_off`).
        unfolded: True to justify the dates.
    """
    where, internal = looking.standing(deadline), deadline.kind is Kind.INTERNAL
    style = style_of(where, internal=internal)
    sign = where.sign(internal=internal) or "·"
    yield line((f"{sign} ", style), (deadline.label, "strong"))
    yield Padding(text(where.words, style), (0, 0, 0, 2))
    grid = Table.grid(padding=(0, 2))
    for name, words in dates_of(deadline, looking):
        grid.add_row(text(name, "muted"), words)
    yield Padding(grid, (0, 0, 0, 2))
    if deadline.snoozed_until is not None and deadline.snoozed_until > looking.today:
        until, why = french.short_day(deadline.snoozed_until), reasons.get(deadline.id, "")
        asleep = line((f"⏾ rappel reporté au {until}", "awaited"), f" : {why}" if why else "")
        yield Padding(asleep, (0, 0, 0, 2))
    if internal:
        yield Padding(text(INTERNAL_NOTE, "internal"), (0, 0, 0, 2))
    if unfolded:
        for step in deadline.explanation.steps:
            yield Padding(line(("› ", "accent"), step), (0, 0, 0, 2))
        for words in deadline.explanation.warnings:
            yield Padding(line(("À savoir : ", "soon"), words), (0, 0, 0, 2))
        for option in deadline.explanation.options:
            yield Padding(line(("Autre choix : ", "muted"), option), (0, 0, 0, 2))


def unproved(view: CaseView) -> Iterator[RenderableType]:
    """Yield each deadline that nothing proves, with what is to be noted."""
    for deadline in view.unproved:
        missing = f" : il manque {french.listing(deadline.missing)}"
        yield line(("? ", "soon"), (deadline.label, "strong"), missing)


def _lacking(view: CaseView) -> Iterator[RenderableType]:
    case, documents = view.case, view.procedure.documents
    names = dict.fromkeys(name for offer in view.offers for name in offer.missing_documents)
    if names:
        yield ""
        yield title("Pièces manquantes")
        for name in names:
            noted = case.documents.get(name)
            asked = " (demandée)" if noted and noted.status is PaperStatus.REQUESTED else ""
            yield line(("○ ", "soon"), documents[name].label, (asked, "muted"))
    if view.unproved:
        yield ""
        yield title("Échéances non vérifiées")
        yield from unproved(view)
    if case.alerts:
        yield ""
        yield title("À corriger")
        for alert in case.alerts:
            yield line(("✗ ", "late"), str(alert))
