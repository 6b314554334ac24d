"""`diagnostic`: is everything this program needs there? One line each. Writes nothing, sends nothing."""

from __future__ import annotations

import typer

from cli.exits import ExitCode
from cli.options import Json, session_of

HELP = "Vérifie configuration, base, règles, courriel, horloge et service : une ligne chacun."


def diagnose(ctx: typer.Context, as_json: Json = False) -> None:
    """Check everything the program needs."""
    from cli.checkup import Level, findings

    session = session_of(ctx)
    with session.output.waiting("Vérification…"):
        found = list(findings(session))
    if as_json:
        session.output.json([finding.as_json() for finding in found])
    else:
        from cli.views.checkup import table

        session.output.show(table((one.level.value, one.name, one.words) for one in found))
    codes = {finding.code for finding in found if finding.level is Level.BROKEN}
    if codes:
        # What is out of reach is told first: it hides the rest.
        raise typer.Exit(max(codes, key=lambda code: (code is ExitCode.OUT_OF_REACH, code)))
