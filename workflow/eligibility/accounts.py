"""The accounts of a file: what is asked, agreed, expected, claimed and paid, in all and payer by payer.

Called by `workflow.usecases.reads` and by the acts. Lines of money come before the amounts that were typed:
the claims when there are some, the payments when there are some. Exact decimals in euros, to the cent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from msgspec import Struct

from workflow.case.case import Case, FactValue
from workflow.case.known_facts import known_of
from workflow.case.money import ACCOUNTS, ZERO, MoneyKind, MoneyLine, payers, total
from workflow.counting.ways_of_counting import Context
from workflow.eligibility.financing import Quote, lost, promised
from workflow.rules.funding import Account
from workflow.rules.procedure import Procedure
from workflow.text.french import cents


class Balance(Struct, frozen=True):
    """The accounts of a file, in euros; None for what nobody has noted."""

    asked: Decimal | None = None
    agreed: Decimal | None = None
    claimed: Decimal | None = None
    paid: Decimal | None = None
    absence: Decimal = ZERO
    """What hours that were missed take away, by inference."""

    @property
    def expected(self) -> Decimal | None:
        """What was agreed, less what absences take away; None while nothing is agreed."""
        return None if self.agreed is None else max(self.agreed - self.absence, ZERO)

    @property
    def remaining(self) -> Decimal | None:
        """What is expected and is not paid yet; None while nothing is agreed."""
        return None if self.expected is None else self.expected - (self.paid or ZERO)


class Share(Struct, frozen=True):
    """What one payer owes.

    Args:
        payer: its id in the procedure.
        label: in French.
        expected: what it should pay, an inference; None when nobody can tell its part.
        claimed: what it was asked; None when a sum was typed that nobody said whom it was asked.
        paid: what it has paid; None likewise.
    """

    payer: str
    label: str
    expected: Decimal | None
    claimed: Decimal | None
    paid: Decimal | None

    @property
    def outstanding(self) -> Decimal | None:
        """What is expected, or failing that claimed, and is not paid yet; below nothing once overpaid."""
        due = self.claimed if self.expected is None else self.expected
        return None if due is None or self.paid is None else due - self.paid


class Accounts(Struct, frozen=True):
    """The accounts of one file, in all and by payer.

    Args:
        balance: in all.
        shares: payer by payer, of those that something is expected of, claimed from or paid by.
    """

    balance: Balance
    shares: tuple[Share, ...]

    @property
    def owed(self) -> tuple[tuple[str, Decimal], ...]:
        """Who still has to pay how much; nobody in particular when their parts cannot be told."""
        if any(one.outstanding is None for one in self.shares) or not self.shares:
            noted = self.balance
            due = noted.claimed if noted.expected is None else noted.expected
            found = [("", (due or ZERO) - (noted.paid or ZERO))]
        else:
            found = [(one.label, one.outstanding or ZERO) for one in self.shares]
        return tuple(one for one in found if one[1] > 0)

    @property
    def excess(self) -> Decimal:
        """What the payments that the agreement covers come to beyond it, never less than nothing."""
        covered = sum((one.paid or ZERO for one in self.shares if one.expected is not None), ZERO)
        agreed = self.balance.agreed
        return ZERO if agreed is None else max(covered - agreed, ZERO)


def balance(
    accounts: Mapping[str, Account],
    facts: Mapping[str, FactValue],
    sums: Mapping[MoneyKind, Decimal],
    absence: Decimal = ZERO,
) -> Balance:
    """Return the accounts of a file from its facts and the sums of its lines; lines come first.

    Args:
        accounts: which fact holds each amount.
        facts: facts of the file.
        sums: the sums of its lines of money, by kind.
        absence: what the hours that it missed take away (`workflow.eligibility.financing.lost`).
    """

    def euros(id_: str) -> Decimal | None:
        account = accounts.get(id_)
        value = facts.get(account.fact) if account else None
        return cents(value) if isinstance(value, Decimal | int) else None

    return Balance(
        euros("demande"),
        euros("accorde"),
        sums.get(MoneyKind.CLAIM, euros(ACCOUNTS[MoneyKind.CLAIM])),
        sums.get(MoneyKind.PAYMENT, euros(ACCOUNTS[MoneyKind.PAYMENT])),
        absence,
    )


def sums_of(lines: Sequence[MoneyLine]) -> Mapping[MoneyKind, Decimal]:
    """Return the sum of the lines of each kind that there are."""
    return {kind: total(lines, kind) for kind in {line.kind for line in lines}}


def accounts_of(
    procedure: Procedure, case: Case, quote: Quote | None, company: Mapping[str, FactValue]
) -> Accounts:
    """Return the accounts of a file.

    Args:
        procedure: gives the accounts and the payers.
        case: the file.
        quote: what it is worth, with what absences take away.
        company: settings of the company.
    """
    absence = _amount(quote, "absence") or ZERO
    noted = balance(procedure.accounts, case.facts, sums_of(case.money), absence)
    parts = _parts(procedure, known_of(procedure, case, company), case.money, quote, noted)
    names = dict.fromkeys((*parts, *payers(case.money)))
    lined = {line.kind for line in case.money}

    def share(name: str) -> Share:
        own = [line for line in case.money if line.payer == name]
        known = procedure.payers.get(name)
        sums = (
            total(own, kind)
            if kind in lined or whole is None
            else whole
            if len(names) == 1
            else None
            for kind, whole in ((MoneyKind.CLAIM, noted.claimed), (MoneyKind.PAYMENT, noted.paid))
        )
        return Share(name, known.label if known else name, parts.get(name), *sums)

    return Accounts(noted, tuple(map(share, names)))


def _parts(
    procedure: Procedure,
    known: Mapping[str, FactValue],
    lines: Sequence[MoneyLine],
    quote: Quote | None,
    noted: Balance,
) -> Mapping[str, Decimal]:
    """Return what each payer should pay of the agreement, of those whose part can be told.

    The first pays what the rate promises, less the absences, the other what the agreement leaves.
    """
    expected = noted.expected
    if expected is None or not procedure.payers:
        return {}
    funding, first = procedure.funding, next(iter(procedure.payers))
    extra = known.get(funding.extra_payer) if funding else None
    others = {*payers(lines), *([str(extra)] if extra else [])} - {first}
    if not others:
        return {first: expected}
    hourly = _amount(quote, "prise_en_charge")
    if len(others) > 1 or hourly is None:
        return {}
    part = min(max(hourly - noted.absence, ZERO), expected)
    rest = {others.pop(): expected - part} if expected > part else {}
    return {first: part, **rest}


def _amount(quote: Quote | None, id_: str) -> Decimal | None:
    found = quote.amount(id_) if quote else None
    return found.value if found else None


def stake(
    procedure: Procedure, case: Case, known: Mapping[str, FactValue], context: Context, today: date
) -> Decimal | None:
    """Return the euros that missing a date of a file would lose, or None while nobody can tell.

    What is agreed, less absences, and not paid yet; before an agreement, what was asked; before that,
    what the rate promises for the hours.

    Args:
        procedure: gives the accounts and the rates.
        case: the file.
        known: its facts, with what its lines and the company say.
        context: calendars, clock and company.
        today: stands in for the date that chooses the rate, while it is unknown.
    """
    absence = lost(procedure, known, context, today)
    accounts = balance(procedure.accounts, known, sums_of(case.money), absence)
    if accounts.remaining is not None:
        return max(accounts.remaining, ZERO)
    if accounts.asked is not None:
        return accounts.asked
    return promised(procedure, known, context, today)
