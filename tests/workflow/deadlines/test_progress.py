"""The way of a case: where it goes when all goes as it should, in every procedure there is."""

from __future__ import annotations

import pytest

from workflow.deadlines.progress import ahead, gives_up
from workflow.rulefiles.rulebook import load_rulebook

PROCEDURES = load_rulebook().procedures


@pytest.mark.parametrize("id_", PROCEDURES)
def test_the_way_of_a_new_case_has_no_setback(id_: str) -> None:
    """From its first state, a case is expected to be granted and closed, never refused."""
    procedure = PROCEDURES[id_]
    way = ahead(procedure, procedure.initial)
    assert way[-1] == "clos"
    assert not [state for state in way if procedure.states[state].setback]


@pytest.mark.parametrize(
    ("id_", "state", "way"),
    [
        ("ptp", "depose", ["accorde", "formation", "clos"]),
        ("ptp", "recours", ["accorde", "formation", "clos"]),
        ("ptp", "refuse", ["clos"]),
        ("ptp", "conge_refuse", ["conge_demande", "conge_accorde", "depose", "accorde"]),
        ("cif-cdd", "en_commission", ["accorde", "formation", "presences", "clos"]),
        ("cipi", "drf_refusee", ["preparation", "drf_deposee", "drf_accordee"]),
        ("cipi", "abandonne", []),
    ],
)
def test_the_way_from_a_state(id_: str, state: str, way: list[str]) -> None:
    """What comes next is what one hopes for, from a setback as well."""
    assert ahead(PROCEDURES[id_], state)[: len(way) or None] == way


@pytest.mark.parametrize("id_", PROCEDURES)
def test_an_abandoned_case_gave_up_and_a_closed_one_did_not(id_: str) -> None:
    """Of the ends of a procedure, only those that are setbacks give up."""
    ends = {id_ for id_, state in PROCEDURES[id_].states.items() if state.final}
    assert {end for end in ends if gives_up(PROCEDURES[id_], end)} == {"abandonne"}
