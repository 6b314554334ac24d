"""Doubts of the rules in the terminal and in JSON: what waits, what to ask, what was answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import RenderableType

from cli.shared.picking import JsonObject, picked
from display.drawing.layout import grid, line, section
from display.rules.confirmations import history, noted_words, state_piece
from workflow.case.people import Directory
from workflow.rules.doubts import Confirmation, DoubtState
from workflow.usecases.confirming import KnownDoubt

__all__ = ["confirmation_json", "doubt_json", "listing", "noted_words", "sheet"]


def listing(doubts: Iterable[KnownDoubt]) -> Iterator[RenderableType]:
    """Yield every doubt with where it stands, those that wait first."""
    waiting = sorted(doubts, key=lambda one: one.state is DoubtState.CONFIRMED)
    if not waiting:
        return
    yield from section("À faire confirmer (regles confirmer ID)")
    yield grid(
        (
            state_piece(one),
            (one.doubt.id, "strong"),
            one.doubt.label,
            (", ".join(one.procedures), "muted"),
        )
        for one in waiting
    )


def sheet(one: KnownDoubt, directory: Directory) -> Iterator[RenderableType]:
    """Yield a doubt: what to ask, where it comes from, what was noted."""
    yield line((one.doubt.label, "strong"), (f"  {one.doubt.id}", "muted"))
    yield line(state_piece(one), f", {', '.join(one.procedures)}")
    yield line(("À demander : ", "strong"), one.doubt.question)
    yield line(("Source : ", "strong"), str(one.doubt.source))
    yield from history(one, directory)


def confirmation_json(noted: Confirmation) -> JsonObject:
    """Return a confirmation."""
    return picked(noted, "value answered_on until answer by at withdrawn")


def doubt_json(one: KnownDoubt) -> JsonObject:
    """Return a doubt, where it stands and what was noted of it."""
    return {
        **picked(one.doubt, "id label question type unit"),
        "procedures": one.procedures,
        "state": one.state,
        "confirmation": confirmation_json(one.held) if one.held else None,
        "history": [confirmation_json(noted) for noted in one.history],
    }
