"""Has this person worked long enough? Contracts counted in windows that end on a reference date.

Used by `workflow.usecases.reads` for a case, and by `echeancier dossier anciennete`. A funder asks for one
of several paths; a path is a set of conditions, all needed; a condition may be read in months, in days and
in hours. Every reading is computed and shown: one is enough where the text writes « ou », all are needed
where it equates them. Days that two contracts share count once. Exact: no day and no hour is rounded.
Paths, conditions and counts are judged together: hence its length.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Annotated

from msgspec import Struct, field

from workflow.calendar.counting import add_months, whole_months
from workflow.errors import InvalidInput
from workflow.rules.checks import CheckVerdict
from workflow.rules.fact_specs import Checked
from workflow.structures.written import IfAbsent, OneOrMore, Positive
from workflow.text import french

_ONE_DAY = timedelta(days=1)
_DAYS_A_MONTH = 30
"""Days left over from several stretches, taken together, make a month."""
_SEARCH_DAYS = 5 * 366


class Contract(Struct, frozen=True):
    """A contract of a person's history, both days included.

    Args:
        number: what staff call the line.
        type: id of its type in the procedure.
        employer: id of the kind of employer in the procedure.
        first: first day.
        last: last day, planned or real.
        hours: hours worked over the whole of it, None when nobody knows.
        place: name of the employer.
    """

    number: int
    type: str
    employer: str
    first: date
    last: date
    hours: Decimal | None = None
    place: str = ""


class Condition(Struct, frozen=True):
    """So much work of certain kinds in a window that ends on the reference date.

    Args:
        id: id of the row in the source's register.
        label: in French.
        source: where it is written.
        window: length of the window, in months.
        types: types of contract that count.
        employers: kinds of employer that count.
        doubtful: types that count only if the funder confirms.
        months: whole months asked, if the source says months.
        days: days asked, if it says days.
        hours: hours asked, if it says hours.
        together: True when every reading is needed; otherwise one is enough.
    """

    id: str
    label: str
    source: Checked
    window: Annotated[Positive, IfAbsent("donnez la durée de la période, en mois")]
    types: frozenset[str]
    employers: frozenset[str]
    doubtful: frozenset[str] = frozenset()
    months: Positive | None = None
    days: Positive | None = None
    hours: Decimal | None = None
    together: bool = False


class Path(Struct, frozen=True):
    """One way to qualify: every condition is needed."""

    id: str
    label: str
    conditions: tuple[Condition, ...]
    when: Mapping[str, OneOrMore] = field(default_factory=dict)
    """The path is open when each of these facts has one of these values."""


class SeniorityRules(Struct, frozen=True):
    """What a funder asks of a person's history.

    Args:
        types: label of each type of contract.
        employers: label of each kind of employer.
        reference: facts that may hold the reference date, the first known decides.
        reference_source: where it is written.
        paths: ways to qualify.
        notes: what a careful reader must know.
    """

    types: Mapping[str, str]
    employers: Mapping[str, str]
    reference: tuple[str, ...]
    reference_source: Checked
    paths: tuple[Path, ...]
    notes: tuple[str, ...] = ()


class SeniorityCount(Struct, frozen=True):
    """What was found in a window.

    Args:
        first: first day of the window.
        last: its last day, the reference date.
        months: whole months, days left over taken together.
        days: days, each once.
        hours: hours, in proportion of the days of each contract; None when some are unknown.
    """

    first: date
    last: date
    months: int
    days: int
    hours: Fraction | None


class JudgedCondition(Struct, frozen=True):
    """A condition with what was found and what it is worth."""

    condition: Condition
    count: SeniorityCount
    verdict: CheckVerdict
    sentence: str
    undisputed: bool
    """True when every reading of it holds."""


class JudgedPath(Struct, frozen=True):
    """A path with its conditions judged; the heaviest verdict is its own."""

    path: Path
    conditions: tuple[JudgedCondition, ...]

    @property
    def verdict(self) -> CheckVerdict:
        """Return the heaviest verdict of its conditions."""
        return max((one.verdict for one in self.conditions), key=lambda verdict: verdict.weight)

    @property
    def undisputed(self) -> bool:
        """Tell whether every reading of every condition holds."""
        return all(one.undisputed for one in self.conditions)


class Assessment(Struct, frozen=True):
    """What a history is worth on a date.

    Args:
        on: the reference date.
        paths: every open path, judged.
        earliest_on: first day, from the reference date on, on which some path conforms; None when
            none does in five years.
        qualifies_on: the safest: first such day on which a path holds under every reading, or
            `earliest_on` when none does.
    """

    on: date
    paths: tuple[JudgedPath, ...]
    earliest_on: date | None
    qualifies_on: date | None

    @property
    def verdict(self) -> CheckVerdict:
        """Return the lightest verdict of the paths: one is enough."""
        return min((one.verdict for one in self.paths), key=lambda verdict: verdict.weight)


def assess(
    rules: SeniorityRules, contracts: Sequence[Contract], answers: Mapping[str, str], on: date
) -> Assessment:
    """Judge a history on a reference date.

    Args:
        rules: what the funder asks.
        contracts: the history, in any order.
        answers: stored text of the facts that open a path.
        on: the reference date.

    Raises:
        InvalidInput: no path is open with these answers.
    """
    paths = open_paths(rules, answers)
    if not paths:
        facts = french.listing(sorted({name for path in rules.paths for name in path.when}))
        raise InvalidInput(f"Ancienneté : aucune règle calculée pour les faits notés ({facts}).")
    judged = tuple(judge(path, contracts, on) for path in paths)
    return Assessment(on, judged, *_first_days(paths, contracts, on))


def open_paths(rules: SeniorityRules, answers: Mapping[str, str]) -> tuple[Path, ...]:
    """Return the paths that a person may take."""
    return tuple(
        path
        for path in rules.paths
        if all(answers.get(name) in values for name, values in path.when.items())
    )


def judge(path: Path, contracts: Sequence[Contract], on: date) -> JudgedPath:
    """Judge every condition of a path."""
    return JudgedPath(path, tuple(_judged(one, contracts, on) for one in path.conditions))


def _first_days(
    paths: Sequence[Path], contracts: Sequence[Contract], on: date
) -> tuple[date | None, date | None]:
    """Return the first day on which a path conforms, and the first on which it does in every reading.

    Without the second, the first stands in. Contracts are taken as they stand, planned ends included:
    nothing is supposed beyond them. Past the end of the last one, windows only lose days, so nothing
    better comes.
    """
    last = max((contract.last for contract in contracts), default=on)
    day, end = on, min(max(last, on), on + timedelta(days=_SEARCH_DAYS))
    first: date | None = None
    while day <= end:
        judged = [judge(path, contracts, day) for path in paths]
        if first is None and any(one.verdict is CheckVerdict.CONFORMING for one in judged):
            first = day
        if any(one.undisputed for one in judged):
            return first, day
        day += _ONE_DAY
    return first, first


def window(on: date, months: int) -> tuple[date, date]:
    """Return the first and last day of a window that ends on a date, both included.

    Twelve months up to 14/06/2017 begin on 15/06/2016.
    """
    return add_months(on, -months) + _ONE_DAY, on


def count(
    contracts: Iterable[Contract],
    types: frozenset[str],
    employers: frozenset[str],
    first: date,
    last: date,
) -> SeniorityCount:
    """Count the work of some types of contract in a window, both days included."""
    inside = [
        (max(contract.first, first), min(contract.last, last), contract)
        for contract in contracts
        if contract.type in types
        and contract.employer in employers
        and contract.first <= last
        and contract.last >= first
    ]
    stretches = merged((start, end) for start, end, _ in inside)
    hours: Fraction | None = Fraction(0)
    for start, end, contract in inside:
        if contract.hours is None:
            hours = None
        elif hours is not None:
            whole = (contract.last - contract.first).days + 1
            hours += Fraction(contract.hours) * ((end - start).days + 1) / whole
    months, days = _months_and_days(stretches)
    return SeniorityCount(first, last, months, days, hours)


def merged(stretches: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    """Return stretches of days without overlap; two that touch become one."""
    joined: list[tuple[date, date]] = []
    for start, end in sorted(stretches):
        if joined and start <= joined[-1][1] + _ONE_DAY:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return joined


def _months_and_days(stretches: Iterable[tuple[date, date]]) -> tuple[int, int]:
    months = left = days = 0
    for start, end in stretches:
        after = end + _ONE_DAY
        whole = whole_months(start, after)
        months += whole
        # A stretch alone is a month once its month is over: 1 to 30 May is not one yet.
        left += min((after - add_months(start, whole)).days, _DAYS_A_MONTH - 1)
        days += (after - start).days
    return months + left // _DAYS_A_MONTH, days


def _judged(condition: Condition, contracts: Sequence[Contract], on: date) -> JudgedCondition:
    first, last = window(on, condition.window)
    sure = count(contracts, condition.types, condition.employers, first, last)
    wide = count(contracts, condition.types | condition.doubtful, condition.employers, first, last)
    met = _met(condition, sure)
    undisputed = len(met) == len(_asked(condition))
    if undisputed or (met and not condition.together):
        verdict = CheckVerdict.CONFORMING
    elif met or _met(condition, wide) or (condition.hours and sure.hours is None):
        verdict = CheckVerdict.TO_CONFIRM
    else:
        verdict = CheckVerdict.FAILING
    return JudgedCondition(condition, sure, verdict, _sentence(condition, sure, met), undisputed)


def _asked(condition: Condition) -> list[str]:
    names = ("months", "days", "hours")
    return [name for name in names if getattr(condition, name) is not None]


def _met(condition: Condition, found: SeniorityCount) -> list[str]:
    """Return the readings of a condition that hold."""
    return [
        name
        for name in _asked(condition)
        if (value := getattr(found, name)) is not None and value >= getattr(condition, name)
    ]


_READINGS = {"months": "mois", "days": "jour", "hours": "heure"}


def _sentence(condition: Condition, found: SeniorityCount, met: Sequence[str]) -> str:
    """Return « du 15/06/2016 au 14/06/2017 : 4 mois sur 4 ✓ ou 120 jours sur 122 ✗ »."""
    parts = []
    for name in _asked(condition):
        value, wanted = getattr(found, name), getattr(condition, name)
        unit = _READINGS[name]
        words = "heures inconnues" if value is None else french.measured(value, unit)
        sign = "✓" if name in met else "✗"
        parts.append(f"{words} sur {french.measured(wanted, '')} {sign}")
    stretch = f"du {french.short_day(found.first)} au {french.short_day(found.last)}"
    joint = " et " if condition.together else " ou "
    return f"{stretch} : {joint.join(parts)}"
