"""A person's history in the terminal and as JSON: contracts, and what they are worth on a date.

Used by `dossier contrats` and `dossier anciennete`. Numbers, windows and sentences come from
`workflow.rules.seniority`; every verdict stands beside the line of the source it is drawn from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from rich.console import RenderableType
from rich.table import Table

from cli.shared.picking import picked, source_json
from cli.shared.shapes import contract_json
from display.case.verdict import SIGNS, STYLES, WORDS
from display.drawing.layout import figures, headed, line, text
from workflow.case.case import Case
from workflow.rules.procedure import Procedure
from workflow.rules.seniority import (
    Assessment,
    Contract,
    JudgedCondition,
    JudgedPath,
    Path,
    SeniorityCount,
    SeniorityRules,
)
from workflow.text import french
from workflow.wording.journal_text import ABSENT


def table(contracts: Sequence[Contract], rules: SeniorityRules) -> Table:
    """Return the contracts, by number of line."""
    grid = headed(figures("Ligne"), "Type", "Jours", figures("Heures"), "Employeur", "Chez")
    for one in contracts:
        grid.add_row(
            text(str(one.number)),
            text(rules.types.get(one.type, one.type)),
            text(f"{french.short_day(one.first)} au {french.short_day(one.last)}"),
            text(ABSENT if one.hours is None else french.measured(one.hours, "h")),
            text(rules.employers.get(one.employer, one.employer)),
            text(one.place or ABSENT),
        )
    return grid


def contracts_json(case: Case, rules: SeniorityRules) -> dict[str, Any]:
    """Return the contracts for another program, with the names of types and employers."""
    return {
        **picked(case, "ref version"),
        "contracts": [contract_json(one) for one in case.contracts],
        **picked(rules, "types employers"),
    }


def assessment(
    procedure: Procedure, rules: SeniorityRules, found: Assessment
) -> Iterator[RenderableType]:
    """Yield what a history is worth: the whole, then each open path, then those that are shut."""
    verdict = found.verdict
    yield line(
        "Au ",
        (french.long_day(found.on), "strong"),
        " : ",
        (f"{SIGNS[verdict]} {WORDS[verdict]}", f"{STYLES[verdict]} bold"),
        f" ({rules.reference_source.place})",
    )
    for path in found.paths:
        yield from _path(path)
    yield ""
    yield _qualifies(found)
    for shut in _shut(rules, found):
        yield text(f"Autre règle, {shut.label} : si {_when(procedure, shut)}.", "muted")
    for note in rules.notes:
        yield line(("À savoir : ", "strong"), note)


def _path(judged: JudgedPath) -> Iterator[RenderableType]:
    yield ""
    verdict = judged.verdict
    yield line(
        (judged.path.label, "title"), "  ", (f"{SIGNS[verdict]} {WORDS[verdict]}", STYLES[verdict])
    )
    for one in judged.conditions:
        yield _condition(one)


def _condition(judged: JudgedCondition) -> Table:
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(width=1)
    grid.add_column()
    condition, style = judged.condition, STYLES[judged.verdict]
    grid.add_row(
        text(SIGNS[judged.verdict], style),
        line(
            (condition.id, "strong"),
            f" {condition.label} : ",
            (WORDS[judged.verdict], style),
            (f" ({condition.source.place})", "muted"),
        ),
    )
    grid.add_row("", text(judged.sentence))
    grid.add_row("", text(f"trouvé : {readings(judged.count)}", "muted"))
    return grid


def readings(count: SeniorityCount) -> str:
    """Return « 4 mois, 121 jours, 612,5 heures »: the three readings of what was found."""
    hours = "heures inconnues" if count.hours is None else french.measured(count.hours, "heure")
    months, days = french.measured(count.months, "mois"), french.measured(count.days, "jour")
    return f"{months}, {days}, {hours}"


def _qualifies(found: Assessment) -> RenderableType:
    if found.qualifies_on is None or found.earliest_on is None:
        return text(
            "Avec les contrats notés, aucun jour à partir de celui-là ne remplit les conditions ; "
            "notez ceux qui manquent."
        )
    safest = french.long_day(found.qualifies_on)
    if found.qualifies_on == found.on:
        return text("Remplit les conditions ce jour-là.", "ok")
    if found.earliest_on == found.on:
        return text(
            f"Remplit les conditions ce jour-là selon une lecture, selon toutes à partir du {safest}.",
            "ok",
        )
    sentence = f"Remplirait les conditions à partir du {safest}"
    if found.earliest_on < found.qualifies_on:
        sentence += f" ; selon une lecture, dès le {french.long_day(found.earliest_on)}"
    return text(f"{sentence}.", "soon")


def _shut(rules: SeniorityRules, found: Assessment) -> tuple[Path, ...]:
    taken = {judged.path.id for judged in found.paths}
    return tuple(path for path in rules.paths if path.id not in taken)


def _when(procedure: Procedure, path: Path) -> str:
    """Return « Moins de 26 ans » (--fait moins_de_26=oui) for what opens a path."""
    return french.listing(
        f"« {procedure.facts[name].label} » (--fait {name}={' ou '.join(values)})"
        for name, values in path.when.items()
    )


def assessment_json(case: Case, rules: SeniorityRules, found: Assessment) -> dict[str, Any]:
    """Return what a history is worth for another program."""
    return {
        **picked(case, "ref version"),
        **picked(found, "on verdict qualifies_on earliest_on"),
        "reference_source": source_json(rules.reference_source),
        "paths": [
            {
                **picked(path.path, "id label"),
                "verdict": path.verdict,
                "conditions": [_judged_json(one) for one in path.conditions],
            }
            for path in found.paths
        ],
        "shut": [picked(path, "id label") for path in _shut(rules, found)],
        "notes": rules.notes,
    }


def _judged_json(judged: JudgedCondition) -> dict[str, Any]:
    count, condition = judged.count, judged.condition
    return {
        **picked(condition, "id label"),
        **picked(judged, "verdict sentence"),
        **picked(count, "first last"),
        "found": {**picked(count, "months days"), "hours": _exact(count.hours)},
        "asked": picked(condition, "months days hours"),
        "source": source_json(condition.source),
    }


def _exact(hours: Fraction | None) -> str | None:
    """Return hours as text: a fraction when no decimal is exact."""
    return None if hours is None else str(hours)
