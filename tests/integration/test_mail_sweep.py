"""The sweep over real databases: several at once, interrupted, resumed; each reminder told once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from db.cases.store import SqlCaseStore
from db.mail.store import SqlNotificationStore
from notifications.mail.relay import Relay
from notifications.model.messages import MessageQuery, MessageState, QueuedMessage, StoredMessage
from notifications.model.policy import ReminderPolicy
from notifications.reminders.replan import replan
from notifications.reminders.round import ReminderRound, ReminderRoundReport
from notifications.schedule.planning import Planner
from tests.support.cases import a_case, is_final, opening
from tests.support.notifications import (
    PARIS,
    ScriptedTransport,
    SetClock,
    drf,
    make_composer,
    make_directory,
    make_planner,
    paris,
    target,
)
from workflow.errors import OutOfReach

PLANNER = make_planner(ReminderPolicy(group_from=1000, daily_ceiling=1000))
"""Forty cases of one person make forty mails, so that there is something to race for."""
NOW = paris(date(2026, 9, 1), 9, 0, 20)
CASES = 40


@pytest.fixture
def store(engine: Engine) -> SqlNotificationStore:
    """Return a store with forty cases of two deadlines, both with something to say."""
    cases = SqlCaseStore(engine, PLANNER, is_final)
    opened = paris(date(2026, 8, 31), 10)
    for number in range(1, CASES + 1):
        deadlines = {"drf": drf(), "remise_documents": target(prudent=date(2026, 9, 2))}
        case = a_case(
            f"CIPI-2026-{number:04}", deadlines=deadlines, agency="dijon", owner="zoe",
            opened_at=opened,
        )  # fmt: skip
        cases.save(opening(case))
    return SqlNotificationStore(engine)


def sweep(
    store: SqlNotificationStore, batch: int = 200, planner: Planner = PLANNER
) -> ReminderRoundReport:
    """Sweep once."""
    round_ = ReminderRound(store, planner, make_composer(planner), make_directory(), batch=batch)
    return round_.run(NOW)


def waiting(store: SqlNotificationStore) -> list[QueuedMessage]:
    """Return every message of the outbox."""
    return store.claim(NOW + timedelta(hours=1), 1000, timedelta(minutes=1), "test")


def waiting_again(store: SqlNotificationStore) -> list[StoredMessage]:
    """Return the messages that wait, whoever holds them."""
    return store.messages(MessageQuery(MessageState.WAITING, limit=1000))


def test_each_case_gets_one_mail(store: SqlNotificationStore) -> None:
    """Two deadlines due at once make one mail a case, whatever the database."""
    report = sweep(store)
    assert (report.messages, report.reminders, report.broken) == (CASES, 2 * CASES, [])
    assert len({message.message_id for message in waiting(store)}) == CASES
    assert sweep(store).looked_at == 0


def test_several_sweeps_at_once_tell_each_reminder_once(engine: Engine) -> None:
    """Four sweeps started together write as many mails as there are cases, and no more."""
    cases = SqlCaseStore(engine, PLANNER, is_final)
    for number in range(1, CASES + 1):
        case = a_case(
            f"CIPI-2026-{number:04}", deadlines={"drf": drf()}, agency="dijon", owner="zoe",
            opened_at=paris(date(2026, 8, 31), 10),
        )  # fmt: skip
        cases.save(opening(case))
    store = SqlNotificationStore(engine)
    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(lambda _: sweep(store, batch=7), range(4)))
    assert sum(report.messages for report in reports) == CASES
    assert len(waiting(store)) == CASES
    assert store.due(NOW, 10) == []


def test_sweeps_at_once_that_group_tell_each_reminder_once(store: SqlNotificationStore) -> None:
    """One mail for many files is written whole or not at all, by one of four sweeps."""
    grouping = make_planner(ReminderPolicy(group_from=2))
    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(lambda _: sweep(store, planner=grouping), range(4)))
    sweep(store, planner=grouping)
    carried = [one for message in waiting(store) for one in store.carried(message.id)]
    assert len(carried) == 2 * CASES
    assert sum(report.messages for report in reports) == len(waiting_again(store))


def test_a_sweep_cut_in_the_middle_is_finished_by_the_next(
    store: SqlNotificationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the database fails between two batches, the next sweep tells the rest, once."""
    genuine, calls = store.announce, []

    def failing(*args: object) -> int:
        calls.append(args)
        if len(calls) == 2:
            raise OutOfReach("Base injoignable.")
        return genuine(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(store, "announce", failing)
    with pytest.raises(OutOfReach):
        sweep(store, batch=20)
    monkeypatch.setattr(store, "announce", genuine)
    sweep(store, batch=20)
    told = waiting(store)
    assert len({message.key for message in told}) == len(told) == CASES


def test_from_deadline_to_answer(store: SqlNotificationStore) -> None:
    """What is swept is sent: forty mails, forty answers, an empty outbox."""
    sweep(store)
    transport = ScriptedTransport(lambda _address, _content: "250 OK")
    relay = Relay(store, lambda: transport, SetClock(NOW), worker="hote:1", batch=15)
    assert relay.run_once().sent == CASES
    counts = store.counts()
    assert (counts.waiting, counts.sent, counts.failed) == (0, CASES, 0)


def test_a_policy_changed_on_a_real_database(store: SqlNotificationStore) -> None:
    """Planned again, what is due stays due, and the rest follows the new policy."""
    sweep(store)
    weekly = make_planner(ReminderPolicy(offsets=(1,)))
    evening = datetime(2026, 9, 1, 12, tzinfo=UTC).astimezone(PARIS)
    report = replan(store, weekly, evening, page=30)
    assert (report.rows, report.finished) == (2 * CASES, True)
    rows = store.all_open(0, 1000)
    assert {row.next_reminder_at for row in rows if row.deadline.id == "drf"} == {
        paris(date(2026, 9, 2))
    }
