"""A dialog whose fields are on disk as they are filled in, and back the next time it is opened.

The small forms and the filter derive from it; the forms of a file and of the files marked, whose fields come
and go, keep their drafts themselves. Closed without a result, by Escape or by a crash, it leaves its draft.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping

from textual.widget import Widget
from textual.widgets import Input

from tui.acts.drafts import without_revealing
from tui.fields.choices import Choices
from tui.fields.tick import Tick
from tui.forms.resume import Resuming
from tui.frame.page import Dialog, Result

_YES, _NO = "oui", "non"


class Drafted(Dialog[Result], Resuming[Result]):
    """A dialog that keeps a draft of its fields, by their ids."""

    @property
    @abstractmethod
    def draft(self) -> str:
        """The name of its draft: what is done, and to whom or what."""

    def lasting(self, id_: str, words: str) -> str:  # noqa: ARG002 - for those that ask days
        """Return what is kept of the words of a field, so that they mean the same another day."""
        return words

    def bring_back(self) -> None:
        """Ask what becomes of what was filled in before.

        To be called once, when the dialog opens and before anything else is filled in.
        """
        self._untouched = self._filled()
        self.open_draft(self.draft)

    async def take_up(self, typed: Mapping[str, str]) -> None:
        """Put back what was filled in."""
        back = [_put(box, typed[id_]) for id_, box in self._boxes() if id_ in typed]
        but = "" if all(back) else ", sauf un choix qui n’existe plus"
        self.notify(f"Votre saisie d’avant est revenue{but} : vérifiez-la.", timeout=4)

    async def start_over(self) -> None:
        """Put every field back as it was at first."""
        for id_, box in self._boxes():
            _put(box, self._untouched[id_])

    def keep(self) -> None:
        """Keep what is filled in; to be called when something else is."""
        procedures = self.office.services.rulebook.procedures.values()
        kept = without_revealing(self._filled(), *procedures)
        typed = {} if kept.items() <= self._untouched.items() else kept
        self.keep_draft(typed)

    def done(self, result: Result) -> None:
        """Close with a result: the draft has served."""
        self._draft.drop()
        self.dismiss(result)

    def _boxes(self) -> Iterator[tuple[str, Widget]]:
        yield from ((str(box.id), box) for box in self.query("Input, Choices, Tick"))

    def _filled(self) -> Mapping[str, str]:
        return {id_: self.lasting(id_, _held(box)) for id_, box in self._boxes()}


def _held(box: Widget) -> str:
    """Return what a field holds."""
    if isinstance(box, Choices):
        return box.chosen
    if isinstance(box, Tick):
        return _YES if box.value else _NO
    assert isinstance(box, Input), "a form has no other field"  # noqa: S101
    return box.value


def _put(box: Widget, words: str) -> bool:
    """Put words back in a field; tells whether it takes them: a list may no longer offer a choice."""
    if isinstance(box, Choices):
        box.choose(words)
    elif isinstance(box, Tick):
        box.value = words == _YES
    elif isinstance(box, Input):
        box.value = words
    return not isinstance(box, Choices) or box.chosen == words
