"""What is decided for a while against a rule: deposits suspended, a window reopened.

Read by `workflow.rulefiles.procedures`, applied by `workflow.deadlines.derogations`; dated and sourced
like a rule.
"""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from workflow.rules.fact_specs import Source


class Derogation(Struct, frozen=True):
    """A decision that holds from a day to another, both included.

    Args:
        id: its name.
        label: what it is called, in French.
        first: first day.
        last: last day.
        suspends: deadlines for which nothing can be deposited on these days.
        reopens: deadlines whose limit, when it falls on one of these days, is put back to the last.
        source: where it was decided.
    """

    id: str
    label: str
    first: date
    last: date
    suspends: frozenset[str]
    reopens: frozenset[str]
    source: Source

    def covers(self, day: date) -> bool:
        """Tell whether a day is one of its days."""
        return self.first <= day <= self.last
