"""Letters to people outside, as a rule file lists them: to whom each goes, and which papers it asks for.

Read from a rule file, noted by `workflow.acts.letters`, written by `notifications.correspondence`. Holds no
wording: that stands in `templates/lettres/`.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field


class Correspondent(Struct, frozen=True):
    """Somebody outside whom the agency writes to.

    Args:
        id: never changes; the journal keeps it.
        label: who it is, in French.
        name: fact that says whom to ask for; None when the file never knows.
        mail: fact that holds the address; None likewise.
        party: kind of the party that is written to where the file gives no address (`workflow.case.parties`).
    """

    id: str
    label: str
    name: str | None = None
    mail: str | None = None
    party: str | None = None


class LetterSpec(Struct, frozen=True):
    """A letter that a file can write.

    Args:
        id: its id, and the name of the file of its model.
        label: what it is for, in French.
        to: id of who receives it.
        papers: what it asks for, and how it calls each: those that the agency does not hold are listed, and
            with none left it asks for nothing.
        chases: True when it asks again for the reply that the file awaits: written, it is a chase.
    """

    id: str
    label: str
    to: str
    papers: Mapping[str, str] = field(default_factory=dict)
    chases: bool = False


class LetterFact(Struct, frozen=True):
    """A fact that letters may say.

    Args:
        fact: the fact.
        words: what it is, for somebody who has to fill it in by hand.
    """

    fact: str
    words: str


class LetterRules(Struct, frozen=True):
    """The letters of a procedure, and what they may say of its facts.

    Args:
        correspondents: who is written to, by id.
        models: the letters, by id, in the order in which they are proposed.
        facts: what models may say of the facts, by the name that they use; nothing else of them is said.
    """

    correspondents: Mapping[str, Correspondent]
    models: Mapping[str, LetterSpec]
    facts: Mapping[str, LetterFact] = field(default_factory=dict)
