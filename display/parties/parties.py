"""An organisation, a client or a beneficiary drawn: what is known, its files, its journal, what changes.

Used by the commands and by the screen of parties.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from rich.console import RenderableType

from display.drawing.layout import grid, line, pairs, section, under
from workflow.calendar.calendars import territory
from workflow.case.case import Outcome
from workflow.case.parties import FIELDS, KIND_WORDS, Party, PartyChange, PartyEntry
from workflow.case.people import Directory
from workflow.rulefiles.rulebook import Rulebook
from workflow.text import french
from workflow.usecases.parties import MERGED, MERGED_INTO, PartyView, PreparedParty
from workflow.wording.codec import kept_value
from workflow.wording.fact_text import fact_words
from workflow.wording.journal_text import ABSENT, person_name, value_changes

_ZONE: Final = territory("FR").zone


def sheet(view: PartyView, rulebook: Rulebook, directory: Directory) -> Iterator[RenderableType]:
    """Yield a party, its contacts, its files together, what may be the same, and its journal."""
    yield from heading(view)
    yield from section("Dossiers")
    if view.files:
        yield grid(
            (
                (one.ref, "strong"),
                one.title,
                (state_words(rulebook, one.procedure, one.state), "" if one.is_open else "muted"),
            )
            for one in view.files
        )
    else:
        yield "Aucun."
    yield from section("Journal")
    for entry in view.journal:
        yield _entry(view.party, entry, directory)


def heading(view: PartyView) -> Iterator[RenderableType]:
    """Yield a party, its contacts, those that it was merged with and those that may be the same."""
    party = view.party
    yield line((party.named, "strong"), (f"  {KIND_WORDS[party.kind]}", "muted"))
    if known(party):
        yield pairs(known(party))
    yield from map(str, party.contacts)
    for one in view.doubles:
        yield line(("! ", "soon"), f"Peut-être le même : {one.named}")
    for one in view.merged:
        yield line((f"Réuni avec {one.named}", "muted"))


def doubles(found: Iterable[tuple[Party, Party]]) -> Iterator[RenderableType]:
    """Yield the pairs that may be the same."""
    for one, other in found:
        yield line((one.named, "strong"), "  et  ", (other.named, "strong"))


def prepared_words(prepared: PreparedParty, party: Party) -> Iterator[RenderableType]:
    """Yield what becomes of a party."""
    yield line((party.named, "strong"))
    yield pairs(
        (label, words) for label, words in (_change(party, one) for one in prepared.changes)
    )
    for one in prepared.doubles:
        yield line(("! ", "soon"), f"Peut-être le même : {one.named}")


def followed(
    outcomes: Iterable[Outcome], rulebook: Rulebook, directory: Directory
) -> Iterator[RenderableType]:
    """Yield what becomes of each open file that says otherwise than its party."""
    for one in outcomes:
        case, procedure = one.after, rulebook.of(one.after)
        yield line((case.ref, "strong"), f"  {case.title}")
        yield under(pairs(value_changes(one.entry, procedure, directory, _ZONE)))


def known(party: Party) -> list[tuple[str, str]]:
    """Return what is known of a party beside what it is called, each with its label."""
    return [
        (spec.label, fact_words(party.values[spec.id], _ZONE, spec))
        for spec in FIELDS[party.kind]
        if spec.id in party.values and spec.id != "prenom"
    ]


def state_words(rulebook: Rulebook, procedure: str, state: str) -> str:
    """Return where a file stands."""
    rules = rulebook.procedures.get(procedure)
    return rules.states[state].label if rules and state in rules.states else state


def _entry(party: Party, entry: PartyEntry, directory: Directory) -> RenderableType:
    at = french.moment(entry.at.astimezone(_ZONE))
    said = (f"{label} : {words}" for label, words in (_change(party, one) for one in entry.changes))
    who = person_name(directory, entry.by)
    return line((f"{at}, {who}", "muted"), f"  {', '.join(said)}")


def _change(party: Party, change: PartyChange) -> tuple[str, str]:
    specs = {spec.id: spec for spec in FIELDS[party.kind]}
    spec = specs.get(change.name)

    def words(told: str | None) -> str:
        if told is None or spec is None:
            return told or ABSENT
        return fact_words(kept_value(told, spec.type), _ZONE, spec)

    label = spec.label if spec else _NAMES.get(change.name, _CONTACT)
    new = "retiré" if change.new is None else words(change.new)
    return label, new if change.old is None else f"{words(change.old)} → {new}"


_NAMES: Final[Mapping[str, str]] = {
    "nom": "Nom",
    MERGED: "Réunit le n°",
    MERGED_INTO: "Réuni dans le n°",
}
_CONTACT: Final = "Contact"
