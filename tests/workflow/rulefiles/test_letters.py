"""The letters that rule files list: what they name is there, and no proof of eligibility is told by one."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.support.core import cipi
from workflow.consistency.whole import problems_of
from workflow.rules.letters import Correspondent, LetterFact, LetterRules, LetterSpec

NOBODY = Correspondent("organisme", "Organisme")


@pytest.mark.parametrize(
    ("rules", "key", "said"),
    [
        (
            LetterRules({}, {"a": LetterSpec("a", "A", "organisme")}),
            "letters.models.a.to",
            "correspondant « organisme » inconnu",
        ),
        (
            LetterRules(
                {"organisme": NOBODY},
                {"a": LetterSpec("a", "A", "organisme", {"convention": "La convention"})},
            ),
            "letters.models.a.papers",
            "pièce « convention » inconnue (le plus proche : « convention_formation »)",
        ),
        (
            LetterRules({"organisme": replace(NOBODY, mail="courriel_organisme")}, {}),
            "letters.correspondents.organisme",
            "fait « courriel_organisme » inconnu",
        ),
        (
            LetterRules({}, {}, {"fin": LetterFact("fin_de_formation", "fin")}),
            "letters.facts.fin",
            "fait « fin_de_formation » inconnu (le plus proche : « fin_formation »)",
        ),
        (
            LetterRules({}, {}, {"vue": LetterFact("preuve_vue_le", "preuve vue")}),
            "letters.facts.vue",
            "fait « preuve_vue_le » inconnu",
        ),
    ],
)
def test_what_a_letter_names_is_there(rules: LetterRules, key: str, said: str) -> None:
    """A correspondent, a paper or a fact that nothing bears is told; so is one that would tell of a proof."""
    (problem,) = problems_of(replace(cipi(), letters=rules))
    assert (problem.key, said in problem.message) == (key, True), problem


def test_only_what_is_chased_is_asked_again() -> None:
    """A letter that chases needs a procedure that says how."""
    chasing = LetterRules(
        {"organisme": NOBODY}, {"a": LetterSpec("a", "A", "organisme", chases=True)}
    )
    found = [one.key for one in problems_of(replace(cipi(), letters=chasing, chasing=None))]
    assert "letters.models.a.chases" in found
