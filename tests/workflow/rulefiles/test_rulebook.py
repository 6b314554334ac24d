"""Rule files as a whole: what is shipped, and what a folder with something wrong in it gets."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import fields

from tests.support.core import SMALL_RULES, rulebook, spoilt
from tests.support.depth import write_parts
from workflow.counting.ways_of_counting import CLOSERS, EXPECTERS, OPENERS
from workflow.errors import InvalidDefinition, NotFound, Problem
from workflow.rulefiles.procedures import read_all
from workflow.rulefiles.rulebook import load_rulebook, rulebook_of
from workflow.rules.counts import Direction, Unit
from workflow.rules.deadline_rules import Kind
from workflow.rules.fact_specs import FactType
from workflow.rules.procedure import PREVIOUS_STATE, Procedure
from workflow.rules.references import References
from workflow.structures.leaves import FRENCH_TYPES
from workflow.trials.examples import check


def write(folder: Path, **texts: str | bytes) -> Path:
    """Write rule files, by name without extension, and return their folder."""
    for name, text in texts.items():
        data = text if isinstance(text, bytes) else text.encode()
        (folder / f"{name}.toml").write_bytes(data)
    return folder


def keys(problems: list[Problem]) -> list[tuple[str, str]]:
    """Return where each problem stands, in order."""
    return sorted((problem.file, problem.key) for problem in problems)


# --- What is shipped -----------------------------------------------------------------------------------


def test_the_shipped_rules_have_nothing_wrong() -> None:
    """Every rule file shipped with the program passes every check, its worked examples included."""
    assert check() == []


def test_the_states_actions_and_deadlines_of_the_cipi_are_the_contract() -> None:
    """The CIPI has the states, actions and deadlines that other programs may name."""
    cipi = rulebook().procedure("cipi")
    assert (" ".join(cipi.states), " ".join(sorted(cipi.actions)), " ".join(cipi.deadlines)) == (
        (
            "preparation drf_deposee drf_refusee drf_accordee contrat_depose financement_refuse "
            "financement_accorde interrompu presences_saisies surcout_demande rembourse clos abandonne"
        ),
        (
            "abandonner accorder_drf accorder_financement cloturer demander_surcout deposer_contrat "
            "deposer_drf interrompre refuser_drf refuser_financement rembourser reprendre saisir_presences"
        ),
        (
            "drf reponse_akto contrat realisation mission presences surcout paiement remise_documents "
            "reponse_financement controle_presences remboursement decision_drf decision_financement "
            "decision_interruption preuve_eligibilite"
        ),
    )


def test_the_facts_of_the_contract_exist() -> None:
    """The facts that other programs may name are those of the CIPI."""
    facts = rulebook().procedure("cipi").facts
    named = {
        "demarrage_formation",
        "fin_formation",
        "debut_contrat",
        "drf_deposee_le",
        "drf_accordee_le",
        "contrat_depose_le",
        "financement_accorde_le",
        "presences_saisies_le",
        "surcout_demande_le",
    }
    assert named - facts.keys() == set()


def test_the_documents_of_each_step_are_those_of_the_sheet() -> None:
    """Each step asks for the documents that the funder's sheet asks for, and no other."""
    cipi = rulebook().procedure("cipi")
    asked = {action.id: action.documents for action in cipi.actions.values() if action.documents}
    assert asked == {
        "deposer_contrat": (
            "infos_salarie",
            "contrat_type_signe",
            "convention_formation",
            "programme_formation",
        ),
        "saisir_presences": ("preuve_presence", "contrat_mission_signe"),
        "demander_surcout": ("facture_organisme",),
    }
    either = ("certificat_realisation", "feuilles_emargement")
    assert cipi.documents["preuve_presence"].any_of == either


def test_the_dates_that_a_text_gives_are_regulatory() -> None:
    """The sheet dates the request, its reply, the contract, the path and its mission; the agency the rest."""
    deadlines = rulebook().procedure("cipi").deadlines.values()
    dated = {spec.id for spec in deadlines if spec.kind is Kind.REGULATORY}
    assert dated == {"drf", "reponse_akto", "contrat", "realisation", "mission"}


def test_the_rules_are_read_once() -> None:
    """The shipped rules are read once and shared."""
    assert load_rulebook() is load_rulebook()


def test_an_unknown_procedure_is_refused_with_the_nearest() -> None:
    """A misspelt procedure is refused with the nearest one."""
    with pytest.raises(NotFound) as refusal:
        rulebook().procedure("cipy")
    assert refusal.value.message == (
        "Procédure : « cipy » n’existe pas (le plus proche : « cipi »)."
    )


# --- The vocabulary ------------------------------------------------------------------------------------


def test_the_words_of_a_rule_are_those_of_the_documents() -> None:
    """Kinds, units, directions and types are the French words that the documents give."""
    words = {enum: {member.value for member in enum} for enum in (Kind, Unit, Direction, FactType)}
    assert words == {
        Kind: {"reglementaire", "interne"},
        Unit: {"heures", "heures_ouvrees", "jours", "jours_ouvres", "mois", "fins_de_mois"},
        Direction: {"avant", "apres", "pendant", "quantieme"},
        FactType: {
            *("date", "instant", "entier", "booleen", "texte", "nombre", "choix"),
            *("reference", "siret", "nda", "telephone", "courriel"),
        },
    }
    assert PREVIOUS_STATE == "precedent"


def test_the_ways_of_counting_are_those_of_the_design() -> None:
    """A window opens in months or days, closes in all but working hours, and a reply counts all but hours."""
    ways = [{f"{u} {d}" for u, d in table} for table in (OPENERS, CLOSERS, EXPECTERS)]
    assert ways == [
        {"mois avant", "mois quantieme", "jours avant"},
        {
            "mois avant",
            "jours avant",
            "heures avant",
            "mois apres",
            "fins_de_mois apres",
            "jours apres",
            "mois pendant",
            "jours_ouvres apres",
            "jours_ouvres avant",
        },
        {"heures_ouvrees apres", "jours_ouvres apres", "mois apres", "jours apres"},
    ]


def test_every_type_that_can_be_asked_for_is_named_in_french() -> None:
    """A value of the wrong type is described in French, whatever type was asked for."""
    assert set(FRENCH_TYPES.values()) == {
        "un texte entre guillemets",
        "un nombre entier",
        "un nombre",
        "true ou false",
        "une date (2026-03-02)",
        'une heure ("07:30")',
        "une liste",
        "une table",
    }


OF_FUNDERS = {
    *(
        "unavailable",
        "funder",
        "funders",
        "ended",
        "extends",
        "derogations",
        "chasing",
        "doubts",
        "letters",
    ),
    *(one.name for one in fields(References)),
}
"""What only a scheme of several funders, that is over, extends, is derogated, doubted, chased or more has."""


def test_the_small_file_is_read_whole(tmp_path: Path) -> None:
    """The small file of these tests is valid, and each field of a procedure comes from it."""
    procedures, problems = read_all(write(tmp_path, mini=SMALL_RULES))
    assert (problems, check(tmp_path)) == ([], [])
    empty = {f.name for f in fields(Procedure) if not getattr(procedures["mini"], f.name)}
    parts = {"themes", "checks", "concordance", "eligibility", "sheets", "funding", "seniority"}
    parts |= {"accounts", "payers", "usual_stake"}
    assert empty == {"portals", "chronology", "planning", "notes", "places"} | parts | OF_FUNDERS


def test_a_procedure_in_several_files_is_read_whole(tmp_path: Path) -> None:
    """A file completed by a folder of its name gives one procedure, whose every field is filled."""
    procedures, problems = read_all(write_parts(tmp_path))
    assert (problems, check(tmp_path), list(procedures)) == ([], [], ["essai"])
    essai = procedures["essai"]
    empty = {f.name for f in fields(Procedure) if not getattr(essai, f.name)}
    assert empty == {"examples", "payers", "planning", "notes", "seniority"} | (
        OF_FUNDERS - {"doubts"}
    )
    assert (essai.file, list(essai.themes)) == ("essai.toml", ["public", "heures", "argent"])


@pytest.mark.parametrize(
    ("text", "key", "message"),
    [
        (
            '[states.clos]\nlabel = "Clos"\nawaits = "personne"',
            "states.clos",
            "déjà écrit dans essai.toml ; gardez l’un des deux.",
        ),
        ("[funding]", "funding", "déjà écrit dans essai/argent.toml ; gardez l’un des deux."),
        ('prefix = "AUTRE"', "prefix", "clé inconnue"),
        ("", "", "le fichier est vide"),
        ("x =", "", "TOML illisible"),
    ],
)
def test_a_part_with_something_wrong_is_named(
    tmp_path: Path, text: str, key: str, message: str
) -> None:
    """What is wrong in a part is told with its path; what stands twice is told with where it stood first."""
    folder = write_parts(tmp_path)
    (folder / "essai" / "suite.toml").write_text(text, encoding="utf-8")
    found = [problem for problem in check(folder) if problem.file == "essai/suite.toml"]
    assert found
    assert (found[0].key, found[0].message[: len(message)]) == (key, message)


def test_what_a_part_means_is_judged_under_its_own_name(tmp_path: Path) -> None:
    """A sentence that cannot be filled in, or a theme that nobody knows, names the part where it stands."""
    folder = write_parts(tmp_path)
    (folder / "essai" / "suite.toml").write_text(
        '[[checks]]\nid = "S1"\nlabel = "Suite"\ntheme = "heure"\nreminder = "{mot}"\n'
        'source = { document = "d", lines = "1", quote = "q", checked_on = 2026-11-21 }\n',
        encoding="utf-8",
    )
    assert {(one.file, one.key) for one in check(folder)} == {
        ("essai/suite.toml", "checks.S1.theme"),
        ("essai/suite.toml", "checks.S1.bands[1].say"),
    }


def test_what_is_no_rule_file_in_a_folder_of_parts_is_left_alone(tmp_path: Path) -> None:
    """A folder of parts may hold a note; only its TOML files are read."""
    folder = write_parts(tmp_path)
    (folder / "essai" / "lisez-moi.txt").write_text("x =", encoding="utf-8")
    assert check(folder) == []


# --- Files that cannot be read ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "le fichier est vide ; écrivez la procédure ou supprimez-le."),
        (b" \n\n", "le fichier est vide ; écrivez la procédure ou supprimez-le."),
        (
            "# Procédure\nid = 'é'".encode("latin-1"),
            "le fichier n’est pas en UTF-8 (octet 6) ; réenregistrez-le.",
        ),
        (
            "id = 'mini'".encode("utf-16"),
            "le fichier n’est pas en UTF-8 (octet 0) ; réenregistrez-le.",
        ),
    ],
)
def test_a_file_that_is_not_one_is_a_problem(tmp_path: Path, data: bytes, message: str) -> None:
    """An empty file or one in another encoding is a problem that says what to do."""
    assert check(write(tmp_path, casse=data)) == [Problem("casse.toml", "", message)]


@pytest.mark.parametrize(
    "text", ["id = ", "id = 'a'\nid = 'b'", "[states.a]\n[states.a]", "x = 2026-02-31"]
)
def test_broken_toml_is_a_problem_with_its_line(tmp_path: Path, text: str) -> None:
    """Broken TOML, a name given twice or a date that does not exist is one problem, and where it is."""
    [problem] = check(write(tmp_path, casse=text))
    assert (problem.file, problem.key) == ("casse.toml", "")
    assert problem.message.startswith("TOML illisible (")
    assert "(ligne " in problem.message or "(fin de fichier" in problem.message


def test_a_file_saved_by_a_windows_editor_is_read(tmp_path: Path) -> None:
    """A byte-order mark in front of the file and Windows line ends change nothing."""
    text = "\ufeff" + SMALL_RULES.replace("\n", "\r\n")
    assert check(write(tmp_path, mini=text)) == []


def test_a_folder_in_the_place_of_a_file_is_a_problem(tmp_path: Path) -> None:
    """Something that cannot be opened as a file is a problem of that name."""
    (tmp_path / "dossier.toml").mkdir()
    [problem] = check(tmp_path)
    assert (problem.file, problem.message[:20]) == ("dossier.toml", "lecture impossible (")


def test_a_folder_without_rules_is_a_problem(tmp_path: Path) -> None:
    """A folder without any rule file is a problem, not an empty rulebook."""
    (tmp_path / "notes.txt").write_text("rien")
    with pytest.raises(InvalidDefinition) as refusal:
        load_rulebook(tmp_path)
    assert refusal.value.problems == (
        Problem(str(tmp_path), "", "aucun fichier de règles (*.toml)."),
    )


def test_a_folder_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    """A folder that does not exist is refused like one without rules, not with a traceback."""
    with pytest.raises(InvalidDefinition):
        load_rulebook(tmp_path / "nulle-part")


# --- Several files, several problems -----------------------------------------------------------------------


def test_a_rulebook_is_refused_whole(tmp_path: Path) -> None:
    """One problem in one file refuses the whole book, with the first problem, their number and what to do."""
    write(tmp_path, bon=SMALL_RULES, casse="", vide="\n")
    with pytest.raises(InvalidDefinition) as refusal:
        load_rulebook(tmp_path)
    assert refusal.value.message == (
        "Règles inutilisables : casse.toml : le fichier est vide ; écrivez la procédure ou supprimez-le. "
        "Et 1 autre(s) problème(s). Lancez « echeancier regles verifier » pour tout voir."
    )
    assert [problem.file for problem in refusal.value.problems] == ["casse.toml", "vide.toml"]


def test_two_files_cannot_describe_the_same_procedure(tmp_path: Path) -> None:
    """Two files with the same procedure id are a problem of the second one."""
    write(tmp_path, un=SMALL_RULES, deux=SMALL_RULES.replace("Mini", "Autre"))
    assert check(tmp_path) == [
        Problem("un.toml", "id", "« mini » est déjà pris par un autre fichier.")
    ]


def test_problems_of_every_file_are_listed_at_once(tmp_path: Path) -> None:
    """A broken file, a file with a structural problem and one with a wrong rule are all reported together."""
    write(
        tmp_path,
        a_casse="id =",
        b_structure=spoilt(('type = "entier"', 'type = "nombres"'), ('"mini"', '"deux"')),
        c_sens=spoilt(('initial = "ouvert"', 'initial = "ouvrt"'), ('"mini"', '"c_sens"')),
    )
    assert [where for where in keys(check(tmp_path)) if where[0] != "c_sens.toml"] == [
        ("a_casse.toml", ""),
        ("b_structure.toml", "facts.effectif.type"),
    ]
    assert ("c_sens.toml", "initial") in keys(check(tmp_path))


def test_every_problem_of_one_file_is_listed_at_once(tmp_path: Path) -> None:
    """A misspelt key does not hide an unreachable state: one run shows all there is to mend."""
    text = spoilt(
        ('prefix = "MINI"', 'prefix = "MINI"\ncolour = "bleu"'),
        ("[facts.depart]", '[states.perdu]\nlabel = "Perdu"\nawaits = "agence"\n\n[facts.depart]'),
    )
    assert keys(check(write(tmp_path, mini=text))) == [
        ("mini.toml", "colour"),
        ("mini.toml", "states.perdu"),
    ]


def test_a_problem_names_the_file_it_is_in(tmp_path: Path) -> None:
    """A problem of meaning names the real file, even when the procedure has another id."""
    text = spoilt(('initial = "ouvert"', 'initial = "ouvrt"'))
    files = {problem.file for problem in check(write(tmp_path, regles_agence=text))}
    assert files == {"regles_agence.toml"}


def test_problems_come_in_the_same_order_every_time(tmp_path: Path) -> None:
    """Unknown keys of one table are listed in the order of the file."""
    names = ["zeta", "alpha", "mu", "beta", "omega", "delta"]
    extra = "".join(f'{name}_ = "x"\n' for name in names)
    found = check(write(tmp_path, mini=extra + SMALL_RULES))
    assert [problem.key for problem in found] in (
        [f"{name}_" for name in names],
        sorted(f"{name}_" for name in names),
    )


def test_one_procedure_is_read_alone_as_with_the_others() -> None:
    """A procedure read without the others says what it says among them; an unknown one reads all."""
    whole = load_rulebook()
    for id_, procedure in whole.procedures.items():
        assert rulebook_of(id_).procedures == {id_: procedure}
    assert rulebook_of("../cipi") is whole
