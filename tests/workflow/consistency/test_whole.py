"""Each way to spoil a rule file, and the problem that answers it: file, dotted key and message."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.support.core import cipi, spoilt
from workflow.consistency.whole import problems_of
from workflow.errors import InvalidDefinition, Problem
from workflow.rulefiles.rulebook import load_rulebook
from workflow.rules.fact_specs import FactType
from workflow.trials.examples import check

Edit = tuple[str, str]

ACTION = '[actions.clore]\nlabel = "Clore"\nfrom = ["envoye"]\nto = "clos"\ndated_by = "clos_le"\n'
CLOSES = 'closes = { number = 1, unit = "mois", direction = "avant" }'
RULE_SOURCE = (
    f'{CLOSES}\nsource = {{ document = "fiche.txt", lines = "1", quote = "Un mois", '
    "checked_on = 2026-11-21 }"
)
TARGET = 'closes = { setting = "rappel_jours_ouvres", unit = "jours_ouvres", direction = "apres" }'
TWO = (
    'number = 2, source = { document = "arrêté", lines = "1", quote = "Deux mois", '
    "checked_on = 2026-11-21 }"
)


def dated(values: str, *more: str) -> str:
    """Return the limit of the small file with numbers that change on a date."""
    return CLOSES.replace("{ ", "{ " + ", ".join((f"values = [{values}]", *more)) + ", ")


def reading(*keys: str, id_: str = "AMB-1") -> Edit:
    """Return the edit that gives the rule of the small file a reading of one more way of counting."""
    source = RULE_SOURCE.partition("\n")[2]
    said = ", ".join((f'id = "{id_}"', 'words = "Un mois franc"', source, *keys))
    return CLOSES, f"{CLOSES}\nreadings = [{{ {said} }}]"


def problems(folder: Path, *edits: Edit) -> list[tuple[str, str]]:
    """Return key and message of each problem of the small file once spoilt."""
    (folder / "mini.toml").write_text(spoilt(*edits), encoding="utf-8")
    found = check(folder)
    assert {problem.file for problem in found} <= {"mini.toml"}
    return [(problem.key, problem.message) for problem in found]


ONE_PROBLEM: dict[str, tuple[Edit, str, str]] = {
    "unknown key at the top": (
        ('label = "Procédure d’essai"', 'label = "Procédure d’essai"\nlabell = "x"'),
        "labell",
        "clé inconnue (le plus proche : « label »).",
    ),
    "unknown key of a state": (
        ('awaits = "personne"', 'awaits = "personne"\nfinale = true'),
        "states.clos.finale",
        "clé inconnue (le plus proche : « final »).",
    ),
    "unknown key of a rule": (
        (CLOSES, CLOSES + '\nnote = ["x"]'),
        "deadlines.envoi.rules[1].note",
        "clé inconnue (le plus proche : « notes »).",
    ),
    "unknown key of a count": (
        ("number = 1,", "number = 1, prudent_days = 3,"),
        "deadlines.envoi.rules[1].closes.prudent_days",
        "clé inconnue (le plus proche : « prudent_working_days »).",
    ),
    "unknown key far from any": (
        ('to = "envoye"', 'to = "envoye"\nxyz = 1'),
        "actions.envoyer.xyz",
        (
            "clé inconnue (connues : dated_by, documents, evidence, forgets, from, label, needs, to, "
            "transitions, window)."
        ),
    ),
    "missing key": (('prefix = "MINI"\n', ""), "prefix", "clé absente ; ajoutez-la."),
    "empty text": (
        ('label = "Ouvert"', 'label = " "'),
        "states.ouvert.label",
        "texte vide ; écrivez-le ou retirez la clé.",
    ),
    "a number in the place of a text": (
        ('label = "Ouvert"', "label = 12"),
        "states.ouvert.label",
        "attendu un texte entre guillemets, trouvé 12.",
    ),
    "a text in the place of a date": (
        ("valid_from = 2026-01-02", 'valid_from = "2026-01-02"'),
        "editions[2].valid_from",
        "attendu une date (2026-03-02), trouvé '2026-01-02'.",
    ),
    "a text in the place of a flag": (
        ("final = true", 'final = "oui"'),
        "states.clos.final",
        "attendu true ou false, trouvé 'oui'.",
    ),
    "a text in the place of a list": (
        ('needs = ["depart"]', 'needs = "depart"'),
        "actions.envoyer.needs",
        "attendu une liste, trouvé 'depart'.",
    ),
    "a list of numbers": (
        ('needs = ["depart"]', "needs = [1]"),
        "actions.envoyer.needs",
        "attendu une liste de textes entre guillemets.",
    ),
    "unknown type": (
        ('type = "entier"', 'type = "entiers"'),
        "facts.effectif.type",
        "« entiers » est inconnu (le plus proche : « entier »).",
    ),
    "unknown type far from any": (
        ('type = "entier"', 'type = "xyz"'),
        "facts.effectif.type",
        (
            "« xyz » est inconnu (connus : date, instant, entier, booleen, texte, nombre, choix, reference, "
            "siret, nda, telephone, courriel)."
        ),
    ),
    "unknown kind": (
        ('kind = "interne"', 'kind = "internes"'),
        "deadlines.rappel.kind",
        "« internes » est inconnu (le plus proche : « interne »).",
    ),
    "unknown unit": (
        ('unit = "mois"', 'unit = "moi"'),
        "deadlines.envoi.rules[1].closes.unit",
        "« moi » est inconnu (le plus proche : « mois »).",
    ),
    "unknown direction": (
        ('direction = "avant"', 'direction = "avent"'),
        "deadlines.envoi.rules[1].closes.direction",
        "« avent » est inconnu (le plus proche : « avant »).",
    ),
    "a way of counting that does not exist": (
        (CLOSES, 'closes = { number = 1, unit = "jours", direction = "pendant" }'),
        "deadlines.envoi.rules[1].closes",
        (
            "on ne sait pas compter « jours pendant » ici (connus : fins_de_mois apres, heures avant, "
            "jours apres, jours avant, jours_ouvres apres, jours_ouvres avant, mois apres, mois avant, "
            "mois pendant)."
        ),
    ),
    "an opening in hours": (
        (CLOSES, CLOSES + '\nopens = { number = 9, unit = "heures", direction = "avant" }'),
        "deadlines.envoi.rules[1].opens",
        "on ne sait pas compter « heures avant » ici (connus : jours avant, mois avant, mois quantieme).",
    ),
    "a reading without a date": (
        reading(),
        "deadlines.envoi.rules[1].readings[1].closes",
        "une lecture donne une date, et une seule : `opens`, `closes` ou `expects`.",
    ),
    "a reading of no register": (
        reading(CLOSES, id_="B-1"),
        "deadlines.envoi.rules[1].readings[1].id",
        "« B-1 » n’est pas un repère de lecture ; écrivez « AMB-1 ».",
    ),
    "a reading that counts what the rule does not": (
        reading('opens = { unit = "mois", direction = "avant" }'),
        "deadlines.envoi.rules[1].readings[1].opens.number",
        "la règle n’a pas ce décompte ; donnez le nombre.",
    ),
    "a reading from a fact that is no date": (
        reading(CLOSES, 'anchors = ["effectif"]'),
        "deadlines.envoi.rules[1].readings[1].anchors",
        "« effectif » n’est pas une date.",
    ),
    "no date at all": (
        (CLOSES + "\n", ""),
        "deadlines.envoi.rules[1].closes",
        "aucune date ; donnez `opens`, `closes`, `expects` ou `last_start`.",
    ),
    "both a number and a setting": (
        ("number = 1,", 'number = 1, setting = "x",'),
        "deadlines.envoi.rules[1].closes.number",
        "donnez soit `number`, soit `setting`, et pas les deux.",
    ),
    "a chosen delay that claims to be law": (
        ('kind = "interne"', 'kind = "reglementaire"'),
        "deadlines.rappel.rules[1].closes",
        'un délai choisi par l’agence n’est pas réglementaire ; mettez `kind = "interne"`.',
    ),
    "a rule without source": (
        (RULE_SOURCE, RULE_SOURCE.replace("Un mois", "")),
        "deadlines.envoi.rules[1].source.quote",
        "texte vide ; écrivez-le ou retirez la clé.",
    ),
    "a deadline without rule": (
        (
            "[deadlines.rappel]",
            (
                '[deadlines.vide]\nlabel = "Vide"\nkind = "interne"\nstates = ["ouvert"]\n'
                'met_by = ["clore"]\n'
                "rules = []\n\n[deadlines.rappel]"
            ),
        ),
        "deadlines.vide.rules",
        "il en faut au moins une entrée.",
    ),
    "dated numbers out of order": (
        (CLOSES, dated(f"{{ from = 2027-03-01, {TWO} }}, {{ from = 2027-03-01, {TWO} }}")),
        "deadlines.envoi.rules[1].closes.values",
        "dates dans le désordre (01/03/2027 et 01/03/2027) ; la plus ancienne d’abord.",
    ),
    "a dated number without date": (
        (CLOSES, dated(f"{{ {TWO} }}")),
        "deadlines.envoi.rules[1].closes.values[1].from",
        "clé absente ; ajoutez-la.",
    ),
    "a dated number without number": (
        (CLOSES, dated(f"{{ from = 2027-03-01, {TWO.partition(', ')[2]} }}")),
        "deadlines.envoi.rules[1].closes.values[1].number",
        "clé absente ; ajoutez-la.",
    ),
    "dated numbers decided by an unknown fact": (
        (CLOSES, dated(f"{{ from = 2027-03-01, {TWO} }}", 'dated_by = "departs"')),
        "deadlines.envoi.rules[1].closes.dated_by",
        "fait « departs » inconnu (le plus proche : « depart »).",
    ),
    "dated numbers decided by what is no date": (
        (CLOSES, dated(f"{{ from = 2027-03-01, {TWO} }}", 'dated_by = "effectif"')),
        "deadlines.envoi.rules[1].closes.dated_by",
        "« effectif » n’est pas une date.",
    ),
    "a deciding fact that decides nothing": (
        (CLOSES, dated("", 'dated_by = "depart"')),
        "deadlines.envoi.rules[1].closes.dated_by",
        "sans effet sans `values` ; donnez-les, ou retirez cette clé.",
    ),
    "a chosen delay that changes on a date": (
        (TARGET, TARGET.replace("{ ", f"{{ values = [{{ from = 2027-03-01, {TWO} }}], ")),
        "deadlines.rappel.rules[1].closes.values",
        "seul un nombre écrit (`number`, `hours`) change à une date.",
    ),
    "a delay of the agency that no file declares": (
        ('setting = "rappel_jours_ouvres"', 'setting = "rappels_jours_ouvres"'),
        "targets.rappels_jours_ouvres",
        (
            "une règle lit ce délai de l’agence ; déclarez-le ici (le plus proche : "
            "« rappel_jours_ouvres »)."
        ),
    ),
    "a delay of the agency without number": (
        ("default = 5\n", ""),
        "targets.rappel_jours_ouvres.default",
        "clé absente ; ajoutez-la.",
    ),
    "a delay of the agency beyond a year": (
        ("default = 5", "default = 251"),
        "targets.rappel_jours_ouvres.default",
        "251 : il faut au plus 250.",
    ),
    "a delay of the agency in months": (
        ('unit = "jours_ouvres"\ndefault', 'unit = "mois"\ndefault'),
        "targets.rappel_jours_ouvres.unit",
        "un délai de l’agence se compte autrement (connus : heures, jours_ouvres).",
    ),
    "unknown initial state": (
        ("final = true", 'final = true\n\n[states.autre]\nlabel = "Autre"\nawaits = "agence"'),
        "states.autre",
        "état inaccessible : aucune suite d’actions n’y mène.",
    ),
    "a trap": (
        (
            ACTION,
            ACTION + '\n[actions.perdre]\nlabel = "Perdre"\nfrom = ["envoye"]\nto = "puits"\n'
            'dated_by = "clos_le"\n\n[states.puits]\nlabel = "Puits"\nawaits = "agence"\n',
        ),
        "states.puits",
        "impasse : aucune suite d’actions n’en sort vers un état final.",
    ),
    "ends that are all setbacks": (
        ("final = true", "final = true\nsetback = true"),
        "states",
        "tous les états finaux sont des revers ; retirez `setback` de celui où l’on va.",
    ),
    "an exit from a final state": (
        (
            ACTION,
            ACTION + '\n[actions.rouvrir]\nlabel = "Rouvrir"\nfrom = ["clos"]\nto = "ouvert"\n'
            'dated_by = "clos_le"\n',
        ),
        "states.clos",
        "état final dont une action sort ; retirez l’action ou `final`.",
    ),
    "unknown party": (
        ('awaits = "financeur"', 'awaits = "financeurs"'),
        "states.envoye.awaits",
        "acteur « financeurs » inconnu (le plus proche : « financeur »).",
    ),
    "unknown reference fact": (
        ('reference_fact = "depart"', 'reference_fact = "départ"'),
        "reference_fact",
        "fait « départ » inconnu (le plus proche : « depart »).",
    ),
    "unknown territory of the funder": (
        ('funder_territory = "FR"', 'funder_territory = "FR-75"'),
        "funder_territory",
        "territoire « FR-75 » inconnu (le plus proche : « FR-975 »).",
    ),
    "unknown needed fact": (
        ('needs = ["depart"]', 'needs = ["departs"]'),
        "actions.envoyer.needs",
        "fait « departs » inconnu (le plus proche : « depart »).",
    ),
    "unknown document": (
        ('documents = ["formulaire"]', 'documents = ["formulaires"]'),
        "actions.envoyer.documents",
        "pièce « formulaires » inconnue (le plus proche : « formulaire »).",
    ),
    "unknown document among several": (
        ('label = "Formulaire"', 'label = "Formulaire"\nany_of = ["formulaires"]'),
        "documents.formulaire.any_of",
        "pièce « formulaires » inconnue (le plus proche : « formulaire »).",
    ),
    "unknown window": (
        ('window = "envoi"', 'window = "envois"'),
        "actions.envoyer.window",
        "échéance « envois » inconnue (le plus proche : « envoi »).",
    ),
    "unknown anchor": (
        ('anchors = ["depart"]', 'anchors = ["depar"]'),
        "deadlines.envoi.rules[1].anchors",
        "fait « depar » inconnu (le plus proche : « depart »).",
    ),
    "an anchor that is not a date": (
        ('anchors = ["envoye_le"]', 'anchors = ["effectif"]'),
        "deadlines.rappel.rules[1].anchors",
        "« effectif » n’est pas une date.",
    ),
    "unknown state of a deadline": (
        ('states = ["envoye"]', 'states = ["envoyé"]'),
        "deadlines.rappel.states",
        "état « envoyé » inconnu (le plus proche : « envoye »).",
    ),
    "a deadline awaited in a final state": (
        ('states = ["envoye"]', 'states = ["envoye", "clos"]'),
        "deadlines.rappel.states",
        "« clos » est final : rien n’y est plus attendu.",
    ),
    "a deadline met by an unknown action": (
        ('met_by = ["clore"]', 'met_by = ["cloré"]'),
        "deadlines.rappel.met_by",
        "action « cloré » inconnue (le plus proche : « clore »).",
    ),
    "a deadline met by an unknown fact": (
        ('met_by = ["clore"]', 'met_by = ["clore"]\nmet_by_fact = "clos"'),
        "deadlines.rappel.met_by_fact",
        "fait « clos » inconnu (le plus proche : « clos_le »).",
    ),
    "a deadline that nothing meets": (
        ('met_by = ["clore"]\n', ""),
        "deadlines.rappel.met_by",
        "rien ne tient cette échéance ; donnez `met_by` ou `met_by_fact`.",
    ),
    "a step dated by something else than a date": (
        ('dated_by = "clos_le"', 'dated_by = "effectif"'),
        "actions.clore.dated_by",
        "« effectif » n’est pas une date.",
    ),
    "a step dated by a planned date": (
        ('dated_by = "clos_le"', 'dated_by = "depart"'),
        "actions.clore.dated_by",
        "« depart » est une date prévue ; une étape date d’un fait passé.",
    ),
    "an action without transition": (
        ('to = "envoye"\n', ""),
        "actions.envoyer.from",
        "aucune transition ; donnez `from` et `to`, ou `transitions`.",
    ),
    "two editions that overlap": (
        ("valid_from = 2026-01-02", "valid_from = 2026-01-01"),
        "editions",
        "« premiere » et « seconde » se chevauchent ; fixez `valid_until` et `valid_from`.",
    ),
    "two editions without end": (
        ("valid_until = 2026-01-01\n", ""),
        "editions",
        "« premiere » et « seconde » se chevauchent ; fixez `valid_until` et `valid_from`.",
    ),
    "a hole between two editions": (
        ("valid_from = 2026-01-02", "valid_from = 2026-01-12"),
        "editions",
        "aucune entrée entre « premiere » et « seconde » (2026-01-02 – 2026-01-11).",
    ),
    "a hole of one day between two editions": (
        ("valid_from = 2026-01-02", "valid_from = 2026-01-03"),
        "editions",
        "aucune entrée entre « premiere » et « seconde » (2026-01-02 – 2026-01-02).",
    ),
    "an edition that ends before it begins": (
        ("valid_from = 2026-01-02", "valid_from = 2026-01-02\nvalid_until = 2025-12-31"),
        "editions",
        "« seconde » finit avant de commencer.",
    ),
    "an unknown edition": (
        (CLOSES, CLOSES + '\neditions = ["premiere", "seconde", "secondes"]'),
        "deadlines.envoi.rules[1].editions",
        "édition « secondes » inconnue (le plus proche : « seconde »).",
    ),
    "an edition without a rule": (
        (CLOSES, CLOSES + '\neditions = ["premiere"]'),
        "deadlines.envoi.rules",
        "0 règles pour l’édition « seconde » ; il en faut une.",
    ),
    "a wrong example": (
        ("prudent = 2026-09-14", "prudent = 2026-09-13"),
        "examples.ordinaire",
        "envoi.prudent : attendu 2026-09-13, calculé 2026-09-14",
    ),
    "an example with a date that does not exist": (
        ("facts = { depart = 2026-10-15 }", 'facts = { depart = "31/02/2026" }'),
        "examples.ordinaire",
        "depart = « 31/02/2026 » : cette date n’existe pas ; vérifiez le jour et le mois.",
    ),
    "an example of an unknown fact": (
        ("facts = { depart", "facts = { departs"),
        "examples.ordinaire.facts",
        "fait « departs » inconnu (le plus proche : « depart »).",
    ),
    "an example of an unknown deadline": (
        ('deadline = "envoi"', 'deadline = "envois"'),
        "examples.ordinaire.deadline",
        "échéance « envois » inconnue (le plus proche : « envoi »).",
    ),
    "an example that expects an unknown deadline": (
        ("expect = { envoi", "expect = { envois"),
        "examples.ordinaire.expect",
        "échéance « envois » inconnue (le plus proche : « envoi »).",
    ),
    "an example in an unknown territory": (
        ('deadline = "envoi"', 'deadline = "envoi"\nterritory = "FR-75"'),
        "examples.ordinaire.territory",
        "territoire « FR-75 » inconnu (le plus proche : « FR-975 »).",
    ),
}


def test_a_reading_without_a_source_is_refused(tmp_path: Path) -> None:
    """A reading says where the text stands that it reads, as a rule does."""
    unsourced = f'{CLOSES}\nreadings = [{{ id = "AMB-1", words = "x", {CLOSES} }}]'
    at = "deadlines.envoi.rules[1].readings[1].source"
    assert problems(tmp_path, (CLOSES, unsourced))[0] == (at, "clé absente ; ajoutez-la.")


@pytest.mark.parametrize(("edit", "key", "message"), ONE_PROBLEM.values(), ids=ONE_PROBLEM)
def test_a_spoilt_file_has_exactly_one_problem(
    tmp_path: Path, edit: Edit, key: str, message: str
) -> None:
    """One fault in a rule file is reported once, with its dotted key and a French sentence."""
    assert problems(tmp_path, edit) == [(key, message)]


@pytest.mark.parametrize("name", ["a trap", "two editions that overlap", "unknown unit"])
def test_a_file_with_a_problem_is_not_used(tmp_path: Path, name: str) -> None:
    """A rulebook with a faulty file is refused with the very problem that the check lists."""
    edit, key, message = ONE_PROBLEM[name]
    (tmp_path / "mini.toml").write_text(spoilt(edit), encoding="utf-8")
    with pytest.raises(InvalidDefinition) as refusal:
        load_rulebook(tmp_path)
    assert refusal.value.problems == (Problem("mini.toml", key, message),)


def test_a_rule_without_any_source_is_a_problem(tmp_path: Path) -> None:
    """A rule with no `source` at all is a problem at the key where the source should stand."""
    found = problems(tmp_path, (RULE_SOURCE, CLOSES))
    assert ("deadlines.envoi.rules[1].source", "clé absente ; ajoutez-la.") in found
    assert {key.rpartition(".source")[0] for key, _ in found} == {"deadlines.envoi.rules[1]"}


@pytest.mark.parametrize(
    "where", ["deadlines.envoi.rules[1].source.checked_on", "editions[1].source.checked_on"]
)
def test_a_rule_that_nobody_checked_is_a_problem(tmp_path: Path, where: str) -> None:
    """A rule or an edition whose source has no day of checking is a problem, like one without source."""
    edits = {
        "deadlines.envoi.rules[1].source.checked_on": (
            RULE_SOURCE,
            RULE_SOURCE.replace(", checked_on = 2026-11-21", ""),
        ),
        "editions[1].source.checked_on": (", checked_on = 2026-11-21 }", " }"),
    }
    assert [key for key, _ in problems(tmp_path, edits[where])] == [where]


@pytest.mark.parametrize(
    "edit", [('anchors = ["envoye_le"]', "anchors = []"), ('states = ["envoye"]', "states = []")]
)
def test_an_empty_list_is_a_problem(tmp_path: Path, edit: Edit) -> None:
    """A rule that counts from nothing, or a deadline awaited nowhere, is a problem at that key."""
    name = edit[0].partition(" ")[0]
    assert [key.rpartition(".")[2] for key, _ in problems(tmp_path, edit)] == [name]


def test_an_unknown_initial_state_is_a_problem(tmp_path: Path) -> None:
    """An initial state that does not exist is named, with the nearest; all states are then out of reach."""
    found = problems(tmp_path, ('initial = "ouvert"', 'initial = "ouvrt"'))
    assert found[0] == ("initial", "état « ouvrt » inconnu (le plus proche : « ouvert »).")
    assert {key for key, _ in found[1:]} == {"states.ouvert", "states.envoye", "states.clos"}


def test_an_unknown_target_state_is_a_problem(tmp_path: Path) -> None:
    """An action that leads to a state that does not exist is named, with the nearest state."""
    found = problems(tmp_path, ('to = "envoye"', 'to = "envoyer"'))
    assert found[0] == (
        "actions.envoyer.transitions",
        "état « envoyer » inconnu (le plus proche : « envoye »).",
    )


def test_an_unknown_starting_state_is_a_problem(tmp_path: Path) -> None:
    """An action that starts from a state that does not exist is named, with the nearest state."""
    found = problems(tmp_path, ('from = ["envoye"]', 'from = ["envoyes"]'))
    assert found[0] == (
        "actions.clore.transitions",
        "état « envoyes » inconnu (le plus proche : « envoye »).",
    )


def test_an_unknown_dating_fact_is_reported_at_its_own_key(tmp_path: Path) -> None:
    """The fact that dates a step, when unknown, is reported at `dated_by`."""
    found = problems(tmp_path, ('dated_by = "clos_le"', 'dated_by = "clo_le"'))
    assert found == [
        ("actions.clore.dated_by", "fait « clo_le » inconnu (le plus proche : « clos_le »).")
    ]


def test_no_final_state_is_a_problem(tmp_path: Path) -> None:
    """A procedure that never ends says that no state is final, and that each state is a trap."""
    found = problems(tmp_path, ("final = true\n", ""))
    assert found[0] == ("states", "aucun état final ; marquez-en un par `final = true`.")
    assert {message.partition(" :")[0] for _, message in found[1:]} == {"impasse"}


def test_two_editions_with_one_name_are_a_problem(tmp_path: Path) -> None:
    """Two editions with the same id are a problem: a case could not be pinned to one of them."""
    found = problems(tmp_path, ('id = "seconde"', 'id = "premiere"'))
    assert found[0] == ("editions", "deux éditions s’appellent « premiere ».")


def test_two_examples_with_one_name_are_a_problem(tmp_path: Path) -> None:
    """Two worked examples with the same id are a problem: a failure could not be found."""
    copy = (
        '[[examples]]\nid = "ordinaire"\ndeadline = "envoi"\nfacts = { depart = 2026-10-15 }\n'
        "expect = {}\n\n"
    )
    found = problems(tmp_path, ("[[examples]]", copy + "[[examples]]"))
    assert [key for key, _ in found] == ["examples"]


def test_an_edition_with_two_rules_is_a_problem(tmp_path: Path) -> None:
    """Two rules for one edition are a problem of that edition only."""
    second = (
        '[[deadlines.envoi.rules]]\neditions = ["seconde"]\nanchors = ["depart"]\n' + RULE_SOURCE
    )
    found = problems(tmp_path, ("[deadlines.rappel]", second + "\n\n[deadlines.rappel]"))
    assert found == [
        ("deadlines.envoi.rules", "2 règles pour l’édition « seconde » ; il en faut une.")
    ]


def test_no_edition_is_a_problem(tmp_path: Path) -> None:
    """A procedure without any edition is a problem."""
    start = spoilt().index("[[editions]]")
    end = spoilt().index("[states.ouvert]")
    found = problems(tmp_path, (spoilt()[start:end], "editions = []\n\n"))
    assert found == [("editions", "il en faut au moins une entrée.")]


def test_portals_that_overlap_are_a_problem(tmp_path: Path) -> None:
    """Two names of the portal over the same days are a problem, like two editions."""
    portal = (
        '[[portals]]\nname = "{0}"\nsource = {{ document = "d", lines = "1", quote = "q" }}\n\n'
    )
    both = portal.format("Un") + portal.format("Deux")
    found = problems(tmp_path, ("[states.ouvert]", both + "[states.ouvert]"))
    assert found == [
        ("portals", "« Un » et « Deux » se chevauchent ; fixez `valid_until` et `valid_from`.")
    ]


@pytest.mark.parametrize("number", ["0", "-2", "true", '"1"', "1.5"])
def test_a_number_that_counts_nothing_is_a_problem(tmp_path: Path, number: str) -> None:
    """A delay of zero, below zero, or that is no whole number is a problem at its own key."""
    found = problems(tmp_path, ("number = 1,", f"number = {number},"))
    assert found[0][0] == "deadlines.envoi.rules[1].closes.number"
    assert found[0][1].startswith(
        ("attendu un nombre entier, trouvé ", f"{number} n’a pas de sens")
    )


NEVER_COUNTED: dict[str, Edit] = {
    "two ends": (
        CLOSES,
        CLOSES + '\nexpects = { number = 48, unit = "heures_ouvrees", direction = "apres" }',
    ),
    "an end and a last start": (
        CLOSES,
        CLOSES + '\nlast_start = { hours = 70, hours_per_day = "heures_par_jour", '
        'within = { number = 6, unit = "mois", direction = "pendant" } }',
    ),
    "a margin that months do not read": (
        CLOSES,
        CLOSES.replace("1,", "1, prudent_working_days = 3,"),
    ),
    "a last start in working days": (
        CLOSES,
        (
            'last_start = { hours = 70, hours_per_day = "heures_par_jour", '
            'within = { number = 6, unit = "jours_ouvres", direction = "apres" } }'
        ),
    ),
    "a period chosen by the agency": (
        CLOSES,
        (
            'last_start = { hours = 70, hours_per_day = "heures_par_jour", '
            'within = { setting = "mois", unit = "mois", direction = "pendant" } }'
        ),
    ),
}


@pytest.mark.parametrize("edit", NEVER_COUNTED.values(), ids=NEVER_COUNTED)
def test_what_would_not_be_counted_is_a_problem(tmp_path: Path, edit: Edit) -> None:
    """What a rule says and the computation would ignore, or could not do, is a problem of that rule."""
    example = spoilt()[spoilt().index("[[examples]]") :]
    found = problems(tmp_path, edit, (example, ""))
    of_rules = [key for key, _ in found if not key.startswith("targets.")]
    assert {key.partition("]")[0] for key in of_rules} == {"deadlines.envoi.rules[1"}


def test_a_step_without_an_hour_under_a_limit_that_has_one_is_a_problem() -> None:
    """A step whose window closes at an hour is dated by a fact that keeps hours."""
    filed = replace(cipi().facts["drf_deposee_le"], type=FactType.DATE)
    found = problems_of(replace(cipi(), facts={**cipi().facts, "drf_deposee_le": filed}))
    assert [one.key for one in found] == ["actions.deposer_drf.dated_by"]


def test_a_transition_without_effect_is_a_problem(tmp_path: Path) -> None:
    """`from` without `to`, beside a table of transitions, would be ignored: it is a problem."""
    found = problems(
        tmp_path,
        ('from = ["envoye"]\nto = "clos"', 'from = ["ouvert"]\ntransitions = { envoye = "clos" }'),
    )
    assert [key for key, _ in found] == ["actions.clore.from"]


@pytest.mark.parametrize("expect", ["{ envoi = 3 }", '{ envoi = "2026-09-14" }'])
def test_an_example_that_expects_no_table_is_a_problem(tmp_path: Path, expect: str) -> None:
    """An example whose expectation is not a table of dates is a problem, not a traceback."""
    old = "expect = { envoi = { strict = 2026-09-15, prudent = 2026-09-14 } }"
    found = problems(tmp_path, (old, f"expect = {expect}"))
    assert [key.partition(".expect")[0] for key, _ in found] == ["examples.ordinaire"]


def test_an_example_that_expects_an_unknown_date_is_a_problem(tmp_path: Path) -> None:
    """A misspelt date name in an example is a problem even when the date expected is « nothing »."""
    found = problems(tmp_path, ("prudent = 2026-09-14", "prudente = 2026-09-14"))
    assert [key.partition(".expect")[0] for key, _ in found] == ["examples.ordinaire"]


def test_the_way_back_counts_as_a_way(tmp_path: Path) -> None:
    """A state left only through « precedent » is no trap, and one entered only so is reached."""
    pause = (
        '\n[actions.suspendre]\nlabel = "Suspendre"\nfrom = ["envoye"]\nto = "pause"\ndated_by = "clos_le"\n'
        '\n[actions.reprendre]\nlabel = "Reprendre"\ndated_by = "clos_le"\n'
        'transitions = { pause = "precedent" }\n'
        '\n[states.pause]\nlabel = "Pause"\nawaits = "agence"\n'
    )
    assert problems(tmp_path, (ACTION, ACTION + pause)) == []


def test_a_dated_number_cites_the_text_that_sets_it(tmp_path: Path) -> None:
    """A number that changes on a date has a source of its own, whole, or the file is refused."""
    found = problems(tmp_path, (CLOSES, dated("{ from = 2027-03-01, number = 2 }")))
    where = "deadlines.envoi.rules[1].closes.values[1].source"
    assert found[0] == (where, "clé absente ; ajoutez-la.")
    assert {key.removeprefix(where) for key, _ in found[1:]} == {
        ".document",
        ".lines",
        ".quote",
        ".checked_on",
    }
