"""An organisation, a client or a beneficiary as typed, and what a correction changes of one, as text.

Used by `workflow.usecases.parties`. Of a person, no word that would tell why they are eligible is taken.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from workflow.calendar.calendars import territory
from workflow.case.case import FactValue
from workflow.case.parties import (
    FIELDS,
    KIND_WORDS,
    Interlocutor,
    Party,
    PartyChange,
    PartyKind,
    same_name,
)
from workflow.errors import InvalidInput, unknown
from workflow.rules.procedure import Procedure
from workflow.wording import registrations
from workflow.wording.act_text import checked_text, checked_words
from workflow.wording.codec import fact_text
from workflow.wording.fact_text import read_fact
from workflow.wording.instants import NotAValue

_ZONE = territory("FR").zone
_LONGEST = 120
_LEAST_DIGITS = 6
"""Of a telephone number: what has fewer is what somebody does."""


class TypedParty(Struct, frozen=True):
    """What is typed of a party; what is not given stays.

    Args:
        name: its name.
        values: what else is known, by field.
        emptied: fields that are not known any more.
        contacts: whom to ask for, as `read_contact` reads them; one takes the place of its namesake.
        removed: contacts to take away, by name.
    """

    name: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    emptied: Collection[str] = ()
    contacts: Collection[str] = ()
    removed: Collection[str] = ()


def read_party(party: Party, typed: TypedParty, procedures: Iterable[Procedure]) -> Party:
    """Return a party with what was typed of it.

    Raises:
        InvalidInput: a value that cannot be, or no name.
        Refused: a word that would tell why a person is eligible, or a number of social security.
        NotFound: a field or a contact that it does not have.
    """
    judges = tuple(procedures) if party.kind is PartyKind.BENEFICIARY else ()
    name = party.name if typed.name is None else _words("le nom", typed.name, judges)
    if not name:
        raise InvalidInput(f"{KIND_WORDS[party.kind]} : il manque le nom.")
    fields = {spec.id: spec for spec in FIELDS[party.kind]}
    for one in (*typed.emptied, *typed.values):
        if one not in fields:
            raise unknown(f"{KIND_WORDS[party.kind]}, champ", one, fields)
    values: dict[str, FactValue] = {
        one: value for one, value in party.values.items() if one not in typed.emptied
    }
    for one, text in typed.values.items():
        values[one] = read_fact(fields[one], text, _ZONE)
        _words(f"« {fields[one].label} »", text, judges)
    contacts = _without(party, typed.removed)
    for text in typed.contacts:
        new = read_contact(_words("le contact", text, judges))
        others = {same_name(one.name): one for one in contacts}
        contacts = tuple({**others, same_name(new.name): new}.values())
    return replace(party, name=name, values=values, contacts=contacts)


def read_contact(typed: str) -> Interlocutor:
    """Return « Odile Fontaine, responsable, odile@exemple.fr, 01 23 45 67 89 »: the name, then the rest.

    An address and a telephone number are known by their looks; what is neither is what they do there.

    Raises:
        InvalidInput: no name, or an address or a number that cannot be.
    """
    name, *parts = (part.strip() for part in typed.split(","))
    role, mail, phone = [], "", ""
    try:
        for part in filter(None, parts):
            if "@" in part:
                mail = registrations.address(part)
            elif sum(map(str.isdecimal, part)) >= _LEAST_DIGITS:
                phone = registrations.phone(part)
            else:
                role.append(part)
    except NotAValue as unreadable:
        raise InvalidInput(f"Contact « {name} » : {unreadable.advice}.") from None
    if not name or "@" in name:
        raise InvalidInput(
            "Contact : commencez par son nom, par exemple « Odile Fontaine, responsable, "
            "odile@exemple.fr, 01 23 45 67 89 »."
        )
    return Interlocutor(name, ", ".join(role), mail, phone)


def changes_of(before: Party | None, after: Party) -> tuple[PartyChange, ...]:
    """Return what differs between a party before and after, its name first."""
    was, now = (_told(one) for one in (before, after))
    return tuple(
        PartyChange(name, was.get(name), now.get(name))
        for name in dict.fromkeys((*now, *was))
        if was.get(name) != now.get(name)
    )


def _told(party: Party | None) -> dict[str, str]:
    if party is None:
        return {}
    values = {name: fact_text(value) for name, value in party.values.items()}
    contacts = {f"contact {one.name}": str(one) for one in party.contacts}
    return {"nom": party.name, **values, **contacts}


def _words(what: str, typed: str, judges: Iterable[Procedure]) -> str:
    words = checked_text(what, typed, _LONGEST)
    for procedure in judges:
        checked_words(procedure, what, words)
    return words


def _without(party: Party, names: Iterable[str]) -> tuple[Interlocutor, ...]:
    gone, known = set(), {same_name(one.name): one for one in party.contacts}
    for name in names:
        if same_name(name) not in known:
            what = f"Contact de {party.title}"
            raise unknown(what, name, (one.name for one in party.contacts))
        gone.add(known[same_name(name)])
    return tuple(one for one in party.contacts if one not in gone)
