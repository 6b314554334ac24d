"""The use cases of letters to people outside: those that a file can write, and noting one that is written.

Beside `workflow.usecases.noting`, and like it. What a letter says is made by `notifications.correspondence`.
"""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from workflow.acts.letters import pointless, record_letter, written_on
from workflow.case.case import Outcome
from workflow.errors import Refused, one_named
from workflow.rules.letters import Correspondent, LetterSpec
from workflow.rules.procedure import Procedure
from workflow.usecases.cases import CaseService
from workflow.wording.act_text import act_of


class ProposedLetter(Struct, frozen=True):
    """A letter that a file can write.

    Args:
        spec: which one.
        to: who receives it.
        pointless: why it has nothing to say now; empty when it has something.
        written: the days on which it was written.
    """

    spec: LetterSpec
    to: Correspondent
    pointless: str
    written: tuple[date, ...]


def proposed(cases: CaseService, ref: str) -> tuple[ProposedLetter, ...]:
    """Return the letters of a file, in the order of its rules; none when they list none.

    Raises:
        NotFound: no such case.
    """
    case, procedure, _ = cases.load(ref)
    rules, journal = procedure.letters, cases.store.journal(ref)
    if rules is None:
        return ()
    return tuple(
        ProposedLetter(
            one,
            rules.correspondents[one.to],
            pointless(procedure, case, one),
            written_on(procedure, case, one, journal),
        )
        for one in rules.models.values()
    )


def letter_of(procedure: Procedure, model: str) -> LetterSpec:
    """Return a letter of a procedure by its id.

    Raises:
        NotFound: it has none of that id.
        Refused: it writes no letter at all.
    """
    rules = procedure.letters
    if rules is None:
        raise Refused(f"Procédure « {procedure.id} » : ses règles ne prévoient aucune lettre.")
    return one_named(f"Modèle de lettre de la procédure « {procedure.id} »", model, rules.models)


def note_letter(
    cases: CaseService,
    ref: str,
    model: str,
    *,
    by: str,
    comment: str = "",
    version: int | None = None,
) -> Outcome:
    """Prepare the noting of a letter that is written today.

    Raises:
        NotFound, StaleCase: no such case or letter, or somebody else was first.
        Refused: as `record_letter` does; nothing was written.
    """
    now = cases.clock()
    case, procedure, context = cases.load(ref, version)
    letter = letter_of(procedure, model)
    return record_letter(procedure, case, letter, context, act_of(procedure, by, now, comment))
