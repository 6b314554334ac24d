"""What people choose and when they are away, checked on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from msgspec.structs import replace
from sqlalchemy import Engine

from db.connection.engine import open_engine
from db.mail.store import SqlNotificationStore
from db.schema.mail_tables import absence as absence_table
from db.schema.mail_tables import habits as habits_table
from notifications.model.preferences import Absence, Delivery, Habits, Preference, Topic
from tests.support.cases import at_once
from tests.support.databases import rows
from tests.support.programs import PATIENCE
from workflow.errors import Conflict, NotFound

NOW = datetime(2026, 8, 27, 8, tzinfo=UTC)


def days(first: int, last: int, person: str = "zoe", substitute: str | None = None) -> Absence:
    """Return an absence of September 2026."""
    return Absence(person, date(2026, 9, first), date(2026, 9, last), substitute)


@pytest.mark.parametrize(
    "chosen",
    [
        Habits("zoe"),
        Habits(
            "zoe",
            (Preference(Delivery.DIGEST), Preference(Delivery.NONE, Topic.CHASE, "cipi")),
            frozenset({0, 1, 3, 6}),
            time(8, 30),
            time(0, 0, 1).replace(hour=17),
            time(7, 45),
            date(2026, 9, 4),
            with_calendar=True,
            one_a_day=True,
        ),
        Habits("zoe", opening=time(0, 0), digest_at=time(0, 0)),
    ],
)
def test_choices_are_read_as_they_were_made(
    notification_store: SqlNotificationStore, chosen: Habits
) -> None:
    """Every field comes back, and what was left to the agency stays so."""
    notification_store.save_habits(chosen, "zoe", NOW)
    assert notification_store.habits() == [chosen]


def test_the_latest_choice_counts(notification_store: SqlNotificationStore, engine: Engine) -> None:
    """Another choice takes the place of the first, with who made it; each person has their own."""
    notification_store.save_habits(Habits("zoe", opening=time(8)), "zoe", NOW)
    notification_store.save_habits(Habits("lea", closing=time(16)), "lea", NOW)
    notification_store.save_habits(Habits("zoe", closing=time(18)), "lea", NOW)
    chosen = [Habits("lea", closing=time(16)), Habits("zoe", closing=time(18))]
    assert notification_store.habits() == chosen
    assert [row.noted_by for row in rows(engine, habits_table) if row.person == "zoe"] == ["lea"]


def test_absences_are_found_by_their_last_day(notification_store: SqlNotificationStore) -> None:
    """An absence counts up to its last day; without a day, all do."""
    one = notification_store.add_absence(days(7, 11, substitute="lea"), "zoe", NOW)
    two = notification_store.add_absence(days(1, 4, "max"), "lea", NOW)
    every = notification_store.absences()
    assert every == [
        replace(days(1, 4, "max"), number=two),
        replace(days(7, 11, substitute="lea"), number=one),
    ]

    for day, found in ((4, [two, one]), (5, [one]), (12, [])):
        known = notification_store.absences(since=date(2026, 9, day))
        assert [absence.number for absence in known] == found


def test_nobody_is_away_twice(notification_store: SqlNotificationStore) -> None:
    """A day already noted is refused, for that person only, and the refusal names the other."""
    number = notification_store.add_absence(days(7, 11), "zoe", NOW)
    for first, last in ((11, 12), (1, 7), (8, 9), (1, 30), (7, 11)):
        with pytest.raises(Conflict, match=rf"du 07/09/2026 au 11/09/2026 \(n° {number}\)"):
            notification_store.add_absence(days(first, last), "zoe", NOW)
    for absence in (days(1, 6), days(12, 12), days(7, 11, "max")):
        notification_store.add_absence(absence, "zoe", NOW)
    assert len(notification_store.absences()) == 4


def test_an_absence_taken_back_is_not_lost(
    notification_store: SqlNotificationStore, engine: Engine
) -> None:
    """It no longer counts, its days are free again, and its row says who took it back and when."""
    number = notification_store.add_absence(days(7, 11, substitute="max"), "zoe", NOW)
    taken = notification_store.cancel_absence(number, "lea", NOW)
    assert taken == replace(days(7, 11, substitute="max"), number=number)
    assert notification_store.absences() == []
    for unknown in (number, 99):
        with pytest.raises(NotFound, match=f"Absence {unknown} : elle n’existe pas"):
            notification_store.cancel_absence(unknown, "lea", NOW)
    notification_store.add_absence(days(7, 11), "zoe", NOW)
    first, second = sorted(rows(engine, absence_table), key=lambda row: row.id)
    assert (first.noted_by, first.cancelled_by, first.cancelled_at) == ("zoe", "lea", NOW)
    assert (second.cancelled_by, second.cancelled_at) == (None, None)


def test_two_people_who_note_the_same_absence(
    notification_store: SqlNotificationStore, database_url: str
) -> None:
    """At the same instant, one of them is told that the other was first; others wait for nobody."""
    engines = [open_engine(database_url, busy_seconds=PATIENCE) for _ in range(4)]
    stores = [SqlNotificationStore(engine) for engine in engines]
    absences = [days(7, 11), days(11, 14), days(10, 12), days(10, 12, "max")]
    results = at_once(
        *(
            lambda store=store, absence=absence: store.add_absence(absence, "zoe", NOW)
            for store, absence in zip(stores, absences, strict=True)
        )
    )
    for engine in engines:
        engine.dispose()
    kept = [absence.person for absence in notification_store.absences()]
    assert sorted(kept) == ["max", "zoe"] or sorted(kept) == ["max", "zoe", "zoe"]
    refused = [result for result in results if isinstance(result, Exception)]
    assert {type(error) for error in refused} == {Conflict}
    assert len(kept) + len(refused) == 4
