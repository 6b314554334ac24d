"""The templates of `templates/`: where they are, and what holds for each of them.

Used by `notifications.rendering.composer` for mails and by `cli.terminal.sheet_layout` for the portal sheet:
each adds filters of its own. A name that nobody gives is an error, never a blank.
"""

from __future__ import annotations

from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return what fills templates in."""
    found = Environment(
        loader=PackageLoader("templates", ""),
        undefined=StrictUndefined,
        autoescape=select_autoescape(("html.j2",)),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["capital"] = lambda text: text[:1].upper() + text[1:]
    return found
