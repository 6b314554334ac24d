"""A year lived hour by hour: 300 files, people who act or go away, outages; every reminder is accounted for.

The account does not ask the sweep: it is made from the dates that were seen at each change, from what the
planner says of each, and from the hours at which the service was alive; then compared with the rows and
with what the mail server received.
"""

from __future__ import annotations

import random
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from msgspec import Struct, field

from cli.config.configuration import load
from cli.config.places import AgencyDirectory
from cli.main import main
from cli.wiring.container import Container
from notifications.model.preferences import Absence, Delivery, Habits, Preference, Topic
from notifications.schedule.planning import Audience, Planned
from tests.support import settings
from tests.support.smtp import Running, serving
from workflow.case.case import Deadline, Outcome
from workflow.errors import EcheancierError
from workflow.usecases.snooze import Snoozing

PARIS = ZoneInfo("Europe/Paris")
HOUR = timedelta(hours=1)
FIRST = datetime(2026, 1, 5, 0, 5, tzinfo=PARIS)
HOURS = 366 * 24
FILES = 300
TEAM = ("claire", "malik", "zoe", "noah")
MANAGERS = {"malik": "claire", "zoe": "claire", "noah": "malik"}

CONFIG = settings.DATABASE + settings.SMTP + settings.LYON
PERSON = """
[people.{id}]
name = "{id}"
email = "{id}@example.org"
agency = "lyon"
"""

# What a person chose, once and for all: topic and channel.
CHOICES = {
    "zoe": (Preference(Delivery.DIGEST, Topic.OPENING), Preference(Delivery.NONE, Topic.CHASE)),
    "noah": (Preference(Delivery.DIGEST, Topic.LIMIT),),
}

# The usual way of a file: action, facts (given the day and the start), papers.
PATH: tuple[tuple[str, dict[str, int | None], tuple[str, ...]], ...] = (
    ("deposer_drf", {}, ()),
    ("accorder_drf", {"drf_accordee_le": None}, ()),
    (
        "deposer_contrat",
        {},
        ("infos_salarie", "contrat_type_signe", "convention_formation", "programme_formation"),
    ),
    ("accorder_financement", {"fin_formation": 60}, ()),
    ("saisir_presences", {}, ("certificat_realisation", "contrat_mission_signe")),
    ("demander_surcout", {}, ("facture_organisme",)),
    ("cloturer", {"documents_remis_le": None}, ()),
)


class Seen(Struct):
    """What a file awaited from an instant on."""

    at: datetime
    owner: str
    deadlines: dict[str, Deadline]


class Year(Struct, dict=True):
    """An agency that lives through a year; what happened to it is written down as it happens."""

    folder: Path
    server: Running
    chance: random.Random
    now: datetime = FIRST
    history: dict[str, list[Seen]] = field(default_factory=lambda: defaultdict(list))
    starts: dict[str, date] = field(default_factory=dict)
    steps: Counter[str] = field(default_factory=Counter)
    alive: list[datetime] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    acts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        config = self.folder / "config.toml"
        people = "".join(
            PERSON.format(id=one) + (f'manager = "{MANAGERS[one]}"\n' if one in MANAGERS else "")
            for one in TEAM
        )
        text = CONFIG.format(port=self.server.port) + people
        config.write_text(text, encoding="utf-8")
        assert main(("--config", str(config), "init"), clock=lambda: self.now) == 0
        self.configuration = load(config)
        self.places = AgencyDirectory(self.configuration.settings)
        self.container = self._container()
        for person, choices in CHOICES.items():
            self.container.notifications.save_habits(Habits(person, choices), person, self.now)

    def live(self, hours: int, files: int) -> None:
        """Live through some hours, during which so many files are opened."""
        opened = sorted(self.chance.sample(range(hours * 3 // 4), files))
        service_down = self._outages(hours, 6, 60)
        mail_down = self._outages(hours, 5, 30)
        refusing = self._outages(hours, 2, 40)
        for hour in range(hours):
            # An hour of real time: the wall clock jumps over one in March and lives one twice in October.
            self.now = datetime.fromtimestamp(FIRST.timestamp() + hour * 3600, PARIS)
            for _ in range(opened.count(hour)):
                self._try("open", self._open)
            if 8 <= self.now.hour < 19 and self.history:
                self._somebody_acts()
            if hour in service_down:
                if hour + 1 not in service_down:
                    # Started again: a process of its own.
                    self.container.close()
                    self.container = self._container()
                continue
            self._set_server(down=hour in mail_down, refusing=hour in refusing)
            report = self.container.messaging.service.beat()
            assert not report.failures
            assert report.sweep is not None
            assert not report.sweep.broken
            self.alive.append(self.now)
        # What waits still leaves: nobody acts any more.
        self._set_server(down=False, refusing=False)
        for _ in range(80):
            self.now += HOUR
            self.container.messaging.service.beat()
            self.alive.append(self.now)
        self.container.close()

    def _container(self) -> Container:
        return Container(self.configuration, self.places, {}, None, lambda: self.now)

    def _outages(self, hours: int, number: int, longest: int) -> set[int]:
        starts = self.chance.sample(range(hours), number)
        return {first + n for first in starts for n in range(self.chance.randint(1, longest))}

    def _set_server(self, *, down: bool, refusing: bool) -> None:
        behaviour = self.server.behaviour
        behaviour.data_replies[:] = ["451 4.3.0 Try again later"] * 1000 if down else []
        behaviour.refused_recipients.clear()
        if refusing:
            behaviour.refused_recipients["malik@example.org"] = "550 5.1.1 No such user"

    def _somebody_acts(self) -> None:
        drawn = self.chance.random()
        ref = self.chance.choice(list(self.history))
        if drawn < 0.14:
            self._try("advance", lambda: self._advance(ref))
        elif drawn < 0.20:
            self._try("correct", lambda: self._correct(ref))
        elif drawn < 0.26:
            self._try("snooze", lambda: self._snooze(ref))
        elif drawn < 0.28:
            self._try("transfer", lambda: self._transfer(ref))
        elif drawn < 0.30:
            self._try("undo", lambda: self._undo(ref))
        elif drawn < 0.307:
            self._try("absence", self._go_away)

    def _try(self, what: str, act: Any) -> None:
        """Do something that the rules may refuse: people try."""
        try:
            act()
        except EcheancierError:
            return
        self.acts[what] += 1

    def _open(self) -> None:
        start = self.now.date() + timedelta(days=self.chance.randint(20, 150))
        outcome = self.container.cases.open(
            "cipi",
            {"demarrage_formation": f"{start}T09:00"},
            by="claire",
            agency="lyon",
            owner=self.chance.choice(TEAM),
            title="Dossier",
        )
        self.starts[self._saved(outcome)] = start

    def _advance(self, ref: str) -> None:
        action, facts, papers = PATH[min(self.steps[ref], len(PATH) - 1)]
        days = {
            name: self.now.date() if offset is None else self.starts[ref] + timedelta(days=offset)
            for name, offset in facts.items()
        }
        outcome = self.container.cases.advance(
            ref,
            action,
            {name: day.isoformat() for name, day in days.items()},
            by="claire",
            documents=papers,
            comment="passage en force",
            forced=True,
        )
        self._saved(outcome)
        self.steps[ref] += 1
        if action == "accorder_drf":
            self._saved(
                self.container.cases.correct(
                    ref, {"debut_contrat": self.starts[ref].isoformat()}, by="claire"
                )
            )

    def _correct(self, ref: str) -> None:
        start = self.starts[ref] + timedelta(days=self.chance.randint(-10, 25))
        facts = {"demarrage_formation": f"{start}T09:00"}
        outcome = self.container.cases.correct(
            ref, facts, by="claire", comment="date changée", forced=True
        )
        self._saved(outcome)
        self.starts[ref] = start

    def _snooze(self, ref: str) -> None:
        rule = self.chance.choice(sorted(self.history[ref][-1].deadlines) or [""])
        until = self.now.date() + timedelta(days=self.chance.randint(1, 12))
        snoozing = Snoozing(self.container.cases, self.places.planner)
        self._saved(snoozing.snooze(ref, rule, until, "on attend le devis", by="claire"))

    def _transfer(self, ref: str) -> None:
        self._saved(self.container.cases.transfer(ref, by="claire", owner=self.chance.choice(TEAM)))

    def _undo(self, ref: str) -> None:
        self._saved(self.container.cases.undo(ref, by="claire", comment="erreur"))
        self.steps[ref] = max(0, self.steps[ref] - 1)

    def _go_away(self) -> None:
        first = self.now.date() + timedelta(days=self.chance.randint(1, 20))
        person, last = self.chance.choice(TEAM), first + timedelta(days=self.chance.randint(0, 14))
        substitute = self.chance.choice([None, *(one for one in TEAM if one != person)])
        absence = Absence(person, first, last, substitute)
        self.container.notifications.add_absence(absence, person, self.now)
        self.absences.append(absence)

    def _saved(self, outcome: Outcome) -> str:
        saved = self.container.cases.save(outcome)
        ref = saved.after.ref
        case, procedure, _ = self.container.cases.load(ref)
        awaited = {} if procedure.states[case.state].final else dict(case.deadlines)
        self.history[ref].append(Seen(self.now, str(case.owner), awaited))
        return ref

    def rows(self, query: str) -> list[dict[str, Any]]:
        """Read the database behind the program's back."""
        with closing(sqlite3.connect(self.folder / "echeancier.db")) as base:
            base.row_factory = sqlite3.Row
            return [dict(row) for row in base.execute(query)]


class Account:
    """What had to be told, and what could be, by somebody who was not there."""

    def __init__(self, year: Year) -> None:
        self._year = year
        self._planner = year.places.planner
        self.due: dict[tuple[str, str, str, str, Audience], set[str]] = {}
        """Reminders that had to be told, each with the people any of whom may have been told."""
        self.possible: set[tuple[str, str, str, str]] = set()
        """Reminders that could be told."""
        for ref, seen in year.history.items():
            for before, after in zip(seen, [*seen[1:], None], strict=True):
                until = after.at if after else year.now + HOUR
                for deadline in before.deadlines.values():
                    self._segment(ref, before, deadline, until)

    def _segment(self, ref: str, seen: Seen, deadline: Deadline, until: datetime) -> None:
        for planned in self._planner.planned(deadline, "lyon"):
            if planned.at >= until:
                continue
            self.possible.add((ref, deadline.id, planned.value, planned.offset))
            if planned.at <= seen.at:
                # Told under what was seen before, or before the date was known: never owed here.
                continue
            beats = self._beats(planned, until)
            if not beats:
                continue
            key = (ref, deadline.id, planned.value, planned.offset)
            for audience in self._audiences(planned):
                people = {self._told(seen.owner, audience, beat) for beat in beats}
                self.due.setdefault((*key, audience), set()).update(people)

    def _beats(self, planned: Planned, until: datetime) -> list[datetime]:
        """Return when it may have been told, up to the first round in working hours; else nothing."""
        found: list[datetime] = []
        for beat in self._year.alive:
            if planned.at <= beat < until:
                found.append(beat)
                if self._planner.is_open(beat, "lyon"):
                    return found
        return []

    @staticmethod
    def _audiences(planned: Planned) -> tuple[Audience, ...]:
        both = (Audience.OWNER, Audience.MANAGER)
        return both if planned.audience is Audience.BOTH else (planned.audience,)

    def _told(self, owner: str, audience: Audience, at: datetime) -> str:
        """Return who is written to: the person, or whoever stands in, or the agency."""
        person = owner if audience is Audience.OWNER else MANAGERS.get(owner, "")
        seen: set[str] = set()
        while person and person not in seen:
            seen.add(person)
            away = next(
                (a for a in self._year.absences if a.person == person and a.covers(at.date())), None
            )
            if away is None:
                return f"personne:{person}"
            person = away.substitute or MANAGERS.get(person, "")
        return "agence:lyon"


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    """Return the agency at the end of the year."""
    with serving() as server:
        lived = Year(tmp_path_factory.mktemp("annee"), server, random.Random(20260105))
        lived.live(HOURS, FILES)
        yield lived


pytestmark = pytest.mark.slow


def told(year: Year) -> list[dict[str, Any]]:
    """Return every reminder that was told, with the mail that carried it."""
    return year.rows(
        'SELECT c.ref, r.rule, r.value, r."offset", r.recipient, r.channel, r.planned_for,'
        " o.message_id, o.sent_at"
        " FROM reminder r JOIN case_file c ON c.id = r.case_id LEFT JOIN outbox o ON o.id = r.outbox_id"
    )


def test_the_year_was_eventful(year: Year) -> None:
    """The account below means something: every kind of act happened, many times."""
    assert len(year.history) >= FILES * 9 // 10
    assert min(year.acts[what] for what in ("advance", "correct", "snooze", "undo")) >= 20
    assert year.acts["absence"] >= 5


def test_every_reminder_that_was_due_was_told_and_no_other(year: Year) -> None:
    """What the dates called for while the service lived has a row, and no row is without a cause."""
    account = Account(year)
    rows = defaultdict(set)
    for one in told(year):
        rows[one["ref"], one["rule"], one["value"], one["offset"]].add(one["recipient"])

    missing = [due for due, people in account.due.items() if not rows[due[:4]] & people]
    assert missing == []
    assert {key for key, people in rows.items() if people} - account.possible == set()


def test_every_reminder_that_makes_a_mail_ended(year: Year) -> None:
    """Each was sent and received, superseded, or failed and shown; none waits and none vanished."""
    received = Counter(
        str(message_from_bytes(content)["Message-ID"]) for _, content in year.server.accepted
    )
    container = Container(year.configuration, year.places, {}, None, lambda: year.now)
    shown = {failed.id for failed in container.notifications.failures(10_000)}
    container.close()
    mails = year.rows("SELECT * FROM outbox")
    failed = {one["id"] for one in mails if one["failed_at"] is not None}

    assert failed == shown
    assert failed
    ends = ("sent_at", "failed_at", "superseded_at")
    assert [one for one in mails if not any(one[end] for end in ends)] == []
    assert {one["message_id"] for one in mails if one["sent_at"]} == set(received)
    assert set(received.values()) == {1}
    assert all(one["message_id"] for one in told(year) if one["channel"] == Delivery.AT_ONCE)


def test_nobody_is_told_twice(year: Year) -> None:
    """A reminder reaches a person once, and no earlier than it was planned for."""
    identities = Counter(
        (one["ref"], one["rule"], one["value"], one["offset"], one["recipient"])
        for one in told(year)
    )
    assert set(identities.values()) == {1}
    early = [
        one
        for one in told(year)
        if one["sent_at"]
        and datetime.fromisoformat(cast("str", one["sent_at"]))
        < datetime.fromisoformat(cast("str", one["planned_for"]))
    ]
    assert early == []
