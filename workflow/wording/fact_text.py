"""What a person types as a fact, read into a typed value or refused with one sentence; and told again.

Used by the service, the simulation and the forms. What `fact_words` tells is read again as the same value.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from workflow.case.case import FactValue
from workflow.errors import InvalidInput, one_named
from workflow.rules.fact_specs import FactSpec
from workflow.rules.procedure import Procedure
from workflow.text import french
from workflow.text.folding import plain_spaces
from workflow.wording.act_text import checked_text
from workflow.wording.codec import fact_text
from workflow.wording.date_text import Today
from workflow.wording.fact_types import MANNERS, TypedFact
from workflow.wording.instants import NotAValue

RawFact = FactValue | str
"""A fact as typed, or as a TOML file gives it."""

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
        spec = one_named(f"Fait de la procédure « {procedure.id} »", name, procedure.facts)
        values[name] = read_fact(spec, value, zone, today)
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
    try:
        return MANNERS[spec.type].read(TypedFact(spec, text, zone, today))
    except NotAValue as unreadable:
        raise InvalidInput(f"{spec.id} = « {text} » : {unreadable.advice}.") from None


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
    shown = MANNERS[spec.type].shown
    return shown(value) if shown else spec.choices.get(value, value)


def as_typed(value: FactValue, zone: ZoneInfo, spec: FactSpec) -> str:
    """Return a typed fact as somebody would type it: `read_fact` reads the same value."""
    if isinstance(value, str) and not MANNERS[spec.type].shown:
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
