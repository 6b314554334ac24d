"""What must agree between two sections of `config.toml`: people, their agencies and managers.

Called by `cli.config.configuration` on the raw tables, so that these problems are listed together with those
of single values, whatever else is wrong. Never stops at the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workflow.errors import Problem, nearest

_ENDING = " ; ajoutez-la ou corrigez le nom."


def cross_problems(file: str, data: Mapping[str, Any]) -> list[Problem]:
    """List what does not agree between sections."""
    agencies, people = _tables(data, "agencies"), _tables(data, "people")
    return [
        Problem(file, key, message)
        for key, message in (
            *_people_problems(agencies, people),
            *_manager_loops(people),
            *_user_problems(data, people),
        )
    ]


def _tables(data: Mapping[str, Any], name: str) -> dict[str, Mapping[str, Any]]:
    section = data.get(name)
    if not isinstance(section, dict):
        return {}
    return {str(key): row for key, row in section.items() if isinstance(row, dict)}


def _people_problems(
    agencies: Mapping[str, Mapping[str, Any]], people: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, str]]:
    for id_, row in people.items():
        agency, manager = row.get("agency"), row.get("manager")
        if isinstance(agency, str) and agency not in agencies:
            hint = nearest(agency, agencies)
            yield f"people.{id_}.agency", f"l’agence « {agency} » n’existe pas{hint}{_ENDING}"
        if isinstance(manager, str) and manager not in people:
            hint = nearest(manager, people)
            yield f"people.{id_}.manager", f"la personne « {manager} » n’existe pas{hint}{_ENDING}"


def _manager_loops(people: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for id_ in people:
        seen, above = [id_], people[id_].get("manager")
        while isinstance(above, str) and above in people and above not in seen:
            seen.append(above)
            above = people[above].get("manager")
        # Reported once for a loop, at the first of its names.
        if above == id_ and id_ == min(seen):
            chain = " → ".join([*seen, id_])
            yield f"people.{id_}.manager", f"la hiérarchie tourne en rond ({chain}) ; coupez-la."


def _user_problems(
    data: Mapping[str, Any], people: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, str]]:
    user = data.get("user")
    id_ = user.get("id") if isinstance(user, dict) else None
    if isinstance(id_, str) and id_ not in people:
        hint = nearest(id_, people)
        yield "user.id", f"la personne « {id_} » n’existe pas{hint}{_ENDING}"
