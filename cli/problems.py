"""The problems pydantic finds, said in French with their dotted key and the nearest known key.

Called by `cli.configuration`. Knows the shape of `cli.settings` only through its models; never repeats
a value that could be a secret.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from cli.settings import Settings
from workflow.errors import Problem, nearest

_SECRET_KEYS = {
    "password": "ECHEANCIER_SMTP_PASSWORD",
    "mot_de_passe": "ECHEANCIER_SMTP_PASSWORD",
    "user": "ECHEANCIER_SMTP_USER",
    "username": "ECHEANCIER_SMTP_USER",
}

_EXPECTED = {
    "bool": "true ou false",
    "date": "une date (2026-12-24)",
    "dict": "une table",
    "float": "un nombre",
    "int": "un nombre entier",
    "is_instance": "une table",
    "list": "une liste entre crochets",
    "model": "une table",
    "path": "un chemin entre guillemets",
    "string": "un texte entre guillemets",
    "time": 'une heure ("07:30")',
    "tuple": "une liste entre crochets",
}

_SENTENCES = {
    "greater_than": "{given} : il faut plus de {gt:g}",
    "greater_than_equal": "{given} : il faut au moins {ge:g}",
    "less_than_equal": "{given} : il faut au plus {le:g}",
    "missing": "clé absente ; ajoutez-la",
    "too_short": "liste vide ; donnez au moins une valeur",
    # Our own checks, in French already.
    "value_error": "{error}",
}


def french_problems(file: str, error: ValidationError) -> Iterator[Problem]:
    """Yield each problem of a configuration file."""
    for detail in error.errors(include_url=False):
        location = tuple(part for part in detail["loc"] if part != "[key]")
        yield Problem(file, _dotted(location), f"{_message(detail, location)}.")


def _dotted(location: tuple[int | str, ...]) -> str:
    text = ""
    for part in location:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _message(detail: ErrorDetails, location: tuple[int | str, ...]) -> str:
    kind, context, given = detail["type"], detail.get("ctx", {}), detail["input"]
    if kind == "extra_forbidden":
        return _unknown_key(location)
    if kind == "literal_error":
        return _not_listed(str(given), str(context.get("expected", "")))
    if kind in _SENTENCES:
        return _SENTENCES[kind].format(given=given, **context)
    matching = (words for prefix, words in _EXPECTED.items() if kind.startswith(prefix))
    return f"attendu {next(matching, 'une autre valeur')}, trouvé {given!r}"


def _not_listed(value: str, expected: str) -> str:
    names = [name.strip(" '") for name in expected.replace(" or ", ", ").split(",")]
    hint = nearest(value, names) or f" (connus : {', '.join(names)})"
    return f"« {value} » est inconnu{hint}"


def _unknown_key(location: tuple[int | str, ...]) -> str:
    name = str(location[-1])
    if location[0] in {"mail", "database"} and name in _SECRET_KEYS:
        variable = _SECRET_KEYS[name]
        if location[0] == "database":
            variable = "ECHEANCIER_DATABASE_PASSWORD"
        return (
            "un secret ne s’écrit pas dans ce fichier ; retirez-le et donnez-le par la variable "
            f"{variable} ou {variable}_FILE"
        )
    known = _known_keys(location[:-1])
    hint = nearest(name, known) or (f" (connues : {', '.join(sorted(known))})" if known else "")
    return f"clé inconnue{hint}"


def _known_keys(location: tuple[int | str, ...]) -> list[str]:
    """Return the keys that may stand in a table, by walking the models down to it."""
    shape: Any = Settings
    for part in location:
        if isinstance(shape, type) and issubclass(shape, BaseModel):
            fields = {field.alias or name: field for name, field in shape.model_fields.items()}
            if part not in fields:
                return []
            shape = fields[str(part)].annotation
        elif get_origin(shape) is dict:
            shape = get_args(shape)[1]
        elif get_origin(shape) is tuple:
            shape = get_args(shape)[0]
    if not (isinstance(shape, type) and issubclass(shape, BaseModel)):
        return []
    return [field.alias or name for name, field in shape.model_fields.items()]
