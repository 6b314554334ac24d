"""The few parts of a rule file that are written otherwise than they are kept, and what reads them all.

Used by `workflow.rulefiles.procedures`. Everything else is written as the Structs of `workflow.rules` say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct, field

from workflow.consistency.agreement import AGREEMENT
from workflow.rules.checks import (
    Band,
    Check,
    CheckVerdict,
    EligibilityRules,
    Ground,
    Measure,
    Measuring,
)
from workflow.rules.procedure import Action
from workflow.structures.places import Reading, under
from workflow.structures.walker import WRONG, Spelling, Walker
from workflow.structures.written import OneOrMore, Positive

Table = Mapping[str, Any]


class _Moves(Struct, frozen=True):
    """From where an action leads where."""

    from_: tuple[str, ...] = field(default=(), name="from")
    to: str | None = None
    transitions: Mapping[str, str] = field(default_factory=dict)


class _Difference(Struct, frozen=True):
    of: OneOrMore
    over: OneOrMore = field(name="less")


class _Share(Struct, frozen=True):
    of: OneOrMore
    over: OneOrMore


class _Stretch(Struct, frozen=True):
    of: OneOrMore = field(name="from")
    over: OneOrMore = field(name="to")


class _Overrun(_Stretch, frozen=True):
    months: Positive | None = None
    doubt: str | None = None


_WRITTEN: Final[Mapping[Measuring, Any]] = {
    Measuring.VALUE: str,
    Measuring.SUM: tuple[str, ...],
    Measuring.DIFFERENCE: _Difference,
    Measuring.SHARE: _Share,
    Measuring.DAYS: _Stretch,
    Measuring.MONTHS: _Stretch,
    Measuring.OVERRUN: _Overrun,
}
"""How each way of measuring is written, under its own name."""
_MEASURES: Final = frozenset(by.value for by in Measuring)


def _transitions(data: Table, key: str, reading: Reading) -> Table:
    """Return where an action leads: `from` and `to` together, `transitions` one by one."""
    own = {name: data[name] for name in data.keys() & {"from", "to", "transitions"}}
    moves = WALKER.whole(WALKER.shape(_Moves), own, key, reading)
    if moves is WRONG:
        return {"transitions": WRONG}
    transitions = dict(moves.transitions)
    if moves.to is not None:
        transitions |= dict.fromkeys(moves.from_, moves.to)
    elif moves.from_ and transitions:
        words = "sans effet à côté de `transitions` ; retirez-la ou donnez `to`."
        reading.report(under(key, "from"), words)
    return {"transitions": transitions}


def _measured(data: Table, key: str, reading: Reading) -> Table:
    """Return what a check measures, named by one of its keys, and its bands; a reminder is one."""
    bands = WALKER.reader(tuple[Band, ...])(data.get("bands", []), under(key, "bands"), reading)
    reminder = WALKER.reader(str)(data.get("reminder", ""), under(key, "reminder"), reading)
    if bands is not WRONG and isinstance(reminder, str) and reminder:
        bands = (*bands, Band(CheckVerdict.REMINDER, reminder))
    found = [name for name in data if name in _MEASURES]
    if len(found) > 1:
        words = f"une seule mesure par contrôle ({', '.join(found)})."
        reading.report(under(key, found[1]), words)
    measure = _measure(Measuring(found[0]), data, key, reading) if found else None
    return {"bands": bands, "measure": measure}


def _measure(by: Measuring, data: Table, key: str, reading: Reading) -> Any:
    read = WALKER.reader(_WRITTEN[by], filled=True)
    found = read(data[by.value], under(key, by.value), reading)
    if found is WRONG:
        return WRONG
    if isinstance(found, str):
        return Measure(by, (found,))
    if isinstance(found, tuple):
        return Measure(by, found)
    if isinstance(found, _Stretch) and len(found.of) > 1:
        reading.report(under(key, f"{by.value}.from"), "on compte à partir d’un seul fait.")
    if isinstance(found, _Overrun):
        return Measure(by, found.of, found.over, found.months or 0, found.doubt)
    return Measure(by, found.of, found.over)


def _grounds(data: Table, key: str, reading: Reading) -> Table:
    """Return the grounds; their checks have no theme of their own, but that of the public line."""
    grounds = data.get("grounds", {})
    if isinstance(grounds, dict):
        theme = {"theme": data.get("theme", "")}
        grounds = {id_: _themed(ground, theme) for id_, ground in grounds.items()}
    read = WALKER.reader(Mapping[str, Ground])
    return {"grounds": read(grounds, under(key, "grounds"), reading)}


def _themed(ground: Any, theme: Table) -> Any:
    checks = ground.get("checks") if isinstance(ground, dict) else None
    if not isinstance(checks, list):
        return ground
    themed = [{**theme, **check} if isinstance(check, dict) else check for check in checks]
    return {**ground, "checks": themed}


WALKER: Final = Walker(
    {
        Action: Spelling(
            frozenset({"transitions"}), frozenset({"from", "to", "transitions"}), _transitions
        ),
        Check: Spelling(
            frozenset({"measure", "bands"}), _MEASURES | {"bands", "reminder"}, _measured
        ),
        EligibilityRules: Spelling(frozenset({"grounds"}), frozenset({"grounds"}), _grounds),
    },
    AGREEMENT,
)
"""Reads every Struct of `workflow.rules`."""
