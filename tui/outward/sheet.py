"""Fiche: what to type in the funder's portal, one value after the other, beside the browser.

Opened from the screen of a file. A key copies the value under the cursor, ticks it and goes to the next; the
last one opens the form of the step. Ticks are kept like a draft: a portal entry left halfway is taken up
where it was. Typed by nobody, so nothing here is judged. One screen with all its keys, hence its length.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import ClassVar

from rich.console import Group, RenderableType
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, VerticalScroll
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from display.case.deadlines import titled
from display.case.verdict import SIGNS
from display.drawing.layout import line, section, text, under
from tui.acts.acts import advancing, correcting
from tui.acts.drafts import Draft
from tui.fields.rows import Rows
from tui.forms.act import ActScreen
from tui.frame.keybar import KeyBar
from tui.frame.keys import bind, first_key
from tui.frame.masthead import Masthead
from tui.frame.page import Page
from tui.outward.sheet_lines import TICKED, SheetLine, lines
from workflow.eligibility.portal_sheet import Sheet
from workflow.errors import EcheancierError, OutOfReach
from workflow.rules.checks import CheckVerdict
from workflow.text import french
from workflow.text.os_errors import cause
from workflow.text.whole_file import write_whole
from workflow.usecases.cases import CaseView

_FOLDER = "fiches"
_DRAFT = "fiche-"
"""Start of the name of the draft that keeps the ticks of a step, after the reference of the file."""


class SheetScreen(Page):
    """The portal sheet of a step.

    Args:
        ref: reference of the file.
        step: the step; the one at hand when it is not told.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("sheet.copy"),
        bind("sheet.tick"),
        bind("sheet.fill"),
        bind("sheet.print"),
        bind("sheet.other"),
        bind("sheet.again"),
        bind("list.down", "move(1)"),
        bind("list.up", "move(-1)"),
        bind("list.first", "move(-10000)"),
        bind("list.last", "move(10000)"),
        bind("list.page_down", "read_on(1)"),
        bind("list.page_up", "read_on(-1)"),
    ]

    def __init__(self, ref: str, step: str | None = None) -> None:
        super().__init__()
        self.ref, self.step = ref, step
        self._sheet: Sheet | None = None
        self._lines: tuple[SheetLine, ...] = ()
        self._ticks: dict[str, str] = {}
        self._draft: Draft | None = None

    def compose(self) -> ComposeResult:
        """Yield the values in the order of the portal, and the one under the cursor as it is pasted."""
        yield Masthead(f"Fiche  {self.ref}")
        with Container(id="body"):
            yield Rows(id="sheet-lines", compact=True)
            with VerticalScroll(id="sheet-box", can_focus=False):
                yield Static(id="sheet-value")
        yield KeyBar()

    def on_mount(self) -> None:
        """Read the sheet."""
        self.query_one(Rows).can_focus = False
        self.refresh_data()

    # --- Reading -----------------------------------------------------------------------------------

    def refresh_data(self) -> None:
        """Read the sheet again: what is ticked stays, unless its value has changed."""
        read = partial(self.office.services.inquiries.sheet, self.ref, self.step)
        self.ask(read, self._show, refused=self._nothing)

    def _nothing(self, error: EcheancierError) -> None:
        self.notify(error.message, severity="warning")
        self.action_back()

    def _show(self, sheet: Sheet) -> None:
        begun = self._draft is None
        self._sheet, self.step = sheet, sheet.action.id
        if self._draft is None:
            self._draft = Draft(self.office.drafts, f"{self.ref}-{_DRAFT}{sheet.action.id}")
            self._ticks = self._draft.read()
        self._lines = tuple(lines(sheet))
        self.query_one(Masthead).say(f"Fiche  {self.ref}  {sheet.action.label}")
        self._list()
        if begun and (left := self._left()):
            self.query_one(Rows).highlighted = left[0]
        if begun and self._ticks:
            self.notify("Saisie reprise où vous l’aviez laissée.", timeout=3)

    def _list(self) -> None:
        """List the values again, the cursor where it was."""
        box = self.query_one(Rows)
        at = box.highlighted or 0
        box.set_options([Option(one.drawn(self._sign(one)), id=one.id) for one in self._lines])
        box.highlighted = min(at, len(self._lines) - 1) if self._lines else None
        self.refresh_bindings()

    def _sign(self, one: SheetLine) -> str:
        return one.sign(self._ticks.get(one.id))

    @property
    def _line(self) -> SheetLine | None:
        at = self.query_one(Rows).highlighted
        return self._lines[at] if at is not None and at < len(self._lines) else None

    @on(OptionList.OptionHighlighted)
    def _read(self) -> None:
        """Show the value under the cursor as it is pasted, and what a careful person must know."""
        if self._sheet is not None and (one := self._line) is not None:
            shown = Group(
                *one.told(self._sign(one), self._key("sheet.fill")), *self._aside(self._sheet)
            )
            self.query_one("#sheet-value", Static).update(shown)
            self.query_one("#sheet-box", VerticalScroll).scroll_home(animate=False)
            self.refresh_bindings()

    def _key(self, id_: str) -> str:
        return first_key(id_, self.office.keys)

    def _aside(self, sheet: Sheet) -> Iterator[RenderableType]:
        """Yield how much is left, the limits of the step, and what does not conform."""
        left, missing = len(self._left()), sum(one.lacks for one in self._lines)
        told = (
            [french.count(left, "valeur reste à saisir", "valeurs restent à saisir")]
            if left
            else []
        )
        if missing:
            told.append(
                french.count(missing, "valeur manque au dossier", "valeurs manquent au dossier")
            )
        yield from section(" ; ".join(told) or "Tout est saisi.")
        looking = self.office.looking_at(sheet.case)
        if sheet.portal:
            yield under(text(f"Portail : {sheet.portal}", "muted"))
        yield from (under(titled(one, looking)) for one in sheet.deadlines)
        failing = [one for one in sheet.concerns if one.verdict is CheckVerdict.FAILING]
        for one in failing:
            yield under(line((f"{SIGNS[one.verdict]} {one.label} : ", "late"), one.sentence))
        if asked := [one.label for one in sheet.concerns if one not in failing]:
            sign = SIGNS[CheckVerdict.TO_CONFIRM]
            yield under(text(f"{sign} À confirmer : {', '.join(asked)}", "muted"))

    def _left(self) -> list[int]:
        """Return the places of what can be typed and is not ticked."""
        return [
            at for at, one in enumerate(self._lines) if not one.absent and self._sign(one) != TICKED
        ]

    # --- Moving ------------------------------------------------------------------------------------

    def action_move(self, way: int) -> None:
        """Go to another value."""
        box = self.query_one(Rows)
        if box.option_count:
            box.highlighted = max(0, min((box.highlighted or 0) + way, box.option_count - 1))

    def action_read_on(self, way: int) -> None:
        """Read on beside the values, or back."""
        self.turn("#sheet-box", way)

    def _go_on(self) -> None:
        """Go to the next value that is not ticked, from the cursor on, then from the top."""
        box = self.query_one(Rows)
        at, left = box.highlighted or 0, self._left()
        if left:
            box.highlighted = next((one for one in left if one > at), left[0])

    def action_other(self) -> None:
        """Show the sheet of the next step that has one."""
        if self._sheet is None:
            return
        steps = list(self._sheet.procedure.sheets)
        if len(steps) > 1:
            at = steps.index(self._sheet.action.id)
            self.app.switch_screen(SheetScreen(self.ref, steps[(at + 1) % len(steps)]))

    # --- Copying and ticking -----------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to fill only what is missing, to begin again only what was begun."""
        one = self._line if self.is_mounted else None
        if action == "fill":
            return one is not None and bool(one.fact)
        if action == "again":
            return bool(self._ticks)
        if action in {"copy", "tick"}:
            return one is not None and not one.absent
        return super().check_action(action, parameters)

    def action_copy(self) -> None:
        """Copy the value, tick it, and go to the next; the last one opens the form of the step."""
        if (one := self._line) is None or one.absent:
            return
        if one.copied:
            self.app.copy_to_clipboard(one.copied)
            if not self.office.copies:
                self.notify(
                    "Ce terminal ne laisse pas copier : sélectionnez la valeur à la souris, touche Maj "
                    "enfoncée.",
                    severity="warning",
                    timeout=6,
                )
        self._tick(one)

    def action_tick(self) -> None:
        """Tick the value without copying it, or take the tick away."""
        if (one := self._line) is None or one.absent:
            return
        if self._sign(one) == TICKED:
            del self._ticks[one.id]
            self._keep()
            self._list()
        else:
            self._tick(one)

    def _tick(self, one: SheetLine) -> None:
        self._ticks[one.id] = one.kept
        self._keep()
        self._list()
        if self._left():
            self._go_on()
        else:
            self._finish()

    def action_again(self) -> None:
        """Take every tick away."""
        self._ticks = {}
        self._keep()
        self._list()
        self.query_one(Rows).highlighted = 0

    def _keep(self) -> None:
        """Keep the ticks, off the screen."""
        if self._draft is not None:
            self.run_worker(self._draft.keeping(dict(self._ticks)), group="draft", thread=True)

    # --- What follows ------------------------------------------------------------------------------

    def _finish(self) -> None:
        """Open the form of the step, dated now, or say why it is not its turn."""
        if any(one.lacks for one in self._lines):
            self.notify(
                "Il manque encore des valeurs au dossier : voyez les ✗.", severity="warning"
            )
        elif self.office.read_only:
            self.notify("Tout est saisi. Lecture seule : l’étape ne peut être notée.")
        else:
            self.ask(partial(self.office.services.cases.view, self.ref), self._advance)

    def _advance(self, view: CaseView) -> None:
        if not any(offer.action == self.step for offer in view.offers):
            self.notify("Tout est saisi ; cette étape n’est pas celle du dossier aujourd’hui.")
            return
        assert self.step is not None, "the sheet was read"  # noqa: S101 - for the type checker
        self.desk.push(ActScreen(advancing(view, self.step, self.office)), self._advanced)

    def _advanced(self, _: bool) -> None:
        """Forget the ticks of a step that is done, and go back to the file."""
        if self._draft is not None:
            self._draft.drop()
        self.desk.refresh_data()
        self.action_back()

    @on(OptionList.OptionSelected)
    def action_fill(self) -> None:
        """Open the form that notes what is missing."""
        if self.may_write() and (one := self._line) is not None and one.fact:
            fact = one.fact
            view = partial(self.office.services.cases.view, self.ref)
            self.ask(view, lambda found: self._correct(found, fact))

    def _correct(self, view: CaseView, fact: str) -> None:
        form = ActScreen(correcting(view, self.office, (fact,)))
        self.desk.push(form, lambda _: self.desk.refresh_data())

    def action_print(self) -> None:
        """Write the page to print, and open it."""
        if self._sheet is None:
            return
        sheet = self._sheet
        path = self.office.folder / _FOLDER / f"{self.ref}-{sheet.action.id}.html"

        def write() -> str:
            page = self.office.printed(sheet)
            try:
                path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                write_whole(path, page.encode())
            except OSError as error:
                raise OutOfReach(
                    f"La page « {path} » n’a pas pu être écrite : {cause(error)}."
                ) from error
            return path.as_uri()

        self.ask(write, self.app.open_url, group="print")
