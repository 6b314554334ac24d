"""How the euros at stake are said."""

from __future__ import annotations

from decimal import Decimal

import pytest

from notifications.digest.stakes import Stake, at_stake


@pytest.mark.parametrize(
    ("stakes", "said"),
    [
        ([(Decimal("3200.4"), False)], "3 200 € en jeu"),
        ([(Decimal(0), False)], ""),
        ([(None, False)], ""),
        ([(Decimal(2835), True)], "2 835 € en jeu (estimé)"),
        (
            [(Decimal(2835), True), (Decimal(165), False), (None, False)],
            "3 000 € en jeu, dont 2 835 € estimés",
        ),
    ],
)
def test_money_is_said_in_whole_euros(stakes: list[Stake], said: str) -> None:
    """Cents are noise; nothing is said of nothing; what is only the usual amount is said so."""
    assert at_stake(stakes).replace("\u00a0", " ") == said
