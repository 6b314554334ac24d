"""A rule file that extends another: what it keeps, changes, removes, and where each problem stands."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.support.core import SMALL_RULES, rulebook
from workflow.rulefiles.procedures import read_all
from workflow.rules.procedure import Procedure
from workflow.trials.examples import check

HEAD = 'extends = "mini"\nid = "petit"\nname = "Petit"\nprefix = "PETIT"\n'


def read(folder: Path, text: str, base: str = SMALL_RULES) -> Procedure:
    """Return what a file that extends the small one says, once both are found sound."""
    write(folder, text, base)
    assert check(folder) == []
    return read_all(folder)[0]["petit"]


def write(folder: Path, text: str, base: str = SMALL_RULES) -> None:
    """Write the small file and one that extends it."""
    (folder / "mini.toml").write_text(base, encoding="utf-8")
    (folder / "petit.toml").write_text(HEAD + text, encoding="utf-8")


def problems(folder: Path, text: str, base: str = SMALL_RULES) -> list[tuple[str, str, str]]:
    """Return file, key and message of everything wrong with the two files."""
    write(folder, text, base)
    return [(one.file, one.key, one.message) for one in check(folder)]


def test_what_is_not_written_is_kept(tmp_path: Path) -> None:
    """A file that only gives itself another name has all the rest of the one it extends."""
    found = read(tmp_path, "")
    base = read_all(tmp_path)[0]["mini"]
    assert (found.id, found.name, found.label, found.file) == (
        "petit",
        "Petit",
        base.label,
        "petit.toml",
    )
    assert (found.states, found.facts, found.documents, found.actions, found.deadlines) == (
        base.states,
        base.facts,
        base.documents,
        base.actions,
        base.deadlines,
    )
    assert (found.editions, found.examples) == (base.editions, base.examples)


def test_what_is_written_takes_its_place(tmp_path: Path) -> None:
    """A key replaces that key alone, a new entry is added, a list is replaced as a whole."""
    found = read(
        tmp_path,
        """
[states.envoye]
label = "Parti"

[facts.autre]
label = "Autre"
type = "texte"

[[editions]]
id = "seule"
label = "Seule"
source = { document = "fiche.txt", lines = "1", quote = "Un mois", checked_on = 2026-11-21 }
""",
    )
    state = found.states["envoye"]
    assert (state.label, state.awaits) == ("Parti", "financeur")
    assert list(found.facts) == ["depart", "envoye_le", "clos_le", "effectif", "autre"]
    assert [edition.id for edition in found.editions] == ["seule"]


def test_an_entry_of_a_list_is_changed_by_its_number_or_its_id(tmp_path: Path) -> None:
    """A table written where the other file has a list changes the entries that it names, and no other."""
    found = read(
        tmp_path,
        '[deadlines.envoi.rules.1]\nnotes = ["À savoir."]\n[editions.seconde]\nlabel = "Deuxième"\n',
    )
    base = read_all(tmp_path)[0]["mini"]
    (rule,), (known,) = found.deadlines["envoi"].rules, base.deadlines["envoi"].rules
    assert (rule.notes, rule.closes, rule.source) == (("À savoir.",), known.closes, known.source)
    assert [edition.label for edition in found.editions] == ["Première", "Deuxième"]


def test_what_is_left_out_is_gone(tmp_path: Path) -> None:
    """`without` leaves out a named entry, a key, and an entry of a list."""
    found = read(
        tmp_path,
        'without = ["facts.effectif", "actions.envoyer.documents", "documents", "examples.ordinaire"]\n',
    )
    assert "effectif" not in found.facts
    assert (found.actions["envoyer"].documents, dict(found.documents)) == ((), {})
    assert found.examples == ()


@pytest.mark.parametrize(
    ("text", "key", "message"),
    [
        (
            'without = ["facts.effectifs"]',
            "without",
            "« facts.effectifs » n’est pas dans mini.toml (le plus proche : « facts.effectif »).",
        ),
        (
            "[deadlines.envoi.rules.2]\nnotes = []",
            "deadlines.envoi.rules.2",
            "cette entrée n’est pas dans la liste de mini.toml (connues : 1).",
        ),
        (
            '[deadlines.envoi.rules.1]\nnote = ["x"]',
            "deadlines.envoi.rules.1.note",
            "clé inconnue (le plus proche : « notes »).",
        ),
        (
            '[states.envoye]\nawaits = "financeurs"',
            "states.envoye.awaits",
            "acteur « financeurs » inconnu (le plus proche : « financeur »).",
        ),
    ],
)
def test_a_fault_of_the_file_stands_where_it_is_written(
    tmp_path: Path, text: str, key: str, message: str
) -> None:
    """What the file itself says wrong is told once, under the key that it wrote."""
    assert problems(tmp_path, text) == [("petit.toml", key, message)]


@pytest.mark.parametrize(
    ("base", "key"),
    [
        (
            SMALL_RULES.replace("number = 1,", "nombre = 1,"),
            "deadlines.envoi.rules[1].closes.number",
        ),
        (SMALL_RULES.replace('awaits = "personne"', 'awaits = "x"'), "states.clos.awaits"),
    ],
)
def test_a_fault_that_is_inherited_is_told_once(tmp_path: Path, base: str, key: str) -> None:
    """What the extended file says wrong is told of that file alone, whoever extends it."""
    found = problems(tmp_path, "", base)
    assert {file for file, _, _ in found} == {"mini.toml"}
    assert [where for _, where, _ in found].count(key) == 1


def test_what_breaks_an_inherited_part_names_both_files(tmp_path: Path) -> None:
    """A part that is sound in its own file and no longer in the other is told with both."""
    found = problems(tmp_path, 'without = ["facts.envoye_le"]\n')
    assert (
        "mini.toml (étendu par petit.toml)",
        "deadlines.rappel.rules[1].anchors",
        "fait « envoye_le » inconnu (connus : clos_le, depart, effectif).",
    ) in found
    assert {file for file, _, _ in found} == {"mini.toml (étendu par petit.toml)"}


@pytest.mark.parametrize("base", ["minis", "petit", "troisieme"])
def test_a_file_that_cannot_be_extended_is_told(tmp_path: Path, base: str) -> None:
    """A file that is missing, the file itself, and one that extends another are refused in a sentence."""
    write(tmp_path, "")
    (tmp_path / "troisieme.toml").write_text('extends = "mini"\nid = "trois"\n', encoding="utf-8")
    file = tmp_path / "petit.toml"
    file.write_text(HEAD.replace('"mini"', f'"{base}"'), encoding="utf-8")
    found = [one for one in check(tmp_path) if one.file == "petit.toml"]
    assert [one.key for one in found] == ["extends"]
    assert found[0].message.startswith(f"« {base}.toml » ne peut pas être étendu")


def test_the_cdpi_has_the_delays_of_the_cipi() -> None:
    """The CDPI takes the delays of the CIPI sheet from its file: each stands once."""
    cipi, cdpi = (rulebook().procedure(id_).deadlines for id_ in ("cipi", "cdpi"))
    for id_ in ("drf", "reponse_akto", "contrat"):
        (ours,), (theirs,) = cdpi[id_].rules, cipi[id_].rules
        # What the sheet leaves in doubt for a CIPI is in doubt as a whole for a CDPI.
        both = zip(
            (ours.opens, ours.closes, ours.expects),
            (theirs.opens, theirs.closes, theirs.expects),
            strict=True,
        )
        assert all(one == (another and replace(another, doubt=None)) for one, another in both)
        assert ours.source == theirs.source
        assert "repris par déduction" in ours.notes[-1]


def test_funders_known_by_a_contact_alone_share_their_checks() -> None:
    """The general checks of the funders of which the sheet gives a contact alone stand in one file."""
    funders = rulebook().procedure("cif-cdd").funders
    judged = [
        {
            check.id.removeprefix(f"{id_.upper()}-"): (check.bands, check.missing, check.source)
            for check in funders[id_].checks
            if "-duree-" in check.id and check.id.startswith(id_.upper())
        }
        for id_ in funders
        if "depot" not in funders[id_].deadlines
    ]
    assert judged[0].keys() == {"duree-semaines", "duree-heures"}
    assert all(one == judged[0] for one in judged)
