"""What a person chose, in the terminal and as JSON: a channel for each topic and procedure, and when.

Used by `preferences`. The table is what results: choices that add up are not for the reader to work out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import time
from typing import Any

from rich.console import RenderableType
from rich.table import Table

from cli.shared.picking import picked
from display.drawing.layout import headed, line, pairs, text, under, whole
from notifications.model.policy import ReminderPolicy
from notifications.model.preferences import TOPICS, Delivery, Habits, Topic
from workflow.case.people import Person
from workflow.rules.procedure import Procedure
from workflow.text import french

_CHANNELS = {
    Delivery.AT_ONCE: ("aussitôt", "ok"),
    Delivery.DIGEST: ("synthèse", "awaited"),
    Delivery.NONE: ("aucun", "muted"),
}
_NEVER_SILENT = (
    "Une limite réglementaire n’est jamais tue ; le responsable en est prévenu de toute façon."
)


def shown(
    habits: Habits,
    person: Person,
    procedures: Mapping[str, Procedure],
    policy: ReminderPolicy,
    digest_at: time,
) -> Iterator[RenderableType]:
    """Yield what results from the choices of a person; what they did not choose is the agency’s."""
    yield line((f"Préférences {french.of(person.name)}", "strong"), (f"  ({person.id})", "muted"))
    yield ""
    yield _channels(habits, procedures)
    yield ""
    yield under(_times(habits, policy, digest_at))
    yield text(_NEVER_SILENT, "muted")


def _channels(habits: Habits, procedures: Mapping[str, Procedure]) -> Table:
    grid = headed("Sujet", *map(whole, procedures))
    for topic, words in TOPICS.items():
        cells = (_CHANNELS[habits.channel(name, topic)] for name in procedures)
        grid.add_row(text(words), *(text(cell, style) for cell, style in cells))
    return grid


def _times(habits: Habits, policy: ReminderPolicy, digest_at: time) -> Table:
    days = "ceux de l’agence" if habits.days is None else french.listing(_days(habits.days))
    opening, closing = habits.opening or policy.opening, habits.closing or policy.closing
    hours = f"de {opening:%H:%M} à {closing:%H:%M}"
    own = f"à {habits.digest_at or digest_at:%H:%M}"
    pause = habits.paused_until
    joined = "jointes à la synthèse" if habits.with_calendar else "non jointes"
    return pairs(
        (
            ("Jours", days),
            ("Heures", hours if habits.opening else f"{hours}, celles de l’agence"),
            ("Synthèse", own if habits.digest_at else f"{own}, comme l’agence"),
            ("Pause", f"jusqu’au {french.short_day(pause)} compris" if pause else "aucune"),
            ("Dates du jour", joined),
            (
                "Plafond",
                "un courriel par jour, sauf ce qui presse" if habits.one_a_day else "aucun",
            ),
        )
    )


def habits_json(
    habits: Habits, person: Person, procedures: Mapping[str, Procedure]
) -> dict[str, Any]:
    """Return what a person chose, and what results for each topic and procedure."""
    return {
        "person": person.id,
        "name": person.name,
        "choices": [picked(one, "topic procedure channel") for one in habits.choices],
        "channels": {
            name: {topic: habits.channel(name, topic) for topic in Topic} for name in procedures
        },
        "days": None if habits.days is None else _days(habits.days),
        "opening": _hour(habits.opening),
        "closing": _hour(habits.closing),
        "digest_at": _hour(habits.digest_at),
        **picked(habits, "paused_until with_calendar one_a_day"),
    }


def _days(days: frozenset[int]) -> list[str]:
    return [french.WEEKDAYS[number] for number in sorted(days)]


def _hour(at: time | None) -> str | None:
    return None if at is None else f"{at:%H:%M}"
