"""Two people at once on a file: what one has typed, put over what the other has written.

Used by the form of an act and by the screens that write without one, once somebody has chosen what is kept.
"""

from __future__ import annotations

from msgspec.structs import replace

from tui.acts.actform import CaseForm
from tui.acts.asked import TAKEN_BACK, TypedAnswers
from workflow.case.case import Case


def merged(
    mine: CaseForm, typed: TypedAnswers, theirs: Case, *, keep_mine: bool
) -> tuple[CaseForm, TypedAnswers]:
    """Return what was typed, put over a file that somebody else has changed meanwhile.

    With `keep_mine`, what was typed wins. Otherwise it wins only where they changed nothing: what they
    wrote stays, and what was typed instead goes to the journal, as a comment.
    """
    over, now = mine.over(theirs), mine.known(theirs)
    asked = {one.spec.id for one in over.fields}
    typed_here = [one for one in mine.fields if one.spec.id in typed.facts]
    touched = {one.spec.id for one in typed_here if now.get(one.spec.id, "") != one.known}

    def aside(id_: str) -> bool:
        # Papers that came with a step they have done: its correction takes none.
        return id_ not in asked or (not keep_mine and id_ in touched)

    words = [
        mine.line(one, one.named(typed.facts[one.spec.id]) or TAKEN_BACK)
        for one in typed_here
        if aside(one.spec.id) and typed.facts[one.spec.id] != now.get(one.spec.id, "")
    ]
    kept = {name: value for name, value in typed.facts.items() if not aside(name)}
    comment = " ; ".join(filter(None, (typed.comment, *words)))
    return over, replace(typed, facts=kept, comment=comment)
