"""Plain trees read into small Structs: each type, each default, each thing wrong with its key."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from msgspec import Struct, field

from workflow.structures.places import Reading
from workflow.structures.walker import WRONG, Spelling, Walker
from workflow.structures.written import (
    UNWRITTEN,
    IfAbsent,
    Joined,
    OneOrMore,
    Positive,
    Requiring,
    between,
)


class Colour(StrEnum):
    """Two words."""

    RED = "rouge"
    GREEN = "vert"


class Leafy(Struct, frozen=True):
    """A field of each type that holds no other."""

    text: str | None = None
    word: str = "mot"
    whole: int = 0
    flag: bool = False
    wait: float = 0
    day: date | None = None
    hour: time | None = None
    amount: Decimal | None = None
    share: Fraction | None = None
    place: Path | None = None
    colour: Colour | None = None
    way: Literal["haut", "bas"] = "haut"
    names: tuple[str, ...] = ()
    some: frozenset[int] = frozenset()
    days: tuple[date, ...] = ()
    couples: tuple[tuple[str, str], ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    raw: Mapping[str, object] = field(default_factory=dict)
    either: OneOrMore = ()
    joined: Joined = ""
    positive: Positive | None = None
    bound: Annotated[int, between(1, 9)] = 5
    each: tuple[Annotated[int, between(1)], ...] = (1,)
    from_: int | None = field(default=None, name="from")
    filled: Annotated[int, UNWRITTEN] = 7


class Leaf(Struct, frozen=True):
    """Something with an id and a size that must be there."""

    id: str
    size: Annotated[int, IfAbsent("mesurez-la")]
    checked: date | None = None


class Tree(Struct, frozen=True):
    """Something that holds others."""

    leaves: Mapping[str, Leaf]
    rows: tuple[Leaf, ...]
    names: tuple[str, ...]
    one: Annotated[Leaf, Requiring(frozenset({"checked"}))]
    inner: Tree | None = None


PLAIN = Walker({}, {})


def read(
    type_: type[Struct], data: Mapping[str, Any], walker: Walker = PLAIN
) -> tuple[Any, list[tuple[str, str]]]:
    """Return what is read, and key and message of each problem."""
    reading = Reading("essai.toml", [])
    found = walker.whole(walker.shape(type_), data, "", reading)
    return found, [(one.key, one.message) for one in reading.problems]


@pytest.mark.parametrize(
    ("name", "written", "value"),
    [
        ("text", "", ""),
        ("flag", True, True),
        ("wait", 3, 3),
        ("day", datetime(2026, 3, 2, 9, tzinfo=UTC), date(2026, 3, 2)),
        ("hour", "07:30", time(7, 30)),
        ("amount", "17.00", Decimal("17.00")),
        ("amount", 17, Decimal(17)),
        ("share", "100/3", Fraction(100, 3)),
        ("place", "a/b", Path("a/b")),
        ("colour", "vert", Colour.GREEN),
        ("way", "bas", "bas"),
        ("names", ["a"], ("a",)),
        ("some", [1, 8], frozenset({1, 8})),
        ("couples", [["a", "b"]], (("a", "b"),)),
        ("labels", {"a": "A"}, {"a": "A"}),
        ("raw", {"a": [1]}, {"a": [1]}),
        ("either", "a", ("a",)),
        ("either", ["a", "b"], ("a", "b")),
        ("joined", ["a", "b"], "a b"),
        ("each", [2, 3], (2, 3)),
    ],
)
def test_a_value_is_read_as_its_type_says(name: str, written: object, value: object) -> None:
    """Each type has its way of being written."""
    found, problems = read(Leafy, {name: written})
    assert (getattr(found, name), problems) == (value, [])


@pytest.mark.parametrize(
    ("name", "written", "message"),
    [
        ("word", " ", "texte vide ; écrivez-le ou retirez la clé."),
        ("text", 3, "attendu un texte entre guillemets, trouvé 3."),
        ("whole", True, "attendu un nombre entier, trouvé True."),
        ("flag", 1, "attendu true ou false, trouvé 1."),
        ("wait", True, "attendu un nombre, trouvé True."),
        ("day", "x", "attendu une date (2026-03-02), trouvé 'x'."),
        ("hour", "7h", "« 7h » n’est pas une heure ; écrivez par exemple \"07:30\"."),
        ("hour", 7, 'attendu une heure ("07:30"), trouvé 7.'),
        ("amount", "Infinity", "attendu un nombre entier, ou un texte comme \"17.00\" ; trouvé 'Infinity'."),
        ("share", "1/0", "attendu 140, \"73.5\" ou \"100/3\" ; trouvé '1/0'."),
        ("colour", "vers", "« vers » est inconnu (le plus proche : « vert »)."),
        ("way", "x", "« x » est inconnu (connus : haut, bas)."),
        ("names", "a", "attendu une liste, trouvé 'a'."),
        ("names", [1], "attendu une liste de textes entre guillemets."),
        ("some", [True], "attendu une liste de nombres entiers."),
        ("days", [datetime(2026, 3, 2, tzinfo=UTC)], "attendu une liste de dates."),
        ("couples", [["a"]], "attendu des paires de textes, comme [\"avant\", \"apres\"]."),
        ("raw", 3, "attendu une table, trouvé 3."),
        ("either", 3, "attendu un texte ou une liste de textes."),
        ("positive", 0, "0 n’a pas de sens ; donnez un entier d’au moins 1."),
        ("bound", 0, "0 : il faut au moins 1."),
        ("bound", 10, "10 : il faut au plus 9."),
        ("filled", 8, "clé inconnue"),
        ("from_", 8, "clé inconnue (le plus proche : « from »)."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_key(name: str, written: object, message: str) -> None:
    """A value that cannot be used, or a key that no field bears, is one problem in French."""
    _, [(key, said)] = read(Leafy, {name: written})
    assert (key, said[: len(message)]) == (name, message)


def test_an_entry_is_told_by_its_number_or_its_name() -> None:
    """In a list whose entries are judged one by one, and in a table of words, the entry is named."""
    _, problems = read(Leafy, {"each": [1, 0], "labels": {"a": 3}})
    assert problems == [
        ("each[2]", "0 : il faut au moins 1."),
        ("labels.a", "attendu un texte entre guillemets, trouvé 3."),
    ]


def test_what_holds_others_is_read_whole() -> None:
    """Tables, lists of tables and tables of tables are read, and the name of a table is its id."""
    row = {"id": "r", "size": 2}
    data = {
        "leaves": {"a.b": {"size": 1}},
        "rows": [row],
        "names": ["n"],
        "one": {**row, "checked": date(2026, 1, 1)},
    }
    found, problems = read(Tree, data)
    assert problems == []
    assert found.leaves == {"a.b": Leaf("a.b", 1)}
    assert (found.rows, found.one.checked) == ((Leaf("r", 2),), date(2026, 1, 1))


def test_every_problem_of_a_tree_is_told_at_once() -> None:
    """What is absent is told with what to do and with what it should hold; nothing hides anything else."""
    found, problems = read(
        Tree,
        {"leaves": {"a": 3, "b": {"size": "x"}}, "rows": [3], "names": [], "inner": {"rows": []}},
    )
    assert found is WRONG
    assert problems == [
        ("leaves.a", "attendu une table."),
        ("leaves.b.size", "attendu un nombre entier, trouvé 'x'."),
        ("rows[1]", "attendu une table."),
        ("names", "liste vide ; donnez au moins une entrée."),
        ("inner.rows", "il en faut au moins une entrée."),
        ("inner.leaves", "clé absente ; ajoutez-la."),
        ("inner.names", "clé absente ; ajoutez-la."),
        ("inner.one", "clé absente ; ajoutez-la."),
        ("inner.one.id", "clé absente ; ajoutez-la."),
        ("inner.one.size", "clé absente ; mesurez-la."),
        ("inner.one.checked", "clé absente ; ajoutez-la."),
        ("one", "clé absente ; ajoutez-la."),
        ("one.id", "clé absente ; ajoutez-la."),
        ("one.size", "clé absente ; mesurez-la."),
        ("one.checked", "clé absente ; ajoutez-la."),
    ]


def test_a_table_that_two_trees_share_is_told_once() -> None:
    """What was read is neither read nor judged again, and what was wrong stays so."""
    reading, shared = Reading("essai.toml", []), {"id": "r", "size": "x"}
    shape = PLAIN.shape(Tree)
    for _ in range(2):
        assert PLAIN.whole(shape, {"rows": [shared]}, "", reading) is WRONG
    assert [one.key for one in reading.problems].count("rows[1].size") == 1


def test_a_problem_is_told_where_it_really_stands() -> None:
    """A part that another file holds is named with that file and its key there."""
    reading = Reading("essai.toml", [], {"leaves.a": ("autre.toml", "feuilles.b")})
    PLAIN.whole(PLAIN.shape(Tree), {"leaves": {"a": {"size": "x"}}}, "", reading)
    assert (reading.problems[0].file, reading.problems[0].key) == ("autre.toml", "feuilles.b.size")


def test_a_form_and_what_must_agree_have_their_say() -> None:
    """A field may be written in another shape, and a Struct that was read may be told not to agree."""
    walker = Walker(
        {
            Leaf: Spelling(
                frozenset({"size"}),
                frozenset({"half"}),
                lambda data, *_: {"size": data["half"] * 2},
            )
        },
        {Leaf: lambda leaf: [("half", "trop grande.")] if leaf.size > 9 else []},
    )
    assert read(Leaf, {"id": "a", "half": 4}, walker) == (Leaf("a", 8), [])
    assert read(Leaf, {"id": "a", "half": 5}, walker)[1] == [("half", "trop grande.")]
