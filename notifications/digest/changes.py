"""What changed in the files of a reader since the last digest: opened, advanced, moved, handed over.

Made by `notifications.digest.gathering` from the journals, one line for each file. Says what was done and by
whom, never what was written: no comment, no fact, nothing restricted. The reader's own acts are news to
nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import asdict

from notifications.model.happenings import Happening
from notifications.model.procedure_names import ProcedureLabels
from workflow.case.case import EntryKind
from workflow.text import french

_SAID = {
    EntryKind.OPENING: "dossier ouvert",
    EntryKind.UNDO: "étape annulée",
    EntryKind.SNOOZE: "rappel reporté",
    EntryKind.CHASE: "relance notée",
}
"""Acts told whatever they move; what only completes a file is told when it moves a date."""

NEWS = frozenset({EntryKind.ACTION, EntryKind.TRANSFER, *_SAID})
"""Acts worth telling even when they move no date: the file came, went, or moved on."""

_CLOSED = "dossier clos"


class FileChange(Struct, frozen=True):
    """What others did to a file since the last digest."""

    ref: str
    title: str
    procedure: str
    told: tuple[str, ...]
    """What was done, in words, oldest first, none twice."""
    by: tuple[str, ...]
    """Names of those who did it."""
    at: datetime
    """When the last of it was done, on the reader's clock."""
    yours: bool = False
    """True when the file was handed over to the reader."""

    @property
    def words(self) -> str:
        """Return « Dossier ouvert ; étape notée : Saisir la DRF »."""
        text = "; ".join(self.told).replace("; ", " ; ")
        return text[:1].upper() + text[1:]

    @property
    def signature(self) -> str:
        """Return « par Malik Berthaud »."""
        return f"par {french.listing(self.by)}"

    def as_json(self) -> dict[str, Any]:
        """Return what leaves of it in JSON."""
        return asdict(self)


def change(
    happenings: Sequence[Happening],
    labels: ProcedureLabels,
    name: Callable[[str], str],
    zone: ZoneInfo,
    *,
    owned: bool,
) -> FileChange:
    """Return what was done to one file.

    Args:
        happenings: what is worth telling of it, oldest first; never empty.
        labels: what its procedure calls its acts and dates.
        name: gives the name of a person from their id.
        zone: clock of the reader.
        owned: True when the reader follows the file for themselves, not for somebody away.
    """
    last = happenings[-1]
    told = [words for one in happenings for words in _told(one, labels, owned=owned)]
    if not last.is_open:
        told.append(_CLOSED)
    return FileChange(
        ref=last.ref,
        title=last.title,
        procedure=labels.name,
        told=tuple(dict.fromkeys(told)),
        by=tuple(dict.fromkeys(name(one.by) for one in happenings)),
        at=last.at.astimezone(zone),
        yours=owned and any(one.kind is EntryKind.TRANSFER for one in happenings),
    )


def _told(happening: Happening, labels: ProcedureLabels, *, owned: bool) -> Iterator[str]:
    match happening.kind:
        case EntryKind.ACTION:
            action = happening.action or ""
            yield f"étape notée : {labels.actions.get(action, action)}"
        case EntryKind.TRANSFER:
            yield "dossier qui vous est confié" if owned else "changement de suivi"
        case kind if kind in _SAID:
            yield _SAID[kind]
    if happening.moved:
        yield f"dates déplacées : {', '.join(_labels(happening.moved, labels.deadlines))}"


def _labels(ids: Sequence[str], labels: Mapping[str, str]) -> Iterator[str]:
    return (labels.get(id_, id_) for id_ in ids)
