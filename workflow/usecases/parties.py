"""The use cases of organisations, clients and beneficiaries: add, correct, merge, find again, see together.

Like `workflow.usecases.cases`: what is asked is prepared, shown, then saved or dropped. A party that is
corrected changes no file by itself: what its open files would become is prepared beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from msgspec import Struct
from msgspec.structs import replace

from workflow.case.case import Case, FactValue, Outcome
from workflow.case.parties import (
    KIND_WORDS,
    Party,
    PartyChange,
    PartyEntry,
    PartyKind,
    facts_from,
    named_by,
    same_name,
)
from workflow.errors import Conflict, EcheancierError, InvalidInput, NotFound, Refused, unknown
from workflow.operations import operations
from workflow.operations.requests import Request
from workflow.ports.stores import CaseQuery, PartyFile, PartyOutline, PartyStore
from workflow.rules.procedure import Procedure
from workflow.text import french
from workflow.text.folding import fold
from workflow.usecases.cases import CaseService
from workflow.usecases.doubles import alike, doubles_of, pairs
from workflow.wording.party_text import TypedParty, changes_of, read_party

MERGED, MERGED_INTO = "fusion", "fusion_dans"
"""What the journal calls a double that is merged, and the one that it is merged into."""
_LONGEST_NUMBER = 9
_NEAR = 60
"""Of 100: what a name must have of another to be what was meant, perhaps."""
_LIKE = 5
"""Files of one name that are looked at when one more is opened."""


class PreparedParty(Struct, frozen=True):
    """A party as it would become, not written yet.

    Args:
        before: as it is; None when it is new.
        after: as it would be.
        changes: what differs.
        doubles: others that may be the same.
        outcomes: what its open files would become, that say otherwise.
        refused: open files that say otherwise and cannot follow, each with why.
        merged: the one that would be merged into it.
    """

    before: Party | None
    after: Party
    changes: tuple[PartyChange, ...]
    doubles: tuple[Party, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    refused: tuple[str, ...] = ()
    merged: Party | None = None


class PartyView(Struct, frozen=True):
    """A party with its files, its journal, and those that were merged into it or may be the same."""

    party: Party
    files: tuple[PartyFile, ...]
    journal: tuple[PartyEntry, ...]
    merged: tuple[Party, ...]
    doubles: tuple[Party, ...]


class Parties(Struct, frozen=True):
    """Everything staff do to parties.

    Args:
        store: where parties are kept.
        cases: the use cases of files.
    """

    store: PartyStore
    cases: CaseService

    def find(self, kind: PartyKind, typed: str) -> Party:
        """Return a party by its number, its SIRET or its whole name; the one it was merged into instead.

        Raises:
            NotFound: none answers to it.
            InvalidInput: several bear the name.
        """
        digits = "".join(typed.split())
        if digits.isascii() and digits.isdigit():
            found = self.store.with_siret(kind, digits)
            one = found[0] if found else self._numbered(kind, digits)
            if one is not None:
                return one
        named = self.store.named(kind, same_name(typed))
        if len(named) > 1:
            numbers = french.listing(f"n°{french.NBSP}{one.number}" for one in named)
            raise InvalidInput(
                f"{KIND_WORDS[kind]} « {typed} » : plusieurs portent ce nom ({numbers}) ; donnez son numéro."
            )
        if not named:
            near = alike(same_name(typed), self.store.outlines(kind), _NEAR)
            names = (one.title for one in self.store.those([one.number for one in near]))
            raise _absent(kind, typed, names)
        return named[0]

    def called(
        self, kind: PartyKind, procedure: Procedure, typed: Mapping[str, str], case: Case | None
    ) -> Party | None:
        """Return the only one whose name is given to a file that did not bear it; None without one.

        A SIRET that is given with it tells namesakes apart, and refuses whoever has another.
        """
        told = {spec.party: typed.get(spec.id, "") for spec in procedure.facts.values()}
        borne = {spec.id for spec in procedure.facts.values() if named_by(spec) is kind}
        name, siret = told.get(f"{kind}.nom"), "".join(told.get(f"{kind}.siret", "").split())
        if not name or (case is not None and name in {case.facts.get(one) for one in borne}):
            return None
        named = self.store.named(kind, same_name(name))
        fits = [one for one in named if not siret or one.values.get("siret") in {None, siret}]
        return fits[0] if len(fits) == 1 else None

    def of(self, case: Case) -> tuple[Party, ...]:
        """Return the parties of a file, in the order of their kinds."""
        numbers = ((kind, kind.of(case)) for kind in PartyKind)
        found = (self._numbered(kind, str(number)) for kind, number in numbers if number)
        return tuple(one for one in found if one is not None)

    def view(self, party: Party) -> PartyView:
        """Return a party with all that is known around it."""
        merged = self.store.merged(party.number)
        numbers = (party.number, *(one.number for one in merged))
        return PartyView(
            party,
            self.store.files(party.kind, numbers),
            self.store.journal(party.number),
            merged,
            self._doubles(party),
        )

    def said_of(self, title: str, start: FactValue | None, fact: str) -> Iterator[str]:
        """Yield what is known of the person that a new file seems to be about, one sentence each.

        Args:
            title: the title of the file, the name first.
            start: when it starts …
            fact: … and the fact that says so.
        """
        name = title.partition(",")[0].strip()
        if not name:
            return
        for one in self.store.named(PartyKind.BENEFICIARY, same_name(name)):
            files = french.count(len(self.view(one).files), "dossier", "dossiers")
            yield (
                f"{one.named} est déjà connu, avec {files} : si c’est la même personne, choisissez-la "
                "comme bénéficiaire."
            )
        query = CaseQuery(text=name, closed=True, limit=_LIKE)
        for line in self.cases.store.find(query).lines:
            if same_name(line.title.partition(",")[0]) != same_name(name):
                continue
            if start is not None and self.cases.store.load(line.ref).facts.get(fact) == start:
                yield f"Le dossier {line.ref} porte déjà ce nom et ce début : est-ce le même ?"

    def doubles(self, kind: PartyKind, limit: int) -> Iterator[tuple[Party, Party]]:
        """Yield the first pairs that may be the same, the older first."""
        for pair in islice(pairs(self.store.outlines(kind)), limit):
            one, other = self.store.those(pair)
            yield one, other

    def add(self, kind: PartyKind, request: Request) -> PreparedParty:
        """Prepare a party to add; raises `InvalidInput`, `Refused`, `Conflict`."""
        after = self._read(Party(kind, ""), request, request.about[0])
        self._refuse_taken(after)
        return PreparedParty(None, after, changes_of(None, after), self._doubles(after))

    def correct(self, kind: PartyKind, request: Request, *, by: str) -> PreparedParty:
        """Prepare a correction, and what the open files would become; raises like `add`, and `NotFound`."""
        before = self.find(kind, request.about[0])
        after = self._read(before, request, request.given(operations.NAME))
        self._refuse_taken(after)
        changes = changes_of(before, after)
        outcomes, refused = self._following(before, after, by)
        if not changes and not outcomes and not refused:
            raise Refused(f"{KIND_WORDS[kind]} n°{french.NBSP}{before.number} : rien à changer.")
        doubles = self._doubles(after) if after.folded != before.folded else ()
        return PreparedParty(before, after, changes, doubles, outcomes, refused)

    def merge(self, kind: PartyKind, request: Request) -> PreparedParty:
        """Prepare the merging of a double into the one that is kept; raises `NotFound`, `Refused`."""
        kept, gone = (self.find(kind, typed) for typed in request.about)
        if kept.number == gone.number:
            raise Refused(f"{KIND_WORDS[kind]} n°{french.NBSP}{kept.number} : c’est déjà le même.")
        sirets = {one.values.get("siret") for one in (kept, gone)} - {None}
        if len(sirets) > 1:
            raise Refused(
                f"{kept.named} et {gone.named} ont chacun leur SIRET : ce sont deux établissements ; "
                "corrigez celui qui est faux d’abord."
            )
        known = {one.name for one in kept.contacts}
        contacts = (*kept.contacts, *(one for one in gone.contacts if one.name not in known))
        after = replace(kept, values={**gone.values, **kept.values}, contacts=contacts)
        numbered = PartyChange(MERGED, None, str(gone.number))
        return PreparedParty(kept, after, (numbered, *changes_of(kept, after)), merged=gone)

    def save(self, prepared: PreparedParty, *, by: str) -> Party:
        """Write a party, not what its files would become, and return it as written.

        Raises:
            Conflict: somebody else was first; nothing was written.
        """
        now, after = self.cases.clock(), prepared.after
        written = (after, PartyEntry(0, now, by, prepared.changes))
        gone = prepared.merged
        if gone is None:
            return self.store.write(written)[0] if prepared.changes else after
        into = PartyChange(MERGED_INTO, None, str(after.number))
        # Those that were merged into it before follow, so that each is one step away.
        moved = (
            (replace(one, merged_into=after.number), PartyEntry(0, now, by, (into,)))
            for one in (gone, *self.store.merged(gone.number))
        )
        return self.store.write(*moved, written)[-1]

    def _numbered(self, kind: PartyKind, digits: str) -> Party | None:
        found = self.store.party(int(digits)) if len(digits) <= _LONGEST_NUMBER else None
        if found is None or found.kind is not kind:
            return None
        return found if found.merged_into is None else self.store.party(found.merged_into)

    def _following(
        self, before: Party, after: Party, by: str
    ) -> tuple[tuple[Outcome, ...], tuple[str, ...]]:
        """Return what the open files that say otherwise would become, and those that cannot follow."""
        outcomes, refused = [], []
        numbers = (after.number, *(one.number for one in self.store.merged(after.number)))
        for file in self.store.files(after.kind, numbers):
            if not file.is_open:
                continue
            try:
                case = self.cases.store.load(file.ref)
                procedure = self.cases.rulebook.of(case)
                told = facts_from(procedure.facts.values(), (after,))
                facts = {name: new for name, new in told.items() if new != case.facts.get(name)}
                title = _retitled(case.title, before, after)
                if facts or title is not None:
                    comment = f"{KIND_WORDS[after.kind]} n°{french.NBSP}{after.number} corrigé"
                    outcomes.append(
                        self.cases.correct(file.ref, facts, by=by, title=title, comment=comment)
                    )
            except EcheancierError as error:
                refused.append(f"{file.ref} : {error.message}")
        return tuple(outcomes), tuple(refused)

    def _doubles(self, party: Party) -> tuple[Party, ...]:
        marks = frozenset(fold(str(value)) for value in party.values.values())
        siret = party.values.get("siret")
        mine = PartyOutline(
            party.number, party.folded, None if siret is None else str(siret), marks
        )
        found = doubles_of(mine, self.store.outlines(party.kind))
        return self.store.those([one.number for one in found])

    def _refuse_taken(self, party: Party) -> None:
        """Refuse a SIRET that another has."""
        siret = party.values.get("siret")
        for other in self.store.with_siret(party.kind, str(siret)) if siret else ():
            if other.number != party.number:
                raise Conflict(f"{other.named} a déjà ce SIRET : prenez-le, ou vérifiez le numéro.")

    def _read(self, party: Party, asked: Request, name: str | None) -> Party:
        values = ((field, asked.given(one)) for field, one in operations.PARTY_FIELDS.items())
        typed = TypedParty(
            name,
            {field: text for field, text in values if text is not None},
            asked.many(operations.EMPTIED),
            asked.many(operations.CONTACT),
            asked.many(operations.REMOVED),
        )
        return read_party(party, typed, self.cases.rulebook.procedures.values())


def _retitled(title: str, before: Party, after: Party) -> str | None:
    """Return the title of a file with the new name of its beneficiary, None when it stays."""
    if after.kind is not PartyKind.BENEFICIARY or before.title == after.title:
        return None
    name, comma, rest = title.partition(",")
    return f"{after.title}{comma}{rest}" if same_name(name) == before.folded else None


def _absent(kind: PartyKind, typed: str, names: Iterable[str]) -> NotFound:
    error = unknown(KIND_WORDS[kind], typed, names)
    return NotFound(f"{error.message.removesuffix('.')} ; ajoutez-le : {kind} ajouter.")
