"""The beat: every part on its own, a sign of life, a plan made again when the policy changes."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from notifications.digest.round import DigestRound
from notifications.inbox.collecting import Collecting
from notifications.mail.delivery import Unreachable
from notifications.mail.relay import Relay
from notifications.model.looks import MailboxLook, MailboxPlace
from notifications.model.policy import ReminderPolicy
from notifications.model.ports import Heartbeat, Ready, at_once
from notifications.reminders.round import ReminderRound
from notifications.returns.settling import Postmaster
from notifications.schedule.planning import Planner
from notifications.service.beats import BeatReport
from notifications.service.loop import Service, Stop
from tests.support.notifications import (
    LABELS,
    MemoryNotificationStore,
    ScriptedTransport,
    SetClock,
    armed,
    drf,
    make_composer,
    make_directory,
    make_planner,
    paris,
    row,
    target,
)
from workflow.errors import OutOfReach

NOW = paris(date(2026, 9, 3), 9)
PLANNER = make_planner()


def accept(_address: str, _content: bytes) -> str:
    """Accept everything."""
    return "250 OK"


def a_service(
    store: MemoryNotificationStore,
    *,
    planner: Planner = PLANNER,
    transport: ScriptedTransport | None = None,
    clock: Callable[[], datetime] | None = None,
    **options: Any,
) -> Service:
    """Return a whole service around a store."""
    clock, stop = clock or SetClock(NOW), Stop()
    composer, directory = make_composer(planner), make_directory()
    opened = transport or ScriptedTransport(accept)
    return Service(
        ReminderRound(store, planner, composer, directory, stopping=stop),
        DigestRound(store, planner, composer.digest, directory, LABELS),
        Relay(store, lambda: opened, clock, worker="hote:1", stopping=stop),
        store=store,
        planner=planner,
        clock=clock,
        name="hote:1",
        stop=stop,
        **options,
    )


def a_store() -> MemoryNotificationStore:
    """Return a store with one case that has something to say, planned with the usual policy."""
    store = MemoryNotificationStore(armed(PLANNER, row(reminded_until=NOW - timedelta(days=1))))
    store.beat(Heartbeat("hote:0", NOW - timedelta(days=1), PLANNER.fingerprint()))
    return store


def test_a_beat_does_everything_that_is_due() -> None:
    """One beat tells what has come due, sends the digest, empties the outbox, notes the hour."""
    store = a_store()
    transport = ScriptedTransport(accept)
    report = a_service(store, transport=transport).beat()
    assert report.failures == []
    assert report.sweep is not None
    assert report.morning is not None
    assert report.relay is not None
    assert (report.sweep.messages, report.morning.messages, report.relay.sent) == (1, 1, 2)
    assert len(transport.sent) == 2
    assert store.last_beat() == Heartbeat("hote:1", NOW, PLANNER.fingerprint())


def test_a_slow_mail_server_does_not_make_the_service_look_dead() -> None:
    """While a server lets a mail wait, the service goes on giving signs of life."""
    store, clock, before = a_store(), SetClock(NOW), NOW - timedelta(days=1)

    class Slow(ScriptedTransport):
        async def send(self, address: str, content: bytes, ready: Ready = at_once) -> str:
            clock.now += timedelta(minutes=9)
            heard = store.last_beat()
            while heard is not None and heard.at < clock.now:
                # Only the sign of life that is waited for ends this mail.
                await asyncio.sleep(0.001)
                heard = store.last_beat()
            seen.append(heard.at if heard else before)
            return await super().send(address, content, ready)

    seen: list[datetime] = []
    slow = Slow(accept)
    report = a_service(store, transport=slow, clock=clock, every=timedelta(milliseconds=1)).beat()
    assert (report.failures, len(slow.sent)) == ([], 2)
    assert seen == [NOW + timedelta(minutes=9), NOW + timedelta(minutes=18)]


def test_a_return_mailbox_that_hangs_holds_no_beat() -> None:
    """What is due leaves while somebody looks into it; the beat that finds the look done tells of it."""
    store, answers = a_store(), threading.Event()
    looked = MailboxLook(MailboxPlace(7, 3), failure="Boîte de retour : connexion coupée.")

    def hangs(*_: object) -> MailboxLook:
        answers.wait()
        return looked

    service = a_service(store)
    service.collecting = Collecting(
        store, Postmaster(store), "boite", hangs, SetClock(NOW), "hote:1"
    )
    report = service.beat()
    assert (report.failures, report.returns) == ([], None)
    assert report.relay is not None
    assert report.relay.sent == 2
    answers.set()
    report = service.beat(last=True)
    assert report.returns is not None
    assert report.returns.failure == looked.failure


@pytest.mark.parametrize(
    ("method", "part"),
    [("due", "sweep"), ("open_deadlines", "morning"), ("claim", "relay"), ("beat", "heartbeat")],
)
def test_a_part_that_fails_does_not_stop_the_others(
    monkeypatch: pytest.MonkeyPatch, method: str, part: str
) -> None:
    """Whatever breaks, the rest of the beat is done, and the failure is in the report."""
    store = a_store()

    def broken(*_args: object, **_options: object) -> Any:
        raise OutOfReach("Base injoignable : vérifiez le disque.")

    monkeypatch.setattr(store, method, broken)
    report = a_service(store).beat()
    assert [(failure.part, failure.message) for failure in report.failures] == [
        (part, "Base injoignable : vérifiez le disque.")
    ]
    done = {"sweep": report.sweep, "morning": report.morning, "relay": report.relay}
    assert [name for name, value in done.items() if value is None] == (
        [] if part == "heartbeat" else [part]
    )


def test_an_unforeseen_error_is_logged_without_its_text(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The log names the action, the kind of error and the line; never what the error quotes."""
    store = a_store()

    def broken(*_args: object) -> Any:
        raise KeyError("Madame Untel, RQTH")

    monkeypatch.setattr(store, "due", broken)
    with caplog.at_level(logging.DEBUG):
        report = a_service(store).beat()
    assert report.failures[0].message == "Panne imprévue (KeyError) ; prévenez le support."
    assert "Untel" not in caplog.text
    record = next(one for one in caplog.records if one.levelno == logging.ERROR)
    assert record.__dict__["action"] == "sweep_failed"
    assert record.__dict__["error"] == "KeyError"
    assert record.__dict__["where"].startswith("test_loop.py:")


def test_the_logs_name_nobody(caplog: pytest.LogCaptureFixture) -> None:
    """A full day's work is logged in numbers: no case, no person, no address, no title."""
    with caplog.at_level(logging.DEBUG):
        a_service(a_store()).beat()
    logged = " ".join(str(record.__dict__) for record in caplog.records if "beat" in record.name)
    logged += caplog.text
    for hidden in ("CIPI-2026", "zoe", "Zoé", "cariste", "@"):
        assert hidden not in logged
    beat = next(one for one in caplog.records if one.__dict__.get("action") == "beat")
    assert beat.getMessage() == "beat: reminders 1, digests 1, sent 2"


def test_a_quiet_beat_is_not_logged_as_news(caplog: pytest.LogCaptureFixture) -> None:
    """With nothing due, thirty seconds after thirty seconds, the log stays short."""
    store = MemoryNotificationStore()
    with caplog.at_level(logging.INFO):
        a_service(store, clock=SetClock(paris(date(2026, 9, 3), 6))).beat()
    assert [one for one in caplog.records if one.__dict__.get("action") == "beat"] == []


def test_why_mails_do_not_leave_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """An outage of the mail server is a warning with its sentence."""
    closed = Unreachable("Serveur de messagerie smtp.example:587 : connexion refusée.")
    down = ScriptedTransport(accept, closed)
    with caplog.at_level(logging.WARNING):
        report = a_service(a_store(), transport=down).beat()
    assert report.relay is not None
    assert report.relay.deferred == 2
    assert "Serveur de messagerie smtp.example:587 : connexion refusée" in caplog.text


def test_the_plan_is_made_again_when_the_policy_changes() -> None:
    """A policy that differs from the last heartbeat's plans every open deadline again, once."""
    longer = make_planner(ReminderPolicy(offsets=(21, 14, 7, 2, 1)))
    start = paris(date(2026, 7, 1), 12)
    store = MemoryNotificationStore(armed(PLANNER, row(deadline=target())))
    store.beat(Heartbeat("hote:0", start, PLANNER.fingerprint()))
    service = a_service(store, planner=longer, clock=SetClock(start, timedelta(seconds=1)))
    first, second = service.beat(), service.beat()
    assert first.replan is not None
    assert first.replan.changed == 1
    assert second.replan is None
    beat = store.last_beat()
    assert beat is not None
    assert beat.policy == longer.fingerprint()
    assert store.rows[1].next_reminder_at == longer.planned(target(), "dijon")[0].at


def test_the_plan_is_kept_when_nothing_changed() -> None:
    """Restarted with the same policy, the service plans nothing again."""
    assert a_service(a_store()).beat().replan is None


def test_the_first_service_ever_checks_the_plan() -> None:
    """Without any heartbeat the plan is checked once."""
    report = a_service(MemoryNotificationStore(armed(PLANNER, row()))).beat()
    assert report.replan is not None
    assert report.replan.finished


def test_a_plan_cut_short_is_not_noted_as_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """When planning again fails, the heartbeat keeps the old fingerprint and the next beat retries."""
    longer = make_planner(ReminderPolicy(offsets=(21,)))
    store = a_store()
    service = a_service(store, planner=longer, clock=SetClock(NOW, timedelta(seconds=1)))
    genuine = store.all_open

    def broken(*_args: object) -> Any:
        raise OutOfReach("Base injoignable.")

    monkeypatch.setattr(store, "all_open", broken)
    assert [failure.part for failure in service.beat().failures] == ["replan"]
    beat = store.last_beat()
    assert beat is not None
    assert beat.policy == PLANNER.fingerprint()
    monkeypatch.setattr(store, "all_open", genuine)
    assert service.beat().replan is not None
    beat = store.last_beat()
    assert beat is not None
    assert beat.policy == longer.fingerprint()


def test_asked_to_stop_a_beat_begins_no_new_work() -> None:
    """Once stopping is asked, nothing is swept or claimed; the heartbeat is still noted."""
    store = a_store()
    service = a_service(store)
    service.stop.ask()
    report = service.beat()
    assert report.sweep is not None
    assert report.sweep.looked_at == 0
    assert report.relay is not None
    assert report.relay.sent == 0
    beat = store.last_beat()
    assert beat is not None
    assert beat.service == "hote:1"


def test_the_service_beats_until_asked_to_stop() -> None:
    """Started, it beats at once and again; asked to stop, it returns."""
    store = a_store()
    beats: list[int] = []
    service = a_service(store, every=timedelta(seconds=0.01))
    genuine = store.beat

    def counting(beat: Heartbeat, *, forget: bool = True) -> None:
        genuine(beat, forget=forget)
        beats.append(1)
        if len(beats) == 3:
            service.stop.ask()

    store.beat = counting  # type: ignore[method-assign]
    service.run()
    assert len(beats) >= 3


def test_the_house_is_kept_while_it_runs() -> None:
    """What else is to be done each day is done by the service, and its failure is survived."""
    store, kept = a_store(), []

    def housekeeping(now: datetime) -> None:
        kept.append(now)
        service.stop.ask()
        raise OutOfReach("Base injoignable.")

    service = a_service(store, housekeeping=housekeeping)
    service.run()
    assert kept == [NOW]


def test_deadlines_that_move_while_it_runs_are_told() -> None:
    """A deadline opened between two beats is told by the next one, to its owner and to the manager."""
    store = a_store()
    clock = SetClock(NOW)
    service = a_service(store, clock=clock)
    service.beat()
    late = row(2, drf(), ref="CIPI-2026-0099", reminded_until=NOW)
    store.rows[2] = armed(PLANNER, late)[0]
    clock.now = paris(date(2026, 9, 4))
    report = service.beat()
    assert report.sweep is not None
    assert report.sweep.messages == 4


def broken(*_args: object, **_options: object) -> Any:
    """Answer as a database that is away does."""
    raise OutOfReach("Base injoignable : vérifiez le disque.")


def actions(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return the actions that were logged as news, in order."""
    news = (one for one in caplog.records if one.levelno >= logging.INFO)
    return [str(one.__dict__["action"]) for one in news if "action" in one.__dict__]


def test_a_database_that_is_lost_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Lost, nothing else is tried, and the log says so once; back, it says so once and all is done."""
    store, clock = a_store(), SetClock(NOW, timedelta(seconds=1))
    service, genuine = a_service(store, clock=clock), store.last_beat
    with caplog.at_level(logging.DEBUG):
        monkeypatch.setattr(store, "last_beat", broken)
        for _ in range(3):
            report = service.beat()
            assert [failure.part for failure in report.failures] == ["database"]
            assert (report.sweep, report.relay) == (None, None)
        monkeypatch.setattr(store, "last_beat", genuine)
        report = service.beat()
    assert report.failures == []
    assert report.relay is not None
    assert report.relay.sent == 2
    told = actions(caplog)
    assert [one for one in told if one.startswith("database")] == ["database_lost", "database_back"]
    assert "sweep_failed" not in told
    back = next(one for one in caplog.records if one.__dict__.get("action") == "database_back")
    assert back.__dict__["seconds"] > 0


def test_a_clock_set_back_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Set back by an hour it is said once, with by how much; put right by a second, it is not."""
    clock = SetClock(NOW)
    service = a_service(a_store(), clock=clock)
    with caplog.at_level(logging.INFO):
        for step in (timedelta(), timedelta(seconds=-1), timedelta(hours=-1), timedelta()):
            clock.now += step
            service.beat()
    told = [one for one in caplog.records if one.__dict__.get("action") == "clock_set_back"]
    assert [one.__dict__["seconds"] for one in told] == [3600]


def test_a_clock_behind_the_last_sign_of_life_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """A service that starts earlier than the last one beat says that the clock is behind."""
    service = a_service(a_store(), clock=SetClock(NOW - timedelta(days=3)))
    with caplog.at_level(logging.INFO):
        service.beat()
    assert actions(caplog)[0] == "clock_set_back"


class Watcher:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def began(self) -> None:
        """Note a beginning."""
        self.told.append("began")

    def ended(self, report: BeatReport) -> None:
        """Note an end."""
        assert report.seconds > 0
        self.told.append("failed" if report.failures else "ended")

    def close(self) -> None:
        """Note the last of it."""
        self.told.append("closed")


def test_who_watches_is_told_of_every_beat(monkeypatch: pytest.MonkeyPatch) -> None:
    """A beginning and an end for each beat, with what became of it; closed when the service stops."""
    store, watcher = a_store(), Watcher()
    service = a_service(store, watches=[watcher])
    service.beat()
    monkeypatch.setattr(store, "last_beat", broken)
    service.beat()
    service.close()
    assert watcher.told == ["began", "ended", "began", "failed", "closed"]


def test_who_watches_never_fails_a_beat(caplog: pytest.LogCaptureFixture) -> None:
    """Whatever a watch does wrong, the beat is done, succeeds, and the log says what broke."""

    class Broken(Watcher):
        def began(self) -> None:
            raise KeyError("Madame Untel")

        ended = close = broken

    store = a_store()
    service = a_service(store, watches=[Broken()])
    with caplog.at_level(logging.INFO):
        report = service.beat()
        service.close()
    assert report.failures == []
    assert report.relay is not None
    assert report.relay.sent == 2
    assert actions(caplog).count("watch_failed") == 3
    assert "Untel" not in caplog.text
