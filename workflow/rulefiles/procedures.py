"""Rule files turned into procedures: every structural problem is kept, none stops the reading.

Used by `workflow.rulefiles.rulebook` and `workflow.usecases.examples`. What a file means as a whole is
judged by `workflow.rulefiles.consistency`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from importlib.resources.abc import Traversable
from typing import TypeVar

from msgspec.structs import replace

from workflow.errors import Problem
from workflow.rulefiles.checks import read_check, read_eligibility
from workflow.rulefiles.deadlines import read_deadline, read_evidence
from workflow.rulefiles.facts import read_fact_spec, read_source
from workflow.rulefiles.folder import RuleFolder
from workflow.rulefiles.funding import read_funding
from workflow.rulefiles.references import read_references
from workflow.rulefiles.seniority import read_seniority
from workflow.rulefiles.toml_reader import Parts, Table
from workflow.rules.counts import Count, Unit
from workflow.rules.derogations import Derogation
from workflow.rules.procedure import (
    Action,
    DeadlineSpec,
    DocumentSpec,
    Edition,
    Example,
    Planning,
    Portal,
    Procedure,
    SheetField,
    State,
)
from workflow.rules.references import Unavailable
from workflow.rules.targets import Target

Part = TypeVar("Part")


def read_all(directory: Traversable) -> tuple[dict[str, Procedure], list[Problem]]:
    """Read every rule file of a directory; return what could be read and what is wrong."""
    procedures: dict[str, Procedure] = {}
    problems: list[Problem] = []
    if not directory.is_dir():
        return {}, [Problem(str(directory), "", "ce dossier de règles n’existe pas.")]
    folder = RuleFolder(directory, problems)
    names = folder.names("")
    if not names:
        problems.append(Problem(str(directory), "", "aucun fichier de règles (*.toml)."))
    for name in names:
        procedure = read_file(folder, name)
        if procedure is None:
            continue
        if procedure.id in procedures:
            problems.append(
                Problem(name, "id", f"« {procedure.id} » est déjà pris par un autre fichier.")
            )
        procedures[procedure.id] = procedure
    # What a file says is read again with each one that extends it.
    return procedures, list(dict.fromkeys(problems))


def read_file(folder: RuleFolder, name: str) -> Procedure | None:
    """Read a rule file and, when there is a folder of the same name, the other parts it holds.

    Args:
        folder: where rule files are, and what receives what is wrong.
        name: name of the file; `cipi.toml` is completed by every file of `cipi/`, and ruled in its
            own way by each funder of `cipi/funders/`.

    Returns:
        The procedure, or None when too much is missing for it to be judged as a whole.
    """
    problems = folder.problems
    before, stem = len(problems), name.removesuffix(".toml")
    tops = folder.tops([name, *folder.names(f"{stem}/")])
    if not tops or tops[0].file != name:
        return None
    procedure = _procedure(Parts(tops))
    funders = {}
    for file in folder.names(f"{stem}/funders/"):
        own = folder.tops([file])
        funder = own and _procedure(Parts([own[0], *tops], own[0]), procedure)
        if funder and funder.funder:
            funders[funder.funder] = funder
        _close(own)
    _close(tops)
    # What several funders share is read with each of them.
    problems[before:] = dict.fromkeys(problems[before:])
    sound = all(problem.harmless for problem in problems[before:])
    return replace(procedure, funders=funders) if sound else None


def _close(tops: Iterable[Table]) -> None:
    for top in tops:
        top.close()


def _procedure(parts: Parts, shared: Procedure | None = None) -> Procedure:
    """Read a procedure; `shared` is the same without its funder, whose checks are not read again."""
    top, funder = parts.main, parts.over
    checks = [read_check(row) for row in (funder or parts).rows("checks")]
    deadlines = {id_: read_deadline(id_, table) for id_, table in parts.tables("deadlines")}
    procedure = Procedure(
        file=top.file,
        id=top.text("id"),
        name=top.text("name"),
        label=top.text("label"),
        funder_label=funder.text("label") if funder else top.text("funder_label"),
        funder=funder.text("funder") if funder else None,
        notes=(*top.names("notes"), *(funder.names("notes") if funder else ())),
        funder_territory=top.text("funder_territory"),
        prefix=top.text("prefix"),
        ended=top.optional_text("ended"),
        initial=top.text("initial"),
        reference_fact=top.text("reference_fact"),
        states={id_: _state(id_, table) for id_, table in parts.tables("states")},
        actions=_actions(parts),
        unavailable=_unavailable(parts),
        facts={id_: read_fact_spec(id_, table) for id_, table in parts.tables("facts")},
        documents={id_: _document(id_, table) for id_, table in parts.tables("documents")},
        deadlines=deadlines,
        editions=tuple(_edition(row) for row in parts.rows("editions", required=True)),
        portals=tuple(_portal(row) for row in parts.rows("portals")),
        examples=tuple(_example(row) for row in (funder or parts).rows("examples")),
        planning=_maybe(_planning, parts.table("planning")),
        themes={str(id_): str(label) for id_, label in parts.raw("themes").items()},
        checks=(*checks, *(shared.checks if shared else ())),
        eligibility=_maybe(read_eligibility, parts.table("eligibility")),
        sheets={id_: _sheet(table) for id_, table in parts.tables("sheets")},
        seniority=_maybe(read_seniority, parts.table("seniority")),
        funding=_maybe(read_funding, parts.table("funding")),
        chronology=parts.pairs("chronology"),
        settings=_settings(deadlines.values()),
        places=dict(top.places),
    )
    return _beside(procedure, parts)


def _beside(procedure: Procedure, parts: Parts) -> Procedure:
    """Return a procedure with what stands beside its rules."""
    return replace(
        procedure,
        targets={id_: _target(id_, table) for id_, table in parts.tables("targets")},
        derogations=tuple(_derogation(row) for row in parts.rows("derogations")),
        references=read_references(parts),
    )


def _settings(deadlines: Iterable[DeadlineSpec]) -> frozenset[str]:
    """Return the names of the configured delays that some deadlines read."""
    numbers = (one for spec in deadlines for rule in spec.rules for _, one in rule.numbers())
    named = (one.setting if isinstance(one, Count) else one.hours_per_day for one in numbers)
    return frozenset(name for name in named if name)


def _target(id_: str, table: Table) -> Target:
    default = table.number("default")
    if "default" not in table.data:
        table.problem("default", "clé absente ; ajoutez-la.")
    unit, label = table.choice("unit", Unit, Unit.WORKING_DAYS), table.text("label")
    target = Target(id_, label, unit, default or 1, read_source(table, checked=True))
    table.close()
    return target


def _state(id_: str, table: Table) -> State:
    label, awaits = table.text("label"), table.text("awaits")
    state = State(id_, label, awaits, table.flag("final"), table.flag("setback"))
    table.close()
    return state


def _document(id_: str, table: Table) -> DocumentSpec:
    document = DocumentSpec(
        id_,
        table.text("label"),
        read_source(table),
        table.names("any_of"),
        table.names("items"),
        table.optional_text("online") or "",
    )
    table.close()
    return document


def _action(id_: str, table: Table) -> Action:
    transitions = {str(state): str(target) for state, target in table.raw("transitions").items()}
    sources, target = table.names("from"), table.optional_text("to")
    if target is not None:
        transitions |= dict.fromkeys(sources, target)
    if sources and target is None and transitions:
        table.problem("from", "sans effet à côté de `transitions` ; retirez-la ou donnez `to`.")
    if not transitions:
        table.problem("from", "aucune transition ; donnez `from` et `to`, ou `transitions`.")
    action = Action(
        id_,
        table.text("label"),
        transitions,
        table.text("dated_by"),
        table.names("needs"),
        table.names("documents"),
        table.optional_text("window"),
        read_evidence(table),
        table.names("forgets"),
    )
    table.close()
    return action


def _actions(parts: Parts) -> dict[str, Action]:
    """Read every action; one that the funder does not know leads nowhere."""
    never = _unavailable(parts)
    found = {id_: _action(id_, table) for id_, table in parts.tables("actions")}
    return {
        id_: replace(one, transitions={}) if id_ in never else one for id_, one in found.items()
    }


def _unavailable(parts: Parts) -> dict[str, Unavailable]:
    never = {}
    for id_, table in parts.tables("unavailable"):
        never[id_] = Unavailable(table.text("say"), read_source(table, checked=True))
        table.close()
    return never


def _maybe(read: Callable[[Table], Part], table: Table | None) -> Part | None:
    """Read a part of a procedure that has not always one."""
    return None if table is None else read(table)


def _planning(table: Table) -> Planning:
    planning = Planning(
        table.text("deposit"),
        table.text("reply"),
        table.names("deposit_facts", required=True),
        table.optional_text("session_fact"),
    )
    table.close()
    return planning


def _sheet(table: Table) -> tuple[SheetField, ...]:
    fields = tuple(_field(row) for row in table.rows("fields", required=True))
    table.close()
    return fields


def _field(row: Table) -> SheetField:
    field = SheetField(
        row.text("label"),
        row.text("value"),
        row.optional_text("note") or "",
        row.flag("optional"),
    )
    row.close()
    return field


def _edition(row: Table) -> Edition:
    edition = Edition(
        row.text("id"),
        row.text("label"),
        row.day("valid_from"),
        row.day("valid_until"),
        read_source(row, checked=True),
        row.names("notes"),
    )
    row.close()
    return edition


def _derogation(row: Table) -> Derogation:
    derogation = Derogation(
        row.text("id"),
        row.text("label"),
        row.day("from", required=True) or date.min,
        row.day("until", required=True) or date.max,
        frozenset(row.names("suspends")),
        frozenset(row.names("reopens")),
        read_source(row, checked=True),
        frozenset(row.names("tells")),
        _between(row.table("between")),
        row.names("notes"),
    )
    row.close()
    return derogation


def _between(table: Table | None) -> tuple[str, date, date] | None:
    if table is None:
        return None
    first, last = table.day("from", required=True), table.day("until", required=True)
    between = table.text("fact"), first or date.min, last or date.max
    table.close()
    return between


def _portal(row: Table) -> Portal:
    portal = Portal(
        row.text("name"), row.day("valid_from"), row.day("valid_until"), read_source(row)
    )
    row.close()
    return portal


def _example(row: Table) -> Example:
    example = Example(
        row.text("id"),
        row.text("deadline"),
        dict(row.raw("facts")),
        dict(row.raw("expect")),
        row.text("territory", "FR"),
        row.optional_text("note") or "",
        row.days("commissions"),
    )
    row.close()
    return example
