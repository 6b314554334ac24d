"""The tree of commands, and the options that hold for all of them.

Built by `cli.main` when a command is to be run: each command is made when the line names it. Does no work of
its own: each command lives with its subject, and imports what it needs when it runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.main import get_command

from cli.asking import shell
from cli.asking.commands import (
    Commands,
    FrenchGroup,
    Function,
    command_of,
    group,
    session_of,
)
from cli.asking.help import GLOBALS, GROUPS
from cli.terminal.spelling import options
from workflow.usecases.operations import COMMANDS
from workflow.usecases.requests import Operation

_FUNCTIONS: Mapping[str, str] = {
    "init": "demo.setup:init",
    "demo": "demo.setup:demo",
    "dossier ouvrir": "case.edit:open_case",
    "dossier avancer": "case.edit:advance",
    "dossier corriger": "case.edit:correct",
    "dossier annuler": "case.edit:undo",
    "dossier pieces": "ledger.papers:documents",
    "dossier heures": "ledger.hours:hours",
    "dossier contrats": "ledger.contracts:contracts",
    "dossier anciennete": "ledger.contracts:seniority",
    "dossier eligibilite": "rights.eligibility:eligibility",
    "dossier attribuer": "case.edit:transfer",
    "dossier reporter": "dates.snooze:snooze",
    "dossier voir": "case.read:show",
    "dossier controler": "rights.verdict:control",
    "dossier fiche": "case.sheet:portal_sheet",
    "dossier lister": "case.read:list_cases",
    "dossier journal": "case.read:journal",
    "echeances": "dates.deadlines:list_due",
    "comptes": "rights.accounts:accounts",
    "simuler": "rules.simulate:simulate",
    "planifier": "dates.plan:plan",
    "synthese": "service.digest:digest",
    "agenda": "dates.agenda:agenda",
    "commissions voir": "dates.commissions:show",
    "commissions ajouter": "dates.commissions:add",
    "commissions deplacer": "dates.commissions:move",
    "commissions annuler": "dates.commissions:cancel",
    "commissions importer": "dates.commissions:take",
    "regles verifier": "rules.rules:verify",
    "regles voir": "rules.rules:show",
    "regles opacif": "rules.funders:find",
    "regles comparer": "rules.compare:compare",
    "preferences voir": "mail.preferences:show",
    "preferences regler": "mail.preferences:settle",
    "absences lister": "mail.absences:list_absences",
    "absences noter": "mail.absences:note",
    "absences annuler": "mail.absences:cancel",
    "courriels lister": "mail.mails:list_mails",
    "courriels voir": "mail.mails:show",
    "courriels relancer": "mail.mail_acts:retry",
    "courriels rediriger": "mail.mail_acts:redirect",
    "courriels abandonner": "mail.mail_acts:drop",
    "service": "service.service:serve",
    "diagnostic": "service.diagnostic:diagnose",
    "tui": "tui_command:open_tui",
}
"""The function of each command, by its words: its module in this package, and its name."""


@lru_cache
def command() -> Any:
    """Return the command to run; those that it leads to are made when they are looked at."""
    app = typer.Typer(
        cls=FrenchGroup,
        help=GROUPS[""],
        pretty_exceptions_show_locals=False,
        rich_markup_mode=None,
        invoke_without_command=True,
    )
    app.callback(cls=FrenchGroup, invoke_without_command=True)(_globals)
    root: Any = get_command(app)
    root.commands = Commands({words[0]: partial(_branch, words[0]) for words in COMMANDS})
    return shell.speak_french(root)


def _branch(name: str) -> Any:
    """Return a command, or the group of those that begin with a word."""
    if (alone := COMMANDS.get((name,))) is not None:
        return _leaf(alone)
    found = (one for words, one in COMMANDS.items() if words[0] == name)
    return group(name, {one.command[1]: partial(_leaf, one) for one in found})


def _leaf(operation: Operation) -> Any:
    return command_of(operation, partial(function_of, operation))


def function_of(operation: Operation) -> Function:
    """Return what does an operation: only now is what it is made of imported."""
    place, _, name = _FUNCTIONS[" ".join(operation.command)].partition(":")
    function: Callable[..., Any] = getattr(import_module(f"cli.{place}"), name)
    return function


_CONFIG, _BASE, _AT, _BY = (
    typer.Option(*options(one), metavar=one.placeholder, help=one.words) for one in GLOBALS
)
_VERSION = typer.Option("--version", "-V", help="Donne la version.")


def _globals(
    ctx: typer.Context,
    config: Annotated[str | None, _CONFIG] = None,
    base: Annotated[str | None, _BASE] = None,
    maintenant: Annotated[str | None, _AT] = None,
    par: Annotated[str | None, _BY] = None,
    version: Annotated[bool, _VERSION] = False,
) -> None:
    """Keep the global options for the command; without one, show the help."""
    session = session_of(ctx)
    session.config = None if config is None else Path(config)
    session.base, session.at, session.by = base, maintenant, par
    if config is not None:
        # A file named on purpose must be right, even for a command that could do without it.
        _ = session.configuration
    if version:
        from cli.terminal.version import version_line

        session.output.raw(version_line())
        raise typer.Exit
    if ctx.invoked_subcommand is None:
        session.output.raw(ctx.get_help())
