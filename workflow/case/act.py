"""Who acts on a case, when, and with what words: what every change of it carries.

Made where words are read (`workflow.wording.act_text`), used by all that changes a case.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class Act(Struct, frozen=True):
    """Who acts, when, and with what words.

    Args:
        by: id of the person.
        at: present instant (aware, UTC).
        comment: free text kept in the journal.
        forced: True to go against a window; needs a comment.
    """

    by: str
    at: datetime
    comment: str = ""
    forced: bool = False
