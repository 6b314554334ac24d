"""`diagnostic`: is everything this program needs there? One line each. Writes nothing, sends nothing."""

from __future__ import annotations

from msgspec.structs import replace

from cli.asking.invocation import Invocation
from cli.terminal.exits import ExitCode
from cli.wiring.session import Session
from workflow.errors import InvalidInput
from workflow.operations import operations


def diagnose(asked: Invocation) -> ExitCode:
    """Check everything the program needs."""
    from cli.service.checkup import Level, findings

    session = asked.session
    if asked.request.flag(operations.SURVEY):
        return _survey(session, as_json=asked.as_json)
    with session.output.waiting("Vérification…"):
        hinted = session.doing.hinted
        found = [replace(one, words=hinted(one.words)) for one in findings(session)]
    if asked.as_json:
        session.output.json([finding.as_json() for finding in found])
    else:
        from cli.service.checkup_view import table

        session.output.show(table((one.level.value, one.name, one.words) for one in found))
    codes = {finding.code for finding in found if finding.level is Level.BROKEN}
    # What is out of reach is told first: it hides the rest.
    return max(codes, key=lambda code: (code is ExitCode.OUT_OF_REACH, code), default=ExitCode.DONE)


def _survey(session: Session, *, as_json: bool) -> ExitCode:
    from cli.service.surveillance import survey

    if as_json:
        raise InvalidInput("--surveillance donne une ligne : retirez --json.")
    fine, words = survey(session)
    session.output.raw(words)
    return ExitCode.DONE if fine else ExitCode.OUT_OF_REACH
