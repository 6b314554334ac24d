"""How the interface ends when nobody asks it to with a key, and what ends it when something does not answer.

Used by `cli.wiring.tui` around a running interface. A signal leaves as the key does: drafts are kept, the
terminal is put in order, and the exit code is the one that shells expect. What is asked of a database cannot
be broken off: after a moment, or at a second signal, the process ends without its answer. Draws nothing.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Timer
from typing import TYPE_CHECKING, NoReturn

from cli.terminal.exits import ExitCode
from workflow.text.french import typeset

if TYPE_CHECKING:
    from types import FrameType

    from tui.app import EcheancierApp

_SIGNALS = tuple(
    number
    for name in ("SIGINT", "SIGTERM", "SIGHUP")
    if (number := getattr(signal, name, None)) is not None
)
_FROM_A_SIGNAL = 128
"""Added to the number of a signal, as shells do."""
_PATIENCE = 6.0
"""Seconds for what is under way to end: longer than a locked database is waited for."""
_UNANSWERED = (
    "La base de données ne répond pas : ce qui était en train de s’enregistrer l’est peut-être. "
    "Relisez le dossier ; ce que vous tapiez est gardé en brouillon."
)


@contextmanager
def leaving(app: EcheancierApp) -> Iterator[None]:
    """Let signals leave an interface, and let nothing keep it from ending once it is being left."""
    asked: list[int] = []

    def leave(number: int, _: FrameType | None) -> None:
        asked.append(number)
        if asked[1:]:
            end(_FROM_A_SIGNAL + number)
        app.leave(_FROM_A_SIGNAL + number)

    def end(code: int) -> NoReturn:
        app.put_in_order()
        with suppress(OSError, ValueError):
            sys.stderr.write(f"{typeset(_UNANSWERED)}\n")
            sys.stderr.flush()
        os._exit(code)

    def hurry(code: int) -> None:
        # Dies with the process, which as a rule is faster.
        timer = Timer(_PATIENCE, end, (code or ExitCode.OUT_OF_REACH,))
        timer.daemon = True
        timer.start()

    app.when_leaving = hurry
    # One that is ignored (`nohup`) stays so.
    taken = [one for one in _SIGNALS if signal.getsignal(one) is not signal.SIG_IGN]
    before = [(one, signal.signal(one, leave)) for one in taken]
    try:
        yield
    finally:
        for one, handler in before:
            signal.signal(one, handler)
