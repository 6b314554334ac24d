"""What several schemes ask alike of a training organisation: each verdict, on the day, before and after.

What is expected is worked by hand from the Code du travail, and never read from the rules.
"""

from __future__ import annotations

import pytest

from tests.corpus.rows import SHARED, Rows, Said, around
from workflow.rules.checks import CheckVerdict

OK, AMBER, RED, SILENT = "conforme", "a_confirmer", "non_conforme", None
DEPOSITS = {
    "cipi": "drf_deposee_le",
    "cdpi": "drf_deposee_le",
    "ptp": "demande_deposee_le",
    "reconversion": "dossier_envoye_le",
}
"""What each scheme deposits; a CIF is older than the certification."""


def said(deposit: str, start: str) -> tuple[Said, ...]:
    """Return what is said of a certificate by its last day."""
    starting = {start: "08/09/2026"}
    return (
        *around(
            "L. 6316-1",
            "OF-1",
            deposit,
            ("01/07/2026", OK, "valable jusqu’au 01/07/2026"),
            ("02/07/2026", RED, "Certification finie 1 jour avant"),
            qualiopi_jusqu_au="01/07/2026",
            **starting,
        ),
        *around(
            "L. 6316-1",
            "OF-2",
            "qualiopi_jusqu_au",
            ("08/09/2026", OK, "valable jusqu’au 08/09/2026"),
            ("06/09/2026", AMBER, "Certification finie 2 jours avant le début"),
            **starting,
        ),
        Said("L. 6316-1 end unknown", "OF-2", SILENT, "", starting),
    )


@pytest.mark.parametrize("scheme", ["cipi", "cdpi", "ptp"])
def test_nothing_is_asked_of_an_organisation_before_the_duty(scheme: str) -> None:
    """A training that starts before 2022 asks for no certificate."""
    facts = {"demarrage_formation": "31/12/2021", "qualiopi_jusqu_au": "30/12/2021"}
    assert Said("L. 6316-1", "OF-2", SILENT, "", facts).found(Rows(scheme))[0] is SILENT


@pytest.mark.parametrize("scheme", DEPOSITS)
def test_every_verdict_on_an_organisation_is_the_one_of_the_law(scheme: str) -> None:
    """A certificate is judged on the day of the deposit and on that of the start, included."""
    rows = Rows(scheme)
    tried = said(DEPOSITS[scheme], rows.procedure.reference_fact)
    for one in tried:
        verdict, sentence = one.found(rows)
        assert verdict == one.verdict, (one.row, sentence)
        assert one.words in sentence
    checks = {one.id: one for one in rows.procedure.checks if one.id.startswith(SHARED)}
    seen = {(one.check, CheckVerdict(one.verdict)) for one in tried if one.verdict}
    assert seen == {(id_, band.verdict) for id_, check in checks.items() for band in check.bands}
    assert {check.source.lines for check in checks.values()} == {"art. L. 6316-1"}
