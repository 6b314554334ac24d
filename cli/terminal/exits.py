"""Exit codes of the command, a contract with the scripts that call it.

Used by `cli.terminal.failures`, which maps every error to one of them, and by the few commands that answer
with a code of their own.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the command answers to whoever called it."""

    DONE = 0
    """Done, or nothing to do."""
    UNEXPECTED = 1
    """A fault of the program."""
    USAGE = 2
    """What was typed cannot be read."""
    REFUSED = 3
    """A rule says no, nothing was written; or a worked example does not hold."""
    NOT_FOUND = 4
    """A name that nothing bears."""
    CONFLICT = 5
    """Somebody else wrote first; nothing was written."""
    INVALID_DEFINITION = 6
    """The configuration or a rule file cannot be used."""
    OUT_OF_REACH = 7
    """The database, the disk or the mail server does not answer."""
    INTERRUPTED = 130
    """Stopped from the keyboard: 128 + SIGINT, as shells expect."""
