"""`absences` as typed: what one does is shown, who receives what, and every refusal."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.support.cli import REF, Desk

DURING = "--du 28/09/2026 --au 02/10/2026"
"""The week in which the request of the case is to be made."""


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """Return a desk with one open case, followed by Malik, whose manager is Claire."""
    desk.must(f"dossier attribuer {REF} --personne malik")
    return desk


def known(desk: Desk) -> list[tuple[int, str, str | None]]:
    """Return the absences that are not over."""
    listed = desk.must("absences lister --json").json
    return [(one["number"], one["person"], one["substitute"]) for one in listed]


def test_an_absence_shows_first_what_it_does(desk: Desk) -> None:
    """Open files, dates that fall in it and who receives them come before the number it is given."""
    run = desk.must(f"absences noter malik {DURING} --remplacant claire")
    assert "Malik Berthaud : du 28/09/2026 au 02/10/2026." in run.shown
    assert "1 dossier en cours ; 1 date tombe pendant son absence." in run.shown
    assert REF in run.shown
    assert "Sera prévenu : Claire Vasseur, du 28/09/2026 au 02/10/2026." in run.shown
    assert "Absence 1 notée." in run.said
    assert "absences annuler 1" in run.said
    assert known(desk) == [(1, "malik", "claire")]


def test_it_reads_the_same_as_json(desk: Desk) -> None:
    """`--json` gives the absence, the dates that fall in it and who is told on which days."""
    data = desk.must(f"absences noter malik {DURING} --json").json
    assert (data["saved"], data["number"], data["person"], data["substitute"]) == (
        True, 1, "malik", None,
    )  # fmt: skip
    assert (data["first"], data["last"], data["open_files"]) == ("2026-09-28", "2026-10-02", 1)
    assert [(one["ref"], one["deadline"]) for one in data["falling"]] == [(REF, "drf")]
    assert data["told"] == [
        {
            "first": "2026-09-28", "last": "2026-10-02", "recipient": "personne:claire",
            "name": "Claire Vasseur",
        }
    ]  # fmt: skip
    assert data["substitute_away"] == []
    (listed,) = desk.must("absences lister --json").json
    assert listed == {
        "number": 1, "person": "malik", "name": "Malik Berthaud", "first": "2026-09-28",
        "last": "2026-10-02", "substitute": None,
    }  # fmt: skip


def test_a_substitute_who_is_away_too_is_told(desk: Desk) -> None:
    """The days on which the substitute is away go to the next one, and a warning says so."""
    desk.must("absences noter claire --du 30/09/2026 --au 09/10/2026")
    run = desk.must(f"absences noter malik {DURING} --remplacant claire")
    assert "Claire Vasseur est absent aussi, du 30/09/2026 au 09/10/2026" in run.said
    assert "Claire Vasseur, du 28/09/2026 au 29/09/2026." in run.shown
    assert "Agence de Lyon, du 30/09/2026 au 02/10/2026." in run.shown
    desk.must("absences annuler 2")
    data = desk.must(f"absences noter malik {DURING} --remplacant claire --json").json
    assert [one["recipient"] for one in data["told"]] == ["personne:claire", "agence:lyon"]
    assert [one["number"] for one in data["substitute_away"]] == [1]


def test_the_acting_person_is_meant_when_nobody_is_named(desk: Desk) -> None:
    """Without a name, `--par` says who is away."""
    assert desk.must(f"--par malik absences noter {DURING} --json").json["person"] == "malik"
    assert desk.must(f"absences noter {DURING} --json").json["person"] == "claire"


def test_absences_are_listed_by_person_agency_and_time(desk: Desk) -> None:
    """Those that are over are only shown with `--passees`; filters keep one person or one agency."""
    assert "Personne n’est absent, ni ne le sera." in desk.must("absences lister").said
    assert desk.must("absences lister --json").json == []
    desk.must("absences noter malik --du 31/08/2026 --au 02/09/2026")
    desk.must("absences noter claire --du 07/09/2026 --au 08/09/2026")
    shown = desk.must("absences lister").shown
    assert "Malik Berthaud" in shown
    assert "en cours" in shown
    assert "à venir" in shown
    assert "son responsable, puis l’agence" in shown
    assert len(desk.must("absences lister --personne malik --json").json) == 1
    assert len(desk.must("absences lister --agence lyon --json").json) == 2
    assert desk.must("absences lister --agence metz --json").json == []
    desk.now = datetime(2026, 9, 4, 8, 0, tzinfo=UTC)
    assert "Malik" not in desk.must("absences lister").shown
    shown = desk.must("absences lister --passees").shown
    assert "finie" in shown
    assert "à venir" in shown


def test_an_absence_is_cancelled(desk: Desk) -> None:
    """Cancelling says that the person is told again; the number is not given twice."""
    desk.must(f"absences noter malik {DURING}")
    assert "rien n’a été enregistré" in desk.must("absences annuler 1 --essai").said
    assert known(desk) == [(1, "malik", None)]
    run = desk.must("--par malik absences annuler 1")
    assert "Malik Berthaud est de nouveau prévenu de ses dossiers" in run.said
    assert known(desk) == []
    run = desk.type("absences annuler 1")
    assert (run.code, "elle n’existe pas" in run.said) == (4, True)
    assert desk.must(f"absences noter malik {DURING} --json").json["number"] == 2
    data = desk.must("absences annuler 2 --json").json
    assert (data["saved"], data["number"]) == (True, 2)


def test_an_absence_that_is_over_stays(desk: Desk) -> None:
    """What happened is not taken back."""
    desk.must(f"absences noter malik {DURING}")
    desk.now = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)
    run = desk.type("absences annuler 1")
    assert (run.code, "finie depuis le 02/10/2026" in run.said) == (3, True)


def test_the_same_days_are_not_noted_twice(desk: Desk) -> None:
    """Somebody already away on one of the days: conflict, nothing written."""
    desk.must(f"absences noter malik {DURING}")
    before = desk.rows()
    run = desk.type("absences noter malik --du 02/10/2026 --au 10/10/2026")
    assert run.code == 5, run.err
    assert desk.rows() == before


def test_a_rehearsal_writes_nothing(desk: Desk) -> None:
    """`--essai` shows what the absence would do, and keeps nothing."""
    before = desk.rows()
    run = desk.must(f"absences noter malik {DURING} --essai")
    assert "Sera prévenu : Claire Vasseur" in run.shown
    assert "rien n’a été enregistré" in run.said
    data = desk.must(f"absences noter malik {DURING} --essai --json").json
    assert (data["saved"], data["number"]) == (False, None)
    assert desk.rows() == before


@pytest.mark.parametrize(
    ("line", "code", "sentence"),
    [
        ("absences noter malik --du 02/10/2026 --au 28/09/2026", 2, "échangez les deux dates"),
        ("absences noter malik --du 03/08/2026 --au 07/08/2026", 2, "elle est déjà finie"),
        ("absences noter malik --du 28/09/2026 --au 02/10/2036", 2, "trois ans au plus"),
        ("absences noter malik --du 31/09/2026 --au 02/10/2026", 2, "n’existe pas"),
        ("absences noter malik --du 28/09/2026", 2, "Il manque l’option --au"),
        (f"absences noter malik {DURING} --remplacant malik", 2, "on ne se remplace pas soi-même"),
        (f"absences noter malik {DURING} --remplacant mailk", 4, "« malik »"),
        (f"absences noter mailk {DURING}", 4, "le plus proche : « malik »"),
        (f"absences noter malik {DURING} --maintenant 2026-09-02", 2, "retirez-la"),
        ("absences annuler 7", 4, "Absence 7"),
        ("absences annuler x", 2, "NUMÉRO « x »"),
        ("absences lister --personne personne", 4, "n’existe pas"),
        ("absences lister --agence lion", 4, "« lyon »"),
    ],
)
def test_what_cannot_be_noted_is_refused(desk: Desk, line: str, code: int, sentence: str) -> None:
    """Each mistake has its sentence and code, and nothing is written."""
    desk.refuses(line, code, sentence)


def test_a_system_account_must_say_who_is_away(desk: Desk) -> None:
    """Who acts may be nobody of the configuration: then a name is asked for."""
    text = desk.config.read_text(encoding="utf-8")
    desk.config.write_text(text.replace('[user]\nid = "claire"', ""), encoding="utf-8")
    run = desk.type(f"absences noter {DURING}")
    assert (run.code, "De qui s’agit-il ?" in run.said) == (2, True)


def test_a_person_who_left_the_configuration_is_still_listed(desk: Desk) -> None:
    """An absence outlives a change of configuration: its id stands for the name."""
    desk.must(f"absences noter malik {DURING}")
    text = desk.config.read_text(encoding="utf-8")
    cut, rest = text.index("[people.malik]"), text.index("[user]")
    desk.config.write_text(text[:cut] + text[rest:], encoding="utf-8")
    assert "malik" in desk.must("absences lister").shown
    desk.must("absences annuler 1")
