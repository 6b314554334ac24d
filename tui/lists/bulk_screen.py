"""Agir sur les dossiers marqués: one act, what it would do to each, then what became of each.

Opened from the first screen. Gives back the files on which it was done. A file that is refused or that
somebody else has changed stops none of the others; a database out of reach stops it where it is, and the
same key goes on from there. What was chosen is in a draft until it is done.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import ClassVar

from rich.console import RenderableType
from rich.table import Table
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.message import Message
from textual.widgets import Button, ProgressBar, Static
from textual.worker import get_current_worker

from display.layout import line, text
from tui.forms.confirm import ConfirmScreen
from tui.forms.resume import Resuming
from tui.frame.keybar import KeyBar
from tui.frame.keys import bind
from tui.frame.page import Dialog
from tui.lists.bulk_work import Job, JobLine, Marked, Result, attempt, export
from tui.lists.jobform import ADVANCE, JobForm
from workflow.text import french

_JUDGED_AT_ONCE = 300
"""Files that are judged before it is asked; more are judged when their turn comes."""
_SHOWN = 200
_ONE_EACH = "En ligne de commande, une par dossier ; la première :"
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


class BulkScreen(Dialog[tuple[str, ...]], Resuming[tuple[str, ...]]):
    """One act on the files marked.

    Args:
        refs: their references.
        kind: what is to be done, to begin with.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("form.confirm", priority=True),
        bind("bulk.stop", priority=True),
        bind("bulk.export", priority=True),
        bind("form.down", "move(1)"),
        bind("form.up", "move(-1)"),
    ]

    @dataclass
    class Progress(Message):
        """A file has been dealt with."""

        done: int
        total: int

    def __init__(self, refs: tuple[str, ...], kind: str = ADVANCE) -> None:
        super().__init__()
        self._refs, self._kind = refs, kind
        self._cases: tuple[Marked, ...] = ()
        self._job: Job | None = None
        self._results: dict[str, JobLine] = {}
        self._untouched: Mapping[str, str] = {}
        self._doing = self._halting = False

    # --- The form ----------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Yield the act, how far it is, and what becomes of each file."""
        with Vertical(classes="dialog", id="bulk") as box:
            count = french.count(len(self._refs), "dossier marqué", "dossiers marqués")
            box.border_title = f"Agir sur {count}"
            yield JobForm(self._kind)
            yield Static(id="bulk-summary")
            # Shown while it goes from file to file.
            bar = ProgressBar(total=len(self._refs), show_eta=False, id="bulk-progress")
            bar.display = False
            yield bar
            with VerticalScroll(id="bulk-scroll", can_focus=False):
                yield Static(id="bulk-lines")
            with Horizontal(id="buttons"):
                yield Button("Enregistrer  Ctrl+S", id="save", variant="primary", compact=True)
                yield Button("Fermer  Échap", id="close", compact=True)
        yield KeyBar()

    def on_mount(self) -> None:
        """Read the files marked."""
        self.query_one("#save", Button).disabled = True
        self._summary("Lecture des dossiers…")
        self.ask(self._read, self._know, group="marked")

    def _read(self) -> tuple[Marked, ...]:
        return tuple(
            Marked.of(self.office.services.cases.view(ref)) for ref in self._each(self._refs)
        )

    def _know(self, cases: tuple[Marked, ...]) -> None:
        self._cases = cases
        self.call_later(self._begin)

    async def _begin(self) -> None:
        """Ask what the act needs, and what becomes of a draft."""
        await self._form.ask(self._cases)
        self._untouched = self._form.raw
        self._consider()
        self.open_draft(f"agir-{self._kind}")

    async def take_up(self, typed: Mapping[str, str]) -> None:
        """Put back what was being chosen."""
        await self._form.restore(typed)
        self.notify("Votre saisie d’avant est revenue : vérifiez-la.", timeout=4)
        self._consider()

    async def start_over(self) -> None:
        """Put every field back as it was at first."""
        await self._form.restore(self._untouched)
        self._consider()

    @property
    def _form(self) -> JobForm:
        return self.query_one(JobForm)

    # --- What it would do --------------------------------------------------------------------------

    @on(JobForm.Changed)
    def _changed(self) -> None:
        if self._cases and not self._doing:
            raw = self._form.raw
            self.keep_draft({} if raw == self._untouched else raw)
            self._job = None
            self.query_one("#save", Button).disabled = True
            self.soon(self._consider)

    def _consider(self) -> None:
        """Judge what the act would do to each file."""
        if self._doing or not self._cases:
            return
        self._results, self._job = {}, self._form.job
        if self._job is None:
            self._summary("Choisissez ce qui est à faire.")
            self._draw()
        elif len(self._cases) > _JUDGED_AT_ONCE:
            count = french.count(len(self._cases), "dossier", "dossiers")
            self._ready(f"{count} : chacun sera jugé à son tour.")
        else:
            self.weigh(partial(self._go_through, self._job, save=False), self._judged)

    def _judged(self, lines: dict[str, JobLine]) -> None:
        self._results = lines
        self._ready(self._counted())

    def _ready(self, words: str) -> None:
        self._summary(words)
        self._draw()
        self.query_one("#save", Button).disabled = not self._pending()
        self.refresh_bindings()

    def _pending(self) -> list[Marked]:
        """Return the files on which it is still to be done."""
        results = self._results
        return [
            case
            for case in self._cases
            if case.ref not in results or results[case.ref].result is Result.READY
        ]

    def _go_through(self, job: Job, *, save: bool) -> dict[str, JobLine]:
        """Deal with each file that is left; in a thread."""
        cases = {case.ref: case for case in (self._pending() if save else self._cases)}
        lines = self._results if save else {}
        for ref in self._each(cases):
            if self._halting:
                break
            lines[ref] = attempt(self.office, job, cases[ref], save=save)
        return lines

    def _each(self, refs: Iterable[str]) -> Iterable[str]:
        """Yield references, saying how far it is; stop when something else is asked."""
        worker, every = get_current_worker(), list(refs)
        for number, ref in enumerate(every, 1):
            if worker.is_cancelled:
                return
            yield ref
            self.post_message(self.Progress(number, len(every)))

    @on(Progress)
    def _far(self, message: Progress) -> None:
        message.stop()
        bar = self.query_one(ProgressBar)
        bar.update(total=message.total, progress=message.done)
        bar.display = message.done < message.total
        if self._doing:
            self._summary(f"{self._counted()}…")

    # --- Doing it ----------------------------------------------------------------------------------

    @on(Button.Pressed, "#save")
    def action_confirm(self) -> None:
        """Ask, once every file is judged, then do it to every one that can be."""
        self.once_judged(self._confirm)

    def _confirm(self) -> None:
        job, left = self._job, self._pending()
        if self._doing or job is None or not left:
            self.notify("Rien à enregistrer.", severity="warning")
            return
        count = french.count(len(left), "dossier", "dossiers")
        told = line((job.title, "strong"), f"\n{count} ; les autres restent comme ils sont.")
        if len(left) > 1:
            told.append_text(text(f"\n{_ONE_EACH}", "muted"))
        command = self.office.typed(job.request(left[0]))
        then: Callable[[bool], None] = lambda _: self._run(job)  # noqa: E731 - given to a screen
        self.desk.push(ConfirmScreen(f"Enregistrer pour {count} ?", told, command), then)

    def _run(self, job: Job) -> None:
        self._doing, self._halting = True, False
        self.refresh_bindings()
        self.ask(partial(self._go_through, job, save=True), self._done, group="run")

    def _done(self, lines: dict[str, JobLine]) -> None:
        self._results, self._doing = lines, False
        self._ready(self._counted())
        acted = [case for case in self._cases if case.ref in self.done]
        if acted and not self._pending():
            self._draft.drop()
        if acted and self._job is not None:
            words = f"{self._job.title} : {self._counted()}"
            each = f"\n{_ONE_EACH}" if len(acted) > 1 else ""
            self.desk.acted(f"{words}{each}", self._job.request(acted[0]))
        self.desk.refresh_data()

    @property
    def done(self) -> tuple[str, ...]:
        """The files on which it was done."""
        return tuple(ref for ref, one in self._results.items() if one.result is Result.DONE)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Stop what runs; keep what is known."""
        if action == "stop":
            return self._doing
        if action == "export":
            return bool(self._results) and not self._doing
        return super().check_action(action, parameters)

    def action_stop(self) -> None:
        """Stop after the file at hand."""
        self._halting = True

    def action_export(self) -> None:
        """Write what became of each file in a file of the user's own."""
        if self._job is not None:
            at = self.office.now.astimezone(self.office.zone)
            self._write(at, self._job, self._lines())

    def _write(self, at: datetime, job: Job, lines: Sequence[JobLine]) -> None:
        try:
            path = export(self.office.folder, at, job, lines)
        except OSError as error:
            self.notify(f"Résultat non gardé : {error.strerror}.", severity="warning")
            return
        self.notify(f"Résultat gardé : {path}", timeout=10)

    def action_move(self, way: int) -> None:
        """Read on, or back."""
        self.turn("#bulk-scroll", way)

    @on(Button.Pressed, "#close")
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
        count = Counter(one.result for one in self._results.values())
        told = (french.count(count[one], *words) for one, words in _COUNTED.items() if count[one])
        return ", ".join(told)

    def _lines(self) -> list[JobLine]:
        """Return what became of the files, those that need somebody first."""
        order = list(_LOOKS)
        return sorted(self._results.values(), key=lambda one: order.index(one.result))

    def _draw(self) -> None:
        lines = self._lines()
        grid = Table.grid(padding=(0, 1))
        for one in lines[:_SHOWN]:
            sign, style = _LOOKS[one.result]
            words = one.reason or one.result.value
            grid.add_row(text(sign, style), one.ref, text(words, "muted"))
        if len(lines) > _SHOWN:
            more = french.count(len(lines) - _SHOWN, "autre dossier", "autres dossiers")
            grid.add_row("", text(f"… et {more}", "muted"), "")
        shown: RenderableType = grid if lines else ""
        self.query_one("#bulk-lines", Static).update(shown)
