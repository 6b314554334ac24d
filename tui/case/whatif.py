"""Et si…: a date, a session or a closure that would be another, and every date and reminder that would move.

Opened from a file and from the first screen. Worked out while one types; nothing is written unless another
key asks for it, after one last question. One form and the screen that answers it, hence its length.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, ClassVar

from msgspec.structs import replace
from rich.console import Group, RenderableType
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.widgets import Static

from notifications.schedule.viewpoint import Looking
from tui.acts.actform import ActForm, Prepared, Watch
from tui.acts.acts import MORE, Correcting, asked_fact, correcting, is_day
from tui.acts.asked import FormField, TypedAnswers, asking, choosing
from tui.acts.date_moves import counted
from tui.case.suppositions import Supposed, closed, other_facts, other_session, supposable
from tui.fields.choices import by_name
from tui.forms.filling import KEYS, Filling
from tui.frame.keybar import KeyBar
from tui.frame.masthead import Masthead
from tui.frame.office import Office
from tui.frame.page import Page
from workflow.counting.ways_of_counting import Sitting
from workflow.rules.fact_specs import FactType
from workflow.rules.procedure import Procedure
from workflow.text import french
from workflow.wording.date_text import day_typed

_KIND, _FUNDER, _SESSION, _AGENCY = "kind", "funder", "session", "agency"
_DATES, _SESSIONS, _CLOSURE = "date", "session", "closure"
_KINDS = {
    _DATES: "une date du dossier changeait",
    _SESSIONS: "une commission changeait",
    _CLOSURE: "l’agence fermait",
}
_NEW = "nouvelle"
_TO, _CUTOFF, _FIRST, _LAST = "jour", "cloture", "du", "au"
_DAYS = {
    _TO: "Nouveau jour (vide : annulée)",
    _CUTOFF: "Clôture des dépôts, s’il y en a une",
    _FIRST: "Fermée du",
    _LAST: "Au (inclus)",
}


class SupposingForm(ActForm, frozen=True, kw_only=True):
    """Supposes that something is another.

    Args:
        office: gives what may be chosen.
        ref: the file whose dates could be others; empty for none.
        kind: what is supposed.
        facts: the facts of the file, once it is read.
        added: those that nobody knows yet and that are asked too.
        sessions: the sessions noted, by « procedure funder », once they are read.
        funder: whose commission it is, as « procedure funder ».
        agency: which one closes.
    """

    office: Office
    ref: str
    kind: str
    facts: Correcting | None = None
    added: tuple[str, ...] = ()
    sessions: Mapping[str, tuple[date, ...]] = {}
    funder: str = ""
    agency: str = ""

    idle: ClassVar[str] = "Changez une date : tout ce qui bougerait se montre ici."
    follows: ClassVar[bool] = True

    @property
    def draft(self) -> str:
        """The name of its draft."""
        return f"{self.ref}-et-si" if self.ref else "et-si"

    @property
    def starts_at(self) -> str:
        """The first day that is asked, or the fact that was added."""
        if self.added and self.kind == _DATES:
            return self.added[-1]
        return next((one.spec.id for one in self.fields if is_day(one.spec)), "")

    def looking(self, office: Office) -> Looking:
        """Return the day and the calendar of the file, or of the agency."""
        if self.kind == _DATES and self.facts is not None:
            return office.looking_at(self.facts.case)
        return office.looking(self.agency or office.agency or "")

    def after(self, id_: str, words: str) -> SupposingForm:
        """Return the form for another supposition, another commission or agency, or one more fact."""
        if id_ == MORE:
            return supposing(replace(self, added=(*self.added, words))) if words else self
        now = {_KIND: self.kind, _FUNDER: self.funder, _AGENCY: self.agency}
        return self if now[id_] == words else supposing(replace(self, **{id_: words}))

    def resumed(self, draft: Mapping[str, str]) -> SupposingForm:
        """Return the form as it asks with the answers of a draft."""
        form = super().resumed(draft)
        assert isinstance(form, SupposingForm), "made by `after`"  # noqa: S101
        more = [spec for spec in form.unasked if asking(spec, "").within(draft)]
        return supposing(replace(form, added=(*form.added, *more))) if more else form

    @property
    def unasked(self) -> dict[str, str]:
        """The labels of the facts that may still be supposed, by id."""
        if self.facts is None:
            return {}
        found = supposable(self.facts.procedure, self.facts.case)
        return {spec.id: spec.label for spec in found if spec.id not in self.added}

    def idles(self, typed: TypedAnswers) -> bool:
        """Tell whether something is missing."""
        given = typed.given
        if self.kind == _DATES:
            return not self._dates(typed)
        if self.kind == _CLOSURE:
            return not (self.agency and _FIRST in given)
        return not self.funder or (given.get(_SESSION, _NEW) == _NEW and _TO not in given)

    def _dates(self, typed: TypedAnswers) -> dict[str, str]:
        specs = self.facts.procedure.facts if self.facts else {}
        return {name: words for name, words in typed.facts.items() if name in specs}

    def work_out(self, office: Office, typed: TypedAnswers, watch: Watch) -> Supposed:
        """Return what would move."""
        if self.kind == _DATES and self.facts is not None:
            asked = replace(self.facts, fields=self.fields)
            return other_facts(office, asked, TypedAnswers(self._dates(typed)))
        looking = self.looking(office)
        calendar = looking.planner.calendar(looking.agency)
        days = {
            name: day_typed(words, looking.today, calendar)
            for name, words in typed.given.items()
            if name in _DAYS
        }
        if self.kind == _CLOSURE:
            first = days[_FIRST]
            return closed(office, self.agency, first, days.get(_LAST, first), watch)
        procedure, _, funder = self.funder.partition(" ")
        chosen, to = typed.said(_SESSION), days.get(_TO)
        day = None if chosen == _NEW else date.fromisoformat(chosen)
        session = Sitting(to, days.get(_CUTOFF)) if to else None
        return other_session(office, (procedure, funder), day, session, watch)


def supposing(form: SupposingForm) -> SupposingForm:
    """Return a form with what is to be asked of what it supposes."""
    kinds = {kind: words for kind, words in _KINDS.items() if form.ref or kind != _DATES}
    kind = replace(choosing(_KIND, "Et si…", kinds, form.kind), empty=None, decides=True)
    makers = {_DATES: _dates, _SESSIONS: _sessions, _CLOSURE: _closure}
    made = list(makers[form.kind](form))
    if made:
        made[0] = replace(made[0], heading="")
    return replace(form, fields=(kind, *made))


def _dates(form: SupposingForm) -> Iterator[FormField]:
    if form.facts is None:
        return
    facts = form.facts.procedure.facts
    yield from (replace(one, heading=None) for one in form.facts.fields if is_day(one.spec))
    yield from (asked_fact(facts[name]) for name in form.added)
    if form.unasked:
        yield asking(
            MORE,
            "",
            FactType.CHOICE,
            choices=form.unasked,
            empty="Et un fait qui manque…",
            decides=True,
        )


def _sessions(form: SupposingForm) -> Iterator[FormField]:
    known = {day.isoformat(): french.long_day(day) for day in form.sessions.get(form.funder, ())}
    named = {**known, _NEW: "une nouvelle commission"}
    yield replace(
        choosing(_FUNDER, "Financeur", _commissions(form.office), form.funder), decides=True
    )
    yield choosing(_SESSION, "Commission", named, next(iter(named)))
    yield from _asked_days(_TO, _CUTOFF)


def _closure(form: SupposingForm) -> Iterator[FormField]:
    agencies = by_name(form.office.directory.agencies)
    yield replace(choosing(_AGENCY, "Agence", agencies, form.agency), decides=True)
    yield from _asked_days(_FIRST, _LAST)


def _asked_days(*names: str) -> Iterator[FormField]:
    return (asking(name, _DAYS[name], FactType.DATE) for name in names)


def _commissions(office: Office) -> dict[str, str]:
    """Return the funders whose commission decides, by « procedure funder »."""
    return {
        f"{procedure.id} {id_}": f"{ruled.funder_label} ({procedure.name})"
        for procedure in office.services.rulebook.procedures.values()
        for id_, ruled in procedure.funders.items()
        if _has_commission(ruled)
    }


def _has_commission(procedure: Procedure) -> bool:
    return any(rule.commission for spec in procedure.deadlines.values() for rule in spec.rules)


class WhatIfScreen(Page, Filling[None]):
    """What would move.

    Args:
        office: gives what may be supposed.
        ref: the file whose dates could be others, empty for none.
    """

    asks_facts = True
    BINDINGS: ClassVar[list[BindingType]] = KEYS
    reads_on = "#what-if-scroll"

    def __init__(self, office: Office, ref: str = "") -> None:
        funders, agencies = _commissions(office), by_name(office.directory.agencies)
        form = SupposingForm(
            f"Et si…  {ref}".rstrip(),
            office=office,
            ref=ref,
            kind=_DATES if ref else _CLOSURE,
            funder=next(iter(funders), ""),
            agency=office.agency or next(iter(agencies), ""),
        )
        super().__init__(supposing(form))

    def compose(self) -> ComposeResult:
        """Yield what is supposed, and what it would move."""
        yield Masthead(self._first.title)
        with Container(id="what-if"):
            yield self.asks()
            with Vertical(id="what-if-result"):
                yield Static(id="what-if-summary")
                with VerticalScroll(id="what-if-scroll", can_focus=False):
                    yield Static(id="what-if-moves")
        yield KeyBar()

    def begin(self) -> None:
        """Read the file, and the sessions that are noted."""
        self.ask(self._read, self._know, group="case")

    def _read(self) -> SupposingForm:
        office, form = self.office, self._first
        assert isinstance(form, SupposingForm), "made by this screen"  # noqa: S101
        changes = office.services.changes()
        noted = {
            funder: tuple(one.session.day for one in changes.calendar(*funder.split()))
            for funder in _commissions(office)
        }
        facts = correcting(office.services.cases.view(form.ref), office) if form.ref else None
        return supposing(replace(form, facts=facts, sessions=noted))

    def _know(self, form: SupposingForm) -> None:
        async def ask() -> None:
            await self.answers.ask(form)
            super(WhatIfScreen, self).begin()

        self.call_later(ask)

    def show(self, lines: Iterable[RenderableType], found: Prepared | None = None) -> None:
        """Show what moves, with a word on how much."""
        parts = list(found.drawn() if isinstance(found, Supposed) else lines)
        moved = counted(found.files) if isinstance(found, Supposed) else ""
        self._say_how_much(moved)
        self.query_one("#what-if-moves", Static).update(Group(*parts))

    def _say_how_much(self, words: str) -> None:
        self.query_one("#what-if-summary", Static).update(words)

    def drawn(self, found: Prepared) -> list[RenderableType]:
        """Return what would move, to be asked about."""
        assert isinstance(found, Supposed), "its form gives no other"  # noqa: S101
        return [counted(found.files), "", *found.drawn()]

    @on(Filling.Progress)
    def _far(self, message: Filling.Progress) -> None:
        message.stop()
        if self._found is None:
            of = french.count(message.total, "dossier examiné", "dossiers examinés")
            self._say_how_much(f"{message.done} / {of}…")

    def leave(self, result: Any) -> None:  # noqa: ARG002 - it is saved, whatever it is
        """Go back to what was there before."""
        self.desk.refresh_data()
        self.action_back()
