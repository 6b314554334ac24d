"""The lists of the house as tables: files, deadlines, papers, hours, money, accounts, journal, mails.

Used by `cli.case.export` and `tui.forms.export_file`. Each row is made when it is written. The restricted
part of a file is never read here, nor who read it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from display.export.tables import Heading, Holds, ListTable, Value
from display.mail.mails import STATES
from notifications.model.messages import StoredMessage
from workflow.case.case import Case, Deadline, Entry, Moment
from workflow.case.people import Directory
from workflow.eligibility.accounts import Accounts
from workflow.ports.stores import CaseLine
from workflow.rulefiles.rulebook import Rulebook
from workflow.rules.deadline_rules import Kind
from workflow.text.day_ends import day_of_end
from workflow.wording.journal_text import (
    agency_words,
    entry_lines,
    entry_words,
    paper_words,
    payer_words,
    person_name,
)
from workflow.worklist.worklist import WorkRow

_REF: Final = Heading("Dossier", width=18)
_TITLE: Final = Heading("Libellé", width=32)
_WHOSE: Final = (_REF, _TITLE)
_DATES: Final = (
    Heading("Échéance", width=34),
    Heading("Nature", width=14),
    Heading("Ouverture", Holds.DAY),
    Heading("Limite prudente", Holds.DAY, 15),
    Heading("Limite stricte", Holds.MOMENT, 17),
    Heading("Réponse attendue", Holds.MOMENT, 17),
    Heading("Relance", Holds.DAY),
)


class Sources(Struct, frozen=True):
    """Where the rows come from.

    Args:
        lines: gives the files of a list, without loading them.
        cases: gives them loaded, one at a time.
        journal: gives the entries of a file.
        accounts: gives the accounts of a file.
        mails: gives the mails.
        rulebook: names procedures, states, papers and payers.
        directory: names agencies and people.
        zone: gives the clock of an agency.
    """

    lines: Callable[[], Iterator[CaseLine | WorkRow]]
    cases: Callable[[], Iterator[Case]]
    journal: Callable[[str], Sequence[Entry]]
    accounts: Callable[[Case], Accounts]
    mails: Callable[[], Iterator[StoredMessage]]
    rulebook: Rulebook
    directory: Directory
    zone: Callable[[str], ZoneInfo]


Row = tuple[Value, ...]


def _files(of: Sources) -> Iterator[Row]:
    for line in of.lines():
        procedure = of.rulebook.procedures.get(line.procedure)
        state = procedure.states.get(line.state) if procedure else None
        yield (
            *(line.ref, line.title, procedure.name if procedure else line.procedure),
            state.label if state else line.state,
            agency_words(of.directory, line.agency),
            person_name(of.directory, line.owner),
            *_dated(
                line.next_deadline if isinstance(line, CaseLine) else line, of.zone(line.agency)
            ),
        )


def _dated(deadline: Deadline | WorkRow | None, zone: ZoneInfo) -> Row:
    if deadline is None or (dates := deadline.dates) is None:
        return (None,) * len(_DATES)
    kind = "objectif interne" if deadline.kind is Kind.INTERNAL else "réglementaire"
    strict, expected = (_end(one, zone) for one in (dates.strict, dates.expected_at))
    return deadline.label, kind, dates.opens_on, dates.prudent, strict, expected, dates.chase_on


def _end(moment: Moment | None, zone: ZoneInfo) -> Moment | None:
    """Return an end as the agency's clocks show it; midnight, which no cell calls 24:00, is the whole day."""
    if not isinstance(moment, datetime):
        return moment
    local = moment.astimezone(zone)
    return local if local.time() != time() else day_of_end(local)


def _deadlines(of: Sources) -> Iterator[Row]:
    for case in of.cases():
        for deadline in case.deadlines.values():
            estimated = "" if case.stake is None else "oui" if case.estimated else "non"
            dated = _dated(deadline, of.zone(case.agency))
            yield (case.ref, case.title, *dated, case.stake, estimated, deadline.snoozed_until)


def _papers(of: Sources) -> Iterator[Row]:
    for case in of.cases():
        known = of.rulebook.of(case).documents
        for id_, paper in case.documents.items():
            label, by = (
                known[id_].label if id_ in known else id_,
                person_name(of.directory, paper.by),
            )
            yield (
                case.ref,
                case.title,
                label,
                paper_words(paper.status),
                paper.on,
                by,
                paper.kept_at,
                paper.file.name if paper.file else "",
                paper.expires_on,
            )


def _hours(of: Sources) -> Iterator[Row]:
    for case in of.cases():
        for one in case.hours:
            days = (one.first, one.last)
            yield (
                case.ref,
                case.title,
                one.number,
                one.kind.value,
                *days,
                one.planned,
                one.done,
                one.place,
            )


def _money(of: Sources) -> Iterator[Row]:
    for case in of.cases():
        procedure = of.rulebook.of(case)
        for one in case.money:
            payer = payer_words(procedure, one.payer)
            what = (one.number, one.kind.value, one.on, payer, one.amount, one.month)
            yield case.ref, case.title, *what, one.reference, one.note


def _accounts(of: Sources) -> Iterator[Row]:
    for case in of.cases():
        found = of.accounts(case).balance
        known = (found.asked, found.agreed, found.claimed, found.paid)
        if any(one is not None for one in known):
            yield case.ref, case.title, *known, found.absence or None, found.remaining


def _journal(of: Sources) -> Iterator[Row]:
    for case in of.cases():
        procedure, zone = of.rulebook.of(case), of.zone(case.agency)
        for entry in of.journal(case.ref):
            changed = "\n".join(entry_lines(entry, procedure, of.directory, zone))
            by = person_name(of.directory, entry.by)
            what = entry_words(entry, procedure)
            yield case.ref, case.title, entry.seq, entry.at.astimezone(zone), by, what, changed


def _mails(of: Sources) -> Iterator[Row]:
    for one in of.mails():
        zone = of.zone("")
        ended = None if one.ended_at is None else one.ended_at.astimezone(zone)
        state = STATES[one.state][1]
        at = one.created_at.astimezone(zone)
        yield one.id, at, one.ref, one.address, one.subject, state, ended, one.attempts, one.answer


class _List(Struct, frozen=True):
    name: str
    headings: tuple[Heading, ...]
    rows: Callable[[Sources], Iterator[Row]]


_DAY: Final = Heading("Jour", Holds.DAY)
LISTS: Final[Mapping[str, _List]] = {
    "dossiers": _List(
        "Dossiers",
        (
            *(*_WHOSE, Heading("Procédure"), Heading("État", width=22)),
            *(Heading("Agence", width=22), Heading("Suivi par", width=22), *_DATES),
        ),
        _files,
    ),
    "echeances": _List(
        "Échéances",
        (
            *(*_WHOSE, *_DATES, Heading("En jeu", Holds.EUROS)),
            *(Heading("Estimé", width=8), Heading("Rappels reportés au", Holds.DAY, 18)),
        ),
        _deadlines,
    ),
    "pieces": _List(
        "Pièces",
        (
            *(*_WHOSE, Heading("Pièce", width=34), Heading("Où elle en est", width=16), _DAY),
            *(Heading("Noté par", width=20), Heading("Rangement", width=28)),
            *(Heading("Fichier", width=28), Heading("Expire le", Holds.DAY)),
        ),
        _papers,
    ),
    "heures": _List(
        "Heures",
        (
            *(*_WHOSE, Heading("Ligne", Holds.COUNT, 7), Heading("Nature")),
            *(Heading("Du", Holds.DAY), Heading("Au", Holds.DAY), Heading("Prévues", Holds.HOURS)),
            *(Heading("Faites", Holds.HOURS), Heading("Lieu", width=26)),
        ),
        _hours,
    ),
    "argent": _List(
        "Argent",
        (
            *(*_WHOSE, Heading("Ligne", Holds.COUNT, 7), Heading("Nature"), _DAY),
            *(Heading("Payeur", width=24), Heading("Montant", Holds.EUROS)),
            *(
                Heading("Mois", Holds.DAY),
                Heading("Référence", width=18),
                Heading("Note", width=28),
            ),
        ),
        _money,
    ),
    "comptes": _List(
        "Comptes",
        (
            *_WHOSE,
            *(
                Heading(words, Holds.EUROS)
                for words in ("Demandé", "Accordé", "Réclamé", "Payé", "Absences", "Reste à payer")
            ),
        ),
        _accounts,
    ),
    "journal": _List(
        "Journal",
        (
            *(*_WHOSE, Heading("Entrée", Holds.COUNT, 7), Heading("Le", Holds.MOMENT, 17)),
            *(
                Heading("Par", width=20),
                Heading("Quoi", width=28),
                Heading("Ce qui change", width=60),
            ),
        ),
        _journal,
    ),
    "courriels": _List(
        "Courriels",
        (
            *(Heading("Courriel", Holds.COUNT, 9), Heading("Écrit le", Holds.MOMENT, 17), _REF),
            *(Heading("Adresse", width=30), Heading("Objet", width=50), Heading("État")),
            *(Heading("Fini le", Holds.MOMENT, 17), Heading("Essais", Holds.COUNT, 7)),
            Heading("Réponse du serveur", width=40),
        ),
        _mails,
    ),
}
"""Each list, by the word that asks for it."""


def grid_of(name: str, of: Sources) -> ListTable:
    """Return a list as a table."""
    found = LISTS[name]
    return ListTable(found.name, found.headings, found.rows(of))
