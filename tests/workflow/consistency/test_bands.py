"""What could never happen, as `regles verifier` finds it: values, bands and guards, each in a broken file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.core import SMALL_RULES, spoilt
from workflow.trials.examples import check

SOURCE = (
    'source = { document = "fiche.txt", lines = "1", quote = "Un mois", checked_on = 2026-11-21 }'
)
LOW = '{ below = 10, verdict = "non_conforme", say = "x" }'
TEN = '{ at_most = 10, verdict = "conforme", say = "x" }'
REST = '{ verdict = "a_confirmer", say = "x" }'
CLOSES = 'closes = { number = 1, unit = "mois", direction = "avant" }'


def judged(value: str, *bands: str, more: str = "") -> str:
    """Return the small file with a check that has some bands."""
    rows = ", ".join(bands)
    return (
        f'{SMALL_RULES}\n[themes]\nt = "Thème"\n\n[facts.accord]\nlabel = "Accord"\ntype = "booleen"\n'
        '[facts.taille]\nlabel = "Taille"\ntype = "choix"\nchoices = { petite = "P", grande = "G" }\n'
        f'\n[[checks]]\nid = "C1"\nlabel = "Contrôle"\ntheme = "t"\n{SOURCE}\n{value}\n'
        f"bands = [{rows}]\n{more}\n"
    )


def problems(folder: Path, text: str) -> list[tuple[str, str, str]]:
    """Return file, key and message of each problem of a small file."""
    (folder / "mini.toml").write_text(text, encoding="utf-8")
    return [(one.file, one.key, one.message) for one in check(folder)]


NUMBER, CHOICE, YES = 'value = "effectif"', 'value = "taille"', 'value = "accord"'
SMALL = '{ is = "petite", verdict = "conforme", say = "x" }'
LARGE = '{ is = ["grande", "petite"], verdict = "conforme", say = "x" }'
UNLIMITED = "au-delà de la dernière borne, aucune bande ; finissez par une bande sans borne."
TAKEN = "aucune valeur n’y tombe : une bande d’avant va jusqu’à 10."


@pytest.mark.parametrize(
    ("text", "key", "message"),
    [
        (judged(NUMBER, LOW, TEN), "bands", UNLIMITED),
        (judged(NUMBER, TEN, LOW, REST), "bands[2]", TAKEN),
        (judged(NUMBER, LOW, LOW, REST), "bands[2]", TAKEN),
        (
            judged(NUMBER, '{ is = "dix", verdict = "conforme", say = "x" }', REST),
            "bands[1].is",
            "un nombre n’est jamais une de ces valeurs ; donnez `below` ou `at_most`.",
        ),
        (
            judged(CHOICE, SMALL),
            "bands",
            "des valeurs sont sans bande (grande) ; finissez par une bande sans borne.",
        ),
        (
            judged(CHOICE, LARGE, SMALL),
            "bands[2]",
            "aucune valeur n’y tombe : les bandes d’avant les prennent.",
        ),
        (
            judged(CHOICE, LARGE, REST),
            "bands[2]",
            "aucune valeur n’y tombe : les bandes d’avant les prennent toutes.",
        ),
        (
            judged(YES, LOW, REST),
            "bands[1]",
            "ce fait n’est pas un nombre : aucune valeur n’y tombe ; donnez `is`.",
        ),
        (
            judged(YES, '{ is = "oui", verdict = "conforme", say = "x" }'),
            "bands",
            "des valeurs sont sans bande (non) ; finissez par une bande sans borne.",
        ),
        (
            judged(NUMBER, TEN, REST, more='blocks = ["envoyer"]'),
            "blocks",
            "aucune bande n’est « non_conforme » : rien ne serait jamais refusé.",
        ),
        (
            judged(
                NUMBER,
                LOW,
                REST.replace("a_confirmer", "non_conforme"),
                more='blocks = ["envoyer"]',
            ),
            "blocks",
            "toutes les bandes sont « non_conforme » : l’action ne passerait jamais.",
        ),
        (
            judged(NUMBER, REST, more="valid_from = 2026-02-01\nvalid_until = 2026-01-31"),
            "valid_until",
            "ce contrôle finit avant de commencer : il ne dit jamais rien.",
        ),
    ],
)
def test_what_never_happens_in_a_check_is_found(
    tmp_path: Path, text: str, key: str, message: str
) -> None:
    """A value without a band, a band without a value, a refusal always or never: each is told once."""
    assert problems(tmp_path, text) == [("mini.toml", f"checks.C1.{key}", message)]


@pytest.mark.parametrize(
    "text",
    [
        judged(NUMBER, LOW, TEN, REST),
        judged(NUMBER, LOW, '{ below = "10.5", verdict = "conforme", say = "x" }', REST),
        judged(CHOICE, SMALL, LARGE),
        judged(CHOICE, SMALL, REST),
        judged(NUMBER, LOW, REST, more='blocks = ["envoyer"]'),
    ],
)
def test_what_can_happen_is_sound(tmp_path: Path, text: str) -> None:
    """« At most 10 » after « below 10 » takes ten; a choice whose every value has a band needs no other."""
    assert problems(tmp_path, text) == []


@pytest.mark.parametrize(
    ("opens", "shut"),
    [
        ("number = 1", False),
        ("number = 2", True),
        ("number = 1, values = [{ from = 2027-03-01, number = 2, " + SOURCE + " }]", False),
        ('number = 29, unit = "jours"', False),
        ('number = 32, unit = "jours"', True),
        ('number = 800, unit = "heures"', True),
    ],
)
def test_a_window_that_never_opens_is_found(tmp_path: Path, opens: str, shut: bool) -> None:
    """A window that closes before it opens, whatever the start and the date, refuses every act that waits."""
    unit = "" if "unit" in opens else ', unit = "mois"'
    closes = f'closes = {{ {opens}{unit}, direction = "avant" }}'
    window = f'opens = {{ number = 1, unit = "mois", direction = "avant" }}\n{closes}'
    text = spoilt((CLOSES, window))
    found = problems(tmp_path, text[: text.index("[[examples]]")])
    told = "cette fenêtre fermerait toujours avant d’ouvrir ; inversez les délais."
    expected = [("mini.toml", "deadlines.envoi.rules[1].closes", told)] if shut else []
    assert [one for one in found if one[2] == told] == expected


@pytest.mark.parametrize("end", ["when", "unless"])
def test_a_condition_that_is_never_met_is_found(tmp_path: Path, end: str) -> None:
    """A rule that waits for a value that its choice never takes would never speak, or always."""
    condition = f'{end} = {{ taille = "moyenne" }}'
    if end == "unless":
        condition += '\nwhen = { taille = "grande" }'
    rule = f'[[deadlines.envoi.rules]]\nanchors = ["depart"]\n{condition}\n{CLOSES}\n{SOURCE}\n\n'
    text = judged(CHOICE, SMALL, REST).replace(
        "[[deadlines.envoi.rules]]", rule + "[[deadlines.envoi.rules]]", 1
    )
    assert problems(tmp_path, text) == [
        (
            "mini.toml",
            f"deadlines.envoi.rules[1].{end}",
            "valeur « moyenne » inconnue (connues : grande, petite).",
        )
    ]
