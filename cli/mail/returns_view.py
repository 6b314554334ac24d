"""What came back, in the terminal and as JSON: what each report says, and what became of it.

Used by `courriels retours`. Shows what a report says of a mail and nothing of the case that it speaks of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import tzinfo
from typing import Any

from rich.console import RenderableType
from rich.table import Column, Table

from cli.shared.picking import picked
from display.drawing.layout import figures, headed, line, text, whole
from display.mail.mails import recipient
from display.mail.returns import FATES, KINDS
from notifications.model.returns import TO_LOOK_AT, KeptReturn, Return
from notifications.returns.settling import Settled
from workflow.case.people import Directory
from workflow.text import french

_SAID = "kind message_id address status words reported_at"


Row = tuple[str, Settled]
"""What came back, with the file that says it; the return mailbox has none."""


def told(rows: Sequence[Row], directory: Directory) -> Iterator[RenderableType]:
    """Yield what came back, how many came to what, and who is told otherwise."""
    if not rows:
        yield "Rien de nouveau n’est revenu."
        return
    grid = _grid("Suite")
    for source, one in rows:
        mail, fate = one.message, FATES[one.fate][0]
        if mail is None:
            _add(grid, one.said, None, None, source, fate)
        else:
            _add(grid, one.said, mail.id, mail.ref, mail.address, fate)
    yield grid
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
    if warned := {recipient(directory, id_) for _, one in rows for id_ in one.told}:
        yield f"Prévenu aussitôt : {french.listing(sorted(warned))}."


def kept(rows: Iterable[KeptReturn], zone: tzinfo) -> Table:
    """Return what was noted as a table of 80 columns, in the order given."""
    grid = _grid("Noté le")
    for one in rows:
        at = french.moment(one.noted_at.astimezone(zone))
        number = one.number if one.said.kind in TO_LOOK_AT else None
        _add(grid, one.said, one.mail, one.ref, "", at, number)
    return grid


def _grid(last: str) -> Table:
    return headed(
        whole("Retour"),
        figures("N°"),
        Column(text("Dossier"), max_width=14),
        "Adresse, et ce que dit le serveur",
        Column(text(last), max_width=14),
        padding=(0, 1, 0, 0),
    )


def _add(
    grid: Table,
    said: Return,
    mail: int | None,
    ref: str | None,
    where: str,
    last: str,
    number: int | None = None,
) -> None:
    words, style = KINDS[said.kind]
    head = said.address or where
    server = " ".join(part for part in (said.status, said.words) if part)
    grid.add_row(
        line((words, style), (f"\nretour {number}" if number else "", "muted")),
        text(str(mail) if mail else "", "strong"),
        text(ref or ""),
        line(head, (f"\n{server}" if head and server else server, "muted")),
        text(last),
    )


def row_json(source: str, one: Settled) -> dict[str, Any]:
    """Return what came back, and what became of it, as JSON values."""
    message = one.message
    return {
        "source": source or None,
        **picked(one.said, _SAID),
        "mail": message.id if message else None,
        "ref": message.ref if message else None,
        "recipient": message.recipient if message else None,
        **picked(one, "fate undelivered told"),
    }


def kept_json(one: KeptReturn) -> dict[str, Any]:
    """Return what was noted as JSON values."""
    return {**picked(one.said, _SAID), **picked(one, "number mail ref recipient noted_at noted_by")}
