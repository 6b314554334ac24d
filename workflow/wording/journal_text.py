"""Facts, documents, people and journal entries in words: what is stored becomes what a person would say.

Used by the views of the command line and by the screens of the terminal interface, which thereby say the
same. Names come from the procedure and the configuration; one that is no longer known keeps its id. Every
kind of change has its words here, hence its length.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from workflow.calendar.calendars import territories
from workflow.case.case import (
    Change,
    Dates,
    Entry,
    EntryKind,
    HoursLine,
    Noted,
    Paper,
    PaperStatus,
    Subject,
)
from workflow.case.money import MoneyLine
from workflow.case.people import Directory
from workflow.rules.procedure import Procedure
from workflow.rules.seniority import Contract, SeniorityRules
from workflow.text import french
from workflow.wording.codec import kept_value
from workflow.wording.fact_text import fact_words

ABSENT = "—"
_NOBODY = "personne (l’agence suit)"
_ATTRIBUTES = {
    "title": "Libellé",
    "cohort": "Groupe",
    "owner": "Personne",
    "agency": "Agence",
    "territory": "Jours fériés",
    "organisation": "Organisme (répertoire)",
    "client": "Client (répertoire)",
    "beneficiary": "Bénéficiaire (répertoire)",
}
_KINDS = {
    EntryKind.OPENING: "Ouverture du dossier",
    EntryKind.CORRECTION: "Correction",
    EntryKind.UNDO: "Annulation",
    EntryKind.DOCUMENT: "Pièces",
    EntryKind.TRANSFER: "Attribution",
    EntryKind.HOURS: "Heures",
    EntryKind.ELIGIBILITY: "Éligibilité (partie restreinte)",
    EntryKind.CONTRACTS: "Contrats",
    EntryKind.MONEY: "Demandes et versements",
    EntryKind.RECALCULATION: "Dates recalculées",
    EntryKind.SNOOZE: "Report de rappel",
    EntryKind.CHASE: "Relance",
    EntryKind.LETTER: "Lettre",
}
_LINES = {
    Subject.HOURS: "Heures, ligne",
    Subject.CONTRACT: "Contrat, ligne",
    Subject.MONEY: "Argent, ligne",
}
"""What is noted line by line, and called by its number."""


def change_words(
    change: Change, procedure: Procedure, zone: ZoneInfo, directory: Directory
) -> tuple[str, str, str]:
    """Return what a change is about, and its two values as a person reads them."""

    def told(value: Noted | None) -> str:
        if value is not None and not isinstance(value, str):
            return _words(value, procedure, zone)
        if change.about is Subject.FILE and change.name in _NAMED:
            return _NAMED[change.name](directory, value)
        if change.about is Subject.LETTER and procedure.letters:
            known = procedure.letters.correspondents.get(value or "")
            return known.label if known else value or ABSENT
        if not value:
            return ABSENT
        spec = procedure.facts.get(change.name) if change.about is Subject.FACT else None
        return fact_words(kept_value(value, spec.type), zone, spec) if spec else value

    label = name_words(procedure, change.name)
    if change.about in _LINES:
        label = f"{_LINES[change.about]} {change.name}"
    if change.about is Subject.LETTER:
        letter = procedure.letters.models.get(change.name) if procedure.letters else None
        label = letter.label if letter else change.name
    return label, told(change.old), told(change.new)


def change_text(change: Change) -> tuple[str, str | None, str | None]:
    """Return the name and the values of a change for another program: ids, and no label."""
    apart = change.about in _LINES or change.about is Subject.LETTER
    named = f"{change.about.value}.{change.name}" if apart else change.name
    old, new = (None if one is None else _plain(one) for one in (change.old, change.new))
    return named, old, new


def _words(value: Noted, procedure: Procedure, zone: ZoneInfo) -> str:
    match value:
        case Paper():
            words = f"{paper_words(value.status)} le {french.short_day(value.on)}"
            says = (
                f"{spec.label} : {fact_words(kept_value(value.says[name], spec.type), zone, spec)}"
                for name, spec in procedure.facts.items()
                if name in value.says
            )
            return ", ".join(
                part for part in (words, value.kept_at, *_beside(value), *says) if part
            )
        case Contract():
            return contract_words(value, procedure.seniority)
        case MoneyLine():
            return money_words(value, procedure)
    return _plain(value)


def _beside(paper: Paper) -> Iterator[str]:
    """Yield the file of a paper, and until when it is worth something."""
    if paper.file:
        yield f"fichier « {paper.file.name} »"
    if paper.expires_on:
        yield f"expire le {french.short_day(paper.expires_on)}"


def _plain(value: Noted) -> str:
    """Return a value in a few words that no procedure has named."""
    match value:
        case Paper():
            words = f"{value.status.value} {value.on.isoformat()}"
            says = (f"{name}={text}" for name, text in value.says.items())
            return ", ".join(
                part for part in (words, value.kept_at, *_beside(value), *says) if part
            )
        case HoursLine():
            return hours_words(value)
        case Contract():
            return contract_words(value)
        case MoneyLine():
            return money_words(value)
        case Dates():
            return dates_words(value)
    return value


def hours_words(line: HoursLine) -> str:
    """Return « mission du 02/03/2026 au 06/03/2026, 35 h prévues, Société »."""
    parts = [f"{line.kind.value} {french.period(line.first, line.last)}"]
    if line.planned is not None:
        parts.append(f"{french.measured(line.planned, 'h')} prévues")
    if line.done is not None:
        parts.append(f"{french.measured(line.done, 'h')} faites")
    return ", ".join((*parts, line.place) if line.place else parts)


def contract_words(contract: Contract, rules: SeniorityRules | None = None) -> str:
    """Return « CDD du 01/02/2017 au 31/05/2017, Employeur privé », or ids without the rules."""
    types, employers = (rules.types, rules.employers) if rules else ({}, {})
    first, last = french.short_day(contract.first), french.short_day(contract.last)
    parts = [f"{types.get(contract.type, contract.type)} du {first} au {last}"]
    if contract.hours is not None:
        parts.append(french.measured(contract.hours, "h"))
    parts.append(employers.get(contract.employer, contract.employer))
    return ", ".join((*parts, contract.place) if contract.place else parts)


def money_words(line: MoneyLine, procedure: Procedure | None = None) -> str:
    """Return « versement du 02/03/2026, 1 234,56 €, FPETT, pour 02/2026, VIR 12 », or ids without rules."""
    parts = (
        f"{line.kind.value} du {french.short_day(line.on)}",
        french.measured(line.amount, "€"),
        payer_words(procedure, line.payer),
        money_beside(line),
    )
    return ", ".join(part for part in parts if part)


def payer_words(procedure: Procedure | None, id_: str) -> str:
    """Return the name of a payer, or its id when no rule names it."""
    payer = procedure.payers.get(id_) if procedure else None
    return payer.label if payer else id_


def money_beside(line: MoneyLine) -> str:
    """Return what a line says beside its amount: its month, its reference, its note."""
    month = f"pour {line.month:%m/%Y}" if line.month else ""
    return ", ".join(part for part in (month, line.reference, line.note) if part)


def dates_words(dates: Dates) -> str:
    """Return « ouvre 08/07/2026, prudente 03/09/2026, stricte 06/09/2026 à 09:00 »."""
    parts = (
        ("ouvre", dates.opens_on),
        ("prudente", dates.prudent),
        ("stricte", dates.strict),
        ("attendue", dates.expected_at),
        ("relance", dates.chase_on),
    )
    return ", ".join(f"{name} {french.end(value)}" for name, value in parts if value)


def paper_words(status: PaperStatus) -> str:
    """Return « vérifiée »."""
    return _PAPER_WORDS[status]


_PAPER_WORDS = {
    PaperStatus.TO_OBTAIN: "à obtenir",
    PaperStatus.REQUESTED: "demandée",
    PaperStatus.RECEIVED: "reçue",
    PaperStatus.CHECKED: "vérifiée",
    PaperStatus.SENT: "transmise",
}


def name_words(procedure: Procedure, name: str) -> str:
    """Return the label of a fact, document, deadline or attribute of the file."""
    known = (
        procedure.facts.get(name) or procedure.documents.get(name) or procedure.deadlines.get(name)
    )
    return known.label if known else _ATTRIBUTES.get(name, name)


def snooze_words(procedure: Procedure, change: Change) -> str:
    """Return « Saisir la DRF : rappel reporté au 28/09/2026 », or that it comes again."""
    label = name_words(procedure, change.name)
    if not isinstance(change.new, str):
        return f"{label} : rappel repris"
    return f"{label} : rappel reporté au {french.short_day(date.fromisoformat(change.new))}"


def chase_words(days: Sequence[date]) -> str:
    """Return « relancé 2 fois, la dernière le 17/04/2026 », or nothing."""
    return times_words("relancé", days)


def times_words(done: str, days: Sequence[date]) -> str:
    """Return what was done, how often, and the last day: « écrite 2 fois, la dernière le … », or nothing."""
    if not days:
        return ""
    last = french.short_day(days[-1])
    return f"{done} {len(days)} fois, la dernière le {last}" if days[1:] else f"{done} le {last}"


def person_words(directory: Directory, id_: str | None) -> str:
    """Return « Nom (id) », or the id of somebody the configuration no longer knows."""
    if id_ is None:
        return _NOBODY
    person = directory.people.get(id_)
    return f"{person.name} ({id_})" if person else id_


def person_name(directory: Directory, id_: str | None) -> str:
    """Return the name of a person, their id when the configuration no longer knows them, or « personne »."""
    person = directory.people.get(id_ or "")
    return person.name if person else id_ or "personne"


def agency_words(directory: Directory, id_: str) -> str:
    """Return the name of an agency, or its id when the configuration no longer knows it."""
    agency = directory.agencies.get(id_)
    return agency.name if agency else id_


def entry_words(entry: Entry, procedure: Procedure) -> str:
    """Return what an entry did: the label of its action, or its kind."""
    action = procedure.actions.get(entry.action or "")
    return action.label if action else entry.action or _KINDS.get(entry.kind, entry.kind.value)


def entry_lines(
    entry: Entry, procedure: Procedure, directory: Directory, zone: ZoneInfo
) -> Iterator[str]:
    """Yield what an entry changed, one line a value or a date, then its comment.

    Args:
        entry: the entry.
        procedure: names facts, documents and deadlines.
        directory: names people and agencies.
        zone: clock on which an hour is shown.
    """
    yield from _values(entry, procedure, directory, zone)
    yield from (_date_line(change, procedure, zone, directory) for change in entry.dates)
    if entry.comment:
        yield f"« {entry.comment} »"


def told(
    entry: Entry,
    procedure: Procedure,
    directory: Directory,
    zone: ZoneInfo,
    most: int | None = None,
) -> str:
    """Return « 10/07/2026 à 16:00, Claire Vasseur : Correction (Libellé : A → B) », on one line.

    Of its values, `most` are told, and how many others there are. Says of the restricted part that it
    was noted, and nothing else.
    """
    at, what = french.moment(entry.at.astimezone(zone)), entry_words(entry, procedure)
    values = french.first(_values(entry, procedure, directory, zone), most, ", ")
    whole = f"{what} ({values})" if values else what
    return f"{at}, {person_name(directory, entry.by)} : {whole}"


def _values(
    entry: Entry, procedure: Procedure, directory: Directory, zone: ZoneInfo
) -> Iterator[str]:
    if entry.kind is EntryKind.SNOOZE:
        yield from (snooze_words(procedure, change) for change in entry.changes)
    else:
        found = value_changes(entry, procedure, directory, zone)
        yield from (f"{label} : {value}" for label, value in found)


def value_changes(
    entry: Entry, procedure: Procedure, directory: Directory, zone: ZoneInfo
) -> Iterator[tuple[str, str]]:
    """Yield the name of each value that an entry changed, and « A → B », or « B » where there was none."""
    for change in entry.changes:
        label, old, new = change_words(change, procedure, zone, directory)
        yield label, new if old == ABSENT else f"{old} → {new if new != ABSENT else 'retiré'}"


def _owner_name(directory: Directory, id_: str | None) -> str:
    return person_name(directory, id_) if id_ else _NOBODY


def _agency_name(directory: Directory, id_: str | None) -> str:
    return agency_words(directory, id_) if id_ else ABSENT


def _territory_name(_: Directory, code: str | None) -> str:
    known = territories().get(code or "")
    return known.label if known else code or ABSENT


def _party_number(_: Directory, number: str | None) -> str:
    return f"n°{french.NBSP}{number}" if number else ABSENT


_NAMED: Mapping[str, Callable[[Directory, str | None], str]] = {
    "owner": _owner_name,
    "agency": _agency_name,
    "territory": _territory_name,
    **dict.fromkeys(("organisation", "client", "beneficiary"), _party_number),
}
"""How what a hand-over changes is read; no fact or document bears these names."""


def _date_line(change: Change, procedure: Procedure, zone: ZoneInfo, directory: Directory) -> str:
    label, old, new = change_words(change, procedure, zone, directory)
    if change.new is None:
        return f"Échéance levée : {label}"
    if change.old is None:
        return f"Échéance : {label}, {new}"
    return f"Échéance déplacée : {label}, {old} → {new}"
