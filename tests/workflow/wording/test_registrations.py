"""Numbers that others give and ways to reach people: what is kept, how it is shown, what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.core import PARIS
from workflow.errors import InvalidInput
from workflow.rules.fact_specs import FactSpec, FactType
from workflow.wording.fact_text import as_typed, fact_words, read_fact

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("type_", "typed", "kept", "shown"),
    [
        (FactType.SIRET, "123 456 782 00010", "12345678200010", "123 456 782 00010"),
        (FactType.SIRET, "123.456.782-00010", "12345678200010", "123 456 782 00010"),
        # The offices of La Poste: the ordinary key, or digits that add up to a multiple of 5.
        (FactType.SIRET, "35600000000048", "35600000000048", "356 000 000 00048"),
        (FactType.SIRET, "35600000049837", "35600000049837", "356 000 000 49837"),
        (FactType.NDA, "11 75 12345 75", "11751234575", "11 75 12345 75"),
        (FactType.NDA, "942a012342a", "942A012342A", "94 2A 01234 2A"),
        (FactType.PHONE, "01.23.45.67.89", "0123456789", "01 23 45 67 89"),
        (FactType.PHONE, "+33 (0)1 23 45 67 89", "0123456789", "01 23 45 67 89"),
        (FactType.PHONE, "+32 2 123 45 67", "+3221234567", "+3221234567"),
        (FactType.MAIL, "zoe@organisme.example", "zoe@organisme.example", "zoe@organisme.example"),
        (FactType.REFERENCE, f"DRF{NBSP}2026/004 512", "DRF 2026/004 512", "DRF 2026/004 512"),
    ],
)
def test_a_number_is_kept_bare_and_shown_in_groups(
    type_: FactType, typed: str, kept: str, shown: str
) -> None:
    """What parts the groups is not kept; what is shown is read as the same value."""
    spec = FactSpec("fait", "Fait", type_)
    assert read_fact(spec, typed, PARIS) == kept
    words = fact_words(kept, PARIS, spec)
    assert words.replace(NBSP, " ") == as_typed(kept, PARIS, spec) == shown
    assert read_fact(spec, words, PARIS) == kept


@pytest.mark.parametrize(
    ("type_", "typed", "advice"),
    [
        (FactType.SIRET, "123 456 789 00012", "la clé de ce SIRET est fausse ; vérifiez"),
        (FactType.SIRET, "35600000049838", "la clé de ce SIRET est fausse ; vérifiez"),
        (FactType.SIRET, "123 456 782", "un SIRET a 14 chiffres, comme 123 456 782 00010"),
        (FactType.SIRET, "1234567820001٠", "un SIRET a 14 chiffres"),
        (FactType.NDA, "11 75 12345", "un numéro de déclaration d’activité a 11 signes"),
        (FactType.NDA, "2A 75 12345 75", "un numéro de déclaration d’activité a 11 signes"),
        (FactType.PHONE, "01 23 45 67", "écrivez un numéro comme 01 23 45 67 89"),
        (FactType.MAIL, "zoe@organisme", "écrivez une adresse comme nom@exemple.fr"),
        (
            FactType.REFERENCE,
            "sans numéro",
            "un numéro a au moins un chiffre, et 40 signes au plus",
        ),
        (FactType.REFERENCE, "1" * 41, "un numéro a au moins un chiffre, et 40 signes au plus"),
    ],
)
def test_a_number_that_cannot_be_is_refused(type_: FactType, typed: str, advice: str) -> None:
    """A wrong key, a wrong length or another thing is refused in one sentence that says how to write it."""
    with pytest.raises(InvalidInput) as refusal:
        read_fact(FactSpec("fait", "Fait", type_), typed, PARIS)
    assert refusal.value.message.startswith(f"fait = « {typed} » : {advice}")


@given(st.from_regex(r"[1-9][0-9]{12}", fullmatch=True))
def test_one_key_alone_fits_a_siret(begun: str) -> None:
    """Of the ten keys of thirteen digits, exactly one is taken."""
    spec = FactSpec("fait", "Fait", FactType.SIRET)

    def fits(siret: str) -> bool:
        try:
            return read_fact(spec, siret, PARIS) == siret
        except InvalidInput:
            return False

    assert sum(fits(f"{begun}{key}") for key in range(10)) == 1
