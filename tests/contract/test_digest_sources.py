"""What digests and calendars read over all cases, checked on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from msgspec.structs import replace

from db.cases.store import SqlCaseStore
from db.mail.store import SqlNotificationStore
from notifications.model.happenings import DatedRow, DayLoad, Figures, Happening, Portfolio
from notifications.model.messages import MessageKind
from tests.support.cases import DAWN, a_case, a_deadline, opened, opening, step, varied
from tests.support.outbox import LEASE, NOW, a_message
from workflow.case.case import Change, Dates, EntryKind, Subject

FIRST, SECOND, THIRD = (f"CIPI-2026-000{number}" for number in (1, 2, 3))


def test_what_was_written_lately(
    case_store: SqlCaseStore, notification_store: SqlNotificationStore
) -> None:
    """News come in the order in which they were written, with the dates that moved, after an instant.

    What only completes a file is news when it moves a date that was known: no other has come or gone.
    """
    late, early = DAWN + timedelta(hours=5), DAWN + timedelta(hours=4)
    one = opened(case_store, FIRST)
    two = opened(case_store, SECOND, owner=None, agency="nantes")
    dates = {"drf": a_deadline("drf", date(2026, 9, 20)), "neuf": a_deadline("neuf")}
    acted = step(one, "drf_deposee", at=late, by="z.petit", deadlines=dates)
    old, new = Dates(prudent=date(2026, 9, 3)), Dates(prudent=date(2026, 9, 20))
    moves = (("drf", old, new), ("neuf", None, new), ("contrat", old, None))
    entry = replace(acted.entry, dates=tuple(Change(Subject.DATES, *move) for move in moves))
    case_store.save(replace(acted, entry=entry))
    corrected = step(two, "clos", at=early, kind=EntryKind.CORRECTION, deadlines={})
    born, gone = (
        Change(Subject.DATES, "née", None, new),
        Change(Subject.DATES, "levée", old, None),
    )
    ended = Change(Subject.DATES, "fin", old, new)
    entry = replace(corrected.entry, dates=(ended, born))
    case_store.save(replace(corrected, entry=entry))
    for silent in ((), (born, gone)):
        noted = step(case_store.load(SECOND), at=early, kind=EntryKind.DOCUMENT, action=None)
        case_store.save(replace(noted, entry=replace(noted.entry, dates=silent)))
    assert list(notification_store.happenings(DAWN)) == [
        Happening(
            SECOND, two.title, "cipi", "nantes", None, early, "m.durand", EntryKind.CORRECTION,
            None, "clos", is_open=False, moved=("fin",),
        ),
        Happening(
            FIRST, one.title, "cipi", "lyon", "m.durand", late, "z.petit", EntryKind.ACTION,
            "deposer_drf", "drf_deposee", is_open=True, moved=("drf",),
        ),
    ]  # fmt: skip
    assert [one.at for one in notification_store.happenings(early)] == [late]
    assert len(list(notification_store.happenings(DAWN - timedelta(seconds=1)))) == 4


def test_the_load_of_the_days_to_come(
    case_store: SqlCaseStore, notification_store: SqlNotificationStore
) -> None:
    """Open deadlines are counted by day, owner and agency, both bounds included; closed ones never."""
    third, tenth = date(2026, 9, 3), date(2026, 9, 10)
    for number in range(3):
        opened(case_store, f"CIPI-2026-100{number}")
    opened(case_store, "CIPI-2026-2000", owner=None, agency="nantes")
    closed = opened(case_store, "CIPI-2026-3000")
    case_store.save(step(closed, "clos", deadlines={}))
    every = {
        DayLoad("m.durand", "lyon", third, 3),
        DayLoad(None, "nantes", third, 1),
        DayLoad("m.durand", "lyon", tenth, 3),
        DayLoad(None, "nantes", tenth, 1),
    }
    found = list(notification_store.loads(third, tenth))
    assert (set(found), [one.day.day for one in found]) == (every, [3, 3, 10, 10])
    assert {one.day for one in notification_store.loads(third, date(2026, 9, 9))} == {third}
    assert list(notification_store.loads(date(2026, 9, 4), date(2026, 9, 9))) == []


def test_how_many_cases_each_has(
    case_store: SqlCaseStore, notification_store: SqlNotificationStore
) -> None:
    """Open cases are counted by owner and agency."""
    opened(case_store, FIRST)
    opened(case_store, SECOND)
    opened(case_store, THIRD, owner=None)
    opened(case_store, "CIPI-2026-0004", agency="nantes")
    case_store.save(step(opened(case_store, "CIPI-2026-0005"), "clos", deadlines={}))
    found = {(one.owner, one.agency): one.cases for one in notification_store.portfolios()}
    assert found == {("m.durand", "lyon"): 2, (None, "lyon"): 1, ("m.durand", "nantes"): 1}
    assert isinstance(next(iter(notification_store.portfolios())), Portfolio)


def test_the_replies_that_others_owe(
    case_store: SqlCaseStore, notification_store: SqlNotificationStore
) -> None:
    """Only replies still awaited come, those to be chased first, and none due by the day."""
    for ref, day in ((FIRST, 20), (SECOND, 10), (THIRD, 5)):
        reply = varied(
            a_deadline("reponse"),
            prudent=None,
            expected_at=datetime(2026, 9, 1, 12, tzinfo=UTC),
            chase_on=date(2026, 9, day),
        )
        case_store.save(opening(a_case(ref, deadlines={"drf": a_deadline(), "reponse": reply})))
    found = list(notification_store.replies(date(2026, 9, 5)))
    assert [(line.ref, line.deadline.id) for line in found] == [
        (SECOND, "reponse"),
        (FIRST, "reponse"),
    ]
    case_store.save(step(case_store.load(SECOND), deadlines={}))
    assert [line.ref for line in notification_store.replies(date(2026, 9, 1))] == [THIRD, FIRST]


def test_the_stake_of_a_file_goes_with_its_deadlines(
    case_store: SqlCaseStore, notification_store: SqlNotificationStore
) -> None:
    """What a file has at stake is exact to the cent, changes with it, and stands beside each deadline."""
    case = opened(case_store, FIRST)
    assert (case.stake, notification_store.due(NOW, 1)[0].stake) == (None, None)
    for stake in (Decimal("1234.50"), Decimal("0.10"), None):
        case_store.save(step(case, stake=stake))
        case = case_store.load(FIRST)
        assert (case.stake, notification_store.due(NOW, 1)[0].stake) == (stake, stake)
        assert {line.stake for line in case_store.open_deadlines()} == {stake}


def test_the_figures_of_a_digest_are_kept_with_it(notification_store: SqlNotificationStore) -> None:
    """They are kept when the digest is put, not when it was there already, and found by day."""
    day = date(2026, 8, 27)
    digest = a_message("synthese/1", kind=MessageKind.DIGEST, ref=None)
    figures = Figures("personne:zoe", day, late=1, due=2, awaited=3, open_files=4)
    assert notification_store.enqueue(digest, figures)
    assert not notification_store.enqueue(digest, replace(figures, late=9))
    for number, shift in ((2, -7), (3, 1)):
        other = replace(figures, day=day + timedelta(days=shift), late=number)
        notification_store.enqueue(a_message(f"synthese/{number}"), other)
    notification_store.enqueue(a_message("synthese/4"), replace(figures, recipient="personne:lea"))
    found = notification_store.figures("personne:zoe", day - timedelta(days=7), day)
    assert [(one.day, one.late) for one in found] == [(day - timedelta(days=7), 2), (day, 1)]
    assert found[1] == figures
    assert notification_store.figures("personne:max", day, day) == []
    # Written again that day (another address, say), the latest count stands.
    notification_store.enqueue(a_message("synthese/5"), replace(figures, late=5))
    assert [one.late for one in notification_store.figures("personne:zoe", day, day)] == [5]
    assert len(notification_store.claim(NOW, 10, LEASE, "relais")) == 5


def test_calendars_read_what_is_awaited_and_what_is_gone(
    case_store: SqlCaseStore, notification_store: SqlNotificationStore
) -> None:
    """Open deadlines come by case, then those closed since a day, with the version of the case."""
    opened(case_store, SECOND)
    one = opened(case_store, FIRST)
    drf = one.deadlines["drf"]
    met_at = datetime(2026, 8, 5, 12, tzinfo=UTC)
    kept = {"contrat": one.deadlines["contrat"]}
    case_store.save(step(one, "drf_deposee", at=met_at, deadlines=kept))

    def found(**filters: str) -> list[tuple[str, str, bool]]:
        rows = notification_store.dated(closed_since=date(2026, 8, 5), **filters)
        return [(row.ref[-1], row.deadline.id, row.awaited) for row in rows]

    gone = ("1", "drf", False)
    assert found() == [("1", "contrat", True), ("2", "contrat", True), ("2", "drf", True), gone]
    assert found(ref=FIRST) == [("1", "contrat", True), gone]
    assert found(ref=SECOND, owner="z.petit") == []
    *_, last = notification_store.dated(ref=FIRST, closed_since=date(2026, 8, 5))
    assert last == DatedRow(
        FIRST, "cipi", "lyon", "m.durand", drf, 2, met_at, awaited=False, met=True
    )
    (row,) = notification_store.dated(ref=FIRST, closed_since=date(2026, 8, 6))
    assert (row.awaited, row.version, row.changed_at) == (True, 2, met_at)


def test_calendars_are_of_a_person_or_an_agency(
    case_store: SqlCaseStore, notification_store: SqlNotificationStore
) -> None:
    """A calendar has the dates of its person or agency alone, also of files that are closed."""
    cases = {
        ref: opened(case_store, ref, owner=owner, agency=agency, deadlines={"drf": a_deadline()})
        for ref, owner, agency in (
            (FIRST, "zoe", "lyon"),
            (SECOND, "zoe", "nantes"),
            (THIRD, None, "lyon"),
        )
    }
    case_store.save(step(cases[SECOND], "clos", deadlines={}))

    def found(**filters: str) -> list[tuple[str, bool]]:
        rows = notification_store.dated(closed_since=date(2026, 3, 1), **filters)
        return [(row.ref, row.awaited) for row in rows]

    assert found(owner="zoe") == [(FIRST, True), (SECOND, False)]
    assert found(agency="lyon") == [(FIRST, True), (THIRD, True)]
    assert found(agency="lyon", owner="zoe") == [(FIRST, True)]
    # A deadline that comes back is awaited again, and no longer gone.
    again = step(case_store.load(SECOND), "preparation", deadlines={"drf": a_deadline()})
    case_store.save(again)
    assert found(owner="zoe") == [(FIRST, True), (SECOND, True)]


def test_a_snooze_changes_its_deadline_alone(
    case_store: SqlCaseStore, notification_store: SqlNotificationStore
) -> None:
    """A deadline put off, or woken, is planned again from what was told; the others stay as they are."""
    case = opened(case_store, FIRST)
    before = {line.deadline.id: line for line in notification_store.all_open(0, 10)}
    for until in (date(2026, 9, 1), None):
        snoozed = replace(case.deadlines["drf"], snoozed_until=until)
        after = {**case.deadlines, "drf": snoozed}
        case_store.save(step(case, kind=EntryKind.SNOOZE, deadlines=after))
        case = case_store.load(FIRST)
        assert case.deadlines["drf"].snoozed_until == until
        now = {line.deadline.id: line for line in notification_store.all_open(0, 10)}
        assert now["contrat"] == before["contrat"]
        assert now["drf"].reminded_until == before["drf"].reminded_until
        morning = datetime(2026, 9, 1, 8, tzinfo=UTC) if until else NOW
        assert now["drf"].next_reminder_at == morning
    assert [entry.kind for entry in case_store.journal(FIRST)[1:]] == [EntryKind.SNOOZE] * 2
