"""Everything that composes and sends mail, joined: digests, reminders, relay, service.

Made by `cli.wiring.container` when a command wants to write or send, so that the others start without the
templates, the scheduler and the mail library. Knows the store through its port.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from secrets import token_hex

from cli.config.configuration import Configuration
from cli.config.credentials import Credentials
from cli.config.places import AgencyDirectory
from cli.terminal.spelling import line_of
from cli.wiring import mailing, returning, signin
from notifications.digest.compiling import Compiler
from notifications.digest.model import Digest
from notifications.digest.round import DayCalendar, DigestRound, DigestRoundReport
from notifications.inbox.collecting import Collecting
from notifications.inbox.settings import ImapSettings
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
from notifications.returns.otherwise import Otherwise
from notifications.returns.settling import Postmaster
from notifications.service.guard import Guard, Ticks
from notifications.service.loop import Service, Stop
from notifications.service.watch import Watch
from notifications.signin.tokens import Tokens
from workflow.case.people import Recipient
from workflow.errors import Refused


@dataclass(eq=False)
class Messaging:
    """What writes and sends.

    Args:
        configuration: settings and where they come from.
        credentials: login of the mail server.
        places: agencies, people and their days.
        labels: what mails call things.
        open_store: gives the rows behind reminders and mails, once they are wanted.
        clock: source of the present.
        watches: gives those who are told of every beat.
        calendar: writes the dates of a day as a calendar, for the digests that carry one.
        hurry: has a silent database given up soon, once stopping was asked.
        keep_house: looks through the whole database, and after what was left half done, once a day.
        reveals: tells whether words would reveal why somebody is eligible.
        ticks: the machine's own count, None when the present is invented.
        sends: False for a dry run, whose relay takes nothing out of the outbox.
    """

    configuration: Configuration
    credentials: Credentials
    places: AgencyDirectory
    labels: Labels
    open_store: Callable[[], NotificationStore]
    clock: Callable[[], datetime]
    watches: Callable[[NotificationStore], Sequence[Watch]]
    calendar: DayCalendar
    hurry: Callable[[], object]
    keep_house: Callable[[datetime], object]
    reveals: Callable[[str], bool]
    ticks: Ticks | None
    sends: bool

    @property
    def folder(self) -> Path:
        """Return where the `fichier` transport writes."""
        return mailing.folder(self.configuration)

    def check(self) -> str:
        """Return a sentence that says mails can leave, or raise `OutOfReach`."""
        return mailing.check(self.configuration, self._transport)

    def check_mailbox(self) -> str:
        """Return a sentence that says that the return mailbox opens; raises like it, or `OutOfReach`."""
        return returning.check(self.mailbox) if self.mailbox is not None else ""

    @property
    def skew(self) -> str:
        """Return what the token server told of our clock since it was last asked, or nothing."""
        return self._tokens.skew if self._tokens is not None else ""

    @cached_property
    def composer(self) -> Composer:
        """Return what writes mails."""
        mail = self.configuration.settings.mail
        return Composer(
            mailing.sender(mail),
            self.places.planner,
            self.labels,
            line_of,
            self.places.directory,
            contact=mail.contact,
            era=self._era,
        )

    @cached_property
    def postmaster(self) -> Postmaster:
        """Return what settles the mails that came back."""
        planner, directory = self.places.planner, self.places.directory
        otherwise = Otherwise(self._store, planner, self.composer, directory)
        return Postmaster(self._store, otherwise, self.reveals)

    @cached_property
    def mailbox(self) -> ImapSettings | None:
        """Return the return mailbox, None when none is set; raises like `cli.wiring.returning.mailbox`."""
        return returning.mailbox(self.configuration, self.credentials, self.clock)

    def collecting(self, by: str) -> Collecting | None:
        """Return what reads the return mailbox, None when none is set; raises like `mailbox`.

        Args:
            by: id of the person, or name of the service.
        """
        settings, returns = self.mailbox, self.configuration.settings.mail.returns
        if settings is None or returns is None:
            return None
        return Collecting(
            self._store,
            self.postmaster,
            settings.name,
            returning.looking(settings),
            self.clock,
            by,
            every=timedelta(minutes=returns.every_minutes),
        )

    @cached_property
    def stop(self) -> Stop:
        """Return the request to stop that all the parts of the service look at."""
        return Stop(self.hurry)

    @cached_property
    def service(self) -> Service:
        """Return the scheduler."""
        service = Service(
            self._sweep,
            self._morning,
            self._relay,
            store=self._store,
            planner=self.places.planner,
            clock=self.clock,
            name=self._name,
            stop=self.stop,
            housekeeping=self.keep_house,
            watches=self.watches(self._store),
            guard=Guard(self._store, self._name, self.ticks, self.places.zone(None)),
        )
        if self.sends:
            service.collecting = self.collecting(self._name)
        return service

    def put_aside(self, limit: int) -> list[Broken]:
        """Return the reminders that cannot be told now, and why, of so many rows at most."""
        return self._sweep.put_aside(self.clock(), limit)

    def digests(self, recipients: Sequence[Recipient]) -> list[Digest]:
        """Return the digest of some recipients, as of now; nothing is sent."""
        now = self.clock()
        staff = Staff.of(self.places.directory, self._store, now)
        compiler = Compiler(
            self._store,
            self.places.planner,
            self.labels,
            at=self.configuration.settings.digest.time,
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
            raise Refused(held_words(last, self.places.zone(None)))
        report = DigestRoundReport()
        self._morning.send(recipients, self.clock(), report)
        return report, self._relay.run_once()

    def _era(self) -> int:
        return self._store.era()

    @cached_property
    def _store(self) -> NotificationStore:
        return self.open_store()

    @cached_property
    def _transport(self) -> Callable[[], Transport]:
        return mailing.transport(self.configuration, self.credentials, self._tokens)

    @cached_property
    def _tokens(self) -> Tokens | None:
        return signin.tokens(self.configuration, self.credentials, self.clock)

    @cached_property
    def _sweep(self) -> ReminderRound:
        return ReminderRound(
            self._store,
            self.places.planner,
            self.composer,
            self.places.directory,
            digest_at=self.configuration.settings.digest.time,
            stopping=self.stop,
        )

    @cached_property
    def _morning(self) -> DigestRound:
        return DigestRound(
            self._store,
            self.places.planner,
            self.composer.digest,
            self.places.directory,
            self.labels,
            at=self.configuration.settings.digest.time,
            calendar=self.calendar,
        )

    @cached_property
    def _name(self) -> str:
        """Return the name of this program among those of a base: two containers may be one `HOST:PID`."""
        return f"{socket.gethostname()}:{os.getpid()}:{token_hex(4)}"

    @cached_property
    def _relay(self) -> Relay:
        places, mail = self.places, self.configuration.settings.mail
        return Relay(
            self._store,
            self._transport,
            self.clock,
            worker=self._name,
            renew=Renewal(self._store, places.planner, self.composer, places.directory).renew,
            connections=mail.connections,
            per_minute=mail.per_minute,
            lease=mailing.lease(mail),
            answer_within=timedelta(seconds=mail.answer_timeout_seconds),
            stopping=self.stop if self.sends else lambda: True,
        )


class DryRun:
    """A dry run: what writes mails, in a transaction that is undone; the present is believed to be right."""

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
