"""A reminder put off: with a reason, never past the last useful day, forgotten when the dates move."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from notifications.model.policy import ReminderPolicy
from notifications.schedule.planning import Planner
from tests.support.core import PARIS, START, Workbench
from workflow.calendar.calendars import WorkingCalendar
from workflow.case.case import Case, EntryKind
from workflow.errors import InvalidInput, NotFound, Refused, StaleCase
from workflow.usecases.snooze import Snoozing

BY = "m.durand"
AUGUST = date(2026, 8, 20)
LAST = date(2026, 9, 4)
"""Friday: the DRF of a training that starts on Tuesday 8 September must be in by Sunday morning."""


class Office(Workbench):
    """A file of CIPI opened on 1 July, and who puts its reminders off."""

    ref: str = ""

    def __post_init__(self) -> None:
        """Open the file."""
        facts = {"demarrage_formation": START.isoformat()}
        self.ref = self.saved(self.cases.open("cipi", facts, by=BY, agency="lyon")).after.ref

    @property
    def snoozing(self) -> Snoozing:
        """Return what puts reminders off."""
        days = {"lyon": WorkingCalendar("FR")}
        schedule = Planner(ReminderPolicy(), days, {"lyon": PARIS})
        return Snoozing(self.cases, schedule)

    @property
    def case(self) -> Case:
        """Return the file as last written."""
        return self.cases.load(self.ref)[0]

    def snooze(self, until: date = AUGUST, reason: str = "Dossier envoyé au client") -> Case:
        """Put the DRF off and save."""
        outcome = self.snoozing.snooze(self.ref, "drf", until, reason, by=BY)
        return self.saved(outcome).after


def test_a_snooze_is_kept_with_its_reason() -> None:
    """The deadline says until when, and the journal says who, until when and why."""
    office = Office()
    office.snooze()
    assert office.case.deadlines["drf"].snoozed_until == AUGUST
    entry = office.cases.store.journal(office.ref)[-1]
    change = entry.changes[0]
    assert (entry.kind, entry.by, entry.comment) == (
        EntryKind.SNOOZE,
        BY,
        "Dossier envoyé au client",
    )
    assert (change.name, change.old, change.new) == ("drf", None, "2026-08-20")


def test_a_snooze_moves_no_date() -> None:
    """Nothing opens, moves or closes: only the silence is new."""
    office = Office()
    outcome = office.snoozing.snooze(office.ref, "drf", AUGUST, "Attente", by=BY)
    assert (outcome.opened, outcome.moved, outcome.closed, outcome.entry.dates) == ((), (), (), ())


def test_a_snooze_needs_a_reason() -> None:
    """The team will read why: an empty reason is refused."""
    with pytest.raises(InvalidInput, match="il manque la raison"):
        Office().snooze(reason="  ")


@pytest.mark.parametrize("until", [date(2026, 7, 1), date(2026, 6, 30)])
def test_a_snooze_is_about_the_future(until: date) -> None:
    """Until today or a day gone by silences nothing, and is refused."""
    with pytest.raises(Refused, match="n’est pas à venir"):
        Office().snooze(until)


def test_a_snooze_never_passes_the_last_useful_day() -> None:
    """The last morning before the limit is accepted, the next day refused with that morning's date."""
    with pytest.raises(Refused, match="dernier jour utile est le 04/09/2026"):
        Office().snooze(LAST + timedelta(days=1))
    assert Office().snooze(LAST).deadlines["drf"].snoozed_until == LAST


def test_a_deadline_that_is_not_open_cannot_be_put_off() -> None:
    """The error names the deadlines that can."""
    office = Office()
    with pytest.raises(NotFound, match="drf"):
        office.snoozing.snooze(office.ref, "dfr", AUGUST, "Attente", by=BY)


def test_somebody_else_may_be_first() -> None:
    """A snooze prepared on an older version of the file is refused."""
    office = Office()
    office.snooze()
    with pytest.raises(StaleCase):
        office.snoozing.snooze(office.ref, "drf", AUGUST, "Attente", by=BY, version=1)


def test_another_act_keeps_the_silence_while_the_dates_stay() -> None:
    """A new title does not wake anybody up."""
    office = Office()
    office.snooze()
    office.cases.save(office.cases.correct(office.ref, {}, by=BY, title="Parcours cariste"))
    assert office.case.deadlines["drf"].snoozed_until == AUGUST


def test_dates_that_move_end_the_silence() -> None:
    """A training put off by a week is another deadline: it must be heard of."""
    office = Office()
    office.snooze()
    later = (START + timedelta(days=7)).isoformat()
    facts = {"demarrage_formation": later}
    office.cases.save(office.cases.correct(office.ref, facts, by=BY))
    assert office.case.deadlines["drf"].snoozed_until is None


def test_a_silence_can_be_ended() -> None:
    """Reminders come again, and the journal says so; ending it twice is refused."""
    office = Office()
    office.snooze()
    office.cases.save(office.snoozing.wake(office.ref, "drf", by=BY))
    change = office.cases.store.journal(office.ref)[-1].changes[0]
    assert office.case.deadlines["drf"].snoozed_until is None
    assert (change.old, change.new) == ("2026-08-20", None)
    with pytest.raises(Refused, match="n’est pas reporté"):
        office.snoozing.wake(office.ref, "drf", by=BY)
