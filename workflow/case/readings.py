"""What is told of each reading of a deadline's rule, and never kept; made by `workflow.counting.readings`."""

from __future__ import annotations

from datetime import date, datetime

from msgspec import Struct


class ComputedReading(Struct, frozen=True):
    """The date that one reading of a rule's text gives, and how it was obtained.

    Args:
        id: the ambiguity that it is a reading of: « AMB-1 ».
        words: what the text is taken to say.
        gives: the date it gives.
        steps: anchor, count, result.
    """

    id: str
    words: str
    gives: date | datetime
    steps: tuple[str, ...]
