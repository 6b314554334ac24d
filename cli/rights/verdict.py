"""`dossier controler`: what a file satisfies and what it does not. Writes nothing."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.asking.options import Json, Ref, session_of

_Everything = Annotated[
    bool, typer.Option("--tout", help="Avec les rappels, et les remarques de chaque contrôle.")
]


def control(
    ctx: typer.Context, ref: Ref, everything: _Everything = False, as_json: Json = False
) -> None:
    """Show the verdict on a case."""
    from cli.shared import verdict_view

    session = session_of(ctx)
    case, report = session.container.inquiries.control(ref)
    procedure = session.container.rulebook.of(case)
    if as_json:
        session.output.json(verdict_view.report_json(case, procedure, report))
        return
    session.output.show(*verdict_view.sheet(case, procedure, report, everything=everything))
    left_out = "" if everything else verdict_view.hidden(report)
    if left_out:
        session.output.say(left_out)
