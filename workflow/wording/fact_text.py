"""What a person types as a fact, read into a typed value or refused with one sentence; and told again.

Used by the service, the simulation and the forms. What `fact_words` tells is read again as the same value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from workflow.case.case import FactValue
from workflow.errors import InvalidInput, unknown
from workflow.rules.fact_specs import FactSpec, FactType
from workflow.rules.procedure import Procedure
from workflow.text import french
from workflow.text.folding import fold, plain_spaces
from workflow.wording.act_text import checked_text
from workflow.wording.codec import fact_text
from workflow.wording.date_text import Today, civil_day, moment_typed
from workflow.wording.instants import NotAValue
from workflow.wording.quantities import typed_integer, typed_number
from workflow.wording.registrations import READ, SHOWN

RawFact = FactValue | str
"""A fact as typed, or as a TOML file gives it."""

_YES = {"oui", "o", "vrai", "true", "1"}
_NO = {"non", "n", "faux", "false", "0"}
_MAX_TEXT = 500


def read_facts(
    procedure: Procedure, raw: Mapping[str, RawFact], zone: ZoneInfo, today: Today | None = None
) -> dict[str, FactValue]:
    """Read facts by name.

    Args:
        procedure: gives the facts that exist and their types.
        raw: name to typed text (or TOML value).
        zone: clock in which an hour is meant.
        today: what « demain » is counted from; None for a file, which has no present.

    Raises:
        NotFound: for a fact the procedure does not have.
        InvalidInput, Refused: for a value that cannot be read, or may not be kept.
    """
    values = {}
    for name, value in raw.items():
        if name not in procedure.facts:
            raise unknown(f"Fait de la procédure « {procedure.id} »", name, procedure.facts)
        values[name] = read_fact(procedure.facts[name], value, zone, today)
    return values


def read_fact(
    spec: FactSpec, raw: RawFact, zone: ZoneInfo, today: Today | None = None
) -> FactValue:
    """Read one fact.

    Raises:
        InvalidInput: when the value does not fit the type of the fact.
        Refused: when it may not be kept.
    """
    text = _plain(spec, raw)
    if spec.type is FactType.TEXT:
        return text
    if spec.type is FactType.DATE:
        return _read(spec, text, lambda: civil_day(text, zone, today))
    if spec.type is FactType.INSTANT:
        return _read(spec, text, lambda: moment_typed(text, zone, today))
    if spec.type in READ:
        return _read(spec, text, lambda: READ[spec.type](text))
    return _read(spec, text, lambda: _READERS[spec.type](spec, text))


def _read(spec: FactSpec, text: str, reading: Callable[[], FactValue]) -> FactValue:
    try:
        return reading()
    except NotAValue as unreadable:
        raise InvalidInput(f"{spec.id} = « {text} » : {unreadable.advice}.") from None


def _boolean(_: FactSpec, text: str) -> bool:
    if text.casefold() not in _YES | _NO:
        raise NotAValue("écrivez « oui » ou « non »")
    return text.casefold() in _YES


def _choice(spec: FactSpec, text: str) -> str:
    """Return a value by its id, or by the label that is shown."""
    if text in spec.choices:
        return text
    meant = [id_ for id_, label in spec.choices.items() if fold(label) == fold(plain_spaces(text))]
    if len(meant) != 1:
        listed = ", ".join(f"{id_} ({label})" for id_, label in spec.choices.items())
        raise NotAValue(f"choisissez parmi : {listed}")
    return meant[0]


def fact_words(value: FactValue, zone: ZoneInfo, spec: FactSpec | None = None) -> str:
    """Return a typed fact as a person reads it.

    Args:
        value: the fact.
        zone: clock on which an hour is shown.
        spec: gives the unit of a number and the label of a choice.
    """
    if isinstance(value, bool):
        return fact_text(value)
    if isinstance(value, datetime):
        return french.moment(value.astimezone(zone))
    if isinstance(value, date):
        return french.short_day(value)
    if isinstance(value, Decimal | int):
        return french.measured(value, spec.unit if spec else "")
    if spec is None:
        return value
    shown = SHOWN.get(spec.type)
    return shown(value) if shown else spec.choices.get(value, value)


def as_typed(value: FactValue, zone: ZoneInfo, spec: FactSpec) -> str:
    """Return a typed fact as somebody would type it: `read_fact` reads the same value."""
    if isinstance(value, str) and spec.type not in SHOWN:
        return value
    if isinstance(value, datetime):
        local = value.astimezone(zone)
        return f"{french.short_day(local)} {local:%H:%M}"
    return plain_spaces(fact_words(value, zone, spec))


def _plain(spec: FactSpec, raw: RawFact) -> str:
    if isinstance(raw, date):
        return raw.isoformat()
    text = checked_text(f"« {spec.id} »", str(raw), _MAX_TEXT)
    if not text:
        raise InvalidInput(f"{spec.id} : valeur vide ; donnez une valeur après le signe égal.")
    return text


_READERS: Mapping[FactType, Callable[[FactSpec, str], FactValue]] = {
    FactType.INTEGER: lambda spec, text: typed_integer(text, spec.unit),
    FactType.NUMBER: lambda spec, text: typed_number(text, spec.unit),
    FactType.BOOLEAN: _boolean,
    FactType.CHOICE: _choice,
}
