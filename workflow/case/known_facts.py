"""Everything that is known of a case by name: what was typed, what the ledger says, what the company is.

Used wherever rules read facts (deadlines, checks, money), so that all of them see the same values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from workflow.case import ledger
from workflow.case.case import FactValue, HoursLine
from workflow.rules.procedure import Procedure


def known_values(
    procedure: Procedure,
    facts: Mapping[str, FactValue],
    lines: Iterable[HoursLine] = (),
    company: Mapping[str, FactValue] | None = None,
) -> Mapping[str, FactValue]:
    """Return the values of a case by name of fact.

    What the ledger says comes before what was typed, which comes before what the company is.

    Args:
        procedure: gives the facts that are read from the ledger or from the company.
        facts: facts of the case.
        lines: its ledger of hours.
        company: settings of the company, by name.
    """
    lines, settings = tuple(lines), company or {}
    if not lines and not settings:
        return facts
    values = {
        spec.id: settings[spec.company]
        for spec in procedure.facts.values()
        if spec.company is not None and spec.company in settings
    }
    values.update(facts)
    for spec in procedure.facts.values() if lines else ():
        derived = ledger.derive(lines, spec.derived) if spec.derived else None
        if derived is not None:
            values[spec.id] = derived
    return values
