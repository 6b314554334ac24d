"""The clock of the whole project: the only module that asks the machine what time it is.

Called by `cli.wiring.session` and `cli.wiring.container`, which hand the instant on as an argument. Never
computes with it and never keeps it.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta


def now() -> datetime:
    """Return the present instant (aware, UTC)."""
    return datetime.now(UTC)


def ticks() -> timedelta:
    """Return how long this machine has been counting, asleep or awake, whatever its clock says."""
    # Linux stops the other count while the machine sleeps; macOS and Windows go on with theirs.
    counter = getattr(time, "CLOCK_BOOTTIME", None) or getattr(time, "CLOCK_MONOTONIC", None)
    seconds = time.monotonic() if counter is None else time.clock_gettime(counter)
    return timedelta(seconds=seconds)
