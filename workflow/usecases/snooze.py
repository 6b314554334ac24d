"""The use cases of a reminder put off: until a day, with a reason, and never past the last useful one.

Beside `workflow.usecases.cases`, and like it: each method reads the clock once, loads, and returns an
`Outcome` that is not yet written; `CaseService.save` writes it. Everybody sees it in the journal.
"""

from __future__ import annotations

from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from workflow.acts.outcome import Step, outcome
from workflow.case.act import Act
from workflow.case.case import Case, Change, Deadline, EntryKind, Outcome, Subject
from workflow.counting.odd_days import odd_days
from workflow.counting.ways_of_counting import Context
from workflow.errors import InvalidInput, Refused, one_named
from workflow.ports.stores import ReminderSchedule
from workflow.rules.procedure import Procedure
from workflow.text import french
from workflow.usecases.cases import CaseService
from workflow.wording.act_text import act_of
from workflow.wording.fact_text import RawFact
from workflow.wording.ledger_text import read_day


class Snoozing(Struct, frozen=True):
    """Puts reminders off.

    Args:
        cases: the use cases of a file.
        schedule: knows the last useful day of a deadline.
    """

    cases: CaseService
    schedule: ReminderSchedule

    def snooze(
        self,
        ref: str,
        deadline_id: str,
        until: RawFact,
        reason: str,
        *,
        by: str,
        version: int | None = None,
    ) -> Outcome:
        """Prepare a silence on a deadline until the morning of a day.

        Raises:
            NotFound: no such case, or no such deadline open in it.
            InvalidInput: no reason, or one that says what may not be said; a day that cannot be read.
            Refused: a day that is not to come, or after the last useful one.
            StaleCase: somebody else was first.
        """
        now = self.cases.clock()
        case, procedure, context = self.cases.load(ref, version)
        deadline = _open(case, deadline_id)
        if not reason.strip():
            raise InvalidInput(
                f"Report de « {deadline.label} » : il manque la raison, que l’équipe lira."
            )
        day = read_day(until, context.zone, context.today(now))
        self._refuse_useless(case, deadline, day, context.day(now))
        act = act_of(procedure, by, now, reason)
        found = _noted(procedure, case, replace(deadline, snoozed_until=day), context, act)
        odd = odd_days([("Le rappel", day)], context.staff)
        return replace(found, warnings=(*found.warnings, *odd))

    def wake(
        self, ref: str, deadline_id: str, *, by: str, comment: str = "", version: int | None = None
    ) -> Outcome:
        """Prepare the end of a silence: reminders come again from now on.

        Raises:
            NotFound: no such case, or no such deadline open in it.
            Refused: no silence to end.
            StaleCase: somebody else was first.
        """
        now = self.cases.clock()
        case, procedure, context = self.cases.load(ref, version)
        deadline = _open(case, deadline_id)
        if deadline.snoozed_until is None:
            raise Refused(f"le rappel de « {deadline.label} » n’est pas reporté.", case=ref)
        act = act_of(procedure, by, now, comment)
        return _noted(procedure, case, replace(deadline, snoozed_until=None), context, act)

    def _refuse_useless(self, case: Case, deadline: Deadline, until: date, today: date) -> None:
        what = f"Report de « {deadline.label} » au {french.short_day(until)}"
        if until <= today:
            raise Refused(f"{what} : ce jour n’est pas à venir ; choisissez-en un plus tard.")
        last = self.schedule.last_call(deadline.dates, case.agency)
        if last is not None and until > last:
            raise Refused(
                f"{what} : le dernier jour utile est le {french.short_day(last)} ; choisissez un "
                "jour qui ne le dépasse pas."
            )


def _open(case: Case, deadline_id: str) -> Deadline:
    return one_named(f"Échéance du dossier {case.ref}", deadline_id, case.deadlines)


def _noted(
    procedure: Procedure, case: Case, deadline: Deadline, context: Context, act: Act
) -> Outcome:
    was, now = _day(case.deadlines[deadline.id]), _day(deadline)
    change = Change(Subject.SNOOZE, deadline.id, was, now)
    after = replace(case, deadlines={**case.deadlines, deadline.id: deadline})
    return outcome(procedure, case, after, context, act, Step(EntryKind.SNOOZE, changes=(change,)))


def _day(deadline: Deadline) -> str | None:
    return deadline.snoozed_until.isoformat() if deadline.snoozed_until else None
