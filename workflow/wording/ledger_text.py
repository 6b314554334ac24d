"""Lines of a ledger as typed: hours by day or period, contracts of a person's history. Read, or refused.

Used by `workflow.usecases.noting`. What is typed stands over what the line said before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from msgspec import Struct

from workflow.case.case import HoursLine, WorkKind
from workflow.errors import InvalidInput, Reason, ReasonCode, unknown
from workflow.rules.fact_specs import FactSpec, FactType
from workflow.rules.seniority import Contract, SeniorityRules
from workflow.text.folding import cleaned, plain_spaces
from workflow.wording.act_text import checked_place
from workflow.wording.date_text import Today
from workflow.wording.fact_text import RawFact, read_fact

_DAY = FactSpec("jour", "Jour", FactType.DATE, future=True)
_HOURS = FactSpec("heures", "Heures", FactType.NUMBER, future=True, unit="h")
_SEPARATORS = re.compile(r"\s*(?:\.\.+|…|→|->|\bau\b(?!\s+soir\b)|\bjusqu['’]au\b)\s*|\s+[-–—]\s+")
"""What stands between the two ends of a period: « du … au … », « … - … »."""

_BEGINS = re.compile("^du ", re.IGNORECASE)


class TypedHours(Struct, frozen=True):
    """A line of hours as typed; None leaves what was there.

    Args:
        kind: `formation`, `mission` or `bilan`.
        days: « 02/03/2026 », or « 02/03/2026..06/03/2026 » for a period; or its two ends apart.
        planned: hours planned.
        done: hours done.
        place: company or training organisation.
    """

    kind: str | None = None
    days: str | Sequence[str] | None = None
    planned: str | None = None
    done: str | None = None
    place: str | None = None


class TypedContract(Struct, frozen=True):
    """A contract as typed; None leaves what was there.

    Args:
        type: id of its type in the procedure.
        employer: id of the kind of employer.
        days: « 01/02/2017..31/05/2017 », or its two ends apart.
        hours: hours worked over the whole of it.
        place: name of the employer.
    """

    type: str | None = None
    employer: str | None = None
    days: str | Sequence[str] | None = None
    hours: str | None = None
    place: str | None = None


def read_day(raw: RawFact, zone: ZoneInfo, today: Today | None = None) -> date:
    """Read a day; raises `InvalidInput` when it is none."""
    value = read_fact(_DAY, raw, zone, today)
    assert isinstance(value, date), "a day is a date"  # noqa: S101 - by its type
    return value


def read_line(
    number: int,
    was: HoursLine | None,
    typed: TypedHours,
    zone: ZoneInfo,
    today: Today | None = None,
) -> HoursLine:
    """Return a line as typed over what was there."""
    if was is None and (typed.kind is None or not typed.days):
        asked = "Heures : donnez la nature (formation, mission ou bilan) et les jours"
        raise InvalidInput(Reason(ReasonCode.LINE_ASKED, asked))
    if typed.kind is not None and typed.kind not in set(WorkKind):
        raise InvalidInput("Heures : la nature est « formation », « mission » ou « bilan ».")
    kind = WorkKind(typed.kind) if typed.kind else was.kind if was else WorkKind.TRAINING
    first, last = _stretch(typed.days, was, zone, today)
    planned = _changed(typed.planned, was.planned if was else None, zone)
    done = _changed(typed.done, was.done if was else None, zone)
    if planned is None and done is None:
        asked = "Heures : donnez les heures prévues ou faites"
        raise InvalidInput(Reason(ReasonCode.AMOUNT_ASKED, asked))
    if planned == 0 or (planned is None and done == 0):
        raise InvalidInput("Heures : 0 h ne se prévoit pas ; donnez un nombre d’heures.")
    place = checked_place(typed.place) if typed.place is not None else was.place if was else ""
    return HoursLine(number, kind, first, last, planned, done, place)


def read_contract(
    rules: SeniorityRules,
    number: int,
    was: Contract | None,
    typed: TypedContract,
    zone: ZoneInfo,
    today: Today | None = None,
) -> Contract:
    """Return a contract as typed over what was there."""
    type_ = typed.type or (was.type if was else "")
    employer = typed.employer or (was.employer if was else next(iter(rules.employers)))
    if type_ not in rules.types:
        raise unknown("Type de contrat", type_, rules.types)
    if employer not in rules.employers:
        raise unknown("Employeur", employer, rules.employers)
    if was is None and not typed.days:
        raise InvalidInput(Reason(ReasonCode.DAYS_ASKED, "Contrat : donnez ses jours"))
    first, last = _stretch(typed.days, was, zone, today)
    hours = _number(typed.hours, zone) if typed.hours else was.hours if was else None
    if hours == 0:
        raise InvalidInput("Contrat : 0 h ne se compte pas ; donnez ses heures, ou retirez-le.")
    place = checked_place(typed.place) if typed.place is not None else was.place if was else ""
    return Contract(number, type_, employer, first, last, hours, place)


def _stretch(
    days: str | Sequence[str] | None,
    was: HoursLine | Contract | None,
    zone: ZoneInfo,
    today: Today | None,
) -> tuple[date, date]:
    """Return days as typed, or those that were there."""
    if days:
        return read_period(days, zone, today)
    assert was is not None, "a new line has its days"  # noqa: S101 - refused by the callers
    return was.first, was.last


def read_period(
    days: str | Sequence[str], zone: ZoneInfo, today: Today | None = None
) -> tuple[date, date]:
    """Return the first and the last day of a period as typed: « du 02/03/2026 au 06/03/2026 », or one day.

    Args:
        days: a text, or both days apart.
        zone: clock in which an hour is meant.
        today: what shorthands count from.

    Raises:
        InvalidInput: for what is no period, or ends before it begins.
    """
    text = days if isinstance(days, str) else "..".join(days)
    parts = _split(days) if isinstance(days, str) else days
    if len(parts) > 2:  # noqa: PLR2004 - a period has two ends
        raise InvalidInput(f"Jours « {text} » : écrivez 02/03/2026, ou 02/03/2026..06/03/2026.")
    first, last = read_day(parts[0], zone, today), read_day(parts[-1], zone, today)
    if last < first:
        raise InvalidInput(f"Jours « {text} » : la période finit avant de commencer.")
    return first, last


def _split(text: str) -> list[str]:
    return _SEPARATORS.split(_BEGINS.sub("", plain_spaces(cleaned(text)).strip()))


def _changed(text: str | None, was: Decimal | None, zone: ZoneInfo) -> Decimal | None:
    """Return hours as typed over what was there; an empty text takes them back."""
    if text is None:
        return was
    return _number(text, zone) if text.strip() else None


def _number(text: str, zone: ZoneInfo) -> Decimal:
    value = read_fact(_HOURS, text, zone)
    assert isinstance(value, Decimal), "hours are a number"  # noqa: S101 - by its type
    return value
