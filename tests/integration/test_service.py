"""The service as a process: it finishes what is begun, gives back the rest, and leaves in peace."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
from typing import Any

import pytest

from tests.support.programs import PATIENCE, begun
from tests.support.smtp import Behaviour, Running, serving

PROCESS = """
import json, sys
from datetime import date, timedelta
from notifications.digest.round import DigestRound
from notifications.mail.relay import Relay
from notifications.service.loop import Service, Stop
from notifications.reminders.round import ReminderRound
from notifications.mail.network import Security
from notifications.smtp.transports import SmtpSettings, SmtpTransport
from tests.support.notifications import (
    LABELS, MemoryNotificationStore, SetClock, make_composer, make_directory, make_message,
    make_planner, paris,
)

port, waiting, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
# Tuesday, before the hour of the digest: nothing leaves but the messages that wait.
clock = SetClock(paris(date(2026, 9, 1), 6))
store = MemoryNotificationStore()
for number in range(waiting):
    store.enqueue(make_message(f"rappel:{number}", created_at=clock.now))
planner, stop = make_planner(), Stop()
composer, directory = make_composer(planner), make_directory()
settings = SmtpSettings("127.0.0.1", port, "echeancier@interim.example", Security.NONE)
service = Service(
    ReminderRound(store, planner, composer, directory, stopping=stop),
    DigestRound(store, planner, composer, directory, LABELS),
    Relay(store, lambda: SmtpTransport(settings), clock, worker="hote:1", stopping=stop),
    store=store, planner=planner, clock=clock, name="hote:1", stop=stop,
    every=timedelta(seconds=seconds),
)
beats, beat = [], store.beat
store.beat = lambda sign: (beats.append(1), beat(sign), print("beat", flush=True))
ask = stop.ask
stop.ask = lambda: (ask(), print("asked", flush=True))
service.run()
counts = store.counts()
leased = sum(sheet.lease_owner is not None for sheet in store.outbox.values())
print(json.dumps({"sent": counts.sent, "waiting": counts.waiting, "leased": leased,
                  "beat": store.last_beat() is not None}))
"""


def started(server: Running, waiting: int, seconds: float = 60) -> subprocess.Popen[str]:
    """Start the service with messages that wait."""
    return begun("-W", "error", "-c", PROCESS, str(server.port), str(waiting), str(seconds))


def ended(process: subprocess.Popen[str]) -> dict[str, Any]:
    """Return what the service says of itself once it has left, with code 0 and no complaint."""
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (0, "")
    told: dict[str, Any] = json.loads(out.splitlines()[-1])
    return told


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_stop_it_finishes_the_message_being_sent(number: signal.Signals) -> None:
    """A signal during a message: that one is sent and marked, the others are given back, code 0."""
    with serving(Behaviour(hold=threading.Event())) as server:
        process = started(server, waiting=5)
        assert server.recorder.received.wait(PATIENCE)
        process.send_signal(number)
        assert process.stdout is not None
        assert process.stdout.readline() == "asked\n"
        assert server.behaviour.hold is not None
        server.behaviour.hold.set()
        told = ended(process)
    assert told == {"sent": 1, "waiting": 4, "leased": 0, "beat": True}
    assert len(server.accepted) == 1


def test_asked_to_stop_between_two_beats_it_leaves_at_once() -> None:
    """Idle, the service ends on a signal, having sent everything and noted its heartbeat."""
    with serving() as server:
        process = started(server, waiting=3)
        assert process.stdout is not None
        assert process.stdout.readline() == "beat\n"
        process.send_signal(signal.SIGTERM)
        told = ended(process)
    assert told == {"sent": 3, "waiting": 0, "leased": 0, "beat": True}
    assert len(server.accepted) == 3


def test_it_goes_on_beating_while_the_server_is_down() -> None:
    """A mail server that is down stops neither the beats nor the end of the service."""
    with serving() as server:
        pass
    process = started(server, waiting=2, seconds=0.2)
    assert process.stdout is not None
    assert [process.stdout.readline() for _ in range(3)] == ["beat\n"] * 3
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert "connexion refusée ou coupée" in err
    assert json.loads(out.splitlines()[-1])["waiting"] == 2
