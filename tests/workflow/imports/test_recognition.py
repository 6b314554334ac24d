"""Headings of agencies' own spreadsheets, recognised, asked about or refused."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.support.core import PARIS, plain, rulebook
from tests.support.spreadsheets import text
from workflow.errors import InvalidInput, NotFound
from workflow.imports.columns import known_headings
from workflow.imports.recognition import Column, FoundBy, recognised
from workflow.spreadsheets.reading import read_table

ALL = tuple(rulebook().procedures)


def columns(
    headings: Sequence[str],
    row: Sequence[str],
    procedures: Sequence[str] = ("cipi",),
    **said: object,
) -> list[Column]:
    """Return what the columns of a table of one row are said to be."""
    rules = [rulebook().procedure(one) for one in procedures]
    content = text({"": [headings, row]})
    table = read_table(content, "suivi.csv", known=known_headings(rules))
    return list(recognised(table, rules, PARIS, **said))  # type: ignore[arg-type] # as the caller says


HEADINGS: list[tuple[str, str, str]] = [
    ("Nom", "DURAND", "nom"),
    ("PRENOM", "Inès", "prenom"),
    ("Stagiaire", "DURAND Inès", "libelle"),
    ("Date début formation", "08/09/2026", "demarrage_formation"),
    ("Début :", "08/09/2026", "demarrage_formation"),
    ("Date de debut de formatoin", "08/09/2026", "demarrage_formation"),
    ("Nb heures", "210", "heures_formation"),
    ("OF", "Greta", "organisme_formation"),
    ("Organismes", "Greta", "organisme_formation"),
    ("N° DRF", "2026-123", "numero_drf"),
    ("Agence", "Lyon", "agence"),
    ("Suivi par", "Mme Durand", "suivi_par"),
    ("DRF déposée le", "10/07/2026", "drf_deposee_le"),
    ("demarrage_formation", "08/09/2026", "demarrage_formation"),
    ("Divers", "12345678200010", "siret_organisme"),
]


@pytest.mark.parametrize(("heading", "value", "name"), HEADINGS)
def test_a_usual_heading_is_recognised(heading: str, value: str, name: str) -> None:
    """What agencies write above a column, well or badly spelt, is what they mean by it."""
    found = columns(["Réf", heading], ["CIPI-2026-0001", value])[1]
    assert found.names == (name,)
    assert found.sure >= 75


def test_a_date_is_shown_as_it_is_understood() -> None:
    """The first date of a column is told with its weekday, so that a day and a month swapped are seen."""
    found = columns(["Nom", "Début"], ["DURAND", "08/09/2026 09:00"])
    assert [plain(one.example) for one in found] == ["", "mardi 8 septembre 2026"]


ASKED: list[tuple[list[str], list[str], str]] = [
    (["Agence", "N° dossier"], ["Lyon", "12"], "numero_dossier_financeur"),
    (["Début", "Date de début"], ["08/09/2026", "08/09/2026"], "la colonne A dit aussi"),
    (["Agence", "Date de debut de formatoin"], ["Lyon", "trois semaines"], "se lisent autrement"),
]


@pytest.mark.parametrize(("headings", "row", "words"), ASKED)
def test_what_could_be_two_things_is_asked(headings: list[str], row: list[str], words: str) -> None:
    """Two meanings, two columns or values that belie their heading are said, and the column is not read."""
    found = columns(headings, row)[1]
    assert (found.found, found.names) == (FoundBy.ASKED, ())
    assert words in found.why


def test_a_person_says_what_a_column_is() -> None:
    """A column told to be something is that, an ignored one is not read, a wrong name is refused."""
    told = {"N° dossier": "numero_dossier_financeur", "B": "libelle"}
    found = columns(["N° dossier", "Qui ?", "Nom"], ["1", "Inès", "x"], told=told, ignored=["Nom"])
    assert [one.names for one in found] == [("numero_dossier_financeur",), ("libelle",), ()]
    for wrong, error in (({"Nom": "nmo"}, NotFound), ({"Nmo": "nom"}, NotFound)):
        with pytest.raises(error):
            columns(["Nom", "Agence"], ["x", "y"], told=wrong)
    with pytest.raises(InvalidInput, match="deux colonnes"):
        columns(["Nom", "Agence"], ["x", "y"], told={"Nom": "nom", "Agence": "nom"})


@pytest.mark.parametrize(
    "heading",
    ["RQTH", "NIR", "N° de sécurité sociale", "Public éligible", "Minima sociaux", "handicap"],
)
def test_why_a_person_is_eligible_is_no_column(heading: str) -> None:
    """Such a column is never read, whatever it holds, and its heading is not repeated."""
    found = columns(["Nom", heading], ["DURAND", "oui"])[1]
    assert (found.found, found.names, found.heading) == (FoundBy.REFUSED, (), "")
    assert heading.lower() not in found.why.lower()


def test_one_column_dates_the_start_of_every_procedure() -> None:
    """Where rows are of several procedures, « Début » is the start of each."""
    found = columns(["Procédure", "Début"], ["cipi", "08/09/2026"], ALL)[1]
    assert set(found.names) == {"demarrage_formation", "debut_reconversion"}
