"""Every row of the domain note on the PTP (section 3b), with its limit, one below and one above.

What is expected is worked by hand from the articles of the Code du travail and never read from the rules.
Rows are named by their number in the note, « 3b-9 »; those on the end of the CIF have nothing to compute.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.corpus.rows import Rows, Said, around, by_row, named, row_tests
from tests.support import core
from tests.support.cases import some_money
from workflow.case.case import Case, HoursLine
from workflow.counting.context import context_for, edition_for
from workflow.deadlines.compute import every
from workflow.errors import InvalidInput
from workflow.rules.checks import Check, CheckVerdict
from workflow.rules.seniority import Contract, assess

OK, AMBER, RED, NOTE, SILENT = "conforme", "a_confirmer", "non_conforme", "rappel", None
START = "03/05/2027"
"""Monday 3 May 2027, the start of the example E25."""


class Transition(Rows, frozen=True):
    """The rules of the PTP, asked about cases made of what people type."""

    def case(
        self, *hours: HoursLine, state: str = "projet", papers: Iterable[str] = (), **typed: str
    ) -> Case:
        """Return a case that starts on 3 May 2027 unless said otherwise."""
        facts = {"demarrage_formation": START, **typed}
        return super().case(*hours, state=state, papers=papers, **facts)


PTP = Transition("ptp")


def one(row: str, check: str, verdict: str | None, words: str = "", **facts: str) -> Said:
    """Return what a check says of some facts."""
    tried = ", ".join(f"{name}={value}" for name, value in facts.items()) or "nothing noted"
    return Said(f"{row} {tried}", check, verdict, words, facts)


INTERIM = {"statut_ptp": "interimaire", "acces_ptp": "anciennete"}
DEFERRED = {"statut_ptp": "interimaire", "report_ett": "oui"}

SAID = (
    # Seniority of temporary employees (13), of others (14).
    *around(
        "3b-13",
        "PTP-statut",
        "statut_ptp",
        ("interimaire", NOTE, "ancienneté comptée en heures"),
        ("cdi_interimaire", NOTE, "ancienneté comptée en heures"),
        ("cdd", NOTE, "ancienneté en mois sur 5 ans"),
        ("cdi", NOTE, "dont douze dans l’entreprise"),
    ),
    one("3b-13", "PTP-statut", AMBER, "Il manque « Contrat de la personne »"),
    *around(
        "3b-13",
        "PTP-acces",
        "acces_ptp",
        ("dispense", OK, "motif non noté"),
        ("anciennete", NOTE, "notez les heures"),
    ),
    one("3b-13", "PTP-acces", AMBER, "jamais son motif"),
    *around(
        "3b-13",
        "PTP-heures-branche",
        "heures_18_mois",
        ("1599,99", RED, "il en faut 1 600 h sur 18 mois"),
        ("1600", OK, "1 600 h dans la branche"),
        ("1601", OK, "au moins 1 600 h"),
        **INTERIM,
    ),
    one("3b-13", "PTP-heures-branche", AMBER, "il en faut 1 600 h", **INTERIM),
    one("3b-13", "PTP-heures-branche", SILENT, statut_ptp="cdd", heures_18_mois="1"),
    *around(
        "3b-13",
        "PTP-heures-ett",
        "heures_ett_18_mois",
        ("599,99", RED, "il en faut 600 h sur 18 mois"),
        ("600", OK, "600 h dans l’ETT"),
        ("601", OK, "au moins 600 h"),
        **INTERIM,
    ),
    one("3b-13", "PTP-heures-ett", AMBER, "il en faut 600 h", **INTERIM),
    one("3b-13", "PTP-heures-ett", SILENT, statut_ptp="interimaire", acces_ptp="dispense"),
    *around(
        "3b-13",
        "PTP-heures-coherence",
        "heures_ett_18_mois",
        ("1599", OK, "comprises dans celles de la branche"),
        ("1600", OK, "comprises dans celles de la branche"),
        ("1601", AMBER, "dépassent de 1 h"),
        heures_18_mois="1600",
    ),
    one("3b-13", "PTP-cdii", NOTE, "périodes sans mission comptent", statut_ptp="cdi_interimaire"),
    one("3b-13", "PTP-cdii", SILENT, statut_ptp="interimaire"),
    one(
        "3b-14",
        "PTP-anciennete-cdi",
        NOTE,
        "24 mois de travail salarié, dont 12 dans l’entreprise",
        statut_ptp="cdi",
        acces_ptp="anciennete",
    ),
    one("3b-14", "PTP-anciennete-cdi", SILENT, statut_ptp="cdi", acces_ptp="dispense"),
    one(
        "3b-14",
        "PTP-anciennete-cdd",
        NOTE,
        "dont 4 mois en CDD dans les 12 derniers mois",
        statut_ptp="cdd",
        acces_ptp="anciennete",
    ),
    one("3b-14", "PTP-anciennete-cdd", SILENT, statut_ptp="cdi", acces_ptp="anciennete"),
    # Request (9, 10), reply (11), postponement (12).
    one("3b-10", "PTP-demande-contenu", NOTE, "intitulé et date de l’examen"),
    one("3b-12", "PTP-demande-ett", NOTE, "adresse sa demande de congé à l’ETT", **INTERIM),
    one("3b-12", "PTP-demande-ett", SILENT, statut_ptp="cdd"),
    one("3b-11", "PTP-silence", NOTE, "30 jours de la réception"),
    one("3b-11", "PTP-refus-motif", NOTE, "décision motivée"),
    *around(
        "3b-12",
        "PTP-report-mission",
        "meme_mission",
        ("oui", OK, "l’ETT peut différer"),
        ("non", RED, "l’ETT ne peut pas différer"),
        **DEFERRED,
    ),
    one("3b-12", "PTP-report-mission", AMBER, "Il manque", **DEFERRED),
    one("3b-12", "PTP-report-mission", SILENT, statut_ptp="interimaire", meme_mission="non"),
    *around(
        "3b-12",
        "PTP-report-secteur",
        "autre_secteur",
        ("oui", RED, "l’ETT ne peut pas différer"),
        ("non", OK, "cette exception ne joue pas"),
        **DEFERRED,
    ),
    one("3b-12", "PTP-report-secteur", AMBER, "Il manque", **DEFERRED),
    *around(
        "3b-12",
        "PTP-report-duree",
        "heures_formation",
        ("1199,99", OK, "cette exception ne joue pas"),
        ("1200", OK, "pas plus de 1 200 h"),
        ("1200,01", RED, "plus de 1 200 h"),
        **DEFERRED,
    ),
    one("3b-12", "PTP-report-duree", AMBER, "Il manque", **DEFERRED),
    *around(
        "3b-12",
        "PTP-report-employeur",
        "depart_reporte_au",
        ("02/02/2028", OK, "ne dépasse pas neuf mois"),
        ("03/02/2028", OK, "ne dépasse pas neuf mois"),
        ("04/02/2028", RED, "dépasse de 1 jour"),
        statut_ptp="cdi",
    ),
    one(
        "3b-12",
        "PTP-report-employeur",
        SILENT,
        statut_ptp="interimaire",
        depart_reporte_au="04/02/2028",
    ),
    one("3b-12", "PTP-report-absences", NOTE, "2 % de l’effectif", statut_ptp="cdd"),
    one("3b-12", "PTP-report-absences", SILENT, statut_ptp="interimaire"),
    # Request for funding (15, 16, 18).
    one("3b-15", "PTP-depot-commission", NOTE, "résidence principale"),
    *around(
        "3b-15",
        "PTP-demande-unique",
        "autre_demande_ptp",
        ("oui", RED, "deux demandes ne peuvent pas courir ensemble"),
        ("non", OK, "Aucune autre demande"),
    ),
    *around(
        "3b-15",
        "PTP-depot-cdd",
        "demande_deposee_le",
        ("29/06/2026", OK, "pendant le contrat"),
        ("30/06/2026", OK, "pendant le contrat"),
        ("01/07/2026", RED, "1 jour après la fin du CDD"),
        statut_ptp="cdd",
        fin_contrat="30/06/2026",
    ),
    # 30 April + 4 months is 30 August; + 6 months, 30 October.
    *around(
        "3b-19",
        "PTP-depot-interim",
        "demande_deposee_le",
        ("29/08/2026", OK, "au plus tard 4 mois"),
        ("30/08/2026", OK, "au plus tard 4 mois"),
        ("31/08/2026", RED, "1 jour trop tard"),
        statut_ptp="interimaire",
        fin_contrat="30/04/2026",
    ),
    *around(
        "3b-19",
        "PTP-depart-interim",
        "demarrage_formation",
        ("29/10/2026", OK, "au plus tard 6 mois"),
        ("30/10/2026", OK, "au plus tard 6 mois"),
        ("31/10/2026", RED, "1 jour trop tard"),
        statut_ptp="interimaire",
        fin_contrat="30/04/2026",
    ),
    one(
        "3b-19",
        "PTP-depart-interim",
        SILENT,
        statut_ptp="interimaire",
        demarrage_formation="02/12/2019",
        fin_contrat="02/01/2019",
    ),
    *around(
        "3b-15",
        "PTP-depart-cdd",
        "demarrage_formation",
        ("27/02/2027", OK, "au plus tard 6 mois"),
        ("28/02/2027", OK, "au plus tard 6 mois"),
        ("01/03/2027", RED, "1 jour trop tard"),
        statut_ptp="cdd",
        fin_contrat="31/08/2026",
    ),
    one("3b-16", "PTP-critere-coherence", NOTE, "Critère 1 sur 3"),
    one("3b-16", "PTP-critere-pertinence", NOTE, "Critère 2 sur 3"),
    one("3b-16", "PTP-critere-emploi", NOTE, "Critère 3 sur 3"),
    one("3b-18", "PTP-premiere-decision", NOTE, "Aucun texte trouvé"),
    # Pay (23): 2 × 12,02 € (SMIC of 2026) are 24,04 €.
    *around(
        "3b-23",
        "PTP-remuneration",
        "salaire_horaire",
        ("24,03", OK, "100 % de ce salaire"),
        ("24,04", OK, "200 % du SMIC"),
        ("24,05", AMBER, "90 % la première année ou les 1 200 premières heures, puis 60 %"),
        smic_horaire="12,02",
    ),
    one("3b-23", "PTP-remuneration", AMBER, "Il manque"),
    one("3b-23", "PTP-salaire-reference", NOTE, "600 dernières heures", statut_ptp="interimaire"),
    one("3b-23", "PTP-salaire-reference", SILENT, statut_ptp="cdi"),
    # Refusal (17), return (24), local practice (19 to 22).
    one("3b-17", "PTP-refus-notifie", NOTE, "motivé"),
    one("3b-17", "PTP-recours", NOTE, "2 mois de l’envoi du refus, pas de sa réception"),
    *around(
        "3b-24",
        "PTP-retour",
        "retour_notifie_le",
        ("27/02/2028", OK, "au moins 3 mois avant"),
        ("29/02/2028", OK, "au moins 3 mois avant"),
        ("01/03/2028", RED, "moins de 3 mois avant"),
        fin_formation="31/05/2028",
    ),
    one(
        "3b-24",
        "PTP-retour",
        SILENT,
        demarrage_formation="05/05/2025",
        retour_notifie_le="01/12/2025",
        fin_formation="19/12/2025",
    ),
    one("3b-24", "PTP-retour-forme", NOTE, "un mois pour répondre et que son silence vaut retour"),
    *around(
        "A19",
        "PTP-pratique-metier",
        "changement_metier",
        ("rome", OK, "change de métier"),
        ("naf", OK, "change de métier"),
        ("aucun", AMBER, "serait irrecevable"),
    ),
    one("A19", "PTP-pratique-metier", AMBER, "Il manque"),
    *around(
        "A20",
        "PTP-cdd-occasionnel",
        "jours_ouvres_cdd",
        ("79", AMBER, "moins de 80"),
        ("80", OK, "tenus pour acquis"),
        statut_ptp="cdd",
        acces_ptp="anciennete",
    ),
    *around(
        "A17",
        "PTP-avances",
        "montant_avances",
        ("900", OK, "90 %"),
        ("900,01", RED, "plus de 90 %"),
        montant_accorde="1000",
    ),
    one("A17", "PTP-avances", AMBER, "Il manque", montant_avances="900"),
    *around(
        "A17",
        "PTP-avances-effectif",
        "effectif_ett",
        ("49", OK, "moins de 50 salariés"),
        ("50", RED, "moins de 50 salariés"),
        montant_avances="900",
    ),
    one("A17", "PTP-avances-effectif", AMBER, "Il manque", montant_avances="900"),
    one("3b-19", "PTP-pratique-idf", NOTE, "3 mois avant la formation"),
    one("3b-20", "PTP-pratique-occitanie", NOTE, "au moins 2 mois avant la formation"),
    one("3b-21", "PTP-pratique-grand-est", NOTE, "un seul décalage"),
    one("3b-22", "PTP-pratique-bfc", NOTE, "au dépôt et à la commission"),
)


@pytest.mark.parametrize("said", by_row(SAID))
def test_a_row_is_judged_as_the_law_says(said: Said) -> None:
    """A check gives the verdict of its row, and a sentence with the figures that matter."""
    verdict, sentence = said.found(PTP)
    assert verdict == said.verdict, sentence
    assert said.words in sentence


# --- Dates -----------------------------------------------------------------------------------------------


def date_of(what: str, **typed: str) -> object:
    """Return one date of a deadline: « demande_conge.strict »."""
    deadline, _, field = what.partition(".")
    case = PTP.case(**typed)
    context = context_for(PTP.procedure, "FR", (), core.SETTINGS)
    edition = edition_for(PTP.procedure, case.facts, context)
    found = {one.id: one.dates for one in every(PTP.procedure, edition, case.facts, context)}
    return getattr(found.get(deadline), field, None)


@pytest.mark.parametrize(
    ("what", "typed", "expected"),
    [
        pytest.param(*row[1:], id=f"{row[0]} {row[1]} {number}")
        for number, row in enumerate(
            (
                # 28 + 28 + 31 + 30 + 3 = 120 days; 1 January is a holiday.
                ("3b-9", "demande_conge.strict", {"interruption_mois": "6"}, date(2027, 1, 3)),
                ("3b-9", "demande_conge.prudent", {"interruption_mois": "6"}, date(2026, 12, 31)),
                ("3b-9", "demande_conge.strict", {}, date(2027, 1, 3)),
                ("3b-9", "demande_conge.strict", {"interruption_mois": "5"}, date(2027, 3, 4)),
                ("3b-9", "demande_conge.strict", {"interruption_mois": "0"}, date(2027, 3, 4)),
                ("3b-9", "demande_conge.prudent", {"interruption_mois": "5"}, date(2027, 3, 3)),
                (
                    "3b-11",
                    "reponse_employeur.expected_at",
                    {"demande_recue_le": "30/12/2026"},
                    date(2027, 1, 29),
                ),
                (
                    "3b-11",
                    "reponse_employeur.chase_on",
                    {"demande_recue_le": "30/12/2026"},
                    date(2027, 2, 1),
                ),
                ("3b-17", "recours.strict", {"refus_envoye_le": "31/12/2026"}, date(2027, 2, 28)),
                ("3b-17", "recours.prudent", {"refus_envoye_le": "31/12/2026"}, date(2027, 2, 26)),
                (
                    "3b-17",
                    "reponse_recours.expected_at",
                    {"recours_depose_le": "26/02/2027"},
                    date(2027, 4, 26),
                ),
                (
                    "3b-15",
                    "demarrage_max.strict",
                    {"fin_contrat": "30/04/2026"},
                    date(2026, 10, 30),
                ),
                ("3b-15", "demarrage_max.strict", {"fin_contrat": "31/08/2026"}, date(2027, 2, 28)),
                (
                    "3b-15",
                    "depot_interim.strict",
                    {"fin_contrat": "31/10/2026", "statut_ptp": "interimaire"},
                    date(2027, 2, 28),
                ),
                (
                    "3b-15",
                    "depot_interim.strict",
                    {"fin_contrat": "31/10/2026", "statut_ptp": "cdd"},
                    None,
                ),
                (
                    "3b-24",
                    "notification_retour.strict",
                    {"fin_formation": "31/05/2028"},
                    date(2028, 2, 29),
                ),
                (
                    "3b-24",
                    "notification_retour.strict",
                    {"demarrage_formation": "05/05/2025", "fin_formation": "19/12/2025"},
                    None,
                ),
                # Île-de-France's own months are a practice: no date of it is ever computed.
                ("3b-18", "reponse.expected_at", {"demande_deposee_le": "01/07/2026"}, None),
            ),
            1,
        )
    ],
)
def test_a_row_gives_its_date(what: str, typed: dict[str, str], expected: date | None) -> None:
    """A limit or a reply falls on the day worked by hand, or has none where no text sets it."""
    assert date_of(what, **typed) == expected


# --- Seniority, counted ----------------------------------------------------------------------------------

DEPARTURE = date(2027, 5, 3)
"""18 months back begin on 4 November 2025, 12 on 4 May 2026, 60 on 4 May 2022."""


def worked(
    first: str, last: str, type_: str, hours: str | None = None, employer: str = "prive"
) -> Contract:
    """Return a contract; days are typed « 2026-02-01 »."""
    days = date.fromisoformat(first), date.fromisoformat(last)
    return Contract(1, type_, employer, *days, Decimal(hours) if hours else None)


LONG = worked("2023-01-01", "2024-12-31", "cdi")
"""24 months."""


@pytest.mark.parametrize(
    ("status", "history", "expected"),
    [
        pytest.param(*row[1:], id=f"{row[0]} {row[1]} {number}")
        for number, row in enumerate(
            (
                (
                    "3b-13",
                    "interimaire",
                    (worked("2026-01-01", "2026-12-31", "interim", "1600"),),
                    OK,
                ),
                (
                    "3b-13",
                    "interimaire",
                    (worked("2026-01-01", "2026-12-31", "interim", "1599.99"),),
                    RED,
                ),
                ("3b-13", "interimaire", (worked("2026-01-01", "2026-12-31", "interim"),), AMBER),
                ("3b-13", "interimaire", (worked("2026-01-01", "2026-12-31", "cdd", "1700"),), RED),
                # Two days, one of them before the window: half of the hours.
                (
                    "3b-13",
                    "interimaire",
                    (worked("2025-11-03", "2025-11-04", "interim", "3200"),),
                    OK,
                ),
                (
                    "3b-13",
                    "interimaire",
                    (worked("2025-11-03", "2025-11-04", "interim", "3199"),),
                    RED,
                ),
                (
                    "3b-13",
                    "cdi_interimaire",
                    (worked("2026-01-01", "2026-12-31", "cdi_interimaire", "1600"),),
                    OK,
                ),
                ("3b-14", "cdd", (LONG, worked("2027-01-01", "2027-04-30", "cdd")), OK),
                ("3b-14", "cdd", (LONG, worked("2027-01-01", "2027-04-29", "cdd")), RED),
                # Four months are four months whatever their days: no text speaks of 122.
                ("3b-14", "cdd", (LONG, worked("2026-06-01", "2026-09-30", "cdd")), OK),
                ("3b-14", "cdd", (LONG, worked("2026-01-01", "2026-05-31", "cdd")), RED),
                (
                    "3b-14",
                    "cdd",
                    (
                        worked("2023-01-01", "2024-07-31", "cdi"),
                        worked("2027-01-01", "2027-04-30", "cdd"),
                    ),
                    RED,
                ),
                *(
                    ("3b-14", "cdd", (LONG, worked("2027-01-01", "2027-04-30", type_)), RED)
                    for type_ in (
                        "cui_cae",
                        "apprentissage",
                        "professionnalisation",
                        "etudes",
                        "cdd_devenu_cdi",
                        "interim",
                    )
                ),
            ),
            1,
        )
    ],
)
def test_a_history_is_worth_what_the_law_says(
    status: str, history: tuple[Contract, ...], expected: str
) -> None:
    """Contracts counted up to the departure of 3 May 2027 give the verdict worked by hand."""
    rules = PTP.procedure.seniority
    assert rules is not None
    found = assess(rules, history, {"statut_ptp": status}, DEPARTURE)
    assert found.verdict.value == expected


@pytest.mark.parametrize(
    "answers",
    [pytest.param({}, id="3b-14 unknown"), pytest.param({"statut_ptp": "cdi"}, id="3b-14 CDI")],
)
def test_the_months_in_a_company_are_not_counted(answers: dict[str, str]) -> None:
    """A history does not say which company a CDI is in: nothing is judged, and the fact is named."""
    rules = PTP.procedure.seniority
    assert rules is not None
    with pytest.raises(InvalidInput, match="statut_ptp"):
        assess(rules, [LONG], answers, DEPARTURE)


@pytest.mark.parametrize("name", [pytest.param("demarrage_formation", id="3b-13 departure")])
def test_seniority_is_assessed_at_the_departure(name: str) -> None:
    """The date that counts is that of the departure, and no day of deposit stands for it."""
    rules = PTP.procedure.seniority
    assert rules is not None
    assert rules.reference == (name,)


@pytest.mark.parametrize(
    ("day", "claimed", "words"),
    [
        pytest.param("31/05/2027", 0, "trop tôt", id="A17 before the end"),
        pytest.param("30/06/2027", 0, "", id="A17 all is paid"),
        pytest.param("30/06/2027", 100, "pas encore payé » : 100,00 €", id="A17 a month lacks"),
    ],
)  # fmt: skip
def test_a_ptp_is_repaid_once_the_training_is_over(day: str, claimed: int, words: str) -> None:
    """The balance comes at the end, and what remains to be paid refuses the step."""
    case = PTP.case(state="formation", demarrage_formation="04/01/2027", fin_formation="30/06/2027")
    lines = [some_money(on=date(2027, 6, 1), amount=Decimal(claimed))] if claimed else []
    at = datetime(2027, 8, 2, 9, tzinfo=UTC)
    said = PTP.refusals(replace(case, money=tuple(lines)), "rembourser", at, rembourse_le=day)
    assert (words in " ".join(said), bool(said)) == (True, bool(words))


# --- Nothing is left out ---------------------------------------------------------------------------------

ROWS = {f"3b-{number}" for number in range(9, 25)} | {"A17", "A19", "A20"}
"""Rows on the PTP, then those of the second reading; 1 to 8 are about the end of the CIF."""


def test_every_row_has_a_test_that_bears_its_number() -> None:
    """The rows that tests of this module name are those of the domain note, no more and no less."""
    assert named(row_tests(globals())) == ROWS


def test_every_check_is_exercised() -> None:
    """Each check of the rule files is asked something here, and none that they do not have."""
    assert {said.check for said in SAID} == {check.id for check in PTP.checks}


@pytest.mark.parametrize(
    "check", [pytest.param(check, id=f"3b-9 {check.id}") for check in PTP.checks]
)
def test_every_verdict_of_a_check_is_seen(check: Check) -> None:
    """Each verdict that a check can give is obtained by one of the values tried here."""
    bands = (*check.bands, *((check.missing,) if check.missing else ()))
    possible = {band.verdict for band in bands} or {CheckVerdict.REMINDER}
    seen = {CheckVerdict(said.verdict) for said in SAID if said.check == check.id and said.verdict}
    assert seen == possible
