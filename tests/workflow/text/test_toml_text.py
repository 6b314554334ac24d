"""A TOML text that no person wrote is refused like one that is mistyped."""

from __future__ import annotations

import pytest

from workflow.text.toml_text import UnreadableToml, read_toml


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("a = 1\nb == 2", "ligne 2, colonne 4"),
        ("a = [", "fin de fichier inattendue"),
        ("a = " + "[" * 100_000 + "]" * 100_000, "trop de niveaux"),
        ("a = " + "{b=" * 60 + "1" + "}" * 60, "trop de niveaux"),
        (".".join(["a"] * 200_000) + " = 1", "trop de niveaux"),
        ("[" + ".".join(["a"] * 200_000) + "]", "trop de niveaux"),
        ("a = " + "9" * 5_000, "un nombre a trop de chiffres"),
    ],
)
def test_what_cannot_be_read_says_why(text: str, where: str) -> None:
    """Where a mistake stands, or what there is too much of; never an error of Python."""
    with pytest.raises(UnreadableToml) as refusal:
        read_toml(text)
    assert refusal.value.where == where


def test_what_people_write_is_read() -> None:
    """Tables in tables and lists are read as they are."""
    assert read_toml("[a.b]\nc = [{ d = 1 }, { d = [2, 3] }]") == {
        "a": {"b": {"c": [{"d": 1}, {"d": [2, 3]}]}}
    }
