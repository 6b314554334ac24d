"""Lines of a ledger as typed: hours by day or period, contracts, claims and payments. Read, or refused.

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
from workflow.case.money import MoneyKind, MoneyLine
from workflow.errors import InvalidInput, Reason, ReasonCode, one_named, unknown
from workflow.rules.fact_specs import FactSpec, FactType
from workflow.rules.procedure import Procedure
from workflow.rules.seniority import Contract, SeniorityRules
from workflow.text.folding import cleaned, plain_spaces
from workflow.text.french import cents
from workflow.wording.act_text import checked_place, checked_words
from workflow.wording.date_text import Today
from workflow.wording.fact_text import RawFact, read_fact

_HOURS = FactSpec("heures", "Heures", FactType.NUMBER, future=True, unit="h")
_AMOUNT = FactSpec("montant", "Montant", FactType.NUMBER, unit="€")
_MONTH = re.compile(r"(?P<month>0?[1-9]|1[0-2])[/-](?P<year>20[0-9]{2})")
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


class TypedMoney(Struct, frozen=True):
    """A claim or a payment as typed; None leaves what was there.

    Args:
        kind: `demande` or `versement`.
        on: its day; today when a new line says none.
        amount: euros.
        payer: id of the payer; the only one of the procedure when a new line says none.
        month: « 09/2026 », the month that it is about; an empty text takes it back.
        reference: what the payer or the bank calls it.
        note: words of the house.
    """

    kind: str | None = None
    on: str | None = None
    amount: str | None = None
    payer: str | None = None
    month: str | None = None
    reference: str | None = None
    note: str | None = None


def read_day(
    raw: RawFact, zone: ZoneInfo, today: Today | None = None, called: str = "jour"
) -> date:
    """Read a day, « demain » and « +3j » included; raises `InvalidInput`, under its name, when it is none."""
    spec = FactSpec(called, called[:1].upper() + called[1:], FactType.DATE, future=True)
    value = read_fact(spec, raw, zone, today)
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
    one_named("Type de contrat", type_, rules.types)
    one_named("Employeur", employer, rules.employers)
    if was is None and not typed.days:
        raise InvalidInput(Reason(ReasonCode.DAYS_ASKED, "Contrat : donnez ses jours"))
    first, last = _stretch(typed.days, was, zone, today)
    hours = _number(typed.hours, zone) if typed.hours else was.hours if was else None
    if hours == 0:
        raise InvalidInput("Contrat : 0 h ne se compte pas ; donnez ses heures, ou retirez-le.")
    place = checked_place(typed.place) if typed.place is not None else was.place if was else ""
    return Contract(number, type_, employer, first, last, hours, place)


def read_money(
    procedure: Procedure,
    number: int,
    was: MoneyLine | None,
    typed: TypedMoney,
    zone: ZoneInfo,
    today: Today,
) -> MoneyLine:
    """Return a claim or a payment as typed over what was there."""
    if typed.kind is not None and typed.kind not in set(MoneyKind):
        raise InvalidInput("Argent : la nature est « demande » ou « versement ».")
    known = procedure.payers
    payer = typed.payer or (was.payer if was else next(iter(known)) if len(known) == 1 else "")
    if payer and payer not in known:
        raise unknown("Payeur", payer, known)
    kind = MoneyKind(typed.kind) if typed.kind else was.kind if was else None
    amount = _amount(typed.amount, zone) if typed.amount else was.amount if was else None
    if kind is None or not payer or amount is None:
        asked = "Argent : donnez la nature (demande ou versement), le payeur et le montant"
        raise InvalidInput(Reason(ReasonCode.MONEY_ASKED, asked, {"payers": ", ".join(known)}))
    kept = was or MoneyLine(number, kind, today.day, payer, amount)
    month, reference, note = typed.month, typed.reference, typed.note
    return MoneyLine(
        number,
        kind,
        read_day(typed.on, zone, today) if typed.on else kept.on,
        payer,
        amount,
        kept.month if month is None else _month(month),
        kept.reference
        if reference is None
        else checked_words(procedure, "la référence", reference),
        kept.note if note is None else checked_words(procedure, "la note", note),
    )


def _amount(text: str, zone: ZoneInfo) -> Decimal:
    value = read_fact(_AMOUNT, text, zone)
    assert isinstance(value, Decimal), "an amount is a number"  # noqa: S101 - by its type
    if not value:
        raise InvalidInput("Argent : 0 € ne se demande ni ne se verse ; donnez un montant.")
    return cents(value)


def _month(text: str) -> date | None:
    """Return the first day of a month as typed; None takes it back."""
    if not text.strip():
        return None
    found = _MONTH.fullmatch(text.strip())
    if found is None:
        raise InvalidInput(f"Mois « {text} » : écrivez un mois comme 09/2026.")
    return date(int(found["year"]), int(found["month"]), 1)


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
