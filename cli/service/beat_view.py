"""What one beat of the service did, for `service --une-fois` and the demonstration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any

from cli.shared.picking import picked
from cli.terminal.logs import part_failed
from notifications.digest.round import DigestRoundReport
from notifications.inbox.collecting import Collected
from notifications.mail.settlement import RelayReport
from notifications.model.messages import Departure, MessageKind
from notifications.service.beats import BeatReport
from workflow.text import french

_RELAYED = "sent deferred failed"
_LATE_AFTER = timedelta(hours=1)


def foretold(
    departures: Sequence[Departure], waiting: int, now: datetime, zone: tzinfo
) -> Iterator[str]:
    """Yield how many mails would leave, how late the latest is in the zone, and how many wait."""
    if departures:
        reminders = sum(one.kind is MessageKind.REMINDER for one in departures)
        digests = len(departures) - reminders
        told = french.listing(
            french.count(number, one, many)
            for number, one, many in (
                (reminders, "courriel de rappel", "courriels de rappel"),
                (digests, "synthèse", "synthèses"),
            )
            if number
        )
        people = len({one.recipient for one in departures})
        whom = french.count(people, "destinataire", "destinataires")
        oldest = min(one.planned_for for one in departures)
        late = ""
        if now - oldest > _LATE_AFTER:
            late = f" ; le plus en retard était prévu le {french.moment(oldest.astimezone(zone))}"
        yield f"À envoyer : {told}, à {whom}{late}."
    if waiting:
        yield f"En attente déjà : {french.count(waiting, 'message', 'messages')}."


def foretold_json(departures: Sequence[Departure], waiting: int) -> dict[str, Any]:
    """Return what would leave as JSON values."""
    return {
        "reminders": sum(one.kind is MessageKind.REMINDER for one in departures),
        "digests": sum(one.kind is MessageKind.DIGEST for one in departures),
        "recipients": sorted({one.recipient for one in departures}),
        "oldest": min((one.planned_for for one in departures), default=None),
        "already_waiting": waiting,
    }


def told(report: BeatReport, waiting: int) -> Iterator[str]:
    """Yield what was done and what was not, one line each; a single one when nothing was due."""
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
    lines += came_back(report.returns)
    lines += mails(report.relay, waiting)
    lines += [f"{part_failed(failure.part)}." for failure in report.failures]
    yield from lines or ["Rien n’était dû."]


def came_back(returns: Collected | None) -> Iterator[str]:
    """Yield what was read of the return mailbox, when something was."""
    if returns is not None and returns.messages:
        read = french.count(returns.messages, "message lu", "messages lus")
        bounced = french.count(returns.undelivered, "courriel non remis", "courriels non remis")
        yield f"{read} dans la boîte de retour : {bounced}."


def mails(relay: RelayReport | None, waiting: int) -> Iterator[str]:
    """Yield what became of the mails: gone, refused for good, waiting."""
    if relay is not None and relay.sent:
        yield f"{french.count(relay.sent, 'message parti', 'messages partis')}."
    if relay is not None and relay.failed:
        refused = french.count(relay.failed, "message refusé", "messages refusés")
        yield f"{refused} pour de bon : voyez « echeancier diagnostic »."
    if waiting:
        left = french.count(waiting, "message en attente", "messages en attente")
        yield f"{left} : nouvel essai à un prochain passage du service."


def concerns(report: BeatReport) -> Iterator[str]:
    """Yield what went wrong, one sentence each."""
    yield from (failure.message for failure in report.failures)
    yield from report.unreadable
    if report.sweep is not None:
        yield from (f"{broken.ref} : {broken.reason}" for broken in report.sweep.broken)
    if report.morning is not None:
        yield from report.morning.broken
    if report.returns is not None and report.returns.failure:
        yield report.returns.failure
    if report.relay is not None:
        yield from report.relay.errors


def beat_json(report: BeatReport, waiting: int) -> dict[str, Any]:
    """Return what was done as JSON values."""
    sweep, morning, relay = report.sweep, report.morning, report.relay
    return {
        "at": report.at,
        "reminders": sweep.reminders if sweep else 0,
        "reminder_messages": sweep.messages if sweep else 0,
        "held": sweep.held if sweep else 0,
        "digests": morning.messages if morning else 0,
        "returns": report.returns.messages if report.returns else 0,
        "undelivered": report.returns.undelivered if report.returns else 0,
        **picked(relay or RelayReport(), _RELAYED),
        "waiting": waiting,
        "failed_parts": [failure.part for failure in report.failures],
        "concerns": list(concerns(report)),
    }


def sending_json(morning: DigestRoundReport, relay: RelayReport, waiting: int) -> dict[str, Any]:
    """Return what `synthese --envoyer` did as JSON values."""
    return {
        "digests": morning.messages,
        **picked(relay, _RELAYED),
        "waiting": waiting,
        "concerns": [*morning.broken, *relay.errors],
    }
