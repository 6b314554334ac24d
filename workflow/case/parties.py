"""Who stands around files and is known once for all of them: training organisations, clients, beneficiaries.

Kept by `db.parties`, changed by `workflow.usecases.parties`. A file points to its parties and keeps the facts
that were noted in it: a party that is corrected changes no file by itself. Holds no ground of eligibility.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct, field

from workflow.case.case import Case, FactValue
from workflow.rules.fact_specs import FactSpec, FactType
from workflow.text.folding import bare, fold
from workflow.text.french import NBSP


class PartyKind(StrEnum):
    """What a party is to a file: words that staff type."""

    ORGANISATION = "organisme"
    CLIENT = "client"
    BENEFICIARY = "beneficiaire"

    @property
    def attribute(self) -> str:
        """The field of `Case` that points to it."""
        return self.name.lower()

    def of(self, case: Case) -> int | None:
        """Return the number of the party of this kind that a file points to, None without one."""
        number: int | None = getattr(case, self.attribute)
        return number


_SIRET: Final = FactSpec("siret", "SIRET", FactType.SIRET)
_MAIL: Final = FactSpec("courriel", "Courriel", FactType.MAIL)
_PHONE: Final = FactSpec("telephone", "Téléphone", FactType.PHONE)

FIELDS: Final[Mapping[PartyKind, tuple[FactSpec, ...]]] = {
    PartyKind.ORGANISATION: (
        _SIRET,
        FactSpec("nda", "Déclaration d’activité", FactType.NDA),
        FactSpec("qualiopi", "Qualiopi valable jusqu’au", FactType.DATE, future=True),
    ),
    PartyKind.CLIENT: (_SIRET, FactSpec("secteur", "Convention ou secteur", FactType.TEXT)),
    PartyKind.BENEFICIARY: (FactSpec("prenom", "Prénom", FactType.TEXT), _MAIL, _PHONE),
}
"""What is known of a party beside its name, by kind, in the order in which it is shown."""
KIND_WORDS: Final[Mapping[PartyKind, str]] = {
    PartyKind.ORGANISATION: "Organisme",
    PartyKind.CLIENT: "Client",
    PartyKind.BENEFICIARY: "Bénéficiaire",
}


class Interlocutor(Struct, frozen=True):
    """Somebody to ask for at a party.

    Args:
        name: who.
        role: what they do there; empty when nobody said.
        mail: their address, empty likewise.
        phone: their telephone number, empty likewise.
    """

    name: str
    role: str = ""
    mail: str = ""
    phone: str = ""

    def __str__(self) -> str:
        return ", ".join(one for one in (self.name, self.role, self.mail, self.phone) if one)


class Party(Struct, frozen=True):
    """A training organisation, a client company or a beneficiary.

    Args:
        kind: which of them.
        name: its name in full, the last name of a person.
        values: what else is known, by field of `FIELDS`.
        contacts: whom to ask for there, the first one first.
        number: what staff call it by; 0 until it is written.
        version: how many times it was written.
        merged_into: number of the one that it is the same as, once somebody said so.
    """

    kind: PartyKind
    name: str
    values: Mapping[str, FactValue] = field(default_factory=dict)
    contacts: tuple[Interlocutor, ...] = ()
    number: int = 0
    version: int = 0
    merged_into: int | None = None

    @property
    def title(self) -> str:
        """What it is called in full: the first name of a person comes first."""
        return f"{self.values.get('prenom', '')} {self.name}".strip()

    @property
    def named(self) -> str:
        """What it is called, and its number once it has one: « Greta Metz (n° 3) »."""
        return f"{self.title} (n°{NBSP}{self.number})" if self.number else self.title

    @property
    def folded(self) -> str:
        """Its name as names are compared, whatever the order of its words."""
        return same_name(self.title)

    @property
    def written_to(self) -> Interlocutor | None:
        """Whom one writes to there, with an address: the first contact that has one, or the person."""
        if mail := self.values.get("courriel"):
            return Interlocutor(self.title, mail=str(mail))
        return next((one for one in self.contacts if one.mail), None)

    @property
    def known(self) -> Mapping[str, FactValue]:
        """What facts may take from it, by the names that rule files use (`FactSpec.party`)."""
        first = self.contacts[0] if self.contacts else Interlocutor("")
        told = {
            "nom": self.name,
            **self.values,
            "contact": first.name,
            "contact_telephone": first.phone,
            "contact_courriel": first.mail,
        }
        return {f"{self.kind}.{name}": value for name, value in told.items() if value}


def fact_sources() -> Iterator[str]:
    """Yield every name that `FactSpec.party` may say."""
    for kind, specs in FIELDS.items():
        for name in ("nom", *(one.id for one in specs), *_CONTACT):
            yield f"{kind}.{name}"


_CONTACT: Final = ("contact", "contact_telephone", "contact_courriel")


class PartyChange(Struct, frozen=True):
    """One thing that is known of a party, before and after, as text; None means absent."""

    name: str
    old: str | None
    new: str | None


class PartyEntry(Struct, frozen=True):
    """A line of the journal of a party: append-only, one for each time it was written.

    Args:
        seq: 1 for the first; the version of the party that it made.
        at: when (aware, UTC).
        by: id of the person.
        changes: what it changed.
    """

    seq: int
    at: datetime
    by: str
    changes: tuple[PartyChange, ...]


def same_name(name: str) -> str:
    """Return a name as names are compared: folded, its words in order, without hyphens or apostrophes."""
    return " ".join(sorted(bare(fold(name).replace("-", " ")).split()))


def named_by(spec: FactSpec) -> PartyKind | None:
    """Return the kind of party whose name a fact holds, None when it holds none."""
    return next((kind for kind in PartyKind if spec.party == f"{kind}.nom"), None)


def facts_from(specs: Iterable[FactSpec], parties: Iterable[Party]) -> dict[str, FactValue]:
    """Return what parties tell of the facts of a procedure, by fact."""
    known = {name: value for one in parties for name, value in one.known.items()}
    return {spec.id: known[spec.party] for spec in specs if spec.party and spec.party in known}


def pointing_to(parties: Iterable[Party]) -> dict[str, int]:
    """Return what fields of a case point to parties, by field."""
    return {one.kind.attribute: one.number for one in parties}
