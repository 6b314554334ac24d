"""Agir sur les dossiers marqués: one act, what it would do to each, then what became of each.

Opened from the first screen. Gives back the files on which it was done. A file that is refused or that
somebody else has changed stops none of the others; a database out of reach stops it where it is, and the
same key goes on from there. What was chosen is in a draft until it is done.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import partial
from typing import ClassVar

from msgspec.structs import replace
from rich.console import Group, RenderableType
from rich.table import Table
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import ProgressBar, Static

from display.drawing.layout import text
from tui.acts.actform import Prepared
from tui.acts.asked import TypedAnswers
from tui.forms.filling import KEYS, Filling
from tui.frame.keybar import KeyBar
from tui.frame.keys import bind
from tui.frame.office import Office
from tui.frame.page import Dialog
from tui.lists.bulk_work import (
    ADVANCE,
    ONE_EACH,
    BulkForm,
    BulkOutcome,
    JobLine,
    Marked,
    Result,
    attempt,
    bulk,
    export,
)
from workflow.text import french

_SHOWN = 200
_LOOKS = {
    Result.CONFLICT: ("≠", "late"),
    Result.REFUSED: ("✗", "late"),
    Result.DONE: ("✓", "ok"),
    Result.READY: ("·", "awaited"),
}
"""Signs by result, those that need somebody first."""
_COUNTED = {
    Result.READY: ("prêt", "prêts"),
    Result.DONE: ("fait", "faits"),
    Result.REFUSED: ("refusé", "refusés"),
    Result.CONFLICT: ("en conflit", "en conflit"),
}


class BulkScreen(Dialog[tuple[str, ...]], Filling[tuple[str, ...]]):
    """One act on the files marked.

    Args:
        office: gives what may be chosen.
        refs: their references.
        kind: what is to be done, to begin with.
        cohort: the group that they are, if they are one.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *KEYS,
        bind("bulk.stop", priority=True),
        bind("bulk.export", priority=True),
    ]
    reads_on = "#bulk-scroll"

    def __init__(
        self, office: Office, refs: tuple[str, ...], kind: str = ADVANCE, *, cohort: str = ""
    ) -> None:
        count = french.count(len(refs), "dossier marqué", "dossiers marqués")
        title = f"Agir sur {f'« {cohort} »' if cohort else count}"
        form = BulkForm(title, office=office, opened=kind, kind=kind, cohort=cohort)
        super().__init__(bulk(form))
        self._refs = refs
        self._judged: BulkOutcome | None = None
        self._doing = self._halting = False

    def compose(self) -> ComposeResult:
        """Yield the act, how far it is, and what becomes of each file."""
        with Vertical(classes="dialog", id="bulk") as box:
            box.border_title = self._first.title
            yield self.asks()
            yield Static("Lecture des dossiers…", id="bulk-summary")
            # Shown while it goes from file to file.
            bar = ProgressBar(total=len(self._refs), show_eta=False, id="bulk-progress")
            bar.display = False
            yield bar
            with VerticalScroll(id="bulk-scroll", can_focus=False):
                yield Static(id="bulk-lines")
            yield from self.buttons()
        yield KeyBar()

    def begin(self) -> None:
        """Read the files marked."""
        self.ask(self._read, self._know, group="marked")

    def _read(self) -> tuple[Marked, ...]:
        return tuple(
            Marked.of(self.office.services.cases.view(ref)) for ref in self._watched(self._refs)
        )

    def _know(self, cases: tuple[Marked, ...]) -> None:
        async def ask() -> None:
            form = self.act
            assert isinstance(form, BulkForm), "made by this screen"  # noqa: S101
            await self.answers.ask(bulk(replace(form, cases=cases)))
            super(BulkScreen, self).begin()

        self.call_later(ask)

    # --- What it would do --------------------------------------------------------------------------

    def reconsider(self, *, at_once: bool = False) -> None:
        """Judge what is chosen now, unless something is being done."""
        if not self._doing:
            self._judged = None
            super().reconsider(at_once=at_once)

    def show(self, lines: Iterable[RenderableType], found: Prepared | None = None) -> None:
        """Show what would become of each file, or why that is not known."""
        self._judged = found if isinstance(found, BulkOutcome) else None
        shown: list[RenderableType] = (
            [] if self._judged or self.reasons == (self.act.idle,) else [*lines]
        )
        if self._judged is None:
            self._summary(self.act.idle)
        elif self._judged.lines:
            self._summary(self._counted())
        else:
            count = french.count(len(self._judged.left), "dossier", "dossiers")
            self._summary(f"{count} : chacun sera jugé à son tour.")
        self.query_one("#bulk-lines", Static).update(Group(*(shown or self._drawn_lines())))

    @on(Filling.Progress)
    def _far(self, message: Filling.Progress) -> None:
        message.stop()
        bar = self.query_one(ProgressBar)
        bar.update(total=message.total, progress=message.done)
        bar.display = message.done < message.total
        if self._doing:
            self._summary(f"{self._counted()}…")

    # --- Doing it ----------------------------------------------------------------------------------

    def save(self, found: Prepared) -> None:
        """Do it to every file on which it is still to be done."""
        assert isinstance(found, BulkOutcome), "its form gives no other"  # noqa: S101
        self._doing, self._halting = True, False
        self._ready(None)
        self._reasons = ("attendez la fin de ce qui est en cours.",)
        form, typed = self.act, self.answers.typed
        assert isinstance(form, BulkForm), "made by this screen"  # noqa: S101
        go = partial(self._go_through, form, typed, found)
        self.ask(go, partial(self._done, form, typed), group="run")

    def _go_through(self, form: BulkForm, typed: TypedAnswers, found: BulkOutcome) -> BulkOutcome:
        """Deal with each file that is left; in a thread, and again from where it stopped."""
        cases = {case.ref: case for case in form.judged(typed, found.lines).left}
        for ref in self._watched(list(cases)):
            if self._halting:
                break
            request = form.request(cases[ref], typed)
            found.lines[ref] = attempt(self.office, request, cases[ref], save=True)
        return found

    def _done(self, form: BulkForm, typed: TypedAnswers, found: BulkOutcome) -> None:
        self._doing, self._reasons = False, ()
        now = form.judged(typed, found.lines)
        self._ready(now)
        self.show((), now)
        acted = [case for case in form.cases if case.ref in self.done]
        if acted:
            if not now.left:
                self.drop_draft()
            request = form.as_command(acted[0], typed)
            each = f"\n{ONE_EACH}" if len(acted) > 1 and request.operation.on_file else ""
            self.desk.acted(f"{now.title} : {self._counted()}{each}", request)
        self.desk.refresh_data()

    @property
    def done(self) -> tuple[str, ...]:
        """The files on which it was done."""
        return tuple(one.ref for one in self._lines() if one.result is Result.DONE)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Stop what runs; keep what is known."""
        if action == "stop":
            return self._doing
        if action == "export":
            return bool(self._lines()) and not self._doing
        return super().check_action(action, parameters)

    def action_stop(self) -> None:
        """Stop after the file at hand."""
        self._halting = True

    def action_export(self) -> None:
        """Write what became of each file in a file of the user's own."""
        if self._judged is None:
            return
        at = self.office.now.astimezone(self.office.zone)
        try:
            path = export(self.office.folder, at, self._judged.title, self._lines())
        except OSError as error:
            self.notify(f"Résultat non gardé : {error.strerror}.", severity="warning")
            return
        self.notify(f"Résultat gardé : {path}", timeout=10)

    def action_cancel(self) -> None:
        """Close; while it runs, stop it first."""
        # What the database stopped already may be left as it is.
        if self._doing and self._again is None:
            self._halting = True
            self.notify("Arrêt après le dossier en cours.", timeout=3)
        else:
            self.dismiss(self.done)

    # --- Drawing -----------------------------------------------------------------------------------

    def _summary(self, words: str) -> None:
        self.query_one("#bulk-summary", Static).update(words)

    def _counted(self) -> str:
        """Return « 6 faits, 1 refusé »."""
        count = Counter(one.result for one in self._lines())
        told = (french.count(count[one], *words) for one, words in _COUNTED.items() if count[one])
        return ", ".join(told)

    def _lines(self) -> list[JobLine]:
        """Return what became of the files, those that need somebody first."""
        order, known = list(_LOOKS), self._judged.lines if self._judged else {}
        return sorted(known.values(), key=lambda one: order.index(one.result))

    def _drawn_lines(self) -> Iterable[RenderableType]:
        lines = self._lines()
        grid = Table.grid(padding=(0, 1))
        for one in lines[:_SHOWN]:
            sign, style = _LOOKS[one.result]
            words = one.reason or one.result.value
            grid.add_row(text(sign, style), one.ref, text(words, "muted"))
        if len(lines) > _SHOWN:
            more = french.count(len(lines) - _SHOWN, "autre dossier", "autres dossiers")
            grid.add_row("", text(f"… et {more}", "muted"), "")
        return [grid] if lines else []
