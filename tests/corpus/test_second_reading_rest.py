"""Rows of the second reading that hang on a check or on words of the rules.

With those of `tests.corpus.test_second_reading`, every row of its three tables is named by a test. A row is
named by the number it has in its table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from msgspec import to_builtins

from tests.corpus.rows import Rows, Said, by_row, plain, planned
from tests.corpus.test_cif_rows import FUNDERS
from workflow.case.case import WorkKind

OK, AMBER, RED, NOTE = "conforme", "a_confirmer", "non_conforme", "rappel"
CIPI = Rows("cipi")
CLAIMED = {"montant_reclame": "500"}
STATUS = {"statut_salarie": "interimaire"}
LANGUAGE = {"langue_et_competences": "oui"}
MISSIONS = tuple(
    planned(WorkKind.MISSION, date(2026, 10, day), date(2026, 10, day + 4), "35", number=number)
    for number, day in enumerate((5, 12), 1)
)

CHECKED = (
    *(
        Said(f"C1-2 {row}", f"CIPI-F6-{payer}", verdict, words, {**CLAIMED, "payeur_surcout": payer, **facts})
        for row, payer, verdict, words, facts in (
            ("AKTO has less", "akto", RED, "100", {"solde_akto": "400"}),
            ("FPETT has as much", "fpett", OK, "FPETT", {"solde_fpett": "500", "solde_akto": "0"}),
            ("nobody knows", "fpett", AMBER, "Il manque", {"solde_akto": "500"}),
        )
    ),
    Said("C1-3 one lacks", "CIPI-S4d", RED, "1 contrat", {"contrats_mission_signes": "1"}, MISSIONS),
    Said("C1-3 all are there", "CIPI-S4d", OK, "", {"contrats_mission_signes": "2"}, MISSIONS),
    Said("C1-5 below", "CIPI-P2-b", RED, "0,02", {**STATUS, "salaire_horaire_formation": "12"}),
    Said("C1-5 reached", "CIPI-P2-b", OK, "", {**STATUS, "salaire_horaire_formation": "12,02"}),
    Said("C1-6 named", "CIPI-T1-b", OK, "Roux", {"tuteur_permanent": "oui", "tuteur": "Roux"}),
    Said("C1-7 classic", "CIPI-C2-b", AMBER, "AKTO", {**LANGUAGE, "programme": "classique"}),
    Said("C1-7 national", "CIPI-C2-b", OK, "", {**LANGUAGE, "programme": "prioritaire"}),
    Said("C3-10 nobody", "CIPI-E11-b", AMBER, "AKTO", {"adhesion_ett": "aucune"}),
    Said("C3-10 eleven", "CIPI-E11-a", AMBER, "AKTO", {"effectif_ett": "11"}),
)  # fmt: skip


@pytest.mark.parametrize("said", by_row(CHECKED))
def test_a_row_is_judged_as_it_was_read(said: Said) -> None:
    """What the second reading adds to a CIPI is judged, with the figure or the name that matters."""
    verdict, sentence = said.found(CIPI)
    assert (verdict, said.words in plain(sentence)) == (said.verdict, True), sentence


TOLD = """
C1-9 | cipi | documents.contrat_type_signe | Édité, Signé, Joint
C1-10 | cipi | checks | veille au respect des plannings, la liaison avec les organismes
C1-11 | cipi | checks | questions 17 et 18
C2-5 | fafsea | documents | Une liste des offres d’emploi, Une liste des entreprises
C2-9 | fafsea | checks | contribution volontaire, liste de ses salariés
C2-10 | fongecif-bfc | contacts | dans les départements 39, information collective
C2-11 | fongecif-ara | checks | environnement économique, plus de 45 ans, plus de 20 ans
C2-13 | opcalim | checks | deux réseaux, CEP régionaux
C2-17 | unifaf | deadlines.reponse | un mois et demi
C2-18 | afdas | checks | avec ou sans
C3-11 | cipi | checks | 1er janvier 2026, 1er février
"""
"""Row, procedure or funder, part of its rules, and what is said there."""


@pytest.mark.parametrize("row", TOLD.strip().splitlines())
def test_a_row_is_told_where_it_belongs(row: str) -> None:
    """What is no verdict stands in the words of the paper, of the check, of the contact or of the date."""
    _, whose, where, words = row.split(" | ")
    part: object = {**FUNDERS, "cipi": CIPI}[whose].procedure
    for name in where.split("."):
        part = part[name] if isinstance(part, Mapping) else getattr(part, name)
    said = plain(repr(to_builtins(part, enc_hook=str, str_keys=True)))
    assert [one for one in words.split(", ") if one not in said] == []


@pytest.mark.parametrize(
    "state", [pytest.param(one, id=f"C1-4 {one}") for one in CIPI.procedure.states]
)
def test_a_state_that_waits_for_akto_has_a_day_to_chase(state: str) -> None:
    """The sheet gives none to attendance, second agreement or extra cost: a target of the agency does."""
    specs = (one for one in CIPI.procedure.deadlines.values() if state in one.states)
    awaited = any(rule.expects for spec in specs for rule in spec.rules)
    assert awaited or CIPI.procedure.states[state].awaits != "financeur"


ELSEWHERE: Mapping[str, str] = {
    "C1-12": "whether the agency is an ETTI: nothing of the two schemes depends on it",
    "C1-14": "an opening sentence, listed in `tests.corpus.test_documents`",
    "C2-7": "the same as C3-6: the maximum of points lifts the commission",
    "C2-8": "the same as C3-5: handled in the month after the sending",
}
"""Rows that no test names: why."""

SIZES = {"C1": 14, "C2": 18, "C3": 12}


def test_every_row_of_the_second_reading_is_named_by_a_test() -> None:
    """No row of its three tables is left without a test that bears its number, or a reason."""
    here = Path(__file__)
    text = "".join(
        one.read_text(encoding="utf-8") for one in here.parent.glob("test_second_reading*.py")
    )
    rows = {f"{table}-{number}" for table, size in SIZES.items() for number in range(1, size + 1)}
    known = set(re.findall(r"\b(C[123]-\d+)\b(?!\": )", text))
    assert (rows - known, known - rows) == (set(ELSEWHERE), set())
