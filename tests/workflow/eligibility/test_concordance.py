"""What papers say, compared by value: which one is the first to say otherwise, and in what words."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from msgspec.structs import replace

from tests.corpus.rows import BY, CONTRACT_PAPERS, Rows, plain
from tests.support.core import PARIS
from workflow.case.case import Case, Paper
from workflow.eligibility.concordance import FILE, comparison
from workflow.wording.codec import fact_text
from workflow.wording.fact_text import read_facts

CIPI = Rows("cipi")
AGREEMENT, CERTIFICATE, INVOICE = (
    "convention_formation",
    "certificat_realisation",
    "facture_organisme",
)


def saying(typed: Mapping[str, Mapping[str, str]], **facts: str) -> Case:
    """Return a case whose papers say what was typed, by paper and fact."""
    case = CIPI.case(papers=(*CONTRACT_PAPERS, CERTIFICATE, INVOICE), **facts)
    papers = dict(case.documents)
    for name, told in typed.items():
        said = read_facts(CIPI.procedure, told, PARIS)
        says = {fact: fact_text(value) for fact, value in said.items()}
        papers[name] = Paper(papers[name].status, papers[name].on, BY, says=says)
    return replace(case, documents=papers)


@pytest.mark.parametrize(
    ("fact", "agreement", "other", "noted", "differs"),
    [
        ("heures_formation", "14", "13,5", None, CERTIFICATE),
        ("heures_formation", "13,50", "13 h 30", "13,5", None),
        ("heures_formation", "14", "14", "13,5", FILE),
        ("prix_formation", "1500", "1 500,00 €", None, None),
        ("prix_formation", "1500", "1500,01", "1500", INVOICE),
        ("intitule_formation", "Soudure à l’arc", "SOUDURE  A L'ARC", "soudurea l'arc", None),
        ("intitule_formation", "Soudure", "Soudage", "Soudage", CERTIFICATE),
        ("siret_organisme", "123 456 782 00010", "12345678200010", None, None),
        # A day is a day, whether the file notes its hour or not.
        ("demarrage_formation", "08/09/2026", "08/09/2026", "08/09/2026 09:00", None),
        ("demarrage_formation", "08/09/2026", "09/09/2026", "08/09/2026 09:00", CERTIFICATE),
    ],
)
def test_papers_are_compared_by_value(
    fact: str, agreement: str, other: str, noted: str | None, differs: str | None
) -> None:
    """Another way to write a value is no difference; the file is compared last."""
    second = INVOICE if fact == "prix_formation" else CERTIFICATE
    facts = {} if noted is None else {fact: noted}
    case = saying({AGREEMENT: {fact: agreement}, second: {fact: other}}, **facts)
    found = comparison(CIPI.procedure, case.documents, case.facts, CIPI.context)
    assert found is not None
    assert {one.spec.id: one.differs for one in found.facts if one.compared} == {fact: differs}


def test_a_difference_is_told_by_the_verdict_and_among_what_is_wrong() -> None:
    """The first difference is told in words, with both values; what agrees conforms."""
    case = saying(
        {
            AGREEMENT: {"heures_formation": "14", "intitule_formation": "Soudure"},
            CERTIFICATE: {"heures_formation": "13,5", "intitule_formation": "soudure"},
        }
    )
    found = {id_: one for id_, one in CIPI.findings(case).items() if id_.startswith("OF-pieces")}
    assert {id_: (one.verdict.value, plain(one.sentence)) for id_, one in found.items()} == {
        "OF-pieces-heures_formation": (
            "non_conforme",
            "La convention dit 14 h, le certificat 13,5 h ; faites corriger ce qui est faux.",
        ),
        "OF-pieces-intitule_formation": ("conforme", "Toutes les pièces disent « Soudure »."),
    }
    assert CIPI.findings(CIPI.case(papers=CONTRACT_PAPERS)).keys() & found.keys() == set()
