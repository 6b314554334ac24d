"""A service that was stopped, a clock that lies, files that come late: what is told, and what is not."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date, datetime, time, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.support.cli import REF, Desk
from tests.support.smtp import Running, serving

PARIS = ZoneInfo("Europe/Paris")
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
BEAT = "service --une-fois"


def at(day: date, hour: int = 9, minute: int = 5) -> datetime:
    """Return an instant of Paris."""
    return datetime.combine(day, time(hour, minute), PARIS)


class House:
    """A desk with a mail server."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, server: Running) -> None:
        folder.mkdir()
        self.desk = Desk(folder, monkeypatch, transport="smtp", port=server.port)
        self.server = server

    def open(self, start: date, on: date, *more: str) -> None:
        """Open a file whose training starts on a day."""
        self.desk.now = at(on, 8, 0)
        if not self.desk.database.exists():
            self.desk.must("init")
        fact = f"demarrage_formation={start}T09:00"
        self.desk.must("dossier ouvrir cipi --libelle Essai --fait", fact, *more)

    def live(
        self,
        first: date,
        last: date,
        stopped: tuple[datetime, datetime] | None = None,
        hours: tuple[int, ...] = (0, 9, 12, 21),
    ) -> None:
        """Beat at some hours of each day, except while stopped."""
        for number in range((last - first).days + 1):
            for hour in hours:
                now = at(first + timedelta(days=number), hour)
                if stopped is None or not stopped[0] <= now < stopped[1]:
                    self.beat(now)

    def beat(self, now: datetime) -> None:
        """Run a round of the service at an instant."""
        self.desk.now = now
        self.desk.type(BEAT)

    def reminders(self) -> list[tuple[str, str, str, str]]:
        """Return every reminder told: rule, value, offset, and when it was planned."""
        return self.rows('SELECT rule, value, "offset", planned_for FROM reminder ORDER BY 4, 1, 3')

    def rows(self, query: str) -> list[tuple[str, str, str, str]]:
        """Read the database behind the program's back."""
        with closing(sqlite3.connect(self.desk.database)) as base:
            return base.execute(query).fetchall()

    def mails(self) -> list[str]:
        """Return the text of each reminder received, under its subject, as one line."""
        messages = [message_from_bytes(raw, policy=default) for _, raw in self.server.accepted]
        return [
            " ".join(f"{one['Subject']} {body.get_content()}".split())
            for one in messages
            if REF in str(one["Subject"]) and (body := one.get_body(("plain",)))
        ]


@pytest.mark.slow
@pytest.mark.parametrize("silence", [HOUR, DAY, WEEK], ids=["hour", "day", "week"])
@pytest.mark.parametrize(
    "around",
    [date(2026, 3, 30), date(2026, 10, 26), date(2026, 7, 15), date(2026, 4, 7)],
    ids=["spring", "autumn", "14-july", "easter"],
)
def test_a_stopped_service_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, around: date, silence: timedelta
) -> None:
    """An hour, a day or a week across a change of hour or a holiday: all is told once, late is said."""
    start, opened = around + timedelta(days=12), around - timedelta(days=10)
    first, last = around - timedelta(days=9), around + timedelta(days=9)
    stopped = (at(around, 8) - silence + HOUR, at(around, 10))
    told = []
    for name, gap in (("sans", None), ("avec", stopped)):
        with serving() as server:
            house = House(tmp_path / name, monkeypatch, server)
            house.open(start, opened)
            house.live(first, last, gap)
            told.append((house.reminders(), house.mails()))

    (without, _), (with_gap, mails) = told
    assert without
    assert [one[:3] for one in with_gap] == [one[:3] for one in without]
    missed = [
        one
        for one in without
        if stopped[0] <= datetime.fromisoformat(f"{one[3]}+00:00") < stopped[1]
    ]
    assert bool(missed) == (late(mails) > 0)


def late(mails: list[str]) -> int:
    """Count the mails that say that they are late."""
    return sum("aurait dû partir" in mail for mail in mails)


def test_files_that_come_late_send_no_blast(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten files written today with dates long begun: nothing that was due before they existed leaves."""
    today = date(2026, 9, 15)
    with serving() as server:
        house = House(tmp_path / "base", monkeypatch, server)
        for number in range(10):
            house.open(
                date(2026, 9, 21) + number * DAY, today, "--forcer", "--commentaire", "reprise"
            )
        for hour in (8, 9, 12):
            house.beat(at(today, hour, 30))

        before = at(today, 8, 0).astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%d %H:%M")
        assert [one for one in house.reminders() if one[3] <= before] == []


@pytest.mark.slow
@pytest.mark.parametrize("state", ["planned", "waiting", "sent", "failed"])
def test_a_date_that_moves_arms_its_reminders_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    """Wherever its reminder stands, a deadline that moves is told by its new date, and by it alone."""
    due, moved = at(date(2026, 9, 11)), at(date(2026, 9, 14))
    with serving() as server:
        house = House(tmp_path / "base", monkeypatch, server)
        house.open(date(2026, 10, 5), date(2026, 8, 18))
        behaviour = server.behaviour
        if state == "waiting":
            behaviour.data_replies[:] = ["451 4.3.0 Later"] * 50
        if state == "failed":
            behaviour.refused_recipients["claire.vasseur@example.org"] = "550 5.1.1 No such user"
        if state != "planned":
            house.beat(due)
        house.desk.now = moved
        house.desk.must(f"dossier corriger {REF} --fait demarrage_formation=2026-11-02T09:00")
        behaviour.data_replies.clear()
        behaviour.refused_recipients.clear()
        before = len(house.mails())
        house.live(date(2026, 9, 14), date(2026, 9, 25), hours=(10,))

        # Nothing of the old date leaves any more; the new one speaks from October on.
        assert len(house.mails()) == before == (1 if state == "sent" else 0)
        house.live(date(2026, 10, 5), date(2026, 10, 30), hours=(10,))
        values = {one[1][:10] for one in house.reminders() if one[3] > "2026-09-14"}
        assert values
        assert min(values) > "2026-10-20"
        assert len(house.mails()) > before


def test_a_file_closed_while_its_mail_is_claimed_says_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Closed between the claim of a relay that then dies and the next attempt, a file is not spoken of."""
    due = at(date(2026, 9, 11))
    with serving() as server:
        house = House(tmp_path / "base", monkeypatch, server)
        house.open(date(2026, 10, 5), date(2026, 8, 18))
        server.behaviour.data_replies[:] = ["451 4.3.0 Later"] * 50
        house.beat(due)
        house.desk.execute(
            "UPDATE outbox SET leased_until = next_attempt_at, lease_owner = 'mort:1', claims = 2"
        )
        house.desk.now = due + HOUR
        house.desk.must(f"dossier avancer {REF} abandonner --commentaire 'plus de besoin'")
        server.behaviour.data_replies.clear()
        house.beat(due + 2 * HOUR)

        assert house.mails() == []
        assert house.rows(
            "SELECT superseded_at IS NOT NULL, key FROM outbox WHERE kind = 'rappel'"
        )[0][0]
