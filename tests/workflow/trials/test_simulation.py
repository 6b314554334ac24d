"""Dates without a case: what a person or a file may ask, and what a wrong question gets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date
from pathlib import Path
from typing import Any

import pytest

from tests.support.core import NO_FR57, SETTINGS, paris, plain, rulebook
from workflow.calendar.calendars import Closure
from workflow.errors import InvalidInput, NotFound
from workflow.trials.simulation import ExampleResult, Simulation, simulate, simulate_file, trial
from workflow.wording.fact_text import RawFact

START: Mapping[str, RawFact] = {"demarrage_formation": "08/09/2026 09:00"}
NOTE = (
    *rulebook().procedure("cipi").edition("cipi-mon-espace-akto").notes,
    # Without a base, what was confirmed of the delays is not known.
    "Ce que la maison a fait confirmer n’est pas lu ici : ces dates suivent les seuls fichiers de règles.",
)


def run(row: Any) -> ExampleResult:
    """Run one example."""
    return trial(rulebook(), row, 1, SETTINGS)


def example(**parts: Any) -> dict[str, Any]:
    """Return an example of the file, with some parts changed."""
    return {"id": "essai", "procedure": "cipi", "facts": dict(START), **parts}


def error_of(row: Any) -> str:
    """Return the sentence that answers an example nobody can run."""
    result = run(row).result
    assert isinstance(result, InvalidInput | NotFound)
    return result.message


def test_a_simulation_gives_every_deadline_that_the_facts_allow() -> None:
    """Facts as a person types them give the deadlines that they allow, and no other."""
    facts = {**START, "drf_accordee_le": "15/07/2026", "debut_contrat": "07/09/2026"}
    result = simulate(rulebook(), "cipi", facts, settings=SETTINGS)
    found = [deadline.id for deadline in result.deadlines]
    assert found == ["drf", "contrat", "realisation", "mission"]


def test_a_simulation_is_json() -> None:
    """The JSON of a simulation has the keys of the contract and nothing that JSON cannot write."""
    result = simulate(rulebook(), "cipi", START, settings=SETTINGS, territory="FR-57")
    written = json.loads(json.dumps(result.as_json("E01")))
    deadlines = written.pop("deadlines")
    assert written == {
        "id": "E01",
        "procedure": "cipi",
        "funder": None,
        "edition": "cipi-mon-espace-akto",
        "territory": "FR-57",
        "warnings": list(NOTE),
    }
    assert set(deadlines[0]) >= {
        "id", "label", "kind", "opens_on", "strict", "prudent", "expected_at", "chase_on",
        "commission", "binding", "options", "steps", "source", "warnings",
    }  # fmt: skip


def test_a_simulation_without_a_present_judges_no_window() -> None:
    """Without a present instant, a start long past is computed and nothing is said of it."""
    facts = {"demarrage_formation": "08/09/2020"}
    result = simulate(rulebook(), "cipi", facts, settings=SETTINGS)
    assert (result.warnings, result.edition) == ((), "cipi-faftt")


def test_a_simulation_says_what_is_already_too_late() -> None:
    """With a present instant, a window that is over is told, with the first start that works."""
    now = paris(9, 10).astimezone(UTC)
    result = simulate(rulebook(), "cipi", START, settings=SETTINGS, now=now)
    assert [plain(text) for text in result.warnings[2:]] == [
        (
            "Fenêtre déjà fermée : « Saisir la DRF » n’était possible que jusqu’au 06/09/2026 à 09:00. "
            "Premier départ encore possible : lundi 14 septembre 2026 ; "
            "en gardant la marge : mardi 15 septembre 2026."
        )
    ]


def test_a_window_already_used_is_not_judged() -> None:
    """Once the deposit is a fact, its window is no longer said to be over."""
    facts = {**START, "drf_deposee_le": "10/07/2026 10:00"}
    now = paris(9, 10).astimezone(UTC)
    assert simulate(rulebook(), "cipi", facts, settings=SETTINGS, now=now).warnings == NOTE


def test_closures_make_a_window_impossible() -> None:
    """An impossible window is told even without a present instant."""
    closed = (Closure(date(2026, 7, 1), date(2026, 9, 10), "Fermeture d’été"),)
    result = simulate(rulebook(), "cipi", START, settings=SETTINGS, closures=closed)
    assert [plain(text) for text in result.warnings[2:]] == [
        (
            "Fenêtre impossible : « Saisir la DRF » fermerait le 26/06/2026, avant d’ouvrir le 08/07/2026. "
            "Premier départ encore possible : mercredi 16 septembre 2026."
        )
    ]


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"procedure": "cipy"}, "Procédure : « cipy » n’existe pas (le plus proche : « cipi »)."),
        (
            {"facts": {"demarage_formation": "08/09/2026"}},
            (
                "Fait de la procédure « cipi » : « demarage_formation » n’existe pas "
                "(le plus proche : « demarrage_formation »)."
            ),
        ),
        (
            {"facts": {"demarrage_formation": "2026-13-01"}},
            "demarrage_formation = « 2026-13-01 » : cette date n’existe pas ; vérifiez le jour et le mois.",
        ),
        (
            {"facts": {}},
            "Aucun fait ; donnez au moins « Début de la formation (première heure en organisme externe) ».",
        ),
        ({"territory": "FR57"}, NO_FR57),
        (
            {"funder": "fafsea"},
            (
                "La procédure « cipi » n’a qu’un financeur (AKTO – Réseau FAF.TT) et pas de commission."
            ),
        ),
        (
            {"commissions": [date(2026, 7, 12)]},
            (
                "La procédure « cipi » n’a qu’un financeur (AKTO – Réseau FAF.TT) et pas de commission."
            ),
        ),
    ],
)
def test_a_wrong_question_is_answered_in_one_sentence(parts: dict[str, Any], message: str) -> None:
    """What is unknown or cannot be read in an example is answered by its sentence; the file goes on."""
    assert error_of(example(**parts)) == message


@pytest.mark.parametrize(
    "row",
    [3, "texte", [], {"id": "x"}, {"id": "x", "procedure": "cipi"}, {"facts": {"a": 1}},
     {"procedure": "cipi", "facts": 3}],
)  # fmt: skip
def test_an_example_that_is_none_is_answered(row: object) -> None:
    """A row that is no example, or has neither procedure nor facts, is answered, never a traceback."""
    assert error_of(row).endswith("il faut `procedure` et `facts`.")


@pytest.mark.parametrize(
    "parts",
    [
        {"expect": 3},
        {"expect": {"drf": 3}},
        {"expect": {"drf": date(2026, 9, 3)}},
        {"commissions": 3},
        {"commissions": ["demain"]},
        {"facts": {"demarrage_formation": [2026, 9, 8]}},
        {"facts": {"demarrage_formation": {"jour": 8}}},
    ],
)
def test_a_part_of_the_wrong_type_is_answered(parts: dict[str, Any]) -> None:
    """An example with a part of the wrong type is answered in one sentence, never a traceback."""
    assert error_of(example(**parts)).endswith(".")


def test_a_difference_names_both_dates() -> None:
    """A date that differs from the one expected is told with both."""
    row = example(expect={"drf": {"prudent": date(2026, 9, 4), "opens_on": date(2026, 7, 8)}})
    assert run(row).differences == ("drf.prudent : attendu 2026-09-04, calculé 2026-09-03",)


def test_a_deadline_expected_and_not_computed_is_a_difference() -> None:
    """A deadline that the facts do not give is a difference when it is expected."""
    row = example(expect={"contrat": {"strict": date(2026, 9, 4)}})
    [difference] = run(row).differences
    assert difference.startswith("contrat.strict : attendu 2026-09-04")


def test_a_local_time_expected_is_that_of_the_agency() -> None:
    """An hour expected without an offset is one of the agency's wall, wherever it is."""
    row = example(
        territory="FR-974",
        facts={"demarrage_formation": "08/09/2026 09:00"},
        expect={"drf": {"strict": paris(9, 6, 9).replace(tzinfo=None)}},
    )
    assert run(row).differences == ()


def test_an_instant_expected_at_another_hour_is_a_difference() -> None:
    """The hour of an instant counts: expecting another one is a difference."""
    row = example(expect={"drf": {"strict": paris(9, 6, 10).replace(tzinfo=None)}})
    assert run(row).differences == (
        "drf.strict : attendu 2026-09-06T10:00:00, calculé 2026-09-06T09:00:00+02:00",
    )


def write(folder: Path, data: bytes) -> Path:
    """Write a file of examples."""
    path = folder / "lot.toml"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("data", "end"),
    [
        (b"", "aucun exemple ; il faut au moins une table [[example]]."),
        (b"example = 3", "aucun exemple ; il faut au moins une table [[example]]."),
        (b"example = []", "aucun exemple ; il faut au moins une table [[example]]."),
        (b"\xff\xfe", "le fichier n’est pas en UTF-8 ; réenregistrez-le."),
        (b"[[example]", None),
    ],
)  # fmt: skip
def test_a_file_that_holds_no_example_is_refused(
    tmp_path: Path, data: bytes, end: str | None
) -> None:
    """An empty, broken or foreign file is refused in one sentence that names it."""
    path = write(tmp_path, data)
    with pytest.raises(InvalidInput) as refusal:
        list(simulate_file(rulebook(), path, SETTINGS))
    message = refusal.value.message
    assert message.startswith(f"{path} : ")
    assert message.endswith(end) if end else "TOML illisible" in message


def test_a_file_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    """A file that does not exist is refused with what to check."""
    with pytest.raises(InvalidInput, match=r"lecture impossible .* vérifiez le chemin"):
        list(simulate_file(rulebook(), tmp_path / "rien.toml", SETTINGS))


def test_one_bad_example_does_not_stop_the_others(tmp_path: Path) -> None:
    """Every example of a file is run: a wrong one is answered in its place."""
    data = (
        "[[example]]\nid = 'un'\nprocedure = 'cipi'\nfacts = { demarrage_formation = 2026-09-08 }\n"
        "[[example]]\nid = 'deux'\nprocedure = 'ptp'\nfacts = { x = 1 }\n"
        "[[example]]\nprocedure = 'cipi'\nfacts = { demarrage_formation = 2026-09-08T09:00:00 }\n"
    )
    trials = list(simulate_file(rulebook(), write(tmp_path, data.encode()), SETTINGS))
    told = [(trial.id, isinstance(trial.result, Simulation)) for trial in trials]
    assert told == [("un", True), ("deux", False), ("3", True)]
