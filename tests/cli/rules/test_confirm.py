"""`regles confirmer` as typed: the list, one doubt, an answer noted and taken back, and every refusal."""

from __future__ import annotations

import pytest

from tests.support.cli import REF, Desk

ANSWER = "--reponse 'courriel du conseiller'"
RATE = f"regles confirmer forfait-classique-2026 --valeur 18,50 {ANSWER}"


def state(desk: Desk, id_: str) -> str:
    """Return where a doubt stands."""
    return str(desk.must(f"regles confirmer {id_} --json").json["state"])


def test_what_waits_is_listed(desk: Desk) -> None:
    """The list and `regles voir` say what is to be confirmed, and one doubt its question."""
    assert "delai-contrat" in desk.must("regles confirmer").shown
    assert "À faire confirmer" in desk.must("regles voir cipi").shown
    found = desk.must("regles voir cipi --json").json["doubts"]
    assert {one["state"] for one in found} == {"a_confirmer"}
    assert "À demander : Combien de jours" in desk.must("regles confirmer delai-contrat").shown


def test_an_answer_counts_for_every_file_and_keeps_its_history(desk: Desk) -> None:
    """Noted once, the warning of the sum goes; replaced and taken back, all that was said is kept."""
    desk.must(f"dossier corriger {REF} --fait programme=classique")
    doubtful = next(
        one
        for one in desk.must(f"comptes {REF} --json").json["quote"]["amounts"]
        if one["id"] == "forfait_horaire"
    )
    assert (doubtful["certain"], "à vérifier" in doubtful["how"]) == (False, True)
    desk.must(f"{RATE} --essai")
    assert state(desk, "forfait-classique-2026") == "a_confirmer"
    run = desk.must(f"--par malik {RATE} --le 31/08/2026 --jusqu-au 31/12/2026")
    assert "Confirmé le 31/08/2026 : Forfait 2026, CIPI classique, 18,50 €/h" in run.shown
    sure = next(
        one
        for one in desk.must(f"comptes {REF} --json").json["quote"]["amounts"]
        if one["id"] == "forfait_horaire"
    )
    assert (sure["certain"], sure["value"]) == (True, "18.50")
    assert any("courriel du conseiller" in note for note in sure["notes"])
    desk.must("regles confirmer forfait-classique-2026 --retirer")
    found = desk.must("regles confirmer forfait-classique-2026 --json").json
    assert (found["state"], found["confirmation"]) == ("a_confirmer", None)
    assert [(one["by"], one["withdrawn"]) for one in found["history"]] == [
        ("malik", False),
        (found["history"][1]["by"], True),
    ]


def test_an_expired_answer_counts_no_longer(desk: Desk) -> None:
    """The day after its last, the rules say that it is to be confirmed again."""
    desk.must(f"{RATE} --jusqu-au 30/09/2026")
    later = "--maintenant '2026-10-01 10:00'"
    found = desk.must(f"regles confirmer forfait-classique-2026 {later} --json").json
    assert found["state"] == "expire"


def test_a_verdict_that_is_confirmed_is_no_more_to_confirm(desk: Desk) -> None:
    """Eleven employees are « à confirmer » until the house has had it confirmed."""
    desk.must(f"dossier corriger {REF} --fait effectif_ett=11")

    def verdict() -> str:
        findings = desk.must(f"dossier controler {REF} --json").json["findings"]
        return str(next(one["verdict"] for one in findings if one["id"] == "CIPI-E11-a"))

    assert verdict() == "a_confirmer"
    desk.must(f"regles confirmer effectif-onze --valeur oui {ANSWER}")
    assert verdict() == "conforme"


@pytest.mark.parametrize(
    ("typed", "code", "words"),
    [
        (f"delai-contra --valeur 45 {ANSWER}", 4, "delai-contrat"),
        (f"delai-contrat {ANSWER}", 2, "il manque la valeur"),
        (f"delai-contrat --valeur beaucoup {ANSWER}", 2, "nombre entier"),
        (f"delai-contrat --valeur 0 {ANSWER}", 2, "plus de zéro"),
        ("delai-contrat --valeur 45", 2, "de qui vient la réponse"),
        (f"delai-contrat --valeur 45 --jusqu-au 31/08/2026 {ANSWER}", 2, "ne compterait déjà plus"),
        (f"delai-contrat --valeur 45 --le 02/09/2026 {ANSWER}", 2, "dans le futur"),
        ("delai-contrat --retirer", 3, "rien à retirer"),
        ("delai-contrat --retirer --valeur 45", 2, "--retirer se suffit : retirez --valeur"),
        ("--valeur 45", 2, "Quel point ?"),
        ("delai-contrat --valeur 45 --reponse 'vu pour son RSA'", 3, "peut révéler pourquoi"),
        (f"delai-contrat --valeur 3651 {ANSWER}", 2, "au plus 3 650 jours"),
        (f"ouverture-drf --valeur 121 {ANSWER}", 2, "au plus 120 mois"),
        (f"forfait-classique-2026 --valeur 1000,01 {ANSWER}", 2, "au plus 1 000,00 €/h"),
        # 2,000 hours are 83 days, and the window opens two months before.
        (f"limite-drf --valeur 2000 {ANSWER}", 2, "fermerait alors avant d’ouvrir"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    desk: Desk, typed: str, code: int, words: str
) -> None:
    """One sentence says what is wrong, with its code; the doubt stands as it was."""
    run = desk.type(f"regles confirmer {typed}")
    assert (run.code, words in run.said) == (code, True)
    assert state(desk, "delai-contrat") == "a_confirmer"
