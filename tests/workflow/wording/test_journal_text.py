"""What the journal notes: kept as it was, told to a person, and told to another program."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal

import pytest

from tests.support.core import PARIS, rulebook
from tests.support.notifications import make_directory
from workflow.case.case import (
    Change,
    Dates,
    HoursLine,
    Noted,
    Paper,
    PaperStatus,
    Subject,
    WorkKind,
)
from workflow.rules.seniority import Contract
from workflow.wording.codec import noted_data, noted_value
from workflow.wording.journal_text import change_text, change_words

CIF = rulebook().procedures["cif-cdd"]
MONDAY, FRIDAY = date(2026, 3, 2), date(2026, 3, 6)
SHORT = HoursLine(1, WorkKind.MISSION, MONDAY, MONDAY, done=Decimal(7))
LONG = HoursLine(1, WorkKind.TRAINING, MONDAY, FRIDAY, Decimal("35.5"), Decimal("7.25"), "Greta")
CONTRACT = Contract(2, "cdd", "prive", MONDAY, FRIDAY, Decimal("607.5"), "Lycée")
RECEIVED = Paper(PaperStatus.RECEIVED, MONDAY, "zoe", "classeur 3")
MIDNIGHT = datetime(2026, 9, 7, tzinfo=PARIS)

CASES: list[tuple[Subject, str, Noted | None, tuple[str, str], tuple[str, str | None]]] = [
    (
        *(Subject.HOURS, "1", SHORT),
        ("Heures, ligne 1", "mission le 02/03/2026, 7 h faites"),
        ("heures.1", "mission le 02/03/2026, 7 h faites"),
    ),
    (
        *(Subject.HOURS, "1", LONG),
        (
            "Heures, ligne 1",
            "formation du 02/03/2026 au 06/03/2026, 35,5 h prévues, 7,25 h faites, Greta",
        ),
        ("heures.1", "formation du 02/03/2026 au 06/03/2026, 35,5 h prévues, 7,25 h faites, Greta"),
    ),
    (
        *(Subject.CONTRACT, "2", CONTRACT),
        (
            "Contrat, ligne 2",
            "CDD du 02/03/2026 au 06/03/2026, 607,5 h, Employeur privé, Lycée",
        ),
        ("contrat.2", "cdd du 02/03/2026 au 06/03/2026, 607,5 h, prive, Lycée"),
    ),
    (
        *(Subject.PAPER, "biaf", RECEIVED),
        (CIF.documents["biaf"].label, "reçue le 02/03/2026, classeur 3"),
        ("biaf", "recu 2026-03-02, classeur 3"),
    ),
    (
        *(Subject.FACT, "demarrage_formation", "2026-03-02"),
        (CIF.facts["demarrage_formation"].label, "02/03/2026"),
        ("demarrage_formation", "2026-03-02"),
    ),
    (
        *(Subject.FACT, "demarrage_formation", "bientôt"),
        (CIF.facts["demarrage_formation"].label, "bientôt"),
        ("demarrage_formation", "bientôt"),
    ),
    (*(Subject.FILE, "owner", "zoe"), ("Personne", "Zoé Müller"), ("owner", "zoe")),
    (*(Subject.FILE, "owner", None), ("Personne", "personne (l’agence suit)"), ("owner", None)),
    (*(Subject.FILE, "title", None), ("Libellé", "—"), ("title", None)),
    (
        *(Subject.DATES, "demarrage_max", Dates(date(2026, 7, 8), MIDNIGHT, date(2026, 9, 3))),
        (
            CIF.deadlines["demarrage_max"].label,
            "ouvre 08/07/2026, prudente 03/09/2026, stricte 06/09/2026 à 24:00",
        ),
        ("demarrage_max", "ouvre 08/07/2026, prudente 03/09/2026, stricte 06/09/2026 à 24:00"),
    ),
    (
        *(Subject.DATES, "demarrage_max", Dates(expected_at=MONDAY, chase_on=FRIDAY)),
        (CIF.deadlines["demarrage_max"].label, "attendue 02/03/2026, relance 06/03/2026"),
        ("demarrage_max", "attendue 02/03/2026, relance 06/03/2026"),
    ),
]


def plain(text: str | None) -> str | None:
    """Return a text with plain spaces."""
    return None if text is None else text.replace("\u00a0", " ")


@pytest.mark.parametrize(("about", "name", "value", "words", "_"), CASES)
def test_a_change_is_told_to_a_person(
    about: Subject, name: str, value: Noted | None, words: tuple[str, str], _: tuple[str, str]
) -> None:
    """Each value is told in the words of its procedure and of the staff, whichever side it stands on."""
    change = Change(about, name, value, value)
    label, old, new = change_words(change, CIF, PARIS, make_directory())
    assert (label, plain(old), plain(new)) == (*words, words[1])


@pytest.mark.parametrize(("about", "name", "value", "_", "text"), CASES)
def test_a_change_is_told_to_a_program(
    about: Subject, name: str, value: Noted | None, _: tuple[str, str], text: tuple[str, str | None]
) -> None:
    """Another program reads ids and no label; nothing stays nothing."""
    named, old, new = change_text(Change(about, name, value, None))
    assert (named, plain(old), new) == (*text, None)


@pytest.mark.parametrize(("about", "name", "value", "words", "text"), CASES)
def test_a_noted_value_survives_json(
    about: Subject, name: str, value: Noted | None, words: object, text: object
) -> None:
    """What is noted is read back as the same value, and what is not known is not written."""
    del name, words, text
    written = json.dumps(noted_data(value))
    assert noted_value(about, json.loads(written)) == value
    assert value is None or "null" not in written
