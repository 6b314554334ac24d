"""Nouveau dossier: what its procedure asks on the left; on the right its window on a calendar, its verdict.

Opened from the first screen. Everything is judged while one types, nothing is written before the last
question. Why the person is eligible is never asked here: it is noted apart, in the restricted part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import ClassVar

from rich.console import Group
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Horizontal, Vertical, VerticalScroll
from textual.widgets import Input, Label, Select, Static

from display.layout import line
from notifications.schedule.viewpoint import Looking
from tui.acts.drafts import without_revealing
from tui.case.funders import FunderScreen
from tui.case.opening import Opening, Preview, asked, look
from tui.case.opening_view import drawn
from tui.case.screen import CaseScreen
from tui.fields.choices import Choices, by_name
from tui.fields.factfield import FactField
from tui.fields.line import Line
from tui.fields.scrolled import Fields
from tui.fields.tick import Tick
from tui.forms.confirm import ConfirmScreen
from tui.forms.effect import effect
from tui.forms.resume import Resuming
from tui.frame.keybar import KeyBar
from tui.frame.keys import bind, first_key
from tui.frame.masthead import Masthead
from tui.frame.page import Page
from workflow.case.case import Outcome
from workflow.errors import EcheancierError
from workflow.rules.procedure import Procedure
from workflow.text import french
from workflow.usecases import operations
from workflow.usecases.requests import Request

_TITLE, _DRAFT = "Nouveau dossier", "nouveau-dossier"
_TIGHT, _WIDE = 80, 100
"""Columns from which the result stands beside the form, and from which it has room for two months."""


class NewScreen(Page, Resuming[None]):
    """A file to open."""

    asks_facts = True
    HORIZONTAL_BREAKPOINTS = [(0, "-tight"), (_TIGHT, "-narrow"), (_WIDE, "-wide")]  # noqa: RUF012 - Textual's own type
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("form.confirm", priority=True),
        bind("new.nearest", priority=True),
        bind("new.funder", priority=True),
        bind("form.next_month", "month(1)", priority=True),
        bind("form.previous_month", "month(-1)", priority=True),
        bind("form.down", "move(1)"),
        bind("form.up", "move(-1)"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._found: Preview | None = None
        self._refusal = ""
        self._shift = 0
        self._asked_of: tuple[str, str | None] | None = None

    # --- The form ----------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Yield the form, and what it would give beside it."""
        yield Masthead(_TITLE)
        with Container(id="new"):
            with Fields(id="new-form"):
                usual = self._choices()
                for id_, (label, choices, value) in usual.items():
                    with Horizontal(classes="field", id=f"row-{id_}") as row:
                        row.display = bool(choices)
                        yield Label(label)
                        yield Choices(choices, value, id=id_)
                with Horizontal(classes="field"):
                    yield Label("Libellé")
                    yield Line(id="title", compact=True, placeholder="nom ou initiales")
                rules = self._rules(usual["procedure"][2], usual["funder"][2])
                tick = Tick("Dossier ancien, dispositif clos", id="historical", compact=True)
                tick.display = bool(rules.ended)
                yield tick
                # There from the first: a form that fills itself in later is a form one types beside.
                yield Vertical(*self._fields(rules, {}), id="facts")
            with VerticalScroll(id="new-panel", can_focus=False):
                yield Static(id="new-found")
        yield KeyBar()

    def _choices(self) -> Mapping[str, tuple[str, Mapping[str, str], str]]:
        """Return what is chosen from lists: label, choices, and the usual one."""
        office = self.office
        procedures = {id_: one.name for id_, one in office.services.rulebook.procedures.items()}
        agencies = by_name(office.directory.agencies)
        people = by_name(office.directory.people)
        usual = "cipi" if "cipi" in procedures else next(iter(procedures))
        mine = office.acting if office.acting in people else ""
        return {
            "procedure": ("Procédure", procedures, usual),
            "funder": ("Financeur", {}, ""),
            "agency": ("Agence", agencies, office.agency or ""),
            "owner": ("Suivi par", people, mine),
        }

    def on_mount(self) -> None:
        """Judge what the usual procedure asks, and ask what becomes of a draft."""
        self._list_funders("")
        self._asked_of = self._value("procedure") or "", self._value("funder")
        self._consider()
        self._start_field.query_one(Input).focus()
        self.open_draft(_DRAFT)

    def say_draft(self, words: str) -> None:
        """Say in the title that the form holds a draft."""
        self.query_one(Masthead).say(f"{_TITLE}  {words}".rstrip())

    async def take_up(self, typed: Mapping[str, str]) -> None:
        """Put back what was being typed."""
        await self._fill(typed)
        self.notify("Votre saisie d’avant est revenue : vérifiez-la.", timeout=4)

    async def start_over(self) -> None:
        """Ask what the usual procedure asks, of nobody yet."""
        await self._fill({id_: usual for id_, (_, _, usual) in self._choices().items()})

    async def _fill(self, typed: Mapping[str, str]) -> None:
        for id_ in ("procedure", "agency", "owner", "funder"):
            if (kept := typed.get(id_)) is not None:
                self.query_one(f"#{id_}", Choices).choose(kept)
        await self._ask_facts(typed)
        for field in self.query(FactField):
            field.put(typed.get(f"fact-{field.spec.id}", ""))
        self.query_one("#title", Input).value = typed.get("title", "")
        self.query_one("#historical", Tick).value = False
        self._start_field.query_one(Input).focus()

    @property
    def _start_field(self) -> FactField:
        return self.query(FactField).first()

    @property
    def _procedure(self) -> Procedure:
        """The procedure chosen, as its funder rules it."""
        return self._rules(self._value("procedure") or "", self._value("funder") or "")

    def _rules(self, procedure: str, funder: str) -> Procedure:
        rules = self.office.services.rulebook.procedure(procedure)
        return rules.funders.get(funder, rules)

    def _value(self, id_: str) -> str | None:
        return self.query_one(f"#{id_}", Choices).chosen or None

    @property
    def _looking(self) -> Looking:
        return self.office.looking(self._value("agency") or self.office.agency or "")

    @on(Select.Changed, "#procedure")
    @on(Select.Changed, "#funder")
    async def _other_rules(self) -> None:
        await self._ask_facts({})

    async def _ask_facts(self, typed: Mapping[str, str]) -> None:
        """Ask the facts of the procedure; what is typed already stays where the same fact is asked."""
        self._list_funders(typed.get("funder", ""))
        chosen = self._value("procedure") or "", self._value("funder")
        if chosen == self._asked_of:
            return
        self._asked_of = chosen
        kept = {f"fact-{one.spec.id}": one.typed for one in self.query(FactField)} | dict(typed)
        box = self.query_one("#facts", Vertical)
        await box.remove_children()
        await box.mount_all(self._fields(self._procedure, kept))
        self.query_one("#historical").display = bool(self._procedure.ended)

    def _fields(self, rules: Procedure, kept: Mapping[str, str]) -> Iterator[Label | FactField]:
        """Yield the facts that a procedure asks, with what is typed already."""
        for heading, specs in asked(rules, self.office.services.cases.company):
            if heading:
                yield Label(heading, classes="theme")
            for spec in specs:
                yield FactField(spec, lambda: self._looking, kept.get(f"fact-{spec.id}", ""))

    def _list_funders(self, wished: str) -> None:
        rules = self._several
        row, box = self.query_one("#row-funder"), self.query_one("#funder", Choices)
        row.display = bool(rules.funders)
        named = {id_: str(one.funder_label) for id_, one in rules.funders.items()}
        now = wished or box.chosen
        with self.prevent(Select.Changed):
            box.offer(named, now if now in named else next(iter(named), ""))

    # --- What it would give ------------------------------------------------------------------------

    @on(Input.Changed)
    @on(Select.Changed)
    @on(Tick.Changed)
    def _changed(self) -> None:
        self._keep_draft()
        self._found = None
        self.soon(self._consider)

    def _raw(self) -> dict[str, str]:
        raw = {str(box.id): box.value for box in self.query("#new-form Input").results(Input)}
        chosen = {
            str(box.id): box.chosen for box in self.query("#new-form Choices").results(Choices)
        }
        # A shorthand would mean another day when it comes back.
        days = {f"fact-{one.spec.id}": one.words for one in self.query(FactField)}
        return raw | chosen | days

    def _keep_draft(self) -> None:
        raw = self._raw()
        typed = any(raw[str(box.id)] for box in self.query("#new-form Input").results(Input))
        self.keep_draft(without_revealing(raw, self._procedure) if typed else {})

    def _opening(self) -> Opening:
        facts = {one.spec.id: one.words for one in self.query(FactField) if one.typed}
        return Opening(
            self._value("procedure") or "",
            self._value("funder"),
            self._value("agency") or "",
            self._value("owner"),
            self.query_one("#title", Input).value.strip(),
            facts,
            self.query_one("#historical", Tick).value and bool(self._procedure.ended),
        )

    def _consider(self) -> None:
        """Check each field, then ask what the whole would give."""
        wrong = [one.spec.label for one in self.query(FactField) if not one.check()]
        if wrong:
            self._refusal = f"À corriger : {wrong[0]}."
            self._draw()
            return
        self.weigh(partial(look, self.office, self._opening()), self._show, self._refused)

    def _show(self, found: Preview) -> None:
        self._found, self._refusal = found, ""
        self._draw()

    def _refused(self, error: EcheancierError) -> None:
        self._found, self._refusal = None, error.message
        self._draw()

    def _draw(self) -> None:
        box = self.query_one("#new-found", Static)
        if self._found is None:
            box.update(line(("✗ ", "late"), self._refusal))
            return
        narrow = self.app.size.width < _WIDE
        box.update(
            Group(
                *drawn(
                    self._found,
                    self._looking,
                    months=1 if narrow else 2,
                    shift=self._shift,
                    key=first_key("new.nearest", self.office.keys),
                )
            )
        )
        self.refresh_bindings()

    def on_resize(self) -> None:
        """Draw as many months as there is room for."""
        if self._found is not None:
            self._draw()

    def action_month(self, way: int) -> None:
        """Show other months."""
        self._shift += way
        if self._found is not None:
            self._draw()

    def action_move(self, way: int) -> None:
        """Read on in the panel, or back."""
        self.turn("#new-panel", way)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the first date possible only when there is one, a funder only where there are several."""
        if action == "nearest":
            return self._found is not None and self._found.nearest is not None
        if action == "funder":
            return self.is_mounted and bool(self._several.funders)
        return super().check_action(action, parameters)

    @property
    def _several(self) -> Procedure:
        """The procedure chosen, before any funder is."""
        return self.office.services.rulebook.procedure(self._value("procedure") or "")

    def action_funder(self) -> None:
        """Look for the funder that covers a sector."""

        def taken(funder: str | None) -> None:
            if funder:
                self.query_one("#funder", Choices).value = funder

        self.app.push_screen(FunderScreen(self._several), taken)

    def action_nearest(self) -> None:
        """Type the first start that works."""
        if self._found is not None and self._found.nearest is not None:
            self._shift = 0
            self._start_field.put(french.short_day(self._found.nearest.start))

    # --- Opening it --------------------------------------------------------------------------------

    def action_confirm(self) -> None:
        """Show what would be written, once it is known, and ask."""
        self.once_judged(self._confirm)

    def _confirm(self) -> None:
        found = self._found
        if self.office.read_only:
            self.notify("Lecture seule : rien ne peut être enregistré.", severity="warning")
        elif found is None or found.outcome is None:
            reasons = found.reasons if found else (self._refusal,)
            words = " ; ".join(filter(None, reasons)) or "Donnez d’abord la date de début."
            self.notify(words, severity="warning", timeout=6)
        else:
            opening, outcome = self._opening(), found.outcome
            shown = effect(outcome, found.procedure, self.office)
            title = f"Ouvrir {outcome.after.ref} {outcome.after.title}".rstrip() + " ?"
            command = self.office.typed(opening.request)
            self.desk.push(
                ConfirmScreen(title, shown, command), lambda _: self._save(opening, outcome)
            )

    def _save(self, opening: Opening, outcome: Outcome) -> None:
        self.ask(
            partial(self.office.services.cases.save, outcome),
            partial(self._saved, opening),
            group="save",
            writes=outcome.after.ref,
        )

    def _saved(self, opening: Opening, outcome: Outcome) -> None:
        self._draft.drop()
        ref, words = outcome.after.ref, f"Ouvert : {outcome.after.ref}"
        if self._procedure.eligibility is not None:
            apart = self.office.typed(Request(operations.ELIGIBILITY, (ref,)))
            words = f"{words}\nÉligibilité, partie restreinte : $ {apart}"
        self.desk.acted(words, opening.request)
        self.desk.refresh_data()
        self.desk.switch_screen(CaseScreen(ref))
