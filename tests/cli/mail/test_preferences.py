"""`preferences` as typed: choices add up, the most precise wins, and every refusal."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.cli import Desk


def channels(desk: Desk, procedure: str, person: str = "claire") -> dict[str, str]:
    """Return how a person is told of each topic of a procedure."""
    data = desk.must(f"preferences voir {person} --json").json
    return dict(data["channels"][procedure])


def test_nobody_chose_anything_at_first(desk: Desk) -> None:
    """Without a choice everything is told at once, in the agency's days and hours."""
    data = desk.must("preferences voir --json").json
    assert (data["person"], data["choices"], data["days"]) == ("claire", [], None)
    assert {channel for row in data["channels"].values() for channel in row.values()} == {
        "aussitot"
    }
    shown = desk.must("preferences voir malik").shown
    assert "Préférences de Malik Berthaud (malik)" in shown
    for words in (
        "limites réglementaires aussitôt", "ceux de l’agence", "de 09:00 à 17:30, celles de l’agence",
        "à 07:30, comme l’agence", "Pause aucune", "n’est jamais tue",
    ):  # fmt: skip
        assert words in shown, words


def test_choices_add_up_and_the_most_precise_wins(desk: Desk) -> None:
    """A choice for all, then for a topic, then for a procedure: each narrows the one before."""
    desk.must("preferences regler --canal synthese")
    assert set(channels(desk, "cipi").values()) == {"synthese"}
    desk.must("preferences regler --sujet objectif --canal aucun")
    desk.must("preferences regler --procedure cipi --canal aussitot")
    run = desk.must("preferences regler --sujet relance --procedure cipi --canal synthese")
    assert "réponses à relancer" in run.shown
    assert channels(desk, "cipi") == {
        "ouverture": "aussitot", "limite": "aussitot", "objectif": "aussitot", "relance": "synthese",
    }  # fmt: skip
    assert channels(desk, "ptp") == {
        "ouverture": "synthese", "limite": "synthese", "objectif": "aucun", "relance": "synthese",
    }  # fmt: skip
    assert set(channels(desk, "cipi", "malik").values()) == {"aussitot"}
    assert len(desk.must("preferences voir --json").json["choices"]) == 4


def test_a_choice_about_the_same_takes_the_place_of_the_last(desk: Desk) -> None:
    """Choosing again replaces; choosing the same again changes nothing and says so."""
    desk.must("preferences regler --sujet ouverture --canal synthese")
    desk.must("preferences regler --sujet ouverture --canal aucun")
    data = desk.must("preferences voir --json").json
    assert data["choices"] == [{"topic": "ouverture", "procedure": None, "channel": "aucun"}]
    run = desk.type("preferences regler --sujet ouverture --canal aucun")
    assert (run.code, "Rien à changer" in run.said) == (3, True)


def test_days_hours_digest_pause_and_calendar_are_kept(desk: Desk) -> None:
    """Everything that says when is kept, shown, and given back to the agency by its name."""
    run = desk.must(
        "preferences regler malik --jours lundi,Mardi,jeudi --heures 10:00-16h30 --synthese-a 8h15 "
        "--pause-jusqu-au 04/09/2026 --agenda"
    )
    for words in (
        "lundi, mardi et jeudi", "de 10:00 à 16:30", "à 08:15", "jusqu’au 04/09/2026 compris",
        "jointes à la synthèse",
    ):  # fmt: skip
        assert words in run.shown, words
    data = desk.must("preferences voir malik --json").json
    assert (data["days"], data["opening"], data["closing"], data["digest_at"]) == (
        ["lundi", "mardi", "jeudi"], "10:00", "16:30", "08:15",
    )  # fmt: skip
    assert (data["paused_until"], data["with_calendar"]) == ("2026-09-04", True)
    desk.must(
        "preferences regler malik --jours agence --heures agence --synthese-a agence --fin-pause "
        "--sans-agenda"
    )
    data = desk.must("preferences voir malik --json").json
    assert {data[name] for name in ("days", "opening", "closing", "digest_at", "paused_until")} == {
        None
    }
    assert data["with_calendar"] is False


@pytest.mark.slow
def test_one_mail_a_day_is_the_digest(desk: Desk) -> None:
    """From the first reminder to the missed limit, no day brings two mails, and each is a digest."""
    desk.open_case()
    assert (
        "un courriel par jour, sauf ce qui presse"
        in desk.must("preferences regler claire --plafond").shown
    )
    assert desk.must("preferences voir claire --json").json["one_a_day"] is True
    for day in range(1, 33):
        for hour, minute in ((5, 40), (7, 5), (15, 20)):
            desk.now = datetime(2026, 9, 8, hour, minute, tzinfo=UTC) + timedelta(days=day)
            desk.must("service --une-fois")
    mails = desk.must("courriels lister --json --limite 100").json
    hers = [one for one in mails if one["recipient"] == "personne:claire"]
    told = Counter(one["created_at"][:10] for one in hers)
    assert set(told.values()) == {1}
    assert {one["kind"] for one in hers} == {"synthese"}
    assert len(told) > 10
    desk.must("preferences regler claire --sans-plafond")
    assert desk.must("preferences voir claire --json").json["one_a_day"] is False


def test_choices_are_forgotten_one_by_one_or_all_at_once(desk: Desk) -> None:
    """`--defaut` drops the choice it names, or everything."""
    desk.must("preferences regler --sujet ouverture --canal aucun --heures 10:00-16:00")
    desk.must("preferences regler --canal synthese")
    desk.must("preferences regler --sujet ouverture --defaut")
    assert channels(desk, "cipi")["ouverture"] == "synthese"
    desk.must("preferences regler --defaut")
    data = desk.must("preferences voir --json").json
    assert (data["choices"], data["opening"]) == ([], None)
    assert desk.type("preferences regler --defaut").code == 3
    assert desk.type("preferences regler --sujet limite --defaut").code == 3


def test_one_person_may_choose_for_another(desk: Desk) -> None:
    """The person named is changed, whoever acts; without a name, it is who acts."""
    assert desk.must("--par malik preferences regler claire --canal synthese --json").json == {
        "saved": True, **desk.must("preferences voir claire --json").json
    }  # fmt: skip
    data = desk.must("--par malik preferences regler --canal synthese --json").json
    assert data["person"] == "malik"


def test_a_rehearsal_writes_nothing(desk: Desk) -> None:
    """`--essai` shows the table that would result, and keeps nothing."""
    before = desk.rows()
    run = desk.must("preferences regler --canal synthese --essai")
    assert "limites réglementaires synthèse" in run.shown
    assert "rien n’a été enregistré" in run.said
    assert desk.must("preferences regler --canal synthese --essai --json").json["saved"] is False
    assert desk.rows() == before


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ("", 2, "Rien à régler"),
        ("--canal aucun", 2, "les limites réglementaires ne peuvent pas être tues"),
        ("--sujet limite --canal aucun", 2, "les limites réglementaires ne peuvent pas être tues"),
        ("--procedure cipi --canal aucun", 2, "ne peuvent pas être tues"),
        ("--sujet ouverture", 2, "Ajoutez --canal"),
        ("--sujet ouvertur --canal aucun", 4, "le plus proche : « ouverture »"),
        ("--canal sintese", 4, "le plus proche : « synthese »"),
        ("--procedure cipe --canal synthese", 4, "« cipi »"),
        ("--jours lundi,mardy", 4, "le plus proche : « mardi »"),
        ("--jours samedi,dimanche", 2, "gardez au moins un jour"),
        ("--jours ,", 2, "gardez au moins un jour"),
        ("--heures 10:00", 2, "écrivez par exemple 10:00-16:00"),
        ("--heures 16:00-10:00", 2, "ne forment pas une journée"),
        ("--heures 10:00-25:00", 2, "n’est pas une heure"),
        ("--heures 05:00-08:00", 2, "l’agence écrit de 09:00 à 17:30"),
        ("--synthese-a midi", 2, "n’est pas une heure"),
        ("--pause-jusqu-au 31/08/2026", 2, "ce jour est passé"),
        ("--pause-jusqu-au 04/09/2026 --fin-pause", 2, "pas les deux"),
        ("--fin-pause", 3, "Rien à changer"),
        ("--defaut --canal synthese", 2, "--defaut va seul"),
        ("--defaut --fin-pause", 2, "--defaut va seul"),
        ("mailk --canal synthese", 4, "le plus proche : « malik »"),
        ("--canal synthese --maintenant 2026-09-02", 2, "retirez-la"),
    ],
)
def test_what_cannot_be_chosen_is_refused(desk: Desk, words: str, code: int, sentence: str) -> None:
    """Each mistake has its sentence and code, and nothing is written."""
    desk.refuses(f"preferences regler {words}", code, sentence)


def test_a_person_who_is_not_there_is_named(desk: Desk) -> None:
    """Reading the choices of somebody unknown answers 4, with the nearest name."""
    run = desk.type("preferences voir clair")
    assert (run.code, "le plus proche : « claire »" in run.said) == (4, True)
