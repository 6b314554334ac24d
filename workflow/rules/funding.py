"""What is paid for a file, as a rule file says it: rates by date, shares, allowances, accounts.

Read from a rule file, computed by `workflow.eligibility.financing`. Every amount is a
`Decimal` in euros with the tax basis its source gives; none is ever certain beyond the last day its source
covers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal

from msgspec import Struct

from workflow.rules.fact_specs import Amount, Checked, Period
from workflow.structures.written import Positive


class Rate(Period, frozen=True, kw_only=True):
    """Euros for an hour, for one programme over a period."""

    id: str
    label: str
    programme: str
    amount: Amount
    doubt: str | None = None
    """Doubt that its source leaves: shown as « à vérifier » until it is confirmed."""
    followed_by: str | None = None
    """Doubt whose answer is the amount from the day after its last."""
    source: Checked
    notes: tuple[str, ...] = ()


class Support(Period, frozen=True, kw_only=True):
    """A way to pay for what the rate leaves."""

    id: str
    label: str
    share: Decimal | None = None
    """Percentage of the extra cost it pays; None when its source gives none."""
    by: str
    """Fact whose date says whether it applies."""
    headcount_below: Positive | None = None
    """The company must employ fewer people than this."""
    source: Checked
    notes: tuple[str, ...] = ()


class Allowance(Struct, frozen=True):
    """Hours paid at a rate of their own, up to a number."""

    id: str
    label: str
    hours: str
    """Fact that holds the hours."""
    rate: Amount
    at_most: Amount
    source: Checked
    notes: tuple[str, ...] = ()


class Account(Struct, frozen=True):
    """One amount of the accounting view."""

    id: str
    """`demande`, `accorde`, `reclame` or `paye`."""
    label: str
    fact: str


class Payer(Struct, frozen=True):
    """Who pays a part of a file, and is asked for it."""

    id: str
    label: str
    source: Checked


class Cited(Struct, frozen=True):
    """Where something is written that needs no more words."""

    source: Checked


class Noted(Struct, frozen=True):
    """Where something is written, and what a careful reader must know of it."""

    source: Checked
    notes: tuple[str, ...] = ()


class UsualStake(Struct, frozen=True):
    """Euros that a file of a procedure has at stake, as long as it tells nothing of it.

    Args:
        amount: what to count until then.
        source: what it rests on.
        notes: how it was obtained.
    """

    amount: Amount
    source: Checked
    notes: tuple[str, ...] = ()


class Funding(Struct, frozen=True):
    """Everything a rule file says of money.

    Args:
        programme: fact that chooses the rate.
        dated_by: fact whose date chooses the rate.
        funded_hours: facts whose hours are paid at the rate.
        attended_hours: facts with the same hours once done.
        hourly_costs: facts whose sum is the cost of an hour.
        extra_payer: fact that says who pays the extra cost.
        absent_hours: facts with the hours that were planned and not attended.
        absence: why they are not paid.
        rates: by programme and period.
        rate: where it is written that these hours are paid at these rates.
        extra: where the extra cost is defined.
        headcount: fact that holds the number of employees; empty when nothing hangs on it.
        balance: fact that holds what is left on the agency's accounts; empty when it has none.
        supports: what may pay the extra cost.
        allowances: hours paid apart.
    """

    programme: str
    dated_by: str
    funded_hours: tuple[str, ...]
    attended_hours: tuple[str, ...]
    hourly_costs: tuple[str, ...]
    rates: tuple[Rate, ...]
    rate: Cited
    extra: Cited
    headcount: str = ""
    balance: str = ""
    supports: tuple[Support, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    extra_payer: str = ""
    absent_hours: tuple[str, ...] = ()
    absence: Noted | None = None

    def noted_of(self, facts: Collection[str]) -> tuple[str, ...]:
        """Return the facts noted that decide what is paid.

        Args:
            facts: names of the facts noted in a file.
        """
        decide = (
            self.programme,
            self.headcount,
            *self.funded_hours,
            *self.attended_hours,
            *self.hourly_costs,
            self.balance,
            *(one.hours for one in self.allowances),
        )
        return tuple(name for name in decide if name in facts)


def money_facts(
    accounts: Mapping[str, Account], funding: Funding | None, noted: Collection[str]
) -> tuple[str, ...]:
    """Return the facts of the accounting view, then those noted that decide what is paid."""
    decide = funding.noted_of(noted) if funding else ()
    return tuple(dict.fromkeys((*(one.fact for one in accounts.values()), *decide)))
