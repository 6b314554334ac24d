"""A CIPI file from its opening to its end, day by day over six months, with a real mail server.

The expected reminders were worked out by hand from the calendar of 2026; nothing here asks the program
when it thinks a reminder is due.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, time, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from msgspec import Struct

from cli.main import main
from tests.support import settings
from tests.support.smtp import Running, serving

PARIS = ZoneInfo("Europe/Paris")
REF = "CIPI-2026-0001"
FIRST, LAST = date(2026, 7, 1), date(2026, 12, 31)
BEAT = time(9, 5)

CONFIG = settings.DATABASE + settings.SMTP + settings.LYON + settings.CLAIRE + settings.CLAIRE_TYPES

DOCUMENTS = ("infos_salarie", "contrat_type_signe", "convention_formation", "programme_formation")

# What Claire types, and when: (day, hour, command).
ACTS: tuple[tuple[date, time, tuple[str, ...]], ...] = (
    (date(2026, 7, 1), time(10), (
        "ouvrir", "cipi", "--libelle", "Sacha Morvan",
        "--fait", "demarrage_formation=2026-09-08T09:00",
    )),
    (date(2026, 9, 1), time(10), ("avancer", REF, "deposer_drf")),
    # Recorded late, with its real date.
    (date(2026, 9, 7), time(11), (
        "avancer", REF, "accorder_drf", "--fait", "drf_accordee_le=2026-09-03",
    )),
    (date(2026, 9, 7), time(11, 5), ("corriger", REF, "--fait", "debut_contrat=2026-09-08")),
    (date(2026, 10, 20), time(15), (
        "avancer", REF, "deposer_contrat",
        *(word for name in DOCUMENTS for word in ("--piece", name)),
    )),
    (date(2026, 10, 28), time(15), (
        "avancer", REF, "accorder_financement", "--fait", "fin_formation=2026-11-27",
    )),
    (date(2026, 12, 1), time(16), ("corriger", REF, "--fait", "debut_mission=2026-12-01")),
    (date(2026, 12, 9), time(14), (
        "avancer", REF, "saisir_presences", "--fait", "heures_formation_realisees=140",
        "--fait", "heures_mission_realisees=35",
        "--piece", "certificat_realisation", "--piece", "contrat_mission_signe",
    )),
    (date(2026, 12, 15), time(9), (
        "avancer", REF, "demander_surcout", "--piece", "facture_organisme",
    )),
    (date(2026, 12, 28), time(9), (
        "avancer", REF, "cloturer", "--fait", "documents_remis_le=2026-12-11",
    )),
)  # fmt: skip

# By hand: rule, offset, day on which it leaves.
EXPECTED = {
    ("drf", "ouverture", date(2026, 7, 8)),
    ("drf", "prudent-14", date(2026, 8, 14)),
    ("drf", "strict-14", date(2026, 8, 18)),
    ("drf", "prudent-7", date(2026, 8, 25)),
    ("drf", "strict-7", date(2026, 8, 27)),
    ("drf", "prudent-2", date(2026, 9, 1)),
    ("reponse_akto", "relance", date(2026, 9, 4)),
    ("contrat", "prudent-14", date(2026, 10, 14)),
    ("contrat", "strict-14", date(2026, 10, 14)),
    ("presences", "prudent-14", date(2026, 11, 16)),
    ("remise_documents", "prudent-14", date(2026, 11, 23)),
    ("presences", "prudent-7", date(2026, 11, 25)),
    ("presences", "prudent-2", date(2026, 12, 2)),
    ("remise_documents", "prudent-7", date(2026, 12, 2)),
    ("presences", "prudent-1", date(2026, 12, 3)),
    ("remise_documents", "prudent-2", date(2026, 12, 9)),
    ("remise_documents", "prudent-1", date(2026, 12, 10)),
    ("surcout", "prudent-7", date(2026, 12, 14)),
}


class House(Struct):
    """An agency with its configuration, its clock and its mail server."""

    config: Path
    server: Running
    now: datetime = datetime(2026, 7, 1, tzinfo=PARIS)

    def run(self, *words: str) -> int:
        """Type a command now."""
        return main(("--config", str(self.config), *words), clock=lambda: self.now)

    def live(self) -> None:
        """Live through the six months."""
        acts: dict[date, list[tuple[time, tuple[str, ...]]]] = {}
        for day, hour, words in ACTS:
            acts.setdefault(day, []).append((hour, words))
        for offset in range((LAST - FIRST).days + 1):
            day = FIRST + timedelta(days=offset)
            self.now = datetime.combine(day, BEAT, PARIS)
            assert self.run("service", "--une-fois") == 0
            for hour, words in acts.get(day, ()):
                self.now = datetime.combine(day, hour, PARIS)
                assert self.run("dossier", *words) == 0

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Read the database behind the program's back."""
        with closing(sqlite3.connect(self.config.parent / "echeancier.db")) as connection:
            return list(connection.execute(query))

    def reminders(self) -> Counter[tuple[str, str]]:
        """Return how many times each reminder was told, by rule and offset."""
        return Counter(
            (str(r), str(o)) for r, o in self.rows('SELECT rule, "offset" FROM reminder')
        )

    def mails_about(self, ref: str) -> list[str]:
        """Return the text of every reminder that the server received about a case."""
        messages = (message_from_bytes(raw, policy=default) for _, raw in self.server.accepted)
        return [
            f"{message['Subject']}\n{body.get_content()}"
            for message in messages
            if (body := message.get_body(("plain",))) and ref in str(message["Subject"])
        ]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Return an agency with an empty database."""
    with serving() as server:
        config = tmp_path / "config.toml"
        config.write_text(CONFIG.format(port=server.port), encoding="utf-8")
        built = House(config, server)
        assert built.run("init") == 0
        yield built


def test_each_reminder_leaves_once_and_on_its_day(house: House) -> None:
    """From preparation to the end, every reminder expected by hand is received exactly once."""
    house.live()

    assert house.rows("SELECT state FROM case_file") == [("clos",)]
    assert house.reminders() == Counter((rule, offset) for rule, offset, _ in EXPECTED)
    sent_on = house.rows(
        'SELECT r.rule, r."offset", date(o.sent_at) FROM reminder r JOIN outbox o ON o.id = r.outbox_id'
    )
    assert set(sent_on) == {(rule, offset, day.isoformat()) for rule, offset, day in EXPECTED}
    assert len(house.mails_about(REF)) == len({day for _, _, day in EXPECTED})
