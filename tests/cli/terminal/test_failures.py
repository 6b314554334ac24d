"""Every error becomes one French sentence and an exit code."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from cli.terminal.exits import ExitCode
from cli.terminal.failures import Doing, code_of, report, without_option
from cli.terminal.streams import ReaderGone
from cli.wiring.session import Session
from workflow import errors
from workflow.errors import (
    ActionRefused,
    Conflict,
    EcheancierError,
    InvalidDefinition,
    InvalidInput,
    NotFound,
    OutOfReach,
    Problem,
    Refused,
    StaleCase,
    TakenReference,
    Unreadable,
)

CODES = {
    InvalidInput: 2,
    Refused: 3,
    ActionRefused: 3,
    NotFound: 4,
    Conflict: 5,
    StaleCase: 5,
    TakenReference: 5,
    InvalidDefinition: 6,
    OutOfReach: 7,
    Unreadable: 7,
}


def every_error() -> list[type[EcheancierError]]:
    """Return every class of the tree that the domain defines, but its root."""
    found = (value for value in vars(errors).values() if isinstance(value, type))
    return [
        kind for kind in found if issubclass(kind, EcheancierError) and kind is not EcheancierError
    ]


@pytest.mark.parametrize("kind", every_error())
def test_every_error_of_the_tree_has_its_code(kind: type[EcheancierError]) -> None:
    """No class of the error tree is left without an exit code."""
    error = kind.__new__(kind)
    EcheancierError.__init__(error, "phrase.")
    assert code_of(error) == CODES[kind]


def test_an_interruption_says_what_became_of_the_data(capsys: pytest.CaptureFixture[str]) -> None:
    """Ctrl+C says whether something was already recorded."""
    assert report(KeyboardInterrupt(), Doing(("dossier", "lister"))) == ExitCode.INTERRUPTED
    assert "rien n’a été enregistré" in capsys.readouterr().err
    report(KeyboardInterrupt(), Doing(("init",), wrote=["la base"]))
    assert "l’enregistrement de la base était déjà fait" in capsys.readouterr().err


def test_a_system_error_says_file_and_cause(capsys: pytest.CaptureFixture[str]) -> None:
    """A full disk or a refused file is told in French with its name, as out of reach."""
    for number, words in ((errno.ENOSPC, "disque plein"), (errno.EACCES, "accès refusé"),
                          (errno.EROFS, "disque en lecture seule")):  # fmt: skip
        error = OSError(number, "english", "/x/base.db")
        assert report(error, Doing(())) == ExitCode.OUT_OF_REACH
        said = capsys.readouterr().err
        assert words in said
        assert "/x/base.db" in said
        assert "english" not in said


def test_every_problem_of_a_definition_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """The sentence comes first, then each problem on its line, none of them twice."""
    problems = [Problem("a.toml", "x", "un."), Problem("b.toml", "", "deux.")]
    report(InvalidDefinition("Deux problèmes.", problems), Doing(()))
    assert capsys.readouterr().err.replace("\u00a0", " ").splitlines() == [
        "Deux problèmes.", "  a.toml : x : un.", "  b.toml : deux.",
    ]  # fmt: skip
    report(InvalidDefinition(f"Un problème : {problems[0]}", problems[:1]), Doing(()))
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_conflict_gives_back_what_was_typed(capsys: pytest.CaptureFixture[str]) -> None:
    """The whole command is given back, quoted, without the version that has passed."""
    argv = (
        "--base",
        "U",
        "dossier",
        "avancer",
        "X",
        "a",
        "--commentaire",
        "deux mots",
        "--version-vue",
        "3",
    )
    report(StaleCase("Trop tard.", "X", ["12/03, malik"]), Doing(argv, "./echeancier"))
    assert capsys.readouterr().err.splitlines()[1:] == [
        "Pour le relire, puis refaire la même saisie\u00a0:",
        "  ./echeancier --base U dossier voir X",
        "  ./echeancier --base U dossier avancer X a --commentaire 'deux mots'",
    ]


def test_an_option_is_taken_out_with_its_value() -> None:
    """Both ways of writing an option are recognised."""
    assert without_option(["a", "--n", "3", "b"], "--n") == ["a", "b"]
    assert without_option(["a", "--n=3", "b"], "--n") == ["a", "b"]


def test_a_reader_who_left_is_no_failure(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A closed pipe ends the command quietly and well."""
    for error in (ReaderGone(), BrokenPipeError()):
        assert report(error, Doing(())) == ExitCode.DONE
    assert capsys.readouterr().err == ""


def test_a_log_that_cannot_be_written_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """An unexpected error whose log cannot be kept says how to see it all the same."""
    (tmp_path / "fichier").write_text("", encoding="utf-8")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "fichier"))
    assert report(ZeroDivisionError("1/0"), Doing(("init",))) == ExitCode.UNEXPECTED
    said = capsys.readouterr().err
    assert "relancez avec ECHEANCIER_DEBUG=1" in said
    assert "1/0" not in said


BASE = "postgresql://u:s3/cret@127.0.0.1:1/base?sslpassword=t0p&application_name=x"


def test_a_command_shown_again_has_no_password() -> None:
    """What can be typed again leaves the password of an address to its variable."""
    again = "echeancier --base 'postgresql://u@127.0.0.1:1/base?application_name=x' diagnostic"
    assert Session(Doing(("init",)), base=BASE).typed("diagnostic") == again
    assert Doing(()).typed([f"--base={BASE}"]).endswith("u@127.0.0.1:1/base?application_name=x'")


def logged(home: Path, *argv: str) -> Path:
    """Leave a fault of the program in the log of errors, and return its file."""
    assert report(LookupError("Dupont"), Doing(argv)) is ExitCode.UNEXPECTED
    return next(home.rglob("erreurs.log"))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the home of somebody new."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path


def test_the_log_of_errors_names_the_command_alone(home: Path) -> None:
    """Neither the password of an address nor a person's name goes into the log of errors."""
    words = ("--base", BASE, "--par", "claire", "dossier", "voir", "Dupont", "--libelle=Dupont")
    kept = logged(home, *words).read_text(encoding="utf-8")
    assert kept.splitlines()[0].endswith(" echeancier dossier voir")
    assert "cret" not in kept
    assert "Dupont" not in kept


def test_the_log_of_errors_does_not_grow_for_ever(home: Path) -> None:
    """Past a size the log of errors starts anew, and the one before stays beside it."""
    log = logged(home, "init")
    log.write_text("x" * 1_000_001, encoding="utf-8")
    assert logged(home, "init").stat().st_size < 1_000_000
    assert log.with_name("erreurs.log.1").stat().st_size > 1_000_000


def test_a_command_that_a_sentence_names_is_the_one_to_type(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A hint keeps the options that say which base and who; those of another time are left out."""
    argv = ("--config", "un dossier/c.toml", "dossier", "lister", "--maintenant", "2026-01-01")
    doing = Doing((*argv, "--par=claire"), program="/opt/echeancier")
    report(OutOfReach("La base manque : créez-la avec « echeancier init »."), doing)
    expected = "« /opt/echeancier --config 'un dossier/c.toml' --par=claire init »"
    assert expected in capsys.readouterr().err.replace("\u00a0", " ")


def test_a_failure_names_what_was_written_last(capsys: pytest.CaptureFixture[str]) -> None:
    """After a long day, the last three things written are named, each once, and the others counted."""
    report(ValueError(), Doing((), wrote=["A", "B", "C", "B", "D"]))
    said = capsys.readouterr().err.replace("\u00a0", " ")
    assert "l’enregistrement de D, B, C et de 1 autre était déjà fait" in said
