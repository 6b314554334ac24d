"""Rule files turned into procedures: every structural problem is kept, none stops the reading.

Used by `workflow.rulefiles.rulebook` and `workflow.trials.examples`. What a file means as a whole is
judged by `workflow.consistency.whole`.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources.abc import Traversable
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from workflow.errors import Problem
from workflow.rulefiles.folder import RuleFolder
from workflow.rulefiles.forms import WALKER
from workflow.rulefiles.parts import OF_FUNDER, RuleFile, Whole
from workflow.rules.procedure import Procedure
from workflow.structures.places import Reading
from workflow.structures.walker import WRONG

Known = dict[tuple[int, object], tuple[Any, Any]]
"""Tables already read: what funders share is read once."""


class _Funder(Struct, frozen=True):
    """What the file of a funder says of it."""

    funder: str
    label: str
    notes: tuple[str, ...] = ()


def read_all(
    directory: Traversable, only: str | None = None
) -> tuple[dict[str, Procedure], list[Problem]]:
    """Read every rule file of a directory, or that of one procedure when it is there.

    Returns:
        What could be read, by id, and what is wrong.
    """
    procedures: dict[str, Procedure] = {}
    problems: list[Problem] = []
    if not directory.is_dir():
        return {}, [Problem(str(directory), "", "ce dossier de règles n’existe pas.")]
    folder = RuleFolder(directory, problems)
    names = folder.names("")
    if not names:
        problems.append(Problem(str(directory), "", "aucun fichier de règles (*.toml)."))
    for name in (f"{only}.toml",) if f"{only}.toml" in names else names:
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
    files = folder.files(folder.parts(name))
    if not files or files[0].name != name:
        return None
    known: Known = {}
    procedure = _procedure(Whole(files, files[0], None, problems), known)
    ruled = [
        _ruled(files, funder, problems, known)
        for funder in folder.files(folder.names(f"{stem}/funders/"))
    ]
    # What several funders share is read with each of them.
    problems[before:] = dict.fromkeys(problems[before:])
    if not all(problem.harmless for problem in problems[before:]):
        return None
    return replace(procedure, funders={one.funder: one for one in ruled})


def _ruled(
    files: Sequence[RuleFile], funder: RuleFile, problems: list[Problem], known: Known
) -> Procedure | Any:
    """Read a procedure as a funder rules it: its examples are its own, its notes come last."""
    named = {key: value for key, value in funder.data.items() if key in OF_FUNDER}
    reading = Reading(funder.name, problems, funder.places)
    said = WALKER.whole(WALKER.shape(_Funder), named, "", reading)
    main, *parts = (one.without("examples") for one in files)
    if said is not WRONG:
        notes = [*main.data.get("notes", []), *said.notes]
        main = main.saying(funder_label=said.label, notes=notes)
    whole = Whole([funder, main, *parts], main, funder, problems)
    return _procedure(whole, known, None if said is WRONG else said.funder)


def _procedure(whole: Whole, known: Known, funder: str | None = None) -> Procedure | Any:
    whole.join()
    main = whole.main
    reading = Reading(main.name, whole.problems, whole.places, known)
    given = {"file": main.name, "funder": funder, "extends": main.base, "places": whole.places}
    procedure = WALKER.whole(WALKER.shape(Procedure), whole.data, "", reading, **given)
    if procedure is WRONG or not procedure.unavailable:
        return procedure
    # An action that the funder does not know leads nowhere.
    actions = procedure.actions.items()
    never = {
        id_: replace(one, transitions={}) for id_, one in actions if id_ in procedure.unavailable
    }
    return replace(procedure, actions={**procedure.actions, **never})
