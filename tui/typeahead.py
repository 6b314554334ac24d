"""Keys that come faster than screens follow: each is sent on once the one before has done its work.

Used by `tui.app`. What is typed while the program starts, or over a slow line, comes in one piece; sent on
all at once, « /hugo » would open the search and give « hugo » to the list. Knows no key.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from textual.app import App
from textual.events import Key, Paste
from textual.message_pump import MessagePump

Typed = Key | Paste

_PATIENCE = 0.3
"""Seconds after which the next key is sent on all the same: what took the last one may be gone."""


class TypeAhead:
    """Holds the keys that are not sent on yet.

    Args:
        app: the application they are typed in.
        send: sends one on to what has the focus.
    """

    def __init__(self, app: App[Any], send: Callable[[Typed], Awaitable[None]]) -> None:
        self._app, self._send = app, send
        self._waiting: deque[Typed] = deque()
        self._sent: Typed | None = None

    async def take(self, event: Typed) -> None:
        """Send a key on, or keep it until the one before is done with."""
        self._waiting.append(event)
        if self._sent is None:
            await self._next()
        else:
            self._app.set_timer(_PATIENCE, partial(self._done, self._sent))

    async def _next(self) -> None:
        if not self._waiting:
            return
        app, event = self._app, self._waiting.popleft()
        self._sent = event
        path = (app.focused or app.screen).ancestors_with_self
        await self._send(event)
        # It goes up from what has the focus to the application, whose actions move the focus in their
        # turn: so does this, right behind it.
        self._climb(event, (*path, app, app))

    def _climb(self, event: Typed, path: Sequence[MessagePump]) -> None:
        for rank, node in enumerate(path, 1):
            # One that is closing takes nothing any more.
            if node.call_later(self._climb, event, path[rank:]):
                return
        # Behind what makes the screen that it opened, or brings one back.
        self._app.screen.call_later(self._done, event)

    async def _done(self, event: Typed) -> None:
        if self._sent is event:
            self._sent = None
            await self._next()
