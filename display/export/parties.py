"""Organisations, clients and beneficiaries as tables, a line each; a contact takes a line of its own.

Used by `cli.parties.export`. Says nothing of files, nor of why somebody is eligible.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from display.export.tables import Heading, Holds, ListTable, Value
from workflow.calendar.calendars import territory
from workflow.case.parties import FIELDS, Interlocutor, Party, PartyKind
from workflow.rules.fact_specs import FactSpec, FactType
from workflow.wording.fact_text import fact_words

_ZONE: Final = territory("FR").zone
_CONTACT: Final = ("Contact", "Rôle", "Courriel du contact", "Téléphone du contact")
PARTY_LISTS: Final[Mapping[str, PartyKind]] = {f"{kind}s": kind for kind in PartyKind}
"""The kind of each list that can be exported, by its name."""
_NAMES: Final = {
    PartyKind.ORGANISATION: "Organismes",
    PartyKind.CLIENT: "Clients",
    PartyKind.BENEFICIARY: "Bénéficiaires",
}


def party_table(kind: PartyKind, parties: Iterable[Party]) -> ListTable:
    """Return parties as a table."""
    specs = FIELDS[kind]
    contacts = () if kind is PartyKind.BENEFICIARY else _CONTACT
    headings = (
        Heading("N°", Holds.COUNT, 8),
        Heading("Nom", width=34),
        *(_heading(spec) for spec in specs),
        *(Heading(words, width=24) for words in contacts),
    )
    return ListTable(_NAMES[kind], headings, _rows(specs, parties, contacts=bool(contacts)))


def _heading(spec: FactSpec) -> Heading:
    day = spec.type is FactType.DATE
    return Heading(spec.label, Holds.DAY, 24) if day else Heading(spec.label, width=24)


def _rows(
    specs: Iterable[FactSpec], parties: Iterable[Party], *, contacts: bool
) -> Iterator[tuple[Value, ...]]:
    for one in parties:
        said = (one.number, one.name, *(_value(one, spec) for spec in specs))
        for contact in one.contacts or (Interlocutor(""),):
            told = (contact.name, contact.role, contact.mail, contact.phone) if contacts else ()
            yield (*said, *told)


def _value(party: Party, spec: FactSpec) -> Value:
    value = party.values.get(spec.id)
    if value is None or spec.type is FactType.DATE:
        return value
    return fact_words(value, _ZONE, spec)
