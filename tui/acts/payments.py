"""The form of a claim or a payment: its day, its payer, its amount, what it is about.

Made by the screen of a file, filled by `tui.forms.act`, like those of `tui.acts.acts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from msgspec.structs import replace
from rich.console import RenderableType

from display.ledger.accounts import shares
from tui.acts.actform import CaseForm, Prepared, Watch
from tui.acts.asked import TypedAnswers, asking
from tui.frame.office import Office
from workflow.case.case import Case
from workflow.case.money import MoneyKind, MoneyLine
from workflow.operations import operations
from workflow.operations.requests import Answer, Operation, Parameter
from workflow.rules.fact_specs import FactType
from workflow.text import french
from workflow.usecases.cases import CaseView

_KIND = asking(
    "nature", "Nature", FactType.CHOICE, choices={kind.value: kind.value for kind in MoneyKind}
)
_ON = asking("le", "Le (vide : aujourd’hui)", FactType.DATE, tells=operations.ON)
_AMOUNT = asking("montant", "Montant", FactType.NUMBER, unit="€", tells=operations.AMOUNT)
_PAYER = asking("payeur", "Payeur", FactType.CHOICE, tells=operations.PAYER)
_MONTH = asking("mois", "Mois dont il s’agit (09/2026)", tells=operations.MONTH)
_REFERENCE = asking(
    "reference", "Référence chez le payeur ou à la banque", tells=operations.MONEY_REFERENCE
)
_NOTE = asking("note", "Note", tells=operations.NOTE)

MONEY = (_KIND, _ON, _AMOUNT, _PAYER, _MONTH, _REFERENCE, _NOTE)
"""What is asked of a claim or a payment."""


class MoneyNote(CaseForm, frozen=True, kw_only=True):
    """Adds a claim or a payment, or changes one.

    Args:
        number: the line to change; None adds one.
    """

    number: int | None

    operation: ClassVar[Operation] = operations.NOTE_MONEY
    idle: ClassVar[str] = (
        "Changez une valeur ; videz le mois, la référence ou la note pour les retirer."
    )

    @property
    def name(self) -> str:
        """What is noted."""
        return f"argent-{self.number or 'nouvelle'}"

    def answers(self, typed: TypedAnswers) -> Mapping[Parameter, Answer]:
        """Return what its operation is told."""
        changes, kind = self.number is not None, typed.facts.get(_KIND.spec.id)
        return {
            **super().answers(typed),
            operations.LINE: str(self.number) if changes else None,
            operations.NATURE if changes else operations.ADDED: kind,
        }

    def work_out(self, office: Office, typed: TypedAnswers, watch: Watch) -> Prepared:
        """Return what it would do, with what each payer would owe."""
        found = super().work_out(office, typed, watch)
        assert found.outcome is not None, "an act on a file has one"  # noqa: S101
        _, accounts = office.services.inquiries.worth(found.outcome.after)

        def draw() -> Iterable[RenderableType]:
            return shares(accounts), ""

        return replace(found, draw=draw)

    def known(self, case: Case) -> Mapping[str, str]:
        """Return what a file says of the line."""
        return next((_answers(one) for one in case.money if one.number == self.number), {})


def noting_money(view: CaseView, number: int | None) -> MoneyNote:
    """Return the form of a claim or a payment; of a new one when its number is None."""
    case, rules = view.case, view.procedure
    line = next((one for one in case.money if one.number == number), None)
    known = _answers(line) if line else {}
    payers = {payer.id: payer.label for payer in rules.payers.values()}
    needed = (_KIND, _AMOUNT, _PAYER)
    fields = tuple(
        replace(
            one,
            known=known.get(one.spec.id, ""),
            required=line is None and one in needed,
            spec=replace(one.spec, choices=payers) if one is _PAYER else one.spec,
        )
        for one in MONEY
    )
    what = f"Argent, ligne {number}" if line else "Nouvelle demande, ou versement"
    return MoneyNote(f"{what} · {case.ref}", fields, case=case, procedure=rules, number=number)


def _answers(line: MoneyLine) -> dict[str, str]:
    """Return a line as it would be typed, by name of question."""
    return {
        _KIND.spec.id: line.kind.value,
        _ON.spec.id: french.short_day(line.on),
        _AMOUNT.spec.id: french.number(line.amount),
        _PAYER.spec.id: line.payer,
        _MONTH.spec.id: f"{line.month:%m/%Y}" if line.month else "",
        _REFERENCE.spec.id: line.reference,
        _NOTE.spec.id: line.note,
    }
