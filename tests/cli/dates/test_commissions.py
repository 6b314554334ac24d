"""`commissions` as typed: the calendar, the files it moves, shown before it is saved, and bad calendars."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.support.cli import Desk, Run, plain

FUNDER = "--financeur fongecif-bfc"
REF = "CIF-2026-0001"
JULY, JUNE = "12/07/2018", "14/06/2018"

TOML = """
[[commissions]]
day = 2018-07-12
cutoff = 2018-05-01
label = "Juillet"

[[commissions]]
day = "14/09/2018"
"""

ICS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//agenda//FR
BEGIN:VEVENT
UID:1
DTSTART;VALUE=DATE:20181004
SUMMARY:Automne
RRULE:FREQ=MONTHLY;COUNT=2
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTART:20180610T220000Z
SUMMARY:Juin
END:VEVENT
BEGIN:VEVENT
UID:3
DTSTART;VALUE=DATE:20181204
STATUS:CANCELLED
END:VEVENT
END:VCALENDAR
"""


def ics(*lines: str) -> str:
    """Return an agenda with one event made of some lines."""
    return "\n".join(
        ("BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:1", *lines, "END:VEVENT", "END:VCALENDAR")
    )


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Return a desk with one historical file of a funder that has a commission."""
    desk = Desk(tmp_path, monkeypatch)
    desk.prepare(
        f"dossier ouvrir cif-cdd {FUNDER} --historique --libelle Soudeur "
        "--fait demarrage_formation=03/09/2018"
    )
    return desk


def days(desk: Desk) -> list[str]:
    """Return the sessions that are noted."""
    return [one["day"] for one in desk.must(f"commissions voir {FUNDER} --json").json["sessions"]]


def deposit(desk: Desk) -> dict[str, object]:
    """Return the dates of deposit of the file."""
    (found,) = (
        one
        for one in desk.must(f"dossier voir {REF} --json").json["deadlines"]
        if one["id"] == "depot"
    )
    return {name: found[name] for name in ("strict", "prudent", "commission")}


def test_sessions_are_added_moved_and_cancelled(desk: Desk) -> None:
    """Each change moves the file that hangs on it, with an entry in its journal that says why."""
    run = desk.must(f"commissions ajouter {FUNDER} {JULY} {JUNE} --oui")
    assert "CIF-2026-0001 Soudeur (lyon)" in run.shown
    assert "limite stricte 31/05/2018 → 12/05/2018" in run.shown
    assert "commission — → 12/07/2018" in run.shown
    assert days(desk) == ["2018-06-14", "2018-07-12"]
    assert deposit(desk) == {
        "strict": "2018-05-12", "prudent": "2018-05-11", "commission": "2018-07-12",
    }  # fmt: skip
    desk.must(f"commissions deplacer {FUNDER} {JULY} 05/07/2018 --oui")
    assert deposit(desk)["commission"] == "2018-07-05"
    desk.must(f"commissions annuler {FUNDER} 05/07/2018 --oui")
    assert deposit(desk)["commission"] == "2018-06-14"
    told = desk.must(f"dossier journal {REF}").shown
    assert told.count("Dates recalculées") == 3
    assert "« Commission du 12/07/2018 déplacée au 05/07/2018 »" in told
    assert "« Commission du 05/07/2018 annulée »" in told


def test_a_session_that_is_only_another_choice_is_not_left_behind(desk: Desk) -> None:
    """Cancelling a session that decided nothing takes it away from what the file proposes."""
    desk.must(f"commissions ajouter {FUNDER} {JULY} {JUNE} --oui")
    assert "Autre choix : commission du 14/06/2018" in desk.must(f"dossier voir {REF}").shown
    run = desk.must(f"commissions annuler {FUNDER} {JUNE} --oui")
    assert "dates inchangées" in run.shown
    assert "14/06/2018" not in desk.must(f"dossier voir {REF}").shown


def test_a_cutoff_decides_and_is_asked_again_when_the_session_moves(desk: Desk) -> None:
    """The cut-off of a session stands before the rule; it does not follow a session by itself."""
    desk.must(f"commissions ajouter {FUNDER} {JULY} --cloture 02/05/2018 --libelle Juillet --oui")
    assert deposit(desk)["strict"] == "2018-05-02"
    run = desk.type(f"commissions deplacer {FUNDER} {JULY} 13/07/2018 --oui")
    assert (run.code, "ajoutez --cloture" in run.said) == (2, True)
    desk.must(f"commissions deplacer {FUNDER} {JULY} 13/07/2018 --cloture aucune --oui")
    assert deposit(desk)["strict"] == "2018-05-13"
    assert "Juillet" in desk.must(f"commissions voir {FUNDER}").shown


@pytest.mark.parametrize("verb", ["ajouter", "importer"])
def test_nothing_is_written_by_a_dry_run_or_without_anybody_to_confirm(
    desk: Desk, verb: str
) -> None:
    """`--essai` shows the files; without it, a program must say `--oui`."""
    (desk.folder / "a.toml").write_text(TOML, encoding="utf-8")
    line = f"commissions {verb} {FUNDER} {JULY if verb == 'ajouter' else 'a.toml'}"
    before = desk.rows()
    shown = desk.must(f"{line} --essai").shown
    assert "Soudeur" in shown
    data = desk.must(f"{line} --essai --json").json
    assert (data["saved"], data["files"][0]["ref"]) == (False, REF)
    assert data["added"][0]["day"] == "2018-07-12"
    run = desk.type(line)
    assert (run.code, "ajoutez --oui" in run.said) == (2, True)
    assert desk.type(f"{line} --oui --essai").code == 2
    assert desk.type(f"{line} --oui --maintenant 2018-03-01").code == 2
    assert desk.rows() == before


@pytest.mark.parametrize(("answer", "written"), [("oui\n", True), ("non\n", False), ("\n", False)])
def test_it_is_asked_at_a_terminal(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, answer: str, written: bool
) -> None:
    """The files are shown, then the question asked; only a yes is a yes."""
    keyboard = io.StringIO(answer)
    monkeypatch.setattr(keyboard, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", keyboard)
    run = desk.must(f"commissions ajouter {FUNDER} {JULY}")
    assert "Soudeur" in run.shown
    assert "Enregistrer (oui ou non)" in run.said
    assert ("Rien n’a été enregistré." in run.said) is not written
    assert days(desk) == (["2018-07-12"] if written else [])


def test_a_toml_calendar_is_imported(desk: Desk) -> None:
    """Dates of TOML or as staff write them, cut-off and label; what is noted already is left."""
    (desk.folder / "a.toml").write_text(TOML, encoding="utf-8")
    data = desk.must(f"commissions importer {FUNDER} a.toml --oui --json").json
    assert data["added"] == [
        {"day": "2018-07-12", "cutoff": "2018-05-01", "label": "Juillet"},
        {"day": "2018-09-14", "cutoff": None, "label": ""},
    ]
    again = desk.type(f"commissions importer {FUNDER} a.toml --oui")
    assert (again.code, "déjà notées" in again.said) == (3, True)


def test_an_agenda_is_imported(desk: Desk) -> None:
    """An hour counts on the funder's clock, a plain repetition is expanded, a cancelled event is not."""
    (desk.folder / "a.ics").write_text(ICS, encoding="utf-8")
    desk.must(f"commissions importer {FUNDER} a.ics --oui")
    assert days(desk) == ["2018-06-11", "2018-10-04", "2018-11-04"]
    assert "Automne" in desk.must(f"commissions voir {FUNDER}").shown


def agenda(*events: tuple[str, ...], method: str = "PUBLISH") -> str:
    """Return an agenda of some events, each made of some lines."""
    bodies = (
        line
        for number, lines in enumerate(events, 1)
        for line in ("BEGIN:VEVENT", f"UID:{number}", *lines, "END:VEVENT")
    )
    return "\n".join(("BEGIN:VCALENDAR", f"METHOD:{method}", *bodies, "END:VCALENDAR"))


MET = ("DTSTART;VALUE=DATE:20181004", "SUMMARY:Commission")


@pytest.mark.parametrize(
    "gone",
    [
        "SUMMARY:Annulé : Commission",
        "SUMMARY:[ANNULÉE] Commission de novembre",
        "SUMMARY:Commission annulée",
        "SUMMARY:Canceled: Commission",
        "SUMMARY:Cancelled - Commission",
        "SUMMARY:Séances supprimées",
        "SUMMARY:Commission\nSTATUS:CANCELLED",
    ],
)
def test_a_session_called_off_is_left_out_and_named(desk: Desk, gone: str) -> None:
    """Outlook says in the title alone that an event will not take place: no deadline hangs on it."""
    text = agenda(MET, ("DTSTART;VALUE=DATE:20181106", gone))
    (desk.folder / "a.ics").write_text(text, encoding="utf-8")
    run = desk.must(f"commissions importer {FUNDER} a.ics --oui --json")
    assert [one["day"] for one in run.json["added"]] == ["2018-10-04"]
    (warning,) = run.json["warnings"]
    assert warning.startswith("a.ics : événement 2 « ")
    assert warning.endswith(" » : annulé, laissé de côté.")
    assert days(desk) == ["2018-10-04"]


@pytest.mark.parametrize("title", ["REPORTÉE - Commission", "Commission (report du 01/10)"])
def test_a_session_that_was_put_off_is_taken_and_named(desk: Desk, title: str) -> None:
    """A title that speaks of a postponement may mean the old day or the new one: a person is to look."""
    text = agenda(("DTSTART;VALUE=DATE:20181004", f"SUMMARY:{title}"))
    (desk.folder / "a.ics").write_text(text, encoding="utf-8")
    data = desk.must(f"commissions importer {FUNDER} a.ics --oui --json").json
    assert [one["day"] for one in data["added"]] == ["2018-10-04"]
    (warning,) = map(plain, data["warnings"])
    assert "son titre parle d’un report ; vérifiez" in warning


def test_an_agenda_of_events_called_off_is_refused(desk: Desk) -> None:
    """A calendar sent to call its events off adds none of them."""
    (desk.folder / "a.ics").write_text(agenda(MET, method="CANCEL"), encoding="utf-8")
    run = desk.type(f"commissions importer {FUNDER} a.ics --oui")
    assert (run.code, "tous ses événements sont annulés" in run.said) == (2, True)


@pytest.mark.parametrize(
    ("lines", "last"),
    [
        (("DTSTART;VALUE=DATE:20181004", "DTEND;VALUE=DATE:20181006"), "05/10/2018"),
        (("DTSTART:20181004T090000", "DTEND:20181005T120000"), "05/10/2018"),
        (("DTSTART;VALUE=DATE:20181004", "DURATION:P3D"), "06/10/2018"),
        (("DTSTART;VALUE=DATE:20181004", "DTEND;VALUE=DATE:20181005"), None),
        (("DTSTART:20181004T090000", "DTEND:20181005T000000"), None),
        (("DTSTART;VALUE=DATE:20181004",), None),
    ],
)
def test_a_session_of_several_days_counts_by_its_first(
    desk: Desk, lines: tuple[str, ...], last: str | None
) -> None:
    """The first day of several is taken, and that is said; a single day says nothing."""
    (desk.folder / "a.ics").write_text(agenda((*lines, "SUMMARY:Séance")), encoding="utf-8")
    data = desk.must(f"commissions importer {FUNDER} a.ics --oui --json").json
    assert [one["day"] for one in data["added"]] == ["2018-10-04"]
    said = [plain(words) for words in data["warnings"]]
    period = f"du 04/10/2018 au {last}"
    told = f"il dure plusieurs jours ({period}) ; le premier est retenu."
    assert said == ([f"a.ics : événement 1 « Séance » : {told}"] if last else [])


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("FREQ=WEEKLY;COUNT=3;BYDAY=TH", ["2018-10-04", "2018-10-11", "2018-10-18"]),
        ("FREQ=WEEKLY;INTERVAL=2;UNTIL=20181020", ["2018-10-04", "2018-10-18"]),
        ("FREQ=MONTHLY;BYMONTHDAY=4;UNTIL=20181104T120000Z", ["2018-10-04", "2018-11-04"]),
    ],
)
def test_plain_repetitions_are_expanded(desk: Desk, rule: str, found: list[str]) -> None:
    """Days and weeks and months, with an end, that start on the day they say."""
    text = ics("DTSTART;VALUE=DATE:20181004", f"RRULE:{rule}")
    (desk.folder / "a.ics").write_text(text, encoding="utf-8")
    desk.must(f"commissions importer {FUNDER} a.ics --oui")
    assert days(desk) == found


def test_a_repetition_leaves_out_months_without_its_day(desk: Desk) -> None:
    """The 31st does not become the 30th."""
    text = ics("DTSTART;VALUE=DATE:20180531", "RRULE:FREQ=MONTHLY;COUNT=3")
    (desk.folder / "a.ics").write_text(text, encoding="utf-8")
    run = desk.type("commissions importer --financeur fafsea a.ics --essai --json")
    assert [one["day"] for one in run.json["added"]] == ["2018-05-31", "2018-07-31", "2018-08-31"]


@pytest.mark.parametrize(
    ("name", "content", "code", "sentence"),
    [
        ("a.toml", "", 2, "le fichier est vide"),
        ("a.toml", b"\xe9", 2, "pas en UTF-8 (octet 0)"),
        ("a.toml", TOML.encode("utf-16"), 2, "pas en UTF-8"),
        ("a.toml", "[[commissions]]\nday = 2018-02-30", 2, "TOML illisible"),
        ("a.toml", "[[commissions]]\nday = '31/06/2018'", 2, "cette date n’existe pas"),
        ("a.toml", "[[commissions]]\nday = 2018-07-12T10:00:00", 2, "day est une date"),
        ("a.toml", "[[commissions]]\nday = 20180712", 2, "day est une date"),
        ("a.toml", "[[commissions]]\ndya = 2018-07-12", 2, "le plus proche : « day »"),
        ("a.toml", "[[commissions]]\nlabel = 'x'", 2, "commission 1 : il manque sa date"),
        ("a.toml", "[[commissions]]\nday = 2018-07-12\nlabel = 3", 2, "label est un texte"),
        ("a.toml", "commissions = 3", 2, "aucune commission"),
        ("a.toml", "commission = 3", 2, "« commission » n’est pas lu"),
        ("a.toml", TOML + TOML, 2, "deux commissions le 12/07/2018"),
        ("a.toml", "[[commissions]]\nday = 2018-08-14", 2, "ne tient pas de commission en août"),
        ("a.toml", "[[commissions]]\nday = 2018-07-12\ncutoff = 2018-07-12", 2, "doit la précéder"),
        ("a.txt", TOML, 2, "donnez un fichier .toml ou .ics"),
        ("b.toml", None, 2, "ce fichier n’existe pas"),
        ("a.ics", "bonjour", 2, "ce n’est pas un agenda"),
        ("a.ics", "BEGIN:VCALENDAR\nEND:VCALENDAR", 2, "aucun événement"),
        ("a.ics", ICS[: ICS.index("SUMMARY:Juin")], 2, "l’agenda est incomplet"),
        ("a.ics", ics("SUMMARY:X"), 2, "« X » : il n’a pas de date de début"),
        ("a.ics", ics("DTSTART:jeudi"), 2, "il n’a pas de date de début"),
        ("a.ics", ics("DTSTART:20181004", "RRULE:FREQ=MONTHLY;COUNT=2;BYDAY=1TH"), 2, "n’est pas lue"),
        ("a.ics", ics("DTSTART:20181004", "RRULE:FREQ=WEEKLY"), 2, "n’est pas lue"),
        ("a.ics", ics("DTSTART:20181004", "RRULE:FREQ=YEARLY;COUNT=2"), 2, "n’est pas lue"),
        ("a.ics", ics("DTSTART:20181004", "RRULE:FREQ=souvent"), 2, "n’est pas lue"),
        ("a.ics", ics("DTSTART:20181004", "RRULE:FREQ=DAILY;COUNT=9999"), 2, "n’est pas lue"),
        ("a.ics", ics("DTSTART:20181004", "RDATE:20181105"), 2, "n’est pas lue"),
    ],
)  # fmt: skip
def test_a_bad_calendar_is_refused_whole(
    desk: Desk, name: str, content: str | bytes | None, code: int, sentence: str
) -> None:
    """Each has its sentence and its code, and nothing is written."""
    if content is not None:
        raw = content if isinstance(content, bytes) else content.encode()
        (desk.folder / name).write_bytes(raw)
    desk.refuses(f"commissions importer {FUNDER} {name} --oui", code, sentence)


def test_a_living_calendar_is_never_all_in_the_past(desk: Desk) -> None:
    """While the scheme lives, sessions that are over are left out; a whole calendar of them is refused."""
    desk.now = desk.now.replace(year=2018, month=6)
    (desk.folder / "a.toml").write_text(TOML, encoding="utf-8")
    (desk.folder / "b.toml").write_text("[[commissions]]\nday = 2018-05-09", encoding="utf-8")
    run = desk.type(f"commissions importer {FUNDER} b.toml --oui")
    assert (run.code, "toutes ses commissions sont passées" in run.said) == (2, True)
    run = desk.type(f"commissions ajouter {FUNDER} 09/05/2018 --oui")
    assert (run.code, "est passée" in run.said) == (2, True)
    assert days(desk) == []


@pytest.mark.parametrize(
    ("line", "code", "sentence"),
    [
        ("voir", 2, "ajoutez « --financeur »"),
        ("voir --financeur unifa", 4, "le plus proche : « unifaf »"),
        ("voir --financeur unifaf", 2, "UNIFAF n’a pas de commission"),
        ("voir --procedure cipi", 2, "n’a pas de commission"),
        ("voir --procedure cip", 4, "le plus proche"),
        (f"ajouter {FUNDER} --oui", 2, "Quel jour ?"),
        (f"ajouter {FUNDER} 31/06/2018 --oui", 2, "cette date n’existe pas"),
        (f"ajouter {FUNDER} {JULY} {JULY} --oui", 2, "déjà notée le 12/07/2018"),
        (f"ajouter {FUNDER} 09/01/2018 --oui", 2, "ne tient pas de commission en janvier"),
        (f"ajouter {FUNDER} {JULY} --cloture {JULY} --oui", 2, "doit la précéder"),
        (f"ajouter {FUNDER} {JULY} {JUNE} --cloture 01/05/2018 --oui", 2, "une seule commission"),
        (f"deplacer {FUNDER} {JULY} {JUNE} --oui", 4, "pas de commission le 12/07/2018"),
        (f"annuler {FUNDER} {JULY} --oui", 4, "(commissions : aucune)"),
    ],
)  # fmt: skip
def test_bad_input_is_told_and_writes_nothing(
    desk: Desk, line: str, code: int, sentence: str
) -> None:
    """Each mistake has its sentence and its code."""
    before = desk.rows()
    run: Run = desk.type(f"commissions {line}")
    assert sentence in run.said
    assert (run.code, desk.rows()) == (code, before)


def test_a_move_that_changes_nothing_is_refused(desk: Desk) -> None:
    """The same day and the same cut-off: nothing to write."""
    desk.must(f"commissions ajouter {FUNDER} {JULY} {JUNE} --oui")
    run = desk.type(f"commissions deplacer {FUNDER} {JULY} {JULY} --oui")
    assert (run.code, "Rien à changer" in run.said) == (3, True)
    run = desk.type(f"commissions deplacer {FUNDER} {JULY} {JUNE} --oui")
    assert (run.code, "déjà notée le 14/06/2018" in run.said) == (2, True)
