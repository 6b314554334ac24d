"""The lines of a portal sheet on a screen: each value to type, each document to attach.

Used by `tui.outward.sheet`. Values only: what is ticked is told to them.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from rich.console import RenderableType
from rich.text import Text

from display.drawing.layout import line, text
from workflow.eligibility.portal_sheet import Field, Sheet, SheetPaper
from workflow.text import french
from workflow.wording.journal_text import paper_words

TICKED, CHANGED = "✓", "≠"
"""Signs of a value that is typed, and of one that has become another since."""
_TO_NOTE, _UNKNOWN = "à noter", "pas encore connu"


class SheetLine(Struct, frozen=True):
    """A value to type or a document to attach.

    Args:
        id: tells lines apart, in the ticks.
        label: what the portal calls it.
        copied: what is pasted; empty for a document whose place is not known.
        shown: the same as a person reads it.
        note: what a careful person must know.
        absent: True when there is nothing to type.
        optional: True when the portal does without it.
        fact: what notes it when it is missing; empty when no fact alone does.
    """

    id: str
    label: str
    copied: str = ""
    shown: str = ""
    note: str = ""
    absent: bool = False
    optional: bool = False
    fact: str = ""

    @property
    def lacks(self) -> bool:
        """True when the portal asks for it and the file does not say it."""
        return self.absent and not self.optional

    def sign(self, ticked: str | None) -> str:
        """Return where it stands, given the value that was ticked, if one was."""
        if self.absent:
            return "·" if self.optional else "✗"
        if ticked is None:
            return " "
        return TICKED if ticked == self.kept else CHANGED

    @property
    def kept(self) -> str:
        """What a tick remembers: the value, so that another one is not taken for it."""
        return self.copied or TICKED

    def drawn(self, sign: str) -> Text:
        """Return the line of the list."""
        if self.lacks:
            return line(
                (f"{sign} ", "late"),
                (self.label, "muted"),
                (f"  {_TO_NOTE if self.fact else _UNKNOWN}", "late"),
            )
        if self.absent:
            return line((f"{sign} {self.label}  rien à saisir", "muted"))
        done = sign == TICKED
        return line(
            (f"{sign} ", "ok" if done else "soon"),
            (self.label, "muted"),
            ("  ", ""),
            (self.shown, "muted" if done else "strong"),
        )

    def told(self, sign: str, key: str) -> Iterator[RenderableType]:
        """Yield the value as it is pasted and what goes with it; `key` notes what is missing."""
        yield text(self.label, "muted")
        if self.lacks:
            how = f" {key} pour le noter." if self.fact else ""
            yield text(f"Le dossier ne le dit pas encore.{how}", "late")
        elif self.absent:
            yield text("Rien n’est noté : laissez vide.", "muted")
        else:
            yield text(self.copied or self.shown, "strong")
            if self.copied and self.shown != self.copied:
                yield text(f"soit {self.shown}", "muted")
        if sign == CHANGED:
            yield text(
                "La valeur a changé depuis que vous l’avez saisie : saisissez-la à nouveau.", "soon"
            )
        if self.note:
            yield text(self.note, "muted")


def lines(sheet: Sheet) -> Iterator[SheetLine]:
    """Yield what is typed in the order of the portal, then what is attached."""
    specs = sheet.procedure.fields(sheet.action.id)
    for spec, field in zip(specs, sheet.fields, strict=True):
        yield _typed(spec.value, field)
    for name, one in zip(sheet.action.documents, sheet.attachments, strict=True):
        yield _attached(name, one)


def _typed(id_: str, field: Field) -> SheetLine:
    note = f"{field.note} À confirmer.".strip() if field.doubtful else field.note
    absent = field.value is None
    return SheetLine(
        id_,
        field.label,
        "" if absent else field.copy,
        field.value or "",
        field.hint or note,
        absent=absent,
        optional=field.optional,
        fact=field.missing,
    )


def _attached(name: str, one: SheetPaper) -> SheetLine:
    held = next((paper for _, paper in one.papers if paper and paper.status.in_hand), None)
    label = f"Joindre : {one.label}"
    if held is None:
        return SheetLine(f"pièce {name}", label, absent=True)
    words = f"{paper_words(held.status)} le {french.short_day(held.on)}"
    return SheetLine(f"pièce {name}", label, held.kept_at, words)
