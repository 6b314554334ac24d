"""`simuler`: dates without a case, one set of facts or every example of a file. Writes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cli.asking.invocation import Invocation, existing_file
from cli.terminal.exits import ExitCode
from cli.terminal.failures import code_of
from cli.terminal.hints import sentence
from cli.wiring.session import Session
from workflow.errors import EcheancierError, InvalidInput
from workflow.operations import operations
from workflow.text import french

if TYPE_CHECKING:
    from workflow.calendar.calendars import Closure
    from workflow.trials.simulation import ExampleResult, Simulation


def simulate(asked: Invocation) -> ExitCode:
    """Compute deadlines without a case."""
    from workflow.rulefiles.rulebook import rulebook_of
    from workflow.trials import simulation

    session, told, procedure = asked.session, asked.request, asked.about()
    batch = asked.path(operations.BATCH)
    if batch is not None:
        if procedure or asked.asks(operations.FACTS):
            raise InvalidInput("--lot se suffit : retirez la procédure et les --fait.")
        return _run_batch(session, batch)
    if procedure is None:
        raise InvalidInput("Quelle procédure ? Écrivez par exemple : echeancier simuler cipi …")
    place, closures = _place(
        session, told.given(operations.AGENCY), told.given(operations.TERRITORY)
    )
    result = simulation.simulate(
        rulebook_of(procedure),
        procedure,
        told.named(operations.FACTS),
        settings=session.configuration.settings.targets,
        territory=place,
        funder=told.given(operations.FUNDER),
        commissions=asked.days(operations.COMMISSIONS),
        closures=closures,
        now=session.clock(),
    )
    if asked.as_json:
        session.output.json(result.as_json())
    else:
        _show(session, result)
    return ExitCode.DONE


def _place(
    session: Session, agency: str | None, territory: str | None
) -> tuple[str, tuple[Closure, ...]]:
    """Return the territory and closures: those of an agency, or of a territory that is named."""
    from cli.config.places import METROPOLE

    places = session.places
    known = places.directory.agency(agency) if agency else None
    return territory or (known.territory if known else METROPOLE), places.closures(agency)


def _show(session: Session, result: Simulation) -> None:
    from cli.rules.simulation_view import shown
    from workflow.rulefiles.rulebook import rulebook_of

    procedure = rulebook_of(result.procedure).procedure(result.procedure, result.funder)
    session.output.show(*shown(result, procedure, session.looking("", result.territory)))
    for warning in result.warnings:
        session.output.warn(warning)


def _run_batch(session: Session, path: Path) -> ExitCode:
    """Run every example of a file; answer with the first error's code, else 3 for a difference."""
    from workflow.rulefiles.rulebook import load_rulebook
    from workflow.trials import simulation

    settings = session.configuration.settings.targets
    code, stopped = ExitCode.DONE, False
    trials = list(simulation.simulate_file(load_rulebook(), existing_file("--lot", path), settings))
    for trial in trials:
        if isinstance(trial.result, EcheancierError):
            said = sentence(trial.result)
            session.output.json_line({"id": trial.id, "error": said})
            session.output.say(f"{trial.id} : {said}")
            if not stopped:
                stopped = True
                code = code_of(trial.result)
            continue
        session.output.json_line(trial.result.as_json(trial.id))
        if trial.differences and code is ExitCode.DONE:
            code = ExitCode.REFUSED
        for difference in trial.differences:
            session.output.say(f"{trial.id} : {difference}")
    _tell(session, trials)
    return code


def _tell(session: Session, trials: list[ExampleResult]) -> None:
    failed = sum(isinstance(trial.result, EcheancierError) for trial in trials)
    differing = sum(bool(trial.differences) for trial in trials)
    count = french.count(len(trials), "exemple", "exemples")
    if not failed and not differing:
        conform = "conforme" if len(trials) == 1 else "tous conformes"
        session.output.say(f"{count}, {conform}.")
        return
    session.output.say(f"{count} : {differing} avec écart, {failed} sans résultat.")
