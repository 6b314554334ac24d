"""The ledger of hours: sums that do not depend on the order of entry, and what cannot be.

Used by `workflow.acts.notes` when hours are noted, and by `workflow.case.known_facts` for what rules read
of them. Hours are exact decimals; days are civil dates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby

from workflow.calendar.counting import HOURS_A_DAY
from workflow.case.case import FactValue, HoursLine, WorkKind
from workflow.text import french

ALL = "tout"
"""Every kind of hours together, in the name of what is derived from the ledger."""


def planned_hours(lines: Iterable[HoursLine]) -> Decimal:
    """Return the hours planned; a line that only says what was done counts as planned."""
    return sum((_planned(line) for line in lines), Decimal(0))


def done_hours(lines: Iterable[HoursLine]) -> Decimal:
    """Return the hours done."""
    return sum((line.done or Decimal(0) for line in lines), Decimal(0))


def absent_hours(lines: Iterable[HoursLine]) -> Decimal:
    """Return the hours planned and not done, of the lines that say both."""
    both = ((line.planned, line.done) for line in lines)
    missed = (planned - done for planned, done in both if planned is not None and done is not None)
    return sum((max(one, Decimal(0)) for one in missed), Decimal(0))


def _worked(lines: Iterable[HoursLine]) -> Iterable[HoursLine]:
    return (line for line in lines if line.done)


def shared_days(lines: Iterable[HoursLine]) -> int:
    """Return on how many days training and a mission stand side by side."""
    days: dict[WorkKind, set[int]] = {kind: set() for kind in WorkKind}
    for line in lines:
        days[line.kind].update(range(line.first.toordinal(), line.last.toordinal() + 1))
    return len(days[WorkKind.TRAINING] & days[WorkKind.MISSION])


Derivation = Callable[[Sequence[HoursLine]], FactValue | None]

_DERIVED: Mapping[str, Derivation] = {
    "lignes": len,
    "prevues": planned_hours,
    "realisees": done_hours,
    "absentes": absent_hours,
    "premier_jour": lambda lines: min(line.first for line in lines),
    "dernier_jour": lambda lines: max(line.last for line in lines),
    "premier_jour_fait": lambda lines: min((line.first for line in _worked(lines)), default=None),
    "dernier_jour_fait": lambda lines: max((line.last for line in _worked(lines)), default=None),
    "jours_communs": shared_days,
}

DERIVATIONS: Mapping[str, tuple[str, Derivation]] = {
    f"{kind}.{name}": (kind, derivation)
    for name, derivation in _DERIVED.items()
    # Days in common are those of two kinds.
    for kind in ((ALL,) if name == "jours_communs" else (ALL, *WorkKind))
}
"""Everything that can be read of the ledger: `mission.realisees`, `tout.dernier_jour`, …"""


def by_kind(lines: Sequence[HoursLine]) -> Mapping[str, Sequence[HoursLine]]:
    """Return the lines of each kind, and all of them for `tout`."""
    found: dict[str, list[HoursLine]] = {ALL: [*lines]}
    for line in lines:
        found.setdefault(line.kind, []).append(line)
    return found


def derive(lines: Mapping[str, Sequence[HoursLine]], derivation: str) -> FactValue | None:
    """Return what a derivation reads of the lines of each kind, or None while there is none."""
    kind, derived = DERIVATIONS[derivation]
    found = lines.get(kind)
    return derived(found) if found else None


def impossible(lines: Sequence[HoursLine]) -> tuple[str, ...]:
    """Say what no timetable could hold: more hours than days have, the same hours twice."""
    return (*_too_long(lines), *_twice(lines))


def _too_long(lines: Sequence[HoursLine]) -> Iterable[str]:
    """Find a stretch of days with more hours than its days have, however they are spread.

    Lines that lie wholly inside a stretch must fit in it; if every stretch between two bounds of
    the ledger holds, a timetable exists.
    """
    by_end = sorted(lines, key=lambda line: line.last)
    for first in sorted({line.first for line in lines}):
        inside: list[HoursLine] = []
        total = Decimal(0)
        later = (line for line in by_end if line.first >= first)
        for last, ending in groupby(later, key=lambda line: line.last):
            more = tuple(ending)
            inside += more
            total += sum(map(_hours, more), Decimal(0))
            days = (last - first).days + 1
            if total > HOURS_A_DAY * days:
                yield (
                    f"{french.measured(total, 'h')} {french.period(first, last)}, alors "
                    f"{'qu’un jour n’en a' if days == 1 else f'que {days} jours n’en ont'} que "
                    f"{HOURS_A_DAY * days} ({_numbers(inside)})"
                )
                return


def _twice(lines: Sequence[HoursLine]) -> Iterable[str]:
    """Find two lines of one kind at one place whose days overlap: their hours would count twice."""
    for number, one in enumerate(lines):
        for two in lines[number + 1 :]:
            same = (one.kind, one.place.casefold()) == (two.kind, two.place.casefold())
            if same and one.first <= two.last and two.first <= one.last:
                yield (
                    f"les lignes {one.number} et {two.number} disent deux fois les mêmes jours "
                    f"({one.kind.value}, {french.period(*_shared(one, two))})"
                )


def _shared(one: HoursLine, two: HoursLine) -> tuple[date, date]:
    return max(one.first, two.first), min(one.last, two.last)


def _numbers(lines: Sequence[HoursLine]) -> str:
    numbers = french.listing(str(number) for number in sorted(line.number for line in lines))
    return f"{'ligne' if len(lines) == 1 else 'lignes'} {numbers}"


def _planned(line: HoursLine) -> Decimal:
    return line.done or Decimal(0) if line.planned is None else line.planned


def _hours(line: HoursLine) -> Decimal:
    """Return the most hours that a line says."""
    return max(line.planned or Decimal(0), line.done or Decimal(0))
