"""What is being typed, on disk as it is typed: a crash, a power cut or a closed window loses nothing.

Used by the forms. One small file for each form of each file, readable by its owner alone; gone once what it
holds is saved. Never holds anything of the restricted part: no form writes it here.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Lock

_UNSAFE = re.compile(r"[^\w.-]+")


class Draft:
    """The draft of one form.

    Args:
        folder: where drafts are kept.
        name: tells forms apart: what is done, and to which file.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._path = folder / "brouillons" / f"{_UNSAFE.sub('_', name)}.json"
        self._lock = Lock()
        self._latest = 0

    def read(self) -> dict[str, str]:
        """Return what was typed, nothing when there is no draft or it cannot be read."""
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        if not isinstance(found, dict):
            return {}
        return {str(name): str(value) for name, value in found.items()}

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

    def _write(self, typed: Mapping[str, str]) -> None:
        """Replace the file, whole or not at all."""
        # A disk that refuses a draft must not stop somebody from working.
        with suppress(OSError):
            if not any(typed.values()):
                self._path.unlink(missing_ok=True)
                return
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with NamedTemporaryFile(
                "w", dir=self._path.parent, delete=False, encoding="utf-8"
            ) as file:
                json.dump(typed, file, ensure_ascii=False)
            os.replace(file.name, self._path)  # noqa: PTH105 - atomic on every system
