"""Dates without a case: every deadline that some facts allow, and the worked examples of a file.

Used by `echeancier simuler` and by `workflow.trials.examples`. Reads and writes no case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from workflow.calendar.calendars import Closure
from workflow.case.case import Dates, Deadline, FactValue, civil
from workflow.counting.context import context_for, edition_for, ruled_by
from workflow.counting.odd_days import odd_days, odd_facts
from workflow.counting.ways_of_counting import Context, Sitting
from workflow.deadlines import start_checks
from workflow.deadlines.compute import every, rule_for
from workflow.errors import EcheancierError, InvalidInput, Reason, ReasonCode, nearest
from workflow.rulefiles.rulebook import Rulebook
from workflow.rules.procedure import Edition, Procedure
from workflow.text.os_errors import cause
from workflow.text.toml_text import UnreadableToml, read_toml
from workflow.wording.codec import deadline_json
from workflow.wording.fact_text import RawFact, read_facts

_UNCONFIRMED = (
    "Ce que la maison a fait confirmer n’est pas lu ici : ces dates suivent les seuls fichiers de "
    "règles."
)


class Simulation(Struct, frozen=True):
    """What the rules say of some facts."""

    procedure: str
    funder: str | None
    edition: str
    territory: str
    deadlines: tuple[Deadline, ...]
    warnings: tuple[str, ...]

    def as_json(self, id_: str | None = None) -> dict[str, Any]:
        """Return the contract's JSON object."""
        return {
            "id": id_,
            "procedure": self.procedure,
            "funder": self.funder,
            "edition": self.edition,
            "territory": self.territory,
            "deadlines": [deadline_json(deadline) for deadline in self.deadlines],
            "warnings": list(self.warnings),
        }


class ExampleResult(Struct, frozen=True):
    """One example of a file: what came out, or why nothing did, and what differs from what it expects."""

    id: str
    result: Simulation | EcheancierError
    differences: tuple[str, ...] = ()


def simulate(
    rulebook: Rulebook,
    procedure_id: str,
    facts: Mapping[str, RawFact],
    *,
    settings: Mapping[str, int],
    territory: str = "FR",
    funder: str | None = None,
    commissions: Iterable[date] = (),
    closures: tuple[Closure, ...] = (),
    now: datetime | None = None,
) -> Simulation:
    """Compute every deadline that some facts allow.

    `settings` are the configured delays by name; `now` lets it say what is already too late.
    Raises NotFound, InvalidInput: a name that nothing bears; a value that cannot be read.
    """
    days = tuple(commissions)
    procedure = ruled_by(rulebook.procedure(procedure_id), funder, days)
    context = context_for(procedure, territory, closures, settings, sessions=map(Sitting, days))
    typed = read_facts(procedure, facts, context.zone, None if now is None else context.today(now))
    if not typed:
        label = procedure.facts[procedure.reference_fact].label
        none = f"Aucun fait ; donnez au moins « {label} »"
        raise InvalidInput(Reason(ReasonCode.NO_FACT, none, {"fact": procedure.reference_fact}))
    edition = edition_for(procedure, typed, context)
    found = every(procedure, edition, typed, context)
    # Once something has happened, the window of the start is behind.
    ahead = found if all(procedure.facts[name].future for name in typed) else ()
    concerns = start_checks.start_concerns(procedure, ahead, typed, context, now)
    warnings = (
        *procedure.notes,
        *edition.notes,
        *unconfirmed(procedure, edition, typed, context),
        *(concern.text for concern in concerns),
        *odd_facts(procedure, typed, context),
        *odd_days((("La commission", day) for day in days), context.funder),
    )
    place = context.staff.territory.code
    return Simulation(procedure.id, funder, edition.id, place, found, warnings)


def unconfirmed(
    procedure: Procedure, edition: Edition, facts: Mapping[str, FactValue], context: Context
) -> Iterator[str]:
    """Say, without a base, that what the house had confirmed is not known, when a doubt touches the dates."""
    ruling = (rule_for(spec, edition, facts, context) for spec in procedure.deadlines.values())
    touching = (
        procedure.doubts[id_].editions
        for rule in ruling
        if rule and rule.deciding[0] in facts
        for id_ in rule.resting_on
    )
    if edition.doubts or any(not named or edition.id in named for named in touching):
        yield _UNCONFIRMED


def simulate_file(
    rulebook: Rulebook, path: Path, settings: Mapping[str, int]
) -> Iterator[ExampleResult]:
    """Run every `[[example]]` of a TOML file.

    Raises:
        InvalidInput: when the file cannot be read as such a list.
    """
    for number, row in enumerate(_example_rows(path), 1):
        yield trial(rulebook, row, number, settings)


def _example_rows(path: Path) -> list[Any]:
    try:
        data = read_toml(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise InvalidInput(
            f"{path} : lecture impossible ({cause(error)}) ; vérifiez le chemin."
        ) from None
    except UnicodeDecodeError:
        raise InvalidInput(f"{path} : le fichier n’est pas en UTF-8 ; réenregistrez-le.") from None
    except UnreadableToml as error:
        raise InvalidInput(f"{path} : TOML illisible ({error.where}) ; corrigez-le.") from None
    rows = data.get("example")
    if not isinstance(rows, list) or not rows:
        raise InvalidInput(f"{path} : aucun exemple ; il faut au moins une table [[example]].")
    return rows


def trial(rulebook: Rulebook, row: Any, number: int, settings: Mapping[str, int]) -> ExampleResult:
    """Run one example: a table with `procedure`, `facts` and what it expects."""
    id_ = str(row.get("id", number)) if isinstance(row, dict) else str(number)
    problem = _malformed(row)
    if problem:
        return ExampleResult(id_, InvalidInput(f"Exemple « {id_} » : {problem}."))
    try:
        result = simulate(
            rulebook,
            str(row["procedure"]),
            row["facts"],
            settings=settings,
            territory=str(row.get("territory", "FR")),
            funder=row.get("funder"),
            commissions=row.get("commissions", ()),
        )
        return ExampleResult(id_, result, differences(result, row.get("expect", {})))
    except EcheancierError as error:
        return ExampleResult(id_, error)


def _malformed(row: Any) -> str | None:
    """Return what a row lacks to be an example, or None."""
    if (
        not isinstance(row, dict)
        or not isinstance(row.get("facts"), dict)
        or "procedure" not in row
    ):
        return "il faut `procedure` et `facts`"
    if not all(isinstance(value, (str, int, date)) for value in row["facts"].values()):
        return "un fait est une date, un nombre, un texte, true ou false"
    expect = row.get("expect", {})
    if not isinstance(expect, dict) or not all(isinstance(part, dict) for part in expect.values()):
        return "`expect` est une table de dates par échéance"
    sessions = row.get("commissions", [])
    if not isinstance(sessions, list | tuple) or not all(isinstance(day, date) for day in sessions):
        return "`commissions` est une liste de dates"
    return None


_DATES = Dates.__struct_fields__


def differences(result: Simulation, expect: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    """Say what an example expects and did not get."""
    found = {deadline.id: deadline.dates for deadline in result.deadlines}
    lines = []
    for id_, fields in expect.items():
        for name, wanted in fields.items():
            if name not in _DATES:
                lines.append(f"{id_}.{name} : date inconnue{nearest(name, _DATES)}")
                continue
            got = getattr(found.get(id_), name, None)
            if not _same(got, wanted):
                lines.append(f"{id_}.{name} : attendu {_iso(wanted)}, calculé {_iso(got)}")
    return tuple(lines)


def _same(got: Any, wanted: Any) -> bool:
    if isinstance(got, datetime) and isinstance(wanted, datetime) and wanted.tzinfo is None:
        got = got.replace(tzinfo=None)
    elif isinstance(got, datetime) != isinstance(wanted, datetime) and isinstance(got, date):
        got = civil(got)
    same: bool = got == wanted
    return same


def _iso(value: Any) -> str:
    if value is None:
        return "rien"
    return value.isoformat() if isinstance(value, date) else str(value)
