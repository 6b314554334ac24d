"""Figures of the service in a text file, for the collector of Prometheus' node exporter.

A `notifications.service.watch.Watch`, made by `cli.wiring.messaging` when the settings name a file. Written
whole after each beat, then put in the place of the last one, so that nobody reads half of it. Numbers
and states only: no case, person or address ever becomes a label.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, write_to_textfile
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from notifications.model.messages import MessageState, OutboxCounts
from notifications.model.ports import NotificationStore
from notifications.service.beats import PARTS, BeatReport
from notifications.service.watch import Outage
from workflow.errors import EcheancierError
from workflow.ports.stores import Clock

_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86400.0
_BOUNDS = (_MINUTE, 5 * _MINUTE, 15 * _MINUTE, _HOUR, 4 * _HOUR, _DAY, 3 * _DAY, 7 * _DAY)
"""Delays between the time of a reminder and its departure, in seconds."""
_MOST_OVERDUE = 1000
_TOTALS = {
    "reminders": "Reminders prepared by this service.",
    "digests": "Digests prepared by this service.",
    "sent": "Messages handed over by this service.",
    "deferred": "Messages put off by this service.",
    "failed": "Messages refused for good to this service.",
    "beats": "Beats of this service.",
    "failed_beats": "Beats of this service of which a part failed.",
}


class Metrics(Collector):
    """Counts, and writes the file after each beat.

    Args:
        path: the file; its name ends in `.prom`.
        store: the outbox.
        clock: the present.
        version: of the program.
    """

    def __init__(self, path: Path, store: NotificationStore, clock: Clock, version: str) -> None:
        self._path = path
        self._store = store
        self._clock = clock
        self._version = version
        self._totals: Counter[str] = Counter()
        self._last: BeatReport | None = None
        self._ended_at: datetime = clock()
        self._since = self._ended_at
        self._outbox: OutboxCounts | None = None
        self._overdue = 0
        self._unread_since: datetime | None = None
        self._delays = [0] * (len(_BOUNDS) + 1)
        self._delay_sum = 0.0
        self._outage = Outage("metrics")
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)

    def began(self) -> None:
        """Do nothing: the file tells of whole beats."""

    def ended(self, report: BeatReport) -> None:
        """Count a beat and write the file."""
        self._last, self._ended_at = report, self._clock()
        self._totals.update({name: n for name, n in report.counts().items() if name in _TOTALS})
        self._totals.update(beats=1, failed_beats=bool(report.failures))
        try:
            self._read()
        except EcheancierError:
            # The beat has told it; what is not known is left out of the file.
            self._outbox = None
        try:
            write_to_textfile(str(self._path), self._registry)
        except OSError as error:
            self._outage.tell(type(error).__name__)
        else:
            self._outage.tell(None)

    def close(self) -> None:
        """Do nothing: the file stays, and grows old."""

    def collect(self) -> Iterator[Metric]:
        """Yield every figure."""
        yield InfoMetricFamily("echeancier_build", "The program.", {"version": self._version})
        for name, words in _TOTALS.items():
            yield CounterMetricFamily(f"echeancier_{name}", words, self._totals[name])
        if self._last is not None:
            yield from self._of_the_beat(self._last)
        if self._outbox is not None:
            yield from self._of_the_base(self._outbox)
        yield self._histogram()

    def _of_the_beat(self, report: BeatReport) -> Iterator[Metric]:
        at = self._ended_at.timestamp()
        yield GaugeMetricFamily(
            "echeancier_last_beat_timestamp_seconds", "End of the last beat.", at
        )
        yield GaugeMetricFamily(
            "echeancier_last_beat_duration_seconds", "Length of the last beat.", report.seconds
        )
        failed = {failure.part for failure in report.failures}
        parts = GaugeMetricFamily(
            "echeancier_last_beat_part_failed", "1 for a part that failed.", labels=["part"]
        )
        for part in PARTS:
            parts.add_metric([part], part in failed)
        yield parts

    def _of_the_base(self, counts: OutboxCounts) -> Iterator[Metric]:
        messages = GaugeMetricFamily(
            "echeancier_outbox_messages", "Messages of the database.", labels=["state"]
        )
        states = {
            MessageState.WAITING: counts.waiting,
            MessageState.SENT: counts.sent,
            MessageState.UNDELIVERED: counts.undelivered,
            MessageState.FAILED: counts.failed,
            MessageState.SUPERSEDED: counts.superseded,
            MessageState.DROPPED: counts.dropped,
        }
        for state, number in states.items():
            messages.add_metric([state.value], number)
        yield messages
        oldest = counts.oldest_waiting
        age = (self._ended_at - oldest).total_seconds() if oldest is not None else 0.0
        yield GaugeMetricFamily(
            "echeancier_outbox_oldest_waiting_seconds",
            "Age of the oldest message that waits, 0 without any.",
            max(age, 0.0),
        )
        yield GaugeMetricFamily(
            "echeancier_reminders_overdue",
            f"Deadlines that have come due and this beat left untold, {_MOST_OVERDUE} at most.",
            self._overdue,
        )
        since = self._unread_since
        unread = (self._ended_at - since).total_seconds() if since is not None else 0.0
        yield GaugeMetricFamily(
            "echeancier_return_mailbox_unread_seconds",
            "Time since the return mailbox no longer opens, 0 while it does.",
            max(unread, 0.0),
        )

    def _histogram(self) -> Metric:
        buckets, running = [], 0
        for bound, number in zip([*map(str, _BOUNDS), "+Inf"], self._delays, strict=True):
            running += number
            buckets.append((bound, running))
        words = (
            "From the time of a reminder to its departure by mail, nights and week-ends included."
        )
        return HistogramMetricFamily(
            "echeancier_reminder_delay_seconds", words, buckets, self._delay_sum
        )

    def _read(self) -> None:
        self._outbox = self._store.counts()
        mailbox = self._store.mailbox()
        self._unread_since = mailbox.failing_since if mailbox is not None else None
        self._overdue = len(self._store.due(self._ended_at, _MOST_OVERDUE))
        for delay in self._store.delays(self._since):
            seconds = max(delay.total_seconds(), 0.0)
            self._delays[bisect_left(_BOUNDS, seconds)] += 1
            self._delay_sum += seconds
        self._since = self._ended_at
