"""Values that Typer does not read: pairs, counts, dates."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from cli.asking.invocation import read_count, read_day, read_named
from cli.terminal.failures import Doing
from cli.wiring.session import Session
from tests.support.cli import CONFIG
from workflow.errors import InvalidInput
from workflow.operations.requests import Takes, ask


def test_pairs_keep_what_follows_the_first_sign() -> None:
    """A value may hold an equals sign and spaces."""
    facts = ask("fait=", Takes.FACT, "")
    assert read_named(facts, ["a=b=c d", " x =1"]) == {"a": "b=c d", "x": "1"}
    assert read_named(facts, ()) == {}


@pytest.mark.parametrize("typed", ["", "x", "-1", "1.5", "0x1", "²", "99999999"])
def test_a_count_that_is_none_is_refused(typed: str) -> None:
    """Only a plain whole number of a sensible size is taken."""
    with pytest.raises(InvalidInput, match="nombre entier"):
        read_count("--jours", typed)


def test_a_count_has_a_least_value() -> None:
    """Zero is a number of days, not a number of lines."""
    assert read_count("--jours", "0") == 0
    assert read_count("--jours", None) is None
    with pytest.raises(InvalidInput, match="au moins 1"):
        read_count("--limite", "0", least=1)


@pytest.mark.parametrize(
    "typed",
    ["08/09/2026", "8/9/2026", "2026-09-08", "mardi 8 septembre 2026", "demain", "+1j", "8/9"],
)
def test_a_date_is_read_as_staff_write_it(typed: str, tmp_path: Path) -> None:
    """Every usual way of writing a day gives the same day, counted from the present if need be."""
    config = CONFIG.format(transport="fichier", port=25)
    (tmp_path / "config.toml").write_text(config, encoding="utf-8")
    noon = datetime(2026, 9, 7, 12, tzinfo=UTC)
    session = Session(Doing(()), lambda: noon, {}, tmp_path / "config.toml")
    assert read_day(session, "--commission", typed) == date(2026, 9, 8)
