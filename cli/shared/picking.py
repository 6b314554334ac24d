"""What leaves of a value in JSON: fields named one by one, under their own names.

Used by every view that `--json` asks for. Nothing is taken whole: a value may bear what is restricted. Days,
instants and decimals are written by `cli.terminal.output`.
"""

from __future__ import annotations

from typing import Any

from workflow.rules.fact_specs import Source

JsonObject = dict[str, Any]
"""An object of JSON."""


def picked(one: object, names: str) -> JsonObject:
    """Return some fields of a value.

    Args:
        one: the value.
        names: their names, in the order in which they leave, with a space between them.
    """
    return {name: getattr(one, name) for name in names.split()}


def source_json(source: Source) -> JsonObject:
    """Return where a rule is written."""
    return picked(source, "document lines quote checked_on")
