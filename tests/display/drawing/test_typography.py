"""French spaces: put in once, never changing the length of a text."""

from __future__ import annotations

import pytest

from display.drawing.typography import held, released, typeset

NARROW, FULL = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("« oui »", f"«{FULL}oui{FULL}»"),
        ("fin : suite", f"fin{FULL}: suite"),
        ("un ; deux ! trois ?", f"un{NARROW}; deux{NARROW}! trois{NARROW}?"),
        ("50 % et 17 €", f"50{FULL}% et 17{FULL}€"),
        ("« déjà ? »", f"«{FULL}déjà{NARROW}?{FULL}»"),
        ("à 09:00, http://x :8080", "à 09:00, http://x :8080"),
    ],
)
def test_signs_take_the_space_that_french_gives_them(text: str, expected: str) -> None:
    """Guillemets, colons and units take a full space, other signs a narrow one; hours take none."""
    assert typeset(text) == expected
    assert len(typeset(text)) == len(text)


def test_a_text_laid_out_by_rich_finds_its_spaces_again() -> None:
    """What Rich must not break is held by stand-ins, and comes back exactly."""
    text = f"« {FULL}1{FULL}jour » ; fin"
    assert " " not in held("a\u00a0b\u202fc")
    assert released(held(text)) == typeset(text)
