"""The use case of a chase: what a file awaits was asked for again, and the next time counts from then.

Beside `workflow.usecases.noting`, and like it: the clock is read once, and the `Outcome` is not yet written.
"""

from __future__ import annotations

from workflow.acts import notes
from workflow.case.case import Outcome
from workflow.usecases.cases import CaseService
from workflow.wording.act_text import act_of
from workflow.wording.ledger_text import read_day


def chase(
    cases: CaseService,
    ref: str,
    *,
    by: str,
    on: str | None = None,
    comment: str = "",
    version: int | None = None,
) -> Outcome:
    """Prepare the noting of a chase, today when nobody says.

    Raises:
        NotFound, StaleCase: no such case, or somebody else was first.
        InvalidInput: a day that cannot be read.
        Refused: as `notes.record_chase` does; nothing was written.
    """
    now = cases.clock()
    case, procedure, context = cases.load(ref, version)
    today = context.today(now)
    day = read_day(on, context.zone, today) if on else today.day
    return notes.record_chase(procedure, case, day, context, act_of(procedure, by, now, comment))
