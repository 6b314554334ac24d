"""Two people at once on a file: what one has typed, put over what the other has written.

Used by the form of an act and by the screens that write without one, once somebody has chosen what is kept.
"""

from __future__ import annotations

from msgspec.structs import replace

from tui.acts.actform import ActForm, TypedAnswers
from workflow.case.case import Case


def merged(
    mine: ActForm, typed: TypedAnswers, theirs: Case, *, keep_mine: bool
) -> tuple[ActForm, TypedAnswers]:
    """Return what was typed, put over a file that somebody else has changed meanwhile.

    With `keep_mine`, what was typed wins. Otherwise it wins only where they changed nothing: what they
    wrote stays, and what was typed instead goes to the journal, as a comment.
    """
    over = mine.over(theirs)
    # Papers that came with a step they have done: its correction takes none.
    late = [
        f"Pièce reçue : {label}"
        for name, label in mine.papers
        if name in typed.documents and name not in theirs.documents and not over.papers
    ]
    if keep_mine:
        return over, replace(typed, comment=_joined(typed.comment, *late))
    now = mine.known(theirs)
    touched = {one.spec.id for one in mine.questions if now.get(one.spec.id, "") != one.known}
    kept = {name: value for name, value in typed.facts.items() if name not in touched}
    aside = [
        f"{one.spec.label} : {one.spec.choices.get(value, value) or 'retiré'}"
        for one in mine.questions
        if one.spec.id in touched
        if (value := typed.facts.get(one.spec.id)) not in {None, now.get(one.spec.id, "")}
    ]
    return over, replace(typed, facts=kept, comment=_joined(typed.comment, *aside, *late))


def _joined(*words: str) -> str:
    return " ; ".join(filter(None, words))
