"""What came back, in the terminal and as JSON: what each report says, and what became of it.

Used by `courriels retours`. Shows what a report says of a mail and nothing of the case that it speaks of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rich.console import RenderableType
from rich.table import Column, Table

from cli.shared.picking import picked
from display.layout import figures, headed, line, text, whole
from display.returns import FATES, KINDS
from notifications.returns.settling import Settled
from workflow.text import french

_SAID = "kind message_id address status words reported_at"


Row = tuple[str, Settled]
"""What came back, with the file that says it; the return mailbox has none."""


def told(rows: Sequence[Row]) -> Iterator[RenderableType]:
    """Yield what came back, and how many came to what."""
    if not rows:
        yield "Rien de nouveau n’est revenu."
        return
    yield _table(rows)
    found = [
        french.count(number, *words)
        for fate, words in FATES.items()
        if (number := sum(one.fate is fate for _, one in rows))
    ]
    returns = french.count(len(rows), "retour", "retours")
    yield f"{returns} : {french.listing(found)}."
    if undelivered := sum(one.undelivered for _, one in rows):
        yield french.count(
            undelivered, "courriel devient non remis.", "courriels deviennent non remis."
        )


def _table(rows: Iterable[Row]) -> Table:
    """Return what came back as a table of 80 columns, in the order in which it was read."""
    grid = headed(
        whole("Retour"),
        figures("N°"),
        Column(text("Dossier"), max_width=14),
        "Adresse, et ce que dit le serveur",
        Column(text("Suite"), max_width=14),
        padding=(0, 1, 0, 0),
    )
    for source, one in rows:
        words, style = KINDS[one.said.kind]
        head = one.said.address or (one.message.address if one.message else source)
        said = " ".join(part for part in (one.said.status, one.said.words) if part)
        grid.add_row(
            text(words, style),
            text(str(one.message.id) if one.message else "", "strong"),
            text((one.message.ref if one.message else None) or ""),
            line(head, (f"\n{said}" if head and said else said, "muted")),
            text(FATES[one.fate][0]),
        )
    return grid


def row_json(source: str, one: Settled) -> dict[str, Any]:
    """Return what came back, and what became of it, as JSON values."""
    message = one.message
    return {
        "source": source or None,
        **picked(one.said, _SAID),
        "mail": message.id if message else None,
        "ref": message.ref if message else None,
        "recipient": message.recipient if message else None,
        **picked(one, "fate undelivered"),
    }
