"""Every worked example comes out of the rules as it was worked by hand, and so does a naive computation.

Runs `dates.toml` through `simulate_file` as `echeancier simuler --lot` does, one test an example. The
second opinion of `tests.support.core` starts from the facts of the file and knows nothing of `workflow`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.support import core
from workflow import verification
from workflow.procedure import Rule
from workflow.simulation import Simulation, Trial, simulate_file
from workflow.vocabulary import Source

FILE = Path(__file__).with_name("dates.toml")
EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    row["id"]: row for row in tomllib.loads(FILE.read_text(encoding="utf-8"))["example"]
}
TRIALS: Mapping[str, Trial] = {
    trial.id: trial for trial in simulate_file(core.rulebook(), FILE, core.SETTINGS)
}


@pytest.mark.parametrize("id_", EXAMPLES)
def test_the_rules_give_the_dates_worked_by_hand(id_: str) -> None:
    """The rules give every date of a worked example, with no deadline missing."""
    trial = TRIALS[id_]
    assert isinstance(trial.result, Simulation)
    found = {deadline.id for deadline in trial.result.deadlines}
    assert (trial.differences, set(EXAMPLES[id_]["expect"]) - found) == ((), set())


@pytest.mark.parametrize("id_", EXAMPLES)
def test_a_naive_count_gives_the_dates_worked_by_hand(id_: str) -> None:
    """Counting naively, one day after another, gives every date of a worked example too."""
    example = EXAMPLES[id_]
    counted = _second_opinion(example["facts"], example.get("territory", "FR"))
    expected = {
        (deadline, name): value
        for deadline, fields in example["expect"].items()
        for name, value in fields.items()
    }
    assert {key: counted[key] for key in expected} == expected


def test_every_example_bears_its_own_name() -> None:
    """No two examples of the file share an id, so that none hides another."""
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["example"]
    assert len(EXAMPLES) == len(rows) == len(TRIALS)


def test_the_examples_kept_beside_the_rules_hold() -> None:
    """The worked examples of the rule files themselves come out right, and nothing else is wrong there."""
    assert verification.check() == []


RULES: list[tuple[str, Rule]] = [
    (f"{procedure.id}.{spec.id}[{number}]", rule)
    for procedure in core.rulebook().procedures.values()
    for spec in procedure.deadlines.values()
    for number, rule in enumerate(spec.rules, 1)
]


@pytest.mark.parametrize("rule", [rule for _, rule in RULES], ids=[name for name, _ in RULES])
def test_every_rule_says_where_it_is_written(rule: Rule) -> None:
    """A dated rule quotes its document with lines, and says when somebody last looked."""
    source = rule.source
    assert all(part.strip() for part in (source.document, source.lines, source.quote))
    assert source.checked_on is not None


def test_every_quotation_is_complete() -> None:
    """Every source of a rule file, of a document or an edition as well, has a document, lines and a quote."""
    incomplete = [
        (where, source)
        for where, source in _sources()
        if not all(part.strip() for part in (source.document, source.lines, source.quote))
    ]
    assert incomplete == []


def test_every_source_table_is_read() -> None:
    """No source of a rule file is left aside: those read are those written, in every file."""
    folder = Path(str(files("workflow").joinpath("procedures")))
    written = {
        source
        for path in folder.rglob("*.toml")
        for source in _written(tomllib.loads(path.read_text(encoding="utf-8")))
    }
    read = {(source.document, source.lines, source.quote) for _, source in _sources()}
    assert read == written


def test_every_general_reading_names_its_source() -> None:
    """Each general reading shown as a warning has a document, lines and a quote of its own."""
    text = files("workflow").joinpath("conventions.toml").read_text(encoding="utf-8")
    readings = tomllib.loads(text)
    incomplete = [
        name
        for name, row in readings.items()
        if not all(row["source"][part].strip() for part in ("document", "lines", "quote"))
    ]
    assert (incomplete, sorted(readings)) == (
        [],
        ["clock_change", "extension", "internal", "short_month", "unknown_hour"],
    )


def _sources() -> Iterator[tuple[str, Source]]:
    for procedure in core.rulebook().procedures.values():
        yield from ((procedure.id, source) for source in _read(procedure))


def _read(value: object) -> Iterator[Source]:
    """Yield every source in a value, however deep."""
    if isinstance(value, Source):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from _read(getattr(value, field.name))
    elif isinstance(value, Mapping):
        yield from _read(tuple(value.values()))
    elif isinstance(value, tuple):
        for part in value:
            yield from _read(part)


def _written(value: object) -> Iterator[tuple[str, str, str]]:
    """Yield every table that has the keys of a source, however deep."""
    if isinstance(value, dict):
        if {"document", "lines", "quote"} <= value.keys():
            yield value["document"], value["lines"], value["quote"]
        yield from _written(list(value.values()))
    elif isinstance(value, list):
        for part in value:
            yield from _written(part)


def _second_opinion(
    facts: Mapping[str, date], territory: str
) -> dict[tuple[str, str], date | datetime]:
    """Count every date that the facts allow; hours are those of the wall, as in the file."""
    zone, staff = ZoneInfo(core.TERRITORIES[territory]), core.NaiveCalendar(territory)
    counted: dict[tuple[str, str], date | datetime] = {}
    if (start := facts.get("demarrage_formation")) is not None:
        instant = _instant(start, zone)
        counted["drf", "opens_on"] = core.naive_opening(instant.date())
        counted["drf", "strict"] = core.naive_strict_hours(instant).replace(tzinfo=None)
        counted["drf", "prudent"] = core.naive_prudent_before(instant.date(), staff)
    if (deposit := facts.get("drf_deposee_le")) is not None:
        instant = _instant(deposit, zone)
        counted["reponse_akto", "expected_at"] = core.naive_reply(instant).replace(tzinfo=None)
        counted["reponse_akto", "chase_on"] = core.naive_chase(instant.date(), staff)
    if (agreed := facts.get("drf_accordee_le")) is not None:
        strict = agreed
        for _ in range(61):
            strict += core.DAY
        counted["contrat", "strict"] = strict
        counted["contrat", "prudent"] = staff.last_up_to(strict)
    if (contract := facts.get("debut_contrat")) is not None:
        end = core.months_later(contract, 6)
        prudent = staff.last_up_to(end - core.DAY)
        per_day = core.SETTINGS["heures_par_jour"]
        counted["realisation", "strict"] = end
        counted["realisation", "prudent"] = prudent
        counted["mission", "strict"] = core.naive_last_start(end, 70, per_day, staff)
        counted["mission", "prudent"] = core.naive_last_start(prudent, 70, per_day, staff)
    return counted


def _instant(moment: date, zone: ZoneInfo) -> datetime:
    if isinstance(moment, datetime):
        return moment.replace(tzinfo=zone)
    return datetime.combine(moment, time.min, zone)
