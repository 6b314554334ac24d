"""The journal and the alerts as values: what earlier programs wrote in words is read once and for all.

Frozen: later changes are migrations of their own. So are the words that are read here, those of the programs
that wrote them; what is in none of them stays as it is, and is shown so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from alembic import op

from workflow.errors import OutOfReach

revision = "0013"
down_revision = "0012"

_AT_ONCE = 1_000
_SAYS = " : "
"""What stood between what was checked and what was wrong with it."""

_OF_THE_FILE = {"title", "owner", "agency", "territory"}
_LINES = {"heures": "heures", "contrats": "contrat"}
"""By kind of entry, what stood before the number of a line."""

_DAY, _NUMBER = r"\d\d/\d\d/\d{4}", r"\d[\d\u00a0]*(?:,\d+)?"
_PAPER = re.compile(
    r"(?:(?P<status>a_obtenir|demande|recu|verifie|transmis) )?(?P<on>\d{4}-\d\d-\d\d)(?:, (?P<kept_at>.+))?",
    re.DOTALL,
)
_HOURS = re.compile(
    rf"(?P<kind>formation|mission|bilan) (?:le|du) (?P<first>{_DAY})(?: au (?P<last>{_DAY}))?"
    rf"(?:, (?P<planned>{_NUMBER})\u00a0h prévues)?(?:, (?P<done>{_NUMBER})\u00a0h faites)?"
    r"(?:, (?P<place>.+))?",
    re.DOTALL,
)
_CONTRACT = re.compile(
    rf"(?P<type>\S+) du (?P<first>{_DAY}) au (?P<last>{_DAY})(?:, (?P<hours>{_NUMBER})\u00a0h)?"
    r", (?P<employer>[^,]+)(?:, (?P<place>.+))?",
    re.DOTALL,
)
_DATE = re.compile(
    rf"(ouvre|prudente|stricte|attendue|relance) ({_DAY})(?: à\u00a0(\d\d):(\d\d))?", re.ASCII
)
_DATES = {
    "ouvre": "opens_on",
    "prudente": "prudent",
    "stricte": "strict",
    "attendue": "expected_at",
    "relance": "chase_on",
}

_JOURNAL = sa.table(
    "journal",
    *(sa.column(name) for name in ("case_id", "seq", "kind", "author")),
    sa.column("changes", sa.JSON()),
    sa.column("dates", sa.JSON()),
)
_CASE = sa.table("case_file", sa.column("id"), sa.column("alerts", sa.JSON()))
_DOCUMENT = sa.table("document_check", sa.column("document"))

_CHANGES = sa.cast(_JOURNAL.c.changes, sa.Text).label("changes")
_DATES_MOVED = sa.cast(_JOURNAL.c.dates, sa.Text).label("dates")
_ALERTS = sa.cast(_CASE.c.alerts, sa.Text).label("alerts")
"""As text: a value that a damage left is read here, never by the driver, which would refuse the page."""

_TRIPLE = 3

_Change = list[Any]
"""A name, what was, what is."""


def upgrade() -> None:
    connection = op.get_bind()
    _journals(connection)
    _alerts(connection)


def downgrade() -> None:
    """Refuse: what a newer schema holds cannot be kept in an older one."""
    raise OutOfReach("Échéancier ne revient pas en arrière : restaurez une sauvegarde.")


def _journals(connection: sa.Connection) -> None:
    papers = set(connection.scalars(sa.select(_DOCUMENT.c.document).distinct()))
    of_papers = sa.select(_CHANGES).where(_JOURNAL.c.kind == "piece")
    papers |= {name for text in connection.scalars(of_papers) for name, *_ in _changes(text) or ()}
    reading = _Reading(papers)
    place = _JOURNAL.c.case_id, _JOURNAL.c.seq
    entry = sa.select(*place, _JOURNAL.c.kind, _JOURNAL.c.author, _CHANGES, _DATES_MOVED)
    some = entry.order_by(*place).limit(_AT_ONCE)
    change = (
        _JOURNAL.update()
        .where(place[0] == sa.bindparam("of_case"), place[1] == sa.bindparam("at_seq"))
        .values(changes=sa.bindparam("read"), dates=sa.bindparam("moved"))
    )
    rows = connection.execute(some).all()
    while rows:
        read = []
        for row in rows:
            changes, dates = _changes(row.changes), _changes(row.dates)
            # What is damaged stays so: reading the entry puts it aside, and says so.
            if changes is None or dates is None or not (changes or dates):
                continue
            read.append(
                {
                    "of_case": row.case_id,
                    "at_seq": row.seq,
                    "read": [reading.change(row, *one) for one in changes],
                    "moved": _moved(dates),
                }
            )
        if read:
            connection.execute(change, read)
        last = sa.tuple_(*place) > sa.tuple_(rows[-1].case_id, rows[-1].seq)
        rows = connection.execute(some.where(last)).all()


def _changes(text: str) -> list[_Change] | None:
    """Return names with what was and what is, or None for what no program wrote."""
    found = _list(text)
    if found is None or not all(isinstance(one, list) and len(one) == _TRIPLE for one in found):
        return None
    words = all(
        isinstance(part, str) for name, *pair in found for part in (name, *filter(None, pair))
    )
    return found if words else None


def _list(text: str) -> list[Any] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, list) else None


class _Reading:
    """Reads what entries noted, one after the other: who noted a paper is who wrote the entry.

    Args:
        papers: ids of papers, known before one was said to have a status.
    """

    def __init__(self, papers: set[str]) -> None:
        self._papers = papers
        self._case: int | None = None
        self._noted_by: dict[str, str] = {}

    def change(self, row: Any, name: str, old: str | None, new: str | None) -> _Change:
        """Return a change with what it is about, and its values."""
        if row.case_id != self._case:
            self._case, self._noted_by = row.case_id, {}
        if row.kind == "report":
            return ["report", name, old, new]
        if name in _OF_THE_FILE:
            return ["dossier", name, old, new]
        line, _, number = name.partition(".")
        if line == _LINES.get(row.kind) and number.isdecimal():
            read = _hours if line == "heures" else _contract
            return [line, number, *(_read(read, int(number), text) for text in (old, new))]
        if row.kind == "piece" or self._is_paper(name, old, new):
            was = self._noted_by.get(name, row.author)
            self._noted_by[name] = row.author
            return ["piece", name, _read(_paper, was, old), _read(_paper, row.author, new)]
        return ["fait", name, old, new]

    def _is_paper(self, name: str, *values: str | None) -> bool:
        """Tell papers received with a step from its facts."""
        found = [_PAPER.fullmatch(text) for text in values if text is not None]
        return all(found) and (name in self._papers or all(one and one["status"] for one in found))


def _read(reading: Callable[[Any, str], Any], about: Any, text: str | None) -> Any:
    """Return what a text says, or the text itself when nothing wrote it so."""
    if text is None:
        return None
    try:
        return reading(about, text) or text
    except ValueError:
        return text


def _paper(by: str, text: str) -> dict[str, Any] | None:
    found = _PAPER.fullmatch(text)
    return found and {
        "status": found["status"] or "recu",
        "on": date.fromisoformat(found["on"]).isoformat(),
        "by": by,
        "kept_at": found["kept_at"] or "",
    }


def _hours(number: int, text: str) -> dict[str, Any] | None:
    found = _HOURS.fullmatch(text)
    return found and _known(
        number=number,
        kind=found["kind"],
        first=_day(found["first"]),
        last=_day(found["last"] or found["first"]),
        planned=_exact(found["planned"]),
        done=_exact(found["done"]),
        place=found["place"] or "",
    )


def _contract(number: int, text: str) -> dict[str, Any] | None:
    found = _CONTRACT.fullmatch(text)
    return found and _known(
        number=number,
        type=found["type"],
        employer=found["employer"],
        first=_day(found["first"]),
        last=_day(found["last"]),
        hours=_exact(found["hours"]),
        place=found["place"] or "",
    )


def _moved(dates: list[_Change]) -> list[_Change]:
    """Return the dates of deadlines; all of an entry stay as they are when one cannot be read."""
    try:
        return [[name, *(text and dict(_dates(text)) for text in pair)] for name, *pair in dates]
    except ValueError:
        return dates


def _dates(text: str) -> Iterator[tuple[str, str]]:
    """Yield the dates of a deadline: an hour was that of the agency, which the words did not name."""
    for part in text.split(", "):
        found = _DATE.fullmatch(part)
        if found is None:
            raise ValueError(part)
        name, day, hour, minute = found.groups()
        if hour is None:
            yield _DATES[name], _day(day)
        else:
            midnight = datetime.fromisoformat(_day(day))
            at = midnight + timedelta(hours=int(hour), minutes=int(minute))
            yield _DATES[name], at.isoformat()


def _day(text: str) -> str:
    day, month, year = map(int, text.split("/"))
    return date(year, month, day).isoformat()


def _exact(text: str | None) -> str | None:
    return None if text is None else str(Decimal(text.replace("\u00a0", "").replace(",", ".")))


def _known(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _alerts(connection: sa.Connection) -> None:
    some = sa.select(_CASE.c.id, _ALERTS).order_by(_CASE.c.id).limit(_AT_ONCE)
    wrong = sa.cast(_CASE.c.alerts, sa.Text) != "[]"
    change = (
        _CASE.update()
        .where(_CASE.c.id == sa.bindparam("known"))
        .values(alerts=sa.bindparam("found"))
    )
    rows = connection.execute(some.where(wrong)).all()
    while rows:
        read = ((row.id, _list(row.alerts)) for row in rows)
        found = [
            {"known": id_, "found": [*map(_alert, alerts)]}
            for id_, alerts in read
            if alerts is not None and all(isinstance(alert, str) for alert in alerts)
        ]
        if found:
            connection.execute(change, found)
        rows = connection.execute(some.where(wrong, _CASE.c.id > rows[-1].id)).all()


def _alert(text: str) -> list[str]:
    """Return what was checked, and what is wrong with it."""
    label, says, sentence = text.partition(_SAYS)
    return [label, sentence] if says else ["", text]
