"""Plans of a start in the terminal and as JSON: each way to reach it, or which limit fails.

Used by `planifier`. Every chain is a row of dates that fits 80 columns, then what decides, in words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct
from rich.console import RenderableType
from rich.table import Table

from cli.shared.picking import picked
from display.drawing.layout import line, text, under
from workflow.case.case import Case
from workflow.deadlines.planner import Chain, Plan
from workflow.rules.procedure import Procedure
from workflow.text import french
from workflow.wording.journal_text import ABSENT

_HEADS = ("Départ", "Commission", "Ouverture", "Prudent", "Strict", "Réponse")
_WIDTH = 10


class FilePlan(Struct, frozen=True):
    """The plan of a file, or why it has none."""

    case: Case
    procedure: Procedure
    plan: Plan


def shown(plan: Plan) -> Iterator[RenderableType]:
    """Yield every chain of a plan, or why there is none and the nearest start."""
    if plan.chains:
        yield _heads()
        for chain in plan.chains:
            yield from _chain(chain)
        return
    yield line(("✗ ", "late"), _sentence(plan.failure))
    if plan.nearest is not None:
        yield line(
            ("Départ possible le plus proche : ", "strong"), french.long_day(plan.nearest.start)
        )
        yield _heads()
        yield from _chain(plan.nearest)


def files(plans: Iterable[FilePlan], *, whole: bool) -> Iterator[RenderableType]:
    """Yield the plan of each file.

    Args:
        plans: the files.
        whole: True for every chain; False for the best one, and the number of others.
    """
    for one in plans:
        yield _heading(one)
        chains = one.plan.chains if whole else one.plan.chains[:1]
        for part in shown(Plan(chains, one.plan.failure, one.plan.nearest)):
            yield under(part)
        others = len(one.plan.chains) - len(chains)
        if others > 0:
            count = french.count(
                others, "autre commission possible", "autres commissions possibles"
            )
            yield under(text(count, "muted"))
        yield ""


def _sentence(words: str) -> str:
    """Return a failure as a sentence."""
    return f"{words[:1].upper()}{words[1:]}{'' if words.endswith('.') else '.'}"


def plan_json(plan: Plan) -> dict[str, Any]:
    """Return a plan for another program."""
    return {
        "chains": [_chain_json(chain) for chain in plan.chains],
        "failure": plan.failure or None,
        "nearest": _chain_json(plan.nearest) if plan.nearest else None,
    }


def file_json(one: FilePlan) -> dict[str, Any]:
    """Return the plan of a file."""
    return {
        **picked(one.case, "ref title procedure funder state"),
        **plan_json(one.plan),
    }


def _chain_json(chain: Chain) -> dict[str, Any]:
    return {
        "start": chain.start,
        "commission": chain.session,
        **picked(chain, "opens_on prudent strict"),
        "last_day": chain.last,
        **picked(chain, "binding reply_on provisional warnings"),
    }


def _heading(one: FilePlan) -> RenderableType:
    title = f"  {one.case.title}" if one.case.title else ""
    funder = one.procedure.funder_label
    return line((one.case.ref, "strong"), title, (f"  ({one.procedure.name}, {funder})", "muted"))


def _grid() -> Table:
    # The same widths for every row, so that they line up with words between them.
    grid = Table.grid(padding=(0, 2, 0, 0))
    for _ in _HEADS:
        grid.add_column(width=_WIDTH)
    return grid


def _heads() -> Table:
    grid = _grid()
    grid.add_row(*(text(head, "strong") for head in _HEADS))
    return grid


def _chain(chain: Chain) -> Iterator[RenderableType]:
    grid = _grid()
    moments = (chain.session, chain.opens_on, chain.prudent, chain.strict)
    reply = french.end(chain.reply_on) if chain.reply_on else ABSENT
    grid.add_row(
        text(french.short_day(chain.start), "strong"),
        *(text(_stacked(french.end(one) if one else ABSENT)) for one in moments),
        text(_stacked(reply)),
    )
    yield grid
    yield under(line(("Décide : ", "muted"), chain.binding))
    for warning in chain.warnings:
        yield under(line(("! ", "soon"), warning))


def _stacked(moment: str) -> str:
    """Return a date, with its hour on a line of its own if it has one."""
    return moment.replace(" ", "\n", 1)
