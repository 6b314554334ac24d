"""A file that was asked for by `--sortie`, written whole or not at all.

Used by `dossier fiche` and `agenda`.
"""

from __future__ import annotations

from pathlib import Path

from workflow.errors import InvalidInput, OutOfReach, Refused
from workflow.text.os_errors import cause
from workflow.text.whole_file import write_whole


def write(path: Path, content: str, *, replace: bool) -> None:
    """Write a file, over the one that is there if `replace` says so.

    Raises:
        InvalidInput: the folder does not exist, or a folder stands where the file should.
        Refused: a file is there.
        OutOfReach: the disk refuses.
    """
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
    try:
        # Readable by its owner alone, as the case is: what is in it names a person.
        write_whole(path, content.encode())
    except OSError as error:
        raise OutOfReach(
            f"Le fichier « {path} » n’a pas pu être écrit : {cause(error)} ; rien n’a été changé."
        ) from error
