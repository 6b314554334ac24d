"""Sends each recipient their digest, once on each of their working mornings.

Called by `notifications.service` at every beat, and by `echeancier synthese --envoyer`. What was sent
is read from the outbox, whose key allows one digest a day: a service that starts late sends it then,
and one that restarts does not send it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Protocol

from notifications.digest import Digest, digest_key
from notifications.gathering import LOOKAHEAD_DAYS, Gathering, failures_for
from notifications.labels import Labels
from notifications.planning import Planner
from notifications.ports import FailedMessage, NotificationStore, OutgoingMessage
from workflow.errors import EcheancierError
from workflow.people import Directory, Recipient

_FAILURES_READ = 200
_MORNINGS_BACK = 10
"""Working mornings searched for the last digest, to tell the failures that came after it."""


class DigestComposer(Protocol):
    """Writes the mail of a digest."""

    def digest(self, digest: Digest, now: datetime) -> OutgoingMessage:
        """Return the message, or raise an `EcheancierError` when it cannot be written."""


@dataclass(slots=True)
class MorningReport:
    """What a round of digests did."""

    messages: int = 0
    """Digests that entered the outbox."""
    broken: list[str] = field(default_factory=list)
    """One French sentence for each digest, or deadline, that could not be written."""


class Morning:
    """Sends the digests that are due.

    Args:
        store: the open deadlines, the failures, the outbox.
        planner: working days and zones of the agencies.
        composer: writes the mails.
        directory: the recipients, and who is told about each case.
        labels: names of the procedures.
        at: local time from which the digest of a day is sent.
    """

    def __init__(
        self,
        store: NotificationStore,
        planner: Planner,
        composer: DigestComposer,
        directory: Directory,
        labels: Labels,
        *,
        at: time = time(7, 30),
    ) -> None:
        self._store = store
        self._planner = planner
        self._composer = composer
        self._directory = directory
        self._labels = labels
        self._at = at
        # Saves asking the outbox again at every beat; the outbox alone decides.
        self._settled: dict[str, date] = {}

    def run(self, now: datetime) -> MorningReport:
        """Send the digests whose hour has come and that have not been sent today."""
        report = MorningReport()
        recipients = [one for one in self._directory.recipients() if self._is_due(one, now)]
        if recipients:
            self.send(recipients, now, report)
        return report

    def send(self, recipients: Sequence[Recipient], now: datetime, report: MorningReport) -> None:
        """Send some recipients their digest of the day, whatever the hour, at most once."""
        gathering = self._gather(recipients, now)
        gathering.read(self._store.open_deadlines(gathering.until()))
        failures = self._store.failures(_FAILURES_READ)
        digests = [gathering.digest(one, self._news(one, now, failures)) for one in recipients]
        report.broken.extend(gathering.broken)
        for digest in self._with_next(digests, now):
            self._deliver(digest, now, report)

    def _deliver(self, digest: Digest, now: datetime, report: MorningReport) -> None:
        try:
            if not digest.is_empty or self._wants_empty(digest):
                report.messages += self._store.enqueue(self._composer.digest(digest, now))
        except EcheancierError as error:
            report.broken.append(error.message)
        # Also when it cannot be written: said once a day, not at every beat.
        self._settled[digest.recipient.id] = digest.day

    def _is_due(self, recipient: Recipient, now: datetime) -> bool:
        local = now.astimezone(recipient.zone)
        if local.time() < self._at or self._settled.get(recipient.id) == local.date():
            return False
        working = self._planner.calendar(recipient.agency).is_working(local.date())
        if working and not self._store.has_message(digest_key(recipient.id, local.date())):
            return True
        self._settled[recipient.id] = local.date()
        return False

    def _with_next(self, digests: Sequence[Digest], now: datetime) -> list[Digest]:
        """Return the digests, the empty ones that will be sent naming the next date to come."""
        empty = [one.recipient for one in digests if one.is_empty and self._wants_empty(one)]
        if not empty:
            return list(digests)
        ahead = self._gather(empty, now)
        ahead.read(self._store.open_deadlines(ahead.until(LOOKAHEAD_DAYS)))
        named = {one.id: ahead.digest(one) for one in empty}
        return [named.get(one.recipient.id, one) for one in digests]

    def _news(
        self, recipient: Recipient, now: datetime, failures: Sequence[FailedMessage]
    ) -> tuple[FailedMessage, ...]:
        """Return the failures a recipient has not been told of yet."""
        mine = failures_for(recipient, failures, self._directory)
        if not mine:
            return ()
        since = self._last_digest(recipient, now)
        return tuple(failed for failed in mine if failed.failed_at >= since)

    def _last_digest(self, recipient: Recipient, now: datetime) -> datetime:
        """Return when the last digest was due that was sent, or how far back failures are told."""
        calendar = self._planner.calendar(recipient.agency)
        day: date = now.astimezone(recipient.zone).date()
        for _ in range(_MORNINGS_BACK):
            day = calendar.back(day, 1)
            if self._store.has_message(digest_key(recipient.id, day)):
                break
        return datetime.combine(day, self._at, recipient.zone)

    def _gather(self, recipients: Sequence[Recipient], now: datetime) -> Gathering:
        return Gathering(recipients, now, self._planner, self._directory, self._labels)

    @staticmethod
    def _wants_empty(digest: Digest) -> bool:
        return digest.day.weekday() in digest.recipient.empty_digest_days
