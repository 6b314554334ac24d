"""Who is away, from when to when, and who stands in: the form of an absence.

Opened by the screen of the team. Shows what falls in the absence before it is noted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from functools import partial

from textual.widget import Widget
from textual.widgets import Input, Select

from notifications.habits import Absence
from notifications.staff import Staff
from tui.paint import Paint
from tui.screens.form import Form
from workflow import french
from workflow.errors import InvalidInput
from workflow.shorthand import day_typed
from workflow.texts import french_order
from workflow.worklist import WorkQuery

_NOON = time(12)


@dataclass(frozen=True, slots=True)
class _Effect:
    """What an absence would do."""

    absence: Absence
    dates: int
    told: str
    overlapping: bool


class AbsenceForm(Form[bool]):
    """Notes an absence.

    Args:
        person: id of who is away, to begin with.
    """

    def __init__(self, person: str) -> None:
        super().__init__("Noter une absence")
        self._person = person
        self._effect: _Effect | None = None

    def fields(self) -> Iterator[tuple[str, Widget]]:
        """Yield who, from when to when, and who stands in."""
        people = self.office.directory.people.values()
        names = sorted(((one.name, one.id) for one in people), key=lambda one: french_order(one[0]))
        yield "Qui", Select(names, value=self._person, allow_blank=False, id="person", compact=True)
        hint = f"{french.short_day(self.office.today)}, 8/9, +3j, lundi…"
        yield "Du", Input(placeholder=hint, id="first", compact=True)
        yield "Au", Input(placeholder="dernier jour", id="last", compact=True)
        by_default = "son responsable, puis l’agence"
        yield "Remplacé par", Select(names, prompt=by_default, id="substitute", compact=True)

    def on_mount(self) -> None:
        """Begin with the days."""
        super().on_mount()
        self.query_one("#first").focus()

    def consider(self) -> None:
        """Say what falls in the absence, and who is told."""
        self._effect = None
        first, last = self.words("first"), self.words("last")
        if not first or not last:
            self.tell(Paint(self).text("Les deux jours sont compris.", "muted"))
            return
        typed = first, last, self.chosen("person"), self.chosen("substitute")
        self.weigh(partial(self._look, *typed), self._weighed)

    def _look(self, first: str, last: str, person: str, substitute: str) -> _Effect:
        office = self.office
        begins = day_typed(first, office.today, office.calendar)
        ends = day_typed(last, office.today, office.calendar)
        absence = Absence(person, begins, ends, substitute or None)
        if absence.last < office.today:
            raise InvalidInput("Cette absence est déjà finie ; vérifiez les dates.")
        known = office.mail.absences()
        staff = Staff.gathered(office.directory, (), (*known, absence))
        agency = office.directory.person(person).agency
        noon = datetime.combine(absence.first, _NOON, office.directory.agency(agency).zone)
        query = WorkQuery(day=office.day, owner=person)
        falling = office.worklist.load(query, absence.first, absence.last)
        overlapping = any(
            one.person == substitute and one.first <= absence.last and absence.first <= one.last
            for one in known
        )
        told = staff.told(person, agency, noon).recipient.name
        return _Effect(absence, sum(falling.values()), told, overlapping)

    def _weighed(self, effect: _Effect) -> None:
        self._effect = effect
        paint, absence = Paint(self), effect.absence
        dates = french.count(effect.dates, "date tombe", "dates tombent")
        lines = [
            paint.line(
                "= du ", (french.long_day(absence.first), "strong"),
                " au ", (french.long_day(absence.last), "strong"),
            ),
            paint.text(f"{dates} pendant l’absence."),
            paint.line("Sera prévenu : ", (effect.told, "strong"), "."),
        ]  # fmt: skip
        if effect.overlapping:
            lines.append(
                paint.line(
                    ("À savoir : ", "soon"), "qui remplace est absent aussi, certains jours."
                )
            )
        self.tell(*lines, ready=True)

    def confirm(self) -> None:
        """Note it."""
        if self._effect is not None:
            office, absence = self.office, self._effect.absence
            self.ask(
                lambda: office.people.add_absence(absence, office.acting, office.now),
                partial(self._noted, absence),
                group="act",
                refused=self.refuse,
            )

    def _noted(self, absence: Absence, number: int) -> None:
        words = [
            "absences", "noter", absence.person,
            "--du", french.short_day(absence.first), "--au", french.short_day(absence.last),
        ]  # fmt: skip
        if absence.substitute:
            words += ["--remplacant", absence.substitute]
        self.desk.acted(f"Absence {number} notée", *words)
        self.dismiss(True)
