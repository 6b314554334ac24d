"""Et si…: a date, a session or a closure that would be another, and every date and reminder that would move.

Opened from a file and from the first screen. Worked out while one types; nothing is written unless another
key asks for it, after one last question.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import ClassVar

from rich.console import Group, RenderableType
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Horizontal, Vertical, VerticalScroll
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Label, Select, Static
from textual.worker import get_current_worker

from display.layout import line, text
from notifications.schedule.viewpoint import Looking
from tui.acts.actform import ActForm, TypedAnswers
from tui.acts.acts import correcting, is_day, reasons_of
from tui.acts.date_moves import FileMoves, counted, table
from tui.case.suppositions import (
    OtherClosure,
    OtherFacts,
    OtherSession,
    Saving,
    Supposed,
    Supposition,
    supposable,
)
from tui.fields.choices import Choices, by_name
from tui.fields.factfield import FactField
from tui.fields.scrolled import Fields
from tui.forms.confirm import ConfirmScreen
from tui.frame.keybar import KeyBar
from tui.frame.keys import bind
from tui.frame.masthead import Masthead
from tui.frame.page import Page
from workflow.deadlines.ways_of_counting import Sitting
from workflow.errors import EcheancierError
from workflow.rules.fact_specs import FactSpec, FactType
from workflow.rules.procedure import Procedure
from workflow.text import french
from workflow.usecases.cases import CaseView
from workflow.usecases.ports import CalendarEntry
from workflow.usecases.requests import Request
from workflow.wording.fact_text import read_fact

_DATE, _SESSION, _CLOSURE = "date", "session", "closure"
_KINDS = {
    _DATE: "une date du dossier changeait",
    _SESSION: "une commission changeait",
    _CLOSURE: "l’agence fermait",
}
_NEW = "nouvelle"
_ANOTHER = {_NEW: "une nouvelle commission"}
_STEP = 20
"""Files between two words on how far it is."""

_TO = FactSpec("jour", "Nouveau jour (vide : annulée)", FactType.DATE, future=True)
_CUTOFF = FactSpec("cloture", "Clôture des dépôts, s’il y en a une", FactType.DATE, future=True)
_FIRST = FactSpec("du", "Fermée du", FactType.DATE, future=True)
_LAST = FactSpec("au", "Au (inclus)", FactType.DATE, future=True)


class WhatIfScreen(Page):
    """What would move.

    Args:
        ref: the file whose dates could be others, None for none.
    """

    asks_facts = True
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("form.confirm", priority=True),
        bind("form.down", "move(1)"),
        bind("form.up", "move(-1)"),
    ]

    @dataclass
    class Progress(Message):
        """Files have been looked at."""

        done: int
        total: int

    def __init__(self, ref: str | None = None) -> None:
        super().__init__()
        self._ref = ref
        self._act: ActForm | None = None
        self._found: Supposed | None = None

    def compose(self) -> ComposeResult:
        """Yield what is supposed, and what it would move."""
        yield Masthead(f"Et si…  {self._ref or ''}".rstrip())
        with Container(id="what-if"):
            with Fields(id="what-if-form"):
                with Horizontal(classes="field"):
                    yield Label("Et si…")
                    kinds = {k: words for k, words in _KINDS.items() if self._ref or k != _DATE}
                    usual = _DATE if self._ref else _CLOSURE
                    yield Choices(kinds, usual, prompt=None, id="kind")
                yield Vertical(id="supposed")
            with Vertical(id="what-if-result"):
                yield Static(id="what-if-summary")
                with VerticalScroll(id="what-if-scroll", can_focus=False):
                    yield Static(id="what-if-moves")
        yield KeyBar()

    def on_mount(self) -> None:
        """Read the file."""
        if self._ref is None:
            return
        ref = self._ref
        self.ask(lambda: self.office.services.cases.view(ref), self._know, group="case")

    def _know(self, view: CaseView) -> None:
        self._act = correcting(view, self.office)
        self.call_later(self._ask_fields)

    # --- What is supposed --------------------------------------------------------------------------

    @property
    def _kind(self) -> str:
        return self.query_one("#kind", Choices).chosen

    @property
    def _looking(self) -> Looking:
        if self._kind == _DATE and self._act is not None:
            return self.office.looking_at(self._act.case)
        return self.office.looking(self._chosen("agency") or self.office.agency or "")

    def _chosen(self, id_: str) -> str:
        return next((box.chosen for box in self.query(f"#{id_}").results(Choices)), "")

    @on(Select.Changed, "#kind")
    async def _ask_fields(self) -> None:
        """Ask what the supposition needs."""
        self._found = None
        box = self.query_one("#supposed", Vertical)
        await box.remove_children()
        makers = {_DATE: self._facts, _SESSION: self._session, _CLOSURE: self._closure}
        await box.mount_all(makers[self._kind]())
        for field in self.query(FactField):
            field.query_one(Input).focus()
            break
        if self._kind == _SESSION:
            self._list_sessions()
        self._consider()

    def _facts(self) -> Iterator[Widget]:
        for question in self._act.questions if self._act else ():
            if is_day(question.spec):
                yield FactField(question.spec, lambda: self._looking, question.known or "")
        if self._unasked:
            yield Choices(self._unasked, prompt="Et un fait qui manque…", id="more")

    @property
    def _unasked(self) -> dict[str, str]:
        """The labels of what may still be supposed, by id."""
        if self._act is None:
            return {}
        asked = {field.spec.id for field in self.query(FactField)}
        found = supposable(self._act.procedure, self._act.case)
        return {spec.id: spec.label for spec in found if spec.id not in asked}

    @on(Select.Changed, "#more")
    async def _add(self, event: Select.Changed) -> None:
        """Ask for one more fact."""
        if self._act is None or not isinstance(event.value, str):
            return
        more = self.query_one("#more", Choices)
        field = FactField(self._act.procedure.facts[event.value], lambda: self._looking)
        await self.query_one("#supposed", Vertical).mount(field, before=more)
        with self.prevent(Select.Changed):
            more.offer(self._unasked)
        # Once the list of choices has given the focus back.
        self.call_after_refresh(lambda: field.query("Input, Select").first().focus())

    def _session(self) -> Iterator[Widget]:
        yield _row("Financeur", "funder", self._funders())
        yield _row("Commission", "session", _ANOTHER)
        yield FactField(_TO, lambda: self._looking)
        yield FactField(_CUTOFF, lambda: self._looking)

    def _closure(self) -> Iterator[Widget]:
        houses = by_name(self.office.directory.agencies)
        yield _row("Agence", "agency", houses, self.office.agency or "")
        yield FactField(_FIRST, lambda: self._looking)
        yield FactField(_LAST, lambda: self._looking)

    def _funders(self) -> dict[str, str]:
        """Return the funders whose commission decides, by « procedure funder »."""
        return {
            f"{procedure.id} {id_}": f"{ruled.funder_label} ({procedure.name})"
            for procedure in self.office.services.rulebook.procedures.values()
            for id_, ruled in procedure.funders.items()
            if _has_commission(ruled)
        }

    @on(Select.Changed, "#funder")
    def _list_sessions(self) -> None:
        procedure, _, funder = self._chosen("funder").partition(" ")
        if funder:
            self.ask(
                lambda: self.office.services.changes().calendar(procedure, funder),
                self._know_sessions,
                group="sessions",
            )

    def _know_sessions(self, entries: Sequence[CalendarEntry]) -> None:
        days = [one.session.day for one in entries]
        known = {day.isoformat(): french.long_day(day) for day in days} | _ANOTHER
        for box in self.query("#session").results(Choices):
            box.offer(known, next(iter(known)))

    # --- What it would move ------------------------------------------------------------------------

    @on(Input.Changed)
    @on(Select.Changed)
    def _changed(self) -> None:
        self._found = None
        self.soon(self._consider)

    def _consider(self) -> None:
        """Check each field, then ask what would move."""
        fields = list(self.query(FactField))
        if not all([one.check() for one in fields]):  # noqa: C419 - each says what is wrong with it
            self._say("", ())
            return
        supposition = self._supposition()
        if supposition is None:
            self._say("Changez une date : tout ce qui bougerait se montre ici.", ())
            return
        self._say("Calcul en cours…", ())
        self.weigh(
            partial(supposition.work_out, self.office, self._watched), self._show, self._refused
        )

    def _supposition(self) -> Supposition | None:
        """Return what is supposed; None as long as something is missing."""
        words = {one.spec.id: one.words for one in self.query(FactField)}
        if self._kind == _DATE:
            typed = {
                one.spec.id: one.words for one in self.query(FactField) if one.words != one.known
            }
            return OtherFacts(self._act, TypedAnswers(typed)) if self._act and typed else None
        if self._kind == _CLOSURE:
            first = self._day(_FIRST, words)
            last = self._day(_LAST, words) or first
            agency = self._chosen("agency")
            return OtherClosure(agency, first, last) if agency and first and last else None
        return self._other_session(words)

    def _other_session(self, words: dict[str, str]) -> Supposition | None:
        procedure, _, funder = self._chosen("funder").partition(" ")
        chosen, to = self._chosen("session"), self._day(_TO, words)
        if not funder or not chosen or (chosen == _NEW and to is None):
            return None
        day = None if chosen == _NEW else date.fromisoformat(chosen)
        session = Sitting(to, self._day(_CUTOFF, words)) if to else None
        return OtherSession(procedure, funder, day, session)

    def _day(self, spec: FactSpec, words: dict[str, str]) -> date | None:
        typed = words.get(spec.id)
        if not typed:
            return None
        looking = self._looking
        value = read_fact(spec, typed, looking.planner.zone(looking.agency), looking.present)
        return value if isinstance(value, date) else None

    def _watched(self, refs: Sequence[str]) -> Iterable[str]:
        """Yield the files to look at, saying how far it is; stop when something else is asked."""
        worker = get_current_worker()
        for done, ref in enumerate(refs):
            if worker.is_cancelled:
                return
            if done % _STEP == 0:
                self.post_message(self.Progress(done, len(refs)))
            yield ref

    @on(Progress)
    def _far(self, message: Progress) -> None:
        message.stop()
        if self._found is None:
            of = french.count(message.total, "dossier examiné", "dossiers examinés")
            self.query_one("#what-if-summary", Static).update(f"{message.done} / {of}…")

    def _show(self, found: Supposed) -> None:
        self._found = found
        parts: list[RenderableType] = [line(("! ", "soon"), words) for words in found.warnings]
        if found.instead:
            parts.append(text(found.instead, "muted"))
        parts += ["", *table(found.files)] if parts else list(table(found.files))
        self._say(counted(found.files), parts)
        self.refresh_bindings()

    def _refused(self, error: EcheancierError) -> None:
        self._say("", [line(("✗ ", "late"), reason) for reason in reasons_of(error)])

    def _say(self, summary: str, parts: Sequence[RenderableType]) -> None:
        self.query_one("#what-if-summary", Static).update(summary)
        self.query_one("#what-if-moves", Static).update(Group(*parts))

    def action_move(self, way: int) -> None:
        """Read on, or back."""
        self.turn("#what-if-scroll", way)

    # --- Making it true ----------------------------------------------------------------------------

    def action_confirm(self) -> None:
        """Ask whether it is to be written, once what would move is known."""
        self.once_judged(self._confirm)

    def _confirm(self) -> None:
        found = self._found
        if found is None:
            self.notify("Rien à enregistrer : changez d’abord une date.", severity="warning")
        elif found.saving is None:
            self.notify(found.instead, severity="warning", timeout=12)
        elif self.office.read_only:
            self.notify("Lecture seule : rien ne peut être enregistré.", severity="warning")
        else:
            shown = Group(counted(found.files), "", *table(found.files))
            command = self.office.typed(found.saving.request)
            self.desk.push(
                ConfirmScreen("Enregistrer ce changement ?", shown, command),
                partial(self._save, found.files, found.saving),
            )

    def _save(self, files: Sequence[FileMoves], saving: Saving, _: bool) -> None:
        self.ask(
            saving.save,
            lambda _: self._saved(files, saving.request),
            group="save",
            writes=f"« {self.office.typed(saving.request)} »",
        )

    def _saved(self, files: Sequence[FileMoves], request: Request) -> None:
        self.desk.acted(f"Enregistré : {counted(files)}", request)
        self.desk.refresh_data()
        self.action_back()


def _row(label: str, id_: str, named: Mapping[str, str], chosen: str = "") -> Horizontal:
    box = Choices(named, chosen or next(iter(named), ""), id=id_)
    return Horizontal(Label(label), box, classes="field")


def _has_commission(procedure: Procedure) -> bool:
    return any(rule.commission for spec in procedure.deadlines.values() for rule in spec.rules)
