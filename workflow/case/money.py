"""Money of a file, line by line: what was claimed and what was paid, when, by whom; and their sums.

Used by `workflow.acts.notes` when lines are noted, by `workflow.case.known_facts` for what rules read of
them, by `workflow.eligibility.accounts` for the accounts. Amounts are exact decimals in euros.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

ZERO = Decimal("0.00")


class MoneyKind(StrEnum):
    """What a line says of money: words that staff read and type."""

    CLAIM = "demande"
    PAYMENT = "versement"


LEFT = "argent.reste"
"""What was claimed and is not paid yet, as a derivation."""

ACCOUNTS: Mapping[MoneyKind, str] = {MoneyKind.CLAIM: "reclame", MoneyKind.PAYMENT: "paye"}
"""The account whose amount, typed as a whole, stands for lines of a kind while there are none."""


class MoneyLine(Struct, frozen=True):
    """A claim sent to a payer, or a payment received from one.

    Args:
        number: what staff call the line; never given twice in a case.
        kind: claim or payment.
        on: day on which the claim was sent, or the payment received.
        payer: id of who pays, in the procedure.
        amount: euros.
        month: first day of the month that it is about; None when it is about no month.
        reference: what the payer or the bank calls it.
        note: words of the house.
    """

    number: int
    kind: MoneyKind
    on: date
    payer: str
    amount: Decimal
    month: date | None = None
    reference: str = ""
    note: str = ""


def total(lines: Iterable[MoneyLine], kind: MoneyKind) -> Decimal:
    """Return the sum of the lines of a kind."""
    return sum((line.amount for line in lines if line.kind is kind), ZERO)


def unpaid(lines: Sequence[MoneyLine]) -> Decimal:
    """Return what was claimed and is not paid yet; what one payer pays in excess is no other's."""
    return sum((max(_balance(lines, payer), ZERO) for payer in payers(lines)), ZERO)


def payers(lines: Iterable[MoneyLine]) -> tuple[str, ...]:
    """Return who was asked or has paid, in the order of the lines."""
    return tuple(dict.fromkeys(line.payer for line in lines))


def _balance(lines: Iterable[MoneyLine], payer: str) -> Decimal:
    own = [line for line in lines if line.payer == payer]
    return total(own, MoneyKind.CLAIM) - total(own, MoneyKind.PAYMENT)


def _last(kind: MoneyKind) -> Callable[[Sequence[MoneyLine]], date | None]:
    return lambda lines: max((line.on for line in lines if line.kind is kind), default=None)


def _due(lines: Sequence[MoneyLine]) -> Decimal | None:
    """Return what was claimed and is not paid yet, or None while nothing was claimed."""
    claimed = any(line.kind is MoneyKind.CLAIM for line in lines)
    return unpaid(lines) if claimed else None


def _settled_on(lines: Sequence[MoneyLine]) -> date | None:
    """Return the day of the last payment once everything claimed is paid."""
    return _last(MoneyKind.PAYMENT)(lines) if _due(lines) == 0 else None


_DERIVED: Mapping[str, Callable[[Sequence[MoneyLine]], date | Decimal | None]] = {
    "argent.derniere_demande": _last(MoneyKind.CLAIM),
    "argent.dernier_versement": _last(MoneyKind.PAYMENT),
    "argent.solde": _settled_on,
    LEFT: _due,
}

DERIVATIONS = frozenset(_DERIVED)
"""Every day and every sum that can be read of the lines."""


def derive(lines: Sequence[MoneyLine], derivation: str) -> date | Decimal | None:
    """Return the day, or the euros, that a derivation reads of the lines; None while they give none."""
    return _DERIVED[derivation](lines)
