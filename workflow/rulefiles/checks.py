"""Checks, grounds and proofs read from the tables of a rule file; problems are kept, none stops it.

Used by `workflow.rulefiles.procedures`. What the tables mean together is judged by
`workflow.rulefiles.consistency_of_checks`.
"""

from __future__ import annotations

from fractions import Fraction

from workflow.rulefiles.facts import read_fact_spec, read_source
from workflow.rulefiles.toml_reader import Table
from workflow.rules.checks import (
    Band,
    Check,
    CheckVerdict,
    EligibilityRules,
    Ground,
    Measure,
    Measuring,
    ProofSpec,
)

_NAMES = {
    Measuring.DAYS: ("from", "to"),
    Measuring.MONTHS: ("from", "to"),
    Measuring.OVERRUN: ("from", "to"),
    Measuring.DIFFERENCE: ("of", "less"),
    Measuring.SHARE: ("of", "over"),
}


def read_check(row: Table, theme: str = "") -> Check:
    """Read one check; `theme` stands in for those of a ground, which have none of their own."""
    measure = _measure(row)
    bands = tuple(_band(band) for band in row.rows("bands"))
    reminder = row.optional_text("reminder")
    if reminder is not None:
        bands = (*bands, Band(CheckVerdict.REMINDER, reminder))
    if not bands:
        row.problem("bands", "aucun verdict ; donnez `bands`, ou `reminder` pour un simple rappel.")
    if measure is None and any(band.verdict is not CheckVerdict.REMINDER for band in bands):
        row.problem("bands", "rien n’est mesuré ; donnez `value`, `sum`, `share`, `days`, …")
    missing = row.table("missing")
    check = Check(
        id=row.text("id"),
        label=row.text("label"),
        theme=theme or row.text("theme"),
        source=read_source(row, checked=True),
        measure=measure,
        bands=bands,
        missing=_band(missing) if missing else None,
        unit=row.optional_text("unit") or "",
        when={name: row.texts("when", name) for name in row.raw("when")},
        when_positive=row.names("when_positive"),
        when_known=row.names("when_known"),
        valid_from=row.day("valid_from"),
        valid_until=row.day("valid_until"),
        blocks=row.names("blocks"),
        notes=row.names("notes"),
    )
    row.close()
    return check


def _measure(row: Table) -> Measure | None:
    found = [by for by in Measuring if by.value in row.data]
    if len(found) > 1:
        words = ", ".join(by.value for by in found)
        row.problem(found[1].value, f"une seule mesure par contrôle ({words}).")
    if not found:
        return None
    by = found[0]
    if by is Measuring.VALUE:
        return Measure(by, (row.text(by.value),))
    if by is Measuring.SUM:
        return Measure(by, row.names(by.value, required=True))
    table = row.required_table(by.value)
    of, over = (_one_or_more(table, name) for name in _NAMES[by])
    months = table.number("months") if by is Measuring.OVERRUN else None
    if _NAMES[by][0] == "from" and len(of) > 1:
        table.problem("from", "on compte à partir d’un seul fait.")
    table.close()
    return Measure(by, of, over, months or 0)


def _one_or_more(table: Table, name: str) -> tuple[str, ...]:
    if isinstance(table.data.get(name), str):
        return (table.text(name),)
    return table.names(name, required=True)


def _band(row: Table) -> Band:
    is_ = _one_or_more(row, "is") if "is" in row.data else ()
    band = Band(
        verdict=row.choice("verdict", CheckVerdict, CheckVerdict.TO_CONFIRM),
        say=row.text("say"),
        below=row.exact("below"),
        at_most=row.exact("at_most"),
        is_=is_,
    )
    limits: tuple[Fraction | tuple[str, ...] | None, ...] = (band.below, band.at_most, is_ or None)
    if sum(limit is not None for limit in limits) > 1:
        row.problem("below", "une seule borne : `below`, `at_most` ou `is`.")
    row.close()
    return band


def read_eligibility(table: Table) -> EligibilityRules:
    """Read who may benefit."""
    says = table.required_table("says")
    theme = table.text("theme")
    rules = EligibilityRules(
        id=table.text("id"),
        label=table.text("label"),
        theme=theme,
        source=read_source(table, checked=True),
        says={
            verdict: says.text(verdict.value)
            for verdict in (CheckVerdict.CONFORMING, CheckVerdict.TO_CONFIRM, CheckVerdict.FAILING)
        },
        unset=table.text("unset"),
        proof_seen=table.text("proof_seen"),
        proof_until=table.text("proof_until"),
        grounds={id_: _ground(id_, row, theme) for id_, row in table.tables("grounds")},
        revealing=table.names("revealing"),
    )
    says.close()
    table.close()
    return rules


def _ground(id_: str, table: Table, theme: str) -> Ground:
    ground = Ground(
        id=id_,
        label=table.text("label"),
        source=read_source(table, checked=True),
        questions={name: read_fact_spec(name, row) for name, row in table.tables("questions")},
        checks=tuple(read_check(row, theme) for row in table.rows("checks")),
        proofs={name: _proof(name, row) for name, row in table.tables("proofs")},
        notes=table.names("notes"),
    )
    table.close()
    return ground


def _proof(id_: str, table: Table) -> ProofSpec:
    proof = ProofSpec(
        id=id_,
        label=table.text("label"),
        source=read_source(table, checked=True),
        expires=table.flag("expires"),
        confirmed=not table.flag("unconfirmed"),
    )
    table.close()
    return proof
