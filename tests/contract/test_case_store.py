"""What every case store must do, checked on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Engine, event, select, text

from db.cases import statements
from db.cases.store import SqlCaseStore
from db.connection.engine import reading, writing
from db.connection.prepared import PreparedStatements
from db.mail.store import SqlNotificationStore
from db.schema import deadline_tables, tables
from tests.support.cases import (
    DAWN,
    START,
    MorningsBefore,
    a_case,
    a_deadline,
    a_paper,
    an_eligibility,
    at_once,
    is_final,
    opened,
    opening,
    some_hours,
    step,
    varied,
)
from tests.support.databases import rows, said, sizes
from workflow.case.case import Alert, Closing, EntryKind, FactValue, Outcome
from workflow.errors import NotFound, StaleCase, TakenReference
from workflow.ports.stores import CaseQuery, CaseStore, OpenDeadline
from workflow.rules.deadline_rules import Kind

REUNION = timezone(timedelta(hours=4))

VALUES: dict[str, FactValue] = {
    "une_date": date(2026, 9, 8),
    "un_instant": datetime(2026, 9, 8, 9, 30, tzinfo=REUNION),
    "un_entier": -12,
    "un_montant": Decimal("73.50"),
    "une_somme": Decimal("0.1") + Decimal("0.2"),
    "un_long_nombre": Decimal("99999999.99"),
    "zero": 0,
    "vrai": True,
    "faux": False,
    "un_texte": "L’été, « œuvre » ; DROP TABLE\nligne 2",
    "un_texte_vide": "",
}


def deadline_row(engine: Engine, rule: str) -> Any:
    """Return the row of a deadline, open or not."""
    return next(row for row in rows(engine, deadline_tables.deadline) if row.rule == rule)


def test_the_store_is_what_the_core_asks_for(case_store: SqlCaseStore) -> None:
    """The SQL store can stand wherever the core asks for a case store."""
    port: CaseStore = case_store
    assert port.find(CaseQuery()).total == 0


def test_an_opened_case_comes_back_as_it_was(case_store: SqlCaseStore) -> None:
    """A case is read back equal to what was saved, deadlines and explanations included."""
    case = a_case(funder="akto", documents={"cerfa": a_paper(date(2026, 3, 1))})
    case_store.save(opening(case))
    assert case_store.load(case.ref) == case


@pytest.mark.parametrize("name", VALUES)
def test_every_type_of_fact_comes_back(case_store: SqlCaseStore, name: str) -> None:
    """A fact is read back with its type and value, whatever its type."""
    found = opened(case_store, facts={name: VALUES[name]}).facts[name]
    assert (type(found), found) == (type(VALUES[name]), VALUES[name])


def test_an_instant_keeps_its_wall_clock(case_store: SqlCaseStore) -> None:
    """A fact or a deadline that is an instant keeps the hour and offset that were typed."""
    instant = datetime(2026, 9, 6, 9, 0, tzinfo=REUNION)
    case = opened(
        case_store,
        facts={"debut": instant},
        deadlines={"drf": a_deadline(strict=instant, expected_at=instant, chase_on=START)},
    )
    texts = [
        moment.isoformat()
        for moment in (case.facts["debut"], case.deadlines["drf"].dates.strict)
        if isinstance(moment, datetime)
    ]
    assert texts == ["2026-09-06T09:00:00+04:00"] * 2


def test_stored_instants_are_utc_and_aware(case_store: SqlCaseStore) -> None:
    """An instant recorded elsewhere is the same instant when read back, in UTC."""
    elsewhere = datetime(2026, 3, 2, 12, 0, tzinfo=REUNION)
    found = opened(case_store, opened_at=elsewhere).opened_at
    assert (found, found.tzinfo) == (elsewhere, UTC)


def test_an_advance_comes_back_as_it_was(case_store: SqlCaseStore) -> None:
    """State, facts, documents, deadlines and history after an act are what the outcome says."""
    case = opened(case_store)
    outcome = step(
        case,
        "drf_deposee",
        facts={"drf_deposee_le": date(2026, 9, 1), "demarrage_formation": None},
        documents={"cerfa": a_paper(date(2026, 3, 2))},
        deadlines={
            "contrat": case.deadlines["contrat"],
            "reponse_akto": a_deadline("reponse_akto"),
        },
    )
    case_store.save(outcome)
    assert case_store.load(case.ref) == outcome.after


def test_documents_and_facts_can_be_taken_back(case_store: SqlCaseStore) -> None:
    """What an act removes is no longer there, and what it changes has its new value."""
    case = opened(case_store, documents={"cerfa": a_paper(), "bulletin": a_paper()})
    later = date(2026, 10, 1)
    kept = {"bulletin": a_paper(later)}
    facts: dict[str, FactValue | None] = {"demarrage_formation": later}
    case_store.save(step(case, kind=EntryKind.CORRECTION, facts=facts, documents=kept))
    found = case_store.load(case.ref)
    assert (found.facts, found.documents) == ({"demarrage_formation": later}, kept)


def test_a_fact_that_changes_type_is_rewritten(case_store: SqlCaseStore) -> None:
    """1 and True are equal in Python and two facts for the store."""
    case = opened(case_store, facts={"prioritaire": 1})
    case_store.save(step(case, facts={"prioritaire": True}))
    assert case_store.load(case.ref).facts["prioritaire"] is True


def test_an_explanation_that_changes_alone_is_saved(
    case_store: SqlCaseStore, engine: Engine
) -> None:
    """A deadline explained otherwise, with the same dates, keeps its reminders."""
    case = opened(case_store)
    before = deadline_row(engine, "drf")
    reworded = varied(case.deadlines["drf"], warnings=("Portail changé.",))
    case_store.save(step(case, deadlines={**case.deadlines, "drf": reworded}))
    after = deadline_row(engine, "drf")
    assert case_store.load(case.ref).deadlines["drf"] == reworded
    assert (after.reminded_until, after.next_reminder_at) == (
        before.reminded_until,
        before.next_reminder_at,
    )


def test_the_journal_keeps_every_entry(case_store: SqlCaseStore) -> None:
    """Each write adds one entry, read back equal and in order."""
    case = opened(case_store)
    first = step(case, "drf_deposee", facts={"drf_deposee_le": datetime(2026, 9, 1, 8, tzinfo=UTC)})
    first = replace(
        first, entry=replace(first.entry, on=first.entry.at, forced=True, comment="«é»")
    )
    case_store.save(first)
    second = step(case_store.load(case.ref), kind=EntryKind.TRANSFER, owner=None)
    case_store.save(second)
    assert case_store.journal(case.ref)[1:] == (first.entry, second.entry)


@pytest.mark.parametrize("kind", EntryKind)
def test_the_journal_takes_every_kind_of_entry(case_store: SqlCaseStore, kind: EntryKind) -> None:
    """The constraint of the table knows every kind the core may write."""
    case = opened(case_store)
    case_store.save(step(case, kind=kind))
    assert case_store.journal(case.ref)[-1].kind is kind


def test_history_forgets_what_was_undone(case_store: SqlCaseStore) -> None:
    """The history of a case holds its actions but those that a later undo took back."""
    case = opened(case_store)
    case_store.save(step(case, "drf_deposee", action="deposer_drf"))
    case_store.save(step(case_store.load(case.ref), "drf_accordee", action="accorder_drf"))
    case_store.save(step(case_store.load(case.ref), "drf_deposee", kind=EntryKind.UNDO, undoes=3))
    case_store.save(step(case_store.load(case.ref), "drf_refusee", action="refuser_drf"))
    history = case_store.load(case.ref).history
    assert [entry.action for entry in history] == ["deposer_drf", "refuser_drf"]


def test_an_undo_that_was_undone_takes_nothing_back(case_store: SqlCaseStore) -> None:
    """Taking back an undo brings the action back into the history."""
    case = opened(case_store)
    case_store.save(step(case, "drf_deposee"))
    for seq in (2, 3):
        case_store.save(step(case_store.load(case.ref), kind=EntryKind.UNDO, undoes=seq))
    assert [entry.seq for entry in case_store.load(case.ref).history] == [2]


def test_an_unknown_reference_suggests_its_neighbour(case_store: SqlCaseStore) -> None:
    """A mistyped reference is not found, and the nearest existing one is named."""
    opened(case_store)
    for read in (case_store.load, case_store.journal):
        with pytest.raises(NotFound, match="le plus proche : « CIPI-2026-0001 »"):
            read("CIPI-2026-00O1")


def test_a_reference_is_taken_once(case_store: SqlCaseStore, engine: Engine) -> None:
    """A second case under the same reference, capitals apart, is refused and writes nothing."""
    opened(case_store)
    before = sizes(engine)
    for ref in ("CIPI-2026-0001", "cipi-2026-0001"):
        with pytest.raises(TakenReference, match="déjà prise ; choisissez-en une autre") as refusal:
            case_store.save(opening(a_case(ref, title="Un autre")))
        assert refusal.value.ref == ref
    assert sizes(engine) == before


def test_a_number_is_taken_whatever_the_capitals(case_store: SqlCaseStore) -> None:
    """A reference typed in small letters is not proposed again in capitals."""
    opened(case_store, "cipi-2026-0007")
    assert case_store.next_ref("CIPI", 2026) == "CIPI-2026-0008"


def test_a_prepared_statement_reads_what_any_other_does(
    case_store: SqlCaseStore, engine: Engine
) -> None:
    """Instants, JSON and booleans come out of a prepared statement as SQLAlchemy reads them."""
    case = opened(case_store)
    known = {"known_ref": case.ref}
    with reading(engine) as connection:
        for statement in (statements.JOURNAL, statements.CASE):
            expected = [tuple(row) for row in connection.execute(statement, known)]
            found = PreparedStatements().read(connection, statement, known)
            assert [tuple(row) for row in found] == expected


def test_a_stale_case_is_refused(case_store: SqlCaseStore, engine: Engine) -> None:
    """Whoever saves second is refused on that very case, and nothing of theirs is written."""
    case = opened(case_store)
    case_store.save(step(case, "drf_deposee", by="a.martin"))
    case_store.save(
        step(case_store.load(case.ref), "drf_accordee", by="z.petit", action="accorder")
    )
    before = sizes(engine)
    with pytest.raises(StaleCase) as refusal:
        case_store.save(step(case, "abandonne", facts={"motif": "test"}))
    assert refusal.value.ref == case.ref
    assert sizes(engine) == before
    assert case_store.load(case.ref).state == "drf_accordee"


def test_saving_a_case_that_does_not_exist_is_refused(case_store: SqlCaseStore) -> None:
    """An act on a reference that nobody bears is not found."""
    with pytest.raises(NotFound):
        case_store.save(step(a_case("CIPI-2026-0404"), "drf_deposee"))


def test_of_two_acts_at_once_exactly_one_wins(case_store: SqlCaseStore) -> None:
    """Two persons who act on the same version: one is written, the other refused."""
    case = opened(case_store)
    for _ in range(10):
        case = case_store.load(case.ref)
        one, two = step(case, by="a.martin"), step(case, by="z.petit")
        results = at_once(lambda: case_store.save(one), lambda: case_store.save(two))  # noqa: B023
        assert sorted(type(result).__name__ for result in results) == ["NoneType", "StaleCase"]
    assert len(case_store.journal(case.ref)) == case.version + 1


def test_of_two_openings_at_once_exactly_one_wins(case_store: SqlCaseStore) -> None:
    """Two cases opened at once under the same reference: one is written, the other refused."""
    results = at_once(
        lambda: case_store.save(opening(a_case(title="Un"))),
        lambda: case_store.save(opening(a_case(title="Deux"))),
    )
    assert sorted(type(result).__name__ for result in results) == ["NoneType", "TakenReference"]


@pytest.mark.parametrize("nth", range(1, 9))
def test_a_failure_in_the_middle_leaves_nothing(
    case_store: SqlCaseStore, engine: Engine, nth: int
) -> None:
    """Whichever statement of a write fails, none of it remains."""
    case = opened(case_store, hours=(some_hours(),), eligibility=an_eligibility())
    before = sizes(engine)
    seen = 0

    def fail(*_: Any) -> None:
        nonlocal seen
        seen += 1
        if seen == nth + 1:
            raise RuntimeError("panne")

    # The statement that follows the nth is never run: the first n are already in the transaction.
    event.listen(engine, "before_cursor_execute", fail)
    outcome = step(
        case, "drf_deposee", facts={"drf_deposee_le": START, "demarrage_formation": None},
        documents={"cerfa": a_paper()}, deadlines={"reponse": a_deadline("reponse")},
        hours=(some_hours(2),), eligibility=an_eligibility("autre"),
    )  # fmt: skip
    try:
        with pytest.raises(RuntimeError, match="panne"):
            case_store.save(outcome)
    finally:
        event.remove(engine, "before_cursor_execute", fail)
    assert sizes(engine) == before
    assert case_store.load(case.ref) == case


def test_a_broken_constraint_leaves_nothing(case_store: SqlCaseStore, engine: Engine) -> None:
    """A journal entry that exists already undoes the whole write."""
    case = opened(case_store)
    outcome = step(case, "drf_deposee")
    clash = replace(outcome, entry=replace(outcome.entry, seq=1))
    with pytest.raises(Exception, match="journal"):
        case_store.save(clash)
    assert case_store.load(case.ref) == case
    assert sizes(engine)["journal"] == 1


def test_one_advance_is_a_fixed_number_of_statements(
    case_store: SqlCaseStore, engine: Engine
) -> None:
    """Reading a case takes two statements and an ordinary act five, whatever the case holds."""
    case = opened(
        case_store,
        facts={f"fait_{number}": number for number in range(30)},
        hours=tuple(some_hours(number) for number in range(30)),
        eligibility=an_eligibility(),
        alerts=(Alert("Durée", "trop courte."),),
    )
    with said(engine) as read:
        case_store.load(case.ref)
    new = {rule: a_deadline(rule) for rule in ("a", "b", "c")}
    more: dict[str, FactValue | None] = {f"autre_{number}": number for number in range(30)}
    with said(engine) as written:
        case_store.save(step(case, facts=more, documents={"cerfa": a_paper()}, deadlines=new))
    assert (len(read), len(written)) == (2, 5)


def test_a_deadline_is_silent_before_it_exists(case_store: SqlCaseStore, engine: Engine) -> None:
    """A reminder planned before the deadline was known is never sent: the next one is."""
    seven_days_late = datetime(2026, 8, 30, 8, tzinfo=UTC)
    case_store.save(opening(a_case(opened_at=seven_days_late)))
    row = deadline_row(engine, "drf")
    assert row.reminded_until == seven_days_late
    assert row.next_reminder_at == datetime(2026, 9, 2, 8, tzinfo=UTC)


def test_a_moved_deadline_is_armed_anew(case_store: SqlCaseStore, engine: Engine) -> None:
    """A deadline that moves keeps its row and counts its reminders from the act on."""
    case = opened(case_store)
    old = deadline_row(engine, "drf")
    moved = a_deadline("drf", date(2026, 10, 1))
    outcome = step(case, deadlines={**case.deadlines, "drf": moved})
    case_store.save(outcome)
    row = deadline_row(engine, "drf")
    assert (row.id, row.status, row.act_on) == (old.id, "ouverte", date(2026, 10, 1))
    assert row.reminded_until == outcome.entry.at
    assert row.next_reminder_at == datetime(2026, 9, 24, 8, tzinfo=UTC)


def test_a_met_deadline_is_closed_and_silent(case_store: SqlCaseStore, engine: Engine) -> None:
    """A deadline met late says so, has no next reminder, and no longer shows in the agenda."""
    case = opened(case_store)
    contrat = {"contrat": case.deadlines["contrat"]}
    outcome = step(case, deadlines=contrat)
    late = Closing(case.deadlines["drf"], met=True, on=date(2026, 9, 10), late=True)
    case_store.save(replace(outcome, closed=(late,)))
    row = deadline_row(engine, "drf")
    assert (row.status, row.closed_on, row.late) == ("tenue", date(2026, 9, 10), True)
    assert row.next_reminder_at is None
    assert [line.deadline.id for line in case_store.open_deadlines()] == ["contrat"]


def test_an_unproved_deadline_says_what_is_missing(
    case_store: SqlCaseStore, notification_store: SqlNotificationStore, engine: Engine
) -> None:
    """A deadline that nothing proves is silent, keeps what is missing, and is told each morning."""
    case = opened(case_store)
    contrat = {"contrat": case.deadlines["contrat"]}
    outcome = step(case, deadlines=contrat)
    lacking = replace(case.deadlines["drf"], missing=("« Saisie » (saisie_le)",))
    case_store.save(replace(outcome, closed=(Closing(lacking, met=False),)))
    row = deadline_row(engine, "drf")
    assert (row.status, row.closed_on, row.late) == ("non_verifiee", None, False)
    assert row.next_reminder_at is None
    assert [line.deadline.id for line in case_store.open_deadlines()] == ["contrat"]
    told = notification_store.open_deadlines(date(2020, 1, 1), date(2020, 1, 1))
    assert [line.deadline.missing for line in told] == [lacking.missing]


def test_a_dropped_deadline_is_not_a_met_one(case_store: SqlCaseStore, engine: Engine) -> None:
    """A deadline that the case no longer awaits is recorded as dropped."""
    case = opened(case_store)
    outcome = replace(step(case, deadlines={}), closed=())
    case_store.save(outcome)
    assert deadline_row(engine, "drf").status == "levee"


def test_an_undone_act_brings_its_deadline_back(case_store: SqlCaseStore, engine: Engine) -> None:
    """A deadline met, then awaited again, is open in the same row and armed from the undo on."""
    case = opened(case_store)
    case_store.save(step(case, deadlines={}))
    undo = step(
        case_store.load(case.ref), kind=EntryKind.UNDO, undoes=2, deadlines=case.deadlines,
        at=datetime(2026, 9, 1, tzinfo=UTC),
    )  # fmt: skip
    case_store.save(undo)
    row = deadline_row(engine, "drf")
    assert (row.status, row.closed_on, row.late) == ("ouverte", None, False)
    assert row.next_reminder_at == datetime(2026, 9, 2, 8, tzinfo=UTC)
    assert sizes(engine)["deadline"] == 2


def test_a_closed_case_awaits_nothing(case_store: SqlCaseStore) -> None:
    """In a final state no deadline stays open, even one that the outcome still holds."""
    case = opened(case_store)
    case_store.save(step(case, "abandonne"))
    assert not list(case_store.open_deadlines())
    assert not case_store.load(case.ref).deadlines


def test_a_reopened_case_awaits_again(case_store: SqlCaseStore) -> None:
    """A case taken back from a final state shows in lists and agendas again."""
    case = opened(case_store)
    case_store.save(step(case, "clos", deadlines={}))
    closed = case_store.load(case.ref)
    back = step(closed, "preparation", kind=EntryKind.UNDO, undoes=2, deadlines=case.deadlines)
    case_store.save(back)
    assert len(list(case_store.open_deadlines())) == 2
    assert case_store.find(CaseQuery()).total == 1


def test_a_transfer_changes_who_is_told(case_store: SqlCaseStore) -> None:
    """After a transfer, the deadlines are those of the new owner and agency."""
    case = opened(case_store)
    case_store.save(step(case, kind=EntryKind.TRANSFER, owner="z.petit", agency="dijon"))
    whose = {(line.owner, line.agency) for line in case_store.open_deadlines()}
    assert whose == {("z.petit", "dijon")}


def test_a_transfer_counts_with_the_new_agency(engine: Engine) -> None:
    """Another agency, other reminders: planned anew from what was already dealt with."""
    schedule = MorningsBefore(agencies=(("dijon", (3,)),))
    store = SqlCaseStore(engine, schedule, is_final)
    case = opened(store)
    before = deadline_row(engine, "drf")
    store.save(step(case, kind=EntryKind.TRANSFER, agency="dijon"))
    after = deadline_row(engine, "drf")
    assert after.next_reminder_at == datetime(2026, 8, 31, 8, tzinfo=UTC)
    assert after.reminded_until == before.reminded_until


def test_references_follow_one_another(case_store: SqlCaseStore) -> None:
    """The next reference is one more than the last of its prefix and year, on four digits."""
    assert case_store.next_ref("CIPI", 2026) == "CIPI-2026-0001"
    for ref in ("CIPI-2026-0007", "CIPI-2025-0042", "CIF-CDD-2026-0003", "CIPI-2026-VIP"):
        opened(case_store, ref)
    assert case_store.next_ref("CIPI", 2026) == "CIPI-2026-0008"
    assert case_store.next_ref("CIF-CDD", 2026) == "CIF-CDD-2026-0004"


@pytest.mark.parametrize(
    ("taken", "following"),
    [
        (["CIPI-2026-0998", "CIPI-2026-9999"], "CIPI-2026-10000"),
        (["CIPI-2026-9999", "CIPI-2026-10000"], "CIPI-2026-10001"),
        (["CIPI-2026-9999", "CIPI-2026-99999"], "CIPI-2026-100000"),
        (["CIPI-2026-12345678901234567890"], "CIPI-2026-0001"),
    ],
)
def test_references_grow_past_9999(
    case_store: SqlCaseStore, taken: list[str], following: str
) -> None:
    """After 9999 comes 10000; a number too long to be ours is left out of account."""
    for ref in taken:
        opened(case_store, ref)
    assert case_store.next_ref("CIPI", 2026) == following


def many(store: CaseStore, count: int) -> None:
    """Open cases that differ in procedure, agency, owner and state."""
    for number in range(1, count + 1):
        odd = number % 2 == 1
        opened(
            store,
            f"{'CIPI' if odd else 'PTP'}-2026-{number:04}",
            procedure="cipi" if odd else "ptp",
            agency="lyon" if number % 3 else "dijon",
            owner="m.durand" if number % 5 else None,
            state="clos" if number % 4 == 0 else "preparation",
            title=f"Hélène Cœur n° {number}" if odd else f"Bruno 100% _ {number}",
            deadlines={} if number % 4 == 0 else {"drf": a_deadline()},
        )


def refs(page: Any) -> list[str]:
    """Return the references of a page."""
    return [line.ref for line in page.lines]


def test_pages_follow_one_another_without_gap(case_store: SqlCaseStore) -> None:
    """Reading page after page gives every open case once, in order of reference."""
    many(case_store, 20)
    whole = refs(case_store.find(CaseQuery()))
    page, read = case_store.find(CaseQuery(limit=4)), []
    while page.lines:
        read.extend(refs(page))
        page = case_store.find(CaseQuery(limit=4, after=page.lines[-1].ref))
    assert read == whole == sorted(whole)
    assert (len(read), page.total) == (15, 15)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (CaseQuery(), 15),
        (CaseQuery(closed=True), 20),
        (CaseQuery(procedure="ptp"), 5),
        (CaseQuery(procedure="ptp", closed=True), 10),
        (CaseQuery(agency="dijon"), 5),
        (CaseQuery(owner="m.durand"), 12),
        (CaseQuery(state="clos", closed=True), 5),
        (CaseQuery(state="clos"), 0),
        (CaseQuery(text="helene coeur"), 10),
        (CaseQuery(text="HÉLÈNE"), 10),
        (CaseQuery(text="cipi-2026-001"), 5),
        (CaseQuery(text="100%"), 5),
        (CaseQuery(text="% _"), 5),
        (CaseQuery(text="' OR 1=1"), 0),
        (CaseQuery(agency="lyon", owner="m.durand", procedure="cipi"), 6),
    ],
)
def test_lists_filter(case_store: SqlCaseStore, query: CaseQuery, expected: int) -> None:
    """Each filter keeps what it says, whatever the accents and capitals, and the total agrees."""
    many(case_store, 20)
    page = case_store.find(query)
    assert (len(page.lines), page.total) == (expected, expected)


@pytest.mark.parametrize(
    ("title", "typed"),
    [
        ("Ayşe Yıldız", "yildiz ayse"),
        ("Đặng Văn Hùng", "dang"),
        ("Łukasz Wójcik", "lukasz"),
        ("Søren Ødegård", "odegard soren"),
        ("Hüseyin IŞIK", "ışık"),
        ("Saint-Étienne Bâtiment", "saint etienne"),
        ("Saint Étienne Bâtiment", "saint-etienne"),
        ("Jean-Pierre Durand", "jeanpierre"),
        ("Jeanpierre Durand", "jean-pierre"),
        ("Linh N’Guyen", "nguyen"),
        ("Linh Nguyen", "n'guyen"),
        ("Linh NʼGuyen", "N’guyen"),
    ],
)
def test_a_name_is_found_however_it_is_typed(
    case_store: SqlCaseStore, title: str, typed: str
) -> None:
    """Letters that a keyboard lacks, apostrophes, hyphens and spaces hide nobody."""
    opened(case_store, title=title)
    opened(case_store, "CIPI-2026-0002", title="Somebody else")
    assert refs(case_store.find(CaseQuery(text=typed))) == ["CIPI-2026-0001"]


@pytest.mark.parametrize(
    "typed",
    [
        "12345678200010",
        "123 456 782 00010",
        "drf-2026/004512",
        "DRF 2026 004 512",
        "cariste 004512",
    ],
)
def test_a_file_is_found_by_the_numbers_that_others_gave_it(engine: Engine, typed: str) -> None:
    """A number finds its file, in groups or not, from the day it is noted until it is taken back."""
    numbers = {"numero": "DRF-2026/004 512", "siret": "12345678200010"}
    store = SqlCaseStore(
        engine,
        MorningsBefore(),
        is_final,
        numbers=lambda case: [str(case.facts[name]) for name in numbers if name in case.facts],
    )
    opened(store, "CIPI-2026-0002", facts={"numero": "DRF-2026/004 513"})
    case = opened(store)
    assert refs(store.find(CaseQuery(text=typed))) == []
    store.save(step(case, kind=EntryKind.CORRECTION, action=None, facts=dict(numbers)))
    assert refs(store.find(CaseQuery(text=typed))) == [case.ref]
    with pytest.raises(NotFound, match="c’est un numéro de CIPI-2026-0001"):
        store.load("DRF2026/004512")
    for odd in ("%", "DRF%", "x" * 60_000):
        with pytest.raises(NotFound, match=r"n’existe pas(?! ; c’est)"):
            store.load(odd)
    gone = dict.fromkeys(numbers)
    store.save(step(store.load(case.ref), kind=EntryKind.CORRECTION, action=None, facts=gone))
    assert refs(store.find(CaseQuery(text=typed))) == []


def test_a_line_shows_the_most_urgent_deadline(case_store: SqlCaseStore) -> None:
    """A line of the list carries the deadline to act on first, or none."""
    case = opened(case_store)
    opened(case_store, "CIPI-2026-0002", deadlines={})
    first, second = case_store.find(CaseQuery()).lines
    assert first.next_deadline == case.deadlines["drf"]
    assert second.next_deadline is None
    assert (first.title, first.state, first.version) == (case.title, case.state, 1)


def agenda(store: CaseStore) -> None:
    """Open five cases, each with a deadline a day later than the one before."""
    for number in range(1, 6):
        opened(
            store,
            f"CIPI-2026-{6 - number:04}",
            agency="lyon" if number < 4 else "dijon",
            owner="m.durand" if number % 2 else "z.petit",
            deadlines={"drf": a_deadline(prudent=date(2026, 9, number))},
        )


def days(lines: Any) -> list[int]:
    """Return the days to act, in the order given."""
    return [line.deadline.dates.act_on.day for line in lines]


def test_deadlines_come_most_urgent_first(case_store: SqlCaseStore) -> None:
    """The agenda is in order of the day to act, each filter narrowing it."""
    agenda(case_store)
    assert days(case_store.open_deadlines()) == [1, 2, 3, 4, 5]
    assert days(case_store.open_deadlines(until=date(2026, 9, 3))) == [1, 2, 3]
    assert days(case_store.open_deadlines(overdue_on=date(2026, 9, 3))) == [1, 2]
    assert days(case_store.open_deadlines(agency="dijon")) == [4, 5]
    assert days(case_store.open_deadlines(owner="z.petit", limit=1)) == [2]


def test_what_decides_comes_first_of_its_day(case_store: SqlCaseStore) -> None:
    """Of one day: what can no longer wait, then the law before the house, then the nearest limit."""
    day = date(2026, 9, 3)
    found = {
        "a": a_deadline("a", day, kind=Kind.INTERNAL, strict=date(2026, 9, 5)),
        "b": a_deadline("b", day),
        "c": a_deadline("c", day, strict=datetime(2026, 9, 7, 9, tzinfo=REUNION)),
        "d": a_deadline("d", day, strict=date(2026, 9, 6)),
        "e": a_deadline("e", day, kind=Kind.INTERNAL, strict=day),
        "f": a_deadline("f", date(2026, 9, 2), kind=Kind.INTERNAL),
    }
    opened(case_store, deadlines=found)

    def order(**filters: Any) -> str:
        return "".join(line.deadline.id for line in case_store.open_deadlines(**filters))

    assert order() == order(agency="lyon") == "fedcba"
    # On the sixth, the limit of the house on the fifth is past, and that of the seventh is not.
    assert order(overdue_on=date(2026, 9, 6)) == "fdeacb"
    (line,) = case_store.find(CaseQuery()).lines
    assert line.next_deadline == found["f"]


def test_an_open_deadline_says_whose_it_is(case_store: SqlCaseStore) -> None:
    """A line of the agenda carries the case, the whole deadline and where its reminders stand."""
    case = opened(case_store, deadlines={"drf": a_deadline()})
    (line,) = case_store.open_deadlines()
    assert line == OpenDeadline(
        id=line.id,
        ref=case.ref,
        title=case.title,
        procedure="cipi",
        state="preparation",
        agency="lyon",
        owner="m.durand",
        deadline=case.deadlines["drf"],
        reminded_until=DAWN,
        next_reminder_at=datetime(2026, 8, 27, 8, tzinfo=UTC),
    )


def test_a_stream_can_be_left_half_read(case_store: SqlCaseStore) -> None:
    """Whoever reads only the first deadlines keeps nothing open: others can write at once."""
    agenda(case_store)
    lines = case_store.open_deadlines()
    first = next(lines)
    del lines
    case_store.save(step(case_store.load(first.ref), "drf_deposee"))
    assert case_store.load(first.ref).state == "drf_deposee"


def test_reading_sees_one_state_of_the_database(case_store: SqlCaseStore, engine: Engine) -> None:
    """What is written while a reader reads does not show before the reader is done."""
    case = opened(case_store)
    version = select(tables.case_file.c.version)
    with reading(engine) as connection:
        before = connection.scalar(version)
        case_store.save(step(case, "drf_deposee"))
        assert connection.scalar(version) == before == 1
    with reading(engine) as connection:
        assert connection.scalar(version) == 2


def test_nothing_that_is_spoken_of_can_be_deleted(case_store: SqlCaseStore, engine: Engine) -> None:
    """The database refuses to delete a case that has a journal."""
    opened(case_store)
    with pytest.raises(Exception, match=r"(?i)foreign key"), writing(engine) as connection:
        connection.execute(text("DELETE FROM case_file"))


def test_an_outcome_that_was_not_saved_leaves_no_trace(case_store: SqlCaseStore) -> None:
    """Preparing an act writes nothing: that is what a dry run is."""
    case = opened(case_store)
    outcome: Outcome = step(case, "drf_deposee")
    assert outcome.after != case
    assert case_store.load(case.ref) == case
