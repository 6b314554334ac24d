"""`agenda`: the dates of a person, an agency or a file as an iCalendar file.

Reads deadlines; writes nothing but the file that was asked for. What it holds names no person of a file.
"""

from __future__ import annotations

from typing import Any

from cli.asking.invocation import Invocation
from workflow.errors import InvalidInput
from workflow.operations import operations
from workflow.text import french


def agenda(asked: Invocation) -> None:
    """Show or write a calendar."""
    from notifications.agenda.calendar import CANCELLED_FOR, write

    session, to = asked.session, asked.path(operations.FILE)
    replace = asked.request.flag(operations.OVERWRITTEN)
    if asked.as_json and to:
        raise InvalidInput("--json donne des données, sans agenda : retirez --sortie.")
    if replace and to is None:
        raise InvalidInput("--remplacer ne sert qu’avec --sortie FICHIER.")
    name, wanted = _wanted(asked)
    since = session.today() - CANCELLED_FOR
    now = session.clock()
    rows = session.container.notifications.dated(**wanted, closed_since=since)
    entries = session.container.agenda.entries(rows, now)
    if asked.as_json:
        session.output.json({"name": name, "events": [entry.as_json() for entry in entries]})
        return
    content = write(entries, name, now)
    if to is None:
        session.output.octets(content)
        return
    from cli.shared.write_file import write as write_file

    write_file(to, content.decode(), replace=replace)
    session.wrote(f"« {to} »")
    live = sum(not entry.cancelled for entry in entries)
    session.output.say(f"{name} : {french.count(live, 'date', 'dates')} dans « {to} ».")


def _wanted(asked: Invocation) -> tuple[str, dict[str, Any]]:
    """Return what the calendar is called, and which deadlines it holds.

    Raises:
        InvalidInput: when several are asked for, or nobody says whose.
        NotFound: when nothing bears that name.
    """
    session, told = asked.session, asked.request
    person, agency = told.given(operations.PERSON), told.given(operations.AGENCY)
    case = told.given(operations.CASE)
    if sum(one is not None for one in (person, agency, case)) > 1:
        raise InvalidInput("Donnez --personne, --agence ou --dossier, un seul des trois.")
    directory = session.places.directory
    if case is not None:
        ref = session.container.cases.view(case).case.ref
        return f"Échéances – {ref}", {"ref": ref}
    if agency is not None:
        return f"Échéances – {directory.agency(agency).name}", {"agency": agency}
    if person is None:
        person = session.acting
        if person not in directory.people:
            raise InvalidInput(
                "De qui donner l’agenda ? Ajoutez --personne, --agence ou --dossier, ou --par avec "
                "votre identifiant."
            )
    return f"Échéances – {directory.person(person).name}", {"owner": person}
