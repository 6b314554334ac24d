"""The palette: every action, every file, every theme.

Opened by `Ctrl+P`. Actions of the screen come from its bindings, files from the list of work, so that
nothing has to be listed twice. An action of another screen leads there and says its key: what it acts on
is to be chosen first.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from typing import Any

from rich.text import Text
from textual.app import App
from textual.command import DiscoveryHit, Hit, Hits, Provider

from tui.case.screen import CaseScreen
from tui.drawing.themes import LABELS
from tui.frame.desk import desk_of
from tui.frame.keys import KEYS, first_key, in_order
from tui.frame.office import Office
from tui.frame.page import Page
from tui.lists.worktable import WorkTable
from workflow.errors import EcheancierError
from workflow.operations.operations import OPERATIONS
from workflow.operations.requests import Reach
from workflow.worklist.worklist import WorkQuery, WorkRow

_FILES = 12
_ELSEWHERE = (
    *("today.new", "today.search", "today.filter", "today.bulk", "today.what_if", "today.confirm"),
    *("today.import", "today.groups", "today.parties"),
    *("team.absence", "team.cancel", "team.transfer"),
    *("mails.resend", "mails.redirect", "mails.drop", "mails.verify"),
)
_OF_A_LINE = {"case.line", "case.drop"}
"""Keys of a file that act on what is pointed at in it."""
_OF_A_FILE = tuple(
    id_
    for id_, key in KEYS.items()
    if id_.startswith("case.") and id_ not in _OF_A_LINE
    if any(OPERATIONS[one].reach is Reach.CASE for one in key.does)
)
_NOTHING = "Aucune action, aucun dossier : essayez un autre mot."

_Action = tuple[str, str, Callable[[], Any]]
"""Words, key, and what runs it."""


class Everything(Provider):
    """What the palette offers."""

    @property
    def _office(self) -> Office:
        return desk_of(self.screen).office

    def _actions(self) -> list[_Action]:
        """Return each action of the screen."""
        found: dict[str, _Action] = {}
        app: App[Any] = self.app
        for node, binding, enabled, _ in self.screen.active_bindings.values():
            id_ = str(binding.id)
            if enabled and id_ in KEYS and binding.action != "palette":
                run = partial(app.run_action, binding.action, node)
                found.setdefault(id_, (KEYS[id_].label, app.get_key_display(binding), run))
        actions = [found[id_] for id_ in in_order(found)]
        for name, label in LABELS.items():
            actions.append((f"Couleurs : {label}", "", partial(setattr, app, "theme", name)))
        return actions

    def _elsewhere(self) -> Iterator[_Action]:
        """Yield each action of the other screens: from a form, they would lose their way back."""
        if not isinstance(self.screen, Page) or self.screen.asks_facts:
            return
        here = {binding.id for _, binding, _, _ in self.screen.active_bindings.values()}
        for id_ in _ELSEWHERE:
            if id_ not in here:
                place = id_.partition(".")[0]
                words = f"{KEYS[f'place.{place}'].label} : {KEYS[id_].label}"
                yield words, "", partial(self._lead, id_, partial(desk_of(self.screen).go, place))
        row = next((table.current for table in self.screen.query(WorkTable)), None)
        if row is not None:
            for id_ in _OF_A_FILE:
                words = f"{KEYS[id_].label} : {row.ref}"
                yield words, "", partial(self._lead, id_, partial(self._open, row.ref))

    def _lead(self, id_: str, go: Callable[[], None]) -> None:
        """Go where an action is done, and say its key."""
        go()
        key = first_key(id_, self._office.keys)
        self.app.notify(f"{key} : {KEYS[id_].label}", timeout=4)

    async def discover(self) -> Hits:
        """Yield every action, before anything is typed."""
        for words, key, run in self._actions():
            yield DiscoveryHit(words, run, help=key or None)

    async def search(self, query: str) -> AsyncIterator[Hit | DiscoveryHit]:
        """Yield the actions and the files that match what is typed."""
        matcher, found = self.matcher(query), False
        for words, key, run in (*self._actions(), *self._elsewhere()):
            score = matcher.match(words)
            if score > 0:
                found = True
                yield Hit(score, matcher.highlight(words), run, help=key or None)
        rows = await asyncio.to_thread(self._files, query)
        if not (found or rows):
            # By itself, the palette would say so in English.
            yield DiscoveryHit(_NOTHING, lambda: None)
        for rank, row in enumerate(rows):
            words = f"{row.ref}  {row.title}"
            # As a text: what somebody typed is no markup.
            yield Hit(
                0.9 - rank / 100,
                Text(words),
                partial(self._open, row.ref),
                text=words,
                help=row.label or self._state(row),
            )

    def _files(self, query: str) -> tuple[WorkRow, ...]:
        """Return the open files that match, then the finished ones."""
        asked = WorkQuery(day=self._office.day, text=query)
        try:
            found = desk_of(self.screen).finder.find(asked)
        except EcheancierError:
            return ()
        return (*found.rows[:_FILES], *found.finished)

    def _state(self, row: WorkRow) -> str | None:
        state = self._office.procedure_of(row).states.get(row.state)
        return state.label if state else None

    def _open(self, ref: str) -> None:
        desk_of(self.screen).push(CaseScreen(ref))
