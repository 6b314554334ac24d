"""Everything that composes and sends mail, joined: digests, reminders, relay, service.

Made by `cli.wiring.container` when a command wants to write or send, so that the others start without the
templates, the scheduler and the mail library. Knows the store through its port.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from secrets import token_hex

from cli.config.configuration import Configuration
from cli.config.credentials import Credentials
from cli.config.places import AgencyDirectory
from cli.terminal.spelling import line_of
from cli.wiring import mailing
from notifications.digest.compiling import Compiler
from notifications.digest.model import Digest
from notifications.digest.round import DayCalendar, DigestRound, DigestRoundReport
from notifications.mail.relay import Relay
from notifications.mail.settlement import RelayReport
from notifications.model.messages import Departure
from notifications.model.ports import NotificationStore, Transport
from notifications.model.procedure_names import Labels
from notifications.model.sending import Cause, Decision, SendingEvent, held_words
from notifications.people.staff import Staff
from notifications.reminders.renewal import Renewal
from notifications.reminders.round import Broken, ReminderRound
from notifications.rendering.composer import Composer
from notifications.service.guard import Guard, Ticks
from notifications.service.loop import Service, Stop
from notifications.service.watch import Watch
from workflow.case.people import Recipient
from workflow.errors import Refused


class Messaging:
    """What writes and sends.

    Args:
        configuration: settings and where they come from.
        credentials: login of the mail server.
        places: agencies, people and their days.
        labels: what mails call things.
        store: gives the rows behind reminders and mails, once they are wanted.
        clock: source of the present.
        watches: gives those who are told of every beat, none for a dry run.
        calendar: writes the dates of a day as a calendar, for the digests that carry one.
        hurry: has a silent database given up soon, once stopping was asked.
        verify: looks through the whole database, once a day.
        ticks: the machine's own count, None when the present is invented.
        sends: False for a dry run, whose relay takes nothing out of the outbox.
    """

    def __init__(
        self,
        configuration: Configuration,
        credentials: Credentials,
        places: AgencyDirectory,
        labels: Labels,
        store: Callable[[], NotificationStore],
        clock: Callable[[], datetime],
        watches: Callable[[NotificationStore], Sequence[Watch]] = lambda _store: (),
        calendar: DayCalendar | None = None,
        hurry: Callable[[], object] = lambda: None,
        verify: Callable[[], object] = lambda: None,
        ticks: Ticks | None = None,
        *,
        sends: bool = True,
    ) -> None:
        self._configuration = configuration
        self._credentials = credentials
        self._places = places
        self._labels = labels
        self._open_store = store
        self._clock = clock
        self._watches = watches
        self._calendar = calendar
        self._hurry = hurry
        self._verify = verify
        self._ticks = ticks
        self._sends = sends

    @property
    def folder(self) -> Path:
        """Return where the `fichier` transport writes."""
        return mailing.folder(self._configuration)

    def check(self) -> str:
        """Return a sentence that says mails can leave, or raise `OutOfReach`."""
        return mailing.check(self._configuration, self._transport)

    @cached_property
    def composer(self) -> Composer:
        """Return what writes mails."""
        mail = self._configuration.settings.mail
        return Composer(
            mailing.sender(mail),
            self._places.planner,
            self._labels,
            line_of,
            self._places.directory,
            contact=mail.contact,
            era=self._era,
        )

    @cached_property
    def stop(self) -> Stop:
        """Return the request to stop that all the parts of the service look at."""
        return Stop(self._hurry)

    @cached_property
    def service(self) -> Service:
        """Return the scheduler."""
        return Service(
            self._sweep,
            self._morning,
            self._relay,
            store=self._store,
            planner=self._places.planner,
            clock=self._clock,
            name=self._name,
            stop=self.stop,
            housekeeping=lambda _now: self._verify(),
            watches=self._watches(self._store),
            guard=Guard(self._store, self._name, self._ticks, self._places.zone(None)),
        )

    def put_aside(self, limit: int) -> list[Broken]:
        """Return the reminders that cannot be told now, and why, of so many rows at most."""
        return self._sweep.put_aside(self._clock(), limit)

    def digests(self, recipients: Sequence[Recipient]) -> list[Digest]:
        """Return the digest of some recipients, as of now; nothing is sent."""
        now = self._clock()
        staff = Staff.of(self._places.directory, self._store, now)
        compiler = Compiler(
            self._store,
            self._places.planner,
            self._labels,
            at=self._configuration.settings.digest.time,
        )
        return compiler.digests(recipients, now, staff).digests

    def send_digests(
        self, recipients: Sequence[Recipient]
    ) -> tuple[DigestRoundReport, RelayReport]:
        """Put some recipients' digest of the day in the outbox, and empty it.

        Raises:
            Refused: when sending is held.
        """
        last = self._store.sending()
        if last is not None and last.holds:
            raise Refused(held_words(last, self._places.zone(None)))
        report = DigestRoundReport()
        self._morning.send(recipients, self._clock(), report)
        return report, self._relay.run_once()

    def _era(self) -> int:
        return self._store.era()

    @cached_property
    def _store(self) -> NotificationStore:
        return self._open_store()

    @cached_property
    def _transport(self) -> Callable[[], Transport]:
        return mailing.transport(self._configuration, self._credentials)

    @cached_property
    def _sweep(self) -> ReminderRound:
        return ReminderRound(
            self._store,
            self._places.planner,
            self.composer,
            self._places.directory,
            stopping=self.stop,
        )

    @cached_property
    def _morning(self) -> DigestRound:
        return DigestRound(
            self._store,
            self._places.planner,
            self.composer.digest,
            self._places.directory,
            self._labels,
            at=self._configuration.settings.digest.time,
            calendar=self._calendar,
        )

    @cached_property
    def _name(self) -> str:
        """Return the name of this program among those of a base: two containers may be one `HOST:PID`."""
        return f"{socket.gethostname()}:{os.getpid()}:{token_hex(4)}"

    @cached_property
    def _relay(self) -> Relay:
        places, mail = self._places, self._configuration.settings.mail
        return Relay(
            self._store,
            self._transport,
            self._clock,
            worker=self._name,
            renew=Renewal(self._store, places.planner, self.composer, places.directory).renew,
            connections=mail.connections,
            per_minute=mail.per_minute,
            lease=mailing.lease(mail),
            answer_within=timedelta(seconds=mail.answer_timeout_seconds),
            stopping=self.stop if self._sends else lambda: True,
        )


class DryRun:
    """A dry run: what writes mails, in a transaction that is undone.

    Args:
        store: in that transaction.
        messaging: on that store, sending nothing.
        now: the present (aware), which is believed to be right.
    """

    def __init__(self, store: NotificationStore, messaging: Messaging, now: datetime) -> None:
        self.store = store
        self.messaging = messaging
        self.waiting = store.counts().waiting
        """Messages that waited already."""
        self._last = store.last_message()
        # It tells what would leave also while sending is held, as if somebody had let it go on.
        server = store.server_time()
        store.decide(SendingEvent(now, "", Decision.CONFIRMED, Cause.SERVER, server))

    def departures(self) -> list[Departure]:
        """Return what has entered the outbox meanwhile, and would leave."""
        return self.store.departures(self._last)
