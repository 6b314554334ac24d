"""An agency that lives through a year hour by hour; what happened to it is written down as it happens.

Used by `tests.integration.test_simulated_year`. Real parts: a base, a mail server, a token server.
Longer than 250 lines: what one agency goes through in a year is read in one piece.
"""

from __future__ import annotations

import random
import sqlite3
from collections import Counter, defaultdict
from contextlib import closing
from datetime import date, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from cli.config.configuration import load
from cli.config.places import AgencyDirectory
from cli.main import main
from cli.wiring.container import Container
from notifications.model.preferences import Absence, Delivery, Habits, Preference, Topic
from notifications.service.beats import BeatReport
from tests.support import settings
from tests.support.returns import SERVICE, a_return
from tests.support.smtp import Running
from tests.support.token_server import TokenServer, saying
from workflow.case.case import Deadline, Outcome
from workflow.errors import EcheancierError
from workflow.usecases.snooze import Snoozing

PARIS = ZoneInfo("Europe/Paris")
HOUR = timedelta(hours=1)
FIRST = datetime(2026, 1, 5, 0, 5, tzinfo=PARIS)
HOURS = 366 * 24
FILES = 300
ENOUGH = 2
"""Mails that come back before an address is put aside."""
TEAM = ("claire", "malik", "zoe", "noah")
MANAGERS = {"malik": "claire", "zoe": "claire", "noah": "malik"}

CEILING = 3
SECRET = {"ECHEANCIER_SMTP_CLIENT_SECRET": "s3cr3t"}
SIGN_IN = f"""daily_ceiling = {CEILING}
auth = "oauth2"
provider = "generic"
token_url = "{{url}}/token"
client_id = "appli"
scope = "smtp"
"""
CONFIG = settings.DATABASE + settings.SMTP + SIGN_IN + settings.LYON
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
    """An agency in its year, and what happened to it."""

    folder: Path
    server: Running
    giver: TokenServer
    chance: random.Random
    now: datetime = FIRST
    history: dict[str, list[Seen]] = field(default_factory=lambda: defaultdict(list))
    starts: dict[str, date] = field(default_factory=dict)
    steps: Counter[str] = field(default_factory=Counter)
    alive: list[datetime] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    returned: Counter[str] = field(default_factory=Counter)
    """Mails that came back from each address since somebody verified it."""
    silent: dict[datetime, frozenset[str]] = field(default_factory=dict)
    """People whose address was put aside at each round."""
    ends: dict[str, datetime] = field(default_factory=dict)
    """When each token ends."""
    acts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        config = self.folder / "config.toml"
        people = "".join(
            PERSON.format(id=one) + (f'manager = "{MANAGERS[one]}"\n' if one in MANAGERS else "")
            for one in TEAM
        )
        text = CONFIG.format(port=self.server.port, url=self.giver.base) + people
        self.server.behaviour.open_to = self._opened
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
        without_tokens = self._outages(hours, 4, 30)
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
            self._set_giver(without=hour in without_tokens)
            report = self._beat()
            assert not report.failures
            assert report.sweep is not None
            assert not report.sweep.broken
            self._come_back()
        # What waits still leaves: nobody acts any more.
        self._set_server(down=False, refusing=False)
        self._set_giver(without=False)
        for _ in range(80):
            self.now += HOUR
            self._beat()
        self.container.close()

    def _beat(self) -> BeatReport:
        self.silent[self.now] = frozenset(
            one for one in TEAM if self.returned[f"{one}@example.org"] >= ENOUGH
        )
        self.alive.append(self.now)
        return self.container.messaging.service.beat()

    def _container(self) -> Container:
        return Container(self.configuration, self.places, SECRET, None, lambda: self.now)

    def _outages(self, hours: int, number: int, longest: int) -> set[int]:
        starts = self.chance.sample(range(hours), number)
        return {first + n for first in starts for n in range(self.chance.randint(1, longest))}

    def _set_server(self, *, down: bool, refusing: bool) -> None:
        behaviour = self.server.behaviour
        behaviour.data_replies[:] = ["451 4.3.0 Try again later"] * 1000 if down else []
        behaviour.refused_recipients.clear()
        if refusing:
            behaviour.refused_recipients["malik@example.org"] = "550 5.1.1 No such user"

    def _opened(self, _mailbox: str, token: str) -> str | None:
        """Open the mailbox to the last token, for as long as it lives."""
        end = self.ends.setdefault(token, self.now + timedelta(seconds=self.giver.lives))
        if token == self.giver.given[-1] and self.now < end:
            return None
        self.acts["closed"] += 1
        return "535 5.7.3 Authentication unsuccessful"

    def _set_giver(self, *, without: bool) -> None:
        """Let nobody have a token, or let the one at hand end before its time."""
        self.giver.replies[:] = [saying(503)] * 1000 if without else []
        if self.chance.random() < 0.01:
            self.giver.given.append("taken back")

    def _come_back(self) -> None:
        """Let mails that left come back now and then, and an address be verified days later."""
        store = self.container.notifications
        drawn = self.chance.random()
        if drawn < 0.01:
            # Two at a time: what tells of the second takes the place of what tells of the first.
            for recipient, content in self.server.accepted[-2:]:
                message_id = str(message_from_bytes(content)["Message-ID"])
                report = self.container.messaging.postmaster.note(
                    [a_return(message_id)], SERVICE, self.now
                )
                back = sum(one.undelivered for one in report.settled)
                self.returned[recipient] += back
                self.acts["return"] += back
        elif drawn > 0.985 and self.returned:
            address = self.chance.choice(sorted(self.returned))
            store.restore_address(address, "claire", self.now)
            del self.returned[address]

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
