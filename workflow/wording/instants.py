"""Hours as people type them, placed on the clock of an agency.

Used by `workflow.wording.date_text` for the hour beside a date. An hour that does not exist is refused, never
adjusted.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

_NO_SUCH_HOUR = (
    "cette heure n’existe pas ; écrivez une heure de 00:00 à 23:59, ou 24:00 pour la fin du jour"
)
LAST_HOUR = 24


class NotAValue(ValueError):
    """What was typed is no value of that kind.

    Args:
        advice: how to write it, without capital or full stop.
    """

    def __init__(self, advice: str) -> None:
        super().__init__(advice)
        self.advice = advice


class TypedHour(Struct, frozen=True):
    """An hour as it was typed, right or wrong; `offset` as ISO 8601 writes it, or nothing."""

    hour: int
    minute: int = 0
    second: int = 0
    offset: str = ""

    @property
    def ends_day(self) -> bool:
        """True for « 24:00 », as the end of a day is told."""
        return (self.hour, self.minute, self.second, self.offset) == (LAST_HOUR, 0, 0, "")


def instant(day: date, clock: TypedHour, zone: ZoneInfo) -> datetime:
    """Return an hour of a day on a clock; « 24:00 » is the 00:00 of the next day.

    Raises:
        NotAValue: for an hour that no clock shows, or that clocks skip that night.
    """
    if clock.ends_day:
        return datetime.combine(day + timedelta(days=1), time.min, zone)
    if clock.offset:
        return _with_offset(day, clock).astimezone(zone)
    try:
        found = datetime.combine(day, time(clock.hour, clock.minute, clock.second), zone)
    except ValueError:
        raise NotAValue(_NO_SUCH_HOUR) from None
    # An hour skipped by the spring change does not survive a round trip through UTC.
    back = found.astimezone(ZoneInfo("UTC")).astimezone(zone)
    if back.replace(tzinfo=None) != found.replace(tzinfo=None):
        raise NotAValue("cette heure n’existe pas : les horloges avancent cette nuit-là")
    return found


def _with_offset(day: date, clock: TypedHour) -> datetime:
    hour = f"{clock.hour:02}:{clock.minute:02}:{clock.second:02}"
    try:
        return datetime.fromisoformat(f"{day.isoformat()}T{hour}{clock.offset.upper()}")
    except ValueError:
        raise NotAValue("écrivez l’instant comme 2026-09-08T09:00+02:00") from None
