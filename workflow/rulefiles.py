"""Rule files turned into procedures: every structural problem is kept, none stops the reading.

Used by `workflow.rulebook` and `workflow.verification`. What a file means as a whole is judged by
`workflow.checker`.
"""

from __future__ import annotations

import tomllib
from importlib.resources.abc import Traversable
from typing import Any

from workflow.causes import cause, toml_position
from workflow.errors import Problem
from workflow.procedure import (
    Action,
    Count,
    DeadlineSpec,
    Direction,
    DocumentSpec,
    Edition,
    Example,
    FactSpec,
    FactType,
    Kind,
    LastStart,
    Portal,
    Procedure,
    Rule,
    Source,
    State,
    Unit,
)
from workflow.reading import Table


def read_all(directory: Traversable) -> tuple[dict[str, Procedure], list[Problem]]:
    """Read every rule file of a directory; return what could be read and what is wrong."""
    procedures: dict[str, Procedure] = {}
    problems: list[Problem] = []
    if not directory.is_dir():
        return {}, [Problem(str(directory), "", "ce dossier de règles n’existe pas.")]
    names = sorted(entry.name for entry in directory.iterdir() if entry.name.endswith(".toml"))
    if not names:
        problems.append(Problem(str(directory), "", "aucun fichier de règles (*.toml)."))
    for name in names:
        procedure = read_file(directory.joinpath(name), problems)
        if procedure is None:
            continue
        if procedure.id in procedures:
            problems.append(
                Problem(name, "id", f"« {procedure.id} » est déjà pris par un autre fichier.")
            )
        procedures[procedure.id] = procedure
    return procedures, problems


def read_file(path: Traversable, problems: list[Problem]) -> Procedure | None:
    """Read one rule file; add what is wrong to `problems`.

    Returns:
        The procedure, or None when too much is missing for it to be judged as a whole.
    """
    data = _parse(path, problems)
    if data is None:
        return None
    before = len(problems)
    top = Table(path.name, "", data, problems)
    procedure = _procedure(top)
    top.close()
    sound = all(problem.harmless for problem in problems[before:])
    return procedure if sound else None


def _parse(path: Traversable, problems: list[Problem]) -> dict[str, Any] | None:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problems.append(
            Problem(
                path.name,
                "",
                f"le fichier n’est pas en UTF-8 (octet {error.start}) ; réenregistrez-le.",
            )
        )
        return None
    except OSError as error:
        problems.append(Problem(path.name, "", f"lecture impossible ({cause(error)})."))
        return None
    if not text.strip():
        problems.append(
            Problem(path.name, "", "le fichier est vide ; écrivez la procédure ou supprimez-le.")
        )
        return None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problems.append(
            Problem(path.name, "", f"TOML illisible ({toml_position(error)}) ; corrigez-le.")
        )
        return None


def _procedure(top: Table) -> Procedure:
    deadlines = {id_: _deadline(id_, table) for id_, table in top.tables("deadlines")}
    return Procedure(
        file=top.file,
        id=top.text("id"),
        name=top.text("name"),
        label=top.text("label"),
        funder_label=top.text("funder_label"),
        funder_territory=top.text("funder_territory"),
        prefix=top.text("prefix"),
        initial=top.text("initial"),
        reference_fact=top.text("reference_fact"),
        states={id_: _state(id_, table) for id_, table in top.tables("states")},
        actions={id_: _action(id_, table) for id_, table in top.tables("actions")},
        facts={id_: _fact(id_, table) for id_, table in top.tables("facts")},
        documents={id_: _document(id_, table) for id_, table in top.tables("documents")},
        deadlines=deadlines,
        editions=tuple(_edition(row) for row in top.rows("editions", required=True)),
        portals=tuple(_portal(row) for row in top.rows("portals")),
        examples=tuple(_example(row) for row in top.rows("examples")),
        chronology=top.pairs("chronology"),
        settings=frozenset(
            name
            for spec in deadlines.values()
            for rule in spec.rules
            for name in (
                *(count.setting for count in (rule.opens, rule.closes, rule.expects) if count),
                *((rule.last_start.hours_per_day,) if rule.last_start else ()),
            )
            if name
        ),
    )


def _source(table: Table, *, checked: bool = False) -> Source:
    """Read a source; what dates depend on must say when it was last checked."""
    row = table.required_table("source")
    source = Source(
        row.text("document"),
        row.text("lines"),
        row.text("quote"),
        row.day("checked_on", required=checked),
    )
    row.close()
    return source


def _state(id_: str, table: Table) -> State:
    state = State(id_, table.text("label"), table.text("awaits"), table.flag("final"))
    table.close()
    return state


def _fact(id_: str, table: Table) -> FactSpec:
    fact = FactSpec(
        id_,
        table.text("label"),
        table.choice("type", FactType, FactType.TEXT),
        table.flag("future"),
    )
    table.close()
    return fact


def _document(id_: str, table: Table) -> DocumentSpec:
    document = DocumentSpec(id_, table.text("label"), _source(table), table.names("any_of"))
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
    )
    table.close()
    return action


def _edition(row: Table) -> Edition:
    edition = Edition(
        row.text("id"),
        row.text("label"),
        row.day("valid_from"),
        row.day("valid_until"),
        _source(row, checked=True),
        row.names("notes"),
    )
    row.close()
    return edition


def _portal(row: Table) -> Portal:
    portal = Portal(row.text("name"), row.day("valid_from"), row.day("valid_until"), _source(row))
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
    )
    row.close()
    return example


def _deadline(id_: str, table: Table) -> DeadlineSpec:
    spec = DeadlineSpec(
        id=id_,
        label=table.text("label"),
        kind=table.choice("kind", Kind, Kind.REGULATORY),
        states=frozenset(table.names("states", required=True)),
        met_by=frozenset(table.names("met_by")),
        met_by_fact=table.optional_text("met_by_fact"),
        rules=tuple(_rule(row) for row in table.rows("rules", required=True)),
        portal=table.flag("portal"),
        checks_start=table.flag("checks_start"),
    )
    table.close()
    return spec


def _rule(row: Table) -> Rule:
    last_start = row.table("last_start")
    rule = Rule(
        anchors=row.names("anchors", required=True),
        source=_source(row, checked=True),
        editions=frozenset(row.names("editions")),
        opens=_count(row.table("opens")),
        closes=_count(row.table("closes")),
        expects=_count(row.table("expects")),
        last_start=_last_start(last_start) if last_start else None,
        notes=row.names("notes"),
    )
    ends = [end for end in (rule.closes, rule.expects, rule.last_start) if end]
    if not ends and not rule.opens:
        row.problem("closes", "aucune date ; donnez `opens`, `closes`, `expects` ou `last_start`.")
    if len(ends) > 1:
        row.problem("closes", "une seule fin par règle : `closes`, `expects` ou `last_start`.")
    row.close()
    return rule


def _count(table: Table | None) -> Count | None:
    if table is None:
        return None
    count = Count(
        unit=table.choice("unit", Unit, Unit.DAYS),
        direction=table.choice("direction", Direction, Direction.AFTER),
        number=table.number("number"),
        setting=table.optional_text("setting"),
        prudent_working_days=table.number("prudent_working_days"),
    )
    if (count.number is None) == (count.setting is None):
        table.problem("number", "donnez soit `number`, soit `setting`, et pas les deux.")
    if count.prudent_working_days and count.unit is not Unit.HOURS:
        table.problem("prudent_working_days", "cette marge n’est lue que par une règle en heures.")
    table.close()
    return count


def _last_start(table: Table) -> LastStart:
    hours = table.number("hours")
    if hours is None:
        table.problem("hours", "clé absente ; donnez le nombre d’heures à travailler.")
    within = _count(table.table("within"))
    if within is None:
        table.problem("within", "clé absente ; donnez la période.")
        within = Count(Unit.MONTHS, Direction.WITHIN, 1)
    last_start = LastStart(hours or 1, table.text("hours_per_day"), within)
    table.close()
    return last_start
