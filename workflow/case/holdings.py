"""What a file holds beside its facts and its state: steps, papers, lines, as they leave and come back.

Made by `workflow.acts.restoring` of a case, and by `workflow.imports.holding_tables` of tables. Never what is
restricted, nor what the journal alone says.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from msgspec import Struct, field

from workflow.case.case import HoursLine, Moment, Paper
from workflow.case.money import MoneyLine
from workflow.rules.seniority import Contract


class DoneStep(Struct, frozen=True):
    """A step that was done.

    Args:
        action: its id in the procedure.
        on: its date; a moment without a zone is one of the agency's clock.
    """

    action: str
    on: Moment | None = None


class Holdings(Struct, frozen=True):
    """What a file holds.

    Args:
        title: its name, to the letter.
        territory: which public holidays count.
        cohort: its group.
        steps: those that stand, oldest first.
        papers: by id.
        hours: its ledger.
        contracts: the person's history.
        money: claims and payments.
        snoozed: day until which a deadline keeps silent, by its id.
    """

    title: str
    territory: str
    cohort: str | None = None
    steps: tuple[DoneStep, ...] = ()
    papers: Mapping[str, Paper] = field(default_factory=dict)
    hours: tuple[HoursLine, ...] = ()
    contracts: tuple[Contract, ...] = ()
    money: tuple[MoneyLine, ...] = ()
    snoozed: Mapping[str, date] = field(default_factory=dict)
