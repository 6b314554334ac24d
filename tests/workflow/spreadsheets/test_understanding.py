"""What a cell holds, read as a fact: right, or refused with the cell, the reason and the cure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest

from tests.support.core import PARIS, cipi
from tests.support.spreadsheets import WRITERS
from workflow.errors import EcheancierError, Refused
from workflow.rules.fact_specs import FactSpec, FactType
from workflow.spreadsheets.reading import read_table
from workflow.spreadsheets.table import CellFault, CellValue
from workflow.spreadsheets.understanding import may_be_swapped, month_first, understood
from workflow.wording.date_text import Today

TODAY = Today(date(2026, 12, 1))
LAST_DAY = date(2026, 12, 31)
NINE = datetime.combine(LAST_DAY, time(9))


def read(type_: FactType, value: CellValue, unit: str = "") -> object:
    """Return what a cell is read as."""
    spec = FactSpec("fait", "Fait", type_, future=True, unit=unit)
    return understood(cipi(), spec, value, "C12", PARIS, TODAY)


READ: list[tuple[FactType, CellValue, object]] = [
    (FactType.DATE, LAST_DAY, LAST_DAY),
    (FactType.DATE, NINE, LAST_DAY),
    (FactType.DATE, "31/12/26", LAST_DAY),
    (FactType.DATE, "jeudi 31 décembre 2026", LAST_DAY),
    (FactType.DATE, "2026-12-31 00:00:00", LAST_DAY),
    (FactType.DATE, "1er mars", date(2027, 3, 1)),
    (FactType.INSTANT, NINE, NINE.replace(tzinfo=PARIS)),
    (FactType.INSTANT, "31/12/2026\u00a009:00", NINE.replace(tzinfo=PARIS)),
    (FactType.INSTANT, LAST_DAY, LAST_DAY),
    (FactType.NUMBER, Decimal("1234.56"), Decimal("1234.56")),
    *(
        (FactType.NUMBER, written, Decimal("1234.56"))
        for written in (
            "1 234,56",
            "1\u00a0234,56",
            "1\u202f234,56",
            "1,234.56",
            "1.234,56",
            "1234.56",
        )
    ),
    (FactType.INTEGER, Decimal(70), 70),
    (FactType.BOOLEAN, True, True),
    (FactType.BOOLEAN, Decimal(0), False),
    (FactType.SIRET, Decimal(12345678200010), "12345678200010"),
    (FactType.SIRET, "123 456 782 00010", "12345678200010"),
    (FactType.PHONE, "06\u00a012 34 56 78", "0612345678"),
    (FactType.TEXT, "Greta\nde Lyon", "Greta de Lyon"),
    (FactType.TEXT, "=1+1", "=1+1"),
    (FactType.TEXT, None, None),
]

REFUSED: list[tuple[FactType, CellValue, str]] = [
    (FactType.DATE, "30/02/2026", "« 30/02/2026 » ; cette date n’existe pas"),
    (FactType.DATE, "12/31/2026", "le mois semble écrit avant le jour"),
    (FactType.DATE, Decimal(46387), "« 46387 » ; c’est un nombre, pas une date"),
    (FactType.DATE, "x" * 90, f"« {'x' * 40}… » ; écrivez une date"),
    (FactType.NUMBER, "1,234", "deux décimales au plus"),
    (FactType.NUMBER, Decimal(-5), "écrivez un nombre sans signe"),
    (FactType.BOOLEAN, Decimal(2), "écrivez oui ou non"),
    (
        FactType.SIRET,
        "1,23457E+13",
        "le tableur a abrégé ce numéro et en a perdu la fin ; mettez la colonne",
    ),
    (
        FactType.SIRET,
        Decimal(1234567820001),
        "13 chiffres au lieu de 14, sans doute sans les zéros du début",
    ),
    (
        FactType.PHONE,
        Decimal(612345678),
        "9 chiffres au lieu de 10, sans doute sans les zéros du début",
    ),
    (FactType.SIRET, Decimal(12345700000000), "la clé de ce SIRET est fausse"),
    *((FactType.TEXT, fault, " ; ") for fault in CellFault),
]


@pytest.mark.parametrize(("type_", "value", "expected"), READ)
def test_what_is_certain_is_read(type_: FactType, value: CellValue, expected: object) -> None:
    """Whatever spaces, marks and types a spreadsheet gives them."""
    assert read(type_, value) == expected


@pytest.mark.parametrize(("type_", "value", "said"), REFUSED)
def test_what_is_not_is_refused(type_: FactType, value: CellValue, said: str) -> None:
    """One sentence with the cell, the reason and the cure; nothing is put right in silence."""
    with pytest.raises(EcheancierError) as refused:
        read(type_, value)
    assert str(refused.value).startswith("C12 : ")
    assert said in str(refused.value)


def test_units_are_what_the_fact_counts_in() -> None:
    """An hour of a clock is a duration; a percentage kept as a part of one is asked again."""
    assert read(FactType.NUMBER, time(7, 30), "h") == Decimal("7.5")
    assert read(FactType.NUMBER, timedelta(hours=35), "h") == 35
    assert read(FactType.NUMBER, Decimal(50), "%") == 50
    with pytest.raises(EcheancierError, match="50 % comme 0,5"):
        read(FactType.NUMBER, Decimal("0.5"), "%")


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("word", ["RQTH depuis 2024", "1 85 05 78 006 084 91", 1850578006084])
def test_what_may_not_be_kept_is_not_repeated(kind: str, word: object) -> None:
    """Why somebody is eligible, or a social security number, whatever the column was said to be."""
    table = read_table(WRITERS[kind]({"A": (("Nom", "Note"), ("A", word))}), "a")
    for type_ in (FactType.TEXT, FactType.DATE, FactType.NUMBER):
        with pytest.raises(Refused) as refused:
            read(type_, table.rows[0].values[1])
        assert str(refused.value).startswith("La cellule C12 contient")
        assert not any(part in str(refused.value) for part in ("RQTH", str(word)))


def test_a_column_written_month_first_is_said() -> None:
    """One date that has no other reading puts in doubt those that have two, texts and dates alike."""
    column: list[CellValue] = [date(2026, 3, 4), "12/31/2026", "05/06/2026"]
    assert month_first(column) == "12/31/2026"
    assert [may_be_swapped(value) for value in column] == [True, False, True]
    assert [may_be_swapped(value) for value in (date(2026, 3, 3), LAST_DAY, Decimal(3), None)] == [
        False
    ] * 4
    assert month_first([LAST_DAY, "31/12/2026", "04/03/2026", None]) is None
