"""Organisations, clients and beneficiaries in the terminal and in JSON; never why somebody is eligible."""

from __future__ import annotations

from rich.table import Table

from cli.shared.picking import JsonObject, picked
from display.drawing.layout import figures, headed, text
from display.parties.parties import doubles, followed, known, prepared_words, sheet
from workflow.case.parties import Party, PartyChange
from workflow.ports.stores import PartyPage
from workflow.usecases.parties import PartyView, PreparedParty
from workflow.wording.codec import fact_text

__all__ = ["doubles", "followed", "prepared_words", "sheet"]


def table(page: PartyPage) -> Table:
    """Return some parties by name, with what is known and how many files each has."""
    found = headed(figures("N°"), "Nom", "", figures("Dossiers"))
    for one in page.parties:
        found.add_row(
            text(str(one.number), "strong"),
            text(one.title),
            text(", ".join(words for _, words in known(one) if words), "muted"),
            str(page.files.get(one.number, 0)),
        )
    return found


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
