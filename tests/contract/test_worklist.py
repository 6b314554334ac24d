"""What the list of open files must do, checked on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product
from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace
from sqlalchemy import Engine, text

from db.cases.store import SqlCaseStore
from db.connection.engine import writing
from db.schema import tables
from db.worklist.first_page import first_page
from db.worklist.pages import SqlWorklist
from tests.support.cases import a_case, a_deadline, opening, step, varied
from tests.support.databases import rows, said
from tests.support.notifications import digest_for, make_directory, paris
from workflow.calendar.calendars import calendar
from workflow.case.case import Alert, Dates, Deadline
from workflow.rules.deadline_rules import Kind
from workflow.text.day_ends import day_of_end
from workflow.text.folding import searchable
from workflow.worklist.worklist import FirstPage, WorkDay, WorkGroup, Worklist, WorkQuery, group_of

MONDAY = date(2026, 9, 14)
DAY = WorkDay.of(MONDAY, calendar())
ALL = WorkQuery(DAY)


@pytest.fixture
def worklist(engine: Engine) -> Iterator[SqlWorklist]:
    """Return the list of the same database as `case_store`."""
    found = SqlWorklist(engine)
    yield found
    found.close()


def after(days: int) -> date:
    """Return a day so many days after the Monday of these tests."""
    return MONDAY + timedelta(days=days)


def an_act(prudent: int, strict: int | None = None, rule: str = "drf", **more: object) -> Deadline:
    """Return a deadline of the agency's own, its days counted from the Monday."""
    kind = Kind.REGULATORY if strict is not None else Kind.INTERNAL
    limit = None if strict is None else after(strict)
    return a_deadline(rule, after(prudent), kind, strict=limit, **more)


def a_reply(chase: int, rule: str = "reponse_akto") -> Deadline:
    """Return a reply that somebody else owes, to be chased so many days after the Monday."""
    at = datetime.combine(after(chase - 1), datetime.min.time(), UTC)
    return varied(
        a_deadline(rule, after(chase)),
        prudent=None,
        strict=None,
        expected_at=at,
        chase_on=after(chase),
    )


def a_file(store: SqlCaseStore, ref: str, *deadlines: Deadline, **more: object) -> str:
    """Open a file that awaits some deadlines."""
    awaited = {deadline.id: deadline for deadline in deadlines}
    store.save(opening(a_case(ref=ref, deadlines=awaited, **more)))
    return ref


def shown(worklist: Worklist, query: WorkQuery = ALL) -> list[tuple[str, str, str | None]]:
    """Return the group, reference and deadline of each line."""
    return [(row.group.value, row.ref, row.deadline) for row in worklist.page(query)]


def test_a_file_stands_once_where_it_presses_most(
    case_store: SqlCaseStore, worklist: SqlWorklist
) -> None:
    """Groups come in order, and a file that several dates concern shows the most pressing one."""
    a_file(case_store, "IDLE-2026-0001")
    a_file(case_store, "LATER-2026-0001", an_act(40, 41), an_act(30, 31, "contrat"))
    a_file(case_store, "WAIT-2026-0001", an_act(50, 51), a_reply(3))
    a_file(case_store, "OPEN-2026-0001", an_act(60, 62, opens_on=after(2)))
    a_file(case_store, "WEEK-2026-0001", an_act(5, 6), a_reply(2))
    a_file(case_store, "CHASE-2026-0001", an_act(5, 6), a_reply(-1))
    a_file(case_store, "TODAY-2026-0001", an_act(0, 2), a_reply(-4))
    a_file(case_store, "LOST-2026-0001", an_act(-3, -1))
    a_file(case_store, "LATE-2026-0001", an_act(-1, 1))
    assert shown(worklist) == [
        ("en_retard", "LATE-2026-0001", "drf"),
        ("en_retard", "LOST-2026-0001", "drf"),
        ("aujourdhui", "TODAY-2026-0001", "drf"),
        ("relances", "CHASE-2026-0001", "reponse_akto"),
        ("semaine", "WEEK-2026-0001", "drf"),
        ("ouvertures", "OPEN-2026-0001", "drf"),
        ("attente", "WAIT-2026-0001", "reponse_akto"),
        ("plus_tard", "LATER-2026-0001", "contrat"),
        ("sans_echeance", "IDLE-2026-0001", None),
    ]


def test_what_can_be_saved_comes_before_what_is_lost(
    case_store: SqlCaseStore, worklist: SqlWorklist
) -> None:
    """Among late files, a limit still ahead comes first, then those past, then targets without one."""
    for ref, act, strict in (
        ("A-2026-0001", -9, -2),
        ("B-2026-0001", -1, 4),
        ("C-2026-0001", -8, 9),
        ("D-2026-0001", -12, None),
        ("E-2026-0001", -12, -10),
    ):
        a_file(case_store, ref, an_act(act, strict))
    assert [row.ref[0] for row in worklist.page(ALL)] == ["B", "C", "E", "A", "D"]


def test_digest_and_list_rank_alike(case_store: SqlCaseStore, worklist: SqlWorklist) -> None:
    """Whatever the dates and the money, both show files in one order, and show the same date of each.

    A limit lost, or lost today, comes before every target of the agency.
    """
    draw = Random(2026)
    for number in range(150):
        act = draw.choice([-9, -3, -2, -1, 0, 0, 1, 2, 6])
        law = an_act(act, draw.choice([act, act + 1, act + 3, max(act, 0)]))
        targets = [an_act(draw.randrange(-12, 7), rule=f"objectif_{n}") for n in range(2)]
        awaited = draw.sample([law, *targets], draw.randrange(1, 4))
        stake = draw.choice(
            [None, Decimal(10), Decimal("2835.00"), Decimal("2835.00"), Decimal(90_000)]
        )
        more = {"owner": "zoe", "agency": "dijon", "stake": stake}
        a_file(case_store, f"R-2026-{number:04}", *awaited, **more)
    shown = [group for group in WorkGroup if group in {"en_retard", "aujourdhui", "semaine"}]
    listed = [
        (row.ref, row.deadline)
        for group in shown
        for row in worklist.page(replace(ALL, group=group, limit=500))
    ]
    reader = make_directory().recipient("zoe", "dijon")
    digest = digest_for(reader, paris(MONDAY, 7, 30), list(case_store.open_deadlines()))
    lines = [line for part in digest.sections for line in part.lines]
    told = {line.ref: line.deadline for line in reversed(lines)}
    assert listed == list(dict.fromkeys((line.ref, told[line.ref]) for line in lines))
    lost = [n for n, line in enumerate(lines) if line.strict and day_of_end(line.strict) <= MONDAY]
    first = next(n for n, line in enumerate(lines) if line.internal)
    assert max(lost) < first


def test_a_line_says_what_a_list_shows(case_store: SqlCaseStore, worklist: SqlWorklist) -> None:
    """A line carries whose file it is, its dates and its alerts, and no explanation."""
    ref = a_file(
        case_store,
        "CIPI-2026-0001",
        an_act(3, 5, opens_on=after(-20)),
        funder="akto",
        owner="c.vasseur",
        agency="metz",
        alerts=(Alert("Dates", "il en manque une."),),
    )
    (row,) = worklist.page(ALL)
    assert (row.ref, row.funder, row.owner, row.agency) == (ref, "akto", "c.vasseur", "metz")
    assert (row.version, row.alerts, row.internal) == (1, 1, False)
    assert row.dates == Dates(prudent=after(3), strict=after(5), opens_on=after(-20))
    assert worklist.rows([row.id], ALL) == (row,)


FAR = [date.max, after(-400), *map(after, (-4, -3, -1, 0, 1, 6, 7, 8, 90))]


def test_sql_and_the_core_agree_on_the_group_of_a_file(
    case_store: SqlCaseStore, engine: Engine, worklist: SqlWorklist
) -> None:
    """Whatever the dates of a file, it is listed once, in the group that the core gives it."""
    row = case_row(case_store, engine)
    # What the law leaves never ends before one should have acted.
    dates = [days for days in product(FAR, repeat=4) if days[0] <= days[1]]
    columns = ("act_on", "strict_on", "opens_on", "chase_on")
    with writing(engine) as connection:
        connection.execute(
            tables.case_file.insert(),
            [
                row
                | {"id": key, "ref": f"X{key}"}
                | {"law_on": days[0] if days[1] < date.max else date.max}
                | dict(zip(columns, days, strict=True))
                for key, days in enumerate(dates, 2)
            ],
        )
    expected = dict.fromkeys(WorkGroup, 0)
    for days in dates:
        expected[group_of(DAY, **dict(zip(columns, days, strict=True)))] += 1
    for query in (ALL, replace(ALL, owner="m.durand"), replace(ALL, agency="lyon")):
        assert dict(worklist.counts(query)) == expected
        for group, number in expected.items():
            # Thousands of lines are read once; whoever follows them, a page tells.
            limit = 20_000 if query is ALL else 50
            lines = worklist.page(replace(query, group=group, limit=limit))
            assert ({line.group for line in lines}, len(lines)) == ({group}, min(number, limit))


def case_row(store: SqlCaseStore, engine: Engine) -> dict[str, object]:
    """Return the row of a case that is closed at once, to make others like it."""
    store.save(opening(a_case(ref="X1", owner="m.durand", agency="lyon")))
    (found,) = rows(engine, tables.case_file)
    with writing(engine) as connection:
        connection.execute(tables.case_file.update().values(is_open=False))
    return dict(found._mapping)


def many(store: SqlCaseStore, number: int) -> list[str]:
    """Open files of every group, several a day."""
    kinds = (
        lambda n: (an_act(-n % 9 - 1, 3),),
        lambda n: (an_act(n % 40, n % 40 + 2),),
        lambda n: (an_act(70, 72), a_reply(n % 7 - 3)),
        lambda n: (an_act(60, 62, opens_on=after(n % 9 - 1)),),
        lambda _: (),
    )
    return [
        a_file(
            store,
            f"M-2026-{n:04}",
            *kinds[n % 5](n),
            agency=("lyon", "metz")[n % 2],
            owner=("a", "b", None)[n % 3],
            procedure=("cipi", "ptp")[n % 4 == 0],
            title=f"Élodie n° {n}",
        )
        for n in range(number)
    ]


QUERIES = (
    ALL,
    replace(ALL, agency="metz"),
    replace(ALL, owner="a"),
    replace(ALL, owner=""),
    replace(ALL, procedure="ptp"),
    replace(ALL, group=WorkGroup.LATE),
    replace(ALL, group=WorkGroup.LATER, agency="lyon"),
    replace(ALL, text="ELODIE 1"),
)


def test_any_page_is_a_slice_of_the_whole_list(
    case_store: SqlCaseStore, worklist: SqlWorklist
) -> None:
    """Wherever a page starts and whatever the filters, it shows what the whole list shows there."""
    many(case_store, 120)
    for query in QUERIES:
        whole = worklist.page(replace(query, limit=1_000))
        counts = worklist.counts(query)
        assert len(whole) == (counts[query.group] if query.group else sum(counts.values())) > 0
        assert worklist.refs(query) == tuple(row.ref for row in whole)
        for offset in range(0, len(whole) + 3, 7):
            assert worklist.page(replace(query, limit=10, offset=offset)) == whole[offset:][:10]


def test_a_glance_shows_what_the_list_shows(
    case_store: SqlCaseStore, engine: Engine, worklist: SqlWorklist
) -> None:
    """What the driver reads by itself is what the list says: every count, and as many lines as asked."""
    url = engine.url.render_as_string(hide_password=False)
    assert first_page(url, DAY, 50) == FirstPage(dict.fromkeys(WorkGroup, 0), {}, ())
    many(case_store, 60)
    case_store.save(
        opening(a_case(ref="F-2026-0001", funder="akto", alerts=(Alert("Durée", "trop courte."),)))
    )
    for lines in (1, 25, 500):
        counts, debtors, shown = first_page(url, DAY, lines) or ({}, {}, ())
        assert (counts, debtors) == (worklist.counts(ALL), worklist.debtors(ALL))
        assert shown == worklist.page(replace(ALL, limit=lines)) != ()


def test_what_cannot_be_read_at_a_glance_is_left_to_the_stores(
    engine: Engine, tmp_path: Path
) -> None:
    """A database absent, of another version, broken or unknown gives nothing, and no file is made."""
    url = engine.url.render_as_string(hide_password=False)
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    absent, broken = tmp_path / "absent.db", tmp_path / "broken.db"
    broken.write_bytes(b"Ceci n'est pas une base." * 100)
    server = "postgresql://nobody@127.0.0.1:1/none"
    places = [url, f"sqlite:///{absent}", f"sqlite:///{broken}", f"sqlite:///{broken}?x=1", server]
    assert [first_page(place, DAY, 50) for place in places] == [None] * len(places)
    assert not absent.exists()


def test_filters_keep_what_they_name(case_store: SqlCaseStore, worklist: SqlWorklist) -> None:
    """A filter keeps the files it names, in the list, its counts and the lines of known files."""
    many(case_store, 30)
    case_store.save(
        opening(a_case(ref="F-2026-0001", funder="akto", alerts=(Alert("Durée", "trop courte."),)))
    )
    everything = worklist.page(replace(ALL, limit=100))
    for query, kept in (
        (replace(ALL, agency="metz"), lambda row: row.agency == "metz"),
        (replace(ALL, owner="b"), lambda row: row.owner == "b"),
        (replace(ALL, owner=""), lambda row: row.owner is None),
        (replace(ALL, funder="akto"), lambda row: row.funder == "akto"),
        (replace(ALL, state="preparation"), lambda row: row.state == "preparation"),
        (replace(ALL, flagged=True), lambda row: row.alerts > 0),
    ):
        expected = tuple(row for row in everything if kept(row))
        assert worklist.page(replace(query, limit=100)) == expected != ()
        assert sum(worklist.counts(query).values()) == len(expected)
        assert worklist.rows([row.id for row in everything], query) == expected


def test_an_act_moves_its_file(case_store: SqlCaseStore, worklist: SqlWorklist) -> None:
    """Counts that were kept are counted anew as soon as somebody writes."""
    ref = a_file(case_store, "CIPI-2026-0001", an_act(-3, -1))
    before = worklist.counts(ALL)
    awaited = {"contrat": an_act(3, 5, "contrat")}
    case_store.save(step(case_store.load(ref), "drf_deposee", deadlines=awaited))
    now = worklist.counts(ALL)
    assert (before[WorkGroup.LATE], before[WorkGroup.WEEK]) == (1, 0)
    assert (now[WorkGroup.LATE], now[WorkGroup.WEEK]) == (0, 1)


def test_a_closed_file_leaves_the_list(case_store: SqlCaseStore, worklist: SqlWorklist) -> None:
    """A file in a final state is neither listed, nor counted, nor found by its key."""
    ref = a_file(case_store, "CIPI-2026-0001", an_act(-3, -1))
    (row,) = worklist.page(ALL)
    case_store.save(step(case_store.load(ref), "clos", deadlines={}))
    assert (worklist.page(ALL), sum(worklist.counts(ALL).values())) == ((), 0)
    assert (worklist.rows([row.id], ALL), list(worklist.entries())) == ((), [])


def test_a_closed_file_is_found_apart(case_store: SqlCaseStore, worklist: SqlWorklist) -> None:
    """Finished files are found by what was typed and by the filters, the one opened last first."""
    refs = many(case_store, 4)
    for ref in refs[:3]:
        case_store.save(step(case_store.load(ref), "clos", deadlines={}))
    rows = worklist.finished(ALL)
    assert [row.ref for row in rows] == refs[2::-1]
    assert {(row.group, row.deadline) for row in rows} == {(WorkGroup.IDLE, None)}
    found = worklist.finished(replace(ALL, text=f"elodie {refs[2]}"))
    assert [row.ref for row in found] == [refs[2]]
    assert [row.ref for row in worklist.finished(replace(ALL, limit=1))] == [refs[2]]
    assert worklist.finished(replace(ALL, agency=rows[0].agency, owner="nobody")) == ()


def test_counts_are_kept_while_nobody_writes(
    case_store: SqlCaseStore, engine: Engine, worklist: SqlWorklist
) -> None:
    """Counting twice reads the files once."""
    many(case_store, 10)
    worklist.counts(ALL)
    with said(engine) as heard:
        worklist.counts(ALL)
    assert [statement for statement in heard if "case_file" in statement] == []


def test_the_mark_changes_when_somebody_writes(
    case_store: SqlCaseStore, worklist: SqlWorklist
) -> None:
    """The mark of the database stays while it is read, and changes with every write."""
    a_file(case_store, "CIPI-2026-0001")
    first = worklist.mark()
    worklist.page(ALL)
    assert worklist.mark() == first
    a_file(case_store, "CIPI-2026-0002")
    assert worklist.mark() != first


def test_every_open_file_can_be_searched(case_store: SqlCaseStore, worklist: SqlWorklist) -> None:
    """What files are searched by comes in order of key, from any key on."""
    refs = many(case_store, 12)
    found = list(worklist.entries())
    assert [entry.folded for entry in found] == [
        searchable(ref, f"Élodie n° {n}") for n, ref in enumerate(refs)
    ]
    assert (found[1].agency, found[1].owner, found[2].owner) == ("metz", "b", None)
    assert list(worklist.entries(found[7].id)) == found[8:]


def test_a_file_is_searched_by_what_presses(
    case_store: SqlCaseStore, worklist: SqlWorklist
) -> None:
    """The next act and the next reply have their rule and their days, and what comes later has not."""
    a_file(
        case_store,
        "A-2026-0001",
        *(an_act(1, 3), an_act(1, 9, "convention"), an_act(5, 6, "contrat")),
        *(a_reply(2), a_reply(1, "facture")),
    )
    a_file(case_store, "B-2026-0001", an_act(4))
    a_file(case_store, "C-2026-0001")
    first, second, third = worklist.entries()
    assert sorted(first.deadlines) == ["convention", "drf", "facture"]
    assert sorted(first.days) == [after(1), after(3)]
    assert (second.deadlines, second.days) == (("drf",), (after(4),))
    assert (third.deadlines, third.days) == ((), ())


def test_the_load_of_days_counts_every_date(
    case_store: SqlCaseStore, worklist: SqlWorklist
) -> None:
    """Each day has as many dates as are to be acted on, several of one file included."""
    a_file(case_store, "A-2026-0001", an_act(1, 2), an_act(1, 3, "contrat"), agency="lyon")
    a_file(case_store, "B-2026-0001", an_act(1, 2), a_reply(4), agency="metz", owner="a")
    a_file(case_store, "C-2026-0001", an_act(9, 10), agency="metz")
    days = after(0), after(8)
    assert worklist.load(ALL, *days) == {after(1): 3, after(4): 1}
    assert worklist.load(replace(ALL, owner="a"), *days) == {after(1): 1, after(4): 1}
    assert [
        (row.ref, row.deadline, row.dates and row.dates.act_on)
        for row in worklist.on_days(ALL, *days)
    ] == [
        ("A-2026-0001", "contrat", after(1)),
        ("A-2026-0001", "drf", after(1)),
        ("B-2026-0001", "drf", after(1)),
        ("B-2026-0001", "reponse_akto", after(4)),
    ]
    assert len(worklist.on_days(replace(ALL, agency="metz"), *days)) == 2


def test_a_strict_limit_stands_on_its_own_day(
    case_store: SqlCaseStore, worklist: SqlWorklist
) -> None:
    """Each day has the files that lose their act then, whatever else presses, until it is done."""
    ref = a_file(case_store, "A-2026-0001", an_act(-2, 0), agency="lyon")
    a_file(case_store, "B-2026-0001", an_act(2, 4), a_reply(-1), agency="metz", owner="a")
    a_file(case_store, "C-2026-0001", an_act(4, 4), agency="metz")
    a_file(case_store, "D-2026-0001", an_act(1), an_act(5, 6, "contrat"))
    a_file(case_store, "E-2026-0001", an_act(9, 12))
    days = after(0), after(8)
    assert worklist.limits(ALL, *days) == {after(0): 1, after(4): 1, after(6): 1}
    assert worklist.limits(replace(ALL, owner="a"), *days) == {after(4): 1}
    assert worklist.limits(replace(ALL, agency="lyon"), *days) == {after(0): 1, after(6): 1}
    assert [
        (row.ref, row.deadline, row.dates and row.dates.strict)
        for row in worklist.on_limits(ALL, *days)
    ] == [
        ("A-2026-0001", "drf", after(0)),
        ("B-2026-0001", "drf", after(4)),
        ("D-2026-0001", "contrat", after(6)),
    ]
    assert [row.ref for row in worklist.on_limits(replace(ALL, limit=1, offset=1), *days)] == [
        "B-2026-0001"
    ]
    case_store.save(step(case_store.load(ref), "drf_deposee", deadlines={}))
    assert worklist.limits(ALL, *days) == {after(4): 1, after(6): 1}


def test_nobody_is_listed_by_why_they_are_eligible(
    case_store: SqlCaseStore, engine: Engine, worklist: SqlWorklist
) -> None:
    """No request of the list reads the restricted part of a file."""
    many(case_store, 5)
    with said(engine) as heard:
        worklist.page(ALL)
        worklist.counts(ALL)
        list(worklist.entries())
        worklist.on_days(ALL, after(0), after(9))
        worklist.load(ALL, after(0), after(9))
        worklist.limits(ALL, after(0), after(9))
        worklist.on_limits(ALL, after(0), after(9))
    assert [statement for statement in heard if "eligibility" in statement] == []


def test_what_is_awaited_is_counted_by_funder(
    case_store: SqlCaseStore, worklist: SqlWorklist
) -> None:
    """Only replies that are awaited, and not overdue, count; a filter narrows them like the list."""
    a_file(case_store, "CIPI-2026-0001", a_reply(3))
    a_file(case_store, "CIPI-2026-0002", a_reply(4), agency="metz")
    a_file(case_store, "CIPI-2026-0003", a_reply(-1))
    a_file(case_store, "PTP-2026-0001", a_reply(9), procedure="ptp", funder="transitions_pro")
    found = worklist.debtors(ALL)
    assert found == {("cipi", None): 2, ("ptp", "transitions_pro"): 1}
    assert worklist.debtors(replace(ALL, agency="metz")) == {("cipi", None): 1}
