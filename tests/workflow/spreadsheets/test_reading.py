"""What people bring, in every kind of file: read with its places, or refused with a cure."""

from __future__ import annotations

import zipfile
from contextlib import suppress
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from tests.support.spreadsheets import WRITERS, Cells, Formula, Wide, Wrong, ods, text, xlsx
from workflow.errors import InvalidInput, NotFound
from workflow.spreadsheets.reading import read_table
from workflow.spreadsheets.table import CellFault, Table, cell

HEADINGS = ("Nom", "Début", "Heures")
HALF_PAST_NINE = datetime.combine(date(2026, 3, 1), time(9, 30))
ROW = ("Éloïse Ørsted", date(2026, 12, 31), 70)
DATA: Cells = (HEADINGS, ROW, ("Zoë Łuczak", date(2027, 1, 4), 35))

TABLES: dict[str, tuple[Cells, tuple[str, ...], tuple[int, ...], str]] = {
    "plain": (DATA, HEADINGS, (2, 3), ""),
    "headings on line 4": (
        (("Suivi 2026",), (), (None, "au 1er décembre"), *DATA),
        HEADINGS,
        (5, 6),
        "",
    ),
    "empty columns before": (
        [(None, *row) for row in DATA],
        ("", *HEADINGS),
        (2, 3),
        "",
    ),
    "an empty tail and an empty row": (
        (*DATA[:2], (), DATA[2], (), ("", None)),
        HEADINGS,
        (2, 4),
        "",
    ),
    "totals at the end": (
        (*DATA, (), ("TOTAL", None, 105), ("Moyenne", None, Decimal("52.5"))),
        HEADINGS,
        (2, 3),
        "Total en fin de tableau (lignes 5, 6) : mis de côté.",
    ),
    "a person called Total": (
        (*DATA[:2], ("Total Jean", ROW[1], 1), DATA[2]),
        HEADINGS,
        (2, 3, 4),
        "",
    ),
    "headings repeated on each page": (
        (*DATA[:2], HEADINGS, DATA[2]),
        HEADINGS,
        (2, 4),
        "Les en-têtes sont répétés (ligne 3) : mis de côté.",
    ),
    "the same heading twice": (
        (("Nom", "Début", "DÉBUT :"), ("A", ROW[1], ROW[1])),
        ("Nom", "Début", "DÉBUT :"),
        (2,),
        "L’en-tête « DÉBUT : » est écrit deux fois (B1 et C1) : dites quelle colonne lire.",
    ),
    "headings over two lines": (
        (("Candidat", None, "Formation"), ("Nom", "Prénom", "Début"), ("Ørsted", "Éloïse", ROW[1])),
        ("Candidat Nom", "Candidat Prénom", "Formation Début"),
        (3,),
        "En-têtes lus sur deux lignes (1 et 2).",
    ),
    "300 columns": (
        ([f"Colonne {rank}" for rank in range(300)], list(range(300))),
        tuple(f"Colonne {rank}" for rank in range(300)),
        (2,),
        "",
    ),
    "columns without a heading": (
        (("Nom", None, "Ville", "Code"), ("A", "x", "Dijon", "b"), ("B", None, "Lyon", None, "z")),
        ("Nom", "", "Ville", "Code"),
        (2, 3),
        "Sans en-tête, rien n’est lu d’une colonne (B, E) : donnez-lui un nom.",
    ),
    "one column": ((("Nom",), ("A",), ("B",)), ("Nom",), (2, 3), ""),
    "no data yet": ((HEADINGS,), HEADINGS, (), ""),
}


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("case", TABLES)
def test_the_table_is_found(kind: str, case: str) -> None:
    """Headings, rows by their numbers, and what was set aside, said; the same of each kind of file."""
    rows, headings, numbers, remark = TABLES[case]
    table = read_table(WRITERS[kind]({"Suivi": rows}), f"suivi.{kind}")
    assert table.headings == headings
    assert tuple(row.number for row in table.rows) == numbers
    assert "".join(table.remarks) == remark
    assert all(len(row.values) == len(headings) for row in table.rows)


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_values_keep_their_types(kind: str) -> None:
    """Numbers are exact, days have no hour; an error or a formula that nobody computed is no empty cell."""
    told = (1234.56, 0.1 + 0.2, 12345678200010, True, date(2026, 3, 1), HALF_PAST_NINE)
    row = ("=1+1", *told, Formula("=1+1"), Wrong("#N/A"), "+33", "-", "@x")
    table = read_table(WRITERS[kind]({"A": (tuple("abcdefghijkl"), row)}), "a.xlsx")
    assert table.rows[0].values == (
        "=1+1",
        Decimal("1234.56"),
        Decimal("0.3"),
        Decimal(12345678200010),
        *told[3:],
        CellFault.FORMULA,
        CellFault.ERROR,
        *row[-3:],
    )
    assert table.at(table.rows[0], 8) == "I2"


def test_days_counted_from_1904_are_the_same_days() -> None:
    """Macs of old count from another day."""
    whole = BytesIO()
    book = xlsxwriter.Workbook(whole, {"date_1904": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Nom", "Début"])
    sheet.write(1, 0, "A")
    sheet.write_datetime(1, 1, date(2026, 12, 31), book.add_format({"num_format": "dd/mm/yyyy"}))
    book.close()
    assert read_table(whole.getvalue(), "a.xlsx").rows[0].values == ("A", date(2026, 12, 31))


@pytest.mark.parametrize("write", [xlsx, ods])
def test_hidden_rows_and_merged_cells_are_said(write) -> None:  # type: ignore[no-untyped-def]
    """A row that is filtered away is read and said; what lies under a merged cell is no value."""
    rows = (HEADINGS, ("A", None, 1), (Wide("B"), None, 2), ("C", None, 3))
    table: Table = read_table(write({"S": rows}, [2, 4]), "a.xlsx")
    assert [row.hidden for row in table.rows] == [True, False, True]
    assert table.rows[1].values == ("B", CellFault.MERGED, Decimal(2))
    assert table.remarks == (
        "Lignes masquées ou filtrées (lignes 2, 4) : lues comme les autres.",
        "Cellules fusionnées (ligne 3) : écrivez la valeur dans chaque cellule.",
    )


@pytest.mark.parametrize("write", [xlsx, ods])
def test_the_sheet_is_asked_for_or_known_by_its_headings(write) -> None:  # type: ignore[no-untyped-def]
    """Of several sheets, the one asked for, the one whose headings are known, or a question."""
    other: Cells = (("Ville", "Code"), ("Dijon", "21000"))
    content = write({"Villes": other, "Suivi": DATA, "Vide": ()})
    assert read_table(content, "a.xlsx", sheet="Suivi").headings == HEADINGS
    assert read_table(content, "a.xlsx", known=("NOM :", "debut")).sheet == "Suivi"
    with pytest.raises(InvalidInput, match=r"« Villes », « Suivi ».* ; dites laquelle lire"):
        read_table(content, "a.xlsx")
    with pytest.raises(NotFound, match="le plus proche : « Suivi »"):
        read_table(content, "a.xlsx", sheet="Suivis")


TEXTS = {
    f"{encoding}{separator!r}": text({"": DATA}, separator, encoding)
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le")
    for separator in ";,\t"
} | {
    "Windows-1252": text({"": (*DATA[:2], ("Zoë Muller", *DATA[2][1:]))}, ";", "cp1252"),
    "Excel says its separator": b"sep=|\r\n" + text({"": DATA}, "|", "utf-8"),
    "ends of line of old": text({"": DATA}, ";", "utf-8").replace(b"\r\n", b"\r"),
}


@pytest.mark.parametrize("content", TEXTS.values(), ids=TEXTS)
def test_encoding_and_separator_are_found(content: bytes) -> None:
    """Whatever a program writes them as, letters and columns are those that were meant."""
    table = read_table(content, "a.csv")
    assert table.headings == HEADINGS
    assert table.rows[0].values == ("Éloïse Ørsted", "31/12/2026", "70")


def test_amounts_do_not_part_columns() -> None:
    """A comma in every amount, quotes, and a line break in a cell leave the columns as they are."""
    content = 'Nom;Montant\r\n"A; B";1 234,56\r\n"C\nD";2,50\r\n'.encode("cp1252")
    assert [row.values for row in read_table(content, "a.csv").rows] == [
        ("A; B", "1 234,56"),
        ("C\nD", "2,50"),
    ]


def _zipped(parts: dict[str, bytes]) -> bytes:
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return whole.getvalue()


def _far(place: str) -> bytes:
    """Return an .xlsx in which one cell stands far away."""
    with zipfile.ZipFile(BytesIO(xlsx({"A": DATA}))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    changed = {
        name: part.replace(b'r="C3"', f'r="{place}"'.encode()) for name, part in parts.items()
    }
    return _zipped(changed)


REFUSED = {
    "il est vide": b"\r\n",
    "il dépasse 30 Mo": b"a;b\n" * 8_000_000,
    "c’est une page web": b"<html><table><tr><td>Nom</td></tr></table></html>",
    "protégé par un mot de passe": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    + "EncryptedPackage".encode("utf-16-le"),
    "l’ancien format .xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "c’est un PDF": b"%PDF-1.7",
    "pas un tableau que le programme": _zipped({"word/document.xml": b"<w/>"}),
    "abîmé ou incomplet": xlsx({"A": DATA})[:2_000],
    "une fois décompressé": _zipped({"xl/workbook.xml": bytes(251_000_000)}),
    "il ne se lit pas": _zipped({"xl/workbook.xml": b"<a/>"}),
    "copiez-le ou téléchargez-le": _zipped({"content.xml": b"<a><b></a>"}),
    "plus de 100000 lignes": _far("C1048576"),
    "ou de 1000 colonnes": _far("XFD3"),
    "la feuille « A » est abîmée": _far("C99999999"),
    "pas d’en-têtes": b"1;2\n3;4\n",
    "un guillemet ouvert": b'a;b\n"' + b"x" * 200_000,
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_cannot_be_read_is_refused_with_a_cure(why: str) -> None:
    """One sentence: what is wrong, and what to do."""
    with pytest.raises(InvalidInput) as refused:
        read_table(REFUSED[why], "suivi.xls")
    assert str(refused.value).startswith("« suivi.xls » : ")
    assert why in str(refused.value)
    assert " ; " in str(refused.value)


WHOLE = {"xlsx": xlsx({"A": DATA}), "ods": ods({"A": DATA}), "csv": text({"A": DATA})}


@given(st.sampled_from(sorted(WHOLE)), st.data())
def test_a_damaged_file_is_read_or_refused(kind: str, data: st.DataObject) -> None:
    """Bytes changed or cut away: a table or a sentence, nothing else."""
    content = bytearray(WHOLE[kind])
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    end = data.draw(st.integers(0, len(content)))
    for changed in (bytes(content), bytes(content[:end])):
        with suppress(InvalidInput):
            assert read_table(changed, "a").headings


def test_cells_are_named_as_spreadsheets_name_them() -> None:
    """After Z come two letters."""
    assert [cell(1, column) for column in (0, 25, 26, 701, 702)] == [
        "A1",
        "Z1",
        "AA1",
        "ZZ1",
        "AAA1",
    ]
