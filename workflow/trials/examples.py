"""Everything that can be wrong with the rule files, worked examples included.

Used by `echeancier regles verifier` and by the tests. Slower than loading, because it computes.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from workflow.consistency.whole import all_problems, problems_of
from workflow.errors import EcheancierError, Problem
from workflow.rulefiles.procedures import read_all
from workflow.rulefiles.rulebook import Rulebook
from workflow.rules.procedure import Procedure
from workflow.structures.places import placed
from workflow.trials.simulation import trial

EXAMPLE_SETTINGS: Mapping[str, int] = {"heures_par_jour": 7}
"""The hours of a day's work in the worked examples; the other delays do not enter them."""


def check(directory: Path | None = None) -> list[Problem]:
    """Return every problem of every rule file of a directory, by default those shipped."""
    procedures, problems = read_all(directory or files("workflow").joinpath("procedures"))
    problems += all_problems(procedures.values())
    for procedure in procedures.values():
        if not problems_of(procedure):
            problems += all_example_problems(procedure)
    return problems


def all_example_problems(procedure: Procedure) -> list[Problem]:
    """Run the worked examples of a procedure and those of each of its funders."""
    return [
        problem
        for one in (procedure, *procedure.funders.values())
        for problem in example_problems(one, Rulebook({procedure.id: procedure}))
    ]


def example_problems(procedure: Procedure, rulebook: Rulebook) -> list[Problem]:
    """Run the worked examples kept beside the rules; return each difference as a problem."""
    settings = dict.fromkeys(procedure.settings, 1) | dict(EXAMPLE_SETTINGS)
    problems = []
    for example in procedure.examples:
        row = {
            "id": example.id,
            "procedure": procedure.id,
            "facts": example.facts,
            "expect": example.expect,
            "territory": example.territory,
            "funder": procedure.funder,
            "commissions": example.commissions,
        }
        result = trial(rulebook, row, 0, settings)
        failed = result.differences
        if isinstance(result.result, EcheancierError):
            failed = (result.result.message,)
        where = placed(procedure.places, procedure.file, f"examples.{example.id}")
        problems += [Problem(*where, line) for line in failed]
    return problems
