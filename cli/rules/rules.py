"""`regles verifier` and `regles voir`: the rule files, checked and read. Writes nothing."""

from __future__ import annotations

from pathlib import Path

from cli.asking.invocation import Invocation
from cli.shared.picking import picked
from cli.terminal.exits import ExitCode
from cli.wiring.session import Session
from workflow.errors import InvalidInput, Problem
from workflow.operations import operations
from workflow.text import french


def verify(asked: Invocation) -> ExitCode:
    """Check every rule file and run its worked examples."""
    from workflow.trials.examples import check

    session, folder = asked.session, asked.path(operations.FOLDER)
    if folder is not None and not folder.is_dir():
        raise InvalidInput(
            f"--dossier « {folder} » : ce dossier n’existe pas ; vérifiez le chemin."
        )
    with session.output.waiting("Vérification des règles et de leurs exemples…"):
        problems = check(folder)
    if asked.as_json:
        rows = [picked(one, "file key message") for one in problems]
        session.output.json({"problems": rows})
    else:
        _tell(session, problems, folder)
    return ExitCode.INVALID_DEFINITION if problems else ExitCode.DONE


def _tell(session: Session, problems: list[Problem], folder: Path | None) -> None:
    from cli.rules.procedure_view import verified
    from workflow.rulefiles.rulebook import load_rulebook

    if problems:
        session.output.show(*(str(problem) for problem in problems))
        found = french.count(len(problems), "problème", "problèmes")
        session.output.say(f"{found} dans les règles.")
        return
    session.output.show(verified(load_rulebook(folder).procedures.values()))
    session.output.say("Règles vérifiées : aucun problème, tous les exemples sont retrouvés.")


def show(asked: Invocation) -> None:
    """Show a procedure, as a funder rules it if one is named, or the list of procedures."""
    from workflow.counting.context import ruled_by

    session = asked.session
    rulebook, doubts = session.container.rules_at_hand()
    procedure, funder = asked.about(), asked.request.given(operations.FUNDER)
    if funder is not None and procedure is None:
        raise InvalidInput("--financeur précise une procédure : écrivez laquelle, ou retirez-le.")
    chosen = list(rulebook.procedures.values())
    if procedure:
        found = rulebook.procedure(procedure)
        chosen = [ruled_by(found, funder) if funder else found]
    if asked.as_json:
        from cli.rules.confirm_view import doubt_json
        from cli.shared.shapes import procedure_json

        shapes = [
            {
                **procedure_json(one),
                "doubts": [doubt_json(doubt) for doubt in doubts if one.id in doubt.procedures],
            }
            for one in chosen
        ]
        session.output.json(shapes[0] if procedure else shapes)
        return
    from cli.rules import confirm_view, procedure_view

    if procedure:
        session.output.show(*procedure_view.sheet(chosen[0]))
        doubts = tuple(one for one in doubts if chosen[0].id in one.procedures)
    else:
        session.output.show(procedure_view.listing(chosen))
    session.output.show(*confirm_view.listing(doubts))
