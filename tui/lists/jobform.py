"""The fields of an act on many files: what to do, then what that needs.

Used by `tui.lists.bulk_screen`. Says what is chosen, whole for a draft or as a job to do; judges no file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Label, Select

from tui.fields.choices import Choices, by_name
from tui.fields.factfield import FactField
from tui.frame.desk import desk_of
from tui.lists.bulk_work import Advance, Job, Marked, SamePaper, Transfer
from workflow.case.case import PaperStatus
from workflow.rules.fact_specs import FactSpec, FactType
from workflow.text import french
from workflow.wording.journal_text import paper_words

ADVANCE, TRANSFER, _DOCUMENT = "advance", "transfer", "document"
_KINDS = {ADVANCE: "Avancer", TRANSFER: "Attribuer", _DOCUMENT: "Noter une pièce"}
_ON = FactSpec("le", "Le", FactType.DATE, future=False)


class JobForm(Vertical):
    """Asks what is to be done to the files marked.

    Args:
        kind: what is to be done, to begin with.
    """

    @dataclass
    class Changed(Message):
        """Something else is chosen."""

    def __init__(self, kind: str) -> None:
        super().__init__(id="bulk-form")
        self._kind = kind
        self._cases: tuple[Marked, ...] = ()

    def compose(self) -> ComposeResult:
        """Yield what to do, and room for what it needs."""
        with Horizontal(classes="field"):
            yield Label("Faire quoi")
            yield Choices(_KINDS, self._kind, prompt=None, id="kind")
        yield Vertical(id="needed")

    async def ask(self, cases: tuple[Marked, ...]) -> None:
        """Ask what the act needs, of files that are read."""
        self._cases = cases
        await self._ask_needed()

    # --- What is asked -----------------------------------------------------------------------------

    @property
    def _chosen_kind(self) -> str:
        return self.query_one("#kind", Choices).chosen

    async def _ask_needed(self) -> None:
        box = self.query_one("#needed", Vertical)
        await box.remove_children()
        makers = {ADVANCE: self._advance, TRANSFER: self._transfer, _DOCUMENT: self._document}
        await box.mount_all(makers[self._chosen_kind]())
        box.query(Choices).first().focus()

    def _advance(self) -> Iterator[Widget]:
        labels = {id_: one.label for case in self._cases for id_, one in case.actions.items()}
        ready = Counter(id_ for case in self._cases for id_ in case.ready)
        actions = {
            id_: f"{labels[id_]} ({ready[id_]} sur {len(self._cases)})"
            for id_ in sorted(labels, key=lambda id_: -ready[id_])
        }
        yield _row("Action", "action", actions)
        yield self._day()

    def _transfer(self) -> Iterator[Widget]:
        directory = desk_of(self).office.directory
        yield _row("À", "owner", by_name(directory.people))
        yield _row("Agence", "agency", by_name(directory.agencies))

    def _document(self) -> Iterator[Widget]:
        papers = {id_: label for case in self._cases for id_, label in case.documents.items()}
        statuses = {status.value: paper_words(status) for status in PaperStatus}
        yield _row("Pièce", "document", papers)
        yield _row("État", "status", statuses, PaperStatus.RECEIVED.value)
        yield self._day()

    def _day(self) -> FactField:
        office = desk_of(self).office
        return FactField(
            _ON, lambda: office.looking(office.agency or ""), french.short_day(office.today)
        )

    @on(Input.Changed)
    @on(Select.Changed)
    async def _changed(self, event: Input.Changed | Select.Changed) -> None:
        event.stop()
        if event.control.id == "kind" and self._cases:
            await self._ask_needed()
        self.post_message(self.Changed())

    # --- What is chosen ----------------------------------------------------------------------------

    @property
    def raw(self) -> dict[str, str]:
        """Every field as it stands, for the draft."""
        raw = {str(box.id): box.chosen for box in self.query(Choices)}
        return raw | {field.spec.id: field.words for field in self.query(FactField)}

    async def restore(self, raw: Mapping[str, str]) -> None:
        """Put a draft back; what these files have no use for is left out."""
        with self.prevent(Select.Changed):
            self.query_one("#kind", Choices).choose(raw.get("kind", ""))
        await self._ask_needed()
        for box in self.query_one("#needed").query(Choices):
            box.choose(raw.get(str(box.id), box.chosen))
        for field in self.query(FactField):
            field.put(raw.get(field.spec.id, field.typed))

    @property
    def job(self) -> Job | None:
        """The act as it is chosen; None as long as something is missing."""
        kind, days = self._chosen_kind, list(self.query(FactField))
        if any(not day.check() or not day.typed for day in days):
            return None
        if kind == ADVANCE and (action := self._chosen("action")):
            known = (case.actions[action].label for case in self._cases if action in case.actions)
            return Advance(action, next(known, action), days[0].words)
        owner, agency = self._chosen("owner"), self._chosen("agency")
        if kind == TRANSFER and (owner or agency):
            names = self._label("owner"), self._label("agency")
            return Transfer(owner, agency, ", ".join(filter(None, names)))
        if kind == _DOCUMENT and (document := self._chosen("document")):
            status = PaperStatus(self._chosen("status") or PaperStatus.RECEIVED)
            return SamePaper(document, self._label("document"), status, days[0].words)
        return None

    def _chosen(self, id_: str) -> str:
        return next((box.chosen for box in self.query(f"#{id_}").results(Choices)), "")

    def _label(self, id_: str) -> str:
        """Return the words of what is chosen in a list."""
        return self.query_one(f"#{id_}", Choices).words


def _row(label: str, id_: str, named: Mapping[str, str], chosen: str = "") -> Horizontal:
    return Horizontal(Label(label), Choices(named, chosen, id=id_), classes="field")
