"""Who is told what in the morning: sections, order, failures, and one pass for everybody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

import pytest

from notifications.digest import Digest, SectionId
from notifications.gathering import Gathering, digest_for, failures_for
from notifications.ports import FailedMessage, MessageKind
from tests.support.notifications import (
    LABELS,
    PARIS,
    drf,
    make_directory,
    make_planner,
    paris,
    reply,
    row,
    target,
)
from workflow.case import Deadline
from workflow.ports import OpenDeadline

PLANNER = make_planner()
DIRECTORY = make_directory()
ZOE = DIRECTORY.recipient("zoe", "dijon")
LEA = DIRECTORY.recipient("lea", "dijon")
AGENCY = DIRECTORY.recipient(None, "dijon")
MORNING = paris(date(2026, 9, 3), 7, 30)


def digest_of(*rows: OpenDeadline, now: datetime = MORNING) -> Digest:
    """Return Zoé's digest."""
    return digest_for(ZOE, now, rows, planner=PLANNER, directory=DIRECTORY, labels=LABELS)


def sections(digest: Digest) -> dict[str, list[str]]:
    """Return the references of each section."""
    return {part.id.value: [line.ref for line in part.lines] for part in digest.sections}


def test_a_day_with_nothing_is_empty() -> None:
    """No row, no section, and the summary says so."""
    digest = digest_of()
    assert digest.is_empty
    assert digest.summary == "rien à signaler"
    assert digest.day == date(2026, 9, 3)


@pytest.mark.parametrize(
    ("deadline", "section"),
    [
        (drf(prudent=date(2026, 9, 2)), "retard"),
        (drf(strict=date(2026, 9, 2), prudent=date(2026, 9, 1)), "retard"),
        (drf(), "aujourdhui"),
        (drf(prudent=date(2026, 9, 10), strict=date(2026, 9, 12)), "semaine"),
        (drf(prudent=date(2026, 9, 11), strict=date(2026, 9, 12)), None),
        (reply(), "relances"),
        (reply(chase_on=date(2026, 9, 3)), "relances"),
        (reply(chase_on=date(2026, 9, 4)), None),
        (target(), "semaine"),
        (target(prudent=date(2026, 9, 2)), "retard"),
        (drf(opens_on=date(2026, 9, 3), prudent=date(2026, 11, 2), strict=None), "ouvertures"),
        (drf(opens_on=date(2026, 9, 10), prudent=date(2026, 11, 2), strict=None), "ouvertures"),
        (drf(opens_on=date(2026, 9, 11), prudent=date(2026, 11, 2), strict=None), None),
        (drf(opens_on=date(2026, 9, 2), prudent=date(2026, 11, 2), strict=None), None),
        # Both near: what must be done counts more than the day it became possible.
        (drf(opens_on=date(2026, 9, 3), prudent=date(2026, 9, 9), strict=None), "semaine"),
    ],
)
def test_each_deadline_falls_in_one_section(deadline: Deadline, section: str | None) -> None:
    """Late, today, within seven days, to chase, opening, or nothing to say yet."""
    expected = {} if section is None else {section: ["CIPI-2026-0042"]}
    assert sections(digest_of(row(deadline=deadline))) == expected


def test_windows_opened_over_the_weekend_are_news_on_monday() -> None:
    """A window that opened on a Saturday is told on the Monday, not forgotten."""
    saturday = drf(opens_on=date(2026, 9, 5), prudent=date(2026, 11, 5), strict=None)
    monday = paris(date(2026, 9, 7), 7, 30)
    tuesday = paris(date(2026, 9, 8), 7, 30)
    assert sections(digest_of(row(deadline=saturday), now=monday)) == {
        "ouvertures": ["CIPI-2026-0042"]
    }
    assert sections(digest_of(row(deadline=saturday), now=tuesday)) == {}


def test_what_can_still_be_saved_comes_first() -> None:
    """Among late lines, the nearest limit still ahead leads; what is lost comes last."""
    digest = digest_of(
        row(1, drf(strict=date(2026, 9, 1), prudent=date(2026, 8, 31)), ref="A-PERDU"),
        row(2, drf(strict=date(2026, 9, 9), prudent=date(2026, 9, 1)), ref="B-PLUS-TARD"),
        row(3, drf(strict=datetime(2026, 9, 3, 14, tzinfo=PARIS), prudent=date(2026, 9, 1)),
            ref="C-AUJOURD-HUI"),
    )  # fmt: skip
    assert sections(digest) == {"retard": ["C-AUJOURD-HUI", "B-PLUS-TARD", "A-PERDU"]}


def test_an_hour_comes_before_the_day_and_the_law_before_a_target() -> None:
    """On one day: the limit with an hour, then the limit of the day, then the target."""
    friday = date(2026, 9, 4)
    digest = digest_of(
        row(1, target(prudent=friday), ref="A-OBJECTIF"),
        row(2, drf(prudent=friday, strict=friday), ref="B-JOUR"),
        row(3, drf(prudent=None, strict=datetime(2026, 9, 4, 9, tzinfo=PARIS)), ref="C-HEURE"),
    )
    assert sections(digest) == {"semaine": ["C-HEURE", "B-JOUR", "A-OBJECTIF"]}


def test_the_summary_counts_in_french() -> None:
    """Singular and plural agree, the most pressing part first."""
    digest = digest_of(
        row(1, drf(prudent=date(2026, 9, 2))), row(2, reply()), row(3, reply()), row(4, target())
    )
    assert digest.summary.replace("\u00a0", " ") == (
        "1 en retard, 1 dans les sept jours, 2 réponses à relancer"
    )


def test_nobody_reads_the_lines_of_another() -> None:
    """A case belongs to its owner's digest; without an owner, to the agency's."""
    rows = [
        row(1, ref="A-ZOE"),
        row(2, ref="B-LEA", owner="lea"),
        row(3, ref="C-AGENCE", owner=None),
        row(4, ref="D-PARTI", owner="quelqu-un-de-parti"),
    ]
    gathering = Gathering([ZOE, LEA, AGENCY], MORNING, PLANNER, DIRECTORY, LABELS).read(rows)
    assert sections(gathering.digest(ZOE)) == {"aujourdhui": ["A-ZOE"]}
    assert sections(gathering.digest(LEA)) == {"aujourdhui": ["B-LEA"]}
    assert sections(gathering.digest(AGENCY)) == {"aujourdhui": ["C-AGENCE", "D-PARTI"]}


def test_each_reader_has_their_own_day() -> None:
    """At two in the morning in Paris, it is still the day before in Guadeloupe."""
    maximum = DIRECTORY.recipient("max", "pap")
    now = paris(date(2026, 9, 3), 2)
    gathering = Gathering([ZOE, maximum], now, PLANNER, DIRECTORY, LABELS)
    assert gathering.until() == date(2026, 9, 10)
    lines = [row(1), row(2, owner="max")]
    gathering.read(lines)
    assert sections(gathering.digest(ZOE)) == {"aujourdhui": ["CIPI-2026-0042"]}
    assert sections(gathering.digest(maximum)) == {"semaine": ["CIPI-2026-0042"]}


def test_a_row_that_cannot_be_placed_hides_no_other() -> None:
    """A case of an agency that has gone is reported, and the others are still told."""
    gathering = Gathering([ZOE], MORNING, PLANNER, DIRECTORY, LABELS)
    gathering.read([row(1, agency="fermee", owner=None, ref="A-PERDU"), row(2)])
    assert sections(gathering.digest(ZOE)) == {"aujourdhui": ["CIPI-2026-0042"]}
    assert len(gathering.broken) == 1
    assert gathering.broken[0].startswith("A-PERDU, Saisir la DRF : Agence : « fermee »")


def test_one_pass_keeps_only_what_will_be_said() -> None:
    """Rows are read one by one, never gathered: those with nothing to say leave no line."""
    read: list[int] = []

    def stream() -> Iterator[OpenDeadline]:
        far = drf(opens_on=None, prudent=date(2027, 3, 1), strict=None)
        for number in range(1, 501):
            read.append(number)
            yield row(number, drf() if number % 100 == 0 else far, ref=f"R-{number:04}")

    gathering = Gathering([ZOE], MORNING, PLANNER, DIRECTORY, LABELS).read(stream())
    assert len(read) == 500
    assert sections(gathering.digest(ZOE)) == {
        "aujourdhui": ["R-0100", "R-0200", "R-0300", "R-0400", "R-0500"]
    }


def test_the_next_date_is_the_nearest_not_shown() -> None:
    """An empty morning still knows what comes after its seven days."""
    later = [drf(prudent=date(2026, 10, day), strict=None, opens_on=None) for day in (20, 1, 9)]
    digest = digest_of(*(row(n, deadline) for n, deadline in enumerate(later, 1)))
    assert digest.is_empty
    assert digest.next_line is not None
    assert digest.next_line.standing.on == date(2026, 10, 1)


FAILED = FailedMessage(
    1, MessageKind.REMINDER, None, "personne:zoe", "zoe@interim.example", "X", MORNING, "Refus."
)


@pytest.mark.parametrize(
    ("reader", "told"),
    [
        (DIRECTORY.recipient("zoe", "dijon"), True),
        (DIRECTORY.recipient("lea", "dijon"), True),
        (DIRECTORY.recipient(None, "dijon"), True),
        (DIRECTORY.recipient("max", "pap"), False),
        (DIRECTORY.recipient(None, "pap"), False),
    ],
)
def test_a_failure_is_told_to_others_too(reader: object, told: bool) -> None:
    """An address that refuses mail cannot say so itself: manager and agency are told as well."""
    found = failures_for(reader, [FAILED], DIRECTORY)  # type: ignore[arg-type]
    assert bool(found) == told


def test_a_failure_of_somebody_who_left_is_told_to_nobody_else() -> None:
    """A recipient that the configuration no longer names concerns no other person."""
    gone = replace(FAILED, recipient="personne:partie")
    agency = replace(FAILED, recipient="agence:dijon")
    assert failures_for(LEA, [gone], DIRECTORY) == ()
    assert failures_for(AGENCY, [agency], DIRECTORY) == (agency,)


def test_the_json_of_a_digest_is_complete() -> None:
    """Programs read sections, dates and the time left, in ISO and in numbers."""
    lines = [row(1, drf(prudent=date(2026, 9, 2))), row(2, target())]
    digest = digest_for(
        ZOE, MORNING, lines,
        planner=PLANNER, directory=DIRECTORY, labels=LABELS, failures=[FAILED],
    )  # fmt: skip
    data = json.loads(json.dumps(digest.as_json()))
    assert data["recipient"] == {"id": "personne:zoe", "name": "Zoé Müller"}
    assert data["day"] == "2026-09-03"
    assert data["next"] is None
    assert data["failures"][0]["error"] == "Refus."
    late, week = data["sections"]
    assert (late["id"], late["title"]) == ("retard", "En retard")
    assert week["lines"][0]["kind"] == "interne"
    assert late["lines"][0] == {
        "ref": "CIPI-2026-0042",
        "title": "Parcours cariste – été",
        "procedure": "CIPI",
        "deadline": "drf",
        "label": "Saisir la DRF",
        "kind": "reglementaire",
        "status": "marge",
        "date": "2026-09-06T09:00:00+02:00",
        "date_is": "limite stricte",
        "working_days_left": 1,
        "phrase": "Limite prudente dépassée depuis hier",
        "opens_on": "2026-07-08",
        "prudent": "2026-09-02",
        "strict": "2026-09-06T09:00:00+02:00",
        "impossible": False,
    }


def test_sections_keep_their_order() -> None:
    """Whatever the order of the rows, the most pressing section comes first."""
    opening = drf(opens_on=date(2026, 9, 4), prudent=date(2026, 11, 2), strict=None)
    rows = [row(1, opening), row(2, reply()), row(3, target()), row(4), row(5, drf(prudent=date(2026, 9, 1)))]  # fmt: skip # noqa: E501
    assert [part.id for part in digest_of(*rows).sections] == list(SectionId)
