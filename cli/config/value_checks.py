"""What one value of the configuration must be: each check returns it is kept, or says what to write.

Named by the fields of `cli.config.settings`, used wherever such a value is typed elsewhere. Raises
`ValueError` with a French sentence that has no full stop.
"""

from __future__ import annotations

import re
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cli.terminal.arguments import without_password
from workflow.calendar.calendars import territory as territory_of
from workflow.errors import NotFound
from workflow.structures.written import between
from workflow.text.addresses import route
from workflow.text.folding import is_clean

_ID = re.compile(r"[a-z0-9][a-z0-9._-]*")
_TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,252}")
_SCHEMES = ("sqlite", "postgresql")


def check_text(value: str) -> str:
    """Return a text of one line that is not empty, or raise `ValueError` in French."""
    if not value.strip():
        raise ValueError("texte vide ; écrivez-le ou retirez la clé")
    if not is_clean(value):
        raise ValueError("retour à la ligne ou caractère invisible interdit ; retirez-le")
    return value.strip()


def check_address(value: str) -> str:
    """Return an e-mail address that mails can reach, or raise `ValueError` in French."""
    route(value)
    return value


def check_contact(value: str) -> str:
    """Return an address, or nothing, or raise `ValueError` in French."""
    return check_address(value) if value else value


def check_ping_url(value: str) -> str:
    """Return an address to call at each beat, or raise `ValueError` in French."""
    # It is not repeated: who knows it may pretend that the service lives.
    if not re.fullmatch(r"https?://[A-Za-z0-9][!-~]*", value):
        raise ValueError("il faut une adresse http:// ou https://, sans espace")
    return value


def check_token_url(value: str) -> str:
    """Return the address of a token server, or raise `ValueError` in French."""
    if not re.fullmatch(r"https?://[A-Za-z0-9\[][!-~]*", value) or "@" in value:
        raise ValueError(f"« {value} » n’est pas une adresse ; écrivez https://serveur/chemin")
    parts = urlsplit(value)
    if parts.scheme != "https" and not on_this_machine(parts.hostname or ""):
        raise ValueError("le secret irait en clair ; écrivez une adresse https://")
    return value


def on_this_machine(host: str) -> bool:
    """Tell whether what is said to a host stays on this machine."""
    with suppress(ValueError):
        return ip_address(host.strip("[]")).is_loopback
    return host.lower().rstrip(".") == "localhost"


def check_tenant(value: str) -> str:
    """Return an organisation at Microsoft, or raise `ValueError` in French."""
    # Those names stand for any organisation, where no application may sign in alone.
    if not _TENANT.fullmatch(value) or value in {"common", "organizations", "consumers"}:
        raise ValueError(
            f"« {value} » n’est pas une organisation ; donnez son identifiant ou un de ses domaines"
        )
    return value


def check_metrics_file(value: Path) -> Path:
    """Return the file that Prometheus reads, or raise `ValueError` in French."""
    if value.suffix != ".prom":
        raise ValueError(f"« {value} » ne serait pas lu ; donnez un nom qui finit par .prom")
    return value


def check_wait(value: float) -> float:
    """Return a wait in seconds, of an hour at most, or raise `ValueError` in French."""
    if value <= 0:
        raise ValueError(f"{value:g} : il faut plus de 0")
    return between(0, 3600)(value)


def check_offsets(value: tuple[int, ...]) -> tuple[int, ...]:
    """Return delays before a date, largest first, or raise `ValueError` in French."""
    if not value:
        raise ValueError("liste vide ; donnez au moins une valeur")
    if len(set(value)) != len(value):
        raise ValueError("le même nombre de jours figure deux fois ; gardez-en un")
    return tuple(sorted(value, reverse=True))


def check_database_url(value: str) -> str:
    """Return an address of a database, without its password, or raise `ValueError` in French."""
    if without_password(value) != value:
        raise ValueError(
            "un mot de passe ne s’écrit pas dans ce fichier ; retirez-le de l’adresse et donnez-le par "
            "la variable ECHEANCIER_DATABASE_PASSWORD ou ECHEANCIER_DATABASE_PASSWORD_FILE"
        )
    if value.partition("://")[0].partition("+")[0] not in _SCHEMES or "://" not in value:
        raise ValueError(
            f"« {value} » n’est pas une adresse de base ; écrivez sqlite:///echeancier.db "
            "ou postgresql://hote/base"
        )
    return value


def check_territory(value: str) -> str:
    """Return the code of a territory, or raise `ValueError` in French."""
    try:
        return territory_of(value).code
    except NotFound as error:
        raise ValueError(error.message.removesuffix(".")) from error


def check_zone(value: str) -> str:
    """Return the name of a clock, or raise `ValueError` in French."""
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(
            f"fuseau « {value} » inconnu ; écrivez par exemple Europe/Paris"
        ) from error
    return value


def check_identifier(value: str) -> str:
    """Return an id by which other tables may refer to a row, or raise `ValueError` in French."""
    if not _ID.fullmatch(value):
        raise ValueError(
            f"« {value} » ne peut servir d’identifiant ; prenez des minuscules sans accent, des "
            "chiffres, « . », « - » ou « _ »"
        )
    return value
