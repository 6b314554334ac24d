"""The digest's morning: once a day, on working days, late rather than never, silence on purpose."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.digest.round import DigestRound, DigestRoundReport
from notifications.model.preferences import Absence, Habits
from tests.support.notifications import (
    ALERTS,
    LABELS,
    MemoryNotificationStore,
    body,
    both,
    drf,
    make_composer,
    make_directory,
    make_message,
    make_planner,
    paris,
    row,
    target,
)
from workflow.case.people import Person
from workflow.ports.stores import OpenDeadline

PLANNER = make_planner()
THURSDAY = date(2026, 9, 3)


def a_morning(store: MemoryNotificationStore, **options: Any) -> DigestRound:
    """Return the morning of the tests."""
    directory = options.pop("directory", None) or make_directory()
    return DigestRound(store, PLANNER, make_composer(PLANNER).digest, directory, LABELS, **options)


def keys(store: MemoryNotificationStore) -> list[str]:
    """Return the keys of the outbox."""
    return list(store.outbox)


def test_nothing_leaves_before_half_past_seven() -> None:
    """A minute early, no digest; at the hour, one for whoever has something to do."""
    store = MemoryNotificationStore([row()])
    morning = a_morning(store)
    assert morning.run(paris(THURSDAY, 7, 29)).messages == 0
    assert morning.run(paris(THURSDAY, 7, 30)).messages == 1
    assert keys(store) == ["synthese:personne:zoe:2026-09-03"]


def test_a_file_to_correct_is_reason_enough_to_write() -> None:
    """With no date to tell but a file to correct, the digest leaves."""
    wide = drf(opens_on=date(2026, 8, 3), prudent=date(2026, 11, 2), strict=None)
    store = MemoryNotificationStore([row(deadline=wide, alerts=ALERTS)])
    assert a_morning(store).run(paris(THURSDAY, 8)).messages == 1
    assert "1\u00a0dossier à corriger" in store.letters[0].subject


def test_the_hour_is_configurable() -> None:
    """An agency that starts at six has its digest at six."""
    store = MemoryNotificationStore([row()])
    assert a_morning(store, at=time(6)).run(paris(THURSDAY, 6)).messages == 1


@pytest.mark.parametrize("day", [date(2026, 9, 5), date(2026, 9, 6), date(2026, 7, 14)])
def test_no_digest_on_a_day_off(day: date) -> None:
    """Saturday, Sunday and Bastille Day bring no digest."""
    store = MemoryNotificationStore([row(deadline=target(prudent=day))])
    assert a_morning(store).run(paris(day, 8)).messages == 0


def test_each_recipient_has_their_own_morning() -> None:
    """At 07:30 in Paris it is the middle of the night in Guadeloupe."""
    store = MemoryNotificationStore(
        [row(1), row(2, ref="CIPI-2026-0002", owner="max", agency="pap")]
    )
    morning = a_morning(store)
    morning.run(paris(THURSDAY, 8))
    assert keys(store) == ["synthese:personne:zoe:2026-09-03"]
    morning.run(paris(THURSDAY, 13, 30))
    assert keys(store)[1:] == ["synthese:personne:max:2026-09-03"]


def test_silence_is_kept_when_there_is_nothing_to_say() -> None:
    """Without a line and without having asked for it, nobody gets an empty mail."""
    store = MemoryNotificationStore()
    assert a_morning(store).run(paris(THURSDAY, 8)).messages == 0


def test_an_empty_monday_is_said_to_whoever_asked() -> None:
    """Léa chose Mondays: she reads that nothing is due, and what comes next; Tuesday is silent."""
    far = drf(opens_on=None, prudent=date(2026, 10, 8), strict=None)
    store = MemoryNotificationStore([row(1, far, owner="lea")])
    morning = a_morning(store)
    assert morning.run(paris(date(2026, 9, 7), 8)).messages == 1
    message = store.letters[0]
    assert message.recipient == "personne:lea"
    text = body(message.content, "plain").replace("\u00a0", " ")
    assert "Rien avant jeudi 8 octobre 2026" in text
    assert morning.run(paris(date(2026, 9, 8), 8)).messages == 0


def test_a_busy_monday_is_an_ordinary_digest() -> None:
    """With something to do, the chosen weekday changes nothing."""
    store = MemoryNotificationStore([row(deadline=target(prudent=date(2026, 9, 7)), owner="lea")])
    a_morning(store).run(paris(date(2026, 9, 7), 8))
    assert "1 aujourd’hui" in store.letters[0].subject.replace("\u00a0", " ")


def test_one_pass_serves_everybody() -> None:
    """The open deadlines are read once, whatever the number of recipients."""

    class Counting(MemoryNotificationStore):
        passes = 0

        def open_deadlines(self, until: date, opened_after: date) -> Any:
            self.passes += 1
            return super().open_deadlines(until, opened_after)

    store = Counting(
        [
            row(1),
            row(2, ref="CIPI-2026-0002", owner="lea"),
            row(3, ref="CIPI-2026-0003", owner=None),
            row(4, ref="CIPI-2026-0004", agency="pap"),
        ]
    )
    a_morning(store).run(paris(THURSDAY, 14))
    assert store.passes == 1
    assert len(store.letters) == 3


def test_a_settled_morning_asks_nothing_more() -> None:
    """Once the digests of the day are settled, the other beats do not read the outbox."""

    class Asked(MemoryNotificationStore):
        asked = 0

        def has_message(self, key: str) -> bool:
            self.asked += 1
            return super().has_message(key)

    store = Asked([row()])
    morning = a_morning(store)
    morning.run(paris(THURSDAY, 14))
    first = store.asked
    morning.run(paris(THURSDAY, 15))
    assert store.asked == first > 0


def failed_at(store: MemoryNotificationStore, key: str, at: datetime) -> None:
    """Put a message of Zoé's in the outbox that failed at an instant."""
    store.enqueue(make_message(key, created_at=at))
    claimed = store.claim(at, 100, timedelta(minutes=5), "w")
    (message,) = [one for one in claimed if one.key == key]
    store.mark_failed(message.lease, at, "Le destinataire est refusé.")


def test_a_failure_is_told_in_the_next_digest_only() -> None:
    """A mail that failed is told the next morning, to its reader and to her manager, once."""
    store = MemoryNotificationStore()
    failed_at(store, "rappel:1", paris(date(2026, 9, 2), 10))
    morning = a_morning(store)
    morning.run(paris(THURSDAY, 8))
    told = [key for key in keys(store) if key.startswith("synthese")]
    assert told == [
        "synthese:personne:zoe:2026-09-03",
        "synthese:personne:lea:2026-09-03",
        "synthese:agence:dijon:2026-09-03",
    ]
    assert "Le destinataire est refusé." in body(store.letters[1].content, "plain")
    assert morning.run(paris(date(2026, 9, 4), 8)).messages == 0


def test_a_failure_during_a_stop_is_not_forgotten() -> None:
    """After days without the service, the failures since the last digest sent are told."""
    store = MemoryNotificationStore([row(deadline=target(prudent=date(2026, 8, 31)))])
    morning = a_morning(store)
    morning.run(paris(date(2026, 8, 31), 8))
    failed_at(store, "rappel:1", paris(date(2026, 8, 31), 10))
    morning.run(paris(THURSDAY, 8))
    text = body(store.letters[-1].content, "plain")
    assert "Le destinataire est refusé." in text


def test_an_unwritable_digest_hides_no_other() -> None:
    """A bad address costs its owner's digest, once a day, and nobody else's."""
    wrong = Person("zoe", "Zoé", "zoe", "dijon")
    store = MemoryNotificationStore([row(1), row(2, ref="CIPI-2026-0002", owner="lea")])
    morning = a_morning(store, directory=make_directory(zoe=wrong))
    report = morning.run(paris(THURSDAY, 8))
    assert report.messages == 1
    assert "Adresse de courriel illisible" in report.broken[0]
    assert morning.run(paris(THURSDAY, 9)).broken == []


def test_a_deadline_that_cannot_be_placed_is_reported() -> None:
    """A case of an agency that has gone is named in the report."""
    store = MemoryNotificationStore(
        [row(1), row(2, ref="CIPI-2026-0002", agency="fermee", owner=None)]
    )
    report = a_morning(store).run(paris(THURSDAY, 8))
    assert report.messages == 1
    assert "« fermee »" in report.broken[0]


def test_a_digest_asked_by_hand_does_not_wait_for_the_hour() -> None:
    """`synthese --envoyer` sends at once; the morning then has nothing left to send."""
    store = MemoryNotificationStore([row()])
    morning, report = a_morning(store), DigestRoundReport()
    zoe = make_directory().recipient("zoe", "dijon")
    morning.send([zoe], paris(THURSDAY, 6), report)
    morning.send([zoe], paris(THURSDAY, 6, 5), report)
    assert report.messages == 1
    assert a_morning(store).run(paris(THURSDAY, 8)).messages == 0


@pytest.mark.parametrize(
    ("hour", "own", "said"),
    [
        (8, None, ""),
        (11, None, ""),
        (12, None, "Attendue à 07:30, cette synthèse part à 12:00."),
        (21, None, "Attendue à 07:30, cette synthèse part à 21:00."),
        (21, time(14), ""),
    ],
)
def test_a_digest_of_the_morning_that_leaves_later_says_so(
    hour: int, own: time | None, said: str
) -> None:
    """The service comes back after noon with a date of today: the digest leaves, and says at what hour."""
    store = MemoryNotificationStore([row(deadline=target(prudent=THURSDAY))])
    store.choose(Habits("zoe", digest_at=own))
    a_morning(store).run(paris(THURSDAY, hour))
    for version in both(store.letters[0]):
        assert ("cette synthèse part à" in version) is bool(said)
        assert said in version


FRIDAY, SATURDAY, MONDAY = date(2026, 9, 4), date(2026, 9, 5), date(2026, 9, 7)


ON_MONDAY, ON_FRIDAY = target(prudent=MONDAY), target(prudent=FRIDAY)
EARLY, SOON_AFTER = (drf(prudent=FRIDAY, strict=paris(FRIDAY, hour)) for hour in (7, 9))
LOST_TONIGHT = drf(prudent=date(2026, 9, 1), strict=THURSDAY)
OPENS_TODAY = drf(opens_on=THURSDAY, prudent=date(2026, 11, 2), strict=None)
TWO_DAYS = {"days": frozenset({0, 3})}


@pytest.mark.parametrize(
    ("deadline", "day", "hour", "habits", "away", "next_day"),
    [
        (ON_MONDAY, THURSDAY, 12, {}, (), FRIDAY),
        (ON_FRIDAY, THURSDAY, 23, {}, (), FRIDAY),
        (target(prudent=date(2026, 9, 1)), THURSDAY, 21, {}, (), FRIDAY),
        (ON_MONDAY, FRIDAY, 14, {}, (), MONDAY),
        (target(prudent=SATURDAY), FRIDAY, 14, {}, (), None),
        (EARLY, THURSDAY, 14, {}, (), None),
        (SOON_AFTER, THURSDAY, 14, {}, (), FRIDAY),
        (LOST_TONIGHT, THURSDAY, 22, {}, (), None),
        (OPENS_TODAY, THURSDAY, 14, {}, (), None),
        (ON_MONDAY, THURSDAY, 14, {"digest_at": time(13)}, (), None),
        (ON_MONDAY, THURSDAY, 14, TWO_DAYS, (), MONDAY),
        (ON_FRIDAY, THURSDAY, 14, TWO_DAYS, (), None),
        (ON_MONDAY, THURSDAY, 14, {}, [Absence("zoe", FRIDAY, FRIDAY)], MONDAY),
        (ON_FRIDAY, THURSDAY, 14, {}, [Absence("zoe", FRIDAY, FRIDAY)], None),
    ],
)
def test_a_missed_morning_waits_for_the_next_unless_a_date_falls_before(
    deadline: Any, day: date, hour: int, habits: dict[str, Any], away: Any, next_day: date | None
) -> None:
    """From noon on, a digest is left to the next one, which says all of it; otherwise it leaves at once."""
    store = MemoryNotificationStore([row(deadline=deadline)])
    store.choose(Habits("zoe", **habits))
    store.leave(*away)
    morning = a_morning(store)
    assert morning.run(paris(day, hour)).messages == (next_day is None)
    if next_day is not None:
        assert a_morning(store).run(paris(day, hour)).messages == 0
        morning.run(paris(next_day, 8))
        (letter,) = [one for one in store.letters if one.recipient == "personne:zoe"]
        assert letter.key == f"synthese:personne:zoe:{next_day}"
        assert deadline.label in body(letter.content, "plain")


def test_the_afternoon_is_that_of_the_agency() -> None:
    """At 13:30 in Paris it is still morning in Guadeloupe: Max reads today, Zoé tomorrow."""
    later = target(prudent=MONDAY)
    rows = [row(1, later), row(2, later, ref="CIPI-2026-0002", owner="max", agency="pap")]
    store = MemoryNotificationStore(rows)
    a_morning(store).run(paris(THURSDAY, 13, 30))
    assert keys(store) == ["synthese:personne:max:2026-09-03"]


@given(st.lists(st.integers(0, 60 * 24 * 21), min_size=1, max_size=30), st.booleans())
def test_at_most_one_digest_a_day_and_none_missed(minutes: list[int], restarts: bool) -> None:
    """Whatever the beats, each working day with a beat between 07:30 and noon has exactly one digest."""
    lines: list[OpenDeadline] = [row(deadline=target(prudent=date(2026, 9, 1)))]
    store = MemoryNotificationStore(lines)
    start = datetime(2026, 9, 1, tzinfo=UTC)
    instants = [start + timedelta(minutes=minute) for minute in sorted(minutes)]
    morning = a_morning(store)
    for now in instants:
        morning = a_morning(store) if restarts else morning
        morning.run(now)
    zone = make_directory().recipient("zoe", "dijon").zone
    expected = {
        f"synthese:personne:zoe:{local.date()}"
        for local in (now.astimezone(zone) for now in instants)
        # Late at noon, the target waits for a morning; on its own day it does not.
        if time(7, 30) <= local.time()
        and (local.time() < time(12) or local.date() == date(2026, 9, 1))
        and PLANNER.calendar("dijon").is_working(local.date())
    }
    assert {key for key in store.outbox if "zoe" in key} == expected
