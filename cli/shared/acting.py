"""The end of every writing command: save or not, say what changed, and what to type next.

Called by the commands that open or change a case, with an outcome that is not written yet, and by those that
move the dates of many files. The only place of the command line that saves a case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cli.asking.invocation import Invocation
from cli.wiring.session import Session
from workflow.case.case import Outcome
from workflow.operations import operations
from workflow.operations.requests import Request

if TYPE_CHECKING:
    from workflow.usecases.recompute import CalendarChanges, PreparedChange

DRY_RUN = "Essai : rien n’a été enregistré."


def act(asked: Invocation, more: Callable[[Outcome], Mapping[str, Any]] | None = None) -> Outcome:
    """Do what is asked of a file, and return what became of it; raises like its use case.

    Args:
        asked: the command.
        more: what `--json` says beside the outcome.
    """
    asked.writes()
    outcome = asked.session.prepare(asked.request, asked.seen)
    return conclude(asked, outcome, more(outcome) if more else None)


def conclude(asked: Invocation, outcome: Outcome, more: Mapping[str, Any] | None = None) -> Outcome:
    """Write an outcome unless it is a dry run, show it, and return it; `more` is for `--json` alone."""
    session = asked.session
    if not asked.dry_run:
        outcome = session.container.cases.save(outcome)
        session.wrote(outcome.after.ref)
    if asked.as_json:
        from cli.shared.shapes import outcome_json

        told = outcome_json(outcome, session.container.cases, saved=not asked.dry_run)
        session.output.json({**told, **(more or {})})
        return outcome
    _show(session, outcome)
    if asked.dry_run:
        session.output.say(DRY_RUN)
    else:
        _suggest(session, outcome)
    return outcome


def watched(session: Session, what: str) -> Callable[[Sequence[str]], Iterable[str]]:
    """Return what shows a progress bar while files go by, when they are many."""
    return lambda refs: session.output.track(refs, what, len(refs))


def keep(
    asked: Invocation, changes: CalendarChanges, prepared: PreparedChange, *, asks: bool
) -> bool:
    """Show the files that a change touches, then write it whole if it is wanted; tell whether it was."""
    from cli.asking.questions import confirm
    from cli.shared import touched_view

    session, touched = asked.session, prepared.outcomes
    if not asked.as_json:
        session.output.show(*touched_view.touched(touched, session.looking))
        session.output.say(touched_view.counted(touched))
    if not touched and prepared.calendar is None:
        return False
    if asks and not confirm(session, "Enregistrer"):
        session.output.say("Rien n’a été enregistré.")
        return False
    with session.output.waiting("Enregistrement…"):
        changes.apply(prepared)
    if prepared.calendar is not None:
        session.wrote("calendrier des commissions")
    for outcome in touched:
        session.wrote(outcome.after.ref)
    if not asked.as_json:
        session.output.say("Enregistré.")
    return True


def _show(session: Session, outcome: Outcome) -> None:
    from display.case.outcome import changed

    procedure = session.container.rulebook.of(outcome.after)
    looking = session.looking(outcome.after.agency, outcome.after.territory)
    session.output.show(*changed(outcome, procedure, looking, session.places.directory))


def _suggest(session: Session, outcome: Outcome) -> None:
    from cli.shared.suggestions import next_steps
    from workflow.acts import transitions

    container, case = session.container, outcome.after
    procedure = container.rulebook.of(case)
    offers = transitions.available(procedure, case, container.cases.context(case), session.clock())
    steps = next_steps(procedure, case, offers)
    if steps:
        session.suggest("Ensuite :", *steps)
    session.suggest("Le dossier :", Request(operations.SHOW, (case.ref,)))
