"""Parties on both databases: what is written is read again, and nobody writes over another."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace
from sqlalchemy import Engine

from db.cases.store import SqlCaseStore
from db.parties.store import SqlPartyStore
from tests.support.cases import DAWN, a_case, opening
from workflow.case.parties import Interlocutor, Party, PartyChange, PartyEntry, PartyKind, same_name
from workflow.errors import Conflict
from workflow.ports.stores import PartyQuery

GRETA = Party(
    PartyKind.ORGANISATION,
    "Greta Œuvre-et-Métiers",
    {"siret": "12345678200010", "qualiopi": date(2027, 12, 31)},
    (Interlocutor("Odile Fontaine", "référente", "odile@example.org", "0123456789"),),
)
NOTED = PartyEntry(0, DAWN, "m.durand", (PartyChange("nom", None, GRETA.name),))


def test_a_party_is_kept_whole_with_its_journal(engine: Engine) -> None:
    """All that is known of it comes back, found by its SIRET and by its name in any order."""
    store = SqlPartyStore(engine)
    (written,) = store.write((GRETA, NOTED))
    assert written == replace(GRETA, number=written.number, version=1)
    assert store.party(written.number) == written
    assert store.with_siret(PartyKind.ORGANISATION, "12345678200010") == (written,)
    assert store.named(PartyKind.ORGANISATION, same_name("métiers et oeuvre GRETA")) == (written,)
    for typed in ("gréta", "Greta Oe", "GRETA œuvre-"):
        assert store.beginning(PartyKind.ORGANISATION, typed) == GRETA.name
    for kind, typed in ((PartyKind.ORGANISATION, "métiers"), (PartyKind.CLIENT, "greta")):
        assert store.beginning(kind, typed) is None
    assert store.named(PartyKind.CLIENT, written.folded) == ()
    assert store.journal(written.number) == (replace(NOTED, seq=1),)


def test_nobody_writes_over_another(engine: Engine) -> None:
    """A party that was written since it was read, and a SIRET taken meanwhile, are refused whole."""
    store = SqlPartyStore(engine)
    (first,) = store.write((GRETA, NOTED))
    store.write((replace(first, name="Greta"), NOTED))
    other = Party(PartyKind.ORGANISATION, "Afpa")
    for refused in (replace(first, name="Gréta"), replace(GRETA, name="Alpha")):
        with pytest.raises(Conflict, match="rien n’a été enregistré"):
            store.write((other, NOTED), (refused, NOTED))
    assert [one.name for one in store.page(PartyQuery(PartyKind.ORGANISATION)).parties] == ["Greta"]
    # What it was called finds it still.
    for words in ("greta", "oeuvre", "123 456 782 00010"):
        assert store.page(PartyQuery(PartyKind.ORGANISATION, words)).total == 1


def test_files_of_what_was_merged_are_seen_together(
    engine: Engine, case_store: SqlCaseStore
) -> None:
    """Each file points where it pointed; both are counted, and listed, under the one that is kept."""
    store = SqlPartyStore(engine)
    kept, gone = store.write((GRETA, NOTED), (Party(PartyKind.ORGANISATION, "Gretta"), NOTED))
    for number, ref in ((kept.number, "CIPI-2026-0001"), (gone.number, "CIPI-2026-0002")):
        case_store.save(opening(a_case(ref, organisation=number)))
    store.write((replace(gone, merged_into=kept.number), NOTED))
    assert [one.number for one in store.merged(kept.number)] == [gone.number]
    page = store.page(PartyQuery(PartyKind.ORGANISATION))
    assert ([one.number for one in page.parties], page.files) == ([kept.number], {kept.number: 2})
    files = store.files(PartyKind.ORGANISATION, (kept.number, gone.number))
    assert [one.ref for one in files] == ["CIPI-2026-0001", "CIPI-2026-0002"]
    assert case_store.load("CIPI-2026-0002").organisation == gone.number
