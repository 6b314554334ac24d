"""The log of the running service, read by people."""

from __future__ import annotations

import logging
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cli.logs import FrenchFormatter
from tests.support.cli import plain


def told(message: str, *args: object, level: int = logging.INFO, **extra: Any) -> str:
    """Return the line of a record made at 08:30 in Paris."""
    record = logging.LogRecord(
        "notifications.service", level, "service.py", 12, message, args, None
    )
    record.__dict__.update(extra)
    record.created = 1_788_244_200.0
    return plain(FrenchFormatter(ZoneInfo("Europe/Paris")).format(record))


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
            told("Job missed", level=logging.ERROR),
            "Incident technique (pour le support : notifications.service, service.py:12).",
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
