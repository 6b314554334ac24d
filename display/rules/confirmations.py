"""What the rules leave in doubt: where each point stands, and what was noted of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.console import RenderableType

from display.drawing.layout import Piece, line, under
from workflow.case.people import Directory
from workflow.rulefiles.settling import confirmed_words
from workflow.rules.doubts import Confirmation, Doubt, DoubtState
from workflow.text import french
from workflow.usecases.confirming import KnownDoubt
from workflow.wording.journal_text import person_words

_STATES: Mapping[DoubtState, tuple[str, str]] = {
    DoubtState.WAITING: ("à faire confirmer", "soon"),
    DoubtState.EXPIRED: ("expiré", "late"),
    DoubtState.CONFIRMED: ("confirmé", "ok"),
}


def state_piece(one: KnownDoubt) -> Piece:
    """Return where a doubt stands."""
    return _STATES[one.state]


def noted_words(doubt: Doubt, noted: Confirmation) -> str:
    """Return what a confirmation says, or what it takes back."""
    words = confirmed_words(doubt, noted, DoubtState.CONFIRMED)
    return f"Retiré ; {words[:1].lower()}{words[1:]}" if noted.withdrawn else words


def history(one: KnownDoubt, directory: Directory) -> Iterator[RenderableType]:
    """Yield what was noted of a doubt, the last first, with who noted it."""
    for noted in reversed(one.history):
        yield line(noted_words(one.doubt, noted))
        by = person_words(directory, noted.by)
        yield under(f"noté le {french.short_day(noted.at.date())} par {by}")
