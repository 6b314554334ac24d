"""What a person types as a fact, read into a typed value or refused with one sentence; and told again.

Used by the service and the simulation. Accepts the dates people write (08/09/2026 09:00, 8/9/2026,
2026-09-08T09:00); a date that does not exist is refused, never adjusted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from workflow import french
from workflow.calendars import FIRST_YEAR, LAST_YEAR
from workflow.case import FactValue, Moment
from workflow.errors import InvalidInput, unknown
from workflow.procedure import Procedure
from workflow.texts import is_clean, plain_spaces
from workflow.vocabulary import FactSpec, FactType

RawFact = FactValue | str
"""A fact as typed, or as a TOML file gives it."""

_ISO = re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})")
_FRENCH = re.compile(r"(?P<d>\d{1,2})[/.](?P<m>\d{1,2})[/.](?P<y>\d{4})")
_HOUR = re.compile(
    r"[T\s]+(?:à\s*)?(?P<h>\d{1,2})(?::(?P<min>\d{2})(?::(?P<s>\d{2}))?|[hH](?P<hmin>\d{2})?)"
)
_NUMBER = re.compile(r"\d{1,8}(?:[.,]\d{1,2})?")
_YES = {"oui", "o", "vrai", "true", "1"}
_NO = {"non", "n", "faux", "false", "0"}
_MAX_TEXT = 500


def read_facts(
    procedure: Procedure, raw: Mapping[str, RawFact], zone: ZoneInfo
) -> dict[str, FactValue]:
    """Read facts by name.

    Args:
        procedure: gives the facts that exist and their types.
        raw: name to typed text (or TOML value).
        zone: clock in which an hour is meant.

    Raises:
        NotFound: for a fact the procedure does not have.
        InvalidInput: for a value that cannot be read.
    """
    values = {}
    for name, value in raw.items():
        if name not in procedure.facts:
            raise unknown(f"Fait de la procédure « {procedure.id} »", name, procedure.facts)
        values[name] = read_fact(procedure.facts[name], value, zone)
    return values


def read_fact(spec: FactSpec, raw: RawFact, zone: ZoneInfo) -> FactValue:
    """Read one fact.

    Raises:
        InvalidInput: when the value does not fit the type of the fact.
    """
    text = _plain(spec, raw)
    if spec.type is FactType.TEXT:
        return text
    # A value copied from a screen or a mail brings its non-breaking spaces along.
    return _READERS[spec.type](spec, plain_spaces(text), zone)


def _date(spec: FactSpec, text: str, zone: ZoneInfo) -> date:
    moment = _moment(spec, text, zone)
    return moment.date() if isinstance(moment, datetime) else moment


def _integer(spec: FactSpec, text: str, _: ZoneInfo) -> int:
    if not re.fullmatch(r"\d{1,9}", text):
        raise _invalid(spec, text, "écrivez un nombre entier, par exemple 70")
    return int(text)


def _boolean(spec: FactSpec, text: str, _: ZoneInfo) -> bool:
    if text.casefold() not in _YES | _NO:
        raise _invalid(spec, text, "écrivez « oui » ou « non »")
    return text.casefold() in _YES


def _number(spec: FactSpec, text: str, _: ZoneInfo) -> Decimal:
    """Read « 1 234,50 € », « 73,5 h », « 70 »: at most two decimals, nothing rounded."""
    bare = text.replace(" ", "").lower()
    for unit in (spec.unit.lower(), spec.unit.lower().split("/")[0]):
        bare = bare.removesuffix(unit)
    if not _NUMBER.fullmatch(bare):
        example = {"h": "73,5", "€": "1 234,50", "€/h": "15,20"}.get(spec.unit, "12,5")
        raise _invalid(
            spec, text, f"écrivez un nombre avec deux décimales au plus, par exemple {example}"
        )
    return Decimal(bare.replace(",", "."))


def _choice(spec: FactSpec, text: str, _: ZoneInfo) -> str:
    if text not in spec.choices:
        listed = ", ".join(f"{id_} ({label})" for id_, label in spec.choices.items())
        raise _invalid(spec, text, f"choisissez parmi : {listed}")
    return text


def fact_words(value: FactValue, zone: ZoneInfo, spec: FactSpec | None = None) -> str:
    """Return a typed fact as a person reads it.

    Args:
        value: the fact.
        zone: clock on which an hour is shown.
        spec: gives the unit of a number and the label of a choice.
    """
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        return french.moment(value.astimezone(zone))
    if isinstance(value, date):
        return french.short_day(value)
    if isinstance(value, Decimal | int):
        return french.measured(value, spec.unit if spec else "")
    return spec.choices.get(value, value) if spec else value


def _plain(spec: FactSpec, raw: RawFact) -> str:
    if isinstance(raw, date):
        return raw.isoformat()
    text = str(raw).strip()
    if not text:
        raise InvalidInput(f"{spec.id} : valeur vide ; donnez une valeur après le signe égal.")
    if len(text) > _MAX_TEXT or not is_clean(text):
        raise InvalidInput(
            f"{spec.id} : texte trop long ou avec des caractères invisibles ; réécrivez-le."
        )
    return text


def _moment(spec: FactSpec, text: str, zone: ZoneInfo) -> Moment:
    day_match = _ISO.match(text) or _FRENCH.match(text)
    if day_match is None:
        raise _invalid(
            spec,
            text,
            "écrivez une date comme 08/09/2026 ou 2026-09-08, avec ou sans heure (09:00)",
        )
    day = _day(spec, text, *(int(day_match[part]) for part in "ymd"))
    rest = text[day_match.end() :]
    if not rest:
        return day
    return _instant(spec, text, day, rest, zone)


def _day(spec: FactSpec, text: str, year: int, month: int, day: int) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _invalid(spec, text, f"l’année doit être entre {FIRST_YEAR} et {LAST_YEAR}")
    try:
        return date(year, month, day)
    except ValueError:
        raise _invalid(
            spec, text, "cette date n’existe pas ; vérifiez le jour et le mois"
        ) from None


def _instant(spec: FactSpec, text: str, day: date, rest: str, zone: ZoneInfo) -> datetime:
    if (offset := re.search(r"(Z|[+-]\d{2}:?\d{2})$", rest)) is not None:
        return _with_offset(spec, text, day, rest, offset).astimezone(zone)
    hour = _HOUR.fullmatch(rest)
    if hour is None:
        raise _invalid(spec, text, "écrivez l’heure comme 09:00, après une espace")
    try:
        instant = datetime(
            day.year,
            day.month,
            day.day,
            int(hour["h"]),
            int(hour["min"] or hour["hmin"] or 0),
            int(hour["s"] or 0),
            tzinfo=zone,
        )
    except ValueError:
        raise _invalid(
            spec, text, "cette heure n’existe pas ; écrivez une heure de 00:00 à 23:59"
        ) from None
    # An hour skipped by the spring change does not survive a round trip through UTC.
    if instant.astimezone(ZoneInfo("UTC")).astimezone(zone).replace(tzinfo=None) != instant.replace(
        tzinfo=None
    ):
        raise _invalid(spec, text, "cette heure n’existe pas : les horloges avancent cette nuit-là")
    return instant


def _with_offset(
    spec: FactSpec, text: str, day: date, rest: str, offset: re.Match[str]
) -> datetime:
    try:
        return datetime.fromisoformat(
            f"{day.isoformat()}T{rest[: offset.start()].strip(' T')}{offset[1]}"
        )
    except ValueError:
        raise _invalid(spec, text, "écrivez l’instant comme 2026-09-08T09:00+02:00") from None


def _invalid(spec: FactSpec, text: str, advice: str) -> InvalidInput:
    return InvalidInput(f"{spec.id} = « {text} » : {advice}.")


_READERS: Mapping[FactType, Callable[[FactSpec, str, ZoneInfo], FactValue]] = {
    FactType.DATE: _date,
    FactType.INSTANT: _moment,
    FactType.INTEGER: _integer,
    FactType.BOOLEAN: _boolean,
    FactType.NUMBER: _number,
    FactType.CHOICE: _choice,
}
