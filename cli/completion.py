"""What the shell proposes on Tab: procedures, actions, documents and facts of the rule files.

Called by the shell through Typer. Answers in a blink or not at all: the database is never opened, and
rules that cannot be read propose nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from workflow.errors import EcheancierError
from workflow.procedure import Procedure

_Named = Iterable[tuple[str, str]]


def procedures(incomplete: str) -> list[tuple[str, str]]:
    """Propose procedures."""
    return _proposed(incomplete, lambda procedure: [(procedure.id, procedure.label)])


def actions(incomplete: str) -> list[tuple[str, str]]:
    """Propose actions."""
    return _proposed(
        incomplete, lambda procedure: [(one.id, one.label) for one in procedure.actions.values()]
    )


def documents(incomplete: str) -> list[tuple[str, str]]:
    """Propose documents that can be received."""
    return _proposed(
        incomplete,
        lambda procedure: [
            (one.id, one.label) for one in procedure.documents.values() if not one.any_of
        ],
    )


def facts(incomplete: str) -> list[tuple[str, str]]:
    """Propose facts, up to the equals sign."""
    return _proposed(
        incomplete,
        lambda procedure: [(f"{one.id}=", one.label) for one in procedure.facts.values()],
    )


def _proposed(incomplete: str, named: Callable[[Procedure], _Named]) -> list[tuple[str, str]]:
    known = {name: label for procedure in _rules() for name, label in named(procedure)}
    return [(name, label) for name, label in known.items() if name.startswith(incomplete)]


def _rules() -> Iterator[Procedure]:
    from workflow.rulebook import load_rulebook

    try:
        yield from load_rulebook().procedures.values()
    except EcheancierError:
        return
