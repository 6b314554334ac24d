"""Models of letters: those of the program are sound; what an agency writes is judged before it is used."""

from __future__ import annotations

from pathlib import Path

import pytest

from notifications.correspondence.filled import FilledModel
from notifications.correspondence.models import SUFFIX, LetterModels
from notifications.correspondence.values import samples
from workflow.errors import InvalidDefinition
from workflow.rulefiles.rulebook import load_rulebook

PROCEDURES = tuple(load_rulebook().procedures.values())
SOUND = "Objet : Convention\n\nMadame, Monsieur,\n\n{{ signature }}\n"
HEAD = "Objet : Convention\n"


def problems(folder: Path, model: str, name: str = f"convention{SUFFIX}") -> list[str]:
    """Return what is wrong with a model of an agency, its file left out."""
    (folder / name).write_bytes(model.encode())
    found = LetterModels(PROCEDURES, folder).problems()
    return [str(one).replace(f"{folder / name} : ", "") for one in found]


def test_the_models_of_the_program_are_sound() -> None:
    """Each has a subject and a letter whatever a file knows, and names only what there is."""
    models = LetterModels(PROCEDURES)
    assert list(models.problems()) == []
    blank = samples(models.names, known=False)
    for id_ in models.ids:
        filled = models.fill(id_, blank)
        assert filled.text.startswith("Madame, Monsieur,\n\n")
        assert {"référence du dossier"} <= set(filled.missing)
        assert "\n\n\n" not in filled.text


def test_a_sound_model_takes_the_place_of_the_program(tmp_path: Path) -> None:
    """Of two of the same name the agency's is taken, unless that of the program is asked for."""
    assert problems(tmp_path, f"\ufeff{SOUND}".replace("\n", "\r\n")) == []
    models = LetterModels(PROCEDURES, tmp_path)
    values = samples(models.names, known=True)
    assert models.fill("convention", values).subject == "Convention"
    assert models.fill("convention", values, supplied=True).subject.startswith("Formation")
    assert models.fill("facture", values).subject.startswith("Formation")


def test_the_model_of_the_page_is_sound(tmp_path: Path) -> None:
    """What an agency is shown to copy can be used as it stands."""
    page = (Path(__file__).parents[3] / "docs" / "lettres.md").read_text(encoding="utf-8")
    assert problems(tmp_path, page.partition("```jinja\n")[2].partition("```")[0]) == []


LOOP = "{% for piece in pieces %}"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{{ organism }}", "ligne 2 : le nom « organism » n’existe pas (le plus proche : « organisme »)."),
        ("{{ motif }}", "« motif » est de la partie restreinte, qu’aucune lettre ne dit ; retirez-le."),
        ("{{ rsa_ou_ass }}{{ inaptitude }}", "« inaptitude » est de la partie restreinte"),
        ("{{ preuve_vue_le }}", "« preuve_vue_le » est de la partie restreinte"),
        ("\nElle touche le RSA.", "ligne 3 : un mot peut révéler pourquoi la personne est éligible"),
        ("{# une note #}\n\n{{ organisme.__class__ }}", "ligne 4 : un nom n’a ni point ni crochet"),
        ("{{ pieces[0] }}", "un nom n’a ni point ni crochet"),
        ("{{ range(10) }}", "un modèle n’appelle rien"),
        ("{{ 'a' * 1000000000 }}", "un modèle n’a que des noms, {% if %} et {% for %}"),
        ("{% set a = 1 %}", "un modèle n’a que des noms"),
        ("{% include '/etc/passwd' %}", "un modèle ne lit aucun autre fichier"),
        ("{% extends 'fiche.j2' %}", "un modèle ne lit aucun autre fichier"),
        ("{% macro a() %}{% endmacro %}", "un modèle n’a que des noms"),
        (f"{LOOP}{LOOP}{{% endfor %}}{{% endfor %}}", "une boucle dans une autre"),
        ("{% for a in organisme %}{% endfor %}", "une liste du dossier (connue : pieces)"),
        ("{% for a in [1, 2] %}{% endfor %}", "une boucle parcourt une liste"),
        ("{{ jour | upper }}", "« | upper » n’existe pas dans un modèle (connus : capital, join)."),
        ("{% if jour > 3 %}{% endif %}", "une comparaison dit « == » ou « != »"),
        ("{% if jour %}", "une balise est mal fermée ou mal écrite"),
        ("<b>Bonjour</b>", "« <b> » : une lettre est un texte"),
        ("Bonjour\x1b[31m", "ligne 2 : un caractère de commande, « ␛ »"),
        ("1 85 05 78 006 084 91", "un numéro de sécurité sociale"),
        ('1 85 05 78{{ "" }} 006 084 91', "un numéro de sécurité sociale"),
        ("les minima\nsociaux", "un mot peut révéler"),
        ("handi{# note #}cap", "un mot peut révéler"),
        ("handi{% if jour %}{% endif %}cap", "un mot peut révéler"),
        ("{% if jour == 'handicap' %}x{% endif %}", "un mot peut révéler"),
        ("{{ pieces | join(' RQTH ') }}", "un mot peut révéler"),
        ("{{ 'handi' ~ 'cap' }}", "un modèle n’a que des noms"),
        ("{{ '\\x1b[31m' }}", "entre deux accolades, un modèle dit un nom"),
        ("{{ 'a' | capital }}", "entre deux accolades, un modèle dit un nom"),
        ("{{ none }}", "entre deux accolades, un modèle dit un nom"),
        ("{{ jour | capital(1) }}", "un filtre s’écrit « | capital » ou"),
        ("{{ pieces | join(', ', 2) }}", "un filtre s’écrit « | capital » ou"),
        ("{{ pieces | join(*pieces) }}", "un filtre s’écrit « | capital » ou"),
        ("{% if jour == 1" + "0" * 5_000 + " %}a{% endif %}", "une balise est mal fermée ou mal écrite"),
        ("Bon\rjour", "un caractère de commande, « ␍ »"),
        ("", "ligne 2 : la lettre est vide."),
        ("{{" + "(" * 3000, "des parenthèses ou des conditions sans fin"),
        ("{{ " + "not " * 300 + "jour }}", "des parenthèses ou des conditions sans fin"),
        ("{% if jour %}" * 200 + "{% endif %}" * 200, "des parenthèses ou des conditions sans fin"),
        ("a" * 20_001, "le modèle est trop long"),
        ("a" * 90_000, "ce n’est pas un fichier, ou il est trop gros."),
    ],
)  # fmt: skip
def test_a_model_that_could_harm_or_mistake_is_refused(
    tmp_path: Path, body: str, said: str
) -> None:
    """What is wrong is told with its line and its cure; the model is refused, the program's is there."""
    found = problems(tmp_path, f"{HEAD}{body}\n")
    assert any(said in one for one in found), found
    models = LetterModels(PROCEDURES, tmp_path)
    with pytest.raises(InvalidDefinition, match="lettres verifier") as refused:
        models.fill("convention", samples(models.names, known=True))
    assert len(refused.value.problems) == len(found)
    assert isinstance(
        models.fill("convention", samples(models.names, known=True), supplied=True), FilledModel
    )


@pytest.mark.parametrize(
    "model",
    ["Bonjour,\n\n{{ signature }}\n", "Objet :\nBonjour", "Objet : {% if fin %}x{% endif %}\n\na"],
)
def test_a_letter_without_a_subject_is_refused(tmp_path: Path, model: str) -> None:
    """The subject may not lack, be empty, or depend on what a file happens to know."""
    assert problems(tmp_path, model) == [
        "ligne 1 : l’objet manque : la première ligne est « Objet : », puis de quoi il s’agit."
    ]


@pytest.mark.parametrize(
    "model",
    [
        "{% if agence != 'Lyon' %}Objet : a\n{% endif %}\nb",
        "Objet : {{ deja }}\nb",
        "Objet : a\n{% if agence != 'Lyon' %}b{% endif %}\n",
    ],
)
def test_a_letter_that_one_file_leaves_empty_is_refused(tmp_path: Path, model: str) -> None:
    """A model sound for what it was tried with may lose its subject or text to a condition: a sentence."""
    assert problems(tmp_path, model) == []
    models = LetterModels(PROCEDURES, tmp_path)
    values = {**samples(models.names, known=True), "agence": "Lyon", "deja": ""}
    with pytest.raises(InvalidDefinition, match="l’objet ou le texte manque"):
        models.fill("convention", values)


def test_a_file_that_no_letter_reads_is_told(tmp_path: Path) -> None:
    """A misspelt name would be a model that is never used; other files of the folder are not looked at."""
    (tmp_path / "LISEZMOI.txt").write_text("à nous", encoding="utf-8")
    (found,) = problems(tmp_path, SOUND, "convetion.txt.j2")
    assert "aucune lettre n’a ce modèle (le plus proche : « convention.txt.j2 »)" in found
    (tmp_path / "convetion.txt.j2").unlink()
    (tmp_path / f"facture{SUFFIX}").write_bytes("Objet : é".encode("latin-1"))
    (found,) = map(str, LetterModels(PROCEDURES, tmp_path).problems())
    assert "n’est pas en UTF-8" in found
    (tmp_path / f"facture{SUFFIX}").unlink()
    (tmp_path / f"facture{SUFFIX}").symlink_to(tmp_path / "parti")
    (found,) = map(str, LetterModels(PROCEDURES, tmp_path).problems())
    assert "ce n’est pas un fichier" in found
    (gone,) = map(str, LetterModels(PROCEDURES, tmp_path / "absent").problems())
    assert "ce dossier n’existe pas" in gone
