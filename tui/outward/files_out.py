"""What leaves a file as files: that of a paper, opened with the program made for it; the whole, as one ZIP.

The screen of a file derives from it. Writes nothing but the archive, in a folder of the user's own.
"""

from __future__ import annotations

from abc import abstractmethod
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual.binding import BindingType

from tui.frame.keys import bind
from tui.frame.page import Page
from tui.outward.letters import free_path
from workflow.case.kept_file import KeptFile
from workflow.errors import OutOfReach
from workflow.text.os_errors import cause
from workflow.text.whole_file import made_whole

_ARCHIVES = "archives"


class FilesOut(Page):
    """A screen with a file whose papers can be opened, and that can be packed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("paper.open", "open_file"),
        bind("case.archive", "archive"),
    ]

    ref: str
    """Reference of the file."""

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

    def action_archive(self) -> None:
        """Write the archive of the file, and say where it is."""
        self.ask(self._pack, self.notify, group="archive")

    def _pack(self) -> str:
        # What draws and packs a whole file is of no use to its screen.
        from display.export.archive import ArchiveMaker, archive_name, write_archive

        office = self.office
        maker = ArchiveMaker(
            office.services, office.looking_at, office.directory, office.printed, office.person
        )
        path = free_path(office.folder / _ARCHIVES, archive_name(self.ref))
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with made_whole(path) as aside:
                write_archive(aside, self.ref, maker)
        except OSError as error:
            raise OutOfReach(
                f"L’archive « {path} » n’a pas pu être écrite : {cause(error)}."
            ) from error
        return f"Dossier réuni dans « {path} »."
