"""Hold what a text may contain, and how what cannot be seen is shown."""

import pytest

from workflow.text.folding import fold, is_clean, searchable, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Éloïse\u00a0: 1\u202f234 €", "Éloïse\u00a0: 1\u202f234 €"),
        ("\x1b]52;c;YQ==\x07", "␛]52;c;YQ==␇"),
        ("a\x7fb\x00c", "a␡b␀c"),
        ("\x9b31m", "⟨009B⟩31m"),
        ("abc\u202edef", "abc⟨202E⟩def"),
        ("accept\udce9", "accept�"),
    ],
)
def test_what_cannot_be_seen_is_shown_as_a_sign(text: str, shown: str) -> None:
    """A control, bidirectional or broken character is shown as a sign, and nothing else changes."""
    assert visible(text) == shown
    assert is_clean(visible(text))


def test_line_ends_are_kept_or_shown_as_asked() -> None:
    """Line ends and tabs stay where they are welcome, and become signs elsewhere."""
    assert visible("a\n\tb") == "a\n\tb"
    assert visible("a\n\tb", breaks=False) == "a␊␉b"


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Yıldız", "yildiz"),
        ("IŞIK", "isik"),
        ("ışık", "ISIK"),
        ("İnci", "inci"),
        ("Đặng Văn Hùng", "dang van hung"),
        ("Łukasz Wójcik", "lukasz wojcik"),
        ("Søren Ødegård", "soren odegard"),
        ("Þóra Guðrún", "thora gudrun"),
        ("Weiß", "weiss"),
        ("Œuvrard", "oeuvrard"),
        ("Æsa", "aesa"),
        ("Ħaƙƙi Ɓello", "hakki bello"),
        ("Handıcap", "handicap"),
        ("N’Guyen", "n'guyen"),
        ("NʼGuyen", "n'guyen"),
        ("Marco d´Angelo", "marco d'angelo"),
        ("ʿAbd al-Raḥmān", "'abd al-rahman"),
        ("Kofi Dɔnkɔ Ɛdem", "kofi donko edem"),
        ("Jean–Luc", "jean-luc"),
        ("so\u00adlo", "solo"),
    ],
)
def test_a_name_is_searched_as_a_french_keyboard_types_it(name: str, typed: str) -> None:
    """Letters that no French keyboard has are those that people type in their place."""
    assert fold(name) == fold(typed) == typed.lower()


def test_a_name_is_also_searched_without_its_marks() -> None:
    """Apostrophes and hyphens may be left out of a title; a reference stays as it is."""
    assert searchable("CIPI-2026-0001", "N’Guyen Saint-Étienne") == (
        "cipi-2026-0001 n'guyen saint-etienne nguyen saintetienne"
    )
    assert searchable("X", "d`Arc Col·lell").endswith(" darc collell")


def test_the_numbers_of_a_file_are_lines_of_their_own() -> None:
    """A number is searched as it is written and without its groups, each once, after the words."""
    numbers = ("DRF-2026/004 512", "12345678200010")
    assert searchable("X", "Été", numbers).split("\n") == [
        "x ete",
        "drf-2026/004 512",
        "drf2026004512",
        "12345678200010",
    ]
