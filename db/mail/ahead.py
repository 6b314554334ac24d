"""What a clock that was ahead has told, taken back in one transaction.

Used by `db.mail.store`. Recognised by its instant: what was noted after the present was noted by a clock
ahead of it. Nothing that has left is erased: its row keeps what it was, under another key.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, Final

from msgspec.json import decode
from sqlalchemy import Connection, Integer, Text, bindparam, cast, func, select, text

from db.cases import awaited
from db.cases.aside import MALFORMED, Aside
from db.cases.mapping import open_deadline
from db.cases.statements import DEADLINE_IS_OPEN
from db.mail.announcing import RESCHEDULE
from db.mail.outbox import WAITING
from db.schema.deadline_tables import deadline
from db.schema.mail_tables import digest_figure, heartbeat, outbox, reminder
from db.schema.tables import case_file, journal
from notifications.model.messages import MessageKind
from notifications.model.sending import Next, Untold

_instant = outbox.c.created_at.type
_now = bindparam("now", type_=_instant)
_known_id = bindparam("known_id", type_=Integer)

AHEAD: Final = "avance:"
"""What the key of a message begins with, once what it told was taken back."""

_TOLD: Final = (
    select(case_file.c.ref, reminder.c.recipient)
    .join(case_file, case_file.c.id == reminder.c.case_id)
    .where(reminder.c.created_at > _now)
)
_FORGET_TOLD: Final = reminder.delete().where(reminder.c.created_at > _now)
_is_ahead = deadline.c.reminded_until > _now
_ROWS: Final = awaited.OPEN.add_columns(deadline.c.case_id, deadline.c.rule, case_file.c.opened_at)
_AFFECTED: Final = _ROWS.where(_is_ahead).order_by(deadline.c.id)
_cases = select(deadline.c.case_id).where(DEADLINE_IS_OPEN, _is_ahead)
_KNOWN_TOLD: Final = (
    select(reminder.c.case_id, reminder.c.rule, func.max(reminder.c.created_at).label("at"))
    .where(reminder.c.created_at <= _now, reminder.c.case_id.in_(_cases))
    .group_by(reminder.c.case_id, reminder.c.rule)
)
_ENTRIES: Final = (
    select(journal.c.case_id, journal.c.recorded_at, cast(journal.c.dates, Text).label("dates"))
    .where(journal.c.recorded_at <= _now, journal.c.case_id.in_(_cases))
    .order_by(journal.c.case_id, journal.c.seq)
)
_MESSAGES: Final = (
    select(outbox.c.id, outbox.c.key, outbox.c.kind, outbox.c.recipient, outbox.c.sent_at)
    .add_columns(outbox.c.superseded_at, outbox.c.dropped_at)
    .where(outbox.c.created_at > _now, ~outbox.c.key.startswith(AHEAD))
    .order_by(outbox.c.id)
)
_RENAME: Final = outbox.update().where(outbox.c.id == _known_id)
_LATER: Final = (
    outbox.update()
    .where(WAITING, (outbox.c.next_attempt_at > _now) | (outbox.c.leased_until > _now))
    .values(next_attempt_at=_now, leased_until=None, lease_owner=None)
)
_FORGET_FIGURES: Final = digest_figure.delete().where(
    digest_figure.c.recipient == bindparam("known_recipient"),
    digest_figure.c.day == bindparam("known_day", type_=digest_figure.c.day.type),
)
_FORGET_BEATS: Final = heartbeat.delete().where(heartbeat.c.beat_at > _now)
_LEFT_AHEAD: Final = (
    select(func.count())
    .select_from(outbox)
    .where(
        text("outbox.sent_at IS NOT NULL"),
        outbox.c.sent_at > _now,
        ~outbox.c.key.startswith(AHEAD),
    )
)

Note = Callable[[int], None]
"""Adds to the trail of a message that it was dropped."""


def left_ahead(connection: Connection, now: datetime) -> int:
    """Return how many messages have left after an instant, and were not taken back."""
    return connection.scalar(_LEFT_AHEAD, {"now": now}) or 0


def untell(
    connection: Connection, now: datetime, reason: str, following: Next, note: Note
) -> Untold:
    """Take back what was told after an instant, in a transaction of the caller's."""
    known = {"now": now}
    found = Untold()
    for row in connection.execute(_TOLD, known):
        found.reminders += 1
        found.files.add(row.ref)
        found.people.add(row.recipient)
    plans = _plans(connection, now, following)
    found.deadlines = len(plans)
    if plans:
        connection.execute(RESCHEDULE, plans)
    connection.execute(_FORGET_TOLD, known)
    found.left, found.waiting = _messages(connection, now, reason, note)
    connection.execute(_LATER, known)
    connection.execute(_FORGET_BEATS, known)
    return found


def _plans(connection: Connection, now: datetime, following: Next) -> list[dict[str, Any]]:
    """Return what becomes of the deadlines that were looked at too early."""
    since = _since(connection, now)
    plans = []
    for row in connection.execute(_AFFECTED, {"now": now}).all():
        try:
            line = open_deadline(row)
        except MALFORMED:
            # It is told of wherever it is read, and planned by the act that mends it.
            continue
        until = since.get((row.case_id, row.rule), min(row.opened_at, now))
        plans.append(
            {
                "known_id": row.id,
                "new_reminded_until": until,
                "new_next_reminder_at": following(line, until),
            }
        )
    return plans


def _since(connection: Connection, now: datetime) -> dict[tuple[int, str], datetime]:
    """Return up to when all was surely told of each deadline: its last reminder, or its last date."""
    known = {"now": now}
    since = {(row.case_id, row.rule): row.at for row in connection.execute(_KNOWN_TOLD, known)}
    entries = connection.execute(_ENTRIES, known)
    for case_id, at, rules in Aside().readable(entries, _dated, lambda row: str(row.case_id)):
        for rule in rules:
            since[case_id, rule] = max(at, since.get((case_id, rule), at))
    return since


def _dated(row: Any) -> tuple[int, datetime, list[str]]:
    return row.case_id, row.recorded_at, [rule for rule, *_ in decode(row.dates)]


def _messages(
    connection: Connection, now: datetime, reason: str, note: Note
) -> tuple[dict[str, int], int]:
    """Free the keys of the messages written too early; return those that left, and those that waited."""
    left: Counter[str] = Counter()
    waiting = 0
    for row in connection.execute(_MESSAGES, {"now": now}).all():
        columns: dict[str, Any] = {"key": f"{AHEAD}{row.id}:{row.key}"}
        if row.sent_at is not None:
            left[row.recipient] += 1
        elif row.superseded_at is None and row.dropped_at is None:
            waiting += 1
            columns |= {"dropped_at": now, "failed_at": None, "last_error": reason}
            columns |= {"leased_until": None, "lease_owner": None}
        connection.execute(_RENAME.values(**columns), {"known_id": row.id})
        if "dropped_at" in columns:
            note(row.id)
        if row.kind == MessageKind.DIGEST:
            _forget_figures(connection, row.key)
    return dict(left), waiting


def _forget_figures(connection: Connection, key: str) -> None:
    recipient, _, day = key.partition(":")[2].rpartition(":")
    known: dict[str, Sequence[Any] | Any] = {
        "known_recipient": recipient,
        "known_day": date.fromisoformat(day),
    }
    connection.execute(_FORGET_FIGURES, known)
