"""The book of every procedure, read from the rule files and refused whole if one of them is wrong.

Used by the service, the simulation and the command line. Nothing is loaded half-right; who needs one
procedure alone, or the names of the agency's delays, reads no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from msgspec import Struct

from workflow.case.case import Case
from workflow.consistency.whole import all_problems
from workflow.errors import InvalidDefinition, Problem, one_named
from workflow.rulefiles.folder import RuleFolder
from workflow.rulefiles.forms import WALKER
from workflow.rulefiles.procedures import read_all
from workflow.rulefiles.settling import settled
from workflow.rules.doubts import Confirmation
from workflow.rules.procedure import Procedure
from workflow.rules.targets import Target
from workflow.structures.places import Reading
from workflow.structures.walker import WRONG

_SHIPPED: Final = files("workflow").joinpath("procedures")


class Rulebook(Struct, frozen=True):
    """Every procedure by its id."""

    procedures: Mapping[str, Procedure]

    def procedure(self, id_: str, funder: str | None = None) -> Procedure:
        """Return a procedure, as a funder rules it when one is given.

        Raises:
            NotFound: when no rule file describes it, or when it has no such funder.
        """
        procedure = one_named("Procédure", id_, self.procedures)
        if funder is None:
            return procedure
        return one_named(f"Financeur de la procédure « {id_} »", funder, procedure.funders)

    def of(self, case: Case) -> Procedure:
        """Return the procedure of a case, as its funder rules it.

        Raises:
            NotFound: when it has no such procedure, or not the state of the case.
        """
        procedure = self.procedure(case.procedure, case.funder)
        one_named(f"Dossier {case.ref}, état", case.state, procedure.states)
        return procedure

    def is_final(self, case: Case) -> bool:
        """Tell whether a case has reached a final state; raises like `of`."""
        return self.of(case).states[case.state].final

    def numbers(self, case: Case) -> tuple[str, ...]:
        """Return the numbers that others gave a case, by which it is found; raises like `of`."""
        specs, facts = self.of(case).facts, case.facts
        given = ((specs[name], facts[name]) for name in specs if name in facts)
        return tuple(one for spec, one in given if isinstance(one, str) and spec.type.finds)


def load_rulebook(directory: Path | None = None) -> Rulebook:
    """Read every rule file of a directory, by default those shipped with the program, all doubts standing.

    Raises:
        InvalidDefinition: with every problem of every file.
    """
    return _shipped() if directory is None else _settled(_load(directory), {}, date.min)


@lru_cache
def rulebook_of(procedure: str) -> Rulebook:
    """Return the book of one procedure shipped with the program; of all of them when no file bears its id.

    Raises:
        InvalidDefinition: with every problem of the files that say it.
    """
    book = _load(_SHIPPED, procedure)
    return _settled(book, {}, date.min) if procedure in book.procedures else load_rulebook()


@lru_cache(maxsize=1)
def declared_targets() -> Mapping[str, Target]:
    """Return the delays that the rules shipped with the program let an agency choose, by name."""
    problems: list[Problem] = []
    folder, found = RuleFolder(_SHIPPED, problems), dict[str, Target]()
    for file in folder.files(name for main in folder.names("") for name in folder.parts(main)):
        read = WALKER.reader(Mapping[str, Target])
        said = read(file.data.get("targets", {}), "targets", Reading(file.name, problems))
        found |= {} if said is WRONG else said
    return found


def house_rulebook(confirmations: Mapping[str, Confirmation], today: date) -> Rulebook:
    """Return the rules shipped with the program, as the house has had them confirmed.

    Args:
        confirmations: the last that was noted of each doubt, by its id.
        today: the day on which they count.
    """
    return _settled(_written(), confirmations, today) if confirmations else _shipped()


@lru_cache(maxsize=1)
def _written() -> Rulebook:
    return _load(_SHIPPED)


@lru_cache(maxsize=1)
def _shipped() -> Rulebook:
    return _settled(_written(), {}, date.min)


def _settled(book: Rulebook, confirmations: Mapping[str, Confirmation], today: date) -> Rulebook:
    procedures = book.procedures.items()
    return Rulebook({id_: settled(one, confirmations, today) for id_, one in procedures})


def _load(directory: Traversable, only: str | None = None) -> Rulebook:
    procedures, problems = read_all(directory, only)
    problems += all_problems(procedures.values())
    if problems:
        first = problems[0]
        raise InvalidDefinition(
            f"Règles inutilisables : {first}"
            + (f" Et {len(problems) - 1} autre(s) problème(s)." if len(problems) > 1 else "")
            + " Lancez « echeancier regles verifier » pour tout voir.",
            problems,
        )
    return Rulebook(procedures)
