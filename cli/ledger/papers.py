"""`dossier pieces`: how far each paper has come, shown without options, noted with them; its file, opened."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from cli.asking.invocation import Invocation, read_day
from cli.shared.acting import act
from cli.terminal.spelling import option
from workflow.errors import InvalidInput, NotFound, one_named
from workflow.operations import operations
from workflow.operations.operations import PAPER_MARKS
from workflow.operations.requests import Request
from workflow.text import french

if TYPE_CHECKING:
    from workflow.case.case import Case
    from workflow.case.kept_file import KeptFile

_NOTES = (*PAPER_MARKS.values(), operations.REMOVED, operations.KEPT_AT, operations.KEPT_FILES)
"""What notes something of a paper."""


def documents(asked: Invocation) -> None:
    """Show the papers of a case, or note how far they have come."""
    opens = asked.request.flag(operations.OPENED)
    if asked.about(1) is not None and not opens:
        raise InvalidInput(
            f"Pièce « {asked.about(1)} » : ajoutez --ouvrir pour ouvrir son fichier."
        )
    if not asked.asks(*_NOTES, operations.EXPIRES):
        _refuse_alone(asked)
        (_open if opens else _show)(asked)
        return
    if opens:
        raise InvalidInput("--ouvrir ne note rien : notez d’abord, puis ouvrez.")
    _refuse_twice(asked.request)
    act(_dated(asked))


def _dated(asked: Invocation) -> Invocation:
    """Return the same command with its days written out."""
    typed = asked.request.named(operations.EXPIRES).items()
    ends = {name: day and _written(asked, day) for name, day in typed}
    return asked.dated(operations.ON).telling({operations.EXPIRES: ends})


def _written(asked: Invocation, day: str) -> str:
    return french.short_day(read_day(asked.session, option(operations.EXPIRES), day))


def _refuse_alone(asked: Invocation) -> None:
    """Refuse what says how to write when nothing is to be written."""
    if asked.changes or asked.asks(operations.ON):
        marks = ", ".join(map(option, PAPER_MARKS.values()))
        raise InvalidInput(
            f"Aucune pièce : ajoutez {marks}, --retirer, --ou, --fichier ou --expire, avec la pièce."
        )


def _refuse_twice(told: Request) -> None:
    """Refuse a paper that two options tell differently."""
    found: dict[str, str] = {}
    for parameter in (*PAPER_MARKS.values(), operations.REMOVED):
        spelt = option(parameter)
        for name in dict.fromkeys(told.many(parameter)):
            if name in found:
                raise InvalidInput(
                    f"Pièce « {name} » : donnée à {found[name]} et à {spelt} ; gardez l’une des deux."
                )
            found[name] = spelt
    here = (operations.KEPT_AT, operations.KEPT_FILES, operations.EXPIRES)
    for name in (name for parameter in here for name in told.named(parameter)):
        if name in told.many(operations.REMOVED):
            raise InvalidInput(f"Pièce « {name} » : retirée, elle n’est rangée nulle part.")


def _show(asked: Invocation) -> None:
    from cli.ledger import papers_view

    session = asked.session
    view = session.container.cases.view(asked.ref)
    if asked.as_json:
        session.output.json(papers_view.papers_json(view.case, view.procedure))
        return
    from display.case.case import heading

    session.output.show(heading(view.case, view.procedure))
    today = session.looking(view.case.agency, view.case.territory).today
    session.output.show(*papers_view.table(view.case, view.procedure, today))


def _open(asked: Invocation) -> None:
    """Open the file of a paper with the program made for it; JSON says where it is and opens nothing."""
    session = asked.session
    view = session.container.cases.view(asked.ref)
    name, kept = _kept(view.case, asked.about(1))
    place = str(session.container.papers.place_of(kept))
    if asked.as_json:
        session.output.json({"ref": view.case.ref, "id": name, "name": kept.name, "path": place})
        return
    session.output.raw(place)
    if _opens(session.environment, place):
        session.output.say(f"« {kept.name} » s’ouvre dans le programme fait pour lui.")
    else:
        session.output.say(f"« {kept.name} » ne s’ouvre pas d’ici : ouvrez ce chemin.")


def _opens(environment: Mapping[str, str], place: str) -> bool:
    """Hand a file to the program made for it; tell whether there is a screen, and somebody to hand it to."""
    if sys.platform == "linux" and not ({"DISPLAY", "WAYLAND_DISPLAY"} & environment.keys()):
        return False
    from typer import launch

    return launch(place) == 0


def _kept(case: Case, named: str | None) -> tuple[str, KeptFile]:
    """Return the paper that was named, or the only one that has a file, with its file.

    Raises:
        NotFound: it has none, no paper has, or several have.
    """
    held = {name: paper.file for name, paper in case.documents.items() if paper.file}
    if named is not None:
        return named, one_named(f"Pièce du dossier {case.ref} qui a un fichier", named, held)
    if not held:
        raise NotFound("aucune pièce n’a de fichier ; gardez-en un avec --fichier.", case=case.ref)
    if len(held) > 1:
        raise NotFound(
            f"plusieurs pièces ont un fichier ({', '.join(held)}) ; nommez-en une.", case=case.ref
        )
    return next(iter(held.items()))
