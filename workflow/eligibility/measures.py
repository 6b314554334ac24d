"""What a check measures: from the known values of a case to one exact value, or what is missing.

Used by `workflow.eligibility.evaluate`. A table of ways to measure, like those of
`workflow.counting.ways_of_counting`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from workflow.calendar import counting
from workflow.case.case import FactValue
from workflow.counting.ways_of_counting import Context
from workflow.rules.checks import Band, Measure, Measuring
from workflow.wording.codec import fact_text

_OPTIONAL = "?"

Measured = Fraction | str
"""A number, or the stored text of a choice or a boolean (`oui`, `non`)."""


class MeasuredValue(Struct, frozen=True):
    """What was found.

    Args:
        value: None when nothing can be said.
        missing: facts that would have to be known.
        counted_from: for days and months, the date counted from.
    """

    value: Measured | None
    missing: tuple[str, ...] = ()
    counted_from: date | None = None


def measure(how: Measure, known: Mapping[str, FactValue], context: Context) -> MeasuredValue:
    """Measure the known values of a case."""
    missing = tuple(
        name for name in (*how.of, *how.over) if not name.endswith(_OPTIONAL) and name not in known
    )
    if missing:
        return MeasuredValue(None, missing)
    return _WAYS[how.by](how, known, context)


def holds(band: Band, value: Measured) -> bool:
    """Tell whether a value falls in a band."""
    if band.is_:
        return value in band.is_
    if isinstance(value, str):
        return band.below is None and band.at_most is None
    if band.below is not None:
        return value < band.below
    return band.at_most is None or value <= band.at_most


def reached_on(reading: MeasuredValue, band: Band, by: Measuring) -> date | None:
    """Return the date on which the limit of a band is reached, for days and months."""
    limit = band.below if band.below is not None else band.at_most
    if reading.counted_from is None or limit is None:
        return None
    if by is Measuring.MONTHS:
        return counting.add_months(reading.counted_from, int(limit))
    return reading.counted_from + timedelta(days=int(limit))


def _numbers(names: tuple[str, ...], known: Mapping[str, FactValue]) -> Fraction:
    """Return the sum of facts; one that may be unknown counts for nothing when it is."""
    values = (known.get(name.removesuffix(_OPTIONAL)) for name in names)
    return sum(
        (Fraction(value) for value in values if isinstance(value, Decimal | int)), Fraction(0)
    )


def _days_of(
    names: tuple[str, ...], known: Mapping[str, FactValue], context: Context
) -> list[date]:
    values = (known.get(name.removesuffix(_OPTIONAL)) for name in names)
    return [context.day(value) for value in values if isinstance(value, date)]


def _value(how: Measure, known: Mapping[str, FactValue], _: Context) -> MeasuredValue:
    name = how.of[0].removesuffix(_OPTIONAL)
    value = known.get(name)
    if value is None:
        return MeasuredValue(None, (name,))
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return MeasuredValue(Fraction(value))
    return MeasuredValue(fact_text(value))


def _sum(how: Measure, known: Mapping[str, FactValue], _: Context) -> MeasuredValue:
    return MeasuredValue(_numbers(how.of, known))


def _difference(how: Measure, known: Mapping[str, FactValue], _: Context) -> MeasuredValue:
    return MeasuredValue(_numbers(how.of, known) - _numbers(how.over, known))


def _share(how: Measure, known: Mapping[str, FactValue], _: Context) -> MeasuredValue:
    whole = _numbers(how.over, known)
    if not whole:
        return MeasuredValue(None, tuple(name.removesuffix(_OPTIONAL) for name in how.over))
    return MeasuredValue(_numbers(how.of, known) * 100 / whole)


def _days(how: Measure, known: Mapping[str, FactValue], context: Context) -> MeasuredValue:
    return _counted(how, known, context, lambda start, end: (end - start).days)


def _months(how: Measure, known: Mapping[str, FactValue], context: Context) -> MeasuredValue:
    return _counted(how, known, context, counting.whole_months)


def _counted(
    how: Measure,
    known: Mapping[str, FactValue],
    context: Context,
    count: Callable[[date, date], int],
) -> MeasuredValue:
    """Count from a date to the nearest of others: what must hold on each holds on the nearest."""
    starts, ends = _days_of(how.of, known, context), _days_of(how.over, known, context)
    if not starts or not ends:
        return MeasuredValue(None, _unknown(how, known))
    return MeasuredValue(Fraction(count(starts[0], min(ends))), counted_from=starts[0])


def _unknown(how: Measure, known: Mapping[str, FactValue]) -> tuple[str, ...]:
    """Return the facts of which none is known, when any of them would do."""
    return tuple(name for name in how.names if name not in known)


def _overrun(how: Measure, known: Mapping[str, FactValue], context: Context) -> MeasuredValue:
    starts, ends = _days_of(how.of, known, context), _days_of(how.over, known, context)
    if not starts or not ends:
        return MeasuredValue(None, _unknown(how, known))
    limit = counting.add_months(starts[0], how.months)
    return MeasuredValue(Fraction((max(ends) - limit).days), counted_from=limit)


_WAYS: Mapping[Measuring, Callable[[Measure, Mapping[str, FactValue], Context], MeasuredValue]] = {
    Measuring.VALUE: _value,
    Measuring.SUM: _sum,
    Measuring.DIFFERENCE: _difference,
    Measuring.SHARE: _share,
    Measuring.DAYS: _days,
    Measuring.MONTHS: _months,
    Measuring.OVERRUN: _overrun,
}
