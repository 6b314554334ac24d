"""Who is told what in the morning: sections, order, failures, and one pass for everybody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime

import pytest
from msgspec.structs import replace

from cli.terminal.output import as_stored
from notifications.digest.gathering import Gathering, failures_for
from notifications.digest.model import Digest, SectionId
from notifications.model.messages import FailedMessage, MessageKind
from notifications.people.readers import Readers
from notifications.people.staff import Staff
from tests.support.notifications import (
    ALERTS,
    LABELS,
    PARIS,
    digest_for,
    drf,
    make_directory,
    make_planner,
    paris,
    reply,
    row,
    target,
)
from workflow.case.case import Deadline
from workflow.case.people import Recipient
from workflow.ports.stores import OpenDeadline

PLANNER = make_planner()
DIRECTORY = make_directory()
STAFF = Staff(DIRECTORY)
ZOE = DIRECTORY.recipient("zoe", "dijon")
LEA = DIRECTORY.recipient("lea", "dijon")
AGENCY = DIRECTORY.recipient(None, "dijon")
MORNING = paris(date(2026, 9, 3), 7, 30)


def digest_of(*rows: OpenDeadline, now: datetime = MORNING) -> Digest:
    """Return Zoé's digest."""
    return digest_for(ZOE, now, rows)


def gathering(readers: list[Recipient], now: datetime) -> Gathering:
    """Return a gathering for some readers, before it has read anything."""
    return Gathering(Readers(readers, STAFF, now), now, PLANNER, LABELS)


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


@pytest.mark.parametrize(
    ("deadline", "told"),
    [
        # A window: from the day it opens, however far its end.
        (drf(opens_on=date(2026, 9, 3), prudent=date(2026, 11, 2), strict=None), True),
        (drf(opens_on=date(2026, 9, 4), prudent=date(2026, 11, 2), strict=None), False),
        (drf(opens_on=date(2026, 9, 4), prudent=date(2026, 9, 8), strict=None), False),
        (drf(opens_on=date(2026, 7, 1), prudent=date(2026, 11, 2), strict=None), True),
        (drf(opens_on=date(2026, 9, 3), prudent=None, strict=None), True),
        (drf(opens_on=date(2026, 9, 4), prudent=None, strict=None), False),
        # A limit alone: once it has a place in the digest.
        (drf(opens_on=None, prudent=date(2026, 9, 10), strict=None), True),
        (drf(opens_on=None, prudent=date(2026, 9, 11), strict=None), False),
        (target(prudent=date(2026, 9, 10)), True),
        # Late, saved or lost: the file must still be put right.
        (drf(prudent=date(2026, 9, 2)), True),
        (drf(strict=date(2026, 9, 2), prudent=date(2026, 9, 1)), True),
        # A reply that somebody else owes, overdue or not.
        (reply(), False),
        (reply(chase_on=date(2026, 9, 4)), False),
        (reply(opens_on=date(2026, 8, 3)), False),
    ],
)
def test_a_file_to_correct_is_told_while_one_can_act(deadline: Deadline, told: bool) -> None:
    """What does not conform is a line from the day on which something can be filed wrong."""
    found = sections(digest_of(row(deadline=deadline, alerts=ALERTS)))
    assert found.get("non_conformes", []) == (["CIPI-2026-0042"] if told else [])


def test_a_file_that_conforms_has_no_line() -> None:
    """Without anything to correct, an open window is not spoken of."""
    assert "non_conformes" not in sections(digest_of(row()))


def test_a_closed_file_has_no_line() -> None:
    """A file with no open deadline left is not read, whatever it once lacked."""
    assert digest_of().is_empty


def test_the_opening_is_seen_from_the_readers_day() -> None:
    """At two in the morning in Paris, a window of that day is not open yet in Guadeloupe."""
    maximum = DIRECTORY.recipient("max", "pap")
    opening = drf(opens_on=date(2026, 9, 3), prudent=date(2026, 11, 2), strict=None)
    rows = [row(1, opening, alerts=ALERTS), row(2, opening, owner="max", alerts=ALERTS)]
    now = paris(date(2026, 9, 3), 2)
    found = gathering([ZOE, maximum], now).read(rows)
    assert "non_conformes" in sections(found.digest(ZOE))
    assert "non_conformes" not in sections(found.digest(maximum))


@pytest.mark.parametrize("turn", [1, -1])
def test_a_file_to_correct_has_one_line_for_all_its_deadlines(turn: int) -> None:
    """Whatever the order they are read in, the first to act on is told, the law before a target."""
    same_day = date(2026, 9, 4)
    later = drf(id="autre", label="Autre fenêtre", prudent=date(2026, 9, 30), strict=None)
    deadlines = [target(prudent=same_day), drf(prudent=same_day), later, reply()][::turn]
    digest = digest_of(*(row(n, one, alerts=ALERTS) for n, one in enumerate(deadlines, 1)))
    (part,) = (one for one in digest.sections if one.id is SectionId.ALERTS)
    assert [line.deadline for line in part.lines] == ["drf"]


def test_a_closed_window_does_not_hide_an_open_one() -> None:
    """What can be filed today is told, even when another window, not yet open, ends sooner."""
    soon = drf(opens_on=date(2026, 9, 4), prudent=date(2026, 9, 8), strict=None)
    wide = drf(id="large", opens_on=date(2026, 8, 3), prudent=date(2026, 10, 5), strict=None)
    digest = digest_of(row(1, soon, alerts=ALERTS), row(2, wide, alerts=ALERTS))
    (part,) = (one for one in digest.sections if one.id is SectionId.ALERTS)
    assert [line.deadline for line in part.lines] == ["large"]


def test_looking_further_ahead_corrects_no_other_file() -> None:
    """Read up to sixty days ahead, as the screen does, a file is told as in the mail."""
    far = drf(opens_on=None, prudent=date(2026, 10, 5), strict=None)
    wide = drf(id="large", opens_on=date(2026, 8, 3), prudent=date(2026, 10, 20), strict=None)
    mail = digest_of(row(2, wide, alerts=ALERTS))
    screen = digest_of(row(1, far, alerts=ALERTS), row(2, wide, alerts=ALERTS))
    assert screen.sections == mail.sections


def test_a_file_to_correct_is_something_to_say() -> None:
    """A morning with no date to tell, but a file to correct, is not empty."""
    wide = drf(opens_on=date(2026, 8, 3), prudent=date(2026, 11, 2), strict=None)
    digest = digest_of(row(deadline=wide, alerts=ALERTS))
    assert not digest.is_empty
    assert digest.summary.replace("\u00a0", " ") == "1 dossier à corriger"


def test_files_to_correct_are_counted_in_french() -> None:
    """Two files make a plural, counted after today and before the week."""
    digest = digest_of(
        row(1, alerts=ALERTS, ref="A"), row(2, target(), alerts=ALERTS[:1], ref="B")
    )  # fmt: skip
    assert digest.summary.replace("\u00a0", " ") == (
        "1 aujourd’hui, 2 dossiers à corriger, 1 dans les sept jours"
    )


def test_the_json_of_a_file_to_correct_gives_every_sentence() -> None:
    """Programs read all that does not conform, not the two sentences that a person is shown."""
    data = json.loads(json.dumps(digest_of(row(alerts=ALERTS)).as_json(), default=as_stored))
    today, wrong = data["sections"]
    assert (wrong["id"], wrong["title"]) == ("non_conformes", "Dossiers à corriger")
    assert wrong["lines"][0]["alerts"] == list(ALERTS)
    assert wrong["lines"] == today["lines"]


def test_what_can_still_be_saved_comes_first() -> None:
    """Among late lines, the nearest limit still ahead leads; what is lost comes last."""
    digest = digest_of(
        row(1, drf(strict=date(2026, 9, 1), prudent=date(2026, 8, 31)), ref="A-PERDU"),
        row(2, drf(strict=date(2026, 9, 9), prudent=date(2026, 9, 1)), ref="B-PLUS-TARD"),
        row(3, drf(strict=datetime(2026, 9, 3, 14, tzinfo=PARIS), prudent=date(2026, 9, 1)),
            ref="C-AUJOURD-HUI"),
    )  # fmt: skip
    assert sections(digest) == {"retard": ["C-AUJOURD-HUI", "B-PLUS-TARD", "A-PERDU"]}


def test_the_law_comes_before_a_target() -> None:
    """On one day: what the law limits, then the target."""
    friday = date(2026, 9, 4)
    digest = digest_of(
        row(1, target(prudent=friday), ref="A-OBJECTIF"),
        row(2, drf(prudent=friday, strict=friday), ref="B-JOUR"),
    )
    assert sections(digest) == {"semaine": ["B-JOUR", "A-OBJECTIF"]}


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
    found = gathering([ZOE, LEA, AGENCY], MORNING).read(rows)
    assert sections(found.digest(ZOE)) == {"aujourdhui": ["A-ZOE"]}
    assert sections(found.digest(LEA)) == {"aujourdhui": ["B-LEA"]}
    assert sections(found.digest(AGENCY)) == {"aujourdhui": ["C-AGENCE", "D-PARTI"]}


def test_each_reader_has_their_own_day() -> None:
    """At two in the morning in Paris, it is still the day before in Guadeloupe."""
    maximum = DIRECTORY.recipient("max", "pap")
    now = paris(date(2026, 9, 3), 2)
    found = gathering([ZOE, maximum], now)
    assert found.until() == date(2026, 9, 10)
    lines = [row(1), row(2, owner="max")]
    found.read(lines)
    assert sections(found.digest(ZOE)) == {"aujourdhui": ["CIPI-2026-0042"]}
    assert sections(found.digest(maximum)) == {"semaine": ["CIPI-2026-0042"]}


def test_a_row_that_cannot_be_placed_hides_no_other() -> None:
    """A case of an agency that has gone is reported, and the others are still told."""
    found = gathering([ZOE], MORNING)
    found.read([row(1, agency="fermee", owner=None, ref="A-PERDU"), row(2)])
    assert sections(found.digest(ZOE)) == {"aujourdhui": ["CIPI-2026-0042"]}
    assert len(found.broken) == 1
    assert found.broken[0].startswith("A-PERDU, Saisir la DRF : Agence : « fermee »")


def test_one_pass_keeps_only_what_will_be_said() -> None:
    """Rows are read one by one, never gathered: those with nothing to say leave no line."""
    read: list[int] = []

    def stream() -> Iterator[OpenDeadline]:
        far = drf(opens_on=None, prudent=date(2027, 3, 1), strict=None)
        for number in range(1, 501):
            read.append(number)
            yield row(number, drf() if number % 100 == 0 else far, ref=f"R-{number:04}")

    found = gathering([ZOE], MORNING).read(stream())
    assert len(read) == 500
    assert sections(found.digest(ZOE)) == {
        "aujourdhui": ["R-0100", "R-0200", "R-0300", "R-0400", "R-0500"]
    }


def test_one_pass_keeps_nothing_of_a_file_that_cannot_be_acted_on() -> None:
    """Files to correct whose windows are closed leave no line; the others leave one each."""
    closed = drf(opens_on=date(2026, 12, 1), prudent=date(2027, 3, 1), strict=None)
    rows = (
        row(n, drf() if n % 100 < 2 else closed, ref=f"R-{n // 2:04}", alerts=ALERTS)
        for n in range(200, 400)
    )
    digest = digest_of(*rows)
    assert sections(digest)["non_conformes"] == ["R-0100", "R-0150"]


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
    found = failures_for(reader, [FAILED], STAFF, MORNING)  # type: ignore[arg-type]
    assert bool(found) == told


def test_a_failure_of_somebody_who_left_is_told_to_nobody_else() -> None:
    """A recipient that the configuration no longer names concerns no other person."""
    gone = replace(FAILED, recipient="personne:partie")
    agency = replace(FAILED, recipient="agence:dijon")
    assert failures_for(LEA, [gone], STAFF, MORNING) == ()
    assert failures_for(AGENCY, [agency], STAFF, MORNING) == (agency,)


def test_the_json_of_a_digest_is_complete() -> None:
    """Programs read sections, dates and the time left, in ISO and in numbers."""
    lines = [row(1, drf(prudent=date(2026, 9, 2))), row(2, target())]
    digest = digest_for(
        ZOE, MORNING, lines,
        failures=[FAILED],
    )  # fmt: skip
    data = json.loads(json.dumps(digest.as_json(), default=as_stored))
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
        "alerts": [],
        "stake": None,
        "estimated": False,
        "awaited_since": None,
        "snoozed_until": None,
        "in_place_of": None,
        "missing": [],
    }


def test_sections_keep_their_order() -> None:
    """Whatever the order of the rows, the most pressing section comes first."""
    opening = drf(opens_on=date(2026, 9, 4), prudent=date(2026, 11, 2), strict=None)
    rows = [row(1, opening), row(2, reply()), row(3, target()), row(4, alerts=ALERTS), row(5, drf(prudent=date(2026, 9, 1)))]  # fmt: skip # noqa: E501
    rows.insert(0, row(6, replace(drf(), missing=("« Fin »",))))
    assert [part.id for part in digest_of(*rows).sections] == list(SectionId)
