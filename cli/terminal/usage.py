"""What Typer says of a badly typed command, in French.

Called by `cli.terminal.failures`. Typer raises its usage errors from a private package, so they are told
apart by the name of their class; one that is new to us still gives a French sentence.
"""

from __future__ import annotations

import re
from typing import Any

from workflow.errors import nearest

_EXTRA = re.compile(r"unexpected extra argument\(?s?\)? \((?P<what>.*)\)", re.DOTALL)


def usage_sentence(error: Any) -> str:
    """Return one French sentence for a usage error, and how to get help."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "echeancier"
    return f"{_sentence(error, context)} Aide : « {path} --help »."


def _sentence(error: Any, context: Any) -> str:
    match type(error).__name__:
        case "NoSuchOption":
            words = f"Option inconnue : « {error.option_name} »{_near_option(error, context)}."
        case "MissingParameter":
            words = f"Il manque {_parameter(error.param)}."
        case "BadOptionUsage" if "does not take" in error.message:
            words = f"L’option {error.option_name} ne prend pas de valeur."
        case "BadOptionUsage":
            words = f"L’option {error.option_name} attend une valeur."
        case "BadParameter":
            words = f"Valeur refusée pour {_parameter(error.param)}."
        case _:
            extra = _EXTRA.search(error.format_message())
            words = (
                f"En trop sur la ligne : « {extra['what']} »."
                if extra
                else "La commande est incomplète ou mal écrite."
            )
    return words


def _near_option(error: Any, context: Any) -> str:
    if context is None:
        return ""
    known = [name for param in context.command.get_params(context) for name in param.opts]
    return nearest(error.option_name, known)


def _parameter(parameter: Any) -> str:
    if parameter is None:
        return "une valeur"
    if parameter.param_type_name == "option":
        return f"l’option {parameter.opts[0]}"
    name = parameter.metavar or parameter.name.upper()
    return f"{name} ({parameter.help.rstrip('.').lower()})" if parameter.help else name
