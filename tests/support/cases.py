"""Cases, deadlines and outcomes made by hand, so that the stores are tested without the machine.

Used by the store's behaviour suite and by the benchmarks. Everything is dated by its arguments.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from workflow.case.case import (
    Case,
    Change,
    Closing,
    Dates,
    Deadline,
    Eligibility,
    Entry,
    EntryKind,
    Explanation,
    FactValue,
    HoursLine,
    Move,
    Outcome,
    Paper,
    PaperStatus,
    Subject,
    WorkKind,
)
from workflow.case.money import MoneyKind, MoneyLine
from workflow.counting.ways_of_counting import Sitting
from workflow.ports.stores import CalendarEntry, CaseStore
from workflow.rules.deadline_rules import Kind
from workflow.rules.fact_specs import Source
from workflow.rules.seniority import Contract
from workflow.wording.journal_text import change_text

DAWN = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
"""When the cases of the tests are opened; a Monday."""

START = date(2026, 9, 8)

CLOSED_STATES = frozenset({"clos", "abandonne"})

SOURCE = Source(
    "cipi.txt", "597-598", "la DRF est à saisir au plus tard 48 h avant le démarrage", START
)


def is_final(case: Case) -> bool:
    """Tell whether a case of these tests is closed."""
    return case.state in CLOSED_STATES


class MorningsBefore(Struct, frozen=True):
    """Reminders at 08:00 UTC, some days before the day to act; an agency may add its own days.

    A deadline that was put off has a single one, on the day until which it was.
    """

    days: tuple[int, ...] = (7, 1)
    agencies: tuple[tuple[str, tuple[int, ...]], ...] = ()

    def next_after(self, deadline: Deadline, agency: str, instant: datetime) -> datetime | None:
        """Return the first of these mornings strictly after an instant."""
        days = dict(self.agencies).get(agency, self.days)
        mornings = sorted(
            datetime.combine(deadline.dates.act_on - timedelta(days=day), time(8), UTC)
            for day in days
        )
        if deadline.snoozed_until is not None:
            mornings = [datetime.combine(deadline.snoozed_until, time(8), UTC)]
        return next((morning for morning in mornings if morning > instant), None)

    def last_call(self, dates: Dates, agency: str) -> date | None:
        """Return the day to act: these deadlines are never too late before."""
        return dates.act_on


def a_deadline(
    rule: str = "drf",
    prudent: date = date(2026, 9, 3),
    kind: Kind = Kind.REGULATORY,
    **dates: Any,
) -> Deadline:
    """Return a deadline with an explanation of usual length."""
    steps = (
        f"Ancre : démarrage de la formation le {START}.",
        f"Règle : {SOURCE}.",
        "Jours sautés : samedi 5 et dimanche 6 septembre 2026 (fin de semaine).",
        f"Résultat : au plus tard le {prudent}.",
    )
    explanation = Explanation(
        steps=steps,
        source=SOURCE,
        binding="au plus tard 48 h avant le démarrage",
        options=("commission du 12/06/2026",),
        warnings=("À vérifier auprès d’AKTO.",),
    )
    days = Dates(prudent=prudent, **dates)
    return Deadline(rule, f"Échéance {rule}", kind, days, explanation)


def told(entry: Entry) -> tuple[tuple[str, str | None, str | None], ...]:
    """Return what the journal tells another program of each value that an entry changed."""
    return tuple(map(change_text, entry.changes))


def varied(deadline: Deadline, **changes: Any) -> Deadline:
    """Return a deadline with other values, each given where it stands: dates, explanation or itself."""
    for part in ("dates", "explanation"):
        known = getattr(deadline, part)
        own = {name: changes.pop(name) for name in known.__struct_fields__ if name in changes}
        deadline = replace(deadline, **{part: replace(known, **own)})
    return replace(deadline, **changes)


def a_paper(
    on: date = START, status: PaperStatus = PaperStatus.RECEIVED, **attributes: Any
) -> Paper:
    """Return a document that was noted on some day."""
    return Paper(status, on, **({"by": "m.durand", "says": {"heures": "13.50"}} | attributes))


def some_hours(number: int = 1, **attributes: Any) -> HoursLine:
    """Return a line of hours: a week of training."""
    values: dict[str, Any] = {
        "kind": WorkKind.TRAINING,
        "first": date(2026, 9, 7),
        "last": date(2026, 9, 11),
        "planned": Decimal(35),
    }
    return HoursLine(number, **(values | attributes))


def a_contract(number: int = 1, **attributes: Any) -> Contract:
    """Return a contract of a person's history: a mission of four months."""
    values: dict[str, Any] = {
        "type": "ctt",
        "employer": "ett",
        "first": date(2025, 9, 1),
        "last": date(2025, 12, 31),
        "hours": Decimal("606.68"),
    }
    return Contract(number, **(values | attributes))


def some_money(number: int = 1, **attributes: Any) -> MoneyLine:
    """Return a claim sent to AKTO."""
    values: dict[str, Any] = {
        "kind": MoneyKind.CLAIM,
        "on": date(2026, 10, 5),
        "payer": "akto",
        "amount": Decimal("1234.56"),
    }
    return MoneyLine(number, **(values | attributes))


def a_session(
    day: date = date(2026, 6, 12), cutoff: date | None = date(2026, 5, 22), **attributes: Any
) -> CalendarEntry:
    """Return a session of a commission, as somebody noted it."""
    values: dict[str, Any] = {
        "procedure": "cif-cdd",
        "funder": "uniformation",
        "label": "Commission d’été",
        "noted_by": "m.durand",
    }
    return CalendarEntry(session=Sitting(day, cutoff), **(values | attributes))


def an_eligibility(ground: str = "motif_secret", **attributes: Any) -> Eligibility:
    """Return a restricted part whose every word can be told from the rest of the case."""
    values: dict[str, Any] = {
        "answers": {"depuis_secret": date(2025, 1, 31), "mot_secret": "réponse secrète"},
        "proof": "preuve_secrete",
        "kept_at": "coffre secret, n° 3",
    }
    return Eligibility(ground, **(values | attributes))


def a_case(ref: str = "CIPI-2026-0001", **attributes: Any) -> Case:
    """Return a case that was just opened, with two deadlines."""
    values: dict[str, Any] = {
        "procedure": "cipi",
        "edition": "2026-01",
        "territory": "FR",
        "agency": "lyon",
        "state": "preparation",
        "opened_at": DAWN,
        "title": "Durand, cariste",
        "owner": "m.durand",
        "facts": {"demarrage_formation": START},
        "deadlines": {
            "drf": a_deadline("drf"),
            "contrat": a_deadline("contrat", date(2026, 9, 10), opens_on=date(2026, 8, 1)),
        },
        "version": 1,
    }
    return Case(ref=ref, **(values | attributes))


def opening(case: Case, at: datetime | None = None, by: str = "m.durand") -> Outcome:
    """Return the outcome that opens a case."""
    entry = Entry(
        seq=1,
        kind=EntryKind.OPENING,
        at=at or case.opened_at,
        by=by,
        state_from=None,
        state_to=case.state,
        changes=tuple(
            Change(Subject.FACT, name, None, str(value)) for name, value in case.facts.items()
        ),
    )
    return Outcome(None, case, entry, opened=tuple(case.deadlines.values()))


def opened(store: CaseStore, ref: str = "CIPI-2026-0001", **attributes: Any) -> Case:
    """Open a case and return it as the store gives it back."""
    store.save(opening(a_case(ref, **attributes)))
    return store.load(ref)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Do several acts in as many threads at the same instant; return results or errors."""
    ready = threading.Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(index: int, act: Callable[[], object]) -> None:
        ready.wait()
        try:
            results[index] = act()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            results[index] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def step(
    before: Case,
    state: str | None = None,
    *,
    kind: EntryKind = EntryKind.ACTION,
    action: str | None = "deposer_drf",
    at: datetime | None = None,
    by: str = "m.durand",
    facts: dict[str, FactValue | None] | None = None,
    undoes: int | None = None,
    **attributes: Any,
) -> Outcome:
    """Return the outcome of an act, deadlines compared before and after.

    Args:
        before: the case as read.
        state: where the act leads; None stays.
        facts: facts to set, or None to take one back.
        attributes: any other field of the case after the act.
    """
    merged = dict(before.facts) | (facts or {})
    seq = before.version + 1
    entry = Entry(
        seq=seq,
        kind=kind,
        at=at or DAWN + timedelta(hours=seq),
        by=by,
        state_from=before.state,
        state_to=state or before.state,
        action=action if kind is EntryKind.ACTION else None,
        on=date(2026, 3, 2),
        changes=tuple(
            Change(Subject.FACT, name, None, str(value)) for name, value in (facts or {}).items()
        ),
        undoes=undoes,
    )
    history = before.history
    if kind is EntryKind.ACTION:
        history = (*history, entry)
    if undoes is not None:
        history = tuple(past for past in history if past.seq != undoes)
    after = replace(
        before,
        state=state or before.state,
        facts={name: value for name, value in merged.items() if value is not None},
        version=seq,
        history=history,
        **attributes,
    )
    return _compared(before, after, entry)


def _compared(before: Case, after: Case, entry: Entry) -> Outcome:
    old, new = before.deadlines, after.deadlines
    return Outcome(
        before,
        after,
        entry,
        opened=tuple(new[rule] for rule in new if rule not in old),
        moved=tuple(
            Move(old[rule], new[rule])
            for rule in new
            if rule in old and old[rule].dates.moments != new[rule].dates.moments
        ),
        closed=tuple(
            Closing(old[rule], met=True, on=entry.at.date()) for rule in old if rule not in new
        ),
    )
