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
        tells: deadlines that stay as they are; their explanation names it if their window meets its days.
        between: fact and the two days between which it falls for the files concerned; a limit is then put
            back whenever it falls before the last day. None concerns every file.
        notes: what a careful reader must know.
    """

    id: str
    label: str
    first: date
    last: date
    suspends: frozenset[str]
    reopens: frozenset[str]
    source: Source
    tells: frozenset[str] = frozenset()
    between: tuple[str, date, date] | None = None
    notes: tuple[str, ...] = ()

    def covers(self, day: date) -> bool:
        """Tell whether a day is one of its days."""
        return self.first <= day <= self.last

    def meets(self, opens_on: date | None, last: date) -> bool:
        """Tell whether some of its days belong to a window that ends on a day."""
        return self.first <= last and (opens_on is None or opens_on <= self.last)
