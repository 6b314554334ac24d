"""Sends each recipient their digest, once on each of their working mornings.

Called by `notifications.service.loop` at every beat, and by `echeancier synthese --envoyer`. What was sent
is read from the outbox, whose key allows one digest a day: a service that starts late sends it then, or
from noon on leaves it to the next one (`notifications.digest.holding`), and one that restarts does not
send it again. Whoever is away, or has asked for a pause, gets none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time

from msgspec import Struct, field
from msgspec.structs import replace

from notifications.digest.compiling import Compiler
from notifications.digest.holding import held
from notifications.digest.model import Digest, digest_key
from notifications.model.messages import OutgoingMessage
from notifications.model.ports import NotificationStore
from notifications.model.procedure_names import Labels
from notifications.people.mornings import is_missed
from notifications.people.staff import Staff, person_of
from notifications.schedule.planning import Planner
from workflow.case.people import Directory, Recipient
from workflow.errors import EcheancierError

Compose = Callable[[Digest, datetime, bytes | None], OutgoingMessage]
"""Writes the mail of a digest, with the dates of the day as a calendar, or raises an `EcheancierError`."""

DayCalendar = Callable[[Sequence[str], date, datetime], bytes | None]
"""Writes the dates of some people on a day as an iCalendar file; None when they have none."""


class DigestRoundReport(Struct):
    """What a round of digests did."""

    messages: int = 0
    """Digests that entered the outbox."""
    broken: list[str] = field(default_factory=list)
    """One French sentence for each digest, or deadline, that could not be written."""


class DigestRound:
    """Sends the digests that are due.

    Args:
        store: what digests are made of, and the outbox.
        planner: working days and zones of the agencies.
        compose: writes the mails.
        directory: the recipients, and who is told about each case.
        labels: names of the procedures.
        at: local time from which the digest of a day is sent to whoever chose none.
        calendar: writes the dates of the day for those who want them attached; None attaches nothing.
    """

    def __init__(
        self,
        store: NotificationStore,
        planner: Planner,
        compose: Compose,
        directory: Directory,
        labels: Labels,
        *,
        at: time = time(7, 30),
        calendar: DayCalendar | None = None,
    ) -> None:
        self._store = store
        self._calendar = calendar
        self._planner = planner
        self._compose = compose
        self._directory = directory
        self._compiler = Compiler(store, planner, labels, at=at)
        # Saves asking the outbox again at every beat; the outbox alone decides.
        self._settled: dict[str, date] = {}

    def run(self, now: datetime) -> DigestRoundReport:
        """Send the digests whose hour has come and that have not been sent today."""
        report = DigestRoundReport()
        waiting = [one for one in self._directory.recipients() if self._is_waiting(one, now)]
        if waiting:
            staff = Staff.of(self._directory, self._store, now)
            due = [one for one in waiting if self._is_due(one, now, staff)]
            if due:
                digests = self._compiled(due, now, staff, report)
                leaving = [one for one in digests if one.leaves]
                postponed = held(leaving, now, staff, self._compiler, self._planner)
                for digest in digests:
                    if digest.recipient.id in postponed:
                        self._settled[digest.recipient.id] = digest.day
                    else:
                        self._deliver(digest, now, staff, report)
        return report

    def send(
        self, recipients: Sequence[Recipient], now: datetime, report: DigestRoundReport
    ) -> None:
        """Send some recipients their digest of the day, whatever the hour, at most once."""
        staff = Staff.of(self._directory, self._store, now)
        for digest in self._compiled(recipients, now, staff, report):
            self._deliver(digest, now, staff, report)

    def _compiled(
        self,
        recipients: Sequence[Recipient],
        now: datetime,
        staff: Staff,
        report: DigestRoundReport,
    ) -> list[Digest]:
        compiled = self._compiler.digests(
            recipients, now, staff, looks_ahead=lambda digest: digest.leaves
        )
        report.broken.extend(compiled.broken)
        return compiled.digests

    def _deliver(
        self, digest: Digest, now: datetime, staff: Staff, report: DigestRoundReport
    ) -> None:
        try:
            if digest.leaves:
                calendar = self._attached(digest, now, staff)
                told = replace(digest, late=self._late(digest, now, staff))
                message = self._compose(told, now, calendar)
                figures = digest.trend.now if digest.trend is not None else None
                report.messages += self._store.enqueue(message, figures)
        except EcheancierError as error:
            report.broken.append(error.message)
        # Also when it cannot be written: said once a day, not at every beat.
        self._settled[digest.recipient.id] = digest.day

    def _late(self, digest: Digest, now: datetime, staff: Staff) -> str:
        """Return what says that a digest of the morning leaves later in the day; empty when it does not."""
        reader = digest.recipient
        hour, local = self._compiler.hour(reader, staff), now.astimezone(reader.zone).time()
        if not is_missed(hour, local):
            return ""
        return f"Attendue à {hour:%H:%M}, cette synthèse part à {local:%H:%M}."

    def _attached(self, digest: Digest, now: datetime, staff: Staff) -> bytes | None:
        """Return the dates of the day for whoever wants them, those of the absent included."""
        reader = digest.recipient
        if self._calendar is None or not staff.habits(reader).with_calendar:
            return None
        followed = [
            id_
            for id_, person in self._directory.people.items()
            if staff.told(id_, person.agency, now).recipient.id == reader.id
        ]
        return self._calendar(followed, digest.day, now)

    def _is_waiting(self, recipient: Recipient, now: datetime) -> bool:
        """Tell whether a recipient may still have a digest to get today."""
        today = now.astimezone(recipient.zone).date()
        if self._settled.get(recipient.id) == today:
            return False
        return self._planner.calendar(recipient.agency).is_working(today)

    def _is_due(self, recipient: Recipient, now: datetime, staff: Staff) -> bool:
        local, habits = now.astimezone(recipient.zone), staff.habits(recipient)
        if local.time() < self._compiler.hour(recipient, staff):
            return False
        away = staff.absence(person_of(recipient.id), local.date())
        # Not settled: a pause or an absence may be taken back during the day.
        if away is not None or not habits.works_on(local.date()):
            return False
        if staff.is_unreachable(recipient):
            # Whoever is written to instead reads of the same files.
            return False
        if not self._store.has_message(digest_key(recipient.id, local.date())):
            return True
        self._settled[recipient.id] = local.date()
        return False
