"""The parts of pages that are made from the code: each stands between two marks, and a test holds it true.

Used by `tests.faults.page` and by the tests of the repository. `python -m tests.support.pages` writes all
those that need nothing but the code.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path

from cli.terminal.spelling import help_of, option
from notifications.correspondence.values import names_of
from tui.frame.keys import KEYS, spoken
from workflow.counting.ways_of_counting import CLOSERS, EXPECTERS, OPENERS, PERIODS, SHIFTS
from workflow.operations.operations import OPERATIONS
from workflow.rulefiles.rulebook import load_rulebook
from workflow.rules.counts import Direction, Unit
from workflow.wording.fact_types import MANNERS

ROOT = Path(__file__).parents[2]

_COUNTS: Mapping[str, tuple[str, Collection[tuple[Unit, Direction]]]] = {
    "opens": ("au plus tôt", OPENERS),
    "closes": ("au plus tard", CLOSERS),
    "also": ("une autre limite sur le même acte", CLOSERS),
    "expects": ("réponse attendue d’un tiers", EXPECTERS),
    "last_start.within": ("période où des heures doivent tenir", PERIODS),
    "commission.before": ("dépôt avant la séance", SHIFTS),
    "commission.gap": ("séance avant le départ", SHIFTS),
}
"""What each key of a rule counts, and in which ways."""


def ways_of_counting() -> str:
    """Return the table of what a rule may count, key by key."""
    units, directions = list(Unit), list(Direction)

    def rank(way: tuple[Unit, Direction]) -> tuple[int, int]:
        return units.index(way[0]), directions.index(way[1])

    def rows() -> Iterator[str]:
        yield "| clé | sens | façons de compter |\n| --- | --- | --- |"
        for key, (meaning, ways) in _COUNTS.items():
            told = (f"`{unit.value}` `{way.value}`" for unit, way in sorted(ways, key=rank))
            yield f"| `{key}` | {meaning} | {' · '.join(told)} |"

    return "\n".join(rows())


def operations() -> str:
    """Return the table of everything that can be done: its command, its options, its keys."""

    def rows() -> Iterator[str]:
        yield "| Ce que l’on fait | En commande | Options | Dans l’interface |"
        yield "| --- | --- | --- | --- |"
        for one in OPERATIONS.values():
            words = " ".join((*one.command, *(asked.parameter.name.upper() for asked in one.about)))
            options = " ".join(f"`{option(asked)}`" for asked in one.parameters)
            keys = [
                f"`{spoken(key.keys.partition(',')[0])}` {key.label}"
                for key in KEYS.values()
                if one.id in key.does
            ]
            in_command = f"`{words}`" if one.command else "–"
            yield f"| {help_of(one)} | {in_command} | {options or '–'} | {'<br>'.join(keys) or '–'} |"

    return "\n".join(rows())


def types_of_facts() -> str:
    """Return the table of what a fact may be."""
    rows = (f"| `{type_.value}` | {one.holds} | {one.example} |" for type_, one in MANNERS.items())
    return "\n".join(("| `type` | ce que c’est | comme on l’écrit |", "| --- | --- | --- |", *rows))


def names_of_letters() -> str:
    """Return the table of what a letter may say."""
    names = names_of(load_rulebook().procedures.values())
    rows = (f"| `{name}` | {one.words} |" for name, one in names.items())
    return "\n".join(("| nom | ce qu’il dit |", "| --- | --- |", *rows))


PARTS: Mapping[tuple[str, str], Callable[[], str]] = {
    ("docs/regles.md", "types de faits"): types_of_facts,
    ("docs/regles.md", "façons de compter"): ways_of_counting,
    ("docs/operations.md", "opérations"): operations,
    ("docs/lettres.md", "noms des lettres"): names_of_letters,
}
"""By page and name, what makes the part."""


def parts(page: Path, name: str) -> tuple[str, str, str]:
    """Return what stands before, inside and after a part of a page, its marks left out of the inside.

    Raises:
        ValueError: a page without these marks.
    """
    text, start, end = page.read_text(encoding="utf-8"), _start(name), _end(name)
    if start not in text or end not in text:
        raise ValueError(f"{page.name}: « {start} », « {end} »")
    before, _, rest = text.partition(start)
    inside, _, after = rest.partition(end)
    return before, inside.strip("\n"), after


def put(page: Path, name: str, made: str) -> None:
    """Put a part in its page, in place of the one that is there."""
    before, _, after = parts(page, name)
    page.write_text(f"{before}{_start(name)}\n\n{made}\n\n{_end(name)}{after}", encoding="utf-8")


def _start(name: str) -> str:
    return f"<!-- {name} : début -->"


def _end(name: str) -> str:
    return f"<!-- {name} : fin -->"


if __name__ == "__main__":
    for (page, name), make in PARTS.items():
        put(ROOT / page, name, make())
