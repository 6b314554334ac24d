"""One scheme, several funders: what a funder's file replaces, adds and leaves as it is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.support.core import SETTINGS, MovableClock, Workbench, rulebook
from tests.support.depth import PARTS, write_parts
from workflow.case.case import Outcome
from workflow.counting.context import edition_for, ruled_by
from workflow.errors import ActionRefused, InvalidInput, NotFound, ReasonCode
from workflow.rulefiles.procedures import read_all
from workflow.rules.deadline_rules import Kind
from workflow.trials.examples import check
from workflow.trials.simulation import Simulation, simulate

ESSAI = """
funder = "{id}"
label = "{label}"
notes = ["Note de {label}."]
"""

CHECK = """
[[checks]]
id = "A-seul"
label = "Propre à A"
theme = "public"
source = { document = "fiche", lines = "2", quote = "rappel", checked_on = 2026-11-22 }
reminder = "Rappel propre à A."
"""


def cif(funder: str | None = None) -> Simulation:
    """Simulate a start of 3 September 2018 with a funder."""
    facts = {"demarrage_formation": "03/09/2018"}
    return simulate(rulebook(), "cif-cdd", facts, settings=SETTINGS, funder=funder)


def contacts() -> list[str]:
    """Return the funders that have no window of their own."""
    funders = rulebook().procedure("cif-cdd").funders
    return [id_ for id_, ruled in funders.items() if "depot" not in ruled.deadlines]


def funders_in(folder: Path, **files: str) -> Path:
    """Write the small procedure with the files of some funders."""
    more = {f"essai/funders/{name}.toml": text for name, text in files.items()}
    return write_parts(folder, {**PARTS, **more})


# --- What a file of a funder does ------------------------------------------------------------------------


def test_a_file_makes_a_funder_of_its_own(tmp_path: Path) -> None:
    """Each file of the folder rules the scheme in its own name, with its notes after those of all."""
    folder = funders_in(
        tmp_path, a=ESSAI.format(id="a", label="A"), b=ESSAI.format(id="b", label="B")
    )
    procedures, problems = read_all(folder)
    assert problems == []
    essai = procedures["essai"]
    assert essai.funder is None
    assert {id_: (one.funder_label, one.notes) for id_, one in essai.funders.items()} == {
        "a": ("A", (*essai.notes, "Note de A.")),
        "b": ("B", (*essai.notes, "Note de B.")),
    }


def test_a_check_of_a_funder_is_added_to_those_of_all(tmp_path: Path) -> None:
    """A funder's checks come first, those of all stay, and another funder does not get them."""
    folder = funders_in(
        tmp_path, a=ESSAI.format(id="a", label="A") + CHECK, b=ESSAI.format(id="b", label="B")
    )
    essai = read_all(folder)[0]["essai"]
    common = [one.id for one in essai.checks]
    ids = {id_: [one.id for one in ruled.checks] for id_, ruled in essai.funders.items()}
    assert ids == {"a": ["A-seul", *common], "b": common}


def test_a_problem_of_what_is_shared_is_told_once(tmp_path: Path) -> None:
    """An unknown key of the main file is one problem, however many funders read it."""
    folder = funders_in(
        tmp_path, a=ESSAI.format(id="a", label="A"), b=ESSAI.format(id="b", label="B")
    )
    main = folder / "essai.toml"
    main.write_text("inconnue = 1\n" + main.read_text(encoding="utf-8"), encoding="utf-8")
    assert [(one.file, one.key) for one in check(folder)] == [("essai.toml", "inconnue")]


def test_a_problem_of_a_funder_names_its_file(tmp_path: Path) -> None:
    """What is wrong in a funder's file is told with the path of that file."""
    folder = funders_in(tmp_path, a=ESSAI.format(id="a", label="A") + "inconnue = 1\n")
    assert [(one.file, one.key) for one in check(folder)] == [("essai/funders/a.toml", "inconnue")]


def test_what_a_funder_means_is_judged_in_its_file(tmp_path: Path) -> None:
    """A theme that nobody knows, in a check of a funder alone, names the file of the funder."""
    spoilt = ESSAI.format(id="a", label="A") + CHECK.replace("public", "publics")
    [problem] = check(funders_in(tmp_path, a=spoilt))
    assert (problem.file, problem.key) == ("essai/funders/a.toml", "checks.A-seul.theme")


def test_a_worked_example_of_a_funder_names_its_file(tmp_path: Path) -> None:
    """A date worked by hand that is not the one computed names the file of the funder."""
    example = """
[[examples]]
id = "faux"
deadline = "envoi"
facts = { depart = 2026-10-15 }
expect = { envoi = { strict = 2026-09-16 } }
"""
    [problem] = check(funders_in(tmp_path, a=ESSAI.format(id="a", label="A") + example))
    assert (problem.file, problem.key) == ("essai/funders/a.toml", "examples.faux")


def test_what_a_funder_breaks_elsewhere_names_both(tmp_path: Path) -> None:
    """A fact of another type, given by a funder, breaks a part of all: its file is named, and the funder."""
    fact = '[facts.heures_prevues]\nlabel = "Heures"\ntype = "date"\n'
    found = check(funders_in(tmp_path, a=ESSAI.format(id="a", label="A") + fact))
    assert found
    assert {one.file.partition(" ")[2] for one in found} == {"(a)"}
    assert "essai.toml" not in {one.file.partition(" ")[0] for one in found}


def test_a_file_without_the_name_of_its_funder_is_a_problem(tmp_path: Path) -> None:
    """A funder's file says who the funder is."""
    folder = funders_in(tmp_path, a='label = "A"\n')
    assert ("essai/funders/a.toml", "funder") in [(one.file, one.key) for one in check(folder)]


def test_a_funder_has_its_own_deadline_where_the_scheme_has_none() -> None:
    """The scheme alone has no window of deposit; some funders write one, each its own."""
    scheme = rulebook().procedure("cif-cdd")
    windows = [one.deadlines.get("depot") for one in scheme.funders.values()]
    closes = {window.rules[-1].closes for window in windows if window}
    assert "depot" not in scheme.deadlines
    assert None in windows
    assert len(closes) > 1


def test_the_same_deadline_of_a_funder_replaces_that_of_all(tmp_path: Path) -> None:
    """A deadline that both files write is the funder's, with no word of a duplicate."""
    shared = rulebook().procedure("cif-cdd")
    source = Path(__file__).parents[3] / "workflow" / "procedures"
    text = (source / "cif-cdd.toml").read_text(encoding="utf-8")
    general = (source / "cif-cdd" / "general.toml").read_text(encoding="utf-8")
    unifaf = (source / "cif-cdd" / "funders" / "unifaf.toml").read_text(encoding="utf-8")
    six = """
[deadlines.demarrage_max]
label = "Commencer la formation"
kind = "reglementaire"
states = ["projet"]
met_by_fact = "formation_demarree_le"

[[deadlines.demarrage_max.rules]]
anchors = ["fin_dernier_cdd"]
closes = { number = 6, unit = "mois", direction = "apres" }
source = { document = "fiche", lines = "1", quote = "six mois", checked_on = 2026-11-22 }
"""
    head, mark, rest = unifaf.partition("# --- Facts")
    folder = write_parts(
        tmp_path,
        {
            "cif-cdd.toml": text,
            "cif-cdd/general.toml": general,
            "cif-cdd/funders/unifaf.toml": head + six + "\n" + mark + rest,
        },
    )
    procedures, problems = read_all(folder)
    assert problems == []
    found = procedures["cif-cdd"]
    numbers = [
        count.number
        for one in (shared, found, found.funders["unifaf"])
        if (count := one.deadlines["demarrage_max"].rules[0].closes)
    ]
    assert numbers == [12, 12, 6]


# --- Asking for a funder ---------------------------------------------------------------------------------


def test_a_scheme_of_several_funders_asks_for_one() -> None:
    """Without a funder nothing is computed, and every funder is listed."""
    with pytest.raises(InvalidInput, match="dépend du financeur") as refusal:
        cif()
    [reason] = refusal.value.reasons
    known = ", ".join(rulebook().procedure("cif-cdd").funders)
    assert (reason.code, reason.data) == (ReasonCode.FUNDER_ASKED, {"funders": known})


def test_an_unknown_funder_is_refused_with_the_nearest() -> None:
    """A slip of the pen gets the name that was meant."""
    with pytest.raises(NotFound, match="fafsea"):
        cif("fafsae")


@pytest.mark.parametrize(("funder", "sessions"), [("fafsea", []), (None, [date(2026, 9, 1)])])
def test_a_scheme_of_one_funder_takes_neither_funder_nor_session(
    funder: str | None, sessions: list[date]
) -> None:
    """For the CIPI both options are refused rather than ignored."""
    with pytest.raises(InvalidInput, match="n’a qu’un financeur"):
        ruled_by(rulebook().procedure("cipi"), funder, sessions)


def test_the_same_session_twice_is_refused() -> None:
    """Two sessions on one day are a slip of the pen."""
    day = date(2018, 7, 12)
    with pytest.raises(InvalidInput, match="12/07/2018"):
        ruled_by(rulebook().procedure("cif-cdd"), "fafsea", [day, date(2018, 6, 14), day])


@pytest.mark.parametrize("funder", contacts())
def test_a_contact_only_funder_computes_nothing_of_its_own(funder: str) -> None:
    """No window is invented where the sheet gives a telephone number only, but a target; and it is said."""
    found = cif(funder)
    assert [one.kind for one in found.deadlines] == [Kind.INTERNAL]
    assert any("Délais non connus" in warning for warning in found.warnings)


def test_a_start_after_the_end_of_the_scheme_names_what_replaced_it() -> None:
    """From 2019 on no CIF can be: the PTP is proposed."""
    procedure = ruled_by(rulebook().procedure("cif-cdd"), "fafsea")
    with pytest.raises(InvalidInput, match="« ptp »") as refusal:
        simulate(
            rulebook(),
            "cif-cdd",
            {"demarrage_formation": "01/01/2019"},
            settings=SETTINGS,
            funder="fafsea",
        )
    assert "aucune règle au 01/01/2019" in refusal.value.message
    assert procedure.edition_on(date(2018, 12, 31)) is not None
    assert procedure.edition_on(date(2019, 1, 1)) is None


def test_without_a_start_the_last_edition_is_shown() -> None:
    """Rules can still be read for a file whose start is not known."""
    procedure = ruled_by(rulebook().procedure("cif-cdd"), "fafsea")
    context = Workbench().cases.place(procedure, "FR", "lyon")
    assert edition_for(procedure, {}, context).id == "cif-cdd-2018"


# --- Old files -------------------------------------------------------------------------------------------


def opening(procedure: str, start: str, now: datetime, *, historical: bool) -> Outcome:
    """Open a file at an instant."""
    funder = "fafsea" if procedure == "cif-cdd" else None
    return Workbench(MovableClock(now)).cases.open(
        procedure,
        {"demarrage_formation": start},
        by="m.durand",
        agency="lyon",
        funder=funder,
        historical=historical,
    )


TODAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_a_file_of_an_ended_scheme_is_refused_today() -> None:
    """A CIF opened by mistake is refused, with what replaced it and the way to note an old file."""
    with pytest.raises(ActionRefused) as refusal:
        opening("cif-cdd", "03/09/2018", TODAY, historical=False)
    [reason] = refusal.value.reasons
    assert reason.code is ReasonCode.ENDED
    assert "« ptp »" in reason.words


def test_an_old_file_is_opened_on_purpose_whatever_its_window() -> None:
    """An old file is noted as it was: its window, closed for years, does not refuse it."""
    case = opening("cif-cdd", "03/09/2018", TODAY, historical=True).after
    assert (case.funder, case.edition, case.state) == ("fafsea", "cif-cdd-2018", "projet")


def test_a_file_is_not_old_while_its_scheme_lasts() -> None:
    """In 2018 a CIF was opened like any file, and « --historique » was for nothing."""
    now = datetime(2018, 5, 4, 9, tzinfo=UTC)
    assert opening("cif-cdd", "03/09/2018", now, historical=False).after.funder == "fafsea"
    with pytest.raises(ActionRefused, match="a pris fin"):
        opening("cif-cdd", "03/09/2018", now, historical=True)


def test_a_scheme_that_goes_on_has_no_old_file() -> None:
    """A PTP is opened today; asking for an old file is refused."""
    assert opening("ptp", "03/05/2027", TODAY, historical=False).after.procedure == "ptp"
    with pytest.raises(ActionRefused, match="ne s’ouvre comme historique que"):
        opening("ptp", "03/05/2027", TODAY, historical=True)


def test_an_old_file_after_the_end_is_refused_all_the_same() -> None:
    """Even on purpose, no CIF starts in 2019."""
    with pytest.raises(InvalidInput, match="« ptp »"):
        opening("cif-cdd", "07/01/2019", TODAY, historical=True)
