"""How each date of a deadline is called, in mails, commands and screens alike.

Used by `notifications.schedule.viewpoint` and by whatever draws or compares dates. Writes no date out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflow.case.case import Dates, Deadline, Moment
from workflow.rules.deadline_rules import Kind

TARGET = "objectif interne"
"""A prudent date behind which there is no strict one: the agency set it itself."""

DATE_NAMES: Mapping[str, str] = {
    "opens_on": "ouverture",
    "prudent": "limite prudente",
    "strict": "limite stricte",
    "expected_at": "réponse attendue",
    "chase_on": "relance",
    "commission": "commission",
}
"""By name of the field of `Dates`, in the order in which they are told."""


def date_names(deadline: Deadline) -> Mapping[str, str]:
    """Return how the dates of a deadline are called."""
    if deadline.kind is Kind.INTERNAL and deadline.dates.strict is None:
        return {**DATE_NAMES, "prudent": TARGET}
    return DATE_NAMES


def differences(
    old: Deadline | None, new: Deadline | None
) -> Iterator[tuple[str, Moment | None, Moment | None]]:
    """Yield the name, the old and the new moment of each date that differs; None is no deadline at all."""
    known = new or old
    if known is None:
        return
    for field, name in date_names(known).items():
        was, now = (getattr(one.dates if one else Dates(), field) for one in (old, new))
        if was != now:
            yield name, was, now
