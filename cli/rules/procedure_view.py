"""A procedure in the terminal: what can be typed, what each step asks, and where each rule is written.

Used by `regles voir`. Shows the rule file as it is: labels, numbers and quotations are never rephrased.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from rich.console import RenderableType
from rich.table import Table

from cli.shared.shapes import readings_of, sources_of
from display.drawing.layout import grid, line, section, text, under
from display.rules.references import document_words, reference_words
from notifications.schedule.standing import INTERNAL_NOTE
from workflow.counting.dated_numbers import stages
from workflow.counting.derogations import titled
from workflow.rules.deadline_rules import DeadlineSpec, Kind
from workflow.rules.procedure import PREVIOUS_STATE, Action, Edition, Portal, Procedure
from workflow.text import french


def listing(procedures: Iterable[Procedure]) -> Table:
    """Return the procedures as a table."""
    return grid(((one.id, "strong"), one.label) for one in procedures)


def verified(procedures: Iterable[Procedure]) -> Table:
    """Return the procedures that were checked, with their worked examples."""
    counts = {
        one.id: sum(len(rules.examples) for rules in (one, *one.funders.values()))
        for one in procedures
    }
    return grid(
        (
            ("✓", "ok"),
            (id_, "strong"),
            french.count(count, "exemple retrouvé", "exemples retrouvés"),
        )
        for id_, count in counts.items()
    )


def sheet(procedure: Procedure) -> Iterator[RenderableType]:
    """Yield the whole sheet of a procedure."""
    yield line((procedure.label, "strong"), f"  ({procedure.id})")
    yield f"Financeur : {procedure.funder_label}, jours fériés {procedure.funder_territory}."
    for note in (*((procedure.ended,) if procedure.ended else ()), *procedure.notes):
        yield line(("À savoir : ", "strong"), note)
    if procedure.funders:
        yield from section("Financeurs, chacun avec ses règles (--financeur)")
        yield _pairs((one.funder_label, id_) for id_, one in procedure.funders.items())
    yield from _periods("Éditions", procedure.editions)
    yield from _periods("Portail", procedure.portals)
    yield from section("États")
    rows = ((state.label, state.id) for state in procedure.states.values())
    yield _pairs(rows)
    yield from section("Actions")
    for action in procedure.actions.values():
        yield from _action(procedure, action)
    yield from section("Échéances")
    for spec in procedure.deadlines.values():
        yield from _deadline(procedure, spec)
    if procedure.derogations:
        yield from section("Dérogations")
        for one in procedure.derogations:
            yield line(titled(one))
            yield from (under(note, 4) for note in one.notes)
            yield under(str(one.source), 4)
    if procedure.targets:
        yield from section("Délais de l’agence ([targets] de la configuration)")
        yield _pairs(
            (f"{target.label} : {target.default}", id_) for id_, target in procedure.targets.items()
        )
    yield from section("Faits")
    yield _pairs(
        (fact.label, f"{fact.id} ({fact.type.value})") for fact in procedure.facts.values()
    )
    yield from _references(procedure)
    yield f"{len(procedure.examples)} exemples vérifiés : « echeancier regles verifier »"


def _references(procedure: Procedure) -> Iterator[RenderableType]:
    yield from section("Pièces")
    for document in procedure.documents.values():
        yield line(document.label, (f"  {document.id}", "muted"))
        yield from (under(words, 4) for words in document_words(document))
    for title, rows in groupby(reference_words(procedure), key=lambda one: one[0]):
        yield from section(title)
        yield from (
            line((name, "strong"), f"  {words}" if name else words) for _, name, words in rows
        )


def _pairs(rows: Iterable[tuple[str, str]]) -> Table:
    return grid((label, (id_, "muted")) for label, id_ in rows)


def _periods(title: str, periods: Iterable[Edition | Portal]) -> Iterator[RenderableType]:
    listed = list(periods)
    if not listed:
        return
    yield from section(title)
    for period in listed:
        name = period.label if isinstance(period, Edition) else period.name
        since = f" depuis le {french.short_day(period.valid_from)}" if period.valid_from else ""
        until = f" jusqu’au {french.short_day(period.valid_until)}" if period.valid_until else ""
        yield line(name, (f"{since}{until}", "muted"))
        for note in period.notes if isinstance(period, Edition) else ():
            yield under(note)


def _action(procedure: Procedure, action: Action) -> Iterator[RenderableType]:
    yield line((action.label, "strong"), (f"  {action.id}", "muted"))
    for state, target in action.transitions.items():
        goal = "l’état précédent" if target == PREVIOUS_STATE else procedure.states[target].label
        yield under(f"{procedure.states[state].label} → {goal}", 4)
    if never := procedure.unavailable.get(action.id):
        yield under(f"{never.say} ({never.source.place})", 4)
    needs = [procedure.facts[name].label for name in action.needs]
    papers = [procedure.documents[name].label for name in action.documents]
    if needs:
        yield under(f"Demande : {' ; '.join(needs)}", 4)
    if papers:
        yield under(f"Pièces : {' ; '.join(papers)}", 4)


def _deadline(procedure: Procedure, spec: DeadlineSpec) -> Iterator[RenderableType]:
    internal = (f"  {INTERNAL_NOTE}", "internal") if spec.kind is Kind.INTERNAL else ""
    yield line((spec.label, "strong"), (f"  {spec.id}", "muted"), internal)
    for rule in spec.rules:
        for source in sources_of(rule):
            checked = source.checked_on
            seen = f", vérifié le {french.short_day(checked)}" if checked else ""
            yield under(f"{source}{seen}", 4)
        for words in stages(procedure, rule):
            yield under(words, 4)
        for one in readings_of(rule):
            yield under(f"Lecture {one.id} : {one.words}", 4)
        for note in rule.notes:
            yield under(text(note, "muted"), 4)
