"""Facts, deadlines and what the journal notes as text and JSON, one way for the store and `--json`.

The JSON of a deadline is a contract: other programs read it (design, « Interfaces »).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from msgspec import convert, to_builtins

from workflow.case.case import (
    Dates,
    Deadline,
    Explanation,
    FactValue,
    HoursLine,
    Moment,
    Noted,
    Paper,
    Subject,
)
from workflow.case.money import MoneyLine
from workflow.rules.deadline_rules import Kind
from workflow.rules.fact_specs import FactType, Source
from workflow.rules.seniority import Contract

_KINDS: Final = {kind.value: kind for kind in Kind}


def fact_text(value: FactValue) -> str:
    """Return a fact as stored text: ISO 8601 for dates, `oui`/`non` for booleans."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def fact_value(text: str, type_: FactType) -> FactValue:
    """Read back what `fact_text` wrote; the opposite of it for every type."""
    return _BACK.get(type_, str)(text)


def kept_value(text: str, type_: FactType) -> FactValue:
    """Read back what `fact_text` wrote, or its text when the rules have given the fact another type since."""
    try:
        return fact_value(text, type_)
    except (ArithmeticError, ValueError):
        return text


def moment(text: str) -> Moment:
    """Read a civil date, or an instant with its offset."""
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


_BACK: Final[Mapping[FactType, Callable[[str], FactValue]]] = {
    FactType.BOOLEAN: lambda text: text == "oui",
    FactType.INTEGER: int,
    FactType.DATE: date.fromisoformat,
    FactType.INSTANT: moment,
    FactType.NUMBER: Decimal,
}
"""What reads back the types that are not kept as they are typed."""


def _iso(value: Moment | None) -> str | None:
    return None if value is None else value.isoformat()


def deadline_json(deadline: Deadline) -> dict[str, Any]:
    """Return a deadline as the contract's JSON object: what is kept, and its readings."""
    readings = deadline.explanation.readings
    return {
        **deadline_data(deadline),
        "readings": [
            {
                "id": one.id,
                "words": one.words,
                "date": one.gives.isoformat(),
                "steps": list(one.steps),
            }
            for one in readings
        ],
    }


def deadline_data(deadline: Deadline) -> dict[str, Any]:
    """Return a deadline as it is stored."""
    dates, explanation = deadline.dates, deadline.explanation
    source = explanation.source
    # Only what was snoozed, is awaited or lacks its proof says so: any other deadline keeps to the contract.
    days = {"snoozed_until": deadline.snoozed_until, "awaited_since": deadline.awaited_since}
    return {
        "id": deadline.id,
        "label": deadline.label,
        "kind": deadline.kind.value,
        "opens_on": _iso(dates.opens_on),
        "strict": _iso(dates.strict),
        "prudent": _iso(dates.prudent),
        "expected_at": _iso(dates.expected_at),
        "chase_on": _iso(dates.chase_on),
        "commission": _iso(dates.commission),
        "binding": explanation.binding,
        "options": list(explanation.options),
        "steps": list(explanation.steps),
        "source": {
            "document": source.document,
            "lines": source.lines,
            "quote": source.quote,
            "checked_on": _iso(source.checked_on),
        },
        "portal": explanation.portal,
        "warnings": list(explanation.warnings),
        **{name: day.isoformat() for name, day in days.items() if day is not None},
        **({"missing": list(deadline.missing)} if deadline.missing else {}),
    }


def deadline_value(data: Mapping[str, Any]) -> Deadline:
    """Read back what `deadline_data` wrote."""
    source, get = data["source"], data.get
    return Deadline(
        id=data["id"],
        label=data["label"],
        kind=_KINDS[data["kind"]],
        dates=_dates(data),
        explanation=Explanation(
            steps=tuple(data["steps"]),
            source=_source(
                source["document"], source["lines"], source["quote"], source["checked_on"]
            ),
            binding=data["binding"],
            options=tuple(data["options"]),
            portal=data["portal"],
            warnings=tuple(data["warnings"]),
        ),
        snoozed_until=_day(get("snoozed_until")),
        awaited_since=_day(get("awaited_since")),
        missing=tuple(get("missing", ())),
    )


def _dates(data: Mapping[str, Any]) -> Dates:
    get = data.get
    return Dates(
        _day(get("opens_on")),
        _moment(get("strict")),
        _day(get("prudent")),
        _moment(get("expected_at")),
        _day(get("chase_on")),
        _day(get("commission")),
    )


_NOTED: Final[Mapping[Subject, Any]] = {
    Subject.PAPER: Paper,
    Subject.HOURS: HoursLine,
    Subject.CONTRACT: Contract,
    Subject.MONEY: MoneyLine,
}


def noted_data(value: Noted | None) -> str | dict[str, Any] | None:
    """Return a value of the journal as it is stored: text, or an object of what is known."""
    if value is None or isinstance(value, str):
        return value
    # A paper that says nothing, or has no file, is written as it was before papers did.
    return {name: one for name, one in to_builtins(value).items() if one not in (None, {})}


def noted_value(about: Subject, data: str | Mapping[str, Any] | None) -> Noted | None:
    """Read back what `noted_data` gave."""
    if data is None or isinstance(data, str):
        return data
    value: Noted = _dates(data) if about is Subject.DATES else convert(data, _NOTED[about])
    return value


# The same few rules are cited by every deadline.
@lru_cache(maxsize=1024)
def _source(document: str, lines: str, quote: str, checked_on: str | None) -> Source:
    return Source(document, lines, quote, _day(checked_on))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _moment(text: str | None) -> Moment | None:
    return moment(text) if text else None
