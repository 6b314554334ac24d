"""What a case holds, row by row and back: facts, documents, hours, contracts, money,
restricted part, deadlines.

Used by `db.cases.mapping` to read a case and by `db.cases.row_changes` to write one. Pure functions: no
connection, no statement, no clock. An error met in the restricted part repeats nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, TypeVar

from msgspec import convert, to_builtins
from msgspec.json import decode

from db.cases.aside import MALFORMED, Aside
from db.cases.statements import CONTRACT, DOCUMENT, ELIGIBILITY, FACT, HOURS, MONEY
from workflow.case.case import (
    Deadline,
    Eligibility,
    FactValue,
    HoursLine,
    Paper,
    PaperStatus,
)
from workflow.case.kept_file import KeptFile
from workflow.case.money import MoneyLine
from workflow.errors import OutOfReach
from workflow.rules.fact_specs import FactType
from workflow.rules.seniority import Contract
from workflow.wording.codec import deadline_value, fact_text, fact_value

Row = dict[str, Any]
_Line = TypeVar("_Line", HoursLine, Contract, MoneyLine)

_LEDGERS: Final[Mapping[int, type[Any]]] = {
    HOURS: HoursLine,
    CONTRACT: Contract,
    MONEY: MoneyLine,
}
"""What each part that is a ledger has lines of."""


def held(parts: Iterable[Any], ref: str, aside: Aside) -> dict[str, Any]:
    """Return the fields of a `Case` that the rows of `db.cases.statements.PARTS` hold.

    A deadline that cannot be read is put aside: the next act computes it anew from the facts. Nothing
    else of a case can be done without.
    """
    facts: dict[str, FactValue] = {}
    documents: dict[str, Paper] = {}
    lines: dict[int, list[Any]] = {kind: [] for kind in _LEDGERS}
    eligibility: Eligibility | None = None
    deadlines: dict[str, Deadline] = {}
    for part, name, second, third, *others in parts:
        if part == FACT:
            facts[name] = fact_value(third, FactType(second))
        elif part == DOCUMENT:
            documents[name] = _paper(second, third, *others)
        elif part in _LEDGERS:
            lines[part].append(_line(_LEDGERS[part], name, second, third, *others))
        elif part == ELIGIBILITY:
            eligibility = eligibility_value(name)
        else:
            try:
                deadlines[name] = deadline_value(decode(second))
            except MALFORMED:
                aside.put(f"Dossier {ref}, échéance « {name} »")
    return {
        "facts": facts,
        "documents": documents,
        "hours": _by_number(lines[HOURS]),
        "contracts": _by_number(lines[CONTRACT]),
        "money": _by_number(lines[MONEY]),
        "eligibility": eligibility,
        "deadlines": deadlines,
    }


def _paper(
    status: str, on: str, by: str, kept_at: str, says: str, file: str | None, end: str | None
) -> Paper:
    return Paper(
        PaperStatus(status),
        date.fromisoformat(on),
        by,
        kept_at,
        decode(says),
        None if file is None else decode(file, type=KeptFile),
        None if end is None else date.fromisoformat(end),
    )


def fact_type(value: FactValue) -> FactType:
    """Return the type under which a value is stored, needed to read it back: that of the Python value.

    What the rules call a choice or a SIRET is a text here: a new type of fact asks nothing of the store.
    """
    match value:
        case bool():
            return FactType.BOOLEAN
        case int():
            return FactType.INTEGER
        case Decimal():
            return FactType.NUMBER
        case datetime():
            return FactType.INSTANT
        case date():
            return FactType.DATE
        case str():
            return FactType.TEXT


def fact_row(name: str, value: FactValue) -> Row:
    """Return a fact without its case: values that Python holds equal, 1 and True, differ here."""
    return {"name": name, "type": fact_type(value).value, "value": fact_text(value)}


def paper_row(document: str, paper: Paper) -> Row:
    """Return how far a document has come, without its case."""
    return {
        "document": document,
        "status": paper.status.value,
        "status_on": paper.on,
        "noted_by": paper.by,
        "kept_at": paper.kept_at,
        "says": dict(paper.says),
        "file": None if paper.file is None else to_builtins(paper.file),
        "expires_on": paper.expires_on,
    }


def hours_row(line: HoursLine) -> Row:
    """Return a line of hours without its case, its hours as text: no digit is lost or rounded."""
    return {
        "number": line.number,
        "kind": line.kind.value,
        "first_day": line.first,
        "last_day": line.last,
        "planned": None if line.planned is None else str(line.planned),
        "done": None if line.done is None else str(line.done),
        "place": line.place,
    }


def contract_row(contract: Contract) -> Row:
    """Return a contract without its case, its hours as text too."""
    return {
        "number": contract.number,
        "type": contract.type,
        "employer": contract.employer,
        "first_day": contract.first,
        "last_day": contract.last,
        "hours": None if contract.hours is None else str(contract.hours),
        "place": contract.place,
    }


def _line(kind: type[_Line], *values: str | None) -> _Line:
    """Return a line of a ledger from its columns, all of them text, in the order of its fields.

    The columns of the widest part come with every other, and are empty there.
    """
    return convert(dict(zip(kind.__struct_fields__, values, strict=False)), kind, strict=False)


def _by_number(lines: Iterable[_Line]) -> tuple[_Line, ...]:
    return tuple(sorted(lines, key=lambda line: line.number))


def money_row(line: MoneyLine) -> Row:
    """Return a claim or a payment without its case, its amount as text."""
    return {
        "number": line.number,
        "kind": line.kind.value,
        "day": line.on,
        "payer": line.payer,
        "amount": str(line.amount),
        "month": line.month,
        "reference": line.reference,
        "note": line.note,
    }


def eligibility_data(eligibility: Eligibility | None) -> Row | None:
    """Return the restricted part as it is stored, None for one that was taken back."""
    if eligibility is None:
        return None
    return {
        "ground": eligibility.ground,
        "answers": {
            name: [fact_type(answer).value, fact_text(answer)]
            for name, answer in eligibility.answers.items()
        },
        "proof": eligibility.proof,
        "kept_at": eligibility.kept_at,
    }


def eligibility_value(text: str) -> Eligibility | None:
    """Read back what `eligibility_data` gave.

    Raises:
        OutOfReach: when it makes no sense; the message and its cause hold nothing of it.
    """
    try:
        data: Mapping[str, Any] | None = decode(text)
        if data is None:
            return None
        answers = {
            name: fact_value(answer, FactType(type_))
            for name, (type_, answer) in data["answers"].items()
        }
        return Eligibility(data["ground"], answers, data["proof"], data["kept_at"])
    except MALFORMED:
        raise OutOfReach(
            "La partie restreinte d’un dossier est abîmée et ne peut pas être relue : restaurez la "
            "dernière sauvegarde."
        ) from None
