"""`dossier lettre`, `lettres lister`, `lettres verifier`: letters to people outside, and their models.

A letter is shown, written as a draft that a mail program opens ready to send, or copied. It is noted once it
is written or copied, never when it is only shown; nothing is sent.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.asking.invocation import Invocation
from cli.shared.acting import conclude
from cli.terminal.exits import ExitCode
from workflow.errors import InvalidInput
from workflow.operations import operations
from workflow.operations.requests import Request
from workflow.text import french

if TYPE_CHECKING:
    from notifications.correspondence.writing import WrittenLetter


def letter(asked: Invocation) -> None:
    """Show, write or copy a letter of a file; without a model, those that it can write."""
    model, to = asked.about(1), asked.path(operations.FILE)
    copied = asked.request.flag(operations.COPIED)
    if asked.request.flag(operations.OVERWRITTEN) and to is None:
        raise InvalidInput("--remplacer ne sert qu’avec --sortie FICHIER.")
    if model is None:
        _propose(asked)
        return
    correspondence = asked.session.container.correspondence
    found = correspondence.write(asked.ref, model, supplied=asked.request.flag(operations.SUPPLIED))
    if asked.dry_run or to is not None or copied:
        asked.writes()
        _deliver(asked, found, to, copied=copied)
        return
    if asked.changes:
        raise InvalidInput(
            "Rien ne serait noté d’une lettre montrée : ajoutez --sortie ou --copier."
        )
    _show(asked, found)
    if not asked.as_json:
        asked.session.suggest("Pour l’envoyer :", _sending(asked, found))


def _sending(asked: Invocation, found: WrittenLetter) -> Request:
    about = (asked.ref, found.spec.id)
    return Request(operations.LETTER, about, {operations.FILE: found.file_name})


def _show(asked: Invocation, found: WrittenLetter) -> None:
    from cli.mail import letters_view
    from display.mail.letters import letter as drawn

    if asked.as_json:
        shown = {
            "ref": found.ref,
            "saved": False,
            "letter": letters_view.letter_json(found),
            "file": None,
        }
        asked.session.output.json(shown)
        return
    asked.session.output.show(*drawn(found.whom, found.filled))
    _warn(asked, found)


def _warn(asked: Invocation, found: WrittenLetter) -> None:
    """Say what is left to fill in by hand."""
    if missing := found.filled.missing:
        asked.session.output.warn(f"à compléter dans la lettre : {french.listing(missing)}.")


def _deliver(asked: Invocation, found: WrittenLetter, to: Path | None, *, copied: bool) -> None:
    """Write or copy a letter, then note it: what could not be written is not noted."""
    from cli.mail.letters_view import letter_json
    from cli.shared.write_file import write
    from display.mail.letters import letter as drawn

    session = asked.session
    outcome = session.prepare(asked.request, asked.seen)
    path = to / found.file_name if to is not None and to.is_dir() else to
    more: dict[str, Any] = {
        "letter": letter_json(found),
        "file": None if path is None else str(path),
    }
    if not asked.as_json and asked.dry_run:
        session.output.show(*drawn(found.whom, found.filled), "")
    if not asked.dry_run:
        if copied:
            session.output.copy(found.copied)
        if path is not None:
            replace = asked.request.flag(operations.OVERWRITTEN)
            write(path, found.draft.decode("ascii"), replace=replace)
            session.wrote(f"« {path} »")
    conclude(asked, outcome, more)
    if not asked.as_json and not asked.dry_run:
        where = " et ".join(
            (*(["copiée"] if copied else ()), *([f"écrite dans « {path} »"] if path else ()))
        )
        session.output.say(f"Lettre « {found.spec.label} » {where} ; rien n’a été envoyé.")
    _warn(asked, found)


def _propose(asked: Invocation) -> None:
    from cli.mail import letters_view
    from workflow.usecases.correspondence import proposed

    session = asked.session
    found = proposed(session.container.cases, asked.ref)
    if asked.as_json:
        session.output.json([letters_view.proposed_json(one) for one in found])
    else:
        session.output.show(letters_view.proposals(found))


def list_models(asked: Invocation) -> None:
    """List the models of letters, to whom they go and where each comes from."""
    from cli.mail import letters_view

    session, name = asked.session, asked.request.given(operations.PROCEDURE)
    rulebook, _ = session.container.rules_at_hand()
    chosen = [rulebook.procedure(name)] if name else list(rulebook.procedures.values())
    models = session.container.letter_models
    if asked.as_json:
        session.output.json(list(letters_view.models_json(chosen, models)))
    else:
        session.output.show(letters_view.models_table(chosen, models))


def verify(asked: Invocation) -> ExitCode:
    """Check every model of letter, those of the agency included."""
    from cli.shared.picking import picked

    session, models = asked.session, asked.session.container.letter_models
    problems = list(models.problems())
    if asked.as_json:
        session.output.json({"problems": [picked(one, "file key message") for one in problems]})
    elif problems:
        session.output.show(*(str(one) for one in problems))
        found = french.count(len(problems), "problème", "problèmes")
        session.output.say(f"{found} dans les modèles de lettres.")
    else:
        known = french.count(len(models.ids), "modèle", "modèles")
        session.output.say(f"Lettres vérifiées : {known}, aucun problème.")
    return ExitCode.INVALID_DEFINITION if problems else ExitCode.DONE
