"""Claims and payments: sums by payer, and the days that rules read of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from workflow.case.money import DERIVATIONS, MoneyKind, MoneyLine, derive, unpaid

CLAIM, PAYMENT = MoneyKind


def lines(*words: str) -> tuple[MoneyLine, ...]:
    """Return lines written « demande 05 akto 100 »: their day is of October 2026."""
    read = (one.split() for one in words)
    return tuple(
        MoneyLine(number, MoneyKind(kind), date(2026, 10, int(day)), payer, Decimal(amount))
        for number, (kind, day, payer, amount) in enumerate(read, 1)
    )


@pytest.mark.parametrize(
    ("words", "due", "claimed", "paid", "settled"),
    [
        ((), "0", None, None, None),
        (("demande 05 akto 100",), "100", 5, None, None),
        (("versement 06 akto 100",), "0", None, 6, None),
        (("demande 05 akto 100", "versement 09 akto 99.99"), "0.01", 5, 9, None),
        (("demande 05 akto 100", "versement 09 akto 60", "versement 12 akto 40"), "0", 5, 12, 12),
        # Whatever the order in which they are noted.
        (("versement 12 akto 100", "demande 08 akto 50", "demande 05 akto 50"), "0", 8, 12, 12),
        # What one payer pays in excess is not what another owes.
        (("demande 05 akto 100", "demande 07 fpett 10", "versement 09 akto 110"), "10", 7, 9, None),
        (
            ("demande 05 akto 100", "demande 07 fpett 10", "versement 09 akto 100", "versement 08 fpett 10"),
            "0", 7, 9, 9,
        ),
    ],
)  # fmt: skip
def test_lines_say_what_is_due_and_since_when(
    words: tuple[str, ...], due: str, claimed: int | None, paid: int | None, settled: int | None
) -> None:
    """The last claim, the last payment, and the day on which all that was claimed was paid."""
    found = lines(*words)
    assert unpaid(found) == Decimal(due)
    read = {name: derive(found, name) for name in DERIVATIONS}
    assert {name: one.day if isinstance(one, date) else one for name, one in read.items()} == {
        "argent.reste": None if claimed is None else Decimal(due),
        "argent.derniere_demande": claimed,
        "argent.dernier_versement": paid,
        "argent.solde": settled,
    }
