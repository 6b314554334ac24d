"""What to type in the funder's portal at a step: values in order, what is missing, papers, limits.

Called by `workflow.usecases.reads`; laid out by the templates. Holds words and values only, nothing that is
restricted, and never the content of a document.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from workflow.case.case import Case, Deadline, FactValue, Paper
from workflow.case.known_facts import known_of
from workflow.counting.ways_of_counting import Context
from workflow.eligibility.evaluate import Finding, Report
from workflow.eligibility.financing import Quote
from workflow.rules.checks import CheckVerdict
from workflow.rules.fact_specs import FactSpec, FactType, Source
from workflow.rules.procedure import Action, Procedure
from workflow.rules.sheets import SheetField
from workflow.text import french
from workflow.wording.fact_text import fact_words

SAID_BY = "controle:"
"""Start of a value that is what a check says: `controle:CIPI-P1|CIPI-P3`."""


class Field(Struct, frozen=True):
    """A value to type.

    Args:
        label: what it is.
        value: ready to copy; None when it is missing.
        copy: the same without units or typographic spaces, as a portal accepts it.
        hint: why it is missing, when no fact alone would fill it.
        note: what a careful person must know.
        doubtful: True when nobody has confirmed the value.
        optional: True when the portal does without it.
        missing: the fact that is not noted; empty otherwise.
    """

    label: str
    value: str | None
    copy: str
    hint: str
    note: str
    doubtful: bool = False
    optional: bool = False
    missing: str = ""


class SheetPaper(Struct, frozen=True):
    """A document to attach: any one of several papers satisfies it."""

    label: str
    papers: tuple[tuple[str, Paper | None], ...]
    """Label of each paper that satisfies it, and what is known of it."""
    source: Source

    @property
    def ready(self) -> bool:
        """True when the agency holds one of them."""
        return any(paper is not None and paper.status.in_hand for _, paper in self.papers)


class Sheet(Struct, frozen=True):
    """Everything for one step in the portal."""

    case: Case
    procedure: Procedure
    action: Action
    portal: str | None
    fields: tuple[Field, ...]
    attachments: tuple[SheetPaper, ...]
    deadlines: tuple[Deadline, ...]
    """The limits of the step."""
    concerns: tuple[Finding, ...]
    """What does not conform, then what is to confirm."""

    @property
    def ready(self) -> bool:
        """True when nothing is missing but what the portal does without."""
        return all(field.value is not None or field.optional for field in self.fields) and all(
            attachment.ready for attachment in self.attachments
        )


def portal_sheet(
    procedure: Procedure,
    case: Case,
    action: Action,
    context: Context,
    report: Report,
    quote: Quote | None,
    agency: str,
) -> Sheet:
    """Return the sheet of a step.

    Args:
        procedure: gives what is typed, in which order.
        case: the file.
        action: the step.
        context: calendars, clock and company.
        report: the public verdict.
        quote: what the file is worth.
        agency: name of the agency.
    """
    known = known_of(procedure, case, context.company)
    writing = _Display(procedure, case, known, context, report, quote, agency)
    limits = tuple(
        deadline
        for deadline in case.deadlines.values()
        if action.id in procedure.deadlines[deadline.id].met_by
    )
    acting = limits[0].dates.act_on if limits else None
    reference = known.get(procedure.reference_fact)
    day = acting or (context.day(reference) if isinstance(reference, date) else None)
    return Sheet(
        case,
        procedure,
        action,
        procedure.portal_on(day) if day else None,
        tuple(writing.field(spec) for spec in procedure.fields(action.id)),
        tuple(_attachment(procedure, name, case) for name in action.documents),
        limits,
        (*report.of(CheckVerdict.FAILING), *report.of(CheckVerdict.TO_CONFIRM)),
    )


def _attachment(procedure: Procedure, name: str, case: Case) -> SheetPaper:
    spec = procedure.documents[name]
    papers = spec.any_of or (name,)
    return SheetPaper(
        spec.label,
        tuple((procedure.documents[one].label, case.documents.get(one)) for one in papers),
        spec.source,
    )


class _Display(Struct, frozen=True):
    procedure: Procedure
    case: Case
    known: Mapping[str, FactValue]
    context: Context
    report: Report
    quote: Quote | None
    agency: str

    def field(self, spec: SheetField) -> Field:
        """Return a value to type: computed, said by a check, or known as a fact."""
        return replace(self._written(spec), optional=spec.optional)

    def _written(self, spec: SheetField) -> Field:
        if spec.value.startswith(SAID_BY):
            return self._said(spec)
        if spec.value in _TEXTS:
            value = _TEXTS[spec.value](self)
            return Field(spec.label, value or None, value, "", spec.note)
        if spec.value in COMPUTED:
            return self._amount(spec)
        fact = self.procedure.facts[spec.value]
        known = self.known.get(fact.id)
        if known is None:
            return Field(spec.label, None, "", "", spec.note, missing=fact.id)
        words = fact_words(known, self.context.zone, fact)
        copy = _plain(fact, known, self.context)
        return Field(spec.label, words, copy, "", spec.note)

    def _amount(self, spec: SheetField) -> Field:
        """Return a line of the quote to type, or why it is not known."""
        amount = self.quote.amount(spec.value.removeprefix("@")) if self.quote else None
        if amount is None or amount.value is None:
            return Field(spec.label, None, "", amount.how if amount else "", spec.note)
        return Field(
            spec.label,
            french.measured(amount.value, amount.unit),
            _decimal(amount.value),
            "",
            spec.note or ("" if amount.certain else "à vérifier"),
            doubtful=not amount.certain,
        )

    def _said(self, spec: SheetField) -> Field:
        """Return what the first of some checks to speak says, such as which contract it takes."""
        ids = spec.value.removeprefix(SAID_BY).split("|")
        said = (one.sentence for id_ in ids for one in self.report.findings if one.id == id_)
        value = next(said, None)
        return Field(spec.label, value, value or "", "", spec.note)


_TEXTS: Mapping[str, Callable[[_Display], str]] = {
    "@reference": lambda writing: writing.case.ref,
    "@libelle": lambda writing: writing.case.title,
    "@agence": lambda writing: writing.agency,
}

COMPUTED = frozenset(_TEXTS) | {
    "@forfait_horaire",
    "@heures_prises_en_charge",
    "@prise_en_charge",
    "@prise_en_charge_realisee",
    "@cout_horaire",
    "@surcout_horaire",
    "@surcout",
}
"""Values that no fact holds, by the name a rule file gives them."""


def _plain(spec: FactSpec, value: FactValue, context: Context) -> str:
    """Return a fact as a form accepts it: a comma, no unit, no typographic space."""
    if isinstance(value, Decimal):
        return _decimal(value)
    if isinstance(value, datetime):
        return f"{context.instant(value):%d/%m/%Y %H:%M}"
    if spec.type is FactType.INTEGER:
        return str(value)
    return fact_words(value, context.zone, spec)


def _decimal(value: Decimal) -> str:
    return str(value).replace(".", ",")
