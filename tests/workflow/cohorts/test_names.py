"""A pasted list of people, read into names or refused line by line."""

from __future__ import annotations

import pytest

from tests.support.core import cipi
from workflow.cohorts.names import read_names
from workflow.errors import InvalidInput


@pytest.mark.parametrize(
    ("pasted", "names"),
    [
        ("DURAND Inès\nLinh Nguyen", ("DURAND Inès", "Linh Nguyen")),
        ("Nom;Prénom\r\nDURAND;Inès\r\n\r\n", ("DURAND Inès",)),
        ("NOM\tPRÉNOM\t\nWIŚNIEWSKI\tŁukasz\t", ("WIŚNIEWSKI Łukasz",)),
        ("1. Þóra ÞÓR\n2) Óscar O’Brien\n- Ağca Işıl", ("Þóra ÞÓR", "Óscar O’Brien", "Ağca Işıl")),
        ("Nom Jean", ("Nom Jean",)),
    ],
)  # fmt: skip
def test_a_list_is_read_as_it_is_pasted(pasted: str, names: tuple[str, ...]) -> None:
    """Columns, numbers and headings of a list leave the names, in every letter of Europe."""
    assert read_names(pasted, cipi()).names == names


def test_a_name_told_twice_is_one_person() -> None:
    """The second line that names somebody is said, whatever the order, the accents and the capitals."""
    listed = read_names("DURAND Inès\nNguyen Linh\nines durand", cipi())
    assert listed.names == ("DURAND Inès", "Nguyen Linh")
    assert listed.twice == ("Ligne 3 : même nom qu’à la ligne 1 ; un seul dossier.",)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("1 84 12 76 451 089 46", "numéro de sécurité sociale"),
        ("DURAND;Inès;06 12 34 56 78", "trop de colonnes"),
        ("06 12 34 56 78", "aucun nom"),
        ("Inès\x1b[2J", "caractère de commande"),
        ("DURAND Inès RQTH", "révéler pourquoi"),
        ("é" * 121, "trop long"),
    ],
)
def test_a_line_that_is_no_name_is_refused_and_not_repeated(line: str, why: str) -> None:
    """Every line that is wrong is named by its number; what it says is not repeated."""
    with pytest.raises(InvalidInput) as refused:
        read_names(f"Nguyen Linh\n{line}", cipi())
    assert "ligne 2" in refused.value.message
    assert why in refused.value.message
    assert line not in refused.value.message


@pytest.mark.parametrize("pasted", ["", " \n\n", "Nom;Prénom"])
def test_an_empty_list_is_refused(pasted: str) -> None:
    """A list that names nobody opens nothing."""
    with pytest.raises(InvalidInput, match="elle est vide"):
        read_names(pasted, cipi())
