"""The portal sheet as a text or a page: one template for both, and a file written whole or not at all.

Called by `dossier fiche`. What is meant to be copied goes through untouched; everything else is typeset.
In a page, whatever comes from a file is escaped by the environment itself, not by the template.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from display.typography import typeset
from workflow.errors import InvalidInput, OutOfReach, Refused
from workflow.text.os_errors import cause
from workflow.text.whole_file import write_whole

_TEMPLATE = "fiche.j2"
_WIDTH = 80
# Stands in for the spaces of what is copied, while the rest is typeset around it.
_KEPT = "\ue002"


class Format(StrEnum):
    """What a sheet is laid out as; names its set of macros (`fiche_….j2`)."""

    TEXT = "texte"
    PAGE = "html"


def render(format_: Format, context: Mapping[str, object]) -> str:
    """Return a sheet laid out; what the template names and the context lacks is an error."""
    template = _environment(format_).get_template(_TEMPLATE)
    laid_out = template.render({**context, "format": format_.value})
    return f"{laid_out.replace(_KEPT, ' ').rstrip()}\n"


@lru_cache
def _environment(format_: Format) -> Environment:
    environment = Environment(
        loader=PackageLoader("templates", ""),
        undefined=StrictUndefined,
        # A text shows & as it is; a page escapes everything.
        autoescape=format_ is Format.PAGE,  # noqa: S701
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalized,
    )
    environment.filters["kept"] = _kept
    environment.filters["folded"] = _folded
    environment.filters["capital"] = lambda text: text[:1].upper() + text[1:]
    return environment


def _finalized(value: object) -> object:
    """Typeset a text about to be written; what a macro has already laid out in a page is no `str`."""
    return typeset(value) if type(value) is str else value


def _kept(text: str) -> str:
    """Return a text to copy, with stand-ins for its spaces."""
    return text.replace(" ", _KEPT)


def _folded(text: str, indent: int = 0, hanging: int | None = None) -> str:
    """Return a text folded to the width of a terminal.

    Args:
        text: what is folded.
        indent: blanks before the first line.
        hanging: blanks before the others; as many when nothing is said.
    """
    return textwrap.fill(
        typeset(text),
        _WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent if hanging is None else hanging),
        break_long_words=False,
        break_on_hyphens=False,
    )


def write(path: Path, content: str, *, replace: bool) -> None:
    """Write a sheet to a file that is never seen half-written.

    Args:
        path: the file.
        content: the sheet.
        replace: True to write over a file that is there.

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
