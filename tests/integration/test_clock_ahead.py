"""A clock ahead, two weeks of silence: held until somebody says so, taken back, then as if nothing was."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec import Struct
from sqlalchemy import text

from db.connection.engine import open_engine, reading
from db.mail.store import SqlNotificationStore
from notifications.model.ports import Heartbeat
from tests.support.cli import Desk, Run

PARIS = ZoneInfo("Europe/Paris")
DAY, YEAR = timedelta(days=1), timedelta(days=365)
FIRST = date(2026, 12, 1)
STARTS = ("2026-12-21T09:00", "2027-01-04T09:00", "2027-02-01T14:00")
AHEAD = "avance:"
Told = list[tuple[Any, ...]]


def at(day: date, hour: int = 9, minute: int = 5) -> datetime:
    """Return an instant of Paris."""
    return datetime.combine(day, time(hour, minute), PARIS)


class Workplace:
    """A desk on any database, and what that database holds of what was said."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
        folder.mkdir()
        self.desk = Desk(folder, monkeypatch)
        self.url = url

    def type(self, line: str) -> Run:
        """Run a command on the database."""
        return self.desk.type(f"--base '{self.url}' {line}")

    def must(self, line: str) -> Run:
        """Run a command that has to succeed."""
        run = self.type(line)
        assert run.code == 0, run.said
        return run

    def says(self, line: str) -> str:
        """Run a command and return all that it writes."""
        run = self.type(line)
        return f"{run.shown} {run.said}"

    def open(self) -> None:
        """Open files whose dates fall in the winter."""
        self.desk.now = at(date(2026, 11, 20))
        for start in STARTS:
            self.must(f"dossier ouvrir cipi --libelle Essai --fait demarrage_formation={start}")

    def beat(self, now: datetime) -> Run:
        """Run a beat at an instant."""
        self.desk.now = now
        return self.type("service --une-fois")

    def live(self, first: date, last: date) -> None:
        """Beat in the morning and in the afternoon of each day."""
        for number in range((last - first).days + 1):
            for hour in (9, 14):
                run = self.beat(at(first + number * DAY, hour))
                assert run.code == 0, run.said

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Read the database behind the program's back."""
        engine = open_engine(self.url)
        with reading(engine) as connection:
            found = [tuple(row) for row in connection.execute(text(query))]
        engine.dispose()
        return found

    def reminders(self) -> Told:
        """Return every reminder told, and when it was planned."""
        query = 'SELECT rule, value, "offset", recipient, planned_for FROM reminder'
        return told(self.rows(query), datetime(2026, 12, 1, 12, tzinfo=UTC))

    def mails(self) -> Told:
        """Return the mails written from the second day on, those taken back left out."""
        query = "SELECT recipient, subject, created_at FROM outbox"
        rows = self.rows(f"{query} WHERE key NOT LIKE '{AHEAD}%'")
        return told(rows, datetime(2026, 12, 2, tzinfo=UTC))


def told(rows: list[tuple[Any, ...]], since: datetime) -> Told:
    """Return rows in order, their last column read as an instant, those after one alone."""
    found = ((*row[:-1], instant(str(row[-1]))) for row in rows)
    return sorted(row for row in found if row[-1] > since)


def instant(written: str) -> datetime:
    """Return an instant in UTC: SQLite writes it so, PostgreSQL on the clock of its session."""
    read = datetime.fromisoformat(written)
    return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)


class Month(Struct, frozen=True):
    """What a clock that stays right tells: reminders in ten days, then in three weeks, and mails."""

    begun: Told
    reminders: Told
    mails: Told


@pytest.fixture(scope="module")
def right(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Month:
    """Return what is told by a workplace as like the others as can be, but that its clock is right."""
    folder = tmp_path_factory.mktemp("juste")
    shutil.copy(sqlite_template, folder / "juste.db")
    with pytest.MonkeyPatch.context() as environment:
        good = Workplace(folder / "base", environment, f"sqlite:///{folder / 'juste.db'}")
        good.open()
        good.live(FIRST, FIRST + 10 * DAY)
        begun = good.reminders()
        good.live(FIRST + 11 * DAY, FIRST + 21 * DAY)
        return Month(begun, good.reminders(), good.mails())


@pytest.fixture
def one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_url: str) -> Workplace:
    """Return a workplace with files open, once its service has beaten."""
    made = Workplace(tmp_path / "base", monkeypatch, database_url)
    made.open()
    made.beat(at(FIRST))
    return made


def the_month_is_as_it_should_be(ahead: Workplace, right: Month) -> None:
    """Live three weeks: the same is told as should be, at the same hours, and nothing is left to mend."""
    ahead.beat(at(FIRST, 14))
    ahead.live(FIRST + DAY, FIRST + 21 * DAY)
    assert ahead.reminders() == right.reminders != []
    assert ahead.mails() == right.mails != []
    assert ahead.type("diagnostic --surveillance").code == 0


def test_a_clock_a_year_ahead_tells_nothing(right: Month, one: Workplace) -> None:
    """Held at once and said everywhere; put right, the month is told as with a good clock."""
    ahead = one
    run = ahead.beat(at(FIRST) + YEAR)
    assert run.code == 7
    assert "Envois retenus" in run.said
    assert "service --confirmer" in run.said
    for command in ("diagnostic", "diagnostic --surveillance", "synthese --envoyer"):
        assert "Envois retenus" in ahead.says(command)
    assert ahead.type("diagnostic --surveillance").code == 7
    the_month_is_as_it_should_be(ahead, right)


@pytest.mark.parametrize("leap", [13 * DAY, YEAR], ids=["unseen", "confirmed"])
def test_what_a_clock_ahead_has_told_is_taken_back(
    right: Month, one: Workplace, leap: timedelta
) -> None:
    """Told by a leap too short to be seen, or wrongly confirmed: taken back, the month is as it should be."""
    ahead, before = one, len(one.rows("SELECT id FROM outbox"))
    ahead.beat(at(FIRST) + leap)
    if leap == YEAR:
        ahead.must("service --confirmer --oui")
        ahead.beat(at(FIRST, 9, 6) + leap)
    written = len(ahead.rows("SELECT id FROM outbox"))
    assert written > before

    ahead.desk.now = at(FIRST, 12)
    assert "si cette heure est juste, l’horloge était en avance" in ahead.says("diagnostic")
    assert ahead.type("diagnostic --surveillance").code == 7
    found = ahead.must("service --dedire --essai --json").json
    assert found["saved"] is False
    assert found["reminders"] > 0
    assert sum(found["left"].values()) > 0
    again = ahead.must("service --dedire --essai --json").json
    assert again == found
    done = ahead.must("service --dedire --oui --json").json
    assert done == {**found, "saved": True}
    assert "il n’y a rien à reprendre" in ahead.must("service --dedire --oui").said
    assert len(ahead.rows("SELECT id FROM outbox")) == written
    assert ahead.rows("SELECT what FROM sending_event ORDER BY id DESC")[0] == ("dedite",)

    the_month_is_as_it_should_be(ahead, right)
    ids = [one for (one,) in ahead.rows("SELECT message_id FROM outbox")]
    assert len(set(ids)) == len(ids)


def test_two_weeks_of_silence_wait_for_somebody(one: Workplace) -> None:
    """What would leave is counted and named; a refusal changes nothing, and once confirmed it leaves."""
    later = at(FIRST + 20 * DAY)
    assert one.beat(later).code == 7
    before = one.rows("SELECT id FROM outbox")
    assert one.beat(later + DAY).code == 7
    assert one.rows("SELECT id FROM outbox") == before

    dry = one.must("service --confirmer --essai --json").json
    assert (dry["saved"], dry["held"]["cause"]) == (False, "silence")
    assert dry["would_send"]["reminders"] > 0
    assert one.type("service --confirmer").code == 2
    shown = one.must("service --confirmer --essai").said
    assert "Destinataires" in shown
    assert one.rows("SELECT what FROM sending_event") == [("retenue",)]
    assert one.must("service --confirmer --oui --json").json["saved"] is True
    assert "Rien n’est retenu" in one.must("service --confirmer --oui").said
    run = one.beat(later + DAY + timedelta(minutes=1))
    assert run.code == 0
    assert len(one.rows("SELECT id FROM outbox")) > len(before)


def test_a_backup_that_was_put_back_is_no_silence(one: Workplace) -> None:
    """`--reprise` settles what piled up: the next beat is done."""
    one.desk.now = at(FIRST + 30 * DAY)
    one.must("service --reprise --oui")
    assert one.beat(at(FIRST + 30 * DAY, 9, 6)).code == 0


def test_nothing_is_settled_beside_a_service_that_runs(one: Workplace) -> None:
    """A service has just beaten: what it tells meanwhile could not be told from the rest."""
    run = one.type("service --dedire --oui")
    assert run.code == 3
    assert "arrêtez-le" in run.said


def test_what_waits_is_dropped_and_what_was_put_off_comes_back(one: Workplace) -> None:
    """A message that no server took, a lease to come, a row held by a night of next year."""
    one.beat(at(FIRST + 13 * DAY))
    engine = open_engine(one.url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE outbox SET sent_at = NULL, answer = NULL, leased_until = '2027-12-01 08:00:00', "
                "lease_owner = 'mort:1' WHERE created_at > '2026-12-02'"
            )
        )
        connection.execute(
            text(
                "UPDATE deadline SET reminded_until = '2026-12-01 08:00:00', "
                "next_reminder_at = '2027-12-02 08:00:00' WHERE id = 1"
            )
        )
    one.desk.now = at(FIRST, 12)
    found = one.must("service --dedire --oui --json").json
    assert (found["left"], found["put_off"]) == ({}, 1)
    assert found["messages"] > 0
    states = one.rows(
        "SELECT dropped_at IS NOT NULL, leased_until IS NULL FROM outbox "
        "WHERE created_at > '2026-12-02'"
    )
    assert {tuple(map(bool, state)) for state in states} == {(True, True)}
    assert one.rows("SELECT what, detail FROM outbox_event")[0] == (
        "abandon",
        "Écrit par une horloge en avance : ce qu’il annonce sera dit en son temps.",
    )
    assert one.rows("SELECT id FROM deadline WHERE next_reminder_at > '2027-06-01'") == []
    store = SqlNotificationStore(engine)
    assert all(beat.at <= one.desk.now for beat in store.beats())
    store.beat(Heartbeat("autre:1", at(FIRST) + YEAR, ""))
    store.beat(Heartbeat("ici:1", at(FIRST, 13), ""))
    assert next(beat.service for beat in store.beats()) == "ici:1"
    engine.dispose()


def test_a_row_that_a_night_ahead_put_off_is_looked_at_again(right: Month, one: Workplace) -> None:
    """Ahead by days, and at night, the clock told nothing and put everything off: it comes back."""
    ahead = one
    ahead.beat(at(FIRST + 11 * DAY, 22))
    ahead.desk.now = at(FIRST, 12)
    found = ahead.must("service --dedire --oui --json").json
    assert found["put_off"] > 0
    assert "rien à reprendre" in ahead.must("service --dedire --oui").said
    ahead.live(FIRST + DAY, FIRST + 10 * DAY)
    assert ahead.reminders() == right.begun != []
