"""Whom an answer to a mail goes to, and what mail programs sort it by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from notifications.digest.model import Digest
from notifications.mail.mime import list_id
from notifications.model.messages import OutgoingMessage
from notifications.people.staff import Addressee
from notifications.rendering.replies import who_answers
from notifications.schedule.planning import Due, Planned
from tests.support.notifications import make_composer, make_directory, paris, read, row
from workflow.case.people import Recipient

DIRECTORY = make_directory()
COMPOSER = make_composer()
ZOE, LEA, DIJON = (DIRECTORY.recipient(one, "dijon") for one in ("zoe", "lea", None))
NOW = paris(date(2026, 9, 4))
INSTEAD = Addressee(LEA, ZOE)
FILES: Mapping[str, Mapping[str, Any]] = {
    "zoe": {},
    "lea": {"owner": "lea"},
    "nobody": {"owner": None},
    "gone": {"owner": "partie"},
    "pap": {"agency": "pap", "owner": "max"},
    "cdpi": {"procedure": "cdpi"},
}
"""Files, by whoever follows them or what tells them apart from Zoé's."""


def group(names: str, reader: Recipient, told: Addressee | None) -> OutgoingMessage:
    """Return the one mail about some files."""
    dues = [
        [Due(row(number, ref=f"R-{number}", **FILES[name]), (Planned(NOW, "7", "x"),))]
        for number, name in enumerate(names.split())
    ]
    return COMPOSER.group(reader, dues, NOW, told=told)


@pytest.mark.parametrize(
    ("files", "reader", "told", "answers", "listed"),
    [
        ("zoe", ZOE, None, "dijon", "cipi.dijon"),
        ("zoe", LEA, None, "zoe", "cipi.dijon"),
        ("zoe zoe", LEA, None, "zoe", "cipi.dijon"),
        ("zoe lea", LEA, None, "dijon", "cipi.dijon"),
        ("zoe", LEA, INSTEAD, "dijon", "cipi.dijon"),
        ("nobody", ZOE, None, "dijon", "cipi.dijon"),
        ("gone", ZOE, None, "dijon", "cipi.dijon"),
        ("nobody", DIJON, None, None, "cipi.dijon"),
        ("pap", LEA, None, "max", "cipi.pap"),
        ("zoe cdpi", LEA, None, "zoe", "rappels.dijon"),
        ("zoe pap", LEA, None, "dijon", "cipi.dijon"),
    ],
)
def test_an_answer_goes_to_whoever_can_give_one(
    files: str, reader: Recipient, told: Addressee | None, answers: str | None, listed: str
) -> None:
    """Who follows the files, unless they read it or are away; the agency otherwise; never the reader."""
    found = read(group(files, reader, told).content)
    asked = [one.addr_spec for one in found["Reply-To"].addresses] if answers else []
    assert asked == ([f"{answers}@interim.example"] if answers else [])
    assert ("Reply-To" in found) == bool(answers)
    assert found["List-Id"] == f"<{listed}.interim.example>"


def test_a_reminder_and_a_digest_say_so_too() -> None:
    """The mail of one file and the digest of a morning bear the same two headers."""
    due = Due(row(), (Planned(NOW, "7", "x"),))
    reminder = read(COMPOSER.reminder(LEA, [due], NOW).content)
    assert (str(reminder["Reply-To"]), reminder["List-Id"]) == (
        "Zoé Müller <zoe@interim.example>",
        "<cipi.dijon.interim.example>",
    )
    digest = read(COMPOSER.digest(Digest(ZOE, NOW.date()), NOW).content)
    assert (digest["Reply-To"].addresses[0].addr_spec, digest["List-Id"]) == (
        "dijon@interim.example",
        "<synthese.dijon.interim.example>",
    )


def test_nobody_answers_from_an_agency_that_is_gone() -> None:
    """An agency that has left the configuration, or a reader at the same address, gets no answer."""
    assert who_answers([row(agency="lille")], ZOE, None, DIRECTORY) is None
    assert who_answers([], replace(ZOE, email="dijon@interim.example"), None, DIRECTORY) is None


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["cif-cdd", "Lyon.2_est"], "<cif-cdd.lyon-2-est.interim.example>"),
        (["cipi", "--"], None),
        (["cipi", "a" * 60], None),
        ([], None),
    ],
)
def test_what_a_header_cannot_hold_is_left_out(names: Sequence[str], found: str | None) -> None:
    """An identifier is plain labels, on one line, or it is not there."""
    assert list_id(names, "interim.example") == found
