"""What is being typed, on disk as it is typed: a crash, a power cut or a closed window loses nothing.

Used by the forms. One small file for each form of each file, readable by its owner alone; gone once what it
holds is saved. Two windows on the same form have a file each. Never holds anything of the restricted part:
no form writes it here, and a word that would reveal it is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from itertools import count
from pathlib import Path
from threading import Lock

from workflow.calendar.calendars import WorkingCalendar
from workflow.errors import InvalidInput
from workflow.rules.procedure import Procedure
from workflow.text.nir import holds_nir
from workflow.text.whole_file import write_whole
from workflow.wording.act_text import reveals
from workflow.wording.date_text import written_out

_UNSAFE = re.compile(r"[^\w.-]+")
_RANK = "~"
"""Stands before the rank of a second window on a form; no name of a draft holds it."""


class Draft:
    """The draft of one form, in one window.

    Args:
        folder: where the drafts of a database are kept (`Office.drafts`).
        name: tells forms apart: what is done, and to which file.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, _safe(name)
        self._path = folder / f"{self._name}.json"
        self._held: str | None = None
        self._lock = Lock()
        self._latest = 0

    def left(self) -> dict[str, str]:
        """Return what `read` would, and leave it alone: what is kept now does not replace it."""
        return next((found for *_, found in self._left()), {})

    def read(self) -> dict[str, str]:
        """Take up what was typed, nothing when there is no draft or it cannot be read."""
        for path, text, found in self._left():
            self._path, self._held = path, text
            return found
        return {}

    def keeping(self, typed: Mapping[str, str]) -> Callable[[], None]:
        """Return what keeps what is typed now, to be called from any thread; nothing typed is no draft.

        Threads do not run in the order in which they were begun: one that is overtaken does nothing.
        """
        self._latest += 1
        mine = self._latest

        def keep() -> None:
            with self._lock:
                if mine == self._latest:
                    self._write(typed)

        return keep

    def drop(self) -> None:
        """Forget the draft, and what may still be about to be kept."""
        self.keeping({})()

    def _left(self) -> Iterator[tuple[Path, str | None, dict[str, str]]]:
        """Yield the drafts of this form that can be read, those of other windows last."""
        others = sorted(self._folder.glob(f"{self._name}{_RANK}*.json"))
        for path in (self._folder / f"{self._name}.json", *others):
            text = _text_of(path)
            if found := _parsed(text):
                yield path, text, found

    def _write(self, typed: Mapping[str, str]) -> None:
        """Replace the file, whole or not at all; one that another window has written stays."""
        # A disk that refuses a draft must not stop somebody from working.
        with suppress(OSError):
            there = _text_of(self._path)
            others = there is not None and there != self._held
            if not any(typed.values()):
                if not others:
                    self._path.unlink(missing_ok=True)
                self._held = None
                return
            if others:
                self._path = self._free()
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            text = json.dumps(typed, ensure_ascii=False)
            write_whole(self._path, text.encode(), lasting=False)
            self._held = text

    def _free(self) -> Path:
        """Return a file that no window has written."""
        names = (f"{self._name}{_RANK}{rank}.json" for rank in count(2))
        return next(path for name in names if not (path := self._folder / name).exists())


def adopt(folder: Path) -> None:
    """Take the drafts of a database that were kept before each person had a folder, with their names.

    Args:
        folder: the person's own.
    """
    # A disk that refuses must not stop somebody from working: they stay where they are.
    with suppress(OSError):
        for path in sorted(folder.parent.glob("*.json")):
            folder.mkdir(exist_ok=True, mode=0o700)
            if not (folder / path.name).exists():
                path.rename(folder / path.name)


def names(folder: Path, start: str) -> tuple[str, ...]:
    """Return the names of the drafts that start so, without that start."""
    start = _safe(start)
    found = (path.stem.partition(_RANK)[0] for path in sorted(folder.glob(f"{start}*.json")))
    return tuple(dict.fromkeys(name.removeprefix(start) for name in found))


def without_revealing(typed: Mapping[str, str], *procedures: Procedure) -> dict[str, str]:
    """Return what may be kept: not what would reveal why somebody is eligible, nor a NIR."""
    return {
        name: words
        for name, words in typed.items()
        if not holds_nir(words) and not any(reveals(procedure, words) for procedure in procedures)
    }


def lasting(typed: str, today: date, calendar: WorkingCalendar) -> str:
    """Return a day written out, so that it means the same another day; as typed when it is none."""
    try:
        return written_out(typed, today, calendar)
    except InvalidInput:
        return typed


def _safe(name: str) -> str:
    return _UNSAFE.sub("_", name)


def _text_of(path: Path) -> str | None:
    """Return what a file holds, None when there is none or it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None


def _parsed(text: str | None) -> dict[str, str]:
    try:
        found = json.loads(text or "")
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {str(name): str(value) for name, value in found.items()}
