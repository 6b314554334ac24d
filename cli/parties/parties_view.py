"""Organisations, clients and beneficiaries in the terminal and in JSON; never why somebody is eligible."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from rich.console import RenderableType
from rich.table import Table

from cli.shared.picking import JsonObject, picked
from display.drawing.layout import figures, grid, headed, line, pairs, section, text, under
from workflow.calendar.calendars import territory
from workflow.case.case import Outcome
from workflow.case.parties import FIELDS, KIND_WORDS, Party, PartyChange, PartyEntry
from workflow.case.people import Directory
from workflow.rulefiles.rulebook import Rulebook
from workflow.text import french
from workflow.usecases.parties import MERGED, MERGED_INTO, PartyView, PreparedParty
from workflow.usecases.ports import PartyPage
from workflow.wording.codec import fact_text, kept_value
from workflow.wording.fact_text import fact_words
from workflow.wording.journal_text import ABSENT, person_name, value_changes

_ZONE: Final = territory("FR").zone


def table(page: PartyPage) -> Table:
    """Return some parties by name, with what is known and how many files each has."""
    found = headed(figures("N°"), "Nom", "", figures("Dossiers"))
    for one in page.parties:
        found.add_row(
            text(str(one.number), "strong"),
            text(one.title),
            text(", ".join(words for _, words in _values(one) if words), "muted"),
            str(page.files.get(one.number, 0)),
        )
    return found


def sheet(view: PartyView, rulebook: Rulebook, directory: Directory) -> Iterator[RenderableType]:
    """Yield a party, its contacts, its files together, what may be the same, and its journal."""
    party = view.party
    yield line(
        (party.title, "strong"),
        (f"  {KIND_WORDS[party.kind]} n°{french.NBSP}{party.number}", "muted"),
    )
    yield pairs(_values(party))
    if party.contacts:
        yield from section("Contacts")
        yield from map(str, party.contacts)
    yield from section("Dossiers")
    if view.files:
        yield grid(
            (
                (one.ref, "strong"),
                one.title,
                (_state(rulebook, one.procedure, one.state), "" if one.is_open else "muted"),
            )
            for one in view.files
        )
    else:
        yield "Aucun."
    if view.doubles:
        yield from section("Peut-être le même")
        yield from (one.named for one in view.doubles)
    if view.merged:
        yield from section("Réuni avec")
        yield from (one.named for one in view.merged)
    yield from section("Journal")
    for entry in view.journal:
        yield _entry(party, entry, directory)


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


def _values(party: Party) -> list[tuple[str, str]]:
    return [
        (spec.label, fact_words(party.values[spec.id], _ZONE, spec))
        for spec in FIELDS[party.kind]
        if spec.id in party.values
    ]


def _state(rulebook: Rulebook, procedure: str, state: str) -> str:
    known = rulebook.procedures.get(procedure)
    return known.states[state].label if known and state in known.states else state


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


def party_json(party: Party) -> JsonObject:
    """Return a party."""
    return {
        **picked(party, "number kind name"),
        "values": {name: fact_text(value) for name, value in party.values.items()},
        "contacts": [picked(one, "name role mail phone") for one in party.contacts],
        **picked(party, "version merged_into"),
    }


def page_json(page: PartyPage) -> JsonObject:
    """Return some parties, and how many there are in all."""
    listed = [{**party_json(one), "files": page.files.get(one.number, 0)} for one in page.parties]
    return {"total": page.total, "parties": listed}


def view_json(view: PartyView) -> JsonObject:
    """Return a party with all that is known around it."""
    return {
        **party_json(view.party),
        "files": [picked(one, "ref title procedure state agency is_open") for one in view.files],
        "merged": list(map(party_json, view.merged)),
        "doubles": list(map(party_json, view.doubles)),
        "journal": [
            {**picked(one, "seq at by"), "changes": [_change_json(c) for c in one.changes]}
            for one in view.journal
        ],
    }


def prepared_json(prepared: PreparedParty, party: Party, *, followed: bool) -> JsonObject:
    """Return what becomes of a party, and of its open files."""
    return {
        **party_json(party),
        "changes": [_change_json(one) for one in prepared.changes],
        "doubles": list(map(party_json, prepared.doubles)),
        "files": [
            {
                "ref": one.after.ref,
                "changes": [picked(change, "about name old new") for change in one.entry.changes],
            }
            for one in prepared.outcomes
        ],
        "files_refused": prepared.refused,
        "files_corrected": followed,
    }


def _change_json(change: PartyChange) -> JsonObject:
    return picked(change, "name old new")
