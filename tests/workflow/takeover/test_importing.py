"""A table of an agency's own over a base: what each row would do, and what is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.cases.imports import SqlImportLedger
from tests.support.core import Workbench, paris, plain
from tests.support.spreadsheets import text
from workflow.case.case import EntryKind
from workflow.errors import Conflict, OutOfReach
from workflow.imports.recognition import Column
from workflow.spreadsheets.reading import read_table
from workflow.takeover.importing import Importing
from workflow.takeover.rereading import ImportedRow, ImportRequest, RowResult

REF = "CIPI-2026-0001"
HEADINGS = ("Nom", "Prénom", "Début", "Fin", "N° DRF", "DRF déposée le", "DRF accordée le", "État")
INES = ("DURAND", "Inès", "08/09/2026 09:00", "30/10/2026", "2026-7")


class Agency(Workbench):
    """An agency with a spreadsheet."""

    def importing(self) -> Importing:
        """Return the use cases, to which every date past is a reminder silenced."""
        ledger = SqlImportLedger(self.store.engine)
        return Importing(self.cases, ledger, lambda one, _, at: int(one.dates.act_on < at.date()))

    def rows(
        self,
        *rows: Sequence[object],
        headings: Sequence[str] = HEADINGS,
        procedure: str | None = "cipi",
        told: Mapping[str, str] | None = None,
    ) -> list[ImportedRow]:
        """Return what the rows of a table would do."""
        return list(self.importing().rows(self.asked(rows, headings, procedure, told)))

    def asked(
        self,
        rows: Sequence[Sequence[object]],
        headings: Sequence[str] = HEADINGS,
        procedure: str | None = "cipi",
        told: Mapping[str, str] | None = None,
    ) -> ImportRequest:
        """Return the request about a table."""
        importing = self.importing()
        padded = [(*row, *[None] * (len(headings) - len(row))) for row in rows]
        content = text({"": [headings, *padded]})
        table = read_table(content, "suivi.csv", known=importing.headings(procedure))
        columns: tuple[Column, ...] = importing.recognise(table, procedure, "lyon", told=told or {})
        return ImportRequest(table, columns, procedure, "m.durand", "lyon", "m.durand")

    def entered(self, *rows: Sequence[object]) -> list[ImportedRow]:
        """Save what rows do."""
        return list(self.importing().save(self.asked(rows)))


@pytest.fixture
def agency() -> Agency:
    """Return an agency with an empty base."""
    return Agency()


def words(row: ImportedRow) -> str:
    """Return why a row cannot be entered."""
    return " ".join(one.words for one in row.faults)


def test_a_row_opens_a_file(agency: Agency) -> None:
    """A row that reads well opens a file with its facts and its dates, once it is saved and not before."""
    (row,) = agency.rows(INES)
    assert (row.result, row.ref, row.title) == (RowResult.CREATED, REF, "DURAND Inès")
    assert row.due == "drf"
    assert not list(agency.store.open_refs("cipi"))
    agency.entered(INES)
    case = agency.store.load(REF)
    assert (case.title, case.agency, case.owner) == ("DURAND Inès", "lyon", "m.durand")
    assert case.facts["demarrage_formation"] == paris(9, 8, 9)
    assert case.facts["numero_drf"] == "2026-7"
    (entry,) = agency.store.journal(REF)
    assert plain(entry.comment) == "Repris du suivi existant, import n° 1."


def test_a_file_that_lives_is_taken_over_at_its_dates(agency: Agency) -> None:
    """Steps done are done again at their dates, windows long closed included, and the journal says why."""
    agency.clock.now = paris(12, 1, 10)
    (row,) = agency.entered((*INES, "10/07/2026", "20/07/2026", "DRF accordée"))
    assert row.result is RowResult.CREATED
    case, journal = agency.store.load(REF), agency.store.journal(REF)
    assert case.state == "drf_accordee"
    assert [one.kind for one in journal] == [EntryKind.OPENING, EntryKind.ACTION, EntryKind.ACTION]
    assert {plain(one.comment) for one in journal} == {"Repris du suivi existant, import n° 1."}
    assert row.late
    assert row.silenced >= 1


REFUSED: list[tuple[tuple[object, ...], str]] = [
    (("DURAND", "Inès"), "il manque « Début de la formation"),
    (("DURAND", "Inès", "30/02/2026"), "C2"),
    ((*INES, None, "20/07/2026"), "aucune étape ne mène à « Accord sur la DRF"),
    ((*INES, "10/07/2026", None, "DRF accordée"), "donnez la date de chaque étape faite"),
    ((*INES, None, None, "accordé ?"), "état inconnu"),
    (("DURAND", "RQTH", "08/09/2026"), "éligible"),
    (("DURAND", "1 85 05 78 006 084 91", "08/09/2026"), "sécurité sociale"),
]


@pytest.mark.parametrize(("row", "said"), REFUSED)
def test_a_row_that_cannot_be_says_why(agency: Agency, row: tuple[object, ...], said: str) -> None:
    """What cannot be read, kept or done is said in a sentence, and what may not be kept is not repeated."""
    agency.clock.now = paris(12, 1, 10)
    (found, other) = agency.rows(row, ("MARTIN", "Paul", "15/09/2026"))
    assert found.result is RowResult.FAULTY
    assert said in words(found)
    assert not {"RQTH", "1 85 05 78"} & set(words(found).split())
    assert other.result is RowResult.CREATED


@pytest.mark.parametrize("ref", ["RQTH-12", "1 85 05 78 006 084 91"])
def test_a_reference_that_tells_too_much_is_not_repeated(agency: Agency, ref: str) -> None:
    """A ground or a number of social security in the place of a reference is refused, and not repeated."""
    (row,) = agency.rows((ref, "DURAND", "08/09/2026"), headings=("Réf", "Nom", "Début"))
    assert row.result is RowResult.FAULTY
    assert ref not in f"{words(row)} {row.ref}"
    assert words(row).startswith("A2 : La référence contient")


def test_the_same_table_writes_nothing_twice(agency: Agency) -> None:
    """Read again, saved rows are unchanged; a row that says more completes its file; a double is refused."""
    agency.entered(INES)
    version = agency.store.load(REF).version
    (again,) = agency.entered(("Inès", "Durand", *INES[2:]))
    assert again.result is RowResult.UNCHANGED
    assert agency.store.load(REF).version == version
    agency.clock.now = paris(12, 1, 10)
    first, twice = agency.entered((*INES, "10/07/2026"), INES)
    assert (first.result, twice.result) == (RowResult.UPDATED, RowResult.FAULTY)
    assert "la ligne 2 dit déjà ce dossier" in words(twice)
    assert agency.store.load(REF).state == "drf_deposee"


def test_a_file_that_was_changed_here_is_not_written_over(agency: Agency) -> None:
    """What the table changed is corrected, what only the file changed stays, what both did is asked."""
    agency.entered(INES)
    (row,) = agency.entered((*INES[:3], "06/11/2026"))
    assert row.result is RowResult.UPDATED
    assert agency.store.load(REF).facts["fin_formation"] == date(2026, 11, 6)
    agency.saved(agency.cases.correct(REF, {"fin_formation": "02/11/2026"}, by="p.martin"))
    (row,) = agency.entered((*INES[:3], "06/11/2026"))
    assert row.result is RowResult.UNCHANGED
    (row,) = agency.entered((*INES[:3], "09/11/2026"))
    assert row.result is RowResult.TO_CHOOSE
    assert "« 02/11/2026 » dans le dossier CIPI-2026-0001" in words(row)
    assert "« 09/11/2026 » dans le tableau" in words(row)
    assert agency.store.load(REF).facts["fin_formation"] == date(2026, 11, 2)


def test_what_stops_an_import_says_what_is_in(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another import, or a full disk: no file is lost or half there, and the next try goes on."""
    monkeypatch.setattr("workflow.takeover.importing.AT_ONCE", 1)
    table = [(name, *INES[1:4]) for name in "ABCDE"]
    rows = agency.importing().save(agency.asked(table))
    next(rows)
    agency.entered(table[4])
    with pytest.raises(Conflict, match="ce qui est entré sera reconnu"):
        list(rows)
    again = agency.importing().save(agency.asked(table))
    assert [next(again).result for _ in "AB"] == [RowResult.UNCHANGED, RowResult.CREATED]
    with agency.store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")
    with pytest.raises(
        OutOfReach, match=r"^1.dossier est entré. Pour les suivants : il n’y a plus"
    ):
        list(again)


def test_two_files_that_could_be_meant_are_named(agency: Agency) -> None:
    """Two files of one name and one start are told, and their reference settles it."""
    for _ in range(2):
        agency.saved(
            agency.cases.open(
                "cipi",
                {"demarrage_formation": "08/09/2026"},
                by="m.durand",
                agency="lyon",
                title="Inès DURAND",
            )
        )
    (row,) = agency.rows(INES[:3])
    assert row.result is RowResult.TO_CHOOSE
    assert "CIPI-2026-0001 et CIPI-2026-0002" in words(row)
    (row,) = agency.rows(
        ("CIPI-2026-0002", "Inès DURAND", "08/09/2026"), headings=("Réf", "Nom", "Début")
    )
    assert (row.result, row.ref) == (RowResult.UNCHANGED, "CIPI-2026-0002")


def test_rows_may_be_of_several_procedures(agency: Agency) -> None:
    """A column tells the procedure of each row, and « Début » is the start of each."""
    headings = ("Dispositif", "Nom", "Début", "Financeur")
    rows = [
        ("CIPI", "A B", "08/09/2026"),
        ("reconversion", "C D", "08/09/2026"),
        ("cif-cdd", "E F", "03/09/2018", "unifaf"),
        ("DIF", "G H", "08/09/2026"),
    ]
    found = agency.rows(*rows, headings=headings, procedure=None)
    assert [row.result for row in found] == [*[RowResult.CREATED] * 3, RowResult.FAULTY]
    assert [row.ref.partition("-")[0] for row in found] == ["CIPI", "REC", "CIF", ""]


CELLS = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.dates(date(1890, 1, 1), date(2120, 1, 1)).map(lambda day: f"{day:%d/%m/%Y}"),
    st.sampled_from(
        ["CIPI", "oui", "12345678200010", "DRF accordée", "=1+1", "1,5", "RQTH", "Lyon"]
    ),
)


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.tuples(*[CELLS] * len(HEADINGS)), min_size=1, max_size=6))
def test_whatever_a_table_holds_each_row_stands_or_says_why(
    rows: list[tuple[str | None, ...]],
) -> None:
    """Any cells at all: a row is entered whole or says why it is not, and entered again it writes nothing."""
    agency = Agency()
    agency.clock.now = paris(12, 1, 10)
    for row in agency.entered(*rows, ("MARTIN", "Paul", "15/09/2026")):
        assert row.result.stands == (not row.faults)
        assert all(fault.words.endswith(".") for fault in row.faults)
        if row.result is RowResult.CREATED:
            assert agency.store.load(row.ref).title == row.title
    again = agency.entered(*rows, ("MARTIN", "Paul", "15/09/2026"))
    assert not [row for row in again if row.outcomes]
