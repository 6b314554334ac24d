"""How the verdict of a check is told: a sign, a word, a colour.

Used wherever a check is shown, on the command line, in the portal sheet and on the screen of a file to open.
"""

from __future__ import annotations

from collections.abc import Mapping

from workflow.rules.checks import CheckVerdict

SIGNS: Mapping[CheckVerdict, str] = {
    CheckVerdict.FAILING: "✗",
    CheckVerdict.TO_CONFIRM: "?",
    CheckVerdict.CONFORMING: "✓",
    CheckVerdict.REMINDER: "•",
}
"""Read without colours."""

WORDS: Mapping[CheckVerdict, str] = {
    CheckVerdict.FAILING: "non conforme",
    CheckVerdict.TO_CONFIRM: "à confirmer",
    CheckVerdict.CONFORMING: "conforme",
    CheckVerdict.REMINDER: "rappel",
}

STYLES: Mapping[CheckVerdict, str] = {
    CheckVerdict.FAILING: "late",
    CheckVerdict.TO_CONFIRM: "soon",
    CheckVerdict.CONFORMING: "ok",
    CheckVerdict.REMINDER: "muted",
}
