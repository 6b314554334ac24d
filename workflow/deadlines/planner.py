"""Which day must this leave the desk, and which start is still possible? Enumerated, never guessed.

Used by `echeancier planifier`. A chain is a start, the session that decides if the funder has some, the
days on which the file may be deposited, and the reply. Every feasible session of a start is listed; the
first start that can be reached is found by halving, for the last day of deposit never goes back when the
start moves forward: a test compares both with a search over every day and session. Pure: the present is an
argument. One search and its windows, hence its length.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from workflow.case.case import FactValue, Moment, civil
from workflow.counting.comparisons import (
    Bound,
    last_day,
    latest_session,
    of_anchor,
    tightest,
    without_calendar,
)
from workflow.counting.derogations import derogated, last_derogated, titled
from workflow.counting.readings import ReadingSpan, own_spans, settled
from workflow.counting.ways_of_counting import Context, Sitting, opening
from workflow.deadlines.compute import reckon, reply_concern, rule_for
from workflow.deadlines.usable_sessions import UsableSessions
from workflow.errors import InvalidInput
from workflow.rules.deadline_rules import CommissionRule, Rule
from workflow.rules.procedure import Procedure
from workflow.text import french

HORIZON_DAYS = 1100
"""How far ahead a start is looked for: three years."""

_ONE_DAY = timedelta(days=1)


class Chain(Struct, frozen=True):
    """A way to reach a start.

    Args:
        start: first day of training.
        session: the session that decides; None without commission, or without calendar.
        opens_on: first day of deposit; None when the rules give none.
        strict: end of deposit, as the rules say it.
        last: last whole day on which to deposit.
        prudent: day to aim for.
        binding: the limit that decides.
        reply_on: when the reply is expected at the latest; None when no text says.
        provisional: True when sessions decide and no calendar is known.
        warnings: what a careful reader must know.
    """

    start: date
    session: date | None
    opens_on: date | None
    strict: Moment
    last: date
    prudent: date
    binding: str
    reply_on: Moment | None
    provisional: bool
    warnings: tuple[str, ...]


class Plan(Struct, frozen=True):
    """What can be done: feasible chains, the latest deposit first, or why there is none.

    Args:
        chains: every feasible chain.
        failure: which limit fails, when there is none.
        nearest: the nearest start that would do, when there is none.
    """

    chains: tuple[Chain, ...]
    failure: str = ""
    nearest: Chain | None = None


class _Window(Struct, frozen=True):
    """The days of deposit of one start, before one session."""

    start: date
    bound: Bound
    """The limit that decides."""
    prudent: date
    opens_on: date | None
    session: Sitting | None = None
    provisional: bool = False

    @property
    def last(self) -> date:
        """Last whole day of deposit: an hour limit does not leave the whole of its day."""
        strict = self.bound.limit.strict
        if isinstance(strict, datetime):
            return strict.date() - _ONE_DAY
        return last_day(self.bound.limit)


class StartPlanner:
    """Plans the starts of one procedure, as one funder rules it; made once for many files.

    Args:
        procedure: ruled by its funder.
        context: calendars, sessions and delays.

    Raises:
        InvalidInput: a funder whose delays are not known.
    """

    def __init__(self, procedure: Procedure, context: Context) -> None:
        planning = procedure.planning
        if planning is None or planning.deposit not in procedure.deadlines:
            raise InvalidInput(
                f"{procedure.funder_label} : délais non connus, rien ne peut être planifié ; "
                "consultez le financeur."
            )
        self._procedure = procedure
        self._planning = planning
        self._spec = procedure.deadlines[planning.deposit]
        self._context = context
        self._end = max(edition.valid_until or date.max for edition in procedure.editions)
        self._dated = any(rule.dated for rule in self._spec.rules)
        self._derogated = last_derogated(procedure, self._spec)
        self._sessions: dict[CommissionRule, UsableSessions] = {}

    def from_start(self, start: date, facts: Mapping[str, FactValue], today: date) -> Plan:
        """Return every feasible chain of a start."""
        chains = tuple(
            self._chain(window, facts, today)
            for window in self._windows(start, facts, today)
            if _is_open(window, today)
        )
        if chains:
            return Plan(chains)
        nearest = self._first(max(start + _ONE_DAY, today), facts, today)
        return Plan((), self._why_not(start, facts, today), nearest)

    def from_deposit(self, deposit: date, facts: Mapping[str, FactValue], today: date) -> Plan:
        """Return the chain of the earliest start for a file deposited on a day.

        Raises:
            InvalidInput: a day of deposit that is past.
        """
        if deposit < today:
            raise InvalidInput(
                f"Dépôt le {french.short_day(deposit)} : ce jour est passé ; donnez-en un à venir."
            )
        start = self._reached(deposit, deposit, facts)
        windows = self._windows(start, facts, deposit) if start else ()
        for window in windows:
            if deposit <= window.last and (window.opens_on is None or window.opens_on <= deposit):
                return Plan((self._chain(window, facts, today),))
        day = french.short_day(deposit)
        failure = f"aucun départ ne convient à un dépôt le {day}"
        return Plan((), failure, self._first(deposit, facts, today))

    def from_today(self, facts: Mapping[str, FactValue], today: date) -> Plan:
        """Return the chain of the first start that can still be reached."""
        chain = self._first(today, facts, today)
        if chain is None:
            return Plan((), "aucun départ possible dans les trois ans")
        return Plan((chain,))

    def _first(self, after: date, facts: Mapping[str, FactValue], today: date) -> Chain | None:
        """Return the chain of the first working day, on or after a day, that can still be reached."""
        start = self._reached(today, after, facts)
        if start is None:
            return None
        last = min(start + timedelta(days=HORIZON_DAYS), self._end)
        while start <= last:
            for window in self._windows(start, facts, today):
                if _is_open(window, today):
                    return self._chain(window, facts, today)
            start = self._context.staff.forward(start, 1)
        return None

    def _reached(self, deposit: date, after: date, facts: Mapping[str, FactValue]) -> date | None:
        """Return the first working day, on or after a day, whose deposit does not end before a day.

        Halving: the last day of deposit never goes back when the start moves forward.
        """
        low, high = after, min(max(after, deposit) + timedelta(days=HORIZON_DAYS), self._end)
        if high < low or self._last_of(high, facts) < deposit:
            return None
        if not self._context.sessions or self._dated or low <= self._derogated:
            # Without calendar, a month without session holds the deposit back by a day when it ends;
            # a number that changes on a date may bring it back too, and a derogation hold it.
            low = self._tried(low, high, deposit, facts)
            high = low
        while low < high:
            middle = low + (high - low) // 2
            if self._last_of(middle, facts) < deposit:
                low = middle + _ONE_DAY
            else:
                high = middle
        start = self._context.staff.on_or_after(low)
        return start if start <= self._end else None

    def _tried(self, low: date, high: date, deposit: date, facts: Mapping[str, FactValue]) -> date:
        """Return the first worked start whose deposit does not end before a day, tried one by one."""
        is_working = self._context.staff.is_working
        while low < high and (not is_working(low) or self._last_of(low, facts) < deposit):
            low += _ONE_DAY
        return low

    def _last_of(self, start: date, facts: Mapping[str, FactValue]) -> date:
        """Return the last day of deposit of a start over all sessions, its opening aside."""
        if start <= self._derogated:
            return max((window.last for window in self._windows(start, facts)), default=date.min)
        rule, moment = self._rule(start, facts)
        if rule is None:
            return date.min
        own = _window(start, tuple(self._own(rule, moment)), None)
        if rule.commission is None or not self._context.sessions:
            bounds = tuple(self._bounds_without_session(rule, moment, start))
            return _window(start, bounds, None).last
        sessions = self._sessions_of(rule.commission)
        return min(own.last, sessions.last_before(self._latest(rule, start)))

    def _windows(
        self, start: date, facts: Mapping[str, FactValue], since: date = date.min
    ) -> Iterator[_Window]:
        """Yield the window of a start before each session that would do, the latest first.

        Those that end before the day `since` may be left out.
        """
        rule, moment = self._rule(start, facts)
        if rule is None:
            return
        opens_on = opening(moment, rule.opens, self._context) if rule.opens else None
        anchor = self._procedure.reference_fact, moment
        read = own_spans(self._procedure, rule, anchor, facts, self._context)
        if rule.commission is None or not self._context.sessions:
            bounds = tuple(self._bounds_without_session(rule, moment, start))
            window = _window(start, bounds, opens_on, provisional=rule.commission is not None)
            yield self._left(window, read, facts)
            return
        sessions = self._sessions_of(rule.commission)
        own = tuple(self._own(rule, moment))
        # A derogation may leave a window open after its end.
        usable = max(opens_on or date.min, since if start > self._derogated else date.min)
        for session, bounds in sessions.before(self._latest(rule, start), usable):
            found = _window(start, (*own, *bounds), opens_on, session)
            window = self._left(found, (*read, *sessions.read(session)), facts)
            if window.opens_on is None or window.last >= window.opens_on:
                yield window

    def _left(
        self, window: _Window, read: tuple[ReadingSpan, ...], facts: Mapping[str, FactValue]
    ) -> _Window:
        """Return a window as the readings of its rule leave its prudent day, and derogations the whole."""
        limit = replace(window.bound.limit, prudent=window.prudent)
        counted = settled(limit, window.opens_on, read, self._context)
        if window.start > self._derogated:
            return replace(window, prudent=counted.prudent)
        known = {**facts, self._procedure.reference_fact: window.start}
        rules, opens_on = self._procedure, window.opens_on
        found = derogated(rules, self._spec, opens_on, counted, known, self._context)
        names = "".join(f" ; {titled(one)}" for one in found.by)
        bound = replace(window.bound, limit=found.limit, words=window.bound.words + names)
        prudent = found.limit.prudent or window.prudent
        return replace(window, bound=bound, prudent=prudent, opens_on=found.opens_on)

    def _own(self, rule: Rule, start: Moment) -> Iterator[Bound]:
        label = self._procedure.facts[self._procedure.reference_fact].label
        yield from of_anchor(rule, start, french.lowered(label), self._context)

    def _bounds_without_session(self, rule: Rule, moment: Moment, start: date) -> Iterator[Bound]:
        yield from self._own(rule, moment)
        if rule.commission is not None:
            yield from without_calendar(rule.commission, start, self._context)

    def _latest(self, rule: Rule, start: date) -> date:
        assert rule.commission is not None, "asked of a commission"  # noqa: S101 - by the caller
        return min(latest_session(rule.commission, start, self._context), start - _ONE_DAY)

    def _rule(self, start: date, facts: Mapping[str, FactValue]) -> tuple[Rule | None, Moment]:
        """Return the rule of a start, and the start with the hour that the file gives it."""
        known = facts.get(self._procedure.reference_fact)
        moment: Moment = start
        if isinstance(known, datetime):
            moment = datetime.combine(start, self._context.instant(known).timetz())
        edition = self._procedure.edition_on(start)
        if edition is None:
            return None, moment
        supposed = {**facts, self._procedure.reference_fact: moment}
        return rule_for(self._spec, edition, supposed, self._context), moment

    def _sessions_of(self, commission: CommissionRule) -> UsableSessions:
        """Return the sessions as a rule sees them, worked out once."""
        if commission not in self._sessions:
            self._sessions[commission] = UsableSessions(commission, self._context)
        return self._sessions[commission]

    def _chain(self, window: _Window, facts: Mapping[str, FactValue], today: date) -> Chain:
        limit = window.bound.limit
        reply = self._reply(window, facts)
        strict = limit.strict or limit.prudent
        assert strict is not None, "a limit ends"  # noqa: S101 - every closer gives a date
        return Chain(
            window.start,
            window.session.day if window.session else None,
            window.opens_on,
            strict,
            window.last,
            window.prudent,
            window.bound.words,
            reply,
            window.provisional,
            tuple(_warnings(window, reply, today)),
        )

    def _reply(self, window: _Window, facts: Mapping[str, FactValue]) -> Moment | None:
        """Return when the reply is expected, for a file deposited on the prudent day."""
        spec = self._procedure.deadlines.get(self._planning.reply)
        edition = self._procedure.edition_on(window.start)
        if spec is None or edition is None:
            return None
        supposed: dict[str, FactValue] = {
            **facts,
            self._procedure.reference_fact: window.start,
            **dict.fromkeys(self._planning.deposit_facts, window.prudent),
        }
        if self._planning.session_fact and window.session:
            supposed[self._planning.session_fact] = window.session.day
        found = reckon(self._procedure, edition, spec, supposed, self._context)
        return found.limit.expected_at if found else None

    def _why_not(self, start: date, facts: Mapping[str, FactValue], today: date) -> str:
        """Say which limit fails for a start."""
        day = french.short_day(start)
        if self._procedure.edition_on(start) is None:
            return f"aucune règle connue pour un départ le {day}"
        if not self._context.staff.is_working(start) and start < today:
            return f"le {day} est passé"
        windows = list(self._windows(start, facts))
        if not windows:
            return f"aucune commission connue ne convient à un départ le {day}"
        best = max(windows, key=lambda window: window.last)
        if best.last < today:
            last = french.short_day(best.last)
            return f"trop tard pour un départ le {day} : dépôt possible jusqu’au {last} ({best.bound.words})"
        return f"la fenêtre de dépôt d’un départ le {day} se ferme avant de s’ouvrir"


def _window(
    start: date,
    bounds: tuple[Bound, ...],
    opens_on: date | None,
    session: Sitting | None = None,
    *,
    provisional: bool = False,
) -> _Window:
    bound = tightest(bounds)
    prudent = min(one.limit.prudent for one in bounds if one.limit.prudent)
    return _Window(start, bound, prudent, opens_on, session, provisional)


def _is_open(window: _Window, today: date) -> bool:
    """Tell whether a day of deposit is left, from today on."""
    return max(window.opens_on or today, today) <= window.last


def _warnings(window: _Window, reply: Moment | None, today: date) -> Iterator[str]:
    prudent = french.short_day(window.prudent)
    if window.prudent < today or (window.opens_on and window.prudent < window.opens_on):
        yield f"la marge est consommée : la date prudente était le {prudent}"
    if reply is not None and (words := reply_concern(civil(reply), window.start)):
        yield f"la réponse {words}"
    if window.provisional:
        yield "date provisoire : aucun calendrier de commission n’est connu"
