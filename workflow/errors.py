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

from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from enum import StrEnum, auto
from typing import TypeVar

from msgspec import Struct, field

_Value = TypeVar("_Value")

_LISTED = 12
"""Known names listed when none is near."""


class ReasonCode(StrEnum):
    """What a reason is about: what each face decides on, and words its own hint for."""

    MISSING_FACT = auto()
    MISSING_PAPER = auto()
    HOUR_ASKED = auto()
    HOURS_ASKED = auto()
    FROM_LEDGER = auto()
    STEP_NOT_DONE = auto()
    WINDOW = auto()
    CHECK = auto()
    MAY_FORCE = auto()
    COMMENT_ASKED = auto()
    FUTURE = auto()
    ORDER = auto()
    NEEDED = auto()
    STATE = auto()
    UNCHANGED = auto()
    IMPOSSIBLE = auto()
    ENDED = auto()
    NOT_ENDED = auto()
    NO_FACT = auto()
    FUNDER_ASKED = auto()
    FUNDER_IN_EXCESS = auto()
    LINE_ASKED = auto()
    AMOUNT_ASKED = auto()
    MONEY_ASKED = auto()
    EXCESS = auto()
    UNPAID = auto()
    DAYS_ASKED = auto()
    CONTRACTS_ASKED = auto()
    SHEET_ASKED = auto()


class Reason(Struct, frozen=True):
    """Why something is refused, whoever asks.

    Args:
        code: what it is about.
        words: the reason in French, without a word of how to go on: a command has options for that, a form
            has fields.
        data: names that a hint needs: of a fact, of papers, of a file.
    """

    code: ReasonCode
    words: str
    data: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.words


class EcheancierError(Exception):
    """Base of every error meant for a person.

    Args:
        said: one French sentence: what is wrong, where, what to do; or the reason that it words.
        case: the file that the sentence names first, unless whoever shows it has named it already.
    """

    def __init__(self, said: str | Reason, *, case: str = "") -> None:
        super().__init__(said)
        self.case = case
        self.reasons: tuple[Reason, ...] = (said,) if isinstance(said, Reason) else ()

    @property
    def message(self) -> str:
        """The sentence."""
        return self.worded(str)

    def __str__(self) -> str:
        return self.message

    def reword(self, words: Callable[[str], str]) -> None:
        """Have the sentence as a face shows it: its commands as they can be typed there."""
        self.args = (words(str(self.args[0])),)

    def worded(self, words: Callable[[Reason], str]) -> str:
        """Return the sentence with its reasons as a face words them."""
        said = (words(reason).removesuffix(".") for reason in self.reasons)
        sentence = f"{' ; '.join(said)}." if self.reasons else str(self.args[0])
        return f"Dossier {self.case} : {sentence}" if self.case else sentence


class InvalidInput(EcheancierError):
    """A value that cannot be read: a date that does not exist, an empty text, a control character."""


class Refused(EcheancierError):
    """A rule refuses what was asked; nothing was written."""


class ActionRefused(Refused):
    """The machine refuses an action.

    Args:
        label: the action.
        reasons: each reason on its own, in the order in which it was found.
    """

    def __init__(self, label: str, reasons: Iterable[Reason]) -> None:
        super().__init__(label)
        self.reasons = tuple(reasons)

    def worded(self, words: Callable[[Reason], str]) -> str:
        """Return the sentence with its reasons as a face words them."""
        return f"{self.args[0]} : {super().worded(words)}"


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
    """Return « (le plus proche : x) » for a misspelt name, or the empty string; capitals do not matter."""
    spelt = {one.casefold(): one for one in known}
    close = get_close_matches(name.casefold(), list(spelt), n=1, cutoff=0.6)
    return f" (le plus proche : « {spelt[close[0]]} »)" if close else ""


def unknown(what: str, name: str, known: Iterable[str]) -> NotFound:
    """Build the error for a name that nothing bears, with the nearest known name or the list."""
    names = sorted(known)
    hint = nearest(name, names)
    if not hint and names:
        more = ", …" if len(names) > _LISTED else ""
        hint = f" (connus : {', '.join(names[:_LISTED])}{more})"
    return NotFound(f"{what} : « {name} » n’existe pas{hint}.")


def one_named(what: str, name: str, known: Mapping[str, _Value]) -> _Value:
    """Return what bears a name, or raise `NotFound` with the nearest known name or the list."""
    if name not in known:
        raise unknown(what, name, known)
    return known[name]
