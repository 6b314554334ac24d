"""Sessions that are noted, moved or cancelled, and what becomes of the files that they decide."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from msgspec import field

from tests.support.core import MovableClock, Workbench, paris
from workflow.calendar.calendars import Closure
from workflow.case.case import Deadline, EntryKind
from workflow.counting.ways_of_counting import Sitting
from workflow.errors import Conflict, InvalidInput, NotFound, StaleCase
from workflow.usecases.recompute import CalendarChanges

BY = "m.durand"
BFC, FAFSEA = "fongecif-bfc", "fafsea"
JUNE, JULY, SEPTEMBER = date(2018, 6, 14), date(2018, 7, 12), date(2018, 9, 13)
START = "03/09/2018"


class House(Workbench):
    """A house of March 2018, with its files and the calendars of its funders."""

    clock: MovableClock = field(
        default_factory=lambda: MovableClock(datetime(2018, 3, 5, 9, tzinfo=UTC))
    )

    @property
    def changes(self) -> CalendarChanges:
        """Return the use cases on calendars."""
        return CalendarChanges(self.cases)

    def open(self, funder: str = BFC, start: str = START) -> str:
        """Open a file and return its reference."""
        facts = {"demarrage_formation": start}
        outcome = self.cases.open("cif-cdd", facts, by=BY, agency="lyon", funder=funder)
        return self.saved(outcome).after.ref

    def note(self, *sessions: date | Sitting, funder: str = BFC) -> None:
        """Note sessions in the calendar of a funder."""
        whole = [one if isinstance(one, Sitting) else Sitting(one) for one in sessions]
        changes = self.changes
        changes.apply(changes.add("cif-cdd", funder, [(one, "") for one in whole], by=BY))

    def deposit(self, ref: str) -> Deadline:
        """Return the window of deposit of a file, as it was kept."""
        return self.store.load(ref).deadlines["depot"]

    def days(self, funder: str = BFC) -> list[date]:
        """Return the days of the calendar of a funder."""
        return [one.session.day for one in self.changes.calendar("cif-cdd", funder)]


@pytest.fixture
def house() -> House:
    """Return a house with nothing in it."""
    return House()


# --- Adding ----------------------------------------------------------------------------------------------


def test_sessions_are_kept_by_date_with_who_noted_them(house: House) -> None:
    """A calendar is read in order, with its labels and the person who noted each session."""
    entries = [(Sitting(JULY), "n° 7"), (Sitting(JUNE, date(2018, 4, 13)), "n° 6")]
    house.changes.apply(house.changes.add("cif-cdd", BFC, entries, by=BY))
    found = house.changes.calendar("cif-cdd", BFC)
    assert [(one.session, one.label, one.noted_by) for one in found] == [
        (Sitting(JUNE, date(2018, 4, 13)), "n° 6", BY),
        (Sitting(JULY), "n° 7", BY),
    ]


def test_a_session_is_prepared_before_anything_is_written(house: House) -> None:
    """What would change is shown first: neither the calendar nor the file moves."""
    ref = house.open()
    before = house.store.load(ref)
    prepared = house.changes.add("cif-cdd", BFC, [(Sitting(JULY), "")], by=BY)
    assert [one.after.ref for one in prepared.outcomes] == [ref]
    assert (house.days(), house.store.load(ref)) == ([], before)


def test_a_session_moves_the_deposit_of_every_open_file(house: House) -> None:
    """The provisional date gives way to that of the commission, with a line in the journal."""
    ref = house.open()
    assert house.deposit(ref).dates.strict == date(2018, 5, 31)
    house.note(JULY)
    found = house.deposit(ref)
    assert (found.dates.strict, found.dates.prudent, found.dates.commission) == (
        date(2018, 5, 12),
        date(2018, 5, 11),
        JULY,
    )
    last = house.store.journal(ref)[-1]
    assert (last.kind, last.by, last.comment) == (
        EntryKind.RECALCULATION,
        BY,
        "Commission ajoutée : 12/07/2018",
    )


def test_files_of_another_funder_are_left_alone(house: House) -> None:
    """Each funder has a calendar of its own, which its own files only follow."""
    mine, other = house.open(), house.open(FAFSEA)
    version = house.store.load(other).version
    house.note(JULY)
    assert house.deposit(mine).dates.commission == JULY
    assert (house.deposit(other).dates.commission, house.store.load(other).version) == (
        None,
        version,
    )
    assert house.days(FAFSEA) == []


def test_a_file_that_nothing_moves_gets_no_entry(house: House) -> None:
    """A session after the start changes nothing, and the journal stays as it was."""
    ref = house.open()
    house.note(JULY)
    entries = len(house.store.journal(ref))
    house.note(date(2019, 2, 14))
    assert len(house.store.journal(ref)) == entries


def test_a_closed_file_is_left_alone(house: House) -> None:
    """What is over does not move any more."""
    ref = house.open()
    facts = {"abandonne_le": "05/03/2018"}
    house.cases.save(house.cases.advance(ref, "abandonner", facts, by=BY))
    prepared = house.changes.add("cif-cdd", BFC, [(Sitting(JULY), "")], by=BY)
    assert prepared.outcomes == ()


@pytest.mark.parametrize(
    ("session", "words"),
    [
        pytest.param(Sitting(date(2018, 3, 4)), "est passée", id="past"),
        pytest.param(Sitting(date(2018, 8, 9)), "en août", id="August"),
        pytest.param(Sitting(date(2019, 1, 10)), "en janvier", id="January"),
        pytest.param(Sitting(JULY, JULY), "doit la précéder", id="cut-off that day"),
        pytest.param(Sitting(JULY, date(2018, 7, 13)), "doit la précéder", id="cut-off after"),
        pytest.param(Sitting(JUNE), "déjà notée", id="known"),
    ],
)
def test_a_session_that_cannot_be_is_refused(house: House, session: Sitting, words: str) -> None:
    """A session past, known, in a month without one, or that closes too late is refused, and why."""
    house.note(JUNE)
    with pytest.raises(InvalidInput, match=words):
        house.changes.add("cif-cdd", BFC, [(session, "")], by=BY)
    assert house.days() == [JUNE]


def test_the_eve_of_a_session_may_be_its_cut_off_and_today_its_day(house: House) -> None:
    """What only just comes in time is taken."""
    house.note(Sitting(JULY, date(2018, 7, 11)), date(2018, 3, 5))
    assert house.days() == [date(2018, 3, 5), JULY]


def test_the_same_session_twice_in_one_go_is_refused(house: House) -> None:
    """Of a list with a day twice, nothing is kept."""
    with pytest.raises(InvalidInput, match="déjà notée"):
        house.note(JULY, JULY)
    assert house.days() == []


def test_a_funder_without_commission_has_no_calendar(house: House) -> None:
    """UNIFAF takes files as they come: there is no calendar to keep."""
    with pytest.raises(InvalidInput, match="n’a pas de commission"):
        house.changes.calendar("cif-cdd", "unifaf")
    with pytest.raises(InvalidInput, match="n’a qu’un financeur"):
        house.changes.calendar("cipi", BFC)
    with pytest.raises(NotFound):
        house.changes.calendar("cif-cdd", "fongecif")


def test_sessions_of_the_past_may_be_noted_once_the_scheme_is_over(house: House) -> None:
    """For old files the sessions of old years are noted afterwards."""
    house.clock.now = paris(11, 23, 10)
    house.note(JULY)
    assert house.days() == [JULY]


# --- Moving and cancelling -------------------------------------------------------------------------------


def test_a_session_that_moves_takes_the_files_along(house: House) -> None:
    """A week later for the session is a week later for the deposit, and it is told."""
    ref = house.open()
    house.note(JULY)
    prepared = house.changes.move("cif-cdd", BFC, JULY, Sitting(date(2018, 7, 19)), by="a.martin")
    house.changes.apply(prepared)
    assert house.deposit(ref).dates.strict == date(2018, 5, 19)
    assert house.days() == [date(2018, 7, 19)]
    [entry] = house.changes.calendar("cif-cdd", BFC)
    assert entry.noted_by == "a.martin"
    comment = house.store.journal(ref)[-1].comment
    assert comment == "Commission du 12/07/2018 déplacée au 19/07/2018"


def test_a_session_may_only_get_a_cut_off(house: House) -> None:
    """A session that stays on its day is not in its own way."""
    ref = house.open()
    house.note(JULY)
    house.changes.apply(
        house.changes.move("cif-cdd", BFC, JULY, Sitting(JULY, date(2018, 5, 4)), by=BY)
    )
    assert house.deposit(ref).dates.strict == date(2018, 5, 4)


def test_a_session_cannot_move_onto_another(house: House) -> None:
    """Two sessions on one day are refused for a move as well."""
    house.note(JUNE, JULY)
    with pytest.raises(InvalidInput, match="déjà notée"):
        house.changes.move("cif-cdd", BFC, JULY, Sitting(JUNE), by=BY)
    assert house.days() == [JUNE, JULY]


def test_a_session_that_nobody_noted_is_not_found(house: House) -> None:
    """The sessions that are known are listed."""
    with pytest.raises(NotFound, match="commissions : aucune"):
        house.changes.cancel("cif-cdd", BFC, JULY, by=BY)
    house.note(JUNE)
    with pytest.raises(NotFound, match="commissions : 14/06/2018"):
        house.changes.move("cif-cdd", BFC, JULY, Sitting(SEPTEMBER), by=BY)


def test_a_cancelled_session_gives_way_to_the_one_before(house: House) -> None:
    """Without July, June decides; without June either, the date is provisional again."""
    ref = house.open()
    house.note(JUNE, JULY)
    house.changes.apply(house.changes.cancel("cif-cdd", BFC, JULY, by=BY))
    assert (house.deposit(ref).dates.commission, house.deposit(ref).dates.strict) == (
        JUNE,
        date(2018, 4, 14),
    )
    house.changes.apply(house.changes.cancel("cif-cdd", BFC, JUNE, by=BY))
    assert (house.deposit(ref).dates.commission, house.deposit(ref).dates.strict) == (
        None,
        date(2018, 5, 31),
    )
    assert house.store.journal(ref)[-1].comment == "Commission du 14/06/2018 annulée"


# --- Everything at once ----------------------------------------------------------------------------------


def test_a_new_closure_is_compared_over_all_files(house: House) -> None:
    """A bridge noted afterwards moves the day to aim for, file by file, once it is applied."""
    ref = house.open()
    house.note(JULY)
    house.closed["lyon"] = (Closure(date(2018, 5, 11), date(2018, 5, 11), "pont"),)
    prepared = house.changes.compare(by=BY)
    assert [one.after.ref for one in prepared.outcomes] == [ref]
    assert house.deposit(ref).dates.prudent == date(2018, 5, 11)
    house.changes.apply(prepared)
    assert house.deposit(ref).dates.prudent == date(2018, 5, 9)
    assert house.changes.compare(by=BY).outcomes == ()


def test_a_comparison_may_be_of_one_scheme_only(house: House) -> None:
    """Files of other schemes are not looked at."""
    house.open()
    house.note(JULY)
    house.closed["lyon"] = (Closure(date(2018, 5, 11), date(2018, 5, 11), "pont"),)
    assert house.changes.compare(by=BY, procedure_id="cipi").outcomes == ()
    assert len(house.changes.compare(by=BY, procedure_id="cif-cdd").outcomes) == 1
    with pytest.raises(NotFound):
        house.changes.compare(by=BY, procedure_id="cif")


def test_a_file_that_moved_on_meanwhile_undoes_the_whole(house: House) -> None:
    """Whoever was first keeps what was written; neither calendar nor other file is touched."""
    first, second = house.open(), house.open(start="10/09/2018")
    prepared = house.changes.add("cif-cdd", BFC, [(Sitting(JULY), "")], by=BY)
    house.saved(house.cases.correct(second, {}, by=BY, title="Autre"))
    with pytest.raises(StaleCase):
        house.changes.apply(prepared)
    assert (house.days(), house.deposit(first).dates.commission) == ([], None)


def test_a_calendar_that_changed_meanwhile_undoes_the_whole(house: House) -> None:
    """The same session prepared by two people is written once."""
    ref = house.open()
    late = house.changes.add("cif-cdd", BFC, [(Sitting(JULY), "late")], by=BY)
    house.note(JULY)
    version = house.store.load(ref).version
    with pytest.raises(Conflict):
        house.changes.apply(late)
    [entry] = house.changes.calendar("cif-cdd", BFC)
    assert (entry.label, house.store.load(ref).version) == ("", version)
