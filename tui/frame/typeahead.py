"""Keys that come faster than screens follow: each is sent on once the one before has done its work.

Used by `tui.app`. What is typed while the program starts, or over a slow line, comes in one piece; sent on
all at once, « /hugo » would open the search and give « hugo » to the list. A screen takes a key once it is
drawn and what it has asked for is there: nobody answers a question that nobody has seen. What came in one
piece with the key that opens an unforeseen question, the word « duo » in a paste without marks, answers
nothing and is told. Knows no key.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from textual.app import App
from textual.events import Key, Paste
from textual.message_pump import MessagePump
from textual.screen import Screen

from tui.frame.page import Asking, Dialog

Typed = Key | Paste

_PATIENCE = 0.3
"""Seconds after which what took the last key may be gone: it is no longer asked to say that it is done."""
_GLANCE = 0.02
_LONG = 1.0
"""Seconds after which a key that leaves is sent on, whatever is awaited."""


class TypeAhead:
    """Holds the keys that are not sent on yet.

    Args:
        app: the application they are typed in.
        send: sends one on to what has the focus.
        leaves: tells whether a key leads away from where one is.
    """

    def __init__(
        self,
        app: App[Any],
        send: Callable[[Typed], Awaitable[None]],
        leaves: Callable[[Typed], bool],
    ) -> None:
        self._app, self._send, self._leaves = app, send, leaves
        self._waiting: deque[Typed] = deque()
        self._sent: Typed | None = None
        self._seen: Screen[Any] | None = None
        self._opened = 0.0
        """The instant of the piece that opened what is on top."""

    async def take(self, event: Typed) -> None:
        """Send a key on, or keep it until the one before is done with."""
        self._waiting.append(event)
        if self._sent is None:
            await self._next()
        else:
            self._app.set_timer(_PATIENCE, partial(self._done, self._sent))
            if self._leaves(event):
                self._app.set_timer(_LONG, partial(self._leave, event))

    async def _next(self) -> None:
        if not self._waiting:
            return
        app, event = self._app, self._waiting.popleft()
        self._sent = event
        if not _ready(app.screen):
            # The first key of all, or one that comes while an answer is awaited.
            self._waiting.appendleft(event)
            self._done(event)
            return
        if self._too_early(event):
            self._done(event)
            return
        path = (app.focused or app.screen).ancestors_with_self
        await self._send(event)
        # It goes up from what has the focus to the application, whose actions move the focus in their turn,
        # or have it tell something to its screen: so does this, right behind them.
        self._climb(event, (*path, app, *path))

    def _climb(self, event: Typed, path: Sequence[MessagePump]) -> None:
        for rank, node in enumerate(path, 1):
            # One that is closing takes nothing any more.
            if node.call_later(self._climb, event, path[rank:]):
                return
        self._done(event)

    def _done(self, event: Typed) -> None:
        """Wait until the screen on top can take the next key, what the last one has asked for included."""
        if self._sent is not event or not self._app.screen_stack:
            return
        screen = self._app.screen
        if _ready(screen):
            # Behind what makes the screen that it opened, brings one back, or gives it its answer.
            screen.call_later(self._go_on, event, screen)
        else:
            self._app.set_timer(_GLANCE, partial(self._done, event))

    async def _go_on(self, event: Typed, screen: Screen[Any]) -> None:
        if self._sent is not event:
            return
        if self._app.screen is screen and _ready(screen):
            if screen is not self._seen:
                self._seen, self._opened = screen, event.time
            self._sent = None
            await self._next()
        else:
            self._done(event)

    def _too_early(self, event: Typed) -> bool:
        """Tell whether a key came in one piece with what opened an unforeseen question; that one says so."""
        screen = self._app.screen
        if event.time != self._opened or self._leaves(event):
            return False
        if not (isinstance(screen, Dialog) and screen is self._seen and screen.unforeseen):
            return False
        screen.typed_ahead((event.character or "") if isinstance(event, Key) else event.text)
        return True

    async def _leave(self, event: Typed) -> None:
        """Send on a key that leads away and has waited for long; what was typed before it is given up."""
        if event in self._waiting:
            while self._waiting.popleft() is not event:
                pass
            await self._send(event)


def _ready(screen: Screen[Any]) -> bool:
    """Tell whether a screen is drawn, and awaits no answer that opens or closes something."""
    drawn = any(part.region for parts in (screen.children, screen.query("*")) for part in parts)
    return drawn and not (isinstance(screen, Asking) and screen.expecting)
