"""The tree of commands, and the options that hold for all of them.

Built by `cli.main` when a command is to be run: the branch that leads to it, or the whole tree for who
reads it. Does no work of its own: each command lives with its subject, and imports what it needs when
it runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.main import get_command

from cli.asking import completion
from cli.asking.help import FrenchCommand, FrenchGroup
from cli.asking.options import session_of
from cli.terminal.spelling import help_of
from workflow.usecases.operations import COMMANDS

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
    for known, branch in _BRANCHES.items():
        if name == known or name not in _BRANCHES:
            branch(app, known)
    return completion.speak_french(_in_order(get_command(app)))


def _in_order(root: Any) -> Any:
    """Return the root command, which lists its sub-commands in our order."""
    # Typer lists every command before every group.
    root.commands = {name: root.commands[name] for name in _BRANCHES if name in root.commands}
    return root


def _group(words: str, **settings: Any) -> typer.Typer:
    return typer.Typer(
        cls=FrenchGroup,
        help=words,
        pretty_exceptions_show_locals=False,
        rich_markup_mode=None,
        **settings,
    )


def _add(
    app: typer.Typer, words: str, function: Any, cls: type[FrenchCommand] = FrenchCommand
) -> None:
    """Add the command of an operation, by its words."""
    operation = COMMANDS[tuple(words.split())]
    app.command(operation.command[-1], cls=cls, help=help_of(operation))(function)


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


# --- Sub-commands, each of which imports what it is made of -------------------------------------------


def _init(app: typer.Typer, name: str) -> None:
    from cli.demo import setup

    _add(app, name, setup.init)


def _demo(app: typer.Typer, name: str) -> None:
    from cli.demo import setup

    _add(app, name, setup.demo)


def _cases(app: typer.Typer, name: str) -> None:
    from cli.case import edit, opening, read, sheet
    from cli.dates import snooze
    from cli.ledger import contracts, hours, papers
    from cli.rights import eligibility, verdict

    cases = _group("Ouvrir, lire et faire avancer les dossiers.", no_args_is_help=True)
    _add(cases, f"{name} ouvrir", opening.open_case)
    _add(cases, f"{name} avancer", edit.advance)
    _add(cases, f"{name} corriger", edit.correct)
    _add(cases, f"{name} annuler", edit.undo)
    _add(cases, f"{name} pieces", papers.documents)
    _add(cases, f"{name} heures", hours.hours)
    _add(cases, f"{name} contrats", contracts.contracts)
    _add(cases, f"{name} anciennete", contracts.seniority)
    _add(cases, f"{name} eligibilite", eligibility.eligibility, eligibility.Discreet)
    _add(cases, f"{name} attribuer", edit.transfer)
    _add(cases, f"{name} reporter", snooze.snooze)
    _add(cases, f"{name} voir", read.show)
    _add(cases, f"{name} controler", verdict.control)
    _add(cases, f"{name} fiche", sheet.portal_sheet)
    _add(cases, f"{name} lister", read.list_cases)
    _add(cases, f"{name} journal", read.journal)
    app.add_typer(cases, name=name, cls=FrenchGroup)


def _due(app: typer.Typer, name: str) -> None:
    from cli.dates import deadlines

    _add(app, name, deadlines.list_due)


def _accounts(app: typer.Typer, name: str) -> None:
    from cli.rights import accounts

    _add(app, name, accounts.accounts)


def _simulate(app: typer.Typer, name: str) -> None:
    from cli.rules import simulate

    _add(app, name, simulate.simulate)


def _plan(app: typer.Typer, name: str) -> None:
    from cli.dates import plan

    _add(app, name, plan.plan)


def _digest(app: typer.Typer, name: str) -> None:
    from cli.service import digest

    _add(app, name, digest.digest)


def _agenda(app: typer.Typer, name: str) -> None:
    from cli.dates import agenda

    _add(app, name, agenda.agenda)


def _commissions(app: typer.Typer, name: str) -> None:
    from cli.dates import commissions

    group = _group(commissions.GROUP_HELP, no_args_is_help=True)
    _add(group, f"{name} voir", commissions.show)
    _add(group, f"{name} ajouter", commissions.add)
    _add(group, f"{name} deplacer", commissions.move)
    _add(group, f"{name} annuler", commissions.cancel)
    _add(group, f"{name} importer", commissions.take)
    app.add_typer(group, name=name, cls=FrenchGroup)


def _rules(app: typer.Typer, name: str) -> None:
    from cli.rules import compare, rules

    group = _group("Vérifier et lire les règles des procédures.", no_args_is_help=True)
    _add(group, f"{name} verifier", rules.verify)
    _add(group, f"{name} voir", rules.show)
    _add(group, f"{name} comparer", compare.compare)
    app.add_typer(group, name=name, cls=FrenchGroup)


def _preferences(app: typer.Typer, name: str) -> None:
    from cli.mail import preferences

    group = _group(preferences.GROUP_HELP, no_args_is_help=True)
    _add(group, f"{name} voir", preferences.show)
    _add(group, f"{name} regler", preferences.settle)
    app.add_typer(group, name=name, cls=FrenchGroup)


def _absences(app: typer.Typer, name: str) -> None:
    from cli.mail import absences

    group = _group(absences.GROUP_HELP, no_args_is_help=True)
    _add(group, f"{name} lister", absences.list_absences)
    _add(group, f"{name} noter", absences.note)
    _add(group, f"{name} annuler", absences.cancel)
    app.add_typer(group, name=name, cls=FrenchGroup)


def _mails(app: typer.Typer, name: str) -> None:
    from cli.mail import mail_acts, mails

    group = _group(mails.GROUP_HELP, no_args_is_help=True)
    _add(group, f"{name} lister", mails.list_mails)
    _add(group, f"{name} voir", mails.show)
    _add(group, f"{name} relancer", mail_acts.retry)
    _add(group, f"{name} rediriger", mail_acts.redirect)
    _add(group, f"{name} abandonner", mail_acts.drop)
    app.add_typer(group, name=name, cls=FrenchGroup)


def _service(app: typer.Typer, name: str) -> None:
    from cli.service import service

    _add(app, name, service.serve)


def _diagnostic(app: typer.Typer, name: str) -> None:
    from cli.service import diagnostic

    _add(app, name, diagnostic.diagnose)


def _screens(app: typer.Typer, name: str) -> None:
    from cli import tui_command

    _add(app, name, tui_command.open_tui)


_BRANCHES: Mapping[str, Callable[[typer.Typer, str], None]] = {
    "init": _init,
    "demo": _demo,
    "dossier": _cases,
    "echeances": _due,
    "comptes": _accounts,
    "simuler": _simulate,
    "planifier": _plan,
    "synthese": _digest,
    "agenda": _agenda,
    "commissions": _commissions,
    "regles": _rules,
    "preferences": _preferences,
    "absences": _absences,
    "courriels": _mails,
    "service": _service,
    "diagnostic": _diagnostic,
    "tui": _screens,
}
"""What adds each sub-command, what is used every day before what is set up once."""
