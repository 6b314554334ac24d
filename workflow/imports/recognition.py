"""Headings of a table → what each column says, with how it was found; what could be two things is asked.

Called by `workflow.takeover.importing`. A column is looked into to bear out what its heading says, or to
find what it does not say. One that tells why a person is eligible, or who they are for social security, is
set aside: neither its heading nor its values are repeated. Every way to know a column, hence its length.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace
from rapidfuzz import fuzz, process

from workflow.case.case import FactValue
from workflow.errors import EcheancierError, InvalidInput, unknown
from workflow.imports.columns import Meaning, Place, meanings, refused_headings, ruled
from workflow.rules.fact_specs import DATED, FactType
from workflow.rules.procedure import Procedure
from workflow.spreadsheets.headings import heading_key
from workflow.spreadsheets.table import CellValue, Table, column_letters
from workflow.spreadsheets.understanding import understood
from workflow.text import french
from workflow.wording.act_text import reveals

_NEAR: Final = 86
"""Likeness of two headings, of 100, from which one may be the other …"""
_APART: Final = 4
"""… unless another meaning comes this near."""
_SAMPLE: Final = 40
"""Values of a column that are looked at."""
_BORNE_OUT: Final = 0.5
"""Part of them that can be read as what the heading says."""
_LONE: Final = frozenset({FactType.SIRET, FactType.NDA})
"""Types whose values can be nothing else: such a column is known by what it holds."""


class FoundBy(StrEnum):
    """How what a column says was found."""

    TOLD = "dit"
    HEADING = "en-tête"
    NEAR = "en-tête proche"
    CONTENT = "contenu"
    ASKED = "à préciser"
    UNKNOWN = "inconnu"
    IGNORED = "ignoré"
    REFUSED = "refusé"


class Column(Struct, frozen=True):
    """A column of a table and what it says.

    Args:
        rank: of the column, from 0.
        heading: as written; empty when it may not be repeated.
        found: how it was found.
        names: what it says, none when it is not read; several are facts that no procedure has together.
        sure: of 100.
        among: what it could say, when that is asked.
        why: a French sentence, when it is not read or should be looked at.
        example: the first of its dates as it is understood, with its weekday.
    """

    rank: int
    heading: str
    found: FoundBy
    names: tuple[str, ...] = ()
    sure: int = 0
    among: tuple[str, ...] = ()
    why: str = ""
    example: str = ""

    @property
    def letters(self) -> str:
        """Return the name of the column in the spreadsheet, « C »."""
        return column_letters(self.rank)


def recognised(
    table: Table,
    procedures: Sequence[Procedure],
    zone: ZoneInfo,
    *,
    told: Mapping[str, str] | None = None,
    ignored: Collection[str] = (),
) -> tuple[Column, ...]:
    """Return what each column with a heading says.

    Args:
        table: what was brought.
        procedures: those that its rows may be of.
        zone: clock in which an hour is meant.
        told: what people said a column is, by its heading or its letters.
        ignored: headings or letters of columns that are not read.

    Raises:
        NotFound: a heading or a meaning that nothing bears.
        InvalidInput: two columns told to be the same thing.
    """
    known, procedures = meanings(procedures), tuple(ruled(procedures))
    said = _told(table, known, told or {}, ignored)
    columns = [
        said.get(rank) or _by_heading(table, rank, known, procedures)
        for rank, heading in enumerate(table.headings)
        if heading
    ]
    columns = [_borne_out(table, one, known, procedures, zone) for one in columns]
    taken = {name for one in columns for name in one.names}
    columns = [_by_content(table, one, known, taken, procedures, zone) for one in columns]
    return tuple(
        replace(one, example=_example(table, one, known, procedures, zone))
        for one in _once(columns, known)
    )


def _told(
    table: Table, known: Mapping[str, Meaning], told: Mapping[str, str], ignored: Collection[str]
) -> dict[int, Column]:
    said: dict[int, Column] = {}
    for heading in ignored:
        for rank in _ranks(table, heading):
            said[rank] = Column(rank, table.headings[rank], FoundBy.IGNORED)
    given: dict[str, int] = {}
    for heading, name in told.items():
        if name not in known:
            raise unknown("Ce que dit une colonne", name, known)
        ranks = _ranks(table, heading)
        if name in given or len(ranks) > 1:
            raise InvalidInput(
                f"« {known[name].label} » : deux colonnes le disent ; nommez-en une par sa lettre, comme "
                f"{column_letters(ranks[-1])}={name}."
            )
        given[name] = ranks[0]
        said[ranks[0]] = Column(ranks[0], table.headings[ranks[0]], FoundBy.TOLD, (name,), 100)
    return said


def _ranks(table: Table, heading: str) -> list[int]:
    key = heading_key(heading)
    ranks = [rank for rank, one in enumerate(table.headings) if one and heading_key(one) == key]
    letters = [
        rank for rank, one in enumerate(table.headings) if one and column_letters(rank) == heading
    ]
    if not ranks and not letters:
        raise unknown(f"Colonne de « {table.file} »", heading, filter(None, table.headings))
    return ranks or letters


def _by_heading(
    table: Table, rank: int, known: Mapping[str, Meaning], procedures: Sequence[Procedure]
) -> Column:
    heading = table.headings[rank]
    key = heading_key(heading)
    if key in refused_headings() or any(reveals(one, heading) for one in procedures):
        return _refused(rank, refused_headings().get(key, "grounds"))
    exact = [one.name for one in known.values() if key in one.headings]
    if exact and _apart(exact, procedures):
        return Column(rank, heading, FoundBy.HEADING, tuple(exact), 100)
    if exact:
        return _asked(rank, heading, exact, known)
    return _near(rank, heading, key, known, procedures)


def _apart(names: Sequence[str], procedures: Iterable[Procedure]) -> bool:
    """Tell whether a row can only mean one of several things: facts that no procedure has together."""
    places = {place.value for place in Place} & set(names)
    together = (sum(name in one.facts for name in names) for one in procedures)
    return len(names) == 1 or (not places and all(count <= 1 for count in together))


def _near(
    rank: int, heading: str, key: str, known: Mapping[str, Meaning], procedures: Sequence[Procedure]
) -> Column:
    spelt = {word: name for name, one in known.items() for word in one.headings}
    found: dict[str, float] = {}
    likes = process.extract(
        key, list(spelt), scorer=fuzz.token_sort_ratio, score_cutoff=_NEAR - _APART, limit=None
    )
    for word, score, _ in likes:
        found.setdefault(spelt[word], score)
    top = max(found.values(), default=0)
    if top < _NEAR:
        return Column(rank, heading, FoundBy.UNKNOWN)
    best = [name for name, score in found.items() if score >= top - _APART]
    if not _apart(best, procedures):
        return _asked(rank, heading, best, known)
    return Column(rank, heading, FoundBy.NEAR, tuple(best), int(top))


def _asked(rank: int, heading: str, names: Sequence[str], known: Mapping[str, Meaning]) -> Column:
    listed = " ou ".join(f"« {known[name].label} » ({name})" for name in names)
    why = f"peut être {listed} : dites ce qu’elle est"
    return Column(rank, heading, FoundBy.ASKED, among=tuple(names), why=why)


def _refused(rank: int, why: str) -> Column:
    said = (
        "un numéro de sécurité sociale n’est jamais gardé"
        if why == "identity"
        else "pourquoi une personne est éligible ne s’importe pas ; notez-le dans la partie restreinte"
    )
    return Column(rank, "", FoundBy.REFUSED, why=said)


def _borne_out(
    table: Table,
    column: Column,
    known: Mapping[str, Meaning],
    procedures: Sequence[Procedure],
    zone: ZoneInfo,
) -> Column:
    """Ask about a column whose heading is only near, when most of its values are something else."""
    spec = known[column.names[0]].spec if column.names else None
    if spec is None or column.found is not FoundBy.NEAR:
        return column
    values = _sample(table, column.rank)
    readable = _readable(values, known[spec.id], procedures, zone)
    if not values or readable >= len(values) * _BORNE_OUT:
        return column
    others = f"{len(values) - readable} des {len(values)} premières valeurs"
    why = f"son en-tête dit « {spec.label} », mais {others} se lisent autrement : dites ce qu’elle est"
    return replace(column, found=FoundBy.ASKED, names=(), sure=0, among=column.names, why=why)


def _by_content(
    table: Table,
    column: Column,
    known: Mapping[str, Meaning],
    taken: Collection[str],
    procedures: Sequence[Procedure],
    zone: ZoneInfo,
) -> Column:
    if column.found is not FoundBy.UNKNOWN:
        return column
    values = _sample(table, column.rank)
    fit = [
        one.name
        for one in known.values()
        if values
        and one.spec
        and one.spec.type in _LONE
        and one.name not in taken
        and _readable(values, one, procedures, zone) == len(values)
    ]
    if len(fit) != 1:
        return column
    return replace(column, found=FoundBy.CONTENT, names=tuple(fit), sure=75)


def _sample(table: Table, rank: int) -> list[CellValue]:
    filled = (row.values[rank] for row in table.rows if row.values[rank] is not None)
    return list(islice(filled, _SAMPLE))


def _example(
    table: Table,
    column: Column,
    known: Mapping[str, Meaning],
    procedures: Sequence[Procedure],
    zone: ZoneInfo,
) -> str:
    meaning = known[column.names[0]] if column.names else None
    if meaning is None or meaning.spec is None or meaning.spec.type not in DATED:
        return ""
    read = _understood(_sample(table, column.rank), meaning, procedures, zone)
    first = next((value for value in read if isinstance(value, date)), None)
    return "" if first is None else french.long_day(first)


def _readable(
    values: Iterable[CellValue], meaning: Meaning, procedures: Sequence[Procedure], zone: ZoneInfo
) -> int:
    return sum(one is not None for one in _understood(values, meaning, procedures, zone))


def _understood(
    values: Iterable[CellValue], meaning: Meaning, procedures: Sequence[Procedure], zone: ZoneInfo
) -> Iterator[FactValue | None]:
    """Yield each value that can be read as a fact."""
    spec = meaning.spec
    if spec is None:
        return
    owner = next(one for one in procedures if spec.id in one.facts)
    for value in values:
        try:
            yield understood(owner, spec, value, "", zone)
        except EcheancierError:
            continue


def _once(columns: Sequence[Column], known: Mapping[str, Meaning]) -> Iterable[Column]:
    """Ask about columns that would say the same thing, unless one of them was found more surely."""
    for one in columns:
        rivals = [
            other
            for other in columns
            if other is not one and other.sure >= one.sure and set(other.names) & set(one.names)
        ]
        if not rivals:
            yield one
            continue
        said = f"la colonne {rivals[0].letters} dit aussi « {known[one.names[0]].label} »"
        why = f"{said} : dites laquelle lire"
        yield replace(one, found=FoundBy.ASKED, names=(), sure=0, among=one.names, why=why)
