"""Ten thousand tables that are damaged or made up: files are whole, and what is wrong is said."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from random import Random
from time import monotonic
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

import pytest

from tests.support.core import paris
from tests.support.spreadsheets import WRITERS
from tests.workflow.takeover.test_importing import HEADINGS, INES, Agency
from workflow.errors import EcheancierError
from workflow.spreadsheets.reading import read_table
from workflow.takeover.rereading import ImportRequest, RowResult

FILES = 10_000
LONGEST = 20
"""Seconds that a file of a few rows may take on a busy machine; a bomb would take hours."""
STEPS = ("15/07/2026 10:00", "22/07/2026", "DRF accordée")
ROWS = (
    HEADINGS,
    (*INES, *STEPS),
    ("N’GUYEN", "Linh", "15/09/2026", "30/10/2026"),
    ("MARTIN", "Paul", "14/01/2027", None, "2026-9", "01/11/2026"),
)
HOSTILE = (
    "", "\0", "=1+1", "@SUM(A1)", "é" * 600, "31/02/2026", "00/00/0000", "1,23457E+13", "-0", "1e309",
    "9" * 400, "2 85 05 78 006 084", "RQTH", "CIPI-2026-0001", "\ud7ff", "\u202e", "<x>", "&amp;",
    "]]>", "\r\n", ";", '"', "NaN",
    "oui", "29/02/2027 25:61", "31/12/9999", "01/01/0001", "12/31/2026", "DURAND", "abandonne", "Clos",
)  # fmt: skip
Mutation = Callable[[Random, bytes], bytes]


def damaged(random: Random, content: bytes) -> bytes:
    """Return bytes that a disk or a mail lost, changed, or said twice."""
    found = bytearray(content)
    for _ in range(random.randint(1, 6)):
        start = random.randrange(len(found) or 1)
        end = start + random.randint(0, 40)
        match random.randrange(4):
            case 0:
                found[start:end] = bytes(random.randrange(256) for _ in range(end - start))
            case 1:
                del found[start:end]
            case 2:
                found[start:start] = found[start:end]
            case _:
                del found[start + random.randrange(len(found) or 1) :]
    return bytes(found)


def reworded(random: Random, content: bytes) -> bytes:
    """Return a text some of whose words, marks and numbers are others."""
    text = content.decode(errors="replace")
    for _ in range(random.randint(1, 8)):
        start = random.randrange(len(text) or 1)
        end = text.find(random.choice('<>;"= \n/'), start) if random.randrange(2) else start
        word = random.choice((*HOSTILE, "<", ">", "0", "-1", "1048577", "s", "e", "d"))
        text = text[:start] + word + text[max(start, end) :]
    return text.encode("utf-8", "replace")


def repacked(random: Random, content: bytes) -> bytes:
    """Return a workbook one of whose parts is damaged, reworded, missing or that of another."""
    try:
        with ZipFile(BytesIO(content)) as old:
            parts = {name: old.read(name) for name in old.namelist()}
    except BadZipFile:
        return damaged(random, content)
    name = random.choice(list(parts))
    match random.randrange(5):
        case 0:
            parts[name] = damaged(random, parts[name])
        case 1:
            del parts[name]
        case 2:
            parts[name] = parts[random.choice(list(parts))]
        case _:
            parts[name] = reworded(random, parts[name])
    whole = BytesIO()
    with ZipFile(whole, "w", ZIP_DEFLATED) as new:
        for one, told in parts.items():
            new.writestr(one, told)
    return whole.getvalue()


MUTATIONS: dict[str, tuple[Mutation, ...]] = {
    "xlsx": (damaged, repacked, repacked, repacked),
    "ods": (damaged, repacked, repacked, repacked),
    "csv": (damaged, reworded, reworded),
}


def made_up(random: Random) -> list[list[object]]:
    """Return the rows of a table some of whose cells hold what nobody should write."""
    rows: list[list[object]] = [[*row, *[None] * (len(HEADINGS) - len(row))] for row in ROWS]
    for _ in range(random.randint(0, 5)):
        random.choice(rows)[random.randrange(len(HEADINGS))] = random.choice(HOSTILE[2:])
    return rows


def brought(random: Random, kind: str) -> bytes:
    """Return a file that somebody might bring."""
    try:
        content = WRITERS[kind]({"Suivi": made_up(random)})
    except ValueError:
        # What its library does not write, nobody brings.
        content = WRITERS[kind]({"Suivi": ROWS})
    return content if random.randrange(6) == 0 else random.choice(MUTATIONS[kind])(random, content)


def entered(agency: Agency, content: bytes, name: str) -> int:
    """Enter the good rows of a file, look at each file that it opens, and return how many there are."""
    importing = agency.importing()
    table = read_table(content, name, known=importing.headings("cipi"))
    columns = importing.recognise(table, "cipi", "lyon", told={})
    count = 0
    for row in importing.save(ImportRequest(table, columns, "cipi", "m.durand", "lyon")):
        assert row.result.stands == (not row.faults)
        assert all(fault.words.strip().endswith(".") for fault in row.faults)
        if row.result is RowResult.CREATED:
            case = agency.store.load(row.ref)
            assert (case.title, case.version) == (row.title, row.outcomes[-1].after.version)
            assert len(agency.store.journal(row.ref)) == case.version
            count += 1
    return count


@pytest.mark.slow
@pytest.mark.parametrize("kind", MUTATIONS)
def test_whatever_file_comes_in_files_are_whole(kind: str, first_seed: int) -> None:
    """No error but a sentence, no hang, no file in the base but those of rows that were said to go in."""
    random, agency, count = Random(f"{first_seed} {kind}"), Agency(), 0
    agency.clock.now = paris(12, 1, 10)
    for number in range(FILES // len(MUTATIONS) + 1):
        content, begin = brought(random, kind), monotonic()
        with suppress(EcheancierError):
            count += entered(agency, content, f"suivi.{kind}")
        assert monotonic() - begin < LONGEST, number
    assert len(list(agency.store.open_refs("cipi"))) <= count
    assert count
