"""One instant is one day, on every face: a limit at midnight is the evening of the day it ends."""

from __future__ import annotations

from datetime import UTC, datetime
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest

from tests.support.cli import REF, Desk, plain

START = "demarrage_formation=05/10/2026"
"""A Monday without an hour: 48 hours before is the evening of Friday 2 October."""
FRIDAY = datetime(2026, 10, 2, 7, 30, tzinfo=UTC)
"""The last day, 09:30 in Paris, the prudent date behind."""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Return a desk with a case whose limit falls at midnight."""
    made = Desk(tmp_path, monkeypatch)
    made.open_case(START)
    made.now = FRIDAY
    return made


@pytest.mark.parametrize(
    "line",
    [
        f"dossier voir {REF}",
        "echeances --jours 14",
        f"simuler cipi --fait {START}",
        "planifier cipi --depart 05/10/2026",
        "agenda",
        "synthese",
    ],
)
def test_every_command_tells_the_evening_of_the_last_day(desk: Desk, line: str) -> None:
    """Whatever shows the limit says 24:00 on the day that it ends, and nothing says 00:00."""
    # Columns and folded lines cut what is shown anywhere: looked at without any space.
    shown = "".join(desk.must(line).out.split())
    assert "24:00" in shown
    assert "à00:00" not in shown
    assert "03/10/202600:00" not in shown


def test_the_list_and_the_digest_count_to_the_last_day(desk: Desk) -> None:
    """On the last day the limit is today, and the day after it was missed yesterday."""
    assert "limite stricte aujourd’hui à 24:00" in desk.must(f"dossier voir {REF}").shown
    desk.now = datetime(2026, 10, 3, 7, 30, tzinfo=UTC)
    assert "Limite stricte dépassée depuis hier" in desk.must(f"dossier voir {REF}").shown


def test_the_calendar_has_it_on_the_last_day(desk: Desk) -> None:
    """The event of the limit is on Friday, all day long."""
    content = desk.must("agenda").out
    (event,) = (one for one in content.split("BEGIN:VEVENT") if ".strict@" in one)
    assert "DTSTART;VALUE=DATE:20261002" in event


def test_json_keeps_the_instant(desk: Desk) -> None:
    """For another program the limit stays the instant that it is."""
    found = desk.must(f"dossier voir {REF} --json").json
    (strict,) = {one["strict"] for one in found["deadlines"] if one["id"] == "drf"}
    assert strict == "2026-10-03T00:00:00+02:00"


def test_mails_tell_the_evening_of_the_last_day(desk: Desk) -> None:
    """The reminder and the digest say 24:00 on the day that it ends, as text and as a page."""
    desk.must("service --une-fois")
    bodies = []
    for file in sorted((desk.folder / "courriels").glob("*.eml")):
        message = BytesParser(policy=policy.default).parsebytes(file.read_bytes())
        bodies += [
            part.get_content() for part in message.walk() if part.get_content_maintype() == "text"
        ]
    telling = [body for body in bodies if "24:00" in body]
    assert len(telling) >= 4, "a reminder and a digest, both as text and as a page"
    assert not [body for body in bodies if "à 00:00" in plain(body)]
