"""The portal sheet as a text or a page, by one template for both.

Used by `dossier fiche`. What is meant to be copied goes through untouched; everything else is typeset. In a
page, whatever comes from a file is escaped by the environment itself, not by the template.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache

from jinja2 import Environment

from notifications.rendering.templates import environment
from workflow.text.french import typeset

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
    # A text shows & as it is; a page escapes everything.
    found = environment().overlay(autoescape=format_ is Format.PAGE, finalize=_finalized)
    found.filters |= {"kept": _kept, "folded": _folded}
    return found


def _finalized(value: object) -> object:
    """Typeset a text about to be written; what a macro has already laid out in a page is no `str`."""
    return typeset(value) if type(value) is str else value


def _kept(text: str) -> str:
    """Return a text to copy, with stand-ins for its spaces."""
    return text.replace(" ", _KEPT)


def _folded(text: str, indent: int = 0, hanging: int | None = None) -> str:
    """Return a text folded to the width of a terminal, blanks before its first line and before the others."""
    return textwrap.fill(
        typeset(text),
        _WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent if hanging is None else hanging),
        break_long_words=False,
        break_on_hyphens=False,
    )
