"""Parties in a SQL database: each written with its line of journal, in one transaction, or not at all.

Implements `workflow.ports.stores.PartyStore`; built by `cli.wiring.container`. Asked by a person at a time:
it goes through sessions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import select as sql_select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, or_, select

from db.cases.patterns import ESCAPE, beginning, patterns
from db.connection.engine import Database, reading
from db.connection.sessions import session_reading, session_writing
from db.schema.party_tables import PartyEntryRow, PartyRow, party
from db.schema.tables import CaseFile
from workflow.case.case import FactValue
from workflow.case.parties import (
    FIELDS,
    Interlocutor,
    Party,
    PartyChange,
    PartyEntry,
    PartyKind,
)
from workflow.errors import Conflict
from workflow.ports.stores import PartyFile, PartyOutline, PartyPage, PartyQuery, PartyStore
from workflow.text.folding import searchable
from workflow.wording.codec import fact_text, kept_value

_STANDS = col(PartyRow.merged_into).is_(None)
_MARKS = ("siret", "nda", "telephone", "courriel")
"""What only one should have: searched, and compared."""


class SqlPartyStore(PartyStore):
    """The parties of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def party(self, number: int) -> Party | None:
        """Return a party by its number, None when there is none."""
        with session_reading(self._database) as session:
            row = session.get(PartyRow, number)
            return None if row is None else _party(row)

    def named(self, kind: PartyKind, same_name: str) -> tuple[Party, ...]:
        """Return those that bear a name (`workflow.case.parties.same_name`), oldest first."""
        return self._those(kind, PartyRow.same_name == same_name)

    def beginning(self, kind: PartyKind, typed: str) -> str | None:
        """Return the first name, in their order, that begins as typed; None without one."""
        wanted = select(PartyRow.name).where(
            PartyRow.kind == kind.attribute,
            _STANDS,
            col(PartyRow.folded).like(beginning(typed), escape=ESCAPE),
        )
        with session_reading(self._database) as session:
            return session.exec(wanted.order_by(func.lower(PartyRow.name)).limit(1)).first()

    def with_siret(self, kind: PartyKind, siret: str) -> tuple[Party, ...]:
        """Return the one that has a SIRET, if any."""
        return self._those(kind, PartyRow.siret == siret)

    def outlines(self, kind: PartyKind) -> tuple[PartyOutline, ...]:
        """Return what tells apart all of a kind, oldest first."""
        columns = party.c.id, party.c.same_name, party.c.siret, party.c.folded
        wanted = sql_select(*columns).where(party.c.kind == kind.attribute, _STANDS)
        with reading(self._database) as connection:
            return tuple(
                PartyOutline(number, name, siret, _marks(folded, siret))
                for number, name, siret, folded in connection.execute(wanted.order_by(party.c.id))
            )

    def those(self, numbers: Collection[int]) -> tuple[Party, ...]:
        """Return parties by their numbers, in that order."""
        wanted = select(PartyRow).where(col(PartyRow.id).in_(numbers))
        with session_reading(self._database) as session:
            found = {row.id: _party(row) for row in session.exec(wanted)}
        return tuple(found[number] for number in numbers if number in found)

    def page(self, query: PartyQuery) -> PartyPage:
        """Return those that answer to some words, by name, and how many there are."""
        wanted: list[Any] = [PartyRow.kind == query.kind.attribute, _STANDS]
        for alike in patterns(query.text):
            fits = (col(PartyRow.folded).like(one, escape=ESCAPE) for one in alike)
            wanted.append(or_(*fits))
        found = (
            select(PartyRow)
            .where(*wanted)
            .order_by(func.lower(PartyRow.name), PartyRow.folded, col(PartyRow.id))
        )
        with session_reading(self._database) as session:
            rows = session.exec(found.offset(query.offset).limit(query.limit)).all()
            total = session.exec(select(func.count()).select_from(PartyRow).where(*wanted)).one()
            numbers = [row.id for row in rows if row.id is not None]
            return PartyPage(
                tuple(map(_party, rows)), total, _files_of_each(session, query.kind, numbers)
            )

    def journal(self, number: int) -> tuple[PartyEntry, ...]:
        """Return every entry of a party, oldest first."""
        entries = select(PartyEntryRow).where(PartyEntryRow.party_id == number)
        with session_reading(self._database) as session:
            return tuple(
                PartyEntry(
                    row.seq,
                    row.recorded_at,
                    row.author,
                    tuple(PartyChange(str(name), old, new) for name, old, new in row.changes),
                )
                for row in session.exec(entries.order_by(col(PartyEntryRow.seq)))
            )

    def merged(self, number: int) -> tuple[Party, ...]:
        """Return those that were merged into one."""
        into = select(PartyRow).where(PartyRow.merged_into == number).order_by(col(PartyRow.id))
        with session_reading(self._database) as session:
            return tuple(map(_party, session.exec(into)))

    def files(self, kind: PartyKind, numbers: Collection[int]) -> tuple[PartyFile, ...]:
        """Return the files that point to some parties, by reference."""
        pointing = _pointing(kind)
        files = select(CaseFile).where(pointing.in_(numbers)).order_by(col(CaseFile.ref))
        with session_reading(self._database) as session:
            return tuple(
                PartyFile(
                    one.ref,
                    one.title,
                    one.procedure,
                    one.state,
                    one.agency,
                    one.is_open,
                    one.version,
                )
                for one in session.exec(files)
            )

    def write(self, *written: tuple[Party, PartyEntry]) -> tuple[Party, ...]:
        """Write parties as they become, each with its line of journal, and return them as written.

        Raises:
            Conflict: one was written since it was read, or its SIRET is another's; nothing was written.
        """
        try:
            with session_writing(self._database) as session:
                return tuple(_write(session, party, entry) for party, entry in written)
        except IntegrityError as error:
            raise _conflict(written[0][0], error) from None

    def _those(self, kind: PartyKind, *conditions: Any) -> tuple[Party, ...]:
        wanted = select(PartyRow).where(PartyRow.kind == kind.attribute, _STANDS, *conditions)
        with session_reading(self._database) as session:
            return tuple(map(_party, session.exec(wanted.order_by(col(PartyRow.id)))))


def _write(session: Session, party: Party, entry: PartyEntry) -> Party:
    row = PartyRow(kind=party.kind.attribute, name="", same_name="", folded="", version=0, **_EMPTY)
    if party.number:
        same = PartyRow.id == party.number, PartyRow.version == party.version
        found = session.exec(select(PartyRow).where(*same).with_for_update()).first()
        if found is None:
            raise _conflict(party)
        row = found
    words = searchable("", party.title, _numbers(party)).strip()
    former = [one for one in row.folded.split("\n") if one and one not in words.split("\n")]
    row.name, row.same_name = party.name, party.folded
    # The names and numbers that it bore find it still.
    row.folded = "\n".join((words, *former))
    siret = party.values.get("siret")
    row.siret = None if siret is None else str(siret)
    row.known = {name: fact_text(value) for name, value in party.values.items()}
    row.contacts = [[one.name, one.role, one.mail, one.phone] for one in party.contacts]
    row.merged_into, row.version = party.merged_into, party.version + 1
    session.add(row)
    session.flush()
    assert row.id is not None, "the database numbers it"  # noqa: S101
    session.add(
        PartyEntryRow(
            party_id=row.id,
            seq=row.version,
            recorded_at=entry.at,
            author=entry.by,
            changes=[[one.name, one.old, one.new] for one in entry.changes],
        )
    )
    session.flush()
    return _party(row)


_EMPTY: dict[str, Any] = {"known": {}, "contacts": []}


def _conflict(party: Party, _: object = None) -> Conflict:
    return Conflict(
        f"« {party.title} » : quelqu’un d’autre l’a écrit pendant votre saisie, ou un autre a ce SIRET ; "
        "rien n’a été enregistré, relisez-le puis refaites votre saisie."
    )


def _numbers(party: Party) -> Iterator[str]:
    return (str(party.values[name]) for name in _MARKS if name in party.values)


def _marks(folded: str, siret: str | None) -> frozenset[str]:
    """Return what only one should have, from what is searched: the lines after that of the name."""
    _, *lines = folded.split("\n")
    return frozenset(line for line in lines if any(map(str.isdecimal, line)) or "@" in line) - {
        siret
    }


def _party(row: PartyRow) -> Party:
    kind = next(one for one in PartyKind if one.attribute == row.kind)
    types = {spec.id: spec.type for spec in FIELDS[kind]}
    known: dict[str, FactValue] = {
        name: kept_value(text, types[name]) for name, text in row.known.items() if name in types
    }
    contacts = tuple(Interlocutor(*one) for one in row.contacts)
    return Party(kind, row.name, known, contacts, row.id or 0, row.version, row.merged_into)


def _pointing(kind: PartyKind) -> Any:
    return col(getattr(CaseFile, kind.attribute))


def _files_of_each(session: Session, kind: PartyKind, numbers: list[int]) -> dict[int, int]:
    """Return how many files each party has, those of what was merged into it included."""
    pointing = _pointing(kind)
    whose = func.coalesce(PartyRow.merged_into, PartyRow.id)
    known = or_(col(PartyRow.id).in_(numbers), col(PartyRow.merged_into).in_(numbers))
    counted = (
        select(whose, func.count())
        .join_from(PartyRow, CaseFile, pointing == col(PartyRow.id))
        .where(known)
        .group_by(whose)
    )
    return {int(number): count for number, count in session.exec(counted)}
