"""The name of an organisation that is known, completed as it is typed.

Used by `tui.fields.answerfield`. Completes only: what the name brings along is for whoever prepares the act.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from textual.suggester import Suggester

from workflow.errors import EcheancierError


class Names(Suggester):
    """Completes a name.

    Args:
        beginning: gives the first that begins as typed, None without one; called in a thread.
    """

    def __init__(self, beginning: Callable[[str], str | None]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._beginning = beginning

    async def get_suggestion(self, value: str) -> str | None:
        """Return the first name that begins so; a database out of reach suggests none."""
        try:
            return await asyncio.to_thread(self._beginning, value)
        except EcheancierError:
            return None
