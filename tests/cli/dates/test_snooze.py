"""`dossier reporter` as typed: a reminder put off and taken back, shown to the team, and every refusal."""

from __future__ import annotations

import pytest

from tests.support.cli import REF, Desk

LINE = f"dossier reporter {REF} drf"
WHY = "--raison 'Dates confirmées par téléphone'"
"""The training starts on Monday 5 October: the last useful day of the request is Friday 2."""


def request(desk: Desk) -> dict[str, object]:
    """Return the deadline of the request, as `dossier voir` gives it."""
    listed = desk.must(f"dossier voir {REF} --json").json["deadlines"]
    (found,) = (one for one in listed if one["id"] == "drf")
    return dict(found)


def test_a_reminder_is_put_off_and_everybody_sees_it(desk: Desk) -> None:
    """The answer gives the next reminder and the limit; three commands show the team who and why."""
    run = desk.must(f"--par malik {LINE} --jusqu-au 28/09/2026 {WHY}")
    assert "rappel reporté au 28/09/2026" in run.shown
    assert "prochain rappel lundi 28 septembre 2026 à 09:00" in run.shown
    assert "dernier jour utile vendredi 2 octobre 2026" in run.shown
    assert "responsable prévenu" in run.shown
    shown = desk.must(f"dossier voir {REF}").shown
    assert "rappel reporté au lundi 28 septembre 2026" in shown
    assert "rappel reporté au 28/09/2026, par Malik Berthaud (malik), le 01/09/2026" in shown
    assert "« Dates confirmées par téléphone »" in shown
    assert "rappel reporté au 28/09/2026" in desk.must("echeances --jours 60").shown
    told = desk.must(f"dossier journal {REF}").shown
    assert "Report de rappel" in told
    assert "rappel reporté au 28/09/2026 « Dates confirmées par téléphone »" in told


def test_it_reads_the_same_as_json(desk: Desk) -> None:
    """`--json` says what is written, when each is told next, and until when it is silent."""
    data = desk.must(f"{LINE} --jusqu-au 28/09/2026 {WHY} --json").json
    assert (data["saved"], data["entry"]["kind"]) == (True, "report")
    assert data["entry"]["changes"] == [{"name": "drf", "old": None, "new": "2026-09-28"}]
    assert (data["moved"], data["opened"], data["closed"]) == ([], [], [])
    assert data["next_reminder"] == "2026-09-28T07:00:00+00:00"
    assert data["last_call"] == "2026-10-02"
    assert data["escalation"] > data["next_reminder"]
    assert request(desk)["snoozed_until"] == "2026-09-28"
    (entry,) = desk.must(f"dossier voir {REF} --json").json["snoozed"]
    assert entry["comment"] == "Dates confirmées par téléphone"
    rows = desk.must("echeances --jours 60 --json").json
    assert [one["deadline"].get("snoozed_until") for one in rows].count("2026-09-28") == 1


def test_a_snooze_is_taken_back(desk: Desk) -> None:
    """`--reprendre` ends the silence, keeps its reason in the journal, and cannot be done twice."""
    desk.must(f"{LINE} --jusqu-au 28/09/2026 {WHY}")
    run = desk.must(f"{LINE} --reprendre")
    assert "rappel repris" in run.shown
    assert "prochain rappel" in run.shown
    assert "snoozed_until" not in request(desk)
    assert desk.must(f"dossier voir {REF} --json").json["snoozed"] == []
    assert "Dates confirmées" in desk.must(f"dossier journal {REF}").shown
    again = desk.type(f"{LINE} --reprendre")
    assert (again.code, "n’est pas reporté" in again.said) == (3, True)


def test_a_silence_really_holds_until_its_day(desk: Desk) -> None:
    """No reminder of the request leaves before the day it was put off to; that morning, one does."""
    desk.must(f"{LINE} --jusqu-au 28/09/2026 {WHY}")
    before = desk.must("service --essai --maintenant '2026-09-25 10:00' --json").json
    after = desk.must("service --essai --maintenant '2026-09-28 10:00' --json").json
    assert (before["reminder_messages"], after["reminder_messages"]) == (0, 1)


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ("--jusqu-au 28/09/2026", 2, "il manque la raison, que l’équipe lira"),
        (WHY, 2, "Jusqu’à quand ? Ajoutez --jusqu-au DATE"),
        (f"{WHY} --reprendre --jusqu-au 28/09/2026", 2, "ou --reprendre pour annuler"),
        (f"{WHY} --jusqu-au 31/09/2026", 2, "n’existe pas"),
        (f"{WHY} --jusqu-au bientot", 2, "--jusqu-au"),
        (f"{WHY} --jusqu-au 01/09/2026", 3, "ce jour n’est pas à venir"),
        (f"{WHY} --jusqu-au 05/10/2026", 3, "le dernier jour utile est le 02/10/2026"),
        ("--raison 'Reconnaissance RQTH' --jusqu-au 28/09/2026", 3, "peut révéler pourquoi"),
        (f"{WHY} --jusqu-au 28/09/2026 --version-vue 9", 2, "relisez-le"),
        (f"{WHY} --jusqu-au 28/09/2026 --maintenant 2026-09-02", 2, "retirez-la"),
        ("--reprendre", 3, "n’est pas reporté"),
    ],
)
def test_what_cannot_be_put_off_is_refused(
    desk: Desk, words: str, code: int, sentence: str
) -> None:
    """Each mistake has its sentence and code, and nothing is written."""
    desk.refuses(f"{LINE} {words}", code, sentence)


def test_a_case_or_a_deadline_that_is_not_there_is_named(desk: Desk) -> None:
    """An unknown reference or deadline answers 4; no deadline at all lists those that are open."""
    assert desk.type(f"dossier reporter CIPI-2026-9999 drf --jusqu-au 28/09/2026 {WHY}").code == 4
    run = desk.type(f"dossier reporter {REF} dfr --jusqu-au 28/09/2026 {WHY}")
    assert (run.code, "le plus proche : « drf »" in run.said) == (4, True)
    run = desk.type(f"dossier reporter {REF}")
    assert (run.code, "quelle échéance ?" in run.said, "drf" in run.said) == (2, True, True)
