"""A list in which one thing is chosen by its name and known by its id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from textual.app import ComposeResult
from textual.widgets import Select
from textual.widgets._select import SelectCurrent, SelectOverlay

from tui.fields.rows import Rows
from workflow.text.folding import french_order


class _Open(SelectOverlay, Rows):
    """The names, while one chooses."""


class Choices(Select[str]):
    """A list of names.

    Args:
        named: the names, by id.
        chosen: id chosen to begin with, empty for none; one the list does not have is none.
        prompt: what stands there when nothing is chosen; None asks for one of them always.
        id: id of the widget.
    """

    def __init__(
        self,
        named: Mapping[str, str],
        chosen: str = "",
        *,
        prompt: str | None = "—",
        id: str,  # noqa: A002 - the name every widget gives it
    ) -> None:
        self._named = dict(named)
        first = next(iter(named), "") if prompt is None else ""
        super().__init__(
            _options(named),
            prompt=prompt or "",
            allow_blank=prompt is not None,
            value=(chosen if chosen in named else first) or Select.NULL,
            id=id,
            compact=True,
        )

    def compose(self) -> ComposeResult:
        """Yield what is chosen, and the list that opens under it."""
        yield SelectCurrent(self.prompt)
        yield _Open().data_bind(compact=Select.compact)

    @property
    def chosen(self) -> str:
        """The id chosen, empty when there is none."""
        return "" if self.value is Select.NULL else str(self.value)

    @property
    def words(self) -> str:
        """The name of what is chosen."""
        return self._named.get(self.chosen, "")

    def name_of(self, id_: str) -> str:
        """Return the name of an id, the id itself when the list does not have it."""
        return self._named.get(id_, id_)

    def choose(self, id_: str) -> None:
        """Choose by id, empty for none; nothing changes when the list does not have it."""
        if id_ in self._named:
            self.value = id_
        elif not id_ and self._allow_blank:
            self.clear()

    def offer(self, named: Mapping[str, str], chosen: str = "") -> None:
        """Offer other names."""
        self._named = dict(named)
        self.set_options(_options(named))
        self.choose(chosen)


class _Named(Protocol):
    @property
    def name(self) -> str: ...


def by_name(known: Mapping[str, _Named]) -> dict[str, str]:
    """Return the names of people or agencies, by id, in the order of a French directory."""
    return dict(
        sorted(
            ((id_, one.name) for id_, one in known.items()), key=lambda one: french_order(one[1])
        )
    )


def _options(named: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(words, id_) for id_, words in named.items()]
