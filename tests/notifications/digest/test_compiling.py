"""What surrounds the dates of a digest: changes, replies awaited, absences, the weeks, the trend."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.digest.compiling import Compiler
from notifications.digest.load import drawn, working_days
from notifications.digest.model import Digest
from notifications.digest.round import DigestRound
from notifications.digest.trend import Trend, earlier
from notifications.model.happenings import Figures, Happening
from notifications.model.preferences import Absence, Habits
from notifications.people.staff import Staff
from tests.support.cases import varied
from tests.support.notifications import (
    LABELS,
    MemoryNotificationStore,
    drf,
    make_composer,
    make_directory,
    make_planner,
    paris,
    read,
    reply,
    row,
    target,
)
from workflow.case.case import EntryKind
from workflow.ports.stores import OpenDeadline
from workflow.text import french

PLANNER = make_planner()
DIRECTORY = make_directory()
ZOE = DIRECTORY.recipient("zoe", "dijon")
LEA = DIRECTORY.recipient("lea", "dijon")
THURSDAY = date(2026, 9, 3)
NOW = paris(THURSDAY, 7, 30)


def said(kind: EntryKind = EntryKind.ACTION, **changes: Any) -> Happening:
    """Return an entry of the journal of Zoé's file, written by Max on Wednesday at noon."""
    values: dict[str, Any] = {
        "ref": "CIPI-2026-0042",
        "title": "Parcours",
        "procedure": "cipi",
        "agency": "dijon",
        "owner": "zoe",
        "at": paris(date(2026, 9, 2), 12),
        "by": "max",
        "kind": kind,
        "action": "deposer_drf" if kind is EntryKind.ACTION else None,
        "state_to": "preparation",
        "is_open": True,
        "moved": (),
    }
    return Happening(**(values | changes))


def digest_of(store: MemoryNotificationStore, reader: Any = ZOE, now: datetime = NOW) -> Digest:
    """Return one reader's whole digest."""
    staff = Staff.of(DIRECTORY, store, now)
    return Compiler(store, PLANNER, LABELS).digests([reader], now, staff).digests[0]


def told(*journal: Happening) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return what changed, file by file: what was done and by whom."""
    store = MemoryNotificationStore()
    store.tell(*journal)
    return [(one.told, one.by) for one in digest_of(store).changes]


@pytest.mark.parametrize(
    ("happening", "words"),
    [
        (said(), "étape notée : deposer_drf"),
        (said(EntryKind.OPENING), "dossier ouvert"),
        (said(EntryKind.TRANSFER), "dossier qui vous est confié"),
        (said(EntryKind.UNDO), "étape annulée"),
        (said(EntryKind.SNOOZE), "rappel reporté"),
        (said(EntryKind.CORRECTION, moved=("drf",)), "dates déplacées : drf"),
    ],
)
def test_each_change_has_its_words(happening: Happening, words: str) -> None:
    """What others did is said with their name."""
    assert told(happening) == [((words,), ("Max Rosier",))]


@pytest.mark.parametrize(
    "happening",
    [
        said(by="zoe"),
        said(owner="lea"),
        said(EntryKind.DOCUMENT),
        said(EntryKind.ELIGIBILITY),
        said(at=paris(date(2026, 9, 2), 7, 30)),
    ],
)
def test_what_is_no_news_is_not_told(happening: Happening) -> None:
    """One's own acts, others' files, what only completes a file, what was told already."""
    assert told(happening) == []


def test_the_changes_of_a_file_make_one_line() -> None:
    """Several acts of several people are one line; a file that closed says so."""
    first, last = said(), said(EntryKind.UNDO, by="lea", is_open=False)
    assert told(first, first, last) == [
        (("étape notée : deposer_drf", "étape annulée", "dossier clos"), ("Max Rosier", "Léa Roy"))
    ]


def test_changes_are_told_since_the_last_digest() -> None:
    """After a week away, what happened since the last digest that left is told."""
    store = MemoryNotificationStore()
    store.tell(said(at=paris(date(2026, 8, 28), 12)))
    assert digest_of(store).changes == ()
    store.counted = [Figures("personne:zoe", date(2026, 8, 27), 0, 0, 0, 1)]
    assert len(digest_of(store).changes) == 1


def test_a_change_is_reason_enough_to_write() -> None:
    """With no date but news, the digest leaves."""
    store = MemoryNotificationStore()
    store.tell(said())
    morning = DigestRound(store, PLANNER, make_composer(PLANNER).digest, DIRECTORY, LABELS)
    assert morning.run(paris(THURSDAY, 8)).messages == 1
    assert "1\u00a0dossier modifié" in store.letters[0].subject


def test_replies_awaited_say_since_when() -> None:
    """A reply not yet to chase is listed, however far, the longest awaited first."""
    chase, near = date(2026, 10, 20), date(2026, 9, 8)
    rows = [
        row(1, reply(chase_on=chase, awaited_since=date(2026, 8, 20)), ref="B"),
        row(2, reply(chase_on=near, awaited_since=date(2026, 7, 1)), ref="C"),
        row(3, reply(chase_on=chase), ref="A"),
        row(4, reply(chase_on=THURSDAY), ref="D"),
    ]
    digest = digest_of(MemoryNotificationStore(rows))
    assert [line.ref for line in digest.awaited] == ["C", "B", "A"]
    assert digest.trend is not None
    assert digest.trend.now.awaited == 4


def away(*absences: Absence, rows: int = 1) -> MemoryNotificationStore:
    """Return a store where Zoé has files and somebody is away."""
    store = MemoryNotificationStore([row(n, drf(id=f"drf{n}")) for n in range(rows)])
    store.leave(*absences)
    return store


def test_a_substitute_reads_the_files_of_the_absent() -> None:
    """The digest of whoever stands in shows the files, for whom, and until when."""
    digest = digest_of(away(Absence("zoe", THURSDAY, date(2026, 9, 11), "lea")), LEA)
    line = digest.sections[0].lines[0]
    assert line.remarks == ("en l’absence de Zoé Müller (jusqu’au 11/09/2026)",)
    assert [one.words for one in digest.away] == [
        "Zoé Müller, jusqu’au 11/09/2026 : vous suivez ses dossiers"
    ]


def test_a_colleague_knows_who_is_away() -> None:
    """Somebody of the same agency reads whom to see; another agency reads nothing of it."""
    store = away(Absence("lea", THURSDAY, THURSDAY, "max"))
    assert [one.words for one in digest_of(store).away] == [
        "Léa Roy, jusqu’au 03/09/2026 : voyez Max Rosier"
    ]
    assert digest_of(store, DIRECTORY.recipient(None, "pap")).away == ()


def sent(store: MemoryNotificationStore, now: datetime) -> list[str]:
    """Return who got a digest."""
    DigestRound(store, PLANNER, make_composer(PLANNER).digest, DIRECTORY, LABELS).run(now)
    return [message.recipient for message in store.letters]


def test_nobody_writes_to_the_absent() -> None:
    """The absent get no digest; who stands in gets theirs, and the day after the return it is over."""
    store = away(Absence("zoe", date(2026, 9, 1), THURSDAY, "lea"))
    assert sent(store, paris(THURSDAY, 8)) == ["personne:lea"]
    assert sent(store, paris(date(2026, 9, 4), 8)) == ["personne:lea", "personne:zoe"]


@pytest.mark.parametrize(
    ("habits", "hour", "count"),
    [
        (Habits("zoe", paused_until=THURSDAY), 8, 0),
        (Habits("zoe", paused_until=date(2026, 9, 2)), 8, 1),
        (Habits("zoe", days=frozenset({0, 1})), 8, 0),
        (Habits("zoe", digest_at=time(10)), 9, 0),
        (Habits("zoe", digest_at=time(10)), 10, 1),
        (Habits("zoe", digest_at=time(6)), 6, 1),
    ],
)
def test_the_digest_follows_the_habits(habits: Habits, hour: int, count: int) -> None:
    """No digest during a pause or on a day off, and at the hour the person chose."""
    store = away()
    store.choose(habits)
    assert len(sent(store, paris(THURSDAY, hour))) == count


def test_a_digest_keeps_its_figures() -> None:
    """What was counted is kept with the digest, for the next ones."""
    store = away(rows=3)
    sent(store, paris(THURSDAY, 8))
    assert store.counted == [Figures("personne:zoe", THURSDAY, 0, 3, 0, 1)]


def figures(day: date, late: int = 0) -> Figures:
    """Return what a digest of Zoé counted."""
    return Figures("personne:zoe", day, late, 0, 0, 0)


@pytest.mark.parametrize(
    ("known", "compared", "against"),
    [
        ([], None, ""),
        (
            [date(2026, 8, 20), date(2026, 8, 27), date(2026, 9, 2)],
            date(2026, 8, 27),
            "jeudi dernier",
        ),
        ([date(2026, 8, 24), date(2026, 9, 2)], date(2026, 8, 24), "le 24/08/2026"),
        ([date(2026, 9, 1), date(2026, 9, 2)], date(2026, 9, 1), "le 01/09/2026"),
    ],
)
def test_a_week_before_or_the_nearest(
    known: list[date], compared: date | None, against: str
) -> None:
    """The trend is against the same weekday, else the nearest earlier digest, else the first known."""
    before = earlier([figures(day) for day in known], THURSDAY)
    assert (before and before.day) == compared
    assert Trend(figures(THURSDAY), before).against == against


@pytest.mark.parametrize(("was", "said_"), [(5, "2 de moins"), (3, "autant"), (1, "2 de plus")])
def test_the_trend_is_said_in_words(was: int, said_: str) -> None:
    """More, fewer, or as many."""
    trend = Trend(figures(THURSDAY, 3), figures(date(2026, 8, 27), was))
    assert trend.counts[0].change.replace("\u00a0", " ") == said_


def test_the_strip_is_four_weeks_of_working_days() -> None:
    """Twenty working days from today; what falls on a day off is drawn on the working day before."""
    calendar = PLANNER.calendar("dijon")
    days = working_days(THURSDAY, calendar)
    load = drawn(days, {THURSDAY: 1, date(2026, 9, 5): 4, date(2026, 9, 8): 5}, calendar)
    assert (len(load.bars), load.bars[0].day, load.count) == (20, THURSDAY, 10)
    assert [week.drawn for week in load.weeks][:2] == ["   ▁▅", "·▇···"]
    assert load.fullest.day == date(2026, 9, 8)
    assert "mardi 8 septembre 2026 (5 dates)" in load.words.replace("\u00a0", " ")


def test_an_empty_strip_says_so() -> None:
    """With nothing to come, no bar and one sentence."""
    load = drawn(working_days(THURSDAY, PLANNER.calendar("dijon")), {}, PLANNER.calendar("dijon"))
    assert {bar.level for bar in load.bars} == {0}
    assert load.words == "Aucune date dans les quatre semaines."


def test_names_are_elided() -> None:
    """« de Claire », but « d’Élodie »."""
    assert (french.of("Claire"), french.of("Élodie")) == ("de Claire", "d’Élodie")


def test_nothing_before_a_day_is_said_when_it_is_so() -> None:
    """With only dates to come, the first is named; with one today, silence."""
    ahead = [row(1, target(prudent=date(2026, 9, 8)), ref="B"), row(2, target(), ref="A")]
    digest = digest_of(MemoryNotificationStore(ahead))
    assert digest.first_ahead is not None
    assert digest.first_ahead.ref == "A"
    assert digest_of(MemoryNotificationStore([*ahead, row(3)])).first_ahead is None


def test_a_reply_owed_does_not_hide_the_next_date() -> None:
    """Whoever has nothing to do is told the first date of their own, however soon a reply is owed."""
    far, further = date(2026, 10, 20), date(2026, 10, 27)
    awaited = reply(expected_at=paris(date(2026, 9, 14), 16), chase_on=date(2026, 9, 15))
    mine = [drf(id=f"le_{day}", opens_on=None, strict=None, prudent=day) for day in (further, far)]
    store = MemoryNotificationStore([row(1, awaited), row(2, mine[0]), row(3, mine[1])])
    next_line = digest_of(store).next_line
    assert next_line is not None
    assert next_line.standing.on == far


@given(
    st.lists(
        st.tuples(
            st.sampled_from([drf(), target(), reply(), reply(chase_on=date(2026, 10, 1))]),
            st.integers(-20, 60),
            st.booleans(),
        ),
        max_size=25,
    )
)
def test_no_deadline_is_read_twice(values: list[tuple[Any, int, bool]]) -> None:
    """Each deadline has one line at most, but for a file to correct, which has one more."""
    rows: list[OpenDeadline] = []
    for number, (deadline, days, wrong) in enumerate(values):
        field_ = "chase_on" if deadline.dates.awaited else "prudent"
        day = THURSDAY + timedelta(days=days)
        moved = varied(deadline, id=f"d{number}", **{field_: day})
        rows.append(row(number, moved, ref=f"R-{number:03}", alerts=("Faux.",) if wrong else ()))
    digest = digest_of(MemoryNotificationStore(rows))
    parts = [part.lines for part in digest.sections if part.id != "non_conformes"]
    ids = [line.deadline for lines in (*parts, digest.awaited) for line in lines]
    assert len(ids) == len(set(ids))
    wrong_files = [
        line.ref for part in digest.sections if part.id == "non_conformes" for line in part.lines
    ]
    assert len(wrong_files) == len(set(wrong_files))


def test_the_dates_of_the_day_are_attached_for_whoever_asked() -> None:
    """The calendar goes with the mail, of the reader and of whom they stand in for; never unasked."""
    asked: list[tuple[list[str], date]] = []

    def calendar(people: Sequence[str], day: date, _now: datetime) -> bytes:
        asked.append((list(people), day))
        return b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"

    store = away(Absence("zoe", THURSDAY, THURSDAY, "lea"))
    store.choose(Habits("lea", with_calendar=True))
    composer = make_composer(PLANNER)
    DigestRound(store, PLANNER, composer.digest, DIRECTORY, LABELS, calendar=calendar).run(NOW)
    assert asked == [(["zoe", "lea"], THURSDAY)]
    message = read(store.letters[0].content)
    assert message.get_content_type() == "multipart/mixed"
    texts, file = message.iter_parts()
    assert texts.get_content_type() == "multipart/alternative"
    assert (file.get_content_type(), file.get_param("method")) == ("text/calendar", "PUBLISH")
    assert file.get_filename() == "echeances-2026-09-03.ics"
    assert file.get_payload(decode=True) == b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
