"""The log of the running service, read by people."""

from __future__ import annotations

import json
import logging
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cli.terminal.failures import Doing
from cli.terminal.logs import FrenchFormatter, JsonFormatter
from tests.support.cli import plain


def a_record(
    message: str, *args: object, level: int = logging.INFO, **extra: Any
) -> logging.LogRecord:
    """Return a record made at 08:30 in Paris."""
    record = logging.LogRecord(
        "notifications.service.loop", level, "service.py", 12, message, args, None
    )
    record.__dict__.update(extra)
    record.created = 1_788_244_200.0
    return record


def told(message: str, *args: object, level: int = logging.INFO, **extra: Any) -> str:
    """Return the line of a record."""
    record = a_record(message, *args, level=level, **extra)
    return plain(FrenchFormatter(ZoneInfo("Europe/Paris")).format(record))


def as_json(message: str, *args: object, level: int = logging.INFO, **extra: Any) -> Any:
    """Return the JSON document of a record, which stands on one line."""
    line = JsonFormatter().format(a_record(message, *args, level=level, **extra))
    assert "\n" not in line
    return json.loads(line)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (told("service started", action="service_started"), "Service démarré."),
        (told("service stopped", action="service_stopped"), "Service arrêté."),
        (
            told("beat: …", action="beat", reminders=1, sent=2, failed=0),
            "1 rappel préparé et 2 messages partis.",
        ),
        (told("mail: %s", "Pas maintenant.", action="mail_not_sent"), "Courriel : Pas maintenant."),
        (
            told("sweep failed", action="sweep_failed", error="OSError", where="store.py:4"),
            (
                "Les rappels n’ont pas pu être préparés ; nouvel essai au prochain passage "
                "(pour le support : OSError, store.py:4)."
            ),
        ),
        (
            told("database back", action="database_back", seconds=90),
            "La base répond de nouveau, après 90 s.",
        ),
        (
            told("ping lost", action="ping_lost", error="URLError"),
            "L’adresse de surveillance ne répond plus (URLError) ; le service continue.",
        ),
        (
            told("mail", action="mail", mail=7, kind="rappel", attempt=2, state="envoye", ms=31),
            "Message 7 (rappel) : parti, 2 essais, en 31 ms.",
        ),
        (
            told("Job missed", level=logging.ERROR),
            "Incident technique (pour le support : notifications.service.loop, service.py:12).",
        ),
    ],
)
def test_every_record_is_a_french_sentence(line: str, words: str) -> None:
    """A record becomes one French line that starts with the local date and hour."""
    assert line == f"01/09/2026 à 08:30 {words}"


def test_the_fault_is_told_whole_on_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """Under ECHEANCIER_DEBUG=1 the words of a component are shown as they are."""
    monkeypatch.setenv("ECHEANCIER_DEBUG", "1")
    assert "Job missed" in told("Job missed", level=logging.ERROR)


def test_a_beat_is_one_json_document() -> None:
    """Hour, weight, action and every count, under the names of the record."""
    assert as_json("beat: …", action="beat", reminders=1, sent=2, failed=0, ms=12, failures=0) == {
        "at": "2026-09-01T06:30:00.000+00:00",
        "level": "info",
        "action": "beat",
        "reminders": 1,
        "sent": 2,
        "failed": 0,
        "failures": 0,
        "ms": 12,
    }


def test_a_mail_is_told_by_its_number_alone() -> None:
    """What a mail became is told; its address, subject and case are not, even when they are there."""
    line = as_json(
        "mail", action="mail", mail=7, kind="rappel", attempt=1, state="envoye", ms=31,
        address="zoe@interim.example", subject="Rappel", ref="CIPI-2026-0042",
    )  # fmt: skip
    assert {name: line[name] for name in ("mail", "kind", "attempt", "state", "ms")} == {
        "mail": 7, "kind": "rappel", "attempt": 1, "state": "envoye", "ms": 31,
    }  # fmt: skip
    assert not {"address", "subject", "ref"} & line.keys()


def test_why_mails_do_not_leave_is_part_of_the_json() -> None:
    """The sentence of an outage is passed on, without its template."""
    line = as_json("mail: %s", "Pas maintenant.", action="mail_not_sent", level=logging.WARNING)
    assert (line["level"], line["reason"]) == ("warning", "Pas maintenant.")


def test_a_record_of_a_component_is_told_by_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """The words of another library stay out, unless they are asked for."""
    line = as_json("Job missed", level=logging.ERROR)
    assert line["action"] == "technical"
    assert line["where"] == "notifications.service.loop, service.py:12"
    assert "message" not in line
    monkeypatch.setenv("ECHEANCIER_DEBUG", "1")
    assert as_json("Job missed", level=logging.ERROR)["message"] == "Job missed"


def test_a_command_that_is_named_can_be_typed() -> None:
    """With the configuration of the service: without it, the command would look at another base."""
    doing = Doing(("--config", "/etc/e.toml", "service"))
    line = FrenchFormatter(ZoneInfo("Europe/Paris"), doing.hinted).format(
        a_record("database lost", action="database_lost", reason="Muette.")
    )
    assert "« echeancier --config /etc/e.toml diagnostic »" in plain(line)
