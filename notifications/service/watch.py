"""Who watches the service: a dead-man's switch that is called at every beat, and expects the next call.

Given to `notifications.service.loop` by `cli.wiring.messaging`. A watch never delays a beat, never fails
it, and never says where it calls: whoever knows the address may pretend that the service lives.
"""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from http.client import HTTPException
from queue import Full, Queue
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit
from urllib.request import Request, urlopen

from notifications.service.beats import BeatReport

logger = logging.getLogger(__name__)

_STARTED, _SUCCEEDED, _FAILED = "/start", "", "/fail"
_ROOM = 4
"""Calls that may wait for their turn; more of them would only tell of the past."""


class Watch(Protocol):
    """Is told of every beat."""

    def began(self) -> None:
        """Note that a beat begins; never raises."""

    def ended(self, report: BeatReport) -> None:
        """Note what a beat did; never raises."""

    def close(self) -> None:
        """Let what is on its way go; never raises, never waits for long."""


class Outage:
    """Logs that something beside the beats no longer works, and that it works again: once each time.

    Args:
        name: what, as the log calls it.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._lost = False

    def tell(self, error: str | None) -> None:
        """Note how a try ended: the kind of the error, None when there was none."""
        if (error is not None) == self._lost:
            return
        self._lost = error is not None
        if error is not None:
            told = {"action": f"{self._name}_lost", "error": error}
            logger.warning("%s lost", self._name, extra=told)
        else:
            logger.info("%s back", self._name, extra={"action": f"{self._name}_back"})


class Ping:
    """Calls an address when a beat begins (`/start`), ends well (as it is) or badly (`/fail`).

    Args:
        url: `http://` or `https://`; what follows a « ? » stays behind the suffix.
        timeout: longest wait for an answer, in seconds.
    """

    def __init__(self, url: str, timeout: float = 5.0) -> None:
        self._parts = urlsplit(url)
        self._timeout = timeout
        self._waiting: Queue[str | None] = Queue(_ROOM)
        self._caller: threading.Thread | None = None
        self._outage = Outage("ping")

    def began(self) -> None:
        """Call to say that a beat begins."""
        self._call(_STARTED)

    def ended(self, report: BeatReport) -> None:
        """Call to say how a beat ended."""
        self._call(_FAILED if report.failures else _SUCCEEDED)

    def close(self) -> None:
        """Wait for the calls on their way, as long as one of them may take."""
        if self._caller is None:
            return
        with suppress(Full):
            self._waiting.put(None, timeout=self._timeout)
        self._caller.join(self._timeout)
        self._caller = None

    def _call(self, suffix: str) -> None:
        if self._caller is None:
            # Its own thread: a beat waits for nobody. A daemon: neither does the end of the program.
            self._caller = threading.Thread(target=self._go_on_calling, name="ping", daemon=True)
            self._caller.start()
        # Where nobody answers, the calls that find no room are given up.
        with suppress(Full):
            self._waiting.put_nowait(suffix)

    def _go_on_calling(self) -> None:
        while (suffix := self._waiting.get()) is not None:
            try:
                self._fetch(suffix)
            except (OSError, HTTPException, ValueError) as error:
                self._outage.tell(type(error).__name__)
            else:
                self._outage.tell(None)

    def _fetch(self, suffix: str) -> None:
        path = self._parts.path.rstrip("/") + suffix
        url = urlunsplit(self._parts._replace(path=path, fragment=""))
        # Its scheme was checked when the settings were read.
        request = Request(url, method="GET", headers={"User-Agent": "echeancier"})  # noqa: S310
        with urlopen(request, timeout=self._timeout) as answer:  # noqa: S310
            answer.read(1)
