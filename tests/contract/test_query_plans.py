"""That what is asked all day long is found by an index, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Engine, event

from db.cases.store import SqlCaseStore
from db.connection.engine import reading
from db.mail.store import SqlNotificationStore
from db.worklist.pages import SqlWorklist
from notifications.model.messages import Lease, MessageQuery, MessageState
from tests.support.cases import a_case, a_session, opening, step
from workflow.calendar.calendars import calendar
from workflow.ports.stores import CalendarChange, CaseQuery
from workflow.worklist.worklist import WorkDay, WorkGroup, WorkQuery

NOW = datetime(2026, 8, 27, 8, tzinfo=UTC)

SORTED = "USE TEMP B-TREE FOR ORDER BY"
PARTLY_SORTED = "USE TEMP B-TREE FOR RIGHT PART OF ORDER BY"
GROUPED = "USE TEMP B-TREE FOR GROUP BY"

Act = Callable[[SqlCaseStore, SqlNotificationStore], object]

ACTS: dict[str, tuple[Act, list[str]]] = {
    "due": (lambda _, store: store.due(NOW, 10), ["ix_deadline_due"]),
    "claim": (
        lambda _, store: store.claim(NOW, 10, timedelta(minutes=5), "relais"),
        ["ix_outbox_waiting"],
    ),
    "mark sent": (
        lambda _, store: store.mark_sent(Lease(1, "relais", 1), NOW, "250"),
        # On PostgreSQL, with an empty outbox, either index is as good.
        ["pk_outbox|INTEGER PRIMARY KEY|Scan using ix_outbox_waiting"],
    ),
    "hold": (
        lambda _, store: store.hold(Lease(1, "relais", 1), NOW, timedelta(minutes=5), {}),
        ["pk_outbox|INTEGER PRIMARY KEY|Scan using ix_outbox_waiting"],
    ),
    "mails of a day": (
        lambda _, store: store.day_of_mails("personne:claire", NOW),
        ["ix_outbox_recipient"],
    ),
    "what waits": (
        lambda _, store: store.messages(MessageQuery(MessageState.WAITING)),
        ["ix_outbox_waiting"],
    ),
    "what failed": (
        lambda _, store: store.messages(MessageQuery(MessageState.FAILED)),
        ["ix_outbox_failed"],
    ),
    "what was superseded": (
        lambda _, store: store.messages(MessageQuery(MessageState.SUPERSEDED, before=9)),
        ["ix_outbox_superseded"],
    ),
    "what was dropped": (
        lambda _, store: store.messages(MessageQuery(MessageState.DROPPED)),
        ["ix_outbox_dropped"],
    ),
    "mails of a case": (
        lambda _, store: store.messages(MessageQuery(ref="CIPI-2026-0001")),
        ["ix_outbox_ref"],
    ),
    "mails of a person": (
        lambda _, store: store.messages(MessageQuery(recipient="personne:zoe")),
        ["ix_outbox_recipient"],
    ),
    "what a mail carries": (
        lambda _, store: store.carried(1),
        ["ix_reminder_outbox_id|Scan using pk_reminder"],
    ),
    "notices of a day": (
        lambda _, store: store.notices("personne:claire", NOW),
        ["ix_outbox_recipient"],
    ),
    "delays": (
        lambda _, store: store.delays(NOW),
        ["ix_outbox_sent", "ix_reminder_outbox_id"],
    ),
    "happenings": (
        lambda _, store: list(store.happenings(NOW)),
        ["ix_journal_recorded_at"],
    ),
    # Without reading a deadline, or a case.
    "loads": (
        lambda _, store: list(store.loads(date(2026, 9, 1), date(2026, 9, 28))),
        ["COVERING INDEX ix_deadline_open_act_on|Scan using ix_deadline_open_act_on"],
    ),
    "portfolios": (
        lambda _, store: list(store.portfolios()),
        ["COVERING INDEX ix_case_file_open_owner|Index Only Scan using ix_case_file_open_owner"],
    ),
    "replies": (
        lambda _, store: list(store.replies(date(2026, 9, 1))),
        ["ix_deadline_open_awaited"],
    ),
    "figures": (
        lambda _, store: store.figures("personne:zoe", date(2026, 9, 1), date(2026, 9, 8)),
        ["pk_digest_figure|digest_figure USING PRIMARY KEY"],
    ),
    "calendar of a person": (
        lambda _, store: list(store.dated(owner="zoe", closed_since=date(2026, 9, 1))),
        ["ix_case_file_open_owner", "ix_deadline_closed", "pk_journal|PRIMARY KEY"],
    ),
    "calendar of an agency": (
        lambda _, store: list(store.dated(agency="lyon", closed_since=date(2026, 9, 1))),
        ["ix_case_file_open_agency", "ix_deadline_closed"],
    ),
    "calendar of a case": (
        lambda _, store: list(store.dated(ref="CIPI-2026-0001", closed_since=date(2026, 9, 1))),
        ["uq_case_file_ref|autoindex_case_file_1"],
    ),
    "failures": (
        lambda _, store: store.failures(10),
        ["ix_outbox_failed", "ix_outbox_undelivered"],
    ),
    "addresses put aside": (
        lambda _, store: store.unreachable(),
        ["ix_mail_return_bounced"],
    ),
    "what came back": (
        lambda _, store: store.returned("<m/1@echeancier>"),
        ["uq_outbox_message_id|autoindex_outbox_2"],
    ),
    "counts": (
        lambda _, store: store.counts(),
        [f"ix_outbox_{state}" for state in ("waiting", "failed", "superseded", "dropped")],
    ),
    "digest": (
        lambda _, store: list(store.open_deadlines(date(2026, 9, 1), date(2026, 8, 24))),
        ["ix_deadline_open_act_on", "ix_deadline_open_opens_on"],
    ),
    "what is to come": (
        lambda _, store: list(store.to_come(date(2026, 9, 1), date(2026, 10, 24))),
        ["ix_deadline_open_act_on"],
    ),
    "agenda": (
        lambda store, _: list(store.open_deadlines(until=date(2026, 9, 1))),
        ["ix_deadline_open_act_on"],
    ),
    # From the cases of one owner or agency, not from everybody's deadlines.
    "agenda of a person": (
        lambda store, _: list(store.open_deadlines(owner="m.durand", limit=20)),
        ["ix_case_file_open_owner"],
    ),
    "agenda of an agency": (
        lambda store, _: list(store.open_deadlines(agency="lyon", until=date(2026, 9, 1))),
        ["ix_case_file_open_agency"],
    ),
    "files of a group": (
        lambda store, _: store.find(CaseQuery(cohort="CACES", closed=True)),
        ["ix_case_file_cohort"],
    ),
    "every group": (lambda store, _: store.cohorts(), ["ix_case_file_cohort"]),
    "first page": (lambda store, _: store.find(CaseQuery()), ["ix_case_file_open_ref"]),
    "next page": (
        lambda store, _: store.find(CaseQuery(after="CIPI-2026-0001")),
        ["ix_case_file_open_ref"],
    ),
    "closed too": (
        lambda store, _: store.find(CaseQuery(closed=True, after="A")),
        ["uq_case_file_ref|autoindex_case_file_1"],
    ),
    "by agency": (
        lambda store, _: store.find(CaseQuery(agency="lyon")),
        ["ix_case_file_open_agency"],
    ),
    "by owner": (
        lambda store, _: store.find(CaseQuery(owner="m.durand")),
        ["ix_case_file_open_owner"],
    ),
    "by state": (
        lambda store, _: store.find(CaseQuery(state="clos")),
        ["ix_case_file_open_state"],
    ),
    "by procedure": (
        lambda store, _: store.find(CaseQuery(procedure="cipi")),
        ["ix_case_file_open_procedure"],
    ),
    "next reference": (
        lambda store, _: store.next_ref("CIPI", 2026),
        ["ix_case_file_series_number"],
    ),
    "load": (
        lambda store, _: store.load("CIPI-2026-0001"),
        [
            "uq_case_file_ref|autoindex_case_file_1",
            "pk_fact|PRIMARY KEY",
            "pk_document_check|PRIMARY KEY",
            "pk_hours_line|hours_line USING PRIMARY KEY",
            "pk_contract|contract USING PRIMARY KEY",
            "pk_eligibility|eligibility USING PRIMARY KEY",
            # On PostgreSQL, with one case, either index is as good.
            "uq_deadline_case_id_rule|autoindex_deadline_1|Scan using ix_deadline_open_act_on",
            "pk_journal|PRIMARY KEY",
        ],
    ),
    "who read": (
        lambda store, _: store.consultations("CIPI-2026-0001"),
        ["ix_consultation_case_id"],
    ),
    # In order of reference, then each case's few facts by their key.
    "accounts": (
        lambda store, _: list(store.facts_of(["paye", "facture"])),
        ["uq_case_file_ref|autoindex_case_file_1", "pk_fact|PRIMARY KEY"],
    ),
    "accounts of open cases": (
        lambda store, _: list(store.facts_of(["paye"], closed=False)),
        ["ix_case_file_open_ref", "pk_fact|PRIMARY KEY"],
    ),
    "accounts of an agency": (
        lambda store, _: list(store.facts_of(["paye"], agency="lyon", closed=False)),
        ["ix_case_file_open_agency", "pk_fact|PRIMARY KEY"],
    ),
    "calendar": (
        lambda store, _: store.sessions("cif-cdd", "uniformation"),
        ["pk_commission|commission USING PRIMARY KEY"],
    ),
    "open cases of a funder": (
        lambda store, _: list(store.open_refs("cipi", "uniformation")),
        ["ix_case_file_open_procedure"],
    ),
    "open cases of a procedure": (
        lambda store, _: list(store.open_refs("cipi")),
        ["ix_case_file_open_procedure"],
    ),
    "save several": (
        lambda store, _: store.save_all(
            [step(store.load("CIPI-2026-0001"))],
            CalendarChange("cif-cdd", "uniformation", (date(2026, 6, 12),)),
        ),
        ["uq_case_file_ref|autoindex_case_file_1", "pk_commission|commission USING PRIMARY KEY"],
    ),
    "save": (
        lambda store, _: store.save(step(store.load("CIPI-2026-0001"), "drf_deposee")),
        ["uq_case_file_ref|autoindex_case_file_1"],
    ),
}


_FILTERED = ("by agency", "by owner", "by state", "by procedure")
ALLOWED = {
    # The messages to claim, at most a page of them, held in memory.
    ("claim", "sqlite"): ["SCAN claimable"] * 2,
    ("agenda of a person", "sqlite"): [SORTED],
    ("agenda of an agency", "sqlite"): [SORTED],
    ("what waits", "sqlite"): [SORTED],
    ("what failed", "sqlite"): [SORTED],
    # The page, held in memory with its deadlines.
    **{
        (page, "sqlite"): ["SCAN shown", SORTED]
        for page in ("first page", "next page", "closed too", "files of a group", *_FILTERED)
    },
    # The few messages that a notice tells of, and their reminders.
    ("what a mail carries", "sqlite"): ["SCAN told_of"] * 2 + [SORTED],
    # Counted as they are read from the index, whole in memory: a line for each person and day.
    ("loads", "sqlite"): [GROUPED],
    ("every group", "sqlite"): [GROUPED],
    ("portfolios", "sqlite"): [GROUPED],
    # The deadlines of one case at a time.
    ("calendar of a person", "sqlite"): [PARTLY_SORTED],
    ("calendar of an agency", "sqlite"): [PARTLY_SORTED],
    ("calendar of a case", "sqlite"): [SORTED],
}
"""What looks like a scan and is none, and the lists that are short enough to be sorted."""


def plans(engine: Engine, act: Callable[[], object]) -> str:
    """Return how the database goes about each statement of an act."""
    said: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if not statement.startswith(("INSERT", "PRAGMA", "SET LOCAL")):
            said.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    act()
    event.remove(engine, "before_cursor_execute", note)
    lines: list[str] = []
    with reading(engine) as connection:
        explain = "EXPLAIN QUERY PLAN "
        if engine.dialect.name == "postgresql":
            explain = "EXPLAIN "
            # With so few rows every plan is as good: only what cannot use an index scans now.
            for way in ("seqscan", "bitmapscan", "sort"):
                connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
        for statement, parameters in said:
            found = connection.exec_driver_sql(f"{explain}{statement}", parameters)
            lines.extend(str(row[-1]) for row in found)
    return "\n".join(lines)


DAY = WorkDay.of(date(2026, 9, 14), calendar())
MONTH = date(2026, 9, 1), date(2026, 9, 30)
EVERYBODY = WorkQuery(DAY)
AGENCY = WorkQuery(DAY, agency="lyon")
PERSON = WorkQuery(DAY, owner="m.durand")
BY_DAY, BY_REPLY, BY_WINDOW = (
    f"ix_case_file_open_{name}" for name in ("act_on", "chase_on", "opens_on")
)
BY_AGENCY, BY_OWNER = "ix_case_file_open_agency_act_on", "ix_case_file_open_owner"

LISTS: dict[str, tuple[Callable[[SqlWorklist], object], set[str]]] = {
    "counts": (lambda work: work.counts(EVERYBODY), {BY_DAY, BY_REPLY, BY_WINDOW}),
    "counts of an agency": (lambda work: work.counts(AGENCY), {BY_AGENCY}),
    "counts of a person": (lambda work: work.counts(PERSON), {BY_OWNER}),
    "who owes replies": (lambda work: work.debtors(EVERYBODY), {BY_DAY}),
    "who owes an agency replies": (lambda work: work.debtors(AGENCY), {BY_AGENCY}),
    "who owes a person replies": (lambda work: work.debtors(PERSON), {BY_OWNER}),
    "page": (lambda work: work.page(EVERYBODY), {BY_DAY, BY_REPLY, BY_WINDOW}),
    "page of an agency": (lambda work: work.page(AGENCY), {BY_AGENCY}),
    "page of a person": (lambda work: work.page(PERSON), {BY_OWNER}),
    "page far down": (
        lambda work: work.page(replace(EVERYBODY, group=WorkGroup.LATER, offset=1)),
        {BY_DAY},
    ),
    "limits": (lambda work: work.limits(EVERYBODY, *MONTH), {BY_DAY}),
    "limits of an agency": (lambda work: work.limits(AGENCY, *MONTH), {BY_AGENCY}),
    "limits of a person": (lambda work: work.limits(PERSON, *MONTH), {BY_OWNER}),
    "files of a limit": (lambda work: work.on_limits(EVERYBODY, *MONTH), {BY_DAY}),
    "page of a search": (
        lambda work: work.page(replace(EVERYBODY, text="vasseur")),
        {BY_DAY, BY_REPLY, BY_WINDOW},
    ),
}
"""What the interface asks at every key, and the indexes that may answer; the file itself has its key."""


@pytest.mark.parametrize("name", LISTS)
def test_the_list_of_open_files_is_read_by_index(
    name: str, case_store: SqlCaseStore, engine: Engine
) -> None:
    """Neither a page nor a count goes through the table of files: SQLite finds them by index."""
    case_store.save(opening(a_case()))
    worklist = SqlWorklist(engine)
    act, expected = LISTS[name]
    lines = plans(engine, lambda: act(worklist)).splitlines()
    worklist.close()
    files = [line for line in lines if "case_file" in line]
    assert files, lines
    assert not [line for line in files if "Seq Scan" in line or line.startswith("SCAN")], lines
    # With one file, PostgreSQL may prefer any index that is small.
    if engine.dialect.name == "sqlite":
        by_index = {word for line in files for word in line.split() if word.startswith("ix_")}
        assert by_index == expected, lines


@pytest.mark.parametrize("name", ACTS)
def test_an_index_serves(
    name: str,
    case_store: SqlCaseStore,
    notification_store: SqlNotificationStore,
    engine: Engine,
) -> None:
    """Each frequent request reads the index made for it, and sorts or scans no table."""
    sessions = CalendarChange("cif-cdd", "uniformation", added=(a_session(),))
    case_store.save_all([opening(a_case())], sessions)
    act, expected = ACTS[name]
    plan = plans(engine, lambda: act(case_store, notification_store))
    missing = [index for index in expected if not any(way in plan for way in index.split("|"))]
    assert missing == [], plan
    whole = [
        line
        for line in plan.splitlines()
        if "Seq Scan" in line or "TEMP B-TREE" in line or _scans_a_table(line)
    ]
    assert whole == ALLOWED.get((name, engine.dialect.name), []), plan


def _scans_a_table(line: str) -> bool:
    return line.startswith("SCAN ") and "INDEX" not in line and "CONSTANT ROW" not in line
