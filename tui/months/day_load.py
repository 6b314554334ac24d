"""How busy the days of a calendar are, and how pressing: sign, colour and bar, from a count by day.

Used by the calendar and by the bars of the team. A day that has passed with something to do is late; the
next `DAYS_AHEAD` are soon. Pure: the present day is an argument.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from msgspec import Struct

from workflow.worklist.worklist import DAYS_AHEAD

_HEIGHTS = "·▁▂▃▅▇"
_BLOCKS = " ▏▎▍▌▋▊▉█"
_EIGHTHS = 8


class Pressing(Struct, frozen=True):
    """How pressing what is on a day is.

    Args:
        sign: one or two characters that need no colour.
        style: name of a colour of the theme.
        words: the same for a legend.
    """

    sign: str
    style: str
    words: str


LATE = Pressing("!!", "late", "en retard")
SOON = Pressing("!", "soon", "sous 7 jours")
AHEAD = Pressing("·", "ok", "plus tard")
LIMIT = Pressing("┃", "late", "limite stricte")
LEGEND = (LATE, LIMIT, SOON, AHEAD)


def pressing(day: date, today: date) -> Pressing:
    """Return how pressing what is to be done on a day is."""
    if day < today:
        return LATE
    return SOON if day <= today + timedelta(days=DAYS_AHEAD) else AHEAD


def lying(count: int, most: int, width: int) -> str:
    """Return a bar that lies, of a number of columns when it is the fullest."""
    if not count or not most:
        return ""
    eighths = max(round(count * width * _EIGHTHS / most), 1)
    whole, rest = divmod(eighths, _EIGHTHS)
    return _BLOCKS[-1] * whole + (_BLOCKS[rest] if rest else "")


def standing_bar(count: int, most: int) -> str:
    """Return one character, as high as a count is near the fullest; « · » for nothing."""
    steps = len(_HEIGHTS) - 1
    return _HEIGHTS[-(-count * steps // most) if most else 0]


def fullest(load: Mapping[date, int]) -> int:
    """Return the count of the fullest day, 0 when there is nothing."""
    return max(load.values(), default=0)
