"""Facts, documents and people in words: stored text becomes what a person would say.

Used by the views of a case, an outcome and a journal. Names come from the procedure and the
configuration; one that is no longer known keeps its id.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from workflow import french
from workflow.case import FactValue
from workflow.encoding import moment
from workflow.people import Directory
from workflow.procedure import FactType, Procedure

ABSENT = "—"


def fact_words(value: FactValue, zone: ZoneInfo) -> str:
    """Return a typed fact as a person reads it."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        return french.moment(value.astimezone(zone))
    if isinstance(value, date):
        return french.short_day(value)
    return str(value)


def stored_words(procedure: Procedure, name: str, stored: str | None, zone: ZoneInfo) -> str:
    """Return a stored value of a fact or document as a person reads it."""
    if stored is None:
        return ABSENT
    spec = procedure.facts.get(name)
    is_dated = spec is None or spec.type in {FactType.DATE, FactType.INSTANT}
    if is_dated:
        try:
            return fact_words(moment(stored), zone)
        except ValueError:
            # The owner or agency of a hand-over is no date.
            return stored
    return stored


def name_words(procedure: Procedure, name: str) -> str:
    """Return the label of a fact, document or deadline."""
    attributes = {"owner": "Personne", "agency": "Agence", "title": "Libellé"}
    known = (
        procedure.facts.get(name) or procedure.documents.get(name) or procedure.deadlines.get(name)
    )
    return known.label if known else attributes.get(name, name)


def person_words(directory: Directory, id_: str | None) -> str:
    """Return « Nom (id) », or the id of somebody the configuration no longer knows."""
    if id_ is None:
        return "personne (l’agence suit)"
    person = directory.people.get(id_)
    return f"{person.name} ({id_})" if person else id_


def agency_words(directory: Directory, id_: str) -> str:
    """Return the name of an agency, or its id when the configuration no longer knows it."""
    agency = directory.agencies.get(id_)
    return agency.name if agency else id_
