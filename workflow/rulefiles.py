"""Rule files turned into procedures: every structural problem is kept, none stops the reading.

Used by `workflow.rulebook` and `workflow.verification`. What a file means as a whole is judged by
`workflow.checker`.
"""

from __future__ import annotations

import tomllib
from importlib.resources.abc import Traversable
from typing import Any

from workflow.causes import cause, toml_position
from workflow.checkfiles import read_check, read_eligibility
from workflow.errors import Problem
from workflow.fundingfiles import read_funding
from workflow.procedure import (
    Action,
    Count,
    DeadlineSpec,
    Direction,
    DocumentSpec,
    Edition,
    Example,
    Kind,
    LastStart,
    Portal,
    Procedure,
    Rule,
    SheetField,
    State,
    Unit,
)
from workflow.reading import Parts, Table
from workflow.specfiles import read_fact_spec, read_source


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
        procedure = read_file(directory, name, problems)
        if procedure is None:
            continue
        if procedure.id in procedures:
            problems.append(
                Problem(name, "id", f"« {procedure.id} » est déjà pris par un autre fichier.")
            )
        procedures[procedure.id] = procedure
    return procedures, problems


def read_file(directory: Traversable, name: str, problems: list[Problem]) -> Procedure | None:
    """Read a rule file and, when there is a folder of the same name, the other parts it holds.

    Args:
        directory: where rule files are.
        name: name of the file; `cipi.toml` is completed by every file of `cipi/`.
        problems: receives what is wrong.

    Returns:
        The procedure, or None when too much is missing for it to be judged as a whole.
    """
    before = len(problems)
    folder = directory.joinpath(name.removesuffix(".toml"))
    others = sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []
    tables = []
    for path, file in (
        (directory.joinpath(name), name),
        *((folder.joinpath(other), f"{folder.name}/{other}") for other in others),
    ):
        data = _parse(path, file, problems) if file.endswith(".toml") else None
        if data is not None:
            tables.append(Table(file, "", data, problems))
    if not tables or tables[0].file != name:
        return None
    procedure = _procedure(Parts(tables))
    for table in tables:
        table.close()
    sound = all(problem.harmless for problem in problems[before:])
    return procedure if sound else None


def _parse(path: Traversable, file: str, problems: list[Problem]) -> dict[str, Any] | None:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problems.append(
            Problem(
                file,
                "",
                f"le fichier n’est pas en UTF-8 (octet {error.start}) ; réenregistrez-le.",
            )
        )
        return None
    except OSError as error:
        problems.append(Problem(file, "", f"lecture impossible ({cause(error)})."))
        return None
    if not text.strip():
        problems.append(
            Problem(file, "", "le fichier est vide ; écrivez la procédure ou supprimez-le.")
        )
        return None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problems.append(
            Problem(file, "", f"TOML illisible ({toml_position(error)}) ; corrigez-le.")
        )
        return None


def _procedure(parts: Parts) -> Procedure:
    top = parts.main
    eligibility, funding = parts.table("eligibility"), parts.table("funding")
    deadlines = {id_: _deadline(id_, table) for id_, table in parts.tables("deadlines")}
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
        states={id_: _state(id_, table) for id_, table in parts.tables("states")},
        actions={id_: _action(id_, table) for id_, table in parts.tables("actions")},
        facts={id_: read_fact_spec(id_, table) for id_, table in parts.tables("facts")},
        documents={id_: _document(id_, table) for id_, table in parts.tables("documents")},
        deadlines=deadlines,
        editions=tuple(_edition(row) for row in parts.rows("editions", required=True)),
        portals=tuple(_portal(row) for row in parts.rows("portals")),
        examples=tuple(_example(row) for row in parts.rows("examples")),
        themes={str(id_): str(label) for id_, label in parts.raw("themes").items()},
        checks=tuple(read_check(row) for row in parts.rows("checks")),
        eligibility=read_eligibility(eligibility) if eligibility else None,
        sheets={id_: _sheet(table) for id_, table in parts.tables("sheets")},
        funding=read_funding(funding) if funding else None,
        chronology=parts.pairs("chronology"),
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


def _state(id_: str, table: Table) -> State:
    state = State(id_, table.text("label"), table.text("awaits"), table.flag("final"))
    table.close()
    return state


def _document(id_: str, table: Table) -> DocumentSpec:
    document = DocumentSpec(id_, table.text("label"), read_source(table), table.names("any_of"))
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
        source=read_source(row, checked=True),
        editions=frozenset(row.names("editions")),
        opens=_count(row.table("opens")),
        closes=_count(row.table("closes")),
        expects=_count(row.table("expects")),
        last_start=_last_start(last_start) if last_start else None,
        notes=row.names("notes"),
        unless_after=row.names("unless_after"),
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
    hours, share = table.decimal("hours"), table.exact("share")
    if (hours is None) == (share is None):
        table.problem("hours", "donnez soit `hours`, soit `share` et `share_of`, et pas les deux.")
    within = _count(table.table("within"))
    if within is None:
        table.problem("within", "clé absente ; donnez la période.")
        within = Count(Unit.MONTHS, Direction.WITHIN, 1)
    last_start = LastStart(
        hours,
        table.text("hours_per_day"),
        within,
        share,
        table.text("share_of") if share else None,
        table.optional_text("done"),
    )
    table.close()
    return last_start
