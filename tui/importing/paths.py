"""The path of a table: as it is pasted, completed as it is typed, or one of those that are near.

Used by `tui.importing.bringing`.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from textual.suggester import Suggester

ENDINGS: Final = (".xlsx", ".ods", ".csv")
_NEAR: Final = ("", "Téléchargements", "Downloads", "Documents", "Bureau", "Desktop")
"""Folders of one’s own where a table is likely to be."""
_LISTED: Final = 6
_ESCAPED: Final = re.compile(r"\\(.)")


def pasted_path(typed: str) -> str:
    """Return a path as it was meant: pasted with quotes, as an address, or as a shell writes it."""
    typed = typed.strip()
    if typed[:1] in {'"', "'"} and typed[-1:] == typed[:1]:
        return typed[1:-1]
    if typed.startswith("file://"):
        return unquote(urlsplit(typed).path)
    return typed if Path(typed).exists() else _ESCAPED.sub(r"\1", typed)


class Paths(Suggester):
    """Completes the path of a table, or of a folder on the way to one."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """Return the first path that begins so."""
        return await asyncio.to_thread(completed, value)


def completed(typed: str) -> str | None:
    """Return the first path of a table or of a folder that begins as typed, None when there is none."""
    head, slash, start = typed.rpartition("/")
    try:
        folder = Path(f"{head}{slash}" or ".").expanduser()
        names = sorted(one.name + "/" * one.is_dir() for one in folder.iterdir())
    except (OSError, RuntimeError):
        return None
    wanted = (*ENDINGS, "/")
    found = (one for one in names if one.lower().startswith(start.lower()) and start)
    return next(
        (head + slash + one for one in found if one.lower().endswith(wanted) and one != start), None
    )


def near_tables() -> tuple[Path, ...]:
    """Return the tables that were written last, in the folders where they are likely to be; in a thread."""
    found: dict[Path, float] = {}
    for folder in (Path.cwd(), *_own_folders()):
        try:
            for one in folder.iterdir():
                if one.suffix.lower() in ENDINGS and one.is_file() and one.name[0] not in ".~":
                    found[one.resolve()] = one.stat().st_mtime
        except OSError:
            continue
    return tuple(sorted(found, key=lambda one: -found[one])[:_LISTED])


def _own_folders() -> Iterator[Path]:
    try:
        home = Path.home()
    except RuntimeError:
        return
    yield from (home / name for name in _NEAR)
