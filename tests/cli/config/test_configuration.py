"""Configuration and secrets: where they are looked for, and every way in which they can be wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.cli import START, Desk

ROOT = Path(__file__).parents[3]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Return a desk without a database."""
    return Desk(tmp_path, monkeypatch)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "est vide ; partez du config.toml fourni avec le programme."),
        (b"   \n\n", "est vide"),
        (b"[mail\n", "n’est pas du TOML lisible (ligne 1, colonne 6)"),
        (b"[mail]\nport = ", "n’est pas du TOML lisible"),
        ('[user]\nid = "andré"'.encode("latin-1"), "n’est pas en UTF-8 (octet 17)"),
        (b'\xff\xfe[\x00', "n’est pas en UTF-8"),
        (b'[databse]\nurl = "x"', "databse : clé inconnue (le plus proche : « database »)."),
        (b"[mail]\nport = 0", "mail.port : 0 : il faut au moins 1."),
        (b'[mail]\nport = "25"', "mail.port : attendu un nombre entier, trouvé '25'."),
        (b'[mail]\ntransport = "smpt"', "« smpt » est inconnu (le plus proche : « smtp »)."),
        (b'[mail]\npassword = "x"', "un secret ne s’écrit pas dans ce fichier"),
        (b'[database]\nurl = "postgresql://u:p@h/b"', "un mot de passe ne s’écrit pas dans ce fichier"),
        (b'[database]\nurl = "echeancier.db"', "n’est pas une adresse de base"),
        (b"[reminders]\noffsets = [7, 0]", "reminders.offsets[2] : 0 : il faut au moins 1."),
        (b"[reminders]\noffsets = [7, 7]", "le même nombre de jours figure deux fois"),
        (b'[reminders]\nworkday_start = "18:00"', "workday_start doit précéder workday_end"),
        (b"[reminders]\nescalation_working_days = -1", "escalation_working_days : -1 : il faut au moins 0."),
        (b"[reminders]\ngroup_from = 2.5", "reminders.group_from : attendu un nombre entier"),
        (b"[mail]\nper_minute = -1", "mail.per_minute : -1 : il faut au moins 0."),
        (b"[mail]\nper_connection = 0", "mail.per_connection : 0 : il faut au moins 1."),
        (b"[mail]\ndaily_ceiling = 0", "mail.daily_ceiling : 0 : il faut au moins 1."),
        (b"[mail]\ndaily_ceiling = -5", "mail.daily_ceiling : -5 : il faut au moins 1."),
        (b"[mail]\nconnections = 0", "mail.connections : 0 : il faut au moins 1."),
        (b'[mail]\ncontact = "support"', "« support » n’est pas une adresse"),
        (b'[agencies.a]\nname = "A"\nemail = "a@b"', "n’est pas une adresse"),
        (b'[digest]\ntime = "7h30"', "« 7h30 » n’est pas une heure"),
        (b"[targets]\npresence_jours_ouvres = 5", "(le plus proche : « presences_jours_ouvres »)"),
        (b"[calendar]\nclosures = [{ from = 2026-02-30, to = 2026-03-01, label = 'x' }]", "TOML lisible"),
        (b"[calendar]\nclosures = [{ from = 2026-03-02, to = 2026-03-01, label = 'x' }]",
         "calendar.closures[1] : la fermeture finit avant de commencer"),
    ],
)  # fmt: skip
def test_a_wrong_configuration_is_told_and_stops_everything(
    desk: Desk, content: bytes, sentence: str
) -> None:
    """Each fault names the file and key, says what to do, answers 6, and creates nothing."""
    desk.config.write_bytes(content)
    run = desk.type("init")
    assert run.code == 6
    assert sentence in run.said
    assert "config.toml" in run.said
    assert not desk.database.exists()


def test_every_problem_is_listed_at_once(desk: Desk) -> None:
    """Single values and what links two sections are reported together."""
    desk.config.write_text(
        """
[mail]
port = 99999
[agencies.lyon]
name = "Lyon"
email = "lyon@example.org"
territory = "FR-69"
[people.a]
name = "A"
email = "a@example.org"
agency = "lion"
manager = "b"
[people.b]
name = "B"
email = "b@example.org"
agency = "lyon"
manager = "a"
[user]
id = "c"
""",
        encoding="utf-8",
    )
    run = desk.type("echeances")
    assert run.code == 6
    assert "a 5 problèmes" in run.said
    for words in (
        "mail.port : 99999 : il faut au plus 65535.",
        "agencies.lyon.territory : Territoire : « FR-69 » n’existe pas",
        "people.a.agency : l’agence « lion » n’existe pas (le plus proche : « lyon »)",
        "people.a.manager : la hiérarchie tourne en rond (a → b → a)",
        "user.id : la personne « c » n’existe pas",
    ):
        assert words in run.said


def test_a_file_asked_for_by_name_must_be_there(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing file given by option or variable is an error, even if another one is at hand."""
    run = desk.type("regles voir --config absent.toml")
    assert run.code == 6
    assert "« absent.toml » ne peut être lu : introuvable ; vérifiez le chemin donné." in run.said
    monkeypatch.setenv("ECHEANCIER_CONFIG", "ailleurs.toml")
    run = desk.type("dossier lister")
    assert run.code == 6
    assert "« ailleurs.toml » ne peut être lu" in run.said


def test_the_first_configuration_found_is_read(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The option wins over the variable, the variable over the folder, the folder over the user's."""

    def found(line: str = "diagnostic") -> str:
        return str(desk.type(f"{line} --json").json[0]["message"])

    user = desk.folder / "home" / "echeancier" / "config.toml"
    user.parent.mkdir(parents=True)
    for name in ("home/echeancier/config.toml", "par_option.toml", "par_variable.toml"):
        (desk.folder / name).write_text("[digest]\n", encoding="utf-8")
    monkeypatch.setenv("ECHEANCIER_CONFIG", "par_variable.toml")
    assert "par_option.toml" in found("diagnostic --config par_option.toml")
    assert "par_variable.toml" in found()
    monkeypatch.delenv("ECHEANCIER_CONFIG")
    assert str(desk.config) in found()
    desk.config.unlink()
    assert str(user) in found()
    user.unlink()
    assert "aucun config.toml trouvé" in found()


def test_without_an_agency_nothing_can_be_opened(desk: Desk) -> None:
    """Without any configuration a case cannot be opened, and the sentence says what to do."""
    desk.config.unlink()
    desk.must("init --base sqlite:///autre.db")
    run = desk.type("dossier ouvrir cipi --base sqlite:///autre.db --fait", START)
    assert run.code == 2
    assert "Aucune agence n’est configurée : copiez le config.toml fourni" in run.said


def test_somebody_unknown_is_asked_for_the_agency(desk: Desk) -> None:
    """An account that is nobody in the configuration must say for which agency it acts."""
    text = desk.config.read_text(encoding="utf-8").replace('id = "claire"', "")
    desk.config.write_text(text, encoding="utf-8")
    desk.must("init")
    run = desk.type("dossier ouvrir cipi --fait", START)
    assert run.code == 2
    assert "Quelle agence ? Ajoutez --agence (lyon, metz)" in run.said
    desk.must("dossier ouvrir cipi --agence lyon --fait", START)


def test_a_secret_comes_from_a_variable_or_its_file(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A secret file that is missing, empty or given twice is an error; a good one is read."""
    variable = "ECHEANCIER_DATABASE_PASSWORD"
    for content, sentence in (
        (None, "introuvable"),
        (b"", "est vide"),
        (b"\xff", "n’est pas en UTF-8"),
    ):
        path = desk.folder / "secret"
        if content is not None:
            path.write_bytes(content)
        monkeypatch.setenv(f"{variable}_FILE", str(path))
        run = desk.type("init")
        assert run.code == 6
        assert f"{variable}_FILE" in run.said
        assert sentence in run.said
    (desk.folder / "secret").write_text("chut\n", encoding="utf-8")
    monkeypatch.setenv(variable, "chut")
    assert "donnée deux fois" in desk.type("init").said
    monkeypatch.delenv(variable)
    desk.must("init")


def test_a_file_that_never_ends_is_not_waited_for(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pipe that nobody fills, a device, a huge file, links in a ring: one sentence for each."""
    pipe, huge, ring = (desk.folder / name for name in ("tube", "gros", "rond"))
    os.mkfifo(pipe)
    with huge.open("wb") as file:
        file.truncate(10_000_000)
    ring.symlink_to(ring)
    for path, sentence in (
        (pipe, "ce n’est pas un fichier ordinaire"),
        (Path("/dev/zero"), "ce n’est pas un fichier ordinaire"),
        (huge, "fichier trop grand"),
        (ring, "des liens qui tournent en rond"),
        (desk.folder / ("a" * 5000), "nom trop long"),
    ):
        with monkeypatch.context() as told:
            told.setenv("ECHEANCIER_DATABASE_PASSWORD_FILE", str(path))
            assert (run := desk.type("init")).code == 6
            assert sentence in run.said
        assert (run := desk.type(f"--config {path} init")).code == 6
        assert sentence in run.said


def test_a_password_is_never_shown(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither an error nor `diagnostic` repeats a password."""
    monkeypatch.setenv("ECHEANCIER_DATABASE_URL", "postgresql://u:s3cret@127.0.0.1:1/base")
    for line in ("diagnostic", "dossier lister", "init"):
        run = desk.type(line)
        assert run.code == 7
        assert "s3cret" not in run.out + run.err


@pytest.mark.parametrize(
    "url", ["postgresql://u@h/b?password=s3cret", "postgresql://u:s3/cret@h/b"]
)
def test_no_form_of_password_stands_in_the_configuration(desk: Desk, url: str) -> None:
    """A password is refused wherever an address may hold it, and is not repeated."""
    desk.config.write_text(f'[database]\nurl = "{url}"\n', encoding="utf-8")
    run = desk.type("dossier lister")
    assert run.code == 6
    assert "un mot de passe ne s’écrit pas dans ce fichier" in run.said
    assert "cret" not in run.said


OTHERS = """
import os
if os.getuid() == 0:
    # What root owns is everybody's to read: the file becomes somebody else's.
    os.chown("config.toml", 65534, -1)
else:
    owner = os.geteuid()
    os.geteuid = lambda: owner + 1
"""


def test_a_file_that_somebody_else_put_here_is_not_read(desk: Desk) -> None:
    """In a folder of others, their configuration is refused until it is named on purpose."""
    done = desk.apart("dossier", "lister", before=OTHERS)
    assert done.returncode == 6
    assert "n’est pas à vous" in done.stderr
    assert "nommez-le par --config" in done.stderr
    named = desk.apart("--config", "config.toml", "dossier", "lister", before=OTHERS)
    assert named.returncode == 7


@pytest.mark.parametrize("query", ["sslmode=verify_full", "bogus=1", "sslmode=require"])
def test_an_address_that_cannot_be_read_is_a_fault_of_the_settings(desk: Desk, query: str) -> None:
    """An option that libpq does not know, or that trusts anybody, is code 6 before anything else."""
    run = desk.type(f"dossier lister --base 'postgresql://u:s3cret@exemple.fr/b?{query}'")
    assert run.code == 6
    assert query.split("=")[query.startswith("sslmode")] in run.said
    assert "s3cret" not in run.said


def test_the_sample_configuration_is_right(desk: Desk) -> None:
    """The file at the root of the project is read without a problem and explains every key."""
    sample = (ROOT / "config.toml").read_text(encoding="utf-8")
    desk.config.write_text(sample, encoding="utf-8")
    desk.must("init")
    assert "2 agences, 3 personnes" in desk.must("diagnostic").shown
