"""The clock of the whole project: the only module that asks the machine what time it is.

Called by `cli.session` and `cli.wiring`, which hand the instant on as an argument. Never computes with
it and never keeps it.
"""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present instant (aware, UTC)."""
    return datetime.now(UTC)
