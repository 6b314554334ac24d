"""The forms of an organisation, a client or a beneficiary: add, correct with its open files, merge.

Opened by `tui.parties.screen`, filled by `tui.forms.act`. A form shows what would become of the files before
anything is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

from msgspec.structs import replace
from rich.console import RenderableType

from display.drawing.layout import line
from display.parties.parties import followed, heading, prepared_words
from tui.acts.actform import ActForm, Prepared, Watch
from tui.acts.asked import FormField, Look, TypedAnswers, asking, choosing
from tui.frame.office import Office
from workflow.calendar.calendars import territory
from workflow.case.parties import FIELDS, KIND_WORDS, Party, PartyKind
from workflow.operations import operations
from workflow.operations.operations import PARTY_FIELDS
from workflow.operations.requests import Answer, Operation, Parameter, Request
from workflow.rules.fact_specs import FactType
from workflow.text import french
from workflow.usecases.parties import PreparedParty
from workflow.wording.date_text import day_typed
from workflow.wording.fact_text import as_typed

_KIND, _NAME, _CONTACT, _FILES, _DOUBLE = "sorte", "nom", "contact", "dossiers", "double"
_ZONE = territory("FR").zone
_ADD: Mapping[PartyKind, Operation] = {
    PartyKind.ORGANISATION: operations.ADD_ORGANISATION,
    PartyKind.CLIENT: operations.ADD_CLIENT,
    PartyKind.BENEFICIARY: operations.ADD_BENEFICIARY,
}
_CORRECT: Mapping[PartyKind, Operation] = {
    PartyKind.ORGANISATION: operations.CORRECT_ORGANISATION,
    PartyKind.CLIENT: operations.CORRECT_CLIENT,
    PartyKind.BENEFICIARY: operations.CORRECT_BENEFICIARY,
}
_MERGE: Mapping[PartyKind, Operation] = {
    PartyKind.ORGANISATION: operations.MERGE_ORGANISATIONS,
    PartyKind.CLIENT: operations.MERGE_CLIENTS,
    PartyKind.BENEFICIARY: operations.MERGE_BENEFICIARIES,
}


class PartyForm(ActForm, frozen=True, kw_only=True):
    """Adds a party, or corrects one.

    Args:
        kind: which of them.
        party: the one that is corrected; None to add one.
    """

    kind: PartyKind
    party: Party | None = None

    idle: ClassVar[str] = "donnez au moins un nom."
    starts_at: ClassVar[str] = _NAME

    @property
    def draft(self) -> str:
        """The name of its draft."""
        return f"{self.kind}-{self.party.number if self.party else 'nouveau'}"

    def after(self, id_: str, words: str) -> PartyForm:
        """Return the form of another kind."""
        return adding(PartyKind(words)) if id_ == _KIND and words else self

    def idles(self, typed: TypedAnswers) -> bool:
        """Tell whether nothing is asked of it."""
        return not typed.said(_NAME) if self.party is None else not typed.facts

    def waiting(self, office: Office) -> Iterable[RenderableType]:
        """Yield the party as it is."""
        if self.party is None:
            return super().waiting(office)
        return heading(office.services.parties.view(self.party))

    def work_out(self, office: Office, typed: TypedAnswers, watch: Watch) -> Prepared:  # noqa: ARG002 - one party
        """Return what would become of the party and of its open files; raises like its use case."""
        parties, request = office.services.parties, self._request(office, typed)
        found = (
            parties.add(self.kind, request)
            if self.party is None
            else parties.correct(self.kind, request, by=office.acting)
        )
        follows = request.flag(operations.IN_FILES)

        def save() -> Party:
            written = parties.save(found, by=office.acting)
            if follows and found.outcomes:
                parties.cases.store.save_all(found.outcomes)
            return written

        return Prepared(
            request=request,
            draw=lambda: _drawn(found, office, follows=follows),
            save=save,
            writes=found.after.title,
            said=lambda written: f"{KIND_WORDS[self.kind]} noté : {written.named}",
        )

    def _request(self, office: Office, typed: TypedAnswers) -> Request:
        told: dict[Parameter, Answer] = {}
        emptied = []
        for name, parameter in PARTY_FIELDS.items():
            words = typed.facts.get(name)
            if words:
                told[parameter] = _in_full(name, words, office)
            elif words == "" and self.party is not None:
                emptied.append(name)
        if typed.said(_CONTACT):
            told[operations.CONTACT] = (typed.said(_CONTACT),)
        if self.party is None:
            return Request(_ADD[self.kind], (typed.said(_NAME),), told)
        if _NAME in typed.facts:
            told[operations.NAME] = typed.said(_NAME)
        told |= {operations.EMPTIED: emptied, operations.IN_FILES: bool(typed.said(_FILES))}
        return Request(_CORRECT[self.kind], (str(self.party.number),), told)


class MergeForm(ActForm, frozen=True, kw_only=True):
    """Merges a double into a party.

    Args:
        party: the one that is kept.
    """

    party: Party

    idle: ClassVar[str] = "donnez le numéro ou le nom de son double."

    @property
    def draft(self) -> str:
        """The name of its draft."""
        return f"reunir-{self.party.number}"

    def idles(self, typed: TypedAnswers) -> bool:
        """Tell whether no double is named."""
        return not typed.said(_DOUBLE)

    def waiting(self, office: Office) -> Iterable[RenderableType]:
        """Yield the party that is kept, and those that may be the same."""
        return heading(office.services.parties.view(self.party))

    def work_out(self, office: Office, typed: TypedAnswers, watch: Watch) -> Prepared:  # noqa: ARG002 - two parties
        """Return what would become of it; raises like its use case."""
        parties, kind = office.services.parties, self.party.kind
        request = Request(_MERGE[kind], (str(self.party.number), typed.said(_DOUBLE)))
        found = parties.merge(kind, request)
        gone = found.merged
        assert gone is not None, "two parties are merged"  # noqa: S101
        return Prepared(
            request=replace(request, about=(str(self.party.number), str(gone.number))),
            draw=lambda: (
                line(("= ", ""), (gone.named, "strong")),
                *prepared_words(found, found.after),
            ),
            save=lambda: parties.save(found, by=office.acting),
            writes=self.party.title,
            said=lambda written: f"Réunis : {written.named}",
            question=f"Réunir {self.party.named} et {gone.named} ?",
        )


def adding(kind: PartyKind) -> PartyForm:
    """Return the form of a new party."""
    which = choosing(_KIND, "Sorte", {one.value: KIND_WORDS[one] for one in PartyKind}, kind.value)
    fields = (replace(which, empty=None, decides=True), *_fields(kind))
    return PartyForm("Ajouter", fields, kind=kind)


def correcting(party: Party) -> PartyForm:
    """Return the form of a party, as it is known."""
    known = {
        _NAME: party.name,
        **{
            spec.id: as_typed(party.values[spec.id], _ZONE, spec)
            for spec in FIELDS[party.kind]
            if spec.id in party.values
        },
    }
    fields = (replace(one, known=known.get(one.spec.id, "")) for one in _fields(party.kind))
    files = asking(
        _FILES, "Dossiers", FactType.BOOLEAN, look=Look.BESIDE, hint="corriger ceux en cours aussi"
    )
    return PartyForm(party.named, (*fields, files), kind=party.kind, party=party)


def merging(party: Party, doubles: Iterable[Party]) -> MergeForm:
    """Return the form that merges a double, the first of those that may be one proposed."""
    near = next((str(one.number) for one in doubles), "")
    field = asking(_DOUBLE, "Son double", look=Look.BESIDE, proposed=near, hint="numéro ou nom")
    return MergeForm(f"Réunir : {party.named}", (field,), party=party)


def _fields(kind: PartyKind) -> Iterator[FormField]:
    yield asking(_NAME, "Nom", look=Look.BESIDE)
    for spec in FIELDS[kind]:
        yield FormField(spec=spec, look=Look.BESIDE)
    if kind is not PartyKind.BENEFICIARY:
        yield asking(_CONTACT, "Contact", look=Look.BESIDE, hint="nom, rôle, courriel, téléphone")


def _in_full(name: str, words: str, office: Office) -> str:
    if name != "qualiopi":
        return words
    return french.short_day(day_typed(words, office.today, office.calendar))


def _drawn(found: PreparedParty, office: Office, *, follows: bool) -> Iterator[RenderableType]:
    yield from prepared_words(found, found.after)
    if found.outcomes:
        told = "qui suivent" if follows else "laissés tels quels"
        yield line((f"Dossiers en cours qui disent autre chose, {told} :", "strong"))
        yield from followed(found.outcomes, office.services.rulebook, office.directory)
    yield from (line(("! ", "soon"), words) for words in found.refused)
