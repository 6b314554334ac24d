"""What bad input gets: one French sentence, its exit code, and nothing written."""

from __future__ import annotations

from typing import NoReturn

import pytest

from tests.support.cli import REF, START, Desk
from workflow.usecases.cases import CaseService

BAD: tuple[tuple[str, int, str], ...] = (
    # Typed wrong: usage.
    ("dosier lister", 2, "Commande inconnue : « dosier » (le plus proche : « dossier »)."),
    ("dossier voire X", 2, "Commande inconnue : « voire » (le plus proche : « voir »)."),
    ("dossier lister --etta x", 2, "Option inconnue : « --etta » (le plus proche : « --etat »)."),
    ("dossier voir", 2, "Il manque REF (référence du dossier)."),
    ("dossier voir A B", 2, "En trop sur la ligne : « B »."),
    ("dossier lister --etat", 2, "L’option --etat attend une valeur : donnez-la."),
    # An option is no value: the dry run that was asked for would have been a write.
    (f"dossier ouvrir cipi --fait '{START}' --libelle --essai", 2,
     "L’option --libelle attend une valeur, et « --essai » est une option"),
    (f"dossier ouvrir cipi --libelle --json --fait '{START}'", 2, "écrivez --libelle=--json si"),
    (f"dossier ouvrir cipi --libelle --help --fait '{START}'", 2, "« --help » est une option"),
    (f"dossier ouvrir cipi --libelle -V --fait '{START}'", 2, "« -V » est une option"),
    (f"dossier ouvrir cipi --fait '{START}' --libelle --par malik Durand", 2, "« --par » est une option"),
    ("dossier lister --par", 2, "L’option --par attend une valeur : donnez-la."),
    ("init --base", 2, "L’option --base attend une valeur : donnez-la."),
    ("diagnostic --config", 2, "L’option --config attend une valeur : donnez-la."),
    ("dossier lister --par --essai", 2, "L’option --par attend une valeur"),
    (f"dossier attribuer {REF} --personne --agence", 2, "« --agence » est une option"),
    (f"dossier eligibilite {REF} --public --essai", 2, "Éligibilité : la ligne ne se lit pas"),
    ("echeances --retard=oui", 2, "L’option --retard ne prend pas de valeur."),
    ("echeances --jours 99999999", 2, "--jours « 99999999 » : écrivez un nombre entier, 3650 au plus"),
    ("simuler --lot .", 2, "« . » est un dossier"),
    ("simuler --lot /dev/null", 2, "« /dev/null » est un périphérique"),
    ("echeances --jours sept", 2, "--jours « sept » : écrivez un nombre entier d’au moins 0"),
    ("echeances --jours -3", 2, "--jours « -3 » : écrivez un nombre entier"),
    ("echeances --jours ٣", 2, "écrivez un nombre entier"),
    ("synthese --format pdf", 2, "--format « pdf » est inconnu (connus : ecran, texte, html, json)."),
    (f"dossier avancer {REF} deposer_drf --version-vue x", 2, "--version-vue « x » : écrivez"),
    (f"dossier corriger {REF}", 2, "Rien à corriger : ajoutez --fait NOM=VALEUR, --retirer NOM"),
    (f"dossier corriger {REF} --retirer fin_formation", 4, "« fin_formation » n’existe pas"),
    (f"dossier pieces {REF} --le 01/09/2026", 2, "Aucune pièce : ajoutez --a-obtenir, --demandee"),
    (f"dossier attribuer {REF}", 2, "À qui ? Ajoutez --personne ID, --agence ID, ou les deux."),
    ("simuler", 2, "Quelle procédure ?"),
    ("simuler cipi", 2, "Aucun fait ; donnez au moins « --fait demarrage_formation=DATE »."),
    ("simuler --lot absent.toml", 2, "--lot « absent.toml » : ce fichier n’existe pas"),
    ("simuler cipi --lot config.toml", 2, "--lot se suffit"),
    ("simuler --lot config.toml", 2, "aucun exemple"),
    ("regles verifier --dossier absent", 2, "ce dossier n’existe pas"),
    # Values that cannot be read.
    (f"dossier corriger {REF} --fait x", 2, "--fait « x » : écrivez NOM=VALEUR"),
    (f"dossier corriger {REF} --fait =3", 2, "--fait « =3 » : écrivez NOM=VALEUR"),
    (f"dossier corriger {REF} --fait fin_formation=1/1/2027 --fait fin_formation=2/1/2027", 2,
     "--fait « fin_formation » : donné deux fois"),
    ("simuler cipi --fait demarrage_formation=31/02/2026", 2, "cette date n’existe pas"),
    ("simuler cipi --fait demarrage_formation=bientôt", 2, "écrivez une date comme"),
    ("simuler cipi --fait demarrage_formation=", 2, "demarrage_formation : valeur vide"),
    (f"simuler cipi --fait '{START}' --commission 31/02/2026", 2, "cette date n’existe pas"),
    ("echeances --maintenant naguère", 2, "--maintenant = « naguère » : écrivez une date"),
    ("dossier ouvrir cipi --fait demarrage_formation=31/02/2026", 2, "cette date n’existe pas"),
    (f"dossier ouvrir cipi --fait '{START}' --ref 'a b'", 2, "Référence « a b »"),
    # Names that nothing bears.
    (f"dossier ouvrir cip --fait '{START}'", 4, "« cip » n’existe pas (le plus proche : « cipi »)."),
    ("regles voir cip", 4, "Procédure : « cip » n’existe pas"),
    (f"dossier avancer {REF} deposer_dfr", 4,
     "Action : « deposer_dfr » n’existe pas dans la procédure « cipi » (le plus proche : « deposer_drf »)."),
    (f"dossier avancer {REF} deposer_drf --fait drf_depose_le=1/9/2026", 4,
     "« drf_depose_le » n’existe pas (le plus proche : « drf_deposee_le »)."),
    (f"dossier avancer {REF} deposer_drf --piece contrat_type", 4,
     "« contrat_type » n’existe pas (le plus proche : « contrat_type_signe »)."),
    (f"simuler cipi --territoire FR-99 --fait '{START}'", 4, "Territoire : « FR-99 » n’existe pas"),
    ("dossier voir CIPI-2026-0002", 4, "n’existe pas (le plus proche : « CIPI-2026-0001 »)."),
    ("dossier lister --etat preparatoin", 4, "État : « preparatoin » n’existe pas (le plus proche"),
    ("echeances --agence lion", 4, "Agence : « lion » n’existe pas"),
    ("echeances --personne clare", 4, "Personne : « clare » n’existe pas (le plus proche : « claire »)."),
    (f"dossier annuler {REF} --par clare", 4, "Personne (--par) : « clare » n’existe pas"),
    # Refused by a rule.
    (f"dossier annuler {REF}", 3, "aucune étape à annuler"),
    (f"dossier avancer {REF} accorder_drf", 3, "impossible à l’étape « Préparation »"),
    (f"dossier avancer {REF} deposer_drf --fait drf_deposee_le=02/09/2026", 3, "dans le futur"),
    (f"dossier corriger {REF} --fait '{START}'", 3, "les valeurs données sont déjà celles du dossier"),
    ("dossier ouvrir cipi --fait demarrage_formation=24/08/2026", 3,
     "Premier départ encore possible : vendredi 4 septembre 2026"),
    ("dossier ouvrir cipi --fait debut_contrat=05/10/2026", 3, "il manque « Début de la formation"),
    # Somebody was first.
    (f"dossier ouvrir cipi --ref {REF} --fait '{START}'", 5, "est déjà prise"),
)  # fmt: skip


@pytest.mark.parametrize(("line", "code", "sentence"), BAD, ids=[line for line, _, _ in BAD])
def test_bad_input_gets_a_sentence_and_writes_nothing(
    desk: Desk, line: str, code: int, sentence: str
) -> None:
    """Each mistake is told in French with its own exit code, and leaves every table as it was."""
    view = desk.must(f"dossier voir {REF} --json").json
    desk.refuses(line, code, sentence)
    assert desk.must(f"dossier voir {REF} --json").json == view


def test_an_unknown_action_lists_what_can_be_done(desk: Desk) -> None:
    """An action that is missing or misspelt is answered with the offers of the state."""
    for line in (f"dossier avancer {REF}", f"dossier avancer {REF} deposer"):
        run = desk.type(line)
        assert "✓ Saisir la DRF (deposer_drf)" in run.said
        assert "✓ Abandonner le dossier (abandonner)" in run.said
    assert desk.type(f"dossier avancer {REF}").code == 2


def test_an_offer_refused_for_now_says_why(desk: Desk) -> None:
    """Each action that cannot be done yet is listed with every reason."""
    desk.must(f"dossier avancer {REF} deposer_drf")
    desk.now = desk.now.replace(day=4)
    desk.must(f"dossier avancer {REF} accorder_drf")
    run = desk.type(f"dossier avancer {REF}")
    assert "✗ Déposer le contrat et ses pièces (deposer_contrat)" in run.said
    assert "--piece contrat_type_signe" in run.said
    assert "--fait debut_contrat" in run.said


def test_a_title_with_a_line_break_is_refused(desk: Desk) -> None:
    """A title that could break a mail header never enters the database."""
    before = desk.rows()
    run = desk.type("dossier ouvrir cipi --fait", START, "--libelle", "Sacha\nBcc: x@example.org")
    assert run.code == 2
    assert "Le libellé tient sur une ligne" in run.said
    assert desk.rows() == before


def test_forcing_needs_a_comment(desk: Desk) -> None:
    """Going against a window without saying why is refused; with a comment it is marked."""
    start = ("dossier ouvrir cipi --fait demarrage_formation=24/08/2026 --forcer",)
    assert "--commentaire" in desk.type(*start).said
    run = desk.must(*start, "--commentaire", "accord écrit d’AKTO")
    assert "Forcé" in run.shown


def test_the_day_of_a_limit_asks_the_hour(desk: Desk) -> None:
    """On the day of a limit that has an hour, a day alone is refused, with what to type."""
    desk.now = desk.now.replace(month=10, day=3, hour=15)
    filed = f"dossier avancer {REF} deposer_drf"
    assert "trop tard" in desk.type(filed).said
    run = desk.type(filed, "--fait", "drf_deposee_le=03/10/2026")
    assert run.code == 3
    assert "heure à préciser : la fenêtre « Saisir la DRF » ferme le 03/10/2026 à 09:00" in run.said
    assert '--fait drf_deposee_le="03/10/2026 09:00"' in run.said
    run = desk.must(filed, "--fait", "drf_deposee_le=03/10/2026 09:00", "--essai")
    assert "✓ Saisir la DRF tenue le 03/10/2026" in run.shown
    assert "tenue" in desk.must(filed, "--fait", "drf_deposee_le=02/10/2026").shown


def test_an_unexpected_error_says_where_its_log_is(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of the program is one sentence, says that nothing was saved, and leaves a log."""

    def broken(*_: object) -> NoReturn:
        raise KeyError(REF)

    monkeypatch.setattr(CaseService, "view", broken)
    run = desk.type(f"dossier voir {REF}")
    assert run.code == 1
    assert "Erreur inattendue du programme (KeyError) : rien n’a été enregistré" in run.said
    assert "Traceback" not in run.err
    log = next((desk.folder / "home").rglob("erreurs.log"))
    assert str(log) in run.said
    kept = log.read_text(encoding="utf-8")
    assert "cli/main.py" in kept
    assert "KeyError" in kept
    # What an error says may be what somebody typed.
    assert REF not in kept
    assert log.stat().st_mode & 0o077 == 0
    monkeypatch.setenv("ECHEANCIER_DEBUG", "1")
    assert "Traceback" in desk.type(f"dossier voir {REF}").err


def test_a_value_that_looks_like_an_option_is_given_with_an_equal_sign(desk: Desk) -> None:
    """« --libelle=--essai » says that it is meant, and what follows « -- » is no option."""
    opened = desk.must("dossier ouvrir cipi --libelle=--essai --json --fait", START)
    assert opened.json["saved"]
    assert "--essai" in desk.must("dossier lister").shown
    assert desk.type("dossier voir -- --libelle --essai").code == 2


@pytest.mark.parametrize(
    "line",
    [
        "dossier voir X",
        "dossier lister --apres X",
        "dossier lister --texte X",
        "agenda --dossier X",
        "courriels lister --dossier X",
        "dossier avancer CIPI-2026-0001 X",
        "dossier corriger CIPI-2026-0001 --fait X",
        "dossier ouvrir cipi --libelle X",
        "absences noter X --du 07/09/2026 --au 08/09/2026",
        "dossier eligibilite CIPI-2026-0001 --public X",
        "regles voir X",
        "echeances --base sqlite:///X",
        "echeances --par X",
        "echeances --maintenant X",
    ],
)
def test_bytes_that_are_no_text_are_refused(desk: Desk, line: str) -> None:
    """A word whose bytes are not UTF-8 is refused in a sentence that does not repeat it."""
    run = desk.type(line.replace("X", "caf\udce9"))
    assert run.code == 2
    assert "caf" not in run.said
    assert "octets ne se lisent pas" in run.said or "la ligne ne se lit pas" in run.said


def test_a_search_without_end_is_refused(desk: Desk) -> None:
    """A search longer than any title is refused before the database is asked."""
    run = desk.type("dossier lister --texte", "x" * 60_000)
    assert (run.code, run.said) == (2, "--texte : 60000 signes ; donnez-en 500 au plus.")
