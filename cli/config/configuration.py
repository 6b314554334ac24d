"""Finding `config.toml` and turning it into `Settings`, with every problem listed at once.

Called by `cli.wiring.session`. The first of these is read: `--config`, `ECHEANCIER_CONFIG`, `./config.toml`,
the user's configuration folder; with none of them, the defaults of `cli.config.settings` hold and no agency
is known. Never writes, never reads a secret.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from cli.config.crosschecks import cross_problems
from cli.config.reader import read_settings
from cli.config.settings import Settings
from cli.config.small_files import read_small
from workflow.errors import InvalidDefinition, Problem
from workflow.text.os_errors import cause
from workflow.text.toml_text import UnreadableToml, read_toml

FILE_NAME = "config.toml"
VARIABLE = "ECHEANCIER_CONFIG"


class Configuration(Struct, frozen=True):
    """The settings and the file they come from."""

    settings: Settings
    path: Path | None
    """None when no file was found and the defaults hold."""

    @property
    def folder(self) -> Path:
        """Return the folder from which the relative paths of the file start."""
        return self.path.parent if self.path else user_data_folder()


def user_data_folder() -> Path:
    """Return the folder where the program keeps what it makes when nothing else is said."""
    from platformdirs import user_data_path

    return user_data_path("echeancier", appauthor=False)


def user_config_file() -> Path:
    """Return where the user's own configuration is looked for."""
    from platformdirs import user_config_path

    return user_config_path("echeancier", appauthor=False) / FILE_NAME


def find(option: Path | None, environment: Mapping[str, str]) -> Path | None:
    """Return the file to read, or None; a file that was asked for by name is returned unseen.

    Raises:
        InvalidDefinition: when the one of the current folder is somebody else's.
    """
    if option is not None:
        return option
    if environment.get(VARIABLE):
        return Path(environment[VARIABLE])
    here = Path(FILE_NAME)
    if here.is_file():
        _refuse_of_others(here)
        return here
    own = user_config_file()
    return own if own.is_file() else None


def _refuse_of_others(path: Path) -> None:
    """Refuse a file that somebody else has put in the current folder: it says where passwords go.

    Raises:
        InvalidDefinition: unless it is the user's, or the administrator's.
    """
    # Elsewhere, accounts have no such number.
    me = os.geteuid() if hasattr(os, "geteuid") else 0
    if path.stat().st_uid not in {me, 0}:
        raise InvalidDefinition(
            f"Le fichier « {path.resolve()} » n’est pas à vous : il pourrait envoyer ailleurs vos mots de "
            "passe. Changez de dossier ou, s’il est le bon, nommez-le par --config."
        )


def load(path: Path | None) -> Configuration:
    """Read a configuration.

    Raises:
        InvalidDefinition: with every problem of the file.
    """
    if path is None:
        return Configuration(Settings(), None)
    data = _parse(path)
    settings, problems = read_settings(path.name, data)
    problems += cross_problems(path.name, data)
    if not problems:
        return Configuration(settings, path.resolve())
    raise _unusable(path, problems)


def _parse(path: Path) -> dict[str, Any]:
    try:
        text = read_small(path).decode("utf-8-sig")
        data = read_toml(text)
    except OSError as error:
        message = f"ne peut être lu : {cause(error)} ; vérifiez le chemin donné."
    except UnicodeDecodeError as error:
        message = f"n’est pas en UTF-8 (octet {error.start}) ; réenregistrez-le dans ce codage."
    except UnreadableToml as error:
        message = f"n’est pas du TOML lisible ({error.where}) ; corrigez cette ligne."
    else:
        if text.strip():
            return data
        message = "est vide ; partez du config.toml fourni avec le programme."
    raise _unusable(path, [Problem(str(path), "", message)])


def _unusable(path: Path, problems: list[Problem]) -> InvalidDefinition:
    if len(problems) == 1 and not problems[0].key:
        return InvalidDefinition(f"Configuration : le fichier « {path} » {problems[0].message}")
    count = f"{len(problems)} problèmes" if len(problems) > 1 else "un problème"
    return InvalidDefinition(
        f"Configuration : le fichier « {path} » a {count} ; corrigez et relancez.", problems
    )
