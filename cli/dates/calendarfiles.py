"""A funder's calendar read from a file: TOML written by staff, or iCalendar as an agenda exports it.

Used by `commissions importer`. Everything that is not a plain list of sessions is refused, with where it
stands: a date that is guessed would move the deadlines of every file. What is left out, or read in one way
of several, is told. Two formats, one set of refusals: hence its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from workflow.calendar import counting
from workflow.counting.ways_of_counting import Sitting
from workflow.errors import InvalidInput, nearest
from workflow.rules.fact_specs import FactSpec, FactType
from workflow.text import french
from workflow.text.folding import fold
from workflow.text.os_errors import cause
from workflow.text.toml_text import UnreadableToml, read_toml
from workflow.wording.fact_text import read_fact

Row = tuple[Sitting, str]
"""A session and its label."""


class CalendarFile(Struct, frozen=True):
    """What a file holds.

    Args:
        rows: its sessions, in its order.
        remarks: what was left out, or read in one way of several; a French sentence each.
    """

    rows: tuple[Row, ...]
    remarks: tuple[str, ...] = ()


_KEYS = ("day", "cutoff", "label")
_MOST_BYTES = 5_000_000
_MOST_REPEATS = 120
"""Ten years of monthly sessions."""
_STEPS = {"WEEKLY": 7, "DAILY": 1}
_READ_RULES = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTHDAY"})
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FOREIGN = ("RDATE", "EXRULE", "RECURRENCE-ID", "EXDATE")
_CALLED_OFF = frozenset(
    {
        *("annule", "annulee", "annules", "annulees", "annulation"),
        *("supprime", "supprimee", "supprimes", "supprimees", "canceled", "cancelled"),
    }
)
"""Words by which an agenda, or who keeps it, says in a title that an event will not take place."""
_PUT_OFF = frozenset(
    {
        *("reporte", "reportee", "report", "deplace", "deplacee", "decale", "decalee"),
        *("ajourne", "ajournee", "postponed", "rescheduled"),
    }
)
"""Words that say a session was moved, and not whether this is its old day or its new one."""
_TICK = timedelta(microseconds=1)


def read_calendar(path: Path, zone: ZoneInfo) -> CalendarFile:
    """Return the sessions of a file, and what to know of how it was read.

    Args:
        path: a file that exists, `.toml` or `.ics`.
        zone: clock on which an hour of the file is turned into a day.

    Raises:
        InvalidInput: a file that is no such list, or a session that cannot be read.
    """
    readers = {".toml": _from_toml, ".ics": _from_ics}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise InvalidInput(f"{path} : donnez un fichier .toml ou .ics.")
    text = _text(path)
    found = reader(path, text, zone)
    seen: set[date] = set()
    for session, _ in found.rows:
        if session.day in seen:
            raise InvalidInput(
                f"{path} : deux commissions le {session.day:%d/%m/%Y} ; corrigez une des deux dates."
            )
        seen.add(session.day)
    return found


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InvalidInput(
                f"{path} : plus de 5 Mo ; ce n’est pas un calendrier de commissions."
            )
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InvalidInput(
            f"{path} : lecture impossible ({cause(error)}) ; vérifiez les droits."
        ) from None
    except UnicodeDecodeError as error:
        raise InvalidInput(
            f"{path} : le fichier n’est pas en UTF-8 (octet {error.start}) ; réenregistrez-le."
        ) from None
    if not text.strip():
        raise InvalidInput(f"{path} : le fichier est vide ; vérifiez que c’est le bon.")
    return text


def _from_toml(path: Path, text: str, zone: ZoneInfo) -> CalendarFile:
    try:
        data = read_toml(text)
    except UnreadableToml as error:
        raise InvalidInput(f"{path} : TOML illisible ({error.where}) ; corrigez-le.") from None
    rows = data.pop("commissions", None)
    if data:
        raise InvalidInput(
            f"{path} : « {next(iter(data))} » n’est pas lu ; il faut des tables [[commissions]]."
        )
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise InvalidInput(f"{path} : aucune commission ; il faut des tables [[commissions]].")
    named = ((f"{path} : commission {number}", row) for number, row in enumerate(rows, 1))
    return CalendarFile(tuple(_row(where, row, zone) for where, row in named))


def _row(where: str, row: dict[str, Any], zone: ZoneInfo) -> Row:
    for key in row:
        if key not in _KEYS:
            hint = nearest(key, _KEYS) or " (clés : day, cutoff, label)"
            raise InvalidInput(f"{where} : clé « {key} » inconnue{hint}.")
    if "day" not in row:
        raise InvalidInput(f"{where} : il manque sa date (day = 2018-07-12).")
    label = row.get("label", "")
    if not isinstance(label, str):
        raise InvalidInput(f"{where} : label est un texte entre guillemets.")
    cutoff = _day(where, "cutoff", row["cutoff"], zone) if "cutoff" in row else None
    return Sitting(_day(where, "day", row["day"], zone), cutoff), label


def _day(where: str, key: str, value: Any, zone: ZoneInfo) -> date:
    if isinstance(value, datetime) or not isinstance(value, date | str):
        raise InvalidInput(f"{where} : {key} est une date, comme 2018-07-12.")
    try:
        day = read_fact(FactSpec(key, key, FactType.DATE, future=True), value, zone)
    except InvalidInput as refusal:
        raise InvalidInput(f"{where} : {refusal.message}") from None
    assert isinstance(day, date), "a date fact is a date"  # noqa: S101 - by its type
    return day


def _from_ics(path: Path, text: str, zone: ZoneInfo) -> CalendarFile:
    # Imported here: no other command needs it.
    from icalendar import Calendar

    lines = [line.strip().upper() for line in text.splitlines()]
    if "BEGIN:VCALENDAR" not in lines:
        raise InvalidInput(f"{path} : ce n’est pas un agenda (il manque BEGIN:VCALENDAR).")
    for part in ("VCALENDAR", "VEVENT"):
        if lines.count(f"BEGIN:{part}") != lines.count(f"END:{part}"):
            raise InvalidInput(
                f"{path} : l’agenda est incomplet (END:{part}) ; exportez-le de nouveau."
            )
    try:
        calendars = Calendar.from_ical(text, multiple=True)
        events = [event for one in calendars for event in one.walk("VEVENT")]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        raise InvalidInput(f"{path} : agenda illisible ; exportez-le de nouveau.") from None
    if not events:
        raise InvalidInput(f"{path} : aucun événement (VEVENT) ; vérifiez que c’est le bon agenda.")
    withdrawn = any(str(one.get("METHOD", "")).upper() == "CANCEL" for one in calendars)
    rows: list[Row] = []
    remarks: list[str] = []
    for number, event in enumerate(events, 1):
        label = " ".join(str(event.get("SUMMARY", "")).split())
        where = f"{path} : événement {number}" + (f" « {label[:60]} »" if label else "")
        if withdrawn or _is_called_off(event, label):
            remarks.append(f"{where} : annulé, laissé de côté.")
            continue
        first = _first_day(where, event, zone)
        rows += [(Sitting(day), label) for day in _days(where, event.get("RRULE"), first, zone)]
        remarks += _several_days(where, event, first, zone)
        if not _PUT_OFF.isdisjoint(_words(label)):
            remarks.append(
                f"{where} : son titre parle d’un report ; vérifiez qu’elle se tient ce jour-là."
            )
    if not rows:
        raise InvalidInput(
            f"{path} : tous ses événements sont annulés ; demandez un calendrier à jour."
        )
    return CalendarFile(tuple(rows), tuple(remarks))


def _is_called_off(event: Any, label: str) -> bool:
    """Tell whether an event will not take place: Outlook says so in the title alone."""
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return True
    return not _CALLED_OFF.isdisjoint(_words(label))


def _words(label: str) -> list[str]:
    return re.findall(r"[^\W_]+", fold(label))


def _several_days(where: str, event: Any, first: date, zone: ZoneInfo) -> Iterator[str]:
    """Say that an event lasts several days, of which the first is taken (docs/decisions.md)."""
    last = _last_day(event, zone)
    if last is not None and last > first:
        period = french.period(first, last)
        yield f"{where} : il dure plusieurs jours ({period}) ; le premier est retenu."


def _last_day(event: Any, zone: ZoneInfo) -> date | None:
    """Return the last day of an event that says when it ends; None for one that does not."""
    try:
        end: date = event.end
    except (AttributeError, ValueError, TypeError):
        # Nothing that ends it, or nothing that can be read: its start is judged apart.
        return None
    if isinstance(end, datetime):
        return _civil(end - _TICK, zone)
    return end - timedelta(days=1)


def _first_day(where: str, event: Any, zone: ZoneInfo) -> date:
    try:
        moment = event.get("DTSTART").dt
    except (AttributeError, ValueError):
        # Absent, twice there, or not a date.
        moment = None
    if not isinstance(moment, date):
        raise InvalidInput(f"{where} : il n’a pas de date de début lisible (DTSTART).")
    if any(name in event for name in _FOREIGN):
        raise _too_complex(where)
    return _civil(moment, zone)


def _civil(moment: date, zone: ZoneInfo) -> date:
    """Return the day of a moment: that of the funder's clock, or as written when it floats."""
    if isinstance(moment, datetime):
        return moment.astimezone(zone).date() if moment.tzinfo else moment.date()
    return moment


def _days(where: str, rule: Any, first: date, zone: ZoneInfo) -> Iterator[date]:
    """Yield the days of an event that stands alone, or repeats every so many days, weeks or months."""
    if not rule:
        yield first
        return
    if not _is_simple(rule, first):
        raise _too_complex(where)
    frequency, step = str(rule["FREQ"][0]).upper(), int(rule.get("INTERVAL", [1])[0])
    count = int(rule["COUNT"][0]) if "COUNT" in rule else _MOST_REPEATS + 1
    until = _civil(rule["UNTIL"][0], zone) if "UNTIL" in rule else date.max
    given = rank = 0
    while given < count:
        day = _nth(first, frequency, rank * step)
        rank += 1
        if day is None:
            continue
        if day > until:
            return
        given += 1
        if given > _MOST_REPEATS:
            raise _too_complex(where)
        yield day


def _nth(first: date, frequency: str, steps: int) -> date | None:
    """Return a day so many steps after the first; None in a month that does not have it."""
    if frequency == "MONTHLY":
        day = counting.add_months(first, steps)
        return day if day.day == first.day else None
    return first + timedelta(days=steps * _STEPS[frequency])


def _is_simple(rule: Any, first: date) -> bool:
    """Tell whether a rule only repeats its first day, and says when it stops."""
    if not isinstance(rule, dict):
        # Two rules, or one that cannot be read.
        return False
    parts = {str(key).upper(): list(values) for key, values in rule.items()}
    if not parts.keys() <= _READ_RULES or ("COUNT" in parts) == ("UNTIL" in parts):
        return False
    frequency = [str(value).upper() for value in parts["FREQ"]]
    if len(frequency) != 1 or frequency[0] not in {*_STEPS, "MONTHLY"}:
        return False
    same_day = parts.get("BYDAY", [_WEEKDAYS[first.weekday()]]) == [_WEEKDAYS[first.weekday()]]
    same_date = parts.get("BYMONTHDAY", [first.day]) == [first.day]
    only_weeks = "BYDAY" not in parts or frequency[0] == "WEEKLY"
    only_months = "BYMONTHDAY" not in parts or frequency[0] == "MONTHLY"
    return same_day and same_date and only_weeks and only_months


def _too_complex(where: str) -> InvalidInput:
    return InvalidInput(
        f"{where} : il se répète d’une façon qui n’est pas lue ; notez ses dates une à une "
        "(commissions ajouter)."
    )
