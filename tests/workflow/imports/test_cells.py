"""One cell by itself: what it is understood as, what it may have meant, and how what was typed is kept."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.support.core import Workbench, plain
from workflow.imports.cells import CellReader
from workflow.spreadsheets.table import CellValue
from workflow.wording.date_text import Today

DAY = "demarrage_formation"


@pytest.fixture(scope="module")
def cells() -> CellReader:
    """Return a reader of the cells of any procedure."""
    desk = Workbench()
    rules = tuple(desk.cases.rulebook.procedures.values())
    zone = desk.cases.directory.agency("lyon").zone
    return CellReader(rules, desk.cases.directory, zone, Today(date(2026, 12, 1)))


MEANT: list[tuple[str, CellValue, str]] = [
    (DAY, "12/31/2026", "31/12/2026"),
    (DAY, date(2026, 2, 3), "02/03/2026"),
    (DAY, "30/02/2027", "28/02/2027"),
    (DAY, Decimal(46023), "01/01/2026"),
    (DAY, "le 12/03/2027 (à confirmer)", "12/03/2027"),
    (DAY, "bientôt", ""),
    ("siret_organisme", Decimal(5980123400012), ""),
    ("contact_organisme_telephone", Decimal(478123456), "0478123456"),
    ("heures_formation", "70 heures", "70"),
    ("agence", "Lyonn", "Agence de Lyon"),
    ("agence", "zzz", ""),
    ("etat", "DRF acordée", "DRF accordée"),
]


@pytest.mark.parametrize(("name", "value", "meant"), MEANT)
def test_a_cell_may_have_meant_something(
    cells: CellReader, name: str, value: CellValue, meant: str
) -> None:
    """What is near is proposed as it is typed, and nothing where nothing is near."""
    assert plain(cells.proposed(name, value)) == meant


def test_a_day_that_is_typed_can_be_read_one_way_only(cells: CellReader) -> None:
    """A day typed in a cell is kept year first, with its hour; anything else, as typed."""
    kept = [cells.kept(DAY, one) for one in ("2/3/2027", "02/03/2027 9h", "bientôt", "")]
    assert kept == ["2027-03-02", "2027-03-02 09:00", "bientôt", ""]
    assert plain(cells.read(DAY, kept[1], "C2")) == "mardi 2 mars 2027 à 09:00"
