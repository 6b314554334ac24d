"""`agenda` from the keyboard: real files, subscribed to, moved, met, and taken away."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from typing import Any

from icalendar import Calendar

from tests.support.cli import REF, Desk
from tests.support.programs import PATIENCE, program


def events(text: str) -> dict[str, Any]:
    """Return the events of a calendar by what stands before the @ of their UID."""
    found = list(Calendar.from_ical(text).walk("VEVENT"))
    by_uid = {str(one["UID"]).partition("@")[0]: one for one in found}
    assert len(by_uid) == len(found)
    return by_uid


def test_ones_own_dates_are_given_without_an_option(desk: Desk) -> None:
    """The acting person's dates, with the name of the calendar and the reminders as alarms."""
    out = desk.must("agenda").out
    found = events(out)
    assert sorted(found) == [f"{REF}.drf.{which}" for which in ("ouverture", "prudent", "strict")]
    assert found[f"{REF}.drf.prudent"]["DTSTART"].dt == date(2026, 9, 30)
    assert len(found[f"{REF}.drf.prudent"].walk("VALARM")) == 4
    assert "X-WR-CALNAME:Échéances – Claire Vasseur\r\n" in out
    assert out == desk.must("agenda").out


def test_nothing_of_the_person_of_the_file_is_in_it(desk: Desk) -> None:
    """Neither the title of the case nor any fact but dates."""
    out = desk.must("agenda").out.replace("\r\n ", "")
    assert "Morvan" not in out
    assert "Sacha" not in out


def test_whose_dates_is_chosen(desk: Desk) -> None:
    """A person, an agency or a file; two of them at once, or nobody known, is refused."""
    assert len(events(desk.must("agenda --agence lyon").out)) == 3
    assert len(events(desk.must(f"agenda --dossier {REF}").out)) == 3
    assert events(desk.must("agenda --personne malik").out) == {}
    assert desk.type("agenda --agence lyon --personne claire").code == 2
    assert desk.type("agenda --personne malika").code == 4
    assert desk.type("agenda --agence nantes").code == 4
    assert desk.type("agenda --dossier CIPI-2026-0999").code == 4
    text = desk.config.read_text(encoding="utf-8").replace('id = "claire"', "")
    desk.config.write_text(text, encoding="utf-8")
    assert "Ajoutez --personne, --agence ou --dossier" in desk.type("agenda").said


def test_a_date_that_moves_keeps_its_event(desk: Desk) -> None:
    """After a correction the same UIDs say other days, under a higher SEQUENCE."""
    before = events(desk.must("agenda").out)
    desk.now += timedelta(hours=1)
    desk.must(f"dossier corriger {REF} --fait", "demarrage_formation=12/10/2026 09:00")
    after = events(desk.must("agenda").out)
    assert after.keys() == before.keys()
    for uid, event in after.items():
        assert event["DTSTART"].dt != before[uid]["DTSTART"].dt
        assert int(event["SEQUENCE"]) > int(before[uid]["SEQUENCE"])
        assert event["LAST-MODIFIED"].dt > before[uid]["LAST-MODIFIED"].dt


def test_what_is_done_is_taken_away_then_brought_back(desk: Desk) -> None:
    """Met: CANCELLED for a month, then gone. Undone: confirmed again, with a higher SEQUENCE yet."""
    before = events(desk.must("agenda").out)
    desk.now += timedelta(hours=1)
    desk.must(f"dossier avancer {REF} deposer_drf")
    done = events(desk.must("agenda").out)
    for uid, event in before.items():
        assert str(done[uid]["STATUS"]) == "CANCELLED"
        assert int(done[uid]["SEQUENCE"]) > int(event["SEQUENCE"])
    assert any(str(one["STATUS"]) == "CONFIRMED" for one in done.values()), "the reply is awaited"
    assert not before.keys() & events(desk.must("agenda --maintenant 15/11/2026").out).keys(), (
        "a month later"
    )
    desk.must(f"dossier annuler {REF}")
    again = events(desk.must("agenda").out)
    for uid in before:
        assert str(again[uid]["STATUS"]) == "CONFIRMED"
        assert int(again[uid]["SEQUENCE"]) > int(done[uid]["SEQUENCE"])


def test_a_file_is_written_whole(desk: Desk) -> None:
    """`--sortie` writes the very bytes; over a file that is there, only when it is asked."""
    run = desk.must("agenda --sortie dates.ics")
    assert "3 dates dans « dates.ics »" in run.said
    content = (desk.folder / "dates.ics").read_bytes()
    assert content.decode() == desk.must("agenda").out
    assert content.count(b"\n") == content.count(b"\r\n")
    assert desk.type("agenda --sortie dates.ics").code == 3
    desk.must("agenda --sortie dates.ics --remplacer")
    assert desk.type("agenda --remplacer").code == 2
    assert desk.type("agenda --sortie dates.ics --json").code == 2


def test_the_dates_are_given_as_json(desk: Desk) -> None:
    """`--json` gives the same dates to another program."""
    data = desk.must("agenda --json").json
    assert data["name"] == "Échéances – Claire Vasseur"
    assert [one["which"] for one in data["events"]] == ["ouverture", "prudent", "strict"]


def test_a_pipe_receives_the_very_bytes(desk: Desk) -> None:
    """On a real standard output nothing is put in or taken out: CRLF stays CRLF."""
    command = [sys.executable, *program(desk.now, "agenda")]
    done = subprocess.run(
        command, cwd=desk.folder, capture_output=True, timeout=PATIENCE, check=True
    )
    assert done.stdout.startswith(b"BEGIN:VCALENDAR\r\n")
    assert done.stdout.endswith(b"END:VCALENDAR\r\n")
    assert done.stdout.count(b"\n") == done.stdout.count(b"\r\n")
    assert max(map(len, done.stdout.split(b"\r\n"))) <= 75
