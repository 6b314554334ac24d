"""Hold that words take the columns they are given, whatever letters they are made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.drawing.paint import fitted, folded


@pytest.mark.parametrize(
    ("words", "width", "drawn"),
    [
        ("Saisir", 10, "Saisir    "),
        ("Saisir la DRF", 10, "Saisir l… "),
        ("李小龙 电焊工", 16, "李小龙 电焊工   "),
        ("李小龙 电焊工", 8, "李小龙… "),
        ("李小龙 电焊工", 7, "李小 … "),
        ("E\u0301loi\u0308se", 8, "E\u0301loi\u0308se  "),
        ("Saisir", 1, "…"),
        ("Saisir", 0, ""),
    ],
)
def test_words_are_cut_and_filled_by_columns(words: str, width: int, drawn: str) -> None:
    """Wide letters count two columns, accents typed apart none, and what is cut says so."""
    assert fitted(words, width) == drawn


@given(st.text(st.characters(categories=["L", "M", "N", "Zs"]), max_size=40), st.integers(1, 30))
def test_words_take_exactly_their_columns(words: str, width: int) -> None:
    """Whatever is written, a column begins where the one before ends."""
    assert cell_len(fitted(words, width)) == width


@pytest.mark.parametrize(
    ("words", "width", "lines", "drawn"),
    [
        ("Lundi de Pâques", 9, 2, ["Lundi de", "Pâques"]),
        ("Lundi de Pâques", 9, 1, ["Lundi de…"]),
        ("春节 放假", 4, 2, ["春节", "放假"]),
        ("春节放假", 5, 2, ["春节…"]),
        ("E\u0301te\u0301 ferme\u0301", 9, 1, ["E\u0301te\u0301 ferme\u0301"]),
        ("Armistice", 9, 0, []),
    ],
)
def test_words_are_folded_by_columns(words: str, width: int, lines: int, drawn: list[str]) -> None:
    """A name is broken between its words, by what the terminal draws, and what is cut says so."""
    assert folded(words, width, lines) == drawn
