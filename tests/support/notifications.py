"""A notification store in memory, and the small world that the tests of notifications speak of.

`MemoryNotificationStore` keeps the promises of the port (conditional moves, unique reminders and keys,
leases) so that the sweep, the relay and the service are tested without a database. Everything is
dated by its arguments.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from notifications.digest.changes import NEWS
from notifications.digest.gathering import Gathering, failures_for
from notifications.digest.model import Digest
from notifications.mail.mime import Mailbox
from notifications.model.announcement import Announcement, Carried, Reminder, Reschedule, Telling
from notifications.model.happenings import DayLoad, Figures, Happening, Portfolio
from notifications.model.messages import (
    FailedMessage,
    Lease,
    MessageKind,
    OutboxCounts,
    OutgoingMessage,
    QueuedMessage,
)
from notifications.model.policy import ReminderPolicy
from notifications.model.ports import Heartbeat, Ready, at_once
from notifications.model.preferences import Absence, Habits
from notifications.model.procedure_names import NextAct, ProcedureLabels
from notifications.model.sending import LEAP, Decision, SendingEvent
from notifications.people.readers import Readers
from notifications.people.staff import Staff
from notifications.rendering.composer import Composer
from notifications.schedule.planning import Planner
from tests.support.cases import varied
from workflow.calendar.calendars import Closure, WorkingCalendar
from workflow.case.case import Dates, Deadline, Explanation
from workflow.case.people import Agency, Directory, Person, Recipient
from workflow.rules.fact_specs import Source
from workflow.rules.procedure import Kind
from workflow.usecases.ports import OpenDeadline

PARIS = ZoneInfo("Europe/Paris")
GUADELOUPE = ZoneInfo("America/Guadeloupe")
SENDER = Mailbox("Échéancier – Agence de Dijon", "echeancier@interim.example")
OPENED = datetime(2026, 6, 1, 8, tzinfo=UTC)
"""When the cases of the tests were opened."""

QUOTE = "Au plus tôt 2 mois et au plus tard 48 heures avant le démarrage de la formation"
SOURCE = Source("cipi.txt", "597-598", QUOTE, date(2026, 11, 21))
STEPS = (
    "Point de départ : début de la formation, mardi 8 septembre 2026 à 09:00.",
    f"Règle : « {QUOTE} » (cipi.txt, l. 597-598).",
    "Décompte : 48 heures avant donnent le 06/09/2026 à 09:00 ; jours sautés : sam. 05/09/2026.",
    "Résultat : limite prudente le jeudi 3 septembre 2026.",
)

ALERTS = (
    "Durée totale du CIPI : 120 h, sous le minimum de 140 h.",
    "Rémunération du salarié : 1 600 € par mois, sous le minimum garanti.",
    "Statut du salarié : il manque.",
    "Tuteur : aucun n’est nommé.",
)
"""What does not conform in a file of the tests."""


def paris(day: date, hour: int = 9, minute: int = 0, second: int = 0) -> datetime:
    """Return an instant of Paris, in UTC."""
    return datetime.combine(day, time(hour, minute, second), PARIS).astimezone(UTC)


def drf(**changes: Any) -> Deadline:
    """Return the deadline of example E01: a window, an hour rule, a prudent day."""
    known = Deadline(
        id="drf",
        label="Saisir la DRF",
        kind=Kind.REGULATORY,
        dates=Dates(
            opens_on=date(2026, 7, 8),
            strict=datetime(2026, 9, 6, 9, tzinfo=PARIS),
            prudent=date(2026, 9, 3),
        ),
        explanation=Explanation(
            STEPS, SOURCE, "48 heures avant le démarrage", portal="Mon Espace AKTO"
        ),
    )
    return varied(known, **changes)


def reply(**changes: Any) -> Deadline:
    """Return a reply awaited, to be chased on Tuesday 1 September 2026."""
    expected = Dates(expected_at=datetime(2026, 8, 31, 16, tzinfo=PARIS), chase_on=date(2026, 9, 1))
    known = drf(id="reponse_akto", label="Réponse d’AKTO sur la DRF", dates=expected)
    return varied(known, **changes)


def target(**changes: Any) -> Deadline:
    """Return an internal target: no text gives its date."""
    known = drf(
        id="remise_documents",
        label="Remettre au salarié les documents",
        kind=Kind.INTERNAL,
        dates=Dates(prudent=date(2026, 9, 4)),
        portal=None,
    )
    return varied(known, **changes)


def row(id_: int = 1, deadline: Deadline | None = None, **changes: Any) -> OpenDeadline:
    """Return an open deadline of a case that Zoé follows, with nothing told yet."""
    values: dict[str, Any] = {
        "ref": "CIPI-2026-0042",
        "title": "Parcours cariste – été",
        "procedure": "cipi",
        "state": "preparation",
        "agency": "dijon",
        "owner": "zoe",
        "reminded_until": OPENED,
        "next_reminder_at": None,
    }
    return OpenDeadline(id=id_, deadline=deadline or drf(), **(values | changes))


def armed(planner: Planner, *rows: OpenDeadline) -> list[OpenDeadline]:
    """Return rows as the case store writes them: their next reminder already found."""
    return [
        replace(
            one,
            next_reminder_at=planner.next_after(one.deadline, one.agency, one.reminded_until),
        )
        for one in rows
    ]


def make_planner(
    policy: ReminderPolicy | None = None, closures: tuple[Closure, ...] = ()
) -> Planner:
    """Return the planner of two agencies: Dijon, and Pointe-à-Pitre in another zone."""
    return Planner(
        policy or ReminderPolicy(),
        {"dijon": WorkingCalendar("FR", closures), "pap": WorkingCalendar("FR-971")},
        {"dijon": PARIS, "pap": GUADELOUPE},
    )


def make_directory(**changes: Person) -> Directory:
    """Return two agencies and three people; Léa manages Zoé and wants to hear of empty Mondays."""
    people = {
        "zoe": Person("zoe", "Zoé Müller", "zoe@interim.example", "dijon", manager="lea"),
        "lea": Person(
            "lea", "Léa Roy", "lea@interim.example", "dijon", empty_digest_days=frozenset({0})
        ),
        "max": Person("max", "Max Rosier", "max@interim.example", "pap"),
    }
    return Directory(
        {
            "dijon": Agency("dijon", "Agence de Dijon", "dijon@interim.example", "FR", PARIS),
            "pap": Agency("pap", "Agence de PAP", "pap@interim.example", "FR-971", GUADELOUPE),
        },
        people | changes,
    )


LABELS = {
    "cipi": ProcedureLabels(
        "CIPI",
        {
            "drf": (NextAct("Saisir la DRF", ("avancer", "deposer_drf")),),
            "remise_documents": (
                NextAct("Remise faite", ("corriger", "--fait", "documents_remis_le=AAAA-MM-JJ")),
            ),
        },
    )
}


def make_composer(planner: Planner | None = None) -> Composer:
    """Return the composer of the tests."""
    return Composer(SENDER, planner or make_planner(), LABELS, make_directory())


def digest_for(
    reader: Recipient,
    now: datetime,
    rows: Iterable[OpenDeadline],
    *,
    failures: Sequence[FailedMessage] = (),
    staff: Staff | None = None,
) -> Digest:
    """Return the dates and failures of one reader's digest."""
    house = staff or Staff(make_directory())
    gathering = Gathering(Readers([reader], house, now), now, make_planner(), LABELS).read(rows)
    return gathering.digest(reader, failures_for(reader, failures, house, now))


def make_message(key: str = "rappel:1", **changes: Any) -> OutgoingMessage:
    """Return a small message that is ready to leave."""
    name = key.replace(":", ".")
    values: dict[str, Any] = {
        "kind": MessageKind.REMINDER,
        "recipient": "personne:zoe",
        "address": "zoe@interim.example",
        "subject": "Rappel",
        "message_id": f"<{name}@interim.example>",
        "content": (
            f"From: echeancier@interim.example\r\nTo: zoe@interim.example\r\nSubject: {name}\r\n"
            f"Date: Tue, 01 Sep 2026 09:00:00 +0200\r\n"
            f"Message-ID: <{name}@interim.example>\r\n\r\nBonjour\r\n"
        ).encode(),
        "created_at": paris(date(2026, 9, 1)),
    }
    return OutgoingMessage(key=key, **(values | changes))


def read(content: bytes) -> EmailMessage:
    """Return a message as a mail reader sees it."""
    return email.message_from_bytes(content, _class=EmailMessage, policy=email.policy.default)


def body(content: bytes, kind: str) -> str:
    """Return the `plain` or `html` text of a message."""
    part = read(content).get_body((kind,))
    assert part is not None
    return str(part.get_content())


def words(text: str) -> str:
    """Return a text as a reader sees it: no markup, and every space an ordinary one."""
    shown = re.sub(r"<style>.*?</style>|<[^>]+>", " ", text, flags=re.DOTALL)
    return " ".join(unescape(shown).split())


def both(message: OutgoingMessage) -> tuple[str, str]:
    """Return the text and the HTML version, as read."""
    return words(body(message.content, "plain")), words(body(message.content, "html"))


class Sheet(Struct):
    """A row of the outbox."""

    id: int
    message: OutgoingMessage
    next_attempt_at: datetime
    attempts: int = 0
    claims: int = 0
    doubts: int = 0
    leased_until: datetime | None = None
    lease_owner: str | None = None
    sent_at: datetime | None = None
    failed_at: datetime | None = None
    superseded_at: datetime | None = None
    error: str = ""
    answer: str = ""

    @property
    def waiting(self) -> bool:
        """Tell whether it still has to leave."""
        return self.sent_at is None and self.failed_at is None and self.superseded_at is None

    @property
    def abandoned(self) -> bool:
        """Tell whether a relay died with it."""
        return self.claims > self.attempts


class MemoryNotificationStore:
    """Implements `notifications.model.ports.NotificationStore` with dictionaries."""

    def __init__(self, rows: Iterable[OpenDeadline] = ()) -> None:
        self.rows = {one.id: one for one in rows}
        self.reminders: dict[tuple[str, ...], Reminder] = {}
        self.carriers: dict[tuple[str, ...], str] = {}
        """Key of the message that carries each reminder."""
        self.outbox: dict[str, Sheet] = {}
        self.signs: dict[str, Heartbeat] = {}
        self.decided: list[SendingEvent] = []
        self.server: Callable[[], datetime] | None = None
        self.due_limits: list[int] = []
        self.journal: list[Happening] = []
        self.people: list[Habits] = []
        self.away: list[Absence] = []
        self.counted: list[Figures] = []

    @property
    def messages(self) -> list[OutgoingMessage]:
        """Return the messages put in the outbox, oldest first."""
        return [sheet.message for sheet in self.outbox.values()]

    def sheet(self, key: str) -> Sheet:
        """Return a row of the outbox."""
        return self.outbox[key]

    def unreadable(self) -> tuple[str, ...]:
        """Return nothing: what is in memory can be read."""
        return ()

    def due(self, now: datetime, limit: int) -> list[OpenDeadline]:
        """Return open deadlines whose next reminder has come, earliest first."""
        self.due_limits.append(limit)
        due = [(one.next_reminder_at, one.id) for one in self.rows.values() if one.next_reminder_at]
        return [self.rows[id_] for at, id_ in sorted(due) if at <= now][:limit]

    def announce(self, announcements: Sequence[Announcement], now: datetime) -> int:
        """Write announcements; return how many messages entered the outbox."""
        return sum(self._announce(one) for one in announcements)

    def _announce(self, said: Announcement) -> int:
        if not all(self._matches(change) for change in said.reschedules):
            return 0
        for change in said.reschedules:
            self._move(change)
        return sum(self._tell(telling) for telling in said.tellings)

    def _tell(self, telling: Telling) -> bool:
        new = [one for one in telling.reminders if _identity(one) not in self.reminders]
        self.reminders |= {_identity(one): one for one in new}
        if not new or telling.message is None:
            return False
        self.carriers |= {_identity(one): telling.message.key for one in new}
        return self.enqueue(telling.message)

    def _matches(self, change: Reschedule) -> bool:
        known = self.rows.get(change.deadline_id)
        return known is not None and known.next_reminder_at == change.seen

    def _move(self, change: Reschedule) -> None:
        self.rows[change.deadline_id] = replace(
            self.rows[change.deadline_id],
            reminded_until=change.reminded_until,
            next_reminder_at=change.next_reminder_at,
        )

    def enqueue(self, message: OutgoingMessage, figures: Figures | None = None) -> bool:
        """Put a message in the outbox unless its key is there already."""
        if message.key in self.outbox:
            return False
        sheet = Sheet(len(self.outbox) + 1, message, message.created_at)
        self.outbox[message.key] = sheet
        if figures is not None:
            self.counted.append(figures)
        return True

    def has_message(self, key: str) -> bool:
        """Tell whether the outbox has a message under this key."""
        return key in self.outbox

    def claim(
        self, now: datetime, limit: int, lease: timedelta, worker: str
    ) -> list[QueuedMessage]:
        """Lease messages whose turn has come."""
        free = sorted(
            (
                sheet
                for sheet in self.outbox.values()
                if sheet.waiting
                and sheet.next_attempt_at <= now
                and (sheet.leased_until is None or sheet.leased_until <= now)
            ),
            key=lambda sheet: (sheet.next_attempt_at, sheet.id),
        )
        healthy = [sheet for sheet in free if not sheet.abandoned]
        free = healthy[:limit] or sorted(free, key=lambda sheet: sheet.claims)[:1]
        for sheet in free:
            sheet.leased_until, sheet.lease_owner = now + lease, worker
            sheet.claims += 1
        return [
            QueuedMessage(
                sheet.id,
                sheet.message.key,
                sheet.message.kind,
                sheet.message.address,
                sheet.message.message_id,
                sheet.message.content,
                sheet.attempts,
                sheet.message.created_at,
                sheet.claims,
                sheet.message.recipient,
                sheet.message.on_behalf_of,
                sheet.doubts,
                worker,
            )
            for sheet in free
        ]

    def hold(
        self, lease: Lease, now: datetime, lasting: timedelta, accepted: Mapping[Lease, str]
    ) -> bool:
        """Take a lease anew, and mark what was accepted before."""
        for taken, answer in accepted.items():
            self.mark_sent(taken, now, answer)
        held = self._held(lease)
        for sheet in held:
            sheet.leased_until = now + lasting
        return bool(held)

    def mark_sent(self, lease: Lease, now: datetime, answer: str) -> None:
        """Record the server's acceptance."""
        for sheet in self._settled(lease):
            sheet.sent_at, sheet.answer = now, answer

    def mark_deferred(
        self,
        lease: Lease,
        now: datetime,
        next_attempt_at: datetime,
        error: str,
        *,
        in_doubt: bool = False,
    ) -> None:
        """Record a transient failure and when to try again."""
        for sheet in self._settled(lease):
            sheet.next_attempt_at, sheet.error = next_attempt_at, error
            sheet.doubts += in_doubt

    def mark_failed(self, lease: Lease, now: datetime, error: str) -> None:
        """Record a permanent failure."""
        for sheet in self._settled(lease):
            sheet.failed_at, sheet.error = now, error

    def release(self, leases: Sequence[Lease]) -> None:
        """Give back claimed messages that were not attempted."""
        for lease in leases:
            for sheet in self._held(lease):
                sheet.leased_until = sheet.lease_owner = None
                sheet.claims -= 1

    def mark_superseded(self, lease: Lease, now: datetime, reason: str) -> None:
        """Record that a message has no reason left to be sent."""
        for sheet in self._settled(lease):
            sheet.superseded_at, sheet.error = now, reason

    def rewrite(self, lease: Lease, subject: str, content: bytes) -> None:
        """Replace the text of a claimed message."""
        for sheet in self._held(lease):
            sheet.message = replace(sheet.message, subject=subject, content=content)

    def carried(self, message_id: int) -> list[Carried]:
        """Return the reminders of a message, each with its deadline as it stands now."""
        keys = {sheet.id: key for key, sheet in self.outbox.items()}
        told = [
            self.reminders[identity]
            for identity, key in self.carriers.items()
            if key == keys.get(message_id)
        ]
        return [
            Carried(
                one.rule, one.value, one.offset, one.planned_for, self.rows.get(one.deadline_id)
            )
            for one in told
        ]

    def _held(self, lease: Lease) -> list[Sheet]:
        token = lease.message_id, lease.worker, lease.claims
        return [
            sheet
            for sheet in self.outbox.values()
            if (sheet.id, sheet.lease_owner, sheet.claims) == token and sheet.waiting
        ]

    def _settled(self, lease: Lease) -> list[Sheet]:
        held = self._held(lease)
        for sheet in held:
            sheet.attempts += 1
            sheet.leased_until = sheet.lease_owner = None
        return held

    def failures(self, limit: int) -> list[FailedMessage]:
        """Return failed messages, latest first."""
        failed = [sheet for sheet in self.outbox.values() if sheet.failed_at is not None]
        failed.sort(key=lambda sheet: (sheet.failed_at, sheet.id), reverse=True)
        return [
            FailedMessage(
                sheet.id,
                sheet.message.kind,
                sheet.message.ref,
                sheet.message.recipient,
                sheet.message.address,
                sheet.message.subject,
                sheet.failed_at,
                sheet.error,
            )
            for sheet in failed[:limit]
            if sheet.failed_at is not None
        ]

    def counts(self) -> OutboxCounts:
        """Count the outbox."""
        sheets = list(self.outbox.values())
        waiting = [sheet.message.created_at for sheet in sheets if sheet.waiting]
        return OutboxCounts(
            len(waiting),
            sum(sheet.sent_at is not None for sheet in sheets),
            sum(sheet.failed_at is not None for sheet in sheets),
            min(waiting, default=None),
            sum(sheet.superseded_at is not None for sheet in sheets),
        )

    def open_deadlines(self, until: date, opened_after: date) -> Iterator[OpenDeadline]:
        """Yield open deadlines to act on up to a day, then windows that open by then."""
        acts = sorted(self.rows.values(), key=lambda one: (one.deadline.dates.act_on, one.id))
        yield from (one for one in acts if one.deadline.dates.act_on <= until)
        for one in acts:
            opens_on = one.deadline.dates.opens_on
            if one.deadline.dates.act_on <= until or opens_on is None or opens_on > until:
                continue
            if one.alerts or opens_on > opened_after:
                yield one

    def to_come(self, after: date, until: date) -> Generator[OpenDeadline]:
        """Yield what is to act on after a day, up to another, but the replies that others owe."""
        acts = sorted(self.rows.values(), key=lambda one: (one.deadline.dates.act_on, one.id))
        for one in acts:
            if after < one.deadline.dates.act_on <= until and not one.deadline.dates.awaited:
                yield one

    def happenings(self, since: datetime) -> Iterator[Happening]:
        """Yield what is news in the journals since an instant."""
        return (one for one in self.journal if one.at > since and (one.moved or one.kind in NEWS))

    def loads(self, first: date, last: date) -> Iterator[DayLoad]:
        """Yield how many open deadlines there are to act on, by owner, agency and day."""
        days = Counter(
            (one.owner, one.agency, one.deadline.dates.act_on)
            for one in self.rows.values()
            if first <= one.deadline.dates.act_on <= last
        )
        return (DayLoad(*key, count) for key, count in days.items())

    def portfolios(self) -> Iterator[Portfolio]:
        """Yield how many open cases there are, by owner and agency."""
        files = {one.ref: (one.owner, one.agency) for one in self.rows.values()}
        return (Portfolio(*key, count) for key, count in Counter(files.values()).items())

    def replies(self, after: date) -> Iterator[OpenDeadline]:
        """Yield the replies that others owe and that are to be chased after a day."""
        return (
            one
            for one in self.rows.values()
            if one.deadline.dates.awaited and one.deadline.dates.act_on > after
        )

    def figures(self, recipient: str, first: date, last: date) -> list[Figures]:
        """Return what the digests of a recipient counted between two days."""
        return [
            one for one in self.counted if one.recipient == recipient and first <= one.day <= last
        ]

    def habits(self) -> list[Habits]:
        """Return what people chose."""
        return list(self.people)

    def absences(self, until: date | None = None, since: date | None = None) -> list[Absence]:
        """Return the absences that touch a period."""
        return [
            one
            for one in sorted(self.away, key=lambda one: one.first)
            if (until is None or one.first <= until) and (since is None or one.last >= since)
        ]

    def sending(self) -> SendingEvent | None:
        """Return what was last decided about sending."""
        return self.decided[-1] if self.decided else None

    def decide(self, event: SendingEvent) -> None:
        """Keep what is decided about sending."""
        self.decided.append(replace(event, id=len(self.decided) + 1))

    def server_time(self) -> datetime | None:
        """Return the present of the server, when a test gives it one."""
        return self.server() if self.server is not None else None

    def era(self) -> int:
        """Return how many times what was told was taken back."""
        return sum(one.what is Decision.UNTOLD for one in self.decided)

    def beat(self, beat: Heartbeat, *, forget: bool = True) -> None:
        """Record a sign of life, and forget those of a clock that was ahead."""
        self.signs[beat.service] = beat
        if forget:
            kept = self.signs.items()
            self.signs = {name: one for name, one in kept if one.at <= beat.at + LEAP}

    def last_beat(self) -> Heartbeat | None:
        """Return the most recent sign of life."""
        return next(iter(self.beats()), None)

    def beats(self) -> list[Heartbeat]:
        """Return the last sign of life of each service, latest first."""
        return sorted(self.signs.values(), key=lambda beat: beat.at, reverse=True)

    def delays(self, since: datetime) -> list[timedelta]:
        """Return how long after its time each reminder told by mail left."""
        left = {key: self.outbox[sheet].sent_at for key, sheet in self.carriers.items()}
        return [
            at - self.reminders[key].planned_for
            for key, at in left.items()
            if at is not None and at > since
        ]

    def arm(self, deadlines: Sequence[tuple[int, datetime]]) -> None:
        """Set `next_reminder_at` of open deadlines that had none."""
        for id_, instant in deadlines:
            if self.rows[id_].next_reminder_at is None:
                self.rows[id_] = replace(self.rows[id_], next_reminder_at=instant)

    def all_open(self, after_id: int, limit: int) -> list[OpenDeadline]:
        """Return a page of every open deadline by row id."""
        return [self.rows[id_] for id_ in sorted(self.rows) if id_ > after_id][:limit]


def _identity(told: Reminder) -> tuple[str, ...]:
    return (told.ref, told.rule, told.value, told.offset, told.recipient)


class SetClock(Struct):
    """A clock that a test sets."""

    now: datetime
    step: timedelta = timedelta(0)
    """Added after each reading."""

    def __call__(self) -> datetime:
        """Return the instant it is set to."""
        read_at = self.now
        self.now += self.step
        return read_at


Answering = Callable[[str, bytes], str]


class ScriptedTransport:
    """A transport that does what a test says: implements `notifications.model.ports.Transport`."""

    def __init__(self, behaviour: Answering, opening_error: Exception | None = None) -> None:
        self._behaviour = behaviour
        self._opening_error = opening_error
        self.opened = 0
        self.closed = 0
        self.sent: list[tuple[str, bytes]] = []

    async def __aenter__(self) -> ScriptedTransport:
        """Open, or raise what the test asked for."""
        self.opened += 1
        if self._opening_error is not None:
            raise self._opening_error
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Close."""
        self.closed += 1

    async def send(self, address: str, content: bytes, ready: Ready = at_once) -> str:
        """Answer as the test says, noting what was accepted."""
        await ready()
        answer = self._behaviour(address, content)
        self.sent.append((address, content))
        return answer
