"""The tree of commands, and the options that hold for all of them.

Built by `cli.main` when a command is to be run: the branch that leads to it, or the whole tree for who
reads it. Does no work of its own: each command lives with its subject, and imports what it needs when
it runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.main import get_command

from cli.asking import completion
from cli.asking.help import FrenchCommand, FrenchGroup
from cli.asking.options import session_of
from cli.terminal.spelling import help_of
from workflow.usecases.operations import COMMANDS
from workflow.usecases.requests import Operation

_EPILOG = (
    "Codes : 0 fait, 2 saisie, 3 refus, 4 introuvable, 5 conflit, 6 réglages, 7 hors d’atteinte."
)

_Config = Annotated[
    Path | None,
    typer.Option("--config", metavar="FICHIER", help="Configuration à lire (config.toml)."),
]
_Base = Annotated[
    str | None,
    typer.Option("--base", metavar="URL", help="Base de données, à la place de la configurée."),
]
_At = Annotated[
    str | None,
    typer.Option("--maintenant", metavar="DATE", help="Fait comme si c’était ce jour (lecture)."),
]
_By = Annotated[
    str | None, typer.Option("--par", metavar="ID", help="Personne qui agit, notée au journal.")
]
_Version = Annotated[bool, typer.Option("--version", "-V", help="Donne la version.")]

_FUNCTIONS: Mapping[str, str] = {
    "init": "demo.setup:init",
    "demo": "demo.setup:demo",
    "dossier ouvrir": "case.opening:open_case",
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

_GROUPS: Mapping[str, str] = {
    "dossier": "Ouvrir, lire et faire avancer les dossiers.",
    "commissions": "Tenir le calendrier des commissions d’un financeur.",
    "regles": "Vérifier et lire les règles des procédures.",
    "preferences": "Choisir comment et quand une personne est prévenue.",
    "absences": "Noter qui est absent, et qui est prévenu à sa place.",
    "courriels": "Lire les courriels du service ; relancer, rediriger ou abandonner ceux qui échouent.",
}
"""What the commands of a group are for."""


@lru_cache
def command(name: str | None = None) -> Any:
    """Return the command to run.

    Args:
        name: the only sub-command wanted: importing and reading the others would take longer than most
            commands do. None, or a name that none has, for all of them.
    """
    app = _group(
        "Suivi de dossiers de formation et de leurs échéances.", invoke_without_command=True
    )
    app.callback(cls=FrenchGroup, invoke_without_command=True, epilog=_EPILOG)(_globals)
    branches = dict.fromkeys(words[0] for words in COMMANDS)
    wanted = [name] if name in branches else branches
    for branch in wanted:
        group = app
        if branch in _GROUPS:
            group = _group(_GROUPS[branch], no_args_is_help=True)
            app.add_typer(group, name=branch, cls=FrenchGroup)
        for operation in COMMANDS.values():
            if operation.command[0] == branch:
                _add(group, operation)
    root: Any = get_command(app)
    # Typer lists every command before every group.
    root.commands = {one: root.commands[one] for one in wanted}
    return completion.speak_french(root)


def _group(words: str, **settings: Any) -> typer.Typer:
    return typer.Typer(
        cls=FrenchGroup,
        help=words,
        pretty_exceptions_show_locals=False,
        rich_markup_mode=None,
        **settings,
    )


def _add(group: typer.Typer, operation: Operation) -> None:
    """Add the command of an operation: only now is what it is made of imported."""
    place, _, name = _FUNCTIONS[" ".join(operation.command)].partition(":")
    module = import_module(f"cli.{place}")
    kind = getattr(module, "COMMAND", FrenchCommand)
    group.command(operation.command[-1], cls=kind, help=help_of(operation))(getattr(module, name))


def _globals(
    ctx: typer.Context,
    config: _Config = None,
    base: _Base = None,
    at: _At = None,
    by: _By = None,
    version: _Version = False,
) -> None:
    """Keep the global options for the command; without one, show the help."""
    session = session_of(ctx)
    session.config, session.base, session.at, session.by = config, base, at, by
    if config is not None:
        # A file named on purpose must be right, even for a command that could do without it.
        _ = session.configuration
    if version:
        from cli.terminal.version import version_line

        session.output.raw(version_line())
        raise typer.Exit
    if ctx.invoked_subcommand is None:
        session.output.raw(ctx.get_help())
