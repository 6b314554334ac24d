"""What the house had confirmed, kept on both databases as it was noted, oldest first."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import Engine

from db.cases.confirmations import SqlConfirmationStore
from workflow.errors import Conflict
from workflow.rules.doubts import Confirmation
from workflow.usecases.confirming import Confirming


def test_a_confirmation_is_kept_whole_and_nothing_replaces_it(engine: Engine) -> None:
    """An answer, then its end taken away, then its withdrawal: three rows, each as it was noted."""
    at = datetime(2026, 12, 3, 9, 30, tzinfo=UTC)
    day, until = date(2026, 12, 1), date(2027, 12, 31)
    first = Confirmation("delai-contrat", "45", day, until, "courriel du conseiller", "claire", at)
    noted = (first, replace(first, until=None), replace(first, withdrawn=True, by="malik"))
    store = SqlConfirmationStore(engine)
    for one in noted:
        store.add_confirmation(one)
    assert SqlConfirmationStore(engine).confirmations() == noted


def test_an_answer_noted_meanwhile_is_not_passed_over(engine: Engine) -> None:
    """Of two people who answer at once, the second is told, and what the first wrote stands alone."""
    at = datetime(2026, 12, 3, 9, 30, tzinfo=UTC)
    store = SqlConfirmationStore(engine)
    slow = Confirmation("delai-contrat", "45", at.date(), None, "courriel", "claire", at)
    quick = replace(slow, value="50", by="malik", at=at + timedelta(minutes=1))
    confirming = Confirming(store, lambda: quick.at)
    confirming.save(quick)
    with pytest.raises(Conflict, match="pendant votre saisie"):
        confirming.save(slow)
    assert store.confirmations() == (quick,)
