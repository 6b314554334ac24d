"""The tables of `config.toml` read into `cli.config.settings`, keeping every problem instead of stopping.

Called by `cli.config.configuration`. Read like a rule file (`workflow.structures.walker`). Checks here
concern one section at a time; what links two is checked by `cli.config.crosschecks`. Never repeats a value
that could be a secret.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

from cli.config.settings import ClosureRow, Mail, Reminders, ReturnsSettings, Settings
from cli.config.value_checks import on_this_machine
from workflow.errors import Problem
from workflow.rules.targets import MOST
from workflow.structures.places import Reading
from workflow.structures.walker import WRONG, Spelling, Walker, stray
from workflow.structures.written import between
from workflow.text.identifiers import Found

_DATABASE_PASSWORD: Final = "ECHEANCIER_DATABASE_PASSWORD"  # noqa: S105 - the name of a variable
_SMTP_PASSWORD: Final = "ECHEANCIER_SMTP_PASSWORD"  # noqa: S105
_SMTP_USER: Final = "ECHEANCIER_SMTP_USER"
_CLIENT_SECRET: Final = "ECHEANCIER_SMTP_CLIENT_SECRET"  # noqa: S105
_IMAP_PASSWORD: Final = "ECHEANCIER_IMAP_PASSWORD"  # noqa: S105
_OF_AN_APPLICATION: Final = ("client_secret", "secret", "certificate", "token")
_SECRETS: Final[Mapping[str, Mapping[str, str]]] = {
    "database": dict.fromkeys(("password", "mot_de_passe", "user", "username"), _DATABASE_PASSWORD),
    "mail": {
        "password": _SMTP_PASSWORD,
        "mot_de_passe": _SMTP_PASSWORD,
        "user": _SMTP_USER,
        "username": _SMTP_USER,
        **dict.fromkeys(_OF_AN_APPLICATION, _CLIENT_SECRET),
    },
    "mail.returns": {
        **dict.fromkeys(("password", "mot_de_passe"), _IMAP_PASSWORD),
        **dict.fromkeys(_OF_AN_APPLICATION, _CLIENT_SECRET),
    },
}
"""Keys that would hold a secret, by section, and the variable that is made for it."""
_NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "microsoft": ("tenant", "client_id"),
    "google": (),
    "generic": ("token_url", "client_id", "scope"),
}
"""Keys of [mail] without which a provider of tokens cannot be asked."""


def read_settings(file: str, data: Mapping[str, Any]) -> tuple[Settings, list[Problem]]:
    """Return the settings of a file, those of no file when they cannot be used, and all that is wrong."""
    reading = Reading(file, [])
    found = _WALKER.whole(_WALKER.shape(Settings), _without_secrets(data, reading), "", reading)
    return Settings() if found is WRONG else found, reading.problems


def _without_secrets(
    data: Mapping[str, Any], reading: Reading, section: str = ""
) -> Mapping[str, Any]:
    """Return the tables without keys that would hold a secret; each is told where its place is."""
    kept, secrets = {}, _SECRETS.get(section, {})
    for name, value in data.items():
        key = f"{section}.{name}" if section else name
        if variable := secrets.get(name):
            reading.report(
                key,
                "un secret ne s’écrit pas dans ce fichier ; retirez-le et donnez-le par la variable "
                f"{variable} ou {variable}_FILE.",
            )
            continue
        holds = key in _SECRETS and isinstance(value, dict)
        kept[name] = _without_secrets(value, reading, key) if holds else value
    return kept


def _targets(data: Mapping[str, Any], _: str, reading: Reading) -> Mapping[str, Any]:
    """Read the delays that the agency chose; only who chose some pays for reading what rules declare."""
    chosen = _WALKER.reader(Mapping[str, object])(data.get("targets", {}), "targets", reading)
    if chosen is WRONG or not chosen:
        return {"targets": chosen}
    from workflow.rulefiles.rulebook import declared_targets

    declared, found = declared_targets(), {}
    for name, value in chosen.items():
        if name in declared:
            bounds = between(1, MOST[declared[name].unit])
            read = _WALKER.reader(Annotated[int, bounds])
            found[name] = read(value, f"targets.{name}", reading)
        else:
            reading.report(f"targets.{name}", stray(name, declared))
    return {"targets": WRONG if WRONG in found.values() else found}


def _mail(mail: Mail) -> Found:
    needed = _NEEDED[mail.provider] if mail.provider else ("provider",)
    if "oauth2" in {mail.auth, mail.returns.auth if mail.returns else None}:
        for name in (one for one in needed if not getattr(mail, one)):
            yield name, 'clé absente, que auth = "oauth2" demande ; ajoutez-la.'
    elif mail.provider:
        yield "provider", 'ne sert qu’avec auth = "oauth2" ; ajoutez auth, ou retirez provider.'


def _returns(returns: ReturnsSettings) -> Found:
    if returns.security == "none" and not on_this_machine(returns.host):
        yield (
            "security",
            'le mot de passe irait en clair à un autre poste ; mettez "tls" ou "starttls".',
        )


def _reminders(reminders: Reminders) -> Found:
    if reminders.workday_start >= reminders.workday_end:
        yield "", "workday_start doit précéder workday_end."


def _closure(row: ClosureRow) -> Found:
    if row.last < row.first:
        yield "", "la fermeture finit avant de commencer ; échangez from et to."


_WALKER: Final = Walker(
    {Settings: Spelling(frozenset({"targets"}), frozenset({"targets"}), _targets)},
    {Mail: _mail, ReturnsSettings: _returns, Reminders: _reminders, ClosureRow: _closure},
)
