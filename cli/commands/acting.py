"""The end of every writing command: save or not, say what changed, and what to type next.

Called by `case_open` and `case_edit` with an outcome that is not written yet. The only place of the
command line that saves a case.
"""

from __future__ import annotations

from cli.session import Session
from workflow.case import Outcome

DRY_RUN = "Essai : rien n’a été enregistré."


def conclude(session: Session, outcome: Outcome, *, dry_run: bool, as_json: bool) -> None:
    """Write an outcome unless it is a dry run, then show it."""
    if not dry_run:
        outcome = session.house.cases.save(outcome)
        session.wrote(outcome.after.ref)
    if as_json:
        from cli.views.shapes import outcome_json

        session.output.json(outcome_json(outcome, saved=not dry_run))
        return
    _show(session, outcome)
    if dry_run:
        session.output.say(DRY_RUN)
    else:
        _suggest(session, outcome)


def _show(session: Session, outcome: Outcome) -> None:
    from cli.views.outcome import changed

    procedure = session.house.rulebook.procedure(outcome.after.procedure)
    looking = session.looking(outcome.after.agency, outcome.after.territory)
    session.output.show(*changed(outcome, procedure, looking))


def _suggest(session: Session, outcome: Outcome) -> None:
    from cli.suggestions import next_steps
    from workflow import machine

    house, case = session.house, outcome.after
    procedure = house.rulebook.procedure(case.procedure)
    offers = machine.available(procedure, case, house.cases.context(case), session.clock())
    steps = next_steps(procedure, case, offers)
    if steps:
        session.output.suggest("Ensuite :", *(session.typed(*words) for words in steps))
    session.output.suggest("Le dossier :", session.typed("dossier", "voir", case.ref))
