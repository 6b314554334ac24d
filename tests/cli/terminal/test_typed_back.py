"""What the program shows can be typed back: every command reads dates and numbers as the forms do."""

from __future__ import annotations

import pytest

from tests.support.cli import REF, Desk


@pytest.mark.parametrize(
    "typed",
    [
        "lundi 5 octobre 2026 à 09:00",
        "lundi\u00a05\u00a0octobre\u00a02026 à\u00a009:00",
        "5 octobre 9 h",
        "5 oct. 2026 9 h 00",
        "05/10/2026 9 h 00",
        "5/10/26 9h",
        "+34j 9h",
        "2026-10-05T09:00",
    ],
)
def test_a_start_is_read_as_it_is_shown(desk: Desk, typed: str) -> None:
    """« --fait » takes a date in full, without its year, by its distance, with the spaces of a screen."""
    run = desk.must("simuler cipi --json --fait", f"demarrage_formation={typed}")
    expected = desk.must("simuler cipi --json --fait", "demarrage_formation=05/10/2026 09:00")
    assert run.json == expected.json


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("dossier reporter {ref} drf --raison essai --essai --jusqu-au", "demain"),
        ("dossier reporter {ref} drf --raison essai --essai --jusqu-au", "mercredi 2 septembre 2026"),
        ("absences noter --essai --du lundi --au", "vendredi 11 septembre 2026"),
        ("absences noter --essai --du 7/9 --au", "+10j"),
        ("planifier cipi --depart", "lundi 4 janvier 2027 à 09:00"),
        ("planifier cipi --depot", "demain"),
        ("echeances --maintenant", "mardi 8 septembre 2026 à 09:00"),
        ("echeances --maintenant", "demain 9 h 30"),
        ("dossier heures {ref} --essai --ajouter mission --prevues 35h30 --jours",
         "du 12/10/2026 au 16/10/2026"),
        ("dossier heures {ref} --essai --ajouter mission --prevues 7 --jours",
         "minuit, au soir du lundi 12 octobre 2026"),
        ("dossier heures {ref} --essai --ajouter mission --jours '12/10/2026 - 16/10/2026' --prevues",
         "35 heures"),
        ("dossier heures {ref} --essai --ajouter mission --jours '12 octobre → 16 octobre' --prevues",
         "35 h 30"),
        ("dossier pieces {ref} --essai --recue convention_formation --le", "hier"),
        ("dossier corriger {ref} --essai --fait", "effectif_ett=42 salariés"),
        ("dossier corriger {ref} --essai --fait", "effectif_ett=1 000"),
        ("dossier eligibilite {ref} --essai --public minima_sociaux --vue-le", "hier"),
        ("preferences regler --essai --pause-jusqu-au", "lundi 14 septembre 2026"),
        ("preferences regler --essai --synthese-a", "9 h 30"),
        ("commissions ajouter --essai --procedure cif-cdd --financeur fongecif-bfc",
         "vendredi 12 mars 2027"),
    ],
)  # fmt: skip
def test_each_command_reads_what_is_shown(desk: Desk, line: str, words: str) -> None:
    """Days, hours and numbers are read by every command as the forms read them."""
    desk.must(line.format(ref=REF), words)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("simuler cipi --fait 'demarrage_formation=lundi 8 septembre 2026'",
         "le mardi 8 septembre 2026 n’est pas un lundi"),
        ("absences noter --du 'lundi 8/9' --au +10j", "n’est pas un lundi"),
        ("simuler cipi --fait 'demarrage_formation=08/09/2026 minuit'", "24:00 pour sa fin"),
        (f"dossier heures {REF} --ajouter mission --jours 12/10/2026 --prevues 7h20",
         "écrivez 7,33 ou 7,34"),
    ],
)  # fmt: skip
def test_what_means_two_things_is_refused(desk: Desk, line: str, sentence: str) -> None:
    """A weekday that contradicts its date, a midnight, an hour without exact value: how to write it."""
    run = desk.type(line)
    assert (run.code, sentence in run.said) == (2, True)


def test_a_social_security_number_goes_nowhere(desk: Desk) -> None:
    """A NIR is refused in every free text, and is neither written nor repeated."""
    before, nir = desk.rows(), "1 85 12 75 108 123 45"
    for line, words in (
        ("dossier ouvrir cipi --fait demarrage_formation=05/10/2026 --libelle", f"Dupont {nir}"),
        ("dossier ouvrir cipi --fait demarrage_formation=05/10/2026 --ref", nir.replace(" ", "")),
        (f"dossier corriger {REF} --libelle", nir),
        (f"dossier annuler {REF} --commentaire", nir),
        (f"dossier pieces {REF} --ou", f"convention_formation=classeur {nir}"),
        (f"dossier heures {REF} --ajouter mission --jours 12/10/2026 --prevues 7 --lieu", nir),
        (f"dossier reporter {REF} drf --jusqu-au demain --raison", nir),
        ("commissions ajouter 12/03/2027 --oui --financeur fongecif-bfc --libelle", nir),
    ):
        run = desk.type(line, words)
        assert (run.code, "sécurité sociale" in run.said) == (3, True), run.err
        assert not {nir, nir.replace(" ", "")} & {run.out, run.err}
        assert "108" not in run.err
    assert desk.rows() == before
