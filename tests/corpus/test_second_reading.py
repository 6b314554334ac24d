"""Every row of the second reading of the two documents (« C1-… » not there, « C2-… », « C3-… » read otherwise).

What is expected is worked by hand from the documents and never read from the rules. A row is named by the
number it has in its table.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import pytest

from tests.support import core
from workflow.deadlines.context import ruled_by
from workflow.rules.checks import CheckVerdict
from workflow.rules.seniority import Assessment, Contract, assess

OK, AMBER, RED, NOTE = "conforme", "a_confirmer", "non_conforme", "rappel"
RECEIVED = date(2017, 6, 14)

# --- C3-1: hours or months -------------------------------------------------------------------------------


def worked(first: str, last: str, type_: str = "cdd", hours: str | None = None) -> Contract:
    """Return a contract with a private employer; days are typed « 2017-02-01 »."""
    days = date.fromisoformat(first), date.fromisoformat(last)
    return Contract(1, type_, "prive", *days, Decimal(hours) if hours else None)


def seniority(funder: str, history: Iterable[Contract], **answers: str) -> Assessment:
    """Return what a history is worth for an OPACIF that receives the file on 14 June 2017."""
    rules = ruled_by(core.rulebook().procedure("cif-cdd"), funder).seniority
    assert rules is not None
    return assess(rules, tuple(history), answers, RECEIVED)


FIVE_MONTHS = worked("2017-01-01", "2017-05-31", hours="700")
PRODUCTION = {"cdd_production_agricole": "oui"}


@pytest.mark.parametrize(
    ("funder", "history", "answers", "verdict"),
    [
        pytest.param(
            "fafsea",
            [worked("2014-01-01", "2014-06-30", "cdi", "1120"), FIVE_MONTHS],
            PRODUCTION,
            OK,
            id="C3-1 FAFSEA 1,820 h in 11 months",
        ),
        pytest.param(
            "fafsea",
            [worked("2014-01-01", "2014-07-31", "cdi", "100"), FIVE_MONTHS],
            PRODUCTION,
            OK,
            id="C3-1 FAFSEA 12 months of 800 h",
        ),
        pytest.param(
            "fafsea",
            [worked("2014-01-01", "2014-06-30", "cdi", "1119"), FIVE_MONTHS],
            PRODUCTION,
            RED,
            id="C3-1 FAFSEA neither",
        ),
        pytest.param(
            "fafsea",
            [
                worked("2014-01-01", "2015-06-30", "cdi", "3040"),
                worked("2017-03-01", "2017-05-31", hours="607"),
            ],
            {},
            OK,
            id="C3-1 FAFSEA 3,640 h and 607 h",
        ),
        pytest.param(
            "unifaf",
            [worked("2014-01-01", "2015-12-31", "cdi"), worked("2017-02-01", "2017-05-31")],
            {},
            OK,
            id="C3-1 four months of 120 days",
        ),
        pytest.param(
            "unifaf",
            [worked("2014-01-01", "2015-12-31", "cdi"), worked("2016-07-01", "2016-10-30")],
            {},
            OK,
            id="C3-1 122 days that are not four months",
        ),
        pytest.param(
            "fongecif-bfc",
            [
                worked("2014-01-01", "2015-12-31", "cdi"),
                worked("2017-01-01", "2017-05-31", hours="607"),
            ],
            {},
            AMBER,
            id="C3-1 BFC equates four months with 608 h",
        ),
    ],
)
def test_hours_or_months_satisfy_a_seniority(
    funder: str, history: list[Contract], answers: dict[str, str], verdict: str
) -> None:
    """One of the readings that the sheet joins with « ou » is enough; those it equates are both needed."""
    assert seniority(funder, history, **answers).verdict.value == verdict


def test_every_reading_is_shown_and_the_date_is_the_safest() -> None:
    """C3-1: the month and the hours stand side by side, and the date said satisfies both."""
    history = [
        worked("2014-01-01", "2015-12-31", "cdi", "3640"),
        worked("2017-03-01", "2017-09-30", hours="1070"),
    ]
    found = seniority("fafsea", history)
    [_, cdd] = found.paths[0].conditions
    assert "3 mois sur 4 ✗ ou 530 heures sur 607 ✗" in cdd.sentence.replace("\u00a0", " ")
    # 5 hours a day: 607 h are there on the 122nd day, 30 June; four months end on that same day.
    assert (found.verdict, found.earliest_on) == (CheckVerdict.FAILING, date(2017, 6, 30))
    assert found.qualifies_on == date(2017, 6, 30)
