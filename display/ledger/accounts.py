"""What a file is worth, line by line, and what is asked, agreed, claimed and paid of it, by whom.

Used by `comptes` and by the tab of a file. Amounts are exact decimals, shown to the cent; what nobody has
noted is shown by a dash.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from rich.console import RenderableType
from rich.table import Table

from display.drawing.layout import figures, headed, line, section, text, under
from workflow.case.case import Case
from workflow.case.money import MoneyKind, MoneyLine
from workflow.eligibility.accounts import Accounts, Balance
from workflow.eligibility.financing import Amount, Quote
from workflow.rules.procedure import Procedure
from workflow.text import french
from workflow.wording.journal_text import ABSENT, money_beside, payer_words

NAMES = ("asked", "agreed", "claimed", "paid", "remaining")
HEADS = ("Demandé", "Accordé", "Réclamé", "Payé", "Reste à payer")


def amounts(quote: Quote) -> Iterator[RenderableType]:
    """Yield each amount of a quote: whether it is sure, how it is worked out and where that is written."""
    for amount in quote.amounts:
        yield from _amount(amount)


def balance(noted: Balance) -> Table:
    """Return the accounts of a file."""
    return stacked([euros(value) for value in values(noted)])


def money(case: Case, procedure: Procedure, found: Accounts) -> Iterator[RenderableType]:
    """Yield the claims and payments of a file, then what each payer owes."""
    if not procedure.payers:
        yield text("Aucun argent ne passe par l’agence pour cette procédure.", "muted")
        return
    yield _lines(case.money, procedure) if case.money else "Aucune demande, aucun versement."
    if typed := _typed(case, found.balance):
        yield text(f"Sans jour ni payeur : {typed}.", "muted")
    if found.shares:
        yield from section("Par payeur")
        yield shares(found)


def _typed(case: Case, noted: Balance) -> str:
    """Return the sums that were typed as a whole, of what no line tells."""
    lined = {line.kind for line in case.money}
    wholes = (
        (MoneyKind.CLAIM, "réclamé", noted.claimed),
        (MoneyKind.PAYMENT, "payé", noted.paid),
    )
    return ", ".join(
        f"{word} {euros(whole)}"
        for kind, word, whole in wholes
        if kind not in lined and whole is not None
    )


def shares(found: Accounts) -> Table:
    """Return what each payer should pay, was asked and has paid; the agreement is shared by inference."""
    grid = headed("Payeur", *map(figures, ("Attendu", "Demandé", "Versé", "Reste")))
    for one in found.shares:
        sums = (one.expected, one.claimed, one.paid, one.outstanding)
        grid.add_row(text(one.label), *(text(euros(value)) for value in sums))
    return grid


def _lines(lines: Sequence[MoneyLine], procedure: Procedure) -> Table:
    grid = headed(figures("Ligne"), "Nature", "Le", figures("Montant"), "Payeur", "À savoir")
    for one in lines:
        grid.add_row(
            text(str(one.number)),
            text(one.kind.value),
            text(french.short_day(one.on)),
            text(euros(one.amount)),
            text(payer_words(procedure, one.payer)),
            text(money_beside(one) or ABSENT),
        )
    return grid


def _amount(amount: Amount) -> Iterator[RenderableType]:
    grid = Table.grid(padding=(0, 1, 0, 0), expand=True)
    grid.add_column(width=1)
    grid.add_column(ratio=1)
    grid.add_column(justify="right")
    value = ABSENT if amount.value is None else french.measured(amount.value, amount.unit)
    sign, style = ("✓", "ok") if amount.certain else ("?", "soon")
    doubt = "" if amount.certain or amount.value is None else "  à vérifier"
    grid.add_row(text(sign, style), line(amount.label, (doubt, style)), text(value, "strong"))
    yield grid
    yield under(line(amount.how, (f" ({amount.source.place})", "muted")))
    for note in amount.notes:
        yield under(text(f"Remarque : {note}", "muted"))


def stacked(cells: Sequence[str]) -> Table:
    """Return sums one below the other: side by side, the largest would be cut in two."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column()
    grid.add_column(justify="right")
    for head, cell in zip(HEADS, cells, strict=True):
        grid.add_row(text(head), text(cell))
    return grid


def values(noted: Balance) -> tuple[Decimal | None, ...]:
    """Return what is asked, agreed, claimed and paid, and what remains to be paid."""
    return tuple(getattr(noted, name) for name in NAMES)


def euros(value: Decimal | None) -> str:
    """Return « 1 234,50 € », or a dash."""
    return ABSENT if value is None else french.measured(value, "€")
