"""`dossier controler`: what a file satisfies and what it does not. Writes nothing."""

from __future__ import annotations

from cli.asking.invocation import Invocation
from workflow.operations import operations


def control(asked: Invocation) -> None:
    """Show the verdict on a case."""
    from cli.shared import verdict_view

    session, everything = asked.session, asked.request.flag(operations.EVERYTHING)
    case, report = session.container.inquiries.control(asked.ref)
    procedure = session.container.rulebook.of(case)
    if asked.as_json:
        session.output.json(verdict_view.report_json(case, procedure, report))
        return
    session.output.show(*verdict_view.sheet(case, procedure, report, everything=everything))
    left_out = "" if everything else verdict_view.hidden(report)
    if left_out:
        session.output.say(left_out)
