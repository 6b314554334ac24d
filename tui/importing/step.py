"""A step of an import: its table, which of the steps it is, and the draft that all of them keep."""

from __future__ import annotations

from functools import partial
from typing import Final

from msgspec.structs import replace
from textual.widgets import Static

from display.drawing.layout import line
from tui.acts.drafts import Draft, without_revealing
from tui.frame.keys import first_key
from tui.frame.page import Page
from tui.importing.takeover import Brought, Takeover, brought

STEPS: Final = ("Reconnaître", "Relire", "Enregistrer")
_RANKS: Final = "①②③"


class ImportWork:
    """What the steps of one import share.

    Args:
        found: the table, as it is read now.
        draft: where everything that is said of it is kept.
    """

    def __init__(self, found: Brought, draft: Draft) -> None:
        self.found, self.draft = found, draft


class ImportStep(Page):
    """A step.

    Args:
        work: what the steps share.
    """

    def __init__(self, work: ImportWork) -> None:
        super().__init__()
        self.work = work

    @property
    def found(self) -> Brought:
        """The table, as it is read now."""
        return self.work.found

    def steps(self, here: int) -> Static:
        """Return the line that says which step this is."""
        pieces = [
            (f"{_RANKS[rank]} {name}   ", "strong" if rank == here else "muted")
            for rank, name in enumerate(STEPS)
        ]
        key = first_key("import.next", self.office.keys)
        return Static(line(*pieces, (f"{key} : suite", "accent")), id="steps")

    def read_over(self, takeover: Takeover) -> None:
        """Read the table in another way, and keep it; what cannot be is said, and changes nothing."""
        self.ask(partial(brought, self.office, takeover, self.found), self._read, group="save")

    def _read(self, found: Brought) -> None:
        self.work.found = found
        self.keep()
        self.show_found()

    def show_found(self) -> None:
        """Show the table as it is read now."""

    def keep(self, step: str = "") -> None:
        """Keep everything that is said of the table; the step at which it is left, when it is another."""
        if step:
            self.work.found = replace(self.found, takeover=replace(self.found.takeover, step=step))
        kept = without_revealing(self.found.takeover.draft, *self.found.cells.procedures)
        self.run_worker(self.work.draft.keeping(kept), group="draft", thread=True)
