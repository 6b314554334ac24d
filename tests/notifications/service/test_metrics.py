"""The file of metrics, read back by the library that Prometheus' own tools are made of."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from prometheus_client.parser import text_string_to_metric_families

from notifications.mail.settlement import RelayReport
from notifications.model.announcement import Announcement, Reschedule, Telling
from notifications.model.looks import MailboxLook
from notifications.reminders.round import ReminderRoundReport
from notifications.service.beats import BeatReport, Failure
from notifications.service.metrics import Metrics
from tests.support.notifications import (
    MemoryNotificationStore,
    SetClock,
    armed,
    drf,
    make_message,
    make_planner,
    paris,
    row,
)
from workflow.errors import OutOfReach

NOW = paris(date(2026, 9, 3), 9)
PLANNER = make_planner()


def samples(path: Path) -> dict[str, float]:
    """Return every figure of a file, by its name and labels."""
    text = path.read_text(encoding="utf-8")
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(text):
        assert family.name.startswith("echeancier_")
        assert family.documentation
        for one in family.samples:
            labels = ",".join(f'{name}="{value}"' for name, value in sorted(one.labels.items()))
            found[f"{one.name}{{{labels}}}" if labels else one.name] = one.value
    return found


def a_report(**changes: object) -> BeatReport:
    """Return a beat that did something."""
    report = BeatReport(
        NOW, sweep=ReminderRoundReport(reminders=3), relay=RelayReport(sent=2, deferred=1)
    )
    report.seconds = 0.25
    return replace(report, **changes)


def test_every_beat_writes_what_it_did(tmp_path: Path) -> None:
    """Last beat, its length, its parts, totals that grow, and the outbox as it stands."""
    store = MemoryNotificationStore()
    store.enqueue(make_message("rappel:1", created_at=NOW - timedelta(minutes=7)))
    store.note_look("boite", MailboxLook(None, failure="Panne."), NOW - timedelta(minutes=3))
    path = tmp_path / "echeancier.prom"
    metrics = Metrics(path, store, SetClock(NOW), "0.1.0")
    metrics.began()
    metrics.ended(a_report())
    metrics.ended(a_report(failures=[Failure("relay", "Panne.")]))
    metrics.close()
    found = samples(path)
    assert found['echeancier_build_info{version="0.1.0"}'] == 1
    assert found["echeancier_last_beat_timestamp_seconds"] == NOW.timestamp()
    assert found["echeancier_last_beat_duration_seconds"] == 0.25
    assert found['echeancier_last_beat_part_failed{part="relay"}'] == 1
    assert found['echeancier_last_beat_part_failed{part="sweep"}'] == 0
    assert found["echeancier_beats_total"] == 2
    assert found["echeancier_failed_beats_total"] == 1
    assert found["echeancier_reminders_total"] == 6
    assert found["echeancier_sent_total"] == 4
    assert found["echeancier_deferred_total"] == 2
    assert found['echeancier_outbox_messages{state="en_attente"}'] == 1
    assert found['echeancier_outbox_messages{state="envoye"}'] == 0
    assert found["echeancier_outbox_oldest_waiting_seconds"] == 420
    assert found["echeancier_reminders_overdue"] == 0
    assert found["echeancier_return_mailbox_unread_seconds"] == 180
    assert list(tmp_path.iterdir()) == [path], "nothing is left half written"


def test_rows_that_a_beat_left_untold_are_counted(tmp_path: Path) -> None:
    """What has come due and is still there after the beat is overdue."""
    store = MemoryNotificationStore(armed(PLANNER, row()))
    path = tmp_path / "echeancier.prom"
    Metrics(path, store, SetClock(NOW), "0.1.0").ended(a_report())
    assert samples(path)["echeancier_reminders_overdue"] == 1


def test_the_delay_runs_from_the_time_of_a_reminder_to_its_departure(tmp_path: Path) -> None:
    """Each reminder that left counts once, from when it was planned to when the server took it."""
    (due,) = armed(PLANNER, row())
    store = MemoryNotificationStore([due])
    planned = PLANNER.planned(drf(), "dijon")[0]
    path = tmp_path / "echeancier.prom"
    clock = SetClock(planned.at)
    metrics = Metrics(path, store, clock, "0.1.0")
    message = make_message("rappel:1", created_at=planned.at + timedelta(minutes=3))
    told = tuple(_reminders(store, planned.at))
    move = Reschedule(due.id, planned.at, planned.at, None)
    store.announce([Announcement((move,), (Telling(told, message),))], planned.at)
    sent_at = planned.at + timedelta(minutes=4)
    (claimed,) = store.claim(sent_at, 1, timedelta(minutes=10), "hote:1")
    store.mark_sent(claimed.lease, sent_at, "250 OK")
    clock.now = planned.at + timedelta(minutes=5)
    metrics.ended(a_report())
    metrics.ended(a_report())
    found = samples(path)
    assert found["echeancier_reminder_delay_seconds_count"] == 1
    assert found["echeancier_reminder_delay_seconds_sum"] == 240
    assert found['echeancier_reminder_delay_seconds_bucket{le="60.0"}'] == 0
    assert found['echeancier_reminder_delay_seconds_bucket{le="300.0"}'] == 1
    assert found['echeancier_reminder_delay_seconds_bucket{le="+Inf"}'] == 1


def _reminders(store: MemoryNotificationStore, now: datetime) -> list:  # type: ignore[type-arg]
    from notifications.schedule.planning import Due

    (due,) = store.due(now, 1)
    planned = PLANNER.between(due.deadline, due.agency, due.reminded_until, now)
    return list(Due(due, planned).reminders("personne:zoe"))


def test_what_is_not_known_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its database the file still says that the service beats, and nothing stale."""
    store = MemoryNotificationStore()
    path = tmp_path / "echeancier.prom"
    metrics = Metrics(path, store, SetClock(NOW), "0.1.0")
    metrics.ended(a_report())

    def broken() -> object:
        raise OutOfReach("Base injoignable.")

    monkeypatch.setattr(store, "counts", broken)
    metrics.ended(a_report())
    found = samples(path)
    assert found["echeancier_beats_total"] == 2
    assert not any(name.startswith("echeancier_outbox") for name in found)


def test_a_folder_that_is_not_there_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A file that cannot be written stops no beat; one line when it fails, one when it is back."""
    path = tmp_path / "absent" / "echeancier.prom"
    metrics = Metrics(path, MemoryNotificationStore(), SetClock(NOW), "0.1.0")
    with caplog.at_level(logging.DEBUG):
        metrics.ended(a_report())
        metrics.ended(a_report())
        path.parent.mkdir()
        metrics.ended(a_report())
    told = [one.__dict__["action"] for one in caplog.records]
    assert told == ["metrics_lost", "metrics_back"]
    assert samples(path)["echeancier_beats_total"] == 3


def test_no_label_says_anything_of_anybody(tmp_path: Path) -> None:
    """Labels are a version, parts, states and bounds: never a case, a person or an address."""
    store = MemoryNotificationStore(armed(PLANNER, row()))
    store.enqueue(make_message())
    path = tmp_path / "echeancier.prom"
    Metrics(path, store, SetClock(datetime(2026, 9, 3, 9, tzinfo=UTC)), "0.1.0").ended(a_report())
    text = path.read_text(encoding="utf-8")
    labels = {part.partition("=")[0] for part in text.split("{")[1:] for part in [part]}
    assert labels == {"version", "part", "state", "le"}
    for hidden in ("zoe", "CIPI-2026", "@"):
        assert hidden not in text
