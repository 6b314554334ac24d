"""What a file is worth: rate, funded hours, extra cost, and who may pay it.

Called by `workflow.usecases.reads`. Exact decimals from end to end: each amount is rounded to the cent,
half up, when it is first obtained, and totals add what was rounded, so that parts always make the whole. An
amount that no edition covers is shown with the last one known, and never as certain. Totals and their parts
are worked out together: hence its length.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from workflow.case.case import Case, FactValue
from workflow.case.known_facts import known_of
from workflow.case.money import ZERO
from workflow.counting.ways_of_counting import Context
from workflow.rules.fact_specs import Source
from workflow.rules.funding import Allowance, Funding, Rate, Support
from workflow.rules.procedure import Procedure
from workflow.text import french
from workflow.text.french import cents

_OPTIONAL = "?"


class Amount(Struct, frozen=True):
    """One line of a quote.

    Args:
        id: what it is, for `--json` and the portal sheet.
        label: in French.
        value: euros, or hours when `unit` says so; None when it cannot be known yet.
        unit: `€`, `€/h` or `h`.
        how: how it was obtained, in French.
        certain: False for what the source leaves in doubt, or that nobody has confirmed.
        source: where it is written.
        notes: what a careful reader must know.
    """

    id: str
    label: str
    value: Decimal | None
    unit: str
    how: str
    certain: bool
    source: Source
    notes: tuple[str, ...] = ()


class Quote(Struct, frozen=True):
    """What a file is worth, line by line, and on which date its rate was chosen."""

    on: date
    dated_by_fact: bool
    """False when the fact that dates the rate is not known: the day of reading stands in."""
    amounts: tuple[Amount, ...]

    def amount(self, id_: str) -> Amount | None:
        """Return a line, or None when there is none of that id."""
        return next((amount for amount in self.amounts if amount.id == id_), None)


def quote(procedure: Procedure, case: Case, context: Context, today: date) -> Quote | None:
    """Return what a file is worth, or None when its procedure gives no amount.

    Args:
        procedure: gives the rates and what they apply to.
        case: the file.
        context: calendars, clock and company.
        today: stands in for the date that chooses the rate, while it is unknown.
    """
    quoting = _quoting(procedure, known_of(procedure, case, context.company), context, today)
    return Quote(quoting.on, quoting.dated, tuple(quoting.amounts())) if quoting else None


def promised(
    procedure: Procedure, known: Mapping[str, FactValue], context: Context, today: date
) -> Decimal | None:
    """Return what the rate promises for the hours, or None while nobody can tell.

    Args:
        procedure: gives the rates.
        known: the facts of the file, with what its lines and the company say.
        context: calendars, clock and company.
        today: stands in for the date that chooses the rate, while it is unknown.
    """
    quoting = _quoting(procedure, known, context, today)
    return quoting.expected() if quoting else None


def lost(
    procedure: Procedure, known: Mapping[str, FactValue], context: Context, today: date
) -> Decimal:
    """Return what the hours planned and not attended take away, by inference; as `promised` is told."""
    quoting = _quoting(procedure, known, context, today)
    found = (line.value for line in quoting.absence()) if quoting else iter(())
    return next(found, None) or ZERO


def _quoting(
    procedure: Procedure, known: Mapping[str, FactValue], context: Context, today: date
) -> _Quoting | None:
    funding = procedure.funding
    if funding is None:
        return None
    dated = known.get(funding.dated_by)
    on = context.day(dated) if isinstance(dated, date) else today
    return _Quoting(procedure, funding, known, context, on, isinstance(dated, date))


class _Quoting(Struct, frozen=True):
    """One quote being made."""

    procedure: Procedure
    funding: Funding
    known: Mapping[str, FactValue]
    context: Context
    on: date
    dated: bool
    """False when the day of reading stands in for the date that chooses the rate."""

    def amounts(self) -> Iterator[Amount]:
        rate = self._rate()
        hours, attended = (
            self._hours(names) for names in (self.funding.funded_hours, self.funding.attended_hours)
        )
        cost = self._hours(self.funding.hourly_costs)
        extra = _extra(cost, rate)
        yield self._rate_line(rate)
        yield self._hours_line(hours)
        yield self._funded("prise_en_charge", "Prise en charge attendue", rate, hours)
        if attended is not None:
            label = "Prise en charge des heures faites"
            yield self._funded("prise_en_charge_realisee", label, rate, attended)
        yield from self.absence()
        yield self._cost_line(cost)
        yield self._extra_line(cost, rate, extra)
        whole = _times(extra, hours)
        yield self._whole_line(extra, hours, whole, rate)
        for support in self.funding.supports:
            if self._applies(support):
                yield self._support_line(support, whole, self._is_certain(rate))
        for allowance in self.funding.allowances:
            yield from self._allowance_line(allowance)

    def expected(self) -> Decimal | None:
        """Return what the rate promises for the hours, or None while one of them is unknown."""
        rate = self._rate()
        return _times(rate.amount if rate else None, self._hours(self.funding.funded_hours))

    def _hours(self, names: Iterable[str]) -> Decimal | None:
        """Return the sum of facts, None while one that must be known is not."""
        names = tuple(names)
        if any(not name.endswith(_OPTIONAL) and name not in self.known for name in names):
            return None
        values = (self.known.get(name.removesuffix(_OPTIONAL)) for name in names)
        return sum((Decimal(v) for v in values if isinstance(v, Decimal | int)), Decimal(0))

    def _missing(self, names: Iterable[str]) -> str:
        facts = self.procedure.facts
        labels = (
            f"« {facts[name].label} » ({name})"
            for name in names
            if not name.endswith(_OPTIONAL) and name not in self.known
        )
        return f"il manque {french.listing(labels)}"

    def _rate(self) -> Rate | None:
        """Return the rate of the programme on the date, or the last one known before it."""
        programme = self.known.get(self.funding.programme)
        rates = [rate for rate in self.funding.rates if rate.programme == programme]
        covering = [rate for rate in rates if rate.covers(self.on)]
        past = [rate for rate in rates if rate.valid_until and rate.valid_until < self.on]
        latest = sorted(past, key=lambda rate: rate.valid_until or date.min)[-1:]
        return next(iter(covering or latest), None)

    def _is_certain(self, rate: Rate | None) -> bool:
        return rate is not None and rate.doubt is None and rate.covers(self.on)

    def _rate_line(self, rate: Rate | None) -> Amount:
        label = "Forfait horaire"
        if rate is None:
            how = self._missing((self.funding.programme,))
            if self.funding.programme in self.known:
                how = f"aucun forfait connu au {french.short_day(self.on)}"
            return Amount("forfait_horaire", label, None, "€/h", how, False, self._source)
        how = f"{rate.label}, à la date du {french.short_day(self.on)}"
        notes = rate.notes
        if not rate.covers(self.on) and rate.valid_until:
            last = french.short_day(rate.valid_until)
            how = f"{rate.label}, dernier forfait connu, valable jusqu’au {last} : à vérifier"
        return Amount(
            "forfait_horaire",
            label,
            rate.amount,
            "€/h",
            how,
            self._is_certain(rate),
            rate.source,
            notes,
        )

    def _hours_line(self, hours: Decimal | None) -> Amount:
        names = self.funding.funded_hours
        how = self._sum(names, "h") if hours is not None else self._missing(names)
        label = "Heures prises en charge"
        return Amount(
            "heures_prises_en_charge", label, hours, "h", how, hours is not None, self._source
        )

    def _funded(self, id_: str, label: str, rate: Rate | None, hours: Decimal | None) -> Amount:
        value = _times(rate.amount if rate else None, hours)
        how = "il manque le forfait ou les heures"
        if rate is not None and hours is not None:
            how = (
                f"{french.measured(hours, 'h')} × {french.measured(rate.amount, '€/h')}, "
                "arrondi au centime"
            )
        return Amount(id_, label, value, "€", how, self._is_certain(rate), self._source)

    def absence(self) -> Iterator[Amount]:
        """Yield what the hours planned and not attended take away, by inference, if there are any."""
        rate = self._rate()
        hours, why = self._hours(self.funding.absent_hours), self.funding.absence
        value = _times(rate.amount if rate else None, hours)
        if why and hours and rate:
            how = f"{french.measured(hours, 'h')} × {french.measured(rate.amount, '€/h')}"
            label = "À déduire pour absence"
            yield Amount("absence", label, value, "€", how, False, why.source, why.notes)

    def _cost_line(self, cost: Decimal | None) -> Amount:
        names = self.funding.hourly_costs
        how = self._sum(names, "€/h") if cost is not None else self._missing(names)
        label = "Coût de l’heure"
        return Amount(
            "cout_horaire", label, cost, "€/h", how, cost is not None, self.funding.extra.source
        )

    def _extra_line(self, cost: Decimal | None, rate: Rate | None, extra: Decimal | None) -> Amount:
        how = "il manque le coût de l’heure ou le forfait"
        if cost is not None and rate is not None:
            how = f"{french.measured(cost, '€/h')} − {french.measured(rate.amount, '€/h')}"
            if cost < rate.amount:
                how += " : le forfait couvre tout"
        label = "Surcoût de l’heure"
        certain, source = self._is_certain(rate), self.funding.extra.source
        return Amount("surcout_horaire", label, extra, "€/h", how, certain, source)

    def _whole_line(
        self,
        extra: Decimal | None,
        hours: Decimal | None,
        whole: Decimal | None,
        rate: Rate | None,
    ) -> Amount:
        how = "il manque le surcoût de l’heure ou les heures"
        if extra is not None and hours is not None:
            how = f"{french.measured(extra, '€/h')} × {french.measured(hours, 'h')}, arrondi au centime"
        label, source = "Surcoût du dossier", self.funding.extra.source
        return Amount("surcout", label, whole, "€", how, self._is_certain(rate), source)

    def _applies(self, support: Support) -> bool:
        """Tell whether a support exists on its date, and for a company of that size."""
        dated = self.known.get(support.by)
        day = self.context.day(dated) if isinstance(dated, date) else self.on
        headcount = self.known.get(self.funding.headcount)
        fits = support.headcount_below is None or (
            isinstance(headcount, Decimal | int) and headcount < support.headcount_below
        )
        return support.covers(day) and fits

    def _support_line(self, support: Support, whole: Decimal | None, certain: bool) -> Amount:
        id_ = f"financement_{support.id}"
        if support.share is None or whole is None:
            how = "à hauteur de ce qui est disponible" if whole is not None else "surcoût inconnu"
            return Amount(id_, support.label, None, "€", how, False, support.source, support.notes)
        value = cents(Fraction(whole) * Fraction(support.share) / 100)
        how = f"{french.measured(support.share, '%')} de {french.measured(whole, '€')}"
        return Amount(id_, support.label, value, "€", how, certain, support.source, support.notes)

    def _allowance_line(self, allowance: Allowance) -> Iterator[Amount]:
        hours = self.known.get(allowance.hours)
        if not isinstance(hours, Decimal | int):
            return
        paid = min(Decimal(hours), allowance.at_most)
        how = f"{french.measured(paid, 'h')} × {french.measured(allowance.rate, '€/h')}"
        if hours > allowance.at_most:
            most = french.measured(allowance.at_most, "h")
            how += f" ({french.measured(hours, 'h')} demandées, {most} au plus)"
        yield Amount(
            allowance.id,
            allowance.label,
            cents(paid * allowance.rate),
            "€",
            how,
            True,
            allowance.source,
            allowance.notes,
        )

    def _sum(self, names: Iterable[str], unit: str) -> str:
        """Return « 100 h + 7 h »."""
        found = (self.known.get(name.removesuffix(_OPTIONAL)) for name in names)
        parts = [french.measured(v, unit) for v in found if isinstance(v, Decimal | int)]
        return " + ".join(parts)

    @property
    def _source(self) -> Source:
        return self.funding.rate.source


def _extra(cost: Decimal | None, rate: Rate | None) -> Decimal | None:
    """Return the part of an hour's cost that the rate leaves, never less than nothing."""
    if cost is None or rate is None:
        return None
    return max(cents(cost - rate.amount), ZERO)


def _times(amount: Decimal | None, hours: Decimal | None) -> Decimal | None:
    if amount is None or hours is None:
        return None
    return cents(Fraction(amount) * Fraction(hours))
