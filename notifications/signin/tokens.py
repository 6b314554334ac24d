"""The token that opens the mailbox: asked for when none is good, kept in memory, renewed before it ends.

Made once by `cli.wiring.signin`, shared by all the connections of `notifications.smtp.transports`, whatever
thread or loop they are in. Nothing of it is written anywhere: a service that dies asks anew.
"""

from __future__ import annotations

import re
import ssl
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from queue import Empty, Queue
from typing import Any, Final

from msgspec import Struct

from notifications.signin.caller import Caller
from notifications.signin.grants import Grant
from notifications.signin.refusal import (
    TokenRefused,
    broken,
    refused,
    silent,
    skewed,
    unintelligible,
)

_AHEAD: Final = timedelta(minutes=5)
"""How long before its end a token is renewed; half its life when it is short."""
_UNSAID: Final = timedelta(minutes=5)
"""Life of a token whose server does not say it."""
_LONGEST: Final = timedelta(days=1)
_VALUE: Final = re.compile(r"[!-~]{1,8192}")
"""What a token is made of: it travels on one line of SMTP."""
_OK: Final = 200


class Token(Struct, frozen=True):
    """A token and when it ends."""

    value: str
    renewed_from: datetime
    ends_at: datetime

    def __repr__(self) -> str:
        return f"Token(…, ends_at={self.ends_at})"


class Tokens:
    """Gives the token of the moment.

    Args:
        grant: how to ask for one.
        seconds: longest wait for it.
        clock: the present.
        tls: certificates to trust; None trusts those of the machine.
    """

    def __init__(
        self,
        grant: Grant,
        seconds: float,
        clock: Callable[[], datetime],
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._grant = grant
        self._seconds = seconds
        self._clock = clock
        self._tls = tls
        self._turn = threading.Lock()
        self._held: Token | None = None
        self._ahead = timedelta(0)

    @property
    def server(self) -> str:
        """Return the name of the server that is asked."""
        return self._grant.server

    @property
    def skew(self) -> str:
        """Return what is to be said of our clock since the last answer, or nothing."""
        return skewed(self._ahead)

    def give(self, spent: str | None = None) -> str:
        """Return a token, the one at hand while it is good. Waits: not for the thread of a loop.

        Args:
            spent: a token that was refused, and is not to be given again.

        Raises:
            TokenRefused: when there is none; a French sentence says why.
        """
        with self._turn:
            held, now = self._held, self._clock()
            if held is not None and held.value == spent:
                held = self._held = None
            if held is None or now >= held.renewed_from:
                try:
                    held = self._held = self._asked()
                except TokenRefused:
                    # The one at hand opens doors until its end.
                    if held is None or now >= held.ends_at:
                        raise
            return held.value

    def _asked(self) -> Token:
        """Ask for a token, from a thread that is left behind when its server says nothing."""
        caller = Caller(self._seconds, self._tls)
        answers: Queue[Mapping[str, Any] | TokenRefused] = Queue(1)

        def ask() -> None:
            try:
                answers.put(self._grant.ask(caller))
            except TokenRefused as error:
                answers.put(error)
            except Exception as error:  # noqa: BLE001 - a defect of ours, or of a library, holds the mails only
                answers.put(broken(error))

        threading.Thread(target=ask, name="token", daemon=True).start()
        try:
            found = answers.get(timeout=self._seconds)
            self._compare(caller)
            if isinstance(found, TokenRefused):
                raise found
            return self._read(found)
        except Empty:
            raise self._said(silent(self._seconds)) from None
        except TokenRefused as error:
            raise self._said(error) from error

    def _said(self, error: TokenRefused) -> TokenRefused:
        """Return a refusal that names its server, and our clock when it is wrong."""
        clock = f" ; de plus, {self.skew}." if self.skew else "."
        return TokenRefused(
            f"Serveur de jetons {self.server} : {error.why.removesuffix('.')}{clock}"
        )

    def _compare(self, caller: Caller) -> None:
        """Compare our clock with that of the server."""
        try:
            theirs = parsedate_to_datetime(caller.last.headers["Date"] if caller.last else "")
            self._ahead = self._clock() - theirs.replace(tzinfo=theirs.tzinfo or UTC)
        except (KeyError, TypeError, ValueError, OverflowError):
            self._ahead = timedelta(0)

    def _read(self, found: Mapping[str, Any]) -> Token:
        value = found.get("access_token")
        if value is None:
            raise refused(found)
        bearer = str(found.get("token_type", "Bearer")).lower() == "bearer"
        life = _life(found.get("expires_in"))
        if not (isinstance(value, str) and _VALUE.fullmatch(value) and bearer and life):
            raise unintelligible(_OK)
        now = self._clock()
        return Token(value, now + life - min(_AHEAD, life / 2), now + life)


def _life(seconds: object) -> timedelta | None:
    """Return how long a token lives, None when what is said of it makes no sense."""
    if seconds is None:
        return _UNSAID
    try:
        number = float(str(seconds))
    except ValueError:
        return None
    return timedelta(seconds=min(number, _LONGEST.total_seconds())) if number > 0 else None
