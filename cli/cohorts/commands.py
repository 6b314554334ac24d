"""`groupe`: the people of one training session, opened from a list and moved together.

Shows first what becomes of each file, then asks. Stopped at any moment, the same command goes on: files that
are in are unchanged.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from cli.asking.invocation import Invocation, existing_file
from cli.config.identity import agency_of
from cli.shared.acting import DRY_RUN
from cli.terminal.exits import ExitCode
from cli.terminal.hints import sentence
from workflow.cohorts.cohort import Cohort
from workflow.cohorts.lines import CohortAct, CohortOpening, MemberLine, MemberResult
from workflow.counting.context import ruled_by
from workflow.errors import InvalidInput, OutOfReach
from workflow.operations import operations
from workflow.operations.requests import Request
from workflow.text import french
from workflow.text.os_errors import cause

_HERE = "-"
"""The list is what is sent, or pasted."""
_LARGEST = 2**20
"""Bytes that no list of names has."""
_WRONG = frozenset({MemberResult.REFUSED, MemberResult.TO_CHOOSE})


def open_group(asked: Invocation) -> ExitCode:
    """Open a file for each person of a list."""
    from workflow.cohorts.names import read_names

    session, told = asked.session, asked.request
    asks = asked.must_confirm()
    settings, by = session.configuration.settings, session.acting
    rules = ruled_by(
        session.container.rulebook.procedure(told.about[0]), told.given(operations.FUNDER)
    )
    listed = read_names(_list(told.text(operations.NAMES)), rules)
    for twice in listed.twice:
        session.output.say(twice)
    opening = CohortOpening(
        rules.id,
        told.about[1],
        listed.names,
        told.named(operations.FACTS),
        by,
        agency_of(by, told.given(operations.AGENCY), settings),
        told.given(operations.FOLLOWED_BY) or (by if by in settings.people else None),
        told.given(operations.TERRITORY),
        told.given(operations.FUNDER),
        told.flag(operations.FORCED),
        told.flag(operations.HISTORICAL),
        told.text(operations.COMMENT),
    )
    return _conclude(asked, session.container.cohorts.open(opening), asks=asks)


def list_groups(asked: Invocation) -> None:
    """List the groups."""
    session = asked.session
    agency, _ = asked.filters()
    found = [
        one
        for one in session.container.cohorts.listed(agency)
        if one.open or asked.request.flag(operations.ALL)
    ]
    from cli.cohorts import cohorts_view as views

    if asked.as_json:
        session.output.json([views.line_json(one) for one in found])
    elif found:
        session.output.show(views.table(found, session.container.rulebook))
    else:
        session.output.say("Aucun groupe n’a de dossier en cours.")


def show(asked: Invocation) -> None:
    """Show a group."""
    session = asked.session
    cohort = session.container.cohorts.cohort(asked.request.about[0])
    if asked.as_json:
        from cli.cohorts.cohorts_view import cohort_json

        session.output.json(cohort_json(cohort))
        return
    from display.case.cohort import sheet

    session.output.show(*sheet(cohort, session.looking))
    _suggest(asked, cohort)


def correct(asked: Invocation) -> ExitCode:
    """Correct facts of the files that say what most do, all in one transaction."""
    told, facts = asked.request, asked.request.named(operations.FACTS)
    if not facts:
        raise InvalidInput("Rien à corriger : ajoutez --fait NOM=VALEUR.")
    asks, cohorts = asked.must_confirm(), asked.session.container.cohorts
    everyone = told.flag(operations.ALL)
    lines = cohorts.correct(told.about[0], facts, _doing(asked), everyone=everyone)
    return _conclude(asked, lines, asks=asks, together=True)


def advance(asked: Invocation) -> ExitCode:
    """Do an action in each file of a group."""
    told, asks = asked.request, asked.must_confirm()
    name, action = told.about
    lines = asked.session.container.cohorts.advance(
        name, action, told.named(operations.FACTS), _doing(asked), told.many(operations.PAPERS)
    )
    return _conclude(asked, lines, asks=asks)


def join(asked: Invocation) -> ExitCode:
    """Put files in a group."""
    asked.writes()
    name, refs = _refs(asked)
    lines = asked.session.container.cohorts.join(name, refs, _doing(asked))
    return _conclude(asked, lines, asks=False)


def leave(asked: Invocation) -> ExitCode:
    """Take files out of a group."""
    asked.writes()
    name, refs = _refs(asked)
    lines = asked.session.container.cohorts.leave(name, refs, _doing(asked))
    return _conclude(asked, lines, asks=False)


def _refs(asked: Invocation) -> tuple[str, Sequence[str]]:
    name, *refs = asked.request.about
    if not refs:
        raise InvalidInput("Quel dossier ? Ajoutez sa référence, ou plusieurs.")
    return name, refs


def _doing(asked: Invocation) -> CohortAct:
    told = asked.request
    return CohortAct(
        asked.session.acting, told.text(operations.COMMENT), told.flag(operations.FORCED)
    )


def _list(typed: str) -> str:
    """Return a list of names; raises `InvalidInput`, `OutOfReach`."""
    from workflow.spreadsheets.delimited import decoded

    try:
        if typed == _HERE:
            content = sys.stdin.buffer.read(_LARGEST + 1)
        else:
            content = existing_file("--noms", Path(typed)).read_bytes()
    except OSError as error:
        raise OutOfReach(f"« {typed} » ne se lit pas : {cause(error)}.") from error
    if len(content) > _LARGEST:
        raise InvalidInput("--noms : cette liste est trop grande ; une personne par ligne.")
    return decoded(content, "la liste de noms")


def _conclude(
    asked: Invocation, lines: Sequence[MemberLine], *, asks: bool, together: bool = False
) -> ExitCode:
    """Show what becomes of each file, write it if it is wanted, and say what did."""
    from display.case import cohort as views

    session = asked.session
    ready = [one for one in lines if one.outcome]
    if not asked.as_json:
        session.output.show(*views.moved(lines, session.looking), *views.became(lines, sentence))
        session.output.say(f"{views.counted(lines)}.")
    writes = bool(ready) and not asked.dry_run
    if writes and asks:
        from cli.asking.questions import confirm

        writes = confirm(
            session, f"Enregistrer pour {french.count(len(ready), 'dossier', 'dossiers')}"
        )
    done = _written(asked, lines, together=together) if writes else lines
    if asked.as_json:
        from cli.cohorts.cohorts_view import lines_json

        session.output.json(lines_json(done, session.container.cases, saved=writes))
    elif writes:
        session.output.say(f"{views.counted(done)}.")
        late = [one for one in done if one.error and one not in lines]
        session.output.show(*views.became(late, sentence))
    else:
        session.output.say(DRY_RUN if asked.dry_run else "Rien n’a été enregistré.")
    return ExitCode.REFUSED if any(one.result in _WRONG for one in done) else ExitCode.DONE


def _written(asked: Invocation, lines: Sequence[MemberLine], *, together: bool) -> list[MemberLine]:
    session, cohorts = asked.session, asked.session.container.cohorts
    saved: Iterable[MemberLine] = cohorts.save_together(lines) if together else cohorts.save(lines)
    done = list[MemberLine]()
    for one in session.output.track(saved, "Enregistrement des dossiers", len(lines)):
        if one.result is MemberResult.DONE:
            session.wrote(one.ref)
        done.append(one)
    return done


def _suggest(asked: Invocation, cohort: Cohort) -> None:
    reference = cohort.procedures[0].reference_fact
    told: dict[Any, Any] = {operations.FACTS: {reference: "JJ/MM/AAAA"}, operations.DRY_RUN: True}
    request = Request(operations.CORRECT_COHORT, (cohort.name,), told)
    asked.session.suggest("Pour déplacer la date de tous :", request)
