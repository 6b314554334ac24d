"""Calendars: read back by the library, and judged byte by byte against RFC 5545."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from msgspec.structs import replace

from cli.terminal.spelling import line_of
from notifications.agenda.calendar import Agenda, Which
from notifications.agenda.observances import timezone
from notifications.model.happenings import DatedRow
from notifications.model.policy import ReminderPolicy
from notifications.schedule.planning import Planner
from tests.support.notifications import LABELS, PARIS, drf, make_planner, paris, reply, target
from workflow.case.case import Deadline

NOW = paris(date(2026, 8, 3), 10)
CHANGED = paris(date(2026, 7, 1), 12)
PLANNER = make_planner(ReminderPolicy(offsets=(7, 1)))


def dated(deadline: Deadline | None = None, **changes: Any) -> DatedRow:
    """Return a deadline of Zoé's, awaited, as the store gives it."""
    values: dict[str, Any] = {
        "ref": "CIPI-2026-0042",
        "procedure": "cipi",
        "agency": "dijon",
        "owner": "zoe",
        "version": 3,
        "changed_at": CHANGED,
        "awaited": True,
    }
    return DatedRow(deadline=deadline or drf(), **(values | changes))


def agenda(planner: Planner = PLANNER) -> Agenda:
    """Return what writes calendars."""
    return Agenda(lambda _agency: planner, LABELS, "interim.example", line_of)


def written(*rows: DatedRow, now: datetime = NOW) -> bytes:
    """Return the calendar of some rows."""
    return agenda().calendar(rows, "Échéances – Zoé Müller", now)


def events(content: bytes) -> dict[str, Any]:
    """Return the events of a calendar as the library reads them, by UID."""
    read = Calendar.from_ical(content)
    found = list(read.walk("VEVENT"))
    by_uid = {str(event["UID"]): event for event in found}
    assert len(by_uid) == len(found), "each UID is borne once"
    return by_uid


def event(content: bytes, which: str, rule: str = "drf") -> Any:
    """Return one event of a calendar."""
    return events(content)[f"CIPI-2026-0042.{rule}.{which}@interim.example"]


def lines(content: bytes) -> list[str]:
    """Return the content lines, unfolded as RFC 5545, 3.1 says; judge how they are written."""
    assert content.endswith(b"\r\n")
    physical = content.split(b"\r\n")
    assert not any(b"\n" in one or b"\r" in one for one in physical)
    assert max(map(len, physical)) <= 75
    for one in physical:
        one.decode()  # no character is cut in two
    return content.replace(b"\r\n ", b"").decode().split("\r\n")


def test_a_deadline_is_an_event_for_each_of_its_dates() -> None:
    """The window, the day to act and the limit are three events; a reply is the day to chase it."""
    found = events(written(dated(), dated(reply())))
    assert sorted(found) == [
        "CIPI-2026-0042.drf.ouverture@interim.example",
        "CIPI-2026-0042.drf.prudent@interim.example",
        "CIPI-2026-0042.drf.strict@interim.example",
        "CIPI-2026-0042.reponse_akto.relance@interim.example",
    ]
    assert [str(one["SUMMARY"]) for one in found.values()] == [
        "Ouverture : Saisir la DRF – CIPI-2026-0042",
        "À relancer : Réponse d’AKTO sur la DRF – CIPI-2026-0042",
        "À faire : Saisir la DRF – CIPI-2026-0042",
        "Limite : Saisir la DRF – CIPI-2026-0042",
    ]
    assert "Objectif : " in str(event(written(dated(target())), "prudent", "remise_documents"))


def test_a_civil_date_lasts_all_day_and_an_hour_rule_has_its_hour() -> None:
    """A date is VALUE=DATE up to the next day; an instant is told in the agency's zone."""
    content = written(dated())
    day, hour = event(content, "prudent"), event(content, "strict")
    assert (day["DTSTART"].dt, day["DTEND"].dt) == (date(2026, 9, 3), date(2026, 9, 4))
    assert hour["DTSTART"].dt == datetime(2026, 9, 6, 9, tzinfo=PARIS)
    assert "DTSTART;TZID=Europe/Paris:20260906T090000" in lines(content)
    assert "DTEND" not in hour


def test_it_is_written_as_the_standard_says() -> None:
    """CRLF, 75 octets, the properties a subscriber looks for, and no two properties of a kind."""
    long = replace(drf(), label="Déposer la demande – « été », à l’échéance ; suite, et fin " * 4)
    told = lines(written(dated(long)))
    for line in (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "X-WR-CALNAME:Échéances – Zoé Müller",
        "NAME:Échéances – Zoé Müller",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "DTSTAMP:20260803T080000Z",
        "LAST-MODIFIED:20260701T100000Z",
        "SEQUENCE:3",
        "STATUS:CONFIRMED",
        "TRANSP:TRANSPARENT",
        "CATEGORIES:CIPI,À faire",
        "TRIGGER;VALUE=DATE-TIME:20260825T070000Z",
    ):
        assert line in told, line
    depth = [line for line in told if line.startswith(("BEGIN:", "END:"))]
    open_: list[str] = []
    for line in depth:
        kind, _, name = line.partition(":")
        if kind == "BEGIN":
            open_.append(name)
        else:
            assert open_.pop() == name
    assert open_ == []


def test_the_same_rows_give_the_same_bytes() -> None:
    """Whatever the order of the rows, the file is the same, byte for byte."""
    rows = [dated(), dated(reply()), dated(target(), ref="CIPI-2026-0007")]
    assert written(*rows) == written(*reversed(rows))


def test_a_date_that_moves_is_the_same_event_with_a_higher_sequence() -> None:
    """The UID stays, the date changes, SEQUENCE and LAST-MODIFIED grow."""
    later = paris(date(2026, 8, 2), 9)
    before = event(written(dated()), "prudent")
    moved = dated(drf(prudent=date(2026, 9, 10)), version=4, changed_at=later)
    after = event(written(moved), "prudent")
    assert after["DTSTART"].dt == date(2026, 9, 10)
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])
    assert after["LAST-MODIFIED"].dt == later


def test_what_is_over_says_so_in_its_title() -> None:
    """A date met or no longer awaited says it in its title: some agendas show no other sign of it."""
    met, dropped = (
        {str(one["SUMMARY"]) for one in events(written(dated(awaited=False, met=met))).values()}
        for met in (True, False)
    )
    assert met == {"Fait : Saisir la DRF – CIPI-2026-0042"}
    assert dropped == {"N’est plus attendu : Saisir la DRF – CIPI-2026-0042"}
    unproved = dated(replace(drf(), missing=("« Saisie »",)), awaited=False)
    titles = {str(one["SUMMARY"]) for one in events(written(unproved)).values()}
    assert titles == {"À prouver : Saisir la DRF – CIPI-2026-0042"}


def test_a_limit_at_midnight_stands_on_the_day_that_it_ends() -> None:
    """A limit at midnight takes the whole of the day before, and its description says 24:00."""
    midnight = datetime(2026, 9, 6, tzinfo=PARIS)
    content = written(dated(drf(strict=midnight)))
    limit = event(content, "strict")
    assert (limit.decoded("DTSTART"), limit.decoded("DTEND")) == (
        date(2026, 9, 5),
        date(2026, 9, 6),
    )
    assert "Limite stricte : 05/09/2026 à 24:00" in str(limit["DESCRIPTION"])
    (entry,) = (
        one
        for one in agenda().entries([dated(drf(strict=midnight))], NOW)
        if one.which is Which.LIMIT
    )
    assert entry.as_json()["at"] == midnight
    of_day = agenda().day_calendar(
        [dated(drf(strict=midnight))], date(2026, 9, 5), "Échéances", NOW
    )
    assert of_day is not None


def test_what_is_no_longer_awaited_is_cancelled() -> None:
    """Met or dropped, its events say so under a higher SEQUENCE, and ring no more."""
    done = events(written(dated(version=4, awaited=False)))
    assert len(done) == 3
    assert {str(one["STATUS"]) for one in done.values()} == {"CANCELLED"}
    assert {int(one["SEQUENCE"]) for one in done.values()} == {4}
    assert not any(one.walk("VALARM") for one in done.values())


def test_alarms_are_the_reminders_of_the_policy_still_to_come() -> None:
    """Working days before, at the agency's opening; those gone by never ring at once on import."""
    content = written(dated())
    rings = [str(one["TRIGGER"].dt) for one in event(content, "prudent").walk("VALARM")]
    assert rings == ["2026-08-25 07:00:00+00:00", "2026-09-02 07:00:00+00:00"]
    later = written(dated(), now=paris(date(2026, 8, 28), 10))
    assert len(event(later, "prudent").walk("VALARM")) == 1
    assert event(content, "ouverture").walk("VALARM") == []
    chased = event(written(dated(reply())), "relance", "reponse_akto")
    assert [one["TRIGGER"].dt for one in chased.walk("VALARM")] == [paris(date(2026, 9, 1))]


def test_a_snooze_rings_once_for_the_day_to_act() -> None:
    """Put off, the earlier reminders keep quiet and the end of the snooze rings."""
    snoozed = written(dated(drf(snoozed_until=date(2026, 9, 1))))
    rings = [one["TRIGGER"].dt for one in event(snoozed, "prudent").walk("VALARM")]
    assert rings == [paris(date(2026, 9, 1)), paris(date(2026, 9, 2))]


def test_it_says_the_rule_and_what_to_type_and_no_fact() -> None:
    """The description has dates, the source and the command; never what else the steps quote."""
    telling = drf(steps=("Point de départ : signature chez ACME.", "Décompte : 32 heures faites."))
    text = str(event(written(dated(telling)), "prudent")["DESCRIPTION"])
    assert "Limite prudente : 03/09/2026\n" in text
    assert "Limite stricte : 06/09/2026 à 09:00\n" in text
    assert "(cipi.txt, l. 597-598)" in text
    assert "echeancier dossier avancer CIPI-2026-0042 deposer_drf" in text
    assert "ACME" not in text
    assert "32 heures" not in text
    assert "\u00a0" not in text


@pytest.mark.parametrize(
    ("zone", "local"),
    [
        ("Europe/Paris", datetime(2026, 3, 29, 1, 59)),  # noqa: DTZ001 - a wall clock
        ("Europe/Paris", datetime(2026, 3, 29, 3, 0)),  # noqa: DTZ001
        ("Europe/Paris", datetime(2026, 3, 29, 3, 30)),  # noqa: DTZ001
        ("Europe/Paris", datetime(2026, 10, 25, 1, 59)),  # noqa: DTZ001
        ("Europe/Paris", datetime(2026, 10, 25, 3, 0)),  # noqa: DTZ001
        ("Europe/Paris", datetime(2026, 12, 1, 9, 0)),  # noqa: DTZ001
        ("America/Guadeloupe", datetime(2026, 7, 1, 9, 0)),  # noqa: DTZ001
        ("America/Miquelon", datetime(2026, 3, 8, 3, 15)),  # noqa: DTZ001
        ("America/Miquelon", datetime(2026, 11, 1, 2, 0)),  # noqa: DTZ001
    ],
)
def test_the_clock_changes_are_where_the_zone_has_them(zone: str, local: datetime) -> None:
    """Read by its VTIMEZONE alone, a local time on either side of a change is the right instant."""
    component = timezone(ZoneInfo(zone), date(2026, 1, 1), date(2026, 12, 31))
    parts: list[Any] = component.subcomponents
    onsets = sorted(
        (part["DTSTART"].dt - part["TZOFFSETFROM"].td, part["TZOFFSETTO"].td) for part in parts
    )
    # RFC 5545, 3.6.5: the offset in force is that of the last onset before the instant.
    offset = onsets[0][1]
    for onset, after in onsets:
        if local - after >= onset:
            offset = after
    assert (local - offset).replace(tzinfo=UTC) == local.replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("instant", "told"),
    [
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), ";TZID=Europe/Paris:20260329T013000"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), ";TZID=Europe/Paris:20260329T030000"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), ";TZID=Europe/Paris:20261025T023000"),
        # The second time that clocks show 02:30: only UTC can say it.
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), ":20261025T013000Z"),
        (datetime(2026, 10, 25, 2, 30, tzinfo=UTC), ";TZID=Europe/Paris:20261025T033000"),
    ],
)
def test_an_hour_lived_twice_is_told_without_doubt(instant: datetime, told: str) -> None:
    """On both nights of the year each instant is written so that only one is meant."""
    content = written(dated(drf(strict=instant, prudent=None, opens_on=None)))
    assert f"DTSTART{told}" in lines(content)
    assert event(content, "strict")["DTSTART"].dt.astimezone(UTC) == instant


def test_an_hour_that_the_spring_skips_is_told_as_clocks_show_it() -> None:
    """02:30 on the night of March becomes 03:30."""
    skipped = datetime(2026, 3, 29, 2, 30, tzinfo=PARIS)
    content = written(dated(drf(strict=skipped)))
    assert "DTSTART;TZID=Europe/Paris:20260329T033000" in lines(content)


def test_alarms_ring_at_the_same_hour_on_both_sides_of_a_change() -> None:
    """A reminder before the change and one after it both ring at 09:00 by the agency's clocks."""
    content = written(dated(drf(prudent=date(2026, 10, 27), strict=None, opens_on=None)))
    rings = [one["TRIGGER"].dt for one in event(content, "prudent").walk("VALARM")]
    assert [one.astimezone(PARIS).hour for one in rings] == [9, 9]
    assert rings[0].hour != rings[1].hour


def test_a_calendar_without_any_date_is_still_one() -> None:
    """The standard wants one component at least."""
    read = Calendar.from_ical(written())
    assert read.walk("VEVENT") == []
    assert [part.name for part in read.subcomponents] == ["VTIMEZONE"]


def test_the_dates_of_a_day_bear_the_same_uids() -> None:
    """For the digest: that day's dates of what is awaited, or nothing at all."""
    rows = [dated(), dated(reply(), awaited=False), dated(target())]
    content = agenda().day_calendar(rows, date(2026, 9, 3), "Échéances du jour", NOW)
    assert content is not None
    assert list(events(content)) == ["CIPI-2026-0042.drf.prudent@interim.example"]
    assert agenda().day_calendar(rows, date(2026, 9, 1), "Échéances du jour", NOW) is None


def test_entries_tell_the_same_as_json() -> None:
    """A program reads the same dates, in order, without the calendar's own syntax."""
    found = [one.as_json() for one in agenda().entries([dated()], NOW)]
    assert [one["which"] for one in found] == [Which.OPENING, Which.ACT, Which.LIMIT]
    assert found[2]["at"].isoformat() == "2026-09-06T09:00:00+02:00"
    assert found[0]["cancelled"] is False
    assert timedelta(0) < found[1]["alarms"][0] - NOW
