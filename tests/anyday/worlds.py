"""The days and places in which every test must hold, named; `tests.anyday` runs the suite there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from tests.support.environment import ROOT

_PARIS = "Europe/Paris"


class World(Struct, frozen=True):
    """A moment, or an environment on the day that it is."""

    name: str
    at: datetime | None = None
    """When the suite starts; time goes on from there."""
    environment: Mapping[str, str] = field(default_factory=dict)


def moment(name: str, civil: str) -> World:
    """Return a moment on the clock of Paris, where the machine is then."""
    at = datetime.fromisoformat(civil).replace(tzinfo=ZoneInfo(_PARIS))
    return World(name, at, {"TZ": _PARIS})


# Python cannot name, in ASCII alone, a folder whose name has accents.
_ASCII = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"} if str(ROOT).isascii() else {}

WORLDS = (
    moment("lundi", "2026-09-14T17:00"),
    moment("samedi", "2026-09-12T11:00"),
    moment("nouvel-an", "2026-12-31T23:58"),
    moment("29-fevrier", "2028-02-29T10:00"),
    # Two minutes before the hour that does not exist, and before the one that comes twice.
    moment("heure-d-ete", "2027-03-28T01:58"),
    moment("heure-d-hiver", "2026-10-25T02:58"),
    moment("jour-ferie", "2026-07-14T10:00"),
    moment("2031", "2031-06-16T10:00"),
    World("locale-c", environment={"LC_ALL": "C", "LANG": "C", **_ASCII}),
    World("terminal-nu", environment={"TERM": "dumb"}),
    World("auckland", environment={"TZ": "Pacific/Auckland"}),
)
"""In turn: a run of the continuous integration takes one of them."""


def asked(only: str | None, turn: int | None) -> tuple[World, ...]:
    """Return the worlds to run: the one that is named, the one whose turn it is, or all of them."""
    if only is not None:
        return tuple(world for world in WORLDS if world.name == only)
    return WORLDS if turn is None else (WORLDS[turn % len(WORLDS)],)
