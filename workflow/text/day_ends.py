"""The day and the hour of an end: a limit, a reply awaited. Midnight is the end of the day before.

A start at midnight begins its day; an end at midnight closes the one before, at 24:00: there alone do both
readings part. Used wherever an end is worded, drawn on a calendar or counted in days. Pure.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

_TICK = timedelta(microseconds=1)


def day_of_end(end: date | datetime) -> date:
    """Return the day on which something ends, in the zone it carries; a civil date as it is."""
    return (end - _TICK).date() if isinstance(end, datetime) else end


def hour_of_end(end: datetime) -> str:
    """Return « 09:00 », or « 24:00 » for midnight."""
    hour = f"{end:%H:%M}"
    return "24:00" if end.date() != day_of_end(end) else hour
