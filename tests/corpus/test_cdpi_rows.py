"""Every sourced point of the CDPI, with its limit, one below and one above.

What is expected is worked by hand from the pages of the FPETT and of AKTO, and never read from the rules.
The CDPI has no sheet of its own: what is taken over from that of the CIPI says so.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from tests.corpus.rows import Rows, Said, around, by_row, done, named, planned, row_tests
from tests.support.core import paris
from workflow.case.case import WorkKind
from workflow.rules.checks import Check, CheckVerdict

CDPI = Rows("cdpi")
OK, AMBER, RED, NOTE, SILENT = "conforme", "a_confirmer", "non_conforme", "rappel", None

POINTS = frozenset(
    {
        "CDPI-E1",  # 150 h in the branch over 12 months, or a public without condition
        "CDPI-E11",  # companies of 11 employees and more
        "CDPI-D1",  # training of 140 to 525 h
        "CDPI-D2",  # over 12 months at most
        "CDPI-D3",  # missions of a third of the training, within 3 months of its end
        "CDPI-D4",  # missions related to the training
        "CDPI-P1",  # contract during the training
        "CDPI-P2",  # pay during the training
        "CDPI-F2",  # 18 €/h in 2025, nothing found for 2026
        "CDPI-F3",  # 27 €/h in 2025 for priority programmes
        "CDPI-S",  # steps taken over from the sheet of the CIPI
    }
)

SENIORITY = {"acces_cdpi": "anciennete"}
TWELVE_MONTHS = {"debut_contrat": "02/03/2026"}
"""Twelve months later: Tuesday 2 March 2027."""

THREE_MONTHS = {"fin_formation": "30/06/2026"}
"""Three months later: Wednesday 30 September 2026."""

TEMP = {"statut_salarie": "interimaire"}

SAID = (
    *around(
        "CDPI-E11",
        "CDPI-E11-a",
        "effectif_ett",
        ("10", RED, "10 salariés : la prise en charge est ouverte à partir de 11 salariés"),
        ("11", AMBER, "11 salariés : d’autres sources demandent plus de 11 salariés"),
        ("12", OK, "12 salariés : l’effectif dépasse 11"),
    ),
    Said("CDPI-E11 headcount unknown", "CDPI-E11-a", AMBER, "Il manque « Effectif de l’ETT »"),
    *around(
        "CDPI-E11",
        "CDPI-E11-b",
        "adhesion_ett",
        ("prism_emploi", OK, "Adhérente à Prism’Emploi"),
        ("volontaire", OK, "Adhérente volontaire à l’accord"),
        ("aucune", AMBER, "étendu depuis 2021 à toutes les ETT"),
    ),
    Said("CDPI-E11 membership unknown", "CDPI-E11-b", AMBER, "Il manque « Adhésion de l’ETT »"),
    *around(
        "CDPI-E1",
        "CDPI-E1-a",
        "acces_cdpi",
        ("anciennete", OK, "150 heures d’ancienneté dans la branche"),
        ("sans_anciennete", AMBER, "sans rien en écrire dans le dossier"),
    ),
    Said("CDPI-E1 way in unknown", "CDPI-E1-a", AMBER, "choisissez l’ancienneté, ou un public"),
    *around(
        "CDPI-E1",
        "CDPI-E1-b",
        "heures_anciennete",
        ("149", RED, "149 h d’ancienneté sur les 12 derniers mois, il en faut au moins 150 h"),
        ("149,99", RED, "149,99 h d’ancienneté sur les 12 derniers mois"),
        ("150", OK, "150 h d’ancienneté sur les 12 derniers mois, au moins 150 h"),
        ("151", OK, "151 h d’ancienneté sur les 12 derniers mois"),
        **SENIORITY,
    ),
    Said("CDPI-E1 hours unknown", "CDPI-E1-b", AMBER, "congés payés compris", SENIORITY),
    Said(
        "CDPI-E1 no condition",
        "CDPI-E1-b",
        SILENT,
        facts={"acces_cdpi": "sans_anciennete", "heures_anciennete": "0"},
    ),
    *around(
        "CDPI-D1",
        "CDPI-D1",
        "heures_formation",
        ("139", RED, "139 h de formation externe, il en faut au moins 140 h"),
        ("139,99", RED, "139,99 h de formation externe, il en faut au moins 140 h"),
        ("140", OK, "140 h de formation externe, entre 140 h et 525 h"),
        ("141", OK, "141 h de formation externe"),
        ("524", OK, "524 h de formation externe"),
        ("525", OK, "525 h de formation externe, entre 140 h et 525 h"),
        ("525,01", RED, "525,01 h de formation externe, au-delà de 525 h"),
        ("526", RED, "526 h de formation externe, au-delà de 525 h"),
    ),
    Said("CDPI-D1 unknown", "CDPI-D1", AMBER, "Il manque « Heures de formation externe prévues »"),
    # Twelve months come from a secondary source alone: beyond them, nothing is more than to confirm.
    *around(
        "CDPI-D2",
        "CDPI-D2-a",
        "fin_formation",
        ("01/03/2027", OK, "finit avant le 02/03/2027"),
        ("02/03/2027", AMBER, "finit le 02/03/2027, le jour même où s’achève"),
        ("03/03/2027", AMBER, "dépasse de 1 jour les 12 mois cités par une source secondaire"),
        **TWELVE_MONTHS,
    ),
    Said("CDPI-D2 contract unknown", "CDPI-D2-a", AMBER, "Notez le premier jour du contrat"),
    *(
        Said(
            f"CDPI-D2 {kind.value} noted from {first}",
            "CDPI-D2-b",
            verdict,
            words,
            TWELVE_MONTHS,
            (planned(kind, first, date(2026, 3, 31), "70"),),
        )
        for kind in (WorkKind.TRAINING, WorkKind.MISSION)
        for first, verdict, words in (
            (date(2026, 3, 1), RED, "avant le premier jour du contrat (02/03/2026)"),
            (date(2026, 3, 2), OK, "Aucune heure de formation ou de mission"),
            (date(2026, 3, 3), OK, "Aucune heure de formation ou de mission"),
        )
    ),
    # A third of 210 h is 70 h, exactly; a third of 140 h lies between 46,66 h and 46,67 h.
    *around(
        "CDPI-D3",
        "CDPI-D3-a",
        "heures_missions",
        ("69,99", RED, "33,32 % de la formation, il en faut au moins un tiers"),
        ("70", OK, "33,33 % de la formation, au moins un tiers"),
        ("70,01", OK, "33,33 % de la formation, au moins un tiers"),
        heures_formation="210",
    ),
    *around(
        "CDPI-D3",
        "CDPI-D3-a",
        "heures_missions",
        ("46,66", RED, "il en faut au moins un tiers"),
        ("46,67", OK, "au moins un tiers"),
        ("46,68", OK, "au moins un tiers"),
        heures_formation="140",
    ),
    *around(
        "CDPI-D3",
        "CDPI-D3-a",
        "heures_missions",
        ("174,99", RED, "il en faut au moins un tiers"),
        ("175", OK, "au moins un tiers"),
        ("175,01", OK, "au moins un tiers"),
        heures_formation="525",
    ),
    Said("CDPI-D3 unknown", "CDPI-D3-a", AMBER, "pour vérifier que les missions font un tiers"),
    *around(
        "CDPI-D3",
        "CDPI-D3-b",
        "fin_parcours",
        ("29/09/2026", OK, "au plus tard le 30/09/2026, 3 mois après la fin de la formation"),
        ("30/09/2026", OK, "au plus tard le 30/09/2026, 3 mois après la fin de la formation"),
        ("01/10/2026", AMBER, "dépasse de 1 jour les 3 mois qui suivent la formation"),
        **THREE_MONTHS,
    ),
    Said("CDPI-D3 end unknown", "CDPI-D3-b", SILENT, facts=THREE_MONTHS),
    Said("CDPI-D4 shown", "CDPI-D4", NOTE, "La mission doit être en lien avec la formation suivie"),
    Said("CDPI-P1 temp", "CDPI-P1", NOTE, "Contrat de mission-formation", TEMP),
    Said("CDPI-P1 permanent", "CDPI-P1", SILENT, facts={"statut_salarie": "cdi_interimaire"}),
    # Training starts on 8 September 2026.
    *around(
        "CDPI-P2",
        "CDPI-P2",
        "fin_derniere_mission",
        ("07/09/2025", NOTE, "la rémunération est au moins égale au SMIC"),
        ("08/09/2025", NOTE, "le salaire est celui de cette mission"),
        ("09/09/2025", NOTE, "le salaire est celui de cette mission"),
        **TEMP,
    ),
    Said("CDPI-P2 mission unknown", "CDPI-P2", NOTE, "Salaire de la dernière mission, ou au", TEMP),
    Said("CDPI-P2 permanent", "CDPI-P2", SILENT, facts={"statut_salarie": "cdi_interimaire"}),
)


@pytest.mark.parametrize("one", by_row(SAID))
def test_a_point_is_judged_as_its_source_says(one: Said) -> None:
    """A check gives the verdict of its source, and a sentence with the figures that matter."""
    verdict, sentence = one.found(CDPI)
    assert verdict == one.verdict, sentence
    assert one.words in sentence


# --- Dates -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "strict", "prudent"),
    [
        pytest.param("01/03/2026", date(2027, 3, 1), date(2027, 2, 26), id="CDPI-D2 from 1 March"),
        pytest.param("02/03/2026", date(2027, 3, 2), date(2027, 3, 1), id="CDPI-D2 from 2 March"),
        pytest.param("03/03/2026", date(2027, 3, 3), date(2027, 3, 2), id="CDPI-D2 from 3 March"),
        # Twelve months after 29 February 2028: 28 February 2029.
        pytest.param("29/02/2028", date(2029, 2, 28), date(2029, 2, 27), id="CDPI-D2 leap year"),
    ],
)
def test_the_period_lasts_twelve_months(start: str, strict: date, prudent: date) -> None:
    """The twelve months run from the first day of the contract, and are over the day before, prudently."""
    found = CDPI.deadlines(CDPI.case(state="contrat_depose", debut_contrat=start))["realisation"]
    assert (found.dates.strict, found.dates.prudent) == (strict, prudent)


@pytest.mark.parametrize(
    ("training", "hours", "last_start"),
    [
        # Backwards from Wednesday 30 September 2026, seven hours a day: 70 h take ten days, 63 h nine.
        pytest.param("209,97", "0", date(2026, 9, 17), id="CDPI-D3 69,99 h left"),
        pytest.param("210", "0", date(2026, 9, 17), id="CDPI-D3 70 h left"),
        pytest.param("210,01", "0", date(2026, 9, 16), id="CDPI-D3 70,01 h left"),
        pytest.param("210", "6,99", date(2026, 9, 17), id="CDPI-D3 63,01 h left"),
        pytest.param("210", "7", date(2026, 9, 18), id="CDPI-D3 63 h left"),
        pytest.param("210", "69,99", date(2026, 9, 30), id="CDPI-D3 0,01 h left"),
        pytest.param("210", "70", None, id="CDPI-D3 nothing left"),
        # A third of 140 h is not over after 46,66 h, and is after 46,67 h.
        pytest.param("140", "46,66", date(2026, 9, 30), id="CDPI-D3 a third of an hour left"),
        pytest.param("140", "46,67", None, id="CDPI-D3 a third done"),
    ],
)
def test_a_third_of_the_training_is_worked_within_three_months(
    training: str, hours: str, last_start: date | None
) -> None:
    """The last day to start is counted from a third of the training, less the hours done."""
    case = CDPI.case(
        state="contrat_depose",
        **THREE_MONTHS,
        heures_formation=training,
        heures_mission_realisees=hours,
        demarrage_formation="02/03/2026",
    )
    found = CDPI.deadlines(case).get("mission")
    assert (found.dates.prudent if found else None) == last_start


@pytest.mark.parametrize(
    ("end", "last_start"),
    [
        # A day's work, by the last working day of the three months.
        pytest.param("29/11/2026", date(2027, 2, 26), id="CDPI-D3 from 29 November"),
        pytest.param("30/11/2026", date(2027, 2, 26), id="CDPI-D3 from 30 November"),
        pytest.param("01/12/2026", date(2027, 3, 1), id="CDPI-D3 from 1 December"),
        pytest.param("02/12/2026", date(2027, 3, 2), id="CDPI-D3 from 2 December"),
    ],
)
def test_the_three_months_end_with_february(end: str, last_start: date) -> None:
    """Three months after the end of November are over with February, brought back to a working day."""
    case = CDPI.case(
        state="contrat_depose",
        fin_formation=end,
        heures_formation="210",
        heures_mission_realisees="63",
    )
    assert CDPI.deadlines(case)["mission"].dates.prudent == last_start


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param(paris(7, 7, 23, 59), "trop tôt", id="CDPI-S before the window"),
        pytest.param(paris(7, 8, 0), "", id="CDPI-S 2 months"),
        pytest.param(paris(9, 6, 9), "", id="CDPI-S 48 h"),
        pytest.param(paris(9, 6, 9, 1), "trop tard", id="CDPI-S after the window"),
    ],
)
def test_the_demand_follows_the_sheet_of_the_cipi(now: datetime, expected: str) -> None:
    """The DRF has the window of the CIPI: from two months to 48 hours before the training."""
    found = CDPI.refusals(CDPI.case(), "deposer_drf", now)
    assert len(found) == bool(expected)
    assert all(one.startswith(expected) for one in found)


@pytest.mark.parametrize(
    "deadline",
    [
        pytest.param(name, id=f"CDPI-S {name}")
        for name in (
            "drf",
            "reponse_akto",
            "contrat",
            "presences",
            "surcout",
            "paiement",
            "remise_documents",
        )
    ],
)
def test_what_is_taken_over_says_so(deadline: str) -> None:
    """Each step that only the sheet of the CIPI describes tells that it is an inference, to confirm."""
    [rule] = CDPI.procedure.deadlines[deadline].rules
    assert rule.source.document == "cipi.txt"
    assert any("par déduction : à confirmer auprès d’AKTO" in note for note in rule.notes)


# --- Money -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("programme", "filed", "amount", "certain"),
    [
        # A cut in June 2021 of which nobody read the end; 2024 and 2025; after it the last rate is to check.
        pytest.param("classique", "31/05/2021 23:59", "17.00", True, id="CDPI-F2 before the cut"),
        pytest.param("classique", "01/06/2021 00:00", "14.00", False, id="CDPI-F2 the cut"),
        pytest.param("classique", "31/12/2024 23:59", "14.00", False, id="CDPI-F2 before 2025"),
        pytest.param("classique", "01/01/2025 00:00", "18.00", True, id="CDPI-F2 first day"),
        pytest.param("classique", "31/12/2025 23:59", "18.00", True, id="CDPI-F2 last day"),
        pytest.param("classique", "01/01/2026 00:00", "18.00", False, id="CDPI-F2 2026"),
        pytest.param("prioritaire", "31/05/2021 23:59", None, False, id="CDPI-F3 before the cut"),
        pytest.param("prioritaire", "15/05/2024 23:59", "17.00", False, id="CDPI-F3 the cut"),
        pytest.param("prioritaire", "16/05/2024 00:00", "27.00", True, id="CDPI-F3 2024"),
        pytest.param("prioritaire", "01/01/2025 00:00", "27.00", True, id="CDPI-F3 first day"),
        pytest.param("prioritaire", "31/12/2025 23:59", "27.00", True, id="CDPI-F3 last day"),
        pytest.param("prioritaire", "01/01/2026 00:00", "27.00", False, id="CDPI-F3 2026"),
    ],
)
def test_the_rate_is_that_of_the_day_of_the_demand(
    programme: str, filed: str, amount: str | None, certain: bool
) -> None:
    """The rate is chosen by the day on which the DRF was filed, and says whether it is certain."""
    case = CDPI.case(programme=programme, drf_deposee_le=filed, demarrage_formation=filed)
    found = CDPI.amount("forfait_horaire", case)
    assert (found.value, found.certain) == (Decimal(amount) if amount else None, certain)


@pytest.mark.parametrize(
    ("programme", "hours", "expected"),
    [
        # 525 × 18 = 9 450; 525 × 27 = 14 175; an hour less.
        pytest.param("classique", "525", "9450.00", id="CDPI-F2 525 h"),
        pytest.param("classique", "524", "9432.00", id="CDPI-F2 524 h"),
        pytest.param("prioritaire", "525", "14175.00", id="CDPI-F3 525 h"),
        pytest.param("prioritaire", "524", "14148.00", id="CDPI-F3 524 h"),
    ],
)
def test_the_funding_at_its_ceiling(programme: str, hours: str, expected: str) -> None:
    """Hours of training are paid at the rate, those planned and those attended alike."""
    case = CDPI.case(
        done(WorkKind.TRAINING, date(2025, 3, 3), date(2025, 12, 19), hours),
        programme=programme,
        drf_deposee_le="10/02/2025 10:00",
        demarrage_formation="03/03/2025",
        heures_formation=hours,
    )
    lines = ("prise_en_charge", "prise_en_charge_realisee")
    assert [CDPI.amount(line, case).value for line in lines] == [Decimal(expected)] * 2


# --- Where it is written, and nothing left out -------------------------------------------------------------

DOCUMENTS = {
    "CDPI-E1": "fpett.fr, page « Contrat de développement professionnel intérimaire (CDPI) »",
    "CDPI-E11": "akto.fr, brève « L’accord de branche du travail temporaire est étendu »",
    "CDPI-D1": "fpett.fr, page « Contrat de développement professionnel intérimaire (CDPI) »",
    "CDPI-D2": "leonard-service-formation.com, page « CDPI »",
    "CDPI-D3": "fpett.fr, page « Contrat de développement professionnel intérimaire (CDPI) »",
    "CDPI-D4": "fpett.fr, page « Contrat de développement professionnel intérimaire (CDPI) »",
    "CDPI-P1": "fpett.fr, page « Contrat de développement professionnel intérimaire (CDPI) »",
    "CDPI-P2": "fpett.fr, page « Contrat de développement professionnel intérimaire (CDPI) »",
}


def point_of(check: Check) -> str:
    """Return the point of a check: « CDPI-D2-a » is about CDPI-D2."""
    return "-".join(check.id.split("-")[:2])


EVERY_CHECK = [pytest.param(check, id=f"{point_of(check)} {check.id}") for check in CDPI.checks]


@pytest.mark.parametrize("check", EVERY_CHECK)
def test_a_point_names_its_source(check: Check) -> None:
    """Each check quotes the page that gives it, word for word."""
    assert check.source.document == DOCUMENTS[point_of(check)]
    assert check.source.quote.strip()


@pytest.mark.parametrize("check", EVERY_CHECK)
def test_every_verdict_of_a_check_is_seen(check: Check) -> None:
    """Each verdict that a check can give is obtained by one of the values tried here."""
    bands = (*check.bands, *((check.missing,) if check.missing else ()))
    seen = {CheckVerdict(said.verdict) for said in SAID if said.check == check.id and said.verdict}
    assert seen == {band.verdict for band in bands}


def test_every_point_has_a_test_that_bears_its_id() -> None:
    """The points that tests of this module name are the sourced ones, no more and no less."""
    assert named(row_tests(globals())) == POINTS


def test_every_check_is_exercised() -> None:
    """Each check of the rule files is asked something here, and none that they do not have."""
    assert {said.check for said in SAID} == {check.id for check in CDPI.checks}
