"""What `config.toml` may say: one frozen model for each section, unknown keys refused.

Filled by `cli.configuration`, read by `cli.wiring` and by the commands. Each field is explained under
it, and `config.toml` repeats it in French for staff. Holds no password: see `cli.credentials`. Checks
here concern one value at a time; what links two sections is checked by `cli.crosschecks`.
"""

from __future__ import annotations

import re
from datetime import date, time
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from workflow.calendars import territory as territory_of
from workflow.errors import NotFound

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_ADDRESS_LENGTH = 254  # RFC 5321, section 4.5.3.1.3
_ID = re.compile(r"[a-z0-9][a-z0-9._-]*")
_URL_WITH_PASSWORD = re.compile(r"[a-z0-9+]+://[^/@]*:[^/@]*@")
_SCHEMES = ("sqlite", "postgresql")


def _text(value: str) -> str:
    if not value.strip():
        raise ValueError("texte vide ; écrivez-le ou retirez la clé")
    if any(ord(char) < ord(" ") for char in value):
        raise ValueError("retour à la ligne ou caractère de commande interdit ; retirez-le")
    return value.strip()


def check_address(value: str) -> str:
    """Return an e-mail address that can stand in a header, or raise `ValueError` in French."""
    if "\n" in value or "\r" in value:
        raise ValueError("une adresse tient sur une ligne ; retirez le retour à la ligne")
    if len(value) > _ADDRESS_LENGTH or not _ADDRESS.fullmatch(value) or ".." in value:
        raise ValueError(f"« {value} » n’est pas une adresse ; écrivez par exemple nom@exemple.fr")
    return value


def _contact(value: str) -> str:
    return check_address(value) if value else value


def check_ping_url(value: str) -> str:
    """Return an address to call at each beat, or raise `ValueError` in French."""
    # It is not repeated: who knows it may pretend that the service lives.
    if not re.fullmatch(r"https?://[A-Za-z0-9][!-~]*", value):
        raise ValueError("il faut une adresse http:// ou https://, sans espace")
    return value


def _database_url(value: str) -> str:
    if _URL_WITH_PASSWORD.match(value):
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


def _territory(value: str) -> str:
    try:
        return territory_of(value).code
    except NotFound as error:
        raise ValueError(error.message.removesuffix(".")) from error


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(
            f"fuseau « {value} » inconnu ; écrivez par exemple Europe/Paris"
        ) from error
    return value


def _hour(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        raise ValueError(f'« {value} » n’est pas une heure ; écrivez par exemple "07:30"')
    return value


def _offsets(values: tuple[int, ...]) -> tuple[int, ...]:
    if len(set(values)) != len(values):
        raise ValueError("le même nombre de jours figure deux fois ; gardez-en un")
    return tuple(sorted(values, reverse=True))


def _identifier(value: str) -> str:
    if not _ID.fullmatch(value):
        raise ValueError(
            f"« {value} » ne peut servir d’identifiant ; prenez des minuscules sans accent, des "
            "chiffres, « . », « - » ou « _ »"
        )
    return value


Text = Annotated[str, AfterValidator(_text)]
Address = Annotated[str, AfterValidator(check_address)]
Identifier = Annotated[str, AfterValidator(_identifier)]
Territory = Annotated[str, AfterValidator(_territory)]
Zone = Annotated[str, AfterValidator(_zone)]
Hour = Annotated[time, BeforeValidator(_hour)]
WorkingDays = Annotated[int, Field(strict=True, ge=1, le=250)]
Seconds = Annotated[float, Field(gt=0, le=3600)]


class Section(BaseModel):
    """What every section has in common: it cannot be changed, and a misspelt key is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Database(Section):
    """Where cases are kept."""

    url: Annotated[str, AfterValidator(_database_url)] | None = None
    """SQLAlchemy address without password; a relative SQLite path starts at the folder of the file.

    None keeps an SQLite database in the user's data folder.
    """


class Mail(Section):
    """How messages leave."""

    transport: Literal["fichier", "smtp"] = "fichier"
    """`fichier` writes each message to `directory`; `smtp` hands it to a server."""
    directory: Path = Path("courriels")
    """Folder of the `.eml` files; a relative path starts at the folder of the file."""
    host: Text = "localhost"
    port: Annotated[int, Field(strict=True, ge=1, le=65535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    """`starttls` (587), `tls` from the first byte (465), or nothing, for a server of the house."""
    sender: Address = "echeancier@localhost.localdomain"
    """Address that messages come from."""
    sender_name: Text = "Échéancier"
    connect_timeout_seconds: Seconds = 10
    message_timeout_seconds: Seconds = 30
    """Longest wait for the server's answer to one message."""
    per_minute: Annotated[int, Field(strict=True, ge=0)] = 0
    """Messages handed over in a minute, at most; 0 sets no limit."""
    per_connection: Annotated[int, Field(strict=True, ge=1)] = 100
    """Messages handed over on one connection before another is opened."""
    connections: Annotated[int, Field(strict=True, ge=1)] = 2
    """Connections open at a time, at most, when many messages wait."""
    contact: Annotated[str, AfterValidator(_contact)] = ""
    """Address to write to about these mails; empty names none."""


class Reminders(Section):
    """When reminders leave."""

    offsets: Annotated[tuple[WorkingDays, ...], Field(min_length=1), AfterValidator(_offsets)] = (
        14,
        7,
        2,
        1,
    )
    """Working days before a date, largest first."""
    workday_start: Hour = time(9, 0)
    workday_end: Hour = time(17, 30)
    """Reminders leave between these hours of the agency, except when the deadline falls first."""
    escalation_working_days: Annotated[int, Field(strict=True, ge=0, le=250)] = 1
    """Working days before a limit of the law at which the manager is told too; 0 never tells them."""
    group_from: Annotated[int, Field(strict=True, ge=0)] = 4
    """Files due together from which a person receives one mail for all of them; 0 never groups."""

    @model_validator(mode="after")
    def _in_order(self) -> Reminders:
        if self.workday_start >= self.workday_end:
            raise ValueError("workday_start doit précéder workday_end")
        return self


class Digest(Section):
    """When the morning digest leaves."""

    time: Hour = time(7, 30)
    """Hour of the agency, on its working days."""


class Service(Section):
    """How the running service is watched."""

    ping_url: Annotated[str, AfterValidator(check_ping_url)] | None = None
    """Address called at each beat, for a dead-man's switch; None calls nobody.

    `ECHEANCIER_PING_URL` or `ECHEANCIER_PING_URL_FILE` comes before it.
    """
    metrics_file: Path | None = None
    """File of metrics for Prometheus; a relative path starts at the folder of the file."""
    log_format: Literal["texte", "json"] = "texte"
    """What the log is made of: sentences, or one JSON document a line."""

    @field_validator("metrics_file")
    @classmethod
    def _is_collected(cls, path: Path | None) -> Path | None:
        if path is not None and path.suffix != ".prom":
            raise ValueError(f"« {path} » ne serait pas lu ; donnez un nom qui finit par .prom")
        return path


class Targets(Section):
    """Delays the agency chooses, which no text fixes; the names are those of the rule files."""

    presences_jours_ouvres: WorkingDays = 5
    """Working days to enter the hours attended."""
    surcout_jours_ouvres: WorkingDays = 10
    """Working days to claim the extra cost."""
    remise_documents_jours_ouvres: WorkingDays = 10
    """Working days to hand over the documents that validate skills."""
    renouvellement_preuve_jours_ouvres: WorkingDays = 20
    """Working days to renew a proof of eligibility before it expires."""
    heures_par_jour: Annotated[int, Field(strict=True, ge=1, le=24)] = 7
    """Hours of a day's mission."""


class ClosureRow(Section):
    """Days off, both ends included."""

    first: date = Field(alias="from")
    last: date = Field(alias="to")
    label: Text

    @model_validator(mode="after")
    def _in_order(self) -> ClosureRow:
        if self.last < self.first:
            raise ValueError("la fermeture finit avant de commencer ; échangez from et to")
        return self


class Company(Section):
    """What the company is, for the rules that depend on it; the names of values are theirs."""

    headcount: Annotated[int, Field(strict=True, ge=0)] | None = None
    """Employees; None leaves it to each case."""
    membership: Literal["prism_emploi", "volontaire", "aucune"] | None = None
    """How the company adheres to the branch agreement; None leaves it to each case."""


class CalendarSection(Section):
    """Days on which every agency is closed."""

    closures: tuple[ClosureRow, ...] = ()


class AgencyRow(Section):
    """An agency."""

    name: Text
    email: Address
    """Told about the cases nobody owns."""
    territory: Territory = "FR"
    """Its public holidays: `FR`, `FR-57`, `FR-971`…"""
    zone: Zone | None = None
    """Its clock; None takes the territory's."""
    closures: tuple[ClosureRow, ...] = ()


class PersonRow(Section):
    """A member of staff."""

    name: Text
    email: Address
    agency: str
    manager: str | None = None
    """Id of the person to whom what stays late is shown."""
    empty_digest_on: tuple[
        Literal["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"], ...
    ] = ()
    """Days on which a digest that has nothing to say is sent all the same."""


class User(Section):
    """Who acts when `--par` is not given."""

    id: str | None = None
    """Id of a person; None takes the name of the system account."""


class Tui(Section):
    """How the terminal interface looks and answers, for whoever reads this file."""

    theme: Literal["sombre", "clair", "contraste", "daltonien"] = "sombre"
    read_only: bool = False
    """True to look without ever writing."""
    keys: dict[str, Text] = {}
    """Keys changed, by id of what they do; several are separated by commas."""


class Settings(Section):
    """The whole configuration."""

    database: Database = Database()
    mail: Mail = Mail()
    reminders: Reminders = Reminders()
    digest: Digest = Digest()
    service: Service = Service()
    targets: Targets = Targets()
    company: Company = Company()
    calendar: CalendarSection = CalendarSection()
    agencies: dict[Identifier, AgencyRow] = {}
    people: dict[Identifier, PersonRow] = {}
    user: User = User()
    tui: Tui = Tui()
