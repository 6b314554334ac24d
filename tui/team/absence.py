"""Who is away, from when to when, and who stands in: the form of an absence.

Opened by the screen of the team. Shows what falls in the absence before it is noted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from rich.console import RenderableType

from display.drawing.layout import line, text
from display.mail.absences import away_too, counted, standins
from notifications.model.preferences import Absence
from notifications.people.cover import Effect, absence_of, effect_of
from tui.acts.actform import ActForm, Prepared, Watch
from tui.acts.asked import Look, TypedAnswers, asking, choosing
from tui.fields.choices import by_name
from tui.frame.office import Office
from workflow.case.people import Directory
from workflow.operations import operations
from workflow.operations.requests import Request
from workflow.rules.fact_specs import FactType
from workflow.text import french
from workflow.wording.date_text import day_typed

_WHO, _FIRST, _LAST, _INSTEAD = "person", "first", "last", "substitute"


class AbsenceForm(ActForm, frozen=True, kw_only=True):
    """Notes an absence.

    Args:
        person: id of who is away, to begin with.
    """

    person: str

    idle: ClassVar[str] = "donnez le premier et le dernier jour de l’absence."
    advice: ClassVar[str] = "Les deux jours sont compris."
    starts_at: ClassVar[str] = _FIRST

    @property
    def draft(self) -> str:
        """The name of its draft."""
        return f"absence-{self.person}"

    def idles(self, typed: TypedAnswers) -> bool:
        """Tell whether a day is missing."""
        return not typed.said(_FIRST) or not typed.said(_LAST)

    def work_out(self, office: Office, typed: TypedAnswers, watch: Watch) -> Prepared:  # noqa: ARG002 - no file to look at
        """Return what falls in the absence, and who is told."""
        first, last = (
            day_typed(typed.said(one), office.today, office.calendar) for one in (_FIRST, _LAST)
        )
        answers = {
            operations.FIRST: french.short_day(first),
            operations.LAST: french.short_day(last),
            operations.SUBSTITUTE: typed.said(_INSTEAD) or None,
        }
        request = Request(operations.NOTE_ABSENCE, (typed.said(_WHO),), answers)
        directory, services = office.directory, office.services
        absence = absence_of(request, directory)
        who = directory.person(absence.person)
        does = effect_of(who, absence, services.cases, services.notifications, directory)
        return Prepared(
            request=request,
            draw=lambda: _drawn(absence, does, directory),
            save=lambda: services.notifications.add_absence(absence, office.acting, office.now),
            writes=f"l’absence de {absence.person}",
            said=lambda number: f"Absence {number} notée",
        )


def noting_absence(person: str, office: Office) -> AbsenceForm:
    """Return the form of an absence of somebody, to begin with."""
    names = by_name(office.directory.people)
    fields = (
        choosing(_WHO, "Qui", names, person, empty=None),
        asking(_FIRST, "Du", FactType.DATE, look=Look.BESIDE),
        asking(_LAST, "Au", FactType.DATE, look=Look.BESIDE, hint="dernier jour"),
        choosing(_INSTEAD, "Remplacé par", names, empty="son responsable, puis l’agence"),
    )
    return AbsenceForm("Noter une absence", fields, person=person)


def _drawn(absence: Absence, does: Effect, directory: Directory) -> Iterator[RenderableType]:
    yield line(
        "= du ", (french.long_day(absence.first), "strong"),
        " au ", (french.long_day(absence.last), "strong"),
    )  # fmt: skip
    yield from (line(("! ", "soon"), words) for words in does.odd)
    yield text(counted(does))
    yield from standins(does)
    yield from (line(("À savoir : ", "soon"), away_too(one, directory)) for one in does.away_too)
