"""The verdict on a file: every check of its procedure, judged on what is known of it.

Used by the machine (alerts, refusals), by the service (`dossier controler`, the restricted view) and by the
portal sheet. Reads no clock: a verdict depends on the file alone. The public verdict never tells which
ground makes a person eligible. One verdict for every kind of check, hence its length.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal

from msgspec import Struct

from workflow.calendar.counting import add_months
from workflow.case.case import Alert, Case, Eligibility, FactValue
from workflow.case.known_facts import known_of
from workflow.counting.ways_of_counting import Context
from workflow.deadlines.progress import step_dates
from workflow.eligibility.concordance import comparison
from workflow.eligibility.measures import MeasuredValue, holds, measure, reached_on
from workflow.errors import Reason, ReasonCode
from workflow.rules.checks import Band, Check, CheckVerdict, Ground, Measuring
from workflow.rules.fact_specs import DatedAmount, FactSpec, Source
from workflow.rules.procedure import Procedure
from workflow.text import french
from workflow.wording.codec import fact_text


class Finding(Struct, frozen=True):
    """What is said of a file on one point.

    Args:
        id: id of the check, or of the public line of eligibility.
        label: what is looked at.
        theme: id of its theme.
        verdict: what is said.
        sentence: in French, with what to do when it does not conform.
        source: where the rule is written.
        missing: facts that would have to be known.
        notes: what a careful reader must know.
        blocks: actions that this refuses while it does not conform.
    """

    id: str
    label: str
    theme: str
    verdict: CheckVerdict
    sentence: str
    source: Source
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()


class Report(Struct, frozen=True):
    """Every finding, in the order of the themes."""

    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> CheckVerdict:
        """Return the heaviest verdict of all."""
        return heaviest(finding.verdict for finding in self.findings)

    def of(self, verdict: CheckVerdict) -> tuple[Finding, ...]:
        """Return the findings of one verdict."""
        return tuple(finding for finding in self.findings if finding.verdict is verdict)


def heaviest(verdicts: Iterable[CheckVerdict]) -> CheckVerdict:
    """Return the verdict of a whole: the heaviest of its parts."""
    return max(verdicts, key=lambda verdict: verdict.weight, default=CheckVerdict.CONFORMING)


def control(procedure: Procedure, case: Case, context: Context) -> Report:
    """Judge a file on every check of its procedure, without saying anything restricted."""
    known = _known(procedure, case, context)
    found = [
        *_eligible(procedure, case.eligibility, known, context),
        *_told(procedure, procedure.checks, known, context),
        *_concordant(procedure, case, known, context),
    ]
    order = {theme: rank for rank, theme in enumerate(procedure.themes)}
    return Report(tuple(sorted(found, key=lambda one: order.get(one.theme, len(order)))))


def alerts(procedure: Procedure, case: Case, context: Context) -> tuple[Alert, ...]:
    """Return what does not conform."""
    known = _known(procedure, case, context)
    found = [
        *_eligible(procedure, case.eligibility, known, context),
        *_told(procedure, procedure.checks, known, context, only=CheckVerdict.FAILING),
        *_concordant(procedure, case, known, context),
    ]
    failing = (one for one in found if one.verdict is CheckVerdict.FAILING)
    return tuple(Alert(one.label, one.sentence) for one in failing)


def refusals(procedure: Procedure, case: Case, action: str, context: Context) -> tuple[Reason, ...]:
    """Return why what does not conform refuses an action."""
    blocking = [check for check in procedure.checks if action in check.blocks]
    if not blocking:
        return ()
    known = _known(procedure, case, context)
    return tuple(
        Reason(ReasonCode.CHECK, f"{finding.label} : {finding.sentence}")
        for finding in _told(procedure, blocking, known, context, only=CheckVerdict.FAILING)
    )


def restricted(
    procedure: Procedure, case: Case, context: Context
) -> tuple[Ground | None, tuple[Finding, ...]]:
    """Return the ground of a file and what is said of it; for the restricted view alone."""
    known = _known(procedure, case, context)
    ground = _ground(procedure, case.eligibility)
    return ground, _of_ground(procedure, ground, case.eligibility, known, context)


def _known(procedure: Procedure, case: Case, context: Context) -> Mapping[str, FactValue]:
    """Return what is known of a case, and what texts and the journal say of what nobody noted."""
    known = known_of(procedure, case, context.company)
    fixed = {
        spec.id: found.amount
        for spec in procedure.facts.values()
        if spec.values and spec.id not in known and (found := _fixed(spec, known, context))
    }
    counted = {
        spec.id: times
        for spec in procedure.facts.values()
        if spec.counts
        and spec.id not in known
        and (times := _times(procedure, spec, case, context))
    }
    return {**known, **fixed, **counted} if fixed or counted else known


def _times(procedure: Procedure, spec: FactSpec, case: Case, context: Context) -> int:
    """Return how many times a step was done over the months that end with the latest of them."""
    dates = step_dates(procedure, case)
    moments = (dates[step.seq] for step in case.history if step.action == spec.counts)
    days = sorted(context.day(one) for one in moments if one is not None)
    first = add_months(days[-1], -(spec.within or 0)) if days else date.max
    return sum(day > first for day in days)


def _fixed(spec: FactSpec, known: Mapping[str, FactValue], context: Context) -> DatedAmount | None:
    """Return what a text fixes on the date of a file, or None while that is unknown or not covered."""
    day = known.get(spec.dated_by or "")
    return spec.amount_on(context.day(day)) if isinstance(day, date) else None


def _fixed_notes(
    procedure: Procedure, check: Check, known: Mapping[str, FactValue], context: Context
) -> Iterator[str]:
    """Yield the amounts fixed by a text that a check looked at, each with its day and its source."""
    for name in check.measure.names if check.measure else ():
        spec = procedure.facts.get(name)
        found = _fixed(spec, known, context) if spec and spec.values else None
        if spec and found and known.get(name) == found.amount:
            since = french.short_day(found.first)
            amount = french.measured(found.amount, spec.unit)
            yield f"{spec.label} : {amount} depuis le {since} ({found.source.place})."


def _ground(procedure: Procedure, eligibility: Eligibility | None) -> Ground | None:
    if procedure.eligibility is None or eligibility is None:
        return None
    return procedure.eligibility.grounds.get(eligibility.ground)


def _of_ground(
    procedure: Procedure,
    ground: Ground | None,
    eligibility: Eligibility | None,
    known: Mapping[str, FactValue],
    context: Context,
) -> tuple[Finding, ...]:
    if ground is None or eligibility is None:
        return ()
    values = {**known, **eligibility.answers}
    return tuple(_told(procedure, ground.checks, values, context, ground))


def _eligible(
    procedure: Procedure,
    eligibility: Eligibility | None,
    known: Mapping[str, FactValue],
    context: Context,
) -> Iterator[Finding]:
    """Yield the public line: the verdict behind it, never the ground."""
    rules = procedure.eligibility
    if rules is None:
        return
    ground = _ground(procedure, eligibility)
    if ground is None or eligibility is None:
        verdict, sentence = CheckVerdict.TO_CONFIRM, rules.unset
    else:
        values = {**known, **eligibility.answers}
        judged = _judged(procedure, ground.checks, values, context)
        verdict = heaviest(band.verdict for _, band, _ in judged)
        named = bool(eligibility.proof) or not ground.proofs
        proven = named and rules.proof_seen in known
        if not proven and verdict is not CheckVerdict.FAILING:
            verdict = CheckVerdict.TO_CONFIRM
        verdict = CheckVerdict.CONFORMING if verdict is CheckVerdict.REMINDER else verdict
        sentence = rules.says.of(verdict)
    yield Finding(rules.id, rules.label, rules.theme, verdict, sentence, rules.source)


def _concordant(
    procedure: Procedure, case: Case, known: Mapping[str, FactValue], context: Context
) -> Iterator[Finding]:
    """Yield whether those who say a fact agree, for each fact that a paper and another say."""
    found = comparison(procedure, case.documents, known, context)
    for one in found.facts if found else ():
        if found and one.compared:
            rules, verdict = found.rules, CheckVerdict.CONFORMING
            if one.differs:
                verdict = CheckVerdict.FAILING
            id_, words = f"{rules.id}-{one.spec.id}", found.sentence(one)
            yield Finding(id_, one.spec.label, rules.theme, verdict, words, rules.source)


def _told(
    procedure: Procedure,
    checks: Iterable[Check],
    known: Mapping[str, FactValue],
    context: Context,
    ground: Ground | None = None,
    *,
    only: CheckVerdict | None = None,
) -> Iterator[Finding]:
    """Yield what is said of each check that speaks; sentences are written for those wanted alone."""
    wanted = [check for check in checks if only is None or check.may_say(only)]
    for check, band, reading in _judged(procedure, wanted, known, context):
        if only in {None, band.verdict}:
            sentence = _sentence(procedure, check, band, reading, ground)
            notes = (*check.notes, *_fixed_notes(procedure, check, known, context))
            yield _finding(check, band, sentence, reading.missing, notes)


def _judged(
    procedure: Procedure,
    checks: Iterable[Check],
    known: Mapping[str, FactValue],
    context: Context,
) -> Iterator[tuple[Check, Band, MeasuredValue]]:
    """Yield each check that speaks, with the band that decides and what was measured."""
    reference = known.get(procedure.reference_fact)
    day = context.day(reference) if isinstance(reference, date) else None
    for check in checks:
        if _speaks(check, known, day):
            reading = measure(check.measure, known, context) if check.measure else MeasuredValue("")
            band = _band(check, reading)
            if band is not None:
                yield check, band, reading


def _band(check: Check, reading: MeasuredValue) -> Band | None:
    """Return the band that decides, None when nothing is to be said."""
    if reading.value is None:
        return check.missing
    value = reading.value
    return next((band for band in check.bands if holds(band, value)), None)


def _speaks(check: Check, known: Mapping[str, FactValue], day: date | None) -> bool:
    if day is not None and (
        (check.valid_from is not None and day < check.valid_from)
        or (check.valid_until is not None and day > check.valid_until)
    ):
        return False
    return (
        all(
            name in known and fact_text(known[name]) in values
            for name, values in check.when.items()
        )
        and all(known.get(name) for name in check.when_positive)
        and all(name in known for name in check.when_known)
    )


def _finding(
    check: Check, band: Band, sentence: str, missing: tuple[str, ...], notes: tuple[str, ...]
) -> Finding:
    return Finding(
        check.id,
        check.label,
        check.theme,
        band.verdict,
        sentence,
        check.source,
        missing,
        notes,
        check.blocks,
    )


def _sentence(
    procedure: Procedure, check: Check, band: Band, reading: MeasuredValue, ground: Ground | None
) -> str:
    """Return the sentence of a band, or what is missing, filled in."""
    if reading.value is None:
        return band.say.format(manque=_labels(procedure, reading.missing, ground))
    return _filled(procedure, check, band, reading, ground)


def _filled(
    procedure: Procedure, check: Check, band: Band, reading: MeasuredValue, ground: Ground | None
) -> str:
    """Return the sentence of a band with its value, its limit and the day it is reached."""
    limit = band.below if band.below is not None else band.at_most
    by = check.measure.by if check.measure else Measuring.VALUE
    on = reached_on(reading, band, by)
    return band.say.format(
        valeur=_words(procedure, check, reading, ground),
        limite="" if limit is None else french.measured(limit, check.unit),
        le=french.short_day(on) if on else "",
    )


def _words(
    procedure: Procedure, check: Check, reading: MeasuredValue, ground: Ground | None
) -> str:
    value = reading.value
    if value is None or isinstance(value, str):
        name = check.measure.of[0] if check.measure else ""
        spec = (ground.questions.get(name) if ground else None) or procedure.facts.get(name)
        return (spec.choices.get(value or "", value or "") if spec else value) or ""
    # Cut, not rounded: 29,995 % is not yet the 30 % that are asked.
    cut = Decimal(int(value * 100)) / 100
    return french.measured(cut, check.unit)


def _labels(procedure: Procedure, names: Iterable[str], ground: Ground | None) -> str:
    """Return « « Heures de formation » (heures_formation) » for each missing fact."""
    questions = ground.questions if ground else {}
    specs = [questions.get(name) or procedure.facts.get(name) for name in names]
    return french.listing(f"« {spec.label} » ({spec.id})" for spec in specs if spec)
