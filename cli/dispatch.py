"""What does each operation, and what holds for a run whatever it is.

Used by `cli.main` for the lines that are right as they stand, and by `cli.app` for all others. Does no work
of its own: each command lives with its subject, and is imported when it runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from cli.asking.help import GLOBALS
from cli.asking.invocation import Invocation, invoked
from cli.asking.reading import CommandLine
from cli.wiring.session import Session
from workflow.operations.requests import Operation

_FUNCTIONS: Mapping[str, str] = {
    "init": "demo.setup:init",
    "demo": "demo.setup:demo",
    "dossier ouvrir": "case.edit:open_case",
    "dossier avancer": "case.edit:advance",
    "dossier corriger": "case.edit:correct",
    "dossier annuler": "case.edit:undo",
    "dossier pieces": "ledger.papers:documents",
    "dossier concordance": "ledger.concordance:concordance",
    "dossier heures": "ledger.hours:hours",
    "dossier contrats": "ledger.contracts:contracts",
    "dossier argent": "ledger.money:money",
    "dossier anciennete": "ledger.contracts:seniority",
    "dossier eligibilite": "rights.eligibility:eligibility",
    "dossier attribuer": "case.edit:transfer",
    "dossier reporter": "dates.snooze:snooze",
    "dossier relancer": "dates.chase:chase",
    "dossier lettre": "mail.letters:letter",
    "dossier voir": "case.read:show",
    "dossier controler": "rights.verdict:control",
    "dossier fiche": "case.sheet:portal_sheet",
    "dossier archive": "case.archive:archive",
    "dossier lister": "case.read:list_cases",
    "dossier journal": "case.read:journal",
    "importer": "case.importing:take",
    "importer annuler": "case.past_imports:undo",
    "importer lister": "case.past_imports:list_imports",
    "importer modele": "case.blank_table:write_blank",
    "exporter": "case.export:export",
    "groupe ouvrir": "cohorts.commands:open_group",
    "groupe lister": "cohorts.commands:list_groups",
    "groupe voir": "cohorts.commands:show",
    "groupe corriger": "cohorts.commands:correct",
    "groupe avancer": "cohorts.commands:advance",
    "groupe ajouter": "cohorts.commands:join",
    "groupe retirer": "cohorts.commands:leave",
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
    "regles confirmer": "rules.confirm:confirm",
    "regles opacif": "rules.funders:find",
    "regles comparer": "rules.compare:compare",
    "preferences voir": "mail.preferences:show",
    "preferences regler": "mail.preferences:settle",
    "absences lister": "mail.absences:list_absences",
    "absences noter": "mail.absences:note",
    "absences annuler": "mail.absences:cancel",
    "courriels lister": "mail.mails:list_mails",
    "courriels voir": "mail.mails:show",
    "courriels retours": "mail.returns:read_returns",
    "courriels relancer": "mail.mail_acts:retry",
    "courriels rediriger": "mail.mail_acts:redirect",
    "courriels abandonner": "mail.mail_acts:drop",
    "lettres lister": "mail.letters:list_models",
    "lettres verifier": "mail.letters:verify",
    "courriels retablir": "mail.mail_acts:restore",
    **{
        f"{kind} {verb}": f"parties.parties:{function}"
        for kind in ("organisme", "client", "beneficiaire")
        for verb, function in (
            ("ajouter", "add"),
            ("corriger", "correct"),
            ("lister", "list_parties"),
            ("voir", "show"),
            ("fusionner", "merge"),
            ("doublons", "list_doubles"),
        )
    },
    "service": "service.service:serve",
    "diagnostic": "service.diagnostic:diagnose",
    "tui": "tui_command:open_tui",
}
"""The function of each command, by its words: its module in this package, and its name."""


def function_of(operation: Operation) -> Callable[[Invocation], Any]:
    """Return what does an operation: only now is what it is made of imported."""
    place, _, name = _FUNCTIONS[" ".join(operation.command)].partition(":")
    function: Callable[..., Any] = getattr(import_module(f"cli.{place}"), name)
    return function


def begin(
    session: Session, config: str | None, base: str | None, at: str | None, by: str | None
) -> None:
    """Keep in a session the options that hold for every command; raises when `config` cannot be read."""
    session.config = None if config is None else Path(config)
    session.base, session.at, session.by = base, at, by
    if config is not None:
        # A file named on purpose must be right, even for a command that could do without it.
        _ = session.configuration


def run(line: CommandLine, session: Session) -> Any:
    """Do what a line says, and return what its function does."""
    begin(session, *(line.everywhere.get(one.parameter) for one in GLOBALS))
    asked = invoked(session, line.operation, line.about, line.told)
    return function_of(line.operation)(asked)
