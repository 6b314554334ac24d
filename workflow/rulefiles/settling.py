"""The rules as the house holds them: each doubt warns, or gives way to what was confirmed.

Used by `workflow.rulefiles.rulebook`, so that whatever reads a rule (dates, checks, money, views) finds the
number, the verdict and the notes that hold, and knows nothing of doubts. Reads no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from workflow.rules.checks import Band, Check, CheckVerdict, EligibilityRules, Ground, ProofSpec
from workflow.rules.counts import Count
from workflow.rules.deadline_rules import DeadlineSpec, Rule
from workflow.rules.doubts import NO, YES, Confirmation, Doubt, DoubtState, standing
from workflow.rules.fact_specs import Checked, DatedAmount, FactSpec, FactType
from workflow.rules.funding import Funding, Rate
from workflow.rules.procedure import Procedure
from workflow.text import french

_VERDICTS = {YES: CheckVerdict.CONFORMING, NO: CheckVerdict.FAILING}
_PENDING = "à faire confirmer"
_ONE_DAY = timedelta(days=1)


def answer_words(doubt: Doubt, value: str) -> str:
    """Return an answer as it is read: « 45 jours », « oui »."""
    if doubt.type in {FactType.NUMBER, FactType.INTEGER}:
        return french.measured(Decimal(value), doubt.unit)
    return value


def confirmed_words(doubt: Doubt, held: Confirmation, state: DoubtState) -> str:
    """Return « Confirmé le 03/12/2026 : délai de dépôt, 45 jours (courriel d’AKTO), jusqu’au 31/12/2026. »"""
    day, answer = french.short_day(held.answered_on), answer_words(doubt, held.value)
    until = f", jusqu’au {french.short_day(held.until)}" if held.until else ""
    words = f"{doubt.label}, {answer} ({held.answer}){until}"
    if state is DoubtState.EXPIRED:
        return f"Ne compte plus, à faire confirmer de nouveau : confirmé le {day}, {words}."
    return f"Confirmé le {day} : {words}."


def settled(
    procedure: Procedure, confirmations: Mapping[str, Confirmation], today: date
) -> Procedure:
    """Return a procedure whose doubts warn or are settled, and those of its funders likewise.

    Args:
        procedure: as its files say it.
        confirmations: the last that was noted of each doubt, by its id.
        today: the day on which they count.
    """
    funders = {id_: settled(one, confirmations, today) for id_, one in procedure.funders.items()}
    if not procedure.doubts:
        return replace(procedure, funders=funders) if funders else procedure
    settling = _Settling(procedure, confirmations, today)
    return replace(
        procedure,
        funders=funders,
        editions=tuple(
            replace(one, notes=(*one.notes, *settling.notes(one.doubts)))
            for one in procedure.editions
        ),
        facts={id_: settling.fact(one) for id_, one in procedure.facts.items()},
        deadlines={id_: settling.deadline(one) for id_, one in procedure.deadlines.items()},
        checks=tuple(settling.checks(procedure.checks)),
        eligibility=procedure.eligibility and settling.eligibility(procedure.eligibility),
        funding=procedure.funding and settling.funding(procedure.funding),
    )


class _Settling(Struct, frozen=True):
    """The doubts of a procedure, and what was confirmed of them."""

    procedure: Procedure
    confirmations: Mapping[str, Confirmation]
    today: date

    def state(self, id_: str) -> DoubtState:
        """Return where a doubt stands."""
        return standing(self.procedure.doubts[id_], self.confirmations.get(id_), self.today)

    def value(self, id_: str | None) -> str | None:
        """Return the answer that counts for a doubt, None when there is none."""
        if id_ is None or self.state(id_) is not DoubtState.CONFIRMED:
            return None
        return self.confirmations[id_].value

    def notes(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Return what is said beside what rests on doubts, each thing once."""
        return tuple(dict.fromkeys(words for id_ in ids for words in self._said(id_)))

    def _said(self, id_: str) -> Iterator[str]:
        doubt, state = self.procedure.doubts[id_], self.state(id_)
        if state is not DoubtState.CONFIRMED and doubt.warning:
            yield doubt.warning
        if state is not DoubtState.WAITING:
            yield confirmed_words(doubt, self.confirmations[id_], state)

    # --- Deadlines ---------------------------------------------------------------------------------------

    def deadline(self, spec: DeadlineSpec) -> DeadlineSpec:
        """Return a deadline with the numbers that hold."""
        return replace(spec, rules=tuple(one for rule in spec.rules for one in self._rules(rule)))

    def _rules(self, rule: Rule) -> Iterator[Rule]:
        """Yield a rule as it holds; apart for the editions in which a number of it is another."""
        whole, apart = list[str](), dict[frozenset[str], list[str]]()
        for id_ in rule.resting_on:
            editions = self.procedure.doubts[id_].editions
            if not editions:
                whole.append(id_)
            elif self.state(id_) is not DoubtState.WAITING:
                apart.setdefault(editions, []).append(id_)
        every = rule.editions or frozenset(one.id for one in self.procedure.editions)
        for editions, ids in apart.items():
            yield replace(self._ruled(rule, [*whole, *ids]), editions=every & editions)
            every -= editions
        left = replace(rule, editions=every) if apart else rule
        if every or not apart:
            yield self._ruled(left, whole)

    def _ruled(self, rule: Rule, ids: list[str]) -> Rule:
        said = (rule.opens, rule.closes, rule.expects)
        opens, closes, expects = counts = tuple(self._count(one, ids) for one in said)
        return replace(
            rule,
            notes=(*rule.notes, *self.notes(ids)),
            opens=opens,
            closes=closes,
            expects=expects,
            # The words of a text are read no more once another number takes the place of its own.
            readings=rule.readings if counts == said else (),
        )

    def _count(self, count: Count | None, ids: list[str]) -> Count | None:
        value = self.value(count.doubt) if count and count.doubt in ids else None
        return replace(count, number=int(value), reading=None) if count and value else count

    # --- Checks and proofs -------------------------------------------------------------------------------

    def checks(self, checks: Iterable[Check]) -> Iterator[Check]:
        """Yield checks, with the verdicts and the notes that hold."""
        for check in checks:
            measure = check.measure
            value = self.value(measure.doubt) if measure else None
            yield replace(
                check,
                measure=replace(measure, months=int(value)) if measure and value else measure,
                bands=tuple(map(self._band, check.bands)),
                notes=(*check.notes, *self.notes(check.resting_on)),
            )

    def _band(self, band: Band) -> Band:
        value = self.value(band.doubt)
        if band.doubt is None or value is None:
            return band
        doubt = self.procedure.doubts[band.doubt]
        answer = value if doubt.type is FactType.BOOLEAN else NO
        return replace(band, verdict=_VERDICTS[answer], say=doubt.says[answer])

    def eligibility(self, rules: EligibilityRules) -> EligibilityRules:
        """Return who may benefit, with the proofs that were confirmed."""
        return replace(
            rules, grounds={id_: self._ground(one) for id_, one in rules.grounds.items()}
        )

    def _ground(self, ground: Ground) -> Ground:
        return replace(
            ground,
            checks=tuple(self.checks(ground.checks)),
            proofs={id_: self._proof(one) for id_, one in ground.proofs.items()},
        )

    def _proof(self, proof: ProofSpec) -> ProofSpec:
        if proof.doubt is None or self.value(proof.doubt) == YES:
            return replace(proof, doubt=None)
        return replace(proof, label=f"{proof.label} : {_PENDING}")

    def fact(self, spec: FactSpec) -> FactSpec:
        """Return a fact with what was confirmed to stand in for it after what texts fix."""
        value, last = self.value(spec.followed_by), spec.values[-1].last if spec.values else None
        if value is None or spec.followed_by is None or last is None:
            return spec
        held = self.confirmations[spec.followed_by]
        added = DatedAmount(
            Decimal(value),
            self._answered(spec.values[-1].source, held),
            last + _ONE_DAY,
            held.until,
        )
        return replace(spec, values=(*spec.values, added))

    def _answered(self, source: Checked, held: Confirmation) -> Checked:
        return replace(source, document=held.answer, lines="", checked_on=held.answered_on)

    # --- Money -------------------------------------------------------------------------------------------

    def funding(self, funding: Funding) -> Funding:
        """Return what is paid, with the rates that were confirmed after those that are known."""
        return replace(funding, rates=tuple(r for one in funding.rates for r in self._rates(one)))

    def _rates(self, rate: Rate) -> Iterator[Rate]:
        id_, doubt = rate.followed_by, rate.doubt
        notes = self.notes(one for one in (doubt, id_) if one)
        left = None if self.value(doubt) == YES else doubt
        yield replace(rate, doubt=left, notes=(*rate.notes, *notes))
        value = self.value(id_)
        if id_ is not None and value is not None and rate.valid_until is not None:
            held = self.confirmations[id_]
            yield replace(
                rate,
                id=id_,
                label=self.procedure.doubts[id_].label,
                amount=Decimal(value),
                valid_from=rate.valid_until + _ONE_DAY,
                valid_until=held.until,
                notes=self.notes([id_]),
                source=self._answered(rate.source, held),
            )
