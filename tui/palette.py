"""The palette: every action of the screens that are open, every file, every theme.

Opened by `Ctrl+P`. Actions come from the bindings, files from the list of work, so that nothing has to be
listed twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any

from textual.app import App
from textual.command import DiscoveryHit, Hit, Hits, Provider

from tui.desk import desk_of
from tui.keys import KEYS, in_order
from tui.office import Office
from tui.screens.case import CaseScreen
from tui.themes import LABELS
from workflow.errors import EcheancierError
from workflow.worklist import WorkQuery, WorkRow

_FILES = 12


class Everything(Provider):
    """What the palette offers."""

    @property
    def _office(self) -> Office:
        return desk_of(self.screen).office

    def _actions(self) -> list[tuple[str, str, Callable[[], Any]]]:
        """Return each action: its words, its key, and what runs it."""
        found: dict[str, tuple[str, str, Callable[[], Any]]] = {}
        app: App[Any] = self.app
        for node, binding, enabled, _ in self.screen.active_bindings.values():
            if (
                enabled
                and binding.id is not None
                and binding.id in KEYS
                and binding.action != "palette"
            ):
                run = partial(app.run_action, binding.action, node)
                found.setdefault(
                    binding.id, (KEYS[binding.id].label, app.get_key_display(binding), run)
                )
        actions = [found[id_] for id_ in in_order(found)]
        for name, label in LABELS.items():
            actions.append((f"Couleurs : {label}", "", partial(setattr, app, "theme", name)))
        return actions

    async def discover(self) -> Hits:
        """Yield every action, before anything is typed."""
        for words, key, run in self._actions():
            yield DiscoveryHit(words, run, help=key or None)

    async def search(self, query: str) -> AsyncIterator[Hit | DiscoveryHit]:
        """Yield the actions and the files that match what is typed."""
        matcher = self.matcher(query)
        for words, key, run in self._actions():
            score = matcher.match(words)
            if score > 0:
                yield Hit(score, matcher.highlight(words), run, help=key or None)
        rows = await asyncio.to_thread(self._files, query)
        for rank, row in enumerate(rows):
            words = f"{row.ref}  {row.title}"
            yield Hit(0.9 - rank / 100, words, partial(self._open, row.ref), help=row.label or None)

    def _files(self, query: str) -> tuple[WorkRow, ...]:
        asked = WorkQuery(day=self._office.day, text=query)
        try:
            return desk_of(self.screen).finder.find(asked).rows[:_FILES]
        except EcheancierError:
            return ()

    def _open(self, ref: str) -> None:
        desk_of(self.screen).push(CaseScreen(ref))
