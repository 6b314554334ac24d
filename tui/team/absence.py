"""Who is away, from when to when, and who stands in: the form of an absence.

Opened by the screen of the team. Shows what falls in the absence before it is noted.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual.widget import Widget

from display.layout import line, text
from notifications.model.preferences import Absence
from notifications.people.cover import Effect, effect_of
from tui.acts.drafts import lasting
from tui.fields.choices import Choices, by_name
from tui.fields.line import Line
from tui.forms.form import Form
from workflow.text import french
from workflow.usecases import operations
from workflow.usecases.requests import Request
from workflow.wording.date_text import day_typed

_Found = tuple[Absence, Effect]
_DAYS = ("first", "last")


class AbsenceForm(Form[bool]):
    """Notes an absence.

    Args:
        person: id of who is away, to begin with.
    """

    starts_at = "first"
    missing = "donnez le premier et le dernier jour de l’absence."

    def __init__(self, person: str) -> None:
        super().__init__("Noter une absence")
        self._person = person
        self._absence: Absence | None = None

    @property
    def draft(self) -> str:
        """The name of its draft."""
        return f"absence-{self._person}"

    def lasting(self, id_: str, words: str) -> str:
        """Return the days written out."""
        if id_ in _DAYS:
            return lasting(words, self.office.today, self.office.calendar)
        return words

    def fields(self) -> Iterator[tuple[str, Widget]]:
        """Yield who, from when to when, and who stands in."""
        names = by_name(self.office.directory.people)
        yield "Qui", Choices(names, self._person, prompt=None, id="person")
        hint = f"{french.short_day(self.office.today)}, 8/9, +3j, lundi…"
        yield "Du", Line(placeholder=hint, id="first", compact=True)
        yield "Au", Line(placeholder="dernier jour", id="last", compact=True)
        by_default = "son responsable, puis l’agence"
        yield "Remplacé par", Choices(names, prompt=by_default, id="substitute")

    def consider(self) -> None:
        """Say what falls in the absence, and who is told."""
        self._absence = None
        first, last = self.words("first"), self.words("last")
        if not first or not last:
            self.tell(text("Les deux jours sont compris.", "muted"))
            return
        typed = first, last, self.chosen("person"), self.chosen("substitute")
        self.weigh(partial(self._look, *typed), self._weighed, self.refuse)

    def _look(self, first: str, last: str, person: str, substitute: str) -> _Found:
        office = self.office
        begins = day_typed(first, office.today, office.calendar)
        ends = day_typed(last, office.today, office.calendar)
        absence = Absence(person, begins, ends, substitute or None)
        who, directory = office.directory.person(person), office.directory
        return absence, effect_of(
            who, absence, office.services.cases, office.services.notifications, directory
        )

    def _weighed(self, found: _Found) -> None:
        absence, does = found
        self._absence = absence
        dates = french.count(len(does.falling), "date tombe", "dates tombent")
        lines = [
            line(
                "= du ", (french.long_day(absence.first), "strong"),
                " au ", (french.long_day(absence.last), "strong"),
            ),
            *(line(("! ", "soon"), words) for words in does.odd),
            text(f"{dates} pendant l’absence."),
        ]  # fmt: skip
        for one in does.standins:
            days = "" if len(does.standins) == 1 else f", {french.period(one.first, one.last)}"
            lines.append(line("Les rappels iront à ", (one.recipient.name, "strong"), f"{days}."))
        if does.away_too:
            days = " et ".join(french.period(one.first, one.last) for one in does.away_too)
            lines.append(
                line(("À savoir : ", "soon"), f"la personne qui remplace est absente aussi {days}.")
            )
        self.tell(*lines, ready=True)

    def confirm(self) -> None:
        """Note it."""
        if (absence := self._absence) is not None:
            office = self.office
            self.ask(
                lambda: office.services.notifications.add_absence(
                    absence, office.acting, office.now
                ),
                partial(self._noted, absence),
                group="act",
                writes=f"l’absence de {absence.person}",
                refused=self.refuse,
            )

    def _noted(self, absence: Absence, number: int) -> None:
        answers = {
            operations.FIRST: french.short_day(absence.first),
            operations.LAST: french.short_day(absence.last),
            operations.SUBSTITUTE: absence.substitute,
        }
        request = Request(operations.NOTE_ABSENCE, (absence.person,), answers)
        self.desk.acted(f"Absence {number} notée", request)
        self.done(True)
