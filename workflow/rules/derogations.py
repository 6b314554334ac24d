"""What is decided for a while against a rule: deposits suspended, a window reopened.

Read by `workflow.rulefiles.procedures`, applied by `workflow.counting.derogations`; dated and sourced
like a rule.
"""

from __future__ import annotations

from datetime import date

from msgspec import Struct, field

from workflow.rules.fact_specs import Checked


class FactDays(Struct, frozen=True):
    """Days on which a fact may fall, both included.

    Args:
        fact: the fact.
        first: first day.
        last: last day.
    """

    fact: str
    first: date = field(name="from")
    last: date = field(name="until")


class Derogation(Struct, frozen=True):
    """A decision that holds from a day to another, both included.

    Args:
        id: its name.
        label: what it is called, in French.
        first: first day.
        last: last day.
        source: where it was decided.
        suspends: deadlines for which nothing can be deposited on these days.
        reopens: deadlines whose limit, when it falls on one of these days, is put back to the last.
        tells: deadlines that stay as they are; their explanation names it if their window meets its days.
        between: the days between which a fact falls for the files concerned; a limit is then put back
            whenever it falls before the last day. None concerns every file.
        notes: what a careful reader must know.
    """

    id: str
    label: str
    first: date = field(name="from")
    last: date = field(name="until")
    source: Checked
    suspends: frozenset[str] = frozenset()
    reopens: frozenset[str] = frozenset()
    tells: frozenset[str] = frozenset()
    between: FactDays | None = None
    notes: tuple[str, ...] = ()

    def covers(self, day: date) -> bool:
        """Tell whether a day is one of its days."""
        return self.first <= day <= self.last

    def meets(self, opens_on: date | None, last: date) -> bool:
        """Tell whether some of its days belong to a window that ends on a day."""
        return self.first <= last and (opens_on is None or opens_on <= self.last)
