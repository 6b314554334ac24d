"""A small procedure that has everything: hours, checks, restricted grounds, money, a portal sheet.

Its rule files stand in `rules/whole` and are read by the program itself, so that tests of what the
core computes depend on no rule that is shipped. Its grounds are letters: nothing here is about anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from msgspec import field
from msgspec.structs import replace

from tests.support.core import RULES, MovableClock, Workbench, act, paris
from workflow.acts import transitions
from workflow.case.case import Case, FactValue, HoursLine, Paper, PaperStatus, WorkKind
from workflow.counting.context import context_for
from workflow.counting.ways_of_counting import Context
from workflow.rulefiles.rulebook import Rulebook, load_rulebook
from workflow.rules.procedure import Procedure

BY = "m.durand"

PARTS: Mapping[str, str] = {
    path.relative_to(RULES / "whole").as_posix(): path.read_text(encoding="utf-8")
    for path in sorted((RULES / "whole").rglob("*.toml"))
}
"""The rule files, by path."""


def write_parts(folder: Path, parts: Mapping[str, str] = PARTS) -> Path:
    """Write rule files in a folder and return it."""
    for name, text in parts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@lru_cache(maxsize=1)
def depth_rules() -> Rulebook:
    """Return the book that holds the small procedure alone."""
    return load_rulebook(RULES / "whole")


def depth() -> Procedure:
    """Return the small procedure."""
    return depth_rules().procedure("essai")


DEPTH_SETTINGS: Mapping[str, int] = {"heures_par_jour": 7, "renouvellement_jours_ouvres": 5}


def depth_context(**company: FactValue) -> Context:
    """Return the calendars of metropolitan France, and what is said of the company."""
    return context_for(depth(), "FR", (), DEPTH_SETTINGS, company)


# --- Values ----------------------------------------------------------------------------------------------

OPENED = paris(1, 5)
"""Monday 5 January 2026, noon: when the cases of these tests are opened."""

DEPART = date(2026, 3, 2)


def received(day: date, by: str = BY, kept_at: str = "") -> Paper:
    """Return a paper that the agency received on a day."""
    return Paper(PaperStatus.RECEIVED, day, by, kept_at)


def line(
    number: int,
    kind: WorkKind,
    first: date,
    last: date | None = None,
    *,
    planned: Decimal | int | str | None = None,
    done: Decimal | int | str | None = None,
    place: str = "",
) -> HoursLine:
    """Return a line of hours, over one day when no other is given."""
    return HoursLine(
        number,
        kind,
        first,
        last or first,
        None if planned is None else Decimal(planned),
        None if done is None else Decimal(done),
        place,
    )


def depth_case(*hours: HoursLine, at: datetime = OPENED, **facts: FactValue) -> Case:
    """Return a case of the small procedure just opened, with its hours."""
    case = Case(
        ref="ESSAI-2026-0001",
        procedure="essai",
        edition="",
        territory="FR",
        agency="lyon",
        state="",
        opened_at=at.astimezone(UTC),
        title="Durand",
        facts={"depart": DEPART, **facts},
        hours=hours,
    )
    return transitions.open_case(depth(), case, depth_context(), act(at)).after


# --- A house ---------------------------------------------------------------------------------------------


class Desk(Workbench):
    """The use cases of the small procedure."""

    clock: MovableClock = field(default_factory=lambda: MovableClock(OPENED))
    rules: Rulebook = field(default_factory=depth_rules)
    settings: Mapping[str, int] = field(default_factory=lambda: DEPTH_SETTINGS)

    def open(self, **facts: str) -> str:
        """Open a case, save it and return its reference."""
        typed = {"depart": "02/03/2026", **facts}
        return self.saved(self.cases.open("essai", typed, by=BY, agency="lyon")).after.ref


def with_facts(case: Case, **facts: FactValue) -> Case:
    """Return a case that has more facts, whatever rules say of them."""
    return replace(case, facts={**case.facts, **facts})
