"""French spaces, held while a text is laid out."""

from __future__ import annotations

from display.drawing.typography import held, released
from workflow.text.french import NBSP, typeset


def test_a_text_laid_out_by_rich_finds_its_spaces_again() -> None:
    """What Rich must not break is held by stand-ins, and comes back exactly."""
    text = f"« {NBSP}1{NBSP}jour » ; fin"
    assert " " not in held("a\u00a0b\u202fc")
    assert released(held(text)) == typeset(text)
