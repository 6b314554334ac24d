"""Working days of a territory, counted in constant time on a precomputed index.

Used by `workflow.deadlines.compute` to count and by `notifications.schedule.planning` to place reminders.
Knows which days are worked, and why a day is not; knows nothing of months, hours or deadlines. The legal
holidays decide; the customary ones are off too in `careful`, on which prudent dates are moved earlier.

The index maps every day of a span of years to its rank among working days, and every rank back to its
day; moving n working days is two look-ups. A date outside the span extends it, up to the limits of
the public-holiday tables; beyond them the question is refused, never answered wrongly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

import tomli
from msgspec import Struct

from workflow.errors import InvalidInput, NotFound
from workflow.text import french

FIRST_YEAR, LAST_YEAR = 1950, 2099
"""Years for which the public holidays are known for every territory."""

_MARGIN_YEARS = 3
_SATURDAY = 5


class Territory(Struct, frozen=True):
    """A part of France with its own public holidays and clock."""

    code: str
    label: str
    subdivision: str | None
    zone: ZoneInfo
    customary: frozenset[str] = frozenset()
    """Names of the days that custom, and no law, makes holidays."""


class Closure(Struct, frozen=True):
    """Days on which an agency is closed, both ends included."""

    first: date
    last: date
    label: str


@lru_cache(maxsize=1)
def territories() -> Mapping[str, Territory]:
    """Return every territory by its code."""
    return {
        code: Territory(
            code,
            row["label"],
            row.get("subdivision"),
            ZoneInfo(row["zone"]),
            frozenset(row.get("customary", ())),
        )
        for code, row in _rows().items()
    }


def territory(code: str) -> Territory:
    """Return a territory, by its code or by another one that it has (`FR-BL` is `FR-977`).

    Raises:
        NotFound: when no territory bears that code; it says all those that can be taken.
    """
    known, codes = territories(), _codes()
    if code not in codes:
        listed = french.listing(f"{place.code} ({place.label})" for place in known.values())
        raise NotFound(f"Territoire : « {code} » n’existe pas ; prenez {listed}.")
    return known[codes[code]]


@lru_cache(maxsize=1)
def _codes() -> Mapping[str, str]:
    """Return the code of every territory by each of its codes."""
    return {one: code for code, row in _rows().items() for one in (code, *row.get("also", ()))}


@lru_cache(maxsize=1)
def _rows() -> dict[str, dict[str, Any]]:
    text = files(__package__).joinpath("territories.toml").read_text(encoding="utf-8")
    return tomli.loads(text)


@lru_cache(maxsize=1)
def _france() -> Any:
    """Return the class of the public holidays of France.

    Its file is loaded by itself: importing it by name would import two hundred countries with it, for
    a tenth of the time that the interface takes to start, and ten megabytes. Nothing is loaded before
    it is asked for: `--version` must not pay.
    """
    import holidays  # noqa: PLC0415

    path = Path(holidays.__file__).with_name("countries") / "france.py"
    spec = spec_from_file_location("holidays_of_france", path)
    assert spec is not None, "the path ends like a module's"  # noqa: S101 - for the type checker
    assert spec.loader is not None, "so that there is a loader for it"  # noqa: S101
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.France


def _public_holidays(place: Territory, years: Iterable[int], *, customary: bool) -> dict[date, str]:
    """Return the legal holidays of a territory by day, and with them those of custom if asked."""
    found = _france()(subdiv=place.subdivision, years=years, expand=False, language="fr")
    named = ((day, name.replace("'", "’")) for day, name in found.items())
    return {
        day: f"{name}, jour d’usage" if name in place.customary else name
        for day, name in named
        if customary or name not in place.customary
    }


class _Index(Struct, frozen=True):
    """A span of years: the rank of every day among working days, and the day of every rank."""

    first: int
    """Ordinal of the first day."""
    last: int
    """Ordinal of the last day."""
    ranks: Sequence[int]
    days: Sequence[date]
    holidays: Mapping[date, str]

    def rank(self, day: date) -> int:
        """Return how many working days lie up to a day, included."""
        return self.ranks[day.toordinal() - self.first]


_EMPTY = _Index(1, 0, (), (), {})


class WorkingCalendar:
    """Working days: Monday to Friday, less legal holidays, less declared closures.

    Safe to share between threads: an index is never changed, a wider one takes its place.

    Args:
        code: territory whose public holidays apply (`FR`, `FR-57`, `FR-971`…).
        closures: further days off.
        customary: True to take away customary holidays too.

    Raises:
        NotFound: when the territory is unknown.
    """

    __slots__ = ("_closed", "_customary", "_index", "_widening", "careful", "closures", "territory")

    def __init__(
        self, code: str = "FR", closures: Iterable[Closure] = (), *, customary: bool = False
    ) -> None:
        self.territory = territory(code)
        self.closures = tuple(closures)
        self._customary = customary
        self.careful: WorkingCalendar = (
            self
            if customary or not self.territory.customary
            else WorkingCalendar(code, self.closures, customary=True)
        )
        """The same days less the customary holidays: a date moved back on it is never too late."""
        self._closed: dict[int, str] = {
            ordinal: closure.label
            for closure in self.closures
            for ordinal in range(closure.first.toordinal(), closure.last.toordinal() + 1)
        }
        self._index = _EMPTY
        self._widening = Lock()

    def __repr__(self) -> str:
        return f"WorkingCalendar({self.territory.code!r}, closures={len(self.closures)})"

    def is_working(self, day: date) -> bool:
        """Tell whether a day is worked."""
        index, ordinal = self._index, day.toordinal()
        if not index.first <= ordinal <= index.last:
            index = self._covering(day)
        rank = index.ranks[ordinal - index.first]
        return rank > 0 and index.days[rank - 1] == day

    def forward(self, day: date, n: int) -> date:
        """Return the n-th working day strictly after a day; for n = 0, the last one up to it."""
        # The common case without a call: these two methods are the ones that everything waits for.
        index, ordinal = self._index, day.toordinal()
        if not index.first <= ordinal <= index.last:
            index = self._covering(day)
        rank = index.ranks[ordinal - index.first] + n
        # Ranks are relative to an index: outside it, widen and count again, so that nothing wraps.
        while not 0 < rank <= len(index.days):
            edge = index.first - 1 if rank < 1 else index.last + 1
            index = self._covering(date.fromordinal(edge))
            rank = index.rank(day) + n
        return index.days[rank - 1]

    def from_working(self, day: date, n: int) -> date | None:
        """Return the n-th working day after a day that is worked; None when it is not worked."""
        index, ordinal = self._index, day.toordinal()
        if not index.first <= ordinal <= index.last:
            index = self._covering(day)
        rank = index.ranks[ordinal - index.first]
        if not rank or index.days[rank - 1] != day:
            return None
        rank += n
        return index.days[rank - 1] if 0 < rank <= len(index.days) else self.forward(day, n)

    def back(self, day: date, n: int) -> date:
        """Return the n-th working day strictly before a day; for n = 0, the first one from it."""
        return self.forward(day, 1 - n - self.is_working(day))

    def on_or_before(self, day: date) -> date:
        """Return the last working day up to and including a day."""
        return self.forward(day, 0)

    def on_or_after(self, day: date) -> date:
        """Return the first working day from a day on, included."""
        return self.forward(day, 1 - self.is_working(day))

    def count(self, first: date, last: date) -> int:
        """Return how many working days lie in [first, last], both ends included; 0 if reversed."""
        if last < first:
            return 0
        self._covering(first)
        index = self._covering(last)
        return index.rank(last) - index.rank(first) + self.is_working(first)

    def reason_off(self, day: date) -> str | None:
        """Return why a day is not worked (« samedi », « Fête du Travail »), or None if it is."""
        if self.is_working(day):
            return None
        closed = self._closed.get(day.toordinal())
        return closed or self._covering(day).holidays.get(day) or french.WEEKDAYS[day.weekday()]

    def holiday(self, day: date) -> str | None:
        """Return the name of the public holiday that a day is, whatever its weekday, or None."""
        return self._covering(day).holidays.get(day)

    def days_off(self, first: date, last: date) -> list[tuple[date, str]]:
        """Return the days not worked in [first, last], each with its reason."""
        span = (first + timedelta(days=i) for i in range((last - first).days + 1))
        return [(day, reason) for day in span if (reason := self.reason_off(day))]

    def _covering(self, day: date) -> _Index:
        """Return an index that covers a day, widening the present one if it must be."""
        index = self._index
        if not index.first <= day.toordinal() <= index.last:
            with self._widening:
                # Another thread may have widened it meanwhile: an index only ever grows.
                index = self._index
                if not index.first <= day.toordinal() <= index.last:
                    index = self._index = self._wider(index, day)
        return index

    def _wider(self, index: _Index, day: date) -> _Index:
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise InvalidInput(
                f"Date hors calendrier : {day.day:02}/{day.month:02}/{day.year}. "
                f"Les jours fériés sont connus de {FIRST_YEAR} à {LAST_YEAR} : corrigez l’année."
            )
        low = max(FIRST_YEAR, day.year - _MARGIN_YEARS)
        high = min(LAST_YEAR, day.year + _MARGIN_YEARS)
        if index is not _EMPTY:
            low = min(low, date.fromordinal(index.first).year)
            high = max(high, date.fromordinal(index.last).year)
        years = range(low, high + 1)
        holidays = _public_holidays(self.territory, years, customary=self._customary)
        off = {holiday.toordinal() for holiday in holidays} | self._closed.keys()
        first, last = date(low, 1, 1).toordinal(), date(high, 12, 31).toordinal()
        ranks: list[int] = []
        days: list[date] = []
        for ordinal in range(first, last + 1):
            # Day 1 of the calendar was a Monday, so (ordinal - 1) % 7 is the weekday.
            if (ordinal - 1) % 7 < _SATURDAY and ordinal not in off:
                days.append(date.fromordinal(ordinal))
            ranks.append(len(days))
        return _Index(first, last, ranks, days, holidays)


@lru_cache(maxsize=64)
def calendar(code: str = "FR", closures: tuple[Closure, ...] = ()) -> WorkingCalendar:
    """Return the shared calendar of a territory, so that its index is built once."""
    return WorkingCalendar(code, closures)
