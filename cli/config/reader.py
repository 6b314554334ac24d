"""Reading the tables of `config.toml` into `cli.config.settings`, keeping every problem instead of stopping.

Called by `cli.config.configuration`. Read like a rule file (`workflow.rulefiles.toml_reader`), key by key,
with what the rules have no need of: addresses, hours, bounds. Checks here concern one value at a time; what
links two sections is checked by `cli.config.crosschecks`. Never repeats a value that could be a secret.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import time
from pathlib import Path
from typing import Any, Final, get_args

from cli.config.settings import (
    AgencyRow,
    CalendarSection,
    ClosureRow,
    Company,
    Database,
    DigestSettings,
    LogFormat,
    Mail,
    Membership,
    PersonRow,
    Protection,
    Reminders,
    ServiceSettings,
    Settings,
    Theme,
    Transport,
    Tui,
    User,
    Verification,
)
from cli.config.value_checks import (
    check_address,
    check_contact,
    check_database_url,
    check_identifier,
    check_ping_url,
    check_territory,
    check_text,
    check_zone,
)
from workflow.errors import Problem, nearest
from workflow.rulefiles.toml_reader import Table
from workflow.rules.targets import MOST
from workflow.text.french import WEEKDAYS

_YEAR: Final = 250
"""Working days, at most, of a delay."""
_HOUR: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_DATABASE_PASSWORD: Final = "ECHEANCIER_DATABASE_PASSWORD"  # noqa: S105 - the name of a variable
_SMTP_PASSWORD: Final = "ECHEANCIER_SMTP_PASSWORD"  # noqa: S105
_SMTP_USER: Final = "ECHEANCIER_SMTP_USER"
_SECRETS: Final[Mapping[str, Mapping[str, str]]] = {
    "database": dict.fromkeys(("password", "mot_de_passe", "user", "username"), _DATABASE_PASSWORD),
    "mail": {
        "password": _SMTP_PASSWORD,
        "mot_de_passe": _SMTP_PASSWORD,
        "user": _SMTP_USER,
        "username": _SMTP_USER,
    },
}
"""Keys that would hold a secret, by section, and the variable that is made for it."""


class SettingsTable(Table):
    """A table of the configuration. What is wrong is replaced by what holds when nothing is said."""

    def checked(self, name: str, usual: Any, check: Callable[[str], str] = check_text) -> Any:
        """Read a text that must pass a check; it must be there when nothing is usual."""
        return self._passed(name, self._get(name, str, usual), usual, check)

    def maybe(self, name: str, check: Callable[[str], str] = str) -> str | None:
        """Read a text that must pass a check, and that may be absent."""
        found = self._get(name, str, None, required=False)
        return self._passed(name, found, None, check)  # type: ignore[no-any-return]

    def _passed(self, name: str, value: Any, usual: Any, check: Callable[[str], str]) -> Any:
        if value is None or value is usual:
            return usual
        try:
            return check(value)
        except ValueError as error:
            self.problem(name, f"{error}.")
            return usual

    def whole(self, name: str, usual: int | None, least: int = 0, most: int | None = None) -> Any:
        """Read a whole number between two bounds, included."""
        value = self._get(name, int, usual, required=False)
        return value if value is usual or self.within(name, value, least, most) else usual

    def within(self, name: str, value: float, least: float, most: float | None) -> bool:
        """Tell whether a number is between two bounds; say it when it is not."""
        if value < least:
            self.problem(name, f"{value} : il faut au moins {least}.")
        elif most is not None and value > most:
            self.problem(name, f"{value} : il faut au plus {most}.")
        else:
            return True
        return False

    def seconds(self, name: str, usual: float, least: float = 0, most: float = 3600) -> float:
        """Read a wait in seconds, of an hour at most."""
        whole = isinstance(self.data.get(name), int)
        value: float = self._get(name, int if whole else float, usual)
        if value <= 0:
            self.problem(name, f"{value:g} : il faut plus de 0.")
            return usual
        return value if self.within(name, value, least, most) else usual

    def hour(self, name: str, usual: time) -> time:
        """Read an hour of the day: "07:30", or what TOML has for it."""
        value = self.data.get(name)
        if not isinstance(value, str):
            return self._get(name, time, usual)  # type: ignore[no-any-return]
        self._asked.add(name)
        if _HOUR.fullmatch(value):
            return time.fromisoformat(value)
        self.problem(name, f'« {value} » n’est pas une heure ; écrivez par exemple "07:30".')
        return usual

    def path(self, name: str, usual: Path | None = None) -> Path | None:
        """Read the path of a file or folder."""
        value = self._get(name, str, None, required=False)
        return usual if value is None else Path(value)

    def one_of(self, name: str, usual: Any, known: Sequence[str]) -> Any:
        """Read one of a few words."""
        value = self._get(name, str, usual, required=False)
        return value if value is usual or self.known(name, value, known) else usual

    def known(self, name: str, value: str, known: Sequence[str]) -> bool:
        """Tell whether a word is one of a few; say it when it is not."""
        if value not in known:
            hint = nearest(value, known) or f" (connus : {', '.join(known)})"
            self.problem(name, f"« {value} » est inconnu{hint}.")
        return value in known

    def listed(self, name: str, type_: type) -> Iterator[tuple[str, Any]]:
        """Yield the values of a list, each with what it is called; those of another type are told."""
        for number, value in enumerate(self._get(name, list, [], required=False) or [], 1):
            one = f"{name}[{number}]"
            if self._is(one, value, type_):
                yield one, value

    def section(self, name: str) -> SettingsTable:
        """Read a section, empty when it is absent."""
        return self.table(name) or SettingsTable(self.file, name, {}, self.problems)

    def close(self) -> None:
        """Report each key that was not asked for; one that would hold a secret is told its place."""
        for name, variable in _SECRETS.get(self.key, {}).items():
            if name in self.data:
                self.problem(
                    name,
                    "un secret ne s’écrit pas dans ce fichier ; retirez-le et donnez-le par la variable "
                    f"{variable} ou {variable}_FILE.",
                )
        secrets = _SECRETS.get(self.key, {}).keys()
        self.data = {name: value for name, value in self.data.items() if name not in secrets}
        super().close()


def read_settings(file: str, data: Mapping[str, Any]) -> tuple[Settings, list[Problem]]:
    """Return the settings of a file, and everything that is wrong with it."""
    problems: list[Problem] = []
    top = SettingsTable(file, "", data, problems)
    sections: dict[str, Any] = {}
    for name, read in _SECTIONS.items():
        section = top.section(name)
        sections[name] = read(section)
        section.close()
    sections["agencies"] = {id_: row for id_, row in _named(top, "agencies", _agency) if row}
    sections["people"] = {id_: row for id_, row in _named(top, "people", _person) if row}
    top.close()
    return Settings(**sections), problems


def _database(section: SettingsTable) -> Database:
    return Database(
        url=section.maybe("url", check_database_url),
        security=section.one_of("security", Database().security, get_args(Verification)),
        ca_file=section.path("ca_file"),
    )


def _mail(section: SettingsTable) -> Mail:
    usual = Mail()
    return Mail(
        transport=section.one_of("transport", usual.transport, get_args(Transport)),
        directory=section.path("directory", usual.directory) or usual.directory,
        host=section.checked("host", usual.host),
        port=section.whole("port", usual.port, 1, 65535),
        security=section.one_of("security", usual.security, get_args(Protection)),
        allow_cleartext_login=section.flag("allow_cleartext_login"),
        sender=section.checked("sender", usual.sender, check_address),
        sender_name=section.checked("sender_name", usual.sender_name),
        connect_timeout_seconds=section.seconds(
            "connect_timeout_seconds", usual.connect_timeout_seconds
        ),
        message_timeout_seconds=section.seconds(
            "message_timeout_seconds", usual.message_timeout_seconds
        ),
        answer_timeout_seconds=section.seconds(
            "answer_timeout_seconds", usual.answer_timeout_seconds, 60, 1800
        ),
        per_minute=section.whole("per_minute", usual.per_minute),
        per_connection=section.whole("per_connection", usual.per_connection, 1),
        connections=section.whole("connections", usual.connections, 1),
        contact=section.checked("contact", usual.contact, check_contact),
    )


def _reminders(section: SettingsTable) -> Reminders:
    usual = Reminders()
    start = section.hour("workday_start", usual.workday_start)
    end = section.hour("workday_end", usual.workday_end)
    if start >= end:
        section.problem("", "workday_start doit précéder workday_end.")
    escalation = section.whole("escalation_working_days", usual.escalation_working_days, most=_YEAR)
    return Reminders(
        offsets=_offsets(section) or usual.offsets,
        workday_start=start,
        workday_end=end,
        escalation_working_days=escalation,
        group_from=section.whole("group_from", usual.group_from),
    )


def _offsets(section: SettingsTable) -> tuple[int, ...]:
    """Return the delays before a date, largest first; none when the key is absent."""
    listed = list(section.listed("offsets", int))
    found = [days for name, days in listed if section.within(name, days, 1, _YEAR)]
    if section.data.get("offsets") == []:
        section.problem("offsets", "liste vide ; donnez au moins une valeur.")
    if len(set(found)) != len(found):
        section.problem("offsets", "le même nombre de jours figure deux fois ; gardez-en un.")
    return tuple(sorted(found, reverse=True))


def _digest(section: SettingsTable) -> DigestSettings:
    return DigestSettings(time=section.hour("time", DigestSettings().time))


def _service(section: SettingsTable) -> ServiceSettings:
    metrics = section.path("metrics_file")
    if metrics is not None and metrics.suffix != ".prom":
        section.problem(
            "metrics_file", f"« {metrics} » ne serait pas lu ; donnez un nom qui finit par .prom."
        )
    return ServiceSettings(
        ping_url=section.maybe("ping_url", check_ping_url),
        metrics_file=metrics,
        log_format=section.one_of("log_format", ServiceSettings().log_format, get_args(LogFormat)),
    )


def _targets(section: SettingsTable) -> Mapping[str, int]:
    """Read the delays that the agency chose; only who chose some pays for reading what rules declare."""
    if not section.data:
        return {}
    from workflow.rulefiles.rulebook import load_rulebook

    declared = {
        name: target
        for procedure in load_rulebook().procedures.values()
        for name, target in procedure.targets.items()
    }
    chosen = {
        name: section.whole(name, target.default, 1, MOST[target.unit])
        for name, target in declared.items()
    }
    return {name: number for name, number in chosen.items() if name in section.data}


def _company(section: SettingsTable) -> Company:
    return Company(
        headcount=section.whole("headcount", None),
        membership=section.one_of("membership", None, get_args(Membership)),
    )


def _calendar(section: SettingsTable) -> CalendarSection:
    return CalendarSection(closures=_closures(section))


def _closures(section: SettingsTable) -> tuple[ClosureRow, ...]:
    found = []
    for row in section.rows("closures"):
        first, last = row.day("from", required=True), row.day("to", required=True)
        label = row.checked("label", None)
        if first and last and last < first:
            row.problem("", "la fermeture finit avant de commencer ; échangez from et to.")
        row.close()
        if first and last and label:
            found.append(ClosureRow(first=first, last=last, label=label))
    return tuple(found)


def _user(section: SettingsTable) -> User:
    return User(id=section.maybe("id"))


def _tui(section: SettingsTable) -> Tui:
    usual, keys = Tui(), section.section("keys")
    return Tui(
        theme=section.one_of("theme", usual.theme, get_args(Theme)),
        read_only=section.flag("read_only"),
        keys={id_: key for id_ in keys.data if (key := keys.checked(id_, None))},
    )


def _named(
    top: SettingsTable, name: str, read: Callable[[SettingsTable], Any]
) -> Iterator[tuple[str, Any]]:
    """Yield the rows of agencies or of people, by id; None for one that cannot be used."""
    for id_, row in top.tables(name):
        try:
            check_identifier(id_)
        except ValueError as error:
            row.problem("", f"{error}.")
        yield id_, read(row)
        row.close()


def _agency(row: SettingsTable) -> AgencyRow | None:
    name, email = row.checked("name", None), row.checked("email", None, check_address)
    place = row.checked("territory", "FR", check_territory)
    zone, closures = row.maybe("zone", check_zone), _closures(row)
    if not (name and email):
        return None
    return AgencyRow(name=name, email=email, territory=place, zone=zone, closures=closures)


def _person(row: SettingsTable) -> PersonRow | None:
    name, email = row.checked("name", None), row.checked("email", None, check_address)
    agency, manager = row.checked("agency", None), row.maybe("manager")
    days = [day for one, day in row.listed("empty_digest_on", str) if row.known(one, day, WEEKDAYS)]
    if not (name and email and agency):
        return None
    return PersonRow(
        name=name, email=email, agency=agency, manager=manager, empty_digest_on=tuple(days)
    )


_SECTIONS: Final[Mapping[str, Callable[[SettingsTable], Any]]] = {
    "database": _database,
    "mail": _mail,
    "reminders": _reminders,
    "digest": _digest,
    "service": _service,
    "targets": _targets,
    "company": _company,
    "calendar": _calendar,
    "user": _user,
    "tui": _tui,
}
