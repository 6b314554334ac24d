"""Everything that is known of a case by name: what was typed, what its lines say, what the company is.

Used wherever rules read facts (deadlines, checks, money), so that all of them see the same values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from workflow.case import ledger, money
from workflow.case.case import Case, FactValue, HoursLine
from workflow.case.ledger import by_kind
from workflow.case.money import MoneyKind, MoneyLine
from workflow.rules.procedure import Procedure

DERIVATIONS = ledger.DERIVATIONS.keys() | money.DERIVATIONS
"""Everything that a fact can be read from, in the lines of a case."""


def known_of(
    procedure: Procedure, case: Case, company: Mapping[str, FactValue] | None = None
) -> Mapping[str, FactValue]:
    """Return the values of a case by name of fact, whatever its lines are made of."""
    return known_values(procedure, case.facts, case.hours, company, case.money)


def known_values(
    procedure: Procedure,
    facts: Mapping[str, FactValue],
    lines: Iterable[HoursLine] = (),
    company: Mapping[str, FactValue] | None = None,
    payments: Sequence[MoneyLine] = (),
) -> Mapping[str, FactValue]:
    """Return the values of a case by name of fact.

    What its lines say comes before what was typed, which comes before what the company is.

    Args:
        procedure: gives the facts that are read from the lines or from the company.
        facts: facts of the case.
        lines: its ledger of hours.
        company: settings of the company, by name.
        payments: its claims and payments.
    """
    lines, settings, left = tuple(lines), company or {}, _left(procedure, facts, payments)
    if not lines and not settings and not payments and left is None:
        return facts
    values = {
        spec.id: settings[spec.company]
        for spec in procedure.facts.values()
        if spec.company is not None and spec.company in settings
    }
    values.update(facts)
    kinds = by_kind(lines)
    for spec in procedure.facts.values() if lines or payments else ():
        found = derived(kinds, payments, spec.derived) if spec.derived else None
        if found is not None:
            values[spec.id] = found
    if left is not None:
        values.update(
            {one.id: left for one in procedure.facts.values() if one.derived == money.LEFT}
        )
    return values


def _left(
    procedure: Procedure, facts: Mapping[str, FactValue], payments: Sequence[MoneyLine]
) -> Decimal | None:
    """Return what was claimed and is not paid, where an amount typed as a whole stands for lines."""
    sums: dict[MoneyKind, Decimal] = {}
    for kind, account in money.ACCOUNTS.items():
        if any(line.kind is kind for line in payments):
            sums[kind] = money.total(payments, kind)
        elif account in procedure.accounts:
            value = facts.get(procedure.accounts[account].fact)
            if isinstance(value, Decimal | int):
                sums[kind] = Decimal(value)
    claimed, paid = sums.get(MoneyKind.CLAIM), sums.get(MoneyKind.PAYMENT, money.ZERO)
    typed = len({line.kind for line in payments}) < len(sums)
    return max(claimed - paid, money.ZERO) if claimed is not None and typed else None


def derived(
    lines: Mapping[str, Sequence[HoursLine]], payments: Sequence[MoneyLine], derivation: str
) -> FactValue | None:
    """Return what a derivation reads of the lines of a case, its hours by kind, or None."""
    if derivation in money.DERIVATIONS:
        return money.derive(payments, derivation) if payments else None
    return ledger.derive(lines, derivation)
