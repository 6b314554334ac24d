"""What is asked, agreed, claimed and paid: many files with totals, or one with its quote line by line.

Used by `comptes`. Amounts are exact decimals, shown to the cent; what nobody has noted is shown by a
dash and counts for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct, field
from rich.console import RenderableType
from rich.table import Column, Table

from cli.shared import shapes
from cli.shared.picking import picked, source_json
from display.case.case import heading
from display.drawing.layout import headed, line, section, text
from display.ledger import accounts
from workflow.case.case import Case
from workflow.case.money import ZERO
from workflow.case.people import Directory
from workflow.eligibility.accounts import Accounts, Share
from workflow.eligibility.financing import Amount, Quote
from workflow.rules.procedure import Procedure
from workflow.text import french
from workflow.usecases.reads import AccountLine
from workflow.wording.journal_text import agency_words

_SLOT = 16
"""Columns that each of the sums has, side by side in eighty columns."""


class Sums(Struct):
    """The sums of several files: how many, and the five amounts of their lines."""

    files: int = 0
    amounts: tuple[Decimal, ...] = (ZERO,) * len(accounts.NAMES)

    def add(self, other: Sums) -> None:
        """Add other sums to these."""
        self.files += other.files
        both = zip(self.amounts, other.amounts, strict=True)
        self.amounts = tuple(one + another for one, another in both)


class Tally(Struct):
    """The accounts of many files, read one by one: the first ones, and the sums of all.

    Args:
        most: how many files are kept to be shown.
        shown: those files.
        agencies: the sums of each agency.
        shortened: how many files have hours missed, which lower what remains to be paid.
    """

    most: int
    shown: list[AccountLine] = field(default_factory=list)
    agencies: dict[str, Sums] = field(default_factory=dict)
    shortened: int = 0

    def counting(self, lines: Iterable[AccountLine]) -> Iterator[AccountLine]:
        """Yield files, each counted as it passes."""
        for one in lines:
            sums = self.agencies.setdefault(one.case.agency, Sums())
            sums.add(Sums(1, tuple(value or ZERO for value in accounts.values(one.balance))))
            self.shortened += one.balance.agreed is not None and one.balance.absence > 0
            if len(self.shown) < self.most:
                self.shown.append(one)
            yield one

    @property
    def whole(self) -> Sums:
        """Return the sums of all files."""
        whole = Sums()
        for sums in self.agencies.values():
            whole.add(sums)
        return whole


def tables(tally: Tally, directory: Directory) -> Iterator[RenderableType]:
    """Yield the files, agency by agency, then the subtotal of each agency and the total."""
    yield _files(tally, directory)
    yield ""
    whole = tally.whole
    widest = max(len(accounts.euros(value)) for value in whole.amounts)
    laid_out = _row if widest < _SLOT else accounts.stacked
    if laid_out is _row:
        yield _row(accounts.HEADS, "strong")
    parts = [
        *(
            (f"Sous-total, {agency_words(directory, agency)}", sums)
            for agency, sums in sorted(tally.agencies.items())
        ),
        ("Total", whole),
    ]
    for name, sums in parts:
        count = french.count(sums.files, "dossier", "dossiers")
        yield line((name, "strong"), (f" ({count})", "muted"))
        yield laid_out([accounts.euros(value) for value in sums.amounts])
    if tally.shortened:
        count = french.count(tally.shortened, "dossier", "dossiers")
        yield text(f"Reste à payer : heures d’absence déduites pour {count}, à vérifier.", "muted")


def _files(tally: Tally, directory: Directory) -> Table:
    amounts = (Column(text(head), justify="right") for head in accounts.HEADS)
    grid = headed("Dossier", *amounts, padding=(0, 1, 0, 0))
    for agency in sorted(tally.agencies):
        lines = [one for one in tally.shown if one.case.agency == agency]
        if lines:
            grid.add_row(text(agency_words(directory, agency), "strong"))
        for one in lines:
            cells = (text(accounts.euros(value)) for value in accounts.values(one.balance))
            grid.add_row(text(one.case.ref), *cells)
    return grid


def _row(cells: Sequence[str], style: str = "") -> Table:
    """Return sums side by side: they need the whole width."""
    grid = Table.grid(padding=(0, 0, 0, 1), expand=True)
    for _ in accounts.HEADS:
        grid.add_column(justify="right", ratio=1)
    grid.add_row(*(text(cell, style) for cell in cells))
    return grid


def statement(
    case: Case, procedure: Procedure, quote: Quote | None, found: Accounts
) -> Iterator[RenderableType]:
    """Yield what one file is worth, line by line, then its accounts, in all and by payer."""
    yield heading(case, procedure)
    if quote is not None:
        yield from section("Devis")
        yield text(_dated(quote, procedure), "muted")
        yield from accounts.amounts(quote)
    yield from section("Comptes")
    yield accounts.balance(found.balance)
    if case.money:
        yield ""
        yield accounts.shares(found)


def _dated(quote: Quote, procedure: Procedure) -> str:
    """Return on which date the rate was chosen, and what to note when that date is not known."""
    day, fact = french.short_day(quote.on), procedure.funding and procedure.funding.dated_by
    label = procedure.facts[fact].label if fact else ""
    if quote.dated_by_fact:
        return f"Forfait à la date du {day} ({label})."
    return f"Forfait à la date d’aujourd’hui, {day} : « {label} » n’est pas encore noté."


def line_json(one: AccountLine) -> dict[str, Any]:
    """Return the accounts of one of many files."""
    return {
        **picked(one.case, "ref title procedure state agency owner"),
        **_amounts_json(accounts.values(one.balance)),
    }


def sums_json(sums: Sums) -> dict[str, Any]:
    """Return sums, and of how many files."""
    return {"cases": sums.files, **_amounts_json(sums.amounts)}


def statement_json(case: Case, quote: Quote | None, found: Accounts) -> dict[str, Any]:
    """Return what one file is worth and its accounts; amounts are text, so that no cent is lost."""
    return {
        **picked(case, "ref title procedure state agency version"),
        "quote": quote
        and {
            **picked(quote, "on dated_by_fact"),
            "amounts": [_amount_json(amount) for amount in quote.amounts],
        },
        "accounts": _amounts_json(accounts.values(found.balance)),
        "payers": [_share_json(share) for share in found.shares],
    }


def money_json(case: Case, found: Accounts) -> dict[str, Any]:
    """Return the claims and payments of one file, and what each payer owes."""
    return {
        **picked(case, "ref version"),
        "lines": [shapes.money_json(one) for one in case.money],
        "accounts": _amounts_json(accounts.values(found.balance)),
        "expected": _decimal(found.balance.expected),
        "payers": [_share_json(share) for share in found.shares],
    }


def _share_json(share: Share) -> dict[str, Any]:
    sums = ("expected", "claimed", "paid", "outstanding")
    return {
        **picked(share, "payer label"),
        **{name: _decimal(getattr(share, name)) for name in sums},
    }


def _amount_json(amount: Amount) -> dict[str, Any]:
    return {
        **picked(amount, "id label"),
        "value": _decimal(amount.value),
        **picked(amount, "unit how certain"),
        "source": source_json(amount.source),
        "notes": amount.notes,
    }


def _amounts_json(values: Sequence[Decimal | None]) -> dict[str, str | None]:
    return {name: _decimal(value) for name, value in zip(accounts.NAMES, values, strict=True)}


def _decimal(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")
