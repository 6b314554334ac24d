"""A screen whose list leaves in a file for a spreadsheet, by one key.

Every screen with a list derives from it. What asks for the name of the file is loaded with the key.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from textual.binding import BindingType

from display.export.tables import Exported
from tui.frame.keys import bind
from tui.frame.page import Page


class Exporting(Page):
    """A screen with a list that can be exported."""

    BINDINGS: ClassVar[list[BindingType]] = [bind("export.list", "export")]

    @property
    @abstractmethod
    def exported(self) -> Exported | None:
        """The list that is shown; None when there is nothing in it."""

    def action_export(self) -> None:
        """Ask for the name of a file, and write the list there."""
        from tui.forms.export_file import ExportScreen, list_of

        found = self.exported
        if found is None:
            self.notify("Rien à exporter ici.", severity="warning")
        else:
            leaving = list_of(self.office, found)
            self.desk.push(ExportScreen(leaving), lambda words: self.notify(words, timeout=10))
