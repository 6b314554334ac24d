"""Every worked example comes out of the rules as it was worked by hand, and so does a naive computation.

Runs `dates.toml` through `simulate_file` as `echeancier simuler --lot` does, one test an example. The
second opinion of `tests.support.core` starts from the facts of the file and knows nothing of `workflow`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec import Struct
from msgspec.structs import fields

from tests.support import core
from workflow.rules.deadline_rules import Rule
from workflow.rules.fact_specs import Source
from workflow.trials import examples
from workflow.trials.simulation import ExampleResult, Simulation, simulate_file

FILE = Path(__file__).with_name("dates.toml")
EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    row["id"]: row for row in tomllib.loads(FILE.read_text(encoding="utf-8"))["example"]
}
TRIALS: Mapping[str, ExampleResult] = {
    trial.id: trial for trial in simulate_file(core.rulebook(), FILE, {})
}


CIPI: Mapping[str, Any] = tomllib.loads(
    files("workflow").joinpath("procedures/cipi.toml").read_text(encoding="utf-8")
)["deadlines"]
"""The deadlines of the CIPI as they are written: their numbers, and nothing of how they are counted."""

DOCUMENTS_WITHIN = 10
"""Working days in which documents are handed over, where the agency chooses no other number."""


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
    counted = OPINIONS[example["procedure"]](example)
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
    assert examples.check() == []


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
    text = files("workflow").joinpath("counting/conventions.toml").read_text(encoding="utf-8")
    readings = tomllib.loads(text)
    incomplete = [
        name
        for name, row in readings.items()
        if not all(row["source"][part].strip() for part in ("document", "lines", "quote"))
    ]
    assert (incomplete, sorted(readings)) == (
        [],
        [
            "broken_reading",
            "clock_change",
            "extension",
            "internal",
            "no_calendar",
            "no_session",
            "short_month",
            "unknown_deciding_date",
            "unknown_hour",
        ],
    )


def _sources() -> Iterator[tuple[str, Source]]:
    for procedure in core.rulebook().procedures.values():
        yield from ((procedure.id, source) for source in _read(procedure))


def _read(value: object) -> Iterator[Source]:
    """Yield every source in a value, however deep."""
    if isinstance(value, Source):
        yield value
    elif isinstance(value, Struct):
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


def _opinion_on_cipi(example: Mapping[str, Any]) -> dict[tuple[str, str], date | datetime]:
    """Count every date that the facts allow; hours are those of the wall, as in the file."""
    facts, territory = example["facts"], example.get("territory", "FR")
    zone, staff = ZoneInfo(core.TERRITORIES[territory]), core.NaiveCalendar(territory)
    careful = core.NaiveCalendar(territory, careful=True)
    counted: dict[tuple[str, str], date | datetime] = {}
    if (start := facts.get("demarrage_formation")) is not None:
        instant = _instant(start, zone)
        opens, hours = (_written_number("drf", key, instant.date()) for key in ("opens", "closes"))
        counted["drf", "opens_on"] = core.naive_opening(instant.date(), opens)
        counted["drf", "strict"] = core.naive_strict_hours(instant, hours).replace(tzinfo=None)
        counted["drf", "prudent"] = core.naive_prudent_before(instant.date(), careful)
    if (deposit := facts.get("drf_deposee_le")) is not None:
        instant = _instant(deposit, zone)
        hours = _written_number("reponse_akto", "expects", instant.date())
        reply = core.naive_reply(instant, hours=hours)
        counted["reponse_akto", "expected_at"] = reply.replace(tzinfo=None)
        counted["reponse_akto", "chase_on"] = core.naive_chase(instant.date(), staff, hours=hours)
    if (agreed := facts.get("drf_accordee_le")) is not None:
        strict = agreed
        for _ in range(_written_number("contrat", "closes", agreed)):
            strict += core.DAY
        counted["contrat", "strict"] = strict
        counted["contrat", "prudent"] = staff.careful_last(strict)
    if ends := [facts[name] for name in ("fin_formation", "fin_parcours") if name in facts]:
        handed = staff.walk(max(ends), DOCUMENTS_WITHIN)
        counted["remise_documents", "prudent"] = staff.careful_last(handed)
    if (contract := facts.get("debut_contrat")) is not None:
        end = core.months_later(contract, _written_number("realisation", "closes", contract))
        prudent = staff.careful_last(end - core.DAY)
        per_day = core.SETTINGS["heures_par_jour"]
        counted["realisation", "strict"] = end
        counted["realisation", "prudent"] = prudent
        counted["mission", "strict"] = core.naive_last_start(end, 70, per_day, staff)
        counted["mission", "prudent"] = core.naive_last_start(prudent, 70, per_day, careful)
    return counted


def _written_number(deadline: str, key: str, day: date) -> int:
    """Return the number that a rule of the CIPI gives on a day: the last one whose day has come."""
    count = CIPI[deadline]["rules"][0][key]
    dated = [value["number"] for value in count.get("values", ()) if value["from"] <= day]
    return int([count["number"], *dated][-1])


def _instant(moment: date, zone: ZoneInfo) -> datetime:
    if isinstance(moment, datetime):
        return moment.replace(tzinfo=zone)
    return datetime.combine(moment, time.min, zone)


class Sheet(Struct, frozen=True):
    """What the sheet gives for an OPACIF, written again: months before the start and before a session."""

    opens: int | None = None
    closes: int | None = None
    """25 stands for « 2 mois ½ »."""
    before: int | None = None
    gap: int = 1
    """Days between the session and the start, at least."""
    blackouts: frozenset[int] = frozenset()


SHEETS = {
    "fafsea": Sheet(4, 1, 1),
    "fongecif-bfc": Sheet(6, 25, 2, 15, frozenset({1, 8})),
    "fongecif-ara": Sheet(None, 1, 1, 1, frozenset({8})),
    "opcalim": Sheet(6, 3, 1),
    "unifaf": Sheet(None, 2),
    "uniformation": Sheet(None, 3),
    "afdas": Sheet(),
    "agecif-cama": Sheet(),
    "unagecif": Sheet(),
}

Counted = dict[tuple[str, str], date | datetime]


def _opinion_on_cif(example: Mapping[str, Any]) -> Counted:
    """Count the dates of a CIF-CDD, session after session and day after day."""
    staff = core.NaiveCalendar(example.get("territory", "FR"))
    facts, sheet = example["facts"], SHEETS[example["funder"]]
    counted: Counted = {}
    start = facts["demarrage_formation"]
    if sheet.opens:
        counted["depot", "opens_on"] = core.naive_opening(start, sheet.opens)
    closes = 2 if facts.get("post_vae") else sheet.closes
    if closes:
        limits = _before_start(start, closes)
        session = _last_session(example.get("commissions", ()), start, sheet)
        if sheet.before and session:
            limits.append(core.months_later(session, -sheet.before))
            counted["depot", "commission"] = session
        elif sheet.before and (sheet.gap > 1 or (start - core.DAY).month in sheet.blackouts):
            day = start - sheet.gap * core.DAY
            while day.month in sheet.blackouts:
                day -= core.DAY
            limits.append(core.months_later(day, -sheet.before))
        counted["depot", "strict"] = min(limits)
        counted["depot", "prudent"] = staff.careful_last(min(limits) - core.DAY)
    if (received := facts.get("dossier_recu_le")) is not None:
        months = 2 if example["funder"] == "unifaf" or facts.get("prioritaire") else 6
        counted |= _reply("reponse", core.months_later(received, months), staff)
    if (session := facts.get("commission_le")) is not None:
        counted |= _reply("reponse", session + core.DAY, staff)
    if (refused := facts.get("refus_notifie_le")) is not None:
        counted |= _after("recours", core.months_later(refused, 2), staff)
    if (ended := facts.get("fin_dernier_cdd")) is not None:
        counted |= _after("demarrage_max", core.months_later(ended, 12), staff)
    return counted


def _before_start(start: date, months: int) -> list[date]:
    """Return the last day by each reading of the months before a start."""
    if months != 25:
        return [core.months_later(start, -months)]
    return [
        _days_back(core.months_later(start, -2), 15),
        core.months_later(_days_back(start, 15), -2),
        _days_back(start, 75),
    ]


def _days_back(day: date, number: int) -> date:
    for _ in range(number):
        day -= core.DAY
    return day


def _last_session(sessions: Iterable[date], start: date, sheet: Sheet) -> date | None:
    """Return the last session that meets early enough, in a month that has one, once deposit is open."""
    usable = [
        day
        for day in sessions
        if day <= _days_back(start, sheet.gap)
        and day.month not in sheet.blackouts
        and (
            not sheet.opens
            or core.months_later(day, -(sheet.before or 0))
            >= core.naive_opening(start, sheet.opens)
        )
    ]
    return max(usable, default=None)


def _opinion_on_ptp(example: Mapping[str, Any]) -> Counted:
    """Count the dates of a PTP, one day after another."""
    staff = core.NaiveCalendar(example.get("territory", "FR"))
    facts = example["facts"]
    months = facts.get("interruption_mois")
    asked = _days_back(
        facts["demarrage_formation"], 60 if months is not None and months < 6 else 120
    )
    counted: Counted = {
        ("demande_conge", "strict"): asked,
        ("demande_conge", "prudent"): staff.careful_last(asked - core.DAY),
    }
    if (received := facts.get("demande_recue_le")) is not None:
        day = received
        for _ in range(30):
            day += core.DAY
        counted |= _reply("reponse_employeur", day, staff)
    if (refused := facts.get("refus_envoye_le")) is not None:
        counted |= _after("recours", core.months_later(refused, 2), staff)
    if (appealed := facts.get("recours_depose_le")) is not None:
        counted |= _reply("reponse_recours", core.months_later(appealed, 2), staff)
    if (ended := facts.get("fin_contrat")) is not None:
        counted |= _after("demarrage_max", core.months_later(ended, 6), staff)
    if (ends := facts.get("fin_formation")) is not None:
        told = core.months_later(ends, -3)
        counted["notification_retour", "strict"] = told
        counted["notification_retour", "prudent"] = staff.careful_last(told - core.DAY)
    return counted


def _reply(deadline: str, expected: date, staff: core.NaiveCalendar) -> Counted:
    """Return a reply, and the first working day after it."""
    return {
        (deadline, "expected_at"): expected,
        (deadline, "chase_on"): staff.first_from(expected + core.DAY),
    }


def _after(deadline: str, strict: date, staff: core.NaiveCalendar) -> Counted:
    """Return a limit that runs forward, pulled back to a working day."""
    return {(deadline, "strict"): strict, (deadline, "prudent"): staff.careful_last(strict)}


def _opinion_on_reconversion(example: Mapping[str, Any]) -> Counted:
    """Count the dates of a période de reconversion, one day after another."""
    staff, facts = core.NaiveCalendar(example.get("territory", "FR")), example["facts"]
    start = facts["debut_reconversion"]
    opens = _days_back(start, 30)
    counted: Counted = {
        ("depot", "opens_on"): opens,
        ("depot", "strict"): start - core.DAY,
        ("depot", "prudent"): staff.first_from(opens),
    }
    if (received := facts.get("dossier_recu_le")) is not None:
        counted |= _reply("reponse", received + 20 * core.DAY, staff)
    if (broken := facts.get("rupture_le")) is not None:
        counted |= _after("rupture", broken + 30 * core.DAY, staff)
    return counted


OPINIONS = {
    "cipi": _opinion_on_cipi,
    "cif-cdd": _opinion_on_cif,
    "ptp": _opinion_on_ptp,
    "reconversion": _opinion_on_reconversion,
}
