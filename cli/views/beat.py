"""What one beat of the service did, for `service --une-fois` and the demonstration."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from notifications.service import BeatReport
from workflow import french


def told(report: BeatReport) -> Iterator[str]:
    """Yield what was done, one line each; a single one when there was nothing to do."""
    lines = []
    if report.sweep is not None and report.sweep.messages:
        reminders = french.count(report.sweep.reminders, "rappel", "rappels")
        lines.append(
            f"{reminders} en {french.count(report.sweep.messages, 'message', 'messages')}."
        )
    if report.sweep is not None and report.sweep.held:
        held = french.count(report.sweep.held, "échéance attend", "échéances attendent")
        lines.append(f"{held} l’ouverture de l’agence.")
    if report.morning is not None and report.morning.messages:
        digests = french.count(report.morning.messages, "synthèse", "synthèses")
        lines.append(f"{digests} du matin.")
    if report.relay is not None and report.relay.sent:
        lines.append(f"{french.count(report.relay.sent, 'message parti', 'messages partis')}.")
    yield from lines or ["Rien n’était dû."]


def concerns(report: BeatReport) -> Iterator[str]:
    """Yield what went wrong, one sentence each."""
    yield from (failure.message for failure in report.failures)
    if report.sweep is not None:
        yield from (f"{broken.ref} : {broken.reason}" for broken in report.sweep.broken)
    if report.morning is not None:
        yield from report.morning.broken
    if report.relay is not None:
        yield from report.relay.errors


def beat_json(report: BeatReport) -> dict[str, Any]:
    """Return what was done as JSON values."""
    sweep, morning, relay = report.sweep, report.morning, report.relay
    return {
        "at": report.at.isoformat(),
        "reminders": sweep.reminders if sweep else 0,
        "reminder_messages": sweep.messages if sweep else 0,
        "held": sweep.held if sweep else 0,
        "digests": morning.messages if morning else 0,
        "sent": relay.sent if relay else 0,
        "deferred": relay.deferred if relay else 0,
        "failed": relay.failed if relay else 0,
        "concerns": list(concerns(report)),
    }
