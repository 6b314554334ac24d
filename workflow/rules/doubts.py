"""What a rule file holds for doubtful, with the question to ask, and what the house was answered.

Read by `workflow.rulefiles.procedures`; what an answer changes in the rules is worked out by
`workflow.rulefiles.settling`. A confirmation is about a rule, never about a person.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct, field

from workflow.rules.fact_specs import Checked, FactSpec, FactType

YES, NO = "oui", "non"
_NUMBERS = {
    FactType.INTEGER: re.compile(r"\d+"),
    FactType.NUMBER: re.compile(r"\d+(\.\d+)?"),
}


class Doubt(Struct, frozen=True):
    """Something that no source settles, and that the funder's adviser can.

    Args:
        id: how rules and confirmations call it.
        label: what is doubtful.
        question: what to ask.
        warning: what is said beside what rests on it, as long as nobody has confirmed it; may be empty.
        source: what leaves the doubt.
        type: what the answer is: yes or no, or a number that takes the place of the rule's.
        unit: unit of that number.
        editions: editions in which a number is doubtful; empty means every edition.
        says: by answer, the sentence of a check that rests on it.
    """

    id: str
    label: str
    question: str
    source: Checked
    warning: str = ""
    type: FactType = FactType.BOOLEAN
    unit: str = ""
    editions: frozenset[str] = frozenset()
    says: Mapping[str, str] = field(default_factory=dict)

    @property
    def asked(self) -> FactSpec:
        """The answer, as something to type."""
        return FactSpec(self.id, self.label, self.type, unit=self.unit)


MOST = {"h": 87_600, "jour": 3_650, "mois": 120, "€/h": 1_000}
"""The most that an answer makes sense for, by its unit: ten years, and a thousand euros for an hour."""


class Confirmation(Struct, frozen=True):
    """What the house was answered about a doubt, or that it takes this back; nothing is ever erased.

    Args:
        doubt: id of the doubt.
        value: the answer, as facts are stored.
        answered_on: day of the answer.
        until: last day on which it counts, None for as long as nothing else is said.
        answer: whose answer, and where it is: « courriel du conseiller ».
        by: id of the person who noted it.
        at: when (aware, UTC).
        withdrawn: True when it takes back the one before.
    """

    doubt: str
    value: str
    answered_on: date
    until: date | None
    answer: str
    by: str
    at: datetime
    withdrawn: bool = False


class DoubtState(StrEnum):
    """Where a doubt stands."""

    WAITING = "a_confirmer"
    CONFIRMED = "confirme"
    EXPIRED = "expire"


def can_be(doubt: Doubt, value: str) -> bool:
    """Tell whether an answer, as it is stored, is one that a doubt can have."""
    if doubt.type is FactType.BOOLEAN:
        return value in {YES, NO}
    if not _NUMBERS[doubt.type].fullmatch(value):
        return False
    return 0 < Decimal(value) <= MOST.get(doubt.unit, max(MOST.values()))


def standing(doubt: Doubt, confirmation: Confirmation | None, today: date) -> DoubtState:
    """Return where a doubt stands on a day, from the last that was noted of it.

    An answer that it cannot have, since the rules came to ask something else, is none.
    """
    if confirmation is None or confirmation.withdrawn or not can_be(doubt, confirmation.value):
        return DoubtState.WAITING
    if confirmation.until is not None and confirmation.until < today:
        return DoubtState.EXPIRED
    return DoubtState.CONFIRMED
