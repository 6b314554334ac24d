"""A group: what its files share, where each stands, what differs; what an act does to each of them.

Used by `groupe` and by the screen of a group. Dates that move alike are shown once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from rich.console import RenderableType
from rich.table import Column, Table

from display.case import outcome as outcome_views
from display.drawing import when
from display.drawing.layout import grid, headed, line, pairs, section, text, under, whole
from notifications.schedule.viewpoint import Looking
from workflow.case.case import FactValue, Outcome
from workflow.cohorts.cohort import Cohort, CohortMember
from workflow.cohorts.lines import MemberLine, MemberResult
from workflow.errors import EcheancierError
from workflow.text import french
from workflow.wording.fact_text import fact_words

LookingFrom = Callable[[str, str], Looking]
"""From when and where an agency of a territory looks."""
_LOOKS = {
    MemberResult.REFUSED: ("✗", "late", "refusé"),
    MemberResult.TO_CHOOSE: ("?", "soon", "à vous de dire"),
    MemberResult.APART: ("≠", "soon", "laissé comme il est"),
    MemberResult.READY: ("·", "awaited", "prêt"),
    MemberResult.DONE: ("✓", "ok", "enregistré"),
    MemberResult.UNCHANGED: ("=", "muted", "déjà ainsi"),
}
"""Sign, style and words of each result, those that need somebody first."""
_COUNTED = {
    MemberResult.READY: ("prêt", "prêts"),
    MemberResult.DONE: ("enregistré", "enregistrés"),
    MemberResult.UNCHANGED: ("déjà ainsi", "déjà ainsi"),
    MemberResult.APART: ("laissé comme il est", "laissés comme ils sont"),
    MemberResult.TO_CHOOSE: ("à vous de dire", "à vous de dire"),
    MemberResult.REFUSED: ("refusé", "refusés"),
}


def sheet(cohort: Cohort, looking_from: LookingFrom) -> Iterator[RenderableType]:
    """Yield a group: its people once, what they share, then those who differ."""
    yield line((cohort.name, "strong"), "  ", standing(cohort))
    yield from common(cohort, looking_from)
    yield from section("Les dossiers")
    table = headed("Dossier", "État", Column(width=2), whole("À faire le"), "Quoi", padding=(0, 1))
    for member in cohort.members:
        _add(table, member, looking_from)
    yield table
    yield from different(cohort, looking_from)


def standing(cohort: Cohort) -> str:
    """Return « 12 dossiers : DRF déposée 8, DRF accordée 4 »."""
    states = Counter(one.procedure.states[one.case.state].label for one in cohort.members)
    told = ", ".join(f"{label} {count}" for label, count in states.items())
    return f"{french.count(len(cohort.members), 'dossier', 'dossiers')} : {told}"


def common(
    cohort: Cohort, looking_from: LookingFrom, *, named: bool = True
) -> Iterator[RenderableType]:
    """Yield what most files say, with the ids of facts when they are `named`."""
    if not cohort.common:
        return
    if named:
        yield from section("Pour la plupart")
    first = cohort.members[0]
    names = dict.fromkeys(name for rules in cohort.procedures for name in rules.facts)
    yield grid(
        (
            _words(cohort.common[name], name, first, looking_from),
            cohort.label(name),
            *([(name, "muted")] if named else []),
        )
        for name in names
        if name in cohort.common
    )


def different(cohort: Cohort, looking_from: LookingFrom) -> Iterator[RenderableType]:
    """Yield the files that say something otherwise than most, with what they say."""
    members = [one for one in cohort.open if one.own]
    if not members:
        return
    yield from section("Ceux qui diffèrent")
    for member in members:
        yield line((member.case.ref, "strong"), f"  {member.case.title}")
        own = member.own.items()
        yield under(pairs((cohort.label(n), _words(v, n, member, looking_from)) for n, v in own))


def became(
    lines: Iterable[MemberLine], worded: Callable[[EcheancierError], str]
) -> Iterator[RenderableType]:
    """Yield what becomes of each file, those that need somebody first; `worded` tells what refuses one."""
    order = list(_LOOKS)
    table = Table.grid(padding=(0, 1))
    for one in sorted(lines, key=lambda one: order.index(one.result)):
        sign, style, words = _LOOKS[one.result]
        why = worded(one.error) if one.error else one.why or words
        name = line((one.ref, "strong"), f"{' ' if one.ref else ''}{one.title}")
        table.add_row(text(sign, style), name, text(why, "muted"))
    if table.row_count:
        yield table


def counted(lines: Iterable[MemberLine]) -> str:
    """Return « 11 prêts, 1 laissé comme il est »."""
    count = Counter(one.result for one in lines)
    told = (french.count(count[one], *words) for one, words in _COUNTED.items() if count[one])
    return ", ".join(told)


def moved(lines: Sequence[MemberLine], looking_from: LookingFrom) -> Iterator[RenderableType]:
    """Yield the dates that move, open or end, once for all files of which they do alike."""
    alike: dict[object, list[Outcome]] = {}
    for one in lines:
        if one.outcome:
            alike.setdefault(_dates(one.outcome), []).append(one.outcome)
    for some in alike.values():
        case = some[0].after
        named = case.title if len(some) == 1 else french.count(len(some), "dossier", "dossiers")
        yield line((f"{named} : ", "strong"), _entered(some[0]))
        for shown in outcome_views.dates(some[0], looking_from(case.agency, case.territory)):
            yield under(shown)
        for warning in some[0].warnings:
            yield under(line(("Attention : ", "soon"), warning))
        for words in dict.fromkeys(words for one in some for words in one.new_alerts):
            yield under(line(("✗ Non conforme : ", "late"), words))


def _entered(outcome: Outcome) -> str:
    before = outcome.before
    if before and before.deadlines and not (outcome.opened or outcome.moved or outcome.closed):
        return "aucune échéance ne change"
    return "ouverture" if before is None else "ce qui change"


def _dates(outcome: Outcome) -> object:
    moves = tuple(
        (one.new.id, one.old.dates.moments, one.new.dates.moments) for one in outcome.moved
    )
    opened = tuple((one.id, one.dates.moments) for one in outcome.opened)
    closed = tuple((one.deadline.id, one.met, one.late, one.on) for one in outcome.closed)
    return moves, opened, closed, outcome.warnings, outcome.new_alerts


def _add(table: Table, member: CohortMember, looking_from: LookingFrom) -> None:
    case = member.case
    title = f"\n{case.title}" if case.title else ""
    name = line((case.ref, "strong"), (title, "muted"))
    state = text(member.procedure.states[case.state].label)
    if member.due is None or member.final:
        table.add_row(name, state, "", "", "")
        return
    where = looking_from(case.agency, case.territory).standing(member.due)
    style = when.style_of(where)
    said = line(member.due.label, (f"\n{where.words}", style))
    table.add_row(name, state, text(where.sign, style), text(when.stacked(where.on), style), said)


def _words(
    value: FactValue | None, name: str, member: CohortMember, looking_from: LookingFrom
) -> str:
    if value is None:
        return "non noté"
    looking = looking_from(member.case.agency, member.case.territory)
    zone = looking.planner.zone(looking.agency)
    return fact_words(value, zone, member.procedure.facts.get(name))
