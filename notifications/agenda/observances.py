"""The clock changes of a zone over some years, as an iCalendar VTIMEZONE.

Used by `notifications.agenda.calendar`. Read from the zone's own rules: a calendar program that knows
the zone under its name needs none of it, one that does not reads the hours right all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


def timezone(zone: ZoneInfo, first: date, last: date) -> Timezone:
    """Return a zone as it is from the year of a day to that of another."""
    start = datetime(first.year, 1, 1, tzinfo=UTC)
    end = datetime(last.year + 1, 1, 1, tzinfo=UTC)
    component = Timezone()
    component.add("tzid", zone.key)
    component.add_component(_observance(zone, start, start))
    for before, after in _changes(zone, start, end):
        component.add_component(_observance(zone, before, after))
    return component


def _changes(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the last minute before each change, and the first after it."""
    known = start
    while known < end:
        before, after = known, known + _DAY
        known = after
        if _offset(zone, before) == _offset(zone, after):
            continue
        while after - before > _MINUTE:
            middle = before + (after - before) // 2
            middle = middle.replace(second=0, microsecond=0)
            if _offset(zone, middle) == _offset(zone, before):
                before = middle
            else:
                after = middle
        yield before, after


def _observance(
    zone: ZoneInfo, before: datetime, after: datetime
) -> TimezoneStandard | TimezoneDaylight:
    local = after.astimezone(zone)
    component = TimezoneDaylight() if local.dst() else TimezoneStandard()
    # RFC 5545, 3.6.5: the onset is told by the clocks as they were before it.
    component.add("dtstart", (after + _offset(zone, before)).replace(tzinfo=None))
    component.add("tzoffsetfrom", _offset(zone, before))
    component.add("tzoffsetto", _offset(zone, after))
    component.add("tzname", local.tzname())
    return component


def _offset(zone: ZoneInfo, instant: datetime) -> timedelta:
    offset = instant.astimezone(zone).utcoffset()
    assert offset is not None, "a zone has an offset at any instant"  # noqa: S101
    return offset
