"""What `config.toml` may say: one struct for each section, with what holds when nothing is said.

Filled by `cli.config.reader`, read by `cli.wiring.container` and by the commands. A key, its bounds and what
holds without it are written here alone; each is explained under it, and `config.toml` repeats it in French
for staff. Holds no password: see `cli.config.credentials`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Struct, field
from msgspec.structs import asdict

from cli.config.value_checks import (
    check_address,
    check_contact,
    check_database_url,
    check_identifier,
    check_metrics_file,
    check_offsets,
    check_ping_url,
    check_tenant,
    check_territory,
    check_text,
    check_token_url,
    check_wait,
    check_zone,
)
from workflow.structures.leaves import one_of
from workflow.structures.written import between
from workflow.text.french import WEEKDAYS

Hour = time
Line = Annotated[str, check_text]
"""A text of one line that says something."""
Address = Annotated[str, check_address]
Natural = Annotated[int, between(0)]
AtLeastOne = Annotated[int, between(1)]
Wait = Annotated[float, check_wait]
"""Seconds, of an hour at most."""
WorkingDays = Annotated[int, between(0, 250)]
"""Working days, of a year at most."""
Id = Annotated[str, check_identifier]
"""How other tables refer to an agency or a person."""

Transport = Literal["fichier", "smtp"]
Protection = Literal["starttls", "tls", "none"]
SignIn = Literal["password", "oauth2", "none"]
Provider = Literal["microsoft", "google", "generic"]
Verification = Literal["tls", "none"]
LogFormat = Literal["texte", "json"]
Membership = Literal["prism_emploi", "volontaire", "aucune"]
Theme = Literal["sombre", "clair", "contraste", "daltonien"]


class Database(Struct, frozen=True, kw_only=True):
    """Where cases are kept."""

    url: Annotated[str, check_database_url] | None = None
    """SQLAlchemy address without password; a relative SQLite path starts at the folder of the file.

    None keeps an SQLite database in the user's data folder.
    """
    security: Verification = "tls"
    """`tls`: a server of another machine proves who it is and never sees the password; `none`: no check."""
    ca_file: Path | None = None
    """Authorities that vouch for the server; a relative path starts at the folder of the file.

    None takes the system's.
    """


class ReturnsSettings(Struct, frozen=True, kw_only=True):
    """The mailbox that servers report to, read by IMAP; what gives tokens is said by `Mail`."""

    host: Line
    port: Annotated[int, between(1, 65535)] = 993
    security: Protection = "tls"
    """`tls` from the first byte (993), `starttls` (143), or nothing, for a server of this machine."""
    username: Line | None = None
    """Who opens it; None is the address that servers report to."""
    folder: Line = "INBOX"
    """Folder that is read: nothing is ever changed there."""
    auth: Literal["password", "oauth2"] = "password"
    scope: Line | None = None
    """What is asked for, by tokens; None is what sending asks for."""
    every_minutes: Annotated[int, between(1, 1440)] = 5
    """Time between two looks of the service."""


class Mail(Struct, frozen=True, kw_only=True):
    """How messages leave."""

    transport: Transport = "fichier"
    """`fichier` writes each message to `directory`; `smtp` hands it to a server."""
    directory: Path = Path("courriels")
    """Folder of the `.eml` files; a relative path starts at the folder of the file."""
    host: Line = "localhost"
    port: Annotated[int, between(1, 65535)] = 587
    security: Protection = "starttls"
    """`starttls` (587), `tls` from the first byte (465), or nothing, for a server of the house."""
    allow_cleartext_login: bool = False
    """True to send the login of the mail server in clear, off this machine, when `security` is `none`."""
    auth: SignIn | None = None
    """`password`, `oauth2` for tokens, or `none`; None signs in when a login is given, with its password."""
    provider: Provider | None = None
    """Who gives tokens."""
    tenant: Annotated[str, check_tenant] | None = None
    """The organisation at Microsoft: its id, or one of its domains."""
    client_id: Line | None = None
    """The application that signs in."""
    token_url: Annotated[str, check_token_url] | None = None
    """Address of the token server, for `generic`."""
    scope: Line | None = None
    """What is asked for; None is what sending mail takes at Microsoft or Google."""
    sender: Address = "echeancier@localhost.localdomain"
    """Address that messages come from."""
    sender_name: Line = "Échéancier"
    return_path: Address | None = None
    """Address that servers report to when a message does not arrive; None is the sender's."""
    connect_timeout_seconds: Wait = 10
    message_timeout_seconds: Wait = 30
    """Longest wait while a message is announced and handed over."""
    answer_timeout_seconds: Annotated[float, between(60, 1800)] = 600
    """Longest wait for the answer to a whole message: a server that is not heard out may have taken it."""
    per_minute: Natural = 0
    """Messages handed over in a minute, at most; 0 sets no limit."""
    daily_ceiling: AtLeastOne = 20
    """Messages to one person in a day, at most, digest apart; what is above makes one more."""
    per_connection: AtLeastOne = 100
    """Messages handed over on one connection before another is opened."""
    connections: AtLeastOne = 2
    """Connections open at a time, at most, when many messages wait."""
    contact: Annotated[str, check_contact] = ""
    """Address to write to about these mails; empty names none."""
    returns: ReturnsSettings | None = None
    """Where what does not arrive is read; None reads nothing."""


class Reminders(Struct, frozen=True, kw_only=True):
    """When reminders leave."""

    offsets: Annotated[tuple[Annotated[int, between(1, 250)], ...], check_offsets] = (14, 7, 2, 1)
    """Working days before a date, largest first."""
    workday_start: Hour = Hour(9, 0)
    workday_end: Hour = Hour(17, 30)
    """Reminders leave between these hours of the agency, except when the deadline falls first."""
    escalation_working_days: WorkingDays = 1
    """Working days before a limit of the law at which the manager is told too; 0 never tells them."""
    group_from: Natural = 4
    """Files due together from which a person receives one mail for all of them; 0 never groups."""


class DigestSettings(Struct, frozen=True, kw_only=True):
    """When the morning digest leaves."""

    time: Hour = Hour(7, 30)
    """Hour of the agency, on its working days."""


class PapersSettings(Struct, frozen=True, kw_only=True):
    """Where the files that are kept with papers are copied."""

    directory: Path | None = None
    """Folder of the base's own; a relative path starts at the folder of the file.

    None keeps them beside the base.
    """
    largest_megabytes: Annotated[int, between(1, 200)] = 20
    """Size of a file, at most."""


class LettersSettings(Struct, frozen=True, kw_only=True):
    """Where the agency keeps models of letters of its own."""

    directory: Path | None = None
    """Folder of models that take the place of the program's; a relative path starts at that of the file."""


class ServiceSettings(Struct, frozen=True, kw_only=True):
    """How the running service is watched."""

    ping_url: Annotated[str, check_ping_url] | None = None
    """Address called at each beat, for a dead-man's switch; None calls nobody.

    `ECHEANCIER_PING_URL` or `ECHEANCIER_PING_URL_FILE` comes before it.
    """
    metrics_file: Annotated[Path, check_metrics_file] | None = None
    """File of metrics for Prometheus; a relative path starts at the folder of the file."""
    log_format: LogFormat = "texte"
    """What the log is made of: sentences, or one JSON document a line."""


class ClosureRow(Struct, frozen=True, kw_only=True):
    """Days off, both ends included."""

    first: date = field(name="from")
    last: date = field(name="to")
    label: Line


class Company(Struct, frozen=True, kw_only=True):
    """What the company is, for the rules that depend on it; the names of values are theirs."""

    headcount: Natural | None = None
    """Employees; None leaves it to each case."""
    membership: Membership | None = None
    """How the company adheres to the branch agreement; None leaves it to each case."""

    def known(self) -> dict[str, int | str]:
        """Return what is known of it, by name."""
        return {name: value for name, value in asdict(self).items() if value is not None}


class CalendarSection(Struct, frozen=True, kw_only=True):
    """Days on which every agency is closed."""

    closures: tuple[ClosureRow, ...] = ()


class AgencyRow(Struct, frozen=True, kw_only=True):
    """An agency."""

    name: Line
    email: Address
    """Told about the cases nobody owns."""
    territory: Annotated[str, check_territory] = "FR"
    """Its public holidays: `FR`, `FR-57`, `FR-971`…"""
    zone: Annotated[str, check_zone] | None = None
    """Its clock; None takes the territory's."""
    closures: tuple[ClosureRow, ...] = ()


class PersonRow(Struct, frozen=True, kw_only=True):
    """A member of staff."""

    name: Line
    email: Address
    agency: Line
    manager: str | None = None
    """Id of the person to whom what stays late is shown."""
    empty_digest_on: tuple[Annotated[str, one_of(WEEKDAYS)], ...] = ()
    """Days on which a digest that has nothing to say is sent all the same."""


class User(Struct, frozen=True, kw_only=True):
    """Who acts when `--par` is not given."""

    id: str | None = None
    """Id of a person; None takes the name of the system account."""


class Tui(Struct, frozen=True, kw_only=True):
    """How the terminal interface looks and answers, for whoever reads this file."""

    theme: Theme = "sombre"
    read_only: bool = False
    """True to look without ever writing."""
    keys: Mapping[str, Line] = field(default_factory=dict)
    """Keys changed, by id of what they do; several are separated by commas."""


class Settings(Struct, frozen=True, kw_only=True):
    """The whole configuration."""

    database: Database = Database()
    mail: Mail = Mail()
    reminders: Reminders = Reminders()
    digest: DigestSettings = DigestSettings()
    letters: LettersSettings = LettersSettings()
    papers: PapersSettings = PapersSettings()
    service: ServiceSettings = ServiceSettings()
    targets: Mapping[str, int] = field(default_factory=dict)
    """Delays that the agency chose, by the name under which a rule file declares them."""
    company: Company = Company()
    calendar: CalendarSection = CalendarSection()
    agencies: Mapping[Id, AgencyRow] = field(default_factory=dict)
    people: Mapping[Id, PersonRow] = field(default_factory=dict)
    user: User = User()
    tui: Tui = Tui()
