"""What is pasted, on one line, whatever it holds."""

from __future__ import annotations

import pytest

from tui.terminal.pasting import pasted


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Leïla", "Leïla"),
        ("  deux espaces ", "  deux espaces "),
        ("\nCIPI-DEMO-09", "CIPI-DEMO-09"),
        ("CIPI-DEMO-09\r\n", "CIPI-DEMO-09"),
        ("Leïla\nGarance\n\n  aide-couvreuse", "Leïla Garance aide-couvreuse"),
        ("un\tdeux", "un deux"),
        ("un\x1b[31m rouge\x1b[0m", "un rouge"),
        ("\x1b]52;c;AAAA\x07un\x9bdeux\x00\x7f", "undeux"),
        ("un\x1b]deux", "un]deux"),
        ("so\u00adins\u200b", "soins"),
    ],
)
def test_a_paste_is_one_clean_line(text: str, line: str) -> None:
    """Lines are joined, tabs are spaces, what a terminal would obey is left out; the rest stays in order."""
    assert pasted(text) == line
