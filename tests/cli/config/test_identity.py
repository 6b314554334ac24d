"""Who acts when nothing is said, and for which agency."""

from __future__ import annotations

import pytest

from cli.config.identity import acting_person, agency_of
from cli.config.settings import AgencyRow, PersonRow, Settings, User
from workflow.errors import InvalidInput, NotFound

LYON = AgencyRow(name="Lyon", email="lyon@example.org")
CLAIRE = PersonRow(name="Claire", email="claire@example.org", agency="lyon")


def settings(*agencies: str, user: str | None = None) -> Settings:
    """Return a configuration with some agencies and Claire."""
    return Settings(
        agencies=dict.fromkeys(agencies, LYON), people={"claire": CLAIRE}, user=User(id=user)
    )


def test_the_person_named_acts_before_anybody() -> None:
    """`--par` wins over the configured user, who wins over the account."""
    account = {"LOGNAME": "compte"}
    assert acting_person("claire", settings("lyon"), account) == "claire"
    assert acting_person(None, settings("lyon", user="claire"), account) == "claire"
    assert acting_person(None, settings("lyon"), account) == "compte"
    with pytest.raises(NotFound, match="--par"):
        acting_person("clair", settings("lyon"), account)


def test_an_odd_account_name_cannot_spoil_the_journal() -> None:
    """Characters that could break a line or a mail are replaced, and the length is bounded."""
    assert acting_person(None, settings(), {"USER": "a b\nc;d"}) == "a_b_c_d"
    assert len(acting_person(None, settings(), {"USER": "x" * 500})) == 64


def test_a_case_goes_to_the_agency_named_then_ones_own_then_the_only_one() -> None:
    """Several agencies and nobody to tell which is a question, not a guess."""
    two = settings("lyon", "metz")
    assert agency_of("claire", "metz", two) == "metz"
    assert agency_of("claire", None, two) == "lyon"
    assert agency_of("compte", None, settings("metz")) == "metz"
    with pytest.raises(InvalidInput, match="Quelle agence"):
        agency_of("compte", None, two)
    with pytest.raises(InvalidInput, match="Aucune agence"):
        agency_of("compte", None, Settings())
    with pytest.raises(NotFound, match="lyonn"):
        agency_of("claire", "lyonn", two)
