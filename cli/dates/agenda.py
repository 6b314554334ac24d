"""`agenda`: the dates of a person, an agency or a file as an iCalendar file.

Reads deadlines; writes nothing but the file that was asked for. What it holds names no person of a file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from cli.asking import completion
from cli.asking.options import Json, session_of
from cli.wiring.session import Session
from workflow.errors import InvalidInput
from workflow.text import french

_Person = Annotated[
    str | None, typer.Option("--personne", metavar="ID", help="Échéances de cette personne.")
]
_Agency = Annotated[
    str | None, typer.Option("--agence", metavar="ID", help="Échéances de toute une agence.")
]
_Case = Annotated[
    str | None,
    typer.Option(
        "--dossier",
        metavar="REF",
        help="Échéances d’un seul dossier.",
        autocompletion=completion.references,
    ),
]
_To = Annotated[
    Path | None,
    typer.Option("--sortie", metavar="FICHIER", help="Fichier à écrire, à la place de l’écran."),
]
_Replace = Annotated[bool, typer.Option("--remplacer", help="Écrit par-dessus un fichier déjà là.")]


def agenda(
    ctx: typer.Context,
    person: _Person = None,
    agency: _Agency = None,
    case: _Case = None,
    to: _To = None,
    replace: _Replace = False,
    as_json: Json = False,
) -> None:
    """Show or write a calendar."""
    from notifications.agenda.calendar import CANCELLED_FOR, write

    session = session_of(ctx)
    if as_json and to:
        raise InvalidInput("--json donne des données, sans agenda : retirez --sortie.")
    if replace and to is None:
        raise InvalidInput("--remplacer ne sert qu’avec --sortie FICHIER.")
    name, wanted = _wanted(session, person, agency, case)
    since = session.today() - CANCELLED_FOR
    now = session.clock()
    rows = session.container.notifications.dated(**wanted, closed_since=since)
    entries = session.container.agenda.entries(rows, now)
    if as_json:
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


def _wanted(
    session: Session, person: str | None, agency: str | None, case: str | None
) -> tuple[str, dict[str, Any]]:
    """Return what the calendar is called, and which deadlines it holds.

    Raises:
        InvalidInput: when several are asked for, or nobody says whose.
        NotFound: when nothing bears that name.
    """
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
