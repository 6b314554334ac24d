"""Who is told: the owner, who stands in, the manager, and the agency when nobody is left."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from msgspec.structs import replace

from notifications.model.preferences import Absence, Habits
from notifications.people.presence import absent_of
from notifications.people.staff import Addressee, Staff, person_of
from tests.support.notifications import MemoryNotificationStore, make_directory, paris

TUESDAY = date(2026, 9, 1)
NOW = paris(TUESDAY, 10)


def away(person: str, substitute: str | None = None, day: date = TUESDAY) -> Absence:
    """Return an absence of three days around a day."""
    return Absence(person, day - timedelta(days=1), day + timedelta(days=1), substitute)


def staff(*absences: Absence) -> Staff:
    """Return the staff of the tests with some people away."""
    return Staff.gathered(make_directory(), (), absences)


def whom(told: Addressee) -> tuple[str, str | None]:
    """Return who is told, and for whom."""
    return told.recipient.id, told.absent.id if told.absent else None


def test_the_owner_is_told() -> None:
    """When everybody is there, a file speaks to who follows it, for nobody else."""
    assert staff().told("zoe", "dijon", NOW) == Addressee(
        make_directory().recipient("zoe", "dijon")
    )


def test_a_file_without_an_owner_is_told_to_the_agency() -> None:
    """Nobody owns it, or nobody known: the agency's address."""
    assert whom(staff().told(None, "dijon", NOW)) == ("agence:dijon", None)
    assert whom(staff().told("gone", "dijon", NOW)) == ("agence:dijon", None)


def test_a_substitute_is_told_and_both_names_are_kept() -> None:
    """During an absence the substitute receives, with the name of who is away and until when."""
    told = staff(away("zoe", "max")).told("zoe", "dijon", NOW)
    assert whom(told) == ("personne:max", "personne:zoe")
    assert told.back_on == date(2026, 9, 2)


def test_without_a_substitute_the_manager_stands_in_then_the_agency() -> None:
    """Zoé's manager is Léa; Léa has none, and her files go to the agency."""
    assert whom(staff(away("zoe")).told("zoe", "dijon", NOW)) == ("personne:lea", "personne:zoe")
    assert whom(staff(away("lea")).told("lea", "dijon", NOW)) == ("agence:dijon", "personne:lea")


def test_a_substitute_who_is_away_has_one_too() -> None:
    """Absences follow one another until somebody is there."""
    both = staff(away("zoe", "max"), away("max", "lea"))
    assert whom(both.told("zoe", "dijon", NOW)) == ("personne:lea", "personne:zoe")


def test_people_who_stand_in_for_each_other_leave_it_to_the_agency() -> None:
    """When everybody is away in a circle, the agency's address never is."""
    circle = staff(away("zoe", "max"), away("max", "zoe"))
    assert whom(circle.told("zoe", "dijon", NOW)) == ("agence:dijon", "personne:zoe")


def test_a_substitute_who_left_the_house_is_not_written_to() -> None:
    """A substitute that the configuration no longer knows leaves it to the agency."""
    assert whom(staff(away("zoe", "gone")).told("zoe", "dijon", NOW))[0] == "agence:dijon"


@pytest.mark.parametrize(
    ("now", "recipient"),
    [
        (paris(date(2026, 9, 2), 23, 59), "personne:lea"),
        (paris(date(2026, 9, 3), 0), "personne:zoe"),
        (paris(date(2026, 8, 30), 23, 59), "personne:zoe"),
        (paris(date(2026, 8, 31), 0), "personne:lea"),
    ],
)
def test_an_absence_begins_and_ends_at_midnight_of_its_person(
    now: datetime, recipient: str
) -> None:
    """Days are those of the person's own clock."""
    assert whom(staff(away("zoe", "lea")).told("zoe", "dijon", now))[0] == recipient


def test_the_manager_is_the_owner_s() -> None:
    """A file about to be lost speaks to the manager, to the agency when there is none."""
    assert whom(staff().manager("zoe", "dijon", NOW)) == ("personne:lea", None)
    assert whom(staff().manager("lea", "dijon", NOW)) == ("agence:dijon", None)
    assert whom(staff().manager(None, "dijon", NOW)) == ("agence:dijon", None)


def test_a_manager_who_is_away_has_a_substitute_too() -> None:
    """The escalation follows the absence."""
    told = staff(away("lea", "max")).manager("zoe", "dijon", NOW)
    assert whom(told) == ("personne:max", "personne:lea")


@pytest.mark.parametrize(
    ("silent", "absences", "recipient"),
    [
        (("zoe",), (), "personne:lea"),
        (("zoe", "lea"), (), "agence:dijon"),
        # A substitute was chosen for the absence, and for it alone.
        (("zoe",), (away("zoe", "max"),), "personne:max"),
        (("max",), (away("zoe", "max"),), "agence:pap"),
    ],
)
def test_whoever_mails_come_back_from_is_passed_over(
    silent: tuple[str, ...], absences: tuple[Absence, ...], recipient: str
) -> None:
    """The manager, else the agency, is written to, and told for whom."""
    people = make_directory().people
    addresses = frozenset(people[one].email for one in silent)
    found = replace(staff(*absences), unreachable=addresses | {"dijon@interim.example"})
    told = found.told("zoe", "dijon", NOW)
    assert whom(told) == (recipient, "personne:zoe")
    absent = absent_of(told)
    assert absent is not None
    assert ("ses courriels reviennent" in absent.words) is (not absences)


def test_the_staff_of_an_instant_comes_from_the_store() -> None:
    """Habits and absences that still matter are read; those long over are not."""
    store = MemoryNotificationStore()
    store.choose(Habits("zoe", with_calendar=True))
    store.leave(away("zoe"), away("max", day=date(2026, 1, 6)))
    found = Staff.of(make_directory(), store, NOW)
    assert found.habits(make_directory().recipient("zoe", "dijon")).with_calendar
    assert set(found.away) == {"zoe"}


def test_an_agency_s_address_has_no_habits() -> None:
    """Nobody chooses for an address that many read."""
    agency = make_directory().recipient(None, "dijon")
    assert person_of(agency.id) == ""
    assert staff().habits(agency) == Habits("")
