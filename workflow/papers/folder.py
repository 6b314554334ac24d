"""The folder of the files that are kept with papers: each once, by what is in it, for its owner alone.

Made by `cli.wiring.container`, used by `workflow.usecases`. A file is there, whole and lasting, before the
base says that a paper has it; what a death leaves in between is known by a mark, and goes a day later.
Nothing that a paper once had is ever taken away from it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import file_digest, sha256
from pathlib import Path, PurePath
from typing import Final

from msgspec import Struct

from workflow.case.kept_file import BroughtFile, KeptFile
from workflow.errors import Conflict, InvalidInput, OutOfReach
from workflow.papers.file_kinds import kind_of
from workflow.text.folding import cleaned, visible
from workflow.text.os_errors import cause
from workflow.text.whole_file import write_whole

_MEGABYTE: Final = 1_000_000
_MARK: Final = ".attente"
_LEFT: Final = timedelta(days=1)
"""Age at which a file that was copied and not noted is one that nobody is about to note."""
_DIGEST: Final = re.compile("[0-9a-f]{64}")
_LONGEST_NAME: Final = 80


class KeptState(StrEnum):
    """How a file that a paper has is found."""

    WHOLE = "whole"
    MISSING = "missing"
    CHANGED = "changed"


class PaperFolder(Struct, frozen=True):
    """Where the files of a base are.

    Args:
        directory: the folder; made when the first file comes.
        largest: megabytes that a file may have.
    """

    directory: Path
    largest: int

    def look(self, typed: str) -> BroughtFile:
        """Return a file as it would be kept; nothing is copied.

        Args:
            typed: its path, as typed.

        Raises:
            InvalidInput: nothing there, no file, too large, empty, or of a kind that is not kept.
            Refused: with something in it that a program would run.
            OutOfReach: it cannot be read.
        """
        path = Path(typed.strip("'\""))
        # A person whom the machine does not know is no shorthand.
        with suppress(RuntimeError):
            path = path.expanduser()
        name, content = visible(path.name, breaks=False), self._read(path)
        kind = kind_of(content, name)
        stem = cleaned(PurePath(name).stem).strip()[: _LONGEST_NAME - len(kind.suffix)]
        kept = KeptFile(sha256(content).hexdigest(), f"{stem}{kind.suffix}", len(content))
        return BroughtFile(path.absolute(), kept)

    def keep(self, brought: BroughtFile) -> None:
        """Copy a file, whole and for good, before the base says that a paper has it.

        Raises:
            Conflict: it is no longer what was looked at.
            OutOfReach: it cannot be read, or the folder cannot be written; nothing is noted then.
        """
        kept, place = brought.kept, self._place(brought.kept)
        content = self._read(brought.path)
        if sha256(content).hexdigest() != kept.digest:
            raise Conflict(
                f"Fichier « {kept.name} » : il a changé depuis qu’il a été relu ; rien n’a été noté, "
                "donnez-le de nouveau."
            )
        try:
            self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            # Before it is looked for: a sweep looks at the mark after it has put a file aside.
            write_whole(self._mark(kept.digest), b"", lasting=False)
            if self.state(kept) is not KeptState.WHOLE:
                write_whole(place, content)
                _make_last(self.directory)
        except OSError as error:
            raise OutOfReach(
                f"Fichier « {kept.name} » : il n’a pas pu être copié dans « {self.directory} » "
                f"({cause(error)}) ; rien n’a été noté."
            ) from error

    def noted(self, brought: BroughtFile) -> None:
        """Take the mark of a file away, now that the base says that a paper has it."""
        with suppress(OSError):
            self._mark(brought.kept.digest).unlink(missing_ok=True)

    def place_of(self, kept: KeptFile) -> Path:
        """Return where a file is, found as it was kept.

        Raises:
            OutOfReach: it is missing, or is no longer what was kept.
        """
        state = self.state(kept)
        if state is KeptState.MISSING:
            raise OutOfReach(
                f"Fichier « {kept.name} » : il manque dans « {self.directory} » ; remettez la sauvegarde de "
                "ce dossier, ou corrigez [papers] directory."
            )
        if state is KeptState.CHANGED:
            raise OutOfReach(
                f"Fichier « {kept.name} » : il a été changé depuis qu’il est gardé ({self._place(kept)}) ; "
                "remettez-le de la sauvegarde, ou gardez-le de nouveau avec sa pièce."
            )
        return self._place(kept)

    def _place(self, kept: KeptFile) -> Path:
        return self.directory / kept.stored

    def state(self, kept: KeptFile) -> KeptState:
        """Look at a file that a paper has, byte by byte.

        Raises:
            OutOfReach: it is there and cannot be read.
        """
        place = self._place(kept)
        try:
            if place.stat().st_size != kept.size:
                return KeptState.CHANGED
            with place.open("rb") as file:
                digest = file_digest(file, "sha256").hexdigest()
        except FileNotFoundError:
            return KeptState.MISSING
        except OSError as error:
            raise OutOfReach(
                f"Fichier « {kept.name} » : il n’a pas pu être lu dans « {self.directory} » "
                f"({cause(error)})."
            ) from error
        return KeptState.WHOLE if digest == kept.digest else KeptState.CHANGED

    def strays(self, held: Collection[str]) -> list[str]:
        """Return the names of the files that no paper has; `held` are the digests of those that one has."""
        return sorted(path.name for path in self._files() if path.stem not in held)

    def sweep(self, held: Collection[str], now: datetime) -> int:
        """Take away what was copied a day ago or more and never noted; return how many files.

        Args:
            held: digests of the files that a paper has.
            now: the present.

        Raises:
            OutOfReach: the folder cannot be written.
        """
        try:
            swept = sum(
                self._swept(mark, held, now) for mark in [*self.directory.glob(f"*{_MARK}")]
            )
            for begun in self.directory.glob(".*.tmp"):
                if _is_old(begun, now):
                    begun.unlink(missing_ok=True)
        except OSError as error:
            raise OutOfReach(
                f"Le dossier des pièces « {self.directory} » n’a pas pu être rangé : {cause(error)}."
            ) from error
        return swept

    def _swept(self, mark: Path, held: Collection[str], now: datetime) -> int:
        """Take a mark away if it is old, and its file unless a paper has it; return how many files."""
        digest = mark.name.removesuffix(_MARK)
        # Nobody else's file is taken for a mark, whatever it is called.
        if not _DIGEST.fullmatch(digest) or not _is_old(mark, now):
            return 0
        copies = [path for path in self.directory.glob(f"{digest}.*") if path != mark]
        swept = sum(_is_gone(path, mark, now) for path in copies if digest not in held)
        mark.unlink(missing_ok=True)
        return swept

    def _files(self) -> Iterator[Path]:
        for path in self.directory.iterdir() if self.directory.is_dir() else ():
            if _DIGEST.fullmatch(path.stem) and path.suffix != _MARK:
                yield path

    def _mark(self, digest: str) -> Path:
        return self.directory / f"{digest}{_MARK}"

    def _read(self, path: Path) -> bytes:
        """Return the bytes of a file; raises like `look`."""
        name = visible(path.name, breaks=False)
        most = self.largest * _MEGABYTE
        try:
            # A pipe or a device would be waited for.
            if not path.is_file():
                what = (
                    "c’est un dossier" if path.is_dir() else "il n’y a pas de fichier à ce chemin"
                )
                raise InvalidInput(f"Fichier « {name} » : {what} ; vérifiez le chemin.")
            with path.open("rb") as file:
                content = file.read(most + 1)
        except OSError as error:
            raise OutOfReach(
                f"Fichier « {name} » : il n’a pas pu être lu ({cause(error)})."
            ) from error
        if len(content) > most:
            raise InvalidInput(
                f"Fichier « {name} » : il dépasse {self.largest} Mo ; réduisez-le, ou notez où il est rangé."
            )
        if not content:
            raise InvalidInput(f"Fichier « {name} » : il est vide ; vérifiez que c’est le bon.")
        return content


def _is_old(mark: Path, now: datetime) -> bool:
    """Tell whether a mark was made a day ago or more; False for one that is gone."""
    try:
        made = datetime.fromtimestamp(mark.stat().st_mtime, UTC)
    except FileNotFoundError:
        return False
    return made <= now - _LEFT


def _is_gone(path: Path, mark: Path, now: datetime) -> bool:
    """Take a file away, unless somebody has marked it again since: then they count on it."""
    aside = path.with_name(f".{path.name}.tmp")
    path.rename(aside)
    if not _is_old(mark, now):
        aside.rename(path)
        return False
    aside.unlink()
    return True


def _make_last(directory: Path) -> None:
    """Have the names in a folder outlive a power cut, where the system can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
