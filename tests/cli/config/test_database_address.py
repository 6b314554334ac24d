"""The address of the database: which one wins, where its file lies, its password."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.config.configuration import Configuration
from cli.config.credentials import Credentials
from cli.config.database_address import database_url, with_password
from cli.config.settings import Database, Settings

NO_SECRET = Credentials()


def configured(url: str | None) -> Configuration:
    """Return a configuration that names a database, read from `/agence/config.toml`."""
    return Configuration(Settings(database=Database(url=url)), Path("/agence/config.toml"))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("sqlite:///base.db", "sqlite:////agence/base.db"),
        ("sqlite:////donnees/base.db", "sqlite:////donnees/base.db"),
        ("sqlite:///base.db?mode=ro", "sqlite:////agence/base.db?mode=ro"),
        ("sqlite:///:memory:", "sqlite:///:memory:"),
        ("sqlite:///file:/x.db?mode=ro&uri=true", "sqlite:///file:/x.db?mode=ro&uri=true"),
        ("postgresql://u@h/b", "postgresql://u@h/b"),
    ],
)
def test_a_path_starts_at_the_folder_of_the_file(url: str, expected: str) -> None:
    """A relative path of the configuration does not depend on where the command is typed."""
    assert database_url(None, NO_SECRET, configured(url)) == expected


def test_what_is_typed_wins_then_the_variable_then_the_file() -> None:
    """`--base` is taken as typed, before the variable, before the configuration."""
    secret = Credentials(database_url="sqlite:///variable.db")
    file = configured("sqlite:///fichier.db")
    assert database_url("sqlite:///tapee.db", secret, file) == "sqlite:///tapee.db"
    assert database_url(None, secret, file) == "sqlite:///variable.db"


def test_without_anything_the_database_is_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    """With no address at all, the database lies in the user's data folder."""
    monkeypatch.setenv("XDG_DATA_HOME", "/maison")
    url = database_url(None, NO_SECRET, Configuration(Settings(), None))
    assert url == "sqlite:////maison/echeancier/echeancier.db"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://u@h:5432/b", "postgresql://u:p%40%2F%3A@h:5432/b"),
        ("postgresql://u:deja@h/b", "postgresql://u:deja@h/b"),
        ("postgresql://h/b", "postgresql://h/b"),
        ("sqlite:///a@b.db", "sqlite:///a@b.db"),
    ],
)
def test_a_password_is_put_in_last(url: str, expected: str) -> None:
    """The password is quoted into an address that has a user and no password of its own."""
    assert with_password(url, "p@/:") == expected


def test_secrets_never_show_themselves() -> None:
    """The representation of the secrets holds none of them."""
    secrets = Credentials("postgresql://u:abc@h/b", "def", "ghi", "jkl")
    assert not any(word in repr(secrets) for word in ("abc", "def", "ghi", "jkl"))
