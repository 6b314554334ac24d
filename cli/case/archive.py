"""`dossier archive`: a file as one ZIP. Reads; writes nothing but the file that was asked for."""

from __future__ import annotations

from pathlib import Path

from cli.asking.invocation import Invocation
from workflow.errors import InvalidInput
from workflow.operations import operations
from workflow.text import french


def archive(asked: Invocation) -> None:
    """Write the archive of a file."""
    from cli.shared.write_file import writing
    from display.export.archive import ArchiveMaker, archive_name, write_archive

    session = asked.session
    path = asked.path(operations.FILE) or Path(archive_name(asked.ref))
    if path.suffix.lower() != ".zip":
        raise InvalidInput("--sortie : donnez le nom d’un fichier en .zip.")
    person = session.places.directory.people.get(session.acting)
    maker = ArchiveMaker(
        session.container,
        lambda case: session.looking(case.agency, case.territory),
        session.places.directory,
        session.printed,
        person.name if person else session.acting,
    )
    with writing(path, replace=asked.request.flag(operations.OVERWRITTEN)) as aside:
        parts = write_archive(aside, asked.ref, maker)
    session.wrote(f"« {path} »")
    if asked.as_json:
        session.output.json({"ref": asked.ref, "file": str(path), "parts": parts})
    else:
        session.output.say(f"« {path} » écrit : {french.count(len(parts), 'fichier', 'fichiers')}.")
