"""Facts, documents, people and journal entries in words: what is stored becomes what a person would say.

Used by the views of the command line and by the screens of the terminal interface, which thereby say the
same. Names come from the procedure and the configuration; one that is no longer known keeps its id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from zoneinfo import ZoneInfo

from workflow.calendar.calendars import territories
from workflow.case.case import Change, Entry, EntryKind, PaperStatus, WorkKind
from workflow.case.people import Directory
from workflow.rules.procedure import Procedure
from workflow.text import french
from workflow.wording.codec import fact_value
from workflow.wording.fact_text import fact_words

ABSENT = "—"
_NOBODY = "personne (l’agence suit)"
_ATTRIBUTES = {
    "title": "Libellé",
    "owner": "Personne",
    "agency": "Agence",
    "territory": "Jours fériés",
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
    EntryKind.RECALCULATION: "Dates recalculées",
    EntryKind.SNOOZE: "Report de rappel",
}
_LINES = {"heures.": "Heures, ligne", "contrat.": "Contrat, ligne"}
"""Start of the name of a line of hours, or of a contract, in the journal."""


def stored_words(
    procedure: Procedure, name: str, stored: str | None, zone: ZoneInfo, directory: Directory
) -> str:
    """Return a stored value as a person reads it: a fact, a document, or whom a file is handed to."""
    if name in _NAMED:
        return _NAMED[name](directory, stored)
    if stored is None:
        return ABSENT
    if name in procedure.documents:
        return _stored_paper(stored)
    spec = procedure.facts.get(name)
    if spec is None:
        return contract_words(procedure, stored) if name.startswith("contrat.") else stored
    try:
        return fact_words(fact_value(stored, spec.type), zone, spec)
    except (ArithmeticError, ValueError):
        # Written under rules that gave this fact another type.
        return stored


def contract_words(procedure: Procedure, stored: str) -> str:
    """Return « CDD du 01/02/2017 au 31/05/2017, Employeur privé » for ids of types and employers."""
    rules = procedure.seniority
    if rules is None:
        return stored
    type_, du, rest = stored.partition(" du ")
    parts = rest.split(", ")
    for rank, part in enumerate(parts[:3]):
        # After the days, and the hours if they are known; then comes a name that says what it wants.
        if part in rules.employers:
            parts[rank] = rules.employers[part]
            break
    return f"{rules.types.get(type_, type_)}{du}{', '.join(parts)}"


def _stored_paper(stored: str) -> str:
    """Return « reçue le 10/07/2026, classeur 3 » for « recu 2026-07-10, classeur 3 »."""
    head, comma, place = stored.partition(", ")
    status, _, day = head.rpartition(" ")
    try:
        # Journals written before papers had a status only hold the day they were received.
        words = paper_words(PaperStatus(status or PaperStatus.RECEIVED))
        return f"{words} le {french.short_day(date.fromisoformat(day))}{comma}{place}"
    except ValueError:
        return stored


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


def kind_words(kind: WorkKind) -> str:
    """Return the label of a kind of hours."""
    return {
        WorkKind.TRAINING: "formation",
        WorkKind.MISSION: "mission",
        WorkKind.ASSESSMENT: "bilan",
    }[kind]


def name_words(procedure: Procedure, name: str) -> str:
    """Return the label of a fact, document, deadline, line of hours or contract."""
    known = (
        procedure.facts.get(name) or procedure.documents.get(name) or procedure.deadlines.get(name)
    )
    if known:
        return known.label
    for start, words in _LINES.items():
        if name.startswith(start):
            return f"{words} {name.removeprefix(start)}"
    return _ATTRIBUTES.get(name, name)


def snooze_words(procedure: Procedure, change: Change) -> str:
    """Return « Saisir la DRF : rappel reporté au 28/09/2026 », or that it comes again."""
    label = name_words(procedure, change.name)
    if change.new is None:
        return f"{label} : rappel repris"
    return f"{label} : rappel reporté au {french.short_day(date.fromisoformat(change.new))}"


def person_words(directory: Directory, id_: str | None) -> str:
    """Return « Nom (id) », or the id of somebody the configuration no longer knows."""
    if id_ is None:
        return _NOBODY
    person = directory.people.get(id_)
    return f"{person.name} ({id_})" if person else id_


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
    yield from (_date_line(procedure, change) for change in entry.dates)
    if entry.comment:
        yield f"« {entry.comment} »"


def told(entry: Entry, procedure: Procedure, directory: Directory, zone: ZoneInfo) -> str:
    """Return « 10/07/2026 à 16:00, Claire Vasseur : Correction (Libellé : A → B) », on one line.

    Says of the restricted part that it was noted, and nothing else.
    """
    at, what = french.moment(entry.at.astimezone(zone)), entry_words(entry, procedure)
    values = ", ".join(_values(entry, procedure, directory, zone))
    whole = f"{what} ({values})" if values else what
    return f"{at}, {_person_name(directory, entry.by)} : {whole}"


def _values(
    entry: Entry, procedure: Procedure, directory: Directory, zone: ZoneInfo
) -> Iterator[str]:
    for change in entry.changes:
        if entry.kind is EntryKind.SNOOZE:
            yield snooze_words(procedure, change)
            continue
        old, new = (
            stored_words(procedure, change.name, stored, zone, directory)
            for stored in (change.old, change.new)
        )
        value = new if old == ABSENT else f"{old} → {new if new != ABSENT else 'retiré'}"
        yield f"{name_words(procedure, change.name)} : {value}"


def _person_name(directory: Directory, id_: str | None) -> str:
    person = directory.people.get(id_ or "")
    return person.name if person else id_ or _NOBODY


def _agency_name(directory: Directory, id_: str | None) -> str:
    return agency_words(directory, id_) if id_ else ABSENT


def _territory_name(_: Directory, code: str | None) -> str:
    known = territories().get(code or "")
    return known.label if known else code or ABSENT


_NAMED: Mapping[str, Callable[[Directory, str | None], str]] = {
    "owner": _person_name,
    "agency": _agency_name,
    "territory": _territory_name,
}
"""How what a hand-over changes is read; no fact or document bears these names."""


def _date_line(procedure: Procedure, change: Change) -> str:
    label = name_words(procedure, change.name)
    if change.new is None:
        return f"Échéance levée : {label}"
    if change.old is None:
        return f"Échéance : {label}, {change.new}"
    return f"Échéance déplacée : {label}, {change.old} → {change.new}"
