"""The end of every writing command: save or not, say what changed, and what to type next.

Called by the commands that open or change a case, with an outcome that is not written yet, and by those that
move the dates of many files. The only place of the command line that saves a case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cli.wiring.session import Session
from workflow.case.case import Outcome

if TYPE_CHECKING:
    from workflow.usecases.recompute import CalendarChanges, PreparedChange

DRY_RUN = "Essai : rien n’a été enregistré."


def conclude(
    session: Session,
    outcome: Outcome,
    *,
    dry_run: bool,
    as_json: bool,
    more: Mapping[str, Any] | None = None,
) -> None:
    """Write an outcome unless it is a dry run, then show it; `more` is for `--json` alone."""
    if not dry_run:
        outcome = session.container.cases.save(outcome)
        session.wrote(outcome.after.ref)
    if as_json:
        from cli.shared.shapes import outcome_json

        session.output.json({**outcome_json(outcome, saved=not dry_run), **(more or {})})
        return
    _show(session, outcome)
    if dry_run:
        session.output.say(DRY_RUN)
    else:
        _suggest(session, outcome)


def watched(session: Session, what: str) -> Callable[[Sequence[str]], Iterable[str]]:
    """Return what shows a progress bar while files go by, when they are many."""
    return lambda refs: session.output.track(refs, what, len(refs))


def keep(
    session: Session,
    changes: CalendarChanges,
    prepared: PreparedChange,
    *,
    asks: bool,
    as_json: bool,
) -> bool:
    """Show the files that a change touches, then write it whole if it is wanted; tell whether it was."""
    from cli.asking.questions import confirm
    from cli.shared import touched_view

    touched = prepared.outcomes
    if not as_json:
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
    if not as_json:
        session.output.say("Enregistré.")
    return True


def _show(session: Session, outcome: Outcome) -> None:
    from cli.shared.outcome import changed

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
        session.output.suggest("Ensuite :", *map(session.command_for, steps))
    session.output.suggest("Le dossier :", session.typed("dossier", "voir", case.ref))
