"""How a refusal of the domain, which knows no option, is worded for a command."""

from __future__ import annotations

import pytest

from cli.terminal.hints import hinted, sentence
from workflow.errors import ActionRefused, InvalidInput, Reason, ReasonCode

DATA = {
    "fact": "debut_contrat",
    "example": "06/09/2026 09:00",
    "papers": "contrat ou avenant",
    "ref": "CIPI-2026-0001",
    "action": "accorder_drf",
    "funders": "fafsea, unifaf",
    "sheets": "deposer_drf",
}


@pytest.mark.parametrize("code", ReasonCode)
def test_every_reason_is_worded(code: ReasonCode) -> None:
    """Whatever a reason is about, a command says something of it, with every name in its place."""
    said = hinted(Reason(code, "il manque quelque chose", DATA))
    assert said
    assert not set("{}") & set(said)


def test_what_is_missing_comes_with_its_option() -> None:
    """A sentence holds every reason, each with what to type, and one full stop."""
    refusal = ActionRefused(
        "Déposer",
        [
            Reason(ReasonCode.MISSING_FACT, "il manque « Premier jour »", DATA),
            Reason(ReasonCode.CHECK, "Durée : 3 h : il en faut 20 h."),
            Reason(ReasonCode.MAY_FORCE, "on peut passer outre"),
        ],
    )
    assert sentence(refusal) == (
        "Déposer : il manque « Premier jour » (--fait debut_contrat=…) ; Durée : 3 h : il en faut 20 h ; "
        "pour passer outre, ajoutez « --forcer » et « --commentaire » avec la raison."
    )
    assert refusal.message == (
        "Déposer : il manque « Premier jour » ; Durée : 3 h : il en faut 20 h ; on peut passer outre."
    )


def test_a_sentence_without_reason_stays_as_it_is() -> None:
    """What was said whole is said whole."""
    assert sentence(InvalidInput("Date illisible.")) == "Date illisible."
