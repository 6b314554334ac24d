"""Drafts whose form opens no more: the step was done by somebody else, the line was taken away.

Read by the screen of a file, off the screen: it says that they are there, shows what they hold, and forgets
them when told to. Nothing that was typed goes by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from rich.console import Group
from rich.text import Text

from display.drawing.layout import line
from tui.acts.asked import read_again
from tui.acts.drafts import Draft, names
from tui.acts.notes import HOURS
from tui.acts.payments import MONEY
from tui.acts.snooze import SNOOZE
from workflow.case.case import Case, HoursLine
from workflow.case.money import MoneyLine
from workflow.usecases.cases import CaseView

_SNOOZE = "reporter"
_LEDGERS: Mapping[str, tuple[str, Callable[[Case], Sequence[HoursLine | MoneyLine]]]] = {
    "heures": ("Heures", lambda case: case.hours),
    "argent": ("Argent", lambda case: case.money),
}
"""The lines that a draft may be of, by what its name begins with."""


class Leftover(Struct, frozen=True):
    """A draft that no form brings back.

    Args:
        draft: its name.
        label: what it was for.
        typed: what it holds.
        told: the same in words, one line each.
    """

    draft: str
    label: str
    typed: Mapping[str, str]
    told: tuple[str, ...]

    def shown(self) -> Group:
        """Return what it holds, as it is read again."""
        lines = (line(("› ", "accent"), words) for words in self.told)
        return Group("Ce formulaire ne s’ouvre plus. Vous y aviez tapé :", "", *lines)

    def forget(self, folder: Path) -> None:
        """Drop the draft, unless another window has written something else in it since."""
        draft = Draft(folder, self.draft)
        if draft.read() == self.typed:
            draft.drop()


def leftovers(view: CaseView, folder: Path) -> tuple[Leftover, ...]:
    """Return the drafts of a file whose form opens no more.

    Args:
        view: the file.
        folder: where drafts are kept.
    """
    found, start = [], f"{view.case.ref}-"
    for form in names(folder, start):
        label = _closed(view, form)
        if label:
            typed = Draft(folder, f"{start}{form}").read()
            words = tuple(read_again(typed, (*HOURS, *MONEY, *SNOOZE), view.procedure))
            found += [Leftover(f"{start}{form}", label, typed, words)] if words else []
    return tuple(found)


def said(found: Sequence[Leftover], key: str) -> Text:
    """Return the line that says that they are kept, and the key that shows the first."""
    labels = " ; ".join(f"« {one.label} »" for one in found)
    return line(
        ("✎ Brouillon gardé : ", "soon"), (labels, "strong"), (f"  {key} pour le relire", "muted")
    )


def _closed(view: CaseView, form: str) -> str:
    """Return what a form was for when it opens no more; empty for one that does."""
    case, actions = view.case, view.procedure.actions
    if form in actions:
        return "" if any(offer.action == form for offer in view.offers) else actions[form].label
    if form == _SNOOZE:
        return "" if case.deadlines else "Reporter un rappel"
    ledger, _, number = form.partition("-")
    if number.isdecimal() and ledger in _LEDGERS:
        name, lines = _LEDGERS[ledger]
        there = any(line.number == int(number) for line in lines(case))
        return "" if there else f"{name}, ligne {number}"
    return ""
