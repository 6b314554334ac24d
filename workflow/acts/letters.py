"""A letter to somebody outside, once it is written: which one and to whom, never what it says.

Called by `workflow.usecases.correspondence`, with a case whose state and facts stay as they are. What asks
again for the reply that the case awaits is a chase, noted like any other.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec.structs import replace

from workflow.acts.guards import not_in_hand
from workflow.acts.notes import record_chase
from workflow.acts.outcome import Step, outcome
from workflow.case.act import Act
from workflow.case.case import Case, Change, Entry, EntryKind, Outcome, Subject, civil
from workflow.counting.ways_of_counting import Context
from workflow.deadlines.chases import chases
from workflow.errors import Refused
from workflow.rules.letters import LetterSpec
from workflow.rules.procedure import Procedure

_FUNDER = "financeur"


def pointless(procedure: Procedure, case: Case, letter: LetterSpec) -> str:
    """Return why a letter has nothing to say now, as a sentence goes on; empty when it has something."""
    if letter.papers and not not_in_hand(procedure, letter.papers, case.documents):
        return "les pièces qu’elle demande sont déjà là"
    awaited = any(one.dates.awaited for one in case.deadlines.values())
    if letter.chases and not (awaited and procedure.states[case.state].awaits == _FUNDER):
        return f"aucune réponse n’est attendue à l’étape « {procedure.states[case.state].label} »"
    return ""


def refuse_pointless(procedure: Procedure, case: Case, letter: LetterSpec) -> None:
    """Raise `Refused` for a letter that has nothing to say now."""
    if why := pointless(procedure, case, letter):
        raise Refused(f"la lettre « {letter.label} » n’a rien à demander : {why}.", case=case.ref)


def record_letter(
    procedure: Procedure, case: Case, letter: LetterSpec, context: Context, act: Act
) -> Outcome:
    """Note that a letter was written today.

    Raises:
        Refused: a letter that has nothing to say; a chase that `record_chase` refuses.
    """
    refuse_pointless(procedure, case, letter)
    today = context.day(act.at)
    written = Change(Subject.LETTER, letter.id, None, letter.to)
    if not letter.chases:
        step = Step(EntryKind.LETTER, on=today, changes=(written,))
        return outcome(procedure, case, case, context, act, step)
    found = record_chase(procedure, case, today, context, act)
    entry = replace(found.entry, changes=(*found.entry.changes, written))
    return replace(found, entry=entry)


def written_on(
    procedure: Procedure, case: Case, letter: LetterSpec, journal: Iterable[Entry]
) -> tuple[date, ...]:
    """Return the days on which a letter was written, or the reply that it asks for was chased."""
    if letter.chases:
        return chases(procedure, case, journal)
    return tuple(
        civil(entry.on)
        for entry in journal
        for change in entry.changes
        if entry.on and change.about is Subject.LETTER and change.name == letter.id
    )
