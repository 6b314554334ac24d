"""What the papers of a file say, as one table: a line for each fact, a column for each paper and the file.

Used by `dossier concordance` and by the tab of a file. A cell is empty where nobody says anything; the first
that differs stands out, and is told in words above.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.console import RenderableType
from rich.table import Column, Table
from rich.text import Text

from display.drawing.layout import headed, line, text
from workflow.eligibility.concordance import Comparison, Said
from workflow.text.folding import plain_spaces

_ARTICLE = re.compile("^(?:les? |la |l’)")


def concordance(found: Comparison) -> Iterator[RenderableType]:
    """Yield each first difference in words, or that there is none to see, then who says what of each fact."""
    differing = [one for one in found.facts if one.differs]
    for one in differing:
        yield line(("✗ ", "late"), (f"{one.spec.label} : ", "strong"), found.sentence(one))
    if not any(one.compared for one in found.facts):
        yield text("Rien à comparer : notez ce que disent les pièces.", "muted")
    elif not differing:
        yield text("✓ Aucune différence.", "ok")
    yield _table(found)


def _table(found: Comparison) -> Table:
    names = (_ARTICLE.sub("", called) for called in found.called.values())
    heads = (Column(text(name[:1].upper() + name[1:]), overflow="fold") for name in names)
    grid = headed("", *heads, padding=(0, 1, 0, 0))
    for one in found.facts:
        grid.add_row(
            text(found.rules.facts[one.spec.id].called),
            *(_cell(found, one, who) for who in found.called),
        )
    return grid


def _cell(found: Comparison, one: Said, who: str) -> Text:
    if who not in one.said:
        return text("")
    # The groups of a number may part where the column is narrow.
    said = Text(plain_spaces(found.words(one, who)), overflow="fold")
    if who == one.differs:
        said.append(" ✗")
        said.stylize("late")
    return said
