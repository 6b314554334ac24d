"""The file that is kept with a paper, opened with the program made for it.

The screen of a file derives from it. Only reads: the folder of files is never written from here.
"""

from __future__ import annotations

from abc import abstractmethod
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual.binding import BindingType

from tui.frame.keys import bind
from tui.frame.page import Page
from workflow.case.kept_file import KeptFile


class PaperFiles(Page):
    """A screen with papers whose files can be opened."""

    BINDINGS: ClassVar[list[BindingType]] = [bind("paper.open", "open_file")]

    @property
    @abstractmethod
    def paper_file(self) -> KeptFile | None:
        """The file of the paper under the cursor; None when it has none."""

    def action_open_file(self) -> None:
        """Open the file of the paper under the cursor, unless it is missing or was changed."""
        kept = self.paper_file
        if kept is None:
            self.notify("Aucun fichier n’est gardé avec cette pièce.", severity="warning")
            return
        find = partial(self.office.services.cases.papers.place_of, kept)
        self.ask(find, partial(self._open, kept), group="file")

    def _open(self, kept: KeptFile, place: Path) -> None:
        self.app.open_url(place.as_uri())
        self.notify(f"« {kept.name} » s’ouvre ; il est gardé dans « {place} ».", timeout=8)
