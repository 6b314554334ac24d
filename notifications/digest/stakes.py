"""How the euros at stake are said, and which of them are an estimate.

Used by the digest and by the mails. Pure: what is at stake stands with each file.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from workflow.text import french

Stake = tuple[Decimal | None, bool]
"""Euros, None when nobody knows; True when they are the usual ones of the procedure."""


def at_stake(stakes: Iterable[Stake]) -> str:
    """Return « 3 200 € en jeu », or "" when nothing is known to be; what is estimated is said so."""
    known = list(stakes)
    total = sum((stake for stake, _ in known if stake), Decimal(0))
    usual = sum((stake for stake, estimated in known if stake and estimated), Decimal(0))
    if not total:
        return ""
    said = f"{_euros(total)} en jeu".replace(" ", french.NBSP)
    if usual == total:
        return f"{said} (estimé)"
    return f"{said}, dont {_euros(usual)} estimés" if usual else said


def _euros(amount: Decimal) -> str:
    return f"{french.number(french.cents(amount, 0))}{french.NBSP}€"
