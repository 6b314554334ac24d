"""What the domain note says of the période de reconversion (A23, A24): each limit, one below and one above.

What is expected is worked by hand from the note and never read from the rules; its dates are those of
`dates.toml` (F10 to F13).
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.corpus.rows import Rows, Said, around, by_row, named, plain, row_tests
from workflow.counting.context import edition_for
from workflow.deadlines.compute import every
from workflow.rules.checks import Check, CheckVerdict

OK, AMBER, RED, NOTE, SILENT = "conforme", "a_confirmer", "non_conforme", "rappel", None
START = "03/03/2027"
RECONVERSION = Rows("reconversion")


def one(row: str, check: str, verdict: str | None, words: str = "", **facts: str) -> Said:
    """Return what a check says of some facts."""
    return Said(row, check, verdict, words, {"debut_reconversion": START, **facts})


SHORT, LONG = {"accord_plus_long": "non"}, {"accord_plus_long": "oui"}
INTERNAL = {"type_reconversion": "interne", "cout_formation": "4000"}

SAID = (
    *around(
        "A24",
        "REC-statut",
        "statut_salarie",
        ("permanent", OK, "ouverte à tous les salariés"),
        ("interimaire", AMBER, "aucune source ne dit comment"),
        ("cdi_interimaire", AMBER, "faites-le confirmer par AKTO"),
    ),
    one("A24", "REC-statut", AMBER, "n’est pas réglé par les textes lus"),
    *around(
        "A23",
        "REC-type",
        "type_reconversion",
        ("interne", NOTE, "l’OPCO de l’employeur"),
        ("externe", NOTE, "l’OPCO de l’entreprise d’accueil"),
    ),
    one("A23", "REC-type", AMBER, "l’OPCO qui décide en dépend"),
    *around(
        "A23",
        "REC-heures",
        "heures_formation",
        ("149,99", RED, "sous le minimum de 150 h"),
        ("150", OK, "de 150 à 450 h"),
        ("450", OK, "de 150 à 450 h"),
        ("450,01", RED, "au-delà de 450 h"),
        **SHORT,
    ),
    one("A23", "REC-heures", AMBER, "il en faut de 150 à 450", **SHORT),
    one("A23", "REC-heures", SILENT, heures_formation="100", **LONG),
    *around(
        "A23",
        "REC-heures-accord",
        "heures_formation",
        ("149,99", RED, "sous le minimum de 150 h"),
        ("150", OK, "de 150 à 2 100 h"),
        ("2100", OK, "de 150 à 2 100 h"),
        ("2100,01", RED, "au-delà de 2 100 h"),
        **LONG,
    ),
    one("A23", "REC-heures-accord", AMBER, "il en faut de 150 à 2 100", **LONG),
    *around(
        "A23",
        "REC-accord",
        "accord_plus_long",
        ("oui", NOTE, "36 mois et 2 100 h"),
        ("non", NOTE, "12 mois et 450 h au plus"),
    ),
    one("A23", "REC-accord", AMBER, "Il manque"),
    # From 3 March 2027, twelve months end on 3 March 2028, thirty-six on 3 March 2030.
    one("A23", "REC-mois", OK, "douze mois", fin_reconversion="02/03/2028", **SHORT),
    one("A23", "REC-mois", AMBER, "ce jour compte", fin_reconversion="03/03/2028", **SHORT),
    one("A23", "REC-mois", RED, "dépasse de 1 jour", fin_reconversion="04/03/2028", **SHORT),
    one("A23", "REC-mois-accord", OK, "trente-six", fin_reconversion="02/03/2030", **LONG),
    one("A23", "REC-mois-accord", AMBER, "ce jour compte", fin_reconversion="03/03/2030", **LONG),
    one("A23", "REC-mois-accord", RED, "dépasse de 1 jour", fin_reconversion="04/03/2030", **LONG),
    *around(
        "A23",
        "REC-certification",
        "certification_visee",
        ("rncp", OK, "RNCP"),
        ("cqp", OK, "CQP ou CQPI"),
        ("blocs", OK, "blocs de compétences"),
        ("clea", OK, "CléA"),
        ("aucune", RED, "choisissez-en une"),
    ),
    one("A23", "REC-certification", AMBER, "Il manque"),
    *around(
        "A23",
        "REC-cpf",
        "montant_cpf",
        ("1999,99", OK, "pas plus de 50 %"),
        ("2000", OK, "50 % du coût"),
        ("2000,40", RED, "plus de 50 %"),
        **INTERNAL,
    ),
    one(
        "A23", "REC-cpf", SILENT, montant_cpf="3000", **{**INTERNAL, "type_reconversion": "externe"}
    ),
    one("A23", "REC-forfait", NOTE, "9,15 € de l’heure, et 5 000 € en moyenne"),
    one(
        "A23",
        "REC-dossier",
        NOTE,
        "contrat de l’entreprise d’accueil si la reconversion est externe",
    ),
    one("A23", "REC-rupture", NOTE, "dans les 30 jours"),
)


@pytest.mark.parametrize("said", by_row(SAID))
def test_a_row_is_judged_as_the_note_says(said: Said) -> None:
    """A check gives the verdict of its row, and a sentence with the figures that matter."""
    verdict, sentence = said.found(RECONVERSION)
    assert verdict == said.verdict, sentence
    assert said.words in sentence


@pytest.mark.parametrize(
    "type_", [pytest.param(type_, id=f"A23 {type_}") for type_ in ("interne", "externe")]
)
def test_an_hour_is_worth_the_default_and_never_surely(type_: str) -> None:
    """Two hundred hours at 9.15 euros are 1,830 euros, which nobody has confirmed."""
    case = RECONVERSION.case(
        debut_reconversion=START, type_reconversion=type_, heures_formation="200"
    )
    paid = RECONVERSION.amount("prise_en_charge", case)
    assert (paid.value, paid.certain) == (Decimal("1830.00"), False)


@pytest.mark.parametrize(
    ("start", "broken"),
    [
        pytest.param("03/03/2027", [], id="A23 a Monday"),
        pytest.param("01/03/2027", ["30/01/2027"], id="A23 a Saturday"),
    ],
)
def test_a_reading_that_no_working_day_satisfies_is_named(start: str, broken: list[str]) -> None:
    """When the thirtieth day is not worked, the warning says that the file is not sent 30 days before."""
    case = RECONVERSION.case(debut_reconversion=start)
    rules, where = RECONVERSION.procedure, RECONVERSION.context
    found = {
        one.id: one
        for one in every(rules, edition_for(rules, case.facts, where), case.facts, where)
    }
    told = [plain(one) for one in found["depot"].explanation.warnings if "AMB-24" in one]
    words = "« 30 jours au moins avant le début » : au plus tard le"
    assert [one.partition(words)[2][1:11] for one in told] == broken


@pytest.mark.parametrize(
    ("state", "action", "day", "passes"),
    [
        pytest.param(state, action, day, passes, id=f"A23 {action} on {day}")
        for state, action, day, passes in (
            ("accorde", "commencer", "02/03/2027", False),
            ("accorde", "commencer", "03/03/2027", True),
            ("en_cours", "rompre", "02/03/2027", False),
            ("en_cours", "rompre", "03/03/2027", True),
            ("en_cours", "rompre", "30/06/2027", True),
            ("en_cours", "rompre", "01/07/2027", False),
        )
    ],
)
def test_a_period_is_entered_and_broken_between_its_two_ends(
    state: str, action: str, day: str, passes: bool
) -> None:
    """Nobody enters or breaks a period before its first day, nor breaks it once it is over."""
    case = RECONVERSION.case(state=state, debut_reconversion=START, fin_reconversion="30/06/2027")
    fact = RECONVERSION.procedure.actions[action].dated_by
    at = datetime(2027, 8, 2, 9, tzinfo=UTC)
    assert (RECONVERSION.refusals(case, action, at, **{fact: day}) == ()) is passes


# --- Nothing is left out ---------------------------------------------------------------------------------


def test_every_row_has_a_test_that_bears_its_number() -> None:
    """The rows that tests of this module name are those of the domain note, no more and no less."""
    assert named(row_tests(globals())) == {"A23", "A24"}


def test_every_check_is_exercised() -> None:
    """Each check of the rule files is asked something here, and none that they do not have."""
    assert {said.check for said in SAID} == {check.id for check in RECONVERSION.checks}


@pytest.mark.parametrize(
    "check", [pytest.param(check, id=f"A23 {check.id}") for check in RECONVERSION.checks]
)
def test_every_verdict_of_a_check_is_seen(check: Check) -> None:
    """Each verdict that a check can give is obtained by one of the values tried here."""
    bands = (*check.bands, *((check.missing,) if check.missing else ()))
    possible = {band.verdict for band in bands} or {CheckVerdict.REMINDER}
    seen = {CheckVerdict(said.verdict) for said in SAID if said.check == check.id and said.verdict}
    assert seen == possible
