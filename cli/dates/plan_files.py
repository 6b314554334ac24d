"""The plans of files that exist: one, several, or all that are still to be deposited.

Called by `cli.dates.plan`. Each file is planned with its own facts, its agency's days and the sessions
that are noted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from cli.wiring.session import Session
from workflow.errors import InvalidInput, Refused
from workflow.ports.stores import CaseLine, CaseQuery
from workflow.rulefiles.rulebook import load_rulebook
from workflow.rules.procedure import Procedure

if TYPE_CHECKING:
    from cli.dates.plan_view import FilePlan

_PAGE = 500


class FileChoice(Struct, frozen=True):
    """Which files are meant by all of them; None does not filter."""

    procedure: str | None
    funder: str | None
    agency: str | None


def plan_files(
    session: Session, refs: Sequence[str], choice: FileChoice, *, everything: bool, as_json: bool
) -> None:
    """Plan files and show them."""
    from cli.dates import plan_view as views

    _check(refs, choice, everything=everything)
    chosen = list(_awaiting(session, choice)) if everything else refs
    tracked = session.output.track(chosen, "Dossiers planifiés", len(chosen))
    plans = [_one(session, ref, alone=len(refs) == 1) for ref in tracked]
    if choice.funder:
        plans = [one for one in plans if one.case.funder == choice.funder]
    if as_json:
        session.output.json([views.file_json(one) for one in plans])
        return
    if not plans:
        session.output.say("Aucun dossier ouvert ne reste à déposer.")
    session.output.show(*views.files(plans, whole=len(plans) == 1))


def _check(refs: Sequence[str], choice: FileChoice, *, everything: bool) -> None:
    if everything and refs:
        raise InvalidInput("--tous les prend tous : retirez --dossier, ou --tous.")
    if refs and choice != FileChoice(None, None, None):
        raise InvalidInput(
            "La procédure, --financeur et --agence choisissent parmi tous les dossiers : remplacez "
            "--dossier par --tous, ou retirez-les."
        )
    twice = next((ref for ref in refs if refs.count(ref) > 1), None)
    if twice is not None:
        raise InvalidInput(f"--dossier {twice} : donné deux fois ; gardez-le une fois.")


def _awaiting(session: Session, choice: FileChoice) -> Iterator[str]:
    """Yield the open files whose deposit is still awaited, in order."""
    # What is named is looked for before the base is opened.
    rulebook = load_rulebook()
    if choice.procedure is not None:
        rulebook.procedure(choice.procedure, choice.funder)
    elif choice.funder is not None:
        raise InvalidInput("--financeur précise une procédure : écrivez laquelle, ou retirez-le.")
    if choice.agency is not None:
        session.places.directory.agency(choice.agency)
    states = {id_: _deposit_states(one) for id_, one in rulebook.procedures.items()}
    for row in _lines(session, choice):
        if row.state in states.get(row.procedure, ()):
            yield row.ref


def _lines(session: Session, choice: FileChoice) -> Iterator[CaseLine]:
    query = CaseQuery(procedure=choice.procedure, agency=choice.agency, limit=_PAGE)
    while lines := session.container.cases.store.find(query).lines:
        yield from lines
        query = replace(query, after=lines[-1].ref)


def _deposit_states(procedure: Procedure) -> frozenset[str]:
    """Return the states in which a deposit is awaited, as any of the funders rules it."""
    return frozenset(
        state
        for one in (procedure, *procedure.funders.values())
        if one.planning and one.planning.deposit in one.deadlines
        for state in one.deadlines[one.planning.deposit].states
    )


def _one(session: Session, ref: str, *, alone: bool) -> FilePlan:
    """Return the plan of a file; what refuses it is raised for a file that is alone.

    Raises:
        NotFound: no such file.
        Refused, InvalidInput: nothing can be planned, and the file is alone.
    """
    from cli.dates.plan_view import FilePlan
    from workflow.deadlines.planner import Plan

    container = session.container
    try:
        case, found = container.inquiries.plan(ref)
    except InvalidInput as refusal:
        if alone:
            raise
        case, _, _ = container.cases.load(ref)
        found = Plan((), refusal.message)
        return FilePlan(replace(case, eligibility=None), container.rulebook.of(case), found)
    procedure = container.rulebook.of(case)
    if case.state not in _deposit_states(procedure):
        why = f"rien ne reste à déposer à l’étape « {procedure.states[case.state].label} »"
        if alone:
            raise Refused(f"Dossier {ref} : {why}.")
        found = Plan((), why)
    return FilePlan(case, procedure, found)
