"""A notification store in memory, and the small world that the tests of notifications speak of.

`MemoryNotificationStore` is the store itself on a database in memory, whose schema is made once: nothing of
what it promises is told again. Everything is dated by its arguments.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import (
    Callable,
    Iterable,
    Iterator,
    MutableMapping,
    Sequence,
)
from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Engine, func, literal_column, select

from cli.terminal.spelling import line_of
from db.cases import mapping
from db.connection.engine import reading, writing
from db.mail.store import SqlNotificationStore
from db.readers.loads import keep
from db.schema.deadline_tables import deadline
from db.schema.mail_tables import (
    WAITING,
    digest_figure,
    letter,
    outbox,
    reminder,
    sending_event,
)
from db.schema.tables import case_file, journal
from notifications.digest.gathering import Gathering, failures_for
from notifications.digest.model import Digest
from notifications.mail.mime import Mailbox
from notifications.model.happenings import Figures, Happening
from notifications.model.messages import (
    FailedMessage,
    MessageKind,
    OutgoingMessage,
)
from notifications.model.policy import ReminderPolicy
from notifications.model.ports import Heartbeat, Ready, at_once
from notifications.model.preferences import Absence, Habits
from notifications.model.procedure_names import NextAct, ProcedureLabels
from notifications.people.readers import Readers
from notifications.people.staff import Staff
from notifications.rendering.composer import Composer
from notifications.schedule.planning import Planner
from tests.support.cases import varied
from tests.support.memory import database
from workflow.calendar.calendars import Closure, WorkingCalendar
from workflow.case.case import Alert, Case, Change, Dates, Deadline, Entry, Explanation, Subject
from workflow.case.people import Agency, Directory, Person, Recipient
from workflow.operations import operations
from workflow.ports.stores import OpenDeadline
from workflow.rules.deadline_rules import Kind
from workflow.rules.fact_specs import Source

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
            "drf": (NextAct("Saisir la DRF", operations.ADVANCE, "deposer_drf"),),
            "remise_documents": (
                NextAct(
                    "Remise faite",
                    operations.CORRECT,
                    told={operations.FACTS: {"documents_remis_le": "AAAA-MM-JJ"}},
                ),
            ),
        },
    )
}


def make_composer(planner: Planner | None = None) -> Composer:
    """Return the composer of the tests."""
    return Composer(SENDER, planner or make_planner(), LABELS, line_of, make_directory())


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


_MOVED = drf().dates, drf(prudent=date(2026, 9, 2)).dates
"""Dates before and after."""


class Awaited(MutableMapping[int, OpenDeadline]):
    """The deadlines that are awaited, by key; the attributes of a case are those of its last row."""

    def __init__(self, store: MemoryNotificationStore) -> None:
        self._store = store

    def _all(self) -> dict[int, OpenDeadline]:
        return {row.id: row for row in self._store.all_open(-1, 100_000)}

    def __getitem__(self, id_: int) -> OpenDeadline:
        return self._all()[id_]

    def __iter__(self) -> Iterator[int]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def __delitem__(self, id_: int) -> None:
        with writing(self._store.engine) as connection:
            connection.execute(deadline.delete().where(deadline.c.id == id_))

    def __setitem__(self, id_: int, one: OpenDeadline) -> None:
        with writing(self._store.engine) as connection:
            case_id = case_key(connection, case_values(one))
            connection.execute(deadline.delete().where(deadline.c.id == id_))
            connection.execute(deadline.insert().values(case_id=case_id, **deadline_values(one)))

    def fill(self, rows: Iterable[OpenDeadline]) -> None:
        """Put deadlines where there is none, all at once."""
        awaited = {one.id: one for one in rows}.values()
        cases = {one.ref: case_values(one) for one in awaited}
        keys = {ref: key for key, ref in enumerate(cases, 1)}
        if not cases:
            return
        with writing(self._store.engine) as connection:
            files = [{"id": keys[ref], **row} for ref, row in cases.items()]
            connection.execute(case_file.insert(), files)
            found = [{"case_id": keys[one.ref], **deadline_values(one)} for one in awaited]
            connection.execute(deadline.insert(), found)


def case_values(one: OpenDeadline) -> dict[str, Any]:
    """Return the row of the case of a deadline."""
    alerts = tuple(Alert(*text.rpartition(" : ")[::2]) for text in one.alerts)
    case = Case(
        one.ref, one.procedure, "2026-01", "FR", one.agency, one.state, OPENED,
        title=one.title, owner=one.owner, alerts=alerts, stake=one.stake, version=1,
    )  # fmt: skip
    return mapping.case_row(case, is_open=True)


def deadline_values(one: OpenDeadline) -> dict[str, Any]:
    """Return the row of a deadline, but for its case."""
    row = mapping.open_row(one.deadline, one.reminded_until, one.next_reminder_at)
    return {"id": one.id, **row}


def case_key(connection: Any, row: dict[str, Any]) -> int:
    """Return the key of the case of a row, written when there is none, brought up to date otherwise."""
    known: int | None = connection.scalar(
        select(case_file.c.id).where(case_file.c.ref == row["ref"])
    )
    if known is None:
        return int(connection.execute(case_file.insert().values(**row)).inserted_primary_key[0])
    connection.execute(case_file.update().where(case_file.c.id == known).values(**row))
    return known


class MemoryNotificationStore(SqlNotificationStore):
    """The store, on a database of its own.

    Args:
        rows: the deadlines that are awaited.
        engine: the database of another of these stores, to share it.
    """

    def __init__(self, rows: Iterable[OpenDeadline] = (), engine: Engine | None = None) -> None:
        self.engine = engine or database()
        super().__init__(self.engine)
        self.due_limits: list[int] = []
        self.server: Callable[[], datetime] | None = None
        self.rows = Awaited(self)
        if engine is None:
            self.rows.fill(rows)
        else:
            self.rows.update((one.id, one) for one in rows)

    def _read(self, statement: Any) -> list[Any]:
        with reading(self.engine) as connection:
            return list(connection.execute(statement))

    def due(self, now: datetime, limit: int) -> list[OpenDeadline]:
        """Return what is due, noting how much was asked for."""
        self.due_limits.append(limit)
        return super().due(now, limit)

    def run(self, statement: Any) -> None:
        """Run a statement, as whoever mends a database does."""
        with writing(self.engine) as connection:
            connection.execute(statement)

    def server_time(self) -> datetime | None:
        """Return the present of the server, when a test gives it one."""
        return self.server() if self.server is not None else None

    @property
    def outbox(self) -> dict[str, Any]:
        """Return the rows of the outbox by key, in the order in which they were put."""
        waiting: Any = literal_column(WAITING).label("waiting")
        rows = self._read(select(outbox, waiting).order_by(outbox.c.id))
        return {row.key: row for row in rows}

    def sheet(self, key: str) -> Any:
        """Return a row of the outbox."""
        return self.outbox[key]

    @property
    def letters(self) -> list[OutgoingMessage]:
        """Return the messages put in the outbox, oldest first."""
        put = select(outbox, letter.c.content).join(letter, letter.c.outbox_id == outbox.c.id)
        return [
            OutgoingMessage(
                row.key, MessageKind(row.kind), row.recipient, row.address, row.subject,
                row.message_id, row.content, row.created_at, row.ref, row.on_behalf_of,
            )
            for row in self._read(put.order_by(outbox.c.id))
        ]  # fmt: skip

    @property
    def reminders(self) -> dict[tuple[str, ...], Any]:
        """Return the reminders that were noted, by what tells them apart."""
        noted = select(reminder, case_file.c.ref).join(
            case_file, case_file.c.id == reminder.c.case_id
        )
        return {
            (row.ref, row.rule, row.value, row.offset, row.recipient): row
            for row in self._read(noted.order_by(reminder.c.id))
        }

    @property
    def signs(self) -> dict[str, Heartbeat]:
        """Return the last sign of life of each service."""
        return {one.service: one for one in self.beats()}

    @property
    def decided(self) -> list[Any]:
        """Return what was decided about sending, oldest first."""
        return self._read(select(sending_event).order_by(sending_event.c.id))

    @property
    def counted(self) -> list[Figures]:
        """What past digests counted."""
        rows = self._read(select(digest_figure).order_by(digest_figure.c.day))
        return [Figures(**row._mapping) for row in rows]

    @counted.setter
    def counted(self, figures: Iterable[Figures]) -> None:
        with writing(self.engine) as connection:
            for one in figures:
                keep(connection, one)

    def choose(self, *habits: Habits) -> None:
        """Note what people chose."""
        for one in habits:
            self.save_habits(one, one.person, OPENED)

    def leave(self, *absences: Absence) -> None:
        """Note who is away."""
        for one in absences:
            self.add_absence(one, one.person, OPENED)

    def tell(self, *happenings: Happening) -> None:
        """Write what happened in the journals of its files."""
        with writing(self.engine) as connection:
            for one in happenings:
                case = Case(
                    one.ref, one.procedure, "2026-01", "FR", one.agency, one.state_to, OPENED,
                    title=one.title, owner=one.owner, version=1,
                )  # fmt: skip
                case_id = connection.scalar(
                    select(case_file.c.id).where(case_file.c.ref == one.ref)
                )
                if case_id is None:
                    case_id = case_key(connection, mapping.case_row(case, is_open=one.is_open))
                elif not one.is_open:
                    closed = case_file.update().where(case_file.c.id == case_id)
                    connection.execute(closed.values(is_open=False))
                last = connection.scalar(
                    select(func.max(journal.c.seq)).where(journal.c.case_id == case_id)
                )
                entry = Entry(
                    (last or 0) + 1, one.kind, one.at, one.by, None, one.state_to, one.action,
                    dates=tuple(Change(Subject.DATES, rule, *_MOVED) for rule in one.moved),
                )  # fmt: skip
                row = mapping.entry_row(entry)
                connection.execute(journal.insert().values(case_id=case_id, **row))


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
