"""Every row of the second reading of the two documents: what was not there, and what was read otherwise.

What is expected is worked by hand from the documents and never read from the rules. A row is named by the
number it has in its table.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from display.rules.references import reference_words
from tests.corpus.rows import Rows, Said, around, by_row, overlaps, plain, planned
from tests.corpus.test_cif_rows import FUNDERS
from tests.support import core
from tests.support.cli import Desk
from workflow.case.case import HoursLine, WorkKind
from workflow.counting.context import ruled_by
from workflow.rules.checks import CheckVerdict
from workflow.rules.seniority import Assessment, Contract, assess

OK, AMBER, RED, NOTE = "conforme", "a_confirmer", "non_conforme", "rappel"
RECEIVED = date(2017, 6, 14)

# --- C3-1: hours or months ---


def worked(first: str, last: str, type_: str = "cdd", hours: str | None = None) -> Contract:
    """Return a contract with a private employer; days are typed « 2017-02-01 »."""
    days = date.fromisoformat(first), date.fromisoformat(last)
    return Contract(1, type_, "prive", *days, Decimal(hours) if hours else None)


def seniority(funder: str, history: Iterable[Contract], **answers: str) -> Assessment:
    """Return what a history is worth for an OPACIF that receives the file on 14 June 2017."""
    rules = ruled_by(core.rulebook().procedure("cif-cdd"), funder).seniority
    assert rules is not None
    return assess(rules, tuple(history), answers, RECEIVED)


FIVE_MONTHS = worked("2017-01-01", "2017-05-31", hours="700")
PRODUCTION = {"cdd_production_agricole": "oui"}


@pytest.mark.parametrize(
    ("funder", "history", "answers", "verdict"),
    [
        pytest.param(
            "fafsea",
            [worked("2014-01-01", "2014-06-30", "cdi", "1120"), FIVE_MONTHS],
            PRODUCTION,
            OK,
            id="C3-1 FAFSEA 1,820 h in 11 months",
        ),
        pytest.param(
            "fafsea",
            [worked("2014-01-01", "2014-07-31", "cdi", "100"), FIVE_MONTHS],
            PRODUCTION,
            OK,
            id="C3-1 FAFSEA 12 months of 800 h",
        ),
        pytest.param(
            "fafsea",
            [worked("2014-01-01", "2014-06-30", "cdi", "1119"), FIVE_MONTHS],
            PRODUCTION,
            RED,
            id="C3-1 FAFSEA neither",
        ),
        pytest.param(
            "fafsea",
            [
                worked("2014-01-01", "2015-06-30", "cdi", "3040"),
                worked("2017-03-01", "2017-05-31", hours="607"),
            ],
            {},
            OK,
            id="C3-1 FAFSEA 3,640 h and 607 h",
        ),
        pytest.param(
            "unifaf",
            [worked("2014-01-01", "2015-12-31", "cdi"), worked("2017-02-01", "2017-05-31")],
            {},
            OK,
            id="C3-1 four months of 120 days",
        ),
        pytest.param(
            "unifaf",
            [worked("2014-01-01", "2015-12-31", "cdi"), worked("2016-07-01", "2016-10-30")],
            {},
            OK,
            id="C3-1 122 days that are not four months",
        ),
        pytest.param(
            "fongecif-bfc",
            [
                worked("2014-01-01", "2015-12-31", "cdi"),
                worked("2017-01-01", "2017-05-31", hours="607"),
            ],
            {},
            AMBER,
            id="C3-1 BFC equates four months with 608 h",
        ),
    ],
)
def test_hours_or_months_satisfy_a_seniority(
    funder: str, history: list[Contract], answers: dict[str, str], verdict: str
) -> None:
    """One of the readings that the sheet joins with « ou » is enough; those it equates are both needed."""
    assert seniority(funder, history, **answers).verdict.value == verdict


def test_every_reading_is_shown_and_the_date_is_the_safest() -> None:
    """C3-1: the month and the hours stand side by side, and the date said satisfies both."""
    history = [
        worked("2014-01-01", "2015-12-31", "cdi", "3640"),
        worked("2017-03-01", "2017-09-30", hours="1070"),
    ]
    found = seniority("fafsea", history)
    [_, cdd] = found.paths[0].conditions
    assert "3 mois sur 4 ✗ ou 530 heures sur 607 ✗" in cdd.sentence.replace("\u00a0", " ")
    # 5 hours a day: 607 h are there on the 122nd day, 30 June; four months end on that same day.
    assert (found.verdict, found.earliest_on) == (CheckVerdict.FAILING, date(2017, 6, 30))
    assert found.qualifies_on == date(2017, 6, 30)


# --- C3-2 to C3-4: the CIPI is its training and its missions ---

CIPI, CDPI = Rows("cipi"), Rows("cdpi")
MISSION = planned(WorkKind.MISSION, date(2026, 11, 2), date(2026, 11, 20), "70")


@pytest.mark.parametrize(
    "rows", [pytest.param(CIPI, id="C3-2 CIPI"), pytest.param(CDPI, id="C3-2 CDPI")]
)
@pytest.mark.parametrize(
    ("facts", "hours", "prudent"),
    [
        # Three working days after Wednesday 30 September, then after Friday 20 November.
        pytest.param({}, (), date(2026, 10, 5), id="training alone"),
        pytest.param(
            {"fin_parcours": "20/11/2026"}, (), date(2026, 11, 25), id="the path ends later"
        ),
        pytest.param(
            {"fin_parcours": "16/09/2026"}, (), date(2026, 10, 5), id="the training ends later"
        ),
        pytest.param({}, (MISSION,), date(2026, 11, 25), id="a mission is planned later"),
    ],
)
def test_documents_are_handed_over_after_the_later_end(
    rows: Rows, facts: dict[str, str], hours: tuple[HoursLine, ...], prudent: date
) -> None:
    """The contract ends with the last of its periods, and the house target is counted from there."""
    case = rows.case(*hours, state="presences_saisies", fin_formation="30/09/2026", **facts)
    assert rows.deadlines(case)["remise_documents"].dates.prudent == prudent


BILANS = (
    *(
        Said(
            f"C3-3 bilan on {day}",
            "CIPI-B3-b",
            verdict,
            facts={"fin_formation": "30/09/2026", "bilan_evaluation_le": day, **facts},
            hours=hours,
        )
        for day, verdict, facts, hours in (
            ("01/10/2026", OK, {}, ()),
            ("29/09/2026", RED, {}, ()),
            ("19/11/2026", RED, {"fin_parcours": "20/11/2026"}, ()),
            ("20/11/2026", OK, {"fin_parcours": "20/11/2026"}, ()),
            ("19/11/2026", RED, {}, (MISSION,)),
            ("20/11/2026", OK, {}, (MISSION,)),
        )
    ),
    *(
        Said(
            f"C3-4 bilan on {day}",
            "CIPI-B2-b",
            verdict,
            facts={"debut_contrat": "01/09/2026", "bilan_positionnement_le": day},
        )
        for day, verdict in (("31/08/2026", OK), ("01/09/2026", OK), ("02/09/2026", RED))
    ),
)


@pytest.mark.parametrize("said", by_row(BILANS))
def test_bilans_are_measured_to_the_cipi(said: Said) -> None:
    """Positionnement comes before the CIPI or as it starts, évaluation once it is over, missions included."""
    assert said.found(CIPI)[0] == said.verdict


# --- C3-5: UNIFORMATION counts from the sending ---

SENT = {
    "depose_le": "20/06/2018",
    "dossier_recu_le": "29/06/2018",
    "demarrage_formation": "03/12/2018",
}


@pytest.mark.parametrize(
    ("deadline", "facts", "expected"),
    [
        pytest.param(
            "reponse", {**SENT, "prioritaire": "oui"}, date(2018, 8, 20), id="C3-5 two months"
        ),
        pytest.param("reponse", SENT, date(2018, 12, 20), id="C3-5 six months"),
        pytest.param(
            "reponse",
            {"dossier_recu_le": "29/06/2018", "prioritaire": "oui"},
            date(2018, 8, 29),
            id="C3-5 reception alone",
        ),
        pytest.param("traitement", SENT, date(2018, 7, 20), id="C3-5 handled in a month"),
    ],
)
def test_uniformation_answers_after_the_sending(
    deadline: str, facts: dict[str, str], expected: date
) -> None:
    """Handling and answer are counted from the day the file was sent, received days later."""
    assert FUNDERS["uniformation"].dates(deadline, "expected_at", **facts) == expected


# --- C3-6: OPCALIM without a commission ---

OPCALIM_2017 = (date(2017, 3, 17), date(2017, 7, 7), date(2017, 10, 6), date(2017, 12, 1))


@pytest.mark.parametrize(
    ("points", "strict", "session"),
    [
        # A month before the session of 17 March; with the maximum, three months before the start.
        pytest.param("non", date(2017, 2, 17), date(2017, 3, 17), id="C3-6 other files"),
        pytest.param("oui", date(2017, 3, 30), None, id="C3-6 maximum of points"),
    ],
)
def test_the_maximum_of_points_lifts_the_commission(
    points: str, strict: date, session: date | None
) -> None:
    """A file that has the maximum of points is accepted as it is: only the start limits its deposit."""
    facts = {"demarrage_formation": "30/06/2017", "points_maximum": points}
    opcalim = FUNDERS["opcalim"]
    assert opcalim.dates("depot", "strict", *OPCALIM_2017, **facts) == strict
    assert opcalim.dates("depot", "commission", *OPCALIM_2017, **facts) == session


# --- C3-7: twice the SMIC of the day ---

TWICE = (
    *around(
        "C3-7 2017",
        "CIF-G15-a",
        "salaire_horaire",
        ("19,52", OK, "200 % du SMIC"),
        ("19,53", AMBER, "80 à 90 %"),
        demarrage_formation="31/12/2017",
    ),
    *around(
        "C3-7 2018",
        "CIF-G15-a",
        "salaire_horaire",
        ("19,76", OK, "200 % du SMIC"),
        ("19,77", AMBER, "80 à 90 %"),
        demarrage_formation="01/01/2018",
    ),
    *around(
        "C3-7 noted",
        "CIF-G15-a",
        "salaire_horaire",
        ("20,00", OK, "200 % du SMIC"),
        smic_horaire="10",
        demarrage_formation="01/01/2018",
    ),
    *around(
        "C3-7 not found",
        "CIF-G15-a",
        "salaire_horaire",
        ("19,52", AMBER, "Il manque « SMIC horaire brut en vigueur » (smic_horaire)"),
        demarrage_formation="31/12/2012",
    ),
)


@pytest.mark.parametrize("funder", list(FUNDERS))
@pytest.mark.parametrize("said", by_row(TWICE))
def test_pay_is_compared_with_the_smic_of_the_day(said: Said, funder: str) -> None:
    """Every OPACIF compares with twice the SMIC of the start; where no source was read, it is asked."""
    verdict, sentence = said.found(FUNDERS[funder])
    assert (verdict, said.words in sentence) == (said.verdict, True), sentence


def test_the_smic_that_was_compared_is_told() -> None:
    """C3-7: the amount, its day and its source stand beside what was judged."""
    found = FUNDERS["unifaf"].findings(FUNDERS["unifaf"].case(salaire_horaire="15"))["CIF-G15-a"]
    note = plain(found.notes[-1])
    assert "9,88 €/h depuis le 01/01/2018" in note
    assert "verilor.fr" in note


# --- C3-9: UNIFAF does not look twice ---


@pytest.mark.parametrize(
    ("funder", "action", "possible"),
    [
        pytest.param("unifaf", "former_recours", False, id="C3-9 UNIFAF appeal"),
        pytest.param("unifaf", "representer", False, id="C3-9 UNIFAF again"),
        pytest.param("opcalim", "representer", True, id="C3-9 OPCALIM again"),
    ],
)
def test_unifaf_takes_no_appeal(funder: str, action: str, possible: bool) -> None:
    """After a refusal by UNIFAF neither action exists: it is refused with the line, and not offered."""
    rules = FUNDERS[funder]
    case = rules.case(state="refuse", refus_notifie_le="01/06/2018")
    assert ("refuse" in rules.procedure.actions[action].transitions) is possible
    said = rules.refusals(case, action, datetime(2018, 6, 4, 9, tzinfo=UTC))
    assert (said == ()) is possible
    assert possible or "UNIFAF ne réexamine pas un dossier refusé" in said[0]


# --- A14: what was decided, or broke, for a while ---


@pytest.mark.parametrize(
    "rows", [pytest.param(CIPI, id="A14 CIPI"), pytest.param(CDPI, id="A14 CDPI")]
)
@pytest.mark.parametrize(
    ("state", "deadline", "facts", "end", "named"),
    [
        pytest.param(
            "preparation",
            "drf",
            {"demarrage_formation": "22/12/2025 09:00"},
            date(2026, 1, 16),
            "dépôt rétroactif des DRF, du 02/01/2026 au 16/01/2026",
            id="late deposit of January 2026",
        ),
        pytest.param(
            "preparation",
            "drf",
            {"demarrage_formation": "05/01/2026 09:00"},
            date(2026, 1, 16),
            "dépôt rétroactif",
            id="last start that it is for",
        ),
        pytest.param(
            "preparation",
            "drf",
            {"demarrage_formation": "12/01/2026 09:00"},
            date(2026, 1, 10),
            "",
            id="a start after it",
        ),
        pytest.param(
            "drf_accordee",
            "contrat",
            {"demarrage_formation": "20/11/2025 09:00", "drf_accordee_le": "20/10/2025"},
            date(2025, 12, 14),
            "portail fermé depuis le 14/12/2025 à 18 h",
            id="closure of December 2025",
        ),
        pytest.param(
            "drf_accordee",
            "contrat",
            {"demarrage_formation": "10/04/2025 09:00", "drf_accordee_le": "15/03/2025"},
            date(2025, 6, 10),
            "portail suspendu après une intrusion",
            id="outage of spring 2025, contract",
        ),
        pytest.param(
            "preparation",
            "drf",
            {"demarrage_formation": "02/06/2025 09:00"},
            date(2025, 5, 31),
            "procédure transitoire",
            id="outage of spring 2025, DRF",
        ),
        pytest.param(
            "preparation",
            "drf",
            {"demarrage_formation": "05/07/2021 09:00"},
            date(2021, 6, 18),
            "arrêt du dépôt des DRF de CIPI et de CDPI, du 19/06/2021 au 29/08/2021",
            id="suspension of summer 2021",
        ),
    ],
)
def test_a_derogation_moves_the_limit_and_is_named(
    rows: Rows, state: str, deadline: str, facts: dict[str, str], end: date, named: str
) -> None:
    """The limit is the one that was decided, and the explanation says by what."""
    found = rows.deadlines(rows.case(state=state, **facts))[deadline]
    assert found.dates.strict is not None
    assert rows.context.day_of_end(found.dates.strict) == end
    told = [plain(one) for one in found.explanation.steps if one.startswith("Dérogation")]
    assert bool(told) is bool(named)
    assert not named or named in told[0], told


@pytest.mark.parametrize(
    ("day", "start", "words"),
    [
        pytest.param(date(2026, 1, 10), "22/12/2025 09:00", "", id="A14 late, and taken"),
        pytest.param(date(2026, 1, 17), "22/12/2025 09:00", "trop tard", id="A14 later still"),
        pytest.param(date(2026, 1, 10), "08/01/2026 09:00", "trop tard", id="A14 another start"),
        pytest.param(date(2025, 12, 20), "30/12/2025 09:00", "suspendue", id="A14 portal closed"),
        pytest.param(date(2025, 5, 5), "02/06/2025 09:00", "", id="A14 transitional"),
        pytest.param(date(2021, 7, 1), "05/07/2021 09:00", "suspendue", id="A14 summer 2021"),
        pytest.param(date(2021, 8, 30), "06/09/2021 09:00", "", id="A14 once it is over"),
    ],
)
def test_a_case_in_such_a_window_is_not_forced(day: date, start: str, words: str) -> None:
    """What a derogation allows passes as it is, and what it stops is refused with its name."""
    at = datetime(day.year, day.month, day.day, 10, tzinfo=UTC)
    case = CIPI.case(demarrage_formation=start)
    done = f"{day:%d/%m/%Y} 09:00"
    said = CIPI.refusals(case, "deposer_drf", at, drf_deposee_le=done)
    assert (said == ()) is (words == "")
    assert not words or words in said[0], said


# --- C3-8: rates of 2021, of which nobody read the end; C3-12: who needs no seniority ---


@pytest.mark.parametrize(
    ("rows", "programme", "filed", "amount", "certain", "words"),
    [
        pytest.param(
            CIPI,
            "classique",
            "15/03/2023 10:00",
            "14.00",
            False,
            "17,00 €",
            id="C3-8 CIPI classique",
        ),
        pytest.param(
            CIPI,
            "prioritaire",
            "15/03/2023 10:00",
            "17.00",
            False,
            "27,00 €",
            id="C3-8 CIPI programme",
        ),
        pytest.param(
            CDPI, "classique", "15/03/2023 10:00", "14.00", False, "17,00 €", id="C3-8 CDPI"
        ),
        pytest.param(
            CIPI, "cofinance", "02/07/2024 10:00", "18.00", True, "PIC IAE", id="A13 CIPI cofunded"
        ),
        pytest.param(
            CDPI, "cofinance", "02/07/2024 10:00", "18.00", True, "PIC IAE", id="A13 CDPI cofunded"
        ),
        pytest.param(
            CIPI,
            "cofinance",
            "10/02/2025 10:00",
            "18.00",
            False,
            "PIC IAE",
            id="A13 CIPI after 2024",
        ),
    ],
)
def test_a_rate_whose_end_is_unknown_stays_to_check(
    rows: Rows, programme: str, filed: str, amount: str, certain: bool, words: str
) -> None:
    """Where no source gives the end of a rate, the lowest is shown, the other is named, none is certain."""
    case = rows.case(programme=programme, drf_deposee_le=filed, demarrage_formation=filed)
    found = rows.amount("forfait_horaire", case)
    assert (found.value, found.certain) == (Decimal(amount), certain)
    assert any(words in plain(note) for note in found.notes)


def test_a_cdpi_is_open_to_professional_reconversion() -> None:
    """C3-12: the choice and its note name the reconversion, and nobody writes which public it is."""
    choices = CDPI.procedure.facts["acces_cdpi"].choices
    assert "reconversion professionnelle" in choices["sans_anciennete"]
    found = CDPI.findings(CDPI.case(acces_cdpi="sans_anciennete"))["CDPI-E1-a"]
    assert "reconversion professionnelle" in found.sentence
    assert "art. 8" in found.notes[0]


@pytest.mark.parametrize(
    "name",
    ["cout_pedagogique_horaire", "cout_transport_horaire"],
    ids=["C1-1 course", "C1-1 transport"],
)
def test_hourly_costs_say_their_tax_basis(name: str) -> None:
    """The sheet gives its rates « HT »: what is compared with them is asked so."""
    assert CIPI.procedure.facts[name].label.endswith("hors taxes")


def test_the_rates_of_the_sheet_say_their_tax_basis() -> None:
    """C1-1: 17 and 27 € are « HT / heure »."""
    case = CIPI.case(programme="classique", drf_deposee_le="10/05/2021 10:00")
    assert "hors taxes" in CIPI.amount("forfait_horaire", case).how


# --- C1-8, C2-1, C2-2, C2-15: pages, contacts and what is on line ---


@pytest.mark.parametrize(
    ("funder", "label", "phone", "site"),
    [
        pytest.param("afdas", "Afdas", "01 44 78 34 23", "www.afdas.com", id="C2-1 Afdas"),
        pytest.param("agecif-cama", "Agecif", "01 49 53 44 00", "agecif-cama.fr", id="C2-1 Agecif"),
        pytest.param("unagecif", "Unagecif", "01 44 70 74 74", "unagecif.fr", id="C2-1 Unagecif"),
        pytest.param("fafsea", "FAFSEA", "04 72 37 95 75", "www.fafsea.com", id="C2-2 FAFSEA"),
        pytest.param("uniformation", "UNIFORMATION", "09 69 32 05 55", "uniformation", id="C2-2"),
    ],
)
def test_a_funder_says_whom_to_ask(funder: str, label: str, phone: str, site: str) -> None:
    """The institution, its switchboard and its site are those of the sheet, and its own alone."""
    contacts = FUNDERS[funder].procedure.contacts
    assert contacts[0].label.startswith(label)
    assert (phone in contacts[0].phone, site in contacts[0].site) == (True, True)
    assert all(overlaps(one.source.lines, [FUNDERS[funder].lines]) for one in contacts)


@pytest.mark.parametrize("funder", [pytest.param(one, id=f"C2-2 {one}") for one in FUNDERS])
def test_a_contact_is_never_a_person(funder: str) -> None:
    """No civility, no first name: an institution, never the adviser who sat there in 2018."""
    words = " ".join(one.label + one.told for one in FUNDERS[funder].procedure.contacts)
    assert words
    assert not {"Mme", "M.", "Mlle", "Conseillère"} & set(words.split())


def test_the_pages_of_the_sheet_are_links() -> None:
    """C1-8: certifications, publics, mutualised funds and questions can be opened from the rules."""
    urls = [one.url.rpartition("/")[2] for one in CIPI.procedure.links]
    assert [one[:14] for one in urls[:4]] == [
        "Certifications", "Les-publics-el", "Beneficier-des", "faq?idFAQ=a1W1",
    ]  # fmt: skip


def test_the_rules_shown_tell_contacts_and_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C2-1: `regles voir` shows the same contact to a person and to a program."""
    desk = Desk(tmp_path, monkeypatch)
    line = "regles voir cif-cdd --financeur afdas"
    assert "01 44 78 34 23 · www.afdas.com" in desk.must(line).shown
    [contact] = desk.must(f"{line} --json").json["references"]["contacts"]
    assert (contact["phone"], contact["site"]) == ("01 44 78 34 23", "www.afdas.com")


# --- C2-3: which OPACIF? ---


@pytest.mark.parametrize(
    ("words", "funders"),
    [
        pytest.param("SNCF", ["unagecif"], id="C2-3 an employer"),
        pytest.param("cinéma, culture", ["afdas"], id="C2-3 a sector"),
        pytest.param(
            "convention collective de l'animation", ["uniformation"], id="C2-3 an agreement"
        ),
        pytest.param("Ehpad", ["unifaf"], id="C2-3 without accents or capitals"),
        pytest.param("golf", ["uniformation"], id="C2-3 one of a long list"),
        pytest.param(
            "assistante maternelle", ["fongecif-ara", "fongecif-bfc"], id="C2-3 two regions"
        ),
        pytest.param("plombier de marine", [], id="C2-3 nothing found"),
    ],
)
def test_a_sector_leads_to_its_opacif(
    words: str, funders: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The funders of what is typed, and always how to make sure: the BIAF, or the SIRET by telephone."""
    found = Desk(tmp_path, monkeypatch).must(f'regles opacif "{words}" --json').json
    named = [one["funder"] for one in found["funders"]]
    # Others that have fewer of the words may follow.
    assert sorted(named[: len(funders)]) == funders
    assert bool(named) is bool(funders)
    assert ("BIAF" in found["to_make_sure"][0], "SIRET" in found["to_make_sure"][0]) == (True, True)


def test_a_funder_found_says_who_else_it_may_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C2-14: childminders may depend on another funder, which is named beside the first."""
    desk = Desk(tmp_path, monkeypatch)
    shown = desk.must("regles opacif assistante maternelle").shown
    assert "Uniformation ou Unifaf peuvent être compétents" in shown
    everyone = desk.must("regles opacif --json").json["funders"]
    told = sorted(name for name, one in FUNDERS.items() if one.procedure.domain)
    assert sorted(one["funder"] for one in everyone) == told


# --- C1 and C2: what was nowhere ---


def test_the_motivation_letter_is_a_list_to_check() -> None:
    """C2-4: what the letter must say stands with the paper, and its two lists are papers too."""
    papers = FUNDERS["unifaf"].procedure.documents
    items = " ".join(papers["lettre_motivation"].items)
    assert len(papers["lettre_motivation"].items) == 10
    for words in (
        "VAE",
        "enquêtes de terrain",
        "à son compte",
        "Maître de stage",
        "années suivantes",
    ):
        assert words in items
    assert {"liste_offres", "liste_entreprises"} <= papers.keys()


@pytest.mark.parametrize(
    ("funder", "words"),
    [
        pytest.param("fafsea", "« Demande de prise en charge »", id="C2-15 FAFSEA"),
        pytest.param("fongecif-bfc", "non : à demander", id="C2-15 BFC"),
        pytest.param("fongecif-ara", "non : remis par le conseiller", id="C2-15 ARA"),
        pytest.param("opcalim", "« CIF CDD »", id="C2-15 OPCALIM"),
        pytest.param("unifaf", "le SIRET est demandé", id="C2-15 UNIFAF"),
        pytest.param("uniformation", "documents utiles", id="C2-15 UNIFORMATION"),
    ],
)
def test_a_file_says_whether_it_is_on_line(funder: str, words: str) -> None:
    """Each OPACIF says where its file is found, or that it has to be asked for."""
    assert words in FUNDERS[funder].procedure.documents["dossier_complet"].online


def test_a_discontinuous_full_time_has_its_rule() -> None:
    """C2-16: a full time in several stretches is counted in weeks by one OPACIF, in hours by others."""
    facts = {"rythme": "plein_discontinu", "semaines_effectives": "53", "heures_theorie": "1201"}
    bfc, ara = (
        FUNDERS[name].findings(FUNDERS[name].case(**facts))
        for name in ("fongecif-bfc", "fongecif-ara")
    )
    assert (bfc["BFC-duree-semaines"].verdict.value, "BFC-duree-heures" in bfc) == (RED, False)
    assert ara["ARA-duree-heures"].verdict.value == RED


def test_words_that_are_not_plain_say_what_they_mean() -> None:
    """C1-13: the lexicon of the sheet stands with what it is about, and is told by the rules."""
    facts = CIPI.procedure.facts
    assert "36 €/h" in facts["payeur_surcout"].help
    assert "prérequis" in facts["heures_bilan_positionnement"].help
    told = [title for title, _, _ in reference_words(CIPI.procedure)]
    assert told.count("Lexique") >= 5


# --- C2-12: how many times a file was presented ---

BFC = "--historique --financeur fongecif-bfc --fait demarrage_formation=03/12/2018"
PAPERS = "--piece dossier_complet --piece biaf"


def test_presentations_are_counted_from_the_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file refused and presented anew has two in twelve months; what a person types comes first."""
    desk = Desk(tmp_path, monkeypatch)
    desk.must("init")
    desk.must(f"dossier ouvrir cif-cdd --libelle Morvan {BFC}")
    ref = "CIF-2026-0001"

    def verdict() -> tuple[str, str] | None:
        findings = desk.must(f"dossier controler {ref} --json").json["findings"]
        found = [one for one in findings if one["id"] == "BFC-presentations"]
        return (found[0]["verdict"], plain(found[0]["sentence"])) if found else None

    assert verdict() is None
    desk.must(f"dossier avancer {ref} deposer --fait depose_le=10/06/2018 {PAPERS}")
    assert verdict() == (OK, "Première présentation sur 12 mois.")
    for step in (
        "noter_reception --fait dossier_recu_le=12/06/2018",
        "refuser --fait refus_notifie_le=20/06/2018",
        "representer --fait represente_le=25/06/2018",
        f"deposer --fait depose_le=02/07/2018 {PAPERS}",
    ):
        desk.must(f"dossier avancer {ref} {step}")
    found = verdict()
    assert found is not None
    assert (found[0], found[1].startswith("Deuxième présentation")) == (AMBER, True)
    desk.must(f"dossier corriger {ref} --fait presentations_douze_mois=3")
    found = verdict()
    assert found is not None
    assert found[0] == RED


# --- C2-6: the sessions that the sheet gives ---


def test_the_sessions_of_opcalim_are_noted_by_init(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new base knows the four commissions of 2017, each with the line that gives it, and once."""
    desk = Desk(tmp_path, monkeypatch)
    assert "OPCALIM : 4 commissions notées, d’après sa fiche." in plain(desk.must("init").said)
    assert "commissions notées" not in desk.must("init").said
    noted = desk.must("commissions voir --financeur opcalim --json").json["sessions"]
    assert [one["day"] for one in noted] == [day.isoformat() for day in OPCALIM_2017]
    assert all("1187" in one["label"] for one in noted)
    plan = (
        "planifier cif-cdd --financeur opcalim --depart 2017-09-04 --maintenant 2017-03-10 --json"
    )
    assert "2017-07-07" in str(desk.must(plan).json)
