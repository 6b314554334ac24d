"""A file that was asked for by `--sortie`, written whole or not at all.

Used by `dossier fiche`, `agenda` and `exporter`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workflow.errors import InvalidInput, OutOfReach, Refused
from workflow.text.os_errors import cause
from workflow.text.whole_file import made_whole, write_whole


def write(path: Path, content: str, *, replace: bool) -> None:
    """Write a file, over the one that is there if `replace` says so.

    Raises:
        InvalidInput: the folder does not exist, or a folder stands where the file should.
        Refused: a file is there.
        OutOfReach: the disk refuses.
    """
    check_place(path, replace=replace)
    with _reported(path):
        # Readable by its owner alone, as the case is: what is in it names a person.
        write_whole(path, content.encode())


@contextmanager
def writing(path: Path, *, replace: bool) -> Iterator[Path]:
    """Lend a file to write to, which becomes the one that was asked for once it is written.

    Raises:
        InvalidInput, Refused, OutOfReach: as `write`.
    """
    check_place(path, replace=replace)
    with _reported(path), made_whole(path) as aside:
        yield aside


def check_place(path: Path, *, replace: bool) -> None:
    """Refuse a place where no file can be written; raises like `write`."""
    if path.is_dir():
        raise InvalidInput(f"--sortie « {path} » est un dossier : donnez le nom d’un fichier.")
    if not path.parent.is_dir():
        raise InvalidInput(
            f"--sortie « {path} » : le dossier « {path.parent} » n’existe pas ; créez-le, ou donnez "
            "un autre chemin."
        )
    if path.exists() and not path.is_file():
        raise InvalidInput(f"--sortie « {path} » n’est pas un fichier : donnez un autre chemin.")
    if path.exists() and not replace:
        raise Refused(
            f"Le fichier « {path} » existe déjà : ajoutez --remplacer, ou donnez un autre nom."
        )


@contextmanager
def _reported(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutOfReach(
            f"Le fichier « {path} » n’a pas pu être écrit : {cause(error)} ; rien n’a été changé."
        ) from error
