"""Delays that no text fixes: the agency chooses them, and the rule file that reads them declares them.

Read by `workflow.rulefiles.procedures`; the configuration (`[targets]`) may give another number.
"""

from __future__ import annotations

from msgspec import Struct

from workflow.rules.counts import Unit
from workflow.rules.fact_specs import Checked
from workflow.structures.written import Positive

MOST = {Unit.HOURS: 24, Unit.WORKING_DAYS: 250}
"""Units in which an agency chooses, with the most that makes sense: hours of a day, days of a year."""


class Target(Struct, frozen=True):
    """A delay that the agency chooses.

    Args:
        id: the name by which rules and configuration know it.
        label: what it is for, in French.
        unit: what it counts.
        default: the number that holds while the agency chooses none.
        source: what asks for the act, without saying when.
    """

    id: str
    label: str
    unit: Unit
    default: Positive
    source: Checked


class ChaseRule(Struct, frozen=True):
    """How a reply that does not come is asked for again.

    Args:
        fact: fact that holds the day of the last chase of what is awaited; a step forgets it.
        again: setting that says after how many working days the next one comes.
    """

    fact: str
    again: str
