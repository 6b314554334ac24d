"""An import taken back: what it opened is given up, what it changed is as it was, the journal says both."""

from __future__ import annotations

import pytest

from db.cases.imports import SqlImportLedger
from tests.support.core import plain
from tests.workflow.takeover.test_importing import HEADINGS, INES, REF, Agency
from workflow.case.case import Case
from workflow.errors import NotFound, Refused
from workflow.takeover.rereading import RowResult
from workflow.takeover.taking_back import TakenBack, TakingBack

STEPS = ("15/06/2026 10:00", "22/06/2026")
OTHER = ("N’GUYEN", "Linh", "15/09/2026 09:00", "30/10/2026", "2026-8", *STEPS)
SECOND = "CIPI-2026-0002"
BY = "m.durand"


@pytest.fixture
def agency() -> Agency:
    """Return an agency with an empty base."""
    return Agency()


def taking_back(agency: Agency) -> TakingBack:
    """Return the use cases."""
    return TakingBack(agency.cases, SqlImportLedger(agency.store.engine))


def undone(agency: Agency, number: int) -> list[TakenBack]:
    """Take an import back."""
    return list(taking_back(agency).save(number, BY))


def kept(case: Case) -> object:
    """Return what a file says, whatever its journal tells."""
    states = [(step.action, step.state_from, step.state_to) for step in case.history]
    return case.state, case.title, case.owner, case.facts, dict(case.documents), states


def test_a_file_that_was_changed_is_as_it_was(agency: Agency) -> None:
    """Facts, title, steps and the papers that came with them; the import before stands again."""
    agency.entered(INES)
    was = agency.store.load(REF)
    agency.entered(("DURAND-ROY", "Inès", INES[2], "06/11/2026", INES[4], *STEPS), OTHER)
    assert agency.store.load(REF).state == "drf_accordee"
    seen = list(taking_back(agency).files(2, BY))
    assert [(one.ref, one.created, one.rests) for one in seen] == [
        (REF, False, ""),
        (SECOND, True, ""),
    ]
    assert agency.store.load(SECOND).state == "drf_accordee"
    assert [one.ref for one in undone(agency, 2)] == [REF, SECOND]
    assert kept(agency.store.load(REF)) == kept(was)
    given_up = agency.store.load(SECOND)
    assert (given_up.state, given_up.deadlines) == ("abandonne", {})
    assert plain(agency.store.journal(SECOND)[-1].comment) == "Import n° 2 annulé."
    undone(agency, 1)
    assert agency.store.load(REF).state == "abandonne"


def test_what_rests_on_an_import_keeps_it_whole(agency: Agency) -> None:
    """Somebody corrected one of its files: it is said which, by whom, and nothing at all is taken back."""
    agency.entered(INES, OTHER)
    agency.store.save(agency.cases.correct(SECOND, {}, by=BY, title="N’GUYEN Linh Chi"))
    rests = [one.rests for one in taking_back(agency).files(1, BY)]
    assert rests[0] == ""
    assert "Correction" in rests[1]
    with pytest.raises(Refused, match="Correction"):
        undone(agency, 1)
    assert agency.store.load(REF).state == "preparation"
    with pytest.raises(NotFound, match="import"):
        taking_back(agency).past(7)


def test_the_same_table_goes_in_again(agency: Agency) -> None:
    """What was given up is not found again, but by its reference: then the file is taken up where it was."""
    agency.entered(OTHER)
    undone(agency, 1)
    with pytest.raises(Refused, match="déjà"):
        taking_back(agency).past(1)
    assert [(row.result, row.ref) for row in agency.entered(OTHER)] == [(RowResult.CREATED, SECOND)]
    asked = agency.asked([(REF, *OTHER)], ("Référence", *HEADINGS[:-1]))
    (row,) = agency.importing().save(asked)
    assert (row.result, row.ref) == (RowResult.UPDATED, REF)
    assert agency.store.load(REF).state == "drf_accordee"
    undone(agency, 3)
    assert agency.store.load(REF).state == "abandonne"
