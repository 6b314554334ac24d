"""A year lived hour by hour: 300 files, people who act or go away, outages; every reminder is accounted for.

Mails come back, tokens end or are not given, readers have more than a day's ceiling.

The account does not ask the sweep: it is made from the dates that were seen at each change, from what the
planner says of each, and from the hours at which the service was alive; then compared with the rows and
with what the mail server received.
"""

from __future__ import annotations

import random
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from email import message_from_bytes
from typing import Any, cast

import pytest

from cli.wiring.container import Container
from notifications.model.preferences import Delivery
from notifications.schedule.planning import Audience, Planned
from tests.support.smtp import serving
from tests.support.token_server import giving
from tests.support.year import (
    CEILING,
    FILES,
    HOUR,
    HOURS,
    MANAGERS,
    PARIS,
    SECRET,
    Seen,
    Year,
)
from workflow.case.case import Deadline


class Account:
    """What had to be told, and what could be, by somebody who was not there."""

    def __init__(self, year: Year) -> None:
        self._year = year
        self._planner = year.places.planner
        self._mails = mails_of_days(year)
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
            key = (ref, deadline.id, planned.value, planned.offset)
            for audience in self._audiences(planned):
                people = self._readers(planned, until, seen.owner, audience)
                if people:
                    self.due.setdefault((*key, audience), set()).update(people)

    def _readers(
        self, planned: Planned, until: datetime, owner: str, audience: Audience
    ) -> set[str]:
        """Return who may have been told, up to the first round that could tell them; else nobody.

        One in working hours, for somebody who had not had all the mails of a day.
        """
        found: set[str] = set()
        alive = self._year.alive
        for beat in alive[bisect_left(alive, planned.at) : bisect_left(alive, until)]:
            reader = self._told(owner, audience, beat)
            found.add(reader)
            full = self._mails[reader, beat.date()] > CEILING
            if not full and self._planner.is_open(beat, "lyon"):
                return found
        return set()

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
            if away is None and person not in self._year.silent[at]:
                return f"personne:{person}"
            person = (away and away.substitute) or MANAGERS.get(person, "")
        return "agence:lyon"


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    """Return the agency at the end of the year."""
    with giving() as giver, serving(auth_require_tls=False) as server:
        # A day and a half: a token ends between two rounds, and is also taken back before its end.
        giver.lives = 36 * 3600
        lived = Year(tmp_path_factory.mktemp("annee"), server, giver, random.Random(20260105))
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


def mails_of_days(year: Year) -> Counter[tuple[str, date]]:
    """Return how many mails, digests apart, were written to each reader on each day."""
    return Counter(
        (one["recipient"], _instant(one["created_at"]).astimezone(PARIS).date())
        for one in year.rows("SELECT recipient, created_at FROM outbox WHERE kind <> 'synthese'")
    )


def _instant(stored: str) -> datetime:
    found = datetime.fromisoformat(stored)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def test_the_year_was_eventful(year: Year) -> None:
    """The account below means something: every kind of act happened, many times."""
    assert len(year.history) >= FILES * 9 // 10
    assert min(year.acts[what] for what in ("advance", "correct", "snooze", "undo")) >= 20
    assert year.acts["absence"] >= 5
    assert min(year.acts[what] for what in ("return", "closed")) >= 2
    assert any(year.silent.values())
    assert len(year.ends) > 20
    assert max(mails_of_days(year).values()) > CEILING
    replaced = "SELECT * FROM outbox WHERE kind = 'avis' AND superseded_at IS NOT NULL"
    assert year.rows(replaced)


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
    """Each was received, superseded, or failed or came back and shown; none waits, none vanished."""
    received = Counter(
        str(message_from_bytes(content)["Message-ID"]) for _, content in year.server.accepted
    )
    container = Container(year.configuration, year.places, SECRET, None, lambda: year.now)
    shown = {failed.id for failed in container.notifications.failures(10_000)}
    container.close()
    mails = year.rows("SELECT * FROM outbox")
    failed = {one["id"] for one in mails if one["failed_at"] or one["undelivered_at"]}

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
