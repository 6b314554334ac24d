"""Tests find the same world whatever the shell names, and leave nothing in it."""

from __future__ import annotations

import os
from pathlib import Path

from tests.support.environment import isolated
from tests.support.programs import run

TOUCHY = (
    "tests/cli/demo/test_demo.py::test_the_demonstration_covers_every_state",
    "tests/cli/terminal/test_output.py::test_the_shell_can_complete",
    "tests/cli/terminal/test_startup.py::test_simulating_leaves_the_database_alone",
    "tests/integration/test_service.py::test_asked_to_stop_between_two_beats_it_leaves_at_once",
    "tests/repository/test_environment.py::test_only_what_a_machine_needs_is_kept",
)
"""Tests that read settings, folders, the size and colours of the terminal, in this process and in others."""


def hostile(trap: Path) -> dict[str, str]:
    """Return an environment in which everything leads to a trap or changes what is shown."""
    homes = ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")
    return {
        **dict.fromkeys(homes, str(trap)),
        "ECHEANCIER_CONFIG": str(trap / "config.toml"),
        "ECHEANCIER_DATABASE_URL": f"sqlite:///{trap / 'base.db'}",
        "ECHEANCIER_DEBUG": "1",
        "ECHEANCIER_PING_URL": "http://127.0.0.1:1/",
        "ECHEANCIER_SMTP_PASSWORD_FILE": str(trap / "absent"),
        "ECHEANCIER_SMTP_USER": "personne",
        "ECHEANCIER_TOMORROW": "1",
        "SMTP_HOST": "127.0.0.1",
        "HTTP_PROXY": "http://127.0.0.1:1",
        "http_proxy": "http://127.0.0.1:1",
        "PGHOST": "127.0.0.1",
        "PGOPTIONS": "-c nothing=1",
        "COLUMNS": "20",
        "LINES": "5",
        "FORCE_COLOR": "1",
        "NO_COLOR": "1",
        "TERM": "dumb",
        "LANG": "xx_XX",
        "LANGUAGE": "ja",
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "TZ": "Pacific/Auckland",
        "USER": "quelqu’un".encode("ascii", "replace").decode(),
    }


def test_what_the_shell_names_changes_no_test(tmp_path: Path) -> None:
    """Tests pass with everything set against them, and nothing is written where it points."""
    trap = tmp_path / "trap"
    trap.mkdir()
    pytest = ("-m", "pytest", "-q", "-p", "no:cacheprovider", *TOUCHY)
    done = run(*pytest, named=hostile(trap))
    assert done.returncode == 0, done.stdout + done.stderr
    assert list(trap.iterdir()) == []


def test_only_what_a_machine_needs_is_kept(tmp_path: Path) -> None:
    """What is kept is named; a variable that nobody has thought of is not passed on."""
    kept = isolated({**hostile(Path("/nowhere")), "PATH": "/bin"}, tmp_path)
    assert {name for name in kept if not kept[name].startswith(str(tmp_path))} == {
        "LC_ALL", "PATH", "PYTHONPATH", "TZ",
    }  # fmt: skip
    assert not any(name.startswith(("ECHEANCIER_", "SMTP_", "PG")) for name in os.environ)
    assert Path.home() == Path(os.environ["HOME"])
    assert not Path.home().exists()
