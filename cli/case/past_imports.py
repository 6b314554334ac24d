"""`importer lister`, `importer annuler`: the tables that were entered, and one taken back whole.

What rests on an import is said file by file, and nothing is written then. Stopped at any moment, the same
command goes on with the files that are left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from cli.asking.invocation import Invocation, read_count
from cli.config.identity import agency_of
from cli.shared.acting import DRY_RUN
from cli.terminal.exits import ExitCode
from workflow.text import french

if TYPE_CHECKING:
    from workflow.takeover.taking_back import TakingBack


def list_imports(asked: Invocation) -> None:
    """List the tables that were entered."""
    from cli.case import importing_view as views

    session = asked.session
    found = session.container.importing.ledger.past()
    if asked.as_json:
        session.output.json([views.import_json(one) for one in found])
    elif found:
        agency = agency_of(session.acting, None, session.configuration.settings)
        directory = session.places.directory
        session.output.show(views.imports(found, directory, directory.agency(agency).zone))
    else:
        session.output.say("Aucun tableau n’a été entré : « importer FICHIER » en entre un.")


def undo(asked: Invocation) -> ExitCode:
    """Take an import back."""
    from cli.case import importing_view as views
    from display.case.importing import taken_back

    session, asks = asked.session, asked.must_confirm()
    number = read_count("N", asked.request.about[0], least=1)
    assert number is not None, "an argument is always given"  # noqa: S101
    taking_back = session.container.taking_back
    past = taking_back.past(number)
    left = past.left if past.undone else past.created + past.updated
    files = [
        replace(one, outcomes=())
        for one in session.output.track(
            taking_back.files(number, session.acting), "Relecture de l’import", left
        )
    ]
    rests = any(one.rests for one in files)
    if not asked.as_json:
        session.output.show(*taken_back(files))
    writes = not rests and not asked.dry_run
    if writes and asks:
        from cli.asking.questions import confirm

        writes = confirm(session, "Annuler cet import")
    if writes:
        _save(asked, taking_back, number, left)
    if asked.as_json:
        session.output.json(views.taken_back_json(number, files, saved=writes))
    elif writes:
        session.output.say(f"Import n°{french.NBSP}{number} annulé.")
    else:
        session.output.say(DRY_RUN if asked.dry_run else "Rien n’a été enregistré.")
    return ExitCode.REFUSED if rests else ExitCode.DONE


def _save(asked: Invocation, taking_back: TakingBack, number: int, left: int) -> None:
    session, done = asked.session, 0
    files = taking_back.save(number, session.acting)
    try:
        for _ in session.output.track(files, "Annulation de l’import", left):
            done += 1
    finally:
        # Should the rest fail, the same command goes on from there.
        if done:
            session.wrote(french.count(done, "dossier", "dossiers"))
