"""The story of a date in four lines: anchor, rule with its source, count with what was skipped, result.

Another tells which number holds, when the rule's changes on a date, and another what a derogation moved.

Used by `workflow.deadlines.compute` only. Every number and every quotation comes from the rule and the
facts; the general readings that hold for all procedures come from `conventions.toml`. One story, line by
line: hence its length.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from importlib.resources import files
from math import ceil

import tomli
from msgspec import Struct

from workflow.calendar import counting
from workflow.calendar.calendars import WorkingCalendar
from workflow.case.case import Moment
from workflow.counting.comparisons import Resolution
from workflow.counting.readings import ReadingSpan
from workflow.counting.ways_of_counting import ComputedLimit, Context, Work
from workflow.rules.counts import Count, Direction, LastStart, Unit
from workflow.rules.deadline_rules import DeadlineSpec, Kind, Rule
from workflow.text import french
from workflow.text.day_ends import day_of_end
from workflow.wording.quantities import DIRECTIONS, span

_SATURDAY = 5
_PLURAL = 2
_HOURLY = {Unit.HOURS, Unit.WORKING_HOURS}
_NAMED_WEEKEND_DAYS = 4
"""Beyond this many, weekend days are counted rather than named."""


@lru_cache(maxsize=1)
def conventions() -> Mapping[str, str]:
    """Return the general readings by name; each ends with its source."""
    text = files(__package__).joinpath("conventions.toml").read_text(encoding="utf-8")
    return {
        name: f"{row['text'].removesuffix('.')} ({row['source']['document']}, {row['source']['lines']})."
        for name, row in tomli.loads(text).items()
    }


def _words(count: Count, context: Context) -> str:
    return span(context.number(count), count.unit)


class Reckoning(Struct, frozen=True):
    """A date on its way to be explained: the rule, where it was counted from, and what came out."""

    spec: DeadlineSpec
    rule: Rule
    anchor: Moment
    anchor_label: str
    opens_on: date | None
    limit: ComputedLimit
    context: Context
    counted_opening: date | None
    """The opening as it was counted, before any derogation."""
    counted: ComputedLimit
    """The limit as it was counted, before any derogation."""
    resolution: Resolution | None = None
    """How several limits were weighed, None for a single one."""
    assumed: tuple[str, ...] = ()
    """What the rule took for granted, for want of a fact."""
    dated: tuple[str, ...] = ()
    """Which of the rule's dated numbers hold, one line each."""
    derogations: tuple[str, ...] = ()
    """What derogations and chases moved, one line each."""
    readings: tuple[ReadingSpan, ...] = ()
    """The days that satisfy each reading of the rule's text."""
    read: ComputedLimit | None = None
    """The limit as its readings leave it, before any derogation."""

    @property
    def commission(self) -> date | None:
        """The session that decides."""
        session = self.resolution.session if self.resolution else None
        return session.day if session else None

    @property
    def options(self) -> tuple[str, ...]:
        """The other sessions that would do, latest first, each with its limits."""
        listed = self.resolution.options if self.resolution else ()
        return tuple(
            f"commission du {french.short_day(session.day)} : au plus tard le "
            f"{french.end(limit.strict or limit.prudent or session.day)}"
            + (f", prudemment le {french.short_day(limit.prudent)}" if limit.prudent else "")
            for session, limit in listed
        )

    @property
    def binding(self) -> str:
        """The constraint that decided: « 48 heures avant : début de la formation »."""
        if self.resolution is not None:
            return self.resolution.binding.words
        rule, label = self.rule, french.lowered(self.anchor_label)
        count = rule.closes or rule.expects or (rule.last_start.within if rule.last_start else None)
        if count is None:
            return label
        return f"{_words(count, self.context)} {DIRECTIONS[count.direction]} : {label}"

    @property
    def steps(self) -> tuple[str, ...]:
        """Anchor, rule, dated numbers, count, derogations, result; several limits before their choice."""
        anchor = f"{french.lowered(self.anchor_label)}, {french.long_moment(self.anchor)}"
        if self._hour_is_unknown:
            anchor += f", sans heure : minuit, au soir du {french.long_day(self._evening)}"
        if self.resolution is not None:
            return (
                f"Point de départ : {anchor}.",
                *self.dated,
                *self._weighed(self.resolution),
                *self._read(),
                *self.derogations,
                _result_line(self.spec, self.limit, self.opens_on),
            )
        return (
            f"Point de départ : {anchor}.",
            _rule_line(self.spec, self.rule),
            *self.dated,
            _count_line(self.rule, self.counted, self.counted_opening, self.context),
            *self._read(),
            *self.derogations,
            _result_line(self.spec, self.limit, self.opens_on),
        )

    def _weighed(self, resolution: Resolution) -> Iterator[str]:
        """Yield the opening, each limit with its source, and which one decides."""
        if self.rule.opens and self.counted_opening:
            words = _words(self.rule.opens, self.context)
            day = french.short_day(self.counted_opening)
            yield f"Ouverture : au plus tôt {words} avant, soit le {day} ; {self.rule.source}."
        for bound in resolution.bounds:
            strict = french.end(bound.limit.strict) if bound.limit.strict else "—"
            prudent = french.short_day(bound.limit.prudent) if bound.limit.prudent else "—"
            yield (
                f"Contrainte : {bound.words}, au plus tard le {strict} (prudemment le {prudent}) ; "
                f"{bound.source}."
            )
        skipped = _skipped(resolution.limit, self.context)
        yield f"Retenu : la plus stricte, {resolution.binding.words} ; {skipped}."

    def _read(self) -> Iterator[str]:
        """Yield why the prudent date is another than the one counted, when its readings moved it."""
        if self.read is None or self.read.prudent in {None, self.counted.prudent}:
            return
        day = french.short_day(self.read.prudent)
        if all(one.kept(self.read) for one in self.readings):
            yield f"Lectures : le {day} est le dernier jour ouvré qui satisfait toutes les lectures."
        else:
            yield (
                "Lectures : aucun jour ouvré ne les satisfait toutes, "
                f"le {day} s’en écarte le moins."
            )

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a careful reader must know beside the dates."""
        found = (
            *self.rule.notes,
            *self.assumed,
            conventions()["internal"] if self.spec.kind is Kind.INTERNAL else None,
            self._unknown_hour(),
            self._short_month(),
            self._clock_change(),
            self._day_off(),
            self._provisional(),
            *self._broken(),
        )
        return tuple(text for text in found if text)

    def _broken(self) -> Iterator[str]:
        """Yield each reading that the prudent date breaks; of a window that never opens, more is said."""
        read = self.read
        if read is None or (self.opens_on and read.prudent and read.prudent < self.opens_on):
            return
        for one in self.readings:
            if not one.kept(read):
                yield conventions()["broken_reading"].format(
                    id=one.reading.id, words=one.reading.words, gives=one.words
                )

    def _provisional(self) -> str | None:
        if self.resolution is None or not self.resolution.provisional:
            return None
        return conventions()["no_session" if self.context.sessions else "no_calendar"]

    @property
    def _hour_is_unknown(self) -> bool:
        """True for a rule that counts hours from a day whose hour nobody gave."""
        count = self.rule.closes or self.rule.expects
        counts_hours = count is not None and count.unit in _HOURLY
        return counts_hours and not isinstance(self.anchor, datetime)

    @property
    def _evening(self) -> date:
        """The day that ends where a day without an hour begins to count (K9)."""
        return self.context.day(self.anchor) - timedelta(days=1)

    def _unknown_hour(self) -> str | None:
        if not self._hour_is_unknown:
            return None
        return conventions()["unknown_hour"].format(evening=french.long_day(self._evening))

    def _short_month(self) -> str | None:
        opens, opens_on = self.rule.opens, self.counted_opening
        if opens is None or opens_on is None or opens.unit is not Unit.MONTHS:
            return None
        day = self.context.day(self.anchor)
        early = counting.add_months(day, -self.context.number(opens))
        if early >= opens_on:
            return None
        return conventions()["short_month"].format(
            early=french.short_day(early),
            opening=french.short_day(opens_on),
            count=_words(opens, self.context),
        )

    def _clock_change(self) -> str | None:
        if self.limit.clocks is None:
            return None
        # Through UTC: an hour that the change skips is told as the clocks show it that night.
        zone = self.context.zone
        elapsed, wall = (
            french.end(reading.astimezone(UTC).astimezone(zone)) for reading in self.limit.clocks
        )
        return conventions()["clock_change"].format(elapsed=elapsed, wall=wall)

    def _day_off(self) -> str | None:
        counts_after = self.rule.closes and self.rule.closes.direction is Direction.AFTER
        if not counts_after or self.limit.strict is None:
            return None
        reason = self.context.staff.reason_off(day_of_end(self.limit.strict))
        return conventions()["extension"].format(reason=reason) if reason else None


def _rule_line(spec: DeadlineSpec, rule: Rule) -> str:
    origin = "Objectif interne, aucune date légale" if spec.kind is Kind.INTERNAL else "Règle"
    checked = rule.source.checked_on
    return f"{origin} : {rule.source}" + (
        f", vérifiée le {french.short_day(checked)}." if checked else "."
    )


def _verb(number: Decimal | int, one: str, many: str) -> str:
    return one if number < _PLURAL else many


def _count_line(rule: Rule, limit: ComputedLimit, opens_on: date | None, context: Context) -> str:
    parts = []
    if rule.opens and opens_on:
        words = _words(rule.opens, context)
        parts.append(f"au plus tôt {words} avant, soit le {french.short_day(opens_on)}")
    if rule.expects and limit.expected_at:
        parts.append(_reached(rule.expects, french.end(limit.expected_at), context))
    if rule.closes:
        reached = limit.strict or limit.prudent
        parts.append(_reached(rule.closes, french.end(reached) if reached else "", context))
        parts += _margin(rule.closes, limit)
    if rule.last_start and limit.work:
        parts.append(_last_start_words(rule.last_start, limit, limit.work, context))
    return f"Décompte : {' ; '.join(parts)} ; {_skipped(limit, context)}."


def _reached(count: Count, date_: str, context: Context) -> str:
    """Return « 61 jours calendaires après donnent le 02/05/2026 »."""
    words = f"{_words(count, context)} {DIRECTIONS[count.direction]}".removesuffix(" à partir de")
    return f"{words} {_verb(context.number(count), 'donne', 'donnent')} le {date_}"


def _margin(count: Count, limit: ComputedLimit) -> list[str]:
    """Return how the prudent date was drawn from the strict one, when they differ."""
    if limit.prudent is None or limit.strict is None or limit.prudent == day_of_end(limit.strict):
        return []
    prudent = french.short_day(limit.prudent)
    if count.prudent_working_days:
        margin = span(count.prudent_working_days, Unit.WORKING_DAYS)
        gives = _verb(count.prudent_working_days, "donne", "donnent")
        return [f"{margin} en arrière {gives} le {prudent}"]
    up_to = "jusque-là" if count.direction is Direction.AFTER else "avant cette date"
    return [f"le dernier jour ouvré {up_to} est le {prudent}"]


def _last_start_words(last: LastStart, limit: ComputedLimit, work: Work, context: Context) -> str:
    assert limit.prudent is not None, "a last start is a day"  # noqa: S101 - kept by the caller
    assert limit.passed is not None, "a last start has a period"  # noqa: S101 - kept by the caller
    per_day = context.settings[last.hours_per_day]
    period = _words(last.within, context)
    days = ceil(Fraction(work.left) / per_day)
    ends = f"finit prudemment le {french.short_day(limit.passed[1])}"
    if limit.ends_on:
        ends += f" (strictement le {french.short_day(limit.ends_on)})"
    start = french.short_day(limit.prudent)
    if limit.strict and day_of_end(limit.strict) != limit.prudent:
        start += f" (strictement au {french.end(limit.strict)})"
    return (
        f"la période de {period} {ends} ; {_work_words(last, work)} "
        f"à {span(per_day, Unit.HOURS)} par jour "
        f"{_verb(work.left, 'demande', 'demandent')} {span(days, Unit.WORKING_DAYS)}, "
        f"{_verb(days, 'compté', 'comptés')} en arrière jusqu’au {start}"
    )


def _work_words(last: LastStart, work: Work) -> str:
    """Return « 70 heures », « 70 heures moins 32 heures faites : 38 heures », « 1/3 des heures : … »."""
    whole = french.measured(work.hours, "heure")
    if last.share is not None:
        whole = f"{last.share} des heures de formation, soit {whole}"
    if not work.done:
        return whole
    done, left = (french.measured(hours, "heure") for hours in (work.done, work.left))
    return f"{whole} moins {done} {_verb(work.done, 'faite', 'faites')} : {left}"


def _skipped(limit: ComputedLimit, context: Context) -> str:
    """Return the days skipped on the way, in order, each holiday and closure by its name."""
    counting_ = context.funder if limit.expected_at else context.staff.careful
    days = sorted(_days_off(counting_, limit.passed) + _days_off(context.staff, limit.put_off))
    weekend = [day for day, _ in days if day.weekday() >= _SATURDAY]
    if len(weekend) > _NAMED_WEEKEND_DAYS:
        named = [(day, why) for day, why in days if day.weekday() < _SATURDAY]
        words = [french.count(len(weekend), "jour de week-end", "jours de week-end")]
    else:
        named, words = days, []
    words += [
        french.weekday_day(day) + (f" ({why})" if day.weekday() < _SATURDAY else "")
        for day, why in named
    ]
    if not days:
        return "aucun jour sauté"
    return f"{_verb(len(days), 'jour sauté', 'jours sautés')} : {french.listing(words)}"


def _days_off(
    calendar: WorkingCalendar, stretch: tuple[date, date] | None
) -> list[tuple[date, str]]:
    return calendar.days_off(*stretch) if stretch and stretch[0] <= stretch[1] else []


def _result_line(spec: DeadlineSpec, limit: ComputedLimit, opens_on: date | None) -> str:
    parts = []
    if opens_on:
        parts.append(f"ouverture le {french.long_day(opens_on)}")
    if limit.prudent:
        name = "objectif" if spec.kind is Kind.INTERNAL else "limite prudente"
        parts.append(f"{name} le {french.long_day(limit.prudent)}")
    if limit.strict:
        parts.append(f"limite stricte le {french.long_end(limit.strict)}")
    if limit.expected_at:
        name = "objectif, réponse" if spec.kind is Kind.INTERNAL else "réponse"
        parts.append(f"{name} attendue à partir du {french.long_end(limit.expected_at)}")
    if limit.chase_on:
        parts.append(f"relance le {french.long_day(limit.chase_on)}")
    return f"Résultat : {' ; '.join(parts)}."
