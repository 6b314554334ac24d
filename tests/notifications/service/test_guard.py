"""The clock before each beat: believed, or everything waits until somebody says so."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from notifications.model.ports import Heartbeat
from notifications.model.sending import Cause, Decision, SendingEvent, held_words
from notifications.service.guard import Guard
from tests.notifications.service.test_loop import PLANNER, a_service, a_store
from tests.support.notifications import PARIS, MemoryNotificationStore, SetClock, paris

NOW = paris(date(2026, 9, 3), 9)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
YEAR = 365 * DAY


class Machine:
    """A machine whose clock a test sets, and whose own count goes on."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now
        self.counted = timedelta(hours=3)

    def ticks(self) -> timedelta:
        """Return the machine's own count."""
        return self.counted

    def spend(self, time: timedelta, clock: timedelta | None = None) -> datetime:
        """Let time pass, as the clock shows it or as it wrongly does; return what it reads."""
        self.counted += time
        self.now += time if clock is None else clock
        return self.now


def a_guard(
    store: MemoryNotificationStore, machine: Machine | None = None, name: str = "a:1"
) -> Guard:
    """Return a guard on a store, with the machine's own count or without."""
    return Guard(store, name, machine.ticks if machine else None)


def beating(*ages: timedelta, now: datetime = NOW) -> MemoryNotificationStore:
    """Return a store where services have beaten so long ago."""
    store = MemoryNotificationStore()
    for number, age in enumerate(ages):
        store.beat(Heartbeat(f"poste:{number}", now - age, ""), forget=False)
    return store


def decide(store: MemoryNotificationStore, what: Decision, at: datetime) -> None:
    """Have a person decide."""
    last = store.sending()
    cause, since = (last.cause, last.since) if last else (None, None)
    store.decide(SendingEvent(at, "zoe", what, cause, since))


def test_a_new_database_has_nothing_to_compare_with() -> None:
    """Nobody has ever beaten: the first beat is done."""
    assert a_guard(MemoryNotificationStore(), Machine()).held(NOW) is None


@pytest.mark.parametrize("leap", [2 * HOUR, DAY, YEAR])
def test_a_clock_that_leaps_holds_everything(leap: timedelta) -> None:
    """Half a minute has passed and the clock says more: nothing leaves, in that service or another."""
    store, machine = beating(MINUTE), Machine()
    guard = a_guard(store, machine)
    assert guard.held(NOW) is None
    now = machine.spend(MINUTE, leap)
    held = guard.held(now)
    assert held is not None
    assert (held.cause, held.since, held.by) == (Cause.LEAP, NOW + MINUTE, "a:1")
    assert guard.held(machine.spend(MINUTE)) == held
    assert a_guard(store, Machine(now), "b:2").held(now) == held
    assert len(store.decided) == 1


@pytest.mark.parametrize("slept", [HOUR, 8 * HOUR, 13 * DAY])
def test_a_machine_that_slept_has_not_leapt(slept: timedelta) -> None:
    """The machine counts asleep as awake: its clock is believed when it wakes."""
    store, machine = beating(MINUTE), Machine()
    guard = a_guard(store, machine)
    guard.held(NOW)
    assert guard.held(machine.spend(slept)) is None


def test_small_corrections_are_no_leap() -> None:
    """A clock that is put forward a little, again and again, is believed."""
    store, machine = beating(MINUTE), Machine()
    guard = a_guard(store, machine)
    assert [guard.held(machine.spend(MINUTE, 20 * MINUTE)) for _ in range(9)] == [None] * 9


def test_an_invented_present_is_compared_with_nothing_of_the_machine() -> None:
    """Without the machine's own count, a day later is a day later, whatever a server says."""
    store = beating(MINUTE)
    store.server = lambda: NOW - YEAR
    guard = a_guard(store)
    assert [guard.held(NOW + day * DAY) for day in range(10)] == [None] * 10


@pytest.mark.parametrize(
    ("age", "held"), [(13 * DAY, False), (14 * DAY, False), (14 * DAY + MINUTE, True), (YEAR, True)]
)
def test_two_weeks_of_silence_hold_everything(age: timedelta, held: bool) -> None:
    """The latest of all services counts; what piled up for longer does not leave by itself."""
    store = beating(age, age + 40 * DAY)
    found = a_guard(store, Machine()).held(NOW)
    assert (found is not None) is held
    if found is not None:
        assert (found.cause, found.since) == (Cause.SILENCE, NOW - age)


def test_signs_of_a_clock_ahead_are_no_signs() -> None:
    """A service that beats next year is not heard: the last true sign is a month old."""
    found = a_guard(beating(-YEAR, 30 * DAY), Machine()).held(NOW)
    assert found is not None
    assert (found.cause, found.since) == (Cause.SILENCE, NOW - 30 * DAY)


@pytest.mark.parametrize("cause", [Cause.LEAP, Cause.SILENCE, Cause.SERVER])
def test_what_a_person_confirms_is_not_held_again(cause: Cause) -> None:
    """Once confirmed, the beats that follow are done, in this service and in one that starts."""
    store, machine = beating(30 * DAY if cause is Cause.SILENCE else MINUTE), Machine()
    guard = a_guard(store, machine)
    behind = YEAR if cause is Cause.SERVER else timedelta(0)
    store.server = lambda: machine.now - behind
    if cause is Cause.LEAP:
        guard.held(NOW)
        machine.spend(MINUTE, 3 * DAY)
    held = guard.held(machine.now)
    assert held is not None
    assert held.cause is cause
    decide(store, Decision.CONFIRMED, machine.now)
    for _ in range(3):
        assert guard.held(machine.spend(MINUTE)) is None
        assert a_guard(store, Machine(machine.now)).held(machine.now) is None
    if cause is Cause.LEAP:
        assert guard.held(machine.spend(MINUTE, DAY)) is not None


@pytest.mark.parametrize("leap", [DAY, 20 * DAY, YEAR])
def test_a_clock_put_right_frees_what_it_held(leap: timedelta) -> None:
    """Nothing was told: back from the reading that held everything, the service goes on by itself."""
    store, machine = beating(MINUTE), Machine()
    guard = a_guard(store, machine)
    guard.held(NOW)
    assert guard.held(machine.spend(MINUTE, leap)) is not None
    assert guard.held(machine.spend(MINUTE, MINUTE - leap)) is None
    assert [one.what for one in store.decided] == [Decision.HELD, Decision.RIGHTED]
    assert guard.held(machine.spend(MINUTE)) is None


def test_a_service_whose_clock_is_right_frees_no_clock_that_is_wrong() -> None:
    """Of two machines on a base, the right one goes on; the one ahead stays held at each beat."""
    store, right, wrong = beating(MINUTE), Machine(), Machine()
    here, there = a_guard(store, right), a_guard(store, wrong, "b:2")
    assert (here.held(NOW), there.held(NOW)) == (None, None)
    wrong.spend(MINUTE, 3 * DAY)
    for _ in range(4):
        assert there.held(wrong.spend(MINUTE)) is not None
        assert here.held(right.spend(MINUTE)) is None


def test_a_silence_is_not_freed_by_a_clock_that_goes_back() -> None:
    """Held after a month, a clock put back by a day leaves the silence as long as it was."""
    store = beating(30 * DAY)
    guard = a_guard(store, Machine())
    held = guard.held(NOW)
    assert held is not None
    again = guard.held(NOW - DAY)
    assert again is not None
    assert again.cause is Cause.SILENCE


def test_a_clock_ahead_of_the_server_s_is_not_believed() -> None:
    """The database's server says another time: both readings are told."""
    store, machine = beating(MINUTE), Machine()
    store.server = lambda: NOW - DAY
    held = a_guard(store, machine).held(NOW)
    assert held is not None
    words = held_words(held, PARIS).replace("\u00a0", " ")
    assert "le 03/09/2026 à 09:00, celle du serveur de la base le 02/09/2026 à 09:00" in words
    store.server = lambda: NOW + DAY
    assert a_guard(beating(MINUTE), machine).held(NOW) is None


@pytest.mark.parametrize("cause", list(Cause))
def test_a_hold_is_told_in_one_sentence(cause: Cause) -> None:
    """Why, both instants, and what to type."""
    event = SendingEvent(NOW + YEAR, "a:1", Decision.HELD, cause, NOW)
    words = held_words(event, PARIS)
    assert words.count(". ") == 0
    assert words.endswith("« echeancier service --confirmer ».")
    assert "03/09/2026" in words
    assert "03/09/2027" in words


def test_a_held_beat_composes_and_sends_nothing() -> None:
    """Only a sign of life is given, and nobody is forgotten by a clock that nobody believes."""
    store = a_store()
    store.beat(Heartbeat("autre:1", NOW, PLANNER.fingerprint()), forget=False)
    machine = Machine(NOW)
    clock = SetClock(NOW)
    guard = Guard(store, "hote:1", machine.ticks, UTC)
    service = a_service(store, clock=clock, guard=guard)
    guard.held(NOW)
    clock.now = machine.spend(MINUTE, YEAR)
    report = service.beat()
    assert [failure.part for failure in report.failures] == ["hold"]
    assert "Envois retenus" in report.failures[0].message
    assert (report.sweep, report.morning, report.relay, store.letters) == (None, None, None, [])
    assert set(store.signs) == {"hote:0", "autre:1", "hote:1"}
    clock.now = machine.spend(MINUTE, MINUTE - YEAR)
    report = service.beat()
    assert report.failures == []
    assert len(store.letters) == 2
    assert store.signs["hote:1"].at == clock.now


def test_a_hold_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    """Held for a hundred beats, the log says it once, and once that it is over."""
    store, clock = a_store(), SetClock(NOW + 20 * DAY)
    service = a_service(store, clock=clock)
    with caplog.at_level("INFO"):
        for _ in range(5):
            service.beat()
        store.decide(SendingEvent(clock.now, "zoe", Decision.CONFIRMED))
        service.beat()
    actions = [one.__dict__.get("action") for one in caplog.records]
    assert [one for one in actions if str(one).startswith("sending")] == [
        "sending_held",
        "sending_freed",
    ]
