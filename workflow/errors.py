"""Every error a person can meet, in one tree; each message is one French sentence that says what to do.

Raised everywhere, rendered in one place (`cli.terminal.failures`). Errors carry their facts as attributes.
Nothing here formats for a screen or knows an exit code.

EcheancierError
├── InvalidInput            what was typed cannot be read
├── Refused                 a rule says no
│   └── ActionRefused       … to an action, with every reason
├── NotFound                a name that nothing bears
├── Conflict                somebody else was first
│   ├── StaleCase           … on this very case
│   └── TakenReference      … with this reference
├── InvalidDefinition       configuration or rule files that cannot be used
└── OutOfReach              database or mail server that does not answer
    └── Unreadable          … or that holds something else than what was written
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from msgspec import Struct

_LISTED = 12
"""Known names listed when none is near."""


class Reason(str):
    """A reason of a refusal, as the command line says it: « il manque … (--fait …=…) ».

    Args:
        words: the reason itself, all that a screen with fields of its own has to say.
        hint: what a command would need.
    """

    __slots__ = ("words",)
    words: str

    def __new__(cls, words: str, hint: str = "") -> Reason:
        """Make the sentence; a reason without words is a hint alone."""
        said = f"{words} ({hint})" if words and hint else words or hint
        reason = super().__new__(cls, said)
        reason.words = words
        return reason


def words_of(reason: str) -> str:
    """Return a reason without what only a command needs; empty when it says nothing else."""
    return reason.words if isinstance(reason, Reason) else reason


class EcheancierError(Exception):
    """Base of every error meant for a person.

    Args:
        message: one French sentence: what is wrong, where, what to do.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidInput(EcheancierError):
    """A value that cannot be read: a date that does not exist, an empty text, a control character."""


class Refused(EcheancierError):
    """A rule refuses what was asked; nothing was written."""


class ActionRefused(Refused):
    """The machine refuses an action.

    Args:
        message: the whole sentence.
        reasons: each reason on its own, in the order in which it was found.
    """

    def __init__(self, message: str, reasons: Sequence[str]) -> None:
        super().__init__(message)
        self.reasons = tuple(reasons)


class NotFound(EcheancierError):
    """A case, procedure, action, fact, document, territory or person that does not exist."""


class Conflict(EcheancierError):
    """What was asked collides with what somebody else has already written."""


class TakenReference(Conflict):
    """A new case bears a reference that another has taken.

    Args:
        message: the whole sentence.
        ref: the reference.
    """

    def __init__(self, message: str, ref: str) -> None:
        super().__init__(message)
        self.ref = ref


class StaleCase(Conflict):
    """The case moved on since it was read; what was typed was not written.

    Args:
        message: the whole sentence.
        ref: reference of the case.
        changes: one French line for each journal entry written meanwhile.
    """

    def __init__(self, message: str, ref: str, changes: Sequence[str]) -> None:
        super().__init__(message)
        self.ref = ref
        self.changes = tuple(changes)


class Problem(Struct, frozen=True):
    """One thing wrong in a definition file: where it stands and what to do."""

    file: str
    key: str
    message: str
    harmless: bool = False
    """True when the rest of the file can still be judged: a key too many, for instance."""

    def __str__(self) -> str:
        return (
            f"{self.file} : {self.key} : {self.message}"
            if self.key
            else f"{self.file} : {self.message}"
        )


class InvalidDefinition(EcheancierError):
    """Configuration or rule files with problems, all of them listed.

    Args:
        message: the whole sentence.
        problems: every problem of every file.
    """

    def __init__(self, message: str, problems: Iterable[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class OutOfReach(EcheancierError):
    """The database or the mail server does not answer, or cannot be written."""


class Unreadable(OutOfReach):
    """Something that the database holds and that makes no sense; the rest of it is not touched."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Return « (le plus proche : x) » for a misspelt name, or the empty string."""
    close = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f" (le plus proche : « {close[0]} »)" if close else ""


def unknown(what: str, name: str, known: Iterable[str]) -> NotFound:
    """Build the error for a name that nothing bears, with the nearest known name or the list."""
    names = sorted(known)
    hint = nearest(name, names)
    if not hint and names:
        more = ", …" if len(names) > _LISTED else ""
        hint = f" (connus : {', '.join(names[:_LISTED])}{more})"
    return NotFound(f"{what} : « {name} » n’existe pas{hint}.")
