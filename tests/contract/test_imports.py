"""What an import wrote of a file, kept on both databases with the file itself."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from sqlalchemy import Engine

from db.cases.imports import SqlImportLedger
from db.cases.store import SqlCaseStore
from tests.support.cases import MorningsBefore
from tests.support.core import OPENED_AT, Workbench, rulebook
from workflow.errors import Conflict, NotFound, TakenReference
from workflow.ports.imports import ImportedFile, ImportedFiles, ImportRun


def test_how_columns_were_read_is_kept_under_a_name(engine: Engine) -> None:
    """What was kept last is what is given back, and another name has nothing."""
    ledger, run = SqlImportLedger(engine), ImportRun("m.durand", OPENED_AT)
    for columns in ({"debut": "debut_mission"}, {"debut": "demarrage_formation", "divers": ""}):
        ledger.keep_model("Suivi de Lyon", columns, run)
        assert ledger.model("Suivi de Lyon") == columns
    assert ledger.model("suivi") == {}


REF = "CIPI-2026-0001"


def test_what_an_import_wrote_is_kept_with_the_file_or_not_at_all(engine: Engine) -> None:
    """The last import of a file is told, with every accent; of a transaction that fails, nothing is."""
    store = SqlCaseStore(engine, MorningsBefore(), rulebook().is_final)
    ledger, bench = SqlImportLedger(engine), Workbench()
    opened = bench.cases.open(
        "cipi", {"demarrage_formation": "08/09/2026"}, by="m.durand", agency="lyon", ref=REF
    )
    first, run = ledger.next_number(), ImportRun("m.durand", OPENED_AT)
    assert ledger.last_told(REF) == {}
    told = {"libelle": "ÉBOUÉ Zoé"}
    files = (ImportedFile(REF, True, 1, told),)
    store.save_all([opened], imported=ImportedFiles(first, files, run))
    assert ledger.last_told(REF) == told
    assert ledger.next_number() == first + 1
    other = replace(opened, after=replace(opened.after, ref="CIPI-2026-0002"))
    anew = (ImportedFile("CIPI-2026-0002", True, 1, {"libelle": "autre"}),)
    for outcomes, number, error in (
        ([other, opened], first + 1, TakenReference),
        ([other], first, Conflict),
    ):
        with pytest.raises(error):
            store.save_all(outcomes, imported=ImportedFiles(number, anew, run))
        with pytest.raises(NotFound):
            store.load("CIPI-2026-0002")
    assert ledger.next_number() == first + 1
