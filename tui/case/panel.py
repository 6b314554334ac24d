"""A file at a glance: its way, its next date and why, what it lacks, what was done last.

Beside the list of the first screen. Given everything it shows; asks for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.text import Text
from textual.widgets import Static

from display.case import deadlines
from display.case.case import alerts, stepper, steps, unproved
from display.case.journal import put_off
from display.drawing import when
from display.drawing.layout import line, section, text, under
from notifications.schedule.viewpoint import Looking
from tui.frame.desk import desk_of
from tui.frame.office import Office
from workflow.case.case import Case, Deadline, Entry, PaperStatus
from workflow.deadlines.chases import chases
from workflow.text import french
from workflow.usecases.cases import CaseView
from workflow.wording.journal_text import chase_words, entry_words

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
    told = (case.ref, procedure.name, _owner(case, office), case.cohort)
    yield text(" · ".join(filter(None, told)), "muted")
    if narrow:
        yield stepper(case, procedure)
    else:
        yield ""
        yield from (line(*step) for step in steps(case, procedure))
    yield from _next(case, journal, looking, unfolded=unfolded)
    if chased := chases(procedure, case, journal):
        yield line(("Relances : ", "muted"), chase_words(chased))
    yield from _lacking(view)
    yield from section("Journal")
    for entry in reversed(journal[-_ENTRIES:]):
        day = french.short_day(looking.local(entry.at))[:5]
        yield line((f"{day}  ", "muted"), entry_words(entry, procedure))


def _owner(case: Case, office: Office) -> str:
    person = office.directory.people.get(case.owner or "")
    return person.name if person else case.owner or "sans personne"


def _next(
    case: Case, journal: Sequence[Entry], looking: Looking, *, unfolded: bool
) -> Iterator[RenderableType]:
    in_order = sorted(case.deadlines.values(), key=lambda deadline: deadline.dates.act_on)
    if not in_order:
        return
    yield from section("Prochaine date")
    yield from explained(in_order[0], looking, put_off(journal), unfolded=unfolded)
    if not unfolded:
        yield text("e : pourquoi cette date", "muted")
    for deadline in in_order[1:3]:
        where = looking.standing(deadline)
        yield line("puis ", deadline.label, "  ", (where.words, when.style_of(where)))


def explained(
    deadline: Deadline,
    looking: Looking,
    snoozes: Mapping[str, Entry],
    *,
    unfolded: bool,
) -> Iterator[RenderableType]:
    """Yield a deadline, where it stands, its dates and, unfolded, the lines that justify them.

    Args:
        deadline: what is shown.
        looking: from when and where.
        snoozes: what put off reminders, by id of their deadline.
        unfolded: True to justify the dates.
    """
    where, style = looking.standing(deadline), when.style_of(looking.standing(deadline))
    yield line((f"{where.sign or '·'} ", style), (deadline.label, "strong"))
    yield under(text(where.words, style))
    why = snoozes[deadline.id].comment if deadline.id in snoozes else ""
    yield from deadlines.explained(deadline, looking, why=why, unfolded=unfolded)


def _lacking(view: CaseView) -> Iterator[RenderableType]:
    case, documents = view.case, view.procedure.documents
    names = dict.fromkeys(name for offer in view.offers for name in offer.missing_documents)
    if names:
        yield from section("Pièces manquantes")
        for name in names:
            noted = case.documents.get(name)
            asked = " (demandée)" if noted and noted.status is PaperStatus.REQUESTED else ""
            yield line(("○ ", "soon"), documents[name].label, (asked, "muted"))
    if view.unproved:
        yield from section("Échéances non vérifiées")
        yield from unproved(view)
    if case.alerts:
        yield from section("À corriger")
        yield from alerts(case)
