"""Which digests that missed their morning wait for the next one: those that lose nothing by it.

Asked by `notifications.digest.round` in the afternoon. A digest that holds a date that falls before the next
one, or something that the next one would no longer say, leaves at once. Writes nothing and knows no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time

from notifications.digest.compiling import Compiler
from notifications.digest.model import UNDATED, Digest, DigestLine, SectionId
from notifications.people.mornings import Mornings, is_missed
from notifications.people.staff import Staff
from notifications.schedule.planning import Planner
from workflow.case.people import Recipient
from workflow.worklist.ranking import Phase


def held(
    digests: Sequence[Digest], now: datetime, staff: Staff, compiler: Compiler, planner: Planner
) -> frozenset[str]:
    """Return the ids of the readers whose digest waits for their next one.

    Args:
        digests: what would leave now.
        now: the present instant.
        staff: who follows what, and who is away.
        compiler: makes the next digests, from what is known now.
        planner: working days of the agencies.
    """
    following: dict[datetime, list[Digest]] = {}
    for one in digests:
        at = _next(one.recipient, compiler.hour(one.recipient, staff), now, staff, planner)
        if at is not None and not _presses(one, at):
            following.setdefault(at, []).append(one)
    found: set[str] = set()
    for at, some in following.items():
        later = compiler.digests([one.recipient for one in some], at, staff).digests
        found.update(
            one.recipient.id
            for one, other in zip(some, later, strict=True)
            if other.leaves and _says(other, one)
        )
    return frozenset(found)


def _next(
    reader: Recipient, hour: time, now: datetime, staff: Staff, planner: Planner
) -> datetime | None:
    """Return when the next digest of a reader leaves; None when this one has not missed its morning."""
    if not is_missed(hour, now.astimezone(reader.zone).time()):
        return None
    day = Mornings.around(reader, staff, planner, hour, now).following
    return None if day is None else datetime.combine(day, hour, reader.zone)


def _presses(digest: Digest, until: datetime) -> bool:
    """Tell whether a date of a digest falls before an instant, in the zone of its reader."""
    return any(
        _falls_before(line, until)
        for section in digest.sections
        if section.id not in UNDATED
        for line in section.lines
    )


def _falls_before(line: DigestLine, until: datetime) -> bool:
    if line.rank is None or line.rank.phase not in {Phase.SAVABLE, Phase.AHEAD}:
        return False
    in_hours = isinstance(line.strict, datetime) and line.strict <= until
    return line.rank.day < until.date() or in_hours


def _says(later: Digest, digest: Digest) -> bool:
    """Tell whether a digest says all that another does."""
    return (
        set(_told(digest)) <= set(_told(later))
        and all(one in later.failures for one in digest.failures)
        and all(one in later.changes for one in digest.changes)
    )


def _told(digest: Digest) -> Iterable[tuple[bool, str, str]]:
    """Yield what each line is about, whatever the day makes of it."""
    for section in digest.sections:
        for line in section.lines:
            yield section.id is SectionId.ALERTS, line.ref, line.deadline
