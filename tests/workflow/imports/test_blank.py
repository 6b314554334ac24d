"""The columns of an empty table: the import knows each of them, whatever the procedure and the funder."""

from __future__ import annotations

import pytest

from tests.support.core import PARIS, rulebook
from workflow.case.people import Directory
from workflow.imports.blank import blank_columns
from workflow.imports.columns import ruled
from workflow.imports.recognition import FoundBy, recognised
from workflow.imports.rows import names_read
from workflow.spreadsheets.table import Table


@pytest.mark.parametrize("id_", rulebook().procedures)
def test_every_heading_is_known_for_sure(id_: str) -> None:
    """Each heading means what its column asks and nothing else, with the procedure alone or among all."""
    whole = rulebook().procedure(id_)
    for procedure in ruled([whole]):
        asked = blank_columns(rulebook().procedures, procedure, Directory())
        table = Table("modele.xlsx", "Dossiers", tuple(one.heading for one in asked), 1, (), ())
        for rules in ([whole], list(rulebook().procedures.values())):
            found = recognised(table, rules, PARIS)
            assert {one.found for one in found} == {FoundBy.HEADING}
            assert [one.names for one in found] == [(one.name,) for one in asked]


def test_a_choice_is_written_as_it_is_read_back() -> None:
    """A choice bears its name, or its id where two bear one name or the name is the id of another."""
    named = [("a", "Un"), ("b", "Deux"), ("c", "deux"), ("d", "A"), ("e", "")]
    assert names_read(named) == {"a": "Un", "b": "b", "c": "c", "d": "d", "e": "e"}
