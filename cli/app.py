"""The tree of commands, and the options that hold for all of them.

Built by `cli.main` when a command is to be run. Does no work of its own: each command lives in
`cli.commands`, and imports what it needs when it runs.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.main import get_command

from cli import completion
from cli.commands import (
    absences,
    accounts,
    agenda,
    case_edit,
    case_open,
    case_read,
    commissions,
    compare,
    contracts,
    deadlines,
    diagnostic,
    digest,
    eligibility,
    hours,
    mail_acts,
    mails,
    papers,
    plan,
    preferences,
    rules,
    service,
    setup,
    sheet,
    simulate,
    snooze,
    tui,
    verdict,
)
from cli.help import FrenchCommand, FrenchGroup
from cli.options import session_of

_EPILOG = (
    "Codes : 0 fait, 2 saisie, 3 refus, 4 introuvable, 5 conflit, 6 réglages, 7 hors d’atteinte."
)

_ORDER = (
    *(
        "init",
        "demo",
        "dossier",
        "echeances",
        "comptes",
        "simuler",
        "planifier",
        "synthese",
        "agenda",
    ),
    *("commissions", "regles", "preferences", "absences", "courriels", "service", "diagnostic"),
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


@lru_cache(maxsize=1)
def command() -> Any:
    """Return the command to run, with all its sub-commands."""
    app = _group(
        "Suivi de dossiers de formation et de leurs échéances.", invoke_without_command=True
    )
    app.callback(cls=FrenchGroup, invoke_without_command=True, epilog=_EPILOG)(_globals)
    _add(app, "tui", tui.open_tui, tui.HELP)
    _add(app, "init", setup.init, setup.INIT_HELP)
    _add(app, "demo", setup.demo, setup.DEMO_HELP)
    app.add_typer(_cases(), name="dossier", cls=FrenchGroup)
    _add(app, "comptes", accounts.accounts, accounts.HELP)
    _add(app, "echeances", deadlines.list_due, deadlines.HELP)
    _add(app, "simuler", simulate.simulate, simulate.HELP)
    _add(app, "planifier", plan.plan, plan.HELP)
    app.add_typer(_commissions(), name="commissions", cls=FrenchGroup)
    app.add_typer(_rules(), name="regles", cls=FrenchGroup)
    _add(app, "synthese", digest.digest, digest.HELP)
    _add(app, "agenda", agenda.agenda, agenda.HELP)
    app.add_typer(_preferences(), name="preferences", cls=FrenchGroup)
    app.add_typer(_absences(), name="absences", cls=FrenchGroup)
    app.add_typer(_mails(), name="courriels", cls=FrenchGroup)
    _add(app, "service", service.serve, service.HELP)
    _add(app, "diagnostic", diagnostic.diagnose, diagnostic.HELP)
    return completion.speak_french(_in_order(get_command(app)))


def _in_order(root: Any) -> Any:
    """Return the root command, which lists what is used every day before what is set up once."""
    # Typer lists every command before every group.
    root.commands = {**{name: root.commands[name] for name in _ORDER}, **root.commands}
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
    app: typer.Typer, name: str, function: Any, words: str, cls: type[FrenchCommand] = FrenchCommand
) -> None:
    app.command(name, cls=cls, help=words)(function)


def _cases() -> typer.Typer:
    cases = _group("Ouvrir, lire et faire avancer les dossiers.", no_args_is_help=True)
    _add(cases, "ouvrir", case_open.open_case, case_open.OPEN_HELP)
    _add(cases, "avancer", case_edit.advance, case_edit.ADVANCE_HELP)
    _add(cases, "corriger", case_edit.correct, case_edit.CORRECT_HELP)
    _add(cases, "annuler", case_edit.undo, case_edit.UNDO_HELP)
    _add(cases, "pieces", papers.documents, papers.HELP)
    _add(cases, "heures", hours.hours, hours.HELP)
    _add(cases, "contrats", contracts.contracts, contracts.HELP)
    _add(cases, "anciennete", contracts.seniority, contracts.SENIORITY_HELP)
    _add(cases, "eligibilite", eligibility.eligibility, eligibility.HELP, eligibility.Discreet)
    _add(cases, "attribuer", case_edit.transfer, case_edit.TRANSFER_HELP)
    _add(cases, "reporter", snooze.snooze, snooze.HELP)
    _add(cases, "voir", case_read.show, case_read.SHOW_HELP)
    _add(cases, "controler", verdict.control, verdict.HELP)
    _add(cases, "fiche", sheet.portal_sheet, sheet.HELP)
    _add(cases, "lister", case_read.list_cases, case_read.LIST_HELP)
    _add(cases, "journal", case_read.journal, case_read.JOURNAL_HELP)
    return cases


def _rules() -> typer.Typer:
    group = _group("Vérifier et lire les règles des procédures.", no_args_is_help=True)
    _add(group, "verifier", rules.verify, rules.VERIFY_HELP)
    _add(group, "voir", rules.show, rules.SHOW_HELP)
    _add(group, "comparer", compare.compare, compare.HELP)
    return group


def _commissions() -> typer.Typer:
    group = _group(commissions.GROUP_HELP, no_args_is_help=True)
    _add(group, "voir", commissions.show, commissions.SHOW_HELP)
    _add(group, "ajouter", commissions.add, commissions.ADD_HELP)
    _add(group, "deplacer", commissions.move, commissions.MOVE_HELP)
    _add(group, "annuler", commissions.cancel, commissions.CANCEL_HELP)
    _add(group, "importer", commissions.take, commissions.IMPORT_HELP)
    return group


def _preferences() -> typer.Typer:
    group = _group(preferences.GROUP_HELP, no_args_is_help=True)
    _add(group, "voir", preferences.show, preferences.SHOW_HELP)
    _add(group, "regler", preferences.settle, preferences.SET_HELP)
    return group


def _absences() -> typer.Typer:
    group = _group(absences.GROUP_HELP, no_args_is_help=True)
    _add(group, "lister", absences.list_absences, absences.LIST_HELP)
    _add(group, "noter", absences.note, absences.ADD_HELP)
    _add(group, "annuler", absences.cancel, absences.CANCEL_HELP)
    return group


def _mails() -> typer.Typer:
    group = _group(mails.GROUP_HELP, no_args_is_help=True)
    _add(group, "lister", mails.list_mails, mails.LIST_HELP)
    _add(group, "voir", mails.show, mails.SHOW_HELP)
    _add(group, "relancer", mail_acts.retry, mail_acts.RETRY_HELP)
    _add(group, "rediriger", mail_acts.redirect, mail_acts.REDIRECT_HELP)
    _add(group, "abandonner", mail_acts.drop, mail_acts.DROP_HELP)
    return group


def _globals(
    ctx: typer.Context,
    config: _Config = None,
    base: _Base = None,
    at: _At = None,
    by: _By = None,
    version: _Version = False,
) -> None:
    """Keep the global options for the command; without one, open the screens or show the help."""
    session = session_of(ctx)
    session.config, session.base, session.at, session.by = config, base, at, by
    if config is not None:
        # A file named on purpose must be right, even for a command that could do without it.
        _ = session.configuration
    if version:
        from cli.version import version_line

        session.output.raw(version_line())
        raise typer.Exit
    if ctx.invoked_subcommand is None:
        if tui.at_screen():
            tui.run(session)
        else:
            session.output.raw(ctx.get_help())
